"""A process with all that it has started, in whatever session: told by a mark in the environment that they inherit."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

MARK = "READER_FAMILY"
"""Name of the environment variable."""
_ROUNDS = 10


def members(mark: str) -> Iterator[int]:
    """The ids of the processes that carry the mark; none where the system does not show it."""
    wanted = f"{MARK}={mark}".encode()
    for entry in Path("/proc").glob("[0-9]*"):
        # Processes end while they are looked at; those of others are not shown.
        with suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                yield int(entry.name)


def kill(mark: str) -> None:
    """End every process that carries the mark but this one, also those that are started meanwhile."""
    for _ in range(_ROUNDS):
        found = [member for member in members(mark) if member != os.getpid()]
        for member in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(member, signal.SIGKILL)
        if not found:
            return


def resident(process_id: int) -> int:
    """Bytes of memory that a process holds; 0 where that is not known."""
    try:
        pages = int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
