"""What each shadow must do, and what the two must do alike; a server joins by a line in `STORES`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from store_factories import WordEmbedder, make_chunk

from vectorstore.chroma import ChromaVectors
from vectorstore.errors import CorruptStoreError
from vectorstore.lexical import LexicalIndex
from vectorstore.rows import StoredChunk

EMBEDDER = WordEmbedder()
CHUNKS = [
    make_chunk("a.1", "Đề án đô thị thông minh của thành phố", "a", "Quyết định 6179"),
    make_chunk("a.2", "Kinh phí thực hiện từ ngân sách", "a"),
    make_chunk("b.1", "Kế hoạch phòng cháy chữa cháy chợ dân sinh", "b"),
    make_chunk("b.2", "Hệ thống thông tin đất đai", "b"),
]


class Dense:
    """The vectors behind the few calls that both shadows share."""

    def __init__(self, folder: Path) -> None:
        self.store = ChromaVectors(folder, EMBEDDER.stamp)
        self.count, self.ids = self.store.count, self.store.ids

    def add(self, chunks: Sequence[StoredChunk]) -> None:
        self.store.upsert(chunks, EMBEDDER.embed_passages([chunk.embedded for chunk in chunks]))

    def search(self, query: str, top_k: int, document_ids: Sequence[str] | None = None) -> dict[str, float]:
        return self.store.search(EMBEDDER.embed_query(query), top_k, document_ids)

    def delete_document(self, document_id: str) -> None:
        self.store.delete_document(document_id)

    def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        self.store.delete_chunks(chunk_ids)

    def clear(self) -> None:
        self.store.reset(EMBEDDER.stamp)

    def close(self) -> None:
        self.store.close()


class Lexical:
    """The lexical index behind the same calls."""

    def __init__(self, folder: Path) -> None:
        self.store = LexicalIndex(folder)
        self.count, self.ids, self.search = self.store.count, self.store.ids, self.store.search

    def add(self, chunks: Sequence[StoredChunk]) -> None:
        with self.store.writing() as writer:
            writer.add(chunks)

    def delete_document(self, document_id: str) -> None:
        with self.store.writing() as writer:
            writer.delete_document(document_id)

    def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        with self.store.writing() as writer:
            writer.delete_chunks(chunk_ids)

    def clear(self) -> None:
        with self.store.writing() as writer:
            writer.clear()

    def close(self) -> None:
        del self.count, self.ids, self.search, self.store


Store = Dense | Lexical
STORES: dict[str, Callable[[Path], Store]] = {"chroma embedded": Dense, "tantivy": Lexical}


@contextmanager
def opened(kind: str, folder: Path):
    store = STORES[kind](folder)
    try:
        yield store
    finally:
        store.close()


@pytest.fixture(params=STORES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, tmp_path: Path):
    with opened(kind, tmp_path / "store") as found:
        found.add(CHUNKS)
        yield found


def test_an_empty_store(kind: str, tmp_path: Path) -> None:
    with opened(kind, tmp_path / "store") as empty:
        assert empty.count() == 0
        assert empty.ids() == {}
        assert empty.search("đô thị", 5) == {}
        empty.delete_document("a")
        empty.delete_chunks(["a.1"])


def test_the_best_comes_first(store: Store) -> None:
    found = store.search("đề án đô thị thông minh", 4)
    assert next(iter(found)) == "a.1"
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_the_context_is_searched(store: Store) -> None:
    assert next(iter(store.search("quyết định 6179", 4))) == "a.1"


def test_without_diacritics(store: Store) -> None:
    assert next(iter(store.search("phong chay chua chay", 4))) == "b.1"


def test_top_k(store: Store) -> None:
    assert len(store.search("thông tin đô thị kế hoạch", 2)) == 2
    assert store.search("thông tin", 0) == {}


def test_only_some_documents(store: Store) -> None:
    assert set(store.search("đề án đô thị thông minh", 4, ["b"])) <= {"b.1", "b.2"}
    assert store.search("hệ thống", 4, ["b"])
    assert store.search("hệ thống", 4, []) == {}
    assert store.search("hệ thống", 4, ["khong-co"]) == {}


def test_ids_and_count(store: Store) -> None:
    assert store.ids() == {"a.1": "a", "a.2": "a", "b.1": "b", "b.2": "b"}
    assert store.count() == 4


def test_the_same_id_replaces(store: Store) -> None:
    best = store.search("đề án đô thị thông minh thành phố", 4)["a.1"]
    store.add([make_chunk("a.1", "Nước sạch nông thôn", "a")])
    assert store.count() == 4
    assert next(iter(store.search("nước sạch nông thôn", 4))) == "a.1"
    assert store.search("đề án đô thị thông minh thành phố", 4).get("a.1", 0.0) < best


def test_deleted_is_not_found(store: Store) -> None:
    store.delete_document("a")
    assert store.ids() == {"b.1": "b", "b.2": "b"}
    assert not set(store.search("đề án đô thị thông minh", 4)) & {"a.1", "a.2"}
    store.delete_chunks(["b.2", "khong-co"])
    assert store.ids() == {"b.1": "b"}


def test_clear(store: Store) -> None:
    store.clear()
    assert store.count() == 0
    store.add(CHUNKS[:1])
    assert store.ids() == {"a.1": "a"}


def test_what_was_written_is_there_again(kind: str, tmp_path: Path) -> None:
    with opened(kind, tmp_path / "store") as store:
        store.add(CHUNKS)
        store.delete_document("b")
        before = store.search("kinh phí", 4)
    with opened(kind, tmp_path / "store") as store:
        assert store.ids() == {"a.1": "a", "a.2": "a"}
        assert store.search("kinh phí", 4) == pytest.approx(before)


def test_vectors_keep_the_stamp_that_they_were_made_with(tmp_path: Path) -> None:
    first = ChromaVectors(tmp_path, "one")
    first.close()
    second = ChromaVectors(tmp_path, "two")
    assert second.stamp == "one"
    second.reset("two")
    assert second.stamp == "two"
    second.close()


def test_cosine_similarity(tmp_path: Path) -> None:
    store = ChromaVectors(tmp_path, EMBEDDER.stamp)
    store.upsert(CHUNKS, EMBEDDER.embed_passages([chunk.embedded for chunk in CHUNKS]))
    query = EMBEDDER.embed_query("đất đai và ngân sách")
    expected = {chunk.id: float(EMBEDDER.embed_query(chunk.embedded) @ query) for chunk in CHUNKS}
    assert store.search(query, 4) == pytest.approx(expected, abs=1e-4)
    store.close()


def test_diacritics_weigh_more_than_folded_syllables(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    with index.writing() as writer:
        writer.add([make_chunk("hd", "Văn bản 15/HD-TU năm nay"), make_chunk("hđ", "Văn bản 15/HĐ-TU năm nay")])
    assert list(index.search("số 15/HĐ-TU", 2)) == ["hđ", "hd"]


def test_an_error_undoes_what_was_not_committed(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    with pytest.raises(RuntimeError), index.writing() as writer:
        writer.add(CHUNKS[:1])
        writer.commit()
        writer.add(CHUNKS[1:])
        raise RuntimeError
    assert index.ids() == {"a.1": "a"}
    with index.writing() as writer:
        writer.add(CHUNKS[1:2])
    assert index.count() == 2


def test_a_second_lexical_writer_is_refused(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    with index.writing(), pytest.raises(CorruptStoreError, match="Không ghi được"), index.writing():
        pass


@pytest.mark.parametrize("opening", [lambda p: ChromaVectors(p, "s"), LexicalIndex], ids=["chroma", "tantivy"])
def test_a_damaged_store_names_the_remedy(tmp_path: Path, opening: Callable[[Path], object]) -> None:
    (tmp_path / "chroma.sqlite3").write_bytes(b"not a database, " * 300)
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(CorruptStoreError, match="troly doctor --repair"):
        opening(tmp_path)
