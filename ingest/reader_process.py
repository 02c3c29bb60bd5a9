"""The process that reads files for `ingest.reading`: it may hang, grow or crash without harm to the program.

It gets (road, file, limits) and answers with `Begun`, with the `Pages` that are to be read as soon as they are
known, and with the outcome.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from ingest import process_family
from ingest.errors import IngestError
from ingest.limits import Limits, listen, require_pages
from ingest.models import SourceFile


@dataclass(frozen=True, slots=True)
class Begun:
    """The process is up and has the file."""


@dataclass(frozen=True, slots=True)
class Pages:
    """So many pages are about to be read."""

    count: int


@dataclass(frozen=True, slots=True)
class Done:
    """What the road made of the file."""

    value: Any


@dataclass(frozen=True, slots=True)
class Refused:
    """The file cannot be read; the error says why."""

    error: IngestError


@dataclass(frozen=True, slots=True)
class OutOfMemory:
    """The file asks for more memory than the limit."""


@dataclass(frozen=True, slots=True)
class Tripped:
    """The program has a defect that this file shows."""

    kind: str
    trace: str


Outcome = Done | Refused | OutOfMemory | Tripped


def main(descriptor: int, log_level: int) -> None:
    """Answer tasks until the other side hangs up.

    Args:
        descriptor: of the connection's file.
        log_level: of what is logged on standard error.
    """
    logging.basicConfig(level=log_level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    connection = Connection(descriptor)
    try:
        while True:
            road, file, limits = connection.recv()
            connection.send(Begun())
            connection.send(_outcome(connection, road, file, limits))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    finally:
        _leave_nothing()


def _outcome(connection: Connection, road: str, file: SourceFile, limits: Limits) -> Outcome:
    def announce(count: int) -> None:
        require_pages(count, limits)
        connection.send(Pages(count))

    listen(announce)
    try:
        _bound_memory(limits.memory_bytes)
        module, _, name = road.partition(":")
        return Done(getattr(import_module(module), name)(file))
    except IngestError as error:
        return Refused(error)
    except MemoryError:
        return OutOfMemory()
    except Exception as error:  # noqa: BLE001 - the edge of this process: what trips it up is said on the other side
        return Tripped(type(error).__name__, traceback.format_exc())


def _bound_memory(most: int) -> None:
    """Refuse this process more than `most` bytes beyond what it maps now; what it starts inherits the bound."""
    try:
        import resource

        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = mapped + most
        # The soft bound alone: LibreOffice is started under one of its own.
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard < 0 else min(wanted, hard), hard))
    except (ImportError, OSError):
        # Not Linux: the other side watches what is resident.
        return


def _end_with_parent() -> None:
    """Standard input ends when the program does, however it ends; then this process goes with all its children."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    process_family.kill(os.environ[process_family.MARK])
    _leave_nothing()
    os.kill(os.getpid(), signal.SIGKILL)


def _leave_nothing() -> None:
    """The folder for temporary files is this process's own."""
    shutil.rmtree(tempfile.gettempdir(), ignore_errors=True)
