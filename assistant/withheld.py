"""Stored answers that somebody may see no longer: what they rest on has been closed to them since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.models import Language
from prompts import sentences
from vectorstore.access import Sight, stored_sight
from vectorstore.catalogue import Catalogue
from vectorstore.conversation_models import GivenAnswer, StoredTurn
from vectorstore.models import Record, RelationEntry, TimelineEntry
from vectorstore.registry import Registry
from vectorstore.rows import absolute


@dataclass(frozen=True, slots=True)
class View:
    """What somebody may see now."""

    sight: Sight
    catalogue: Catalogue
    registry: Registry


def as_seen(turns: Sequence[StoredTurn], view: View, whole: Catalogue) -> list[StoredTurn]:
    """The turns with a sentence in the place of every answer that the view does not bear out.

    Args:
        turns: as stored.
        view: what may be seen now.
        whole: the catalogue with everything.
    """
    if view.sight.everything:
        return list(turns)
    return [
        turn if turn.answer is None or _borne_out(turn.answer, view, whole) else _withheld(turn, turn.answer)
        for turn in turns
    ]


def _borne_out(answer: GivenAnswer, view: View, whole: Catalogue) -> bool:
    """Whether it was given with no wider sight, and all that it quotes and names may still be seen."""
    if not view.sight.covers(stored_sight(answer.sight)):
        return False
    ids = {cited.evidence.document_id for cited in answer.citations}
    ids |= _documents_of(answer.record) if answer.record else set()
    hashes = {cited.content_hash for cited in answer.citations if cited.content_hash}
    paths = {absolute(cited.root or "", cited.evidence.document) for cited in answer.citations}
    there = {one.id for one in whole.documents_like(ids, hashes, paths)}
    seen = {one.id for one in view.catalogue.documents_like(ids, hashes, paths)}
    if there != seen:
        return False
    named = [one.number or one.title or "" for one in answer.candidates]
    return all(view.registry.resolve(name).outcome != "not_found" for name in named)


def _documents_of(record: Record) -> set[str]:
    told: list[TimelineEntry | RelationEntry] = [*record.timeline, *record.validity, *record.relations]
    conflicts = [entry for conflict in record.conflicts for entry in (conflict.first, conflict.second)]
    evidence = [*record.evidence, *(entry.evidence for entry in told), *(entry.evidence for entry in conflicts)]
    return {one.document_id for one in evidence} | set(record.held_ids)


def _withheld(turn: StoredTurn, answer: GivenAnswer) -> StoredTurn:
    language: Language = "en" if answer.language == "en" else "vi"
    text = str(sentences(language, "access")["stored"]["withheld"])
    empty = replace(
        answer, content=text, standalone="", outcome="not_found", mode="extractive", citations=(), candidates=(),
        record=None, removed=0, fallback=None,
    )  # fmt: skip
    return replace(turn, content=text, answer=empty)
