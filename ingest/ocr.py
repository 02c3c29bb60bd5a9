"""Scans become text: each page whose text layer does not cover what it shows is read by Tesseract.

One page is one call of the program, as many at a time as there are cores, each with a time limit. What was read of a
page keeps the place of every word on its picture.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import NoTextError
from ingest.limits import OcrSettings
from ingest.models import Doubt, PageWord, RawDocument, RawPage, TypedText
from ingest.ocr_header import Ink, SeenDoubt, without_doubtful
from ingest.ocr_layout import Row, has_motto, layout, page_rows, with_layer
from ingest.ocr_picture import Picture, Pictures, Turned, blueness, is_blank, turned, turned_like, without_red
from ingest.ocr_second_look import LARGER, doubtful_words, looked_at_again
from ingest.ocr_typed import with_typed
from ingest.tesseract import INSTALL, LANGUAGE, RecogniserError, SeenWord, languages, quarter_turns, read_words

_log = logging.getLogger(__name__)

_NO_TEXT = "Tệp chỉ có ảnh quét, không có lớp chữ."
_NO_LAYER = "Không có lớp chữ ở trang {pages}."
_SWITCHED_OFF = "Vui lòng bật nhận dạng chữ (TROLY_OCR=auto) hoặc nhận dạng chữ (OCR) tiếng Việt rồi nạp lại."
_NOT_INSTALLED = f"Vui lòng cài chương trình nhận dạng chữ (OCR): {INSTALL}, rồi nạp lại."
_NOTHING_READ = "Đã nhận dạng (OCR) nhưng không đọc được chữ nào. Vui lòng quét lại rõ hơn (300 dpi) rồi nạp lại."
_PAGES_UNREAD = "Không nhận dạng được chữ ở trang {pages}. Vui lòng quét lại rõ hơn hoặc tăng TROLY_OCR_PAGE_TIMEOUT_S."
_FEWEST_WORDS = 4
_READABLE = 60
"""Percent: words that a picture without text is taken for are below."""
_UPRIGHT = 70
"""Percent: mean confidence below which a page may lie on its side."""
_MOST_NAMED = 20


def available() -> bool:
    """Whether Tesseract with Vietnamese is installed."""
    return LANGUAGE in languages()


def recognised(
    path: Path, kind: str, raw: RawDocument, settings: OcrSettings, passwords: Sequence[str] = ()
) -> RawDocument:
    """The document with its scanned pages read.

    Args:
        path: the file.
        kind: as `ingest.readers.sniff` tells it.
        raw: what its reader gave; `scans` names the pages to read.
        settings: how.
        passwords: tried where the file asks for one.

    Raises:
        NoTextError: no page has text, and none was read; the message names the remedy.
    """
    if not raw.scans:
        return raw
    if not settings.enabled or not available():
        return _left_unread(raw, _NOT_INSTALLED if settings.enabled else _SWITCHED_OFF)
    scans = [raw.pages[number - 1] for number in raw.scans]
    read = _read_pages(path, kind, scans, settings, passwords)
    pages = tuple(read[page.number].put_into(page) if page.number in read else page for page in raw.pages)
    failed = tuple(number for number in raw.scans if number not in read)
    unread = _PAGES_UNREAD.format(pages=_listed(failed))
    if not any(page.text.strip() for page in pages):
        raise NoTextError(f"{_NO_TEXT} {unread if failed else _NOTHING_READ}")
    warnings = (unread, *raw.warnings) if failed else raw.warnings
    doubts = tuple(doubt for number in sorted(read) for doubt in read[number].doubts)
    return replace(
        raw,
        pages=pages,
        warnings=warnings,
        failed_pages=tuple(sorted({*raw.failed_pages, *failed})),
        doubts=tuple(doubt for doubt in doubts if doubt.page == doubts[0].page),
    )


def _left_unread(raw: RawDocument, remedy: str) -> RawDocument:
    if not any(page.text.strip() for page in raw.pages):
        raise NoTextError(f"{_NO_TEXT} {remedy}")
    warning = f"{_NO_LAYER.format(pages=_listed(raw.scans))} {remedy}"
    failed = tuple(sorted({*raw.failed_pages, *raw.scans}))
    return replace(raw, warnings=(warning, *raw.warnings), failed_pages=failed)


def _listed(pages: Sequence[int]) -> str:
    return ", ".join(map(str, pages[:_MOST_NAMED])) + (", …" if len(pages) > _MOST_NAMED else "")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What was read of a page's picture."""

    text: str
    words: tuple[PageWord, ...]
    doubts: tuple[Doubt, ...]
    others: tuple[TypedText, ...] = ()
    """What is typed over the page and stands in no blank of its text."""

    def put_into(self, page: RawPage) -> RawPage:
        """The page with this text and what is typed over it; as it was where the picture shows none."""
        if not self.text and page.text:
            return page
        typed = [one.text for one in self.others if not one.stamp]
        return replace(page, text="\n".join(filter(None, (self.text, *typed))), source="ocr", words=self.words)


