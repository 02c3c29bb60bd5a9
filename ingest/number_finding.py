"""Finds complete numbers in a text in its reading form: cheap patterns mark where one may begin; the grammar reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.models import DocumentNumber
from ingest.number_context import is_form_mark, slug_words_before, word_before
from ingest.number_grammar import GAP, Code, compose, read_code, read_isolated
from ingest.number_lists import Found, list_before
from ingest.number_repair import CLEAN, LIGHT, LOW, MEDIUM, known_issuer
from ingest.number_sequence import Sequence, read_sequence, read_year
from ingest.number_tables import types_by_fold
from ingest.number_text import fold

_FIRST_DIGIT = r"(?:[0-9](?<![0-9].)|[OoIlS](?<![^\W\dốo_].)(?<![0-9].)(?=[0-9OoIl]))"
_SEQUENCE = rf"(?P<seq>{_FIRST_DIGIT}[0-9OoIlSZB|]{{0,6}})(?P<suf> ?[A-Za-zđĐ])?"
# Slashes are rare where digits are not: the slash is looked for, and the sequence before it.
_SLASH = re.compile(rf"/(?<![^0-9A-Za-zđĐ\s|.…_:(]/)/?{GAP}{{0,4}}(?=[^\W\d_]|[08][ĐDC]|(?P<year>(?:19|20)\d\d\s?/))")
_BEFORE_SLASH = re.compile(
    _SEQUENCE + rf"(?:(?:{GAP}{{0,3}}//?{GAP}{{0,3}}|[Il|])(?P<year>[12][0-9OoIl]{{3}}))?{GAP}{{0,4}}$"
)
# "l0-NQ/TW": the dash forms whose sequence begins with a letter that a scanner read for a digit.
_BEFORE_PARTY_SLASH = re.compile(
    r"(?P<seq>[OoIl](?<![A-Za-zĐđ0-9].)[0-9OoIl]{0,5})(?P<suf>[a-eđ])?(?P<year>(?!))?\s?-\s?(?P<type>[A-ZĐ][A-Za-zĐđ]{1,3})$"
)
_BEFORE_SLASH_LENGTH = 26
# A text that repeats itself is read once: what was refused among the same letters is refused again. No rule looks
# further back than a blank number's dots (160) or further ahead than a code with eight units.
_BEHIND, _AHEAD, _MOST_REFUSED = 176, 192, 20_000
_UNSLASHED = re.compile(
    r"(?P<seq>[0-9](?<![0-9].)[0-9OoIl]{0,6}+)(?P<suf> ?[a-eđA-E](?![^\W_]))?(?:[-_/](?P<year>(?:19|20)[0-9]{2}))?"
    r"(?P<lead>[\s|]{0,2}[-_]{1,2}[\s|]{0,4}|[ ]{1,2}|\n)"
    r"(?=[A-Za-zĐđ]{2,4}(?:\s{0,2}[-/_.|][\s|]{0,3}|[ ])[^\W\d_]|[A-ZĐ][ ][A-ZĐ](?![^\W_])"
    r"|[^\W\d_]{2,9}[-_/][^\W\d_]|(?i:qh|ubtvqh)[0-9]|[A-ZĐ][A-Za-zĐđ]{1,3}[Il|!][A-ZĐ]{2}"
    r"|0[ĐD][-/]|[QNC][?\ufffd]?/[A-ZĐ]|(?<=[-_])[A-Za-zĐđ]{2,10}(?![^\W_]))"
)
_GLUED = re.compile(
    r"(?P<seq>[0-9](?<![0-9].)[0-9Oo]{0,5}+)(?=[A-Za-zĐđ|!/])(?:[Il|!/](?P<year>(?:19|20)[0-9]{2}))?(?P<suf>[a-eA-E](?=[Il|!]?[^\W\d_]{2}))??"
    r"(?P<lead>[Il|!])?(?=[A-Za-zĐđ]{4}|[A-Za-zĐđ]{2,3}[-/])"
)
_BEHIND_SO = re.compile(
    r"[Ss](?<![^\s(].)[ốoỐO]\b[\s|]{0,3}[.:]?(?:[\s|]{0,3}(?P<seq>[0-9]{1,5})(?P<suf>[a-eđ])?(?![^\W_]|\s?[-/._][^\W_])"
    r"|[\s|.…_]{0,60}(?P<blank>-)\s{0,3}(?=[A-ZĐ][A-Za-zĐđ.]{0,9}\s{0,3}/))"
)
_CODE_BEFORE = re.compile(r"(?<![^\W_])[^\W\d_]{2,5}\s?[-/_]\s?[^\W\d_][^\W_]{1,11}(?:-[A-ZĐ]{1,8})?(?=\s{1,3}$)")
_TIGHT_CODE = re.compile(
    r"(?P<code>[A-ZĐ][A-Za-zĐđ]{0,6}[-/][A-ZĐ][A-Za-zĐđ0-9]{0,11}(?:-[A-ZĐ][A-Za-zĐđ0-9]{0,11}){0,4})"
    r"(?![^\W]|[-/.&?\ufffd]|[ ]?\n{0,2}[ ]?[A-ZĐ]{1,7}(?![^\W_]))"
)
_TYPE_BEFORE = re.compile(r"(?<![^\W_])([^\W\d_]{2,5})[-_]$")
_BLANK_SLASH = re.compile(
    r"/(?<![^\s….\_:(|]/)\s{0,3}(?:(?P<year>(?:19|20)\d\d)\s?/\s?)?(?=[A-ZĐ][A-Za-zĐđ.]{0,9}\s{0,3}[-/_])"
)
_SO_ENDS = ("số", "Số", "SỐ", "so", "So", "S ố")
_YEAR_INSIDE = re.compile(r"(?P<seq>[0-9]{1,4})[Il|](?P<year>(?:19|20)[0-9]{2})")


def find_complete(text: str) -> list[Found]:
    """Every complete or blank number, in order, apart from one another."""
    starts = list(_slashed(text))
    starts.extend((match.start(), match.end(), match, "") for match in _UNSLASHED.finditer(text))
    starts.extend((match.start(), match.end(), match, "glued") for match in _GLUED.finditer(text))
    for match in _BEHIND_SO.finditer(text):
        if match["blank"]:
            starts.append((match.start("blank"), match.end(), match, "blank"))
        else:
            starts.append((match.start(), match.end(), match, "first"))
    starts.sort(key=lambda entry: entry[0])
    found: list[Found] = []
    refused: set[tuple[str, int, int, str]] = set()
    done = 0
    for start, at, match, kind in starts:
        if start < done:
            continue
        here = (kind, at - start, min(start - done, _BEHIND), text[max(0, start - _BEHIND) : start + _AHEAD])
        if here in refused:
            continue
        number = _READERS[kind](text, match, at, done)
        if number is None or number.start < done:
            if len(refused) < _MOST_REFUSED:
                refused.add(here)
            continue
        if kind not in ("blank", "first"):
            found.extend(list_before(text, number, done, bool(found)))
        found.append(number)
        done = number.end
    return found


def _slashed(text: str) -> Iterator[tuple[int, int, re.Match[str], str]]:
    bare: set[str] = set()
    for slash in _SLASH.finditer(text):
        end = slash.start()
        behind = text[end - 1] if end else " "
        match = None
        before = text[max(0, end - _BEFORE_SLASH_LENGTH - 1) : end]
        if before not in bare:
            if not slash["year"]:
                match = _BEFORE_SLASH.search(text, max(0, end - _BEFORE_SLASH_LENGTH), end)
        elif behind.isalnum():
            continue
        if match:
            yield match.start(), slash.end(), match, "/"
        elif behind.isalpha():
            party = _BEFORE_PARTY_SLASH.search(text, max(0, end - _BEFORE_SLASH_LENGTH), end)
            if party:
                yield party.start(), party.start("type"), party, "party"
            elif len(bare) < _MOST_REFUSED and not slash["year"]:
                bare.add(before)
        elif not behind.isdigit():
            blank = _BLANK_SLASH.match(text, end)
            if blank:
                yield end, blank.end(), blank, "blank"


def _read_slashed(text: str, match: re.Match[str], at: int, done: int) -> Found | None:
    hidden = None if match["year"] else _YEAR_INSIDE.fullmatch(match["seq"])
    sequence = read_sequence(text, match, done, raw=hidden["seq"] if hidden else None)
    if sequence is None:
        return None
    year = read_year(hidden["year"] if hidden else match["year"])
    if match["year"] and year is None:
        return None
    if hidden:
        sequence = replace(sequence, repaired=True, confidence=MEDIUM)
    tight = _TIGHT_CODE.match(text, at)
    code = read_isolated(tight["code"], year is not None) if tight else None
    if tight and code:
        code = replace(code, end=at + code.end)
    else:
        loose = " " in match[0] or text[at - 1].isspace()
        code = read_code(text, at, year=year is not None, loose=loose, named=lambda: _is_named(text, sequence.start))
    if code is None or text[code.end : code.end + 1] == "%" or not _is_plausible(text, sequence.start, year, code):
        return None
    return _found(text, sequence, year, code, "/")


def _is_named(text: str, start: int) -> bool:
    return start == 0 or word_before(text, start) is not None


def _is_plausible(text: str, start: int, year: int | None, code: Code) -> bool:
    """Whether what stands before allows a document's number; codes that nobody knows need a word that names them."""
    known = year is not None or any(known_issuer(part) for part in code.parts[code.type is not None :])
    if is_form_mark(text, start, letter=not known):
        return False
    if known or code.type is not None:
        return True
    return start == 0 or text[start - 1] in "\n(;,|" or word_before(text, start) is not None


