"""A run as JUnit XML, for what shows test results: a test case a question, one a gate."""

from __future__ import annotations

from pathlib import Path

from evals.report import complaints
from evals.run import SuiteRun


def write_junit(run: SuiteRun, path: Path) -> None:
    """Write the file.

    Raises:
        ImportError: junitparser is not installed.
        OSError: the file cannot be written.
    """
    try:
        from junitparser import Error, Failure, JUnitXml, TestCase, TestSuite
    except ImportError as error:
        raise ImportError("Cần thư viện junitparser để ghi JUnit XML: `pip install 'troly[evals]'`.") from error
    suite = TestSuite(run.suite.name)
    for one in run.cases:
        case = TestCase(one.case.id, f"{run.suite.name}.{one.case.kind}", (one.judgement.total_ms or 0.0) / 1000)
        if one.error:
            case.result = [Error(one.error, type_="error")]
        elif not one.judgement.flawless:
            failure = Failure(" ".join(complaints(one)), type_="answer")
            failure.text = f"{one.case.question}\n\n{(one.answer or {}).get('text') or ''}"
            case.result = [failure]
        suite.add_testcase(case)
    for gate in run.gates:
        case = TestCase(f"{gate.name} {gate.gate}", f"{run.suite.name}.gates", 0.0)
        if not gate.holds:
            case.result = [Failure(f"{gate.name} = {gate.value}", type_="gate")]
        suite.add_testcase(case)
    whole = JUnitXml(run.suite.name)
    whole.add_testsuite(suite)
    whole.write(str(path), pretty=True)
