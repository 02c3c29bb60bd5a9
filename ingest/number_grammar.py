"""Reads the part of a document number behind its sequence: type, issuer, units (`QĐ-UBND`, `CTr/TU`, `VPCP-KGVX`).

The grammar is Nghị định 30/2020/NĐ-CP, Appendix I, II.3, with the Party's and the older forms, and the damage that
scanners, converters and hands do to them. Everything here works on normalised text (`number_text`). A code that no
rule explains is None, never a guess; a guess that a rule does make carries its confidence.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ingest.models import DocumentNumber, NumberSystem
from ingest.number_repair import (
    CLEAN,
    LOW,
    MEDIUM,
    Group,
    is_acronym,
    known_issuer,
    repair_type,
    resolve_type,
    restore_issuer,
)
from ingest.number_tables import is_joint, issuers, lost_letter_issuers, types_by_fold
from ingest.number_text import fold, is_syllable

GAP = r"[\s|]"
# A cell's border or a line's end may stand on either side of a mark.
SEPARATOR = re.compile(rf"{GAP}{{0,3}}[-/_]{{1,2}}{GAP}{{0,4}}|\|(?=[A-ZĐ])|[ \t]{{1,2}}|[ ]?\n{{1,2}}[ ]?")
_TOKEN = re.compile(
    r"(?:[08](?=[ĐDC0]))?[^\W\d_](?:[^\W_]|[?\ufffd](?=\s?[-/]|[A-ZĐ]))*"
    r"(?:&[^\W\d_]+|\.[A-ZĐ][A-ZĐ0-9]*(?![^\W_]))*"
)
_SPLIT_PIECE = re.compile(r"[ ]{1,2}([A-ZĐƯ]{1,7}[0-9]{0,2})(?![^\W\d_])|[ ]?\n{1,2}[ ]?([A-ZĐƯ]{1,7})(?![^\W_])")
_GLUED_WORD = re.compile(r"([A-ZĐƯ]{2,})([^\W\dA-ZĐƯ_]{2,})")
_ASSEMBLY = re.compile(r"(qh|ubtvqh)\s?([0-9il|o]{1,2})")
_STANDING_COMMITTEE = re.compile(r"ubtvqh[0-9]{0,2}|hdnn[0-9]?|qh[0-9]{1,2}")
# Abbreviations that people write behind an issuer without belonging to its code.
_TRAILING = frozenset({"tp", "hcm", "tphcm", "hn", "vn", "tw", "so", "tt"})
# Old forms name the issuer alone: "Nghị định 64/CP", "Quyết định 115-TTg", "202/HĐBT".
_ALONE = frozenset({"cp", "ttg", "hdbt", "ub", "ctn"})
_EXTENSIONS = frozenset({"doc", "docx", "pdf", "rtf", "txt", "htm", "html", "xls", "xlsx", "odt", "jpg", "png", "zip"})
_SLASH_LETTERS = "Il|!"


@dataclass(frozen=True, slots=True)
class Code:
    """What stands behind the sequence (and year) of a number."""

    type: str | None
    parts: tuple[str, ...]
    """Display forms: type and issuer with its units, or issuer and units alone."""
    end: int
    """Where it ends in the text it was read from."""
    slash_after_type: bool = False
    repaired: bool = False
    diacritics: bool = True
    confidence: float = CLEAN

    @property
    def issuer(self) -> str:
        """Issuer with its units, in one string."""
        return "-".join(self.parts[1:] if self.type and len(self.parts) > 1 else self.parts)


def _read_token(text: str, position: int) -> tuple[str, int] | None:
    """A token, put together where spaces split it: `U B N D`, `UB ND`, `UB⏎ND`."""
    match = _TOKEN.match(text, position)
    if not match:
        return None
    token, end = match[0], match.end()
    glued = _GLUED_WORD.fullmatch(token)
    if glued and not known_issuer(token):
        # "UBNDngày", "UBNDVề": the space behind the number is lost.
        for cut in (len(glued[1]), len(glued[1]) - 1):
            if cut > 1 and is_syllable(token[cut:]) and is_acronym(token[:cut]):
                return token[:cut], position + cut
    if not token.isupper() or len(token) > 12 or text[end : end + 1] not in (" ", "\n"):
        return token, end
    return _joined(text, token, end)


def _joined(text: str, token: str, end: int) -> tuple[str, int]:
    best, joined, at = (token, end), token, end
    lone = len(token) == 1
    for _ in range(12):
        piece = _SPLIT_PIECE.match(text, at)
        if not piece or len(joined) > 14:
            break
        letters = piece[1] or piece[2]
        lone = lone and len(letters) == 1 and piece[1] is not None
        joined, at = joined + letters, piece.end()
        known = fold(joined) in issuers() or fold(joined) in types_by_fold()
        if lone and _ends_group(text, at):
            best = (joined, at)
        elif known and (lone or _piece_belongs(best[0], letters, broken=piece[2] is not None)):
            best = (joined, at)
            if fold(joined) in types_by_fold() and not lone:
                break
    return best


def _ends_group(text: str, at: int) -> bool:
    """Whether a run of single letters ends here: the next is no further single letter."""
    following = _SPLIT_PIECE.match(text, at)
    return not (following and following[1] and len(following[1]) == 1)


def _piece_belongs(before: str, piece: str, *, broken: bool) -> bool:
    folded = fold(piece)
    if broken and (not known_issuer(before) or len(before) < 3):
        return True
    if folded in _TRAILING or folded in types_by_fold():
        return False
    return not known_issuer(piece) and (not known_issuer(before) or len(before) < 3)


@functools.lru_cache(maxsize=16384)
def read_isolated(code: str, year: bool) -> Code | None:
    """`read_code` of a code that stands tight and alone; agencies repeat theirs, so the readings are kept."""
    found = read_code(code, 0, year=year)
    return found if found and found.end == len(code) else None


def read_code(
    text: str,
    position: int,
    *,
    year: bool = False,
    lead: str = "/",
    loose: bool = False,
    named: Callable[[], bool] = bool,
) -> Code | None:
    """Read the code that begins at `position` (a token, behind the mark that follows the sequence).

    Args:
        text: normalised text.
        position: where the first token begins.
        year: a year stands before it.
        lead: the mark between sequence and code: `/`, `-`, `_` or a space.
        loose: the number has spaces around its marks, so that later marks may have them too.
        named: whether a type word or "số" stands before the number, so that a lone issuer is enough; never by default.
    """
    token = _read_token(text, position)
    if token is None:
        return None
    assembly = _read_assembly(text, position, token) if year else None
    if assembly:
        return assembly
    first, end = token
    found = resolve_type(first)
    if found:
        code = _read_typed(text, found, end, first, lead, loose)
        if code or lead in "- _":
            return code
        return _read_letter(text, first, end, year, lead, loose, named)
    repaired = repair_type(first) if lead in "/-_" else None
    if repaired and not (repaired.confidence == LOW and lead == "_"):
        code = _read_typed(text, repaired, end, first, lead, loose)
        if code:
            return code
    letter = _read_letter(text, first, end, year, lead, loose, named)
    if known_issuer(first) or (letter and len(letter.parts) > 1):
        return letter
    return _read_glued(first, end) or _read_letter_slash(position, first) or letter


def _read_assembly(text: str, position: int, token: tuple[str, int]) -> Code | None:
    """`QH13`, `UBTVQH14`, `QH 13`, `QHl3`, and the one type that stands alone, `AL`."""
    first, end = token
    if fold(first) == "al" and first.isupper():
        return Code("AL", ("AL",), end)
    match = _ASSEMBLY.match(fold(text[position : position + 12]))
    if not match or position + match.end() < end:
        return None
    written = match[2]
    term = written.replace("i", "1").replace("l", "1").replace("|", "1").replace("o", "0")
    if term == written or any(c.isdigit() for c in written) or len(written) == 2:
        changed = term != written
        part = match[1].upper() + term
        return Code(None, (part,), position + match.end(), repaired=changed, confidence=MEDIUM if changed else CLEAN)
    return None


def _read_typed(text: str, found: Group, end: int, first: str, lead: str, loose: bool) -> Code | None:
    """Type, then issuer, then units."""
    mark = SEPARATOR.match(text, end)
    if not mark:
        return None
    token = _read_token(text, mark.end())
    if token is None:
        return None
    issuer, at = token
    sign = _sign(mark[0])
    if not _may_be_issuer(issuer, sign, first.islower(), spaced=len(mark[0]) > len(sign)):
        return None
    if not sign and lead.isspace() and not (known_issuer(issuer) and issuer.islower() == first.islower()):
        return None
    type_abbr = found.text.partition(".")[0]
    loose = loose or (sign != "" and len(mark[0]) > 2)
    units, at = _read_units(text, at, issuer, lead if sign == "" else sign, loose, joint=is_joint(type_abbr))
    parts = [found, *(restore_issuer(unit) for unit in units)]
    code = _assemble(type_abbr, parts, at)
    if first.islower() and len(code.parts) > 1 and not known_issuer(issuer) and code.confidence > MEDIUM:
        code = replace(code, confidence=MEDIUM)
    return replace(code, slash_after_type=sign == "/")


def _sign(mark: str) -> str:
    """The mark without the space around it; a bar tight between two codes is a slash."""
    return "/" if mark == "|" else mark.strip(" \t\n|")[:1]


def _may_be_issuer(token: str, sign: str, lower: bool, *, spaced: bool) -> bool:
    if fold(token) in types_by_fold() and not known_issuer(token):
        # Some agencies' codes look like types ("BB-BC"): only tight behind the mark.
        return bool(sign) and not spaced and token[:1].isupper() and not lower
    if known_issuer(token) or fold(token) in lost_letter_issuers():
        return lower or not token.islower()
    if not sign:
        return False
    if lower and token.islower():
        return not is_syllable(token) and len(token) <= 8
    if is_acronym(token):
        return True
    return not spaced and token[:1].isupper() and len(token) <= 5 and not is_syllable(token) and token.isascii()


def _read_units(text: str, position: int, issuer: str, sign: str, loose: bool, *, joint: bool) -> tuple[list[str], int]:
    """Further groups behind the issuer: units, or the other issuers of a joint document."""
    units, at = [issuer], position
    while len(units) < 8:
        mark = SEPARATOR.match(text, at)
        written = _sign(mark[0]) if mark else ""
        if not mark or not written:
            break
        if written == "/" and not joint and sign != "/":
            break
        if written == "_" and sign != "_":
            break
        token = _read_token(text, mark.end())
        if token is None or not _may_be_unit(token[0], mark[0], issuer, loose, joint):
            break
        merged = units[-1] + token[0]
        if "\n" in mark[0] and not known_issuer(units[-1]) and known_issuer(merged):
            units[-1] = merged
        else:
            units.append(token[0])
        at = token[1]
    return units, at


def _may_be_unit(token: str, mark: str, issuer: str, loose: bool, joint: bool) -> bool:
    spaced = mark[0] in " \t\n|" and mark[-1] in " \t\n|"
    if issuer.islower():
        if not token.islower() or mark != mark.strip() or token in _EXTENSIONS:
            return False
        return known_issuer(token) or (joint and not is_syllable(token))
    if token.islower():
        return False
    if spaced:
        return loose and (known_issuer(token) or (joint and is_acronym(token)))
    if mark != mark.strip():
        return known_issuer(token) or (is_acronym(token) and token.isupper())
    return token.isupper() or known_issuer(token) or is_acronym(token)


def _assemble(type_abbr: str | None, parts: list[Group], end: int) -> Code:
    return Code(
        type_abbr,
        tuple(part.text for part in parts),
        end,
        repaired=any(part.repaired for part in parts),
        diacritics=all(part.diacritics for part in parts),
        confidence=min(part.confidence for part in parts),
    )


def _read_glued(token: str, end: int) -> Code | None:
    """`QĐUBND`, `qdubnd`: a type and a known issuer without a mark between them."""
    code = _glued_code(token)
    return replace(code, end=end) if code else None


@functools.lru_cache(maxsize=8192)
def _glued_code(token: str) -> Code | None:
    for cut in range(4, 0, -1):
        type_part = resolve_type(token[:cut]) if len(token) > cut + 1 and cut > 1 else None
        if type_part and fold(token[cut:]) in issuers() and len(token) - cut > 1:
            code = _assemble(type_part.text, [type_part, restore_issuer(token[cut:])], 0)
            return replace(code, confidence=LOW)
    return None


def _read_letter_slash(position: int, token: str) -> Code | None:
    """`CTrITU`, `QĐlBT`: a scanner read the slash between type and issuer as a letter."""
    for at, letter in enumerate(token[:6]):
        if letter in _SLASH_LETTERS and at > 1:
            type_part = resolve_type(token[:at])
            if type_part and known_issuer(token[at + 1 :]):
                parts = [type_part, restore_issuer(token[at + 1 :])]
                code = _assemble(type_part.text, parts, position + len(token))
                return replace(code, repaired=True, confidence=LOW, slash_after_type=True)
    return None


def _read_letter(
    text: str, first: str, end: int, year: bool, lead: str, loose: bool, named: Callable[[], bool]
) -> Code | None:
    """An official letter's code: issuer and unit, no type; and the old forms with the issuer alone."""
    known = known_issuer(first) or fold(first) in lost_letter_issuers()
    if first.islower():
        if not known:
            return None
    elif not (known or (is_acronym(first) and (lead == "/" or first.isupper()))):
        return None
    mark = SEPARATOR.match(text, end)
    sign = _sign(mark[0]) if mark else ""
    token = _read_token(text, mark.end()) if mark and sign and (lead != "_" or sign == "_") else None
    if token and mark and _may_be_unit(token[0], mark[0], first, loose or len(mark[0]) > 1, joint=True):
        if (lead != "/" and not known) or (first.islower() and is_syllable(first) and is_syllable(token[0])):
            return None
        units, at = _read_units(text, token[1], token[0], sign, loose, joint=False)
        return _assemble(None, [restore_issuer(unit) for unit in (first, *units)], at)
    if token and known and fold(token[0]) in types_by_fold() and not token[0].islower() and lead == "/":
        return _assemble(None, [restore_issuer(first), restore_issuer(token[0])], token[1])
    if "." in first and first.isupper():
        return _assemble(None, [restore_issuer(first)], end)
    lone = fold(first) in _ALONE or (lead == "/" and known and fold(first) not in types_by_fold())
    if not year and lone and not first.islower() and named():
        return _assemble(None, [restore_issuer(first)], end)
    return None


