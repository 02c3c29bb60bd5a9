"""Evaluation suites: documents, questions and gates, read and validated.

A suite is a folder with a `suite.yaml`, or one file: a spreadsheet or a list of questions. Every message of a
`SuiteError` names the file, and where there are any, sheet, row and column or field; all of them come at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.facts import words
from evals.problems import Place, SuiteError, explained

SUITES = Path(__file__).parent / "suites"
SHEETS = (".xlsx", ".csv")
QUESTION_FILES = (".jsonl", ".yaml", ".yml", *SHEETS)
DOCUMENTS = "documents"
"""The folder beside a file of questions that names none."""
TIMES = ("p50_ms", "p95_ms", "first_p50_ms", "first_p95_ms")
"""What gates may bound beside the measures: milliseconds to the whole answer and to its first characters."""

Text = Annotated[str, Field(min_length=1)]
ExpectedBehaviour = Literal["answer", "abstain", "clarify"]


class CaseTurn(BaseModel):
    """One earlier message of the conversation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Literal["user", "assistant"]
    content: Text


class GoldState(BaseModel):
    """A state of a record with the day of the report that states it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Text
    """A label of the closed list of states: `completed`."""
    as_of: date | None = None


class GoldRecord(BaseModel):
    """What the registry has to say of a document number."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: Text
    """As a person types it, with its day or issuer where the number alone is ambiguous."""
    state: Text | None = None
    """The current state; None: not asked."""
    timeline: tuple[GoldState, ...] = ()


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
    gold_numbers: tuple[Text, ...] = ()
    """Numbers, days and quantities with their unit that the answer has to state: `341 km`, `22/5/2019`."""
    gold_record: GoldRecord | None = None
    must_not_say: tuple[Text, ...] = ()
    """Phrases that the answer must not assert."""
    machine_made: bool = False
    """Proposed by a program and not yet confirmed by a person."""


class Gate(BaseModel):
    """The bounds that a measure has to keep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: float | None = None
    at_most: float | None = None
    lose_at_most: Annotated[float, Field(ge=0)] | None = None
    """How much worse than in the run that it is held against the measure may be."""

    @model_validator(mode="after")
    def _bounds_something(self) -> Gate:
        if self.at_least is None and self.at_most is None and self.lose_at_most is None:
            raise ValueError("phải có at_least, at_most hoặc lose_at_most.")
        return self

    def holds(self, value: float | None) -> bool:
        """Whether `value` keeps the bounds; a measure that could not be computed keeps none."""
        if value is None:
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        low = [] if self.at_least is None else [f"≥ {self.at_least:g}"]
        high = [] if self.at_most is None else [f"≤ {self.at_most:g}"]
        loss = [] if self.lose_at_most is None else [f"kém lần trước không quá {self.lose_at_most:g}"]
        return ", ".join(low + high + loss)


class SuiteSettings(BaseModel):
    """`suite.yaml`, or the sheet of a spreadsheet that stands for it, as written."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    description: str = ""
    documents: Text
    more_documents: tuple[Text, ...] = ()
    """Further folders, such as those of another suite."""
    questions: Text = "questions.jsonl"
    gates: dict[str, Gate] = Field(default_factory=dict)


class Suite(BaseModel):
    """A suite, ready to run."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    documents: Path
    more_documents: tuple[Path, ...] = ()
    cases: tuple[Case, ...]
    gates: dict[str, Gate]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Every folder of documents."""
        return (self.documents, *self.more_documents)


def shipped_suites() -> tuple[str, ...]:
    """Names of the suites that come with the product."""
    return tuple(sorted(path.parent.name for path in SUITES.glob("*/suite.yaml")))


def load_suite(name_or_path: str, documents: Path | None = None) -> Suite:
    """Read a shipped suite by name, or by path a suite's folder, its `suite.yaml`, or a file of questions.

    Args:
        name_or_path: of the suite.
        documents: folder to take instead of the suite's own, or where a file of questions names none.

    Raises:
        SuiteError: there is no such suite, or a file of it is missing or not valid.
    """
    file = _suite_file(name_or_path)
    problems: list[str] = []
    settings = _settings(file, documents, problems)
    questions = file
    if file.name == "suite.yaml":
        questions = file.parent / (settings.questions if settings else "questions.jsonl")
    cases = _collected(questions, problems)
    if problems or settings is None:
        raise SuiteError(*problems)
    return Suite(
        name=settings.name,
        description=settings.description,
        documents=documents or file.parent / settings.documents,
        more_documents=tuple(file.parent / folder for folder in settings.more_documents),
        cases=cases,
        gates=settings.gates,
    )


def load_gates(file: Path) -> dict[str, Gate]:
    """Read a file of rules: bounds by measure, or by kind and measure (`status_lookup/correct`).

    Raises:
        SuiteError: the file is missing or not valid.
    """
    problems: list[str] = []
    try:
        rules = _Rules.model_validate({"gates": _yaml(file)})
    except ValidationError as error:
        raise SuiteError(*explained(error, Place(file))) from error
    _check_gates(Place(file), rules.gates, problems)
    if problems:
        raise SuiteError(*problems)
    return rules.gates


class _Rules(BaseModel):
    gates: dict[str, Gate]


