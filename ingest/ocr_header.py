"""Number and day of a scanned letterhead: what is stamped or written in by hand is not stated.

Offices print the letterhead with a blank for the number and the day, which a clerk fills in with a pen; a recogniser
reads `115` as `445`. Such a part becomes `…` in the text, as where it was left blank, and is kept as a doubt
for a person. Printed digits are as high as the digits and capitals beside them, stand on their line, are as black, and
are recognised without doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ingest.ocr_layout import Row
from ingest.ocr_picture import Box, Picture, around
from ingest.tesseract import SeenWord

BLANK = "…"
NUMBER_ROW = re.compile(
    r"(?:^|\s)(?:S[ốôồổỗộóòắăẵ]|SỐ)\s*[:.;]?\s*(?P<part>.*?)"
    r"(?P<rest>\s*[/-]\s*(?=(?:\d{4}\s*/\s*)?[A-ZĐ]{1,2}[A-Za-zĐđ]*\b)\S+(?:(?<=-) ?\S+)?)"
)
"""The line of the number in a letterhead: what stands before the code of type and issuer."""
DATE_ROW = re.compile(
    r"ng[àaáả]y\s*(?P<day>.{0,12}?)\s*th[áaàả]ng\s*(?P<month>.{0,8}?)\s*n[ăâa]m\s*(?P<year>\S{0,8}?)[.,;:]?$",
    re.IGNORECASE,
)
_TEXT_DATE = re.compile(
    r"(?<!\w)ngày\s*(?P<day>\S{1,6}?)\s+tháng\s*(?P<month>\S{1,6}?)\s+năm(?=\s+\d{4})", re.IGNORECASE
)
_DIGITS = re.compile(r"\d{1,6}[a-zđ]?", re.IGNORECASE)
_HEAD_ROWS, _LONGEST = 40, 100
"""Rows of a page, and letters of a row, that may be a letterhead's."""
_SURE = 92
"""Percent: printed digits of a clean letterhead get 95 and more, written ones up to 90."""
_SURE_IN_TEXT = 60
"""Percent below which the day or month of a date in the text is left out."""
_HIGH, _LOW = 1.22, 0.8
"""Height of printed digits as a share of that of the printing beside them."""
_OFF_LINE = 0.2
"""Of the height: by how much printed digits may stand off the line."""
_INK = 140
_FEWEST_DARK = 2
"""Pixels in a row: one is a speck."""
_COLOURED = 40
"""By how much the channels of a pen's blue differ."""


@dataclass(frozen=True, slots=True)
class SeenDoubt:
    """A part of the letterhead that is left out."""

    field: Literal["number", "date"]
    read: str
    confidence: float
    """From 0 to 1."""
    box: Box


class Ink:
    """Where the ink of a picture is.

    Args:
        grey: (height, width), turned as the words' boxes are.
        blue: the same size: by how much blue outdoes the other channels.
    """

    def __init__(self, grey: Picture, blue: Picture) -> None:
        self._grey, self._blue = grey, blue

    def extent(self, box: Box) -> tuple[float, float] | None:
        """Top and bottom of the ink about a box; None where there is none."""
        left, top, right, bottom = self._about(box)
        dark = (self._grey[top:bottom, left:right] < _INK).sum(axis=1)
        rows = np.nonzero(dark >= _FEWEST_DARK)[0]
        return (float(top + rows[0]), float(top + rows[-1] + 1)) if len(rows) else None

    def is_coloured(self, box: Box) -> bool:
        """Whether the ink in a box is that of a blue pen."""
        left, top, right, bottom = self._about(box)
        dark = self._grey[top:bottom, left:right] < _INK
        return bool(dark.any()) and float(np.median(self._blue[top:bottom, left:right][dark])) > _COLOURED

    def _about(self, box: Box) -> tuple[int, int, int, int]:
        """The box with what a stroke may reach above and below, less what its neighbours may reach into it."""
        height, width = self._grey.shape
        aside, over = 0.04 * (box[2] - box[0]), 0.2 * (box[3] - box[1])
        left, right = max(0, round(box[0] + aside)), min(width, round(box[2] - aside))
        return left, max(0, round(box[1] - over)), max(right, left + 1), min(height, round(box[3] + over))


def without_doubtful(rows: Sequence[Row], ink: Ink, head: bool) -> tuple[list[Row], list[SeenDoubt]]:
    """The rows with `…` in the place of what is not read without doubt.

    Args:
        rows: of a page, in reading order.
        ink: where the picture's ink is.
        head: whether the page has a letterhead.
    """
    kept, doubts = list(rows), list[SeenDoubt]()
    for index, row in enumerate(rows):
        in_head = head and index < _HEAD_ROWS and len(row.text) < _LONGEST
        number = NUMBER_ROW.search(row.text) if in_head else None
        dated = DATE_ROW.search(row.text) if in_head else None
        if dated and not _has(doubts, "date"):
            spans = [dated.span("day"), dated.span("month")]
            kept[index], sure = _checked(row, spans, dated.span("year"), ink)
            doubts += _doubt("date", row, dated[0], sure)
        if number and not _has(doubts, "number"):
            kept[index], sure = _checked(kept[index], [number.span("part")], number.span("rest"), ink)
            doubts += _doubt("number", row, number["part"].strip() + number["rest"].strip(), sure)
        if not (number or dated):
            kept[index] = _dates_left_out(row)
    return kept, doubts


