"""A watched folder: what is written there is taken in once it is there whole."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from city_programme import DOCUMENTS
from interruptible import TROLY

from assistant.watching import follow
from ingest.models import FileReport
from vectorstore.errors import LibraryBusyError


class Taker:
    """Notes what it sees in the folder each time that it is called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.seen: list[dict[str, int]] = []
        self.called = threading.Condition()
        self.busy = 0

    def __call__(self) -> list[FileReport]:
        with self.called:
            self.called.notify_all()
            if self.busy:
                self.busy -= 1
                raise LibraryBusyError("đang được ghi")
            sizes = {path.name: path.stat().st_size for path in self.folder.glob("*.txt")}
            new = sizes.items() - (self.seen[-1].items() if self.seen else set())
            self.seen.append(sizes)
            return [FileReport(name, "indexed") for name, _ in new]

    def wait_for(self, rounds: int) -> None:
        with self.called:
            assert self.called.wait_for(lambda: len(self.seen) >= rounds, timeout=60)


@pytest.fixture
def taker(tmp_path: Path) -> Iterator[Taker]:
    folder, stop, told = tmp_path / "văn bản", threading.Event(), list[str]()
    (folder / "kho").mkdir(parents=True)
    found = Taker(folder)
    found.told = told
    following = threading.Thread(
        target=follow,
        args=([folder], found, lambda reports: told.extend(one.place for one in reports), told.append),
        kwargs={"ignored": folder / "kho", "stop": stop},
    )
    following.start()
    yield found
    stop.set()
    following.join(30)
    assert not following.is_alive()


def test_what_is_there_then_what_comes(taker: Taker) -> None:
    taker.wait_for(1)
    (taker.folder / "a.txt").write_text("một")
    taker.wait_for(2)
    (taker.folder / "a.txt").unlink()
    taker.wait_for(3)
    assert [set(sizes) for sizes in taker.seen] == [set(), {"a.txt"}, set()]
    assert taker.told == ["a.txt"]


def test_a_file_is_not_taken_while_it_is_being_written(taker: Taker) -> None:
    taker.wait_for(1)
    started = time.monotonic()
    with (taker.folder / "dài.txt").open("w") as stream:
        while time.monotonic() - started < 4:
            stream.write("x" * 100)
            stream.flush()
            os.utime(taker.folder / "dài.txt")
            taker_called_meanwhile = len(taker.seen)
    taker.wait_for(2)
    assert taker_called_meanwhile == 1
    assert taker.seen[1] == {"dài.txt": (taker.folder / "dài.txt").stat().st_size}


def test_the_librarys_own_folder_is_no_change(taker: Taker) -> None:
    taker.wait_for(1)
    (taker.folder / "kho" / "catalogue.sqlite3").write_text("x")
    (taker.folder / "a.txt").write_text("một")
    taker.wait_for(2)
    assert len(taker.seen) == 2


def test_beside_another_writer_it_tries_again(taker: Taker) -> None:
    taker.wait_for(1)
    taker.busy = 1
    (taker.folder / "a.txt").write_text("một")
    taker.wait_for(2)
    assert taker.told == ["đang được ghi", "a.txt"]


def test_the_command_takes_in_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    folder = tmp_path / "văn bản"
    folder.mkdir()
    (folder / "815.txt").write_text(DOCUMENTS["quyet-dinh/815.txt"], encoding="utf-8")
    command = [
        *TROLY,
        "ingest",
        "--watch",
        "--json",
        "--data",
        str(tmp_path / "kho"),
        folder,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert '"815.txt"' in program.stdout.readline()
        (folder / "402.txt").write_text(next(text for name, text in DOCUMENTS.items() if "815" not in name))
        assert '"402.txt"' in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=60)
    assert program.returncode == 0
    assert "Đã dừng theo dõi" in said and "Traceback" not in said
