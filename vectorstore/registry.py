"""The registry: a typed number becomes found, ambiguous or not found, and a record of all that is stated of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from importlib.resources import files
from threading import Lock
from typing import Any

from sqlalchemy import Select, func, or_, select

from ingest.bodies import same_body
from ingest.folding import fold
from ingest.models import DocumentHeader, Span
from ingest.numbers import TypedNumber, parse_query
from ingest.references import title_of
from vectorstore.catalogue import Catalogue
from vectorstore.identities import Identity, MentionRow, identify, same_name
from vectorstore.models import Candidate, Conflict, Evidence, Lookup, Record, RelationEntry, TimelineEntry
from vectorstore.passages import PassageCache
from vectorstore.tables import documents, references, relations, statements

_MOST_SUGGESTIONS = 5
_MOST_EVIDENCE = 8
_STATE_RANK = {
    "basis_only": 0,
    "draft": 1,
    "planned": 2,
    "not_started": 2,
    "submitted": 3,
    "issued": 4,
    "in_preparation": 5,
    "in_progress": 6,
    "delayed": 6,
    "paused": 6,
    "completed": 7,
    "replaced": 8,
}
"""How far along a state is; of statements of one day the furthest is the current one."""
_FINAL = {"completed"}
_UNDONE = {"in_progress", "not_started", "paused", "delayed", "planned"}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records a list asks for; None leaves a criterion open."""

    type_code: str | None = None
    issuer_code: str | None = None
    issuer: str | None = None
    day: date | None = None
    month: tuple[int, int] | None = None
    """(year, month)."""
    year: int | None = None


