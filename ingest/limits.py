"""How much reading one file may cost, and how its scanned pages are read."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace

from ingest.errors import TooLargeError

_MB = 2**20


@dataclass(frozen=True, slots=True)
class OcrSettings:
    """How scans are read."""

    enabled: bool = True
    dpi: int = 250
    """Of the pictures: of 200, 250 and 300 it reads with the fewest errors, old scans of 94 dpi included."""
    workers: int = 0
    """Pages at a time; 0 for one a core."""
    page_timeout_s: float = 120.0


@dataclass(frozen=True, slots=True)
class ContainerLimits:
    """How much may be unpacked of one file. The settings `TROLY_ARCHIVE_…` name these."""

    files: int = 2_000
    depth: int = 3
    """Of containers inside containers."""
    total_bytes: int = 1_024 * _MB
    ratio: int = 200
    """Bytes that one packed byte may become."""
    file_bytes: int | None = None
    """Of one member."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost before it is given up. The settings `TROLY_MAX_…` and `TROLY_FILE_…` name these."""

    file_bytes: int = 200 * _MB
    pages: int = 5_000
    seconds: float = 180.0
    """For the file itself; above what LibreOffice is given for a conversion."""
    page_seconds: float = 20.0
    """More for each page that is announced: a scanned page takes seconds, a page of text none."""
    memory_bytes: int = 2_048 * _MB
    """Of the reading process with all that it starts."""
    ocr: OcrSettings = OcrSettings()
    containers: ContainerLimits = ContainerLimits()

    @property
    def of_members(self) -> ContainerLimits:
        """How much may be unpacked; a member may be as large as a file."""
        return replace(self.containers, file_bytes=self.file_bytes)


_announce: ContextVar[Callable[[int], None] | None] = ContextVar("announce", default=None)


def expect_pages(count: int) -> None:
    """Say how many pages are about to be read: the file then gets the time for them.

    To be called by a reader as soon as it knows; again for each file inside a container.

    Raises:
        TooLargeError: more than the settings allow.
    """
    announce = _announce.get()
    if announce is not None:
        announce(count)


def listen(announce: Callable[[int], None]) -> None:
    """Let `announce` hear every `expect_pages` of this thread."""
    _announce.set(announce)


def require_pages(count: int, limits: Limits) -> None:
    """Refuse a file of too many pages.

    Raises:
        TooLargeError: more than `limits.pages`.
    """
    if count > limits.pages:
        raise TooLargeError(
            f"Tệp có {count} trang, vượt giới hạn {limits.pages} trang. Vui lòng tách tệp hoặc nâng TROLY_MAX_PAGES."
        )
