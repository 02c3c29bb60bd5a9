"""A suite is put to an assistant, its failures are kept apart, its gates decide, its report shows all of it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from assistant.errors import AssistantError
from assistant.models import Answer, Citation, Evidence, Outcome, Source, Turn
from evals.cases import Case, CaseTurn, Gate, Suite
from evals.metrics import Behaviour, Correct, KeyRecall
from evals.report import as_html, as_json, as_text, complaints
from evals.run import CaseRun, SuiteRun, run_suite
from ingest.models import FileReport
from vectorstore.errors import LibraryBusyError

SENTENCE = "Kế hoạch số 933/KH-STTTT đã hoàn thành với 46 cuộc kiểm tra liên ngành."
FILES = (FileReport("bao-cao.pdf", "indexed", pages=2), FileReport("quet.pdf", "failed", error="Không có lớp chữ."))


class InMemoryAssistant:
    """Answers from a table of functions, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Callable[[], Answer]]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((question, tuple(history)))
        return self._answers[question]()


def _answer(text: str, quote: str = "", outcome: Outcome = "answered", ms: float = 80.0) -> Answer:
    evidence = Evidence("bao-cao.pdf", "d1", 2, "II.4", quote, 0, len(quote))
    source = Source("35/BC-STTTT", None, "Báo cáo", "Sở Thông tin và Truyền thông", "Báo cáo số 35/BC-STTTT")
    citations = (Citation(1, "933/KH-STTTT", "933|KH|STTTT", evidence, source),) if quote else ()
    return Answer(outcome, text, citations, "extractive", "vi", timings_ms={"total": ms})


def _fails(error: Exception) -> Callable[[], Answer]:
    def fail() -> Answer:
        raise error

    return fail


CASES = (
    Case(
        id="right",
        question="933 xong chưa?",
        kind="status_lookup",
        expected_behaviour="answer",
        gold_answer="46 cuộc kiểm tra.",
        gold_keys=("933|KH|STTTT",),
        gold_evidence=(SENTENCE,),
    ),
    Case(
        id="wrong",
        question="933 có <b>mấy</b> cuộc?",
        kind="count",
        expected_behaviour="answer",
        gold_answer="46 cuộc kiểm tra.",
        gold_keys=("933|KH|STTTT",),
        gold_evidence=(SENTENCE,),
        must_not_say=("chưa kiểm tra",),
        history=(CaseTurn(role="user", content="933 là gì?"),),
    ),
    Case(id="unknown", question="9999 ở đâu?", kind="unanswerable", expected_behaviour="abstain"),
    Case(id="broken", question="Có bận không?", kind="count", expected_behaviour="clarify"),
)


@pytest.fixture
def assistant() -> InMemoryAssistant:
    return InMemoryAssistant(
        {
            CASES[0].question: lambda: _answer("Đã hoàn thành với 46 cuộc [1].", SENTENCE, ms=10.0),
            CASES[1].question: lambda: _answer("Sở chưa kiểm tra 12 nơi.", "Một câu <i>khác</i>.", ms=30.0),
            CASES[2].question: lambda: _answer("Tài liệu không nêu.", outcome="not_found", ms=20.0),
            CASES[3].question: _fails(LibraryBusyError("Kho đang bận.")),
        }
    )


def _suite(tmp_path: Path, **gates: Gate) -> Suite:
    return Suite(name="thử", description="Bộ thử.", documents=tmp_path, cases=CASES, gates=gates)


@pytest.fixture
def finished(tmp_path: Path, assistant: InMemoryAssistant) -> SuiteRun:
    suite = _suite(tmp_path, correct=Gate(at_least=0.5), forbidden=Gate(at_most=0.0))
    return run_suite(suite, assistant, files=FILES)


def test_every_question_is_asked_with_its_history(finished: SuiteRun, assistant: InMemoryAssistant) -> None:
    assert [question for question, _ in assistant.asked] == [case.question for case in CASES]
    assert assistant.asked[1][1] == (Turn("user", "933 là gì?"),)


