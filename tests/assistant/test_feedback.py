"""Judged answers become a suite's questions that the evaluation reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.feedback import Judge, draft_cases
from assistant.feedback_commands import app
from evals.cases import load_cases
from vectorstore.errors import UnknownConversationError
from vectorstore.feedback import FeedbackStore
from vectorstore.library import Library

ANSWER = {
    "text": "Kinh phí là 12,5 tỷ đồng [1].", "outcome": "answered", "mode": "extractive", "language": "vi",
    "standalone_question": "Kinh phí của Kế hoạch 112/KH-UBND là bao nhiêu?",
    "citations": [{"key": "112|KH|UBND", "quote": "Kinh phí là 12,5 tỷ đồng."}, {"key": None, "quote": "Điều 2."}],
}  # fmt: skip

BLAMED = {"standalone_question": "Nguồn vốn của Kế hoạch 112/KH-UBND?"}


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data folder with a praised answer, a blamed one and a praised silence."""
    with Library(tmp_path) as library:
        judge = Judge(FeedbackStore(library.catalogue), "abc")
        judge.of_sent("an", "Kinh phí?", ANSWER, "up", "")
        judge.of_sent("an", "Nguồn vốn?", ANSWER | BLAMED, "down", " thiếu nguồn vốn ")
        judge.of_sent(
            "an", "Ai ký?", ANSWER | {"outcome": "not_found", "standalone_question": "", "citations": []}, "up", ""
        )
    return tmp_path


def exported(data_dir: Path, *options: str) -> Path:
    out = data_dir / "questions.jsonl"
    done = CliRunner().invoke(app, ["export", "--data", str(data_dir), "--out", str(out), *options])
    assert done.exit_code == 0, done.output
    return out


def test_the_export_is_a_suite_that_can_be_read(data_dir: Path) -> None:
    praised, blamed, silent = load_cases(exported(data_dir))
    assert (praised.question, praised.expected_behaviour) == (ANSWER["standalone_question"], "answer")
    assert (praised.gold_answer, praised.gold_keys) == (ANSWER["text"], ("112|KH|UBND",))
    assert praised.gold_evidence == ("Kinh phí là 12,5 tỷ đồng.", "Điều 2.")
    assert (silent.question, silent.expected_behaviour, silent.gold_evidence) == ("Ai ký?", "abstain", ())
    # What was wrong is not taken for what is right.
    assert (blamed.kind, blamed.gold_answer, blamed.gold_keys, blamed.gold_evidence) == ("feedback-down", "", (), ())


def test_of_several_judgements_of_a_question_the_last_stands(data_dir: Path) -> None:
    with Library(data_dir) as library:
        again = {"standalone_question": "kinh phí của kế hoạch 112/kh-ubnd là bao nhiêu"}
        Judge(FeedbackStore(library.catalogue), "abc").of_sent("bình", "Kinh phí?", ANSWER | again, "down", "cũ rồi")
    assert [case.kind for case in load_cases(exported(data_dir))] == ["feedback-down", "feedback-down", "feedback-up"]


def test_the_reason_and_the_given_answer_stand_beside_the_draft(data_dir: Path) -> None:
    (line,) = exported(data_dir, "--rating", "down").read_text(encoding="utf-8").splitlines()
    case = json.loads(line)
    assert (case["draft"], case["reason"], case["given_answer"]) == (True, "thiếu nguồn vốn", ANSWER["text"])
    assert case["given_evidence"] == ANSWER["citations"]


def test_the_list_names_nobody(data_dir: Path) -> None:
    done = CliRunner().invoke(app, ["list", "--data", str(data_dir), "--json"])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["rating"] for row in rows] == ["up", "down", "up"]
    assert not any("owner" in row for row in rows)


def test_an_answer_that_is_not_kept_cannot_be_judged(tmp_path: Path) -> None:
    with Library(tmp_path) as library:
        judge = Judge(FeedbackStore(library.catalogue), "abc")
        with pytest.raises(UnknownConversationError):
            judge.of_stored("an", "11111111-1111-4111-8111-111111111111", 1, "up", "")
        assert list(draft_cases(judge.store.everything())) == []
