"""Files inside files in the library: taken in, left alone, replaced and gone with their container."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from store_factories import WordEmbedder

from ingest.models import FileReport
from vectorstore.library import Library
from vectorstore.members import container_of

DECISION = "Quyết định số 815/QĐ-UBND ngày 12 tháng 3 năm 2019 về bãi xe thông minh."
PLAN = "Kế hoạch số 45/KH-UBND ngày 20 tháng 4 năm 2019 lắp đặt cảm biến."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "kho", embedder=WordEmbedder()) as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes `hồ sơ.zip`, each time with a time of its own that lies in the past."""
    folder = tmp_path / "văn bản"
    folder.mkdir()
    times = iter(range(1_600_000_000, 1_700_000_000, 100))

    def written(**entries: str) -> Path:
        path = folder / "hồ sơ.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in entries.items():
                archive.writestr(f"trong/{name}.txt", text)
        moment = next(times)
        os.utime(path, (moment, moment))
        return folder

    return written


def held(library: Library) -> dict[str, str]:
    """What is in, by place."""
    return {document.place: library.catalogue.text_of(document.id) for document in library.catalogue.documents()}


def statuses(reports: list[FileReport]) -> dict[str, str]:
    return {report.place: report.status for report in reports}


A, B, C = (f"hồ sơ.zip!/trong/{name}.txt" for name in "abc")


def test_members_are_documents(library: Library, write: Callable[..., Path]) -> None:
    reports = library.ingest([write(a=DECISION, b=PLAN)])
    assert statuses(reports) == {"hồ sơ.zip": "indexed", A: "indexed", B: "indexed"}
    assert held(library) == {A: DECISION, B: PLAN}
    assert library.check() == []


def test_an_unchanged_archive_is_not_opened_again(library: Library, write: Callable[..., Path]) -> None:
    folder = write(a=DECISION, b=PLAN)
    library.ingest([folder])
    before = {document.place: document.id for document in library.catalogue.documents()}
    path = folder / "hồ sơ.zip"
    kept = path.stat()
    # Of the same size and time, and no archive any more: only who looks inside can tell.
    path.write_bytes(b"x" * kept.st_size)
    os.utime(path, ns=(kept.st_atime_ns, kept.st_mtime_ns))
    reports = library.ingest([folder])
    assert statuses(reports) == {"hồ sơ.zip": "unchanged", A: "unchanged", B: "unchanged"}
    assert {document.place: document.id for document in library.catalogue.documents()} == before


def test_it_is_known_from_the_folder_above_too(library: Library, write: Callable[..., Path]) -> None:
    folder = write(a=DECISION)
    library.ingest([folder])
    reports = library.ingest([folder.parent / "văn bản" / "hồ sơ.zip"])
    assert statuses(reports) == {"hồ sơ.zip": "unchanged", A: "unchanged"}


def test_a_new_version_changes_adds_and_removes_members(library: Library, write: Callable[..., Path]) -> None:
    library.ingest([write(a=DECISION, b=PLAN)])
    ids = {document.place: document.id for document in library.catalogue.documents()}
    reports = library.ingest([write(a=DECISION, c=PLAN)])
    # The plan follows its content from one member to the other.
    assert statuses(reports) == {"hồ sơ.zip": "indexed", A: "unchanged", C: "unchanged"}
    assert held(library) == {A: DECISION, C: PLAN}
    assert ids[A] in {document.id for document in library.catalogue.documents()}
    assert library.check() == []
    # Now both members hold the plan: the second adds nothing, and the decision is nowhere any more.
    assert statuses(library.ingest([write(a=PLAN, c=PLAN)]))[A] == "unchanged"
    assert held(library) == {C: PLAN}


def test_a_damaged_new_version_takes_nothing_away(library: Library, write: Callable[..., Path]) -> None:
    folder = write(a=DECISION, b=PLAN)
    library.ingest([folder])
    path = folder / "hồ sơ.zip"
    path.write_bytes(path.read_bytes()[:90])
    reports = library.ingest([folder])
    assert statuses(reports)["hồ sơ.zip"] == "failed"
    assert held(library) == {A: DECISION, B: PLAN}


def test_a_member_that_failed_is_tried_again_and_the_others_are_not(
    library: Library, write: Callable[..., Path]
) -> None:
    folder = write(a=DECISION, b=" ")
    first = library.ingest([folder])
    assert statuses(first) == {"hồ sơ.zip": "indexed", A: "indexed", B: "failed"}
    second = library.ingest([folder])
    assert statuses(second) == {"hồ sơ.zip": "indexed", A: "unchanged", B: "failed"}


def test_an_archive_that_vanished_keeps_its_members_and_says_so(library: Library, write: Callable[..., Path]) -> None:
    folder = write(a=DECISION)
    library.ingest([folder])
    (folder / "hồ sơ.zip").unlink()
    (report,) = library.ingest([folder])
    assert (report.place, report.status) == (A, "skipped")
    assert held(library) == {A: DECISION}


def test_a_folder_whose_name_looks_like_an_archive_is_a_folder(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "văn bản" / "Khẩn!"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text(DECISION, encoding="utf-8")
    library.ingest([tmp_path / "văn bản"])
    assert held(library) == {"Khẩn!/a.txt": DECISION}
    assert container_of(str(folder / "a.txt")) is None
    assert statuses(library.ingest([tmp_path / "văn bản"])) == {"Khẩn!/a.txt": "unchanged"}
