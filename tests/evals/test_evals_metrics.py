"""Every measure on answers judged by hand, and against the reference scorer."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, CaseTurn, load_cases
from evals.metrics import (
    OF_CORRECT,
    Behaviour,
    Correct,
    EvidenceHit,
    FactRecall,
    Forbidden,
    KeyRecall,
    Mean,
    Measure,
    Ungrounded,
    asserts,
    judge,
    mean,
    median_ms,
    same_passage,
)

SENTENCE = "Kế hoạch số 136/KH-STTTT ngày 19/01/2018 đã hoàn thành ngày 14/12/2018, mở 28/28 lớp."
OTHER = "Sau 136/KH-STTTT, hội nghị ngày 14/12/2018 chia 28 nhóm thảo luận về nội dung đào tạo chuyên sâu cho cán bộ."
CASE = Case(
    id="a",
    question="Kế hoạch 136/KH-STTTT xong chưa?",
    kind="status_lookup",
    expected_behaviour="answer",
    gold_answer="Đã hoàn thành ngày 14/12/2018, mở 28/28 lớp.",
    gold_keys=("136|KH|STTTT",),
    gold_evidence=(SENTENCE,),
    must_not_say=("chưa hoàn thành",),
)


def _answer(
    text: str, *quotes: str, outcome: str = "answered", key: str | None = None, **fields: Any
) -> dict[str, Any]:
    citations = [{"marker": n, "quote": quote, "key": key, **fields} for n, quote in enumerate(quotes, 1)]
    return {"outcome": outcome, "text": text, "citations": citations, "timings_ms": {"total": 120.0}}


def counted(values: dict[Measure, float]) -> dict[Measure, float]:
    """Those that make up `correct`, and it."""
    return {measure: value for measure, value in values.items() if measure in (Correct, *OF_CORRECT)}


def test_a_right_answer_is_right_in_everything() -> None:
    judgement = judge(CASE, _answer("Kế hoạch 136/KH-STTTT đã hoàn thành ngày 14/12/2018, mở 28/28 lớp [1].", SENTENCE))
    assert counted(judgement.values) == {
        Behaviour: 1.0,
        KeyRecall: 1.0,
        EvidenceHit: 1.0,
        FactRecall: 1.0,
        Ungrounded: 0.0,
        Forbidden: 0.0,
        Correct: 1.0,
    }


@pytest.mark.parametrize(
    ("answer", "wrong"),
    [
        pytest.param(
            _answer("Không có.", outcome="not_found"),
            {Behaviour: 0.0, KeyRecall: 0.0, EvidenceHit: 0.0, FactRecall: 0.0},
            id="refused",
        ),
        pytest.param(None, {Behaviour: 0.0, KeyRecall: 0.0, EvidenceHit: 0.0, FactRecall: 0.0}, id="no answer at all"),
        pytest.param(
            _answer("Đã hoàn thành ngày 14/12/2018, mở 28/28 lớp.", SENTENCE), {KeyRecall: 0.0}, id="number not named"
        ),
        pytest.param(
            _answer("136/KH-STTTT: hoàn thành ngày 14/12/2018, mở 28 lớp.", OTHER),
            {EvidenceHit: 0.0},
            id="another passage is quoted",
        ),
        pytest.param(_answer("136/KH-STTTT: mở 28 lớp.", SENTENCE), {FactRecall: 0.5}, id="one fact of two"),
        pytest.param(
            _answer("136/KH-STTTT hoàn thành ngày 14/12/2018, 28 lớp, 1.140 học viên.", SENTENCE),
            {Ungrounded: 1.0},
            id="a number from nowhere",
        ),
        pytest.param(
            _answer("136/KH-STTTT chưa hoàn thành ngày 14/12/2018, 28 lớp.", SENTENCE), {Forbidden: 1.0}, id="forbidden"
        ),
    ],
)
def test_what_is_wrong_shows_in_its_measure_alone(answer: dict[str, Any] | None, wrong: dict[Any, float]) -> None:
    good = {Behaviour: 1.0, KeyRecall: 1.0, EvidenceHit: 1.0, FactRecall: 1.0, Ungrounded: 0.0, Forbidden: 0.0}
    assert counted(judge(CASE, answer).values) == {**good, **wrong, Correct: 0.0}


def test_a_key_may_be_named_by_a_citation_alone() -> None:
    answer = _answer("Đã hoàn thành ngày 14/12/2018, mở 28/28 lớp.", SENTENCE, key="136|KH|STTTT")
    assert judge(CASE, answer).correct


@pytest.mark.parametrize(
    ("text", "fields", "ungrounded"),
    [
        pytest.param("1. Mở 28 lớp [1].", {}, (), id="list marks and markers are free"),
        pytest.param("Trang 7 nêu 28 lớp.", {"page": 7}, (), id="the cited page"),
        pytest.param("Theo 35/BC-STTTT: 28 lớp.", {"source": {"number": "35/BC-STTTT"}}, (), id="the source's header"),
        pytest.param("Ngày 10/01/2019: 28 lớp.", {"source": {"date": "2019-01-10"}}, (), id="the source's date"),
        pytest.param("Kế hoạch 136/KH-STTTT.", {}, (), id="the question's number"),
        pytest.param("Năm trước mở 21 lớp.", {}, (), id="the history's number"),
        pytest.param("Có 1 văn bản.", {}, (), id="the count of what is cited"),
        pytest.param("Có 3 văn bản, 28 lớp.", {}, ("3",), id="a count of something else"),
        pytest.param("Ngày 15/12/2018.", {}, ("2018-12-15",), id="another date"),
    ],
)
def test_ungrounded(text: str, fields: dict[str, Any], ungrounded: tuple[str, ...]) -> None:
    case = CASE.model_copy(update={"history": (CaseTurn(role="assistant", content="Năm 2017 mở 21 lớp."),)})
    assert judge(case, _answer(text, SENTENCE, **fields)).ungrounded == ungrounded


def test_a_refusal_may_name_what_it_likes() -> None:
    assert judge(CASE, _answer("Không có 99 văn bản.", outcome="not_found")).values[Ungrounded] == 0.0


@pytest.mark.parametrize(
    ("expected", "outcome", "right"),
    [
        ("abstain", "not_found", 1.0),
        ("abstain", "answered", 0.0),
        ("clarify", "ambiguous", 1.0),
        ("clarify", "not_found", 0.0),
    ],
)
def test_a_refusal_and_a_question_back_are_judged_by_behaviour_alone(expected: str, outcome: str, right: float) -> None:
    case = CASE.model_copy(update={"expected_behaviour": expected})
    values = judge(case, _answer("Xin hỏi lại.", outcome=outcome)).values
    assert values == {Behaviour: right, Ungrounded: 0.0, Forbidden: 0.0, Correct: right}


@pytest.mark.parametrize(
    ("quote", "sentence", "same"),
    [
        ("đã hoàn thành ngày 14/12/2018, mở 28/28 lớp.", SENTENCE, True),
        (f"Trước đó. {SENTENCE} Sau đó.", SENTENCE, True),
        ("một hai ba bốn năm", "một hai ba xx yy", True),  # 3 of 5 words
        ("một hai ba bốn năm", "một hai xx yy zz", False),  # 2 of 5
        ("một một một một một", "một hai ba bốn năm", False),  # a word counts as often as it occurs
        ("mở 28 lớp", "nay mở 28 lớp mới cho cán bộ", True),  # below 5 words: whole
        ("mở 28 lớp", "nay mở thêm 28 lớp mới cho cán bộ", False),
        ("", SENTENCE, False),
    ],
)
def test_same_passage(quote: str, sentence: str, same: bool) -> None:
    assert same_passage(quote, sentence) is same
    assert same_passage(sentence, quote) is same


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("Kế hoạch đã hoàn thành.", True),
        ("KẾ HOẠCH ĐÃ HOÀN THÀNH", True),
        ("Tài liệu không nêu là đã hoàn thành.", False),
        ("It is not “đã hoàn thành”.", False),
        ("Không rõ. Theo báo cáo của Sở thì kế hoạch này đã hoàn thành.", True),
        ("Đang thực hiện.", False),
    ],
)
def test_asserts(text: str, stated: bool) -> None:
    assert asserts(text, "đã hoàn thành") is stated


def test_mean_counts_only_the_cases_that_a_measure_applies_to() -> None:
    right = judge(CASE, _answer("136/KH-STTTT hoàn thành ngày 14/12/2018, 28 lớp.", SENTENCE))
    silent = judge(CASE, None)
    refused = judge(CASE.model_copy(update={"expected_behaviour": "abstain"}), _answer("Không.", outcome="not_found"))
    assert mean(KeyRecall, [right, silent, refused]) == Mean(0.5, 2)
    assert mean(Behaviour, [right, silent, refused]) == Mean(2 / 3, 3)
    assert mean(KeyRecall, [refused]) == Mean(None, 0)
    assert median_ms([right, silent]) == 120.0
    assert median_ms([silent]) is None


def _varied_answers(cases: tuple[Case, ...]) -> list[dict[str, Any]]:
    """Right, half right and wrong answers to a question set; every tenth question goes unanswered."""
    chance = random.Random(5880)
    sentences = [sentence for case in cases for sentence in case.gold_evidence]
    answers = []
    for case in cases[: len(cases) - len(cases) // 10]:
        quotes = [chance.choice([*case.gold_evidence, chance.choice(sentences)]) for _ in range(chance.randint(0, 2))]
        said = [case.gold_answer, *chance.sample(case.must_not_say, min(1, len(case.must_not_say)))]
        said.append(chance.choice(["", "Tổng số 17 việc.", "1. Không nêu [1].", "Năm 2031."]))
        answer = _answer(
            "\n".join(chance.sample(said, chance.randint(1, len(said)))),
            *quotes,
            outcome=chance.choice(["answered", "answered", "not_found", "ambiguous"]),
            key=chance.choice([*case.gold_keys, None]),
            page=chance.randint(1, 9),
            source={"number": "35/BC-STTTT", "date": "2019-01-10", "title": None},
        )
        answers.append({"id": case.id, **answer})
    return answers


@pytest.mark.parametrize("questions", ["gold/seed_questions.jsonl", "documents/timeline/questions.jsonl"])
def test_the_figures_are_those_of_the_reference_scorer(shared: Path, tmp_path: Path, questions: str) -> None:
    cases = load_cases(shared / questions)
    answers = _varied_answers(cases)
    answers_file = tmp_path / "answers.jsonl"
    answers_file.write_text("\n".join(json.dumps(a, ensure_ascii=False) for a in answers), encoding="utf-8")
    command = [sys.executable, str(shared / "tools/score_qa.py"), str(shared / questions), str(answers_file), "--json"]
    theirs = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    given = {answer["id"]: answer for answer in answers}
    ours = [judge(case, given.get(case.id)) for case in cases]

    for judgement, row in zip(ours, theirs["rows"], strict=True):
        assert {
            m.name: bool(v) if m is not KeyRecall and m is not FactRecall else v
            for m, v in counted(judgement.values).items()
        } == {
            m.name: pytest.approx(row[m.name]) if m in (KeyRecall, FactRecall) else bool(row[m.name])
            for m in (Correct, *OF_CORRECT)
            if m.name in row
        }, row["id"]
    assert {m.name: mean(m, ours).value for m in (Correct, *OF_CORRECT)} == pytest.approx(theirs["total"])
    assert 0 < theirs["total"]["correct"] < 1
    assert median_ms(ours) == theirs["p50_ms"]
