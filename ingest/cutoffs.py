"""The day up to which a report counts, as printed near its tables: `Số liệu cập nhật đến ngày 20/6/2019`."""

from __future__ import annotations

import bisect
import re
from datetime import date
from functools import cached_property

from ingest.dates import leading_date

_CUTOFF = re.compile(
    r"(?:(?:cập nhật|số liệu|tính|thời điểm|tình trạng|lũy kế)[^.\n|]{0,40}?"
    r"|(?:tổng hợp|tiến độ|tình hình|kết quả)[^.\n|]{0,120}?\s)đến (?:hết )?(?=ngày)",
    re.IGNORECASE,
)
_NEAR = 6000
"""Characters around a table."""


class Cutoffs:
    """The days of one text up to which something is counted.

    Args:
        text: as kept.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    def near(self, at: int) -> date | None:
        """The day that is printed nearest to the offset `at`; None where none is printed near it."""
        first = bisect.bisect_left(self._printed, at - _NEAR, key=lambda printed: printed[0])
        last = bisect.bisect_right(self._printed, at + _NEAR, key=lambda printed: printed[0])
        nearest = min(self._printed[first:last], key=lambda printed: abs(printed[0] - at), default=None)
        return nearest[1] if nearest else None

    @cached_property
    def _printed(self) -> list[tuple[int, date]]:
        found = []
        for cutoff in _CUTOFF.finditer(self._text):
            day = leading_date(self._text, cutoff.end())
            if day and day.date:
                found.append((cutoff.start(), day.date))
        return found
