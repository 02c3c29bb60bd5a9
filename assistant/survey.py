"""The library from above: one line a record, worked out once for each state of the catalogue."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from assistant.record_filter import NO_STATUS, RecordFilter
from ingest.folding import fold_words
from vectorstore.catalogue import Catalogue
from vectorstore.identities import Identity
from vectorstore.registry import Registry
from vectorstore.rows import StoredDocument


@dataclass(frozen=True, slots=True)
class RecordLine:
    """What a list or a count needs of a record."""

    identity: Identity
    number: str | None
    key: str | None
    type: str | None
    issuer: str | None
    date: datetime.date | None
    title: str | None
    state: str
    """The current status, or `NO_STATUS`."""
    as_of: datetime.date | None
    mentions: int
    held_ids: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """A member of the overview's lists."""
        return {
            "number": self.number,
            "key": self.key,
            "type": self.type,
            "issuer": self.issuer,
            "date": self.date.isoformat() if self.date else None,
            "title": self.title,
            "mentions": self.mentions,
        }


class Survey:
    """Lists and counts over the whole library; safe to call from several threads.

    Args:
        catalogue: where the documents are.
        registry: what is known of them.
    """

    def __init__(self, catalogue: Catalogue, registry: Registry) -> None:
        self._catalogue, self._registry = catalogue, registry
        self._lock = Lock()
        self._held: tuple[int, tuple[RecordLine, ...]] = (-1, ())

    def lines(self) -> tuple[RecordLine, ...]:
        """Every record: the numbered ones in the order of the corpus, then those with a name alone."""
        # Several at once would each look up every record.
        with self._lock:
            generation = self._catalogue.generation()
            if self._held[0] != generation:
                self._held = (generation, tuple(self._worked_out()))
            return self._held[1]

    def _worked_out(self) -> Iterator[RecordLine]:
        with self._catalogue.reading():
            for identity in (*self._registry.identities(), *self._registry.named()):
                record = self._registry.record(identity)
                current = record.current
                yield RecordLine(
                    identity=identity,
                    number=record.number,
                    key=record.key,
                    type=record.type,
                    issuer=record.issuer,
                    date=record.date,
                    title=record.title,
                    state=current.state if current else NO_STATUS,
                    as_of=(current.as_of or current.date) if current else None,
                    mentions=record.mentions,
                    held_ids=record.held_ids,
                )

    def records(
        self, wanted: RecordFilter, held: bool | None = None, offset: int = 0, limit: int = 50
    ) -> tuple[int, list[dict[str, Any]]]:
        """How many records satisfy a filter, and a window on them, each as `troly records --json` prints it.

        Args:
            wanted: the criteria.
            held: only records whose document is in (True), or is only mentioned (False).
            offset: how many to pass over.
            limit: how many at most.
        """
        found = [
            line
            for line in self.lines()
            if (held is None or held == bool(line.held_ids))
            and (wanted.status is None or wanted.status == line.state)
            and wanted.may_be(line.identity)
        ]
        return len(found), [self._registry.record(line.identity).as_json() for line in found[offset : offset + limit]]

    def documents(self, wanted: RecordFilter, words: str = "") -> list[StoredDocument]:
        """The documents that satisfy a filter and have some words in place, number, title or issuer, by place."""
        states = self.states() if wanted.status is not None else {}
        folded = fold_words(words)
        return [
            document
            for document in self._catalogue.documents()
            if wanted.may_be_document(document.header)
            and (wanted.status is None or states.get(document.id, NO_STATUS) == wanted.status)
            and all(word in _searched(document) for word in folded.split())
        ]

    def states(self) -> dict[str, str]:
        """The current status of the record that each document with a number is."""
        return {document_id: line.state for line in self.lines() for document_id in line.held_ids}

    def overview(self, most: int = 20) -> dict[str, Any]:
        """What is in, what is mentioned and missing, and the statuses, by issuer and by year.

        Args:
            most: how many of the most wanted documents are listed.
        """
        documents, lines = self._catalogue.documents(), self.lines()
        missing = [line for line in lines if not line.held_ids and line.number]
        wanted = sorted(missing, key=lambda line: -line.mentions)[:most]
        return {
            "documents": {
                "total": len(documents),
                "pages": sum(document.page_count for document in documents),
                "by_type": _counted(document.header.type for document in documents),
                "by_issuer": _counted(document.header.issuer for document in documents),
                "by_year": _counted(_year(document.header.date) for document in documents),
                "by_text_source": _counted(document.text_source for document in documents),
            },
            "records": {"total": len(lines), "held": sum(bool(line.held_ids) for line in lines)},
            "missing": {"total": len(missing), "most_wanted": [line.as_json() for line in wanted]},
            "statuses": {
                "total": _counted(line.state for line in lines),
                "by_issuer": _crossed([(line.issuer, line.state) for line in lines]),
                "by_year": _crossed([(_year(line.as_of), line.state) for line in lines if line.as_of]),
            },
        }


def _searched(document: StoredDocument) -> str:
    header = document.header
    return fold_words(" ".join(filter(None, (document.place, document.title, header.number, header.issuer))))


def _year(day: datetime.date | None) -> str | None:
    return str(day.year) if day else None


def _counted(names: Iterable[str | None]) -> list[dict[str, Any]]:
    """Names with their counts, the most frequent first; null for those without one."""
    ranked = sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0] or ""))
    return [{"name": name, "count": count} for name, count in ranked]


def _crossed(pairs: Sequence[tuple[str | None, str]]) -> list[dict[str, Any]]:
    """For each name, how often it stands with each state."""
    states: dict[str | None, Counter[str]] = {}
    for name, state in pairs:
        states.setdefault(name, Counter())[state] += 1
    ranked = sorted(states.items(), key=lambda pair: (-pair[1].total(), pair[0] or ""))
    return [{"name": name, "count": counts.total(), "states": dict(counts)} for name, counts in ranked]
