"""What is kept of a conversation: its questions, its answers, and the citations as they were."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from vectorstore.models import Candidate, Evidence, Record, Source


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as a list shows it."""

    id: str
    title: str
    language: str
    created_at: str
    """ISO 8601 in UTC, as every time here."""
    updated_at: str
    turns: int
    """Questions and answers together."""


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A citation as it was when the answer was given."""

    marker: int
    number: str | None
    key: str | None
    evidence: Evidence
    source: Source
    content_hash: str | None = None
    """SHA-256 of the file that was quoted; None where the document was gone before the answer was kept."""
    root: str | None = None
    """The folder that the file was taken in from."""


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """An answer to be kept, and what it was given by."""

    content: str
    standalone: str
    """The question as it was understood, standing alone."""
    outcome: str
    mode: str
    language: str
    verified: bool
    version: str
    """Of the product."""
    settings: str
    """A fingerprint of the settings that shape answers."""
    citations: tuple[CitedPassage, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    record: Record | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    removed: int = 0
    """How many lines verification took out."""
    fallback: str | None = None
    """Why the documents' own words stand where a language model was to write."""
    sight: tuple[str, ...] | None = None
    """The groups that it was given with; None where every document was seen."""


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """A message of a conversation; of an answer with all that was kept of it."""

    ordinal: int
    """From 0 on; an answer stands right behind its question."""
    role: Literal["user", "assistant"]
    content: str
    said_at: str
    answer: GivenAnswer | None = None


CitationState = Literal["unchanged", "changed", "gone"]


@dataclass(frozen=True, slots=True)
class AuditedCitation:
    """What has become of a quoted document since."""

    turn: int
    marker: int
    state: CitationState
    """The file's content is in the library; the file is there with another content; neither is."""
    document_id: str | None
    """The version that is in the library now; None where there is none."""
    quote_stands: bool
    """Whether the sentence, word for word, is in that version."""
