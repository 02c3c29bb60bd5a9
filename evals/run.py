"""Runs a suite: its questions to an assistant, its answers to the judge, its figures to the gates."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

from assistant.errors import AssistantError
from assistant.models import Answer, Turn
from evals.cases import Case, Gate, Suite
from evals.fingerprint import Fingerprint
from evals.metrics import BY_NAME, MEASURES, Judgement, Mean, Measure, Seen, judge, mean, median_ms
from evals.significance import Interval, bootstrap_interval, percentile
from ingest.models import FileReport
from vectorstore.errors import StoreError

Progress = Callable[[float, int, str], None]
"""(done, in all, what is at work)."""
Look = Callable[[Case, Mapping[str, Any]], Seen]
"""Looks up beside an answer what the answer itself does not tell."""


class AnswersQuestions(Protocol):
    """What a suite is put to: the product's assistant, or anything that answers like it."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question."""


@runtime_checkable
class AnswersInPieces(Protocol):
    """An assistant whose first words can be timed."""

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[str | Answer]:
        """The text in pieces, then the answer."""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """One question as it was answered and judged."""

    case: Case
    answer: Mapping[str, Any] | None
    """What `troly ask --json` prints; None where the assistant failed."""
    error: str | None
    """Why there is no answer: a failure of the assistant, not of the judge."""
    judgement: Judgement
    seen: Seen = field(default_factory=Seen)
    first_ms: float | None = None
    """Until the first characters came; None where the assistant gives its answers whole."""


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a measure kept its bounds."""

    name: str
    """Of the measure, or `kind/measure`, or of a time."""
    gate: Gate
    value: float | None
    before: float | None = None
    """In the run that this one is held against."""

    @property
    def measure(self) -> Measure | None:
        """What is bounded; None for a time."""
        return BY_NAME.get(self.name.rsplit("/", 1)[-1])

    @property
    def holds(self) -> bool:
        """Whether it did; a loss against a run that does not tell the measure is none."""
        if not self.gate.holds(self.value):
            return False
        if self.gate.lose_at_most is None or self.value is None or self.before is None:
            return True
        better = self.measure is not None and self.measure.higher_is_better
        loss = self.before - self.value if better else self.value - self.before
        return loss <= self.gate.lose_at_most + 1e-9


@dataclass(frozen=True)
class SuiteRun:
    """A whole run with its figures."""

    suite: Suite
    cases: tuple[CaseRun, ...]
    files: tuple[FileReport, ...] = ()
    """How the suite's documents fared at ingest."""
    fingerprint: Fingerprint | None = None
    started: str = ""
    """Day and time in ISO form."""
    peak_mb: float | None = None
    """Most memory that the process held, in megabytes."""
    before: Mapping[str, float | None] = field(default_factory=dict)
    """The figures of the run that this one is held against, by name."""

    @property
    def judgements(self) -> list[Judgement]:
        """The judgements in the order of the questions."""
        return [run.judgement for run in self.cases]

    @property
    def failures(self) -> list[CaseRun]:
        """The questions that were not answered without a flaw."""
        return [run for run in self.cases if not run.judgement.flawless]

    @cached_property
    def means(self) -> dict[Measure, Mean]:
        """Every measure over the whole suite."""
        return {measure: mean(measure, self.judgements) for measure in MEASURES}

    @cached_property
    def intervals(self) -> dict[Measure, Interval | None]:
        """Between what bounds the true value of each measure lies."""
        values = {m: [one.values[m] for one in self.judgements if m in one.values] for m in MEASURES}
        return {measure: bootstrap_interval(found) for measure, found in values.items()}

    @cached_property
    def by_kind(self) -> dict[str, dict[Measure, Mean]]:
        """Every measure over each kind of question, kinds in alphabetical order."""
        kinds: dict[str, list[Judgement]] = defaultdict(list)
        for judgement in self.judgements:
            kinds[judgement.case.kind].append(judgement)
        return {kind: {m: mean(m, kinds[kind]) for m in MEASURES} for kind in sorted(kinds)}

    @cached_property
    def times(self) -> dict[str, float | None]:
        """Milliseconds to the whole answer and to its first characters: median and 95th percentile."""
        whole = [one.total_ms for one in self.judgements if one.total_ms is not None]
        first = [run.first_ms for run in self.cases if run.first_ms is not None]
        return {
            "p50_ms": percentile(whole, 0.5),
            "p95_ms": percentile(whole, 0.95),
            "first_p50_ms": percentile(first, 0.5),
            "first_p95_ms": percentile(first, 0.95),
        }

    @cached_property
    def figures(self) -> dict[str, float | None]:
        """Everything that a gate may bound, by name."""
        found = {measure.name: average.value for measure, average in self.means.items()}
        for kind, means in self.by_kind.items():
            found |= {f"{kind}/{measure.name}": average.value for measure, average in means.items()}
        return found | self.times

    @property
    def behaviours(self) -> dict[tuple[str, str], int]:
        """How many questions that ask for a behaviour got an outcome: ("abstain", "answered") → n."""
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for run in self.cases:
            counts[run.case.expected_behaviour, run.answer["outcome"] if run.answer else "error"] += 1
        return dict(counts)

    @property
    def gates(self) -> list[GateResult]:
        """The gates of the suite with what was measured."""
        figures = self.figures
        return [
            GateResult(name, gate, figures.get(name), self.before.get(name)) for name, gate in self.suite.gates.items()
        ]

    @property
    def passed(self) -> bool:
        """Whether every gate holds."""
        return all(result.holds for result in self.gates)

    @property
    def median_ms(self) -> float | None:
        """The median time of an answer in milliseconds."""
        return median_ms(self.judgements)


