"""Dates as Vietnamese administrative texts write them, also partly or wholly left blank.

`dateparser` 1.5 was tried first and does not serve: it reads "ngày 14 tháng 3 năm 2018" as "14 months" and "3 years"
ago, the ratio "19/24" as a day, a blank date as today's, and handles about 8,000 characters a second.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass, replace
from typing import Literal

from ingest.models import Span
from ingest.number_text import NormalisedText, normalise

Precision = Literal["day", "month", "quarter", "year", "blank"]


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date where it stands in a text, as far as it is written out."""

    span: Span
    """With the words that belong to it: `ngày 14 tháng 3 năm 2018`, `tháng 8/2018`, `quý I/2018`."""
    date: datetime.date | None
    """Only where day, month and year are all there."""
    month: int | None
    """For a quarter, its first month."""
    year: int | None
    precision: Precision

    @property
    def last_day(self) -> datetime.date | None:
        """The last day of the period; None where not even the year is written."""
        if self.date is not None or self.year is None:
            return self.date
        month = 12 if self.month is None else self.month + (2 if self.precision == "quarter" else 0)
        return datetime.date(self.year, month, calendar.monthrange(self.year, month)[1])


_LONGEST = 48
"""Characters of a date with blanks in it."""
_YEAR = r"(?:19|20)\d\d(?![0-9])"
_GAP = r"[\s|]{0,6}"
_BLANK = r"[\s.…_|]{0,40}"
_MARK = r"[/.\-]"
_DAY_WORD = r"[Nn](?:gày|gay|GÀY|GAY)"
_MONTH_WORD = r"[Tt](?:háng|hang|HÁNG|HANG)"
_YEAR_WORD = r"[Nn](?:ăm|am|ĂM|AM)"
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec"
)
_MONTH_NUMBERS = {name: "janfebmaraprmayjunjulaugsepoctnovdec".index(name[:3]) // 3 + 1 for name in _MONTHS.split("|")}

_NUMERIC = rf"(?P<d>\d{{1,2}}){_GAP}(?P<mark>{_MARK}){_GAP}(?P<m>\d{{1,2}}){_GAP}(?P=mark){_GAP}(?P<y>{_YEAR})"
_WORDS = rf"(?P<d>\d{{1,2}}){_GAP}{_MONTH_WORD}{_GAP}(?P<m>\d{{1,2}}){_GAP}(?:{_YEAR_WORD}|[/,]){_GAP}(?P<y>{_YEAR})"
_OPEN_WORDS = (
    rf"(?P<d>\d{{1,2}})?{_BLANK}{_MONTH_WORD}{_BLANK}(?P<m>\d{{1,2}})?{_BLANK}"
    rf"(?:{_YEAR_WORD}(?:{_GAP}(?P<y>{_YEAR}|20(?![0-9]))|{_BLANK})|/{_GAP}(?P<y2>{_YEAR}))"
)
_OPEN_NUMERIC = rf"(?P<d>\d{{1,2}})?{_BLANK}/{_BLANK}(?P<m>\d{{1,2}})?{_BLANK}/{_GAP}(?P<y>{_YEAR})"

_AFTER_DAY_WORD = [re.compile(pattern) for pattern in (_NUMERIC, _WORDS, _OPEN_NUMERIC, _OPEN_WORDS)]
_DAY = re.compile(rf"{_DAY_WORD}[\s:|]{{0,6}}")
_BARE = [
    re.compile(r"(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?![0-9])"),
    re.compile(_NUMERIC),
    re.compile(_WORDS),
    re.compile(rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?(?P<name>{_MONTHS})\.?,?\s(?P<y>{_YEAR})", re.IGNORECASE),
]
_MONTH = re.compile(rf"{_MONTH_WORD}{_GAP}(?P<m>\d{{1,2}}){_GAP}(?:[/\-]|{_YEAR_WORD}){_GAP}(?P<y>{_YEAR})")
_QUARTER = re.compile(
    rf"[Qq](?:uý|uí|uy|UÝ|UY){_GAP}(?P<q>IV|I{{1,3}}|[1-4]){_GAP}(?:[/\-]|{_YEAR_WORD}){_GAP}(?P<y>{_YEAR})"
)
_YEAR_ALONE = re.compile(rf"{_YEAR_WORD}{_GAP}(?P<y>{_YEAR})")
_ENGLISH_MONTH_FIRST = re.compile(
    rf"(?P<name>{_MONTHS})\.?\s(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s)?(?P<y>{_YEAR})", re.IGNORECASE
)
# One pass finds where a date may begin; which one it is, the patterns decide there.
_ANCHOR = re.compile(
    rf"(?P<word>{_DAY_WORD}(?=[\s:|.…_/0-9])|{_MONTH_WORD}(?=[\s|0-9])|[Qq](?:uý|uí|uy|UÝ|UY)(?=[\s|0-9I])"
    rf"|{_YEAR_WORD}(?=[\s|0-9]))|(?P<digit>[0-9])(?<![0-9].)(?=[0-9]{{0,3}}[\s|]{{0,6}}(?:[/.\-]|[A-Za-z]))|\b(?P<english>(?i:{_MONTHS})\b)"
)
_NO_NUMBER_BEFORE = re.compile(r"[0-9][/.,\-]$|[A-Za-zĐđ][/\-]$")


def find_dates(text: str) -> list[DateMention]:
    """Every date of a text, in order, apart from one another; spans are of the text as given."""
    normal = normalise(text)
    return [_placed(mention, normal) for mention in find_in_normalised(normal.text)]


def leading_date(text: str, start: int = 0, limit: int | None = None) -> DateMention | None:
    """The date right behind `start`, with or without the word "ngày", read up to `limit`; spans are of `text`."""
    end = min(len(text) if limit is None else limit, start + _LONGEST)
    found = next(iter(find_dates(text[start:end])), None)
    if found is None or found.span.start > len("ngày "):
        return None
    return replace(found, span=Span(start + found.span.start, start + found.span.end))


def find_in_normalised(text: str) -> list[DateMention]:
    """The same over a text in its reading form (`number_text.normalise`), spans in it."""
    found: list[DateMention] = []
    done = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() < done:
            continue
        mention = _read(text, anchor)
        if mention is not None:
            found.append(mention)
            done = mention.span.end
    return found


def date_at(text: str, position: int) -> DateMention | None:
    """The date, with or without the word "ngày", that begins exactly here (normalised text)."""
    anchor = _ANCHOR.match(text, position)
    return _read(text, anchor) if anchor else None


def _placed(mention: DateMention, normal: NormalisedText) -> DateMention:
    span = normal.offsets.span(mention.span.start, mention.span.end)
    return DateMention(span, mention.date, mention.month, mention.year, mention.precision)


def _read(text: str, anchor: re.Match[str]) -> DateMention | None:
    start = anchor.start()
    if anchor["digit"]:
        if _NO_NUMBER_BEFORE.search(text, max(start - 2, 0), start):
            return None
        return _first(text, start, start, _BARE)
    if anchor["english"]:
        return _first(text, start, start, [_ENGLISH_MONTH_FIRST])
    if text[start] in "Nn" and anchor["word"][1:2] in "gG":
        opening = _DAY.match(text, start)
        return _first(text, start, opening.end(), _AFTER_DAY_WORD) if opening else None
    return _first(text, start, start, [_MONTH, _QUARTER, _YEAR_ALONE])


def _first(text: str, start: int, position: int, patterns: list[re.Pattern[str]]) -> DateMention | None:
    for pattern in patterns:
        match = pattern.match(text, position)
        mention = _mention(match, start) if match else None
        if mention is not None:
            return mention
    return None


def _mention(match: re.Match[str], start: int) -> DateMention | None:
    """The date that a match spells; None where no calendar has it."""
    part = match.groupdict()
    written_year = part.get("y") or part.get("y2")
    # Printed forms end in "năm 20…": a century is no year.
    year = int(written_year) if written_year and len(written_year) == 4 else None
    end = match.end() - (len(match[0]) - len(match[0].rstrip(" \t\n|.…_")))
    span = Span(start, max(end, start))
    if part.get("q"):
        quarter = {"I": 1, "II": 2, "III": 3, "IV": 4}.get(part["q"]) or int(part["q"])
        return DateMention(span, None, quarter * 3 - 2, year, "quarter")
    month = _MONTH_NUMBERS[part["name"].lower()] if part.get("name") else int(part.get("m") or 0) or None
    if month is not None and month > 12:
        return None
    day = int(part["d"]) if part.get("d") else None
    if year is not None and month is not None and day is not None:
        if not 1 <= day <= calendar.monthrange(year, month)[1]:
            return None
        return DateMention(span, datetime.date(year, month, day), month, year, "day")
    if year is None:
        return DateMention(span, None, month, None, "blank")
    return DateMention(span, None, month, year, "month" if month else "year")