def _read_unslashed(text: str, match: re.Match[str], at: int, done: int) -> Found | None:
    if match.start() and text[match.start() - 1] in "-_":
        inside = _read_inside(text, match, at, done)
        if inside:
            return inside
    sequence = read_sequence(text, match, done)
    if sequence is None:
        return None
    year = read_year(match["year"])
    lead = match["lead"].strip(" \n\t|") or " "
    loose = len(match["lead"]) > 1
    code = read_code(
        text,
        at,
        year=year is not None,
        lead=lead,
        loose=loose,
        named=lambda: _is_named(text, sequence.start),
    )
    if code is None or not _is_plausible(text, sequence.start, year, code):
        return None
    written = text[at : code.end]
    if lead == " " and "/" not in written and "-" not in written and not _leads_plainly(written, code):
        return None
    found = _found(text, sequence, year, code, lead)
    if written.islower() and lead in "-_":
        return _as_slug(text, found)
    return replace(found, confidence=min(found.confidence, LOW)) if lead == "_" else found


def _read_party(text: str, match: re.Match[str], at: int, done: int) -> Found | None:
    """`l0-NQ/TW`: a dash form whose first digit a scanner read as a letter."""
    sequence = read_sequence(text, match, done)
    code = read_code(text, at, lead="-") if sequence else None
    return _found(text, sequence, None, code, "-") if sequence and code and code.type else None


