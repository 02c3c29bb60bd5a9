"""Runs a suite: its documents into a data folder, its questions to the assistant, its answers to the judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from assistant.errors import AssistantError
from assistant.models import Answer, Turn
from evals.cases import Case, Gate, Suite
from evals.metrics import MEASURES, Judgement, Mean, Measure, judge, mean, median_ms
from ingest.models import FileReport
from vectorstore.errors import StoreError

if TYPE_CHECKING:
    from assistant.service import Assistant

Progress = Callable[[float, int, str], None]
"""(done, in all, what is at work)."""


class AnswersQuestions(Protocol):
    """What a suite is put to: the product's assistant, or anything that answers like it."""

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """Answer a question."""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """One question as it was answered and judged."""

    case: Case
    answer: Mapping[str, Any] | None
    """What `troly ask --json` prints; None where the assistant failed."""
    error: str | None
    """Why there is no answer: a failure of the assistant, not of the judge."""
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a measure kept its bounds."""

    measure: Measure
    gate: Gate
    value: float | None

    @property
    def holds(self) -> bool:
        """Whether it did."""
        return self.gate.holds(self.value)


@dataclass(frozen=True)
class SuiteRun:
    """A whole run with its figures."""

    suite: Suite
    cases: tuple[CaseRun, ...]
    files: tuple[FileReport, ...] = ()
    """How the suite's documents fared at ingest."""

    @property
    def judgements(self) -> list[Judgement]:
        """The judgements in the order of the questions."""
        return [run.judgement for run in self.cases]

    @property
    def failures(self) -> list[CaseRun]:
        """The questions that were not answered wholly right."""
        return [run for run in self.cases if not run.judgement.correct]

    @cached_property
    def means(self) -> dict[Measure, Mean]:
        """Every measure over the whole suite."""
        return {measure: mean(measure, self.judgements) for measure in MEASURES}

    @cached_property
    def by_kind(self) -> dict[str, dict[Measure, Mean]]:
        """Every measure over each kind of question, kinds in alphabetical order."""
        kinds: dict[str, list[Judgement]] = defaultdict(list)
        for judgement in self.judgements:
            kinds[judgement.case.kind].append(judgement)
        return {kind: {m: mean(m, kinds[kind]) for m in MEASURES} for kind in sorted(kinds)}

    @property
    def gates(self) -> list[GateResult]:
        """The gates of the suite with what was measured."""
        by_name = {measure.name: measure for measure in MEASURES}
        return [
            GateResult(by_name[name], gate, self.means[by_name[name]].value) for name, gate in self.suite.gates.items()
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
) -> SuiteRun:
    """Put every question of a suite to an assistant and judge the answers.

    An assistant that fails on a question, in a way that the product knows, is recorded with the reason and
    the question counts as wrong; any other exception is a defect and passes through.
    """
    runs = []
    for number, case in enumerate(suite.cases):
        if on_progress:
            on_progress(number, len(suite.cases), case.id)
        runs.append(run_case(case, assistant))
    if on_progress:
        on_progress(len(suite.cases), len(suite.cases), "")
    return SuiteRun(suite, tuple(runs), tuple(files))


def run_case(case: Case, assistant: AnswersQuestions) -> CaseRun:
    """Put one question to an assistant and judge the answer."""
    history = tuple(Turn(turn.role, turn.content) for turn in case.history)
    try:
        answer = assistant.ask(case.question, history).as_json()
    except (AssistantError, StoreError) as error:
        return CaseRun(case, None, f"{type(error).__name__}: {error}", judge(case, None))
    return CaseRun(case, answer, None, judge(case, answer))


@contextmanager
def assistant_over(
    documents: Path, data_dir: Path, on_progress: Progress | None = None
) -> Iterator[tuple[Assistant, list[FileReport]]]:
    """The product's assistant over a folder of documents, taken into `data_dir` first.

    Yields:
        The assistant, and how each file fared.

    Raises:
        StoreError: the data folder is in use by another process, or made by another version.
    """
    from assistant.config import Settings
    from assistant.service import open_assistant, open_library

    # All stores lie in the data folder whatever the environment says: a suite must not reach into an installation.
    settings = Settings(data_dir=data_dir, database_url="", chroma_url="")
    with open_library(settings) as library:
        files = library.ingest([documents], on_progress)
    with closing(open_assistant(settings)) as assistant:
        yield assistant, files
