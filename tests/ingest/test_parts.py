"""Several documents in one file are told apart by their letterheads."""

from __future__ import annotations

import pytest

from ingest.header import read_header
from ingest.models import KeptText, RawDocument, RawPage
from ingest.normalize import normalize
from ingest.parts import find_parts

BODY = " ".join(
    f"Điều {n}. Các sở, ban, ngành và Ủy ban nhân dân các quận, huyện thực hiện Quyết định này." for n in range(1, 8)
)


def head(issuer: str, number: str, day: str, kind: str, subject: str) -> str:
    return (
        f"{issuer}\nSố: {number}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
        f"Thành phố Nam Hải, {day}\n{kind}\n{subject}\n"
    )


DECISION = (
    head("ỦY BAN NHÂN DÂN THÀNH PHỐ", "640/QĐ-UBND", "ngày 05 tháng 3 năm 2019", "QUYẾT ĐỊNH", "Về chiếu sáng") + BODY
)
REPORT = (
    head("SỞ GIAO THÔNG VẬN TẢI", "77/BC-SGTVT", "ngày 05 tháng 7 năm 2019", "BÁO CÁO", "Tình hình đèn đường") + BODY
)
RESOLUTION = (
    "HỘI ĐỒNG NHÂN DÂN THÀNH PHỐ\nSố: 12/NQ-HĐND\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
    f"Thành phố Nam Hải, ngày 10 tháng 12 năm 2018\nNGHỊ QUYẾT\nVề dự toán ngân sách\n{BODY}"
)
FORM = (
    "Mẫu số 01\nTÊN CƠ QUAN CHỦ QUẢN\nSố: …/BC-…\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
    f"…, ngày … tháng … năm …\nBÁO CÁO\nKết quả thực hiện\n{BODY}"
)


def parts_of(*pages: str) -> list[KeptText]:
    return find_parts(normalize(RawDocument(tuple(RawPage(n, text) for n, text in enumerate(pages, 1)), wrapped=False)))


@pytest.mark.parametrize(
    ("pages", "numbers"),
    [
        pytest.param([DECISION], ["640/QĐ-UBND"], id="one document"),
        pytest.param([DECISION, REPORT, RESOLUTION], ["640/QĐ-UBND", "77/BC-SGTVT", "12/NQ-HĐND"], id="three"),
        pytest.param([f"{DECISION}\n{REPORT}"], ["640/QĐ-UBND", "77/BC-SGTVT"], id="two on one page"),
        pytest.param([DECISION, FORM], ["640/QĐ-UBND"], id="a form is no document"),
        pytest.param([f"MỤC LỤC\n{BODY}", DECISION, REPORT], ["640/QĐ-UBND", "77/BC-SGTVT"], id="a table of contents"),
    ],
)
def test_each_letterhead_begins_a_document(pages: list[str], numbers: list[str]) -> None:
    assert [read_header(part).number for part in parts_of(*pages)] == numbers


def test_nothing_is_lost_and_pages_keep_their_numbers() -> None:
    whole = normalize(
        RawDocument((RawPage(1, DECISION), RawPage(2, BODY), RawPage(3, f"{BODY}\n{REPORT}")), wrapped=False)
    )
    first, second = find_parts(whole)
    assert first.text + second.text == whole.text
    assert [page.number for page in first.pages] == [1, 2, 3] and [page.number for page in second.pages] == [3]
    assert "".join(page.span.of(second.text) for page in second.pages) == second.text


def test_a_motto_inside_long_text_is_no_letterhead() -> None:
    long = f"Biên bản ghi rằng CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM {'và các bên liên quan ' * 12}"
    assert read_header(KeptText(long, parts_of(long)[0].pages)).number is None
