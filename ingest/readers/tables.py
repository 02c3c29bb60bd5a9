"""Tables as lines: one row one line, or, where a table only sets two columns side by side, cell after cell."""

from __future__ import annotations

import re

_LAYOUT = re.compile(
    r"CỘNG\s+H(?:ÒA|OÀ)\s+XÃ\s+HỘI|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM|Nơi\s+nhận|NƠI\s+NHẬN|^\s*(?:TM|KT|TL|TUQ)\.",
    re.MULTILINE,
)
_MOST_LAYOUT_ROWS = 8

Cell = list[str]
"""The lines of a cell."""


def row_line(cells: list[Cell]) -> str:
    """A row as one line, without empty cells at its end; empty where the row is empty."""
    texts = [" ".join(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return " | ".join(texts)


def layout_lines(rows: list[list[Cell]]) -> list[str]:
    """The lines of a letterhead or signature block, column after column; empty for a true table.

    Nghị định 30/2020/NĐ-CP, Appendix I sets issuer and motto, and recipients and signature, side by side;
    office files do it with a table without borders.
    """
    width = max((len(row) for row in rows), default=0)
    if len(rows) > _MOST_LAYOUT_ROWS or not 1 <= width <= 3:
        return []
    flat = "\n".join(line for row in rows for cell in row for line in cell)
    if not _LAYOUT.search(flat):
        return []
    return [line for column in range(width) for row in rows if column < len(row) for line in row[column] if line]
