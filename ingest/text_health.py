"""How sound the text of a document is: what a person should know before an official acts on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.models import Page
from ingest.spacing import count_split_words, is_bare_syllable

_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 30
"""Words that a page must have for the share of their marks to tell anything."""
_LEAST_MARKED = 0.25
"""Share of words with a diacritic below which Vietnamese text has lost them: administrative prose has 0.7 to 0.9."""
_LEAST_VIETNAMESE = 0.7
"""Share of words with the shape of a Vietnamese syllable, below which a page is in another language."""
_MOST_SPLIT = 0.02
"""Share of words drawn in pieces that a reader stumbles over."""


@dataclass(frozen=True, slots=True)
class PageHealth:
    """What was measured on one page."""

    number: int
    source: Literal["digital", "ocr"]
    words: int
    """Words of two letters and more."""
    marked: float | None
    """Share of them with a diacritic (0 to 1); None where the page is short or not in Vietnamese."""
    split: int
    """Words that the drawing left in pieces."""
    private: int
    """Characters of private use: a font's own, which no other program can read."""
    broken: int
    """Characters that could not be decoded (U+FFFD)."""

    @property
    def empty(self) -> bool:
        """Whether there is no text on it."""
        return self.words == 0

    @property
    def unmarked(self) -> bool:
        """Whether it is Vietnamese without its diacritics."""
        return self.marked is not None and self.marked < _LEAST_MARKED

    @property
    def in_pieces(self) -> bool:
        """Whether many of its words are in pieces."""
        return self.words >= _FEWEST_WORDS and self.split > _MOST_SPLIT * self.words


def page_health(page: Page, text: str) -> PageHealth:
    """Measure one page.

    Args:
        page: its number and where its text comes from.
        text: its text as kept.
    """
    words = _WORD.findall(text)
    return PageHealth(
        number=page.number,
        source=page.source,
        words=len(words),
        marked=_marked(words),
        split=count_split_words(text.split("\n")),
        private=sum(_is_private(character) for character in text),
        broken=text.count("\ufffd"),
    )


def document_health(text: str, pages: Sequence[Page]) -> tuple[PageHealth, ...]:
    """Measure every page of a document.

    Args:
        text: of the whole document as kept.
        pages: their places in it.
    """
    return tuple(page_health(page, page.span.of(text)) for page in pages)


def _marked(words: Sequence[str]) -> float | None:
    if len(words) < _FEWEST_WORDS:
        return None
    shaped = sum(map(is_bare_syllable, words))
    if shaped < _LEAST_VIETNAMESE * len(words):
        return None
    return sum(not word.isascii() for word in words) / len(words)


def _is_private(character: str) -> bool:
    return "\ue000" <= character <= "\uf8ff" or "\U000f0000" <= character <= "\U0010fffd"
