"""A record: all that the corpus states of one document, out of its mentions, statements and relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from sqlalchemy import BindParameter, Select, bindparam, func, or_, select, tuple_

from ingest.folding import fold_words
from ingest.models import DocumentHeader, Span
from ingest.references import title_of
from ingest.validity import VALIDITY_STATES
from vectorstore.catalogue import Catalogue
from vectorstore.identities import Identity, MentionRow, grouped, kept_sequences, meant_by, name_start, same_name
from vectorstore.models import Candidate, Conflict, Evidence, Record, RelationEntry, TimelineEntry
from vectorstore.passages import PassageCache
from vectorstore.tables import documents, references, relations, statements

_MOST_EVIDENCE = 8
_MOST_TITLES = 8
"""Of a document that thousands mention, the longest subjects are read and the rest is left closed."""
_A_QUERY = 400
"""Pairs of document and ordinal in one query; SQLite before 3.32 takes 999 bound values."""
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
    "expired": 8,
}
"""How far along a state is; of statements of one day the furthest is the current one."""
_FINAL = {"completed"}
_STARTED = {"in_progress", "delayed", "paused"}
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
        # What tells it from others of its number is counted from whole numbers alone: a short form may call the issuer
        # by a fuller name.
        whole = self._with_short_forms(identity)
        told = self._told(whole)
        own = {row.document_id for row in identity.own_rows}
        # That another document ends it is a step of its life; until when it says itself to be in force is none yet.
        timeline = tuple(
            entry
            for entry in told
            if entry.state not in VALIDITY_STATES
            or (entry.state == "expired" and entry.evidence.document_id not in own)
        )
        held = [self.passages.open(row.document_id).document for row in identity.own_rows]
        return Record(
            number=identity.number or None,
            key=identity.key or None,
            type=identity.type,
            issuer=identity.issuer,
            place=next((document.header.place for document in held if document.header.place), None),
            date=identity.date,
            title=self.title(whole),
            held_in=tuple(document.place for document in held),
            # Of statements that say as much, the last in the text says it most fully.
            current=max(reversed(timeline), key=_currency, default=None),
            timeline=timeline,
            conflicts=_conflicts(timeline),
            relations=self._relations(whole),
            mentions=len(whole.rows),
            evidence=self._evidence(whole),
            held_ids=tuple(row.document_id for row in identity.own_rows),
            signer=next((document.header.signer for document in held if document.header.signer), None),
            signatures=tuple(signature for document in held for signature in document.signatures),
            validity=tuple(entry for entry in told if entry.state in VALIDITY_STATES),
        )

    def title(self, identity: Identity) -> str | None:
        """The header's subject, else the longest title that a mention gives."""
        for row in identity.own_rows:
            subject = self.passages.open(row.document_id).document.header.subject
            if subject:
                return subject
        titled = [row for row in identity.rows if row.subject_start is not None]
        longest = sorted(titled, key=lambda row: (row.subject_start or 0) - (row.subject_end or 0))[:_MOST_TITLES]
        return max(filter(None, map(self.title_in, longest)), key=len, default=None)

    def title_in(self, row: MentionRow) -> str | None:
        """The title as one mention gives it; None where it gives none."""
        if row.subject_start is None:
            return None
        subject = Span(row.subject_start, row.subject_end or row.subject_start)
        return title_of(
            self.passages.open(row.document_id).text, Span(row.start, row.end), subject, row.type_code, row.type
        )

    def _evidence(self, identity: Identity) -> tuple[Evidence, ...]:
        def telling(row: MentionRow) -> tuple[bool, bool, bool, date]:
            return (not row.own, row.subject_start is None, row.date is None, row.document_date or date.max)

        found: dict[tuple[str, int], MentionRow] = {}
        for row in sorted(identity.rows, key=telling):
            found.setdefault((row.document_id, row.sentence_start), row)
        return tuple(
            self.passages.open(row.document_id).evidence(Span(row.sentence_start, row.sentence_end))
            for row in list(found.values())[:_MOST_EVIDENCE]
        )

    def mentions(self, identity: Identity) -> tuple[Evidence, ...]:
        """The sentence of every mention, in the order of the corpus."""
        identity = self._with_short_forms(identity)
        return tuple(
            self.passages.open(row.document_id).evidence(Span(row.sentence_start, row.sentence_end))
            for row in sorted(
                identity.rows, key=lambda row: (row.document_date or date.max, row.document_id, row.start)
            )
        )

    def _with_short_forms(self, identity: Identity) -> Identity:
        """The identity with the short forms of other files (`Kế hoạch 312`) that can mean no other document."""
        sequence = next((row.sequence for row in identity.rows if row.sequence), None)
        if not identity.key or sequence is None:
            return identity
        kept = kept_sequences(sequence)
        short = [mention_row(row) for row in self._rows(_short_query(), sequences=kept)]
        if not short:
            return identity
        known = grouped(map(mention_row, self._rows(_sequence_query(), sequences=kept)))
        mine = {(row.document_id, row.ordinal) for row in identity.rows}
        meant = []
        for row in short:
            one = meant_by(row, known)
            if one and any((other.document_id, other.ordinal) in mine for other in one.rows):
                meant.append(row)
        return Identity(identity.key, [*identity.rows, *meant]) if meant else identity

    def _told(self, identity: Identity) -> tuple[TimelineEntry, ...]:
        """All that is stated of a document's progress and validity, by the day that it was told."""
        rows = [*identity.rows, *self._unnumbered_like(identity)]
        wanted = {(row.document_id, row.ordinal) for row in rows}
        found = [row for some in _slices(wanted) for row in self._rows(_statements_query(), places=some)]
        found.sort(key=lambda row: (row["document_id"], row["start"]))
        # A report's title and its item say the same; the later one says it more fully.
        told = {(row["document_id"], row["state"], row["date"], row["as_of"]): row for row in found}
        entries = [self._entry(row) for row in told.values()]
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
        start = name_start(title) if title and identity.type else ""
        if not title or not start:
            return []
        rows = map(mention_row, self._rows(_named_query(), start=start, type=identity.type))
        return [row for row in rows if (name := self.title_in(row)) and same_name(name, title)]

    def _relations(self, identity: Identity) -> tuple[RelationEntry, ...]:
        mine = {(row.document_id, row.ordinal) for row in identity.rows}
        own = {row.document_id for row in identity.own_rows}
        found = self._relation_rows(mine, own)
        # A document's own words come before what another says of it.
        found.sort(key=lambda row: (row["source"] is not None, row["document_id"], row["start"]))
        ends = {(row["document_id"], row[end]) for row in found for end in ("source", "target")} - mine
        others = self._mentions_at({(document_id, ordinal) for document_id, ordinal in ends if ordinal is not None})
        entries: dict[tuple[str, str, str | None, str], RelationEntry] = {}
        for row in found:
            for entry in self._links(row, mine, own, others):
                year = (entry.name or "")[-4:] if entry.key else fold_words(entry.name or "")
                entries.setdefault((entry.relation, entry.direction, entry.key, year), entry)
        return tuple(entries.values())

    def _relation_rows(self, mine: set[tuple[str, int]], own: set[str]) -> list[Any]:
        """The relations with an end among `mine`, and those that the documents `own` state of themselves."""
        found: dict[tuple[str, int], Any] = {}
        for some in _slices(mine):
            for row in self._rows(_relations_query(), places=some):
                found[row["document_id"], row["ordinal"]] = row
        if own:
            of_own = select(relations).where(relations.c.document_id.in_(sorted(own)), relations.c.source.is_(None))
            found.update({(row["document_id"], row["ordinal"]): row for row in self._rows(of_own)})
        return list(found.values())

    def _links(
        self, row: Any, mine: set[tuple[str, int]], own: set[str], others: dict[tuple[str, int], MentionRow]
    ) -> Iterable[RelationEntry]:
        document_id, source, target = row["document_id"], row["source"], row["target"]
        from_me = (document_id, source) in mine if source is not None else document_id in own
        to_me = (document_id, target) in mine
        if from_me == to_me:
            return
        passages = self.passages.open(document_id)
        evidence = passages.evidence(Span(row["start"], row["end"]))
        if from_me:
            yield self._link(row["kind"], "out", others.get((document_id, target)), evidence)
        elif source is not None:
            yield self._link(inverse(row["kind"]), "in", others.get((document_id, source)), evidence)
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
        name = (_full_name(other) if other.canonical else self.title_in(other)) if other else None
        return RelationEntry(
            relation=kind,
            direction=direction,
            number=other.canonical if other else None,
            key=other.key if other else None,
            name=name,
            evidence=evidence,
        )

    def _mentions_at(self, places: set[tuple[str, int]]) -> dict[tuple[str, int], MentionRow]:
        rows = (mention_row(row) for some in _slices(places) for row in self._rows(_places_query(), places=some))
        return {(row.document_id, row.ordinal): row for row in rows}

    def _rows(self, query: Select[Any], **values: Any) -> list[Any]:
        with self._catalogue.connect() as connection:
            return list(connection.execute(query, values).mappings())


