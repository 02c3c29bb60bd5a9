"""Pages of a PDF whose text layer tells only a part of what they show: a scan with a running head, or with a stamp."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.ocr_picture import Pictures, without_red

_log = logging.getLogger(__name__)

_LEAST_SHOWN = 0.12
"""Of the page that its pictures cover: a logo or a signature covers less."""
_DPI = 50
"""Of the look at the ink: letters are grey specks, lines of text are seen."""
_INK = 170
_MOST_UNCOVERED = 0.5
"""Of the ink inside the pictures: pages with a text layer made by OCR have about a tenth outside its words."""
_AROUND = 2
"""Pixels by which a word's ink may stand out of its box."""


def uncovered_pages(path: Path, indexes: Sequence[int], password: str = "") -> list[int]:
    """Those of the pages that show pictures with more ink than the text layer has words for.

    Args:
        path: the file; of one that pdfium cannot open no page is told.
        indexes: of pages with a text layer, from 0.
        password: what opens it, where it asks for one.
    """
    try:
        pictures = Pictures(path, "pdf", (password,) if password else ())
    except OSError:
        _log.info("%s: coverage is not looked at", path.name, exc_info=True)
        return []
    with pictures:
        return [index for index in indexes if _is_uncovered(pictures, index)]


def _is_uncovered(pictures: Pictures, index: int) -> bool:
    try:
        shown = pictures.images(index + 1, _DPI)
        if sum((right - left) * (bottom - top) for left, top, right, bottom in shown) < _LEAST_SHOWN:
            return False
        colour, words = pictures.draw(index + 1, _DPI)
    except OSError:
        return False
    ink = without_red(colour) < _INK
    height, width = ink.shape
    inside = np.zeros_like(ink)
    for left, top, right, bottom in shown:
        inside[_edges(top, bottom, height), _edges(left, right, width)] = True
    ink &= inside
    total = int(ink.sum())
    for _, (left, top, right, bottom) in words:
        ink[_pixels(top, bottom), _pixels(left, right)] = False
    # A photograph is uncovered, too: it is told by what the recogniser makes of it.
    return total > 0 and int(ink.sum()) > _MOST_UNCOVERED * total


def _edges(start: float, end: float, size: int) -> slice:
    return slice(max(0, round(start * size)), max(0, round(end * size)))


def _pixels(start: float, end: float) -> slice:
    return slice(max(0, round(start) - _AROUND), max(0, round(end) + _AROUND))
