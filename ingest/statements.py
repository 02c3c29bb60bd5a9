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
from itertools import islice

from ingest.bodies import find_bodies, full_name
from ingest.dates import find_dates
from ingest.event_day import event_day
from ingest.hostile import is_instruction
from ingest.models import DocumentHeader, KeptText, Reference, Section, Span, Statement
from ingest.named import named_relations
from ingest.progress import read_progress
from ingest.quantities import find_quantities
from ingest.references import PREDICATE
from ingest.rows import Row, Rows, row_cells
from ingest.sentences import split_sentences
from ingest.validity import find_validity
from ingest.verbs import Verbs, tells_progress

_I = re.IGNORECASE
_CUTOFF = re.compile(
    r"(?:(?:cập nhật|số liệu|tính|thời điểm|tình trạng|lũy kế)[^.\n|]{0,40}?"
    r"|(?:tổng hợp|tiến độ|tình hình|kết quả)[^.\n|]{0,120}?\s)đến (?:hết )?(?=ngày)",
    _I,
)
_NEAR_TABLE = 6000
_AHEAD_FIRST = re.compile(r"\W*(?:dự kiến|trong thời gian tới|thời gian tới)(?!\w)", _I)
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
    r"(?:hoàn thành|hoàn tất|xong)[^.;]{0,80}?(?:trước|trong|chậm nhất(?: là| vào| đến)?|muộn nhất(?: là| vào)?"
    r"|đến hết)"
    r"(?: hết)? (?:ngày|tháng|quý|năm)|(?:chậm|muộn) nhất[^.;]{0,40}?(?:hoàn thành|hoàn tất|xong)"
    r"|từ tháng[^.;]{0,60}?đến",
    _I,
)
_OPENS = re.compile(r"\s*\(\s*(?:(?:theo|tại|(?:được )?(?:phê duyệt|ban hành|giao)(?: kèm)?(?: theo| tại)?)\s+)?$", _I)
_BEFORE_NAME = 60
"""Characters that stand between a bracket and the number in it."""
_LEAST_NAME = 2
"""Words before a bracket that name a thing."""
_VERB_END = re.compile(r"(?:thay thế|căn cứ|ban hành|tại|theo)\s*$", _I)
_SINCE = re.compile(r"\s*,?\s*(?:kể\s+)?(?:từ|vào|trong)\s+(?=ngày\s)", _I)
_COLON = re.compile(r"[^:;]{0,160}?:\s")
_SETS_AIM = re.compile(r"(?:đặt|đề) ra|đặt (?:ra )?(?:mục tiêu|chỉ tiêu)", _I)
_PREDICATE = re.compile(rf"(?:,|\s+và)?\s*(?:\([^()]{{1,60}}\)\s*)?{PREDICATE}", _I)
_CLAUSE_END = re.compile(r";|\.$")
_TO_MEASURE = re.compile(r"(?<!\w)(?:theo|của|thuộc|tại|trong|bởi|bằng|với|vượt|kèm)\s+(?:các\s+)?$", _I)
_UNDER = re.compile(r"(?<!\w)(?:theo|của|thuộc)\s+$", _I)
_TO_OBJECT = re.compile(r"\s+(?:(?:việc|các|những|toàn bộ|nội dung|nhiệm vụ|tổ chức|triển khai|thực hiện)\s+){0,4}", _I)
"""What stands between a verb and the document that is its object."""
_PASSIVE = re.compile(r"(?<!\w)(?:bị|được)(?!\w)", _I)
_CORRECTED_DEADLINE = re.compile(r"(?:sửa lại|đọc là|sửa thành)[^.]{0,20}[“\"]?trước (?:ngày|tháng)", _I)


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
        self._beside: dict[Span, list[Reference]] = {}
        """The references of each sentence."""
        for reference in references:
            self._beside.setdefault(reference.sentence, []).append(reference)
        self.verbs = Verbs(text, header, references)
        self.rows = Rows(text)
        self.reports = tells_progress(header)

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
                            quantities=tuple(find_quantities(self.text, span)),
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
            for other in self._beside[reference.sentence]
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
        row = self.rows.at(reference.span.start)
        if row:
            return self._in_row(index, reference, row)
        bracket = self._bracket(index, reference)
        tail = bracket.end if bracket else max(reference.span.end, reference.subject.end if reference.subject else 0)
        predicate = _PREDICATE.match(text, tail, sentence.end)
        if predicate:
            end = self._predicate_end(index, predicate)
            if not self._has_another_object(index, predicate, end):
                return self._in_clause(index, reference, Span(predicate.start(), end))
        colon = _COLON.match(text, tail, sentence.end)
        # Words behind a bracket's end speak of what stands before the bracket, not of the document named in it.
        if colon and ((")" in colon.group() and "(" not in colon.group()) or self._is_anothers(index, colon.end())):
            colon = None
        if colon and not colon.group().endswith("như sau: "):
            return self._in_clause(index, reference, Span(colon.end(), sentence.end))
        if bracket:
            return self._around(index, reference, bracket)
        return self._by_verb(index, reference, governed)

    def _predicate_end(self, index: int, predicate: re.Match[str]) -> int:
        """Before a semicolon, or before the clause of the next document; what follows a semicolon that an aim stands
        before may tell how far it was reached."""
        sentence = self.references[index].sentence
        others = list(self._behind(index))
        if not others and _SETS_AIM.search(predicate.group()):
            return sentence.end
        ends = _CLAUSE_END.search(self.text, predicate.end(), sentence.end)
        end = ends.start() if ends else sentence.end
        at = predicate.end()
        for other in others:
            if other.span.start >= end:
                break
            joint = max(self.text.rfind(",", at, other.span.start), self.text.rfind(" và ", at, other.span.start))
            # `…, mới đạt 60% so với Kế hoạch số …`: a document that the clause only measures by begins no new one.
            if joint >= 0 and not _TO_MEASURE.search(self.text, joint, other.span.start):
                return joint
            at = max(at, other.span.end)
        return end

    def _behind(self, index: int) -> Iterator[Reference]:
        """The references behind one in its sentence."""
        for other in islice(self.references, index + 1, None):
            if other.sentence != self.references[index].sentence:
                return
            yield other

    def _has_another_object(self, index: int, predicate: re.Match[str], end: int) -> bool:
        """Whether a verb behind a name is of the next document: `đã ban hành A, đã hoàn thành B`, `… theo B`."""
        other = next(self._behind(index), None)
        if other is None or other.span.start < predicate.end() or _PASSIVE.search(predicate.group()):
            return False
        if _TO_OBJECT.fullmatch(self.text, predicate.end(), other.span.start):
            return True
        joined = re.match(r",|\s+và\s", predicate.group(), _I) is not None
        return joined and other.span.start < end and bool(_UNDER.search(self.text, predicate.end(), other.span.start))

    def _bracket(self, index: int, reference: Reference) -> Span | None:
        """The bracket that gives the number of what is named before it: `Dự án cầu … (Quyết định số …)`."""
        near = max(reference.sentence.start, reference.span.start - _BEFORE_NAME)
        opening = _OPENS.search(self.text, near, reference.span.start)
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
        """Where the clause from `start` ends: before a semicolon, or before what leads to the next document."""
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
            day = event_day(cell[said.start :], named=False)
        elif said.state == "issued":
            day = reference.date
        quantities = tuple(find_quantities(cell, Span(0, len(cell))))
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
            day = event_day(text[said.start :], named=said.state == "replaced")
        return self._statement(index, said.state, day, reference, said.cue, clause)

    def _by_verb(self, index: int, reference: Reference, governed: str | None) -> Statement | None:
        text, sentence = self.text, reference.sentence
        before = text[sentence.start : reference.span.start]
        plain = re.sub(r"^\s*(?:\d{1,3}[.)]|[a-zđ][.)]|[-+•])\s+", "", before)
        state, cue, day = self.verbs.read(index, reference, before, plain, governed)
        if state is None:
            return None
        return self._statement(index, state, day, reference, cue, sentence)

    def _statement(
        self, index: int, state: str, day: date | None, reference: Reference, cue: str, where: Span
    ) -> Statement:
        actor = reference.issuer if state == "issued" else self._actor(reference)
        quantities = tuple(find_quantities(self.text, where)) if state != "basis_only" else ()
        return Statement(index, state, day, self.header.date, actor, reference.sentence, cue, quantities)

    def _actor(self, reference: Reference) -> str | None:
        for body in find_bodies(self.text, reference.sentence.start, reference.span.start):
            return full_name(body.of(self.text))
        return self.header.issuer
