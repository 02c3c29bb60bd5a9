"""What the verb before a document's name says of it: `đã tham mưu B ban hành Kế hoạch …`, `tiếp tục thực hiện …`.

A prepared, B issued; a document that is only a basis has no status of its own; what is asked for is no fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingest.dates import leading_date
from ingest.drafts import is_draft
from ingest.event_day import event_day
from ingest.leads import Leads, is_ordered
from ingest.models import DocumentHeader, Reference, Span
from ingest.progress import WEAK_DONE, read_progress
from ingest.references import ISSUES_SEVERAL

_I = re.IGNORECASE
_ISSUES = re.compile(
    r"(?:(?P<has>đã có)|đã phê duyệt|(?:đã|vừa) (?:tổ chức )?công bố"
    r"|(?:đã|vừa) (?:ra|ký)"
    r"|(?P<issue>(?:đã\s+)?(?:được\s+)?(?:ký\s+)?(?<!việc )ban hành(?:\s+(?:thêm|mới"
    r"|theo thẩm quyền))*))\s*(?:các\s+[^,;:.]{0,30}?:?\s*)?$",
    _I,
)
_MARK = re.compile(r"^\s*(?:\d{1,3}[.)]|[a-zđ][.)]|[-+•])\s+")
_LIST_ITEM = re.compile(r"\s*[-+•]\s")
_ISSUES_SEVERAL = re.compile(rf"(?:đã\s+)?{ISSUES_SEVERAL}", _I)
_PREPARES = re.compile(r"(?:tham mưu|trình)(?!\w)", _I)
_PREPARED_AND_ISSUED = re.compile(r"đã\s+tham mưu(?!\s+trình)[^;.]*\sban hành\s", _I)
"""`đã tham mưu B ban hành`: B issued it, with or without a number; `tham mưu trình B` says what was laid before B."""
_CHANGES = re.compile(r"(?:điều chỉnh|sửa đổi|bổ sung|thay thế|bãi bỏ|đính chính)(?!\w)", _I)
_ANNEXED = re.compile(r"ban hành kèm theo\s*$", _I)
_DRAFT_OF = re.compile(r"(?:dự thảo|đề cương)\s*$", _I)
_REPLACES = re.compile(r"thay thế(?: một phần)?\s*(?:cho\s+)?(?:các\s+)?$", _I)
_BASIS = re.compile(r"(?:^|[\s,;(])(?:căn cứ|(?<!kèm )theo|trên cơ sở|theo phân công tại|theo quy định tại)\s*$", _I)
_BASIS_LINE = re.compile(r"\W*(?:căn cứ|xét đề nghị|theo đề nghị|xét tờ trình)\s", _I)
_CARRIES_OUT = re.compile(
    r"(?:triển khai|thực hiện)(?: (?:thực hiện|triển khai|hoàn tất))?(?: các nội dung| nội dung"
    r"| nhiệm vụ)?(?: theo| của| tại)?\s*$",
    _I,
)
_UNDER = re.compile(
    r"(triển khai|thực hiện)\s(?:kế hoạch|chương trình|đề án|nội dung|nhiệm vụ|công tác)\s[^.;:|\d]*\stheo\s+$", _I
)
"""`triển khai kế hoạch hợp tác … theo Bản ghi nhớ …`: with what is done under it, the document is carried out."""
_DECISIONS = frozenset({"Quyết định", "Nghị quyết"})
_DECIDED_AT = re.compile(
    r"(?<!\w)(?:đã|vừa)\s+(?:ban hành|phê duyệt|thông qua|chấp thuận|thành lập|kiện toàn|công nhận|quy định|giao"
    r"|quyết định)\s[^;:/]{0,160}?\s(?:tại|bằng)\s*$",
    _I,
)
"""`đã phê duyệt chủ trương đầu tư … tại Quyết định số …`: the decision was issued."""
_UNDERTAKEN = frozenset(
    {"Kế hoạch", "Quyết định", "Chương trình", "Chương trình hành động", "Đề án", "Dự án", "Phương án"}
)
_NORMATIVE = re.compile(r"\d+[a-zđ]?/\d{4}/")
"""A rule (`22/2021/QĐ-UBND`) is obeyed and not finished."""
_UNDER_IT = re.compile(r"(?<!kèm )(?:theo|của|thuộc)\s*$", _I)
_FINISHED = re.compile(
    r"(?<!\w)(?:đã|vừa|chưa)\s+(?:cơ bản\s+)?(?:hoàn thành|hoàn tất)"
    r"(?:\s+(?:việc|toàn bộ|các nội dung|nội dung)){0,2}(?:\s+(?:triển khai|thực hiện)){0,2}\s+(?:các\s+)?$",
    _I,
)
_NO_FACT = re.compile(r"(?<!\w)(?:đề nghị|kiến nghị|đề xuất|yêu cầu|giao|chỉ đạo|khi|nếu|trường hợp)\s[^,;]*$", _I)
"""`nếu đã hoàn thành Kế hoạch …`, `yêu cầu đơn vị đã hoàn thành Kế hoạch … báo cáo` tell of no one."""
_LEADING = re.compile(r"\W*(?:triển khai|thực hiện)(?: (?:thực hiện|triển khai))?(?: các nội dung)?(?: theo)?\s*", _I)
_UNDONE = re.compile(
    r"(?<!\w)(?:chưa|không)\s+(?:được\s+|thể\s+|kịp\s+){0,3}(?:triển khai|thực hiện|tổ chức)(?:\s+(?:triển khai"
    r"|thực hiện))?"
    r"(?:\s+(?:các|nội dung|nhiệm vụ|theo)){0,4}\s*$",
    _I,
)
_PROPOSED = re.compile(
    r"(?<!\w)(?:đề nghị|kiến nghị|đề xuất|yêu cầu|giao|chỉ đạo|đôn đốc|xin phép)\s(?![^,;]{0,300}(?:,|đã\s|đang\s))", _I
)
"""What somebody asks for is no fact."""
_OF_THE_REST = re.compile(
    r"(?:nội dung|điều|khoản|phần|quy định)[^,;.]{0,40}(?:khác|còn lại|không (?:điều chỉnh|sửa đổi))", _I
)
"""What an amendment leaves as it is."""
_SUBMITTED_AT = re.compile(r"(?:tại|bằng|theo)\s*$", _I)
_ONGOING = re.compile(r"(?:tiếp tục|đang)(?!\w)", _I)
_AHEAD = re.compile(r"dự kiến|trong thời gian tới|(?<!\w)sẽ(?!\w)", _I)
_COMMENTS = re.compile(r"góp ý(?: kiến)?(?: cho| đối với| về)?\s+(?:các\s+)?$", _I)
_REVIEWS = re.compile(r"sơ kết\s[^.;:|]*(?:trong|của|về|thực hiện|triển khai)\s+$", _I)
"""A review half-way says that the document is being carried out; a final one (`tổng kết`) does not."""
_PREPARING = re.compile(r"chuẩn bị", _I)
_EFFECTIVE = re.compile(r"có hiệu lực(?: thi hành)?(?: kể)? từ (?=ngày)", _I)


class Verbs:
    """Reads the verbs before the names of one document.

    Args:
        text: as kept.
        header: of the document; only a report tells progress of others.
        references: as `find_references` gave them.
        leads: the words that lead to them.
    """

    def __init__(self, text: str, header: DocumentHeader, references: Sequence[Reference], leads: Leads) -> None:
        self.text, self.header, self.references = text, header, references
        self.leads = leads
        self.drafted = is_draft(text, header)
        self.reports = tells_progress(header)

    def read(self, index: int, governed: str | None) -> tuple[str | None, str, date | None]:
        """The state that the words before a reference tell, its cue and its day; None, "", None where they tell none.

        Args:
            index: of the reference.
            governed: cue of the verb that issued the document before it in the same sentence, if one did.
        """
        reference = self.references[index]
        before = self.text[reference.governed_from : reference.span.start]
        plain = _MARK.sub("", before)
        complete = bool(reference.mention and reference.mention.key and not reference.mention.blank)
        if _DRAFT_OF.search(before):
            return "draft", "dự thảo", None
        lead = self.leads.before(index)
        if _REPLACES.search(lead) and (not self.reports or re.search(r"này\s+thay thế", lead, _I)):
            if self.drafted or is_ordered(lead):
                return None, "", None
            return "replaced", "thay thế", None if self.reports else self._effective(reference.sentence)
        if _ANNEXED.search(before) and not _CHANGES.search(before):
            return ("issued", "ban hành kèm theo", reference.date) if complete else (None, "", None)
        issue = _ISSUES.search(before) or self._intro(reference) or _ISSUES_SEVERAL.search(before)
        if issue or (governed and re.search(r"(?:[,;]|\svà)\s*(?:các\s+)?$", before)):
            if complete or not _PREPARES.search(before) or _PREPARED_AND_ISSUED.search(before):
                return "issued", issue.group().strip() if issue else str(governed), reference.date
            return "submitted", "trình", None
        if reference.type == "Tờ trình" and _SUBMITTED_AT.search(before):
            return "submitted", "tại Tờ trình", reference.date
        if reference.type == "Báo cáo" and re.fullmatch(r"\s*-?\s*(?:thực hiện|có)\s*", plain, _I):
            return "issued", "thực hiện báo cáo", reference.date
        if reference.type in _DECISIONS and complete and _DECIDED_AT.search(before.rsplit(";", 1)[-1]):
            return "issued", before.split()[-1].lower(), reference.date
        done = self._finished(reference, before) or self._done_under(reference, before)
        if done:
            return done
        state, cue, day = self._progress(before, plain)
        if state == "in_progress" and self.reports and _LEADING.fullmatch(plain):
            return self._main_clause(index, reference) or (state, cue, day)
        return state, cue, day

    def _finished(self, reference: Reference, before: str) -> tuple[str, str, date | None] | None:
        """`đã hoàn thành Kế hoạch số …`: the undertaking itself is what was finished, or not yet."""
        finished = _FINISHED.search(before)
        rule = reference.mention and _NORMATIVE.match(reference.mention.canonical or "")
        if not finished or not self.reports or rule or reference.type not in _UNDERTAKEN:
            return None
        if _NO_FACT.search(before, 0, finished.start()):
            return None
        state = "in_progress" if finished.group().lower().startswith("chưa") else "completed"
        return state, finished.group().strip(), None

    def _done_under(self, reference: Reference, before: str) -> tuple[str, str, date | None] | None:
        """`đã hoàn thành, bàn giao 44/68 trạm theo Kế hoạch số …`: what was done under an undertaking."""
        rule = reference.mention and _NORMATIVE.match(reference.mention.canonical or "")
        if not self.reports or rule or reference.type not in _UNDERTAKEN or not _UNDER_IT.search(before):
            return None
        clause = re.split(r";|\.\s", before)[-1]
        said = read_progress(clause, marked=True)
        if said is None or said.state not in {"completed", "in_progress", "delayed", "paused", "not_started"}:
            return None
        if (WEAK_DONE.fullmatch(said.cue) and said.state == "completed") or re.fullmatch(
            r"đang|tiếp tục", said.cue, _I
        ):
            return None
        return said.state, said.cue.strip(), event_day(clause[said.start :], named=False)

    def _main_clause(self, index: int, reference: Reference) -> tuple[str, str, date | None] | None:
        """`Thực hiện Quyết định số …, Sở đã hoàn thành việc …`: the main clause says how far the work is."""
        tail = max(reference.span.end, reference.subject.end if reference.subject else 0)
        following = self.references[index + 1] if index + 1 < len(self.references) else None
        if following and following.sentence == reference.sentence:
            return None
        clause = self.text[tail : reference.sentence.end]
        if not re.match(r"[^;:]{0,80}?,\s", clause) or re.search(r"như sau\W*$", clause):
            return None
        said = read_progress(clause, marked=True)
        strong = {"completed", "delayed", "paused", "not_started"}
        if (
            said is None
            or said.state not in strong
            or re.match(r"đã (?:tổ chức|triển khai|thực hiện)(?!\w)", said.cue, _I)
        ):
            return None
        return said.state, said.cue.strip(), event_day(clause[said.start :], named=False)

    def _intro(self, reference: Reference) -> re.Match[str] | None:
        """The verb of the sentence that opens a list (`đã ban hành bốn kế hoạch:`), for an item of that list."""
        start = reference.sentence.start
        if not _LIST_ITEM.match(self.text, start):
            return None
        while start > 0 and _LIST_ITEM.match(self.text, start):
            start = self.text.rfind("\n", 0, start - 1) + 1
        end = self.text.find("\n", start)
        opening = self.text[start:end].rstrip()
        return _ISSUES_SEVERAL.search(opening) if opening.endswith(":") else None

    def _progress(self, before: str, plain: str) -> tuple[str | None, str, date | None]:
        if not self.reports and _OF_THE_REST.search(before):
            return None, "", None
        undone = _UNDONE.search(before)
        if undone:
            proposed = _PROPOSED.search(before, 0, undone.start())
            return ("not_started", undone.group().strip(), None) if self.reports and not proposed else (None, "", None)
        if _PROPOSED.search(before.rsplit(";", 1)[-1]) and _CARRIES_OUT.search(before):
            return None, "", None
        # What stands before a semicolon is said of another document.
        before, plain = before.rsplit(";", 1)[-1], plain.rsplit(";", 1)[-1]
        clause = plain.rsplit(", ", 1)[-1]
        if _AHEAD.search(clause) or _AHEAD.match(plain):
            return "planned", "dự kiến", None
        if _PREPARING.search(plain):
            return "in_preparation", "chuẩn bị", None
        if _COMMENTS.search(before):
            return "in_preparation", "góp ý", None
        if _REVIEWS.search(before):
            return "in_progress", "sơ kết", None
        if _ONGOING.search(clause) or (
            _ONGOING.match(plain) and not re.search(r"(?<!việc )ban hành\s", clause.split("theo")[0][-40:])
        ):
            return "in_progress", "đang triển khai", None
        carries = _CARRIES_OUT.search(before)
        if carries and self.reports and not re.search(r"ban hành", before, _I):
            return "in_progress", carries.group().strip(), None
        if re.fullmatch(
            r"\W*(?:để\s+)?(?:báo cáo\s+)?(?:tình hình\s+)?(?:triển khai"
            r"|thực hiện)(?: các nội dung)?(?: thực hiện)?(?: theo)?\s*",
            plain,
            _I,
        ):
            return ("in_progress", plain.strip(), None) if self.reports else ("basis_only", plain.strip().lower(), None)
        under = _UNDER.search(before)
        if under and self.reports and not re.search(r"ban hành|phê duyệt", before, _I):
            return "in_progress", under.group(1), None
        if _BASIS.search(before) or (not self.reports and _BASIS_LINE.match(before)):
            return "basis_only", before.split()[-1].lower() if before.split() else "theo", None
        return None, "", None

    def _effective(self, sentence: Span) -> date | None:
        effective = _EFFECTIVE.search(self.text, sentence.start, sentence.end)
        if not effective:
            return self.header.date
        dated = leading_date(self.text, effective.end())
        return dated.date if dated else self.header.date


def tells_progress(header: DocumentHeader) -> bool:
    """Whether a document reports what was done: others order it."""
    return header.type in {None, "Báo cáo", "Biên bản"}