def compose(sequence: str, year: int | None, code: Code, lead: str = "/") -> DocumentNumber:
    """Put a number together in its display form.

    Args:
        sequence: digits and letter, empty for a blank number.
        year: the year that is part of the number.
        code: what stands behind it.
        lead: the mark that was written between sequence and code.
    """
    return _composed(sequence, year, code.type, code.parts, code.slash_after_type, lead)


@functools.lru_cache(maxsize=16384)
def _composed(
    sequence: str, year: int | None, kind: str | None, parts: tuple[str, ...], slash_after_type: bool, lead: str
) -> DocumentNumber:
    code = Code(kind, parts, 0, slash_after_type)
    system = _system(year, code, lead)
    shown = _shown_sequence(sequence)
    if system in ("party", "old") and kind and len(parts) > 1:
        canonical = f"{shown}-{parts[0]}/{'-'.join(parts[1:])}"
    else:
        middle = f"/{year}" if year else ""
        canonical = f"{shown}{middle}/{'-'.join(parts)}"
    return DocumentNumber(shown, year, kind, code.issuer, system, canonical, make_key(canonical))


def _shown_sequence(sequence: str) -> str:
    """`0449` → `449`, `5` → `05` (numbers below ten carry a zero), `36A` → `36a`."""
    digits = sequence.rstrip("aăâbcdđeghiklmnopqrstuvxyABCDĐEGHIKLMNOPQRSTUVXYfjwzFJWZ")
    if not digits:
        return ""
    return digits.lstrip("0").rjust(2, "0") + sequence[len(digits) :].lower()


def _system(year: int | None, code: Code, lead: str) -> NumberSystem:
    leading = code.parts[1] if code.type and len(code.parts) > 1 else code.parts[0]
    if year:
        return "assembly" if _STANDING_COMMITTEE.fullmatch(fold(leading)) else "normative"
    issuer = issuers().get(fold(leading)) or issuers().get(fold(leading).rstrip("0123456789"))
    if issuer and issuer.party and code.type:
        return "party"
    if code.type is None:
        return "old" if fold(leading) in _ALONE and len(code.parts) == 1 else "letter"
    if (issuer and issuer.level == "old") or (lead.strip() != "/" and lead != "_" and code.slash_after_type):
        return "old"
    return "state"


def make_key(number: str) -> str:
    """The match key of a number: folded, in capitals, split at marks and spaces, joined by `|`.

    `5880/QĐ-UBND` → `5880|QD|UBND`, `16-CTr/TU` and `16/CTr/TU` → `16|CTR|TU`, `/BC-STTTT` → `|BC|STTTT`.
    """
    parts = re.split(r"[/_\-‐‑‒–—−\s]+", fold(number).upper())
    parts[0] = parts[0].lstrip("0") or parts[0]
    return "|".join(parts)
