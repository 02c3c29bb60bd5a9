"""Writes a sample document as DOCX, PDF, plain text, or as a scan without text layer.

The layout follows Nghị định 30/2020/NĐ-CP, Appendix I: two columns at the head and the foot, body
justified, page numbers at the top centre from page 2.
"""

from __future__ import annotations

import io
import textwrap
import zipfile
from datetime import UTC, datetime, time
from html import escape
from pathlib import Path
from typing import Any

from evals.sample_corpus import CLOSING_NOTE, Block, SampleDocument

FONT_FOLDERS = (Path("/usr/share/fonts/truetype/liberation"), Path("/usr/share/fonts/truetype/liberation2"))
FACES = {"": "Regular", "-Bold": "Bold", "-Italic": "Italic"}
STATE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
SCAN_DPI = 130
SCAN_TILT_DEGREES = 0.6


def render(document: SampleDocument, fonts: Path | None = None) -> bytes:
    """The file's bytes, in the format that its name asks for.

    Raises:
        FileNotFoundError: a PDF is asked for and no Liberation Serif with Vietnamese letters was found.
        ValueError: the name ends in no known format.
    """
    suffix = Path(document.file).suffix
    if suffix == ".txt":
        return as_text(document).encode("utf-8")
    if suffix == ".docx":
        return as_docx(document)
    if suffix == ".pdf":
        pdf = as_pdf(document, fonts)
        return as_scan(pdf) if document.scanned else pdf
    raise ValueError(f"no writer for {document.file}")


def number_line(document: SampleDocument) -> str:
    """`Số: 449/KH-STTTT`."""
    return f"Số: {document.record.number}"


def date_line(document: SampleDocument) -> str:
    """`Thành phố Hồ Chí Minh, ngày 20 tháng 3 năm 2017`."""
    return f"{document.place}, {document.record.day_in_words}"


def heading_lines(document: SampleDocument) -> tuple[str, ...]:
    """Type and subject above the body; an official letter has its addressee there."""
    return (document.kind, document.subject) if document.kind else (document.addressee,)


def recipient_lines(document: SampleDocument) -> list[str]:
    """`Nơi nhận:` and one line a recipient."""
    return ["Nơi nhận:", *(f"- {name}" for name in document.recipients)]


def as_text(document: SampleDocument) -> str:
    """The document as plain text, blocks apart by an empty line."""
    letter = [document.subject] if not document.kind else []
    head = "\n".join([*document.agency, number_line(document), *letter])
    state = "\n".join([*STATE, date_line(document)])
    blocks = [block.text for block in document.body]
    if document.wrap:
        blocks = [textwrap.fill(text, document.wrap, break_on_hyphens=False) for text in blocks]
    foot = ["\n".join(recipient_lines(document)), "\n".join(filter(None, document.signature)), CLOSING_NOTE]
    return "\n\n".join([head, state, *heading_lines(document), *blocks, *foot]) + "\n"


# --- DOCX


def as_docx(document: SampleDocument) -> bytes:
    """The document as DOCX, the same bytes at each call."""
    import docx
    from docx.enum.text import WD_BREAK
    from docx.shared import Cm, Pt

    file = docx.Document()
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(2)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
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


def _docx_columns(file: Any, rows: list[tuple[list[tuple[str, bool, bool]], list[tuple[str, bool, bool]]]]) -> None:
    """A table without borders; each cell holds lines of (text, bold, italic)."""
    from docx.shared import Pt

    table = file.add_table(rows=len(rows), cols=2)
    for row, (left, right) in zip(table.rows, rows, strict=True):
        for cell, lines in zip(row.cells, (left, right), strict=True):
            for text, bold, italic in lines:
                align = "LEFT" if text.startswith(("Nơi nhận", "- ")) else "CENTER"
                paragraph = _docx_line(cell, text, align, bold=bold, italic=italic)
                paragraph.paragraph_format.space_after = Pt(0)
            first = cell.paragraphs[0]._p
            first.getparent().remove(first)


def _docx_head(file: Any, document: SampleDocument) -> None:
    agency = [(line, line == document.agency[-1] or len(document.agency) == 2, False) for line in document.agency]
    letter = [(document.subject, False, False)] if not document.kind else []
    state = [(STATE[0], True, False), (STATE[1], True, False)]
    number = [(number_line(document), False, False), *letter]
    _docx_columns(file, [(agency, state), (number, [(date_line(document), False, True)])])
    _docx_line(file, "", "CENTER")
    for line in heading_lines(document):
        _docx_line(file, line, "CENTER", bold=True)


def _docx_foot(file: Any, document: SampleDocument) -> None:
    _docx_line(file, "", "LEFT")
    heading, *names = recipient_lines(document)
    recipients = [(heading, True, True), *((name, False, False) for name in names)]
    signature = [(line, line != "(Đã ký)", line == "(Đã ký)") for line in document.signature]
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
            cell.width = Cm(16.5 * share / 100)
            run = cell.paragraphs[0].add_run(text)
            run.bold, run.font.size = index == 0, Pt(12)


# --- PDF


