"""The ruled grids of a PDF page: the lines that it draws, and the cells that they enclose.

Coordinates are points, x to the right and y downwards as the page is shown.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

Matrix = tuple[float, float, float, float, float, float]

_AS_IT_IS: Matrix = (1, 0, 0, 1, 0, 0)
_THICKEST = 3.0
"""Points: a filled shape that is thinner is a line."""
_SAME_X, _SAME_Y = 3.0, 4.0
"""Points within which lines are one line: half the height of the smallest print."""
_REACH = 3.0
"""Points by which a line may miss the one that it meets."""
_SHORTEST = 6.0
_MOST_LINES = 2000
"""Of one direction: a page with more shows a drawing."""
_MOST_CELLS = 20_000
_DEEPEST = 4
"""Of forms inside forms."""
_MOST_OPEN = 0.25
"""Share of a grid that no rectangle encloses, above which it is a drawing and no table."""


class _Line(NamedTuple):
    """A horizontal or upright line: where it lies across its direction, from where to where it runs."""

    at: float
    start: float
    end: float


class GridCell(NamedTuple):
    """What a row of a grid shows in one place."""

    number: int | None
    """Of the enclosed cell; None where one that began in a row above goes on."""
    left: float
    right: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as ruled."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    """Its lines, from left to right and from top to bottom."""
    owners: tuple[tuple[int, ...], ...]
    """For each row between two lines the number of the enclosed cell in each column."""
    open: frozenset[int]
    """Numbers of the areas that are no rectangles."""

    def cell_at(self, x: float, y: float) -> int | None:
        """The number of the cell that a point lies in; None outside the grid."""
        column, row = bisect_right(self.xs, x) - 1, bisect_right(self.ys, y) - 1
        if 0 <= column < len(self.xs) - 1 and 0 <= row < len(self.ys) - 1:
            return self.owners[row][column]
        return None

    def rows(self) -> Iterator[list[GridCell]]:
        """Row by row what stands there from left to right: a cell that spans rows is shown by the first of them."""
        above: set[int] = set()
        for owners in self.owners:
            cells: list[GridCell] = []
            last = None
            for column, owner in enumerate(owners):
                if owner == last:
                    cells[-1] = cells[-1]._replace(right=self.xs[column + 1])
                else:
                    number = None if owner in above else owner
                    cells.append(GridCell(number, self.xs[column], self.xs[column + 1]))
                last = owner
            above.update(owners)
            yield cells


def find_grids(page: Any, turn: int) -> list[Grid]:
    """The grids of at least two columns that a page draws, in the order of their tops.

    Args:
        page: an open `pypdfium2.PdfPage`.
        turn: degrees clockwise by which the page is turned to be read.
    """
    flat: list[_Line] = []
    upright: list[_Line] = []
    for (x0, y0), (x1, y1) in _edges(page):
        (left, top), (right, bottom) = turned(x0, y0, turn), turned(x1, y1, turn)
        wide, high = abs(left - right), abs(top - bottom)
        if high <= _THICKEST and wide >= high:
            flat.append(_Line((top + bottom) / 2, min(left, right), max(left, right)))
        elif wide <= _THICKEST:
            upright.append(_Line((left + right) / 2, min(top, bottom), max(top, bottom)))
    flat, upright = _merged(flat, _SAME_Y), _merged(upright, _SAME_X)
    if not upright or len(flat) < 2 or max(len(flat), len(upright)) > _MOST_LINES:
        return []
    grids = (_grid(*lines) for lines in _connected(flat, upright))
    return sorted((grid for grid in grids if grid is not None), key=lambda grid: grid.ys[0])


def turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """A point of the page's own space (y upwards) where it is shown (y downwards), the origin aside."""
    if turn == 90:
        return y, x
    if turn == 180:
        return -x, y
    return (-y, -x) if turn == 270 else (x, -y)


