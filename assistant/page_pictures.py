"""A page as its original shows it, and where a quoted stretch stands on it.

The original is asked only while it holds the content that was taken in: a picture of another version would show
another text than the one that is cited.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from pathlib import Path
from threading import BoundedSemaphore, Lock

from assistant.errors import BusyError, NoPictureError, UnknownDocumentError
from assistant.models import Highlight, PagePicture, PictureState
from ingest.errors import IngestError
from ingest.limits import Limits
from ingest.models import Page, Span
from ingest.page_picture import ROAD, DrawnPage, PageFile
from ingest.reading import ReaderPool
from ingest.walk import hash_file
from ingest.word_alignment import Box, boxes_of, line_boxes
from vectorstore import review
from vectorstore.catalogue import Catalogue
from vectorstore.members import container_of
from vectorstore.passages import Passages
from vectorstore.rows import StoredDocument, absolute

_DRAWN = frozenset({"pdf", "image"})
"""Kinds of file whose pages are pictures."""
_SECONDS = 20.0
"""For one page: a scan of the largest size takes two."""
_MEMORY_BYTES = 1_024 * 2**20
_WORKERS = 2
_WAITING = 8
"""Pages asked for at a time: more would hold up those who ask questions."""
_PATIENCE_S = 10.0
_HELD_BYTES = 32 * 2**20
_MOST_HELD = 200
_MOST_HASHES = 500
_NO_PAGE = "Không có trang {page} của văn bản {id}: văn bản có thể đã được thay hoặc gỡ khỏi kho."
_BUSY = "Máy chủ đang vẽ nhiều trang khác. Xin vui lòng thử lại sau ít giây."
_REASONS: dict[PictureState, str] = {
    "no_pages": "Tệp thuộc loại này không có ảnh trang.",
    "gone": "Tệp gốc không còn ở nơi đã nạp nên không có ảnh trang.",
    "changed": "Tệp gốc đã thay đổi sau khi nạp nên không có ảnh trang.",
    "unreadable": "Không vẽ được ảnh của trang này từ tệp gốc.",
}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A page of a document of the library, with its text."""

    document: StoredDocument
    page: Page
    pages: tuple[Page, ...]
    text: str
    """Of the page."""


