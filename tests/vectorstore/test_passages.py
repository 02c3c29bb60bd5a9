"""Quotes with their place, and the documents that stay open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from programme_factories import PROGRAMME, filled_library
from store_factories import make_document

from ingest.models import Section, Span
from vectorstore.library import Library
from vectorstore.passages import PassageCache, Passages


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with filled_library(tmp_path_factory.mktemp("passages"), PROGRAMME) as filled:
        yield filled


@pytest.fixture(scope="module")
def two_pages(library: Library) -> Passages:
    first, second = "Mở đầu. Câu chạy qua", "trang sau. Hết."
    text = f"{first}\n{second}"
    sections = [
        Section("Điều 1", "", 1, Span(0, 7), Span(0, len(text))),
        Section("Điều 1.a", "", 2, Span(8, 12), Span(8, len(first))),
    ]
    document_id = library.keep([make_document((first, second), "hai-trang.txt", sections=sections)])[0]
    return PassageCache(library.catalogue).open(document_id)


def test_a_quote_has_its_page_and_offsets(two_pages: Passages) -> None:
    at = two_pages.text.index("Hết")
    evidence = two_pages.evidence(Span(at, at + 4))
    assert (evidence.document, evidence.page, evidence.quote) == ("hai-trang.txt", 2, "Hết.")
    page = two_pages.pages[1].span.of(two_pages.text)
    assert page[evidence.start : evidence.end] == "Hết."


def test_a_quote_over_a_pages_end_is_whole_and_its_place_clipped(two_pages: Passages) -> None:
    start, end = two_pages.text.index("Câu"), two_pages.text.index(" Hết")
    evidence = two_pages.evidence(Span(start, end))
    page = two_pages.pages[0].span.of(two_pages.text)
    assert evidence.page == 1
    assert evidence.quote == "Câu chạy qua\ntrang sau."
    assert evidence.quote.startswith(page[evidence.start : evidence.end])
    assert evidence.end == len(page)


@pytest.mark.parametrize(("offset", "label"), [(0, "Điều 1"), (9, "Điều 1.a"), (30, "Điều 1"), (10_000, "")])
def test_the_innermost_section(two_pages: Passages, offset: int, label: str) -> None:
    assert two_pages.section_at(offset) == label


def test_sections_over_a_place_are_those_that_hold_it(library: Library) -> None:
    text = "Phần một.\nĐiều 1. Một.\na) Điểm.\nĐiều 2. Hai.\nPhần hai."
    spans = [(0, 48), (10, 32), (23, 32), (33, 46), (40, 40)]
    sections = [Section(f"{start}", "", 1, Span(start, start), Span(start, end)) for start, end in spans]
    opened = PassageCache(library.catalogue).open(
        library.keep([make_document((text,), "nhiều-mục.txt", sections=sections)])[0]
    )
    for offset in range(len(text) + 2):
        expected = [f"{start}" for start, end in spans if start <= offset < end]
        assert [section.label for section in opened.sections_over(offset)] == expected


def test_sentences_that_share_a_character(two_pages: Passages) -> None:
    said = [sentence.of(two_pages.text).strip() for sentence in two_pages.sentences_in(Span(0, 9))]
    assert said[0] == "Mở đầu."
    assert len(said) == 2
    assert two_pages.sentences_in(Span(0, 0)) == []


def test_the_source_is_the_header(library: Library) -> None:
    document = next(d for d in library.catalogue.documents() if d.place == "815.txt")
    source = PassageCache(library.catalogue).open(document.id).source.as_json()
    assert source == {
        "number": "815/QĐ-UBND",
        "date": "2019-03-12",
        "type": "Quyết định",
        "issuer": "Ủy ban nhân dân Thành phố Hồ Chí Minh",
        "title": "Quyết định số 815/QĐ-UBND: Về phê duyệt Đề án bãi xe thông minh",
    }


def test_a_document_is_read_once_while_it_is_held(library: Library) -> None:
    ids = [document.id for document in library.catalogue.documents()][:3]
    cache = PassageCache(library.catalogue, capacity=2)
    first = cache.open(ids[0])
    assert cache.open(ids[0]) is first
    cache.open(ids[1])
    cache.open(ids[2])
    assert cache.open(ids[0]) is not first


def test_an_unknown_document(library: Library) -> None:
    with pytest.raises(KeyError):
        PassageCache(library.catalogue).open("nowhere")
