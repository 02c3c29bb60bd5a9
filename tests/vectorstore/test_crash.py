"""Killed at any moment, on a full disk or beside a lock, the library is sound: each document old or new, never half."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals import crash
from vectorstore.errors import LibraryBusyError

KILLS = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "documents"
    found.mkdir()
    return found


@pytest.mark.slow
def test_ten_kills(tmp_path: Path, folder: Path) -> None:
    outcome = crash.kill_at_random(tmp_path / "data", folder, KILLS, seed=5880)
    assert outcome.faults == []
    assert outcome.killed == KILLS, "the writers were done before they were killed: the test proves nothing"


def test_what_the_crash_tests_would_see(tmp_path: Path, folder: Path) -> None:
    """A document that is not whole, and one that is there twice, are faults."""
    crash.write_version(folder, 1, 1)
    crash.write_version(folder, 2, 1)
    (folder / "2.txt").write_text((folder / "2.txt").read_text(encoding="utf-8")[:-20], encoding="utf-8")
    (folder / "3.txt").write_text((folder / "1.txt").read_text(encoding="utf-8") + "\n\nThêm.", encoding="utf-8")
    faults: list[str] = []
    with crash.opened(tmp_path / "data") as library:
        library.ingest([folder])
        assert crash.versions_held(library, faults) == {1: 1}
    assert faults == ["2.txt is not whole", "3.txt is there twice"]


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    """A small disk where one can be mounted (root), else files that may not grow."""
    assert crash.run_full_disk(tmp_path / "disk") == []


@pytest.mark.slow
def test_a_locked_catalogue(tmp_path: Path) -> None:
    assert crash.run_locked(tmp_path / "lock") == []


@pytest.fixture
def writer(tmp_path: Path, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that is taking files in."""
    for number in range(100):
        crash.write_version(folder, number, 1)
    command = [sys.executable, "-m", "evals.crash", "--child", "ingest", str(tmp_path / "data"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        while float(child.stdout.readline()) < 1:
            pass
        yield child
        child.kill()


@pytest.mark.slow
def test_two_processes_write(writer: subprocess.Popen[str], tmp_path: Path, folder: Path) -> None:
    """The second is refused, may read meanwhile, and goes on once the first has ended."""
    with crash.opened(tmp_path / "data") as second:
        for change in (lambda: second.ingest([folder]), second.repair, lambda: second.back_up(tmp_path / "x.zip")):
            with pytest.raises(LibraryBusyError, match="đang được một tiến trình khác ghi"):
                change()
        while not second.retriever().search("nội dung của văn bản", 1):
            assert writer.poll() is None, "the writer was done before anything could be read: the test proves nothing"
        writer.kill()
        writer.wait()
        second.recover()
        assert second.check() == []
        assert {report.status for report in second.ingest([folder])} == {"indexed", "unchanged"}
        assert len(second.catalogue.documents()) == 100
        assert second.check() == []
