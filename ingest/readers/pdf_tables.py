"""Ruled tables of a PDF: which words of a page stand in which cell, and tables that go on over a page's end.

The words stay those of the page's text: what the lines tell is only where each of them belongs.
"""

from __future__ import annotations

import ctypes
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

from ingest.furniture import find_furniture
from ingest.normalize import clean
from ingest.readers.pdf_rules import Grid, address, find_grids, printing_order, turned
from ingest.readers.tables import layout_lines
from ingest.reencode import Run
from ingest.unwrap import cut_in_word, ends_open

_log = logging.getLogger(__name__)

_HYPHEN, _CUT = 2, "\ufffe"
"""What pdfium gives for a hyphen at the end of a line: as a character, and in a stretch of text."""
_LEAST_ALIKE, _ALIKE = 3, 0.98
"""Characters in a row, and share of all, that both libraries must read alike to tell where the words stand."""
_LEAST_LINE = 12
"""Letters of a line by which it is told from what only looks like it."""
_MOST_COMPARED = 4000
"""Letters that are compared one by one in a second; a stretch with more is taken for another text."""
_SAME_COLUMN = 5.0
"""Points by which a column may lie elsewhere on the next page."""
_JOINT = " | "

Label = tuple[int, int]
"""Number of a grid and of a cell in it."""


@dataclass(slots=True)
class TableCell:
    """What a row shows in one place, as one line."""

    left: float
    right: float
    runs: list[Run]

    @property
    def text(self) -> str:
        """The words."""
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class PageTable:
    """The part of a table that stands on one page."""

    rows: list[list[TableCell]]


Block = list[Run] | PageTable
"""A stretch of a page's text, or a table."""


class RuledTables:
    """Reads pages with pdfium and tells tables from running text.

    Args:
        source: the file, or its bytes; one that pdfium cannot open has no text and no tables.
        password: what opens it, where it asks for one.
    """

    def __init__(self, source: Path | bytes, password: str = "") -> None:
        import pypdfium2

        self._held: tuple[int, Any, Any] | None = None
        """(index, page, its words) of the page that was looked at last: loading one costs more than reading it."""
        try:
            self._pdf: Any = pypdfium2.PdfDocument(source, password or None)
        except pypdfium2.PdfiumError:
            _log.info("pdfium cannot open the file", exc_info=True)
            self._pdf = None

    def __enter__(self) -> RuledTables:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()
        if self._pdf is not None:
            self._pdf.close()

    def __len__(self) -> int:
        """How many pages pdfium finds."""
        return len(self._pdf) if self._pdf is not None else 0

    def _page(self, index: int) -> tuple[Any, Any]:
        """A page and its words.

        Raises:
            pypdfium2.PdfiumError: it cannot be loaded.
            IndexError: there is no such page.
        """
        if self._held is None or self._held[0] != index:
            self._let_go()
            page = self._pdf[index]
            self._held = index, page, page.get_textpage()
        return self._held[1], self._held[2]

    def _let_go(self) -> None:
        if self._held is not None:
            _, page, words = self._held
            self._held = None
            words.close()
            page.close()

    def text(self, index: int) -> str | None:
        """A page's text, lines as printed; None where pdfium cannot read it.

        Args:
            index: of the page, from 0.
        """
        import pypdfium2

        if self._pdf is None:
            return None
        try:
            read: str = self._page(index)[1].get_text_range()
        except (pypdfium2.PdfiumError, IndexError):
            _log.info("page %d cannot be read by pdfium", index + 1, exc_info=True)
            return None
        # pdfium takes a hyphen at the end of a line for one that only cuts a word, and joins the two lines.
        return read.replace("\r\n", "\n").replace("\r", "\n").replace(_CUT, "-\n").replace("\0", "")

    def has_pictures(self, index: int) -> bool:
        """Whether a page shows an image or a form."""
        import pypdfium2.raw as raw

        page, _ = self._page(index)
        kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM)
        return any(found.type in kinds for found in page.get_objects(max_depth=1))

    def blocks(self, index: int, runs: list[Run], sorted_lines: bool = False) -> list[Block]:
        """A page's text, cut where tables stand in it.

        Args:
            index: of the page, from 0.
            runs: its text, as pypdf gives it or as `text` does.
            sorted_lines: whether it is that of `text`, which sorts what stands on one line.
        """
        import pypdfium2

        if self._pdf is None or not any(run.text.strip() for run in runs):
            return [runs]
        text = "".join(run.text for run in runs)
        try:
            grids, printed = self._ruled(index, sorted_lines)
        except (pypdfium2.PdfiumError, IndexError):
            # What pdfium cannot read of a page takes nothing from the page's text.
            _log.info("page %d: no tables are looked for", index + 1, exc_info=True)
            return [runs]
        if not grids:
            return [runs]
        aligned = _aligned(text, printed)
        if aligned is None:
            _log.info("page %d: its tables are left as they are printed", index + 1)
            return [runs]
        return _cut(runs, _labels(text, aligned, grids), grids)

    def _ruled(self, index: int, sorted_lines: bool) -> tuple[list[Grid], list[_Character]]:
        """The grids of a page and, where it has any, its visible characters."""
        page, words = self._page(index)
        turn = page.get_rotation()
        grids = find_grids(page, turn)
        return grids, _characters(page, words, turn, sorted_lines) if grids else []


