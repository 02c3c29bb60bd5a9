"""A record as a DOCX note, as an official would put it on file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, TYPE_CHECKING, Any

from assistant.models import Evidence, Record, RelationEntry, TimelineEntry
from assistant.signatures import signature_notes
from prompts import label

if TYPE_CHECKING:
    from docx.document import Document

DOCX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "Times New Roman"
# Nghị định 30/2020/NĐ-CP, Appendix I: A4, margins 20-25, 20-25, 30-35, 15-20 mm, letters of 13 to 14 points.
_MARGINS_MM = {"top": 20, "bottom": 20, "left": 30, "right": 15}
_LETTER_POINTS = 13


def write_docx(target: str | IO[bytes], record: Record, made_on: date) -> None:
    """Write the status note of a record.

    Args:
        target: path of the file, or a binary stream.
        record: what the corpus says of the document.
        made_on: the day that the note bears.

    Raises:
        OSError: the file cannot be written.
    """
    note = _new_note(f"Tình trạng văn bản {record.number or record.title or ''}".strip(), made_on)
    _identification(note, record)
    _current(note, record)
    _timeline(note, record.timeline)
    _validity(note, record.validity)
    _relations(note, record.relations)
    _conflicts(note, record)
    _evidence(note, record.evidence)
    note.save(target)


def _new_note(title: str, made_on: date) -> Document:
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    note = docx.Document()
    page = note.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    for side, width in _MARGINS_MM.items():
        setattr(page, f"{side}_margin", Mm(width))
    for name, points in (("Normal", _LETTER_POINTS), ("Title", 15), ("Heading 1", 14)):
        style = note.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(points), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(kind), None)
        fonts.set(qn("w:hAnsi"), _FONT)
        fonts.set(qn("w:cs"), _FONT)
    note.styles["Normal"].element.get_or_add_rPr().append(_language("vi-VN"))
    note.core_properties.title, note.core_properties.language = title, "vi-VN"
    note.core_properties.author = "Trợ lý Văn bản"
    heading = note.add_heading(title, 0)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    day = note.add_paragraph()
    day.alignment = WD_ALIGN_PARAGRAPH.CENTER
    day.add_run(f"(Lập ngày {made_on:%d/%m/%Y} từ các văn bản có trong kho)").italic = True
    return note


def _heading(note: Document, words: str) -> None:
    """A heading with the next number."""
    earlier = sum(paragraph.style.name == "Heading 1" for paragraph in note.paragraphs)
    note.add_heading(f"{earlier + 1}. {words}", 1)


def _language(code: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:lang")
    element.set(qn("w:val"), code)
    return element


def _identification(note: Document, record: Record) -> None:
    _heading(note, "Văn bản")
    held = "; ".join(record.held_in) or "kho chỉ nhắc đến, không có toàn văn"
    rows = [
        ("Số, ký hiệu", record.number),
        ("Loại văn bản", record.type),
        ("Cơ quan ban hành", record.issuer),
        ("Nơi ban hành", record.place),
        ("Ngày ban hành", _day(record.date)),
        ("Trích yếu", record.title),
        ("Người ký", record.signer),
        ("Toàn văn", held),
        ("Chữ ký số", "\n".join(signature_notes(record.signatures, "vi"))),
        ("Số lần được nhắc", str(record.mentions)),
    ]
    table = note.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for name, value in rows:
        if value:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(name).bold = True
            cells[1].text = _plain(value)
    _widths(table, (45, 120))


def _current(note: Document, record: Record) -> None:
    _heading(note, "Tình trạng hiện nay")
    entry = record.current
    if entry is None:
        note.add_paragraph("Các văn bản trong kho không nêu tình trạng triển khai của văn bản này.")
        return
    said = note.add_paragraph()
    said.add_run(_state(entry)).bold = True
    when = _when(entry)
    said.add_run(f" ({when})." if when else ".")
    _quote(note, entry.evidence)


def _timeline(note: Document, entries: Sequence[TimelineEntry]) -> None:
    if not entries:
        return
    _heading(note, "Diễn biến")
    rows = (
        (
            _when(entry),
            _state(entry) + (f"\n({'; '.join(entry.quantities)})" if entry.quantities else ""),
            entry.actor or "",
            f"“{entry.evidence.quote}”\n{_place(entry.evidence)}",
        )
        for entry in entries
    )
    _table(note, ("Thời điểm", "Tình trạng", "Đơn vị", "Căn cứ"), rows, (30, 30, 30, 75))


def _validity(note: Document, entries: Sequence[TimelineEntry]) -> None:
    if not entries:
        return
    _heading(note, "Hiệu lực pháp lý")
    rows = (
        (_day(entry.date), _state(entry), f"“{entry.evidence.quote}”\n{_place(entry.evidence)}") for entry in entries
    )
    _table(note, ("Từ ngày", "Hiệu lực", "Căn cứ"), rows, (30, 40, 95))


def _relations(note: Document, links: Sequence[RelationEntry]) -> None:
    if not links:
        return
    _heading(note, "Quan hệ với văn bản khác")
    rows = (
        (
            label("vi", "relation", link.relation),
            link.name or link.number or "",
            f"“{link.evidence.quote}”\n{_place(link.evidence)}",
        )
        for link in links
    )
    _table(note, ("Quan hệ", "Văn bản", "Căn cứ"), rows, (35, 45, 85))


def _conflicts(note: Document, record: Record) -> None:
    if not record.conflicts:
        return
    _heading(note, "Các báo cáo nêu khác nhau")
    note.add_paragraph("Các văn bản sau nêu tình trạng không thống nhất; đề nghị đối chiếu cả hai.")
    rows = (
        tuple(
            f"{_state(entry)}\n{_when(entry)}\n“{entry.evidence.quote}”\n{_place(entry.evidence)}"
            for entry in (conflict.first, conflict.second)
        )
        for conflict in record.conflicts
    )
    _table(note, ("Văn bản thứ nhất", "Văn bản thứ hai"), rows, (82, 83))


def _evidence(note: Document, pieces: Iterable[Evidence]) -> None:
    _heading(note, "Các đoạn nhắc đến văn bản")
    for piece in pieces:
        _quote(note, piece)


def _quote(note: Document, evidence: Evidence) -> None:
    from docx.shared import Mm

    quoted = note.add_paragraph()
    quoted.paragraph_format.left_indent = Mm(8)
    quoted.add_run(f"“{_plain(evidence.quote)}”").italic = True
    quoted.add_run(f" — {_plain(_place(evidence))}")


def _table(note: Document, names: Sequence[str], rows: Iterable[Sequence[str]], widths_mm: Sequence[int]) -> None:
    from docx.oxml import OxmlElement

    table = note.add_table(rows=1, cols=len(names))
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    # Repeats the row of headings on every page that the table runs over.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = _plain(value)
    _widths(table, widths_mm)


def _widths(table: Any, widths_mm: Sequence[int]) -> None:
    from docx.shared import Mm, Pt

    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)
            for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
                run.font.size = Pt(12)


def _plain(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")


def _state(entry: TimelineEntry) -> str:
    words = label("vi", "state", entry.state)
    return words[:1].upper() + words[1:]


def _when(entry: TimelineEntry) -> str:
    told = f"tính đến {_day(entry.as_of)}" if entry.as_of else ""
    return "; ".join(filter(None, (_day(entry.date), told)))


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _place(evidence: Evidence) -> str:
    return ", ".join(filter(None, (evidence.document, f"trang {evidence.page}", evidence.section)))
