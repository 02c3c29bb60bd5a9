"""Lists and ranges that share one code: `1507, 1508 và 1509/QĐ-UBND`, `từ số 1507 đến 1509/QĐ-UBND`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingest.models import DocumentNumber
from ingest.number_context import word_before
from ingest.number_grammar import make_key
from ingest.number_repair import CLEAN, LIGHT
from ingest.number_sequence import is_year

_LIST_ITEM = re.compile(
    r"(?P<seq>(?<![0-9])[0-9]{1,6}[a-eđ]?)(?:/(?P<year>(?:19|20)\d\d))?"
    r"(?P<join>[\s|]{0,3}(?:[,;&]|-)(?:[\s|]{1,3}(?:và|va|and))?[\s|]{0,3}|[\s|]{1,3}(?:và|va|and|hoặc|hay|đến|den|tới|to)[\s|]{1,3})"
    r"(?:(?:số|so)[\s|]{1,3})?$"
)
_RANGE_JOIN = re.compile(r"đến|den|tới|to|-")


@dataclass(frozen=True, slots=True)
class Found:
    """A complete or blank number in the normalised text."""

    start: int
    end: int
    number: DocumentNumber
    year: int | None
    repaired: bool = False
    diacritics: bool = True
    confidence: float = CLEAN
    group: int = -1
    """Members of one list share the start of its last member; -1 for a number that stands alone."""


def list_before(text: str, last: Found, done: int, after_another: bool) -> Iterator[Found]:
    """The numbers of a list that share the last one's code: `1507, 1508 và 1509/QĐ-UBND`; of a range, its first."""
    if not last.number.sequence or not text[last.start : last.start + 1].isdigit():
        return
    items: list[Found] = []
    at = last.start
    while len(items) < 200:
        item = _LIST_ITEM.search(text, max(done, at - 40), at)
        if not item:
            break
        is_range = _RANGE_JOIN.search(item["join"]) is not None
        year = int(item["year"]) if item["year"] else last.number.year
        if is_range and (
            items
            or is_year(last.number.sequence)
            or int(re.sub(r"\D", "", item["seq"])) >= int(re.sub(r"\D", "", last.number.sequence))
        ):
            break
        items.append(_member(item, year, last))
        at = item.start("seq")
        if is_range:
            break
    if items and (word_before(text, at) is not None or _follows_number(text, done, at, after_another) or at == 0):
        yield from reversed(items)


def _digits(sequence: str) -> int:
    return int(sequence.rstrip("abcdeđghk"))


def _follows_number(text: str, done: int, at: int, after_another: bool) -> bool:
    between = text[done:at]
    return after_another and re.fullmatch(r"[\s|]{0,3}[,;][\s|]{0,3}", between) is not None


def _member(item: re.Match[str], year: int | None, last: Found) -> Found:
    number = last.number
    tail = number.canonical[len(number.sequence) :]
    if number.year:
        tail = tail.replace(f"/{number.year}/", f"/{year}/", 1)
    sequence = item["seq"].lstrip("0").rjust(2, "0")
    canonical = sequence + tail
    member = replace(number, sequence=sequence, year=year, canonical=canonical, key=make_key(canonical))
    end = item.end("year") if item["year"] else item.end("seq")
    return replace(
        last,
        start=item.start("seq"),
        end=end,
        number=member,
        year=year,
        group=last.start,
        confidence=min(last.confidence, LIGHT),
    )
