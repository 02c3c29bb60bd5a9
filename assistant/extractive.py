"""Evidence → an answer in the documents' own words: no language model, nothing that the citations do not state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.changes import with_changes
from assistant.comparison import ComparisonAnswers
from assistant.compound import questions_in
from assistant.draft import Draft, Line, assemble
from assistant.found_sentences import FoundSentence, is_row
from assistant.intents import TYPE_PHRASES, Intent
from assistant.lists import ListWriter
from assistant.models import Answer, Language, Record, Turn
from assistant.naming import document_name, short_title
from assistant.question_numbers import numbers_in
from assistant.quoting import ENOUGH, Quoter, answers, left_blank
from assistant.record_answers import RecordAnswers
from assistant.scoring import latest_first
from assistant.status import StatusWriter
from assistant.table_rows import asks_for_rows, rows_asked
from assistant.targets import Target, find_targets
from assistant.understand import Understanding, understand, without_mentions
from ingest.folding import fold_words
from prompts import say
from vectorstore.identities import Identity
from vectorstore.passages import PassageCache
from vectorstore.registry import Filter, Registry
from vectorstore.retriever import Retriever

_TITLED = {Intent.TIMELINE: 0.6, Intent.VALIDITY: 0.6, Intent.STATUS: 1.0, Intent.WHY: 1.0}
"""Least share of a question's words that a title must hold to be taken for the document asked about."""
_PROGRESS_WORDS = frozenset(
    "hoat dong van hanh hoan xong trien khai dua vao su dung to chuc tam dung ngung cham tre".split()  # noqa: SIM905 - read as words
)
"""Words that ask how far along something is; no title has them for that."""
_TYPE_OF_DAY = re.compile(rf"(?<!\w)({'|'.join(phrase for phrase, _ in TYPE_PHRASES)})\s+ngay")
_NAMED_BY_NUMBER = re.compile(r"(?:du an|de an|chuong trinh|he thong|nhiem vu)(?!\w)")
_ASKS_NUMBER = re.compile(
    r"(?<!\w)so (?:cua|hieu|ky hieu|van ban|bao cao|quyet dinh|ke hoach)|so (?:may|nao)\b|what number"
)


