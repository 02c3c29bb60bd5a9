"""A registry record → what an official would write of it: one sentence, then timeline, relations, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.draft import Ground, Line
from assistant.facts import Fact, find_facts
from assistant.found_sentences import columns_over
from assistant.models import Evidence, Language, Record, RelationEntry, TimelineEntry
from assistant.naming import day, quoted, record_name, source_name
from assistant.verify import stated
from ingest.folding import fold_words
from ingest.signature import signature_span
from prompts import label, say
from vectorstore.passages import PassageCache

_CARRIED_OUT = ("implemented_by", "amended_by", "replaced_by", "corrected_by", "guided_by", "abrogated_by")
_MOST_RELATIONS = 6
_MOST_ENTRIES = 8


class StatusWriter:
    """Writes the lines of status answers.

    Args:
        opened: opens the documents that evidence stands in.
        language: of the sentences; quotes stay in the documents' own words.
    """

    def __init__(self, opened: PassageCache, language: Language) -> None:
        self._opened, self._language = opened, language

    def ground(self, evidence: Evidence, record: Record | None = None) -> Ground:
        """Evidence with the header of its document, about `record`."""
        passages = self._opened.open(evidence.document_id)
        columns = columns_over(passages, evidence)
        number, key = (record.number, record.key) if record else (None, None)
        return Ground(evidence, passages.source, number, key, columns)

    # ------------------------------------------------------------------ whole

    def note(self, record: Record) -> list[Line]:
        """The whole status note of a record."""
        lines = [self.identification(record), *self.current(record)]
        told = {line.text for line in lines}
        entries = [entry for entry in record.timeline if entry.state != "basis_only"]
        if len(entries) > 1:
            lines.append(Line(say(self._language, "status.timeline")))
            lines += [self.entry(entry, record) for entry in entries[-_MOST_ENTRIES:]]
        lines += self._listed("status.validity", [self.effect(entry, record) for entry in record.validity])
        others = [link for link in record.relations if link not in record.legal_basis]
        for heading, links in (("status.basis", record.legal_basis), ("status.relations", others)):
            lines += self._listed(heading, [self.relation(record, link) for link in links[:_MOST_RELATIONS]])
        lines += self.signed(record)
        if not record.held_in:
            lines.append(Line(say(self._language, "status.mentioned_only")))
        return [line for n, line in enumerate(lines) if n < 2 or line.text not in told]

    def _listed(self, heading: str, lines: Sequence[Line]) -> list[Line]:
        return [Line(say(self._language, heading)), *lines] if lines else []

    def effect(self, entry: TimelineEntry, record: Record) -> Line:
        """One statement of legal validity; its day only where the cited words or the document's own header give it."""
        ground = self.ground(entry.evidence, record)
        words = label(self._language, "state", entry.state)
        grounds = (ground, *self._dating(record, ground)) if entry.date == record.date else (ground,)
        if entry.date and any(_states(one, entry.date) for one in grounds):
            words += say(self._language, "status.since", date=day(entry.date, self._language))
        return Line(f"- {words} — {quoted(ground, self._language)}", grounds)

    def signed(self, record: Record) -> list[Line]:
        """Who signed, with the place in the document's own file; nothing where no file prints it."""
        for document_id in record.held_ids:
            passages = self._opened.open(document_id)
            signer = passages.document.header.signer
            span = signature_span(passages.text, signer) if signer else None
            if span:
                ground = self.ground(passages.evidence(span), record)
                return [Line(say(self._language, "status.signed", signer=signer), (ground,))]
        return []

    def identification(self, record: Record) -> Line:
        """What the document is: number, date, issuer, title, each from the evidence that states it."""
        name = record_name(record, self._language, issuer=True)
        if record.title and record.number:
            name = f"{name}: {_in_sentence(record.title)}"
        return Line(name.rstrip(". ") + ".", self.identity_grounds(record))

    def identity_grounds(self, record: Record) -> tuple[Ground, ...]:
        """The evidence that states the record's date and title, as few pieces as do."""
        grounds = [self.ground(evidence, record) for evidence in record.evidence]
        if not grounds:
            return ()
        title = set(fold_words(record.title or "").split())
        facts = set(find_facts(record.title or ""))

        def telling_of(ground: Ground) -> tuple[int, int]:
            # The header of the document's own file states its title as well as any quote.
            return len(facts & stated(ground)), len(title & set(fold_words(ground.evidence.quote).split()))

        telling = max(grounds, key=telling_of)
        chosen = [telling]
        if record.date and not _states_day(telling, record):
            dated = next((ground for ground in grounds if _states_day(ground, record)), None)
            chosen += [dated] if dated else []
        return tuple(chosen)

    # ---------------------------------------------------------------- current

    def current(self, record: Record) -> list[Line]:
        """The lead: the current status with its quote; reports that disagree are both quoted."""
        if record.conflicts:
            lines = [
                Line(
                    say(self._language, "status.conflict", document=record_name(record, self._language)),
                    self.identity_grounds(record),
                )
            ]
            pair = record.conflicts[-1]
            return [*lines, self.entry(pair.first, record), self.entry(pair.second, record)]
        if record.current is None:
            text = say(self._language, "status.no_state", document=record_name(record, self._language))
            return [Line(text, self.identity_grounds(record))]
        if record.current.state == "basis_only":
            text = say(self._language, "status.basis_only", document=record_name(record, self._language))
            return [Line(text, (*self.identity_grounds(record), self.ground(record.current.evidence, record)))]
        return [self.lead(record, record.current)]

    def lead(self, record: Record, entry: TimelineEntry) -> Line:
        """`Kế hoạch số … : đang thực hiện, tính đến …` with the quote that says so."""
        ground = self.ground(entry.evidence, record)
        state = label(self._language, "state", entry.state)
        # The day up to which a table counts may stand elsewhere in its report: then the report's own day is told.
        told = next((value for value in (entry.as_of, ground.source.date) if value and _states(ground, value)), None)
        if told and told != record.date:
            state += " (" + say(self._language, "status.as_of", date=day(told, self._language)) + ")"
        text = say(self._language, "status.lead", document=record_name(record, self._language), state=state)
        return Line(f"{text} {quoted(ground, self._language)}", (ground, *self._dating(record, ground)))

    def _dating(self, record: Record, ground: Ground) -> tuple[Ground, ...]:
        if not record.date or _states_day(ground, record):
            return ()
        return tuple(g for g in self.identity_grounds(record) if _states_day(g, record))[:1]

    # ---------------------------------------------------------------- details

    def entry(self, entry: TimelineEntry, record: Record) -> Line:
        """One line of the timeline."""
        ground = self.ground(entry.evidence, record)
        when = next((value for value in (entry.as_of, entry.date) if value and _states(ground, value)), None)
        lead = f"{day(when, self._language)}: " if when else ""
        return Line(
            f"- {lead}{label(self._language, 'state', entry.state)} — {quoted(ground, self._language)}", (ground,)
        )

    def relation(self, record: Record, link: RelationEntry, quote: bool = False) -> Line:
        """One link as a sentence, with the quote that states it or only its place."""
        ground = self.ground(link.evidence, record)
        words = label(self._language, "relation", link.relation)
        name = link.name or link.number or ""
        sentence = f"{record.number or record_name(record, self._language)} {words} {name}"
        where = quoted(ground, self._language) if quote else f"({source_name(ground, self._language)})"
        return Line(f"- {sentence} {'— ' if quote else ''}{where}", (ground,))

    def carried_out(self, record: Record) -> Sequence[RelationEntry]:
        """The links that say what became of the document."""
        # What was submitted is answered by the document that was issued on it.
        told = (*_CARRIED_OUT, "basis_of") if record.type == "Tờ trình" else _CARRIED_OUT
        return [link for link in record.relations if link.relation in told and link.number]


def _in_sentence(title: str) -> str:
    """The title as it stands inside a sentence: its first letter small, unless it begins with an abbreviation."""
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _states_day(ground: Ground, record: Record) -> bool:
    return record.date is not None and _states(ground, record.date)


def _states(ground: Ground, value: date) -> bool:
    return Fact("date", value.isoformat()) in stated(ground)
