"""A type word with a bare number: "QĐ 5880", "quyết định số 5880", "kế hoạch 1452 của UBND", "Quyết định 45/2016"."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.number_context import LOOK_BACK, WordBefore, word_before
from ingest.number_tables import context_words, last_syllables, types_by_fold, written_type_words
from ingest.number_text import fold

_SEQUENCE = r"(?<!khoản\s.)(?<!tháng\s.)(?P<rest>[0-9]{0,5}+)(?P<suf>[a-eđ](?![^\W_]))?"


@functools.cache
def _behind_word() -> re.Pattern[str]:
    """Digits behind a blank or a colon behind the last two letters that a type word, a short form or "số" ends in."""
    endings = {word[-2:] for word in written_type_words()} | {"số", "so", "no", "Số", "So", "No"}
    endings |= {ending.upper() for ending in endings}
    groups: dict[str, str] = {}
    for ending in sorted(endings):
        groups[ending[1]] = groups.get(ending[1], "") + ending[0]
    pairs = "|".join(f"[{first}]{last}" for last, first in sorted(groups.items()))
    return re.compile(rf"[0-9](?<=[\s:|.].)(?:(?<=(?:{pairs})[\s:|.].)|(?<=(?:{pairs})[\s:|.][\s|].)){_SEQUENCE}")


_YEAR = re.compile(r"\s?/\s?((?:19|20)\d\d)(?![0-9])")
_MORE = re.compile(r"\s{0,2}(?:,|;|và|va|and|&)\s{0,2}(?:số\s)?(?P<seq>[0-9]{2,5}[a-eđ]?)(?![^\W_]|[./,:-][0-9])")
_CONTINUES = re.compile(
    r"[^\W_]|\s?[%‰°]|\s?[-/]\s?[0-9]|[.,:][0-9]|\s?/\s?[^\W\d_]"
    r"|\s?(?:-|:|x|×)\s?[0-9]|\.\.|…|-[^\W_]|[.:]\w{1,4}/"
)
_PERIOD = re.compile(r"\s?-\s?[0-9]")
_NEXT_WORDS = re.compile(r"[\s|]{1,3}([^\W\d_]+)(?:[\s|]{1,3}([^\W_]+))?")
_PUNCTUATION = "([{\"'“‘«*_>-:.|"
# A text that repeats itself is read once: what the same letters refused, they refuse again.
_MOST_REFUSED = 20_000
_SO_ENDS = frozenset({"so", "o", "no", "nos", "number", "hieu", ""})


@dataclass(frozen=True, slots=True)
class PartialNumber:
    """A bare number with the type that the words before it name."""

    start: int
    end: int
    sequence: str
    type: str
    year: int | None
    confidence: float


def find_partials(text: str) -> Iterator[PartialNumber]:
    """Every type word with a bare number, in a text in its reading form."""
    verdicts: dict[str, bool] = {}
    refused: set[str] = set()
    for match in _behind_word().finditer(text):
        start = match.start()
        neighbour = text[max(0, start - 12) : start].rsplit(None, 1)[-1:]
        word = neighbour[0] if neighbour else ""
        if word not in verdicts:
            verdicts[word] = _may_name_type(word)
        if not verdicts[word]:
            continue
        tail = text[max(0, start - LOOK_BACK) : start]
        if tail in refused:
            continue
        before = word_before(text, start)
        if before is None or before.abbr is None or not _close(text, start, before):
            if len(refused) < _MOST_REFUSED:
                refused.add(tail)
            continue
        yield from _read(text, match, before)


def _may_name_type(word: str) -> bool:
    """Whether a number's left neighbour can be the end of a type word, a short form or "số"."""
    folded = fold(word.strip(_PUNCTUATION))
    return folded in last_syllables() or folded in types_by_fold() or folded in _SO_ENDS


def _close(text: str, start: int, before: WordBefore) -> bool:
    """Whether only "số" or a blank stands between word and number; a new line without "số" begins something else."""
    tail = text[max(before.start, start - 12) : start]
    gap = tail[len(tail.rstrip(" \t\n|:.")) :]
    if before.so:
        return gap.count("\n") <= 2 and len(gap) <= 8
    return gap in (" ", "  ")


def _read(text: str, match: re.Match[str], before: WordBefore) -> Iterator[PartialNumber]:
    sequence, end = match[0], match.end()
    year_match = _YEAR.match(text, end)
    year = int(year_match[1]) if year_match else None
    if year_match:
        end = year_match.end()
    if _CONTINUES.match(text, end) or not _names_document(text, end, sequence, year, before):
        return
    assert before.abbr is not None
    confidence = 0.9 if before.so or before.short else 0.6
    yield PartialNumber(before.start, end, sequence, before.abbr, year, confidence)
    while before.so and len(sequence) > 1:
        more = _MORE.match(text, end)
        if not more or _counted(text, more.end()):
            return
        end = more.end()
        yield PartialNumber(more.start("seq"), end, more["seq"], before.abbr, None, 0.6)


def _names_document(text: str, end: int, sequence: str, year: int | None, before: WordBefore) -> bool:
    digits = int(re.match(r"\d+", sequence)[0])  # type: ignore[index]
    if before.so:
        return True
    if year is not None:
        # "báo cáo 8/2018" is a month; a document's number and year are told from it by the number or the capital.
        return digits > 12 or text[before.start].isupper()
    if 1900 <= digits <= 2100 and len(sequence) == 4 and not before.short:
        return False
    if before.short:
        return not _counted(text, end)
    following = _NEXT_WORDS.match(text, end)
    if following is None:
        return len(sequence) > 1 or not before.verb
    word, after = fold(following[1]), fold(following[2] or "")
    if word == "nam":
        # "kế hoạch 5 năm 2016-2020" lasts five years.
        return after.isdigit() and len(after) == 4 and len(sequence) > 1 and not _PERIOD.match(text, following.end())
    if word == "ngay":
        return after.isdigit()
    if f"{word} {after}" in context_words("counted_pair"):
        return not before.verb and word not in context_words("unit")
    if before.verb:
        return word in context_words("naming") and len(sequence) > 1
    return word in context_words("naming") or (word not in context_words("unit") and len(sequence) > 1)


def _counted(text: str, end: int) -> bool:
    following = _NEXT_WORDS.match(text, end)
    if following is None:
        return False
    word, after = fold(following[1]), fold(following[2] or "")
    if word in ("ngay", "nam"):
        return not after.isdigit()
    return word in context_words("unit") and word not in context_words("naming")
