"""Risk and coverage as the threshold moves: counted by hand over four questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.models import Answer, Citation, Evidence, Source, Turn
from evals.abstention import risk_coverage
from evals.cases import Case, Suite
from evals.report import Around, as_html, curve_as_text
from evals.run import run_suite

SURE = {"đúng chắc": 0.9, "đúng vừa": 0.5, "sai vừa": 0.5, "không có": 0.3}
"""How much of each question the best sentence holds."""
CASES = (
    Case(id="a", question="đúng chắc", kind="factual", expected_behaviour="answer", gold_answer="12 trạm"),
    Case(id="b", question="đúng vừa", kind="factual", expected_behaviour="answer", gold_answer="12 trạm"),
    Case(id="c", question="sai vừa", kind="factual", expected_behaviour="answer", gold_answer="99 trạm"),
    Case(id="d", question="không có", kind="unanswerable", expected_behaviour="abstain"),
)


QUOTE = "Thành phố có 12 trạm."
SAYS = Citation(
    1, None, None, Evidence("a.txt", "a", 1, "", QUOTE, 0, len(QUOTE)), Source(None, None, None, None, "Báo cáo")
)  # fmt: skip


class Weighing:
    """Answers "12 trạm" to what it is sure enough of."""

    def __init__(self) -> None:
        self.least = 0.42
        self.asked: list[tuple[float, str]] = []

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.asked.append((self.least, question))
        if SURE[question] < self.least:
            return Answer("not_found", "", (), "extractive", "vi")
        return Answer("answered", "12 trạm [1]", (SAYS,), "extractive", "vi")


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    return Suite(name="thử", description="", documents=tmp_path, cases=CASES, gates={})


def test_the_curve(suite: Suite) -> None:
    assistant = Weighing()
    points = risk_coverage(suite, assistant, [0.0, 0.42, 0.6, 0.95])
    # Wrong are "sai vừa", which wants 99, and "không có", which wants no answer.
    assert [(p.threshold, p.coverage, p.risk, p.answered_in_vain) for p in points] == [
        (0.0, 1.0, 2 / 4, 1),
        (0.42, 1.0, 1 / 3, 0),
        (0.6, 1 / 3, 0 / 1, 0),
        (0.95, 0.0, 0.0, 0),
    ]
    assert assistant.least == 0.42
    assert curve_as_text(points).splitlines()[2].split() == ["0.42", "1.000", "0.333", "0"]
    assert "<polyline" in as_html(run_suite(suite, assistant), Around(points))
    assert "<polyline" not in as_html(run_suite(suite, assistant))


def test_what_was_asked_at_its_own_threshold_is_not_asked_again(suite: Suite) -> None:
    assistant = Weighing()
    finished = run_suite(suite, assistant)
    assistant.asked.clear()
    points = risk_coverage(suite, assistant, [0.3, 0.42, 0.6], finished=finished)
    assert {least for least, _ in assistant.asked} == {0.3, 0.6} and len(assistant.asked) == 2 * len(CASES)
    assert points == risk_coverage(suite, assistant, [0.3, 0.42, 0.6])
