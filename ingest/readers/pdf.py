"""PDF by its text layer."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import EncryptedFileError, NoTextError, UnreadableFileError
from ingest.models import RawDocument, RawPage, TypedText
from ingest.readers.pdf_coverage import uncovered_pages
from ingest.readers.pdf_fields import appearance, typed_over
from ingest.readers.pdf_signatures import read_signatures
from ingest.readers.pdf_tables import Block, PageTable, RuledTables, block_runs, join_over_pages
from ingest.reencode import Repaired, Run, font_encoding, repair

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_log = logging.getLogger(__name__)

_DAMAGED = "Tệp PDF bị hỏng, không mở được. Vui lòng xin lại tệp gốc hoặc in lại thành PDF."
_LOCKED = "Tệp PDF đặt mật khẩu mở. Vui lòng nạp lại với --password, thiết lập TROLY_PDF_PASSWORDS, hoặc gỡ mật khẩu."
_WRONG_PASSWORDS = (
    "Tệp PDF đặt mật khẩu mở, các mật khẩu đã cho đều không đúng. "
    "Vui lòng kiểm tra mật khẩu hoặc gỡ mật khẩu rồi nạp lại."
)
_TORN = (
    "Cấu trúc tệp PDF bị hỏng; chữ được đọc bằng cách khôi phục nên có thể thiếu. "
    "Vui lòng đối chiếu hoặc xin lại tệp gốc."
)
_EMPTY = "Tệp PDF không có chữ nào. Vui lòng kiểm tra lại tệp gốc."
_FEWEST_LETTERS = 40
"""Of a page that shows an image: a running head or a stamp over a scan is not the page's text."""
_MOST_FILLED = 12
"""Characters that a field may hold to fill a blank of the head: `1234/2024`."""

_CATALOGUE = re.compile(rb"(\d+)\s+(\d+)\s+obj\s*<<(?:(?!endobj).){0,2000}?/Type\s*/Catalog\b", re.DOTALL)
_SHORT_FILTER = re.compile(rb"/Filter\s*\[?\s*/(?:Fl|LZW|AHx|A85|RL|DCT|CCF)\b")
_FULL_NAMES = {
    "/Fl": "/FlateDecode",
    "/LZW": "/LZWDecode",
    "/AHx": "/ASCIIHexDecode",
    "/A85": "/ASCII85Decode",
    "/RL": "/RunLengthDecode",
    "/DCT": "/DCTDecode",
    "/CCF": "/CCITTFaxDecode",
}

_BLANK_NUMBER = re.compile(r"(Số\s*:?)(\s*[.…_]*\s*)(?=/)", re.IGNORECASE)
_BLANK_MONTH = re.compile(r"(tháng)(\s+[.…_]*\s*)(?=năm)", re.IGNORECASE)
_MIDDLE = 0.5
"""Of the page's width."""
_BLANK_DAY = re.compile(r"(ngày)(\s+[.…_]*\s*)(?=tháng)", re.IGNORECASE)


def read(path: Path, passwords: Sequence[str] = ()) -> RawDocument:
    """The pages' text, lines as printed. Pages whose text does not cover what they show are named in `scans`.

    Args:
        path: the file.
        passwords: tried where it asks for one, behind the empty one.

    Raises:
        UnreadableFileError: damaged.
        EncryptedFileError: none of the passwords opens it.
        NoTextError: it is empty.
    """
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader, password = _opened(path, passwords)
        count = len(reader.pages)
        if not count:
            raise ValueError("no pages")
    except _pdf_errors() as error:
        return _read_damaged(path, passwords, error)
    with RuledTables(path, password) as tables:
        pages = [_page(reader, index, tables) for index in range(count)]
    read = [n for n, blocks in enumerate(pages) if not isinstance(blocks, _Unread)]
    uncovered = uncovered_pages(path, read, password)
    join_over_pages([[] if isinstance(blocks, _Unread) else blocks for blocks in pages])
    document = _document([_runs_of(blocks) for blocks in pages], uncovered)
    scans = frozenset(document.scans)
    kept = (
        replace(page, typed=_typed(reader, page.number)) if page.number in scans else page for page in document.pages
    )
    signatures, alarms = read_signatures(path, password, lambda: _stamps(reader))
    return replace(document, pages=tuple(kept), signatures=signatures, warnings=(*alarms, *document.warnings))


