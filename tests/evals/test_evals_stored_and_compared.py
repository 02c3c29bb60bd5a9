"""Runs are kept, go on after an interruption, are held against each other, and are told to other programs."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from assistant.models import Answer, Turn
from evals.cases import Case, Gate, Suite
from evals.compare import as_text, compare
from evals.fingerprint import Fingerprint
from evals.junit import write_junit
from evals.problems import SuiteError
from evals.report import Around, as_html, as_json
from evals.run import GateResult, SuiteRun, run_suite
from evals.stored import finished_runs, load_run, open_run

NOW = datetime.datetime(2026, 11, 24, 8, 30, tzinfo=datetime.UTC)
PRINT = Fingerprint("s", "c", "t", "p", "", "1")
CASES = tuple(
    Case(id=f"q{n}", question=f"Câu {n}?", kind="đếm", expected_behaviour="answer", gold_answer=f"{n} máy")
    for n in range(1, 7)
)


class Counting:
    """Answers `n máy` where asked for n, but for those that it gets wrong; stops after so many answers."""

    def __init__(self, wrong: Sequence[int] = (), stops_after: int = 99) -> None:
        self._wrong, self._left = set(wrong), stops_after
        self.asked: list[str] = []

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        self.asked.append(question)
        number = int(question.removeprefix("Câu ").rstrip("?"))
        text = "không rõ" if number in self._wrong else f"{number} máy"
        return Answer("answered", text, (), "extractive", "vi", timings_ms={"total": 10.0 * number})


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(name="Thử đếm", description="", documents=tmp_path, cases=CASES, gates={})


def _told(suite: Suite, *wrong: int) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(as_json(run_suite(suite, Counting(wrong)))))
    return told


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path, suite: Suite) -> None:
    begun = open_run(tmp_path, suite, PRINT, NOW)
    with pytest.raises(KeyboardInterrupt):
        run_suite(suite, Counting(stops_after=4), on_answer=begun.keep)
    with (begun.folder / "answers.jsonl").open("a", encoding="utf-8") as stream:
        stream.write('{"id": "q5", "ans')

    again = open_run(tmp_path, suite, PRINT, NOW + datetime.timedelta(hours=1))
    assert (again.folder, again.started, sorted(again.done)) == (begun.folder, begun.started, ["q1", "q2", "q3", "q4"])
    rest = Counting(wrong=[6])
    finished = run_suite(suite, rest, done=again.done, on_answer=again.keep)
    assert rest.asked == ["Câu 5?", "Câu 6?"]
    assert [run.judgement.correct for run in finished.cases] == [True] * 5 + [False]
    again.finish(as_json(finished), "page")
    assert open_run(tmp_path, suite, PRINT, NOW).done == {}


def test_another_fingerprint_begins_anew(tmp_path: Path, suite: Suite) -> None:
    begun = open_run(tmp_path, suite, PRINT, NOW)
    begun.keep(run_suite(suite, Counting()).cases[0])
    other = open_run(tmp_path, suite, Fingerprint("s", "c", "t", "p2", "", "1"), NOW)
    assert other.done == {} and other.folder != begun.folder


def test_kept_runs_are_found_by_name_and_in_order(tmp_path: Path, suite: Suite) -> None:
    for day, wrong in ((1, [1]), (2, [])):
        kept = open_run(tmp_path, suite, PRINT, NOW + datetime.timedelta(days=day))
        kept.finish({**_told(suite, *wrong), "started": kept.started}, "page")
    assert [run["metrics"]["correct"] for run in finished_runs(tmp_path, "Thử đếm")] == [pytest.approx(5 / 6), 1.0]
    for name in (kept.folder.name, f"thu-dem/{kept.folder.name}", str(kept.folder), "thu-dem"):
        assert load_run(name, tmp_path)["metrics"]["correct"] == 1.0
    with pytest.raises(SuiteError, match="Không có lần chạy nirgends"):
        load_run("nirgends", tmp_path)
    (tmp_path / "x.json").write_text("[]", encoding="utf-8")
    with pytest.raises(SuiteError, match="không phải kết quả"):
        load_run(str(tmp_path / "x.json"), tmp_path)


def test_a_run_without_a_model_repeats(suite: Suite) -> None:
    assert _told(suite, 2)["rows"] == _told(suite, 2)["rows"]


def test_gains_and_losses_question_by_question(suite: Suite) -> None:
    found = compare(_told(suite, 1, 2, 3), _told(suite, 6))
    assert [change.id for change in found.gains] == ["q1", "q2", "q3"]
    assert [(change.id, change.before, change.after) for change in found.losses] == [("q6", "6 máy", "không rõ")]
    correct = next(one for one in found.differences if one.measure.name == "correct")
    # Three gains and one loss: 10 of the 16 choices of signs are as far from nothing.
    assert (correct.before, correct.after, correct.p_value) == (0.5, pytest.approx(5 / 6), 10 / 16)
    assert not correct.significant
    shown = as_text(found)
    assert "Tốt hơn: 3 câu" in shown
    assert "q6  Câu 6?  (-correct, -fact_recall" in shown


def test_questions_of_one_run_alone_are_named(suite: Suite) -> None:
    fewer = suite.model_copy(update={"cases": CASES[1:]})
    found = compare(_told(suite), _told(fewer))
    assert (found.only_before, found.only_after, found.gains, found.losses) == (("q1",), (), (), ())


@pytest.mark.parametrize(
    ("gate", "name", "value", "before", "holds"),
    [
        (Gate(lose_at_most=0.01), "correct", 0.90, 0.90, True),
        (Gate(lose_at_most=0.01), "correct", 0.88, 0.90, False),
        (Gate(lose_at_most=0.0), "ungrounded", 0.1, 0.0, False),
        (Gate(lose_at_most=0.0), "ungrounded", 0.0, 0.2, True),
        (Gate(lose_at_most=50), "p95_ms", 240.0, 200.0, True),
        (Gate(lose_at_most=50), "p95_ms", 260.0, 200.0, False),
        (Gate(lose_at_most=0.0), "đếm/correct", 0.5, None, True),
        (Gate(at_least=0.5), "đếm/correct", None, None, False),
    ],
)
def test_gates_against_an_earlier_run(
    gate: Gate, name: str, value: float | None, before: float | None, holds: bool
) -> None:
    assert GateResult(name, gate, value, before).holds is holds


def test_gates_of_kinds_and_times(suite: Suite) -> None:
    gates = {"đếm/correct": Gate(at_least=1), "p50_ms": Gate(at_most=35), "p95_ms": Gate(at_most=50)}
    run = run_suite(suite.model_copy(update={"gates": gates}), Counting([1]))
    # 10, 20 … 60 ms: the median is 35, the 95th percentile lies at 5 · 0.95 = 4.75 steps: 57.5.
    assert [(gate.name, gate.value, gate.holds) for gate in run.gates] == [
        ("đếm/correct", pytest.approx(5 / 6), False),
        ("p50_ms", 35.0, True),
        ("p95_ms", 57.5, False),
    ]


def test_junit_xml(tmp_path: Path, suite: Suite) -> None:
    gated = suite.model_copy(update={"gates": {"correct": Gate(at_least=1)}})
    write_junit(run_suite(gated, Counting([3])), tmp_path / "junit.xml")
    (told,) = ElementTree.parse(tmp_path / "junit.xml").getroot().iter("testsuite")
    assert (told.get("tests"), told.get("failures"), told.get("errors")) == ("7", "2", "0")
    failed = [case.get("name") for case in told.iter("testcase") if case.find("failure") is not None]
    assert failed == ["q3", "correct ≥ 1"]


@pytest.mark.browser
def test_the_report_opens_in_a_browser_without_a_complaint(tmp_path: Path, suite: Suite, chromium: Any) -> None:
    from evals.abstention import Point

    run: SuiteRun = run_suite(suite, Counting([1, 2]))
    points = [Point(0.42, 1.0, 0.3, 1), Point(0.9, 0.5, 0.1, 0)]
    trend = [("2026-11-23T08:30:00+00:00", 0.5), ("2026-11-24T08:30:00+00:00", 4 / 6)]
    page_file = tmp_path / "report.html"
    around = Around(points, compare(_told(suite, 1, 2, 3), _told(suite, 1, 2)), trend)
    page_file.write_text(as_html(run, around), encoding="utf-8")

    page = chromium.new_page(viewport={"width": 390, "height": 800})
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page_file.as_uri())
    assert page.locator("svg").count() == 4
    assert page.locator("article").count() == 2
    assert page.locator(".headline").inner_text() == "66,7 % đúng hoàn toàn"
    for plot in page.locator("svg").all():
        assert plot.bounding_box()["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []
    assert requests == [page_file.as_uri()]
    page.close()
