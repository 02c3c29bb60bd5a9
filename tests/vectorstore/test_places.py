"""Renamed, moved, changed, deleted, duplicated: a document follows its content."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from store_factories import CountingEmbedder, write

from ingest.models import FileReport
from vectorstore.library import Library


def letter(number: str, kind: str, subject: str, body: str) -> str:
    """A document with a head, whose title is its own and not its file's name."""
    return (
        f"ỦY BAN NHÂN DÂN THÀNH PHỐ\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: {number}\n"
        f"Thành phố, ngày 12 tháng 3 năm 2019\n\n{kind}\n{subject}\n\n{body}\n"
    )


PLAN = letter("12/KH-UBND", "KẾ HOẠCH", "Về đô thị thông minh", "Triển khai Đề án đô thị thông minh.")
REPORT = letter("34/BC-UBND", "BÁO CÁO", "Về đất đai", "Hệ thống thông tin đất đai đã hoàn tất tại 19/24 quận.")
OTHER = letter("56/BC-UBND", "BÁO CÁO", "Về chợ", "Phòng cháy chữa cháy tại chợ dân sinh.")
UNNAMED = "KẾ HOẠCH\n\nTriển khai Đề án đô thị thông minh trên địa bàn thành phố."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "văn bản"
    write(found, "ke-hoach.txt", PLAN)
    write(found, "bao-cao.txt", REPORT)
    return found


@pytest.fixture
def library(tmp_path: Path, folder: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "data", embedder=CountingEmbedder()) as opened:
        opened.ingest([folder])
        yield opened
        assert opened.check() == []


def statuses(reports: Sequence[FileReport]) -> dict[str, str]:
    return {report.place: report.status for report in reports}


def held(library: Library) -> dict[str, str]:
    """The id of what is in, by place."""
    documents = library.catalogue.documents()
    found = {document.place: document.id for document in documents}
    assert len(found) == len(documents)
    return found


def embedded(library: Library) -> int:
    return library.embedder.passages


def found_first(library: Library, query: str) -> str:
    by_id = {document.id: document.place for document in library.catalogue.documents()}
    return by_id[library.retriever().search(query, 1)[0].document_id]


@pytest.mark.parametrize("place", ["bao-cao-2018.txt", "2018/bao-cao.txt"], ids=["renamed", "moved"])
def test_another_place(library: Library, folder: Path, place: str) -> None:
    before, passages = held(library), embedded(library)
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / "bao-cao.txt").rename(folder / place)
    reports = library.ingest([folder])
    assert statuses(reports) == {place: "unchanged", "ke-hoach.txt": "unchanged"}
    (moved,) = (report for report in reports if report.place == place)
    assert any("đổi tên từ bao-cao.txt" in warning for warning in moved.warnings)
    assert held(library) == {place: before["bao-cao.txt"], "ke-hoach.txt": before["ke-hoach.txt"]}
    assert embedded(library) == passages
    assert found_first(library, "hệ thống thông tin đất đai") == place
    assert library.ingest([folder])[0].warnings == ()


def test_the_whole_folder_under_another_name(library: Library, folder: Path, tmp_path: Path) -> None:
    before, passages = held(library), embedded(library)
    other = folder.rename(tmp_path / "kho mới")
    assert set(statuses(library.ingest([other])).values()) == {"unchanged"}
    assert held(library) == before
    assert {document.root for document in library.catalogue.documents()} == {str(other)}
    assert embedded(library) == passages


def test_two_files_change_names(library: Library, folder: Path) -> None:
    before, passages = held(library), embedded(library)
    (folder / "bao-cao.txt").rename(folder / "x")
    (folder / "ke-hoach.txt").rename(folder / "bao-cao.txt")
    (folder / "x").rename(folder / "ke-hoach.txt")
    library.ingest([folder])
    assert held(library) == {"bao-cao.txt": before["ke-hoach.txt"], "ke-hoach.txt": before["bao-cao.txt"]}
    assert embedded(library) == passages