class Registry:
    """Every document number that the corpus holds or mentions.

    Args:
        catalogue: where the mentions are.
        passages: opens documents for quotes; shared with the retriever's user to open each once.
    """

    def __init__(self, catalogue: Catalogue, passages: PassageCache | None = None) -> None:
        self._catalogue = catalogue
        self.passages = passages or PassageCache(catalogue)
        self._lock = Lock()
        self._all: tuple[int, list[Identity]] | None = None

    # -------------------------------------------------------------- resolving

    def resolve(self, query: str) -> Lookup:
        """What a typed number means: one record, several candidates, or none with near misses."""
        typed = parse_query(query)
        found = self.matching(typed)
        if len(found) == 1:
            return Lookup(query, "found", record=self.record(found[0]))
        if found:
            return Lookup(query, "ambiguous", candidates=tuple(map(self.candidate, found)))
        return Lookup(query, "not_found", suggestions=tuple(map(self.candidate, self.near(typed))))

    def matching(self, typed: TypedNumber) -> list[Identity]:
        """The documents that a typed number may mean; an exact match with diacritics wins over a folded one."""
        identities = self._with_key(typed.key) if typed.key else self._with_sequence(typed)
        identities = [identity for identity in identities if _fits(identity, typed)]
        exact = [identity for identity in identities if typed.canonical and identity.number == typed.canonical]
        return exact if exact and typed.type_exact else identities

    def near(self, typed: TypedNumber) -> list[Identity]:
        """Near misses: the same number under another type, issuer or letter; then numbers that look alike."""
        if not typed.sequence:
            return []
        digits = typed.sequence.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ").lstrip("0")
        same = self._with_sequence(replace_number(typed, digits), letters=True)
        if len(same) < _MOST_SUGGESTIONS and typed.key:
            tail = typed.key.split("|", 1)[-1]
            alike = [
                identity
                for identity in self._identities(references.c.key.like(f"%|{_escape(tail)}", escape="\\"))
                if _one_slip(identity.key.split("|")[0], typed.key.split("|")[0])
            ]
            same += [identity for identity in alike if identity not in same]
        return same[:_MOST_SUGGESTIONS]

    def _with_key(self, key: str) -> list[Identity]:
        return self._identities(references.c.key == key)

    def _with_sequence(self, typed: TypedNumber, letters: bool = False) -> list[Identity]:
        head = (typed.sequence or "").lstrip("0").upper()
        if not head:
            return []
        wanted = references.c.key.like(f"{head}|%")
        if letters:
            wanted = or_(wanted, *(references.c.key.like(f"{head}{letter}|%") for letter in "ABCDE"))
        return self._identities(wanted)

    def _identities(self, wanted: Any) -> list[Identity]:
        with self._catalogue.connect() as connection:
            rows = [_row(row) for row in connection.execute(_mention_query().where(wanted)).mappings()]
        return _group(rows)

    # ---------------------------------------------------------------- listing

    def identities(self) -> list[Identity]:
        """Every document that the corpus names by a complete number, in the order of first mention."""
        generation = self._catalogue.generation()
        with self._lock:
            if self._all and self._all[0] == generation:
                return self._all[1]
        found = self._identities(references.c.key.is_not(None))
        with self._lock:
            self._all = (generation, found)
        return found

    def listed(self, wanted: Filter) -> list[Identity]:
        """The identities that satisfy a filter, in the order of the corpus."""
        return [identity for identity in self.identities() if _listed(identity, wanted)]

    def identity_at(self, document_id: str, span: Span) -> list[Identity]:
        """The documents that the text of `span` mentions."""
        return [
            identity
            for identity in self.identities()
            if any(row.document_id == document_id and span.covers(Span(row.start, row.end)) for row in identity.rows)
        ]

    def candidate(self, identity: Identity) -> Candidate:
        """What tells this document from others of its number."""
        return Candidate(
            number=identity.number,
            key=identity.key,
            type=identity.type,
            issuer=identity.issuer,
            date=identity.date,
            title=self._title(identity),
        )

    # ----------------------------------------------------------------- record

    def record(self, identity: Identity) -> Record:
        """All that the corpus states of a document."""
        timeline = self._timeline(identity)
        held = [self.passages.open(row.document_id).document for row in identity.own_rows]
        return Record(
            number=identity.number,
            key=identity.key,
            type=identity.type,
            issuer=identity.issuer,
            place=next((document.header.place for document in held if document.header.place), None),
            date=identity.date,
            title=self._title(identity),
            held_in=tuple(document.place for document in held),
            current=max(timeline, key=_currency, default=None),
            timeline=timeline,
            conflicts=_conflicts(timeline),
            relations=self._relations(identity),
            mentions=len(identity.rows),
            evidence=self._evidence(identity),
        )

    def _title(self, identity: Identity) -> str | None:
        for row in identity.own_rows:
            subject = self.passages.open(row.document_id).document.header.subject
            if subject:
                return subject
        return max(filter(None, map(self._title_in, identity.rows)), key=len, default=None)

    def _title_in(self, row: MentionRow) -> str | None:
        if row.subject_start is None:
            return None
        subject = Span(row.subject_start, row.subject_end or row.subject_start)
        return title_of(
            self.passages.open(row.document_id).text, Span(row.start, row.end), subject, row.type_code, row.type
        )

    def _evidence(self, identity: Identity) -> tuple[Evidence, ...]:
        def telling(row: MentionRow) -> tuple[bool, bool, bool, date]:
            return (not row.own, row.subject_start is None, row.date is None, row.document_date or date.max)

        found: dict[tuple[str, int], Evidence] = {}
        for row in sorted(identity.rows, key=telling):
            span = Span(row.sentence_start, row.sentence_end)
            found.setdefault((row.document_id, span.start), self.passages.open(row.document_id).evidence(span))
        return tuple(found.values())[:_MOST_EVIDENCE]

    def _timeline(self, identity: Identity) -> tuple[TimelineEntry, ...]:
        rows = [*identity.rows, *self._unnumbered_like(identity)]
        if not rows:
            return ()
        wanted = {(row.document_id, row.ordinal) for row in rows}
        query = select(statements).where(statements.c.document_id.in_({row.document_id for row in rows}))
        with self._catalogue.connect() as connection:
            found = [
                row
                for row in connection.execute(query.order_by(statements.c.document_id, statements.c.start)).mappings()
                if (row["document_id"], row["reference"]) in wanted
            ]
        entries = [self._entry(row) for row in found]
        return tuple(sorted(entries, key=lambda entry: (entry.as_of or entry.date or date.min, entry.date or date.min)))

    def _entry(self, row: Any) -> TimelineEntry:
        passages = self.passages.open(row["document_id"])
        return TimelineEntry(
            state=row["state"],
            date=row["date"],
            as_of=row["as_of"],
            actor=row["actor"],
            evidence=passages.evidence(Span(row["start"], row["end"])),
            quantities=tuple(f"{quantity['value']} {quantity['unit']}" for quantity in row["quantities"]),
        )

    def _unnumbered_like(self, identity: Identity) -> list[MentionRow]:
        """Mentions of the same document from before it had a number: same type, same name."""
        title = self._title(identity)
        if not title or not identity.type:
            return []
        query = _mention_query().where(
            references.c.key.is_(None), references.c.sequence.is_(None), references.c.type == identity.type
        )
        with self._catalogue.connect() as connection:
            rows = [_row(row) for row in connection.execute(query).mappings()]
        return [row for row in rows if (name := self._title_in(row)) and same_name(name, title)]

    # -------------------------------------------------------------- relations

    def _relations(self, identity: Identity) -> tuple[RelationEntry, ...]:
        mine = {(row.document_id, row.ordinal) for row in identity.rows}
        own = {row.document_id for row in identity.own_rows}
        query = select(relations).where(relations.c.document_id.in_({row.document_id for row in identity.rows} | own))
        with self._catalogue.connect() as connection:
            found = list(connection.execute(query.order_by(relations.c.document_id, relations.c.start)).mappings())
        # A document's own words come before what another says of it.
        found.sort(key=lambda row: row["source"] is not None)
        entries: dict[tuple[str, str, str | None, str], RelationEntry] = {}
        for row in found:
            for entry in self._links(row, mine, own):
                year = (entry.name or "")[-4:] if entry.key else entry.name or ""
                entries.setdefault((entry.relation, entry.direction, entry.key, year), entry)
        return tuple(entries.values())

    def _links(self, row: Any, mine: set[tuple[str, int]], own: set[str]) -> Iterable[RelationEntry]:
        document_id, source, target = row["document_id"], row["source"], row["target"]
        from_me = (document_id, source) in mine if source is not None else document_id in own
        to_me = (document_id, target) in mine
        if from_me == to_me:
            return
        passages = self.passages.open(document_id)
        evidence = passages.evidence(Span(row["start"], row["end"]))
        if from_me:
            yield self._link(row["kind"], "out", self._mention(document_id, target), evidence)
        elif source is not None:
            yield self._link(inverse(row["kind"]), "in", self._mention(document_id, source), evidence)
        else:
            header = passages.document.header
            yield RelationEntry(
                relation=inverse(row["kind"]),
                direction="in",
                number=header.number,
                key=header.key,
                name=_header_name(header) or passages.document.title,
                evidence=evidence,
            )

    def _link(self, kind: str, direction: Any, other: MentionRow | None, evidence: Evidence) -> RelationEntry:
        name = _full_name(other) if other else None
        return RelationEntry(
            relation=kind,
            direction=direction,
            number=other.canonical if other else None,
            key=other.key if other else None,
            name=name,
            evidence=evidence,
        )

    def _mention(self, document_id: str, ordinal: int) -> MentionRow | None:
        query = _mention_query().where(references.c.document_id == document_id, references.c.ordinal == ordinal)
        with self._catalogue.connect() as connection:
            row = connection.execute(query).mappings().first()
        return _row(row) if row else None


