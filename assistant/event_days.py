"""Questions for a day: whether the document's own is asked for, or that of something that became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence import own_date
from assistant.understand import Understanding
from ingest.folding import fold_words
from vectorstore.models import TimelineEntry

_PLAIN = frozenset(
    (  # noqa: SIM905 - read as words
        "khi luc ngay thang nam nao bao gio gi la vao cua thi the duoc da co van ban so quyet dinh ke hoach cong bao "
        "cao nghi to trinh chi thong tu chuong de an nay do vay con no when was is the of date dated what on it its "
        "did do decision plan report letter a"
    ).split()
)
"""Words of a question for a document's day that ask of nothing else."""
_OF_ISSUE = re.compile(
    r"ban hanh|(?<!\w)(?:ky|ra doi|de ngay|ra ngay|phe duyet)(?!\w)|issue|signed|approved|dated|adopted|promulgated"
)
_RESUMED = re.compile(
    r"(?:lam|chay|trien khai|thuc hien|tiep tuc|khoi dong|hoat dong) (?:tro )?lai|tro lai|resume|restart"
)
_EVENTS: tuple[tuple[re.Pattern[str], frozenset[str], re.Pattern[str] | None], ...] = (
    (_RESUMED, frozenset({"in_progress"}), re.compile(r"trở lại|tiếp tục lại", re.IGNORECASE)),
    (re.compile(r"tam (?:dung|ngung|hoan)|bi dung|paused|suspended|put on hold"), frozenset({"paused"}), None),
    (re.compile(r"thay the|replaced|superseded"), frozenset({"replaced"}), None),
)
"""(words of a question, states of the timeline that tell of it, words that the statement must have)."""


def asks_of_issue(asked: Understanding) -> bool:
    """Whether a question for a day asks for the document's own (`ban hành ngày nào`, or nothing but the number)."""
    characters = list(asked.question)
    for mention in asked.mentions:
        if mention.span.end <= len(characters):
            characters[mention.span.start : mention.span.end] = " " * (mention.span.end - mention.span.start)
    words = fold_words("".join(characters))
    return bool(_OF_ISSUE.search(words)) or not set(words.split()) - _PLAIN


def event_entries(timeline: Sequence[TimelineEntry], question: str) -> list[TimelineEntry]:
    """The statements that date the event that a question asks for; none where it asks for none that is known here."""
    folded = fold_words(question)
    for words, states, said in _EVENTS:
        if words.search(folded):
            return [
                entry
                for entry in timeline
                if entry.state in states
                and own_date(entry.evidence.quote)
                and (said is None or said.search(entry.evidence.quote))
            ]
    return []
