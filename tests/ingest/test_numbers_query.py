"""What a person typed, taken apart."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.numbers import TypedNumber, parse_query

TYPED = {
    "1009": TypedNumber("1009"),
    "kế hoạch 1009": TypedNumber("1009", "KH"),
    "ke hoach 1009": TypedNumber("1009", "KH"),
    "1009/KH": TypedNumber("1009", "KH"),
    "KH1009": TypedNumber("1009", "KH"),
    "1009 năm 2018": TypedNumber("1009", year=2018),
    "1009 năm 2018 của thành phố": TypedNumber("1009", year=2018, issuer_words="thành phố"),
    "quyết định 45/2016": TypedNumber("45", "QĐ", year=2016),
    "Decision 5880": TypedNumber("5880", "QĐ"),
    "plan 1009 of District 3": TypedNumber("1009", "KH", issuer_words="District 3"),
    "hd 36": TypedNumber("36", "HD", type_exact=False),
    "hướng dẫn 36": TypedNumber("36", "HD"),
    "25/KH-UBND ngày 22/01/2019": TypedNumber(
        "25", "KH", True, "UBND", 2019, date(2019, 1, 22), None, "25/KH-UBND", "25|KH|UBND"
    ),
    "25/KH-UBND của UBND Quận 3": TypedNumber(
        "25", "KH", True, "UBND", None, None, "UBND Quận 3", "25/KH-UBND", "25|KH|UBND"
    ),
    "ke hoach 25 cua UBND quan 3 nam 2019": TypedNumber("25", "KH", year=2019, issuer_words="UBND quan 3"),
    "kế hoạch của Sở TTTT": TypedNumber(None, "KH", issuer_words="Sở TTTT"),
    "tình hình thế nào": TypedNumber(),
}


@pytest.mark.parametrize(("text", "typed"), TYPED.items(), ids=TYPED)
def test_typed_numbers(text: str, typed: TypedNumber) -> None:
    assert parse_query(text) == typed


def test_missing_diacritics_are_told() -> None:
    assert not parse_query("5880/QD-UBND").type_exact
    assert parse_query("5880/QĐ-UBND").type_exact
