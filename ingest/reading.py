"""Reading ahead in processes that can be killed: what one file does to its reader costs that file alone.

Each worker is a Python of its own that is started once and reads file after file. It is no fork, since the
program that asks may hold threads, and no child of `multiprocessing`, which would run the caller's main module
again. A worker that takes too long or too much is killed with everything that it has started.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from multiprocessing import Pipe
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar

from ingest import process_family
from ingest.errors import IngestError, TooLargeError, UnreadableFileError
from ingest.limits import Limits
from ingest.models import Document, KeptText, RawDocument, SourceFile
from ingest.reader_process import Begun, Done, Outcome, OutOfMemory, Pages, Refused

_DOCUMENT, _TEXT = "ingest.reader_roads:document", "ingest.reader_roads:text"
_PROGRAM = "import sys; from ingest.reader_process import main; main(*map(int, sys.argv[1:]))"
"""Run as a module, it would be `__main__`, and its types others than those of this process."""
_MOST_WORKERS = 8
_AHEAD = 4
"""Readings begun and not yet asked for, for each worker: few, since what is read waits in memory."""
_GLANCE_S = 0.5
"""Between two looks at what a long reading takes."""
_RETIRED_ABOVE = 4
"""A worker that holds more than a part of its memory limit after a file is not used again."""
_START_S = 60.0
"""For a worker to be up: it is no time of the file's."""
_GOODBYE_S = 2.0
"""For an idle worker to end by itself."""
_TRIPPED = (
    "Chương trình gặp lỗi khi đọc tệp này ({kind}); các tệp khác không bị ảnh hưởng. "
    "Vui lòng mở tệp và lưu lại thành DOCX hoặc PDF rồi nạp lại; chi tiết nằm trong nhật ký."
)
_CRASHED = (
    "Trình đọc dừng đột ngột ở tệp này ({how}); các tệp khác không bị ảnh hưởng. "
    "Vui lòng mở tệp và lưu lại thành DOCX hoặc PDF rồi nạp lại."
)
Item = TypeVar("Item")
Value = TypeVar("Value")
_log = logging.getLogger(__name__)


class ReaderPool:
    """Worker processes that read files; started when the first files come.

    Args:
        limits: what one file may cost.
        workers: how many read at once; one a processor without other word.
    """

    def __init__(self, limits: Limits | None = None, workers: int | None = None) -> None:
        self.limits = limits or Limits()
        self.workers = workers or min(len(os.sched_getaffinity(0)), _MOST_WORKERS)
        self._threads = ThreadPoolExecutor(self.workers, thread_name_prefix="reader")
        self._guard = threading.Lock()
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._closed = False

    def document(self, file: SourceFile) -> Future[Document]:
        """The whole file, read and understood; an `IngestError` where it cannot be read."""
        return self.submit(_DOCUMENT, file)

    def text(self, file: SourceFile) -> Future[tuple[RawDocument, KeptText]]:
        """What the reader gives and the text as kept; an `IngestError` where it cannot be read."""
        return self.submit(_TEXT, file)

    def submit(self, road: str, file: SourceFile) -> Future[Any]:
        """The value of a function of the file, worked out in a worker.

        Args:
            road: `module:function`.
            file: its argument.
        """
        return self._threads.submit(self._read, road, replace(file, ocr=self.limits.ocr))

    def ahead(
        self, items: Iterable[Item], start: Callable[[Item], Future[Value] | None]
    ) -> Iterator[tuple[Item, Future[Value] | None]]:
        """The items in their order, each with its reading, which begins some items before its turn.

        Args:
            items: of any kind.
            start: hands an item to this pool; None where there is nothing to read of it.
        """
        waiting: deque[tuple[Item, Future[Value] | None]] = deque()
        reading = 0
        for item in items:
            begun = start(item)
            waiting.append((item, begun))
            reading += begun is not None
            while waiting and (waiting[0][1] is None or reading > _AHEAD * self.workers):
                reading -= waiting[0][1] is not None
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()

    def close(self) -> None:
        """Stop at once; what was submitted and is not done is given up."""
        with self._guard:
            self._closed = True
            idle, busy = [*self._idle], [*self._busy]
            self._idle.clear()
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in busy:
            worker.kill()
        for worker in idle:
            worker.dismiss()
        self._threads.shutdown()

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, road: str, file: SourceFile) -> Any:
        worker = self._take()
        try:
            return worker.read(road, file, self.limits)
        finally:
            self._give_back(worker)

    def _take(self) -> _Worker:
        with self._guard:
            worker = self._idle.pop() if self._idle else None
        worker = worker or _Worker()
        with self._guard:
            self._busy.add(worker)
            closed = self._closed
        if closed:
            worker.kill()
        return worker

    def _give_back(self, worker: _Worker) -> None:
        fit = worker.fit and worker.memory <= self.limits.memory_bytes // _RETIRED_ABOVE
        with self._guard:
            self._busy.discard(worker)
            fit = fit and not self._closed
            if fit:
                self._idle.append(worker)
        if not fit:
            worker.dismiss() if worker.fit else worker.kill()


