"""Legal validity, where a text states it: from when an act is in force, and which one it ends, cuts or suspends.

Validity (`còn hiệu lực`, `hết hiệu lực`) is another axis than progress: it is never worked out, only read
(Luật Ban hành văn bản quy phạm pháp luật, on the effect of legal documents; labels: `status_data/statuses.tsv`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from ingest.dates import leading_date
from ingest.drafts import is_draft
from ingest.folding import fold
from ingest.hostile import is_instruction
from ingest.leads import Leads, is_ordered
from ingest.models import DocumentHeader, KeptText, Reference, Span, Statement

VALIDITY_STATES = frozenset({"in_force", "expired", "partly_expired", "suspended"})
_I = re.IGNORECASE
_IN_FORCE = re.compile(
    r"(?P<type>quyết định|nghị quyết|nghị định|thông tư liên tịch|thông tư|chỉ thị|kế hoạch|quy chế|quy định|luật"
    r"|pháp lệnh)\s+(?:này\s+)?(?:sẽ\s+)?có hiệu lực(?:\s+thi hành)?(?:\s+kể)?\s+(?P<from>từ|sau)\s+",
    _I,
)
_SIGNING_DAY = re.compile(r"ngày\s+(?:được\s+)?(?:ký|ban hành)(?!\w)", _I)
_UNTIL = re.compile(r"(?:cho\s+)?đến\s+(?:hết\s+)?(?=ngày\s+\d)", _I)
_PART = r"(?:một số\s+(?:điều|khoản|điểm|nội dung)|(?:khoản|điểm|điều|mục|phụ lục|gạch đầu dòng)\s+[\wđ]+)"
_ENDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "suspended",
        re.compile(
            r"(?:(?:tạm\s+)?(?:ngưng|ngừng)\s+hiệu lực|đình chỉ\s+(?:việc\s+)?thi hành)(?:\s+thi hành)?(?:\s+của)?\s*$",
            _I,
        ),
    ),
    (
        "partly_expired",
        re.compile(rf"(?:bãi bỏ|sửa đổi|bổ sung|hủy bỏ)[^;:.]{{0,40}}?{_PART}[^;:.]{{0,60}}?(?:của|tại|trong)\s*$", _I),
    ),
    ("expired", re.compile(r"(?:bãi bỏ|hủy bỏ)(?:\s+toàn bộ)?(?:\s+các)?\s*$", _I)),
)
"""What an act does with the document named behind the words."""
_SAID: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("partly_expired", re.compile(r",?\s*(?:đã\s+)?hết hiệu lực một phần", _I)),
    ("expired", re.compile(r",?\s*(?:đã\s+)?(?:hết hiệu lực|bị bãi bỏ|bị hủy bỏ)(?!\s+một phần)", _I)),
    ("suspended", re.compile(r",?\s*(?:đã\s+|đang\s+)?(?:bị\s+)?(?:tạm\s+)?(?:ngưng|ngừng)\s+hiệu lực", _I)),
    ("in_force", re.compile(r",?\s*(?:hiện\s+)?(?:vẫn\s+)?còn (?:nguyên\s+)?hiệu lực", _I)),
)
"""What is said of a document right behind its name."""
_ANNEXED = re.compile(r"ban hành kèm theo\s*$", _I)


def find_validity(
    kept: KeptText, header: DocumentHeader, references: Sequence[Reference], leads: Leads
) -> Iterator[Statement]:
    """The statements of validity in a text.

    Args:
        kept: the text.
        header: whose date "ngày ký" means, and whose type `… này` is.
        references: as `find_references` gave them; `Statement.reference` indexes them.
        leads: the words that lead to them.
    """
    own = next((index for index, reference in enumerate(references) if reference.own), None)
    effective = None
    if own is not None:
        for statement in _of_itself(kept.text, header, own):
            effective = effective or (statement.date if statement.state == "in_force" else None)
            yield statement
    acts = own is not None and header.type not in {None, "Báo cáo"} and not is_draft(kept.text, header)
    for index, reference in enumerate(references):
        if reference.own:
            continue
        found = _of_other(kept.text, reference, leads.before(index) if acts else None)
        if found:
            state, cue, acted = found
            day = effective if acted else _day_behind(kept.text, reference)
            yield Statement(index, state, day, header.date, header.issuer, reference.sentence, cue)


def _of_itself(text: str, header: DocumentHeader, own: int) -> Iterator[Statement]:
    """`Quyết định này có hiệu lực kể từ ngày ký`, `… từ ngày 01/01/2024 đến hết ngày 31/12/2026`."""
    for match in _IN_FORCE.finditer(text):
        if not fold(header.type or "").startswith(fold(match["type"])):
            continue
        line = Span(text.rfind("\n", 0, match.start()) + 1, (text.find("\n", match.end()) + 1 or len(text) + 1) - 1)
        if is_instruction(line.of(text)):
            continue
        behind = text[match.end() : min(line.end, match.end() + 160)]
        day = _first_day(behind, header.date) if match["from"].lower() == "từ" else None
        yield Statement(own, "in_force", day, header.date, header.issuer, line, "có hiệu lực")
        until = _UNTIL.search(behind)
        last = _first_day(behind[until.end() :], None) if until else None
        if last:
            yield Statement(own, "expired", last, header.date, header.issuer, line, "đến hết ngày")
        return


def _first_day(words: str, signed: date | None) -> date | None:
    """The day that the words begin with; the day of signing is the document's own."""
    if _SIGNING_DAY.match(words):
        return signed
    dated = leading_date(words)
    return dated.date if dated else None


def _of_other(text: str, reference: Reference, before: str | None) -> tuple[str, str, bool] | None:
    """(state, cue, whether this very document brings it about); `before`: the words that lead to it, None where the
    document does not act."""
    if before is not None and not _ANNEXED.search(before) and not is_ordered(before):
        for state, cue in _ENDS:
            match = cue.search(before)
            if match:
                return state, match.group().strip(), True
    behind = max(reference.span.end, reference.subject.end if reference.subject else 0)
    for end in {reference.span.end, behind}:
        for state, cue in _SAID:
            match = cue.match(text, end, reference.sentence.end)
            if match:
                return state, match.group().strip(" ,"), False
    return None


def _day_behind(text: str, reference: Reference) -> date | None:
    """`hết hiệu lực kể từ ngày 01/01/2024`: the day behind the words that end it."""
    behind = text[reference.span.end : reference.sentence.end]
    match = re.search(r"hiệu lực[^;.]{0,20}?từ\s+(?=ngày\s)", behind, _I)
    return _first_day(behind[match.end() :], None) if match else None
