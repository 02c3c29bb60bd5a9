"""Spans of days as people and reports name them."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.periods import Period, find_periods


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("trong tháng 3/2018", date(2018, 3, 1), date(2018, 3, 31)),
        ("quý IV năm 2018", date(2018, 10, 1), date(2018, 12, 31)),
        ("năm 2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("6 tháng đầu năm 2019", date(2019, 1, 1), date(2019, 6, 30)),
        ("sáu tháng cuối năm 2019", date(2019, 7, 1), date(2019, 12, 31)),
        ("giữa năm 2019", date(2019, 1, 1), date(2019, 6, 30)),
        ("den het nam 2018", date(2018, 10, 1), date(2018, 12, 31)),
        ("cuối năm 2018", date(2018, 10, 1), date(2018, 12, 31)),
        ("the first half of 2019", date(2019, 1, 1), date(2019, 6, 30)),
        ("by the end of 2018", date(2018, 10, 1), date(2018, 12, 31)),
    ],
)
def test_found(text: str, start: date, end: date) -> None:
    assert [(period.start, period.end) for period in find_periods(text)] == [(start, end)]


@pytest.mark.parametrize("text", ["ngày 14/3/2018", "Quyết định số 21/2021/NĐ-CP", "tháng nào", "6 tháng tới"])
def test_none(text: str) -> None:
    assert find_periods(text) == []


def span(start: tuple[int, int, int], end: tuple[int, int, int]) -> Period:
    return Period(date(*start), date(*end), "")


YEAR, QUARTER, HALF = (
    span((2018, 1, 1), (2018, 12, 31)),
    span((2018, 10, 1), (2018, 12, 31)),
    span((2018, 7, 1), (2018, 12, 31)),
)


@pytest.mark.parametrize(
    ("asked", "told", "meets"),
    [
        pytest.param(YEAR, QUARTER, True, id="a quarter is of the year"),
        pytest.param(QUARTER, HALF, True, id="what is told to the half's end is told to the quarter's"),
        pytest.param(QUARTER, YEAR, False, id="a whole year is not its last quarter"),
        pytest.param(QUARTER, span((2019, 1, 1), (2019, 3, 31)), False, id="another quarter"),
    ],
)
def test_meets(asked: Period, told: Period, meets: bool) -> None:
    assert asked.meets(told) is meets