def _typed(reader: PdfReader, number: int) -> tuple[TypedText, ...]:
    """What is typed over a page that is to be recognised."""
    try:
        return tuple(typed_over(reader.pages[number - 1]))
    except _pdf_errors():
        _log.info("the fields of page %d cannot be read", number, exc_info=True)
        return ()


def _opened(path: Path, passwords: Sequence[str]) -> tuple[PdfReader, str]:
    """The file, open, and the password that opened it.

    Raises:
        EncryptedFileError: none of the passwords does.
    """
    from pypdf import PdfReader

    reader = PdfReader(path)
    password = ""
    if reader.is_encrypted:
        opening = next((one for one in ("", *passwords) if reader.decrypt(one)), None)
        if opening is None:
            raise EncryptedFileError(_WRONG_PASSWORDS if passwords else _LOCKED)
        password = opening
    _spell_out_filters(reader)
    return reader, password


def _read_damaged(path: Path, passwords: Sequence[str], error: Exception) -> RawDocument:
    """What pdfium, which looks for the pieces of a file by itself, reads of one that pypdf cannot open.

    Raises:
        UnreadableFileError: nothing.
    """
    _log.info("%s is read by pdfium alone", path.name, exc_info=error)
    sources: tuple[Path | bytes, ...] = (path, _with_trailer(path))
    for content, password in product(sources, ("", *passwords)):
        with RuledTables(content, password) as tables:
            pages = [_printed_page(index, tables) for index in range(len(tables))]
        if any(isinstance(blocks, list) and _holds_text(blocks) for blocks in pages):
            join_over_pages([[] if isinstance(blocks, _Unread) else blocks for blocks in pages])
            document = _document([_runs_of(blocks) for blocks in pages], ())
            return replace(document, warnings=(_TORN, *document.warnings))
    raise UnreadableFileError(_DAMAGED) from error


def _with_trailer(path: Path) -> bytes:
    """The file with the end that one cut off in the middle, as by a broken download, has lost."""
    content = path.read_bytes()
    catalogue = _CATALOGUE.search(content)
    root = b"trailer\n<< /Root %s %s R >>\n" % (catalogue[1], catalogue[2]) if catalogue else b""
    return content + b"\nendstream\nendobj\n" + root + b"startxref\n0\n%%EOF\n"


def _printed_page(index: int, tables: RuledTables) -> list[Block] | _Unread:
    text = tables.text(index)
    if text is None:
        return _Unread.DAMAGED
    if sum(map(str.isalpha, text)) < _FEWEST_LETTERS and tables.has_pictures(index):
        return _Unread.SCAN
    return tables.blocks(index, [Run(text)], sorted_lines=True)


def _holds_text(blocks: list[Block]) -> bool:
    return any(run.text.strip() for block in blocks for run in block_runs(block))


def _runs_of(blocks: list[Block] | _Unread) -> list[Run] | _Unread:
    return blocks if isinstance(blocks, _Unread) else [run for block in blocks for run in block_runs(block)]


def _pdf_errors() -> tuple[type[Exception], ...]:
    """What pypdf lets through on damaged files besides its own errors."""
    from pypdf.errors import DependencyError, DeprecationError, PyPdfError

    # DependencyError: an encryption that needs a library which is not installed.
    return (
        PyPdfError,
        DependencyError,
        DeprecationError,
        ValueError,
        KeyError,
        IndexError,
        TypeError,
        AttributeError,
        AssertionError,
        NotImplementedError,
        RecursionError,
        OSError,
        ArithmeticError,
    )