@dataclass(frozen=True, slots=True)
class _Character:
    letter: str
    x: float
    y: float


def _characters(page: Any, words: Any, turn: int, sorted_lines: bool) -> list[_Character]:
    """The visible characters of a page, each with its middle, in the order in which the page prints them, or in that of
    its lines."""
    import pypdfium2.raw as raw

    ranks = {} if sorted_lines else printing_order(page)
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    found: list[tuple[int, _Character]] = []
    rank = 0
    for index in range(raw.FPDFText_CountChars(words)):
        code = raw.FPDFText_GetUnicode(words, index)
        letter = "-" if code == _HYPHEN else chr(code)
        if letter.isspace() or not code or not raw.FPDFText_GetCharBox(words, index, left, right, bottom, top):
            continue
        # pdfium sorts what stands on one line; a character that it adds belongs to no object.
        if ranks:
            rank = ranks.get(address(raw.FPDFText_GetTextObject(words, index)), rank)
        x, y = turned((left.value + right.value) / 2, (bottom.value + top.value) / 2, turn)
        found.append((rank, _Character(letter, x, y)))
    return [character for _, character in sorted(found, key=lambda ranked: ranked[0])]


def _aligned(text: str, printed: Sequence[_Character]) -> list[_Character | None] | None:
    """For each code point of a page's text the character that it is, None for white space and what has no fellow;
    None in all where the two libraries read too different things."""
    aligned: list[_Character | None] = [None] * len(text)
    places = [place for place, letter in enumerate(text) if not letter.isspace()]
    mine, theirs = "".join(text[place] for place in places), "".join(character.letter for character in printed)
    blocks = [(0, 0, len(mine))] if mine == theirs else list(_alike(text, mine, theirs))
    if sum(size for _, _, size in blocks) < _ALIKE * len(mine):
        return None
    for start, other, size in blocks:
        for offset in range(size):
            aligned[places[start + offset]] = printed[other + offset]
    return aligned


def _alike(text: str, mine: str, theirs: str) -> Iterator[tuple[int, int, int]]:
    """(start in mine, start in theirs, length) of the stretches that are alike, in order.

    Lines that stand once in both are laid on each other first: letters are compared between them alone, for the time
    of that grows with the square of their number.
    """
    start = other = 0
    for line, place, size in (*_lines_of_both(text, theirs), (len(mine), len(theirs), 0)):
        gap, beside = mine[start:line], theirs[other:place]
        if max(len(gap), len(beside)) <= _MOST_COMPARED:
            for one, two, length in SequenceMatcher(None, gap, beside, autojunk=False).get_matching_blocks():
                if length >= _LEAST_ALIKE:
                    yield start + one, other + two, length
        if size:
            yield line, place, size
        start, other = line + size, place + size


def _lines_of_both(text: str, theirs: str) -> list[tuple[int, int, int]]:
    """(start in mine, start in theirs, length) of the lines that stand in the same order in both, each once."""
    lines: list[tuple[int, int, int]] = []
    written: Counter[str] = Counter()
    start = 0
    for line in map("".join, map(str.split, text.split("\n"))):
        written[line] += 1
        place = theirs.find(line) if len(line) >= _LEAST_LINE else -1
        if place >= 0 and theirs.find(line, place + 1) < 0:
            lines.append((start, place, len(line)))
        start += len(line)
    mine = [line for line in lines if written[theirs[line[1] : line[1] + line[2]]] == 1]
    ordered = SequenceMatcher(None, mine, sorted(mine, key=lambda line: line[1]), autojunk=False)
    return [line for at, _, size in ordered.get_matching_blocks() for line in mine[at : at + size]]


