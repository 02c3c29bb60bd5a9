"""A question finds its passages, and where they stand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from store_factories import WordEmbedder, make_document

from ingest.models import Section, Span
from vectorstore.library import Library
from vectorstore.retriever import Retriever

SMART = "Ủy ban nhân dân thành phố phê duyệt Đề án xây dựng đô thị thông minh giai đoạn 2017 - 2020."
LAND = "Hệ thống thông tin đất đai đã hoàn tất việc kết nối tại 19/24 quận, huyện."
LAND_LATER = "Hệ thống thông tin đất đai đã hoàn tất việc kết nối tại 24/24 quận, huyện."
FIRE = "Công tác phòng cháy và chữa cháy tại các chợ dân sinh được tăng cường."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory):
    # With the next page's sentence it is too long for one chunk.
    filler = "Trang đầu nói về việc khác, không liên quan đến nội dung được hỏi ở trang sau. " * 4
    section = Section("Điều 2", "Đô thị", 1, Span(len(filler) + 1, len(filler) + 5), Span(len(filler) + 1, 9_999))
    with Library.open(tmp_path_factory.mktemp("data"), embedder=WordEmbedder()) as found:
        found.keep(
            [
                make_document([filler, SMART], "qd.txt", "Quyết định", sections=[section]),
                make_document([LAND], "bc-1.txt", "Báo cáo quý 1"),
                make_document([LAND], "bc-1-copy.txt", "Báo cáo quý 1"),
                make_document([LAND_LATER], "bc-2.txt", "Báo cáo quý 2"),
                make_document([FIRE], "pc.txt", "Công văn"),
            ]
        )
        yield found


@pytest.fixture
def retriever(library: Library) -> Retriever:
    return library.retriever()


def place_of(library: Library, document_id: str) -> str:
    document = library.catalogue.document(document_id)
    assert document is not None
    return document.place


@pytest.mark.parametrize(
    ("query", "place"),
    [
        pytest.param("Đề án đô thị thông minh được ai phê duyệt?", "qd.txt", id="with diacritics"),
        pytest.param("de an do thi thong minh duoc ai phe duyet", "qd.txt", id="without"),
        pytest.param("PHÒNG CHÁY CHỮA CHÁY", "pc.txt", id="capitals"),
        pytest.param("24/24 quận", "bc-2.txt", id="a figure"),
    ],
)
def test_the_best_hit(library: Library, retriever: Retriever, query: str, place: str) -> None:
    assert place_of(library, retriever.search(query, 3)[0].document_id) == place


def test_a_hit_says_where_it_stands(library: Library, retriever: Retriever) -> None:
    hit = retriever.search("đề án đô thị thông minh", 1)[0]
    assert (hit.page, hit.section, hit.text) == (2, "Điều 2", SMART)
    assert hit.span.of(library.catalogue.text_of(hit.document_id)) == hit.text
    assert hit.lexical is not None and hit.lexical > 0
    assert hit.dense is not None and 0 < hit.dense <= 1.0001


def test_copies_come_last_but_other_figures_do_not(library: Library, retriever: Retriever) -> None:
    places = [place_of(library, hit.document_id) for hit in retriever.search("hệ thống thông tin đất đai", 4)]
    assert set(places[:2]) & {"bc-1.txt", "bc-1-copy.txt"}
    assert "bc-2.txt" in places[:2]
    everything = [place_of(library, hit.document_id) for hit in retriever.search("hệ thống thông tin đất đai", 10)]
    assert everything[-1] in {"bc-1.txt", "bc-1-copy.txt"}
    assert len(everything) == len({hit.chunk_id for hit in retriever.search("hệ thống thông tin đất đai", 10)})


def test_only_some_documents(library: Library, retriever: Retriever) -> None:
    fire = next(document.id for document in library.catalogue.documents() if document.place == "pc.txt")
    hits = retriever.search("hệ thống thông tin đất đai", 5, [fire])
    assert {hit.document_id for hit in hits} == {fire}
    assert retriever.search("hệ thống", 5, []) == []


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_nothing_asked(retriever: Retriever, query: str) -> None:
    assert retriever.search(query) == []


def test_only_marks_asked(retriever: Retriever) -> None:
    assert len(retriever.search("???", 3)) <= 3


def test_top_k(retriever: Retriever) -> None:
    assert len(retriever.search("thông tin", 2)) == 2
    assert retriever.search("thông tin", 0) == []
    assert len(retriever.search("thông tin", 500)) == 6


def test_a_document_being_replaced_is_not_seen(tmp_path: Path) -> None:
    with Library.open(tmp_path, embedder=WordEmbedder()) as library:
        library.keep([make_document([FIRE], "pc.txt")])
        with library.catalogue.begin() as connection:
            library.catalogue.insert_document(connection, "next", make_document([LAND], "x.txt"), "staged")
        with library.shadows.writing() as writer:
            writer.add(library.catalogue.chunks_of("next"))
        hits = library.retriever().search("hệ thống thông tin đất đai", 1)
        assert [place_of(library, hit.document_id) for hit in hits] == ["pc.txt"]


def test_what_another_process_adds_is_found(tmp_path: Path) -> None:
    with Library.open(tmp_path, embedder=WordEmbedder()) as server:
        server.keep([make_document([FIRE], "pc.txt")])
        retriever = server.retriever()
        assert len(retriever.search("hệ thống thông tin đất đai")) == 1
        subprocess.run([sys.executable, "-c", _ADDS, str(tmp_path), LAND], check=True, env=_environment())
        best = retriever.search("hệ thống thông tin đất đai")[0]
        assert best.text == LAND
        assert best.dense is not None
        assert best.lexical


_ADDS = """
import sys
import os
import subprocess
import sys
from pathlib import Path
from store_factories import WordEmbedder, make_document
from vectorstore.library import Library
with Library.open(Path(sys.argv[1]), embedder=WordEmbedder()) as library:
    library.keep([make_document([sys.argv[2]], "dat.txt")])
"""


def _environment() -> dict[str, str]:
    here = Path(__file__).resolve()
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parents[2]), str(here.parent)])}


def test_few_passages_are_told_apart_by_their_words(tmp_path: Path) -> None:
    with Library.open(tmp_path, embedder=WordEmbedder()) as library:
        library.keep([make_document([LAND], "dat.txt"), make_document([FIRE], "pc.txt")])
        first, second = library.retriever().search("chợ dân sinh")
        assert (first.text, second.lexical) == (FIRE, 0.0)
        assert first.score > second.score
