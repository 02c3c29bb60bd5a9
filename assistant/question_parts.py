"""The parts of a question that names no document: its subject, its predicate, the period that it limits itself to."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.question_numbers import numbers_in
from ingest.dates import find_dates
from ingest.folding import fold, fold_words
from ingest.models import Span

_PERIOD = re.compile(
    r"(?<!\w)(?:(?:đầu|cuối|giữa|hết|sáu tháng đầu|6 tháng đầu|6 tháng cuối)\s+)?"
    r"(?:(?i:quý|quy|quarter)\s+(?:IV|I{1,3}|[1-4])(?:\s*(?:/|năm|of|in)\s*(?:19|20)\d\d)?"
    r"|Q[1-4](?:[\s/]*(?:19|20)\d\d)?|(?i:năm|nam|in|year)\s+(?:19|20)\d\d|tháng\s+\d{1,2}(?!\s*/\s*\d{1,2}/))(?![\w/])"
)
_PREDICATE = re.compile(
    r"(?<!\w)(?:tinh trang|tinh hinh|trien khai|thuc hien|hoan thanh|hoan tat|hoat dong|van hanh|ban hanh|cong bo"
    r"|khai truong|nghiem thu|khoi dong|bat dau|ket thuc|da|dang|duoc|se|chua|con|do|co|dat|lap|o|thuoc|gom|gui|can"
    r"|du kien|phai|den dau|toi dau|the nao|ra sao|khi nao|bao gio|bao nhieu|may|la (?:gi|bao|ai|so|co)|ve viec|tien do"
    r"|is|was|has|are|will|does)(?!\w)"
)


_NO_SUBJECT = frozenset(
    "ai nao gi khi bao co tai vi sao den hay xin cho liet ke what which who when how why".split()  # noqa: SIM905
)


def periods_in(text: str) -> Iterator[Span]:
    """Quarters, months and years that a question limits itself to; years of numbers and of whole dates are none."""
    dates = find_dates(text)
    taken = [mention.span for mention in numbers_in(text)] + [d.span for d in dates if d.precision in {"day", "blank"}]
    found = [d.span for d in dates if d.precision not in {"day", "blank"}]
    for match in _PERIOD.finditer(text):
        wider = Span(*match.span())
        found = [span for span in found if not span.overlaps(wider)] + [wider]
    return iter(sorted((s for s in found if not any(s.overlaps(t) for t in taken)), key=lambda span: span.start))


def subject_of(question: str) -> str | None:
    """What a question that names no document speaks of: the words before its predicate."""
    predicate = _PREDICATE.search(fold(question))
    head = question[: predicate.start()].strip(" ,") if predicate else ""
    words = fold_words(head).split()
    plain = not any(periods_in(head)) and not set(words) & _NO_SUBJECT
    return head if 2 <= len(words) <= 8 and plain else None


def with_subject(question: str, subject: str) -> str:
    """The question asked of another subject: what stands before its predicate is replaced."""
    predicate = _PREDICATE.search(fold(question))
    if predicate is None or predicate.start() == 0:
        return f"{subject}: {question}"
    return f"{subject} {question[predicate.start() :]}"