def _labels(text: str, aligned: Sequence[_Character | None], grids: Sequence[Grid]) -> list[Label | None]:
    """For each code point the cell that it stands in; what has no place of its own stands where the one before does."""
    labels: list[Label | None] = []
    last: Label | None = None
    for letter, character in zip(text, aligned, strict=True):
        if character is not None:
            last = _label(character, grids)
        # The white space behind a cell parts it from the next one: it belongs to neither.
        labels.append(last if not letter.isspace() else None)
    _fill_spaces(text, labels)
    return labels


def _label(character: _Character, grids: Sequence[Grid]) -> Label | None:
    for number, grid in enumerate(grids):
        cell = grid.cell_at(character.x, character.y)
        if cell is not None:
            return number, cell
    return None


def _fill_spaces(text: str, labels: list[Label | None]) -> None:
    """White space inside a cell belongs to the cell."""
    before = None
    start = 0
    for place, letter in enumerate(text):
        if letter.isspace():
            continue
        if labels[place] is not None and labels[place] == before:
            labels[start:place] = [before] * (place - start)
        before, start = labels[place], place + 1


_Piece = tuple[Label | None, list[Run]]
"""A stretch of a page's text that stands in one cell, or in none."""


def _cut(runs: list[Run], labels: Sequence[Label | None], grids: Sequence[Grid]) -> list[Block]:
    """The page's text around its tables, each table where its first word stood."""
    pieces = list(_pieces(runs, labels))
    tables = [_table(grid, number, pieces) for number, grid in enumerate(grids)]
    held = [None if label is None else tables[label[0]] for label, _ in pieces]
    blocks: list[Block] = [[]]
    placed: set[int] = set()
    for position, (table, (_, part)) in enumerate(zip(held, pieces, strict=True)):
        if table is None:
            if any(run.text.strip() for run in part) or None in held[max(position - 1, 0) : position + 2 : 2]:
                _extend(blocks, part)
        elif id(table) not in placed:
            placed.add(id(table))
            blocks.append(table)
    return blocks


def _pieces(runs: list[Run], labels: Sequence[Label | None]) -> Iterator[_Piece]:
    part: list[Run] = []
    last: Label | None = None
    place = 0
    for run in runs:
        for label, letters in groupby(enumerate(run.text, place), key=lambda numbered: labels[numbered[0]]):
            if part and label != last:
                yield last, part
                part = []
            part.append(Run("".join(letter for _, letter in letters), run.font))
            last = label
        place += len(run.text)
    if part:
        yield last, part


def _extend(blocks: list[Block], part: list[Run]) -> None:
    last = blocks[-1]
    if isinstance(last, PageTable):
        blocks.append(list(part))
    else:
        last.extend(part)


def _table(grid: Grid, number: int, pieces: Sequence[_Piece]) -> PageTable | None:
    """The rows of a grid; None where it only frames or sets text side by side."""
    held: dict[int | None, list[list[Run]]] = {}
    for label, part in pieces:
        if label is not None and label[0] == number:
            held.setdefault(label[1], []).append(part)
    if not grid.open.isdisjoint(held):
        return None
    rows = [[TableCell(cell.left, cell.right, _line(held.get(cell.number, []))) for cell in row] for row in grid.rows()]
    rows = [row for row in rows if any(cell.runs for cell in row)]
    if max((sum(bool(cell.runs) for cell in row) for row in rows), default=0) < 2:
        return None
    if layout_lines([[[cell.text] for cell in row] for row in rows]):
        return None
    return PageTable(rows)


def _line(parts: Sequence[list[Run]]) -> list[Run]:
    """The printed lines of a cell as one."""
    joined: list[Run] = []
    for line in _lines(parts):
        if joined:
            last, following = joined[-1].text, line[0].text
            joined.append(Run("" if cut_in_word(last, following) else " ", joined[-1].font))
        joined.extend(line)
    return joined


def _lines(parts: Sequence[list[Run]]) -> Iterator[list[Run]]:
    """The printed lines of a cell, without white space around them."""
    for part in parts:
        line: list[Run] = []
        for run in part:
            first, *others = run.text.split("\n")
            line.append(Run(first, run.font))
            for other in others:
                yield from _trimmed(line)
                line = [Run(other, run.font)]
        yield from _trimmed(line)


def _trimmed(line: list[Run]) -> Iterator[list[Run]]:
    runs = [run for run in line if run.text]
    while runs and not runs[-1].text.strip():
        runs.pop()
    while runs and not runs[0].text.strip():
        runs.pop(0)
    if runs:
        runs[0] = Run(runs[0].text.lstrip(), runs[0].font)
        runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].font)
        yield runs


