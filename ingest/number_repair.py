"""Restores the groups of a number: types and issuers as the tables write them, whatever happened to their letters."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace

from ingest.number_tables import issuers, lost_letter_issuers, types_by_fold
from ingest.number_text import fold

CLEAN, LIGHT, MEDIUM, LOW = 1.0, 0.9, 0.6, 0.4
"""Confidence: as printed; spacing, dashes or diacritics restored; characters corrected; structure guessed."""

_DAMAGED_TERM = re.compile(r"(UBTVQH|QH|HĐNN)([0-9]?[IlOo][0-9]?)")
_TERM_DIGITS = str.maketrans("IlOo", "1100")
_TYPE_REPAIRS = str.maketrans({"O": "Q", "0": "Q", "8": "B", "6": "G"})
_ISSUER_REPAIRS = str.maketrans({"0": "O", "5": "S", "8": "B", "1": "I", "6": "G", "Q": "O"})
_LOST_D = {"Q": "QĐ", "N": "NĐ", "C": "CĐ", "Qy": "QyĐ"}


@dataclass(frozen=True, slots=True)
class Group:
    """A type or an issuer in its display form, with what was done to it."""

    text: str
    repaired: bool = False
    diacritics: bool = True
    confidence: float = CLEAN


@functools.lru_cache(maxsize=8192)
def is_acronym(token: str) -> bool:
    """Whether a token looks like an agency's abbreviation: two capitals at least, or known."""
    if known_issuer(token):
        return True
    capitals = sum(1 for c in token if c.isupper())
    return token[:1].isupper() and capitals >= 2 and len(token) <= 16


@functools.lru_cache(maxsize=8192)
def known_issuer(token: str) -> bool:
    """Whether the table has this issuer, with or without a term or an ordinal behind it."""
    folded = fold(token)
    return folded in issuers() or folded.rstrip("0123456789") in issuers()


@functools.lru_cache(maxsize=8192)
def resolve_type(token: str) -> Group | None:
    """The type that a token stands for, its letters restored; None where it is no type."""
    table = types_by_fold()
    stem, dot, rest = token.partition(".")
    names = table.get(fold(stem))
    if names:
        abbr = _closest(stem, names)
        restored = "Đ" in abbr and "Đ" not in stem.upper()
        return Group(abbr + dot + rest, diacritics=not restored)
    return None


def _closest(token: str, names: tuple[str, ...]) -> str:
    if token in names:
        return token
    for name in names:
        if name.upper() == token.upper():
            return name
    plain = [name for name in names if "Đ" not in name]
    return names[0] if len(names) == 1 or not plain or "Đ" in token.upper() else plain[0]


@functools.lru_cache(maxsize=8192)
def repair_type(token: str) -> Group | None:
    """A type whose letters a scanner or a converter damaged: `OĐ`, `QĐÐ`, `0Đ`, `Q`, `8C`."""
    bare = token.replace("?", "").replace("\ufffd", "")
    if bare in _LOST_D:
        return Group(_LOST_D[bare], repaired=True, diacritics=False, confidence=LOW)
    collapsed = re.sub(r"([ĐDđd])[ĐDđd]+", r"\1", bare)
    for attempt in (collapsed, bare.translate(_TYPE_REPAIRS), "Q" + bare[1:] if bare[:1] == "G" else bare):
        found = resolve_type(attempt) if attempt != token and len(attempt) > 1 else None
        if found:
            return Group(found.text, repaired=True, diacritics=found.diacritics, confidence=MEDIUM)
    return None


@functools.lru_cache(maxsize=8192)
def restore_issuer(token: str) -> Group:
    """The display form of an issuer or unit: the table's where it is known, else as written, in capitals."""
    if "." in token:
        pieces = [restore_issuer(piece) for piece in token.split(".")]
        return Group(
            ".".join(piece.text for piece in pieces),
            any(piece.repaired for piece in pieces),
            all(piece.diacritics for piece in pieces),
            min(piece.confidence for piece in pieces),
        )
    bare = token.replace("?", "").replace("\ufffd", "")
    folded = fold(bare)
    known = issuers().get(folded)
    if known:
        return _displayed(bare, known.abbr)
    term = _DAMAGED_TERM.fullmatch(bare)
    if term:
        digits = term[2].translate(_TERM_DIGITS)
        return Group(restore_issuer(term[1]).text + digits, repaired=True, confidence=MEDIUM)
    stem = folded.rstrip("0123456789")
    if stem in issuers():
        part = _displayed(bare[: len(stem)], issuers()[stem].abbr)
        return replace(part, text=part.text + bare[len(stem) :])
    lost = lost_letter_issuers().get(folded)
    if lost:
        return Group(lost, repaired=True, diacritics=False, confidence=LOW)
    if any(c.isdigit() for c in bare) or "Q" in bare:
        repaired = issuers().get(fold(bare.upper().translate(_ISSUER_REPAIRS)))
        if repaired:
            return Group(repaired.abbr, repaired=True, confidence=MEDIUM)
    return Group(bare.upper() if bare.islower() else bare)


def _displayed(token: str, abbr: str) -> Group:
    written, shown = token.upper(), abbr.upper()
    restored = any(a == "D" and b == "Đ" for a, b in zip(written, shown, strict=False))
    wrong = any(a != b and not (a == "D" and b == "Đ") for a, b in zip(written, shown, strict=False))
    if "Ư" in written or "Ơ" in written:
        # TƯ and TU are two issuers that fold alike; what is written decides.
        return Group(token)
    return Group(abbr, repaired=wrong, diacritics=not restored, confidence=LIGHT if wrong else CLEAN)