def as_pdf(document: SampleDocument, fonts: Path | None = None) -> bytes:
    """The document as PDF with embedded Liberation Serif.

    Raises:
        FileNotFoundError: no Liberation Serif with Vietnamese letters was found.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm
    from reportlab.platypus import PageBreak, SimpleDocTemplate, Spacer

    _register_fonts(fonts)
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=3 * cm,
        rightMargin=1.5 * cm,
        topMargin=2 * cm,
        bottomMargin=2 * cm,
        title=document.record.name,
        author="Trợ lý Văn bản",
        subject=CLOSING_NOTE,
        invariant=1,
    )
    story: list[Any] = [*_pdf_head(document)]
    for block in document.body:
        story.extend(_pdf_block(block))
    story += [Spacer(1, 12), *_pdf_foot(document)]
    if document.annex:
        story.append(PageBreak())
        for block in document.annex:
            story.extend(_pdf_block(block))
    template.build(story, onLaterPages=_pdf_page_number)
    return buffer.getvalue()


def _register_fonts(folder: Path | None) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for candidate in (folder,) if folder else FONT_FOLDERS:
        files = {face: candidate / f"LiberationSerif-{name}.ttf" for face, name in FACES.items()}
        if not all(path.is_file() for path in files.values()):
            continue
        loaded = [TTFont(f"Serif{face}", str(path)) for face, path in files.items()]
        # Version 1 of the fonts lacks the Vietnamese letters.
        if all(ord("ế") in font.face.charToGlyph for font in loaded):
            for font in loaded:
                pdfmetrics.registerFont(font)
            return
    raise FileNotFoundError(
        "Không tìm thấy phông chữ Liberation Serif bản 2 có chữ Việt. Đề nghị cài gói fonts-liberation2 "
        "(hoặc fonts-liberation từ Debian 12), hoặc chỉ thư mục phông chữ bằng --fonts."
    )


def _pdf_page_number(canvas: Any, template: Any) -> None:
    from reportlab.lib.units import cm

    canvas.setFont("Serif", 13)
    canvas.drawCentredString(template.pagesize[0] / 2, template.pagesize[1] - 1.4 * cm, str(template.page))


def _pdf_line(
    text: str, align: str, *, face: str = "", indent: bool = False, size: float = 13, after: float = 6
) -> Any:
    from reportlab.lib import enums
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "line",
        fontName=f"Serif{face}",
        fontSize=size,
        leading=size * 1.25,
        alignment=getattr(enums, f"TA_{align}"),
        firstLineIndent=28 if indent else 0,
        spaceAfter=after,
        keepWithNext=face == "-Bold" and align != "JUSTIFY",
    )
    return Paragraph(escape(text, quote=False), style)


def _pdf_columns(rows: list[list[list[Any]]]) -> Any:
    from reportlab.lib.units import cm
    from reportlab.platypus import Table

    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ]
    return Table(rows, colWidths=[7.2 * cm, 9.3 * cm], style=style)


def _pdf_head(document: SampleDocument) -> list[Any]:
    from reportlab.platypus import Spacer

    agency = [
        _pdf_line(line, "CENTER", face="-Bold" if line == document.agency[-1] else "", size=11.5, after=0)
        for line in document.agency
    ]
    state = [_pdf_line(line, "CENTER", face="-Bold", size=12, after=0) for line in STATE]
    number = [_pdf_line(number_line(document), "CENTER", size=12.5, after=0)]
    dated = [_pdf_line(date_line(document), "CENTER", face="-Italic", size=12, after=0)]
    lines = [_pdf_line(line, "CENTER", face="-Bold") for line in heading_lines(document)]
    return [_pdf_columns([[agency, state], [number, dated]]), Spacer(1, 12), *lines, Spacer(1, 6)]


def _pdf_foot(document: SampleDocument) -> list[Any]:
    from reportlab.platypus import Spacer

    heading, *names = recipient_lines(document)
    recipients = [_pdf_line(heading, "LEFT", face="-Bold", size=12, after=0)]
    recipients += [_pdf_line(name, "LEFT", size=11, after=0) for name in names]
    signature = [
        _pdf_line(line, "CENTER", face="-Italic" if line == "(Đã ký)" else "-Bold", after=0) if line else Spacer(1, 14)
        for line in document.signature
    ]
    return [_pdf_columns([[recipients, signature]]), _pdf_line(CLOSING_NOTE, "CENTER", face="-Italic", size=11)]


def _pdf_block(block: Block) -> list[Any]:
    if block.kind == "table":
        return _pdf_table(block)
    if block.kind == "centre":
        return [_pdf_line(block.text, "CENTER", face="-Bold")]
    if block.kind == "heading":
        return [_pdf_line(block.text, "LEFT", face="-Bold", indent=True)]
    return [_pdf_line(block.text, "JUSTIFY", face="-Italic" if block.kind == "basis" else "", indent=True)]


def _pdf_table(block: Block) -> list[Any]:
    from reportlab.lib import colors
    from reportlab.lib.units import cm
    from reportlab.platypus import LongTable, Spacer

    rows = [
        [_pdf_line(cell, "LEFT", face="" if index else "-Bold", size=12, after=0) for cell in row]
        for index, row in enumerate(block.rows)
    ]
    grid = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("VALIGN", (0, 0), (-1, -1), "TOP")]
    widths = [16.5 * cm * share / 100 for share in block.widths]
    return [LongTable(rows, colWidths=widths, repeatRows=1, style=grid), Spacer(1, 8)]


# --- scan


def as_scan(pdf: bytes) -> bytes:
    """Page images of a PDF, tilted and noisy, in a PDF without text layer."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    for image in _scanned_pages(pdf):
        canvas.drawImage(ImageReader(image), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _scanned_pages(pdf: bytes) -> list[io.BytesIO]:
    import numpy as np
    import pypdfium2
    from PIL import Image, ImageFilter

    grain = np.random.default_rng(30_2020)
    images = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=SCAN_DPI / 72, grayscale=True).to_pil()
        tilted = picture.rotate(SCAN_TILT_DEGREES, resample=Image.Resampling.BICUBIC, fillcolor=245)
        pixels = np.asarray(tilted.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float32)
        noisy = np.clip(pixels * 0.94 + 6 + grain.normal(0, 5, pixels.shape), 0, 255).astype(np.uint8)
        out = io.BytesIO()
        Image.fromarray(noisy).save(out, "JPEG", quality=55)
        out.seek(0)
        images.append(out)
    return images
