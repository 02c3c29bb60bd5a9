"""Sentences that may answer a question, scored against it and put in order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from assistant.coverage import coverage, leading_gap
from assistant.found_sentences import FoundSentence, is_row
from assistant.intents import Intent
from assistant.requirements import counts, gives_cause, has_money, of_period, own_dates
from assistant.understand import Understanding
from ingest.bodies import find_bodies, same_body
from ingest.dates import find_dates
from ingest.folding import fold, fold_words

_AS_TELLING = 0.85
"""Share of the best sentence's coverage that a later report's needs to stand for it."""
_RECENT = 0.12
_NOW = 0.5
_ASKS_NOW = re.compile(
    r"hien nay|hien tai|hien gio|luc nay|hom nay"
    r"|hien (?:dang|noi|co|da)|moi nhat|den nay|bay gio|\b(?:now|current|currently|latest|today)\b"
)
_SHORT = 30
"""Characters below which a sentence seldom says anything by itself."""
_FIGURE = re.compile(r"\d")


def scored(candidates: Sequence[FoundSentence], asked: Understanding) -> list[FoundSentence]:
    """The candidates with their scores, the best first."""
    plain = asked.about.plain
    terms = [candidate.terms(plain) for candidate in candidates]
    seen = Counter(term for inside in terms for term in inside)
    ranked = [
        _score(candidate, inside, asked, lambda term: seen[term], len(candidates))
        for candidate, inside in zip(candidates, terms, strict=True)
    ]
    return sorted(_newest_first(ranked, asked), key=lambda candidate: -candidate.score)


def latest_first(fit: Sequence[FoundSentence], asked: Understanding) -> list[FoundSentence]:
    """Of reports that say the same kind of thing of the same thing, the latest one first; a period asked for decides.

    Args:
        fit: sentences that answer, the best first.
        asked: the question.
    """
    first = fit[0]
    if asked.periods or asked.days or first.passages.document.header.type != "Báo cáo":
        return list(fit)
    later = [
        candidate
        for candidate in fit
        if candidate.passages.document.header.type == "Báo cáo"
        and (candidate.passages.document.header.date or date.min) > (first.passages.document.header.date or date.min)
        and candidate.coverage >= _AS_TELLING * first.coverage
        and candidate.gap <= first.gap
    ]
    newest = max(later, key=lambda candidate: candidate.passages.document.header.date or date.min, default=None)
    return [newest, *(candidate for candidate in fit if candidate is not newest)] if newest else list(fit)


def _newest_first(candidates: Sequence[FoundSentence], asked: Understanding) -> list[FoundSentence]:
    """Where a question names no time it asks for the state of today: of sentences that fit alike the newest leads."""
    if asked.periods or asked.days:
        return list(candidates)
    dates = {candidate.passages.document.header.date for candidate in candidates} - {None}
    order = {day: at / max(len(dates) - 1, 1) for at, day in enumerate(sorted(dates, key=str))}
    weight = _NOW if _ASKS_NOW.search(fold(asked.question)) else _RECENT
    return [
        replace(candidate, score=candidate.score + weight * order.get(candidate.passages.document.header.date, 0.0))
        for candidate in candidates
    ]


def _score(
    candidate: FoundSentence,
    inside: frozenset[str],
    asked: Understanding,
    frequency: Callable[[str], int],
    sentences: int,
) -> FoundSentence:
    above = candidate.heading_terms(asked.about.plain)
    covered = coverage(asked.about, inside, above, frequency, sentences)
    pairs = [f"{one} {other}" for run in asked.about.runs for one, other in pairwise(run)]
    near = sum(pair in inside for pair in pairs) / max(len(pairs), 1)
    alone = [syllable for run in asked.about.runs if len(run) == 1 for syllable in run]
    near += sum(syllable in inside for syllable in alone) / max(len(alone), 1) / 2
    score = covered + 0.6 * near + 0.25 * candidate.rank + 0.3 * candidate.about + _kind_bonus(candidate, asked)
    if len(candidate.text) < _SHORT or (asked.intent in {Intent.LIST, Intent.OTHER} and candidate.is_title):
        score -= 0.3
    gap = leading_gap(asked.about, inside, above, asked.money)
    return replace(candidate, score=score, coverage=covered, gap=gap)


def _kind_bonus(candidate: FoundSentence, asked: Understanding) -> float:
    text = candidate.text
    bonus = 0.0
    if asked.money:
        bonus += 0.5 if has_money(text) else -0.3
    if asked.units:
        bonus += 0.4 if any(counts(text, unit) for unit in asked.units) else -0.1
    if asked.intent is Intent.WHEN:
        bonus += _date_bonus(text)
    if is_row(text) and any(
        len(c.split()) > 1 and c in fold_words(asked.question) for c in map(fold_words, text.split(" | "))
    ):
        bonus += 0.6
    if asked.periods:
        bonus += 0.4 if any(of_period(candidate, period) for period in asked.periods) else -0.2
    issuer = candidate.passages.document.header.issuer
    if issuer and any(same_body(issuer, name) for name in asked.issuers):
        bonus += 0.35
    if asked.intent is Intent.WHO:
        bonus += 0.15 if next(find_bodies(text, 0, len(text)), None) else 0.0
    if asked.intent is Intent.WHY:
        bonus += 0.5 if gives_cause(text) else 0.0
    if asked.intent is Intent.HOW_MANY and not _FIGURE.search(text):
        bonus -= 0.4
    return bonus


def _date_bonus(text: str) -> float:
    """A day of its own, beside the days of the documents that the sentence names, answers "when" best."""
    own = own_dates(text)
    if any(mention.date for mention in own):
        return 0.4
    return 0.2 if own else 0.0 if find_dates(text) else -0.3
