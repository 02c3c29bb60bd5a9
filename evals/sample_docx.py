"""Writes a sample document as DOCX, the same bytes at each call."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from evals.sample_corpus import CLOSING_NOTE, Block, SampleDocument
from evals.sample_layout import (
    BODY_WIDTH_CM,
    COLUMN_WIDTHS_CM,
    MARGIN_CM,
    SIGNED,
    STATE,
    agency_lines,
    date_line,
    heading_lines,
    number_line,
    recipient_lines,
)


def as_docx(document: SampleDocument) -> bytes:
    """The document as DOCX, the same bytes at each call."""
    import docx
    from docx.enum.text import WD_BREAK
    from docx.shared import Cm, Pt

    file = docx.Document()
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    for side, width in MARGIN_CM.items():
        setattr(section, f"{side}_margin", Cm(width))
    style = file.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    style.paragraph_format.space_after = Pt(6)
    _docx_page_number(section)
    _docx_head(file, document)
    for block in document.body:
        _docx_block(file, block)
    _docx_foot(file, document)
    if document.annex:
        file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for block in document.annex:
            _docx_block(file, block)
    properties = file.core_properties
    properties.title, properties.author = document.record.name, "Trợ lý Văn bản"
    properties.comments = CLOSING_NOTE
    properties.created = properties.modified = _moment(document).replace(tzinfo=None)
    buffer = io.BytesIO()
    file.save(buffer)
    return _rezipped(buffer.getvalue())


def _moment(document: SampleDocument) -> datetime:
    if document.record.date is None:
        raise ValueError(f"{document.file}: a document needs a date")
    return datetime.combine(document.record.date, time(9), tzinfo=UTC)


def _rezipped(archive: bytes) -> bytes:
    # zipfile stamps each member with the clock; a fixed stamp makes the bytes repeatable.
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return buffer.getvalue()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a column of the head or the foot."""

    text: str
    align: str = "CENTER"
    bold: bool = False
    italic: bool = False


def _docx_page_number(section: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph._p.append(field)


def _docx_line(
    parent: Any, text: str, align: str, *, bold: bool = False, italic: bool = False, indent: bool = False
) -> Any:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    paragraph = parent.add_paragraph()
    paragraph.alignment = getattr(WD_ALIGN_PARAGRAPH, align)
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
    if indent:
        paragraph.paragraph_format.first_line_indent = Cm(1)
    return paragraph


def _docx_columns(file: Any, rows: list[tuple[list[_Line], list[_Line]]]) -> None:
    """A table without borders: the left and the right column of the head and the foot."""
    from docx.shared import Cm, Pt

    table = file.add_table(rows=len(rows), cols=2)
    table.autofit = False
    for row, columns in zip(table.rows, rows, strict=True):
        for cell, lines, width in zip(row.cells, columns, COLUMN_WIDTHS_CM, strict=True):
            cell.width = Cm(width)
            for line in lines:
                paragraph = _docx_line(cell, line.text, line.align, bold=line.bold, italic=line.italic)
                paragraph.paragraph_format.space_after = Pt(0)
                paragraph.runs[0].font.size = Pt(12)
            first = cell.paragraphs[0]._p
            first.getparent().remove(first)


def _docx_head(file: Any, document: SampleDocument) -> None:
    agency = [_Line(line, bold=bold) for line, bold in agency_lines(document)]
    letter = [_Line(document.subject)] if not document.kind else []
    state = [_Line(line, bold=True) for line in STATE]
    number, dated = _Line(number_line(document)), _Line(date_line(document), italic=True)
    _docx_columns(file, [(agency, state), ([number, *letter], [dated])])
    _docx_line(file, "", "CENTER")
    for text in heading_lines(document):
        _docx_line(file, text, "CENTER", bold=True)


def _docx_foot(file: Any, document: SampleDocument) -> None:
    _docx_line(file, "", "LEFT")
    heading, *names = recipient_lines(document)
    recipients = [_Line(heading, "LEFT", bold=True, italic=True), *(_Line(name, "LEFT") for name in names)]
    signature = [_Line(line, bold=line != SIGNED, italic=line == SIGNED) for line in document.signature]
    _docx_columns(file, [(recipients, signature)])
    _docx_line(file, CLOSING_NOTE, "CENTER", italic=True)


def _docx_block(file: Any, block: Block) -> None:
    if block.kind == "table":
        _docx_table(file, block)
    elif block.kind == "centre":
        _docx_line(file, block.text, "CENTER", bold=True)
    elif block.kind == "heading":
        _docx_line(file, block.text, "LEFT", bold=True, indent=True)
    else:
        _docx_line(file, block.text, "JUSTIFY", italic=block.kind == "basis", indent=True)


def _docx_table(file: Any, block: Block) -> None:
    from docx.shared import Cm, Pt

    table = file.add_table(rows=0, cols=len(block.widths))
    table.style = "Table Grid"
    table.autofit = False
    for index, row in enumerate(block.rows):
        cells = table.add_row().cells
        for cell, text, share in zip(cells, row, block.widths, strict=True):
            cell.width = Cm(BODY_WIDTH_CM * share / 100)
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size = index == 0, Pt(12)