def _leads_plainly(written: str, code: Code) -> bool:
    """`5880 QĐ UBND`: a type and a known issuer, both in capitals or both in small letters."""
    return code.type is not None and known_issuer(code.issuer) and (written.islower() or written[:2].isupper())


def _as_slug(text: str, found: Found) -> Found:
    start = slug_words_before(text, found.start)
    year_match = re.match(r"[-_]((?:19|20)\d\d)(?![0-9])", text[found.end : found.end + 6])
    end = found.end + (5 if year_match and found.number.year is None else 0)
    year = int(year_match[1]) if year_match and found.year is None else found.year
    return replace(found, start=start, end=end, year=year, confidence=min(found.confidence, MEDIUM))


def _read_glued(text: str, match: re.Match[str], at: int, done: int) -> Found | None:
    """`449IKH-STTTT`, `5880qdubnd`, `5880QĐ-UBND`: the slash is lost or read as a letter."""
    year = read_year(match["year"])
    attempts = [(at, match["suf"])]
    if match["lead"]:
        attempts.append((match.start("lead"), match["suf"]))
    elif match["suf"] is None and text[at] in "abcdeABCDE":
        attempts.append((at + 1, text[at]))
        if text[at + 1] in "Il|!":
            attempts.insert(0, (at + 2, text[at]))
    for begin, suffix in attempts:
        code = read_code(text, begin, year=year is not None, lead="/")
        if code is None or (code.type is None and not (year or known_issuer(code.parts[0]))):
            continue
        sequence = read_sequence(text, match, done, suffix=suffix or "")
        if sequence is None or sequence.start != match.start():
            return None
        found = _found(text, sequence, year, code, "/")
        return replace(found, repaired=found.repaired or (begin == at and bool(match["lead"])), confidence=LOW)
    return None


