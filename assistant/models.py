"""What a question becomes: evidence, citations, an answer. Frozen; JSON shapes as the command line prints them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from vectorstore.models import (
    Candidate,
    Conflict,
    Evidence,
    Lookup,
    LookupOutcome,
    Record,
    RelationEntry,
    Source,
    TimelineEntry,
)

Outcome = Literal["answered", "not_found", "ambiguous"]
Mode = Literal["status", "extractive", "llm"]
Language = Literal["vi", "en"]
Fallback = Literal["unavailable", "interrupted", "unverified"]
"""Why the documents' own words stand where a language model was to write: it failed, it broke off, or nothing that it
wrote was stated by the evidence."""

PictureState = Literal["drawn", "no_pages", "gone", "changed", "unreadable"]
"""Of a page's picture: it is there; the format has none; the original is not where it was, or is no longer what was
taken in; it cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str
    answer: Answer | None = field(default=None, compare=False, repr=False)
    """The answer behind an assistant's message, where more than its text is known."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered reference from an answer to its evidence."""

    marker: int
    """The n of `[n]` in the answer's text."""
    number: str | None
    """The document number that the cited passage is about; None where it is about none."""
    key: str | None
    evidence: Evidence
    source: Source

    def as_json(self) -> dict[str, Any]:
        """A member of `citations`."""
        return {
            "marker": self.marker,
            "number": self.number,
            "key": self.key,
            **self.evidence.as_json(),
            "source": self.source.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says, with its grounds."""

    outcome: Outcome
    text: str
    """Plain text with `[n]` markers and line breaks; never HTML, never Markdown."""
    citations: tuple[Citation, ...]
    mode: Mode
    language: Language
    verified: bool = True
    candidates: tuple[Candidate, ...] = ()
    """What to choose from where the outcome is `ambiguous`, or near misses where nothing was found."""
    record: Record | None = None
    """The record that the answer is about, for the status card."""
    question: str = ""
    """The standalone question that was answered (a follow-up filled in from the conversation)."""
    timings_ms: dict[str, float] = field(default_factory=dict)
    removed: int = 0
    """How many lines verification took out."""
    fallback: Fallback | None = None

    def as_json(self) -> dict[str, Any]:
        """What `troly ask --json` prints."""
        return {
            "outcome": self.outcome,
            "text": self.text,
            "citations": [citation.as_json() for citation in self.citations],
            "mode": self.mode,
            "language": self.language,
            "verified": self.verified,
            "candidates": [candidate.as_json() for candidate in self.candidates],
            "record": self.record.number if self.record else None,
            "standalone_question": self.question,
            "timings_ms": self.timings_ms,
            "removed": self.removed,
            "fallback": self.fallback,
        }


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of a document as the evidence panel shows it."""

    document_id: str
    document: str
    source: Source
    page: int
    pages: int
    """How many pages the document has."""
    text: str
    picture: PictureState = "no_pages"
    """`drawn` where its picture can be drawn, as far as the original tells without being opened."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as its original shows it."""

    content: bytes
    """WebP."""
    width: int
    """Pixels."""
    height: int
    version: str
    """Changes when the picture does."""


@dataclass(frozen=True, slots=True)
class Highlight:
    """Where a stretch of a page's text stands on its picture."""

    state: PictureState
    width: int = 0
    """Pixels of the picture; 0 where there is none."""
    height: int = 0
    boxes: tuple[tuple[int, int, int, int], ...] = ()
    """Left, top, right and bottom in ten-thousandths of the picture, one a printed line; none where it is not found."""


__all__ = [
    "Answer",
    "Candidate",
    "Citation",
    "Conflict",
    "Evidence",
    "Fallback",
    "Highlight",
    "Language",
    "Lookup",
    "LookupOutcome",
    "Mode",
    "Outcome",
    "PagePicture",
    "PageView",
    "PictureState",
    "Record",
    "RelationEntry",
    "Source",
    "TimelineEntry",
    "Turn",
]
