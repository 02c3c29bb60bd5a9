"""Questions for a day: whether the document's own is asked for, or that of something that became of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.requirements import own_dates
from assistant.understand import Understanding
from ingest.dates import find_dates
from ingest.folding import fold_words
from ingest.models import blanked
from vectorstore.models import TimelineEntry

_PLAIN = frozenset(
    (  # noqa: SIM905 - read as words
        "khi luc ngay thang nam nao bao gio gi la vao cua thi the duoc da co van ban so quyet dinh ke hoach cong bao "
        "cao nghi to trinh chi thong tu chuong de an nay do vay con no ubnd hdnd tp when was is the of date dated what "
        "on it its did do decision plan report letter a ban hanh ky ra doi phe duyet issued issue signed approved "
        "adopted promulgated"
    ).split()
)
"""Words of a question for a document's own day, that of its issue, which ask of nothing else."""
OF_ISSUE = re.compile(
    r"ban hanh|(?<!\w)(?:ky|ra doi|de ngay|ra ngay|phe duyet)(?!\w)|issue|signed|approved|dated|adopted|promulgated"
)
"""Words (folded) that ask for the issue of something."""
_RESUMED = re.compile(
    r"(?:lam|chay|trien khai|thuc hien|tiep tuc|khoi dong|hoat dong) (?:tro )?lai|tro lai|resume|restart"
)
_EVENTS: tuple[tuple[re.Pattern[str], frozenset[str], re.Pattern[str] | None], ...] = (
    (_RESUMED, frozenset({"in_progress"}), re.compile(r"trở lại|tiếp tục lại", re.IGNORECASE)),
    (re.compile(r"tam (?:dung|ngung|hoan)|bi dung|paused|suspended|put on hold"), frozenset({"paused"}), None),
    (
        re.compile(r"(?:bi|duoc) thay the|(?:was|been|is) (?:replaced|superseded)|when was .* replaced"),
        frozenset({"replaced"}),
        None,
    ),
)
"""(words of a question, states of the timeline that tell of it, words that the statement must have)."""


def asks_of_issue(asked: Understanding) -> bool:
    """Whether a question for a day asks for the document's own and for nothing else (`ký khi nào`)."""
    # `Quyết định số 815/QĐ-UBND ngày 12/03/2019`: the day behind a number only names the document.
    dates = {mention.date for mention in asked.mentions}
    named = [mention.span for mention in asked.mentions]
    named += [mention.span for mention in find_dates(asked.question) if mention.date in dates]
    bodies = {word for name in asked.issuers for word in fold_words(name).split()}
    return (
        not set(fold_words(blanked(asked.question, named)).split()) - _PLAIN - bodies - set(map(str, range(1900, 2100)))
    )


def event_entries(timeline: Sequence[TimelineEntry], question: str) -> list[TimelineEntry] | None:
    """The statements that date the event that a question asks for; None where it asks for none that is known here."""
    folded = fold_words(question)
    for words, states, said in _EVENTS:
        if words.search(folded):
            return [
                entry
                for entry in timeline
                if entry.state in states
                and own_dates(entry.evidence.quote)
                and (said is None or said.search(entry.evidence.quote))
            ]
    return None
