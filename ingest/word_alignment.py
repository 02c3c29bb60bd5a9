"""Which printed words of a page a stretch of its text as kept stands for.

The two differ: letters are normalised, old encodings repaired, broken lines joined, words that a writer tore apart
closed, page heads left out, tables told row by row. So words are aligned and not bytes, and of the words their
letters without diacritics alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.folding import fold_words
from ingest.models import Span

Box = tuple[int, int, int, int]
"""Left, top, right and bottom in ten-thousandths of the page's width and height as it is shown."""

_WORD = re.compile(r"\S+")
_FOUND = 0.6
"""Share of the stretch's letters that must be found on the page: less would show a place that is another."""
_REACH = 600
"""Words to either side of the stretch that tell which of several like places is meant."""
_MOST_WORDS = 8_000
"""Of a printed page: a sheet of figures beyond that is not looked through."""
_MOST_RUNS = 40
"""Pieces that a stretch is looked for in where the page runs another way."""
_WIDER = 3.0
"""Of a line's height: a gap between two words above that parts columns."""


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word as the page prints it."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class _Token:
    letters: str
    inside: bool
    """Whether it belongs to the stretch that is looked for."""


def letters_of(word: str) -> str:
    """Letters and digits without diacritics and ligatures: what two writings of a word have in common."""
    return fold_words(unicodedata.normalize("NFKC", word)).replace(" ", "")


def boxes_of(text: str, span: Span, words: Sequence[PrintedWord]) -> list[Box]:
    """Where a stretch of a page's text stands on the page, line by line.

    Args:
        text: of the page as kept.
        span: code points in `text`.
        words: of the page, in the order in which its file holds them.

    Returns:
        One box a printed line (several where columns part it), downwards; none where too little of it is found.
    """
    return line_boxes([words[at].box for at in aligned(text, span, words)])


def aligned(text: str, span: Span, words: Sequence[PrintedWord]) -> list[int]:
    """The indices of the words that a stretch of a page's text stands for; none where too little of it is found."""
    tokens = _tokens(text, span)
    wanted = [at for at, token in enumerate(tokens) if token.inside]
    if not wanted or len(words) > _MOST_WORDS:
        return []
    # Words without a letter (a dash, a dot) tell nothing.
    telling = [at for at, word in enumerate(words) if letters_of(word.text)]
    printed = [letters_of(words[at].text) for at in telling]
    low, high = max(wanted[0] - _REACH, 0), wanted[-1] + 1 + _REACH
    found, left = _in_order(tokens[low:high], printed)
    found |= _out_of_order(left, printed, found, [words[at].box for at in telling])
    if not _covers([tokens[at].letters for at in wanted], [printed[at] for at in sorted(found)]):
        return []
    return [telling[at] for at in sorted(found)]


def _tokens(text: str, span: Span) -> list[_Token]:
    found = []
    for match in _WORD.finditer(text):
        letters = letters_of(match[0])
        if letters:
            found.append(_Token(letters, match.start() < span.end and span.start < match.end()))
    return found


def _in_order(tokens: Sequence[_Token], printed: Sequence[str]) -> tuple[set[int], list[str]]:
    """Where text and page run the same way: the words of the page that stand for the stretch, and what is left of it.

    Returns:
        Indices of the page's words; the letters of the stretch's words, empty for those that were found.
    """
    told = [token.letters for token in tokens]
    inside = [at for at, token in enumerate(tokens) if token.inside]
    first, last = inside[0], inside[-1] + 1
    found, left = set[int](), told[first:last]
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, told, printed).get_opcodes():
        begin, end = max(i1, first), min(i2, last)
        if begin >= end or kind in ("insert", "delete"):
            continue
        here = set(_counterpart(told, printed, (i1, i2, j1, j2), (begin, end)))
        if here:
            found |= here
            left[begin - first : end - first] = [""] * (end - begin)
    return found, left


def _counterpart(
    told: Sequence[str], printed: Sequence[str], pair: tuple[int, int, int, int], part: tuple[int, int]
) -> Iterable[int]:
    """What stands for a part of a run of words in the run of the page beside it; nothing where they are not alike.

    Args:
        told: letters of the text's words.
        printed: of the page's.
        pair: begin and end of the run in `told`, and in `printed`.
        part: begin and end of the part in `told`.
    """
    (i1, i2, j1, j2), (begin, end) = pair, part
    if i2 - i1 == j2 - j1 and _alike(told[i1:i2], printed[j1:j2]):
        # The same, or in an encoding that was repaired: word for word.
        return range(j1 + begin - i1, j1 + end - i1)
    if part == (i1, i2) and _alike(told[i1:i2], printed[j1:j2]):
        # Words in pieces: others, as many letters.
        return range(j1, j2)
    return _torn("".join(told[begin:end]), printed, range(j1, j2))