def _spell_out_filters(reader: PdfReader) -> None:
    """Gives streams the full names of their filters.

    Old writers used the short ones, which PDF allows for inline images alone (ISO 32000-1, 8.9.7); pypdf
    refuses them elsewhere since 7.0.
    """
    from pypdf.generic import ArrayObject, IndirectObject, NameObject, StreamObject

    if _SHORT_FILTER.search(_content(reader)) is None:
        return
    for generation, entries in list(reader.xref.items()):
        for number in list(entries):
            stream = IndirectObject(number, generation, reader).get_object()
            if isinstance(stream, StreamObject) and "/Filter" in stream:
                names = stream["/Filter"]
                listed = list(names) if isinstance(names, ArrayObject) else [names]
                full = [NameObject(_FULL_NAMES.get(str(name), str(name))) for name in listed]
                stream[NameObject("/Filter")] = ArrayObject(full) if isinstance(names, ArrayObject) else full[0]


def _content(reader: PdfReader) -> bytes:
    reader.stream.seek(0)
    return reader.stream.read()


class _Unread(Enum):
    """Why nothing was read of a page."""

    SCAN = auto()
    """It shows an image and no text."""
    DAMAGED = auto()


def _page(reader: PdfReader, index: int, tables: RuledTables) -> list[Block] | _Unread:
    """The text and the tables of a page, cut where its font changes if that tells anything."""
    try:
        page = reader.pages[index]
        old_fonts = _has_old_fonts(page)
        printed = None if old_fonts else tables.text(index)
        runs = _runs(page) if old_fonts else [Run(page.extract_text() if printed is None else printed)]
        letters = sum(sum(map(str.isalpha, run.text)) for run in runs)
        if letters < _FEWEST_LETTERS and _shows_image(page):
            return _Unread.SCAN
    except _pdf_errors():
        _log.info("page %d cannot be read", index + 1, exc_info=True)
        blocks = _printed_page(index, tables)
        # A page of which neither reads anything is no empty one.
        return blocks if isinstance(blocks, list) and _holds_text(blocks) else _Unread.DAMAGED
    blocks = tables.blocks(index, runs, sorted_lines=printed is not None)
    if old_fonts:
        # The blanks that fields fill are told by their words, which the page does not hold in Unicode yet.
        return blocks
    try:
        filled, fields = _fields(page)
    except _pdf_errors():
        # A damaged form takes nothing from the page's own text.
        return blocks
    for number, block in enumerate(blocks):
        if not isinstance(block, PageTable):
            text = "".join(run.text for run in block)
            blocks[number] = [Run(_fill(text, filled))]
            # The head stands over every table.
            break
    return [*blocks, [Run("".join(f"\n{field}" for field in fields))]] if fields else blocks


def _has_old_fonts(page: PageObject) -> bool:
    """Whether the page names fonts of TCVN3, VNI and their like."""
    resources = page.get("/Resources")
    fonts = resources.get_object().get("/Font") if resources is not None else None
    named = fonts.get_object().values() if fonts is not None else ()
    return any(font_encoding(str(font.get_object().get("/BaseFont", ""))) for font in named)


def _runs(page: PageObject) -> list[Run]:
    runs: list[Run] = []

    def visit(text: str, _cm: Any, _tm: Any, font: Any, _size: Any) -> None:
        runs.append(Run(text, str(font.get("/BaseFont", "")) or None if font else None))

    page.extract_text(visitor_text=visit)
    return runs


def _shows_image(page: PageObject) -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    forms = list(objects.get_object().values()) if objects is not None else []
    return any(form.get_object().get("/Subtype") in ("/Image", "/Form") for form in forms)


_SIGNED_PAGES = 50
"""Pages looked at for the stamps of signatures: they stand on the first page, or on the one that is signed."""
_LONGEST_STAMP = 400


