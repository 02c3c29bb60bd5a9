"""The running number before a code: repaired, put together where it was split, or refused as part of something else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.number_context import word_before
from ingest.number_repair import CLEAN, LIGHT, MEDIUM
from ingest.number_tables import types_by_fold
from ingest.number_text import fold

_SPLIT_DIGITS = re.compile(r"(?<![0-9.,])(?:[0-9] ){1,5}$")
_HALF_DIGITS = re.compile(r"(?<![0-9.,/-])[0-9]{1,3}(?:[ ]|\n{1,2})$")
_THOUSANDS = re.compile(r"(?<![0-9.,])[0-9]{1,3}\.$")
_SEQUENCE_DIGITS = str.maketrans("OoIl|SZB", "00111528")


@dataclass(frozen=True, slots=True)
class Sequence:
    """A running number with its letter."""

    start: int
    text: str
    repaired: bool = False
    confidence: float = CLEAN


def read_year(written: str | None) -> int | None:
    """A year as written or as a scanner read it (`20l6`); None where it is none."""
    if not written:
        return None
    digits = written.translate(_SEQUENCE_DIGITS)
    return int(digits) if digits.isdigit() and 1940 <= int(digits) <= 2100 else None


def read_sequence(
    text: str, match: re.Match[str], done: int, *, suffix: str | None = None, raw: str | None = None
) -> Sequence | None:
    """The sequence of a match, repaired and joined; None where it is no sequence or belongs to something else."""
    start, raw = match.start("seq"), raw or match["seq"]
    letter = (match["suf"] or "").strip() if suffix is None else suffix
    if letter in ("O", "o", "I", "l") and len(raw) < 7:
        raw, letter = raw + letter, ""
    if raw[0] in "oO" and start and text[start - 1] in "sS":
        raw, start = raw[1:], start + 1
    if not raw:
        return None
    digits, repaired = raw, False
    if not raw.isdigit():
        digits, letter = _digits(raw, letter)
        repaired = True
        if not digits or not _stands_alone(text, start):
            return None
    joined = _joined_digits(text, start, digits)
    if joined is not None:
        start, digits = joined.start, joined.text
    elif not _begins_cleanly(text, start, done):
        return None
    significant = len(digits.lstrip("0"))
    if start < done or not 1 <= significant <= 6 or len(digits) > 7 or (letter and letter.lower() not in "abcdđeghk"):
        return None
    confidence = joined.confidence if joined else CLEAN
    return Sequence(start, digits + letter.lower(), repaired, min(confidence, MEDIUM) if repaired else confidence)


def _digits(raw: str, letter: str) -> tuple[str, str]:
    """Letters that a scanner read for digits, turned back; a B at the end is a suffix letter."""
    if raw[-1] == "B" and not letter and raw[:-1].isdigit():
        return raw[:-1], "b"
    if raw[0] == "S" and not (len(raw) > 2 and raw[1:].isdigit()):
        return "", ""
    if not any(c.isdigit() for c in raw) and (len(raw) < 2 or not set(raw) <= set("lIOo") or raw[0] in "oO"):
        return "", ""
    return raw.translate(_SEQUENCE_DIGITS), letter


def _stands_alone(text: str, start: int) -> bool:
    if start == 0 or not text[start - 1].isalnum():
        return True
    return fold(text[max(0, start - 2) : start]) == "so" and not text[max(0, start - 3) : start - 2].isalpha()


def _joined_digits(text: str, start: int, digits: str) -> Sequence | None:
    """Digits that spaces or a line's end split: `5 8 8 0`, `số 58 80`, `1.234`."""
    if start < 2 or text[start - 1] not in " \n." or not (text[start - 2].isdigit() or text[start - 2] == "\n"):
        return None
    tail = text[max(0, start - 12) : start]
    if len(digits) == 1:
        split = _SPLIT_DIGITS.search(tail)
        if split:
            return Sequence(start - len(split[0]), split[0].replace(" ", "") + digits, confidence=LIGHT)
    half = _HALF_DIGITS.search(tail)
    if half and len(half[0].strip()) + len(digits) <= 5:
        begin = start - len(half[0])
        before = word_before(text, begin)
        if before is not None and (before.so or not before.verb):
            return Sequence(begin, half[0].strip() + digits, confidence=MEDIUM)
    thousands = _THOUSANDS.search(tail)
    if thousands and len(digits) == 3 and word_before(text, start - len(thousands[0])) is not None:
        return Sequence(start - len(thousands[0]), thousands[0][:-1] + digits, confidence=MEDIUM)
    return None


def _begins_cleanly(text: str, start: int, done: int) -> bool:
    """Whether what stands directly before lets a number begin here."""
    if start == 0 or start == done:
        return True
    before = text[start - 1]
    if before.isspace() or before in "(\"'“”‘’«[{|,;…>=*":
        return not (before == "," and start > 1 and text[start - 2].isdigit() and word_before(text, start - 1) is None)
    if before.isdigit():
        return False
    if before.isalpha():
        word = re.search(r"[^\W\d_]+$", text[max(0, start - 8) : start])
        folded = fold(word[0]) if word else ""
        return folded == "so" or (folded in types_by_fold() and len(folded) > 1)
    if before == "_":
        return True
    if before in "-/.:+":
        earlier = text[start - 2] if start > 1 else " "
        if before == "-" and earlier.isdigit():
            following = re.match(r"[0-9]+", text[start : start + 7])
            return (
                not (following and is_year(following[0]))
                and word_before(text, digits_start(text, start - 1)) is not None
            )
        return not earlier.isdigit() and before != "+"
    return not before.isalnum() and before not in "%#"


def digits_start(text: str, end: int) -> int:
    """Where the digits that end at `end` begin."""
    return end - len(text[max(0, end - 6) : end]) + len(text[max(0, end - 6) : end].rstrip("0123456789"))


def is_year(sequence: str) -> bool:
    """Whether digits look like a year of the last or this century."""
    return len(sequence) == 4 and sequence[:2] in ("19", "20")
