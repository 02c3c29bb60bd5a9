"""Evidence out of the catalogue: a span of a document becomes a quote with its page and section."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from ingest.models import Page, Section, Span, locate
from ingest.sentences import split_sentences
from vectorstore.catalogue import Catalogue
from vectorstore.models import Evidence, Source
from vectorstore.rows import StoredDocument

_NO_SECTION = Section("", "", 0, Span(0, 0), Span(0, 0))


@dataclass(frozen=True)
class Passages:
    """A stored document with its text, pages and sections at hand."""

    document: StoredDocument
    text: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """The sentences of the text; found at the first use, because a quote needs none of them."""
        return split_sentences(self.text)

    def evidence(self, span: Span) -> Evidence:
        """The quote that `span` covers, with its place."""
        place = locate(self.pages, span)
        return Evidence(
            document=self.document.place,
            document_id=self.document.id,
            page=place.page,
            section=self.section_at(span.start),
            quote=span.of(self.text),
            start=place.start,
            end=place.end,
        )

    def section_at(self, offset: int) -> str:
        """The label of the innermost section that holds `offset`; empty outside any."""
        return max(self.sections_over(offset), key=lambda section: section.level, default=_NO_SECTION).label

    def sections_over(self, offset: int) -> tuple[Section, ...]:
        """The sections that hold `offset`, in their order."""
        borders, over = self._borders
        at = bisect.bisect_right(borders, offset) - 1
        return over[at] if at >= 0 else ()

    @cached_property
    def _borders(self) -> tuple[list[int], list[tuple[Section, ...]]]:
        """Every offset at which a section begins or ends, with those that hold the text from there on.

        A law has thousands of sections, and a question asks for those over each of a hundred sentences.
        """
        changes: dict[int, list[int]] = {}
        for at, section in enumerate(self.sections):
            changes.setdefault(section.span.start, []).append(at)
            changes.setdefault(section.span.end, []).append(at)
        borders, over, held = sorted(changes), [], set[int]()
        for border in borders:
            # What begins and ends at one place holds nothing.
            held.symmetric_difference_update(at for at in changes[border] if changes[border].count(at) == 1)
            over.append(tuple(self.sections[at] for at in sorted(held)))
        return borders, over

    def sentences_in(self, span: Span) -> list[Span]:
        """The sentences that share a character with `span`."""
        first = bisect.bisect_right(self.sentences, span.start, key=lambda sentence: sentence.end)
        last = bisect.bisect_left(self.sentences, span.end, key=lambda sentence: sentence.start)
        return list(self.sentences[first:last])

    @property
    def source(self) -> Source:
        """The document's header, for a citation."""
        header = self.document.header
        # The list's title may be cut short; a citation is held to the whole of it.
        title = f"{header.type} số {header.number}: {header.subject}" if header.number and header.subject else None
        return Source(
            number=header.number,
            date=header.date,
            type=header.type,
            issuer=header.issuer,
            title=title or self.document.title,
            signatures=self.document.signatures,
        )


class PassageCache:
    """The documents that were opened last; a document's id names one version of it, so nothing here grows stale."""

    def __init__(self, catalogue: Catalogue, capacity: int = 256) -> None:
        self._catalogue, self._capacity = catalogue, capacity
        self._held: OrderedDict[str, Passages] = OrderedDict()
        self._lock = Lock()

    def open(self, document_id: str) -> Passages:
        """A document's passages.

        Raises:
            KeyError: there is no such document.
        """
        with self._lock:
            if document_id in self._held:
                self._held.move_to_end(document_id)
                return self._held[document_id]
        passages = self._read(document_id)
        with self._lock:
            self._held[document_id] = passages
            while len(self._held) > self._capacity:
                self._held.popitem(last=False)
        return passages

    def _read(self, document_id: str) -> Passages:
        with self._catalogue.reading():
            found = self._catalogue.document_with_text(document_id)
            if found is None:
                raise KeyError(document_id)
            return Passages(
                document=found[0],
                text=found[1],
                pages=self._catalogue.pages(document_id),
                sections=self._catalogue.sections(document_id),
            )
