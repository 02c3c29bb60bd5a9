"""How sound a page's text is."""

from __future__ import annotations

import pytest

from ingest.models import Page, Span
from ingest.text_health import page_health

PROSE = (
    "Ủy ban nhân dân Thành phố giao Sở Thông tin và Truyền thông chủ trì, phối hợp với các sở, ban, ngành và Ủy ban "
    "nhân dân các quận, huyện triển khai thực hiện Kế hoạch này, định kỳ hằng quý báo cáo kết quả thực hiện."
)
PLAIN = (
    "Uy ban nhan dan Thanh pho giao So Thong tin va Truyen thong chu tri, phoi hop voi cac so, ban, nganh va Uy ban "
    "nhan dan cac quan, huyen trien khai thuc hien Ke hoach nay, dinh ky hang quy bao cao ket qua thuc hien."
)
ENGLISH = (
    "The People's Committee of the City assigns the Department of Information and Communications to lead, together "
    "with the districts, the implementation of this Plan and to report the results of every quarter of the year."
)
PIECES = PROSE.replace("nhân", "nh ân").replace("thực", "th ực").replace("phối", "ph ối")


def measured(text: str) -> tuple[bool, bool, bool]:
    health = page_health(Page(1, Span(0, len(text))), text)
    return health.unmarked, health.in_pieces, health.empty


@pytest.mark.parametrize(
    ("text", "unmarked", "in_pieces", "empty"),
    [
        pytest.param(PROSE, False, False, False, id="sound"),
        pytest.param(PLAIN, True, False, False, id="without diacritics"),
        pytest.param(ENGLISH, False, False, False, id="English has none to lose"),
        pytest.param("Uy ban nhan dan", False, False, False, id="too short to tell"),
        pytest.param(PIECES, False, True, False, id="words in pieces"),
        pytest.param(" \n ", False, False, True, id="nothing"),
    ],
)
def test_pages(text: str, unmarked: bool, in_pieces: bool, empty: bool) -> None:
    assert measured(text) == (unmarked, in_pieces, empty)


def test_characters_that_nobody_can_read_are_counted() -> None:
    text = "Điều \uf0b7 1\ue001. Ph\ufffdm vi"
    health = page_health(Page(4, Span(0, len(text)), "ocr"), text)
    assert (health.private, health.broken, health.source, health.number) == (2, 1, "ocr", 4)
