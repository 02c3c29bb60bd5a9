"""The day on which something happened, as the words behind its verb give it."""

from __future__ import annotations

import re
from datetime import date

from ingest.dates import find_dates

_I = re.IGNORECASE
_AIMED = re.compile(
    r"thời hạn|đến (?:hết )?ngày|(?<!\w)(?:trước|phấn đấu|dự kiến|sẽ|mục tiêu|chậm nhất|muộn nhất)(?!\w)", _I
)
"""A day behind these is when something is to be, and not when it was."""
_NAMED_DAY = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ][\w-]*\s+ngày\s+[\d/]+(?:\s+tháng\s+\d+\s+năm\s+\d+)?")


def event_day(behind: str, *, named: bool = False) -> date | None:
    """The first day behind the cue; with `named`, also that of a document that the clause names."""
    first = re.split(r"[;,]\s", behind, maxsplit=2)
    for part in first[:2]:
        if _AIMED.search(part):
            continue
        for mention in find_dates(part if named else _NAMED_DAY.sub(" ", part)):
            if mention.date:
                return mention.date
    return None
