"""Rows of a progress table: which column holds the aim, which the result, and what the row says of its document.

The header row tells the columns apart: `Kế hoạch năm 2022` and `Thời hạn` hold what is to be reached, `Kết quả thực
hiện` and `Tình trạng` what was, `Đánh giá` and `Ghi chú` how it is judged. An aim (`Hoàn thành`) is no result.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.models import Span
from ingest.progress import MARKED, Progress, read_progress
from ingest.shares import FRACTION, PERCENT, is_part, told_shares

SEPARATOR = " | "
_I = re.IGNORECASE
_RESULT = re.compile(
    r"\s*(?:kết quả|tình hình|tình trạng|hiện trạng|trạng thái|thực trạng|thực hiện|đã thực hiện|thực tế|mức độ"
    r"|tiến độ(?! (?:theo|yêu cầu|kế hoạch|được giao|phải))|khối lượng (?:đã )?(?:thực hiện|hoàn thành)|lũy kế"
    r"|ước thực hiện"
    r"|hiện nay|đến nay|tỷ lệ)(?!\w)",
    _I,
)
_VERDICT = re.compile(r"\s*(?:đánh giá|ghi chú|nhận xét|so với|xếp loại|vướng mắc|khó khăn|nguyên nhân)(?!\w)", _I)
_AIM = re.compile(
    r"\s*(?:kế hoạch|mục tiêu|chỉ tiêu|thời hạn|thời gian|hạn|yêu cầu|dự kiến|nhiệm vụ|nội dung|tiến độ|mốc"
    r"|cam kết|sản phẩm"
    r"|phân công|đơn vị|cơ quan|chủ đầu tư|tên|số|văn bản|quyết định|công trình|dự án|danh mục|lĩnh vực|stt|tt)(?!\w)",
    _I,
)
_BARE = {
    "hoàn thành": "completed",
    "hoàn tất": "completed",
    "xong": "completed",
    "đã xong": "completed",
    "đạt 100%": "completed",
    "100%": "completed",
    "đã ban hành": "issued",
    "đã trình": "submitted",
    "chờ phê duyệt": "submitted",
    "dự thảo": "draft",
    "đang dự thảo": "draft",
    "dự kiến": "planned",
    "chưa làm": "not_started",
    "chưa": "not_started",
    "chậm": "delayed",
    "quá hạn": "delayed",
    "trễ hạn": "delayed",
    "đang làm": "in_progress",
    "đúng tiến độ": "",
    "đạt": "",
}
"""What a cell says that holds nothing else; nothing for what only judges."""
_SHARE = re.compile(rf"\s*(?:đạt\s+|ước\s+|khoảng\s+|được\s+)*{PERCENT}", _I)
_FRACTION = re.compile(rf"\s*(?:[^\W\d]+ ){{0,3}}{FRACTION}\s+[a-zà-ỹđ]", _I)
_LOST = 2
"""Cells that may be missing at a row's end."""
_LEAST_CELLS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: its line in the text, its cells and what the header row calls them."""

    line: Span
    cells: tuple[str, ...]
    titles: tuple[str, ...] | None
    """None where no header row stands over it."""

    def said(self, named: int) -> tuple[Progress, str] | None:
        """(progress, cell) of what the row says of the document named in the cell `named`; None where it says none."""
        results, verdicts = self._columns(named)
        found = next(((said, cell) for cell in results if (said := read_cell(cell))), None)
        judged = next(((said, cell) for cell in verdicts if (said := read_cell(cell))), None)
        if found and judged and found[0].state == "in_progress" and judged[0].state == "delayed":
            return judged
        if found is None and self.titles is not None and judged and judged[0].state in {"planned", "in_preparation"}:
            return None
        return found or judged

    def _columns(self, named: int) -> tuple[list[str], list[str]]:
        """The cells that tell a result, and those that judge it."""
        if self.titles is None:
            # Without titles an aim looks like a result: words with an aspect marker come first.
            behind = [cell for cell in self.cells[named + 1 :] if cell]
            told = [cell for cell in behind if MARKED.search(cell)] or [cell for cell in behind if read_cell(cell)]
            return (told if len(told) == 1 or MARKED.search(told[0]) else []) if told else [], []
        results: list[str] = []
        verdicts: list[str] = []
        for at, (title, cell) in enumerate(zip(self.titles, self.cells, strict=False)):
            if at == named:
                if _RESULT.match(title) or _VERDICT.match(title):
                    # The cells do not stand below their titles.
                    return [], []
            elif cell and _RESULT.match(title):
                results.append(cell)
            elif cell and _VERDICT.match(title):
                verdicts.append(cell)
        return results, verdicts


def read_cell(cell: str) -> Progress | None:
    """The state that a cell of a result tells; None where it tells none."""
    words = " ".join(cell.split()).strip(" .;*")
    bare = _BARE.get(words.lower())
    if bare is not None:
        return Progress(bare, 0, len(words), words) if bare else None
    said = read_progress(words)
    if said:
        return said
    share, fraction = _SHARE.match(words), _FRACTION.match(words)
    if share:
        state = "in_progress" if is_part(share.group()) else "completed"
        return Progress(state, 0, share.end(), share.group())
    if fraction and 0 < next(iter(told_shares(fraction.group())), 0) < 1:
        return Progress("in_progress", 0, fraction.end(), fraction.group())
    return None


class Rows:
    """The table rows of a text.

    Args:
        text: as kept; the cells of a row stand in one line.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._over: dict[int, tuple[str, ...] | None] = {}
        """Start of a row's line → the titles over it: every row of a table is walked once."""

    def at(self, start: int) -> Row | None:
        """The table row whose line holds the offset `start`; None where the line is none (fewer than three cells)."""
        line = _line(self._text, start)
        cells = row_cells(line.of(self._text))
        if len(cells) < _LEAST_CELLS:
            return None
        titles = self._titles(line)
        # Empty cells at a row's end may be lost on the way.
        fits = titles is not None and len(cells) <= len(titles) <= len(cells) + _LOST
        return Row(line, cells, titles if fits else None)

    def _titles(self, line: Span) -> tuple[str, ...] | None:
        """The cells of the nearest row above that calls the columns by what they hold."""
        walked: list[int] = []
        found: tuple[str, ...] | None = None
        start = line.start
        while True:
            if start in self._over:
                found = self._over[start]
                break
            walked.append(start)
            above = _line(self._text, start - 1) if start else None
            cells = row_cells(above.of(self._text)) if above else ()
            if above is None or len(cells) < _LEAST_CELLS:
                break
            if _is_titles(cells):
                found = cells
                break
            start = above.start
        self._over.update(dict.fromkeys(walked, found))
        return found


def _line(text: str, at: int) -> Span:
    end = text.find("\n", at)
    return Span(text.rfind("\n", 0, at) + 1, end if end >= 0 else len(text))


def row_cells(line: str) -> tuple[str, ...]:
    """The cells of a row's line, trimmed."""
    return tuple(cell.strip() for cell in re.split(r" \|(?: |$)|^\| ", line))


def _is_titles(cells: Sequence[str]) -> bool:
    results = sum(_RESULT.match(cell) is not None for cell in cells)
    others = sum(_AIM.match(cell) is not None or _VERDICT.match(cell) is not None for cell in cells)
    numbered = any(re.search(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ]", cell) for cell in cells)
    return not numbered and others >= 1 and results + others >= 2