def _alike(told: Sequence[str], printed: Sequence[str]) -> bool:
    """Whether two runs of words between the same neighbours may be two writings of one."""
    one, other = "".join(told), "".join(printed)
    return one == other or (len(other) <= 2 * len(one) and SequenceMatcher(None, one, other).ratio() > 0.5)


def _torn(letters: str, printed: Sequence[str], within: range) -> set[int]:
    """The words of a range whose letters together are these."""
    joined = "".join(printed[at] for at in within)
    start = joined.find(letters)
    if start < 0 or not letters:
        return set()
    found, offset = set(), 0
    for at in within:
        if offset < start + len(letters) and start < offset + len(printed[at]):
            found.add(at)
        offset += len(printed[at])
    return found


def _out_of_order(wanted: Sequence[str], printed: Sequence[str], found: set[int], boxes: Sequence[Box]) -> set[int]:
    """What of the stretch stands elsewhere on the page, as the cells of a table's row: the longest runs first.

    Args:
        wanted: the letters of the stretch's words, empty for those that are found already.
        printed: those of the page's words.
        found: indices of what is found.
        boxes: of the page's words.
    """
    left, free = list(wanted), ["\0" if at in found else word for at, word in enumerate(printed)]
    if not any(left):
        return set()
    if found:
        # The rest of a row stands beside what was found of it.
        top, bottom = min(boxes[at][1] for at in found), max(boxes[at][3] for at in found)
        slack = max(boxes[at][3] - boxes[at][1] for at in found)
        for at, box in enumerate(boxes):
            if box[1] < top - slack or box[3] > bottom + slack:
                free[at] = "\0"
    more: set[int] = set()
    fewest = 2 if found else 3
    for _ in range(_MOST_RUNS):
        matcher = SequenceMatcher(None, [word or "\1" for word in left], free, autojunk=False)
        run = matcher.find_longest_match(0, len(left), 0, len(free))
        alone = run.size == 1 and found and _telling(left[run.a], free)
        if run.size < fewest and not alone:
            break
        for step in range(run.size):
            left[run.a + step], free[run.b + step] = "", "\0"
            more.add(run.b + step)
    return more


def _telling(word: str, printed: Sequence[str]) -> bool:
    """Whether a single word says by itself where it stands."""
    return len(word) > 1 and printed.count(word) == 1


def _covers(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """Whether enough letters of the stretch are among what was found."""
    one, other = "".join(wanted), "".join(found)
    if one == other:
        return True
    return sum(map(len, found)) >= _FOUND * len(one)


def line_boxes(boxes: Sequence[Box]) -> list[Box]:
    """Words' boxes joined line by line, downwards and from the left."""
    if sum(bottom - top for _, top, _, bottom in boxes) > sum(right - left for left, _, right, _ in boxes):
        # The page lies on its side: its lines run down.
        return [_turned(box) for box in _joined([_turned(box) for box in boxes])]
    return _joined(boxes)


def _turned(box: Box) -> Box:
    left, top, right, bottom = box
    return top, left, bottom, right


def _joined(boxes: Sequence[Box]) -> list[Box]:
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: ((box[1] + box[3]) // 2, box[0])):
        line = next((line for line in lines[-3:] if _same_line(line[-1], box)), None)
        if line is None:
            lines.append([box])
        else:
            line.append(box)
    joined: list[Box] = []
    for line in lines:
        line.sort()
        run = line[0]
        for box in line[1:]:
            if box[0] - run[2] > _WIDER * (run[3] - run[1]):
                joined.append(run)
                run = box
            else:
                run = (run[0], min(run[1], box[1]), max(run[2], box[2]), max(run[3], box[3]))
        joined.append(run)
    return joined


def _same_line(one: Box, other: Box) -> bool:
    """Whether the middle of each lies within the height of the other."""
    middle, height = (one[1] + one[3]) / 2, one[3] - one[1]
    return abs(middle - (other[1] + other[3]) / 2) < 0.5 * max(min(height, other[3] - other[1]), 1)
