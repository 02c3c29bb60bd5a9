"""The checkable facts of a text: document numbers, dates, periods, amounts, percentages, quantities."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from ingest.dates import find_dates
from ingest.numbers import find_numbers

FactKind = Literal["document", "date", "month", "number"]
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Fact:
    """One checkable thing that a text states, in its one spelling."""

    kind: FactKind
    value: str
    """A key, an ISO date, `2018-08`, or a plain decimal."""


def plain_number(written: str) -> str:
    """`3.073.000` and `3,073,000` are `3073000`; `446,8` is `446.8`; `007` is `7`."""
    if _THOUSANDS.fullmatch(written):
        text = written.replace(".", "").replace(",", ".")
    elif _ENGLISH_THOUSANDS.fullmatch(written):
        text = written.replace(",", "")
    else:
        text = written.replace(",", ".")
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text


def find_facts(text: str) -> set[Fact]:
    """The facts that a text states; markers of citations are none."""
    text = unicodedata.normalize("NFC", _MARKER.sub(" ", text))
    facts: set[Fact] = set()
    rest = list(text)
    for mention in find_dates(text):
        if mention.date:
            facts.add(Fact("date", mention.date.isoformat()))
        elif mention.year and mention.month and mention.precision == "month":
            facts.add(Fact("month", f"{mention.year:04d}-{mention.month:02d}"))
        else:
            continue
        _blank(rest, mention.span.start, mention.span.end)
    for number in find_numbers("".join(rest)):
        if number.key and not number.partial:
            facts.add(Fact("document", number.key))
            _blank(rest, number.span.start, number.span.end)
    facts.update(Fact("number", plain_number(match.group())) for match in _NUMBER.finditer("".join(rest)))
    return facts


def _blank(characters: list[str], start: int, end: int) -> None:
    characters[start:end] = " " * (end - start)


def implied(facts: set[Fact]) -> set[Fact]:
    """The facts with what follows from them: a day states its month, a date and a number their parts."""
    more = set(facts)
    for fact in facts:
        if fact.kind == "date":
            year, month, day = fact.value.split("-")
            more |= {Fact("month", f"{year}-{month}"), Fact("number", year)}
            more |= {Fact("number", str(int(month))), Fact("number", str(int(day)))}
        elif fact.kind == "month":
            year, month = fact.value.split("-")
            more |= {Fact("number", year), Fact("number", str(int(month)))}
        elif fact.kind == "document":
            more |= {Fact("number", plain_number(part)) for part in re.findall(r"\d+", fact.value)}
    return more