def _stamps(reader: PdfReader) -> dict[str, str]:
    """What signature fields print on the pages, by the name of the field."""
    found: dict[str, str] = {}
    count = len(reader.pages)
    for index in {*range(min(count, _SIGNED_PAGES)), *range(max(count - _SIGNED_PAGES, 0), count)}:
        try:
            page = reader.pages[index]
            for reference in page.get("/Annots") or ():
                field = reference.get_object()
                if isinstance(field, dict) and field.get("/FT") == "/Sig":
                    text = " ".join(appearance(page, field).split())
                    found[str(field.get("/T", ""))] = text[:_LONGEST_STAMP]
        except _pdf_errors():
            _log.info("the stamps of page %d cannot be read", index + 1, exc_info=True)
    return found


def _fields(page: PageObject) -> tuple[list[tuple[float, str]], list[str]]:
    """What fields, and texts typed over the page, print on it: short ones as (x as a share of the width, text), in
    reading order, and the others that a person filled in; stamps of signatures are left out."""
    short: list[tuple[int, int, str]] = []
    long: list[str] = []
    for typed in typed_over(page):
        left, top, right, bottom = typed.box
        if len(typed.text) <= _MOST_FILLED and any(map(str.isdigit, typed.text)):
            short.append((top + bottom, left + right, typed.text))
        elif not typed.stamp:
            long.append(typed.text)
    return [(x / 20_000, text) for _, x, text in sorted(short)], long


def _fill(text: str, filled: list[tuple[float, str]]) -> str:
    """Puts number and day, which offices stamp into the letterhead as fields, into the blanks left for them.

    Nghị định 30/2020/NĐ-CP, Appendix I: the number stands in the left half of the head, the date in the right.
    """
    for x, value in filled:
        for blank in (_BLANK_NUMBER,) if x < _MIDDLE else (_BLANK_DAY, _BLANK_MONTH):
            match = blank.search(text)
            if match is not None:
                gap = "" if blank is _BLANK_NUMBER else " "
                text = f"{text[: match.start()]}{match[1]} {value}{gap}{text[match.end() :]}"
                break
    return text


def _document(pages: list[list[Run] | _Unread], uncovered: Sequence[int]) -> RawDocument:
    scans, damaged = (
        [number for number, runs in enumerate(pages, 1) if runs is why] for why in (_Unread.SCAN, _Unread.DAMAGED)
    )
    scans = sorted({*scans, *(index + 1 for index in uncovered)})
    repaired, texts = _repaired([[] if isinstance(runs, _Unread) else runs for runs in pages])
    if not scans and not any(text.strip() for text in texts):
        if damaged:
            raise UnreadableFileError(_DAMAGED)
        raise NoTextError(_EMPTY)
    warnings = repaired.warnings
    if damaged:
        torn = f"Không đọc được trang {_listed(damaged)} vì bị hỏng. Vui lòng xin lại tệp gốc hoặc in lại thành PDF."
        warnings = (torn, *warnings)
    numbered = tuple(RawPage(number, text) for number, text in enumerate(texts, 1))
    return RawDocument(
        numbered,
        wrapped=True,
        encoding=repaired.encoding,
        warnings=warnings,
        failed_pages=tuple(damaged),
        scans=tuple(scans),
    )


def _listed(pages: list[int]) -> str:
    return ", ".join(map(str, pages[:20])) + (", …" if len(pages) > 20 else "")


def _repaired(pages: list[list[Run]]) -> tuple[Repaired, list[str]]:
    """What was found in old encodings, and the pages' text in Unicode: printed lines are decided one by one."""
    blocks: list[list[Run]] = []
    counts: list[int] = []
    for runs in pages:
        lines: list[list[Run]] = [[]]
        for run in runs:
            first, *others = run.text.split("\n")
            lines[-1].append(Run(first, run.font))
            lines.extend([Run(text, run.font)] for text in others)
        blocks.extend(lines)
        counts.append(len(lines))
    repaired = repair(blocks)
    lines_left = iter(repaired.lines)
    return repaired, ["\n".join(next(lines_left) for _ in range(count)) for count in counts]
