"""Finds text of old Vietnamese encodings and puts it into Unicode.

Files mix encodings, with each other and with Unicode, so every stretch of one font is decided for itself: by the
font's name where the format keeps it, by the words that come out (are they Vietnamese syllables?), and where it
is too short to tell, by what the same font held elsewhere in the document.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from ingest.encodings import ENCODINGS, UNICODE_ONLY, Encoding, western
from ingest.spacing import is_syllable

UNICODE = "unicode"

_BY_FONT = ("tcvn3", "vni")
"""Encodings of fonts, which change within a document; the others are those of whole files."""
_FONTS = (
    (re.compile(r"vni", re.IGNORECASE), "vni"),
    (
        re.compile(r"\.vn|vn-?(?:time|arial|helve|avant|book|bodoni|3d|univ|stcvn)|\.tmc|abc[ -]?(?:time|arial)", re.I),
        "tcvn3",
    ),
    (re.compile(r"vps ", re.IGNORECASE), "vps"),
    (re.compile(r"vi (?:times|arial)|.*viscii", re.IGNORECASE), "viscii"),
)
_SUBSET = re.compile(r"^/?(?:[A-Z]{6}\+)?")
_CAPITALS = re.compile(r"^\.?vn.*[^c]h(?:[,( -].*|bold|italic|bolditalic)?$", re.IGNORECASE)
"""TCVN3 has no capitals with a tone: fonts whose name ends in H draw small letters as capitals."""

_CODE_PAGES = ("cp1258", "cp1250", "cp1251", "cp1254", "cp1257", "cp1253")
"""Of Windows: a file may say of a Western font that it is Vietnamese, Central European, Cyrillic, …"""
_SYMBOL = 0xF000
"""Where Windows shows the bytes of fonts that call themselves symbols."""
_SAMPLE = 4000
"""Characters of a font that tell what its bytes are shown as."""

_MARKED = "\x80-\x9f¡-©ª-¯±-¸»-¿Ä-ÇËÎ-ÑÖ-ØÛÜÞ-ßä-çëî-ñö-øûüþÿ\u2212\u2219\u03bc"
_SUSPECT = re.compile(f"(?<=[A-Za-zÀ-ÿ])[{_MARKED}]|[{_MARKED}](?=[A-Za-z])|[AaEeOo][âÂêÊáàãÁÀÃ]")
"""A character beside a letter where Vietnamese in Unicode has none."""
_SURE_WORDS, _SURE_SHARE = 3, 0.75
"""Words that must become syllables, and their share of all that are converted, before the words alone decide."""
_FILE_WORDS, _FILE_SHARE = 12, 0.9
"""The same for encodings of whole files, which look more alike."""
_HYPHEN = re.compile(
    r"(?<![^\W\d_])([^\W\d_]{0,3})-(?! )([^\W\d_]{0,6})(?![^\W\d_])|(?<![^\W\d_])([^\W\d_]{1,3})-(?= )"
)
_PARTED = re.compile(r"(?<![^\W\d_])([A-Za-z]{1,3})-([\xa1-\xff][A-Za-z]{1,2})(?![^\W\d_])")
_FEWEST_PARTED = 2
"""Words that hyphens part and an ư joins, before hyphens are taken for ư."""
_TYPED_HYPHEN = re.compile("(?<=[A-Za-z])\u00ad(?=[0-9])|(?<![^\\W\\d_])([BGKMNPQRV])\u00ad(?![^\\W\\d_])")
"""A soft hyphen that stands where no word of Vietnamese has an ư: "C-3000", "V- Thuế"."""
_HELD = "\ufdd0"
"""Stands for a hyphen that is one."""
_CAPITAL_WORD = re.compile(
    r"(?<![^\W\d_])[A-ZĐĂÂÊÔƠƯ]{2,}[^\W\dA-Za-z_][A-ZĐĂÂÊÔƠƯ]*(?![^\W\d_])"
    r"|(?<![^\W\d_])[A-ZĐĂÂÊÔƠƯ]+[^\W\dA-Za-z_][A-ZĐĂÂÊÔƠƯ]+(?![^\W\d_])"
)
"""A word whose only small letters are those with a tone."""
_FEWEST_CAPITALS = 2


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one font inside a block."""

    text: str
    font: str | None = None
    """The name that the format gives; None where it gives none."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """The blocks in Unicode, run for run as they were given."""

    blocks: tuple[tuple[str, ...], ...]
    encoding: str = UNICODE
    """The old encoding that most of the text was in; `unicode` where nothing was converted."""
    warnings: tuple[str, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The blocks as plain lines."""
        return ["".join(block) for block in self.blocks]


