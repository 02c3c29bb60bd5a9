"""Answers about several documents: side by side, in order of time, or what reports say of one of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.draft import Draft, Line
from assistant.intents import Intent
from assistant.naming import record_name
from assistant.quoting import Quoter
from assistant.record_answers import RecordAnswers
from assistant.requirements import has_money
from assistant.status import StatusWriter
from assistant.understand import Understanding
from ingest.folding import fold_words
from prompts import say
from vectorstore.identities import Identity
from vectorstore.models import Record
from vectorstore.registry import Registry

_OF_EACH = {Intent.SIGNER, Intent.WHEN, Intent.EFFECTIVE, Intent.VALIDITY}
"""What is asked of each document by itself."""


class ComparisonAnswers:
    """Answers questions about several documents.

    Args:
        registry: the records.
        quoter: finds and quotes sentences.
        one: answers where the question turns out to be about one of them.
    """

    def __init__(self, registry: Registry, quoter: Quoter, one: RecordAnswers) -> None:
        self._registry, self._quoter, self._one = registry, quoter, one

    def answer(self, found: Sequence[Identity], asked: Understanding) -> Draft:
        """The draft of an answer about several documents."""
        writer = StatusWriter(self._quoter.opened, asked.language)
        if asked.intent in _OF_EACH:
            return self._of_each(found, asked)
        records = [self._registry.record(identity) for identity in found]
        if asked.intent is Intent.STATUS:
            lines = [line for record in records for line in writer.current(record)]
            return Draft("answered", tuple(lines), "status", records[0])
        held = [record for record in records if record.held_in]
        told = self._told_in(held, [record for record in records if not record.held_in], writer)
        if told:
            return Draft("answered", tuple(told), "status", records[0])
        if held and len(held) < len(records) and asked.intent not in {Intent.COMPARE, Intent.RELATION}:
            return self._one.answer(found[records.index(held[0])], replace(asked, mentions=asked.mentions[:1]))
        lines = [writer.identification(record) for record in records]
        if asked.intent is Intent.COMPARE:
            lines = self._order(records, asked) + lines
            lines += self._compared(found, records, asked)
        return Draft("answered", tuple(lines), "extractive", records[0])

    def _of_each(self, found: Sequence[Identity], asked: Understanding) -> Draft:
        """`Ai ký A và B?`: the same question of one document after the other."""
        drafts = []
        for identity, mention in zip(found, asked.mentions, strict=False):
            drafts.append(self._one.answer(identity, replace(asked, mentions=(mention,))))
        lines = {line.text: line for draft in drafts for line in draft.lines}
        told = any(draft.outcome == "answered" for draft in drafts)
        return Draft("answered" if told else "not_found", tuple(lines.values()), "extractive", drafts[0].record)

    def _told_in(self, held: Sequence[Record], others: Sequence[Record], writer: StatusWriter) -> list[Line]:
        """What several reports say of one document that none of them is."""
        if len(held) < 2 or len(others) != 1:
            return []
        places = {place for record in held for place in record.held_in}
        entries = [entry for entry in others[0].timeline if entry.evidence.document in places]
        return [writer.entry(entry, others[0]) for entry in entries]

    def _order(self, records: Sequence[Record], asked: Understanding) -> list[Line]:
        if not re.search(r"truoc|sau|first|earlier|before", fold_words(asked.question)):
            return []
        dated = sorted((record for record in records if record.date), key=lambda record: str(record.date))
        if len(dated) < 2:
            return []
        writer = StatusWriter(self._quoter.opened, asked.language)
        first, second = dated[0], dated[-1]
        names = [record_name(first, asked.language), record_name(second, asked.language)]
        grounds = (*writer.identity_grounds(first), *writer.identity_grounds(second))
        return [Line(say(asked.language, "answer.earlier", first=names[0], second=names[1]), grounds)]

    def _compared(self, found: Sequence[Identity], records: Sequence[Record], asked: Understanding) -> list[Line]:
        """For documents that are held: the sentences that answer the question's topic in each."""
        lines = []
        for identity, record in zip(found, records, strict=True):
            if record.held_in and asked.topic:
                own = {row.document_id for row in identity.own_rows}
                ranked = [
                    c for c in self._quoter.ranked(identity, asked) if c.passages.document.id in own and c.coverage > 0
                ]
                lines += [self._quoter.line(candidate, record, asked) for candidate in ranked[:2]]
                if asked.money:
                    paid = [c for c in ranked[2:] if has_money(c.text)]
                    lines += [self._quoter.line(candidate, record, asked) for candidate in paid[:1]]
        return lines
