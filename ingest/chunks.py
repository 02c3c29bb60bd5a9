"""Sections → chunks: the passages that are embedded and retrieved.

A chunk is a run of whole sentences of about `CHUNK_LENGTH` code points; the next one begins with the
last sentences of the one before, so that a fact that leans on its neighbour is found with it.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import takewhile

from ingest.models import Chunk, KeptText, Section, Span
from ingest.sentences import split_sentences

CHUNKER_VERSION = "2"
"""Changes whenever other chunks come out of the same text: an index made by another version is rebuilt."""

CHUNK_LENGTH = 450
"""Code points; measured on legal articles with the bundled embedder: 450 beats 800 by 0.037 nDCG@10."""
OVERLAP = 120
"""At most so many code points of a chunk are repeated at the head of the next."""
_CONTEXT_LENGTH = 240
_LINE = re.compile(r"[^\n]+")
_SPACE = re.compile(r"\s+")
_NUMBER_WORDS = frozenset({"số", "ngày", "tháng", "năm"})
_CLAUSE_END = re.compile(r"[;,:]\s+")


def cut_chunks(
    kept: KeptText, title: str, sections: Sequence[Section] = (), length: int = CHUNK_LENGTH
) -> tuple[Chunk, ...]:
    """Cut a document into overlapping chunks on sentence and block boundaries.

    Every code point that is not white space lies in a chunk. A sentence is cut only where it alone is
    longer than a chunk, then at a clause or a word, never inside a number.

    Args:
        kept: the text as kept; the spans count its code points.
        title: the document's title, the head of every chunk's `context`.
        sections: its sections, in order of their start.
        length: code points of a chunk; another one than the product's is for experiments.
    """
    outline, tables = _Outline(sections), _Tables(kept.text)
    parts = [part for sentence in split_sentences(kept.text) for part in _parts(kept.text, sentence, length)]
    spans = _pack(parts, outline, length)
    return tuple(
        Chunk(
            ordinal=ordinal,
            section=outline.label(span.start),
            span=span,
            context="\n".join(filter(None, (outline.context(title, span.start), tables.column_names(span.start)))),
            text_hash=hashlib.sha256(span.of(kept.text).encode()).hexdigest(),
        )
        for ordinal, span in enumerate(spans)
    )


class _Outline:
    """Which sections a place of the text lies in."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sorted(sections, key=lambda section: (section.span.start, section.level))
        self._starts = [section.span.start for section in self._sections]
        self._open: list[tuple[Section, ...]] = []
        """For each section those that hold its beginning, itself the last."""
        held: tuple[Section, ...] = ()
        for section in self._sections:
            held = (*(outer for outer in held if section.span.start < outer.span.end), section)
            self._open.append(held)

    def around(self, at: int) -> list[Section]:
        """The sections that `at` lies in, the outermost first."""
        last = bisect_right(self._starts, at) - 1
        return [section for section in self._open[last] if at < section.span.end] if last >= 0 else []

    def begins_between(self, start: int, end: int) -> bool:
        """Whether a section begins in [start, end)."""
        return bisect_right(self._starts, end - 1) > bisect_right(self._starts, start - 1)

    def label(self, at: int) -> str:
        around = self.around(at)
        return around[-1].label if around else ""

    def context(self, title: str, at: int) -> str:
        """The title, then the titles of the sections, without what only repeats."""
        lines = [_SPACE.sub(" ", title).strip()]
        for section in self.around(at):
            line = _SPACE.sub(" ", section.title).strip()
            # A point without a heading of its own has its whole paragraph for a title: the passage, not its context.
            if line and len(line) <= _CONTEXT_LENGTH and line not in lines:
                lines.append(line)
        return "\n".join(line for line in lines if line)


