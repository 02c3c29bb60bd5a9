"""A stretch of the text as kept is found among the words that the page prints."""

from __future__ import annotations

import pytest

from ingest.models import Span
from ingest.word_alignment import PrintedWord, aligned, boxes_of, letters_of, line_boxes

HIGH, WIDE = 100, 60
"""Of a line and of a letter, in these pages."""


def page(*lines: str, columns: tuple[int, ...] = ()) -> list[PrintedWord]:
    """Words as a page prints them, each letter as wide as the next; `columns`: where each line begins."""
    words = []
    for row, line in enumerate(lines):
        at = columns[row] if columns else 0
        top = 0 if columns else 2 * HIGH * row
        for text in line.split(" "):
            words.append(PrintedWord(text, (at, top, at + WIDE * len(text), top + HIGH)))
            at += WIDE * (len(text) + 1)
    return words


def found(text: str, quote: str, words: list[PrintedWord], nth: int = 0) -> str:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return " ".join(words[at].text for at in aligned(text, Span(start, start + len(quote)), words))


@pytest.mark.parametrize(
    ("kept", "quote", "lines", "expected"),
    [
        (
            "Mở đầu. Kinh phí là 12,5 tỷ đồng. Kết thúc.",
            "Kinh phí là 12,5 tỷ đồng.",
            ["Mở đầu. Kinh phí", "là 12,5 tỷ đồng.", "Kết thúc."],
            "Kinh phí là 12,5 tỷ đồng.",
        ),
        (
            "Việc triển khai nghiêm túc được giao cho sở.",
            "triển khai nghiêm túc",
            ["Việc tri ển khai ngh iêm túc được giao cho sở."],
            "tri ển khai ngh iêm túc",
        ),
        (
            "Báo cáo của Sở Nội vụ tỉnh gửi trung ương.",
            "Sở Nội vụ tỉnh",
            ["B¸o c¸o cña Së Néi vô tØnh göi trung ­¬ng."],
            "Së Néi vô tØnh",
        ),
        (
            "Hồ sơ office nộp về file chung.",
            "office nộp về file",
            ["Hồ sơ ofﬁce nộp về ﬁle chung."],
            "ofﬁce nộp về ﬁle",
        ),
        (
            "Thông tư của Bộ có hiệu lực từ ngày ký.",
            "của Bộ có hiệu lực",
            ["CÔNG BÁO/Số 12 trang 4", "Thông tư của Bộ có hiệu", "lực từ ngày ký."],
            "của Bộ có hiệu lực",
        ),
        (
            "Quyết định này có hiệu lực.",
            "có hiệu lực",
            ["QUYẾT ĐỊNH NÀY", "– CÓ HIỆU LỰC ."],
            "CÓ HIỆU LỰC",
        ),
    ],
    ids=["broken line", "words in pieces", "an old encoding", "ligatures", "a page's head", "dashes and capitals"],
)
def test_words_are_told_by_their_letters(kept: str, quote: str, lines: list[str], expected: str) -> None:
    assert found(kept, quote, page(*lines)) == expected


def test_of_two_equal_sentences_the_cited_one_is_found() -> None:
    lines = ["Điều 1. Sở bố trí kinh phí.", "Điều 2. Huyện theo dõi.", "Điều 3. Sở bố trí kinh phí."]
    text, words = "\n".join(lines), page(*lines)
    for nth, row in ((0, 0), (1, 2)):
        start = [0, text.rindex("Sở bố")][nth] if nth else text.index("Sở bố")
        (box,) = boxes_of(text, Span(start, start + len("Sở bố trí kinh phí.")), words)
        assert box == (8 * WIDE, 2 * HIGH * row, 27 * WIDE, 2 * HIGH * row + HIGH)


def test_a_row_of_a_table_is_found_where_its_cells_stand() -> None:
    # The file holds the columns one after the other, the text as kept the row.
    words = [
        PrintedWord(text, (left, top, left + 900, top + HIGH))
        for left, cells in ((0, "Alpha Beta Gamma"), (3000, "Nội Tài Công"), (6000, "Quý Tháng Năm"))
        for top, text in zip((0, 300, 600), cells.split(), strict=True)
    ]
    text = "Alpha | Nội | Quý\nBeta | Tài | Tháng\nGamma | Công | Năm"
    start = text.index("Beta")
    assert boxes_of(text, Span(start, start + len("Beta | Tài | Tháng")), words) == [
        (0, 300, 900, 400), (3000, 300, 3900, 400), (6000, 300, 6900, 400),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kept", "quote"),
    [("Một câu khác hẳn với trang.", "câu khác hẳn với"), ("—", "—"), ("Có chữ", "")],
    ids=["other words", "no letters", "nothing"],
)
def test_what_the_page_does_not_print_is_shown_nowhere(kept: str, quote: str) -> None:
    start = kept.index(quote)
    words = page("Trang này in những dòng chữ riêng của nó")
    assert boxes_of(kept, Span(start, start + len(quote)), words) == []


def test_letters_are_what_two_writings_have_in_common() -> None:
    assert letters_of("“ofﬁce,”") == "office"
    assert letters_of("Đồng") == letters_of("ĐỒNG") == "dong"
    assert letters_of("5880/QĐ-UBND") == "5880qdubnd"


def test_boxes_are_joined_line_by_line_and_parted_by_columns() -> None:
    left, right = (0, 0, 100, 20), (110, 2, 200, 22)
    column, below = (700, 0, 800, 20), (0, 40, 50, 60)
    assert line_boxes([below, right, left, column]) == [(0, 0, 200, 22), (700, 0, 800, 20), (0, 40, 50, 60)]
