"""Dates of administrative texts, whole and partly blank."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from ingest.dates import find_dates, leading_date

FOUND = {
    "words": ("ngày 14 tháng 3 năm 2018", "ngày 14 tháng 3 năm 2018", date(2018, 3, 14), 3, 2018, "day"),
    "over a page": ("ngày 14 tháng 3\n\nnăm 2018", "ngày 14 tháng 3\n\nnăm 2018", date(2018, 3, 14), 3, 2018, "day"),
    "slashes": ("vào 14/3/2018.", "14/3/2018", date(2018, 3, 14), 3, 2018, "day"),
    "slashes with the word": ("từ ngày 06 / 7 /2005", "ngày 06 / 7 /2005", date(2005, 7, 6), 7, 2005, "day"),
    "hyphens": ("09-11-2016", "09-11-2016", date(2016, 11, 9), 11, 2016, "day"),
    "dots": ("ngày 12.4.2018", "ngày 12.4.2018", date(2018, 4, 12), 4, 2018, "day"),
    "no diacritics": ("ngay 9 thang 11 nam 2016", "ngay 9 thang 11 nam 2016", date(2016, 11, 9), 11, 2016, "day"),
    "month": ("cuối tháng 8/2018", "tháng 8/2018", None, 8, 2018, "month"),
    "month in words": ("tháng 8 năm 2018", "tháng 8 năm 2018", None, 8, 2018, "month"),
    "quarter": ("quý III/2018", "quý III/2018", None, 7, 2018, "quarter"),
    "year": ("trong năm 2018", "năm 2018", None, None, 2018, "year"),
    "blank": ("ngày   tháng   năm 2018", "ngày   tháng   năm 2018", None, None, 2018, "year"),
    "day blank": ("ngày … tháng 8 năm 2018", "ngày … tháng 8 năm 2018", None, 8, 2018, "month"),
    "blank slashes": ("ngày / /2018)", "ngày / /2018", None, None, 2018, "year"),
    "all blank": ("ngày ... tháng ... năm ...", "ngày ... tháng ... năm", None, None, None, "blank"),
    "ISO": ("2016-11-09", "2016-11-09", date(2016, 11, 9), 11, 2016, "day"),
    "English": ("on 9 November 2016", "9 November 2016", date(2016, 11, 9), 11, 2016, "day"),
    "English month first": ("May 9, 2017", "May 9, 2017", date(2017, 5, 9), 5, 2017, "day"),
}


@pytest.mark.parametrize(("text", "surface", "day", "month", "year", "precision"), FOUND.values(), ids=FOUND)
def test_dates(text: str, surface: str, day: date | None, month: int | None, year: int | None, precision: str) -> None:
    (found,) = find_dates(text)
    assert found.span.of(text) == surface
    assert (found.date, found.month, found.year, found.precision) == (day, month, year, precision)


@pytest.mark.parametrize(
    "text", ["19/24 Quận", "31/02/2018", "45/2016/QĐ-TTg", "10.0.0.1/24", "ngày nghỉ trong tháng", "3.742 trạm", "24/7"]
)
def test_no_date(text: str) -> None:
    assert find_dates(text) == []


def test_decomposed_letters_keep_their_offsets() -> None:
    text = unicodedata.normalize("NFD", "Kế hoạch ngày 14 tháng 3 năm 2018 về")
    (found,) = find_dates(text)
    assert unicodedata.normalize("NFC", found.span.of(text)) == "ngày 14 tháng 3 năm 2018"


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("tháng 2/2020", date(2020, 2, 29)),
        ("quý II/2018", date(2018, 6, 30)),
        ("năm 2018", date(2018, 12, 31)),
        ("14/3/2018", date(2018, 3, 14)),
    ],
)
def test_last_day_of_a_period(text: str, last: date) -> None:
    (found,) = find_dates(text)
    assert found.last_day == last


@pytest.mark.parametrize(
    ("text", "limit", "found"),
    [
        ("từ ngày 02/5/2019 đến ngày 30/6/2019", None, "ngày 02/5/2019"),
        ("từ 02/5/2019", None, "02/5/2019"),
        ("từ tháng 5/2019", None, "tháng 5/2019"),
        ("từ khi ký, trước ngày 02/5/2019", None, None),
        ("từ ngày 02/5/2019", 9, None),
        ("từ đó", None, None),
    ],
    ids=["day", "bare", "month", "further on", "beyond the limit", "none"],
)
def test_the_date_right_behind(text: str, limit: int | None, found: str | None) -> None:
    dated = leading_date(text, len("từ "), limit)
    assert (dated.span.of(text) if dated else None) == found
