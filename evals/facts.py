"""The checkable facts of a text: dates, document numbers and other numbers, each with one spelling.

Written apart from the product's own finders on purpose: a yardstick that shares code with what it
measures cannot see that code's mistakes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Literal, NamedTuple

FactKind = Literal["date", "key", "num"]

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_D_TO_PLAIN = str.maketrans({"Đ": "D", "đ": "d", "Ð": "D", "Ɖ": "D"})
_SEPARATORS = re.compile(r"[/_\-‐‑‒–—−\s]+")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)")
_FIGURE_DATE = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?!\d)")
_WORD_DATE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE)
_ENGLISH_DATE = re.compile(rf"(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})", re.IGNORECASE)
_DOCUMENT_NUMBER = re.compile(r"\d+[a-zA-Z]?(?:/\d{4})?[/\-][A-ZĐa-zđ]+(?:[/\-][A-ZĐa-zđ0-9]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_DOT_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_COMMA_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class Fact(NamedTuple):
    """One fact: an ISO date, a match key, or a number in plain decimal spelling."""

    kind: FactKind
    value: str


def fold(text: str) -> str:
    """Lower case without diacritics, every Đ a d."""
    decomposed = unicodedata.normalize("NFD", text.translate(_D_TO_PLAIN))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).lower()


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return re.findall(r"\w+", fold(unicodedata.normalize("NFC", text)))


def match_key(number: str) -> str:
    """The match key of a document number: `08/2022/QĐ-TTg` → `8|2022|QD|TTG`."""
    first, *rest = _SEPARATORS.split(fold(number).upper())
    return "|".join([first.lstrip("0") or first, *rest])


def plain_number(written: str | int) -> str:
    """A number's one spelling: `007` → `7`, `96.20` → `96.2`."""
    value = float(written)
    return str(int(value)) if value.is_integer() else repr(value)


def find_facts(text: str) -> set[Fact]:
    """Every date, document number and number of a text.

    Each kind is taken out before the next is looked for: the figures of a date are no numbers.
    """
    rest = unicodedata.normalize("NFC", text)
    found: set[Fact] = set()
    for pattern, read in _READERS:
        found.update(map(read, pattern.finditer(rest)))
        rest = pattern.sub(" ", rest)
    return found


class FactSpan(NamedTuple):
    """A fact with the code points [start, end) that state it."""

    start: int
    end: int
    fact: Fact


def find_fact_spans(text: str) -> list[FactSpan]:
    """The facts of a text in NFC with where they stand, in order."""
    rest, found = text, list[FactSpan]()
    for pattern, read in _READERS:
        found += [FactSpan(*match.span(), read(match)) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: " " * len(match[0]), rest)
    return sorted(found)


def _date(year: str, month: int, day: str) -> Fact:
    return Fact("date", f"{int(year):04d}-{month:02d}-{int(day):02d}")


def _decimal(written: str) -> str:
    """Vietnamese and English ways of writing a number, as Python reads it."""
    if _DOT_THOUSANDS.fullmatch(written):
        return written.replace(".", "").replace(",", ".")
    if _COMMA_THOUSANDS.fullmatch(written):
        return written.replace(",", "")
    return written.replace(",", ".")


def _number(match: re.Match[str]) -> Fact:
    decimal = _decimal(match[0])
    # `1.2.3` is a heading's mark or a version: kept as written.
    return Fact("num", plain_number(decimal) if decimal.count(".") <= 1 else decimal)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Fact]], ...] = (
    (_ISO_DATE, lambda m: Fact("date", m[0])),
    (_FIGURE_DATE, lambda m: _date(m[3], int(m[2]), m[1])),
    (_WORD_DATE, lambda m: _date(m[3], int(m[2]), m[1])),
    (_ENGLISH_DATE, lambda m: _date(m[3], _MONTHS.index(m[2].lower()) + 1, m[1])),
    (_DOCUMENT_NUMBER, lambda m: Fact("key", match_key(m[0]))),
    (_NUMBER, _number),
)