@lru_cache(maxsize=1)
def _inverses() -> dict[str, str]:
    lines = (files("ingest") / "status_data" / "relations.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t")[:2] for line in lines[1:] if line.strip()]
    return {kind: other for kind, other in pairs}


def inverse(kind: str) -> str:
    """The relation as seen from the other end (`implements` → `implemented_by`)."""
    return _inverses().get(kind, kind)


def replace_number(typed: TypedNumber, number: str) -> TypedNumber:
    """The typed number reduced to its sequence."""
    return replace(typed, sequence=number, key=None, canonical=None)


def _mention_query() -> Select[Any]:
    return (
        select(references, documents.c.date.label("document_date"))
        .join_from(references, documents, references.c.document_id == documents.c.id)
        .where(documents.c.state == "live")
        .order_by(func.coalesce(documents.c.date, date.max), documents.c.place, references.c.start)
    )


def _row(row: Any) -> MentionRow:
    return MentionRow(**{name: row[name] for name in MentionRow.__slots__})


def _group(rows: Iterable[MentionRow]) -> list[Identity]:
    by_key: dict[str, list[MentionRow]] = {}
    for row in rows:
        if row.key:
            by_key.setdefault(row.key, []).append(row)
    return [identity for same in by_key.values() for identity in _by_letters(same)]


