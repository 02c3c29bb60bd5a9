"""`Đề án nào có thời hạn muộn nhất?`: the rows of a table whose cell is the least or the greatest of its column.

Nothing is said where a row of the table leaves the cell out, or counts in another unit: what a person would have to
compare for themselves has no answer here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.found_sentences import FoundSentence
from assistant.quantities import find_quantities
from ingest.dates import find_dates
from ingest.folding import fold_words

_WORDS: tuple[tuple[str, bool, bool], ...] = (
    (r"(?:muon|tre|lau|cuoi cung)(?: nhat)?|latest (?:deadline|date)|last (?:deadline|date)", True, True),
    (r"som nhat|dau tien|earliest (?:deadline|date)|first (?:deadline|date)", True, False),
    (r"(?:lon|cao|nhieu|dai|rong) nhat|largest|biggest|highest|most|longest", False, True),
    (r"(?:nho|thap|it|ngan|hep) nhat|smallest|lowest|fewest|least|shortest", False, False),
)
"""(folded words, whether days are compared, whether the greatest is asked for)."""
_EXTREMES = [(re.compile(rf"(?<!\w)(?:{words})(?!\w)"), days, greatest) for words, days, greatest in _WORDS]
_OF_TIME = re.compile(r"(?:thoi (?:han|gian|diem)|han|ngay|tien do|hoan thanh|deadline|date)(?!\w)")
_FEWEST_ROWS = 2


@dataclass(frozen=True, slots=True)
class Extreme:
    """What a question compares."""

    days: bool
    """True where days are compared, False for figures."""
    greatest: bool
    words: str
    """The folded words that ask for it."""


def asked_extreme(question: str) -> Extreme | None:
    """The superlative of a question; None where it has none.

    Args:
        question: folded words.
    """
    for words, days, greatest in _EXTREMES:
        match = words.search(question)
        if match and (not days or "nhat" in match.group() or _OF_TIME.search(question)):
            return Extreme(days, greatest, match.group())
    return None


def says_extreme(text: str, extreme: Extreme) -> bool:
    """Whether a sentence itself says which is the greatest or least."""
    return extreme.words in fold_words(text)


def extreme_rows(question: str, extreme: Extreme, rows: Sequence[FoundSentence]) -> list[FoundSentence]:
    """The rows that hold the extreme of the column that a question names; several where they are equal.

    Args:
        question: folded words.
        extreme: what is compared.
        rows: of tables, those of the likeliest document first.
    """
    tables: dict[tuple[str, str], list[FoundSentence]] = {}
    for row in rows:
        tables.setdefault((row.passages.document.id, row.column_names), []).append(row)
    for (_, header), members in tables.items():
        for column in _columns(question, header, extreme):
            values = _values(members, column, _day if extreme.days else _figure)
            if values is not None:
                best = max(values) if extreme.greatest else min(values)
                return [row for row, value in zip(members, values, strict=True) if value == best]
    return []


def _columns(question: str, header: str, extreme: Extreme) -> list[int]:
    """The columns that a question may mean, the one whose name it holds most of first."""
    names = [fold_words(re.sub(r"\([^)]*\)", " ", cell)) for cell in header.split(" | ")]
    shared = {at: sum(f" {word} " in f" {question} " for word in name.split()) for at, name in enumerate(names)}
    if extreme.days:
        fits = [at for at, name in enumerate(names) if _OF_TIME.match(name)]
    else:
        # A figure's column is named whole: `đơn vị` is not `kinh phí`.
        fits = [at for at, name in enumerate(names) if at and name and f" {name} " in f" {question} "]
    return sorted(fits, key=lambda at: -shared[at])


def _values(
    rows: Sequence[FoundSentence], column: int, read: Callable[[str], tuple[Decimal, str] | None]
) -> list[Decimal] | None:
    """The value of every row in one unit; None where one lacks it or the rows are too few to compare."""
    cells = [row.text.split(" | ") for row in rows]
    found = [read(row[column]) if column < len(row) else None for row in cells]
    read_all = [value for value in found if value is not None]
    if len(read_all) < max(len(rows), _FEWEST_ROWS) or len({unit for _, unit in read_all}) != 1:
        return None
    return [value for value, _ in read_all]


def _day(cell: str) -> tuple[Decimal, str] | None:
    """The only day of a cell, or the last one of its month or year, as its number in the calendar."""
    days = [mention.date or mention.last_day for mention in find_dates(cell)]
    return (Decimal(days[0].toordinal()), "") if len(days) == 1 and days[0] else None


def _figure(cell: str) -> tuple[Decimal, str] | None:
    found = find_quantities(cell)
    return (Decimal(found[0].value), " ".join(found[0].unit)) if len(found) == 1 else None