def test_moved_and_another_in_its_place(library: Library, folder: Path) -> None:
    before = held(library)
    (folder / "bao-cao.txt").rename(folder / "bao-cao-cu.txt")
    write(folder, "bao-cao.txt", OTHER)
    assert statuses(library.ingest([folder]))["bao-cao.txt"] == "indexed"
    assert held(library)["bao-cao-cu.txt"] == before["bao-cao.txt"]
    assert found_first(library, "phòng cháy chữa cháy chợ dân sinh") == "bao-cao.txt"
    assert found_first(library, "hệ thống thông tin đất đai") == "bao-cao-cu.txt"


def test_moved_away_and_a_copy_back(library: Library, folder: Path) -> None:
    """The document at the new place keeps its id, which is that of the old place and content."""
    (folder / "bao-cao.txt").rename(folder / "bao-cao-cu.txt")
    library.ingest([folder])
    write(folder, "bao-cao-cu.txt", OTHER)
    write(folder, "bao-cao.txt", REPORT)
    library.ingest([folder])
    write(folder, "bao-cao.txt", OTHER + " Bổ sung.")
    library.ingest([folder])
    assert set(held(library)) == {"bao-cao.txt", "bao-cao-cu.txt", "ke-hoach.txt"}


def test_moved_over_another(library: Library, folder: Path) -> None:
    before = held(library)
    (folder / "bao-cao.txt").rename(folder / "ke-hoach.txt")
    assert statuses(library.ingest([folder])) == {"ke-hoach.txt": "unchanged"}
    assert held(library) == {"ke-hoach.txt": before["bao-cao.txt"]}


def test_a_second_copy_adds_nothing(library: Library, folder: Path) -> None:
    before, passages = held(library), embedded(library)
    write(folder, "bản sao/bao-cao.txt", REPORT)
    (copy,) = (report for report in library.ingest([folder]) if report.place.startswith("bản sao"))
    assert (copy.status, copy.document_id) == ("unchanged", before["bao-cao.txt"])
    assert copy.header and copy.header.number == "34/BC-UBND"
    assert any("trùng với tệp bao-cao.txt" in warning for warning in copy.warnings)
    assert (held(library), embedded(library)) == (before, passages)


def test_two_new_copies_are_one_document(library: Library, folder: Path) -> None:
    write(folder, "1/khac.txt", OTHER)
    write(folder, "2/khac.txt", OTHER)
    reports = library.ingest([folder])
    assert {place: status for place, status in statuses(reports).items() if "khac" in place} == {
        "1/khac.txt": "indexed",
        "2/khac.txt": "unchanged",
    }
    assert sorted(held(library)) == ["1/khac.txt", "bao-cao.txt", "ke-hoach.txt"]


def test_two_copies_that_cannot_be_read(library: Library, folder: Path) -> None:
    for number in (1, 2):
        write(folder, f"{number}/hong.pdf", "%PDF-1.7\nrubbish")
    reports = [report for report in library.ingest([folder]) if "hong" in report.place]
    assert [(report.place, report.status) for report in reports] == [("1/hong.pdf", "failed"), ("2/hong.pdf", "failed")]


@pytest.mark.parametrize("first", ["a.txt", "z.txt"], ids=["copy before", "copy behind"])
def test_a_copy_takes_over_when_the_first_goes(library: Library, folder: Path, first: str) -> None:
    write(folder, first, REPORT)
    library.ingest([folder])
    before = held(library)
    (folder / "bao-cao.txt").unlink()
    library.ingest([folder])
    assert held(library) == {first: before["bao-cao.txt"], "ke-hoach.txt": before["ke-hoach.txt"]}


@pytest.mark.parametrize("first", ["a.txt", "z.txt"], ids=["copy before", "copy behind"])
def test_a_copy_takes_over_when_the_first_changes(library: Library, folder: Path, first: str) -> None:
    write(folder, first, REPORT)
    library.ingest([folder])
    write(folder, "bao-cao.txt", OTHER)
    library.ingest([folder])
    assert set(held(library)) == {first, "bao-cao.txt", "ke-hoach.txt"}
    assert found_first(library, "hệ thống thông tin đất đai") == first


