"""Documents in, out and replaced, over the real catalogue, Chroma and tantivy."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from filelock import FileLock
from store_factories import CountingEmbedder, WordEmbedder, make_document, write

from ingest.models import FileReport
from vectorstore.errors import LibraryBusyError, StaleIndexError
from vectorstore.library import Library

PLAN = "KẾ HOẠCH\n\nTriển khai Đề án đô thị thông minh trên địa bàn thành phố.\n\nSở Tài chính bố trí kinh phí."
REPORT = "BÁO CÁO\n\nHệ thống thông tin đất đai đã hoàn tất tại 19/24 quận, huyện."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "văn bản"
    write(found, "kh/ke-hoach.txt", PLAN)
    write(found, "bao-cao.txt", REPORT)
    return found


@pytest.fixture
def library(tmp_path: Path):
    with Library.open(tmp_path / "data", embedder=CountingEmbedder()) as found:
        yield found


def statuses(reports: Sequence[FileReport]) -> dict[str, str]:
    return {report.place: report.status for report in reports}


def places_found(library: Library, query: str) -> list[str]:
    by_id = {document.id: document.place for document in library.catalogue.documents()}
    return [by_id[hit.document_id] for hit in library.retriever().search(query, 5)]


def test_a_folder_goes_in(library: Library, folder: Path) -> None:
    steps: list[tuple[float, int, str]] = []
    reports = library.ingest([folder], lambda *step: steps.append(step))
    assert statuses(reports) == {"bao-cao.txt": "indexed", "kh/ke-hoach.txt": "indexed"}
    assert all(report.document_id and report.chunks and report.pages == 1 for report in reports)
    assert places_found(library, "hệ thống thông tin đất đai")[0] == "bao-cao.txt"
    assert steps[0] == (0.0, 2, "bao-cao.txt")
    assert steps[-1][:2] == (2, 2)
    assert [step[0] for step in steps] == sorted(step[0] for step in steps)
    assert library.check() == []


def test_the_same_folder_again_does_nothing(library: Library, folder: Path) -> None:
    first = library.ingest([folder])
    embedded, generation = library.embedder.passages, library.catalogue.generation()
    again = library.ingest([folder])
    assert statuses(again) == {"bao-cao.txt": "unchanged", "kh/ke-hoach.txt": "unchanged"}
    assert [report.document_id for report in again] == [report.document_id for report in first]
    assert [report.header for report in again] == [report.header for report in first]
    assert (library.embedder.passages, library.catalogue.generation()) == (embedded, generation)


def test_another_folder_above_finds_the_same_file(library: Library, folder: Path) -> None:
    library.ingest([folder / "kh"])
    assert statuses(library.ingest([folder]))["kh/ke-hoach.txt"] == "unchanged"
    assert statuses(library.ingest([folder / "kh" / "ke-hoach.txt"])) == {"ke-hoach.txt": "unchanged"}
    assert len(library.catalogue.documents()) == 2


def test_an_unchanged_file_is_not_read(library: Library, folder: Path) -> None:
    library.ingest([folder])
    before = (folder / "bao-cao.txt").stat()
    # Same size and time, other content: only a reader of the file could tell.
    (folder / "bao-cao.txt").write_bytes(b"x" * before.st_size)
    os.utime(folder / "bao-cao.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert statuses(library.ingest([folder]))["bao-cao.txt"] == "unchanged"


def test_a_file_that_was_just_written_is_read_again(library: Library, folder: Path) -> None:
    path = write(folder, "moi.txt", "Bản nháp một.", age=0)
    library.ingest([folder])
    before = path.stat()
    path.write_text("Bản nháp hai.", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert statuses(library.ingest([folder]))["moi.txt"] == "indexed"


def test_another_time_with_the_same_content_is_unchanged(library: Library, folder: Path) -> None:
    (first,) = library.ingest([folder / "bao-cao.txt"])
    write(folder, "bao-cao.txt", REPORT, age=30)
    (again,) = library.ingest([folder / "bao-cao.txt"])
    assert (again.status, again.document_id) == ("unchanged", first.document_id)
    (stored,) = library.catalogue.documents()
    assert stored.mtime_ns == (folder / "bao-cao.txt").stat().st_mtime_ns


def test_a_changed_file_replaces_its_old_version(library: Library, folder: Path) -> None:
    first = {report.place: report for report in library.ingest([folder])}
    write(folder, "bao-cao.txt", "BÁO CÁO\n\nPhòng cháy chữa cháy tại chợ dân sinh.")
    second = {report.place: report for report in library.ingest([folder])}
    assert {place: report.status for place, report in second.items()} == {
        "bao-cao.txt": "indexed",
        "kh/ke-hoach.txt": "unchanged",
    }
    assert second["bao-cao.txt"].document_id != first["bao-cao.txt"].document_id
    assert places_found(library, "phòng cháy chữa cháy chợ dân sinh")[0] == "bao-cao.txt"
    texts = [hit.text for hit in library.retriever().search("hệ thống thông tin đất đai", 10)]
    assert not any("đất đai" in text for text in texts)
    assert library.check() == []


def test_back_to_the_old_content(library: Library, folder: Path) -> None:
    path = folder / "bao-cao.txt"
    (first,) = library.ingest([path])
    for text in ("Nội dung khác hẳn.", REPORT):
        write(folder, "bao-cao.txt", text)
        (last,) = library.ingest([path])
    assert last.document_id == first.document_id
    assert library.check() == []


def test_a_vanished_file_is_reported_and_kept(library: Library, folder: Path) -> None:
    library.ingest([folder])
    (folder / "bao-cao.txt").unlink()
    gone = next(report for report in library.ingest([folder]) if report.place == "bao-cao.txt")
    assert gone.status == "skipped"
    assert any(warning.startswith("Không còn thấy tệp") for warning in gone.warnings)
    assert places_found(library, "hệ thống thông tin đất đai")[0] == "bao-cao.txt"
    assert statuses(library.ingest([folder / "kh"])) == {"ke-hoach.txt": "unchanged"}


def test_a_file_that_cannot_be_read_leaves_the_others_in(library: Library, folder: Path) -> None:
    write(folder, "hong.pdf", "%PDF-1.7\nrubbish")
    reports = {report.place: report for report in library.ingest([folder])}
    assert reports["hong.pdf"].status == "failed"
    assert reports["hong.pdf"].error
    assert reports["bao-cao.txt"].status == "indexed"
    assert library.check() == []


def test_a_file_that_became_unreadable_keeps_its_old_version(library: Library, folder: Path) -> None:
    (first,) = library.ingest([folder / "bao-cao.txt"])
    write(folder, "bao-cao.txt", "%PDF-1.7\nrubbish")
    (failed,) = library.ingest([folder / "bao-cao.txt"])
    assert (failed.status, failed.document_id) == ("failed", first.document_id)
    assert places_found(library, "hệ thống thông tin đất đai") == ["bao-cao.txt"]


def test_remove(library: Library, folder: Path) -> None:
    reports = {report.place: report for report in library.ingest([folder])}
    removed = reports["bao-cao.txt"].document_id
    library.remove(removed)
    assert [document.place for document in library.catalogue.documents()] == ["kh/ke-hoach.txt"]
    assert places_found(library, "hệ thống thông tin đất đai") == ["kh/ke-hoach.txt"]
    assert library.check() == []
    with pytest.raises(KeyError):
        library.remove(removed)
    assert statuses(library.ingest([folder]))["bao-cao.txt"] == "indexed"


def test_one_writer(library: Library, folder: Path) -> None:
    library.ingest([folder])
    with FileLock(library.data_dir / "writer.lock"):
        for change in (lambda: library.ingest([folder]), lambda: library.remove("x"), library.repair):
            with pytest.raises(LibraryBusyError, match="đang được một tiến trình khác ghi"):
                change()
        assert places_found(library, "đất đai")
    assert statuses(library.ingest([folder]))["bao-cao.txt"] == "unchanged"


@pytest.mark.parametrize("before", [0, 1])
def test_an_interruption_leaves_whole_documents(tmp_path: Path, folder: Path, before: int) -> None:
    with Library.open(tmp_path / "data", embedder=CountingEmbedder()) as library:
        if before:
            library.ingest([folder / "kh"])
        library.embedder.break_at = before + 1
        with pytest.raises(KeyboardInterrupt):
            library.ingest([folder])
        assert len(library.catalogue.documents()) == before
        assert library.catalogue.documents(("staged", "retired")) == []
        assert library.check() == []
        library.embedder.break_at = None
        assert set(statuses(library.ingest([folder])).values()) <= {"indexed", "unchanged"}
        assert len(library.catalogue.documents()) == 2


def test_leftovers_go_at_the_next_start(tmp_path: Path, folder: Path) -> None:
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as library:
        library.ingest([folder])
        with library.catalogue.begin() as connection:
            library.catalogue.insert_document(connection, "half", make_document(), "staged")
        with library.shadows.writing() as writer:
            writer.add_vectors(library.catalogue.chunks_of("half"))
        assert {problem.kind for problem in library.check()} == {"leftover", "surplus"}
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as library:
        assert library.check() == []
        assert len(library.catalogue.documents()) == 2


def test_another_embedder_is_refused_until_rebuilt(tmp_path: Path, folder: Path) -> None:
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as library:
        library.ingest([folder])
    with Library.open(tmp_path / "data", embedder=WordEmbedder("other", 32)) as library:
        assert [document.place for document in library.catalogue.documents()]
        for use in (library.retriever, lambda: library.ingest([folder])):
            with pytest.raises(StaleIndexError, match="troly doctor --repair"):
                use()
        assert [problem.kind for problem in library.check()] == ["stale"]
        assert library.repair() == []
        assert places_found(library, "hệ thống thông tin đất đai")[0] == "bao-cao.txt"
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as library, pytest.raises(StaleIndexError):
        library.retriever()


def test_documents_read_elsewhere(library: Library) -> None:
    documents = [make_document(place=f"{n}", pages=[f"Điều {n}. Nội dung số {n}."]) for n in range(3)]
    ids = library.keep(documents)
    assert len(set(ids)) == 3
    assert library.keep(documents) == ids
    (changed,) = library.keep([make_document(place="1", pages=["Nội dung mới."])])
    assert changed not in ids
    assert len(library.catalogue.documents()) == 3
    assert library.check() == []


def test_an_empty_library_answers(library: Library) -> None:
    assert library.retriever().search("đô thị") == []
    assert library.check() == []
    assert library.repair() == []
    assert library.ingest([]) == []
