"""Finding the sentences of a question and quoting them: ranked candidates, quote lines, the sentences that follow."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, takewhile

from assistant.asked_days import OF_ISSUE
from assistant.draft import Ground, Line
from assistant.extremes import asked_extreme, says_extreme
from assistant.found_sentences import FoundSentence, around, retrieved, speaks
from assistant.intents import Intent
from assistant.naming import quoted
from assistant.requirements import (
    adds_something,
    counts,
    gives_cause,
    has_bodies,
    has_day,
    has_figure,
    has_money,
    has_required,
    in_period,
    names_company,
    names_person,
    own_dates,
    sets_deadline,
)
from assistant.scoring import scored
from assistant.topics import translated
from assistant.understand import Understanding
from ingest.bodies import find_bodies
from ingest.dates import find_dates
from ingest.folding import fold_words
from ingest.hostile import is_instruction
from ingest.models import Span
from ingest.numbers import find_numbers
from vectorstore.identities import Identity
from vectorstore.models import Record
from vectorstore.passages import PassageCache
from vectorstore.registry import Registry
from vectorstore.retriever import Hit, Retriever

ENOUGH = 0.42
"""Least share of the topic's weight that a sentence must hold to answer a question that names no document."""
ABOUT_SHARE = 0.81
"""What of that share is enough where the sentence names the document asked about."""
_HITS = 8
_MOST_ANNOUNCED = 4
_ASKING_WHAT = frozenset([Intent.LIST, Intent.SUBJECT, Intent.OTHER])
"""A list that follows answers these; of a day or a basis it says nothing."""
_SIGN_OFF = re.compile(r"\s*(?:Nơi nhận|Trân trọng|TM\.|KT\.|TL\.)")
_WHOLE_WORD = 2
"""Syllables of a Vietnamese word: a sentence that lacks the topic's first word is about something else."""
_NUMBERED = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ]")
_CONNECTIVE = re.compile(r"\s*(?:-\s*)?(?:Dự kiến|Hiện|Đến nay|Trong đó|Nguyên nhân|Trong thời gian tới|Các đơn vị)")
_PLACE = re.compile(
    r"(?<!\w)(?:tại|địa chỉ|trụ sở|đặt ở|số nhà|đường|phường|trên địa bàn)(?!\w)|https?://", re.IGNORECASE
)
_ASKS_DEADLINE = re.compile(
    r"thoi han|han (?:cuoi|chot|hoan thanh)|gia han|phai (?:xong|hoan thanh|hoan tat)|(?:xong|hoan thanh) truoc"
    r"|deadline|due date"
)
_ASKS_INCREASE = re.compile(
    r"(?<!\w)(?:them (?:\w+ ){0,3}?(?:bao nhieu|may)|tang (?:them )?bao nhieu|bao nhieu \w+ (?:nua|moi))"
)
_INCREASE = re.compile(r"(?<!\w)(?:thêm|tăng|bổ sung|mới|tiếp tục)(?!\w)", re.IGNORECASE)
"""A total is no increase."""
_ASKS_PERSON = re.compile(r"^ai la |\bla ai\b|^who is ")
_ASKS_COMPANY = re.compile(r"(?:cong ty|doanh nghiep|nha thau|lien danh) nao|which company|which contractor")


class Quoter:
    """Finds sentences for a question and quotes them.

    Args:
        registry: tells which document a sentence is about.
        retriever: finds passages.
        opened: opens documents for quotes.
        least: share of the topic's weight that a sentence must hold to answer a question that names no document.
    """

    def __init__(self, registry: Registry, retriever: Retriever, opened: PassageCache, least: float = ENOUGH) -> None:
        self._registry, self._retriever, self.opened = registry, retriever, opened
        self.least, self.least_about = least, ABOUT_SHARE * least

    def hits(self, asked: Understanding) -> list[Hit]:
        """The passages that fit the question."""
        return self._retriever.search(_query(asked), _HITS)

    def among(self, hits: list[Hit], asked: Understanding) -> list[FoundSentence]:
        """The sentences of passages, the best first."""
        return scored(retrieved(hits, self.opened), asked)

    def ranked(self, identity: Identity, asked: Understanding) -> list[FoundSentence]:
        """The sentences around a document's mentions, and those of its own files, the best first."""
        places = [(row.document_id, Span(row.sentence_start, row.sentence_end)) for row in identity.rows]
        found = around(places, self.opened)
        held = [row.document_id for row in identity.own_rows]
        if held:
            known = {(candidate.passages.document.id, candidate.span.start) for candidate in found}
            hits = self._retriever.search(_query(asked), _HITS, held)
            found += [
                replace(candidate, about=True)
                for candidate in retrieved(hits, self.opened)
                if (candidate.passages.document.id, candidate.span.start) not in known
            ]
        return scored(found, asked)

    def line(self, candidate: FoundSentence, record: Record | None, asked: Understanding) -> Line:
        """A sentence as a line of an answer, about `record` or about the document that the sentence names."""
        if record is None:
            named = self._registry.identities_in(candidate.passages.document.id, candidate.span)
            first = named[0] if named else None
            ground = candidate.ground(first.number if first else None, first.key if first else None)
        else:
            ground = candidate.ground(record.number, record.key)
        return Line(quoted(ground, asked.language), (ground,))

    def told_by(self, grounds: Sequence[Ground], asked: Understanding) -> bool:
        """Whether one of the sentences that are quoted already answers the question."""
        quoted_already = [self._sentence(ground) for ground in grounds]
        return any(answers(one, asked, self.least_about) for one in scored(quoted_already, asked))

    def _sentence(self, ground: Ground) -> FoundSentence:
        passages = self.opened.open(ground.evidence.document_id)
        page = next(p for p in passages.pages if p.number == ground.evidence.page)
        start = page.span.start + ground.evidence.start
        return FoundSentence(passages, Span(start, start + len(ground.evidence.quote)), about=True)

    def following(self, ground: Ground, asked: Understanding, most: int = 1, always: bool = False) -> list[Line]:
        """The next sentences of the block, where they carry on what the quoted one says."""
        quoted_one = self._sentence(ground)
        if asked.intent in _ASKING_WHAT and announces(quoted_one.text):
            return self._announced(quoted_one, ground, asked)
        passages, end = quoted_one.passages, quoted_one.span.end
        lines: list[Line] = []
        for sentence in (s for s in passages.sentences if s.start >= end):
            text = sentence.of(passages.text)
            if len(lines) == most or "\n" in passages.text[end : sentence.start] or _NUMBERED.search(text):
                break
            shares = len(set(asked.topic) & set(fold_words(text).split())) >= 2
            if not (always or _CONNECTIVE.match(text) or shares) or is_instruction(text):
                break
            following = FoundSentence(passages, sentence).ground(ground.number, ground.key)
            lines.append(Line(quoted(following, asked.language), (following,)))
            end = sentence.end
        return lines

    def _announced(self, leading: FoundSentence, ground: Ground, asked: Understanding) -> list[Line]:
        """What a sentence announces (`… kết luận như sau:`): the first sentences behind it, headings left out."""
        passages = leading.passages
        behind = (FoundSentence(passages, s) for s in passages.sentences if s.start >= leading.span.end)
        told = takewhile(lambda one: not _SIGN_OFF.match(one.text), behind)
        spoken = (one for one in told if speaks(one) and not one.text.isupper())
        grounds = [one.ground(ground.number, ground.key) for one in islice(spoken, _MOST_ANNOUNCED)]
        return [Line(quoted(one, asked.language), (one,)) for one in grounds]


