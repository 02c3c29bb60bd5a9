"""What stands around a number: the word for its type, words that make it something else, the date behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.dates import DateMention, date_at
from ingest.number_tables import context_words, last_syllables, spelled_type_words, types_by_fold
from ingest.number_text import fold, is_syllable

LOOK_BACK = 56
"""Characters before a number that its type word may stand in."""
_OPENING = "([{\"'“‘«*_>-"
_SO = frozenset({"số", "Số", "SỐ", "so", "So", "SO", "no", "No", "nos", "number"})
_SLUG_WORDS = re.compile(r"(?:[a-z]+[-_]){1,4}$")
_AFTER_NUMBER = re.compile(
    r"[\s|]{0,6}[,;]?[\s|]{0,4}(?:\([\s|]{0,2})?"
    r"(?:(?:ký|ban hành|đề|lập|phát hành|ra|dated|of|on|issued on|signed on)[\s|]{1,3})?"
)
_ISSUER_PHRASE = re.compile(r"\sc(?:ủ|u)a\s{1,3}(?P<who>[^\d.;:,()/]{2,60}?)\s{1,3}(?=[Nn]g[àa]y\s{1,3}[0-9])")
_DATE_OPENINGS = frozenset("0123456789NnTtJFMASOD")
_UNDERSCORED_DATE = re.compile(r"_(\d{1,2})_(\d{1,2})_((?:19|20)\d\d)(?![0-9])")


@dataclass(frozen=True, slots=True)
class WordBefore:
    """The words directly before a number."""

    start: int
    """Where they begin."""
    abbr: str | None
    """The type they name; None where only "số" stands there."""
    so: bool
    """Whether "số" stands between."""
    verb: bool
    """Whether the word is also a verb or a common noun."""
    short: bool
    """Whether it is the abbreviation and not the word."""


def word_before(text: str, position: int) -> WordBefore | None:
    """The type word and the "số" that lead to the number at `position`; None where there is neither."""
    tail = text[max(0, position - LOOK_BACK) : position]
    tokens = tail.replace("|", " ").split()
    so = _drop_so(tokens)
    found = _longest(tokens[-4:]) if tokens else None
    if found is None:
        return WordBefore(position, None, so=True, verb=False, short=False) if so else None
    abbr, verb, short, used = found
    at = len(tail)
    for token in reversed(used):
        at = tail.rindex(token, 0, at)
    start = position - len(tail) + at + len(used[0]) - len(used[0].lstrip(_OPENING))
    return WordBefore(start, abbr, so, verb, short)


def _drop_so(tokens: list[str]) -> bool:
    """Take "số", its colon and what belongs to it off the end; whether it was there."""
    if tokens and tokens[-1] in (":", "."):
        tokens.pop()
    if not tokens:
        return False
    last = tokens[-1].rstrip(":.").lstrip(_OPENING)
    if last in _SO:
        tokens.pop()
        return True
    if last == "hiệu" and len(tokens) > 1 and tokens[-2] in _SO:
        del tokens[-2:]
        return True
    if last == "ố" and len(tokens) > 1 and tokens[-2].lstrip(_OPENING) in ("S", "s"):
        del tokens[-2:]
        return True
    return False


def _longest(tokens: list[str]) -> tuple[str, bool, bool, list[str]] | None:
    """The longest type word that the tokens end in: (abbreviation, verb, short, its tokens)."""
    last = tokens[-1].rstrip(":").lstrip(_OPENING)
    folded = fold(last)
    if folded in last_syllables():
        words = [fold(token.lstrip(_OPENING)) for token in tokens[:-1]] + [folded]
        spelled = spelled_type_words()
        for count in range(len(words), 0, -1):
            word = spelled.get(" ".join(words[-count:]))
            if word:
                return word.abbr, word.verb, False, tokens[-count:]
    names = types_by_fold().get(folded)
    if names and len(last) > 1 and (last.isupper() or last in names or last.islower()) and not _is_word(last):
        return (last if last in names else names[0]), False, True, tokens[-1:]
    return None


def _is_word(token: str) -> bool:
    """Small letters that spell a syllable ("đa", "tờ") are a word and no abbreviation."""
    return token.islower() and (is_syllable(token) or not token.replace("đ", "d").isascii())


def slug_words_before(text: str, position: int) -> int:
    """Where the type words of a slug begin (`quyet-dinh-` before `5880-qd-ubnd`); `position` where there are none."""
    tail = text[max(0, position - 40) : position]
    match = _SLUG_WORDS.search(tail)
    if not match:
        return position
    words = re.split(r"[-_]", match[0])[:-1]
    spelled = spelled_type_words()
    for count in range(min(len(words), 4), 0, -1):
        chosen = words[-count:]
        named = chosen[:-1] if chosen[-1] == "so" else chosen
        if " ".join(named) in spelled or named in (["luat"], ["bo", "luat"]):
            return position - len("-".join(chosen)) - 1
    return position


def is_form_mark(text: str, position: int, *, letter: bool) -> bool:
    """Whether the words before say that this is a form's or a place's mark and no document's number.

    Args:
        text: normalised text.
        position: where the number begins.
        letter: the number has no type, so that a house or a plot may look the same.
    """
    if letter and text[max(0, position - 2) : position - 1].isalpha() and text[position - 1] == "-":
        return True
    tail = text[max(0, position - 24) : position]
    tokens = tail.split()
    so = _drop_so(tokens)
    if not tokens:
        return False
    last = fold(tokens[-1].strip(_OPENING + ":"))
    if last in context_words("form"):
        return so or last != "phieu"
    return letter and last in context_words("place")


def date_after(text: str, position: int) -> tuple[DateMention, int] | None:
    """The date that follows a number directly, or behind its issuer's name, with the offset of its end."""
    ahead = text[position : position + 2]
    if ahead.startswith("_"):
        match = _UNDERSCORED_DATE.match(text, position)
        found = date_at(f"{match[1]}/{match[2]}/{match[3]}", 0) if match else None
        return (found, match.end()) if found and match else None
    if not ahead or not (ahead[0].isspace() or ahead[0] in ",;(|"):
        return None
    lead = _AFTER_NUMBER.match(text, position)
    found = date_at(text, lead.end()) if lead and text[lead.end() : lead.end() + 1] in _DATE_OPENINGS else None
    if found is None:
        if text[position + 1 : position + 2] != "c":
            return None
        phrase = _ISSUER_PHRASE.match(text, position)
        if phrase is None or context_words("other_date") & {fold(word) for word in phrase["who"].split()}:
            return None
        found = date_at(text, phrase.end())
    if found is None or (found.precision in ("month", "quarter") and text[found.span.start] not in "Nn"):
        return None
    return found, found.span.end
