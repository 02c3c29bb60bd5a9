"""The registry: a typed number becomes found, ambiguous or not found, and a record of all that is stated of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, select

from ingest.bodies import governs, same_body
from ingest.dates import find_dates
from ingest.folding import fold, fold_words
from ingest.models import Span
from ingest.numbers import TypedNumber, parse_query
from vectorstore.catalogue import Catalogue
from vectorstore.identities import Identity, MentionRow, bare_name, grouped, kept_sequences, name_start, same_bare
from vectorstore.models import Candidate, Evidence, Lookup, Record
from vectorstore.passages import PassageCache
from vectorstore.records import RecordBuilder, keyed_query, mention_query, mention_row
from vectorstore.tables import documents, references, statements

T = TypeVar("T")

_MOST_SUGGESTIONS = 5
_LETTERS = "abcdefghijklmnopqrstuvwxyzđ"
_LEAST_NAME = 3
"""Words that a document's name has at the least."""


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


@dataclass(frozen=True, slots=True)
class _Listed:
    """What tells whether a filter takes a document."""

    identity: Identity
    types: frozenset[str]
    issuers: frozenset[str]
    """The first parts of its issuers' codes."""
    issuer: str | None
    day: date | None
    year: int | None

    @classmethod
    def of(cls, identity: Identity) -> Self:
        """Worked out of its mentions."""
        return cls(
            identity=identity,
            types=frozenset(row.type_code or "CV" for row in identity.rows),
            issuers=frozenset((row.issuer_code or "").split("-")[0] for row in identity.rows),
            issuer=identity.issuer,
            day=identity.date,
            year=identity.year,
        )

    def satisfies(self, wanted: Filter) -> bool:
        """Whether it is what the filter asks for."""
        if wanted.type_code and wanted.type_code not in self.types:
            return False
        if wanted.issuer_code and wanted.issuer_code not in self.issuers:
            return False
        if wanted.issuer and (not self.issuer or not same_body(self.issuer, wanted.issuer)):
            return False
        if wanted.day and self.day != wanted.day:
            return False
        if wanted.month and (not self.day or (self.day.year, self.day.month) != wanted.month):
            return False
        return not wanted.year or self.year == wanted.year


@dataclass(slots=True)
class _Named:
    """A document without a number."""

    identity: Identity
    name: str
    """The longest of the bare titles that its mentions give."""


