"""From recognised words to a page's text: rows, the columns of the letterhead and of the sign-off, noise left out.

Nghị định 30/2020/NĐ-CP, Appendix I: issuer and number stand left in the letterhead, motto, place and day right of
them; at the foot the recipients stand left and the signature right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from itertools import pairwise
from statistics import median

from ingest.folding import fold_words
from ingest.head import TYPE_NAMES
from ingest.ocr_picture import Box, around
from ingest.tesseract import SeenWord

_MOTTOES = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "ĐẢNG CỘNG SẢN VIỆT NAM",
)
_ALIKE = 0.85
"""How like a formula a row must read to be taken for it: two letters of the motto may be wrong."""
_WIDE_GAP = 0.9
"""Of a row's height: what lies between two columns, and seldom between words set to the margins."""
_SAME_ROW = 0.5
"""Share of the lower one's height by which two lines overlap that are printed side by side."""
_TOUCH = 4
"""Pixels by which boxes of neighbours may overlap."""
_HEAD = 0.45
"""Of the page's height, within which the letterhead ends."""
_NO_WORD = 60
"""Percent below which a word without letter or digit is a speck, or the rim of a stamp."""
_NOISE, _POOR_NOISE = 35, 60
"""Percent below which a row is noise; where it reads like no words at all, the higher one."""
_PARAGRAPH = 1.45
"""Of the usual distance of lines: from here on a paragraph ends."""
_SIGNS = frozenset("-–—+•*")
_RULES = "|_„‡†"
"""What lines, folds and specks beside a word are read as."""
_WORD_LIKE = re.compile(r"[^\W\d_]{2,}[.,;:]?|\d+[.,;:/)]?|\d[\d./-]+[.,;]?")
_RECIPIENTS = "noi nhan"
_ADDRESSED = "kinh gui"


@dataclass(frozen=True, slots=True)
class Row:
    """Words that stand side by side, from left to right."""

    words: tuple[SeenWord, ...]

    @property
    def text(self) -> str:
        """The words with single spaces."""
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        """What the words cover."""
        return around(word.box for word in self.words)

    @property
    def height(self) -> float:
        """Of its letters: the middle one of its words' heights."""
        return median(word.box[3] - word.box[1] for word in self.words)

    @property
    def confidence(self) -> float:
        """Mean over the letters, in percent."""
        letters = sum(len(word.text) for word in self.words)
        return sum(len(word.text) * word.confidence for word in self.words) / letters


def with_layer(seen: Sequence[SeenWord], layer: Sequence[tuple[str, Box]]) -> list[SeenWord]:
    """The words, those of the text layer in the place of what was recognised there."""
    if not layer:
        return list(seen)
    kept = [word for word in seen if not any(_centre_in(word.box, box) for _, box in layer)]
    kept += [SeenWord(text, box, 100, (-1, round(box[1]), round(box[3]))) for text, box in layer]
    return kept