def _by_letters(rows: Sequence[MentionRow]) -> list[Identity]:
    """HĐ and HD fold alike and are two types: mentions written with their letters are kept apart by them."""
    codes = {row.type_code for row in rows if row.diacritics}
    if len(codes) < 2:
        return identify(rows)
    return [
        identity for code in sorted(codes, key=str) for identity in identify(r for r in rows if r.type_code == code)
    ]


def _fits(identity: Identity, typed: TypedNumber) -> bool:
    if typed.type and not any(fold(row.type_code or "") == fold(typed.type) for row in identity.rows):
        return typed.type == "CV" and all(row.type_code is None for row in identity.rows)
    if (
        typed.issuer
        and typed.key is None
        and not any(fold(row.issuer_code or "").startswith(fold(typed.issuer)) for row in identity.rows)
    ):
        return False
    if typed.date and identity.date and identity.date != typed.date:
        return False
    if typed.year and identity.year and identity.year != typed.year:
        return False
    return not typed.issuer_words or not identity.issuer or same_body(identity.issuer, typed.issuer_words)


def _listed(identity: Identity, wanted: Filter) -> bool:
    rows, day = identity.rows, identity.date
    if wanted.type_code and all((row.type_code or "CV") != wanted.type_code for row in rows):
        return False
    if wanted.issuer_code and all((row.issuer_code or "").split("-")[0] != wanted.issuer_code for row in rows):
        return False
    if wanted.issuer and (not identity.issuer or not same_body(identity.issuer, wanted.issuer)):
        return False
    if wanted.day and day != wanted.day:
        return False
    if wanted.month and (not day or (day.year, day.month) != wanted.month):
        return False
    return not wanted.year or identity.year == wanted.year


def _currency(entry: TimelineEntry) -> tuple[bool, date, int]:
    known = entry.state != "basis_only"
    return (known, entry.as_of or date.min, _STATE_RANK.get(entry.state, 0))


def _conflicts(timeline: Sequence[TimelineEntry]) -> tuple[Conflict, ...]:
    """A document that one report calls done and another, later or of the same day, not: they cannot both be right."""
    found = []
    for at, first in enumerate(timeline):
        for second in timeline[at + 1 :]:
            if (
                first.state in _FINAL
                and second.state in _UNDONE
                and first.evidence.document_id != second.evidence.document_id
            ):
                found.append(Conflict(first, second))
    return tuple(found)


def _one_slip(one: str, other: str) -> bool:
    """Whether two sequences differ by one digit typed wrong, missing, doubled or swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if sorted(one) == sorted(other):
        return True
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= 1 - 1.01 / max(len(one), len(other), 3)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _header_name(header: DocumentHeader) -> str | None:
    if not header.number:
        return None
    dated = f" ngày {header.date:%d/%m/%Y}" if header.date else ""
    return f"{header.type or ''} số {header.number}{dated}".strip()


def _full_name(row: MentionRow) -> str | None:
    parts = [row.type or "", f"số {row.canonical}" if row.canonical else ""]
    if row.date:
        parts.append(f"ngày {row.date:%d/%m/%Y}")
    return " ".join(filter(None, parts)) or None
