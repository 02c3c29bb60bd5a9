"""Finding files: order, places, what is left out and what is reported."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest

from ingest.models import FileReport, SourceFile
from ingest.walk import KnownFile, find_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "hồ sơ"
    (root / "2018").mkdir(parents=True)
    (root / "b.txt").write_text("hai")
    (root / "a.txt").write_text("một")
    (root / "2018" / "kế hoạch.txt").write_text("ba")
    return root


def places(found: list[SourceFile | FileReport]) -> list[str]:
    return [item.place for item in found]


def test_files_come_sorted_with_places_below_the_named_folder(folder: Path) -> None:
    found = list(find_files([folder]))
    assert places(found) == ["2018/kế hoạch.txt", "a.txt", "b.txt"]
    first = found[1]
    assert isinstance(first, SourceFile)
    assert (first.kind, first.size) == ("txt", len("một".encode()))
    assert first.root == folder
    assert first.path == folder / "a.txt"
    assert first.content_hash == hashlib.sha256("một".encode()).hexdigest()


def test_a_single_file_is_its_own_place(folder: Path) -> None:
    found = list(find_files([folder / "a.txt"]))
    assert [(item.place, item.root) for item in found if isinstance(item, SourceFile)] == [("a.txt", folder)]


def test_a_file_named_twice_comes_once(folder: Path) -> None:
    assert places(list(find_files([folder / "a.txt", folder]))) == ["a.txt", "2018/kế hoạch.txt", "b.txt"]


@pytest.mark.parametrize(
    "name", ["~$bao cao.docx", ".DS_Store", ".an.txt", "Thumbs.db", "~WRL0001.tmp", "__MACOSX/x.txt"]
)
def test_files_of_the_system_are_left_out(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert places(list(find_files([folder]))) == ["2018/kế hoạch.txt", "a.txt", "b.txt"]


def only(folder: Path, place: str) -> FileReport:
    report = next(item for item in find_files([folder]) if item.place == place)
    assert isinstance(report, FileReport)
    return report


def test_an_empty_file_is_reported(folder: Path) -> None:
    (folder / "rỗng.txt").touch()
    report = only(folder, "rỗng.txt")
    assert report.status == "failed"
    assert "rỗng" in (report.error or "")


def test_a_missing_path_is_reported(tmp_path: Path) -> None:
    (report,) = find_files([tmp_path / "không có"])
    assert isinstance(report, FileReport)
    assert report.status == "failed"


def test_links_out_of_the_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "ngoài.txt"
    outside.write_text("bí mật")
    (folder / "link.txt").symlink_to(outside)
    (folder / "thư mục").symlink_to(tmp_path)
    (folder / "trong.txt").symlink_to(folder / "a.txt")
    (folder / "gãy.txt").symlink_to(folder / "không có")
    assert only(folder, "link.txt").status == "skipped"
    assert only(folder, "thư mục").status == "skipped"
    assert only(folder, "gãy.txt").status == "skipped"
    assert any(isinstance(item, SourceFile) and item.place == "trong.txt" for item in find_files([folder]))


def test_control_characters_in_a_name_are_refused_and_not_printed(folder: Path) -> None:
    (folder / "a\x1b[31m\n.txt").write_text("x")
    report = only(folder, "a�[31m�.txt")
    assert report.status == "failed"


def test_names_are_shown_composed(folder: Path) -> None:
    (folder / unicodedata.normalize("NFD", "đề án.txt")).write_text("x")
    assert "đề án.txt" in places(list(find_files([folder])))


def test_files_above_the_limit_are_reported(folder: Path) -> None:
    found = [item for item in find_files([folder], max_bytes=3) if isinstance(item, FileReport)]
    assert places(list(found)) == ["a.txt"]
    assert "TROLY_MAX_FILE_MB" in (found[0].error or "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_is_reported(folder: Path) -> None:
    (folder / "a.txt").chmod(0)
    assert "quyền" in (only(folder, "a.txt").error or "")


def known(folder: Path) -> dict[str, KnownFile]:
    status = (folder / "a.txt").stat()
    return {"a.txt": KnownFile(status.st_size, status.st_mtime_ns, "nhớ", "nhớ")}


def test_a_file_of_known_size_and_time_is_not_read_again(folder: Path) -> None:
    remembered = known(folder)
    by_place = {item.place: item for item in find_files([folder], remembered) if isinstance(item, SourceFile)}
    assert (by_place["a.txt"].content_hash, by_place["a.txt"].kind) == ("nhớ", "nhớ")
    assert by_place["b.txt"].kind == "txt"
    asked = list(find_files([folder], lambda root, place: remembered.get(place) if root == folder else None))
    assert by_place["a.txt"] in asked


def test_a_touched_file_is_read_again(folder: Path) -> None:
    remembered = known(folder)
    os.utime(folder / "a.txt", ns=(1, 1))
    by_place = {item.place: item for item in find_files([folder], remembered) if isinstance(item, SourceFile)}
    assert by_place["a.txt"].kind == "txt"
