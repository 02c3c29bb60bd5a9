"""Text → the terms of the lexical index (pure).

Vietnamese writes a space between syllables, not words: most words are two syllables, so a pair of
neighbours is as near to a word as one comes without a dictionary.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ingest.folding import fold

_WORD = re.compile(r"[^\W_]+")
# A document number, a date, a fraction: one term of its own, beside its parts.
_COMPOUND = re.compile(r"(?<![^\W_])\d+[^\W\d_]?(?:\s?[/–‑-]\s?[^\W_]+)+")
_JOINT = re.compile(r"\s?[/–‑-]\s?")
# Grave, acute, tilde, hook above, dot below: the tones, as NFD writes them.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
# Where y is the only vowel, i is written as often: lý/lí, kỹ/kĩ, quy/qui.
_ONLY_Y = re.compile(r"(qu|[^aăâeêioôơuưy]+)y")


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a text, each as often as it occurs, in the order of the text."""

    syllables: tuple[str, ...]
    """Lower case, with diacritics, in one spelling; numbers and foreign words too."""
    pairs: tuple[str, ...]
    """Neighbouring syllables joined by `_`."""
    compounds: tuple[str, ...]
    """Document numbers and dates without diacritics, their parts joined by `|`: `5880|qd|ubnd`."""

    def folded(self) -> Terms:
        """The same without diacritics."""
        plain = tuple(map(fold_syllable, self.syllables))
        return Terms(plain, _pairs(plain), self.compounds)


def split_terms(text: str) -> Terms:
    """The terms of `text`; what a reader holds equal is: `hoà` and `hòa`, `16-CTr/TU` and `16/CTr/TU`."""
    text = unicodedata.normalize("NFC", text).lower()
    syllables = tuple(spell_syllable(word) for word in _WORD.findall(text))
    compounds = tuple(_compound(match.group()) for match in _COMPOUND.finditer(text))
    return Terms(syllables, _pairs(syllables), compounds)


def has_diacritics(text: str) -> bool:
    """Whether a Vietnamese letter or tone occurs: if not, the text was probably typed without them."""
    return any(not letter.isascii() and letter.isalpha() and fold(letter).isascii() for letter in text)


@lru_cache(maxsize=1 << 15)
def spell_syllable(syllable: str) -> str:
    """One spelling of those that mean the same: the tone last (`hoà`, `hòa` → `hoa` + grave), i for a lone y."""
    if syllable.isascii():
        return _lone_i(syllable)
    letters = unicodedata.normalize("NFD", syllable)
    tones = "".join(mark for mark in letters if mark in _TONES)
    bare = unicodedata.normalize("NFC", "".join(letter for letter in letters if letter not in _TONES))
    return _lone_i(bare) + tones


@lru_cache(maxsize=1 << 15)
def fold_syllable(syllable: str) -> str:
    """A syllable as `spell_syllable` gives it, without diacritics."""
    return fold("".join(letter for letter in syllable if letter not in _TONES))


def _lone_i(syllable: str) -> str:
    return syllable[:-1] + "i" if syllable.endswith("y") and _ONLY_Y.fullmatch(syllable) else syllable


def _pairs(syllables: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{first}_{second}" for first, second in pairwise(syllables))


def _compound(surface: str) -> str:
    first, *rest = _JOINT.split(fold(surface))
    return "|".join([first.lstrip("0") or "0", *rest])