def join_over_pages(pages: Sequence[list[Block]]) -> None:
    """Continues tables over page ends, in place: the repeated header goes, a row that the page's end cut is joined
    on the page where it ends."""
    carriers = [index for index, blocks in enumerate(pages) if any(isinstance(block, PageTable) for block in blocks)]
    followed = [index for index in carriers if index + 1 < len(pages) and index + 1 in carriers]
    if not followed:
        return
    speaking = _speaking(pages)
    headers: dict[int, Sequence[list[TableCell]]] = {}
    rest: dict[int, PageTable] = {}
    """A part that showed the header alone → the last part before it that has rows."""
    for index in followed:
        above, below = speaking[index][-1:], speaking[index + 1][:1]
        for part, first in zip(above, below, strict=False):
            if isinstance(part, PageTable) and isinstance(first, PageTable):
                last = rest.get(id(part), part)
                header = headers.get(id(last)) or list(last.rows)
                if _continue(last, first, header):
                    headers[id(first)] = header
                    if not first.rows:
                        rest[id(first)] = last


def _speaking(pages: Sequence[list[Block]]) -> list[list[Block]]:
    """For each page the blocks that hold more than furniture."""
    lines = [[(line, block) for block in blocks for line in _clean_lines(block)] for blocks in pages]
    furniture = find_furniture([[line for line, _ in of_page] for of_page in lines])
    told: list[list[Block]] = []
    for blocks, of_page, dropped in zip(pages, lines, furniture, strict=True):
        kept = {id(block) for index, (_, block) in enumerate(of_page) if index not in dropped}
        told.append([block for block in blocks if id(block) in kept])
    return told


def _clean_lines(block: Block) -> list[str]:
    text = "".join(run.text for run in block_runs(block))
    return [line for line in map(clean, text.split("\n")) if line]


def _continue(last: PageTable, first: PageTable, header: Sequence[list[TableCell]]) -> bool:
    """Whether `first` goes on with the table of `last`; then it loses what it repeats."""
    if not _lies_as(last.rows[-1], first.rows[0]) and not _is_same(header[0], first.rows[0]):
        return False
    repeated = 0
    while repeated < min(len(header), len(first.rows)) and _is_same(header[repeated], first.rows[repeated]):
        repeated += 1
    del first.rows[:repeated]
    if first.rows and _goes_on(last.rows[-1], first.rows[0]):
        first.rows[0] = [_joined(above, below) for above, below in zip(last.rows.pop(), first.rows[0], strict=True)]
    return True


def _is_same(row: Sequence[TableCell], other: Sequence[TableCell]) -> bool:
    return _lies_as(row, other) and all(clean(a.text) == clean(b.text) for a, b in zip(row, other, strict=True))


def _lies_as(row: Sequence[TableCell], other: Sequence[TableCell]) -> bool:
    """Whether two rows have the same columns."""
    return len(row) == len(other) and all(
        abs(one.left - two.left) <= _SAME_COLUMN and abs(one.right - two.right) <= _SAME_COLUMN
        for one, two in zip(row, other, strict=True)
    )


def _goes_on(last: Sequence[TableCell], row: Sequence[TableCell]) -> bool:
    """Whether a row is the rest of the last one of the page before.

    A row of its own under a cell that spans rows looks alike; to join it would give one task the other's deadline.
    So the number must be missing, and every cell must go on in the middle of a sentence.
    """
    if not _lies_as(last, row) or row[0].runs or not last[0].runs:
        return False
    pairs = [(above.text, below.text) for above, below in zip(last, row, strict=True) if below.runs]
    return all(above and _is_cut(above, below) for above, below in pairs)


def _is_cut(above: str, below: str) -> bool:
    return below[0].islower() or ends_open(above) or cut_in_word(above, below)


def _joined(above: TableCell, below: TableCell) -> TableCell:
    return TableCell(above.left, above.right, _line([part for part in (above.runs, below.runs) if part]))


def block_runs(block: Block) -> list[Run]:
    """A block as text: a table's rows as lines with `|` between the cells, an empty line around them."""
    if not isinstance(block, PageTable):
        return block
    runs = [Run("\n\n")]
    for row in block.rows:
        cells = [cell.runs for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        for number, cell in enumerate(cells):
            runs += [Run(_JOINT), *cell] if number else cell
        runs.append(Run("\n"))
    return [*runs, Run("\n")]
