"""Roads that do to a reader process what hostile files do; named to `ReaderPool.submit`."""

from __future__ import annotations

import os
import signal
import subprocess
import time

from ingest.limits import expect_pages
from ingest.models import SourceFile


def name(file: SourceFile) -> str:
    return file.place


def process_id(file: SourceFile) -> int:
    return os.getpid()


def crash(file: SourceFile) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(file: SourceFile) -> None:
    time.sleep(600)


def fill_memory(file: SourceFile) -> int:
    return len(bytearray(4 * 2**30))


def trip(file: SourceFile) -> None:
    raise KeyError("a defect")


def count_slowly(file: SourceFile) -> str:
    """Takes longer than the file alone is given, for its pages."""
    expect_pages(int(file.path.read_text()))
    time.sleep(1.5)
    return "read"


def start_a_child_and_hang(file: SourceFile) -> None:
    """As LibreOffice is started: in a session of its own. Its id goes into the file."""
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    file.path.write_text(str(child.pid))
    time.sleep(600)


def start_a_child_and_crash(file: SourceFile) -> None:
    child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    file.path.write_text(str(child.pid))
    os.kill(os.getpid(), signal.SIGKILL)