def _read_inside(text: str, match: re.Match[str], at: int, done: int) -> Found | None:
    """`QD-991-UBND`: file names put the type first."""
    mark = _TYPE_BEFORE.search(text, max(done, match.start() - 7), match.start())
    if not mark or match["year"] or fold(mark[1]) not in types_by_fold() or not match["seq"].isdigit():
        return None
    sign = text[match.start() - 1]
    code = read_code(f"{mark[1]}{sign}{text[at : at + 40]}", 0, lead=sign)
    if code is None or code.type is None or not known_issuer(code.issuer.split("-")[0]):
        return None
    sequence = Sequence(mark.start(), match["seq"] + (match["suf"] or ""), confidence=LOW)
    end = at + code.end - len(mark[0])
    return _found(text, sequence, None, replace(code, end=end), "/")


def _read_code_first(text: str, match: re.Match[str], at: int, done: int) -> Found | None:
    """`QĐ-UBND số 5880`."""
    tail = text[max(done, match.start() - 32) : match.start()]
    before = _CODE_BEFORE.search(tail)
    code = read_isolated(before[0], year=False) if before else None
    if not before or code is None or (code.type is None and not known_issuer(code.parts[0])):
        return None
    start = match.start() - len(tail) + before.start()
    if re.search(r"[0-9/]\s?$", text[max(0, start - 2) : start]):
        return None
    sequence = Sequence(start, match["seq"] + (match["suf"] or ""), confidence=MEDIUM)
    return _found(text, sequence, None, replace(code, end=at), "/")


def _read_blank(text: str, match: re.Match[str], at: int, done: int) -> Found | None:
    """`/BC-STTTT`, `……/QĐ-UBND`, `-BC/VPĐU`: the number is left blank."""
    lead = "-" if match.groupdict().get("blank") else "/"
    start = match.start("blank") if lead == "-" else match.start()
    begin, so = _blank_lead(text, start, done)
    year = int(match["year"]) if lead == "/" and match["year"] else None
    code = read_code(text, at, year=year is not None, lead=lead)
    if code is None or (code.type is None and not so) or code.confidence < MEDIUM:
        return None
    if text[at : at + 1].islower():
        return None
    number = compose("", year, code, lead)
    return Found(begin, code.end, number, year, code.repaired, code.diacritics, min(code.confidence, LIGHT))


def _blank_lead(text: str, start: int, done: int) -> tuple[int, bool]:
    """Where the dots that stand for a blank sequence begin, and whether "số" stands before them."""
    tail = text[max(done, start - 160) : start]
    core = tail.rstrip(" \t\n|.…_/")
    fill = tail[len(core) :].lstrip(" \t\n|")
    so = core.rstrip(": ").endswith(_SO_ENDS)
    dotted = "…" in fill or "_" in fill or ".." in fill
    return (start - len(fill) if dotted else start), so


_READERS = {
    "/": _read_slashed,
    "party": _read_party,
    "": _read_unslashed,
    "glued": _read_glued,
    "blank": _read_blank,
    "first": _read_code_first,
}


def _found(text: str, sequence: Sequence, year: int | None, code: Code, lead: str) -> Found:
    number = compose(sequence.text, year, code, lead)
    number, code = _by_type_word(text, sequence.start, number, code, lead)
    confidence = min(code.confidence, sequence.confidence)
    if confidence == CLEAN and text[sequence.start : code.end] != number.canonical:
        confidence = LIGHT
    repaired = code.repaired or sequence.repaired
    return Found(sequence.start, code.end, number, year, repaired, code.diacritics, confidence)


def _by_type_word(text: str, start: int, number: DocumentNumber, code: Code, lead: str) -> tuple[DocumentNumber, Code]:
    """HD and DA fold like HĐ and ĐA: written without Đ they stay, unless the word before says otherwise."""
    if code.type not in ("HD", "DA"):
        if code.type is None and number.system == "old":
            before = word_before(text, start)
            if before and before.abbr:
                return replace(number, type=before.abbr), code
        return number, code
    before = word_before(text, start)
    other = {"HD": "HĐ", "DA": "ĐA"}[code.type]
    if before is None or before.abbr != other:
        return number, code
    code = replace(code, type=other, parts=(other, *code.parts[1:]), diacritics=False)
    return compose(number.sequence, number.year, code, lead), code
