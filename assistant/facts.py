"""The checkable facts of a text: document numbers, dates, periods, amounts, percentages, quantities."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from assistant.quantities import Quantity, find_quantities, plain_number
from ingest.dates import DateMention, find_dates
from ingest.models import NumberMention
from ingest.numbers import find_numbers

FactKind = Literal["document", "date", "month", "quarter", "number"]
_MARKER = re.compile(r"\[\d+\]")
_ORDINALS = ("first", "second", "third", "fourth")
_ENGLISH_QUARTER = re.compile(
    rf"\b(?:Q([1-4])[\s/]+(?:of )?|({'|'.join(_ORDINALS)}) quarter(?: of|,)? )((?:19|20)\d\d)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One checkable thing that a text states, in its one spelling."""

    kind: FactKind
    value: str
    """A key, an ISO date, `2018-08`, `2018-Q1`, or a plain decimal."""


@dataclass(frozen=True, slots=True)
class Read:
    """A text with every checkable thing in it, where it stands."""

    text: str
    """In NFC, markers of citations blanked, English quarters as Vietnamese ones."""
    dates: tuple[DateMention, ...]
    documents: tuple[NumberMention, ...]
    quantities: tuple[Quantity, ...]
    """The numbers that are no part of a date or of a document's number."""

    @property
    def facts(self) -> set[Fact]:
        """The facts, each once."""
        found = {fact for mention in self.dates if (fact := _of_date(mention))}
        found |= {Fact("document", mention.key) for mention in self.documents if mention.key}
        return found | {Fact("number", quantity.value) for quantity in self.quantities}


def read(text: str) -> Read:
    """Take a text apart: dates first, then document numbers, then what numbers are left."""
    text = _MARKER.sub(lambda marker: " " * len(marker.group()), unicodedata.normalize("NFC", text))
    text = _ENGLISH_QUARTER.sub(lambda m: f"quý {m[1] or _ORDINALS.index(m[2].lower()) + 1}/{m[3]}", text)
    rest = list(text)
    dates = [mention for mention in find_dates(text) if _of_date(mention)]
    for mention in dates:
        _blank(rest, mention.span.start, mention.span.end)
    documents = [number for number in find_numbers("".join(rest)) if number.key and not number.partial]
    for number in documents:
        _blank(rest, number.span.start, number.span.end)
    return Read(text, tuple(dates), tuple(documents), tuple(find_quantities("".join(rest))))


def find_facts(text: str) -> set[Fact]:
    """The facts that a text states; markers of citations are none."""
    return read(text).facts


def _of_date(mention: DateMention) -> Fact | None:
    """A date's fact; None for a year alone, which is a number, and for a date that was left blank."""
    if mention.date:
        return Fact("date", mention.date.isoformat())
    if mention.year and mention.month and mention.precision == "month":
        return Fact("month", f"{mention.year:04d}-{mention.month:02d}")
    if mention.year and mention.month and mention.precision == "quarter":
        return Fact("quarter", f"{mention.year:04d}-Q{(mention.month + 2) // 3}")
    return None


def _blank(characters: list[str], start: int, end: int) -> None:
    # A full stop keeps apart what the date kept apart: `Quận 3 ngày 14/3/2018 trạm` counts no stations.
    characters[start:end] = "." + " " * (end - start - 1) if end > start else ""


def implied(facts: set[Fact]) -> set[Fact]:
    """The facts with what follows from them: a day states its month, a date and a number their parts."""
    more = set(facts)
    for fact in facts:
        if fact.kind == "date":
            year, month, day = fact.value.split("-")
            more |= {Fact("month", f"{year}-{month}"), Fact("number", year), _quarter(year, int(month))}
            more |= {Fact("number", str(int(month))), Fact("number", str(int(day)))}
        elif fact.kind == "month":
            year, month = fact.value.split("-")
            more |= {Fact("number", year), Fact("number", str(int(month))), _quarter(year, int(month))}
        elif fact.kind == "quarter":
            year, quarter = fact.value.split("-Q")
            more |= {Fact("number", year), Fact("number", quarter)}
        elif fact.kind == "document":
            more |= {Fact("number", plain_number(part)) for part in re.findall(r"\d+", fact.value)}
    return more


def _quarter(year: str, month: int) -> Fact:
    return Fact("quarter", f"{year}-Q{(month + 2) // 3}")


__all__ = ["Fact", "FactKind", "Read", "find_facts", "implied", "plain_number", "read"]
