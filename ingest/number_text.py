"""The reading form of a text: damage that means nothing is taken out, and every offset leads back to the text as given.

Composed letters, one letter Đ (for Ð and Ɖ), one dash, one slash, one space, no invisible characters, no Markdown
escapes. Letters and digits that carry meaning are never changed here; repairs that guess belong to the grammar.
"""

from __future__ import annotations

import bisect
import functools
import re
import unicodedata
from dataclasses import dataclass

from ingest.models import Span

_DASHES = "‐‑‒–—―−⁃﹘﹣－⸺\uf02d"
_SLASHES = "⁄∕／⧸╱\uf02f"
_SPACES = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
# Letters of other scripts that a keyboard or a scanner puts where the Latin one is meant.
_LOOKALIKES = dict(zip("АВСЕНКМОРТХасеорхΑΒΕΗΚΜΝΟΡΤΧ", "ABCEHKMOPTXaceopxABEHKMNOPTX", strict=True))
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SINGLE = {
    **dict.fromkeys(_DASHES, "-"),
    **dict.fromkeys(_SLASHES, "/"),
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(_BREAKS, "\n"),
    **_LOOKALIKES,
    **dict.fromkeys("ÐƉ", "Đ"),
    **dict.fromkeys("ðɖ", "đ"),
}
_INVISIBLE = "\x00-\x08\x7f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
_MARKS = "\u0300-\u034e\u0350-\u036f"
# One class, not two alternatives: the engine then skips what is not in it.
_ALTERED = re.compile(rf"[{_INVISIBLE}{_MARKS}]+")
_ODD = re.compile(f"[{''.join(map(re.escape, _SINGLE))}\uff01-\uff5e{_INVISIBLE}{_MARKS}]")
_SPREAD_MARK = re.compile(r" [/-] (?=[0-9A-ZĐ] [0-9A-ZĐa-z/-])")
_SPREAD_BEFORE = re.compile(r"(?<![0-9A-Za-z])[0-9]+(?: [0-9])*(?: [a-eđ])?$")
_SPREAD_BEHIND = re.compile(r"(?: [/-](?: (?:[0-9A-ZĐƯ]|[rgy](?! [a-z](?![^\W_])))(?![^\W_])){1,16}){1,5}")
_INVISIBLES = re.compile(f"[{_INVISIBLE}]+")
_ESCAPE = re.compile(r"\\(?=[\\/_.()\[\]*#+-])")


class OffsetMap:
    """The way back from a normalised text to the text as given, piece by piece.

    A piece is either copied (offsets run in step) or stands for a replaced stretch as a whole.
    """

    __slots__ = ("_ends", "_sources", "_starts")

    def __init__(self, pieces: list[tuple[int, int, int]]) -> None:
        """`pieces`: (start in the normalised text, start in the given text, end of the replaced stretch or -1)."""
        self._starts = [piece[0] for piece in pieces]
        self._sources = [piece[1] for piece in pieces]
        self._ends = [piece[2] for piece in pieces]

    def span(self, start: int, end: int) -> Span:
        """The stretch of the given text that `[start, end)` of the normalised text stands for."""
        if not self._starts:
            return Span(start, end)
        first = bisect.bisect_right(self._starts, start) - 1
        source = self._sources[first]
        begin = source if self._ends[first] >= 0 else source + start - self._starts[first]
        if end <= start:
            return Span(begin, begin)
        last = bisect.bisect_right(self._starts, end - 1) - 1
        if self._ends[last] >= 0:
            return Span(begin, self._ends[last])
        return Span(begin, self._sources[last] + end - self._starts[last])


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text in its reading form, with the way back."""

    text: str
    offsets: OffsetMap


def normalise(text: str) -> NormalisedText:
    """Bring a text into its reading form; time grows with its length alone."""
    odd = set(_ODD.findall(text))
    plain = _replace_single(text, odd)
    edits = _edits(plain, altered=any(_ALTERED.match(character) for character in odd))
    if not edits:
        return NormalisedText(plain, OffsetMap([]))
    out: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    length = done = 0
    for start, end, replacement in edits:
        if start > done:
            pieces.append((length, done, -1))
            out.append(plain[done:start])
            length += start - done
        if replacement:
            pieces.append((length, start, end))
            out.append(replacement)
            length += len(replacement)
        done = end
    pieces.append((length, done, -1))
    out.append(plain[done:])
    return NormalisedText("".join(out), OffsetMap(pieces))


def _replace_single(text: str, odd: set[str]) -> str:
    """Replace one character by one, so that offsets stay."""
    for character in odd & _SINGLE.keys():
        text = text.replace(character, _SINGLE[character])
    if any("\uff01" <= character <= "\uff5e" for character in odd):
        text = text.translate(_FULL_WIDTH)
    return text


def _edits(text: str, *, altered: bool) -> list[tuple[int, int, str]]:
    """What changes the length: (start, end, replacement), in order, apart from one another."""
    edits: list[tuple[int, int, str]] = []
    for match in _ALTERED.finditer(text) if altered else ():
        start, end = match.span()
        run = match[0]
        marks = run if len(run) == 1 else _INVISIBLES.sub("", run)
        if start == 0 or not unicodedata.combining(marks[:1] or " "):
            edits.append((start, end, ""))
        elif not edits or edits[-1][1] < start:
            edits.append((start - 1, end, _composed(text[start - 1] + marks[:6])))
    extra = [(at, at + 1, "") for at in _spread_spaces(text)]
    if "\\" in text:
        extra.extend((match.start(), match.end(), "") for match in _ESCAPE.finditer(text))
    if extra:
        edits = sorted(edits + extra)
        edits = [edit for at, edit in enumerate(edits) if at == 0 or edit[0] >= edits[at - 1][1]]
    return edits


def _spread_spaces(text: str) -> list[int]:
    """The spaces inside numbers that a converter spread letter by letter: `5 8 8 0 / Q Đ - U B N D`."""
    found: list[int] = []
    done = 0
    for mark in _SPREAD_MARK.finditer(text):
        if mark.start() < done:
            continue
        before = _SPREAD_BEFORE.search(text, max(done, mark.start() - 24), mark.start())
        behind = _SPREAD_BEHIND.match(text, mark.start())
        if before and behind:
            done = behind.end()
            found.extend(at for at in range(before.start(), done) if text[at] == " ")
    return found


@functools.lru_cache(maxsize=4096)
def _composed(cluster: str) -> str:
    return unicodedata.normalize("NFC", cluster)


@functools.lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case without diacritics, Đ as d: `Quyết định` → `quyet dinh`."""
    if text.isascii():
        return text.lower()
    plain = text.translate(_FOLDED_D)
    return "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c)).lower()


_FOLDED_D = str.maketrans("ĐđÐðƉɖ", "DdDdDd")

_SYLLABLE = re.compile(r"(?:ngh|ng|gh|gi|kh|nh|ph|th|tr|ch|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?")


def is_syllable(token: str) -> bool:
    """Whether a token could be a Vietnamese word without diacritics, so that it is no abbreviation in lower case."""
    return _SYLLABLE.fullmatch(fold(token)) is not None
