"""Damage is found, named and repaired from the catalogue."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from store_factories import WordEmbedder, make_document

from vectorstore import shadows
from vectorstore.errors import StaleIndexError
from vectorstore.library import Library

DOCUMENTS = [make_document(place=f"{n}.txt", pages=[f"Văn bản {n}: " + f"câu thứ {n}. " * 60]) for n in range(4)]


def opened(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "data", embedder=WordEmbedder())


@pytest.fixture
def ids(tmp_path: Path) -> list[str]:
    with opened(tmp_path) as library:
        return library.keep(DOCUMENTS)


def kinds(library: Library) -> set[tuple[str, str | None]]:
    return {(problem.kind, problem.document_id) for problem in library.check()}


def test_missing_vectors(tmp_path: Path, ids: list[str]) -> None:
    with opened(tmp_path) as library:
        library.shadows.vectors.delete_document(ids[1])
        assert kinds(library) == {("missing", ids[1])}
        assert library.repair() == []


def test_missing_terms(tmp_path: Path, ids: list[str]) -> None:
    with opened(tmp_path) as library:
        with library.shadows.lexical.writing() as writer:
            writer.delete_document(ids[2])
        assert kinds(library) == {("missing", ids[2])}
        assert library.repair() == []


def test_surplus(tmp_path: Path, ids: list[str]) -> None:
    with opened(tmp_path) as library:
        with library.catalogue.begin() as connection:
            library.catalogue.delete_document(connection, ids[0])
        assert kinds(library) == {("surplus", ids[0])}
        assert library.repair() == []
        chunks = sum(document.chunk_count for document in library.catalogue.documents())
        assert library.shadows.vectors.count() == library.shadows.lexical.count() == chunks


@pytest.mark.parametrize("lost", ["chroma", "lexical"])
def test_a_lost_folder(tmp_path: Path, ids: list[str], lost: str) -> None:
    shutil.rmtree(tmp_path / "data" / lost)
    with opened(tmp_path) as library:
        assert {kind for kind, _ in kinds(library)} == {"missing"}
        assert library.repair() == []
        assert library.retriever().search("văn bản 2", 3)


@pytest.mark.parametrize(
    ("name", "rubbish"), [("chroma/chroma.sqlite3", b"rubbish " * 600), ("lexical/meta.json", b"{")]
)
def test_a_damaged_file(tmp_path: Path, ids: list[str], name: str, rubbish: bytes) -> None:
    (tmp_path / "data" / name).write_bytes(rubbish)
    with opened(tmp_path) as library:
        assert {kind for kind, _ in kinds(library)} == {"unreadable"}
        assert library.repair() == []
        assert library.retriever().search("văn bản 2", 3)


def test_another_chunker(tmp_path: Path, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shadows, "CHUNKER_VERSION", "next")
    with opened(tmp_path) as library:
        with pytest.raises(StaleIndexError, match="chunker next"):
            library.retriever()
        assert library.repair() == []
        assert len(library.catalogue.documents()) == len(ids)
        assert library.retriever().search("văn bản 2", 3)


def test_a_rebuild_that_broke_off_counts_as_stale(tmp_path: Path, ids: list[str]) -> None:
    with opened(tmp_path) as library:
        library.shadows.begin_again()
    with opened(tmp_path) as library:
        with pytest.raises(StaleIndexError):
            library.retriever()
        steps: list[float] = []
        assert library.repair(lambda done, total, place: steps.append(done / total)) == []
        assert steps == [0.0, 0.25, 0.5, 0.75, 1.0]


def test_leftovers_beside_a_damaged_shadow_wait_for_the_repair(tmp_path: Path, ids: list[str]) -> None:
    with opened(tmp_path) as library, library.catalogue.begin() as connection:
        library.catalogue.retire(connection, ids[0])
    (tmp_path / "data" / "lexical" / "meta.json").write_bytes(b"{")
    with opened(tmp_path) as library:
        assert {kind for kind, _ in kinds(library)} == {"leftover", "unreadable"}
        assert library.repair() == []
        assert {document.id for document in library.catalogue.documents(("live", "staged", "retired"))} == set(ids[1:])


def overwrite(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3] + b"\xff" * (len(content) // 3) + content[len(content) // 3 * 2 :])


@pytest.mark.parametrize("damage", [overwrite, Path.unlink, lambda path: path.write_bytes(b"")])
@pytest.mark.parametrize("kind", ["idx", "pos", "store", "term", "fast", "fieldnorm"])
def test_a_damaged_segment(tmp_path: Path, ids: list[str], kind: str, damage: Callable[[Path], object]) -> None:
    damage(next((tmp_path / "data" / "lexical").glob(f"*.{kind}")))
    with opened(tmp_path) as library:
        assert {problem for problem, _ in kinds(library)} == {"unreadable"}
        assert library.repair() == []
        assert library.retriever().search("văn bản 2", 3)