class _Worker:
    """One process and the line to it."""

    def __init__(self) -> None:
        self.fit = True
        """Whether it can read another file."""
        self._family = uuid.uuid4().hex
        self._folder = tempfile.mkdtemp(prefix="troly-reader-")
        self._connection, other = Pipe()
        paths = [str(Path(__file__).resolve().parents[1]), *filter(None, sys.path)]
        level = logging.getLogger().getEffectiveLevel()
        with other:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, str(other.fileno()), str(level)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                pass_fds=(other.fileno(),),
                start_new_session=True,
                env={
                    **os.environ,
                    "PYTHONPATH": os.pathsep.join(paths),
                    "TMPDIR": self._folder,
                    process_family.MARK: self._family,
                },
            )

    @property
    def memory(self) -> int:
        """Bytes that it holds now."""
        return process_family.resident(self._process.pid)

    def read(self, road: str, file: SourceFile, limits: Limits) -> Any:
        """What the road makes of the file.

        Raises:
            IngestError: it cannot be read, or costs more than the limits; then the worker may be no longer `fit`.
        """
        self.fit = False
        try:
            self._connection.send((road, file, limits))
            outcome = self._answer(file, limits)
        except (EOFError, OSError, UnpicklingError):
            raise UnreadableFileError(_CRASHED.format(how=self._ending())) from None
        self.fit = not isinstance(outcome, OutOfMemory)
        if isinstance(outcome, Done):
            return outcome.value
        if isinstance(outcome, Refused):
            raise outcome.error
        if isinstance(outcome, OutOfMemory):
            raise _too_much_memory(limits)
        _log.error("reading %s failed\n%s", file.place, outcome.trace)
        raise UnreadableFileError(_TRIPPED.format(kind=outcome.kind))

    def _answer(self, file: SourceFile, limits: Limits) -> Outcome:
        allowed = limits.seconds + _START_S
        started = time.monotonic()
        while True:
            left = started + allowed - time.monotonic()
            if self._connection.poll(max(min(left, _GLANCE_S), 0)):
                message: Begun | Pages | Outcome = self._connection.recv()
                if isinstance(message, Begun):
                    started, allowed = time.monotonic(), limits.seconds
                elif isinstance(message, Pages):
                    allowed += message.count * limits.page_seconds
                else:
                    return message
            elif left <= 0:
                _log.warning("reading %s was stopped after %.0f s", file.place, allowed)
                raise TooLargeError(
                    f"Đọc tệp quá {allowed:.0f} giây nên đã dừng. Vui lòng kiểm tra hoặc tách tệp, hoặc nâng "
                    "TROLY_FILE_TIMEOUT_S rồi nạp lại."
                )
            elif sum(map(process_family.resident, process_family.members(self._family))) > limits.memory_bytes:
                raise _too_much_memory(limits)

    def _ending(self) -> str:
        """How the process ended, in a word."""
        with suppress(subprocess.TimeoutExpired, ValueError):
            code = self._process.wait(_GOODBYE_S)
            return signal.Signals(-code).name if code < 0 else f"mã {code}"
        return "mất liên lạc"

    def dismiss(self) -> None:
        """End an idle worker; it clears up behind itself."""
        self._connection.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GOODBYE_S)
        self.kill()

    def kill(self) -> None:
        """End the process with everything that it has started, and remove its temporary files."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        process_family.kill(self._family)
        if self._process.stdin is not None:
            self._process.stdin.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _too_much_memory(limits: Limits) -> IngestError:
    return TooLargeError(
        f"Đọc tệp cần hơn {limits.memory_bytes / 2**20:.0f} MB bộ nhớ nên đã dừng. Vui lòng kiểm tra hoặc tách tệp, "
        "hoặc nâng TROLY_FILE_MEMORY_MB rồi nạp lại."
    )