def _centre_in(box: Box, other: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def page_rows(words: Sequence[SeenWord], height: float) -> list[Row]:
    """The rows of a page in the order in which a person reads them, without noise.

    Args:
        words: as recognised.
        height: of the picture, in pixels.
    """
    rows = [row for row in _rows(words) if not _is_noise(row)]
    rows = _columns(rows, height)
    return [_as_formula(row) for row in rows if row.words]


def _rows(words: Sequence[SeenWord]) -> list[Row]:
    lines: dict[tuple[int, int, int], list[SeenWord]] = {}
    for seen in words:
        word = replace(seen, text=seen.text.strip(_RULES))
        if any(map(str.isalnum, word.text)) or word.text in _SIGNS or (word.text and word.confidence >= _NO_WORD):
            lines.setdefault(word.line, []).append(word)
    rows: list[list[SeenWord]] = []
    for line in sorted(lines.values(), key=lambda line: median((word.box[1] + word.box[3]) / 2 for word in line)):
        beside = next((row for row in reversed(rows[-4:]) if _beside(row, line)), None)
        if beside is None:
            rows.append(line)
        else:
            beside.extend(line)
    return [Row(tuple(sorted(row, key=lambda word: word.box[0]))) for row in rows]


def _beside(row: Sequence[SeenWord], line: Sequence[SeenWord]) -> bool:
    """Whether two lines of the recogniser are printed at one height."""
    one, other = around(word.box for word in row), around(word.box for word in line)
    shared = min(one[3], other[3]) - max(one[1], other[1])
    if shared <= _SAME_ROW * min(one[3] - one[1], other[3] - other[1]):
        return False
    return not any(min(a.box[2], b.box[2]) - max(a.box[0], b.box[0]) > _TOUCH for a in row for b in line)


def _is_noise(row: Row) -> bool:
    """Whether a row is what a stamp, a logo or a signature looks like to a recogniser."""
    like_words = sum(len(word.text) for word in row.words if _WORD_LIKE.fullmatch(word.text))
    if not like_words:
        return row.confidence < _POOR_NOISE or not any(map(str.isalnum, row.text))
    reads = like_words / sum(len(word.text) for word in row.words)
    return row.confidence < (_NOISE if reads > 0.5 else _POOR_NOISE)


# ------------------------------------------------------------------ columns


def _columns(rows: list[Row], height: float) -> list[Row]:
    """The rows, those of the letterhead and the sign-off taken apart into their columns, the left one first."""
    motto = next((n for n, row in enumerate(rows) if row.box[1] < _HEAD * height and _motto_at(row) is not None), None)
    if motto is not None:
        at = _motto_at(rows[motto])
        assert at is not None
        rows = _taken_apart(rows, motto, at)
    foot = next((n for n, row in enumerate(rows) if _starts(row, _RECIPIENTS)), None)
    if foot is not None:
        middle = _middle(rows[foot:])
        if middle is not None:
            rows = _foot_apart(rows, foot, middle)
    return rows


def _starts(row: Row, words: str) -> bool:
    return fold_words(row.text).startswith(words)


def _motto_at(row: Row) -> float | None:
    """Where the first motto begins in a row; None where it is not in it."""
    best, begins = _ALIKE, None
    for motto in (_MOTTOES[0], _MOTTOES[2]):
        length = len(motto.split())
        for start in range(max(1, len(row.words) - length + 1)):
            alike = _likeness(" ".join(word.text for word in row.words[start : start + length]), motto)
            if alike >= best:
                best, begins = alike, row.words[start].box[0]
    return begins


def _likeness(text: str, formula: str) -> float:
    return SequenceMatcher(None, fold_words(text), fold_words(formula), autojunk=False).ratio()


def _taken_apart(rows: list[Row], motto: int, gutter: float) -> list[Row]:
    """The letterhead in its columns: from the rows above the motto that are as narrow to the first row across."""
    first = motto
    while first > 0 and motto - first < 3 and rows[first - 1].box[2] <= gutter:
        first -= 1
    last = motto
    while last + 1 < len(rows) and _fits(rows[last + 1], gutter) and not _starts(rows[last + 1], _ADDRESSED):
        last += 1
    left, right = _halves(rows[first : last + 1], gutter)
    if not left:
        return rows
    # A row below the day that stands in the left column alone may be the text's first: the title is centred.
    return [*rows[:first], *left, *right, *rows[last + 1 :]]


def _fits(row: Row, gutter: float) -> bool:
    """Whether a row stands in the columns: on one side, or with a gap between the two."""
    cut = _cut_at(row, gutter)
    if cut is None:
        return False
    centre = (row.box[0] + row.box[2]) / 2
    # The title stands in the middle of the page: it ends the letterhead.
    return 0 < cut < len(row.words) or row.box[2] <= gutter or centre > gutter


def _cut_at(row: Row, gutter: float) -> int | None:
    """How many words stand in the left column; None where the row runs across."""
    for at, word in enumerate(row.words):
        if word.box[0] == gutter:
            # The motto itself, however close the issuer's name comes to it.
            return at
    if row.box[2] <= gutter:
        return len(row.words)
    if row.box[0] >= gutter - 2 * row.height:
        return 0
    gaps = [
        (after.box[0] - before.box[2], n)
        for n, (before, after) in enumerate(pairwise(row.words), 1)
        if before.box[2] < gutter + 2 * row.height and after.box[0] > gutter - 4 * row.height
    ]
    widest, at = max(gaps, default=(0.0, 0))
    return at if widest > _WIDE_GAP * row.height else None


def _halves(rows: Sequence[Row], gutter: float) -> tuple[list[Row], list[Row]]:
    left, right = [], []
    for row in rows:
        cut = _cut_at(row, gutter)
        assert cut is not None
        if cut:
            left.append(Row(row.words[:cut]))
        if cut < len(row.words):
            right.append(Row(row.words[cut:]))
    return left, right


def _middle(rows: Sequence[Row]) -> float | None:
    """Where the right column of the sign-off begins: left of the office that signs."""
    starts = [
        after.box[0]
        for row in rows
        for before, after in pairwise(row.words)
        if after.box[0] - before.box[2] > 2 * row.height
    ]
    return min(starts) if starts else None


def _foot_apart(rows: list[Row], foot: int, gutter: float) -> list[Row]:
    left, right = [], []
    # The office may stand a line above "Nơi nhận".
    first = foot - 1 if foot and rows[foot - 1].box[0] >= gutter - 2 * rows[foot - 1].height else foot
    for row in rows[first:]:
        cut = sum((word.box[0] + word.box[2]) / 2 < gutter for word in row.words)
        if cut:
            left.append(Row(row.words[:cut]))
        if cut < len(row.words):
            right.append(Row(row.words[cut:]))
    return [*rows[:first], *left, *right]


def has_motto(rows: Iterable[Row]) -> bool:
    """Whether a page has a letterhead."""
    return any(_motto_at(row) is not None for row in rows)


# ----------------------------------------------------------------- formulas


@cache
def _formulas() -> dict[str, str]:
    return {fold_words(name): name for name in TYPE_NAMES}


def _as_formula(row: Row) -> Row:
    """A row that reads like a motto or a type's name but for its marks, as it must be spelled."""
    for motto in _MOTTOES:
        if _likeness(row.text, motto) >= _ALIKE:
            return _respelled(row, motto)
    first = row.words[0]
    if first.text == "TĨNH" and row.text.isupper() and len(row.words) > 1:
        # The rank of a place; Hà Tĩnh has the word behind.
        return Row((replace(first, text="TỈNH"), *row.words[1:]))
    name = _formulas().get(fold_words(row.text))
    if name is not None and row.text.isupper():
        return _respelled(row, f"{name}:" if row.text.endswith(":") else name)
    return row


def _respelled(row: Row, formula: str) -> Row:
    spelled = formula.split()
    if len(spelled) != len(row.words):
        box, line = row.box, row.words[0].line
        return Row((SeenWord(formula, box, round(row.confidence), line),))
    return Row(tuple(replace(word, text=text) for word, text in zip(row.words, spelled, strict=True)))


# --------------------------------------------------------------------- text


def layout(rows: Sequence[Row]) -> tuple[str, list[tuple[int, int, SeenWord]]]:
    """The text of a page, indented as it is printed and with an empty line before a paragraph that stands off,
    and where in it each word is: (start, end, word)."""
    if not rows:
        return "", []
    margin = min(row.box[0] for row in rows)
    letter = median((row.box[2] - row.box[0]) / len(row.text) for row in rows)
    steps = [below.box[3] - above.box[3] for above, below in pairwise(rows)]
    usual = median([step for step in steps if step > 0] or [0])
    lines: list[str] = []
    placed: list[tuple[int, int, SeenWord]] = []
    at = 0
    for row, step in zip(rows, [0.0, *steps], strict=True):
        if step > _PARAGRAPH * usual or step < 0:
            lines.append("")
            at += 1
        line = " " * round((row.box[0] - margin) / max(letter, 1.0))
        for word in row.words:
            line += word.text
            placed.append((at + len(line) - len(word.text), at + len(line), word))
            line += " "
        lines.append(line.rstrip())
        at += len(lines[-1]) + 1
    return "\n".join(lines), placed