def _suite_file(name_or_path: str) -> Path:
    for candidate in (SUITES / name_or_path, Path(name_or_path)):
        file = candidate / "suite.yaml" if candidate.is_dir() else candidate
        if file.is_file() and file.suffix.lower() in QUESTION_FILES:
            return file
    raise SuiteError(
        f"Không có bộ đánh giá {name_or_path}. Các bộ có sẵn: {', '.join(shipped_suites())}; "
        "hoặc nêu đường dẫn đến thư mục chứa suite.yaml, đến bảng tính .xlsx, .csv hoặc tệp câu hỏi .jsonl, .yaml."
    )


def _settings(file: Path, documents: Path | None, problems: list[str]) -> SuiteSettings | None:
    """What the suite says of itself; None where it is not valid, which is then among the problems."""
    place, written = _written_settings(file)
    try:
        settings = SuiteSettings.model_validate(written)
    except ValidationError as error:
        problems += explained(error, place)
        return None
    folders = [("documents", documents or file.parent / settings.documents)]
    folders += [("more_documents", file.parent / folder) for folder in settings.more_documents]
    problems += [
        f"{place}: {place.name_of(field)}: không có thư mục {folder}."
        for field, folder in folders
        if not folder.is_dir()
    ]
    _check_gates(place, settings.gates, problems)
    return settings


def _written_settings(file: Path) -> tuple[Place, Any]:
    if file.name == "suite.yaml":
        return Place(file), _yaml(file)
    if file.suffix.lower() == ".xlsx":
        from evals.question_sheet import read_settings

        return read_settings(file)
    return Place(file), {"name": file.stem, "documents": DOCUMENTS}


def _yaml(file: Path) -> Any:
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise SuiteError(f"{file}: không đúng cú pháp YAML ({error}). Đề nghị sửa tệp.") from error
    except OSError as error:
        raise SuiteError(f"{file}: không đọc được ({error.strerror}). Đề nghị kiểm tra đường dẫn.") from error


def _check_gates(place: Place, gates: Mapping[str, Gate], problems: list[str]) -> None:
    from evals.metrics import MEASURES

    known = {measure.name for measure in MEASURES} | set(TIMES)
    problems += [
        f"{place}: trường gates.{name}: không có độ đo này. Các độ đo: {', '.join(sorted(known))}."
        for name in gates
        if name.rsplit("/", 1)[-1] not in known
    ]


def load_cases(file: Path) -> tuple[Case, ...]:
    """Read the questions of a `.jsonl`, `.yaml`, `.xlsx` or `.csv`.

    Raises:
        SuiteError: the file is missing or empty, or holds what is no case, an id twice, a question twice.
    """
    problems: list[str] = []
    cases = _collected(file, problems)
    if problems:
        raise SuiteError(*problems)
    return cases


def _collected(file: Path, problems: list[str]) -> tuple[Case, ...]:
    """The valid questions of a file; what is wrong with the others is added to the problems."""
    if not file.is_file():
        problems.append(f"Không có tệp câu hỏi {file}.")
        return ()
    before, cases, places = len(problems), list[Case](), list[Place]()
    for place, written in _written_cases(file, problems):
        try:
            cases.append(Case.model_validate(written))
        except ValidationError as error:
            problems += explained(error, place, _choices(file))
        else:
            places.append(place)
    problems += _repeated(cases, places)
    if not cases and len(problems) == before:
        problems.append(f"{file}: không có câu hỏi nào.")
    return tuple(cases)


def _repeated(cases: Sequence[Case], places: Sequence[Place]) -> Iterator[str]:
    """An id, or a question with the same conversation before it, that occurred before."""
    ids: dict[str, int | None] = {}
    asked: dict[object, int | None] = {}
    for case, place in zip(cases, places, strict=True):
        if case.id in ids:
            yield f"{place}: {place.name_of('id')}: {case.id} đã dùng ở dòng {ids[case.id]}."
        question = (tuple(words(case.question)), case.history)
        if case.id not in ids and question in asked:
            yield f"{place}: {place.name_of('question')}: trùng với câu hỏi ở dòng {asked[question]}."
        ids.setdefault(case.id, place.row)
        asked.setdefault(question, place.row)


def _written_cases(file: Path, problems: list[str]) -> Iterator[tuple[Place, Any]]:
    if file.suffix.lower() in SHEETS:
        from evals.question_sheet import read_questions

        yield from read_questions(file, problems)
    elif file.suffix.lower() == ".jsonl":
        yield from _json_lines(file, problems)
    else:
        listed = _yaml(file)
        if not isinstance(listed, list):
            problems.append(f"{file}: phải là một danh sách các câu hỏi, mỗi câu bắt đầu bằng dấu “-”.")
            return
        yield from ((Place(file, row=number), one) for number, one in enumerate(listed, 1))


def _choices(file: Path) -> Mapping[str, Sequence[str]]:
    if file.suffix.lower() not in SHEETS:
        return {}
    from evals.question_sheet import CHOICES

    return CHOICES


def _json_lines(file: Path, problems: list[str]) -> Iterator[tuple[Place, Any]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        if not line.strip():
            continue
        place = Place(file, row=number)
        try:
            yield place, json.loads(line)
        except json.JSONDecodeError as error:
            problems.append(f"{place}: không đúng cú pháp JSON ({error}).")
