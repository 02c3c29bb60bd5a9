"""`pytest --troly-suite SUITE`: each question of a suite is a test, and so is each gate."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from evals.cases import Case, Suite
    from evals.run import CaseRun, Look, SuiteRun


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option that the plugin waits for."""
    group = parser.getgroup("troly", "Trợ lý Văn bản")
    group.addoption(
        "--troly-suite",
        action="append",
        default=[],
        metavar="SUITE",
        help="Ask the questions of this evaluation suite as tests (may be given several times).",
    )


class SuiteQuestions(pytest.Collector):
    """The questions of one suite; its documents are taken in when the first of them runs."""

    def __init__(self, *, suite: Suite, **given: Any) -> None:
        super().__init__(**given)
        self.suite = suite
        self._stack = ExitStack()
        self._open: tuple[Any, Look] | None = None
        self.asked: dict[str, CaseRun] = {}

    def collect(self) -> Iterator[pytest.Item]:
        """A test a question, then one a gate."""
        for case in self.suite.cases:
            yield Question.from_parent(self, name=case.id, case=case)
        for name in self.suite.gates:
            yield GateKept.from_parent(self, name=f"gate {name}", gate=name)

    def ask(self, case: Case) -> CaseRun:
        """The answer to a question, asked once."""
        from evals.run import run_case

        if case.id not in self.asked:
            assistant, look = self._assistant()
            self.asked[case.id] = run_case(case, assistant, look)
        return self.asked[case.id]

    def run(self) -> SuiteRun:
        """The whole suite as a run."""
        from evals.run import SuiteRun

        return SuiteRun(self.suite, tuple(self.ask(case) for case in self.suite.cases))

    def _assistant(self) -> tuple[Any, Look]:
        from evals.under_test import Sight, assistant_over

        if self._open is None:
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="troly-eval-")))
            assistant, _ = self._stack.enter_context(assistant_over(self.suite.folders, folder))
            self._open = assistant, Sight(assistant)
        return self._open

    def teardown(self) -> None:
        """Let the library go."""
        self._stack.close()
        self._open = None


class AnswerFlawError(Exception):
    """A question was not answered as the suite asks."""


class Question(pytest.Item):
    """One question."""

    def __init__(self, *, case: Case, **given: Any) -> None:
        super().__init__(**given)
        self.case = case

    def runtest(self) -> None:
        """Ask and judge."""
        from evals.report import complaints

        assert isinstance(self.parent, SuiteQuestions)
        run = self.parent.ask(self.case)
        if not run.judgement.flawless:
            told = (run.answer or {}).get("text") or ""
            raise AnswerFlawError(f"{self.case.question}\n{' '.join(complaints(run))}\n\n{told}")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """What is wrong, without a traceback of ours."""
        if isinstance(excinfo.value, AnswerFlawError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """How the test is called in reports."""
        return self.path, 0, self.name


class GateKept(Question):
    """One gate over all questions."""

    def __init__(self, *, gate: str, **given: Any) -> None:
        pytest.Item.__init__(self, **given)
        self.gate = gate

    def runtest(self) -> None:
        """Hold the whole suite to it."""
        assert isinstance(self.parent, SuiteQuestions)
        result = next(one for one in self.parent.run().gates if one.name == self.gate)
        if not result.holds:
            raise AnswerFlawError(f"{result.name} {result.gate}: {result.value}")


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Add the suites that were named to what was collected."""
    result = yield
    from evals.cases import load_suite
    from evals.problems import SuiteError

    for name in session.config.getoption("--troly-suite"):
        try:
            suite = load_suite(name)
        except SuiteError as error:
            raise pytest.UsageError(str(error)) from error
        collector = SuiteQuestions.from_parent(session, name=f"troly:{suite.name}", suite=suite)
        session.items.extend(collector.collect())
        session.testscollected = len(session.items)
    return result
