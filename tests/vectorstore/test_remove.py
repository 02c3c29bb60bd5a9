"""A document that is removed leaves no trace in any file; what was quoted of it in a conversation stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tantivy
from sqlalchemy import select
from store_factories import WordEmbedder, write

from ingest.folding import fold_words
from vectorstore import tables
from vectorstore.conversation_archive import audit
from vectorstore.conversation_models import CitedPassage, GivenAnswer
from vectorstore.conversations import ConversationStore
from vectorstore.library import Library
from vectorstore.models import Evidence, Source

WORD = "quẩyphồngxộp"
SECRET = f"Báo cáo mật về {WORD}. Quyết định số 9753/QĐ-XYZT ngày 05 tháng 3 năm 2019 đã được thực hiện."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "văn bản"
    for number in range(12):
        write(found, f"{number}.txt", f"Văn bản thứ {number}. " + f"Nội dung số {number} về đô thị. " * 40)
    write(found, "tep-mat-4711.txt", SECRET)
    return found


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as opened:
        opened.ingest([folder])
        yield opened


def secret_of(library: Library) -> str:
    (document,) = (one for one in library.catalogue.documents() if one.place.startswith("tep-mat"))
    return document.id


def traces(data_dir: Path, needles: dict[str, bytes]) -> dict[str, set[str]]:
    """The files in which each needle stands."""
    contents = {
        path.relative_to(data_dir).as_posix(): path.read_bytes() for path in data_dir.rglob("*") if path.is_file()
    }
    return {name: {file for file, content in contents.items() if needle in content} for name, needle in needles.items()}


def terms(data_dir: Path, field: str, prefix: str) -> list[str]:
    """The terms of the lexical index that begin so, those of deleted passages too."""
    searcher = tantivy.Index.open(str(data_dir / "lexical")).searcher()
    return [term for term, _ in searcher.terms_with_prefix(field, prefix)]


def test_no_trace_is_left(library: Library, tmp_path: Path) -> None:
    data_dir, removed = tmp_path / "data", secret_of(library)
    (chunk,) = library.catalogue.chunks_of(removed)
    vector = np.asarray(library.embedder.embed_passages([chunk.embedded])[0], np.float32)
    needles = {
        "word": WORD.encode(),
        "number": b"9753",
        "name": b"tep-mat-4711",
        "id": removed.encode(),
        "vector": vector.tobytes()[:64],
    }
    before = traces(data_dir, needles)
    assert all(before.values()), before
    assert terms(data_dir, "folded", fold_words(WORD)) and terms(data_dir, "id", chunk.id)
    assert library.remove(removed) is True
    assert traces(data_dir, needles) == {name: set() for name in needles}
    assert not terms(data_dir, "folded", fold_words(WORD)) and not terms(data_dir, "id", chunk.id)
    assert library.catalogue.engine.dialect.name == "sqlite"
    with library.catalogue.connect() as connection:
        for table in tables.metadata.sorted_tables:
            rows = " ".join(map(str, connection.execute(select(table))))
            assert not any(word in rows for word in (WORD, "9753", "tep-mat-4711", removed)), table.name
    assert library.check() == []
    assert library.retriever().search(WORD, 20)
    assert len(library.catalogue.documents()) == 12


def test_traces_go_with_what_prune_takes_out(library: Library, tmp_path: Path, folder: Path) -> None:
    (folder / "tep-mat-4711.txt").unlink()
    library.ingest([folder], prune=True)
    needles = {"word": WORD.encode(), "name": b"tep-mat-4711"}
    assert traces(tmp_path / "data", needles) == {name: set() for name in needles}


def test_a_stored_conversation_keeps_its_quote(library: Library) -> None:
    removed, quote = secret_of(library), f"Báo cáo mật về {WORD}."
    evidence = Evidence("tep-mat-4711.txt", removed, 1, "", quote, 0, len(quote))
    source = Source(None, None, None, None, "Báo cáo")
    answer = GivenAnswer(
        content="Có [1].", standalone="Mật gì?", outcome="answered", mode="extractive", language="vi",
        verified=True, version="1", settings="x", citations=(CitedPassage(1, None, None, evidence, source),),
    )  # fmt: skip
    store = ConversationStore(library.catalogue)
    conversation, _ = store.begin("an", "Mật gì?", answer)
    library.remove(removed)
    turns = store.turns("an", conversation.id)
    assert turns[-1].answer and turns[-1].answer.citations[0].evidence.quote == quote
    assert [audited.state for audited in audit(library.catalogue, turns)] == ["gone"]


def test_several_at_once(library: Library) -> None:
    first, second, *others = (document.id for document in library.catalogue.documents())
    library.remove(first, second)
    assert {document.id for document in library.catalogue.documents()} == set(others)
    with pytest.raises(KeyError):
        library.remove(others[0], first)
    assert {document.id for document in library.catalogue.documents()} == set(others)


def test_another_process_that_searches_follows(library: Library, tmp_path: Path) -> None:
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as other:
        retriever = other.retriever()
        assert WORD in retriever.search(WORD, 1)[0].text
        library.remove(secret_of(library))
        assert not any(WORD in hit.text for hit in retriever.search(WORD, 20))
        assert other.check() == []


def test_a_removal_that_broke_off_is_finished_by_the_repair(library: Library, tmp_path: Path) -> None:
    removed = secret_of(library)
    with library.catalogue.begin() as connection:
        library.catalogue.set_stamp(connection, "traces", "due")
        library.catalogue.retire(connection, removed)
    library.close()
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as opened:
        assert [problem.kind for problem in opened.check()] == ["leftover"]
        assert opened.repair() == []
        assert removed not in {document.id for document in opened.catalogue.documents()}
    assert traces(tmp_path / "data", {"word": WORD.encode()}) == {"word": set()}


def test_a_rebuild_leaves_one_folder_of_vectors(library: Library, tmp_path: Path) -> None:
    for _ in range(2):
        library.shadows.begin_again()
        assert library.repair() == []
    assert len(list((tmp_path / "data").glob("chroma*"))) == 1
