"""Word documents in the shape of an administrative note: what every export of the product is laid out with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from assistant.models import Language

if TYPE_CHECKING:
    from docx.document import Document

DOCX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT = "Times New Roman"
# Nghị định 30/2020/NĐ-CP, Appendix I: A4, margins 20-25, 20-25, 30-35, 15-20 mm, letters of 13 to 14 points.
_MARGINS_MM = {"top": 20, "bottom": 20, "left": 30, "right": 15}
_LETTER_POINTS = 13
_LOCALES = {"vi": "vi-VN", "en": "en-GB"}


def new_note(title: str, below: str, language: Language = "vi") -> Document:
    """An A4 page with its title and, below that, a line in brackets that tells where it comes from."""
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
    note.styles["Normal"].element.get_or_add_rPr().append(_language(_LOCALES[language]))
    note.core_properties.title, note.core_properties.language = plain(title), _LOCALES[language]
    note.core_properties.author = "Trợ lý Văn bản"
    heading = note.add_heading(plain(title), 0)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    origin = note.add_paragraph()
    origin.alignment = WD_ALIGN_PARAGRAPH.CENTER
    origin.add_run(plain(below)).italic = True
    return note


def add_heading(note: Document, words: str) -> None:
    """A heading with the next number."""
    earlier = sum(paragraph.style.name == "Heading 1" for paragraph in note.paragraphs)
    note.add_heading(f"{earlier + 1}. {plain(words)}", 1)


def add_quote(note: Document, quote: str, place: str, mark: str = "") -> None:
    """An indented quotation and where it stands."""
    from docx.shared import Mm

    quoted = note.add_paragraph()
    quoted.paragraph_format.left_indent = Mm(8)
    if mark:
        quoted.add_run(f"{mark} ").bold = True
    quoted.add_run(f"“{plain(quote)}”").italic = True
    quoted.add_run(f" — {plain(place)}")


def add_table(note: Document, names: Sequence[str], rows: Iterable[Sequence[str]], widths_mm: Sequence[int]) -> None:
    """A ruled table whose row of headings is repeated on every page that it runs over."""
    from docx.oxml import OxmlElement

    table = note.add_table(rows=1, cols=len(names))
    table.style = "Table Grid"
    for cell, name in zip(table.rows[0].cells, names, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = plain(value)
    set_widths(table, widths_mm)


def set_widths(table: Any, widths_mm: Sequence[int]) -> None:
    """The widths of a table's columns, and smaller letters in it."""
    from docx.shared import Mm, Pt

    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, widths_mm, strict=True):
            cell.width = Mm(width)
            for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
                run.font.size = Pt(12)


def plain(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(sign for sign in text if sign >= " " or sign in "\n\t")


def _language(code: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement("w:lang")
    element.set(qn("w:val"), code)
    return element
