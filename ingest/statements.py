"""What a text says of a document's progress: dated statements with their cue and their sentence.

The states are those of `status_data/statuses.tsv`. A statement is read only where the words govern the
document: behind its name and a colon (`Kế hoạch số …: đã hoàn thành`), in the cell of its table row, or as
the verb before its name (`đã tham mưu … ban hành Kế hoạch số …`: A prepared, B issued). A target is not a
result, a draft is not issued, and a document that is only a basis has no status of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ingest.bodies import find_bodies, full_name
from ingest.dates import find_dates
from ingest.drafts import is_draft
from ingest.hostile import is_instruction
from ingest.leads import Leads, is_ordered
from ingest.models import DocumentHeader, KeptText, Quantity, Reference, Section, Span, Statement
from ingest.named import named_relations
from ingest.progress import WEAK_DONE, read_progress
from ingest.references import ISSUES_SEVERAL, PREDICATE
from ingest.rows import Row, row_at, row_cells
from ingest.sentences import split_sentences
from ingest.validity import find_validity

_I = re.IGNORECASE
_CUTOFF = re.compile(
    r"(?:(?:cập nhật|số liệu|tính|thời điểm|tình trạng|lũy kế)[^.\n|]{0,40}?"
    r"|(?:tổng hợp|tiến độ|tình hình|kết quả)[^.\n|]{0,120}?\s)đến (?:hết )?(?=ngày)",
    _I,
)
_NEAR_TABLE = 6000
_ISSUES = re.compile(
    r"(?:(?P<has>đã có)|đã phê duyệt|(?:đã|vừa) (?:tổ chức )?công bố"
    r"|(?:đã|vừa) (?:ra|ký)"
    r"|(?P<issue>(?:đã\s+)?(?:được\s+)?(?:ký\s+)?(?<!việc )ban hành(?:\s+(?:thêm|mới|theo thẩm quyền))*))\s*(?:các\s+[^,;:.]{0,30}?:?\s*)?$",
    _I,
)
_LIST_ITEM = re.compile(r"\s*[-+•]\s")
_ISSUES_SEVERAL = re.compile(rf"(?:đã\s+)?{ISSUES_SEVERAL}", _I)
_PREPARES = re.compile(r"(?:tham mưu|trình)(?!\w)", _I)
_AHEAD_FIRST = re.compile(r"\W*(?:dự kiến|trong thời gian tới|thời gian tới)(?!\w)", _I)
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
_UNDONE = re.compile(
    r"(?<!\w)(?:chưa|không)\s+(?:được\s+|thể\s+|kịp\s+)*(?:triển khai|thực hiện|tổ chức)(?:\s+(?:triển khai|thực hiện))?"
    r"(?:\s+(?:các|nội dung|nhiệm vụ|theo))*\s*$",
    _I,
)
_PROPOSED = re.compile(
    r"(?<!\w)(?:đề nghị|kiến nghị|đề xuất|yêu cầu|giao|chỉ đạo|đôn đốc|xin phép)\s(?![^,;]*(?:,|đã\s|đang\s))", _I
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
_TO_CARRY_OUT = re.compile(r"(?:về\s+(?:việc\s+)?)?(?:triển khai|thực hiện)(?: (?:triển khai|thực hiện))?\s+", _I)
_INHERITED = {
    ("approves", "issued"): "issued",
    ("issues_with", "issued"): "issued",
    ("issues_with", "in_progress"): "in_progress",
    # What is changed had been issued.
    ("amends", "issued"): "issued",
    ("amends", "in_progress"): "issued",
    ("implements", "issued"): "in_progress",
    ("implements", "in_progress"): "in_progress",
    ("reports_on", "issued"): "in_progress",
}
"""(what an act does with a document, the act's state) → the document's state."""
_DEADLINE = re.compile(
    r"(?:hoàn thành|hoàn tất|xong)[^.;]{0,80}?(?:trước|trong|chậm nhất(?: là| vào| đến)?|muộn nhất(?: là| vào)?|đến hết)"
    r"(?: hết)? (?:ngày|tháng|quý|năm)|(?:chậm|muộn) nhất[^.;]{0,40}?(?:hoàn thành|hoàn tất|xong)"
    r"|từ tháng[^.;]{0,60}?đến",
    _I,
)
_OPENS = re.compile(r"\s*\(\s*(?:(?:theo|tại|(?:được )?(?:phê duyệt|ban hành|giao)(?: kèm)?(?: theo| tại)?)\s+)?$", _I)
_DECISIONS = frozenset({"Quyết định", "Nghị quyết"})
_LEADING = re.compile(r"\W*(?:triển khai|thực hiện)(?: (?:thực hiện|triển khai))?(?: các nội dung)?(?: theo)?\s*", _I)
_LEAST_NAME = 2
"""Words before a bracket that name a thing."""
_VERB_END = re.compile(r"(?:thay thế|căn cứ|ban hành|tại|theo)\s*$", _I)
_SINCE = re.compile(r"\s*,?\s*(?:kể\s+)?(?:từ|vào|trong)\s+(?=ngày\s)", _I)
_COLON = re.compile(r"[^:;]{0,160}?:\s")
_SETS_AIM = re.compile(r"(?:đặt|đề) ra|đặt (?:ra )?(?:mục tiêu|chỉ tiêu)", _I)
_PREDICATE = re.compile(rf"(?:,|\s+và)?\s*(?:\([^()]{{1,60}}\)\s*)?{PREDICATE}", _I)
_AIMED = re.compile(
    r"thời hạn|đến (?:hết )?ngày|(?<!\w)(?:trước|phấn đấu|dự kiến|sẽ|mục tiêu|chậm nhất|muộn nhất)(?!\w)", _I
)
"""A day behind these is when something is to be, and not when it was."""
_CORRECTED_DEADLINE = re.compile(r"(?:sửa lại|đọc là|sửa thành)[^.]{0,20}[“\"]?trước (?:ngày|tháng)", _I)
_EFFECTIVE = re.compile(r"có hiệu lực(?: thi hành)?(?: kể)? từ (?=ngày)", _I)
_NAMED_DAY = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ][\w-]*\s+ngày\s+[\d/]+(?:\s+tháng\s+\d+\s+năm\s+\d+)?")
_MEASURES = frozenset({"km", "m", "ha", "kg", "tấn", "giờ", "phút"})
_QUANTITY = re.compile(
    r"(?<![\w/.,])(?<!quận )(?<!phường )(?<!tháng )(?<!ngày )(?<!quý )(?<!năm )(?<!số )(?<!giai đoạn )(?<!đợt )"
    r"(?<!\d [-–] )(?<!\d[-–])"
    r"(\d+(?:[.,]\d+)*(?:/\d+(?:[.,]\d+)*)?)(?:\s?(%)|\s+((?!(?:tháng|năm|ngày|đã|đang|sẽ|và|chưa|là|của|về)\b)"
    r"[^\W\d_]+(?:\s-\s[^\W\d_]+|\s(?!(?:cho|với|của|và|trên|tại|đã|đang|được|trong|để|theo|là|có|ở|từ|đến|còn"
    r"|mới|khác|về|do|sau|trước|bị|như)\b)[a-zà-ỹ]+(?=\s|$|[,;.]))?))",
    _I,
)


def find_statements(
    kept: KeptText, header: DocumentHeader, sections: Sequence[Section], references: Sequence[Reference]
) -> tuple[Statement, ...]:
    """The statements of progress in a text, in its order.

    Args:
        kept: the text.
        header: whose date is the statements' "as of" date.
        sections: unused by the rules so far; kept for the seam.
        references: as `find_references` gave them; `Statement.reference` indexes them.
    """
    del sections
    reader = _Reader(kept.text, header, references)
    return (*reader.statements(), *find_validity(kept, header, references))


class _Reader:
    """Reads the statements of one document."""

    def __init__(self, text: str, header: DocumentHeader, references: Sequence[Reference]) -> None:
        self.text, self.header, self.references = text, header, references
        self.leads = Leads(text, references)
        self.drafted = is_draft(text, header)
        self.reports = header.type in {None, "Báo cáo", "Biên bản"}

    def statements(self) -> Iterator[Statement]:
        yield from self._corrections()
        stated = dict(self._stated())
        yield from (statement for statements in stated.values() for statement in statements)
        first = {index: statements[0] for index, statements in stated.items()}
        yield from self._inherited(first)
        yield from self._continued(first)

    def _stated(self) -> Iterator[tuple[int, tuple[Statement, ...]]]:
        """What the words around each name say of it, by the reference's index."""
        governed: dict[Span, str] = {}
        for index, reference in enumerate(self.references):
            if reference.own:
                own = tuple(self._own(index, reference))
                if own:
                    yield index, own
                continue
            if self._embedded(reference):
                continue
            statement = self._of(index, reference, governed.get(reference.sentence))
            if statement:
                if statement.state == "issued":
                    governed[reference.sentence] = statement.cue
                yield index, (statement,)

    def _inherited(self, stated: Mapping[int, Statement]) -> Iterator[Statement]:
        """What the progress of an act says of the document without a number that the act is about.

        A decision that was issued and approves a scheme has the scheme approved that day; a plan that was issued to
        carry out a programme has the programme under way.
        """
        if not self.reports:
            return
        seen = set(stated)
        for link in named_relations(self.text, self.references):
            act = stated.get(link.source) if link.source is not None else None
            state = _INHERITED.get((link.kind, act.state)) if act else None
            if act and state and link.target not in seen:
                seen.add(link.target)
                day = act.date if act.state == "issued" and link.kind != "amends" else None
                yield replace(act, reference=link.target, state=state, date=day, cue=link.cue, quantities=())
        for index, reference in enumerate(self.references):
            act = self._carried_out_by(reference, stated) if index not in seen else None
            if act:
                yield replace(act, reference=index, cue="thực hiện", quantities=())

    def _continued(self, stated: Mapping[int, Statement]) -> Iterator[Statement]:
        """`Dự kiến …` behind what a paragraph says of the one document that is under way in it: its next step."""
        if not self.reports:
            return
        under_way: dict[int, int | None] = {}
        for index, statement in stated.items():
            if statement.state == "in_progress":
                line = self.text.rfind("\n", 0, statement.span.start) + 1
                under_way[line] = index if line not in under_way else None
        for line, found in under_way.items():
            if found is None:
                continue
            ends = self.text.find("\n", line)
            paragraph = Span(line, ends if ends >= 0 else len(self.text))
            for sentence in split_sentences(paragraph.of(self.text)):
                span = Span(line + sentence.start, line + sentence.end)
                words = span.of(self.text)
                known = any(span.overlaps(reference.span) for reference in self.references)
                if span.start >= stated[found].span.end and not known and _AHEAD_FIRST.match(words):
                    if not is_instruction(words):
                        yield replace(
                            stated[found],
                            state="planned",
                            date=None,
                            span=span,
                            cue=words.split(",")[0][:20],
                            quantities=tuple(_quantities(self.text, span)),
                        )
                    break

    def _carried_out_by(self, reference: Reference, stated: Mapping[int, Statement]) -> Statement | None:
        """`đang triển khai Kế hoạch số … về thực hiện Quyết định số …`: with the plan the decision is under way."""
        for index, statement in stated.items():
            act = self.references[index]
            if (
                statement.state == "in_progress"
                and act.sentence == reference.sentence
                and act.subject
                and act.subject.covers(reference.span)
                and _TO_CARRY_OUT.fullmatch(self.text, act.subject.start, reference.span.start)
            ):
                return statement
        return None

    def _corrections(self) -> Iterator[Statement]:
        """A notice that corrects a deadline says anew by when the document is planned to be carried out."""
        target = next((n for n, r in enumerate(self.references) if not r.own and self._corrected(r)), None)
        if target is None or not self.header.date:
            return
        for sentence in split_sentences(self.text):
            words = sentence.of(self.text)
            if _CORRECTED_DEADLINE.search(words) and not is_instruction(words):
                issuer = self.header.issuer
                yield Statement(target, "planned", None, self.header.date, issuer, sentence, "sửa lại")
                return

    def _corrected(self, reference: Reference) -> bool:
        before = self.text[reference.sentence.start : reference.span.start]
        return re.search(r"đính chính\s*$", before, _I) is not None

    def _embedded(self, reference: Reference) -> bool:
        """Whether the name only stands inside another document's subject."""
        return any(
            other.subject and other is not reference and other.subject.covers(reference.span)
            for other in self.references
            if other.sentence == reference.sentence
        )

    def _own(self, index: int, reference: Reference) -> Iterator[Statement]:
        if not self.header.date:
            return
        issued = Statement(
            index, "issued", self.header.date, self.header.date, self.header.issuer, reference.sentence, "Số"
        )
        if self.header.type == "Kế hoạch":
            for sentence in split_sentences(self.text):
                words = sentence.of(self.text)
                if sentence.start > reference.sentence.end and _DEADLINE.search(words) and not is_instruction(words):
                    yield replace(issued, state="planned", span=sentence, cue="hoàn thành trước")
                    return
        yield replace(issued, state="submitted", cue="Tờ trình") if self.header.type == "Tờ trình" else issued

    def _of(self, index: int, reference: Reference, governed: str | None) -> Statement | None:
        text, sentence = self.text, reference.sentence
        row = row_at(text, reference.span.start)
        if row:
            return self._in_row(index, reference, row)
        bracket = self._bracket(index, reference)
        tail = bracket.end if bracket else max(reference.span.end, reference.subject.end if reference.subject else 0)
        predicate = _PREDICATE.match(text, tail, sentence.end)
        if predicate:
            end = self._predicate_end(index, predicate)
            return self._in_clause(index, reference, Span(predicate.start(), end))
        colon = _COLON.match(text, tail, sentence.end)
        # Words behind a bracket's end speak of what stands before the bracket, not of the document named in it.
        if colon and (")" in colon.group() and "(" not in colon.group() or self._is_anothers(index, colon.end())):
            colon = None
        if colon and not colon.group().endswith("như sau: "):
            return self._in_clause(index, reference, Span(colon.end(), sentence.end))
        if bracket:
            return self._around(index, reference, bracket)
        return self._by_verb(index, reference, governed)

    def _predicate_end(self, index: int, predicate: re.Match[str]) -> int:
        """Before a semicolon; what follows one that an aim stands before may tell how far it was reached."""
        sentence = self.references[index].sentence
        alone = index + 1 == len(self.references) or self.references[index + 1].sentence != sentence
        if alone and _SETS_AIM.search(predicate.group()):
            return sentence.end
        ends = re.compile(r";|\.$").search(self.text, predicate.end(), sentence.end)
        return ends.start() if ends else sentence.end

    def _bracket(self, index: int, reference: Reference) -> Span | None:
        """The bracket that gives the number of what is named before it: `Dự án cầu … (Quyết định số …)`."""
        opening = _OPENS.search(self.text, reference.sentence.start, reference.span.start)
        if opening is None:
            return None
        name = self.text[reference.sentence.start : opening.start()]
        before = self.references[index - 1] if index else None
        if before and before.sentence == reference.sentence:
            name = self.text[max(before.span.end, reference.sentence.start) : opening.start()]
        closing = self.text.find(")", reference.span.end, reference.sentence.end)
        if closing < 0 or len(name.split()) < _LEAST_NAME or _VERB_END.search(name):
            return None
        return Span(opening.start(), closing + 1)

    def _is_anothers(self, index: int, colon: int) -> bool:
        """Whether the words before a colon name another thing by its number in brackets."""
        for at in range(index + 1, len(self.references)):
            other = self.references[at]
            if other.span.start >= colon or other.sentence != self.references[index].sentence:
                return False
            if self._bracket(at, other):
                return True
        return False

    def _around(self, index: int, reference: Reference, bracket: Span) -> Statement | None:
        """What the words behind a bracket say of the thing before it, else the verb that the thing is the object of."""
        text, sentence = self.text, reference.sentence
        rest = Span(bracket.end, self._clause_end(index, bracket.end))
        said = read_progress(rest.of(text), marked=True)
        if said:
            return self._in_clause(index, reference, rest)
        lead = text[sentence.start : bracket.start]
        before = Span(sentence.start + lead.rfind(";") + 1, bracket.start)
        said = read_progress(before.of(text), marked=True)
        if said is None:
            return None
        if said.state == "submitted" and reference.type != "Tờ trình":
            return None
        day = reference.date if said.state in {"issued", "submitted"} else None
        since = _SINCE.match(text, rest.start, rest.end)
        if since and said.state not in {"issued", "planned", "submitted"}:
            dates = find_dates(text[since.end() : since.end() + 40])
            day = dates[0].date if dates and dates[0].span.start <= len("ngày ") else None
        return self._statement(index, said.state, day, reference, said.cue.strip(), sentence)

    def _clause_end(self, index: int, start: int) -> int:
        """Where the clause that begins at `start` ends: before a semicolon, or before what leads to the next document."""
        sentence = self.references[index].sentence
        end = self.text.find(";", start, sentence.end)
        end = end if end >= 0 else sentence.end
        following = self.references[index + 1] if index + 1 < len(self.references) else None
        if following and following.sentence == sentence and following.span.start < end:
            comma = self.text.rfind(",", start, following.span.start)
            end = comma if comma >= 0 else start
        return end

    def _in_row(self, index: int, reference: Reference, row: Row) -> Statement | None:
        named = len(row_cells(self.text[row.line.start : reference.span.start])) - 1
        told = row.said(named)
        if told is None:
            return None
        said, cell = told
        day = None
        if said.state not in {"issued", "planned"}:
            day = self._event_day(cell[said.start :], named=False)
        elif said.state == "issued":
            day = reference.date
        quantities = tuple(_quantities(cell, Span(0, len(cell))))
        at = self.text.find(cell, row.line.start)
        quantities = tuple(
            replace(one, span=Span(one.span.start + at, one.span.end + at)) for one in quantities if at >= 0
        )
        as_of = self._cutoff(reference.sentence.start)
        return Statement(index, said.state, day, as_of, None, row.line, cell, quantities)

    def _cutoff(self, row: int) -> date | None:
        """The day up to which a table counts, where one is printed near it; else the report's day."""
        start, end = max(0, row - _NEAR_TABLE), row + _NEAR_TABLE
        for cutoff in sorted(_CUTOFF.finditer(self.text, start, end), key=lambda match: abs(match.start() - row)):
            dates = find_dates(self.text[cutoff.end() : cutoff.end() + 40])
            if dates and dates[0].date and dates[0].span.start <= len("ngày "):
                return dates[0].date
        return self.header.date

    def _in_clause(self, index: int, reference: Reference, clause: Span) -> Statement | None:
        text = clause.of(self.text)
        said = read_progress(text)
        if said is None:
            return None
        day = reference.date if said.state == "issued" else None
        if said.state not in {"issued", "planned"}:
            day = self._event_day(text[said.start :], said.state == "replaced")
        return self._statement(index, said.state, day, reference, said.cue, clause)

    def _event_day(self, behind: str, named: bool) -> date | None:
        """The first day behind the cue; with `named`, also that of a document that the clause names."""
        first = re.split(r"[;,]\s", behind, maxsplit=2)
        for part in first[:2]:
            if _AIMED.search(part):
                continue
            for mention in find_dates(part if named else _NAMED_DAY.sub(" ", part)):
                if mention.date:
                    return mention.date
        return None

    def _by_verb(self, index: int, reference: Reference, governed: str | None) -> Statement | None:
        text, sentence = self.text, reference.sentence
        before = text[sentence.start : reference.span.start]
        plain = re.sub(r"^\s*(?:\d{1,3}[.)]|[a-zđ][.)]|[-+•])\s+", "", before)
        state, cue, day = self._verb(index, reference, before, plain, governed)
        if state is None:
            return None
        return self._statement(index, state, day, reference, cue, sentence)

    def _verb(
        self, index: int, reference: Reference, before: str, plain: str, governed: str | None
    ) -> tuple[str | None, str, date | None]:
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
        done = self._done_under(reference, before)
        if done:
            return done
        state, cue, day = self._progress(before, plain)
        if state == "in_progress" and self.reports and _LEADING.fullmatch(plain):
            return self._main_clause(index, reference) or (state, cue, day)
        return state, cue, day

    def _done_under(self, reference: Reference, before: str) -> tuple[str, str, date | None] | None:
        """`đã hoàn thành, bàn giao 44/68 trạm theo Kế hoạch số …`: what was done under an undertaking."""
        rule = reference.mention and _NORMATIVE.match(reference.mention.canonical or "")
        if not self.reports or rule or reference.type not in _UNDERTAKEN or not _UNDER_IT.search(before):
            return None
        clause = re.split(r";|\.\s", before)[-1]
        said = read_progress(clause, marked=True)
        if said is None or said.state not in {"completed", "in_progress", "delayed", "paused", "not_started"}:
            return None
        if WEAK_DONE.fullmatch(said.cue) and said.state == "completed" or re.fullmatch(r"đang|tiếp tục", said.cue, _I):
            return None
        return said.state, said.cue.strip(), self._event_day(clause[said.start :], named=False)

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
        return said.state, said.cue.strip(), self._event_day(clause[said.start :], named=False)

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
        dates = find_dates(self.text[effective.end() : effective.end() + 40])
        return dates[0].date if dates and dates[0].span.start <= len("ngày ") else self.header.date

    def _statement(
        self, index: int, state: str, day: date | None, reference: Reference, cue: str, where: Span
    ) -> Statement:
        actor = reference.issuer if state == "issued" else self._actor(reference)
        quantities = tuple(_quantities(self.text, where)) if state != "basis_only" else ()
        return Statement(index, state, day, self.header.date, actor, reference.sentence, cue, quantities)

    def _actor(self, reference: Reference) -> str | None:
        for body in find_bodies(self.text, reference.sentence.start, reference.span.start):
            return full_name(body.of(self.text))
        return self.header.issuer


def _quantities(text: str, where: Span) -> Iterator[Quantity]:
    for match in _QUANTITY.finditer(text, where.start, where.end):
        unit = match.group(2) or match.group(3)
        unit = unit.split()[0] if unit.split()[0].lower() in _MEASURES else unit
        yield Quantity(Span(match.start(), match.end()), match.group(1), unit)
