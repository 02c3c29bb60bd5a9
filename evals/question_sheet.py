"""A spreadsheet of questions as staff write it: what its columns are called, and how they are read."""

from __future__ import annotations

import csv
import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from evals.facts import fold, match_key
from evals.problems import Place, SuiteError
from prompts import sentences

QUESTIONS, SETTINGS = "Câu hỏi", "Bộ đánh giá"
BEHAVIOURS = {"trả lời": "answer", "nói tài liệu không nêu": "abstain", "hỏi lại": "clarify"}
LANGUAGES = {"tiếng Việt": "vi", "tiếng Việt không dấu": "vi-nodiac", "tiếng Anh": "en"}
KINDS = {
    "tra cứu tình trạng": "status_lookup",
    "hỏi nội dung": "factual",
    "liệt kê": "list",
    "đếm": "count",
    "quan hệ văn bản": "relation",
    "so sánh": "comparison",
    "hỏi tiếp": "follow_up",
    "không có trong tài liệu": "unanswerable",
    "chưa rõ văn bản nào": "ambiguous",
}
"""The kinds that the template offers; a kind of one's own is taken as written."""
CHOICES: Mapping[str, Sequence[str]] = {"expected_behaviour": tuple(BEHAVIOURS)}
_SPEAKERS = {"hoi": "user", "user": "user", "dap": "assistant", "assistant": "assistant"}
_TURN = re.compile(r"(?P<who>[^\W\d_]+)\s*:\s*(?P<said>.*)", re.DOTALL)


class Column(NamedTuple):
    """A column of the sheet of questions."""

    field: str
    title: str
    hint: str
    read: Callable[[str], Any] = str
    choices: Sequence[str] = ()
    width: int = 30


def _lines(cell: str) -> list[str]:
    return [line.strip() for line in cell.splitlines() if line.strip()]


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;\n]", cell) if part.strip()]


def _keys(cell: str) -> list[str]:
    return [part if "|" in part else match_key(part) for part in _parts(cell)]


def _history(cell: str) -> list[dict[str, str]]:
    """`Hỏi: …` and `Đáp: …`, a line each; a line without either goes on with the one before."""
    turns: list[dict[str, str]] = []
    for line in _lines(cell):
        match = _TURN.fullmatch(line)
        role = _SPEAKERS.get(fold(match["who"])) if match else None
        if match and role:
            turns.append({"role": role, "content": match["said"]})
        elif turns:
            turns[-1]["content"] += f"\n{line}"
        else:
            raise ValueError("mỗi dòng bắt đầu bằng “Hỏi:” hoặc “Đáp:”.")
    return turns


def _one_of(words: Mapping[str, str]) -> Callable[[str], str]:
    folded = {fold(word): value for word, value in words.items()}
    return lambda cell: folded.get(fold(cell), cell)


@cache
def states() -> Mapping[str, str]:
    """The labels of the closed list of states by what the assistant calls them."""
    return {label: state for state, label in sentences("vi")["state"].items()}


@cache
def columns_of_questions() -> tuple[Column, ...]:
    """The columns in the order of the template."""
    return (
        Column("id", "Mã câu", "Không trùng nhau, ví dụ c01", width=10),
        Column("question", "Câu hỏi", "Như người dùng sẽ hỏi", width=46),
        Column("kind", "Loại", "Chọn trong danh sách hoặc tự đặt", _one_of(KINDS), tuple(KINDS), 22),
        Column("expected_behaviour", "Cách xử sự", "Trợ lý phải làm gì", _one_of(BEHAVIOURS), tuple(BEHAVIOURS), 22),
        Column("lang", "Ngôn ngữ", "Để trống: tiếng Việt", _one_of(LANGUAGES), tuple(LANGUAGES), 16),
        Column("history", "Hội thoại trước", "Mỗi dòng bắt đầu bằng “Hỏi:” hoặc “Đáp:”", _history, width=36),
        Column("gold_answer", "Đáp án", "Câu trả lời đúng, ngắn gọn", width=40),
        Column(
            "gold_keys", "Số hiệu phải nêu", "Cách nhau bằng dấu chấm phẩy: 5880/QĐ-UBND; 16-CTr/TU", _keys, width=26
        ),
        Column(
            "gold_numbers", "Số liệu phải nêu", "Kèm đơn vị, cách nhau bằng dấu chấm phẩy: 341 km; 22/5/2019", _parts
        ),
        Column("gold_evidence", "Câu chứng cứ", "Chép nguyên văn từ tài liệu, mỗi câu một dòng", _lines, width=50),
        Column("record.number", "Văn bản cần tra", "Số hiệu dùng để chấm tình trạng", width=22),
        Column("record.state", "Tình trạng đúng", "Chọn trong danh sách", _one_of(states()), tuple(states()), 20),
        Column("must_not_say", "Không được nói", "Mỗi ý một dòng", _parts),
        Column("note", "Ghi chú", "Không dùng để chấm"),
    )


