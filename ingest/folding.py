"""Folding: Vietnamese text without its diacritics, character by character.

`fold` keeps the length of NFC text, so that an offset in the folded text is one in the text itself.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    if character in "ĐÐƉđðɖ":
        return "d"
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if len(base) == 1 else character


def fold(text: str) -> str:
    """`text` in lower case without diacritics; as long as `text` where that is NFC."""
    if text.isascii():
        return text.lower()
    return "".join(map(_fold_character, text))


def fold_words(text: str) -> str:
    """`text` folded, with runs of anything but letters and digits as single spaces."""
    return " ".join("".join(c if c.isalnum() else " " for c in fold(unicodedata.normalize("NFC", text))).split())