# The queries of a look-up are built once: building one costs more time than running it.


@cache
def _statements_query() -> Select[Any]:
    here = tuple_(statements.c.document_id, statements.c.reference)
    return select(statements).where(here.in_(bindparam("places", expanding=True)))


@cache
def _relations_query() -> Select[Any]:
    places: BindParameter[Any] = bindparam("places", expanding=True)
    ends = (tuple_(relations.c.document_id, end).in_(places) for end in (relations.c.target, relations.c.source))
    return select(relations).where(or_(*ends))


@cache
def _places_query() -> Select[Any]:
    here = tuple_(references.c.document_id, references.c.ordinal)
    return mention_query().where(here.in_(bindparam("places", expanding=True)))


@cache
def _named_query() -> Select[Any]:
    return mention_query().where(
        references.c.name == bindparam("start"),
        references.c.key.is_(None),
        references.c.sequence.is_(None),
        references.c.type == bindparam("type"),
    )


@cache
def _short_query() -> Select[Any]:
    return _sequence_query().where(
        references.c.partial.is_(True), references.c.key.is_(None), references.c.type.is_not(None)
    )


@cache
def _sequence_query() -> Select[Any]:
    return mention_query().where(references.c.sequence.in_(bindparam("sequences", expanding=True)))


@cache
def keyed_query() -> Select[Any]:
    """The mentions with one key, bound as `key`."""
    return mention_query().where(references.c.key == bindparam("key"))


