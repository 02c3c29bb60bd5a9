"""What the command line shows a person as tables, and writes as CSV and XLSX."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from assistant.models import Record
from assistant.printing import totals_json
from assistant.spreadsheet import Cell, inert, write_table
from assistant.text_health import FileHealth, summary
from ingest.models import FileReport
from prompts import label, sentences

if TYPE_CHECKING:
    from assistant.doctor import Health

_STATUS_WORDS = {
    "indexed": "đã nạp",
    "unchanged": "không đổi",
    "partial": "nạp một phần",
    "failed": "không đọc được",
    "skipped": "bỏ qua",
}
_RECORD_COLUMNS = (
    "Số, ký hiệu",
    "Loại",
    "Cơ quan ban hành",
    "Ngày",
    "Trích yếu",
    "Tình trạng",
    "Tính đến",
    "Toàn văn",
    "Số lần nhắc",
)


def _console() -> Console:
    return Console(soft_wrap=False, highlight=False)


def _table(*names: str) -> Table:
    """A table without lines that wraps its cells instead of cutting them off."""
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    return table


def print_reports(reports: Sequence[FileReport]) -> None:
    """One line a file with what came of it; the reason and remedy where something did not.

    Files that are as they were are only counted: of thousands, a person looks for the others.
    """
    table = _table("Tệp", "Kết quả", "Trang", "Số, ký hiệu", "Ghi chú")
    for report in reports:
        if report.status == "unchanged" and not report.warnings:
            continue
        number = report.header.number if report.header else None
        notes = "; ".join(filter(None, (report.error, *report.warnings)))
        table.add_row(
            _plain(report.place), _STATUS_WORDS[report.status], str(report.pages or ""), number or "", _plain(notes)
        )
    console = _console()
    if table.row_count:
        console.print(table)
    totals = totals_json(reports)
    console.print(", ".join(f"{_STATUS_WORDS[name]}: {totals[name]}" for name in _STATUS_WORDS if totals[name]))


def _plain(text: str) -> str:
    """Text of a person's or a document's, with nothing that the table would read as markup."""
    return text.replace("[", r"\[")


def record_row(record: Record) -> tuple[Cell, ...]:
    """A record as one row of a spreadsheet, each cell of its own type."""
    current = record.current
    return (
        record.number,
        record.type,
        record.issuer,
        record.date,
        record.title,
        label("vi", "state", current.state) if current else None,
        current.as_of if current else None,
        "; ".join(record.held_in) or None,
        record.mentions,
    )


def _shown(cell: Cell) -> str:
    """A cell for the terminal."""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else _plain(str(cell)) if cell is not None else ""


def print_records(records: Sequence[Record]) -> None:
    """The records as a table in the terminal."""
    table = _table(*(_RECORD_COLUMNS[n] for n in (0, 1, 3, 4, 5, 6)))
    for record in records:
        row = record_row(record)
        table.add_row(*(_shown(row[n]) for n in (0, 1, 3, 4, 5, 6)))
    _console().print(table)


def write_csv(path: Path, records: Sequence[Record]) -> None:
    """The records as CSV in UTF-8 with a byte order mark, as spreadsheet programs expect it.

    Days are written `2016-11-09`: the one form that spreadsheet programs of every language read as the same day.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_RECORD_COLUMNS)
        writer.writerows([inert(cell) for cell in record_row(record)] for record in records)


def write_xlsx(path: Path, records: Sequence[Record]) -> None:
    """The records as an Excel workbook with a frozen, filterable header row; days are days and counts are numbers."""
    widths = (20, 16, 36, 12, 70, 20, 12, 30, 12)
    write_table(path, "Văn bản", _RECORD_COLUMNS, map(record_row, records), widths)


def print_text_health(reports: Sequence[FileHealth]) -> None:
    """One line a file with what is wrong with its text; the whole table goes into a spreadsheet."""
    told = sentences("vi", "health")["column"]
    rows = [report.row("vi") for report in reports]
    columns = ("file", "status", "pages", "ocr", "confidence", "encoding", "advice")
    # Columns without anything would leave the others no room.
    shown = [name for name in columns if name in {"file", "status"} or any(row[name] != "" for row in rows)]
    table = _table(*(told[name] for name in shown))
    for row in rows:
        table.add_row(*(_plain(str(row[name])) for name in shown))
    console = _console()
    console.print(table)
    console.print(summary(reports, "vi"))


def print_documents(documents: Sequence[dict[str, Any]]) -> None:
    """What is in, as a table."""
    table = _table("Tệp", "Văn bản", "Trang", "Đoạn", "Nạp lúc")
    for document in documents:
        table.add_row(
            _plain(document["file"]),
            _plain(document["title"]),
            str(document["pages"]),
            str(document["chunks"]),
            document["added_at"],
        )
    _console().print(table)


def print_health(health: Health) -> None:
    """The findings of the doctor, the remedy beside each trouble."""
    console = _console()
    for finding in health.findings:
        console.print(f"{'✓' if finding.sound else '✗'} {_plain(finding.what)}")
        if finding.remedy:
            console.print(f"  → {_plain(finding.remedy)}")
