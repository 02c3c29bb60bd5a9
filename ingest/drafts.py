"""Whether a text is a draft: so headed, or with number and day left blank. A draft's words bring nothing about."""

from __future__ import annotations

import re

from ingest.models import DocumentHeader

_HEADED = re.compile(
    r"^\W*(?:BẢN\s+)?DỰ\s+THẢO(?:\s+(?:LẦN\s+)?(?:THỨ\s+)?[\dIVX]+)?\b[^a-zà-ỹ\n]{0,40}$", re.MULTILINE
)
_HEADED_SMALL = re.compile(r"^\W*Dự thảo(?:\s+lần\s+(?:thứ\s+)?\w+|\s+\d+|\s+ngày[^\n]{0,30})?\W*$", re.MULTILINE)
_BLANK_NUMBER = re.compile(r"^[^\n]{0,60}?Số\s*:?[ .…_\t]*/\s*(?:\d{4}/)?[A-ZĐ]{1,5}[-–A-ZĐ]*", re.MULTILINE)
_BLANK_DAY = re.compile(r"ngày[ .…_\t]*tháng[ .…_\t]*(?:\d{1,2}[ .…_\t]*)?năm", re.IGNORECASE)
_HEAD = 1500
"""Characters that a letterhead and a title take."""


def is_draft(text: str, header: DocumentHeader) -> bool:
    """Whether the document is a draft.

    Args:
        text: as kept.
        header: of the document; one with number and day is issued, whatever stands over it.
    """
    if header.number and header.date:
        return False
    head = text[:_HEAD]
    if _HEADED.search(head) or _HEADED_SMALL.search(head):
        return True
    return bool(header.type and _BLANK_NUMBER.search(head) and _BLANK_DAY.search(head))
