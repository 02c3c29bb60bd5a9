"""What is wrong with a suite, each problem with its place, all of them told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question or a setting stands; what does not apply is None."""

    file: Path
    sheet: str | None = None
    row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    """What a spreadsheet calls the column of each field, with its letter."""

    def __str__(self) -> str:
        parts = [str(self.file)]
        if self.sheet:
            parts.append(f"trang tính “{self.sheet}”")
        if self.row is not None:
            parts.append(f"dòng {self.row}")
        return ", ".join(parts)

    def name_of(self, path: str) -> str:
        """A field as a person finds it: `cột B “Câu hỏi”`, or `trường question`."""
        column = self.columns.get(path.split(".", maxsplit=1)[0])
        return column or f"trường {path}"


class SuiteError(Exception):
    """A suite that cannot be run; each message names file, sheet, row and column or field, in Vietnamese."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems


_SAID = {
    "missing": "chưa có nội dung; đề nghị bổ sung.",
    "string_too_short": "không được để trống; đề nghị bổ sung.",
    "string_type": "phải là chữ.",
    "tuple_type": "phải là một danh sách.",
    "list_type": "phải là một danh sách.",
    "bool_type": "phải là true hoặc false.",
    "float_type": "phải là số.",
    "float_parsing": "phải là số.",
    "dict_type": "phải là một nhóm trường.",
    "model_type": "phải là một nhóm trường trong ngoặc nhọn.",
    "extra_forbidden": "không có trường này; đề nghị kiểm tra chính tả.",
}


def explained(error: ValidationError, place: Place, choices: Mapping[str, Sequence[str]] | None = None) -> list[str]:
    """Every wrong field with what is wrong about it and what to do, a message each.

    Args:
        error: of the model that the place was read with.
        place: where it stands.
        choices: what a spreadsheet offers in a column, by field; else the model's own values are named.
    """
    return [f"{place}: {_one(problem, place, choices or {})}" for problem in _apart(error.errors())]


def _apart(problems: Iterable[Any]) -> list[Any]:
    return sorted(problems, key=lambda problem: [str(part) for part in problem["loc"]])


def _one(problem: Any, place: Place, choices: Mapping[str, Sequence[str]]) -> str:
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "literal_error":
        offered = choices.get(path)
        words = ", ".join(f"“{choice}”" for choice in offered) if offered else problem["ctx"]["expected"]
        said = f"“{problem['input']}” không nằm trong các lựa chọn: {words.replace(' or ', ' hoặc ')}."
    elif problem["type"] == "value_error":
        said = str(problem["ctx"]["error"])
    else:
        said = _SAID.get(problem["type"], str(problem["msg"]))
    return f"{place.name_of(path)}: {said}" if path else said
