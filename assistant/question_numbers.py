"""Document numbers in what a person types, and how a document is called in a question."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from assistant.intents import TYPE_PHRASES
from assistant.naming import day
from assistant.question_places import place_behind
from ingest.dates import find_dates
from ingest.folding import fold
from ingest.models import NumberMention, Span
from ingest.numbers import find_numbers

TYPE_NAMES = "|".join(phrase for phrase, _ in TYPE_PHRASES)
"""A pattern of the types' folded names."""
# Characters before a number in which the word of its type stands.
_LONGEST_LEAD = 40
_TYPE_AND_DIGITS = re.compile(
    r"(?<!\w)(?i:quyết định|quyet dinh|kế hoạch|ke hoach|công văn|cong van|báo cáo|bao cao|thông báo"
    r"|thong bao|tờ trình|to trinh"
    r"|nghị quyết|nghi quyet|nghị định|nghi dinh|thông tư|thong tu|chỉ thị|chi thi"
    r"|decision|plan|report|letter)\s+(?:(?i:số|so"
    r"|no\.?)\s+)?(\d{1,5}[a-zđ]?)(?![\w/.,-]*\d|[/-])"
)


def numbers_in(text: str) -> list[NumberMention]:
    """The numbers of a question; here a type word with bare digits is one whatever follows it."""
    return list(_numbers_in(text))


# With every question of a conversation its earlier messages are read again.
@lru_cache(maxsize=256)
def _numbers_in(text: str) -> tuple[NumberMention, ...]:
    found = find_numbers(text)
    for match in _TYPE_AND_DIGITS.finditer(text):
        span = Span(*match.span())
        if not any(mention.span.overlaps(span) for mention in found):
            read = find_numbers(f"{match.group().rstrip()}.")
            found += [replace(m, span=span, surface=match.group()) for m in read[:1]]
    return tuple(sorted(found, key=lambda mention: mention.span.start))


def alike(one: NumberMention, other: NumberMention) -> bool:
    """Whether two mentions may be of one document."""
    return one.key == other.key if one.key and other.key else one.number == other.number


def day_behind(text: str, end: int) -> int | None:
    """Where the day right behind a number ends (`ngày 12/4/2018`); None where none stands there."""
    days = (mention.span for mention in find_dates(text) if mention.precision == "day" and mention.span.start >= end)
    span = next(days, None)
    return span.end if span and text[end : span.start].strip(" ,").lower() in {"", "ngày", "of", "dated"} else None


def name_of(text: str, mention: NumberMention) -> str:
    """A document as a question calls it: the type's word, the number, and the day or the body behind it."""
    before = re.search(
        r"((?:[^\W\d_]+\s+){1,2})(?:số\s+)?$", text[max(mention.span.start - _LONGEST_LEAD, 0) : mention.span.start]
    )
    words = before.group(1).split() if before and mention.canonical else []
    types = {phrase for phrase, _ in TYPE_PHRASES}
    kept = next((" ".join(words[at:]) for at in range(len(words)) if fold(" ".join(words[at:])) in types), "")
    name = f"{kept} {mention.canonical or mention.surface}".strip()
    if mention.date:
        return (
            f"{name} of {day(mention.date, 'en')}"
            if kept.isascii() and kept
            else f"{name} ngày {mention.date:%d/%m/%Y}"
        )
    behind = place_behind(text, mention.span.end)
    return f"{name}{text[mention.span.end : behind]}" if behind else name
