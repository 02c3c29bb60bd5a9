"""Number and day that a clerk typed over a scanned letterhead: they stand in the blanks that the picture shows.

A typed value is no handwriting and was not recognised: it is known to the letter. It is taken where its field lies over
a blank; over anything that was read there, the picture and the field would be two witnesses that may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.models import TypedText
from ingest.ocr_header import DATE_ROW, NUMBER_ROW, letters_box, put
from ingest.ocr_layout import Row
from ingest.ocr_picture import Box, Turned

_NUMBER_VALUE = re.compile(r"\d{1,6}[a-zđ]?(?:/\d{4})?", re.IGNORECASE)
_DAY_VALUE = re.compile(r"\d{1,2}")
_SURE = 100


def with_typed(rows: Sequence[Row], typed: Sequence[TypedText], picture: Turned) -> tuple[list[Row], list[TypedText]]:
    """The rows with the blanks of the letterhead filled, and the typed texts that fill none.

    Args:
        rows: of a page, in reading order.
        typed: what is typed over it.
        picture: that the rows' boxes count in.
    """
    filled, others = list(rows), []
    for value in sorted(typed, key=lambda one: (one.box[1] + one.box[3], one.box[0])):
        box = picture.on_picture(value.box)
        fitting = [
            (abs(gap[0] - box[0]), n, span)
            for n, row in enumerate(filled)
            for span, gap in _blanks(row, value.text)
            if _lies_over(box, gap)
        ]
        if fitting:
            # A field is often wider than its value, which begins at its left edge.
            _, n, span = min(fitting)
            filled[n] = put(filled[n], span, value.text, _SURE, typed=True)
        else:
            others.append(value)
    return filled, others


def _blanks(row: Row, value: str) -> Iterator[tuple[tuple[int, int], Box]]:
    """Spans of a row, and their places, that a value may fill."""
    number, dated = NUMBER_ROW.search(row.text), DATE_ROW.search(row.text)
    spans = []
    if number and _NUMBER_VALUE.fullmatch(value):
        spans.append(number.span("part"))
    if dated and _DAY_VALUE.fullmatch(value):
        spans += [dated.span("day"), dated.span("month")]
    for start, end in spans:
        before = len(row.text[:start].rstrip())
        after = len(row.text) - len(row.text[end:].lstrip())
        if before and after < len(row.text) and not any(map(str.isalnum, row.text[start:end])):
            left, right = letters_box(row, (before - 1, before)), letters_box(row, (after, after + 1))
            yield (start, end), (left[2], min(left[1], right[1]), right[0], max(left[3], right[3]))


def _lies_over(box: Box, gap: Box) -> bool:
    return box[0] < gap[2] and gap[0] < box[2] and box[1] < gap[3] and gap[1] < box[3]
