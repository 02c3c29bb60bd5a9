"""Spans of days that people name: months, quarters, years, halves of a year, its end.

`ingest.dates` reads the calendar's own units; what offices add to them (`6 tháng đầu năm 2018`, `đến hết năm 2018`) is
read here, in questions and in the titles of reports alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest.dates import DateMention, find_dates
from ingest.models import Span
from ingest.numbers import find_numbers

_HALF = re.compile(
    r"(?<!\w)(?:(?:6|06|sáu|sau)\s+(?:tháng|thang)\s+(?P<part>đầu|dau|cuối|cuoi)|(?:giữa|giua)|"
    r"(?P<english>first|second)\s+half\s+of|mid(?:dle)?[- ](?:of\s+)?)\s*(?:năm\s+|nam\s+)?"
    r"(?P<year>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?<!\w)(?:(?:đến\s+|den\s+)?(?:hết|het|cuối|cuoi)\s+(?:năm|nam)|(?:by\s+)?(?:the\s+)?end\s+of)\s+"
    r"(?P<year>(?:19|20)\d\d)(?!\d)",
    re.IGNORECASE,
)


_COMPARED_WITH = re.compile(r"(?:so với|so voi|compared (?:with|to))[^,;.?]*", re.IGNORECASE)
"""What a figure is compared with is not what is spoken of."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days."""

    start: date
    end: date
    words: str
    """As it was written."""

    def holds(self, day: date | None) -> bool:
        """Whether `day` lies in it."""
        return day is not None and self.start <= day <= self.end

    def meets(self, other: Period) -> bool:
        """Whether what is told of `other` is told of this: it lies inside, or ends with it and is no whole year."""
        inside = self.start <= other.start and other.end <= self.end
        return inside or (self.end == other.end and not other.is_year)

    @property
    def is_year(self) -> bool:
        """Whether it is about a year long."""
        return (self.end - self.start).days > 300


def find_periods(text: str) -> list[Period]:
    """The spans of days that a text speaks of, in no order; days of documents and single days are none."""
    text = _COMPARED_WITH.sub(lambda match: " " * len(match.group()), text)
    found = list(_halves_and_ends(text))
    taken = [span for _, span in found]
    numbers = [mention.span for mention in find_numbers(text)]
    for mention in find_dates(text):
        period = period_of(text, mention)
        if period and not any(mention.span.overlaps(span) for span in (*taken, *numbers)):
            found.append((period, mention.span))
    return [period for period, _ in found]


def _halves_and_ends(text: str) -> Iterator[tuple[Period, Span]]:
    halves = []
    for match in _HALF.finditer(text):
        halves.append(Span(*match.span()))
        year = int(match["year"])
        second = (match["part"] or "").lower() in {"cuối", "cuoi"} or (match["english"] or "").lower() == "second"
        first, last = (date(year, 7, 1), date(year, 12, 31)) if second else (date(year, 1, 1), date(year, 6, 30))
        yield Period(first, last, match.group()), Span(*match.span())
    for match in _END.finditer(text):
        if any(Span(*match.span()).overlaps(half) for half in halves):
            continue
        year = int(match["year"])
        yield Period(date(year, 10, 1), date(year, 12, 31), match.group()), Span(*match.span())


def period_of(text: str, mention: DateMention) -> Period | None:
    """A month, quarter or year that is named; None for a single day and for a date left blank."""
    if mention.last_day is None or mention.year is None or mention.precision in {"day", "blank"}:
        return None
    return Period(date(mention.year, mention.month or 1, 1), mention.last_day, mention.span.of(text))