def test_the_figures_of_a_run(finished: SuiteRun) -> None:
    assert finished.means[Correct].value == 0.5
    assert finished.means[Behaviour].value == 0.75
    # 933 is named by the citation in both answers.
    assert (finished.means[KeyRecall].value, finished.means[KeyRecall].cases) == (1.0, 2)
    assert list(finished.by_kind) == ["count", "status_lookup", "unanswerable"]
    assert (finished.by_kind["count"][Correct].value, finished.by_kind["count"][Correct].cases) == (0.0, 2)
    assert finished.median_ms == 20.0
    assert [run.case.id for run in finished.failures] == ["wrong", "broken"]


def test_a_failing_assistant_is_recorded_and_the_rest_goes_on(finished: SuiteRun) -> None:
    broken = finished.cases[3]
    assert broken.answer is None
    assert broken.error == "LibraryBusyError: Kho đang bận."
    assert broken.judgement.values[Behaviour] == 0.0


def test_a_defect_is_not_taken_for_a_wrong_answer(tmp_path: Path) -> None:
    broken = InMemoryAssistant({case.question: _fails(ZeroDivisionError()) for case in CASES})
    with pytest.raises(ZeroDivisionError):
        run_suite(_suite(tmp_path), broken)


def test_an_error_of_the_assistant_is_one_of_its_answers(tmp_path: Path) -> None:
    failing = InMemoryAssistant({case.question: _fails(AssistantError("Câu hỏi trống.")) for case in CASES})
    run = run_suite(_suite(tmp_path), failing)
    assert {case.error for case in run.cases} == {"AssistantError: Câu hỏi trống."}
    assert run.means[Correct].value == 0.0


def test_progress_names_each_case_and_ends_at_the_whole(tmp_path: Path, assistant: InMemoryAssistant) -> None:
    steps: list[tuple[float, int, str]] = []
    run_suite(_suite(tmp_path), assistant, on_progress=lambda *step: steps.append(step))
    assert steps == [(0, 4, "right"), (1, 4, "wrong"), (2, 4, "unknown"), (3, 4, "broken"), (4, 4, "")]


def test_gates(finished: SuiteRun) -> None:
    assert [(result.name, result.value, result.holds) for result in finished.gates] == [
        ("correct", 0.5, True),
        ("forbidden", 0.25, False),
    ]
    assert not finished.passed


def test_a_suite_without_gates_passes(tmp_path: Path, assistant: InMemoryAssistant) -> None:
    assert run_suite(_suite(tmp_path), assistant).passed


def _complaints_of(finished: SuiteRun, case_id: str) -> list[str]:
    run: CaseRun = next(run for run in finished.cases if run.case.id == case_id)
    return complaints(run)


def test_complaints_say_what_is_wrong(finished: SuiteRun) -> None:
    assert _complaints_of(finished, "right") == []
    assert _complaints_of(finished, "broken") == ["Trợ lý báo lỗi: LibraryBusyError: Kho đang bận."]
    assert _complaints_of(finished, "wrong") == [
        "Không trích câu nào trong các câu chứng cứ.",
        "Thiếu số liệu, ngày tháng: 46.",
        "Không thấy trong trích dẫn: 12.",
        "Đã khẳng định điều không được nói: chưa kiểm tra.",
    ]


def test_a_missing_number_is_named_as_people_write_it(tmp_path: Path) -> None:
    silent = InMemoryAssistant({case.question: lambda: _answer("Không rõ.") for case in CASES})
    run = run_suite(_suite(tmp_path), silent)
    assert "Thiếu số hiệu: 933/KH-STTTT." in _complaints_of(run, "right")


