"""Sentences of the library with what stands over and beside them: around a record's mentions, in passages found."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.coverage import terms_of
from assistant.draft import Ground
from assistant.models import Evidence
from ingest.folding import fold_words
from ingest.hostile import is_instruction
from ingest.models import Span
from vectorstore.passages import PassageCache, Passages
from vectorstore.retriever import Hit

_DOCUMENT = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ]")
_FURNITURE = re.compile(
    r"\s*(?:[^,]{2,50}, ngày\s.{0,40}năm\s+\d{4}|Số:?\s.{0,40}|[^a-zà-ỹ]{1,120}|Độc lập.{0,40}"
    r"|Nơi nhận:?|Kính gửi:.*|\(Đã ký\))\s*"
)
"""Lines of a letterhead or a signature block: they answer nothing."""
_COLUMNS = re.compile(r"(?:stt|tt|số tt|số thứ tự|no\.?)\s+\|", re.IGNORECASE)
"""The row that names a table's columns."""


@dataclass(frozen=True)
class FoundSentence:
    """A sentence with what speaks for it."""

    passages: Passages
    span: Span
    score: float = 0.0
    coverage: float = 0.0
    """Share of the topic's weight that the sentence, with its headings, holds (0 to 1)."""
    rank: float = 0.0
    """1 for a sentence of the best passage found, falling to 0."""
    gap: int = 0
    """Syllables at the head of the topic that it lacks."""
    about: bool = False
    """Whether it names the document asked about, or follows such a sentence."""

    @cached_property
    def text(self) -> str:
        """The sentence."""
        return self.span.of(self.passages.text)

    def terms(self, plain: bool) -> frozenset[str]:
        """Its syllables and their pairs."""
        return terms_of(self.text, plain)

    def heading_terms(self, plain: bool) -> frozenset[str]:
        """Syllables and pairs of what stands over it: headings, table header, the document's title and issuer."""
        document = self.passages.document
        titles = [document.title, document.header.issuer or "", self.column_names, *self._neighbours]
        titles += self._headings
        return frozenset().union(*(terms_of(title, plain) for title in titles))

    @property
    def is_title(self) -> bool:
        """Whether it only says what its document is about."""
        subject = self.passages.document.header.subject
        return subject is not None and fold_words(self.text) in fold_words(subject)

    @property
    def beside(self) -> list[str]:
        """What stands over the sentence and right beside it."""
        return [*self._headings, *self._neighbours]

    @property
    def _headings(self) -> list[str]:
        over = self.passages.sections_over(self.span.start)
        return [section.heading.of(self.passages.text) for section in over]

    @property
    def _neighbours(self) -> list[str]:
        """The sentences right before and behind in the same block."""
        text, sentences = self.passages.text, self.passages.sentences
        at = bisect.bisect_left(sentences, self.span.start, key=lambda sentence: sentence.start)
        beside = [sentences[n] for n in (at - 1, at + 1) if 0 <= n < len(sentences)]
        return [
            sentence.of(text)
            for sentence in beside
            if "\n" not in text[min(sentence.end, self.span.end) : max(sentence.start, self.span.start)]
        ]

    @property
    def column_names(self) -> str:
        """The header row over a table row; empty elsewhere."""
        return column_names(self.passages, self.span)

    def ground(self, number: str | None = None, key: str | None = None) -> Ground:
        """The sentence as evidence."""
        return Ground(self.passages.evidence(self.span), self.passages.source, number, key, self.column_names)


def columns_over(passages: Passages, evidence: Evidence) -> str:
    """The header row over a quoted table row; empty for any other quote."""
    if not is_row(evidence.quote):
        return ""
    page = next(page for page in passages.pages if page.number == evidence.page)
    start = page.span.start + evidence.start
    return column_names(passages, Span(start, start + len(evidence.quote)))


def column_names(passages: Passages, span: Span) -> str:
    """The header row over a table row; empty for what is no row or stands under none."""
    if not is_row(span.of(passages.text)):
        return ""
    above = bisect.bisect_right(passages.sentences, span.start, key=lambda sentence: sentence.end)
    for sentence in reversed(passages.sentences[:above]):
        text = sentence.of(passages.text)
        if " | " not in text:
            return ""
        if not is_row(text):
            return text
    return ""


def is_row(text: str) -> bool:
    """Whether a block is a table's row of data: cells, the first of them its number or one of them a document."""
    if text.count(" | ") < 2:
        return False
    cells = text.split(" | ")
    return cells[0].strip(" .").isdigit() or any(_DOCUMENT.search(cell) for cell in cells)


def around(
    record_evidence: Iterable[tuple[str, Span]], opened: PassageCache, following: int = 3
) -> list[FoundSentence]:
    """The sentences that name a document, and those that follow in the same block and name no other."""
    found: dict[tuple[str, int], FoundSentence] = {}
    for document_id, span in record_evidence:
        passages = opened.open(document_id)
        sentences = list(passages.sentences)
        at = next((n for n, sentence in enumerate(sentences) if sentence.start >= span.start), None)
        if at is None:
            continue
        for n in range(at, min(at + 1 + following, len(sentences))):
            sentence = sentences[n]
            between = passages.text[sentences[at].end : sentence.start]
            if n > at and ("\n" in between or _DOCUMENT.search(sentence.of(passages.text))):
                break
            found.setdefault((document_id, sentence.start), FoundSentence(passages, sentence, about=True))
    return [candidate for candidate in found.values() if speaks(candidate)]


def retrieved(hits: Sequence[Hit], opened: PassageCache) -> list[FoundSentence]:
    """The sentences of the passages found, each once."""
    found: dict[tuple[str, int], FoundSentence] = {}
    for at, hit in enumerate(hits):
        passages = opened.open(hit.document_id)
        for sentence in passages.sentences_in(hit.span):
            candidate = FoundSentence(passages, sentence, rank=1 - at / max(len(hits), 1))
            found.setdefault((hit.document_id, sentence.start), candidate)
    return [candidate for candidate in found.values() if speaks(candidate)]


def speaks(candidate: FoundSentence) -> bool:
    """Whether a sentence says something to a person: no letterhead, no order to a program."""
    return not (
        is_instruction(candidate.text) or _FURNITURE.fullmatch(candidate.text) or _COLUMNS.match(candidate.text)
    )