def test_a_file_becomes_a_copy_of_another(library: Library, folder: Path) -> None:
    before = held(library)
    write(folder, "bao-cao.txt", PLAN)
    library.ingest([folder])
    assert held(library) == {"ke-hoach.txt": before["ke-hoach.txt"]}


def test_a_copy_in_another_folder(library: Library, folder: Path, tmp_path: Path) -> None:
    """The first is not among the files of this run, but still on the disk."""
    before = held(library)
    write(tmp_path / "khác", "bao-cao.txt", REPORT)
    assert statuses(library.ingest([tmp_path / "khác"])) == {"bao-cao.txt": "unchanged"}
    assert {document.root for document in library.catalogue.documents()} == {str(folder)}
    write(folder, "bao-cao.txt", OTHER)
    assert statuses(library.ingest([tmp_path / "khác"])) == {"bao-cao.txt": "indexed"}
    assert len(library.catalogue.documents()) == len(before) + 1


def test_the_same_name_with_another_content(library: Library, folder: Path) -> None:
    write(folder, "quận 1/bao-cao.txt", OTHER)
    assert statuses(library.ingest([folder]))["quận 1/bao-cao.txt"] == "indexed"
    assert set(held(library)) == {"bao-cao.txt", "quận 1/bao-cao.txt", "ke-hoach.txt"}


def test_a_title_that_is_the_files_name_follows_it(library: Library, folder: Path) -> None:
    write(folder, "ghi chu.txt", UNNAMED)
    library.ingest([folder])
    (folder / "ghi chu.txt").rename(folder / "ghi chu tuan.txt")
    library.ingest([folder])
    titles = {document.place: document.title for document in library.catalogue.documents()}
    assert titles["ghi chu tuan.txt"] == "ghi chu tuan"
    assert "ghi chu.txt" not in titles


def test_a_name_with_loose_accents_is_there(library: Library, folder: Path) -> None:
    loose = unicodedata.normalize("NFD", "đề án.txt")
    write(folder, loose, OTHER)
    library.ingest([folder])
    assert statuses(library.ingest([folder]))["đề án.txt"] == "unchanged"
    assert statuses(library.ingest([folder / "ke-hoach.txt", folder / loose]))["đề án.txt"] == "unchanged"


# ------------------------------------------------------------------------ vanished


def test_prune_takes_out_what_has_vanished(library: Library, folder: Path) -> None:
    (folder / "bao-cao.txt").unlink()
    (kept,) = (report for report in library.ingest([folder]) if report.place == "bao-cao.txt")
    assert any("--prune" in warning for warning in kept.warnings)
    assert "bao-cao.txt" in held(library)
    (gone,) = (report for report in library.ingest([folder], prune=True) if report.place == "bao-cao.txt")
    assert gone.status == "skipped"
    assert any("đã được gỡ" in warning for warning in gone.warnings)
    assert set(held(library)) == {"ke-hoach.txt"}


def test_prune_keeps_what_lies_elsewhere(library: Library, folder: Path) -> None:
    write(folder, "quận 1/khac.txt", OTHER)
    library.ingest([folder])
    (folder / "bao-cao.txt").unlink()
    library.ingest([folder / "quận 1"], prune=True)
    assert "bao-cao.txt" in held(library)


@pytest.mark.parametrize("what", ["empty", "missing"])
def test_prune_does_not_believe_in_an_empty_folder(library: Library, folder: Path, what: str) -> None:
    """So looks a drive that is not mounted."""
    for path in folder.iterdir():
        path.unlink()
    if what == "missing":
        folder.rmdir()
    library.ingest([folder], prune=True)
    assert set(held(library)) == {"bao-cao.txt", "ke-hoach.txt"}
