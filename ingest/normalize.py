"""From what a reader gave to the text as kept: one form of every letter, one block a line, no page furniture."""

from __future__ import annotations

import bisect
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.furniture import find_furniture
from ingest.models import KeptText, Page, RawDocument, Span
from ingest.spacing import close_gaps, has_split_words
from ingest.unwrap import PrintedLine, adjacent_names, joint, usual_width

_LETTERS = {"Ð": "Đ", "Ɖ": "Đ", "ð": "đ", "ɖ": "đ"}
_GONE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x00"
_SPACES = (
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
    "\t\x0b\x0c\x1c\x1d\x1e\x1f\x85\u2028\u2029"
)
_SIGNS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf02d": "-",
    "\uf0d8": "•",
    "\uf0fc": "✓",
    "\uf0a3": "☐",
    "\uf0a8": "☐",
    "\uf020": " ",
}
"""Bullets and boxes of the fonts Symbol and Wingdings, which have no code points of their own."""
_TABLE = str.maketrans({**_LETTERS, **dict.fromkeys(_GONE), **dict.fromkeys(_SPACES, " "), **_SIGNS})
_RUN = re.compile(r" {2,}")
_LETTER_SPACED = re.compile(r"(?<!\w)[^\W\d_](?: [^\W\d_]){2,}(?!\w)")
_SHORT_TAIL = re.compile(r"[_\-–—=*.]{3,}")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A printed line inside the text as kept, and where it stood in its page as read."""

    kept: Span
    page: int
    raw: Span
    raw_text: str


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """The way from the text as kept back to the pages as read."""

    pieces: tuple[_Piece, ...]
    split_words: bool

    def origin(self, offset: int) -> tuple[int, int]:
        """(page number, code point in `RawPage.text`) of a code point of the text as kept.

        Raises:
            IndexError: the text as kept has no such code point.
        """
        at = bisect.bisect_right([piece.kept.start for piece in self.pieces], offset) - 1
        if at < 0:
            raise IndexError(offset)
        piece = self.pieces[at]
        within = min(offset - piece.kept.start, piece.kept.end - piece.kept.start)
        low, high = 0, len(piece.raw_text)
        # The cleaned form of a prefix is a prefix of the cleaned form, so its length leads to the place.
        while low < high:
            middle = (low + high) // 2
            if len(clean(piece.raw_text[: middle + 1], self.split_words).rstrip()) > within:
                high = middle
            else:
                low = middle + 1
        return piece.page, piece.raw.start + low


def clean(text: str, split_words: bool = False) -> str:
    """A line in the one form that is kept: NFC, Đ for its look-alikes, single spaces, nothing invisible.

    Args:
        text: a line as read.
        split_words: whether the document splits words by spaces (`spacing.has_split_words`).
    """
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        text = text.translate(_TABLE)
        # An invisible character between a letter and its mark kept the two apart.
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
    else:
        text = text.translate(_TABLE)
    text = text.strip()
    if "  " in text:
        text = _LETTER_SPACED.sub(lambda run: run[0].replace(" ", ""), text) if _LETTER_SPACED.search(text) else text
        text = _RUN.sub(" ", text)
    return close_gaps(text, True) if split_words else text


def normalize(raw: RawDocument) -> KeptText:
    """The text as kept of what a reader gave."""
    return normalize_with_origins(raw)[0]


def normalize_with_origins(raw: RawDocument) -> tuple[KeptText, OffsetMap]:
    """The text as kept and the map back to the pages as read."""
    split_words = raw.wrapped and has_split_words(clean(line) for page in raw.pages for line in page.text.split("\n"))
    read = [list(_read_lines(page.text, split_words)) for page in raw.pages]
    lines = [[line for _, line in page if line] for page in read]
    furniture = [set[int]() for _ in read] if raw.sheets else find_furniture(lines, raw.pages[0].number)
    printed, spans = _printed(read, furniture, raw)
    text, starts = _assemble(printed, raw.wrapped)
    pieces = tuple(
        _Piece(
            Span(start, start + len(line.text)), raw.pages[line.page].number, span, span.of(raw.pages[line.page].text)
        )
        for line, start, span in zip(printed, starts, spans, strict=True)
    )
    return KeptText(text, _pages(raw, printed, starts)), OffsetMap(pieces, split_words)


def _read_lines(page: str, split_words: bool) -> Iterator[tuple[Span, str]]:
    """Each line of a page: where it stands there, and its cleaned form."""
    start = 0
    for line in page.split("\n"):
        yield Span(start, start + len(line)), clean(line, split_words)
        start += len(line) + 1


def _printed(
    read: list[list[tuple[Span, str]]], furniture: list[set[int]], raw: RawDocument
) -> tuple[list[PrintedLine], list[Span]]:
    """The lines that are kept, each with its place in its page as read."""
    printed: list[PrintedLine] = []
    spans: list[Span] = []
    for page, lines in enumerate(read):
        # Without printed lines a page's end is as good as an empty line.
        gap, index = not raw.wrapped, -1
        for span, text in lines:
            if not text or _SHORT_TAIL.fullmatch(text):
                gap = True
                index += bool(text)
                continue
            index += 1
            if index in furniture[page]:
                continue
            source = span.of(raw.pages[page].text).expandtabs(4)
            printed.append(PrintedLine(text, len(source) - len(source.lstrip()), gap, page))
            spans.append(span)
            gap = False
    return printed, spans


def _assemble(printed: list[PrintedLine], wrapped: bool) -> tuple[str, list[int]]:
    """The text and where each printed line starts in it."""
    width = usual_width(printed) if wrapped else 0
    names = adjacent_names(printed)
    parts: list[str] = []
    starts: list[int] = []
    length = block = 0
    for index, line in enumerate(printed):
        if index:
            between = joint(length - block, printed[index - 1], line, width, names)
            if between == "\n":
                block = length + 1
            parts.append(between)
            length += len(between)
        parts.append(line.text)
        starts.append(length)
        length += len(line.text)
    return "".join(parts), starts


def _pages(raw: RawDocument, printed: list[PrintedLine], starts: list[int]) -> tuple[Page, ...]:
    """The span of each page: from its first line to its last; an empty one stands where it would begin."""
    spans: dict[int, Span] = {}
    for line, start in zip(printed, starts, strict=True):
        first = spans[line.page].start if line.page in spans else start
        spans[line.page] = Span(first, start + len(line.text))
    pages, end = [], 0
    for index, page in enumerate(raw.pages):
        span = spans.get(index, Span(end, end))
        pages.append(Page(page.number, span, page.source))
        end = span.end
    return tuple(pages)
