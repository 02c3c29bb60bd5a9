"""When to say that the documents do not say: risk and coverage of answers as the threshold of evidence moves.

Selective answering (El-Yaniv and Wiener, JMLR 2010): coverage is the share of the questions with an answer in the
documents that are answered, risk the share of wrong ones among all that are answered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from evals.cases import Suite
from evals.run import AnswersQuestions, SuiteRun, run_suite

THRESHOLDS = (0.0, 0.15, 0.3, 0.36, 0.42, 0.48, 0.54, 0.6, 0.75, 0.9)


class AnswersAbove(AnswersQuestions, Protocol):
    """An assistant whose threshold can be moved."""

    least: float


@dataclass(frozen=True, slots=True)
class Point:
    """One threshold with what it does."""

    threshold: float
    coverage: float
    """Share of the questions that the documents answer which are answered (0 to 1)."""
    risk: float
    """Share of the answers given that are not wholly right; 0 where none is given."""
    answered_in_vain: int
    """Questions that should be refused or asked back, and are answered."""

    def as_json(self) -> dict[str, Any]:
        """A member of `curve`."""
        return {
            "threshold": self.threshold,
            "coverage": round(self.coverage, 4),
            "risk": round(self.risk, 4),
            "answered_in_vain": self.answered_in_vain,
        }


def risk_coverage(
    suite: Suite,
    assistant: AnswersAbove,
    thresholds: Sequence[float] = THRESHOLDS,
    on_progress: Callable[[float, int, str], None] | None = None,
    finished: SuiteRun | None = None,
) -> list[Point]:
    """The curve: the suite is asked once for each threshold.

    Args:
        suite: questions, some of which the documents do not answer.
        assistant: over the suite's documents; its threshold is as before afterwards.
        thresholds: shares of a question that a sentence must hold, 0 to 1.
        on_progress: told of each threshold.
        finished: a run at the assistant's own threshold, where there is one: that one is not asked again.
    """
    before, points = assistant.least, []
    try:
        for number, threshold in enumerate(thresholds):
            if on_progress:
                on_progress(number, len(thresholds), f"{threshold:.2f}")
            assistant.least = threshold
            known = finished if threshold == before else None
            points.append(_point(threshold, known or run_suite(suite, assistant)))
    finally:
        assistant.least = before
    return points


def _point(threshold: float, run: SuiteRun) -> Point:
    answered = [one for one in run.cases if one.answer and one.answer["outcome"] == "answered"]
    wanted = [one for one in run.cases if one.case.expected_behaviour == "answer"]
    told = sum(one.case.expected_behaviour == "answer" for one in answered)
    wrong = sum(not one.judgement.correct for one in answered)
    return Point(
        threshold=threshold,
        coverage=told / len(wanted) if wanted else 1.0,
        risk=wrong / len(answered) if answered else 0.0,
        answered_in_vain=len(answered) - told,
    )