class PagePictures:
    """Draws pages of originals in processes that can be killed. Safe to call from several threads.

    Args:
        catalogue: what is in.
        limits: of ingest; drawing a page is allowed no more than reading a file.
        passwords: tried on PDFs that ask for one.
    """

    def __init__(self, catalogue: Catalogue, limits: Limits | None = None, passwords: Sequence[str] = ()) -> None:
        limits = limits or Limits()
        self._catalogue, self._passwords = catalogue, tuple(passwords)
        self._containers = limits.of_members
        self._limits = Limits(
            seconds=min(_SECONDS, limits.seconds),
            page_seconds=0,
            memory_bytes=min(_MEMORY_BYTES, limits.memory_bytes),
        )
        self._lock = Lock()
        self._places = BoundedSemaphore(_WAITING)
        self._pool: ReaderPool | None = None
        self._drawn: OrderedDict[tuple[str, int, int], Future[DrawnPage]] = OrderedDict()
        self._hashes: OrderedDict[tuple[str, int, int], str] = OrderedDict()

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            pool, self._pool = self._pool, None
            self._drawn.clear()
        if pool is not None:
            pool.close()

    def state(self, document: StoredDocument) -> PictureState:
        """Whether pages of a document can be drawn, as far as its file tells without being opened."""
        try:
            self._original(document)
        except NoPictureError as error:
            return error.state
        return "drawn"

    def picture(self, passages: Passages, page: int) -> PagePicture:
        """A page as it is shown.

        Raises:
            UnknownDocumentError: the library has no such document or page (any more).
            NoPictureError: it has no picture, or the original is no longer what was taken in.
            BusyError: too many pages are being drawn.
        """
        wanted = self._wanted(passages, page)
        drawn, mark = self._draw(wanted)
        return PagePicture(drawn.picture, drawn.width, drawn.height, mark)

    def highlight(self, passages: Passages, page: int, start: int, end: int) -> Highlight:
        """Where a stretch of a page's text stands on its picture.

        Args:
            passages: of the document.
            page: from 1.
            start: code points in the page's text.
            end: behind the last of them; beyond the page's end, it is cut there.

        Raises:
            UnknownDocumentError: the library has no such document or page (any more).
            BusyError: too many pages are being drawn.
        """
        wanted = self._wanted(passages, page)
        length = len(wanted.text)
        span = Span(min(start, length), max(min(end, length), min(start, length)))
        try:
            drawn, _ = self._draw(wanted)
        except NoPictureError as error:
            return Highlight(error.state)
        boxes = self._boxes(wanted, span, drawn) if span.end > span.start else []
        return Highlight("drawn", drawn.width, drawn.height, tuple(boxes))

    def _boxes(self, wanted: _Wanted, span: Span, drawn: DrawnPage) -> list[Box]:
        if wanted.page.source == "ocr":
            start = wanted.page.span.start
            within = Span(start + span.start, start + span.end)
            words = review.words_of(self._catalogue, wanted.document.id, wanted.pages, within)
            return line_boxes([word.box for word in words])
        return boxes_of(wanted.text, span, drawn.words)

    def _wanted(self, passages: Passages, number: int) -> _Wanted:
        # What was opened before may have been taken out since.
        document = self._catalogue.document(passages.document.id)
        page = next((page for page in passages.pages if page.number == number), None)
        if document is None or document.state != "live" or page is None:
            raise UnknownDocumentError(_NO_PAGE.format(page=number, id=passages.document.id))
        return _Wanted(document, page, passages.pages, page.span.of(passages.text))

    # ------------------------------------------------------------ the original

    def _original(self, document: StoredDocument) -> PageFile:
        """The file to draw from; it holds what was taken in, as far as can be told without opening it.

        Raises:
            NoPictureError: there is none.
        """
        if document.kind not in _DRAWN:
            raise _no_picture("no_pages")
        path = _existing(document.path)
        container = None if path else container_of(document.path)
        if path is None and container is None:
            raise _no_picture("gone")
        if path is not None and not self._holds(path, document):
            raise _no_picture("changed")
        place = container.as_posix()[len(absolute(document.root, "")) :] if container else ""
        return PageFile(
            path=path or container or Path(),
            place=document.place,
            root=Path(document.root),
            size=document.size,
            content_hash=document.content_hash,
            kind=document.kind,
            passwords=self._passwords,
            encoding=document.encoding,
            container=place,
            containers=self._containers,
        )

    def _holds(self, path: Path, document: StoredDocument) -> bool:
        """Whether the file is the one that was taken in: by size and time, else by its content."""
        try:
            status = path.stat()
            if status.st_size != document.size:
                return False
            if status.st_mtime_ns == document.mtime_ns:
                return True
            known = (str(path), status.st_size, status.st_mtime_ns)
            with self._lock:
                found = self._hashes.get(known)
            if found is None:
                found = hash_file(path)
                with self._lock:
                    self._hashes[known] = found
                    while len(self._hashes) > _MOST_HASHES:
                        self._hashes.popitem(last=False)
        except OSError:
            return False
        return found == document.content_hash

    # ---------------------------------------------------------------- pictures

    def _draw(self, wanted: _Wanted) -> tuple[DrawnPage, str]:
        """The page, drawn once for all who ask for it, and a mark that changes with it.

        Raises:
            NoPictureError: it cannot be drawn.
            BusyError: too many are being drawn.
        """
        original = self._original(wanted.document)
        number, touched = wanted.page.number, _touched(original.path)
        # The same content in other places looks the same.
        key = (wanted.document.content_hash, number, touched)
        mark = hashlib.sha256(repr(key).encode()).hexdigest()[:20]
        if not self._places.acquire(timeout=_PATIENCE_S):
            raise BusyError(_BUSY)
        try:
            drawn = self._begun(key, original, number).result()
        except (IngestError, CancelledError) as error:
            with self._lock:
                self._drawn.pop(key, None)
            raise _no_picture("unreadable") from error
        finally:
            self._places.release()
        if _touched(original.path) != touched:
            # Another version may have been drawn.
            raise _no_picture("changed")
        return drawn, mark

    def _begun(self, key: tuple[str, int, int], original: PageFile, number: int) -> Future[DrawnPage]:
        with self._lock:
            begun = self._drawn.get(key)
            if begun is None:
                self._pool = self._pool or ReaderPool(self._limits, _WORKERS)
                begun = self._drawn[key] = self._pool.submit(ROAD, replace(original, page=number))
            self._drawn.move_to_end(key)
            self._forget_the_oldest()
            return begun

    def _forget_the_oldest(self) -> None:
        def held(begun: Future[DrawnPage]) -> int:
            whole = begun.done() and not begun.cancelled() and begun.exception() is None
            return len(begun.result().picture) if whole else 0

        sizes = {key: held(begun) for key, begun in self._drawn.items()}
        total = sum(sizes.values())
        while len(self._drawn) > 1 and (total > _HELD_BYTES or len(self._drawn) > _MOST_HELD):
            key, _ = self._drawn.popitem(last=False)
            total -= sizes[key]


def _no_picture(state: PictureState) -> NoPictureError:
    return NoPictureError(state, _REASONS[state])


def _touched(path: Path) -> int:
    """When a file was changed last; 0 where it is gone."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _existing(path: str) -> Path | None:
    """The file under a place as it is shown, which is NFC; disks from other systems write their names otherwise."""
    for form in ("NFC", "NFD"):
        found = Path(unicodedata.normalize(form, path))
        if found.is_file():
            return found
    return None
