"""Suites are read whole or refused with file, line and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cases import Gate, load_cases, load_gates, load_suite, shipped_suites
from evals.problems import SuiteError

GOOD = {"id": "a1", "question": "Ngày nào?", "kind": "factual", "expected_behaviour": "answer"}


def _line(**changes: object) -> str:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def _suite(folder: Path, yaml: str = "name: x\ndocuments: documents\n", questions: str | None = None) -> Path:
    (folder / "documents").mkdir()
    (folder / "suite.yaml").write_text(yaml, encoding="utf-8")
    (folder / "questions.jsonl").write_text(questions or _line(), encoding="utf-8")
    return folder


def test_the_shipped_suite_is_found_by_name() -> None:
    assert "sample" in shipped_suites()
    suite = load_suite("sample")
    assert suite.documents.is_dir()
    assert len(suite.cases) >= 60


def test_a_suite_is_found_by_folder_and_by_file(tmp_path: Path) -> None:
    _suite(tmp_path)
    assert load_suite(str(tmp_path)) == load_suite(str(tmp_path / "suite.yaml"))


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    with pytest.raises(SuiteError, match=r"nowhere.*sample"):
        load_suite("nowhere")


def test_every_field_of_a_case_is_read(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "Kế hoạch 136 xong chưa?"}]
    (tmp_path / "q.jsonl").write_text(
        _line(
            lang="en",
            history=history,
            gold_answer="Rồi.",
            gold_keys=["136|KH|STTTT"],
            gold_evidence=["Đã xong."],
            must_not_say=["chưa xong"],
            note="for people",
        )
        + "\n\n",
        encoding="utf-8",
    )
    (case,) = load_cases(tmp_path / "q.jsonl")
    assert (case.lang, case.history[0].role, case.history[0].content) == ("en", "user", "Kế hoạch 136 xong chưa?")
    assert (case.gold_keys, case.gold_evidence, case.must_not_say) == (("136|KH|STTTT",), ("Đã xong.",), ("chưa xong",))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        pytest.param([_line(), "{"], r"q\.jsonl, dòng 2: không đúng cú pháp JSON", id="no JSON"),
        pytest.param([_line(), "", _line()], r"q\.jsonl, dòng 3: trường id: a1 đã dùng ở dòng 1", id="an id twice"),
        pytest.param([_line(question="")], r"q\.jsonl, dòng 1: trường question", id="an empty question"),
        pytest.param([_line(expected_behaviour="guess")], r"trường expected_behaviour", id="an unknown behaviour"),
        pytest.param([_line(gold_keys="5|QD|CP")], r"dòng 1: trường gold_keys", id="keys that are no list"),
        pytest.param(
            [_line(history=[{"role": "x", "content": "y"}])], r"trường history\.0\.role", id="an unknown role"
        ),
        pytest.param(['"text"'], r"q\.jsonl, dòng 1", id="JSON that is no object"),
        pytest.param([""], r"q\.jsonl: không có câu hỏi", id="no question at all"),
        pytest.param([_line(), _line(id="a2")], r"dòng 2: trường question: trùng .* dòng 1", id="a question twice"),
    ],
)
def test_a_wrong_question_is_refused_with_its_place(tmp_path: Path, lines: list[str], said: str) -> None:
    (tmp_path / "q.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(SuiteError, match=said):
        load_cases(tmp_path / "q.jsonl")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text("\n".join([_line(kind=""), "{", _line(), _line()]), encoding="utf-8")
    with pytest.raises(SuiteError) as raised:
        load_cases(tmp_path / "q.jsonl")
    assert [problem.split(": ")[0][-6:] for problem in raised.value.problems] == ["dòng 1", "dòng 2", "dòng 4"]


def test_the_same_words_in_another_conversation_are_another_question(tmp_path: Path) -> None:
    later = _line(id="a2", history=[{"role": "user", "content": "Kế hoạch 136?"}])
    (tmp_path / "q.jsonl").write_text(f"{_line()}\n{later}", encoding="utf-8")
    assert [case.id for case in load_cases(tmp_path / "q.jsonl")] == ["a1", "a2"]


def test_questions_in_yaml(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    file = tmp_path / "cua-toi.yaml"
    file.write_text("- {id: a1, question: 'Ngày nào?', kind: factual, expected_behaviour: abstain}\n", encoding="utf-8")
    suite = load_suite(str(file))
    assert (suite.name, suite.documents, suite.cases[0].id) == ("cua-toi", tmp_path / "documents", "a1")
    file.write_text("- {id: a1, kind: factual}\n", encoding="utf-8")
    with pytest.raises(SuiteError) as raised:
        load_suite(str(file))
    assert len(raised.value.problems) == 2


def test_rules_are_read_and_their_names_checked(tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("correct: {lose_at_most: 0.01}\ncount/behaviour: {at_least: 1}\np95_ms: {at_most: 900}\n")
    assert load_gates(rules)["correct"] == Gate(lose_at_most=0.01)
    rules.write_text("corect: {at_least: 1}\n")
    with pytest.raises(SuiteError, match=r"gates\.corect: không có độ đo này"):
        load_gates(rules)


def test_a_line_separator_inside_a_question_is_no_line_break(tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(_line(question="Một\u2028hai?"), encoding="utf-8")
    assert load_cases(tmp_path / "q.jsonl")[0].question == "Một\u2028hai?"


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        pytest.param("name: [", r"suite\.yaml: không đúng cú pháp YAML", id="no YAML"),
        pytest.param("name: x\n", r"trường documents", id="a missing field"),
        pytest.param("name: x\ndocuments: documents\ngate: {}\n", r"trường gate\b", id="a misspelt field"),
        pytest.param("name: x\ndocuments: papers\n", r"trường documents: không có thư mục .*papers", id="no documents"),
        pytest.param(
            "name: x\ndocuments: documents\nquestions: q.jsonl\n", r"tệp câu hỏi .*q\.jsonl", id="no questions"
        ),
        pytest.param(
            "name: x\ndocuments: documents\ngates: {corect: {at_least: 1}}\n",
            r"gates\.corect: không có độ đo này.*correct",
            id="a gate of no measure",
        ),
        pytest.param(
            "name: x\ndocuments: documents\ngates: {correct: {}}\n", r"gates\.correct: ", id="a gate without bounds"
        ),
    ],
)
def test_a_wrong_suite_is_refused_with_its_field(tmp_path: Path, yaml: str, said: str) -> None:
    _suite(tmp_path, yaml)
    with pytest.raises(SuiteError, match=said):
        load_suite(str(tmp_path))


@pytest.mark.parametrize(
    ("gate", "value", "holds"),
    [
        (Gate(at_least=0.7), 0.7, True),
        (Gate(at_least=0.7), 0.69, False),
        (Gate(at_most=0.0), 0.0, True),
        (Gate(at_most=0.0), 0.01, False),
        (Gate(at_least=0.2, at_most=0.4), 0.5, False),
        (Gate(at_least=0.0), None, False),
    ],
)
def test_a_gate_holds_within_its_bounds(gate: Gate, value: float | None, holds: bool) -> None:
    assert gate.holds(value) is holds
