"""A plan as PDF whose words stand where these tests say, for what is shown on pictures of pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

FONTS = (
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
)
WIDTH, HEIGHT = 595.276, 841.89
"""Points of an A4 page."""
SIZE = 13
Line = tuple[float, float, str]
"""Left and baseline from the top, in points, and the text."""

AIM = "Đến hết năm 2025, hoàn thành số hóa 400.000 trang hồ sơ của 18 sở, ban, ngành thuộc tỉnh."
MONEY = "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh."
TWICE = "Sở Tài chính bố trí kinh phí theo quy định."
OVER = (
    "Các sở, ban, ngành báo cáo kết quả thực hiện kế hoạch này về Ủy ban nhân dân tỉnh qua "
    "Sở Nội vụ trước ngày 20 tháng 12 hằng năm."
)
PLAN: tuple[tuple[Line, ...], ...] = (
    (
        (70, 60, "ỦY BAN NHÂN DÂN"),
        (70, 76, "TỈNH SÔNG LAM"),
        (70, 94, "Số: 112/KH-UBND"),
        (300, 60, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        (340, 76, "Độc lập - Tự do - Hạnh phúc"),
        (320, 94, "Sông Lam, ngày 15 tháng 3 năm 2024"),
        (260, 140, "KẾ HOẠCH"),
        (190, 158, "Số hóa hồ sơ lưu trữ giai đoạn 2024 - 2026"),
        (70, 200, "I. MỤC TIÊU"),
        (70, 220, "Đến hết năm 2025, hoàn thành số hóa 400.000 trang hồ sơ của 18 sở,"),
        (70, 238, "ban, ngành thuộc tỉnh."),
        (70, 258, MONEY),
        (70, 278, "Hồ sơ được xác thực bằng ofﬁce điện tử của tỉnh."),
        (70, 310, "II. PHÂN CÔNG"),
        (70, 330, TWICE),
        (70, 350, "Sở Nội vụ hướng dẫn nghiệp vụ lưu trữ cho các đơn vị trong tỉnh."),
        (70, 380, "III. TỔ CHỨC THỰC HIỆN"),
        (70, 400, TWICE),
        (70, 420, "Các sở, ban, ngành báo cáo kết quả thực hiện kế hoạch này về Ủy ban nhân dân tỉnh qua"),
    ),
    (
        (70, 60, "Sở Nội vụ trước ngày 20 tháng 12 hằng năm."),
        (70, 90, "Trong quá trình thực hiện, nếu có vướng mắc, các đơn vị phản ánh về Sở Nội vụ."),
        (330, 140, "TM. ỦY BAN NHÂN DÂN"),
        (350, 158, "CHỦ TỊCH"),
    ),
)


def register_font() -> str:
    """The name of a font with Vietnamese letters; skips where none is installed."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    found = next((font for font in FONTS if Path(font).exists()), None)
    if found is None:
        pytest.skip("no font with Vietnamese letters is installed")
    pdfmetrics.registerFont(TTFont("Printed", found))
    return "Printed"


def print_pages(path: Path, pages: Sequence[Sequence[Line]] = PLAN, password: str = "") -> Path:
    """The lines as a PDF at `path`."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    font = register_font()
    canvas = Canvas(str(path), pagesize=A4, invariant=1, encrypt=password or None)
    for lines in pages:
        canvas.setFont(font, SIZE)
        for left, down, text in lines:
            canvas.drawString(left, HEIGHT - down, text)
        canvas.showPage()
    canvas.save()
    return path


def place(line: Line, words: str = "") -> tuple[float, float, float, float]:
    """Where words of a line stand, the whole of it without them: left, top, right, bottom in shares of the page.

    Top and bottom are those of the letters: from an ascender's height above the baseline to it.
    """
    from reportlab.pdfbase.pdfmetrics import stringWidth

    left, down, text = line
    words = words or text
    begin = left + stringWidth(text[: text.index(words)], register_font(), SIZE)
    end = begin + stringWidth(words, "Printed", SIZE)
    return begin / WIDTH, (down - 0.7 * SIZE) / HEIGHT, end / WIDTH, down / HEIGHT


def covers(box: Sequence[float], expected: Sequence[float], slack: float = 0.008) -> bool:
    """Whether a box in shares of the page lies over the letters, and over nothing beside, above or below them."""
    beside = abs(box[0] - expected[0]) < slack and abs(box[2] - expected[2]) < slack
    return beside and expected[1] - slack < box[1] < expected[1] + slack / 2 < expected[3] - slack / 2 < box[3] < (
        expected[3] + slack
    )  # fmt: skip
