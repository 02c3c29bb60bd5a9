"""Tables as Excel workbooks: a frozen, filterable header row, days as days, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from os import PathLike
from typing import IO

Cell = str | int | date | None


def inert(cell: Cell) -> Cell:
    """A cell that a spreadsheet program does not take for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell


def write_table(
    target: PathLike[str] | IO[bytes],
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    widths: Sequence[int],
) -> None:
    """Write one sheet.

    Args:
        target: a path or an open file.
        title: of the sheet.
        columns: the header row.
        rows: cells in the order of the columns.
        widths: of the columns, in characters.

    Raises:
        OSError: the file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    sheet.append(list(columns))
    for row in rows:
        cells = (ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row)
        sheet.append([inert(cell) for cell in cells])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for cells_of_row in sheet.iter_rows(min_row=2):
        for cell in cells_of_row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if isinstance(cell.value, date):
                cell.number_format = "dd/mm/yyyy"
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    workbook.save(target)