def run_suite(
    suite: Suite,
    assistant: AnswersQuestions,
    *,
    files: Sequence[FileReport] = (),
    on_progress: Progress | None = None,
    look: Look | None = None,
    done: Mapping[str, CaseRun] | None = None,
    on_answer: Callable[[CaseRun], None] | None = None,
) -> SuiteRun:
    """Put every question of a suite to an assistant and judge the answers.

    An assistant that fails on a question, in a way that the product knows, is recorded with the reason and
    the question counts as wrong; any other exception is a defect and passes through.

    Args:
        suite: the questions with their gold.
        assistant: answers them, one after the other.
        files: how the documents fared at ingest, for the report.
        on_progress: told before each question, and at the end.
        look: looks up beside each answer what more is judged.
        done: questions that an interrupted run has answered, by id; they are not asked again.
        on_answer: told of each question that was asked, so that it can be kept.
    """
    runs = []
    known = done or {}
    for number, case in enumerate(suite.cases):
        if on_progress:
            on_progress(number, len(suite.cases), case.id)
        if case.id not in known:
            runs.append(run_case(case, assistant, look))
            if on_answer:
                on_answer(runs[-1])
        else:
            runs.append(known[case.id])
    if on_progress:
        on_progress(len(suite.cases), len(suite.cases), "")
    return SuiteRun(suite, tuple(runs), tuple(files))


def run_case(case: Case, assistant: AnswersQuestions, look: Look | None = None) -> CaseRun:
    """Put one question to an assistant and judge the answer."""
    history = tuple(Turn(turn.role, turn.content) for turn in case.history)
    try:
        answer, first_ms = _answered(assistant, case.question, history)
        seen = look(case, answer) if look else Seen()
    except (AssistantError, StoreError) as error:
        # Whatever would have been looked up counts as not found.
        nothing = Seen((), {}) if look else Seen()
        return CaseRun(case, None, f"{type(error).__name__}: {error}", judge(case, None, nothing), nothing)
    return CaseRun(case, answer, None, judge(case, answer, seen), seen, first_ms)


def _answered(
    assistant: AnswersQuestions, question: str, history: Sequence[Turn]
) -> tuple[Mapping[str, Any], float | None]:
    """The answer as JSON, and after how many milliseconds its first characters came."""
    if not isinstance(assistant, AnswersInPieces):
        return assistant.ask(question, history).as_json(), None
    started, first_ms = time.perf_counter(), None
    for piece in assistant.stream(question, history):
        if isinstance(piece, Answer):
            return piece.as_json(), first_ms
        if first_ms is None:
            first_ms = round((time.perf_counter() - started) * 1000, 2)
    raise AssertionError("a stream ends with its answer")
