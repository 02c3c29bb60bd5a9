"""Every mention of a document number in a text as given: complete, blank and partial ones with their dates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from ingest.dates import DateMention
from ingest.models import NumberMention
from ingest.number_context import date_after
from ingest.number_finding import find_complete
from ingest.number_lists import Found
from ingest.number_partial import PartialNumber, find_partials
from ingest.number_text import NormalisedText, normalise

# "1507/QĐ-UBND, 1508/QĐ-UBND và 1509/QĐ-UBND ngày …": the date belongs to all of them.
_LIST_JOINT = re.compile(
    r"[\s|]{0,3}(?:[,;]|(?:,[\s|]{0,3})?[\s|](?:và|va|and|đến|den))[\s|]{0,3}(?:(?:số|so)\s{1,3})?"
)


def find_numbers(text: str) -> list[NumberMention]:
    """Every document number of a text, in order, apart from one another.

    Args:
        text: any text, in any damage; spans count its code points, `text[start:end] == surface`.
    """
    normal = normalise(text)
    complete = find_complete(normal.text)
    dates = _dates(normal.text, complete)
    mentions = [_complete(normal, text, found, when) for found, when in zip(complete, dates, strict=True)]
    mentions.extend(_partials(normal, text, list(_apart(find_partials(normal.text), complete))))
    mentions.sort(key=lambda mention: mention.span.start)
    return mentions


def _dates(text: str, complete: list[Found]) -> list[DateMention | None]:
    dates: list[DateMention | None] = [None] * len(complete)
    for at in range(len(complete) - 1, -1, -1):
        found = complete[at]
        behind = date_after(text, found.end)
        if behind is not None:
            dates[at] = behind[0]
        elif at + 1 < len(complete) and _shares_date(text, found, complete[at + 1]):
            dates[at] = dates[at + 1]
    return dates


def _shares_date(text: str, found: Found, following: Found) -> bool:
    if following.start - found.end > 24:
        return False
    return found.group >= 0 or _LIST_JOINT.fullmatch(text, found.end, following.start) is not None


def _apart(partials: Iterable[PartialNumber], complete: list[Found]) -> Iterable[PartialNumber]:
    """The partial numbers that no complete one overlaps; both come in order."""
    at = 0
    for partial in partials:
        while at < len(complete) and complete[at].end <= partial.start:
            at += 1
        if at == len(complete) or complete[at].start >= partial.end:
            yield partial


def _day(mention: DateMention | None) -> date | None:
    return mention.date if mention else None


def _complete(normal: NormalisedText, text: str, found: Found, when: DateMention | None) -> NumberMention:
    span = normal.offsets.span(found.start, found.end)
    surface = span.of(text)
    number = found.number
    changed = found.confidence == 1.0 and surface != number.canonical
    return NumberMention(
        span=span,
        surface=surface,
        canonical=number.canonical,
        key=number.key,
        number=number.sequence,
        type=number.type,
        issuer=number.issuer,
        year=found.year or (when.year if when else None),
        date=_day(when),
        blank=not number.sequence,
        repaired=found.repaired,
        confidence=0.9 if changed else found.confidence,
        diacritics=found.diacritics,
    )


def _partials(normal: NormalisedText, text: str, found: list[PartialNumber]) -> list[NumberMention]:
    mentions: list[NumberMention] = []
    when: DateMention | None = None
    following = -1
    for partial in reversed(found):
        behind = date_after(normal.text, partial.end)
        if behind is not None:
            when = behind[0]
        elif following < 0 or not _LIST_JOINT.fullmatch(normal.text, partial.end, following):
            when = None
        mentions.append(_partial(normal, text, partial, when))
        following = partial.start
    return mentions


def _partial(normal: NormalisedText, text: str, found: PartialNumber, when: DateMention | None) -> NumberMention:
    span = normal.offsets.span(found.start, found.end)
    return NumberMention(
        span=span,
        surface=span.of(text),
        canonical=None,
        key=None,
        number=found.sequence,
        type=found.type,
        issuer=None,
        year=found.year or (when.year if when else None),
        date=_day(when),
        partial=True,
        confidence=found.confidence,
    )
