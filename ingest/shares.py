"""How much of a whole is told: `44/68 trạm`, `1.200/1.500 hộ`, `62,5 %`. A month (`3/2021`) and a day are no share."""

from __future__ import annotations

import re

COUNT = r"(?:\d+(?:[.,]\d+)*)"
_MONTH = r"(?:0?[1-9]|1[0-2])\s?/\s?(?:19|20)\d\d(?![.,]?\d)"
FRACTION = rf"(?!{_MONTH}){COUNT}\s?/\s?{COUNT}(?![.,]?\d|\s?/\s?\d)"
PERCENT = rf"{COUNT}\s?%"
_SHARE = re.compile(rf"(?<![\d.,/])(?:{PERCENT}|{FRACTION})")
_THOUSANDS = re.compile(r"\.(?=\d{3}(?!\d))")


def told_shares(words: str) -> list[float]:
    """The shares that the words tell, in order: 0.5 for `50%` and for `34/68`, 1 for the whole; of nothing none."""
    shares = []
    for share in _SHARE.finditer(words):
        part, _, whole = share.group().rstrip("% ").partition("/")
        of = _figure(whole) if whole else 100
        if of:
            shares.append(_figure(part) / of)
    return shares


def is_part(words: str) -> bool:
    """Whether the first share that the words tell is less than the whole."""
    return next(iter(told_shares(words)), 1.0) < 1


def _figure(written: str) -> float:
    digits = _THOUSANDS.sub("", written.strip()).replace(",", ".")
    return float(digits) if digits.count(".") < 2 else 0.0
