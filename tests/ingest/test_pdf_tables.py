"""Tables of PDFs: what the lines enclose, row by row, in its place, over page ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, PageBreak, Paragraph, SimpleDocTemplate, Table

from ingest.normalize import normalize, normalize_with_origins
from ingest.readers.pdf import read
from ingest.readers.pdf_tables import _aligned, _Character

GRID = ("GRID", (0, 0), (-1, -1), 0.5, colors.black)
STYLE = getSampleStyleSheet()["Normal"]

HEAD = ["STT", "Nhiem vu", "Co quan chu tri", "Thoi han"]


def wrapped(*texts: str) -> list[Any]:
    return [Paragraph(text, STYLE) for text in texts]


def table(*rows: list[Any], widths: tuple[int, ...] = (40, 180, 130, 80), style: tuple[Any, ...] = (GRID,)) -> Table:
    return LongTable([list(row) for row in rows], colWidths=widths, repeatRows=0, style=list(style))


def built(path: Path, *story: Any) -> Path:
    SimpleDocTemplate(str(path), pagesize=A4).build([Paragraph(p, STYLE) if isinstance(p, str) else p for p in story])
    return path


def pages(path: Path) -> list[list[str]]:
    """The lines of each page that hold something."""
    return [[line.strip() for line in page.text.split("\n") if line.strip()] for page in read(path).pages]


def test_rows_stand_where_the_table_stands(tmp_path: Path) -> None:
    rows = table(
        HEAD,
        wrapped(
            "1",
            "Xay dung kho du lieu dung chung cua cac so nganh",
            "So Thong tin va Truyen thong",
            "12/2018",
        ),
        wrapped("2", "To chuc hoi nghi", "So Noi vu", "Quy II/2018"),
    )
    path = built(tmp_path / "a.pdf", "Nhiem vu duoc phan cong nhu sau:", rows, "Kinh phi do ngan sach bao dam.")
    assert pages(path) == [
        [
            "Nhiem vu duoc phan cong nhu sau:",
            "STT | Nhiem vu | Co quan chu tri | Thoi han",
            "1 | Xay dung kho du lieu dung chung cua cac so nganh | So Thong tin va Truyen thong | 12/2018",
            "2 | To chuc hoi nghi | So Noi vu | Quy II/2018",
            "Kinh phi do ngan sach bao dam.",
        ]
    ]


def test_a_number_wrapped_in_its_cell_is_whole(tmp_path: Path) -> None:
    rows = table(["1", "Quyet dinh 6179/QD-\nUBND"], ["2", "Ke hoach so\n1008/KH-UBND"], widths=(40, 120))
    assert pages(built(tmp_path / "a.pdf", rows)) == [["1 | Quyet dinh 6179/QD-UBND", "2 | Ke hoach so 1008/KH-UBND"]]


@pytest.mark.parametrize(
    ("spans", "rows", "expected"),
    [
        pytest.param(
            [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (3, 1))],
            [["STT", "Co quan", "", "Han"], ["", "Chu tri", "Phoi hop", ""], ["1", "So Y te", "So Noi vu", "2018"]],
            ["STT | Co quan | Han", "| Chu tri | Phoi hop", "1 | So Y te | So Noi vu | 2018"],
            id="nested header",
        ),
        pytest.param(
            [("SPAN", (0, 0), (-1, 0))],
            [["I. Nhiem vu chung", "", "", ""], ["1", "Kho du lieu", "So Y te", "2018"]],
            ["I. Nhiem vu chung", "1 | Kho du lieu | So Y te | 2018"],
            id="heading over the whole row",
        ),
        pytest.param(
            [("SPAN", (0, 0), (0, 1))],
            [["1", "Kho du lieu", "So Y te", "2018"], ["", "Cong du lieu", "", "2019"]],
            ["1 | Kho du lieu | So Y te | 2018", "| Cong du lieu |  | 2019"],
            id="cell over two rows, empty cell",
        ),
    ],
)
def test_merged_and_empty_cells_as_in_word(
    tmp_path: Path, spans: list[Any], rows: list[list[str]], expected: list[str]
) -> None:
    assert pages(built(tmp_path / "a.pdf", table(*rows, style=(GRID, *spans)))) == [expected]


def stroked(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    canvas.line(x0, y0, x1, y1)


def filled(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    """Word draws a border as a thin filled shape."""
    canvas.rect(x0, y0, max(x1 - x0, 0.48), max(y1 - y0, 0.48), stroke=0, fill=1)


def dashed(canvas: Canvas, x0: float, y0: float, x1: float, y1: float) -> None:
    steps = int(max(x1 - x0, y1 - y0) // 4)
    for step in range(steps):
        dx, dy = (x1 - x0) / steps, (y1 - y0) / steps
        canvas.line(x0 + step * dx, y0 + step * dy, x0 + (step + 0.5) * dx, y0 + (step + 0.5) * dy)


Pen = Callable[[Canvas, float, float, float, float], None]


def drawn(canvas: Canvas, pen: Pen, rows: list[list[str]], xs: tuple[float, ...], top: float = 700) -> None:
    """A table with every border of every cell drawn for itself."""
    for number, row in enumerate(rows):
        high, low = top - 20 * number, top - 20 * (number + 1)
        for text, left, right in zip(row, xs, xs[1:], strict=False):
            pen(canvas, left, high, right, high)
            pen(canvas, left, low, right, low)
            pen(canvas, left, low, left, high)
            pen(canvas, right, low, right, high)
            canvas.drawString(left + 3, low + 6, text)


@pytest.mark.parametrize("pen", [stroked, filled, dashed])
def test_however_borders_are_drawn(tmp_path: Path, pen: Pen) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    drawn(canvas, pen, [["1", "Kho du lieu", "2018"], ["2", "Cong du lieu", "2019"]], (72, 100, 300, 400))
    canvas.save()
    assert pages(tmp_path / "a.pdf") == [["1 | Kho du lieu | 2018", "2 | Cong du lieu | 2019"]]


def test_a_page_turned_on_its_side(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setPageRotation(90)
    canvas.translate(A4[0], 0)
    canvas.rotate(90)
    drawn(canvas, stroked, [["1", "Kho du lieu", "2018"], ["2", "Cong du lieu", "2019"]], (72, 100, 300, 400), 400)
    canvas.save()
    assert pages(tmp_path / "a.pdf") == [["1 | Kho du lieu | 2018", "2 | Cong du lieu | 2019"]]


def test_cells_printed_line_by_line_over_the_row(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for x in (72, 200, 330):
        canvas.line(x, 600, x, 700)
    for y in (600, 650, 700):
        canvas.line(72, y, 330, y)
    for y, left, right in (
        (685, "Xay dung kho", "So Thong tin"),
        (670, "du lieu", "va Truyen thong"),
        (630, "Hai", "Ba"),
    ):
        canvas.drawString(75, y, left)
        canvas.drawString(203, y, right)
    canvas.save()
    assert pages(tmp_path / "a.pdf") == [["Xay dung kho du lieu | So Thong tin va Truyen thong", "Hai | Ba"]]


def frame(canvas: Canvas) -> None:
    canvas.rect(60, 600, 400, 150)


def rules(canvas: Canvas) -> None:
    canvas.line(72, 705, 200, 705)
    canvas.line(72, 645, 200, 645)


def boxes_joined_by_lines(canvas: Canvas) -> None:
    canvas.rect(72, 690, 100, 30)
    canvas.rect(300, 610, 100, 30)
    canvas.line(172, 700, 350, 700)
    canvas.line(350, 700, 350, 640)


@pytest.mark.parametrize("drawing", [frame, rules, boxes_joined_by_lines])
def test_what_is_no_table_stays_as_it_was(tmp_path: Path, drawing: Callable[[Canvas], None]) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    drawing(canvas)
    canvas.drawString(75, 695, "Dong mot")
    canvas.drawString(303, 620, "Dong hai")
    canvas.save()
    assert pages(tmp_path / "a.pdf") == [["Dong mot", "Dong hai"]]


def test_a_ruled_signature_block_is_no_table(tmp_path: Path) -> None:
    block = table(["- Luu: VT.", "TM. UY BAN NHAN DAN\nCHU TICH"], widths=(200, 200))
    lines = pages(built(tmp_path / "a.pdf", block))[0]
    assert lines == ["- Luu: VT.", "TM. UY BAN NHAN DAN", "CHU TICH"]


def numbered(path: Path, *story: Any) -> Path:
    """A document with page numbers at the top."""

    def number(canvas: Any, document: Any) -> None:
        canvas.drawCentredString(A4[0] / 2, A4[1] - 40, str(document.page))

    SimpleDocTemplate(str(path), pagesize=A4).build(
        [Paragraph(p, STYLE) if isinstance(p, str) else p for p in story], onFirstPage=number, onLaterPages=number
    )
    return path


def test_a_table_over_a_page_end_keeps_one_header(tmp_path: Path) -> None:
    story = ["Phan cong:", table(HEAD, ["1", "Mot", "So A", "2018"]), PageBreak()]
    story += [table(HEAD, ["2", "Hai", "So B", "2019"]), PageBreak(), table(["3", "Ba", "So C", "2020"]), "Het."]
    text = normalize(read(numbered(tmp_path / "a.pdf", *story))).text
    assert text.split("\n") == [
        "Phan cong:",
        "STT | Nhiem vu | Co quan chu tri | Thoi han",
        "1 | Mot | So A | 2018",
        "2 | Hai | So B | 2019",
        "3 | Ba | So C | 2020",
        "Het.",
    ]


def test_a_page_that_shows_the_header_alone_parts_no_table(tmp_path: Path) -> None:
    story = ["Phan cong:", table(HEAD, ["1", "Mot", "So A", "2018"]), PageBreak(), table(HEAD), PageBreak()]
    story += [table(["", "hai", "", ""], ["2", "Ba", "So C", "2020"]), "Het."]
    text = normalize(read(numbered(tmp_path / "a.pdf", *story))).text
    assert text.split("\n") == [
        "Phan cong:",
        "STT | Nhiem vu | Co quan chu tri | Thoi han",
        "1 | Mot hai | So A | 2018",
        "2 | Ba | So C | 2020",
        "Het.",
    ]


def test_a_page_that_pdfium_cannot_read_keeps_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = built(tmp_path / "a.pdf", "Phan cong:", table(HEAD, ["1", "Mot", "So A", "2018"]))

    def unreadable(page: pypdfium2.PdfPage) -> None:
        raise pypdfium2.PdfiumError("Failed to load text page.")

    # What a page's damaged fonts make pdfium do; no file of a few bytes does it in every version.
    monkeypatch.setattr(pypdfium2.PdfPage, "get_textpage", unreadable)
    assert pages(path) == [["Phan cong:", *HEAD, "1", "Mot", "So A", "2018"]]


def printed(letters: str) -> list[_Character]:
    return [_Character(letter, place, 0) for place, letter in enumerate(letters)]


def found_at(text: str, letters: str) -> list[int | None] | None:
    """For each visible letter of the text the place of its fellow; None in all where the two are taken for others."""
    aligned = _aligned(text, printed(letters))
    if aligned is None:
        return None
    return [fellow and int(fellow.x) for letter, fellow in zip(text, aligned, strict=True) if not letter.isspace()]


LINES = [f"{number} | To chuc hoi nghi lan {number} | So Noi vu" for number in range(100, 900)]
LETTERS = "".join("".join(line.split()) for line in LINES)


def test_letters_are_found_again_where_the_two_libraries_read_alike() -> None:
    assert found_at("\n".join(LINES), LETTERS) == list(range(len(LETTERS)))
    # One letter read as another has no fellow; those around it have theirs.
    misread = LETTERS[:5000] + "?" + LETTERS[5001:]
    assert found_at("\n".join(LINES), misread) == [*range(5000), None, *range(5001, len(LETTERS))]
    # Words that one library alone reads push the rest on.
    stamped = LETTERS[:5000] + "DADONGDAU" + LETTERS[5000:]
    assert found_at("\n".join(LINES), stamped) == [*range(5000), *range(5009, len(LETTERS) + 9)]
    # Lines that the page prints over again are told apart by those around them.
    again = ["Ghi chu nhu tren", *LINES[:3], "Ghi chu nhu tren", *LINES[3:6]]
    letters = "".join("".join(line.split()) for line in again)
    assert found_at("\n".join(again), letters[:-1] + "?") == [*range(len(letters) - 1), None]


def test_a_page_that_the_two_libraries_read_differently_is_left_as_it_is() -> None:
    assert found_at("\n".join(LINES), LETTERS[: len(LETTERS) // 2]) is None
    # Nothing tells one line from another, and to compare all letters would take minutes.
    alike = ["To chuc hoi nghi"] * 2000
    letters = "".join("".join(line.split()) for line in alike)
    assert found_at("\n".join(alike), "?" + letters) is None


def test_a_ruled_running_head_parts_no_table(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for page, task in enumerate(("Mot", "Hai", "Ba"), 1):
        drawn(canvas, stroked, [["Quy trinh tiep nhan", "QT.01", f"Trang {page}/3"]], (72, 250, 330, 420), 800)
        drawn(canvas, stroked, [HEAD[:3], [str(page), task, "So A"]], (72, 120, 300, 420))
        canvas.showPage()
    canvas.save()
    text = normalize(read(tmp_path / "a.pdf")).text
    rows = ["1 | Mot | So A", "2 | Hai | So A", "3 | Ba | So A"]
    assert text.split("\n") == ["STT | Nhiem vu | Co quan chu tri", *rows]


def test_another_table_behind_words_keeps_its_header(tmp_path: Path) -> None:
    story = [
        table(HEAD, ["1", "Mot", "So A", "2018"]),
        PageBreak(),
        "Bang hai",
        table(HEAD, ["1", "Hai", "So B", "2019"]),
    ]
    assert normalize(read(built(tmp_path / "a.pdf", *story))).text.count("STT | Nhiem vu") == 2


@pytest.mark.parametrize(
    ("above", "below", "expected"),
    [
        pytest.param(
            ["2", "To chuc hoi nghi truc tuyen", "So Noi vu", "2018"],
            ["", "cua cac so nganh", "", ""],
            ["2 | To chuc hoi nghi truc tuyen cua cac so nganh | So Noi vu | 2018"],
            id="the rest of a sentence",
        ),
        pytest.param(
            ["2", "Theo Quyet dinh 6179/QD-", "So Noi vu", "2018"],
            ["", "UBND", "", ""],
            ["2 | Theo Quyet dinh 6179/QD-UBND | So Noi vu | 2018"],
            id="the rest of a number",
        ),
        pytest.param(
            ["2", "To chuc hoi nghi", "So Noi vu", "2018"],
            ["", "Tong ket nam", "So Y te", "2019"],
            ["2 | To chuc hoi nghi | So Noi vu | 2018", "| Tong ket nam | So Y te | 2019"],
            id="a row under a cell that spans rows",
        ),
        pytest.param(
            ["2", "To chuc hoi nghi", "", "2018"],
            ["", "tong ket nam", "so y te", ""],
            ["2 | To chuc hoi nghi |  | 2018", "| tong ket nam | so y te"],
            id="a cell that begins anew",
        ),
        pytest.param(
            ["2", "To chuc hoi nghi", "So Noi vu", "2018"],
            ["3", "tong ket nam", "So Y te", "2019"],
            ["2 | To chuc hoi nghi | So Noi vu | 2018", "3 | tong ket nam | So Y te | 2019"],
            id="the next number",
        ),
    ],
)
def test_a_row_cut_by_the_page_end_is_joined_where_it_must_be(
    tmp_path: Path, above: list[str], below: list[str], expected: list[str]
) -> None:
    story = [table(HEAD, above), PageBreak(), table(HEAD, below), "Het."]
    read_pages = pages(numbered(tmp_path / "a.pdf", *story))
    assert [line for lines in read_pages for line in lines if "|" in line] == [" | ".join(HEAD), *expected]
    assert read_pages[1][-2:] == [expected[-1], "Het."]


def test_rows_are_found_again_on_their_pages(tmp_path: Path) -> None:
    story = [table(HEAD, ["1", "Mot", "So A", "2018"]), PageBreak(), table(HEAD, ["2", "Hai", "So B", "2019"]), "Het."]
    raw = read(numbered(tmp_path / "a.pdf", *story))
    kept, origins = normalize_with_origins(raw)
    row = "2 | Hai | So B | 2019"
    page, at = origins.origin(kept.text.index(row))
    assert page == 2
    assert raw.pages[1].text[at:].startswith(row)
    assert kept.pages[1].span.of(kept.text).startswith(row)


def test_no_word_is_lost_or_won(tmp_path: Path) -> None:
    from pypdf import PdfReader

    story = ["Truoc bang.", table(HEAD, wrapped("1", "Mot hai ba " * 12, "So A", "2018")), "Sau bang."]
    path = built(tmp_path / "a.pdf", *story)
    words = PdfReader(path).pages[0].extract_text().split()
    assert sorted(word for word in " ".join(pages(path)[0]).split() if word != "|") == sorted(words)


def row_lines(path: Path, page: int) -> list[str]:
    return [line.strip() for line in read(path).pages[page - 1].text.split("\n") if "|" in line]


def test_tables_of_real_gazettes(shared: Path) -> None:
    real = shared / "documents" / "real"
    assert row_lines(real / "48_tt-20-2026-tt-bxd-334-ky-tu-pua-trong-text.pdf", 34)[:4] == [
        "STT | NỘI DUNG | ĐÁNH GIÁ",
        "I | Tổng quát",
        "1 | Tên cảng thủy nội địa",
        "2 | Doanh nghiệp cảng thủy nội địa",
    ]
    nested = "|  |  |  | Loại hợp đồng | Thời điểm bắt đầu thực hiện HĐLĐ |  |  | Số tài khoản | Tên ngân hàng"
    assert nested in row_lines(real / "55_qd-08-2022-qd-ttg.pdf", 14)