SETTING_ROWS = {
    "name": ("Tên bộ", "Tên ngắn, ví dụ: quy-iv-2026"),
    "description": ("Mô tả", "Một câu, in ở đầu báo cáo"),
    "documents": ("Thư mục tài liệu", "Tính từ nơi để bảng tính này, ví dụ: documents"),
}
GATE_ROW = ("Độ đo", "Ít nhất", "Nhiều nhất")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of a sheet as text, numbered as the program shows them."""

    name: str | None
    rows: tuple[tuple[str, ...], ...]


def read_questions(file: Path, problems: list[str]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """The filled rows of the sheet of questions as the fields of a case; what cannot be read is told.

    Args:
        file: an `.xlsx` with the sheet `Câu hỏi` (else its first sheet), or a `.csv`.
        problems: added to.
    """
    sheet = _sheet(file, QUESTIONS)
    head = next((number for number, row in enumerate(sheet.rows) if len(_known(row)) >= 3), None)
    if head is None:
        wanted = ", ".join(f"“{column.title}”" for column in columns_of_questions()[:4])
        problems.append(f"{Place(file, sheet.name)}: không thấy hàng tên cột; cần ít nhất các cột {wanted}.")
        return
    columns = _known(sheet.rows[head])
    titles = {
        column.field.split(".")[0]: f"cột {_letter(at)} “{column.title}”" for at, column in reversed(columns.items())
    }
    titles = {column.field: f"cột “{column.title}”" for column in columns_of_questions()} | titles
    problems += _unknown(file, sheet, head, columns)
    for number, row in enumerate(sheet.rows[head + 1 :], head + 2):
        place = Place(file, sheet.name, number, titles)
        if any(row) and not _is_hint(row, columns):
            yield place, _case(row, columns, place, problems)


def _case(row: Sequence[str], columns: Mapping[int, Column], place: Place, problems: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    record: dict[str, str] = {}
    for at, column in columns.items():
        cell = row[at] if at < len(row) else ""
        if not cell:
            continue
        try:
            value = column.read(cell)
        except ValueError as error:
            problems.append(f"{place}: cột {_letter(at)} “{column.title}”: {error}")
            continue
        if column.field.startswith("record."):
            record[column.field.removeprefix("record.")] = value
        else:
            fields[column.field] = value
    state = record.get("state")
    if state and state not in states().values():
        problems.append(
            f"{place}: cột “Tình trạng đúng”: “{state}” không nằm trong các lựa chọn: {', '.join(states())}."
        )
    if record and "number" not in record:
        problems.append(f"{place}: cột “Văn bản cần tra”: chưa có nội dung; cần số hiệu để chấm tình trạng.")
    elif record:
        fields["gold_record"] = record
    return fields


def _known(row: Sequence[str]) -> dict[int, Column]:
    """The columns that a row of titles names, by their place; a field's own name serves as well."""
    named = {fold(name): column for column in columns_of_questions() for name in (column.title, column.field)}
    return {at: named[fold(cell)] for at, cell in enumerate(row) if fold(cell) in named}


def _unknown(file: Path, sheet: _Sheet, head: int, columns: Mapping[int, Column]) -> Iterator[str]:
    place = Place(file, sheet.name, head + 1)
    seen: dict[str, int] = {}
    for at, cell in enumerate(sheet.rows[head]):
        if cell and at not in columns:
            yield f"{place}: cột {_letter(at)} “{cell}”: không có cột này; đề nghị sửa tên hoặc bỏ cột."
        if at in columns and columns[at].field in seen:
            yield f"{place}: cột {_letter(at)} “{cell}”: đã có ở cột {_letter(seen[columns[at].field])}."
        if at in columns:
            seen.setdefault(columns[at].field, at)


def _is_hint(row: Sequence[str], columns: Mapping[int, Column]) -> bool:
    """The row of the template that says what belongs into each column."""
    return all(at < len(row) and row[at] == column.hint for at, column in list(columns.items())[:3])


def read_settings(file: Path) -> tuple[Place, dict[str, Any]]:
    """What the sheet `Bộ đánh giá` says of the suite, as the fields of its settings.

    Raises:
        SuiteError: the file is no workbook.
    """
    sheet = _sheet(file, SETTINGS)
    if sheet.name != SETTINGS:
        return Place(file), {"name": file.stem, "documents": "documents"}
    titles = {fold(title): field for field, (title, _) in SETTING_ROWS.items()}
    settings: dict[str, Any] = {"name": file.stem}
    gates: dict[str, dict[str, str]] = {}
    within_gates = False
    for row in sheet.rows:
        first, second, third = (*row, "", "", "")[:3]
        if fold(first) == fold(GATE_ROW[0]):
            within_gates = True
        elif within_gates and first:
            bounds = {"at_least": second.replace(",", "."), "at_most": third.replace(",", ".")}
            gates[first] = {bound: value for bound, value in bounds.items() if value}
        elif fold(first) in titles and second:
            settings[titles[fold(first)]] = second
    columns = {field: f"ô “{title}”" for field, (title, _) in SETTING_ROWS.items()}
    return Place(file, sheet.name, columns=columns), {**settings, "gates": gates}


def _sheet(file: Path, wanted: str) -> _Sheet:
    """A sheet of a workbook by its name, else the first; a `.csv` is one sheet without a name."""
    if file.suffix.lower() == ".csv":
        return _Sheet(None, tuple(_csv_rows(file)))
    import zipfile

    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise SuiteError(f"{file}: không mở được bảng tính; đề nghị lưu lại ở định dạng .xlsx.") from error
    try:
        sheet = book[wanted] if wanted in book.sheetnames else book[book.sheetnames[0]]
        rows = tuple(tuple(map(_text, row)) for row in sheet.iter_rows(values_only=True))
        return _Sheet(sheet.title, rows)
    finally:
        book.close()


def _csv_rows(file: Path) -> Iterator[tuple[str, ...]]:
    """As spreadsheets write it: with a byte order mark or without, separated by commas, semicolons or tabs."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SuiteError(f"{file}: không đúng bảng mã UTF-8; đề nghị lưu lại là “CSV UTF-8”.") from error
    separator = max(",;\t", key=text.split("\n", 1)[0].count)
    for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
        yield tuple(cell.strip() for cell in row)


def _text(value: object) -> str:
    """A cell as a person sees it: a day the Vietnamese way, a whole number without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value.day}/{value.month}/{value.year}"
    if isinstance(value, float):
        return f"{value:.12g}".replace(".", ",")
    return str(value).strip()


def _letter(at: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(at + 1))