def _slices(places: set[tuple[str, int]]) -> Iterator[list[tuple[str, int]]]:
    ordered = sorted(places)
    return (ordered[at : at + _A_QUERY] for at in range(0, len(ordered), _A_QUERY))


@cache
def _inverses() -> dict[str, str]:
    lines = (files("ingest") / "status_data" / "relations.tsv").read_text(encoding="utf-8").splitlines()
    cells = [line.split("\t") for line in lines[1:] if line.strip()]
    return {row[0]: row[1] for row in cells}


def inverse(kind: str) -> str:
    """The relation as seen from the other end (`implements` → `implemented_by`)."""
    return _inverses().get(kind, kind)


def relation_kinds() -> frozenset[str]:
    """Every relation that is known, as seen from either end."""
    return frozenset(_inverses()) | frozenset(_inverses().values())


def as_seen_from_source(kind: str) -> str:
    """The relation as the acting document states it (`implemented_by` → `implements`)."""
    return next((forward for forward, back in _inverses().items() if back == kind), kind)


@cache
def mention_query() -> Select[Any]:
    """Every mention of the live documents with its document's day, in the order of the corpus."""
    return (
        select(
            references,
            documents.c.date.label("document_date"),
            documents.c.issuer.label("document_issuer"),
            documents.c.issuing_place.label("document_place"),
        )
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
    """Whether the later of two statements takes back what the earlier one calls done or dates as begun; of one day,
    either way round."""
    if _takes_back(first, second):
        return True
    return first.as_of is not None and first.as_of == second.as_of and _takes_back(second, first)


def _takes_back(first: TimelineEntry, second: TimelineEntry) -> bool:
    if first.state in _FINAL:
        return second.state in _UNDONE
    # Without a day of its own "under way" may mean another part of the work than the one that is not begun.
    return first.state in _STARTED and first.date is not None and second.state == "not_started"


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
