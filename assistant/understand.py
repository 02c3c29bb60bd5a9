"""What a question asks: the documents it names, its intent, its limits of time and issuer, the words of its topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.conversation import stand_alone
from assistant.coverage import Topic
from assistant.intents import MONEY, Intent, intent_of, type_asked, units_asked
from assistant.models import Language, Turn
from assistant.periods import Period, find_periods
from assistant.question_numbers import numbers_in
from assistant.topics import language_of, topic_of, translated
from ingest.bodies import find_bodies, full_name
from ingest.dates import find_dates
from ingest.folding import fold, fold_words
from ingest.models import NumberMention, Span, blanked
from ingest.numbers import parse_query
from vectorstore.syllables import has_diacritics

_TYPED_WORDS = 3
_QUARTER = re.compile(r"(?i)(\bqu[ýy]\s*(?:[1-4]|IV|I{1,3}))\s+(?:n[ăa]m\s+)?(?=(?:19|20)\d\d\b)(\d{4})")
_YEAR = re.compile(r"(?<![\w/.,–-])(?:19|20)\d\d(?![\w/–-]|[.,]\d)")
_SERIES = re.compile(r"(?<![\w/-])([A-ZĐ][A-Za-zĐđr]{1,3})-([A-ZĐ][A-Za-zĐđ]{1,12})(?![\w/-])")


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question taken apart."""

    question: str
    """Standing alone: a follow-up filled in from the conversation."""
    language: Language
    intent: Intent
    mentions: tuple[NumberMention, ...]
    """Document numbers that it names, whole or in part."""
    days: tuple[date, ...] = ()
    periods: tuple[Period, ...] = ()
    issuers: tuple[str, ...] = ()
    """Bodies that it names, in full."""
    type_code: str | None = None
    """The type of the documents that it asks for (`các kế hoạch nào`)."""
    series: tuple[str, str] | None = None
    """(type, issuer) codes named without a number (`ký hiệu KH-STTTT`)."""
    about: Topic = field(default_factory=Topic)
    """What it is about, as a sentence is matched against it."""
    units: tuple[str, ...] = ()
    """Folded words behind `bao nhiêu`: what is counted."""
    money: bool = False
    history: str = field(default="", compare=False)

    @property
    def topic(self) -> tuple[str, ...]:
        """The folded content syllables, in order."""
        return tuple(fold(syllable) for syllable in self.about.syllables)


def understand(question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Understanding:
    """Take a question apart; a follow-up is first filled in from the conversation."""
    standalone = stand_alone(_QUARTER.sub(r"\1/\2", question), history)
    spoken = language or language_of(question if len(question.split()) > 2 else standalone)
    folded = fold_words(standalone)
    if spoken == "en" or (has_diacritics(standalone) and "mấy" not in standalone.lower()):
        folded = re.sub(r"\bmay\b", "can", folded)  # folded, `mấy` asks how many; `máy` and English `may` do not
    mentions = tuple(numbers_in(standalone)) or _typed_alone(standalone)
    dates = find_dates(standalone)
    outside = [mention for mention in dates if not any(mention.span.overlaps(n.span) for n in mentions)]
    periods = find_periods(standalone)
    if spoken == "en":
        words = translated(standalone)
        periods += [period for period in find_periods(words) if period.words.lower().startswith("quý")]
    intent = intent_of(folded)
    # The name of a document behind a dash (`bao nhiêu — Kế hoạch 25/KH-UBND`) is not what is counted or listed.
    asking = folded if " — " not in standalone else fold_words(standalone.split(" — ")[0])
    if not periods and (spoken == "en" or intent is Intent.LIST):
        periods += _bare_years(standalone, [m.span for m in mentions] + [m.span for m in dates])
    bodies = _bodies(standalone, spoken, mentions)
    return Understanding(
        question=standalone,
        language=spoken,
        intent=intent,
        mentions=mentions,
        # The day behind a number is the document's, not one that is asked for.
        days=tuple(m.date for m in outside if m.date and m.date not in {number.date for number in mentions}),
        periods=tuple(periods),
        issuers=bodies,
        type_code=type_asked(asking),
        series=_series(standalone, mentions),
        about=topic_of(standalone, spoken, mentions, [m.span for m in outside]),
        units=units_asked(asking),
        money=MONEY.search(folded) is not None,
        history=" ".join(turn.content for turn in history),
    )


def without_mentions(asked: Understanding, dropped: Sequence[NumberMention]) -> Understanding:
    """The same question where some of its mentions are words like any other."""
    kept = tuple(mention for mention in asked.mentions if mention not in dropped)
    days = [mention.span for mention in find_dates(asked.question)]
    about = topic_of(asked.question, asked.language, kept, days)
    return replace(asked, mentions=kept, about=about)


def _typed_alone(text: str) -> tuple[NumberMention, ...]:
    """A number that is all that was typed, too short or too damaged to be one inside a sentence (`QD5880`)."""
    typed = parse_query(text) if len(text.split()) <= _TYPED_WORDS and any(map(str.isdigit, text)) else None
    if typed is None or typed.sequence is None:
        return ()
    mention = NumberMention(
        span=Span(0, len(text)),
        surface=text,
        canonical=typed.canonical,
        key=typed.key,
        number=typed.sequence,
        type=typed.type,
        issuer=typed.issuer,
        year=typed.year,
        date=typed.date,
        partial=typed.key is None,
    )
    return (mention,)


def _bodies(text: str, language: Language, mentions: Sequence[NumberMention]) -> tuple[str, ...]:
    bare = blanked(text, [mention.span for mention in mentions])
    words = bare if language == "vi" else translated(bare)
    return tuple(dict.fromkeys(full_name(body.of(words)) for body in find_bodies(words, 0, len(words))))


def _bare_years(text: str, taken: Sequence[Span]) -> list[Period]:
    """Years without a word for it (`plans issued in 2018`, `quyết định 2018`), outside numbers and dates."""
    found = (match for match in _YEAR.finditer(text) if not any(Span(*match.span()).overlaps(span) for span in taken))
    return [Period(date(int(match[0]), 1, 1), date(int(match[0]), 12, 31), match[0]) for match in found]


def _series(text: str, mentions: Sequence[NumberMention]) -> tuple[str, str] | None:
    for match in _SERIES.finditer(text):
        if not any(mention.span.overlaps(Span(*match.span())) and not mention.blank for mention in mentions):
            return match.group(1), match.group(2)
    return None
