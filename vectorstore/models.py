"""What is found again: evidence, and the record that a number resolves to; JSON as the command line prints it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Literal

from ingest.models import DigitalSignature

LookupOutcome = Literal["found", "ambiguous", "not_found"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a document and where it stands."""

    document: str
    """Place of the file, as a person knows it."""
    document_id: str
    page: int
    section: str
    quote: str
    start: int
    """Code points in the page's text; the quote may run on to the next page, `end` is clipped."""
    end: int

    def as_json(self) -> dict[str, Any]:
        """The `evidence` object of the command line."""
        return {name: getattr(self, name) for name in self.__slots__}


def signature_json(signature: DigitalSignature) -> dict[str, Any]:
    """A member of `signatures` in the JSON of the command line."""
    return {
        "kind": signature.kind,
        "signer": signature.signer,
        "organization": signature.organization,
        "signed_at": signature.signed_at.isoformat() if signature.signed_at else None,
        "intact": signature.intact,
        "whole_file": signature.whole_file,
        "changed_since": signature.later,
        "verdict": signature.verdict,
        "field": signature.field,
        "shown": signature.shown,
    }


@dataclass(frozen=True, slots=True)
class Source:
    """The header of the document that a quote stands in."""

    number: str | None
    date: datetime.date | None
    type: str | None
    issuer: str | None
    title: str
    signatures: tuple[DigitalSignature, ...] = ()
    """Of the file; in a stored conversation, as they were when the answer was given."""

    def as_json(self) -> dict[str, Any]:
        """The `source` object of the command line."""
        header = {
            "number": self.number,
            "date": self.date.isoformat() if self.date else None,
            "type": self.type,
            "issuer": self.issuer,
            "title": self.title,
        }
        if not self.signatures:
            return header
        return {**header, "signatures": [signature_json(signature) for signature in self.signatures]}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One dated statement of a record's progress."""

    state: str
    date: datetime.date | None
    as_of: datetime.date | None
    actor: str | None
    evidence: Evidence
    quantities: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """A member of `timeline`."""
        return {
            "state": self.state,
            "date": self.date.isoformat() if self.date else None,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "actor": self.actor,
            "quantities": list(self.quantities),
            "evidence": self.evidence.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two reports that disagree about one record."""

    first: TimelineEntry
    second: TimelineEntry

    def as_json(self) -> dict[str, Any]:
        """A member of `conflicts`."""
        return {"statements": [self.first.as_json(), self.second.as_json()]}


@dataclass(frozen=True, slots=True)
class RelationEntry:
    """A link of a record to another document."""

    relation: str
    direction: Literal["out", "in"]
    number: str | None
    key: str | None
    name: str | None
    """The other document's type, number and date for a person."""
    evidence: Evidence

    def as_json(self) -> dict[str, Any]:
        """A member of `relations`."""
        return {
            "relation": self.relation,
            "direction": self.direction,
            "number": self.number,
            "key": self.key,
            "name": self.name,
            "evidence": self.evidence.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Record:
    """All that the corpus says of one document."""

    number: str | None
    key: str | None
    type: str | None
    issuer: str | None
    place: str | None
    date: datetime.date | None
    title: str | None
    held_in: tuple[str, ...]
    """Places of the files that are this document; empty where it is only mentioned."""
    current: TimelineEntry | None
    timeline: tuple[TimelineEntry, ...]
    conflicts: tuple[Conflict, ...]
    relations: tuple[RelationEntry, ...]
    mentions: int
    evidence: tuple[Evidence, ...] = ()
    """The sentences that mention it, the most telling first."""
    held_ids: tuple[str, ...] = ()
    """Ids of the files that are this document, in the order of `held_in`."""
    signer: str | None = None
    """The office and name that signed, as the document's own file prints them."""
    validity: tuple[TimelineEntry, ...] = ()
    """What is stated of its legal validity, a different axis than its progress; empty where nothing is."""
    signatures: tuple[DigitalSignature, ...] = ()
    """Digital signatures of the files that are this document."""

    @property
    def legal_basis(self) -> tuple[RelationEntry, ...]:
        """The documents that it says it stands on."""
        return tuple(link for link in self.relations if link.relation == "based_on" and link.direction == "out")

    def as_json(self) -> dict[str, Any]:
        """The `record` object of the command line."""
        return {
            "number": self.number,
            "key": self.key,
            "type": self.type,
            "issuer": self.issuer,
            "place": self.place,
            "date": self.date.isoformat() if self.date else None,
            "title": self.title,
            "held_in": list(self.held_in),
            "current_status": self.current.as_json() if self.current else None,
            "timeline": [entry.as_json() for entry in self.timeline],
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
            "relations": [relation.as_json() for relation in self.relations],
            "mentions": self.mentions,
            "evidence": [evidence.as_json() for evidence in self.evidence],
            "signer": self.signer,
            "validity": [entry.as_json() for entry in self.validity],
            "signatures": [signature_json(signature) for signature in self.signatures],
            "legal_basis": [link.as_json() for link in self.legal_basis],
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of several records that a typed number may mean, or a near miss."""

    number: str
    key: str
    type: str | None
    issuer: str | None
    date: datetime.date | None
    title: str | None

    @property
    def label(self) -> str:
        """What a button shows and what, typed back, finds this record alone."""
        name = self.number or self.title or self.type or ""
        return f"{name} ngày {self.date:%d/%m/%Y}" if self.date and self.number else name

    def as_json(self) -> dict[str, Any]:
        """A member of `candidates` or `suggestions`."""
        return {
            "number": self.number,
            "key": self.key,
            "type": self.type,
            "issuer": self.issuer,
            "date": self.date.isoformat() if self.date else None,
            "title": self.title,
            "label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Lookup:
    """What a typed number resolves to."""

    query: str
    outcome: LookupOutcome
    record: Record | None = None
    candidates: tuple[Candidate, ...] = ()
    suggestions: tuple[Candidate, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What `troly status --json` prints."""
        return {
            "query": self.query,
            "outcome": self.outcome,
            "record": self.record.as_json() if self.record else None,
            "candidates": [candidate.as_json() for candidate in self.candidates],
            "suggestions": [candidate.as_json() for candidate in self.suggestions],
        }
