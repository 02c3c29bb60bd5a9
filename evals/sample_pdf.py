"""Writes a sample document as PDF with embedded Liberation Serif, or as a scan without text layer."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path
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

FONT_FOLDERS = (Path("/usr/share/fonts/truetype/liberation"), Path("/usr/share/fonts/truetype/liberation2"))
FACES = {"": "Regular", "-Bold": "Bold", "-Italic": "Italic"}
SCAN_DPI = 130
SCAN_TILT_DEGREES = 0.6
SCAN_SEED = 2020
"""The grain of the scan is the same at each build."""


def as_pdf(document: SampleDocument, fonts: Path | None = None) -> bytes:
    """The document as PDF with embedded Liberation Serif.

    Raises:
        FileNotFoundError: no Liberation Serif with Vietnamese letters was found.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import cm
    from reportlab.platypus import PageBreak, SimpleDocTemplate, Spacer

    register_fonts(fonts)
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        **{f"{side}Margin": width * cm for side, width in MARGIN_CM.items()},
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


def register_fonts(folder: Path | None = None) -> None:
    """Make the faces `Serif`, `Serif-Bold` and `Serif-Italic` known, with their Vietnamese letters.

    Raises:
        FileNotFoundError: they are not installed.
    """
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
    return Table(rows, colWidths=[width * cm for width in COLUMN_WIDTHS_CM], style=style)


def _pdf_head(document: SampleDocument) -> list[Any]:
    from reportlab.platypus import Spacer

    agency = [
        _pdf_line(line, "CENTER", face="-Bold" if bold else "", size=11.5, after=0)
        for line, bold in agency_lines(document)
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
        _pdf_line(line, "CENTER", face="-Italic" if line == SIGNED else "-Bold", after=0) if line else Spacer(1, 14)
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
    widths = [BODY_WIDTH_CM * cm * share / 100 for share in block.widths]
    return [LongTable(rows, colWidths=widths, repeatRows=1, style=grid), Spacer(1, 8)]


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

    grain = np.random.default_rng(SCAN_SEED)
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
