"""A second look at digits that were read with doubt: their lines, drawn larger and read by themselves.

Two readings that agree are believed. Where they differ and neither is sure, the digits are left out of the text: `…`
says that something stands there, and a wrong number would be taken for a right one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ingest.ocr_header import BLANK
from ingest.ocr_layout import Row
from ingest.ocr_picture import Picture
from ingest.tesseract import SeenWord, read_lines

LARGER = 1.32
"""Than at the first look: of 250 dpi, 330."""
_DOUBTFUL = 85
"""Percent below which a word with digits is looked at again."""
_BETTER, _SURE = 20, 90
"""Percent by which, and from which, the second reading outdoes the first where their digits differ."""
_MOST_ROWS = 25
_ABOVE, _ASIDE = 0.15, 1.0
"""Of the row's height: what is cut out around it."""
_BETWEEN = 12
"""Pixels of white between the lines that are read in one go."""
_OFF_MIDDLE, _LOWEST = 0.2, 0.3
"""Of a strip's height: how far from its middle its line's words stand, and how high they are at least."""
_DIGIT = re.compile(r"\d")
_FOREIGN = re.compile(r"[^\W\d_a-zA-ZÀ-ỹĐđ]|[ÄÅÆÇËÎÏÑÖÛÜäåæçëîïñöûüøØŒœŠšŸÿßÞþðÐ]")
_CUT = re.compile(r"\w[-/]$")
_DOCUMENT_NUMBER = re.compile(r"(\d+[a-zđ]?)[/-][A-ZĐ]")
_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")


def doubtful_words(rows: Sequence[Row]) -> dict[int, set[int]]:
    """The words that want a second look, by row: read with doubt, and with digits, with letters that Vietnamese
    lacks, or the rest of a number that the line's end cuts."""
    found: dict[int, set[int]] = {}
    cut = False
    for n, row in enumerate(rows):
        for index, word in enumerate(row.words):
            rest = cut and not index
            if word.confidence < _DOUBTFUL and (rest or _FOREIGN.search(word.text) or _DIGIT.search(word.text)):
                found.setdefault(n, set()).add(index)
        cut = bool(_CUT.search(row.words[-1].text))
    return dict(list(found.items())[:_MOST_ROWS])


def looked_at_again(rows: Sequence[Row], larger: Picture, dpi: int, limit_s: float) -> list[Row]:
    """The rows with their doubtful digits read again.

    Args:
        rows: of a page, some with doubtful words.
        larger: its picture, `LARGER` than the one that the rows' boxes count in.
        dpi: of the larger picture.
        limit_s: after how many seconds the recogniser is stopped.

    Raises:
        RecogniserError: it failed, or was stopped.
    """
    doubtful = doubtful_words(rows)
    strips = [_strip(rows[n], larger) for n in doubtful]
    seen = read_lines(_stacked([strip for strip, _, _ in strips]), dpi, limit_s)
    again, top = list(rows), _BETWEEN
    for n, (strip, left, _) in zip(doubtful, strips, strict=True):
        here = [word for word in seen if _stands_in(word, top, strip.shape[0])]
        again[n] = Row(
            tuple(
                _decided(word, here, left) if index in doubtful[n] else word for index, word in enumerate(rows[n].words)
            )
        )
        top += strip.shape[0] + _BETWEEN
    return again


def _stands_in(word: SeenWord, top: float, height: float) -> bool:
    """Whether a word is one of a strip's line, and no piece of the lines above and below it."""
    middle = ((word.box[1] + word.box[3]) / 2 - top) / height
    return abs(middle - 0.5) < _OFF_MIDDLE and word.box[3] - word.box[1] > _LOWEST * height


def _strip(row: Row, larger: Picture) -> tuple[Picture, float, float]:
    """The row cut out of the larger picture, and where its left upper corner was."""
    left, top, right, bottom = row.box
    height, width = larger.shape
    aside, above = _ASIDE * row.height, _ABOVE * row.height
    x0, x1 = max(0, round((left - aside) * LARGER)), min(width, round((right + aside) * LARGER))
    y0, y1 = max(0, round((top - above) * LARGER)), min(height, round((bottom + above) * LARGER))
    return larger[y0:y1, x0:x1], x0, y0


def _stacked(strips: Sequence[Picture]) -> Picture:
    width = max(strip.shape[1] for strip in strips)
    height = sum(strip.shape[0] + _BETWEEN for strip in strips) + _BETWEEN
    page = np.full((height, width), 255, np.uint8)
    top = _BETWEEN
    for strip in strips:
        page[top : top + strip.shape[0], : strip.shape[1]] = strip
        top += strip.shape[0] + _BETWEEN
    return page


def _decided(word: SeenWord, here: Sequence[SeenWord], left: float) -> SeenWord:
    """One word by both readings."""
    start, end = word.box[0] * LARGER - left, word.box[2] * LARGER - left
    found = [other for other in here if start <= (other.box[0] + other.box[2]) / 2 <= end]
    if not found:
        return word
    text = "".join(other.text for other in found)
    confidence = min(other.confidence for other in found)
    if _digits(text) == _digits(word.text):
        return replace(word, text=text, confidence=confidence) if confidence > word.confidence else word
    if confidence >= _SURE and confidence - word.confidence >= _BETTER:
        return replace(word, text=text, confidence=confidence)
    if confidence > word.confidence:
        return replace(word, text=_NUMBER.sub(BLANK, word.text))
    return word


def _digits(text: str) -> str:
    """What two readings must agree in; the code behind a document's number is letters."""
    number = _DOCUMENT_NUMBER.search(text)
    return number[1] if number else "".join(filter(str.isdigit, text))
