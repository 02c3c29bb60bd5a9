"""The documents that a question is about: typed numbers resolved, narrowed by the question's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.intents import Intent
from assistant.understand import Understanding
from ingest.bodies import body_words, same_body
from ingest.folding import fold, fold_words
from ingest.models import NumberMention
from ingest.numbers import TypedNumber, parse_query
from vectorstore.identities import Identity
from vectorstore.registry import Registry


@dataclass(frozen=True, slots=True)
class Target:
    """What one typed number means in a question."""

    asked: str
    """As the person typed it, repaired."""
    found: tuple[Identity, ...]
    """One where it is clear, several where it is not, none where the corpus lacks it."""
    same_number: tuple[Identity, ...] = ()
    """Documents with that running number under another type, issuer or letter: to ask back with."""
    alike: tuple[Identity, ...] = ()
    """Documents whose number looks alike: suggestions, never answers."""


def find_targets(registry: Registry, asked: Understanding) -> list[Target]:
    """One target for each number of the question, in its order."""
    targets = [_target(registry, asked, mention) for mention in asked.mentions if not mention.blank]
    if len(targets) == 1 and asked.intent is Intent.COMPARE and len(targets[0].found) > 1:
        return _by_period(targets[0], asked)
    return targets


def _by_period(target: Target, asked: Understanding) -> list[Target]:
    """`Kế hoạch 210 năm 2018 và năm 2019 khác nhau …`: one number, a document for each year named."""
    found = [[one for one in target.found if one.year == period.start.year] for period in asked.periods]
    clear = len(found) > 1 and all(len(ones) == 1 for ones in found)
    return [replace(target, found=tuple(ones)) for ones in found] if clear else [target]


def _target(registry: Registry, asked: Understanding, mention: NumberMention) -> Target:
    typed = _typed(mention)
    name = mention.canonical or mention.surface
    found = registry.matching(typed)
    if len(found) > 1:
        found = narrowed(registry, found, asked, mention)
    if found:
        return Target(name, tuple(found))
    near = registry.near(typed)
    digits = (typed.sequence or "").rstrip("abcdeABCDE").lstrip("0")
    same = [identity for identity in near if identity.key.split("|")[0].rstrip("ABCDE") == digits]
    return Target(name, (), tuple(same), tuple(identity for identity in near if identity not in same))


def _typed(mention: NumberMention) -> TypedNumber:
    """The mention as typed input, with its date."""
    dated = f" ngày {mention.date:%d/%m/%Y}" if mention.date else ""
    return replace(parse_query(f"{mention.canonical or mention.surface}{dated}"), type_exact=mention.diacritics)


def narrowed(
    registry: Registry, found: Sequence[Identity], asked: Understanding, mention: NumberMention
) -> list[Identity]:
    """Those of several documents of one number that the question's day, issuer or topic points to."""
    kept = list(found)
    for fits in (_of_day, _of_issuer, _of_year):
        fewer = [identity for identity in kept if fits(identity, asked, mention)]
        kept = fewer or kept
        if len(kept) == 1:
            return kept
    return _of_topic(registry, kept, asked)


def _of_day(identity: Identity, asked: Understanding, mention: NumberMention) -> bool:
    days = (mention.date, *asked.days) if mention.date else asked.days
    return bool(days) and identity.date in days


_DISTRICT = re.compile(r"(?<!\w)quan(?: (\d+))?(?!\w)")
_WIDER = re.compile(
    r"^(?:\w+ ){0,4}?(?:cua|do|by|of) (?:the )?(?:ubnd |uy ban nhan dan )?(?:thanh pho|tp|tinh|city|province)(?!\w)"
)
"""`… của Thành phố`: the city's own, not one of its districts'."""
_BELOW = re.compile(r"(?<!\w)(?:quan|huyen|phuong|xa|thi xa|thi tran)(?!\w)")


def _of_issuer(identity: Identity, asked: Understanding, mention: NumberMention) -> bool:
    own = body_words(identity.issuer or "")
    # Of two numbers in one question each has its issuer behind it.
    later = [other.span.start for other in asked.mentions if other.span.start > mention.span.end]
    behind = fold_words(asked.question[mention.span.end : min(later, default=None)])
    district = _DISTRICT.search(behind if len(asked.mentions) > 1 else fold_words(asked.question))
    if district and " quan " in f" {own} ":
        return district.group(1) is None or own.endswith(f" quan {district.group(1)}")
    if _WIDER.match(behind) and not district:
        return own.startswith("uy ban nhan dan") and not _BELOW.search(own)
    return any(same_body(identity.issuer, name) and body_words(name) != "uy ban nhan dan" for name in asked.issuers)


_GENERAL = frozenset(
    [
        "hoan",
        "thanh",
        "trien",
        "khai",
        "thuc",
        "hien",
        "ban",
        "hanh",
        "pho",
        "tinh",
        "trang",
        "nam",
        "ke",
        "hoach",
        "quyet",
        "dinh",
        "bao",
        "cao",
        "noi",
        "neu",
        "dat",
        "lap",
        "dang",
    ]
)


def _of_year(identity: Identity, asked: Understanding, _: NumberMention) -> bool:
    return any(
        identity.year == period.start.year and (period.end - period.start).days > 300 for period in asked.periods
    )


def _of_topic(registry: Registry, found: Sequence[Identity], asked: Understanding) -> list[Identity]:
    """The only one whose title shares telling words with the question: pairs of syllables, for one alone is no word."""
    titles = []
    for identity in found:
        words = fold_words(registry.candidate(identity).title or "").split()
        titles.append(_pairs(words) | {(word,) for word in words})
    common = set.intersection(*titles) if titles else set()
    topic = {
        pair for run in asked.about.runs for pair in _pairs(tuple(map(fold, run))) if not set(pair) <= _GENERAL
    } - common
    shared = [len(title & topic) for title in titles]
    best = max(shared, default=0)
    kept = [identity for identity, count in zip(found, shared, strict=True) if count == best]
    return kept if best > 0 and len(kept) == 1 else list(found)


def _pairs(words: Sequence[str]) -> set[tuple[str, ...]]:
    """Neighbouring syllables; a word of one syllable counts where it stands alone."""
    return set(pairwise(words)) if len(words) > 1 else {tuple(words)}
