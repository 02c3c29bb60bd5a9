"""The registry: a typed number becomes found, ambiguous or not found, and a record of all that is stated of it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from sqlalchemy import ColumnElement, or_, select

from ingest.bodies import same_body
from ingest.folding import fold, fold_words
from ingest.models import Span
from ingest.numbers import TypedNumber, parse_query
from vectorstore.catalogue import Catalogue
from vectorstore.identities import Identity, MentionRow, identify
from vectorstore.models import Candidate, Lookup, Record
from vectorstore.passages import PassageCache
from vectorstore.records import RecordBuilder, mention_query, mention_row
from vectorstore.tables import documents, references, statements

_MOST_SUGGESTIONS = 5


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
        self._records = RecordBuilder(catalogue, self.passages)
        self._lock = Lock()
        self._all: tuple[int, list[Identity]] | None = None
        self._titles: tuple[int, list[tuple[Identity, frozenset[str]]]] | None = None

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
        same = self._with_sequence(replace(typed, sequence=digits, key=None, canonical=None), letters=True)
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
        wanted: ColumnElement[bool] = references.c.key.like(f"{head}|%")
        if letters:
            wanted = or_(wanted, *(references.c.key.like(f"{head}{letter}|%") for letter in "ABCDE"))
        return self._identities(wanted)

    def _identities(self, wanted: ColumnElement[bool]) -> list[Identity]:
        with self._catalogue.connect() as connection:
            rows = [mention_row(row) for row in connection.execute(mention_query().where(wanted)).mappings()]
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

    def title_words(self) -> list[tuple[Identity, frozenset[str]]]:
        """Every document with the folded words of its title."""
        generation = self._catalogue.generation()
        with self._lock:
            if self._titles and self._titles[0] == generation:
                return self._titles[1]
        found = [(one, frozenset(fold_words(self._records.title(one) or "").split())) for one in self.identities()]
        with self._lock:
            self._titles = (generation, found)
        return found

    def candidate(self, identity: Identity) -> Candidate:
        """What tells this document from others of its number."""
        return self._records.candidate(identity)

    def record(self, identity: Identity) -> Record:
        """All that the corpus states of a document."""
        return self._records.record(identity)


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


def _one_slip(one: str, other: str) -> bool:
    """Whether two sequences differ by one digit typed wrong, missing, doubled or swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if sorted(one) == sorted(other):
        return True
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= 1 - 1.01 / max(len(one), len(other), 3)


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
