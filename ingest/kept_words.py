"""Where the recognised words of a page stand in the text as kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.models import KeptText, PageWord, PageWords, RawDocument
from ingest.normalize import OffsetMap


def kept_words(raw: RawDocument, kept: KeptText, origins: OffsetMap) -> tuple[PageWords, ...]:
    """The recognised words of each page, their offsets in the page's text as kept; furniture has none.

    Args:
        raw: whose pages hold the words as read.
        kept: its text.
        origins: the way back from the text to the pages.
    """
    starts = {page.number: page.span.start for page in kept.pages}
    recognised = {page.number: page for page in raw.pages if page.words}
    found: dict[int, list[PageWord]] = {number: [] for number in recognised}
    for piece in origins.pieces:
        page = recognised.get(piece.page)
        if page is not None:
            line = [word for word in page.words if piece.raw.start <= word.start < piece.raw.end]
            start = piece.kept.start - starts[page.number]
            found[page.number] += _in_line(page.text, line, piece.kept.of(kept.text), start)
    return tuple(PageWords(number, tuple(words)) for number, words in found.items())


def _in_line(read: str, line: Sequence[PageWord], text: str, start: int) -> list[PageWord]:
    """The words of one printed line, looked for in it one behind the other."""
    words, at = [], 0
    for word in line:
        here = text.find(read[word.start : word.end], at)
        if here >= 0:
            at = here + word.end - word.start
            words.append(replace(word, start=start + here, end=start + at))
    return words


def mean_confidence(pages: Sequence[PageWords]) -> float | None:
    """Over the letters of all pages, from 0 to 1; None where there are no words."""
    letters = [sum(word.end - word.start for word in page.words) for page in pages]
    if not sum(letters):
        return None
    return sum(page.confidence * count for page, count in zip(pages, letters, strict=True)) / sum(letters)
