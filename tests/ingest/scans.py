"""Scans made on the spot: a printed page, then what paper, glass and clerks do to it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import pytest

DPI = 200
FONTS = (
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
)


def needs_tesseract() -> None:
    """Skip where Tesseract or a font with Vietnamese letters is missing."""
    from ingest.ocr import available

    if not available():
        pytest.skip("tesseract with Vietnamese is not installed")
    if not any(Path(font).exists() for font in FONTS):
        pytest.skip("no font with Vietnamese letters is installed")


LETTER = (
    (0.08, 0.06, "ỦY BAN NHÂN DÂN"),
    (0.08, 0.08, "TỈNH QUẢNG NAM"),
    (0.09, 0.105, "Số: {number}/QĐ-UBND"),
    (0.46, 0.06, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    (0.53, 0.08, "Độc lập - Tự do - Hạnh phúc"),
    (0.48, 0.105, "Quảng Nam, ngày {day} tháng 8 năm 2023"),
    (0.42, 0.16, "QUYẾT ĐỊNH"),
    (0.25, 0.18, "Về việc phê duyệt Kế hoạch trồng rừng ven biển"),
    (0.14, 0.24, "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015;"),
    (0.14, 0.265, "Căn cứ Quyết định số 1204/QĐ-TTg ngày 14 tháng 10 năm 2021 của Thủ tướng;"),
    (0.14, 0.29, "Theo đề nghị của Giám đốc Sở Nông nghiệp tại Tờ trình số 318/TTr-SNN."),
    (0.42, 0.34, "QUYẾT ĐỊNH:"),
    (0.14, 0.37, "Điều 1. Phê duyệt Kế hoạch trồng rừng ven biển với diện tích 450 ha."),
    (0.14, 0.395, "Điều 2. Quyết định này có hiệu lực kể từ ngày ký."),
    (0.10, 0.80, "Nơi nhận:"),
    (0.10, 0.82, "- Như Điều 2;"),
    (0.10, 0.84, "- Lưu: VT, KTN."),
    (0.60, 0.80, "TM. ỦY BAN NHÂN DÂN"),
    (0.65, 0.82, "CHỦ TỊCH"),
)
"""(left, top, text) in shares of the page's width and height."""


@dataclass(frozen=True)
class Paper:
    """What happens to the printed page."""

    number: str = "2187"
    day: str = "09"
    by_hand: bool = False
    """Number and day are left blank and drawn in with a pen."""
    blank: bool = False
    """They are left blank."""
    tilt: float = 0.0
    """Degrees, counter-clockwise."""
    quarters: int = 0
    """Quarter turns counter-clockwise that the page lies on the glass."""
    stamp: bool = False
    """A red seal over the first article."""


def page(paper: Paper = Paper()) -> "Image.Image":  # noqa: F821, UP037 - Pillow is loaded late
    """The page as the scanner sees it."""
    import numpy as np
    from PIL import Image, ImageChops, ImageDraw, ImageFont

    width, height = round(8.27 * DPI), round(11.69 * DPI)
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(next(font for font in FONTS if Path(font).exists()), round(13 / 72 * DPI))
    number, day = ("            ", "          ") if paper.by_hand or paper.blank else (paper.number, paper.day)
    for left, top, text in LETTER:
        draw.text((left * width, top * height), text.format(number=number, day=day), "black", font)
    if paper.by_hand:
        _pen(draw, 0.125 * width, 0.099 * height)
        _pen(draw, 0.632 * width, 0.099 * height)
    if paper.stamp:
        seal = Image.new("RGB", picture.size, "white")
        draw = ImageDraw.Draw(seal)
        box = (0.30 * width, 0.33 * height, 0.52 * width, 0.44 * height)
        draw.ellipse(box, outline=(215, 40, 50), width=9)
        draw.text((0.33 * width, 0.40 * height), "UBND TỈNH", (215, 40, 50), font)
        # Ink lies on ink: black stays black below it.
        picture = ImageChops.multiply(picture, seal)
    turned = picture.rotate(paper.tilt, Image.Resampling.BICUBIC, fillcolor="white").rotate(
        90 * paper.quarters, expand=True
    )
    grain = np.random.default_rng(7).normal(0, 6, (turned.height, turned.width, 1))
    return Image.fromarray(np.clip(np.asarray(turned, dtype=np.float32) * 0.95 + 6 + grain, 0, 255).astype(np.uint8))


def _pen(draw: "ImageDraw.ImageDraw", left: float, top: float) -> None:  # noqa: F821, UP037
    """Digits as a blue pen draws them: high, sloping, off the line."""
    blue, size = (35, 50, 170), 0.013 * 11.69 * DPI
    strokes = (
        ((0.5, 0.0), (0.1, 0.7), (0.8, 0.65)),
        ((0.6, 0.35), (0.5, 1.25)),
        ((1.1, 0.15), (1.7, 0.05), (1.2, 1.2)),
    )
    for stroke in strokes:
        draw.line([(left + x * size, top + y * size) for x, y in stroke], blue, 5, joint="curve")


def scan(path: Path, *papers: Paper, layer: str = "") -> Path:
    """A PDF of page pictures; `layer` is real text at the foot of each."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    for paper in papers:
        out = io.BytesIO()
        page(paper).save(out, "JPEG", quality=80)
        out.seek(0)
        size = A4[::-1] if paper.quarters % 2 else A4
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(out), 0, 0, *size)
        if layer:
            canvas.drawString(60, 30, layer)
        canvas.showPage()
    canvas.save()
    return path


def type_over(path: Path, *fields: tuple[str, str, tuple[float, float, float, float]]) -> Path:
    """Lay fields over page 1: (subtype, text, left, low, right and high in points); `/Sig` is a signature's widget."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject

    def named(**values: str) -> DictionaryObject:
        return DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in values.items()})

    writer = PdfWriter(PdfReader(path))
    laid = ArrayObject()
    for subtype, text, rectangle in fields:
        shown = DecodedStreamObject()
        shown.set_data(f"BT /F1 13 Tf 2 4 Td ({text}) Tj ET".encode())
        shown.update(named(Type="XObject", Subtype="Form"))
        fonts = DictionaryObject({NameObject("/F1"): named(Type="Font", Subtype="Type1", BaseFont="Times-Roman")})
        shown[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        field = named(Subtype="Widget", FT="Sig") if subtype == "/Sig" else named(Subtype=subtype[1:])
        field[NameObject("/Rect")] = ArrayObject(FloatObject(edge) for edge in rectangle)
        field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): writer._add_object(shown)})
        laid.append(writer._add_object(field))
    writer.pages[0][NameObject("/Annots")] = laid
    writer.write(path)
    return path