class Composer:
    """Composes answers from records and evidence sentences.

    Args:
        registry: the records.
        retriever: finds passages; asked only where the records do not answer.
        opened: opens documents for quotes.
        least: share of a question that a sentence must hold to answer it; below it, the documents do not say.
    """

    def __init__(self, registry: Registry, retriever: Retriever, opened: PassageCache, least: float = ENOUGH) -> None:
        self._registry = registry
        self._quoter = Quoter(registry, retriever, opened, least)
        self._lists = ListWriter(registry, opened)
        self._one = RecordAnswers(registry, self._quoter, self._lists)
        self._several = ComparisonAnswers(registry, self._quoter, self._one)

    def compose(self, asked: Understanding) -> Draft:
        """The draft of an answer, with what has changed since in the documents that it quotes."""
        writer = StatusWriter(self._quoter.opened, asked.language)
        return with_changes(self._composed(asked), self._registry, self._quoter.opened, writer)

    def _composed(self, asked: Understanding) -> Draft:
        """Of a sentence with several questions an answer to each, every one asked as a follow-up of the one before."""
        questions = questions_in(asked.question, asked.language)
        if len(questions) == 1:
            return self._one_question(asked)
        parts = self._parts(questions, asked.language)
        unclear = next((part.draft for part in parts if part.draft.outcome == "ambiguous"), None)
        if unclear:
            return unclear
        if any(part.draft.outcome == "answered" for part in parts):
            return self._joined(parts, asked)
        whole = self._one_question(asked)
        if whole.outcome == "answered":
            return whole
        denials = {line.text: line for line in (_denial(part, asked.language) for part in parts)}
        return replace(whole, lines=(*denials.values(), *whole.lines[1:]))

    def _parts(self, questions: Sequence[str], language: Language) -> list[_Part]:
        # What names a document goes first, the others take it from there: `Phòng nào chủ trì, khi nào xong 25/KH-UBND?`
        first = next((at for at, question in enumerate(questions) if numbers_in(question)), 0)
        history: list[Turn] = []
        parts: dict[int, _Part] = {}
        for at in (first, *(at for at in range(len(questions)) if at != first)):
            asked = understand(questions[at], history, language)
            draft = self._one_question(asked)
            parts[at] = _Part(questions[at], asked, draft)
            # The sentence stays with the document that it named last, whatever other one an answer names.
            if numbers_in(questions[at]):
                history = [Turn("user", questions[at]), _spoken(replace(draft, lines=()), asked)]
            elif not history:
                history = [Turn("user", questions[at]), _spoken(draft, asked)]
        return [parts[at] for at in range(len(questions))]

    def _joined(self, parts: Sequence[_Part], asked: Understanding) -> Draft:
        """One answer to several questions; the one that nothing answers, nor what is quoted already, is named."""
        lines: list[Line] = []
        for part in parts:
            quoted = [g for line in lines for g in line.grounds if g.columns or g.evidence.quote in line.text]
            rows = [ground for ground in quoted if is_row(ground.evidence.quote)]
            if part.draft.outcome != "answered":
                lines += [] if self._quoter.told_by(quoted, part.asked) else [_denial(part, asked.language)]
            # A row that is quoted already answers for all its columns, better than the document as a whole;
            # how far something is, reports tell after it.
            elif part.asked.intent is Intent.STATUS or not self._quoter.told_by(rows, part.asked):
                known = {line.text for line in lines}
                lines += [line for line in part.draft.lines if line.text not in known]
        answered = [part.draft for part in parts if part.draft.outcome == "answered"]
        record = next((draft.record for draft in answered if draft.record), None)
        mode = answered[0].mode if len({draft.mode for draft in answered}) == 1 else "extractive"
        return Draft("answered", tuple(lines), mode, record)

    def _one_question(self, asked: Understanding) -> Draft:
        asked = self._without_names(asked)
        targets = find_targets(self._registry, asked)
        unclear = next((target for target in targets if len(target.found) != 1), None)
        if unclear:
            return self._unclear(unclear, asked)
        if len(targets) == 1:
            return self._one.answer(targets[0].found[0], asked)
        # Two names of one document are one document.
        if (
            targets
            and len({id(target.found[0]) if not target.found[0].key else _place(target.found[0]) for target in targets})
            == 1
        ):
            return self._one.answer(targets[0].found[0], asked)
        if targets:
            return self._several.answer([target.found[0] for target in targets], asked)
        return self._about_none(asked)

    def _without_names(self, asked: Understanding) -> Understanding:
        """`Dự án 1022`, `đề án số 13`: no document of that number is known, so the words are a name or a row."""
        names = [
            mention
            for mention in asked.mentions
            if mention.partial
            and _NAMED_BY_NUMBER.match(fold_words(mention.surface))
            and not find_targets(self._registry, replace(asked, mentions=(mention,)))[0].found
        ]
        return without_mentions(asked, names) if names else asked

    def _unclear(self, target: Target, asked: Understanding) -> Draft:
        language = asked.language
        if target.found:
            head = say(language, "ambiguous.number", count=len(target.found))
            return self._choices(head, target.found, asked)
        if target.same_number:
            head = say(language, "ambiguous.other_type", asked=target.asked)
            return self._choices(head, target.same_number, asked)
        line = self._lists.suggestions(target.asked, target.alike, language)
        return Draft("not_found", (line,), "status", candidates=tuple(map(self._registry.candidate, target.alike)))

    def _choices(self, head: str, found: Sequence[Identity], asked: Understanding) -> Draft:
        lines = self._lists.choices(head, found, asked.language)
        return Draft("ambiguous", tuple(lines), "status", candidates=tuple(map(self._registry.candidate, found)))

    def _about_none(self, asked: Understanding) -> Draft:
        stated = self._lists.in_state(asked, StatusWriter(self._quoter.opened, asked.language))
        if stated:
            return Draft("answered", tuple(stated), "extractive")
        listed = None if self._lists.asks_for_state(asked) else self._lists.records(asked)
        if listed:
            return Draft("answered", tuple(self._lists.written(listed, asked)), "extractive")
        of_day = self._of_day(asked)
        if of_day:
            return of_day
        titled = self._titled(asked)
        if titled:
            return self._one.answer(titled, asked)
        if not asked.topic:
            return Draft("not_found", (Line(say(asked.language, "not_found.greeting")),))
        hits = self._quoter.hits(asked)
        candidates = self._quoter.among(hits, asked)
        if asks_for_rows(asked):
            near = {hit.document_id: self._quoter.opened.open(hit.document_id) for hit in hits}
            rows = rows_asked(asked, list(near.values()))
            if rows:
                return Draft("answered", tuple(self._lists.written_rows(rows, asked)), "extractive")
        fit = [candidate for candidate in candidates if answers(candidate, asked, self._quoter.least)]
        first = candidates[0] if candidates else None
        if first and _ASKS_NUMBER.search(fold_words(asked.question)) and left_blank(first):
            line = self._quoter.line(first, None, asked)
            return Draft("not_found", (Line(say(asked.language, "not_found.blank")), line), "extractive")
        if not fit:
            return self._nothing(candidates, asked)
        fit = latest_first(fit, asked)
        lines = [self._quoter.line(fit[0], None, asked), *self._quoter.following(fit[0].ground(), asked)]
        return Draft("answered", tuple(lines), "extractive", self._record_in(fit[0]))

    def _titled(self, asked: Understanding) -> Identity | None:
        """The only record whose title holds nearly all words of a question on progress."""
        least = _TITLED.get(asked.intent)
        if least is None or len(set(asked.topic) - _PROGRESS_WORDS) < 3:
            return None
        topic = set(asked.topic) - _PROGRESS_WORDS
        shared, named = self._registry.titled(topic)
        return named[0] if shared / len(topic) >= least and len(named) == 1 else None

    def _of_day(self, asked: Understanding) -> Draft | None:
        """`Quyết định ngày 12/4/2018 nói gì?`: a type and a day instead of a number."""
        kind = _TYPE_OF_DAY.search(fold_words(asked.question))
        if not (asked.days and kind):
            return None
        code = dict(TYPE_PHRASES)[kind.group(1)]
        found = self._registry.listed(Filter(type_code=code, day=asked.days[0]))
        if len(found) == 1:
            return self._one.answer(found[0], asked)
        if found:
            return self._choices(say(asked.language, "ambiguous.day", count=len(found)), found, asked)
        return None

    def _nothing(self, candidates: Sequence[FoundSentence], asked: Understanding) -> Draft:
        near = {self._short_name(candidate, asked): candidate.ground() for candidate in candidates[:6]}
        lines = [Line(say(asked.language, "not_found.question"))]
        if near:
            shown = list(near)[:3]
            text = say(asked.language, "not_found.nearest", documents="; ".join(shown))
            lines.append(Line(text, tuple(near[name] for name in shown)))
        return Draft("not_found", tuple(lines), "extractive")

    def _short_name(self, candidate: FoundSentence, asked: Understanding) -> str:
        source = candidate.passages.source
        if source.number:
            return document_name(asked.language, source.number, source.type, source.date)
        return short_title(source.title)

    def _record_in(self, candidate: FoundSentence) -> Record | None:
        named = self._registry.identities_in(candidate.passages.document.id, candidate.span)
        return self._registry.record(named[0]) if len(named) == 1 else None


def _place(identity: Identity) -> tuple[str, object, str | None]:
    return identity.key, identity.date, identity.issuer


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the questions of a sentence with its answer."""

    words: str
    asked: Understanding
    draft: Draft


def _spoken(draft: Draft, asked: Understanding) -> Turn:
    """A draft as a turn of a conversation."""
    text, citations = assemble(draft.lines)
    answer = Answer(
        draft.outcome,
        text,
        citations,
        draft.mode,
        asked.language,
        candidates=draft.candidates,
        record=draft.record,
        question=asked.question,
    )
    return Turn("assistant", text, answer)


def _denial(part: _Part, language: Language) -> Line:
    """What is missing: in the draft's own words where they say of which document, else by the question's."""
    own = part.draft.lines[0]
    if own.text == say(language, "not_found.question"):
        return Line(say(language, "not_found.part", what=part.words))
    return own
