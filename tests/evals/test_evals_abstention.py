"""Risk and coverage as the threshold moves: counted by hand over four questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from assistant.models import Answer, Turn
from evals.abstention import risk_coverage
from evals.cases import Case, Suite
from evals.report import as_html, curve_as_text
from evals.run import run_suite

SURE = {"đúng chắc": 0.9, "đúng vừa": 0.5, "sai vừa": 0.5, "không có": 0.3}
"""How much of each question the best sentence holds."""
CASES = (
    Case(id="a", question="đúng chắc", kind="factual", expected_behaviour="answer", gold_answer="12 trạm"),
    Case(id="b", question="đúng vừa", kind="factual", expected_behaviour="answer", gold_answer="12 trạm"),
    Case(id="c", question="sai vừa", kind="factual", expected_behaviour="answer", gold_answer="99 trạm"),
    Case(id="d", question="không có", kind="unanswerable", expected_behaviour="abstain"),
)


class Weighing:
    """Answers "12 trạm" to what it is sure enough of."""

    least = 0.42

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        known = SURE[question] >= self.least
        return Answer("answered" if known else "not_found", "12 trạm" if known else "", (), "extractive", "vi")


def test_the_curve(tmp_path: Path) -> None:
    suite = Suite(name="thử", description="", documents=tmp_path, cases=CASES, gates={})
    assistant = Weighing()
    points = risk_coverage(suite, assistant, [0.0, 0.42, 0.6, 0.95])
    # Without a citation "12" stands on nothing: every answer counts as wrong, so that risk is 1 where any is given.
    assert [(p.threshold, p.coverage, p.risk, p.answered_in_vain) for p in points] == [
        (0.0, 1.0, 1.0, 1),
        (0.42, 1.0, 1.0, 0),
        (0.6, 1 / 3, 1.0, 0),
        (0.95, 0.0, 0.0, 0),
    ]
    assert assistant.least == 0.42
    assert curve_as_text(points).splitlines()[2].split() == ["0.42", "1.000", "1.000", "0"]
    assert "<polyline" in as_html(run_suite(suite, assistant), points)
    assert "<polyline" not in as_html(run_suite(suite, assistant))