def font_encoding(font: str | None) -> str | None:
    """The old encoding that a font of this name draws; None for a font of Unicode and where no name is known."""
    name = _SUBSET.sub("", font or "").strip()
    return next((encoding for pattern, encoding in _FONTS if pattern.match(name)), None)


def draws_capitals(font: str | None) -> bool:
    """Whether a TCVN3 font draws its small letters as capitals (.VnTimeH)."""
    return _CAPITALS.match(_SUBSET.sub("", font or "").strip()) is not None


def repair_lines(lines: Iterable[str]) -> Repaired:
    """`repair` for lines whose fonts are not known."""
    return repair([[Run(line)] for line in lines])


def repair(blocks: Sequence[Sequence[Run]]) -> Repaired:
    """The blocks of a document in Unicode.

    Args:
        blocks: paragraphs, cells or printed lines, each cut where the font changes.
    """
    if not _may_be_old(blocks):
        return Repaired(tuple(tuple(run.text for run in block) for block in blocks))
    pages = _code_pages(blocks)
    stretches = [_stretches(block, pages) for block in blocks]
    verdicts = _Verdicts([stretch for block in stretches for stretch in block])
    hyphens = _writes_hyphens(blocks)
    found: Counter[str] = Counter()
    repaired: list[tuple[str, ...]] = []
    changed = 0
    for block in stretches:
        texts: list[str] = []
        before = found.total()
        for encoding, group in groupby(block, key=verdicts.of):
            alike = list(group)
            shown = [text for stretch in alike for text in stretch.shown]
            if encoding == UNICODE:
                texts.extend(shown)
                continue
            converted = _convert([run for stretch in alike for run in stretch.runs], encoding, hyphens)
            texts.extend(converted)
            found[encoding] += sum(before != after for before, after in zip(shown, converted, strict=True))
        changed += found.total() > before
        repaired.append(tuple(texts))
    return _told(tuple(repaired), found, changed)


def _told(blocks: tuple[tuple[str, ...], ...], found: Counter[str], changed: int) -> Repaired:
    if not found:
        return Repaired(blocks)
    names = ", ".join(ENCODINGS[name].title for name, _ in found.most_common())
    warning = f"Đã chuyển chữ từ bảng mã {names} sang Unicode ở {changed} đoạn; khi trích nguyên văn đề nghị đối chiếu."
    return Repaired(blocks, found.most_common(1)[0][0], (warning,))


def is_suspect(text: str) -> bool:
    """Whether anything in the text hints at an old encoding; most documents need no closer look."""
    return _SUSPECT.search(text) is not None