class _Tables:
    """The rows that name the columns of each table of a text."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        self._tables: list[tuple[int, str]] = []
        """Where each ends, and its column names."""
        lines = [(match.start(), match.end(), " | " in match[0]) for match in _LINE.finditer(text)]
        rows: list[Span] = []
        for index, (start, end, is_row) in enumerate(lines):
            # A heading over the whole width stands between rows as a plain line.
            inside = bool(rows) and index + 1 < len(lines) and lines[index + 1][2]
            if is_row or inside:
                rows.append(Span(start, end))
            elif rows:
                self._add(text, rows)
                rows = []
        if rows:
            self._add(text, rows)

    def _add(self, text: str, rows: Sequence[Span]) -> None:
        first, *others = (row.of(text) for row in rows)
        # Cells that span both rows of a head are empty in the second.
        head = [first, *takewhile(lambda row: row.startswith("| "), others)]
        names = "\n".join(head)
        if not first.split(" | ")[0].strip(" .").isdigit() and len(names) <= _CONTEXT_LENGTH:
            self._starts.append(rows[len(head) - 1].end)
            self._tables.append((rows[-1].end, names))

    def column_names(self, at: int) -> str:
        """The head of the table among whose rows `at` lies; empty elsewhere, and for the head itself."""
        place = bisect_right(self._starts, at) - 1
        return self._tables[place][1] if place >= 0 and at < self._tables[place][0] else ""


def _pack(sentences: Sequence[Span], outline: _Outline, length: int) -> list[Span]:
    """Runs of neighbouring sentences, each run no longer than a chunk."""
    chunks: list[Span] = []
    run: list[Span] = []
    fresh = 0
    for sentence in sentences:
        if run and _is_full(run, sentence, outline, length):
            chunks.append(Span(run[0].start, run[-1].end))
            run = _tail(run, sentence, outline, length)
            fresh = 0
        run.append(sentence)
        fresh += 1
    if run and fresh:
        chunks.append(Span(run[0].start, run[-1].end))
    return chunks


def _is_full(run: Sequence[Span], following: Span, outline: _Outline, length: int) -> bool:
    if following.end - run[0].start > length:
        return True
    # A new section begins a new chunk once there is enough to stand alone: half a chunk.
    return following.end - run[0].start > length // 2 and outline.begins_between(run[-1].end, following.end)


def _tail(run: Sequence[Span], following: Span, outline: _Outline, length: int) -> list[Span]:
    """The last sentences of a run that are said again before `following`."""
    tail: list[Span] = []
    for sentence in reversed(run[1:]):
        too_long = run[-1].end - sentence.start > OVERLAP or following.end - sentence.start > length
        if too_long or outline.begins_between(sentence.end, following.end):
            break
        tail.insert(0, sentence)
    return tail


def _parts(text: str, sentence: Span, length: int) -> Iterator[Span]:
    """The sentence itself, or pieces of it where it alone is longer than a chunk."""
    start = sentence.start
    while sentence.end - start > length:
        end = _cut_before(text, start, start + length, length)
        yield _trimmed(text, start, end)
        start = end
    if text[start : sentence.end].strip():
        yield _trimmed(text, start, sentence.end)


def _cut_before(text: str, start: int, limit: int, length: int) -> int:
    """The best place to cut in (start, limit]: after a clause, else between words, never in a number."""
    earliest = start + length // 2
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, earliest, limit)]
    words = [match.end() for match in _SPACE.finditer(text, earliest, limit)]
    for places in (clauses, words):
        for place in reversed(places):
            if _is_between_words(text, place):
                return place
    return words[-1] if words else limit


def _is_between_words(text: str, place: int) -> bool:
    """Whether neither neighbour of the white space before `place` may belong to a number or a date."""
    before = text[max(place - 40, 0) : place].split()
    after = text[place : place + 40].split()
    neighbours = before[-1:] + after[:1]
    if any(any(letter.isdigit() for letter in word) or word[-1] in "/-–" or word[0] in "/-–" for word in neighbours):
        return False
    return not any(word.casefold().strip(":.,") in _NUMBER_WORDS for word in neighbours)


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))
