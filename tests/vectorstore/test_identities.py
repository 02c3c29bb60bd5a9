"""Which mentions are one document, out of rows alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from vectorstore.identities import Identity, MentionRow, identify, meant_by, same_name

CITY, DISTRICT = "Ủy ban nhân dân Thành phố Hồ Chí Minh", "Ủy ban nhân dân Quận 3"
BASE = MentionRow(
    document_id="d1",
    ordinal=0,
    start=0,
    end=10,
    sentence_start=0,
    sentence_end=40,
    canonical="25/KH-UBND",
    key="25|KH|UBND",
    sequence="25",
    type_code="KH",
    issuer_code="UBND",
    year=None,
    partial=False,
    blank=False,
    diacritics=True,
    type="Kế hoạch",
    date=None,
    issuer="Ủy ban nhân dân",
    subject_start=None,
    subject_end=None,
    own=False,
    document_date=None,
)
APRIL, MAY, NEXT_YEAR = date(2019, 4, 22), date(2019, 5, 3), date(2020, 4, 22)


def grouped(*rows: MentionRow) -> list[list[str]]:
    return [sorted(row.document_id for row in identity.rows) for identity in identify(rows)]


def row(document: str, day: date | None = None, issuer: str = "Ủy ban nhân dân", own: bool = False) -> MentionRow:
    return replace(BASE, document_id=document, date=day, issuer=issuer, own=own)


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        ((row("a", APRIL), row("b", APRIL)), [["a", "b"]]),
        ((row("a", APRIL), row("b", NEXT_YEAR)), [["a"], ["b"]]),
        ((row("a", APRIL, CITY), row("b", MAY, DISTRICT)), [["a"], ["b"]]),
        ((row("a", APRIL), row("b")), [["a", "b"]]),
        ((row("a", APRIL, CITY), row("b", MAY, DISTRICT), row("c")), [["a"], ["b"]]),
        ((row("a", APRIL, CITY), row("b", MAY, DISTRICT), row("c", issuer=DISTRICT)), [["a"], ["b", "c"]]),
        ((row("a", APRIL, CITY), row("b", MAY, DISTRICT), row("a")), [["a", "a"], ["b"]]),
        ((row("a"), row("b", APRIL, CITY, own=True)), [["a", "b"]]),
        ((row("a", APRIL, CITY), row("b", APRIL, "UBND Thành phố")), [["a", "b"]]),
    ],
    ids=[
        "same-day",
        "two-years",
        "two-bodies",
        "undated-goes-to-the-only-one",
        "undated-of-several-belongs-to-none",
        "issuer-tells",
        "own-text-tells",
        "header-and-mention",
        "short-and-full-issuer",
    ],
)
def test_mentions_are_grouped(rows: tuple[MentionRow, ...], groups: list[list[str]]) -> None:
    assert grouped(*rows) == groups


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [row("c"), row("b", MAY, DISTRICT), row("a", APRIL, CITY), row("e", NEXT_YEAR), row("a")]
    assert grouped(*rows) == grouped(*reversed(rows))


def test_a_header_outweighs_mentions() -> None:
    identity = Identity("25|KH|UBND", [row("a", MAY, DISTRICT), row("b", MAY), row("c", APRIL, CITY, own=True)])
    assert (identity.date, identity.issuer, identity.year) == (APRIL, CITY, 2019)
    assert [own.document_id for own in identity.own_rows] == ["c"]


def test_the_number_is_shown_with_its_letters() -> None:
    plain = replace(BASE, canonical="25/KH-UBND", diacritics=False)
    lettered = replace(BASE, canonical="25/KHĐ-UBND", key="25|KHD|UBND")
    assert Identity("25|KHD|UBND", [plain, plain, lettered]).number == "25/KHĐ-UBND"


def test_a_year_in_the_number_keeps_two_apart() -> None:
    old, new = replace(BASE, year=2018), replace(BASE, year=2021, document_id="d2")
    assert len(identify([old, new])) == 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kế hoạch cắm biển chỉ đường", "về cắm biển chỉ đường", True),
        ("về việc cắm biển", "Cắm biển", True),
        ("cắm biển chỉ đường quanh bãi xe", "cắm biển chỉ đường quanh bãi xe tại Quận 3", True),
        ("cắm biển", "cắm biển tại Quận 3", False),
        ("cắm biển chỉ đường", "tháo biển chỉ đường", False),
        ("", "", False),
    ],
    ids=["lead-words", "about", "long-inside-longer", "short-inside-longer", "other-name", "empty"],
)
def test_same_name(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@pytest.mark.parametrize(
    ("written", "told", "known", "meant"),
    [
        ("UBND Thành phố Hồ Chí Minh", MAY, [(APRIL, CITY)], True),
        ("UBND Thành phố Hồ Chí Minh", MAY, [(APRIL, CITY), (APRIL, DISTRICT)], True),
        (None, MAY, [(APRIL, DISTRICT)], True),
        (None, MAY, [(APRIL, CITY)], False),
        (None, NEXT_YEAR, [(APRIL, DISTRICT), (date(2020, 1, 7), DISTRICT)], False),
        (None, date(2022, 3, 1), [(APRIL, DISTRICT)], False),
        (None, date(2019, 4, 1), [(APRIL, DISTRICT)], False),
    ],
    ids=["issuer-said", "issuer-decides", "own-plan", "of-another", "two-fit", "years-later", "before-it-was-issued"],
)
def test_a_short_form_means_the_only_document_that_fits(
    written: str | None, told: date, known: list[tuple[date, str]], meant: bool
) -> None:
    short = replace(
        BASE, canonical=None, key=None, partial=True, issuer=written, document_date=told, document_issuer=DISTRICT,
        document_place="Thành phố Hồ Chí Minh",
    )  # fmt: skip
    documents = [Identity("25|KH|UBND", [row("a", day, issuer, own=True)]) for day, issuer in known]
    found = meant_by(short, documents)
    assert (found is documents[0]) is meant