def _read_pages(
    path: Path, kind: str, scans: Sequence[RawPage], settings: OcrSettings, passwords: Sequence[str]
) -> dict[int, ReadPage]:
    """The pages that could be read, by number."""
    try:
        pictures = Pictures(path, kind, passwords)
    except OSError:
        _log.info("%s cannot be drawn", path.name, exc_info=True)
        return {}
    workers = min(settings.workers or os.cpu_count() or 1, len(scans))
    with pictures:
        pool = ThreadPoolExecutor(workers)
        try:
            read = list(pool.map(lambda page: _read_page(pictures, page, settings), scans))
        finally:
            # Ctrl-C: pages that wait are not begun.
            pool.shutdown(cancel_futures=True)
    return {scan.number: page for scan, page in zip(scans, read, strict=True) if page is not None}


def _read_page(pictures: Pictures, page: RawPage, settings: OcrSettings) -> ReadPage | None:
    """One page; None where it could not be read within its time."""
    number, end = page.number, time.monotonic() + settings.page_timeout_s
    try:
        colour, layer = pictures.draw(number, settings.dpi)
        grey = without_red(colour)
        if is_blank(grey):
            return ReadPage("", (), (), page.typed)
        picture, seen = _upright(grey, settings.dpi, end)
    except (OSError, RecogniserError) as error:
        _log.info("page %d is not read: %s", number, error)
        return None
    if sum(word.confidence >= _READABLE and word.text.isalnum() for word in seen) < _FEWEST_WORDS:
        return ReadPage("", (), (), page.typed)
    rows = page_rows(with_layer(seen, layer if not picture.quarters else []), picture.grey.shape[0])
    rows, others = with_typed(rows, page.typed, picture)
    rows, found = _without_doubtful(rows, picture, colour)
    if doubtful_words(rows):
        try:
            rows = _looked_at_again(rows, pictures, number, picture, settings.dpi, end)
        except (OSError, RecogniserError) as error:
            _log.info("page %d has no second look: %s", number, error)
    return replace(_as_page(number, rows, found, picture), others=tuple(others))


def _upright(grey: Picture, dpi: int, end: float) -> tuple[Turned, list[SeenWord]]:
    """The picture as it is to be read, and its words; it is turned where it reads badly as it lies."""
    picture = turned(grey)
    seen = read_words(picture.grey, dpi, end - time.monotonic())
    letters = sum(len(word.text) for word in seen)
    if letters and sum(len(word.text) * word.confidence for word in seen) / letters >= _UPRIGHT:
        return picture, seen
    quarters = quarter_turns(grey, dpi, end - time.monotonic())
    if not quarters:
        return picture, seen
    picture = turned(grey, quarters)
    return picture, read_words(picture.grey, dpi, end - time.monotonic())


def _without_doubtful(rows: list[Row], picture: Turned, colour: Picture) -> tuple[list[Row], list[SeenDoubt]]:
    head = has_motto(rows)
    return without_doubtful(rows, Ink(picture.grey, picture.like(blueness(colour)) if head else picture.grey), head)


def _looked_at_again(
    rows: list[Row], pictures: Pictures, number: int, first: Turned, dpi: int, end: float
) -> list[Row]:
    colour, _ = pictures.draw(number, round(dpi * LARGER))
    larger = turned_like(without_red(colour), first)
    # A page so large that it is drawn smaller than asked has no larger picture.
    if larger.shape[1] < first.grey.shape[1] * (LARGER - 0.02):
        return rows
    return looked_at_again(rows, larger, round(dpi * LARGER), end - time.monotonic())


def _as_page(number: int, rows: list[Row], found: list[SeenDoubt], picture: Turned) -> ReadPage:
    text, placed = layout(rows)
    words = tuple(PageWord(start, end, picture.share_of_page(word.box), word.confidence) for start, end, word in placed)
    doubts = tuple(
        Doubt(doubt.field, doubt.read, round(doubt.confidence, 2), number, picture.share_of_page(doubt.box))
        for doubt in found
    )
    return ReadPage(text, words, doubts)
