"""Evaluation suites: a folder with `suite.yaml`, a `questions.jsonl` and documents, read and validated.

`suite.yaml` names the documents, the questions and the gates; a question a line follows the fields of `Case`.
Every message of a `SuiteError` names the file, and where there are any, the line and the field.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

SUITES = Path(__file__).parent / "suites"

Text = Annotated[str, Field(min_length=1)]
ExpectedBehaviour = Literal["answer", "abstain", "clarify"]


class SuiteError(Exception):
    """A suite that cannot be run; the message names file, line and field, in Vietnamese."""


class CaseTurn(BaseModel):
    """One earlier message of the conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["user", "assistant"]
    content: Text


class Case(BaseModel):
    """One question with what a right answer holds. Unknown fields are kept out of the way."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Text
    question: Text
    kind: Text
    expected_behaviour: ExpectedBehaviour
    lang: str = "vi"
    history: tuple[CaseTurn, ...] = ()
    gold_answer: str = ""
    gold_keys: tuple[Text, ...] = ()
    """Match keys of the document numbers that the answer has to name: `5880|QD|UBND`."""
    gold_evidence: tuple[Text, ...] = ()
    """Sentences as the documents have them; one of them has to be quoted."""
    must_not_say: tuple[Text, ...] = ()
    """Phrases that the answer must not assert."""


class Gate(BaseModel):
    """The bounds that a measure has to keep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _bounds_something(self) -> Gate:
        if self.at_least is None and self.at_most is None:
            raise ValueError("phải có at_least hoặc at_most")
        return self

    def holds(self, value: float | None) -> bool:
        """Whether `value` keeps the bounds; a measure that could not be computed keeps none."""
        if value is None:
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        low = [] if self.at_least is None else [f"≥ {self.at_least:g}"]
        high = [] if self.at_most is None else [f"≤ {self.at_most:g}"]
        return ", ".join(low + high)


class _SuiteFile(BaseModel):
    """`suite.yaml` as written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    description: str = ""
    documents: Text
    questions: Text = "questions.jsonl"
    gates: dict[str, Gate] = Field(default_factory=dict)


class Suite(BaseModel):
    """A suite, ready to run."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    documents: Path
    cases: tuple[Case, ...]
    gates: dict[str, Gate]


def shipped_suites() -> tuple[str, ...]:
    """Names of the suites that come with the product."""
    return tuple(sorted(path.parent.name for path in SUITES.glob("*/suite.yaml")))


def load_suite(name_or_path: str) -> Suite:
    """Read a shipped suite by name, or a suite's folder or `suite.yaml` by path.

    Raises:
        SuiteError: there is no such suite, or a file of it is missing or not valid.
    """
    file = _suite_file(name_or_path)
    try:
        parsed = yaml.safe_load(file.read_text(encoding="utf-8"))
        suite = _SuiteFile.model_validate(parsed)
    except yaml.YAMLError as error:
        raise SuiteError(f"{file}: không đúng cú pháp YAML ({error}). Đề nghị sửa tệp.") from error
    except ValidationError as error:
        raise SuiteError(f"{file}: {_explained(error)}") from error
    documents = file.parent / suite.documents
    if not documents.is_dir():
        raise SuiteError(f"{file}: trường documents: không có thư mục {documents}.")
    _check_gates(file, suite.gates)
    cases = load_cases(file.parent / suite.questions)
    return Suite(name=suite.name, description=suite.description, documents=documents, cases=cases, gates=suite.gates)


def _suite_file(name_or_path: str) -> Path:
    for candidate in (SUITES / name_or_path, Path(name_or_path)):
        file = candidate / "suite.yaml" if candidate.is_dir() else candidate
        if file.is_file():
            return file
    raise SuiteError(
        f"Không có bộ đánh giá {name_or_path}. Các bộ có sẵn: {', '.join(shipped_suites())}; "
        "hoặc nêu đường dẫn đến thư mục chứa suite.yaml."
    )


def _check_gates(file: Path, gates: dict[str, Gate]) -> None:
    from evals.metrics import MEASURES

    known = {measure.name for measure in MEASURES}
    for name in gates:
        if name not in known:
            raise SuiteError(f"{file}: trường gates.{name}: không có độ đo này. Các độ đo: {', '.join(sorted(known))}.")


def load_cases(file: Path) -> tuple[Case, ...]:
    """Read a `questions.jsonl`: one `Case` a line, empty lines skipped.

    Raises:
        SuiteError: the file is missing or empty, a line is no JSON or no case, an id occurs twice.
    """
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, parsed in _json_lines(file):
        try:
            case = Case.model_validate(parsed)
        except ValidationError as error:
            raise SuiteError(f"{file}, dòng {number}: {_explained(error)}") from error
        if case.id in seen:
            raise SuiteError(f"{file}, dòng {number}: trường id: {case.id} đã dùng ở dòng {seen[case.id]}.")
        seen[case.id] = number
        cases.append(case)
    if not cases:
        raise SuiteError(f"{file}: không có câu hỏi nào.")
    return tuple(cases)


def _json_lines(file: Path) -> Iterator[tuple[int, Any]]:
    if not file.is_file():
        raise SuiteError(f"Không có tệp câu hỏi {file}.")
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise SuiteError(f"{file}, dòng {number}: không đúng cú pháp JSON ({error}).") from error


def _explained(error: ValidationError) -> str:
    """Every wrong field with what is wrong about it."""
    wrong = []
    for problem in error.errors():
        place = ".".join(str(part) for part in problem["loc"])
        wrong.append(f"trường {place}: {problem['msg']}" if place else str(problem["msg"]))
    return "; ".join(wrong)