def test_json_report(finished: SuiteRun) -> None:
    report = json.loads(json.dumps(as_json(finished), ensure_ascii=False))
    assert (report["suite"], report["cases"], report["passed"], report["p50_ms"]) == ("thử", 4, False, 20.0)
    assert (report["metrics"]["correct"], report["applicable"]["key_recall"]) == (0.5, 2)
    assert report["by_kind"]["count"] == {
        "cases": 2,
        "correct": 0.0,
        "behaviour": 0.5,
        "key_recall": 1.0,
        "evidence_hit": 0.0,
        "fact_recall": 0.0,
        "ungrounded": 0.5,
        "forbidden": 0.5,
        "key_precision": 1.0,
        "sentence_recall": 0.0,
        "sentence_precision": 0.0,
    }
    assert report["gates"][1] == {
        "measure": "forbidden",
        "bounds": {"at_most": 0.0},
        "value": 0.25,
        "before": None,
        "holds": False,
    }
    assert report["files"][1] == {"file": "quet.pdf", "status": "failed", "error": "Không có lớp chữ."}
    row = report["rows"][1]
    assert (row["id"], row["ungrounded"], row["forbidden"]) == ("wrong", ["12"], ["chưa kiểm tra"])
    assert row["answer"]["citations"][0]["quote"] == "Một câu <i>khác</i>."


def test_text_report(finished: SuiteRun) -> None:
    assert as_text(finished).splitlines() == [
        "count              n=  2  correct 0.000  behaviour 0.500",
        "status_lookup      n=  1  correct 1.000  behaviour 1.000",
        "unanswerable       n=  1  correct 1.000  behaviour 1.000",
        "",
        "wrong  933 có <b>mấy</b> cuộc?",
        f"      {' '.join(_complaints_of(finished, 'wrong'))}",
        "broken  Có bận không?",
        "      Trợ lý báo lỗi: LibraryBusyError: Kho đang bận.",
        "",
        "thử  n=4  correct 0.500  behaviour 0.750  key_recall 1.000  evidence_hit 0.500  fact_recall 0.500"
        "  ungrounded 0.250  forbidden 0.250  key_precision 1.000  sentence_recall 0.500  sentence_precision 0.500"
        "  p50 20 ms",
        "đạt: correct ≥ 0.5 (đo được 0.5)",
        "KHÔNG ĐẠT: forbidden ≤ 0 (đo được 0.25)",
    ]


def test_html_report_shows_each_failure_with_its_grounds(finished: SuiteRun) -> None:
    page = as_html(finished)
    shown = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?mark[^>]*>", "", page)))
    assert "50,0 % đúng hoàn toàn" in shown
    assert 'id="wrong"' in page
    assert 'id="broken"' in page
    assert 'id="right"' not in page
    for text in ("933 có <b>mấy</b> cuộc?", "Sở chưa kiểm tra 12 nơi.", "Một câu <i>khác</i>.", SENTENCE, "933 là gì?"):
        assert text in shown
    assert "quet.pdf: failed – Không có lớp chữ." in shown


def test_html_report_needs_nothing_from_outside_and_runs_nothing(finished: SuiteRun) -> None:
    page = as_html(finished)
    assert not re.search(r"https?://|<script|<link|<img|@import|url\(", page)
    assert "<b>mấy</b>" not in page


def test_html_report_marks_what_differs(finished: SuiteRun) -> None:
    page = as_html(finished)
    assert 'Sở <mark class="bad">chưa kiểm tra</mark> <mark class="bad">12</mark> nơi.' in page
    assert '<mark class="bad">46</mark> cuộc kiểm tra.' in page
    assert '<mark class="good">933/KH-STTTT</mark>' in page or "933 KH STTTT" in page


def test_html_report_of_a_flawless_run(tmp_path: Path, assistant: InMemoryAssistant) -> None:
    suite = _suite(tmp_path).model_copy(update={"cases": CASES[:1]})
    page = as_html(run_suite(suite, assistant))
    assert "100,0 % đúng hoàn toàn" in page
    assert "<p>Không có.</p>" in page