def announces(text: str) -> bool:
    """Whether a sentence says nothing by itself and announces what follows."""
    return text.rstrip().endswith(":")


def answers(candidate: FoundSentence, asked: Understanding, least: float) -> bool:
    """Whether a sentence holds enough of the question, and the kind of thing that is asked for."""
    if candidate.coverage < least:
        return False
    if not (has_required(candidate, asked) and in_period(candidate, asked) and adds_something(candidate, asked)):
        return False
    if _speaks_of_another(candidate, asked):
        return False
    if asked.money and not has_money(candidate.text):
        return False
    if not has_bodies(candidate, asked):
        return False
    if _ASKS_COMPANY.search(fold_words(asked.question)) and not names_company(candidate.text):
        return False
    if _ASKS_PERSON.search(fold_words(asked.question)) and not names_person(candidate.text):
        return False
    folded = fold_words(asked.question)
    if asked.intent is Intent.WHEN and not _dated(candidate.text, folded):
        return False
    if _ASKS_DEADLINE.search(folded) and not _sets_asked_deadline(candidate, asked):
        return False
    if asked.intent is Intent.WHY and not gives_cause(candidate.text):
        return False
    if asked.intent is Intent.WHERE and not _PLACE.search(candidate.text):
        return False
    if asked.intent is Intent.WHO and next(find_bodies(candidate.text, 0, len(candidate.text)), None) is None:
        return False
    if not (candidate.about or has_day(candidate, asked)):
        return False
    extreme = asked_extreme(folded)
    if extreme and not says_extreme(candidate.text, extreme):
        return False
    if _ASKS_INCREASE.search(folded) and not _INCREASE.search(candidate.text):
        return False
    if asked.intent is Intent.HOW_MANY and not has_figure(candidate.text):
        return False
    if asked.intent is Intent.HOW_MANY and asked.units and asked.language == "vi":
        return any(counts(candidate.text, unit) for unit in asked.units)
    return True


def _sets_asked_deadline(candidate: FoundSentence, asked: Understanding) -> bool:
    days = {mention.date for mention in find_dates(candidate.text)}
    return sets_deadline(candidate) and (not asked.days or not days.isdisjoint(asked.days))


def _speaks_of_another(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the sentence lacks the topic's head; what is counted is told by its unit instead."""
    return candidate.gap >= _WHOLE_WORD and not candidate.about and not asked.units


def _dated(text: str, folded_question: str) -> bool:
    """Whether a sentence has the day asked for: an event's own day, or for an issue also the document's."""
    return bool(own_dates(text)) or (OF_ISSUE.search(folded_question) is not None and bool(find_dates(text)))


def fitting(ranked: list[FoundSentence], asked: Understanding, least: float) -> list[FoundSentence]:
    """Those of a document's sentences that answer the question."""
    if asked.intent is Intent.WHY:
        causes = [candidate for candidate in ranked if gives_cause(candidate.text)]
        return [candidate for candidate in causes if candidate.coverage >= least]
    return [candidate for candidate in ranked if answers(candidate, asked, least)]


def left_blank(candidate: FoundSentence) -> bool:
    """Whether the sentence only has a document number that was left blank."""
    mentions = find_numbers(candidate.text)
    return any(mention.blank for mention in mentions) and not any(m.key and not m.blank for m in mentions)


def _query(asked: Understanding) -> str:
    return f"{asked.question} {translated(asked.question)}" if asked.language == "en" else asked.question
