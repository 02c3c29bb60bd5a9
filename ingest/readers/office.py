"""DOCX: paragraphs, tables and footnotes in reading order."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingest.errors import EncryptedFileError, NoTextError, TooLargeError, UnreadableFileError
from ingest.models import RawDocument, RawPage
from ingest.readers.numbering import Numbering
from ingest.readers.tables import Cell, layout_lines, row_line
from ingest.readers.word_fonts import repair_word
from ingest.reencode import Repaired

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DAMAGED = "Tệp Word bị hỏng, không mở được. Vui lòng mở bằng Word, sửa và lưu lại, hoặc xin lại tệp gốc."
_TRACKED = (
    "Tệp còn sửa đổi chưa duyệt (Track Changes): chữ thêm được lấy, chữ xóa bị bỏ. "
    "Vui lòng duyệt các sửa đổi rồi lưu lại nếu muốn khác."
)
_NOTE_KINDS = {W + "footnoteReference": "footnote", W + "endnoteReference": "endnote"}
_MOST_BYTES = 512 * 1024 * 1024
"""More than this unpacked is an attack and not a document."""

_BREAK = "\f"
_RENDERED = "\v"
"""Where Word last broke the page; it repeats an explicit break that stands before it."""

_SKIPPED = frozenset(W + name for name in ("del", "moveFrom", "instrText", "delText", "rPr", "sectPr", "fldData"))
_CHARACTERS = {W + "tab": "\t", W + "cr": "\n", W + "noBreakHyphen": "-", W + "lastRenderedPageBreak": _RENDERED}


def read(path: Path) -> RawDocument:
    """Blocks as lines; pages by explicit breaks and by those that the last rendering left in the file.

    Raises:
        UnreadableFileError: damaged.
        EncryptedFileError: the archive asks for a password.
        TooLargeError: it unpacks beyond every document.
        NoTextError: no text in it.
    """
    from docx.opc.exceptions import PackageNotFoundError
    from lxml import etree

    try:
        text, repaired, warnings, struck = _text(path)
    except (zipfile.BadZipFile, PackageNotFoundError, etree.XMLSyntaxError, zlib.error) as error:
        raise UnreadableFileError(_DAMAGED) from error
    except (LookupError, ValueError, TypeError, AttributeError, OSError, EOFError, NotImplementedError) as error:
        # What python-docx lets through where a part or an attribute is missing or senseless.
        raise UnreadableFileError(_DAMAGED) from error
    if not text.strip():
        raise NoTextError("Tệp Word không có chữ (có thể chỉ chứa ảnh). Vui lòng nhận dạng chữ (OCR) ảnh rồi nạp lại.")
    text = re.sub(rf"{_BREAK}(\s*?){_RENDERED}", rf"{_BREAK}\1", text).replace(_RENDERED, _BREAK)
    pages = [page.strip("\n") for page in text.rstrip().split(_BREAK)]
    numbered = tuple(RawPage(n, page) for n, page in enumerate(pages, 1))
    return RawDocument(numbered, wrapped=False, encoding=repaired.encoding, warnings=warnings, struck=struck)


def check_archive(path: Path) -> None:
    """Refuses an office file that asks for a password or unpacks beyond every document.

    Raises:
        EncryptedFileError: a part of it is encrypted.
        TooLargeError: it is too large unpacked.
        zipfile.BadZipFile: it is damaged.
    """
    with zipfile.ZipFile(path) as archive:
        if any(part.flag_bits & 1 for part in archive.infolist()):
            raise EncryptedFileError("Tệp Office đặt mật khẩu. Vui lòng gỡ mật khẩu rồi lưu lại.")
        if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
            raise TooLargeError("Tệp Office giải nén ra quá lớn. Vui lòng kiểm tra nguồn gốc của tệp.")


def _text(path: Path) -> tuple[str, Repaired, tuple[str, ...], tuple[str, ...]]:
    import docx

    check_archive(path)
    document = docx.Document(str(path))
    parts = {part.partname.rpartition("/")[2]: part.blob for part in document.part.package.iter_parts()}
    footnotes, endnotes, numbers, styles = (
        _xml(parts.get(f"{name}.xml")) for name in ("footnotes", "endnotes", "numbering", "styles")
    )
    repaired = repair_word((document.element.body, footnotes, endnotes), styles, numbers)
    body = _Body({**_notes(footnotes, "footnote"), **_notes(endnotes, "endnote")}, Numbering.of(numbers, styles))
    struck = tuple(_struck(document.element.body))
    warnings = (*repaired.warnings, *((_TRACKED,) if struck else ()))
    return "\n".join(body.lines(document.element.body)), repaired, warnings, struck


def _struck(body: Any) -> Iterator[str]:
    """What tracked changes took out, a line for each paragraph that lost some; what was moved stands elsewhere."""
    for paragraph in body.iter(W + "p"):
        # A letter that old fonts put in the place of the soft hyphen has become ordinary text.
        texts = (cut.iter(W + "delText", W + "t") for cut in paragraph.iter(W + "del"))
        gone = ["".join(text.text or "" for text in pieces) for pieces in texts]
        if line := " … ".join(piece for each in gone if (piece := " ".join(each.split()))):
            yield line


def _xml(blob: bytes | None) -> Any:
    from lxml import etree

    return None if blob is None else etree.fromstring(blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _notes(root: Any, kind: str) -> dict[tuple[str, str], Any]:
    """The notes of a part by kind and id: footnotes and endnotes are counted apart."""
    if root is None:
        return {}
    notes = (note for note in root.iter(W + kind) if note.get(W + "type") is None)
    return {(kind, note.get(W + "id")): note for note in notes if note.get(W + "id") is not None}


class _Body:
    """Walks the body; a break of the page comes out as a control character inside the lines."""

    def __init__(self, notes: dict[tuple[str, str], Any], numbering: Numbering) -> None:
        self._notes = notes
        self._numbering = numbering
        self._cited: list[tuple[str, str]] = []
        self._boxes: list[Any] = []

    def lines(self, container: Any) -> Iterator[str]:
        """The lines of paragraphs and tables, notes behind the block that cites them."""
        for block in _blocks(container):
            if block.tag == W + "p":
                yield from self._paragraph(block)
            else:
                yield from self._table(block)
            yield from self._cited_notes()

    def _paragraph(self, paragraph: Any) -> list[str]:
        text = "".join(self._runs(paragraph)).replace("\t", " ")
        properties = paragraph.find(W + "pPr")
        if properties is not None:
            if text.strip():
                text = self._numbering.mark(properties) + text
            if _is_on(properties.find(W + "pageBreakBefore")):
                text = _BREAK + text
            if _ends_page(properties.find(W + "sectPr")):
                text += _BREAK
        boxes, self._boxes = self._boxes, []
        return [*text.split("\n"), *(line for box in boxes for line in self.lines(box))]

    def _runs(self, element: Any) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == W + "t":
                yield child.text or ""
            elif tag == W + "br":
                yield _BREAK if child.get(W + "type") == "page" else "\n"
            elif tag in _CHARACTERS:
                yield _CHARACTERS[tag]
            elif tag in _NOTE_KINDS:
                self._cited.append((_NOTE_KINDS[tag], child.get(W + "id")))
            elif tag == W + "sym":
                yield _symbol(child)
            elif tag == W + "txbxContent":
                self._boxes.append(child)
            elif tag not in _SKIPPED and tag != _FALLBACK and tag != W + "pPr" and isinstance(tag, str):
                yield from self._runs(child)

    def _cited_notes(self) -> list[str]:
        cited, self._cited = self._cited, []
        lines = []
        for key in cited:
            note = self._notes.get(key)
            if note is not None:
                text = " ".join(" ".join(self._paragraph(paragraph)) for paragraph in note.iter(W + "p"))
                lines.append(f"[{key[1]}] {' '.join(text.split())}")
        return lines

    def _table(self, table: Any) -> Iterator[str]:
        rows = [self._row(row) for row in _children(table, "tr")]
        columns = layout_lines([cells for cells, _ in rows])
        if columns:
            if any(broken for _, broken in rows):
                yield _RENDERED
            yield from columns
            return
        for cells, broken in rows:
            # A row that runs over the page's end is kept whole, on the page where it ends.
            yield (_RENDERED if broken else "") + row_line(cells)

    def _row(self, row: Any) -> tuple[list[Cell], bool]:
        """The cells, and whether the page broke in or before them."""
        cells: list[Cell] = []
        broken = False
        for cell in _children(row, "tc"):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and merge.get(W + "val") != "restart":
                cells.append([])
                continue
            text = "\n".join(self._cell(cell))
            broken = broken or _BREAK in text or _RENDERED in text
            lines = (line.strip() for line in text.replace(_BREAK, "\n").replace(_RENDERED, " ").split("\n"))
            cells.append([line for line in lines if line])
        return cells, broken

    def _cell(self, cell: Any) -> Iterator[str]:
        for block in _blocks(cell):
            yield from self._paragraph(block) if block.tag == W + "p" else self._table(block)


def _blocks(container: Any) -> Iterator[Any]:
    """Paragraphs and tables, out of content controls and tracked insertions too."""
    for child in container:
        if child.tag in (W + "p", W + "tbl"):
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml", W + "moveTo", W + "smartTag"):
            yield from _blocks(child)


def _children(container: Any, name: str) -> Iterator[Any]:
    for child in container:
        if child.tag == W + name:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml"):
            yield from _children(child, name)


def _is_on(flag: Any) -> bool:
    return flag is not None and flag.get(W + "val") not in ("0", "false", "off")


def _ends_page(section: Any) -> bool:
    if section is None:
        return False
    kind = section.find(W + "type")
    return kind is None or kind.get(W + "val") != "continuous"


def _symbol(element: Any) -> str:
    try:
        return chr(int(element.get(W + "char", ""), 16))
    except (ValueError, OverflowError):
        return ""
