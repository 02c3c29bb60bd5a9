"""One file holds the library; taking it back is all or nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from sqlalchemy import text
from store_factories import WordEmbedder, make_document

from vectorstore import backup
from vectorstore.errors import BackupError, CatalogueVersionError, LibraryBusyError
from vectorstore.library import Library, restore

DOCUMENTS = [make_document(place=f"{n}.txt", pages=[f"Văn bản {n}: " + f"câu thứ {n}. " * 60]) for n in range(4)]
OTHERS = [make_document(place="khác.txt", pages=["Một văn bản khác hẳn."])]


def opened(folder: Path) -> Library:
    return Library.open(folder, embedder=WordEmbedder())


def places(folder: Path) -> set[str]:
    with opened(folder) as library:
        assert library.check() == []
        assert library.retriever().search("văn bản", 3)
        return {document.place for document in library.catalogue.documents()}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with opened(tmp_path / "data") as found:
        found.keep(DOCUMENTS)
        yield found


@pytest.fixture
def saved(library: Library, tmp_path: Path) -> Path:
    library.back_up(tmp_path / "kho.zip")
    return tmp_path / "kho.zip"


def test_there_and_back(library: Library, tmp_path: Path) -> None:
    library.retriever()  # as a server has it open
    manifest = library.back_up(tmp_path / "kho.zip")
    assert manifest["documents"] == 4
    assert [path.name for path in tmp_path.glob("*kho*")] == ["kho.zip"]
    restore(tmp_path / "kho.zip", tmp_path / "mới")
    assert places(tmp_path / "mới") == {f"{n}.txt" for n in range(4)}
    assert not list((tmp_path / "mới").glob("restore*"))
    assert library.check() == []


def test_after_a_removal_the_folder_of_vectors_has_another_name(library: Library, tmp_path: Path) -> None:
    library.remove(library.catalogue.documents()[0].id)
    library.back_up(tmp_path / "kho.zip")
    restore(tmp_path / "kho.zip", tmp_path / "mới")
    assert places(tmp_path / "mới") == {"1.txt", "2.txt", "3.txt"}


def test_an_older_backup_is_replaced(library: Library, saved: Path) -> None:
    library.remove(library.catalogue.documents()[0].id)
    library.back_up(saved)
    assert backup.verify(saved)["documents"] == 3


def test_a_library_is_not_overwritten_without_word(saved: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "mới") as other:
        other.keep(OTHERS)
    (tmp_path / "mới" / "models").mkdir()
    with pytest.raises(BackupError, match="--force"):
        restore(saved, tmp_path / "mới")
    assert places(tmp_path / "mới") == {"khác.txt"}
    restore(saved, tmp_path / "mới", force=True)
    assert places(tmp_path / "mới") == {f"{n}.txt" for n in range(4)}
    assert (tmp_path / "mới" / "models").is_dir()


def test_a_library_that_cannot_be_opened_is_not_overwritten_without_word(saved: Path, tmp_path: Path) -> None:
    (tmp_path / "mới").mkdir()
    (tmp_path / "mới" / "catalogue.sqlite3").write_bytes(b"rubbish " * 600)
    with pytest.raises(BackupError, match="--force"):
        restore(saved, tmp_path / "mới")
    restore(saved, tmp_path / "mới", force=True)
    assert places(tmp_path / "mới") == {f"{n}.txt" for n in range(4)}


def test_an_empty_library_may_be_overwritten(saved: Path, tmp_path: Path) -> None:
    opened(tmp_path / "mới").close()
    restore(saved, tmp_path / "mới")
    assert len(places(tmp_path / "mới")) == 4


def damage_by_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def damage_by_a_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def damage_by_a_name(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../ngoài.txt", "x")


def damage_by_other_content(path: Path) -> None:
    path.write_text("không phải bản sao lưu")


@pytest.mark.parametrize("damage", [damage_by_a_byte, damage_by_a_cut, damage_by_a_name, damage_by_other_content])
def test_a_damaged_backup_is_refused(saved: Path, tmp_path: Path, damage) -> None:
    damage(saved)
    with opened(tmp_path / "mới") as other:
        other.keep(OTHERS)
    with pytest.raises(BackupError, match="hỏng"):
        restore(saved, tmp_path / "mới", force=True)
    assert places(tmp_path / "mới") == {"khác.txt"}
    assert not (tmp_path / "ngoài.txt").exists()


def test_a_backup_of_a_newer_program_is_refused(library: Library, tmp_path: Path) -> None:
    with library.catalogue.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_later'"))
    library.back_up(tmp_path / "kho.zip")
    with opened(tmp_path / "mới") as other:
        other.keep(OTHERS)
    with pytest.raises(CatalogueVersionError):
        restore(tmp_path / "kho.zip", tmp_path / "mới", force=True)
    assert places(tmp_path / "mới") == {"khác.txt"}


@pytest.mark.parametrize("moved", range(4))
def test_a_switch_that_broke_off_is_finished(saved: Path, tmp_path: Path, moved: int) -> None:
    """Whatever part of the old library was moved out when the program died, and of the new one in."""
    folder = tmp_path / "mới"
    with opened(folder) as other:
        other.keep(OTHERS)
    backup.unpack(saved, folder, force=True)
    if moved:
        (folder / "restore.replaced").mkdir()
        (folder / "catalogue.sqlite3").rename(folder / "restore.replaced" / "catalogue.sqlite3")
    if moved > 1:
        for name in ("chroma", "lexical"):
            (folder / name).rename(folder / "restore.replaced" / name)
        (folder / "restore.ready").rename(folder / "restore.moving")
    if moved > 2:
        (folder / "restore.moving" / "chroma").rename(folder / "chroma")
    assert places(folder) == {f"{n}.txt" for n in range(4)}
    assert not list(folder.glob("restore*"))


def test_not_beside_a_writer(library: Library, saved: Path) -> None:
    with FileLock(library.data_dir / "writer.lock"):
        with pytest.raises(LibraryBusyError):
            library.back_up(saved)
        with pytest.raises(LibraryBusyError):
            restore(saved, library.data_dir, force=True)


def test_a_catalogue_on_a_server_is_backed_up_there(postgresql: str, tmp_path: Path) -> None:
    with (
        Library(tmp_path / "data", postgresql, embedder=WordEmbedder()) as library,
        pytest.raises(BackupError, match="pg_dump"),
    ):
        library.back_up(tmp_path / "kho.zip")
    assert list(tmp_path.glob("*kho*")) == []