class Registry:
    """Every document number that the corpus holds or mentions.

    Args:
        catalogue: where the mentions are.
        passages: opens documents for quotes; shared with the retriever's user to open each once.
    """

    def __init__(self, catalogue: Catalogue, passages: PassageCache | None = None) -> None:
        self._catalogue = catalogue
        self.passages = passages or PassageCache(catalogue)
        self._records = RecordBuilder(catalogue, self.passages)
        self._lock = Lock()
        self._held: dict[str, tuple[int, Any]] = {}
        """What was worked out of the whole catalogue, by name, with the generation that it was worked out of."""

    def _current(self, name: str, work_out: Callable[[], T]) -> T:
        """What `work_out` gives for the catalogue as it is now; worked out anew only after a change."""
        generation = self._catalogue.generation()
        with self._lock:
            held = self._held.get(name)
        if held and held[0] == generation:
            kept: T = held[1]
            return kept
        found = work_out()
        with self._lock:
            self._held[name] = (generation, found)
        return found

    # -------------------------------------------------------------- resolving

    def resolve(self, query: str) -> Lookup:
        """What a typed number means: one record, several candidates, or none with near misses."""
        typed = parse_query(query)
        with self._catalogue.reading():
            found = self.matching(typed) or self.named_as(query)
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
        digits = typed.sequence.rstrip(_LETTERS + _LETTERS.upper()).lstrip("0")
        same = self._with_sequence(replace(typed, sequence=digits, key=None, canonical=None), letters=True)
        if len(same) < _MOST_SUGGESTIONS and typed.key:
            head, _, tail = typed.key.partition("|")
            slips = [f"{slip}|{tail}" for slip in _slips(head)]
            same += [one for one in self._identities(references.c.key.in_(slips)) if one not in same]
        return same[:_MOST_SUGGESTIONS]

    def _with_key(self, key: str) -> list[Identity]:
        with self._catalogue.connect() as connection:
            rows = [mention_row(row) for row in connection.execute(keyed_query(), {"key": key}).mappings()]
        return grouped(rows)

    def _with_sequence(self, typed: TypedNumber, letters: bool = False) -> list[Identity]:
        head = (typed.sequence or "").lstrip("0").lower()
        if not head:
            return []
        heads = [head, *(f"{head}{letter}" for letter in "abcde")] if letters else [head]
        return self._identities(references.c.sequence.in_([form for one in heads for form in kept_sequences(one)]))

    def _identities(self, wanted: ColumnElement[bool]) -> list[Identity]:
        with self._catalogue.connect() as connection:
            rows = [mention_row(row) for row in connection.execute(mention_query().where(wanted)).mappings()]
        return grouped(rows)

    # ---------------------------------------------------------------- listing

    def identities(self) -> list[Identity]:
        """Every document that the corpus names by a complete number, in the order of first mention."""
        return self._current("identities", lambda: self._identities(references.c.key.is_not(None)))

    def named(self) -> list[Identity]:
        """The documents that the corpus names without a number: by a name, or by a type and a day."""
        return self._current("named", lambda: self._group_named(self._unnumbered_rows()))

    def _unnumbered_rows(self, *wanted: ColumnElement[bool]) -> list[MentionRow]:
        query = mention_query().where(references.c.key.is_(None), references.c.sequence.is_(None), *wanted)
        with self._catalogue.connect() as connection:
            return [mention_row(row) for row in connection.execute(query).mappings()]

    def _group_named(self, rows: Sequence[MentionRow], start: str | None = None) -> list[Identity]:
        """One identity a document; what a numbered document is called too belongs to that one.

        Args:
            rows: mentions without a number.
            start: the first words that all their names share; None where they are of all names.
        """
        rows = [row for row in rows if row.name]
        numbered = self._numbered_names(start) if rows else {}
        groups: dict[tuple[str | None, str], list[_Named]] = {}
        for row in rows:
            name = bare_name(self._records.title_in(row) or "")
            if any(same_bare(name, other) for other in numbered.get((row.type, row.name), ())):
                continue
            same = groups.setdefault((row.type, f"{row.date}" if row.date else row.name or ""), [])
            known = next((old for old in same if row.date or same_bare(old.name, name)), None)
            if known:
                known.identity.add(row)
                known.name = max(known.name, name, key=len)
            else:
                same.append(_Named(Identity("", [row]), name))
        return [known.identity for group in groups.values() for known in group]

    def _numbered_names(self, start: str | None) -> dict[tuple[str | None, str | None], set[str]]:
        """(type, first words of its name) → the bare titles of the numbered documents that share both with one
        without a number; of the names that begin with `start`, if it is given."""
        unnumbered = select(references.c.name).where(references.c.key.is_(None), references.c.sequence.is_(None))
        shared = references.c.name == start if start is not None else references.c.name.in_(unnumbered)
        found: dict[tuple[str | None, str | None], set[str]] = {}
        for identity in self._identities(references.c.key.is_not(None) & shared):
            title = bare_name(self._records.title(identity) or "")
            for row in identity.rows:
                found.setdefault((row.type, row.name), set()).add(title)
        return found

    def named_as(self, name: str) -> list[Identity]:
        """The documents without a number that a name means: the name itself, or the type with the day."""
        start = name_start(name)
        if len(start.split()) < _LEAST_NAME:
            return []
        days = {mention.date for mention in find_dates(name) if mention.date}
        bare = bare_name(name)
        return [
            one
            for one in self._group_named(self._unnumbered_rows(references.c.name == start), start)
            if (one.date in days if one.date and days else same_bare(bare_name(self._records.title(one) or ""), bare))
        ]

    def listed(self, wanted: Filter) -> list[Identity]:
        """The identities that satisfy a filter, in the order of the corpus."""
        return [known.identity for known in self._listing() if known.satisfies(wanted)]

    def _listing(self) -> list[_Listed]:
        """What a filter looks at, worked out once: a date or an issuer is counted from all mentions of a document."""
        return self._current("listing", lambda: [_Listed.of(identity) for identity in self.identities()])

    def identities_in(self, document_id: str, span: Span) -> list[Identity]:
        """The documents that the text of `span` mentions."""
        here = (references.c.document_id == document_id, references.c.start >= span.start, references.c.end <= span.end)
        with self._catalogue.connect() as connection:
            rows = [mention_row(row) for row in connection.execute(mention_query().where(*here)).mappings()]
        keys = dict.fromkeys(row.key for row in rows if row.key)
        return [
            identity
            for key in keys
            for identity in self._with_key(key)
            if any(row.document_id == document_id and span.covers(Span(row.start, row.end)) for row in identity.rows)
        ]

    def stated(self, states: Sequence[str]) -> list[Identity]:
        """The documents of which some text states one of `states`."""
        query = (
            select(references.c.key)
            .join_from(
                references,
                statements,
                (statements.c.document_id == references.c.document_id)
                & (statements.c.reference == references.c.ordinal),
            )
            .join(documents, references.c.document_id == documents.c.id)
            .where(documents.c.state == "live", statements.c.state.in_(states), references.c.key.is_not(None))
            .distinct()
        )
        with self._catalogue.connect() as connection:
            keys = {row[0] for row in connection.execute(query)}
        return [identity for identity in self.identities() if identity.key in keys]

    def titled(self, words: Collection[str]) -> tuple[int, list[Identity]]:
        """The documents whose titles hold most of `words` (folded), and how many of them those are."""
        identities, places = self._current("titles by word", self._titles_by_word)
        shared = Counter(at for word in set(words) for at in places.get(word, ()))
        most = max(shared.values(), default=0)
        return most, [identities[at] for at in sorted(shared) if shared[at] == most]

    def _titles_by_word(self) -> tuple[list[Identity], dict[str, list[int]]]:
        """The documents, and in which places of that list those stand whose titles hold a word."""
        titles = self.title_words()
        places: dict[str, list[int]] = {}
        for at, (_, words) in enumerate(titles):
            for word in words:
                places.setdefault(word, []).append(at)
        return [identity for identity, _ in titles], places

    def title_words(self) -> list[tuple[Identity, frozenset[str]]]:
        """Every document with the folded words of its title."""
        return self._current(
            "title words",
            lambda: [(one, frozenset(fold_words(self._records.title(one) or "").split())) for one in self.identities()],
        )

    def record_of_document(self, document_id: str) -> Record | None:
        """The record of a file that carries its own number; None for one without."""
        document = self.passages.open(document_id).document
        for identity in self._with_key(document.header.key) if document.header.key else ():
            if any(row.document_id == document_id for row in identity.own_rows):
                return self.record(identity)
        return None

    def mentions(self, record: Record) -> tuple[Evidence, ...]:
        """Every sentence that names a record's document, in the order of the corpus.

        Args:
            record: as `record` or `resolve` gave it.
        """
        known = self._with_key(record.key) if record.key else self.named()
        for identity in known:
            same = identity.date == record.date and identity.issuer == record.issuer
            if same and (record.key or self._records.title(identity) == record.title):
                return self._records.mentions(identity)
        return ()

    def candidate(self, identity: Identity) -> Candidate:
        """What tells this document from others of its number."""
        return self._records.candidate(identity)

    def record(self, identity: Identity) -> Record:
        """All that the corpus states of a document."""
        return self._records.record(identity)


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
    if not typed.issuer_words or not identity.issuer:
        return True
    of_place = governs(identity.issuer, typed.issuer_words)
    return same_body(identity.issuer, typed.issuer_words) if of_place is None else of_place


def _slips(head: str) -> list[str]:
    """The sequences that differ by one digit typed wrong, missing, doubled or swapped with its neighbour."""
    digits = "0123456789"
    slips = [head[:at] + digit + head[at + 1 :] for at in range(len(head)) for digit in digits if head[at].isdigit()]
    slips += [head[:at] + digit + head[at:] for at in range(len(head) + 1) for digit in digits]
    slips += [head[:at] + head[at + 1 :] for at in range(len(head))]
    slips += [head[:at] + head[at + 1] + head[at] + head[at + 2 :] for at in range(len(head) - 1)]
    return [slip for slip in dict.fromkeys(slips) if slip and slip != head and not slip.startswith("0")]
