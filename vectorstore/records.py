"""A record: all that the corpus states of one document, out of its mentions, statements and relations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from sqlalchemy import Select, func, select

from ingest.models import DocumentHeader, Span
from ingest.references import title_of
from vectorstore.catalogue import Catalogue
from vectorstore.identities import Identity, MentionRow, same_name
from vectorstore.models import Candidate, Conflict, Evidence, Record, RelationEntry, TimelineEntry
from vectorstore.passages import PassageCache
from vectorstore.tables import documents, references, relations, statements

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


class RecordBuilder:
    """Builds the records of a catalogue.

    Args:
        catalogue: where mentions, statements and relations are.
        passages: opens documents for quotes.
    """

    def __init__(self, catalogue: Catalogue, passages: PassageCache) -> None:
        self._catalogue, self.passages = catalogue, passages

    def candidate(self, identity: Identity) -> Candidate:
        """What tells this document from others of its number."""
        return Candidate(
            number=identity.number,
            key=identity.key,
            type=identity.type,
            issuer=identity.issuer,
            date=identity.date,
            title=self.title(identity),
        )

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
            title=self.title(identity),
            held_in=tuple(document.place for document in held),
            # Of statements that say as much, the last in the text says it most fully.
            current=max(reversed(timeline), key=_currency, default=None),
            timeline=timeline,
            conflicts=_conflicts(timeline),
            relations=self._relations(identity),
            mentions=len(identity.rows),
            evidence=self._evidence(identity),
        )

    def title(self, identity: Identity) -> str | None:
        """The header's subject, else the longest title that a mention gives."""
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
        title = self.title(identity)
        if not title or not identity.type:
            return []
        query = mention_query().where(
            references.c.key.is_(None), references.c.sequence.is_(None), references.c.type == identity.type
        )
        with self._catalogue.connect() as connection:
            rows = [mention_row(row) for row in connection.execute(query).mappings()]
        return [row for row in rows if (name := self._title_in(row)) and same_name(name, title)]

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

    def _link(
        self, kind: str, direction: Literal["out", "in"], other: MentionRow | None, evidence: Evidence
    ) -> RelationEntry:
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
        query = mention_query().where(references.c.document_id == document_id, references.c.ordinal == ordinal)
        with self._catalogue.connect() as connection:
            row = connection.execute(query).mappings().first()
        return mention_row(row) if row else None


@lru_cache(maxsize=1)
def _inverses() -> dict[str, str]:
    lines = (files("ingest") / "status_data" / "relations.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines[1:] if line.strip()]
    return {row[0]: row[1] for row in cells}


def inverse(kind: str) -> str:
    """The relation as seen from the other end (`implements` → `implemented_by`)."""
    return _inverses().get(kind, kind)


def as_seen_from_source(kind: str) -> str:
    """The relation as the acting document states it (`implemented_by` → `implements`)."""
    return next((forward for forward, back in _inverses().items() if back == kind), kind)


def mention_query() -> Select[Any]:
    """Every mention of the live documents with its document's day, in the order of the corpus."""
    return (
        select(references, documents.c.date.label("document_date"))
        .join_from(references, documents, references.c.document_id == documents.c.id)
        .where(documents.c.state == "live")
        .order_by(func.coalesce(documents.c.date, date.max), documents.c.place, references.c.start)
    )


def mention_row(row: Any) -> MentionRow:
    """A row of `mention_query` as a value."""
    return MentionRow(**{name: row[name] for name in MentionRow.__slots__})


def _currency(entry: TimelineEntry) -> tuple[bool, date, int]:
    known = entry.state != "basis_only"
    return (known, entry.as_of or date.min, _STATE_RANK.get(entry.state, 0))


def _conflicts(timeline: Sequence[TimelineEntry]) -> tuple[Conflict, ...]:
    """A document that one report calls done and another, later or of the same day, not: they cannot both be right."""
    return tuple(
        Conflict(first, second)
        for at, first in enumerate(timeline)
        for second in timeline[at + 1 :]
        if _disagree(first, second) and first.evidence.document_id != second.evidence.document_id
    )


def _disagree(first: TimelineEntry, second: TimelineEntry) -> bool:
    """Whether the later of two statements takes back what the earlier one calls done; of one day, either way round."""
    if first.state in _FINAL and second.state in _UNDONE:
        return True
    same_day = first.as_of is not None and first.as_of == second.as_of
    return same_day and first.state in _UNDONE and second.state in _FINAL


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
