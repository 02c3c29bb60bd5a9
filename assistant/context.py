"""What a conversation leaves to the next question: the last question, the documents spoken of, what was listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.intents import type_asked
from assistant.models import Answer, Candidate, Turn
from assistant.naming import document_name
from assistant.question_numbers import alike, name_of, numbers_in
from assistant.question_parts import subject_of
from ingest.folding import fold_words
from ingest.models import NumberMention

_LIST_LINE = re.compile(r"^\s*(?:[-•*+–]|\d{1,2}[.)]|[a-zđ][.)])\s+(.+)$", re.MULTILINE)
_MARKERS = re.compile(r"\s*\[\d{1,3}\]")
_QUOTES = re.compile(r"“[^”]*”")
_BRACKETS = re.compile(r"\([^()]*\)")
_MOST_SALIENT = 12
_MOST_LISTED = 40


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that was spoken of."""

    name: str
    """As a question can call it: `Kế hoạch 25/KH-UBND ngày 03/05/2019`; of what has no number, its words."""
    mention: NumberMention | None = None
    english: str = ""
    """The same in English, where its parts are known."""

    @property
    def type(self) -> str | None:
        """Abbreviation of its type; a number without one is an official letter's."""
        if self.mention is None:
            return None
        return self.mention.type or ("CV" if self.mention.canonical else None)


@dataclass(frozen=True, slots=True)
class Context:
    """A conversation as the next question sees it."""

    question: str = ""
    """The last question, standing alone; empty where nothing was asked."""
    salient: tuple[Named, ...] = ()
    """The documents spoken of, the one that `nó` means first."""
    listed: tuple[Named, ...] = ()
    """What the last answer that listed things listed, in its order."""
    asked_back: bool = False
    """Whether the last answer asked which of several documents was meant."""


def context_of(history: Sequence[Turn], stand_alone: Callable[[str, Context], str]) -> Context:
    """The context after a conversation.

    Args:
        history: the messages, oldest first.
        stand_alone: fills a question in from the context before it; for questions of which only the text is known.
    """
    context = Context()
    for turn in history:
        if turn.role == "user":
            context = replace(context, question=stand_alone(turn.content, context), asked_back=False)
        else:
            context = _heard(context, turn)
    return context


def _heard(context: Context, turn: Turn) -> Context:
    question = turn.answer.question if turn.answer and turn.answer.question else context.question
    asked = numbers_in(question)
    said, sources = _said(turn.content, asked)
    named = [Named(name_of(question, mention), mention) for mention in reversed(asked)]
    # `Kế hoạch nào triển khai Quyết định 815?` asks for another document than it names.
    asks_for_another = not named or type_asked(fold_words(question)) is not None
    about = _about(turn.answer)
    subject = subject_of(question) if not asked else None
    cited = _cited(turn.answer)
    if turn.answer and turn.answer.outcome == "not_found":
        # What it offers as nearest is not what was asked about; a near miss of a number is what may be meant.
        near = said if turn.answer.candidates else []
        ranked = [*named, *([Named(subject)] if subject else []), *near]
        cited, sources = [], []
    elif not named and (about or subject):
        # The answer's own words name a document, or the question's subject is what is spoken of.
        ranked = [*said, *([Named(subject)] if subject else []), *([about] if about else [])]
    elif asks_for_another:
        ranked = [*said, *named]
    else:
        ranked = [_dated(named[0], about), *named[1:], *said]
    listed = _listed(turn, asked)
    return Context(
        question=question,
        salient=_apart([*ranked, *cited, *sources, *context.salient])[:_MOST_SALIENT],
        listed=listed or context.listed,
        asked_back=turn.answer.outcome == "ambiguous" if turn.answer else _asks_back(listed, asked),
    )


def _said(text: str, asked: Sequence[NumberMention]) -> tuple[list[Named], list[Named]]:
    """The documents that an answer names in its own words and in brackets, without those that were asked about."""

    def found(part: str) -> list[Named]:
        mentions = [m for m in numbers_in(part) if not any(alike(m, other) for other in asked)]
        return [Named(name_of(part, mention), mention) for mention in mentions[:_MOST_SALIENT]]

    unquoted = _blanked(_QUOTES, text)
    plain = _blanked(_BRACKETS, unquoted)
    inside = " ".join(match.group() for match in _BRACKETS.finditer(unquoted))
    return found(plain), found(inside)


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    return pattern.sub(lambda match: " " * len(match.group()), text)


def _about(answer: Answer | None) -> Named | None:
    """The one record that an answer is about."""
    if answer is None or answer.record is None or answer.record.number is None:
        return None
    return _named(answer.record.number, answer.record.type, answer.record.date)


def _named(number: str, kind: str | None, dated: date | None = None) -> Named:
    name = f"{kind or ''} {number}".strip() + (f" ngày {dated:%d/%m/%Y}" if dated else "")
    return Named(name, next(iter(numbers_in(name)), None), document_name("en", number, kind, dated))


def _dated(named: Named, about: Named | None) -> Named:
    """The document asked about as its record calls it: with its date, so that it stays the one that was meant."""
    same = about and about.mention and named.mention and alike(named.mention, about.mention)
    return about if about and same else named


def _cited(answer: Answer | None) -> list[Named]:
    """The documents that an answer was quoted from: `báo cáo đó`."""
    sources = [citation.source for citation in answer.citations] if answer else []
    told = dict.fromkeys((source.number, source.type, source.date) for source in sources)
    return [_named(number, kind, dated) for number, kind, dated in told if number]


def _listed(turn: Turn, asked: Sequence[NumberMention]) -> tuple[Named, ...]:
    if turn.answer and turn.answer.candidates:
        return tuple(map(_candidate, turn.answer.candidates))
    lines = [_MARKERS.sub("", line) for line in _LIST_LINE.findall(turn.content)[:_MOST_LISTED]]
    items = [item for line in lines if (item := _item(line, asked))]
    if len(items) > 1 or lines:
        return tuple(items) if len(items) > 1 else ()
    said, _ = _said(turn.content, asked)
    several = _apart(said)
    return several if len(several) > 1 else ()


def _candidate(candidate: Candidate) -> Named:
    if candidate.number:
        return _named(candidate.number, candidate.type, candidate.date)
    return Named(candidate.label)


def _item(line: str, asked: Sequence[NumberMention]) -> Named | None:
    """What a line of a list is about: the number that it names outside quotes, else the only one inside."""
    for part in (_blanked(_BRACKETS, _blanked(_QUOTES, line)), " ".join(_QUOTES.findall(line))):
        mentions = numbers_in(part)
        others = [m for m in mentions if not any(alike(m, other) and m.date is None for other in asked)]
        if others:
            return Named(name_of(part, others[0]), others[0])
        if mentions:
            return None
    words = re.split(r" [—–|] | — |[:;]", line)[0].strip(" .“”")
    return Named(words) if 0 < len(words.split()) <= 12 and not words[0].isdigit() else None


def _asks_back(listed: Sequence[Named], asked: Sequence[NumberMention]) -> bool:
    """Of an answer of which only the text is known: whether it lists several documents with the number asked for."""
    mentions = [item.mention for item in listed if item.mention]
    return len(asked) == 1 and len(mentions) > 1 and all(alike(mention, asked[0]) for mention in mentions)


def _apart(names: Sequence[Named]) -> tuple[Named, ...]:
    """Each document once, where it comes first."""
    found: dict[str, Named] = {}
    for named in names:
        mention = named.mention
        dated = f" {mention.date}" if mention and mention.date else ""
        found.setdefault(f"{mention.key or mention.number}{dated}" if mention else named.name, named)
    return tuple(found.values())
