"""What was said in a document that another one changed since: an answer that quotes it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from assistant.draft import Draft, Ground, Line
from assistant.facts import Fact, find_facts
from assistant.found_sentences import FoundSentence, is_row
from assistant.status import StatusWriter
from ingest.folding import fold_words
from vectorstore.models import Record, RelationEntry
from vectorstore.passages import PassageCache
from vectorstore.registry import Registry

_ENDED = ("replaced_by", "abrogated_by")
_ALTERED = ("corrected_by", "amended_by")
_MOST = 2
_NAME_WORDS = 3
_YEAR = re.compile(r"(?:19|20)\d\d")


def with_changes(draft: Draft, registry: Registry, opened: PassageCache, writer: StatusWriter) -> Draft:
    """The draft with a line for what a document of the library changed in a document that it quotes.

    A document that was replaced as a whole is always named; of one that was corrected or amended only what touches a
    figure or a day of the quote.

    Args:
        draft: whose lines may quote a decision or plan in its own words.
        registry: knows what changed what.
        opened: opens the documents.
        writer: of the answer's language.
    """
    grounds = [ground for line in draft.lines for ground in line.grounds]
    if draft.outcome != "answered" or draft.mode == "status" or len(draft.lines) > _MOST + 1:
        return draft
    told = {ground.evidence.document_id for ground in grounds}
    text = " ".join(line.text for line in draft.lines)
    notes: list[Line] = []
    for ground in {ground.evidence.document_id: ground for ground in reversed(grounds)}.values():
        record = registry.record_of_document(ground.evidence.document_id)
        for link in _changes(record) if record else ():
            # The other document is quoted already, or named: the reader knows.
            known = link.evidence.document_id in told or (link.number or "") in text
            note = _note(record, link, ground, opened, writer) if record and not known else None
            notes += [note] if note else []
    return replace(draft, lines=(*draft.lines, *notes[:_MOST])) if notes else draft


def _changes(record: Record) -> Iterator[RelationEntry]:
    seen: set[str | None] = set()
    for link in record.relations:
        if link.direction == "in" and link.relation in (*_ENDED, *_ALTERED) and link.key not in seen:
            seen.add(link.key)
            yield link


def _note(
    record: Record, link: RelationEntry, ground: Ground, opened: PassageCache, writer: StatusWriter
) -> Line | None:
    if link.relation in _ENDED:
        return writer.relation(record, link, quote=True)
    passages = opened.open(link.evidence.document_id)
    for sentence in passages.sentences:
        said = sentence.of(passages.text)
        if _touches(said, ground.evidence.quote) and record.key not in {fact.value for fact in find_facts(said)}:
            found = FoundSentence(passages, sentence).ground(record.number, record.key)
            return writer.relation(record, replace(link, evidence=found.evidence), quote=True)
    return None


def _touches(said: str, quote: str) -> bool:
    """Whether a sentence of the changing document speaks of what a quote says: a day, a figure, or a row's name."""
    # The name stands before the body that is in charge.
    cells = [cell for cell in quote.split(" | ") if len(cell.split()) >= _NAME_WORDS]
    if is_row(quote) and cells:
        return fold_words(cells[0]) in fold_words(said)
    return bool({fact for fact in find_facts(quote) if _tells(fact)} & find_facts(said))


def _tells(fact: Fact) -> bool:
    """Whether a fact is one by which two sentences can be known to speak of the same thing."""
    return fact.kind == "date" or (fact.kind == "number" and len(fact.value) > 1 and not _YEAR.fullmatch(fact.value))
