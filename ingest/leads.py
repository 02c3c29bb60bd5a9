"""The words that lead to a document: those before its name, or before the first of the list that it stands in.

One verb governs all members of a list, in a sentence (`thay thế Quyết định số A ngày … và Quyết định số B`,
`bãi bỏ các Quyết định: số A, số B`) as well as in lines of their own (`bãi bỏ các văn bản sau:` / `- Quyết định …`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.models import Reference
from ingest.named import is_named

_JOINT = re.compile(
    r"\s*(?:\([^()]{1,80}\)\s*)?(?:[,;]|,?\s*(?:và|cùng với|cùng|hoặc))?\s*(?:và\s+)?(?:các\s+)?(?:văn bản\s+)?"
    r"(?:(?:quyết định|kế hoạch|nghị quyết|chỉ thị|công văn|thông báo|thông tư)\s+)?(?:số\s*:?\s*)?",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"\s*(?:[-–+•*]|\d{1,3}[.)]|[a-zđ][.)])\s+(?:các\s+)?(?:số\s+)?$")
_HEADS_LIST = re.compile(
    r"\s*(?:(?:của\s+[^\d:;.]{3,80}?|gồm|sau|sau đây|như sau|dưới đây)\s*)*:?\s*(?:số\s*:?\s*)?$", re.IGNORECASE
)
_MANY = re.compile(
    r"(?:các|những|\d+|hai|ba|bốn|năm)\s+(?:văn bản|quyết định|kế hoạch|nghị quyết|chỉ thị|công văn|thông tư)\s*"
    r"(?P<rest>[^\d]{0,120})$",
    re.IGNORECASE,
)
_ORDERS = re.compile(
    r"(?<!\w)(?:giao|yêu cầu|(?<!theo )(?<!xét )đề nghị|kiến nghị|đề xuất|tham mưu|nghiên cứu|xem xét|rà soát"
    r"|chỉ đạo|dự kiến"
    r"|sẽ|xây dựng (?:dự thảo|kế hoạch|quyết định))\s(?![^;]{0,300}(?<!\w)này\s)",
    re.IGNORECASE,
)
_REACH = 800
"""Characters before a document in which the words stand that lead to it."""
_MOST_ITEMS = 60
"""Lines of a list that are looked back over."""


def is_ordered(lead: str) -> bool:
    """Whether the words that lead to a document only ask somebody to act: `giao Sở … tham mưu … thay thế`."""
    return _ORDERS.search(lead) is not None


class Leads:
    """The words that lead to each document of a text.

    Args:
        text: as kept.
        references: in the order of the text.
    """

    def __init__(self, text: str, references: Sequence[Reference]) -> None:
        self._text, self._references = text, references
        self._heads: list[int] = []
        last: int | None = None
        for index, reference in enumerate(references):
            if is_named(reference):
                self._heads.append(index)
                continue
            joined = last is not None and self._joined(references[last], reference)
            self._heads.append(self._heads[last] if joined and last is not None else index)
            last = index

    def _joined(self, one: Reference, other: Reference) -> bool:
        if one.sentence != other.sentence or one.own or other.own or other.span.start < one.span.end:
            return False
        ends = [one.span.end]
        if one.subject and one.span.end <= one.subject.start and one.subject.end <= other.span.start:
            ends.append(one.subject.end)
        gaps = (self._text[end : other.span.start] for end in ends)
        return any(gap.strip() and len(gap) < 120 and _JOINT.fullmatch(gap) is not None for gap in gaps)

    def listed_with(self, index: int) -> int:
        """The first member of the list that a reference stands in; its own index where it stands alone."""
        return self._heads[index]

    def before(self, index: int) -> str:
        """The words before a reference's list, without what makes it a list (`các Quyết định của …: số`)."""
        first = self._references[self._heads[index]]
        words = self._text[max(first.sentence.start, first.span.start - _REACH) : first.span.start]
        opening = self._opening(first, words)
        words = words if opening is None else opening
        many = _MANY.search(words)
        if many and _HEADS_LIST.fullmatch(many["rest"]):
            return words[: many.start()] + "các "
        return words

    def _opening(self, first: Reference, words: str) -> str | None:
        """The line that opens the list of lines whose member the reference begins; None where there is none."""
        if not _MEMBER.fullmatch(words):
            return None
        start = first.sentence.start
        for _ in range(_MOST_ITEMS):
            before = self._text.rfind("\n", 0, max(start - 1, 0))
            line = self._text[before + 1 : max(start - 1, 0)]
            if line.rstrip().endswith(":"):
                return line.rstrip()
            if before < 0 or not re.match(r"\s*(?:[-–+•*]|\d{1,3}[.)]|[a-zđ][.)])\s", line):
                return None
            start = before + 1
        return None
