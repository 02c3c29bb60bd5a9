"""A typed number: found, ambiguous, not found, over a library that the real pipeline filled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from programme_factories import PROGRAMME, filled_library

from ingest.models import Span
from vectorstore.library import Library
from vectorstore.registry import Filter, Registry


@pytest.mark.parametrize(
    ("typed", "number", "day"),
    [
        ("815/QĐ-UBND", "815/QĐ-UBND", date(2019, 3, 12)),
        ("Quyết định số 815/QĐ-UBND", "815/QĐ-UBND", date(2019, 3, 12)),
        ("815 qd ubnd", "815/QĐ-UBND", date(2019, 3, 12)),
        ("0815/qđ-ubnd", "815/QĐ-UBND", date(2019, 3, 12)),
        ("815/QÐ–UBND", "815/QĐ-UBND", date(2019, 3, 12)),
        ("QĐ 815", "815/QĐ-UBND", date(2019, 3, 12)),
        ("quyết định 815", "815/QĐ-UBND", date(2019, 3, 12)),
        ("25/KH-UBND ngày 22/4/2019", "25/KH-UBND", date(2019, 4, 22)),
        ("25/KH-UBND của UBND Quận 3", "25/KH-UBND", date(2019, 5, 3)),
        ("25/KH-UBND quận 3", "25/KH-UBND", date(2019, 5, 3)),
        ("25/KH-UBND của thành phố", "25/KH-UBND", date(2019, 4, 22)),
        ("25 năm 2019 của thành phố", "25/KH-UBND", date(2019, 4, 22)),
        ("kế hoạch 25 của UBND TP", "25/KH-UBND", date(2019, 4, 22)),
        ("500/QĐ-UBND năm 2018", "500/QĐ-UBND", date(2018, 2, 1)),
        ("500/QĐ-UBND 2018", "500/QĐ-UBND", date(2018, 2, 1)),
        ("21/2021/NĐ-CP", "21/2021/NĐ-CP", date(2021, 1, 5)),
        ("36A/KH-STC", "36a/KH-STC", date(2019, 5, 2)),
        ("12/HĐ-SGTVT", "12/HĐ-SGTVT", date(2019, 6, 3)),
        ("Hướng dẫn số 12/HD-SGTVT", "12/HD-SGTVT", date(2019, 6, 4)),
        ("91/KH-SGTVT", "91/KH-SGTVT", date(2019, 10, 10)),
    ],
)
def test_found(registry: Registry, typed: str, number: str, day: date) -> None:
    found = registry.resolve(typed)
    assert found.outcome == "found"
    assert found.record is not None
    assert (found.record.number, found.record.date) == (number, day)
    assert found.candidates == found.suggestions == ()


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("25/KH-UBND", {date(2019, 4, 22), date(2019, 5, 3)}),
        ("25/KH-UBND năm 2019", {date(2019, 4, 22), date(2019, 5, 3)}),
        ("500/QĐ-UBND", {date(2018, 2, 1), date(2019, 2, 8)}),
        ("12/hd-sgtvt", {date(2019, 6, 3), date(2019, 6, 4)}),
    ],
    ids=["two-bodies", "the-year-does-not-tell", "two-years", "letters-not-typed"],
)
def test_ambiguous(registry: Registry, typed: str, days: set[date]) -> None:
    found = registry.resolve(typed)
    assert (found.outcome, found.record) == ("ambiguous", None)
    assert {candidate.date for candidate in found.candidates} == days


@pytest.mark.parametrize("typed", ["25/KH-UBND", "500/QĐ-UBND", "12/hd-sgtvt"])
def test_a_candidates_label_typed_back_is_found(registry: Registry, typed: str) -> None:
    for candidate in registry.resolve(typed).candidates:
        found = registry.resolve(candidate.label)
        assert found.record is not None, candidate.label
        assert (found.record.number, found.record.date) == (candidate.number, candidate.date)


@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("121/2021/NĐ-CP", {"21/2021/NĐ-CP"}),
        ("21/2012/NĐ-CP", {"21/2021/NĐ-CP"}),
        ("851/QĐ-UBND", {"815/QĐ-UBND"}),
        ("8150/QĐ-UBND", {"815/QĐ-UBND"}),
        ("36/KH-STC", {"36a/KH-STC"}),
        ("815/KH-UBND", {"815/QĐ-UBND"}),
        ("25/KH-UBND ngày 23/4/2019", {"25/KH-UBND"}),
        ("9999/QĐ-UBND", set()),
        ("666/QĐ-UBND", set()),
        ("bãi xe", set()),
        ("", set()),
    ],
    ids=[
        "a-digit-more-in-front",
        "other-year",
        "swapped",
        "a-digit-more-behind",
        "letter-missing",
        "other-type",
        "other-day",
        "far",
        "only-in-an-order-to-the-program",
        "no-number",
        "empty",
    ],
)
def test_not_found_with_near_misses_as_suggestions(registry: Registry, typed: str, suggested: set[str]) -> None:
    found = registry.resolve(typed)
    assert (found.outcome, found.record, found.candidates) == ("not_found", None, ())
    assert {candidate.number for candidate in found.suggestions} == suggested


def test_a_wildcard_in_the_input_matches_nothing(registry: Registry) -> None:
    assert registry.resolve("%/QĐ-UBND").outcome == "not_found"
    assert registry.resolve("8_5/QĐ-UBND").outcome == "not_found"


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Filter(type_code="BC"), ["77/BC-SGTVT", "140/BC-SGTVT"]),
        (Filter(type_code="QĐ", year=2018), ["500/QĐ-UBND"]),
        (Filter(day=date(2019, 5, 2)), ["36a/KH-STC"]),
        (Filter(month=(2019, 6)), ["12/HD-SGTVT", "12/HĐ-SGTVT"]),
        (Filter(issuer="Sở Tài chính"), ["36a/KH-STC"]),
        (Filter(type_code="KH", issuer_code="SGTVT"), ["91/KH-SGTVT"]),
        (Filter(type_code="CT"), []),
    ],
    ids=["type", "type-and-year", "day", "month", "issuer", "series", "none"],
)
def test_lists(registry: Registry, wanted: Filter, numbers: list[str]) -> None:
    assert sorted(identity.number for identity in registry.listed(wanted)) == sorted(numbers)


def test_the_documents_that_a_sentence_names(registry: Registry, programme: Library) -> None:
    document = next(d for d in programme.catalogue.documents() if d.place == "bc-q4.txt")
    text = programme.catalogue.text_of(document.id)
    start = text.index("Hợp đồng số")
    named = registry.identities_in(document.id, Span(start, text.index("biển báo", start)))
    assert {identity.number for identity in named} == {"12/HĐ-SGTVT", "12/HD-SGTVT"}
    assert registry.identities_in(document.id, Span(0, 3)) == []


def test_the_documents_with_most_of_the_words_in_their_titles(registry: Registry) -> None:
    titles = registry.title_words()
    for words in (
        {"ke", "hoach"},
        {"do", "thi", "thong", "minh"},
        {"bao", "cao", "quy"},
        {"khong", "co", "chu", "nay"},
    ):
        shares = [len(words & title) for _, title in titles]
        most = max(shares)
        alike = [identity for identity, title in titles if most and len(words & title) == most]
        assert registry.titled([*words, *words]) == (most, alike)


def test_what_is_known_follows_the_library(tmp_path: Path) -> None:
    with filled_library(tmp_path, {"815.txt": PROGRAMME["815.txt"]}) as library:
        registry = Registry(library.catalogue)
        assert len(registry.identities()) == 3
        registry.title_words()
        (tmp_path / "nguồn" / "q3.txt").write_text(PROGRAMME["25-q3.txt"], encoding="utf-8")
        library.ingest([tmp_path / "nguồn"])
        assert "25/KH-UBND" in {identity.number for identity in registry.identities()}
        assert "25/KH-UBND" in {identity.number for identity, _ in registry.title_words()}


class Changing(list[str]):
    """Words during whose reading the library changes, as it may between any two steps of a search."""

    def __init__(self, words: Sequence[str], change: Callable[[], object]) -> None:
        super().__init__(words)
        self._change = change

    def __iter__(self) -> Iterator[str]:
        self._change()
        return super().__iter__()


def test_titles_are_those_of_one_state_of_the_library(tmp_path: Path) -> None:
    with filled_library(tmp_path, {"815.txt": PROGRAMME["815.txt"]}) as library:
        registry = Registry(library.catalogue)
        earlier = PROGRAMME["25-q3.txt"].replace("tháng 5 năm 2019", "tháng 5 năm 2015")

        def change() -> None:
            (tmp_path / "nguồn" / "q3.txt").write_text(earlier, encoding="utf-8")
            library.ingest([tmp_path / "nguồn"])

        _, found = registry.titled(Changing(["bai", "xe", "thong", "minh"], change))
        assert [identity.number for identity in found] == ["815/QĐ-UBND"]
        assert len(registry.identities()) == 4