def _has(doubts: Sequence[SeenDoubt], field: str) -> bool:
    return any(doubt.field == field for doubt in doubts)


def _doubt(field: Literal["number", "date"], row: Row, read: str, confidence: float | None) -> list[SeenDoubt]:
    return [] if confidence is None else [SeenDoubt(field, read, confidence, row.box)]


def _checked(row: Row, spans: Sequence[tuple[int, int]], beside: tuple[int, int], ink: Ink) -> tuple[Row, float | None]:
    """The row with its doubtful parts left out, and how sure the worst of them was; None where all is printed.

    Args:
        row: a line of a letterhead.
        spans: the parts that offices fill in, as code points of the row's text.
        beside: printing on the same line that tells how high printed digits are.
        ink: of the picture.
    """
    measure = ink.extent(letters_box(row, _letters(row.text, beside)))
    worst: float | None = None
    for span in reversed(spans):
        sure = _confidence(row, span, measure, ink)
        if sure is not None:
            worst = sure if worst is None else min(worst, sure)
            row = _left_out(row, span)
    return row, worst


def _letters(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """The span less signs at its ends: a slash is higher than a digit."""
    start, end = span
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return start, end


def _confidence(row: Row, span: tuple[int, int], measure: tuple[float, float] | None, ink: Ink) -> float | None:
    """How sure a doubtful part is, from 0 to 1; None where it is typed, or printed digits read without doubt."""
    text = row.text[slice(*span)]
    pieces = _pieces(row, span)
    if pieces and all(word.typed for word, _, _ in pieces):
        return None
    sure = min((word.confidence for word, _, _ in pieces), default=0) / 100
    if not _DIGITS.fullmatch(text) or measure is None:
        return min(sure, 0.3)
    box = letters_box(row, span)
    extent = ink.extent(box)
    if extent is None or ink.is_coloured(box):
        return min(sure, 0.3)
    height = measure[1] - measure[0]
    as_high = _LOW * height <= extent[1] - extent[0] <= _HIGH * height
    on_line = abs(extent[1] - measure[1]) <= _OFF_LINE * height
    if not (as_high and on_line):
        return min(sure, 0.5)
    return None if sure * 100 >= _SURE else sure


def _pieces(row: Row, span: tuple[int, int]) -> list[tuple[SeenWord, int, int]]:
    """The words that a span of the row's text touches, each with the part of it that is touched."""
    found, at = [], 0
    for word in row.words:
        start, end = max(span[0] - at, 0), min(span[1] - at, len(word.text))
        if start < end:
            found.append((word, start, end))
        at += len(word.text) + 1
    return found


def letters_box(row: Row, span: tuple[int, int]) -> Box:
    """What a span of the row's text covers; a part of a word by its share of the letters."""
    pieces = _pieces(row, span)
    return around(_part(word, start, end) for word, start, end in pieces) if pieces else row.box


def _part(word: SeenWord, start: int, end: int) -> Box:
    left, top, right, bottom = word.box
    letter = (right - left) / len(word.text)
    return left + start * letter, top, left + end * letter, bottom


def _left_out(row: Row, span: tuple[int, int]) -> Row:
    """The row with `…` in the place of a span."""
    return put(row, span, BLANK, min((word.confidence for word, _, _ in _pieces(row, span)), default=0))


def put(row: Row, span: tuple[int, int], text: str, confidence: int, typed: bool = False) -> Row:
    """The row with another word in the place of a span of its text, which may be empty."""
    before, after, at = [], [], 0
    for word in row.words:
        start, end = at, at + len(word.text)
        cut, rest = min(max(span[0], start), end) - start, min(max(span[1], start), end) - start
        if cut and (span[0] < end or end <= span[0]):
            before.append(replace(word, text=word.text[:cut], box=_part(word, 0, cut)))
        if rest < len(word.text) and span[1] < end:
            after.append(replace(word, text=word.text[rest:], box=_part(word, rest, len(word.text))))
        at = end + 1
    box = letters_box(row, span) if _pieces(row, span) else _gap(row, before, after)
    word = SeenWord(text, box, confidence, row.words[0].line, typed)
    return Row((*before, word, *after))


def _gap(row: Row, before: Sequence[SeenWord], after: Sequence[SeenWord]) -> Box:
    left = before[-1].box[2] if before else row.box[0]
    return left, row.box[1], after[0].box[0] if after else left, row.box[3]


def _dates_left_out(row: Row) -> Row:
    """Dates of the text that were filled in by hand: "có hiệu lực kể từ ngày … tháng … năm 2021"."""
    for found in reversed(list(_TEXT_DATE.finditer(row.text))):
        for name in ("month", "day"):
            span = found.span(name)
            sure = min(word.confidence for word, _, _ in _pieces(row, span))
            if sure < _SURE_IN_TEXT or not _DIGITS.fullmatch(found[name]):
                row = _left_out(row, span)
    return row
