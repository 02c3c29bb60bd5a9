"""Shares of a whole, and what only looks like one."""

from __future__ import annotations

import pytest

from ingest.shares import is_part, told_shares


@pytest.mark.parametrize(
    ("words", "shares"),
    [
        ("đã lắp 34/68 trạm", [0.5]),
        ("đạt 62,5 %", [0.625]),
        ("đạt 100%, giải ngân 3 / 4 dự án", [1.0, 0.75]),
        ("1.200/1.500 hộ", [0.8]),
        ("13/2021 hồ sơ", [13 / 2021]),
        ("120% kế hoạch", [1.2]),
        ("trong tháng 3/2021", []),
        ("03 / 2021", []),
        ("ngày 05/6/2019", []),
        ("ngày 15/12/2019", []),
        ("0/0 xã", []),
        ("24 xã", []),
    ],
    ids=[
        "fraction",
        "percent",
        "both",
        "thousands",
        "no month",
        "more than all",
        "month",
        "month with blanks",
        "day",
        "day of two digits",
        "of nothing",
        "a figure",
    ],
)
def test_told_shares(words: str, shares: list[float]) -> None:
    assert told_shares(words) == pytest.approx(shares)


@pytest.mark.parametrize(("words", "part"), [("5/9 xã", True), ("9/9 xã", False), ("tháng 9/2021", False)])
def test_a_part(words: str, part: bool) -> None:
    assert is_part(words) is part
