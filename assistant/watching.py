"""Following folders: what changes there is taken in as soon as it is written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Event

from ingest.models import FileReport
from vectorstore.errors import LibraryBusyError

_TICK_MS = 1_000
_LOOK_ANYWAY_S = 600.0
"""What other machines write to a network drive, the system does not tell."""
_QUIET_S = 2.0
"""A file that was written to so short ago is still being written: a copy over the network comes in pieces."""


def follow(
    paths: Sequence[Path],
    take_in: Callable[[], Sequence[FileReport]],
    say: Callable[[Sequence[FileReport]], None],
    wait: Callable[[str], None],
    ignored: Path,
    stop: Event | None = None,
) -> None:
    """Take in at once, then again after every change below `paths`, until `stop` is set or Ctrl-C is pressed.

    Changes are waited for until nothing has been written for two seconds.

    Args:
        paths: files and folders that are there.
        take_in: takes them in; called again where another process was writing.
        say: told what came of it where anything did.
        wait: told why nothing could be taken in just now.
        ignored: the library's own folder: what is written there is no change.
        stop: ends the following when set.
    """
    from watchfiles import watch

    own = ignored.absolute()
    looked, pending = time.monotonic(), set(paths)
    changes = watch(*paths, watch_filter=None, stop_event=stop, rust_timeout=_TICK_MS, yield_on_timeout=True)
    for changed in changes:
        now = {path for _, name in changed if not (path := Path(name)).is_relative_to(own)}
        pending |= now if time.monotonic() - looked < _LOOK_ANYWAY_S else {*now, *paths}
        if now or not pending or _is_being_written(pending):
            continue
        try:
            reports = [report for report in take_in() if report.status != "unchanged" or report.warnings]
        except LibraryBusyError as error:
            wait(str(error))
            continue
        looked = time.monotonic()
        pending.clear()
        if reports:
            say(reports)


def _is_being_written(paths: Iterable[Path]) -> bool:
    """Whether any of the files was written to a moment ago."""
    now = time.time()
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        # A time in the future is that of another machine's clock.
        if path.is_file() and 0 <= now - status.st_mtime < _QUIET_S:
            return True
    return False
