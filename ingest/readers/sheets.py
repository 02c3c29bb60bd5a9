"""Spreadsheets: each sheet a page, each row a line; old fonts are told cell by cell."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.errors import EncryptedFileError, NoTextError, UnreadableFileError
from ingest.models import RawDocument, RawPage
from ingest.readers import libreoffice
from ingest.readers.office import check_archive
from ingest.readers.old_office import check_parts, first_of
from ingest.readers.sniff import sniff
from ingest.reencode import Run, repair

_DAMAGED = "Bảng tính bị hỏng, không mở được. Vui lòng mở bằng Excel, sửa và lưu lại."
_EMPTY = "Bảng tính không có chữ nào. Vui lòng kiểm tra lại tệp gốc."
_CELL_JOINT = " | "

_Cell = list[Run]
_Sheet = tuple[str, list[list[_Cell]]]
"""Name, and the rows' cells that hold something."""


def read(path: Path) -> RawDocument:
    """The sheets' rows; cells that are empty are left out.

    Raises:
        UnreadableFileError: damaged, or LibreOffice is needed and missing.
        EncryptedFileError: it asks for a password.
        TooLargeError: it unpacks beyond every document.
        NoTextError: no cell holds anything.
    """
    kind = sniff(path)
    if kind == "xls":
        return first_of([lambda: _read_xls(path), lambda: _through_libreoffice(path, kind)])
    if kind == "xlsx":
        return first_of([lambda: _read_xlsx(path), lambda: _through_libreoffice(path, kind)])
    return _through_libreoffice(path, kind)


def _through_libreoffice(path: Path, kind: str) -> RawDocument:
    if kind in ("xlsx", "ods"):
        check_parts(path)
    with libreoffice.converted(path, kind, "xlsx") as converted:
        return replace(_read_xlsx(converted), road="libreoffice")


def _document(sheets: list[_Sheet], road: str) -> RawDocument:
    """The sheets as pages; a sheet's name stands above it where there are several."""
    filled = [(name, rows) for name, rows in sheets if rows]
    if not filled:
        raise NoTextError(_EMPTY)
    cells = [cell for _, rows in filled for row in rows for cell in row]
    repaired = repair(cells)
    texts = iter(repaired.lines)
    pages = []
    for number, (name, rows) in enumerate(filled, 1):
        lines = [_CELL_JOINT.join(filter(None, (_one_line(next(texts)) for _ in row))) for row in rows]
        title = [name] if len(filled) > 1 else []
        pages.append(RawPage(number, "\n".join([*title, *filter(None, lines)])))
    return RawDocument(
        tuple(pages), wrapped=False, encoding=repaired.encoding, warnings=repaired.warnings, road=road, sheets=True
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shown(value: Any, number_format: str = "") -> str:
    """A value as a person reads it: whole numbers without a point, days as days."""
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return f"{value * 100:.10g}%" if "%" in number_format else f"{value:.15g}"
    return str(value)


# XLS


def _read_xls(path: Path) -> RawDocument:
    import struct

    import xlrd
    from xlrd.biffh import XLRDError
    from xlrd.compdoc import CompDocError

    try:
        with (
            path.open("rb") as stream,
            xlrd.open_workbook(file_contents=stream.read(), formatting_info=True, logfile=_Silent()) as book,
        ):
            sheets = [(sheet.name, list(_xls_rows(book, sheet))) for sheet in book.sheets()]
    except XLRDError as error:
        if "encrypted" in str(error):
            raise EncryptedFileError("Bảng tính đặt mật khẩu. Vui lòng gỡ mật khẩu rồi lưu lại.") from error
        raise UnreadableFileError(_DAMAGED) from error
    except (CompDocError, struct.error) as error:
        raise UnreadableFileError(_DAMAGED) from error
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError) as error:
        # What xlrd lets through on damaged files.
        raise UnreadableFileError(_DAMAGED) from error
    return _document(sheets, "xlrd")


class _Silent:
    """Takes what xlrd would print."""

    def write(self, text: str) -> int:
        """Drops it."""
        return len(text)


def _xls_rows(book: Any, sheet: Any) -> Iterator[list[_Cell]]:
    for row in range(sheet.nrows):
        cells = [_xls_cell(book, sheet, row, column) for column in range(sheet.row_len(row))]
        filled = [cell for cell in cells if cell and any(run.text.strip() for run in cell)]
        if filled:
            yield filled


def _xls_cell(book: Any, sheet: Any, row: int, column: int) -> _Cell:
    import xlrd

    cell = sheet.cell(row, column)
    if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR, xlrd.XL_CELL_BOOLEAN):
        return []
    style = book.xf_list[cell.xf_index]
    font = book.font_list[style.font_index].name
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return _rich(book, cell.value, font, sheet.rich_text_runlist_map.get((row, column), ()))
    if cell.ctype == xlrd.XL_CELL_DATE:
        try:
            return [Run(_shown(xlrd.xldate_as_datetime(cell.value, book.datemode)))]
        except (ValueError, OverflowError, xlrd.XLDateError):
            return [Run(_shown(cell.value))]
    form = book.format_map.get(style.format_key)
    return [Run(_shown(cell.value, form.format_str if form is not None else ""))]


def _rich(book: Any, text: str, font: str, changes: Any) -> _Cell:
    """A cell whose fonts change inside: (position, font) from where each holds."""
    edges = [(0, font), *((at, book.font_list[index].name) for at, index in changes), (len(text), font)]
    runs = [Run(text[start:end], name) for (start, name), (end, _) in pairwise(edges)]
    return [run for run in runs if run.text]


# XLSX


def _read_xlsx(path: Path) -> RawDocument:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        check_archive(path)
        with path.open("rb") as stream:
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, rich_text=True)
            sheets = [(sheet.title, list(_xlsx_rows(sheet))) for sheet in book.worksheets]
    except (zipfile.BadZipFile, InvalidFileException) as error:
        raise UnreadableFileError(_DAMAGED) from error
    except OSError as error:
        if error.errno is not None:
            raise
        # openpyxl's own: no workbook in the archive.
        raise UnreadableFileError(_DAMAGED) from error
    except (LookupError, ValueError, TypeError, AttributeError, SyntaxError, EOFError) as error:
        # What openpyxl lets through on damaged files; XML's ParseError is a SyntaxError.
        raise UnreadableFileError(_DAMAGED) from error
    return _document(sheets, "openpyxl")


def _xlsx_rows(sheet: Any) -> Iterator[list[_Cell]]:
    # The size that a file states is often wrong, and read-only sheets believe it.
    sheet.reset_dimensions()
    for row in sheet.iter_rows():
        filled = [cell for cell in map(_xlsx_cell, row) if cell and any(run.text.strip() for run in cell)]
        if filled:
            yield filled


def _xlsx_cell(cell: Any) -> _Cell:
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    value = cell.value
    if value is None or cell.data_type == "e":
        return []
    font = cell.font.name if cell.has_style and cell.font is not None else None
    if isinstance(value, CellRichText):
        return [
            Run(part.text, part.font.rFont or font) if isinstance(part, TextBlock) else Run(str(part), font)
            for part in value
        ]
    return [Run(_shown(value, cell.number_format), font if isinstance(value, str) else None)]