def _edges(page: Any) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The straight strokes of a page; a thin filled shape counts as the stroke along its middle."""
    for path, matrix in _paths(page):
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        raw = _pdfium()
        if not raw.FPDFPath_GetDrawMode(path, fill, stroke) or not (fill.value or stroke.value):
            continue
        for points in _outlines(path, matrix):
            xs, ys = [x for x, _ in points], [y for _, y in points]
            left, right, low, high = min(xs), max(xs), min(ys), max(ys)
            if min(right - left, high - low) <= _THICKEST:
                middle_x, middle_y = (left + right) / 2, (low + high) / 2
                lies = right - left >= high - low
                yield ((left, middle_y), (right, middle_y)) if lies else ((middle_x, low), (middle_x, high))
            elif stroke.value:
                yield from pairwise(points)


def _pdfium() -> Any:
    import pypdfium2.raw as raw

    return raw


def printing_order(page: Any) -> dict[int, int]:
    """The objects of a page, those inside forms too, by their addresses: which is printed how many-th."""
    return {address(found): rank for rank, (found, _) in enumerate(_objects(page))}


def address(found: Any) -> int:
    """What tells an object of a page from the others; 0 for none."""
    return ctypes.cast(found, ctypes.c_void_p).value or 0


def _paths(page: Any) -> Iterator[tuple[Any, Matrix]]:
    raw = _pdfium()
    for found, matrix in _objects(page):
        if raw.FPDFPageObj_GetType(found) == raw.FPDF_PAGEOBJ_PATH:
            yield found, _times(_matrix(found), matrix)


def _objects(page: Any) -> Iterator[tuple[Any, Matrix]]:
    """The objects of a page in the order in which it prints them, with what places the form around them."""
    raw = _pdfium()
    count = raw.FPDFPage_CountObjects(page)
    return _unpacked((raw.FPDFPage_GetObject(page, index) for index in range(count)), _AS_IT_IS, 0)


def _unpacked(objects: Iterable[Any], outer: Matrix, depth: int) -> Iterator[tuple[Any, Matrix]]:
    raw = _pdfium()
    for found in objects:
        if raw.FPDFPageObj_GetType(found) == raw.FPDF_PAGEOBJ_FORM and depth < _DEEPEST:
            count = raw.FPDFFormObj_CountObjects(found)
            inner = (raw.FPDFFormObj_GetObject(found, index) for index in range(count))
            yield from _unpacked(inner, _times(_matrix(found), outer), depth + 1)
        else:
            yield found, outer


def _matrix(found: Any) -> Matrix:
    raw = _pdfium()
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(found, matrix):
        return _AS_IT_IS
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """ISO 32000-1, 8.3.4: the inner transformation first."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _outlines(path: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """The stretches of a path that hold straight strokes alone, as their points."""
    raw = _pdfium()
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind != raw.FPDF_SEGMENT_LINETO:
            if len(points) > 1:
                yield points
            points = []
        points.append(point)
        if raw.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if len(points) > 1:
        yield points


def _merged(lines: list[_Line], same: float) -> list[_Line]:
    """Lines that lie on one another or follow each other become one; what stays short is dropped."""
    merged: list[_Line] = []
    for level in _levels(lines, same):
        at = sum(line.at for line in level) / len(level)
        start, end = level[0].start, level[0].end
        for line in level[1:]:
            if line.start > end + _REACH:
                merged.append(_Line(at, start, end))
                start = line.start
            end = max(end, line.end) if line.start <= end + _REACH else line.end
        merged.append(_Line(at, start, end))
    return [line for line in merged if line.end - line.start >= _SHORTEST]


def _levels(lines: list[_Line], same: float) -> Iterator[list[_Line]]:
    """The lines of one level after another, each sorted by where it starts."""
    level: list[_Line] = []
    for line in sorted(lines):
        if level and line.at - level[0].at > same:
            yield sorted(level, key=lambda line: line.start)
            level = []
        level.append(line)
    if level:
        yield sorted(level, key=lambda line: line.start)


def _connected(flat: list[_Line], upright: list[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """The lines that meet, directly or over others, set by set."""
    sets = _Sets(len(flat) + len(upright))
    for number, across in enumerate(flat):
        for other, down in enumerate(upright, len(flat)):
            meets = down.start - _REACH <= across.at <= down.end + _REACH
            if meets and across.start - _REACH <= down.at <= across.end + _REACH:
                sets.join(number, other)
    together: dict[int, tuple[list[_Line], list[_Line]]] = {}
    for number, line in enumerate((*flat, *upright)):
        together.setdefault(sets.of(number), ([], []))[number >= len(flat)].append(line)
    return [lines for lines in together.values() if len(lines[0]) > 1 and lines[1]]


class _Sets:
    """Disjoint sets of numbers."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def of(self, number: int) -> int:
        """The number that stands for the set."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def join(self, one: int, other: int) -> None:
        """Makes one set of two."""
        self._parents[self.of(other)] = self.of(one)


def _grid(flat: list[_Line], upright: list[_Line]) -> Grid | None:
    """The cells between lines that meet; None for what is no table."""
    xs = _positions([line.at for line in upright] + [edge for line in flat for edge in line[1:]], _SAME_X)
    ys = _positions([line.at for line in flat] + [edge for line in upright for edge in line[1:]], _SAME_Y)
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 2 or rows < 1 or columns * rows > _MOST_CELLS:
        return None
    sets = _Sets(columns * rows)
    walls, floors = _by_position(upright, xs), _by_position(flat, ys)
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not _is_drawn(walls[column + 1], (ys[row] + ys[row + 1]) / 2):
                sets.join(here, here + 1)
            if row + 1 < rows and not _is_drawn(floors[row + 1], (xs[column] + xs[column + 1]) / 2):
                sets.join(here, here + columns)
    owners = tuple(tuple(sets.of(row * columns + column) for column in range(columns)) for row in range(rows))
    unenclosed = _open_areas(owners)
    area = sum(
        (xs[column + 1] - xs[column]) * (ys[row + 1] - ys[row])
        for row in range(rows)
        for column in range(columns)
        if owners[row][column] in unenclosed
    )
    if area > _MOST_OPEN * (xs[-1] - xs[0]) * (ys[-1] - ys[0]):
        return None
    return Grid(tuple(xs), tuple(ys), owners, unenclosed)


def _positions(values: list[float], same: float) -> list[float]:
    """Where lines lie, those within `same` points as one."""
    positions: list[float] = []
    for value in sorted(values):
        if not positions or value - positions[-1] > same:
            positions.append(value)
    return positions


def _by_position(lines: list[_Line], positions: list[float]) -> list[list[_Line]]:
    placed: list[list[_Line]] = [[] for _ in positions]
    for line in lines:
        placed[bisect_right(positions, line.at) - 1].append(line)
    return placed


def _is_drawn(lines: list[_Line], at: float) -> bool:
    return any(line.start <= at <= line.end for line in lines)


def _open_areas(owners: tuple[tuple[int, ...], ...]) -> frozenset[int]:
    """The areas that are no rectangles."""
    places: dict[int, list[tuple[int, int]]] = {}
    for row, numbers in enumerate(owners):
        for column, number in enumerate(numbers):
            places.setdefault(number, []).append((row, column))
    return frozenset(
        number
        for number, taken in places.items()
        if len(taken)
        != (taken[-1][0] - taken[0][0] + 1)
        * (max(column for _, column in taken) - min(column for _, column in taken) + 1)
    )