def _may_be_old(blocks: Sequence[Sequence[Run]]) -> bool:
    return any(
        is_suspect(run.text) or (run.font is not None and font_encoding(run.font) is not None)
        for block in blocks
        for run in block
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Adjacent runs whose fonts say the same."""

    shown: tuple[str, ...]
    """The text of each as it was given."""
    runs: tuple[Run, ...]
    """With the characters that Windows-1252 shows for their bytes."""
    declared: str | None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def family(self) -> str | None:
        """The font that speaks for a stretch that says nothing itself."""
        return self.runs[0].font


def _stretches(block: Sequence[Run], pages: dict[str, dict[int, str]]) -> list[_Stretch]:
    stretches = []
    for declared, group in groupby(block, key=lambda run: font_encoding(run.font)):
        runs = list(group)
        western = tuple(Run(run.text.translate(pages.get(run.font or "", {})), run.font) for run in runs)
        stretches.append(_Stretch(tuple(run.text for run in runs), western, declared))
    return stretches


def _code_pages(blocks: Sequence[Sequence[Run]]) -> dict[str, dict[int, str]]:
    """Font → how to come from its characters to those of Windows-1252, for fonts whose bytes are shown otherwise."""
    samples: dict[str, str] = {}
    for block in blocks:
        for run in block:
            if run.font and font_encoding(run.font) and not run.text.isascii():
                known = samples.get(run.font, "")
                if len(known) < _SAMPLE:
                    samples[run.font] = f"{known} {run.text}"
    found = {font: _code_page(text, font_encoding(font) or "") for font, text in samples.items()}
    return {font: page for font, page in found.items() if page}


def _code_page(text: str, name: str) -> dict[int, str]:
    encoding = ENCODINGS[name]
    if any(0xF080 <= ord(character) <= 0xF0FF for character in text):
        return _page_table(None)
    best, most = {}, max(_share(text, encoding)[0], _share(text, None)[0])
    for name in _CODE_PAGES:
        valid, total = _share(text.translate(_page_table(name)), encoding)
        if valid > most and valid >= _SURE_SHARE * total:
            best, most = _page_table(name), valid
    return best


@lru_cache(maxsize=16)
def _page_table(page: str | None) -> dict[int, str]:
    """Character as a code page (None: a symbol font) shows a byte → as Windows-1252 does."""
    table: dict[int, str] = {}
    for byte in range(0x80 if page else 0x20, 0x100):
        shown = bytes([byte]).decode(page, "ignore") if page else chr(_SYMBOL + byte)
        if shown:
            table[ord(shown)] = western(bytes([byte]))
    return table


class _Verdicts:
    """Decides stretch by stretch; the sure ones first, then the others by what their font and document held."""

    def __init__(self, stretches: Sequence[_Stretch]) -> None:
        self._file = _of_file(stretches)
        self._sure: dict[_Stretch, str] = {}
        self._fonts: dict[str | None, Counter[str]] = {}
        self._all: Counter[str] = Counter()
        for stretch in stretches:
            if stretch not in self._sure:
                verdict = self._surely(stretch)
                if verdict is not None:
                    self._sure[stretch] = verdict
                    self._fonts.setdefault(stretch.family, Counter())[verdict] += len(stretch.text)
                    self._all[verdict] += len(stretch.text)

    def of(self, stretch: _Stretch) -> str:
        """`unicode` or the name of an encoding."""
        sure = self._sure.get(stretch)
        return self._probably(stretch) if sure is None else sure

    def _candidates(self) -> tuple[str, ...]:
        return (self._file,) if self._file else _BY_FONT

    def _surely(self, stretch: _Stretch) -> str | None:
        text = stretch.text
        if text.isascii():
            return None
        as_is = _share(text, None)
        scores = {name: _share(text, ENCODINGS[name]) for name in self._candidates()}
        best = max(scores, key=lambda name: scores[name][0])
        valid, total = scores[best]
        if valid >= _SURE_WORDS and valid >= _SURE_SHARE * total and valid > 1.5 * as_is[0]:
            return best
        if as_is[0] >= _SURE_WORDS and as_is[0] >= _SURE_SHARE * as_is[1] and _holds_unicode(text):
            return UNICODE
        return None

    def _probably(self, stretch: _Stretch) -> str:
        text = stretch.text
        known = self._fonts.get(stretch.family) or (Counter() if stretch.family else self._all)
        likely = known.most_common(1)[0][0] if known else None
        if stretch.declared is not None and likely in (None, UNICODE):
            likely = stretch.declared
        if text.isascii():
            return likely or UNICODE
        as_is = _share(text, None)[0]
        if likely is None or likely == UNICODE:
            # Of an unknown font: the rest of the document speaks where the words do not contradict.
            likely = next((name for name, _ in self._all.most_common() if name != UNICODE), None)
            if likely is None or _share(text, ENCODINGS[likely])[0] <= as_is:
                return UNICODE
            return likely
        other = max(self._candidates(), key=lambda name: _share(text, ENCODINGS[name])[0])
        if _share(text, ENCODINGS[other])[0] > _share(text, ENCODINGS[likely])[0] and other in self._all:
            likely = other
        return UNICODE if as_is > _share(text, ENCODINGS[likely])[0] else likely


def _of_file(stretches: Sequence[_Stretch]) -> str | None:
    """An encoding by bytes that the whole document is in."""
    declared = Counter(stretch.declared for stretch in stretches)
    for name in ENCODINGS:
        if name not in _BY_FONT and declared[name] > len(stretches) / 2:
            return name
    text = "\n".join(stretch.text for stretch in stretches)
    scores = {name: _share(text, encoding) for name, encoding in ENCODINGS.items()}
    best = max(scores, key=lambda name: scores[name][0])
    valid, total = scores[best]
    sure = valid >= _FILE_WORDS and valid >= _FILE_SHARE * total and valid > 1.5 * _share(text, None)[0]
    return best if best not in _BY_FONT and sure else None


def _holds_unicode(text: str) -> bool:
    return UNICODE_ONLY.search(text) is not None


def _share(text: str, encoding: Encoding | None) -> tuple[int, int]:
    """(words that are syllables, words) among those that the encoding changes or that hold more than ASCII."""
    name = None if encoding is None else encoding.name
    words = (encoding.word if encoding else _UNICODE_WORD).findall(
        text if encoding else unicodedata.normalize("NFC", text)
    )
    told = [counted for word in words if (counted := _counted(name, word)) is not None]
    return sum(told), len(told)


@lru_cache(maxsize=50_000)
def _counted(name: str | None, word: str) -> bool | None:
    """Whether a word is a syllable as an encoding (None: Unicode) shows it; None where it tells nothing of that."""
    shown = word if name is None else ENCODINGS[name].convert(word)
    if (word.isascii() and shown == word) or len(shown) < 2:
        return None
    return is_syllable(shown.lower())


_UNICODE_WORD = re.compile("[^\\W\\d_]+(?:[\xa1-\xbf]+[^\\W\\d_]*)*")


def _writes_hyphens(blocks: Sequence[Sequence[Run]]) -> bool:
    """Whether the document has hyphens where TCVN3 has ư, the soft hyphen of Windows-1252: "n-íc" is nước."""
    tcvn3 = ENCODINGS["tcvn3"]
    parted = 0
    for text in (run.text for block in blocks for run in block):
        if "\u00ad" in text or "\u2212" in text:
            return False
        for left, right in _PARTED.findall(text) if "-" in text else ():
            tail = tcvn3.convert(right)
            parted += is_syllable(f"{left}ư{tail}".lower()) and not is_syllable(tail)
    return parted >= _FEWEST_PARTED


def _convert(runs: Sequence[Run], name: str, hyphens: bool) -> list[str]:
    encoding = ENCODINGS[name]
    texts = [run.text for run in runs]
    if name == "vni":
        texts = _marks_to_bases(texts, encoding)
    if name == "tcvn3":
        texts = [_TYPED_HYPHEN.sub(rf"\1{_HELD}", text) for text in texts]
    converted = [encoding.convert(text) for text in texts]
    if name != "tcvn3":
        return converted
    if hyphens:
        converted = [_unhyphenated(before, after) for before, after in zip(texts, converted, strict=True)]
    joined = [text.replace(_HELD, "-") for text in converted]
    return [
        text.upper() if draws_capitals(run.font) or _in_capitals(run.text, text) else _CAPITAL_WORD.sub(_upper, text)
        for run, text in zip(runs, joined, strict=True)
    ]


def _in_capitals(shown: str, text: str) -> bool:
    """Whether the letters that TCVN3 has as capitals all are, over several words: "CéNG HOµ X·"."""
    plain = all(letter.isupper() for letter in shown if letter.isascii() and letter.isalpha())
    return plain and len(_CAPITAL_WORD.findall(text)) >= _FEWEST_CAPITALS


def _upper(word: re.Match[str]) -> str:
    return word[0].upper()


def _marks_to_bases(texts: list[str], encoding: Encoding) -> list[str]:
    """Moves a mark that a change of format parted from its letter back to it."""
    for index in range(1, len(texts)):
        before, text = texts[index - 1], texts[index]
        if before and text and before[-1] + text[0] in encoding.table:
            texts[index - 1], texts[index] = before + text[0], text[1:]
    return texts


def _unhyphenated(before: str, text: str) -> str:
    if "-" not in text or before.isascii():
        return text

    def joined(found: re.Match[str]) -> str:
        left, right = (found[1] or found[3] or ""), found[2] or ""
        word = f"{left}ư{right}"
        parts = [part for part in (left, right) if part]
        split = parts and all(is_syllable(part.lower()) for part in parts)
        return found[0] if split or word == "ư" or not is_syllable(word.lower()) else word

    return _HYPHEN.sub(joined, text)


__all__ = ["UNICODE", "Repaired", "Run", "draws_capitals", "font_encoding", "is_suspect", "repair", "repair_lines"]
