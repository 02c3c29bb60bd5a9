"""Which documents a text links, and by what words: only links that are stated (labels: `status_data/relations.tsv`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from ingest.drafts import is_draft
from ingest.leads import Leads, is_ordered
from ingest.models import DocumentHeader, KeptText, Reference, Relation
from ingest.named import is_named, named_relations

_I = re.IGNORECASE
_INNER_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("based_on", re.compile(r"(?:thực hiện theo|(?<!kèm )theo|căn cứ|trên cơ sở)\s*$", _I)),
    ("replaces", re.compile(r"thay thế(?: một phần)?\s*(?:cho\s*)?$", _I)),
    ("abrogates", re.compile(r"(?:bãi bỏ|hủy bỏ)(?: một phần)?\s*$", _I)),
    ("corrects", re.compile(r"đính chính\s*$", _I)),
    ("amends", re.compile(r"(?:sửa đổi|bổ sung|điều chỉnh)(?:[^,;:.]{0,60}?(?:của|tại|ban hành kèm theo))?\s*$", _I)),
    ("guides", re.compile(r"hướng dẫn(?: thi hành| thực hiện)?\s*$", _I)),
    ("reports_on", re.compile(r"(?:kết quả|tình hình)(?: triển khai| thực hiện){1,2}\s*$", _I)),
    ("implements", re.compile(r"(?:triển khai|thực hiện|cụ thể hóa)(?: (?:thực hiện|triển khai))?\s*$", _I)),
    ("attached_to", re.compile(r"(?:đính kèm|kèm theo)(?: văn bản)?(?: số)?:?\s*$", _I)),
)
_PASSIVE_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("replaces", re.compile(r"(?:bị|được)\s+thay thế\s+(?:bởi|bằng|theo|tại)\s*(?:các\s+)?$", _I)),
    ("abrogates", re.compile(r"(?:bị|được)\s+(?:bãi bỏ|hủy bỏ)\s+(?:bởi|bằng|theo|tại)\s*(?:các\s+)?$", _I)),
    ("corrects", re.compile(r"được\s+đính chính\s+(?:bởi|bằng|theo|tại)\s*(?:các\s+)?$", _I)),
    (
        "amends",
        re.compile(
            r"được\s+(?:sửa đổi|bổ sung|điều chỉnh)(?:,?\s+(?:và\s+)?(?:sửa đổi|bổ sung|điều chỉnh)){0,3}"
            r"(?:\s+(?!theo|tại|bởi|bằng)\w+){0,6}?\s+(?:bởi|bằng|theo|tại)\s*(?:các\s+)?$",
            _I,
        ),
    ),
)
"""`A bị thay thế bởi B`: the document named last is the one that acts."""
_BASIS_LINE = re.compile(
    r"^\s*(?:-\s*)?(?:căn cứ|xét đề nghị|theo đề nghị|xét tờ trình|trên cơ sở|thực hiện ý kiến)", _I
)
_OPENING = re.compile(
    r"^\W*(?:(?:để|nhằm)\s+)?(?:tổ chức\s+)?(thực hiện|triển khai|theo phân công tại|căn cứ|theo)(?:\s+(?:thực hiện"
    r"|triển khai))?(?:\s+các nội dung)?(?:\s+theo)?\s*$",
    _I,
)
_REPORTS = re.compile(r"báo cáo", _I)
_TASK = re.compile(
    r"\W*(?:thực hiện|triển khai|theo|căn cứ)(?: (?:thực hiện|triển khai))?\s(?:các\s+)?(?:nhiệm vụ|chế độ"
    r"|yêu cầu|nội dung"
    r"|quy định|chỉ đạo|chức năng|trách nhiệm|phân công|ý kiến|đề nghị)(?:\s[^,;:.\d]{1,80})?\s(?:tại|của|theo"
    r"|trong|nêu tại)\s*$",
    _I,
)
"""`Theo nhiệm vụ được giao tại Quyết định số …, Sở … báo cáo`: the report is on what gave the task."""
_NUMBER = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ]")
_SELF_REPORT = re.compile(
    r"(?:(?:báo cáo|về)?\s*(?:kết quả|tình hình)|(?:sơ kết|tổng kết"
    r"|đánh giá)[^.;]{0,40}?)(?:\s+(?:triển khai|thực hiện)){1,2}\s*$",
    _I,
)
_THIS = re.compile(r"(quyết định|kế hoạch|nghị quyết|chỉ thị|thông tư|nghị định|chương trình) này[^.;]{0,60}$", _I)
_PLACE_IN_ACT = r"(?:(?:(?:điểm|khoản|điều|mục|phần|chương|phụ lục)\s+(?:số\s+)?[\w.]+(?:,\s*|\s+và\s+|\s+))+)?"
_ACTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("replaces", re.compile(r"(?:và\s+)?thay thế(?: một phần)?\s*(?:cho\s*)?(?:các\s*)?$", _I)),
    ("abrogates", re.compile(r"(?:bãi bỏ|hủy bỏ)(?: một phần)?(?: toàn bộ)?(?: hiệu lực)?\s*(?:các\s*)?$", _I)),
    ("corrects", re.compile(r"đính chính\s*(?:các\s*)?$", _I)),
    (
        "amends",
        re.compile(
            r"(?:sửa đổi|bổ sung|điều chỉnh)(?:\s+các\s*|[^;:.]{0,90}?(?:của|tại|kèm theo|trong)\s+(?:các\s+)?"
            + _PLACE_IN_ACT
            + r"|\s+"
            + _PLACE_IN_ACT
            + r")?\s*$",
            _I,
        ),
    ),
)


_DEEDS = frozenset({"replaces", "abrogates", "amends", "corrects"})


def find_relations(
    kept: KeptText, header: DocumentHeader, references: Sequence[Reference], leads: Leads
) -> tuple[Relation, ...]:
    """The stated links of a text.

    Args:
        kept: the text.
        header: tells what the document itself is; without a type it makes no links of its own but reports.
        references: as `find_references` gave them; `Relation.source` and `.target` index them.
        leads: the words that lead to them.
    """
    seen: set[tuple[int | None, str, int]] = set()
    found = []
    drafted = is_draft(kept.text, header)
    links = (
        _between(kept.text, header, references, leads),
        _issued_upon(kept.text, references),
        named_relations(kept.text, references),
    )
    for relation in (*chain(*links), *_of_document(kept.text, header, references, leads)):
        # What a draft would do to another document, it does not do yet.
        if drafted and relation.source is None and relation.kind in _DEEDS:
            continue
        mark = (relation.source, relation.kind, relation.target)
        if mark not in seen:
            seen.add(mark)
            found.append(relation)
    return tuple(sorted(found, key=lambda relation: (relation.span.start, relation.target)))


def _between(text: str, header: DocumentHeader, references: Sequence[Reference], leads: Leads) -> Iterator[Relation]:
    for target_index, target in enumerate(references):
        if target.own or is_named(target):
            continue
        this = _antecedent(header, references, target_index, leads)
        if this:
            yield Relation(this[0], this[1], target_index, target.sentence, "này")
            continue
        source_index = _governor(text, references, target_index)
        if source_index is None:
            continue
        source = references[source_index]
        begin = source.subject.start if source.subject and source.subject.start >= source.span.end else source.span.end
        between = text[begin : target.span.start]
        passive = next(((kind, hit) for kind, cue in _PASSIVE_CUES if (hit := cue.search(between))), None)
        if passive:
            for member in _members(references, target_index, leads):
                yield Relation(member, passive[0], source_index, target.sentence, passive[1].group().strip())
            continue
        for kind, cue in _INNER_CUES:
            hit = cue.search(between)
            if hit and kind == "implements" and _ANOTHER_DEED.search(between, 0, hit.start()):
                # `Sở đã ban hành A, đang triển khai B`: the verb is of the body, not of the document before it.
                break
            if hit:
                for member in _members(references, target_index, leads):
                    yield Relation(source_index, kind, member, target.sentence, hit.group().strip())
                break


_ANOTHER_DEED = re.compile(r"(?:,|\svà)\s+(?:(?:hiện|đã|đang|sẽ|chưa|mới|vẫn|tiếp tục|tổ chức)\s+){1,4}$|\svà\s+$", _I)
_LEADS = re.compile(r"(?:^|[\s:;,])(?:để\s+)?(căn cứ|thực hiện|triển khai|cụ thể hóa|theo)\s*$", _I)
_LEADS_THIS = re.compile(
    r"(?:để\s+)?(thực hiện|triển khai|cụ thể hóa)\s+(quyết định|kế hoạch|nghị quyết|chỉ thị"
    r"|chương trình) (?:này|nêu trên|trên),",
    _I,
)
_ISSUES = re.compile(r"ban hành(?:\s+các)?\s*$", _I)


def _issued_upon(text: str, references: Sequence[Reference]) -> Iterator[Relation]:
    """`Căn cứ Quyết định số X, Sở … đã ban hành Kế hoạch số Y`: Y stands on X."""
    for source_index, source in enumerate(references):
        before = text[source.governed_from : source.span.start]
        if source.own or not _ISSUES.search(before):
            continue
        this = _LEADS_THIS.search(before)
        for target_index in range(source_index - 1, -1, -1):
            target = references[target_index]
            if target.own or target.sentence != source.sentence or target.span.end < source.governed_from:
                break
            between = text[target.span.end : source.span.start]
            if re.search(r"ban hành", between[:-20] if len(between) > 20 else "", _I) or (";" in between and not this):
                break
            if this and (target.type or "").lower() == this.group(2).lower():
                yield Relation(source_index, "implements", target_index, source.sentence, this.group(1))
                break
            lead = _LEADS.search(text[target.governed_from : target.span.start])
            if lead and "," in between and not this:
                kind = "based_on" if lead.group(1).lower() in {"căn cứ", "theo"} else "implements"
                yield Relation(source_index, kind, target_index, source.sentence, lead.group(1))
                break


def _antecedent(
    header: DocumentHeader, references: Sequence[Reference], target_index: int, leads: Leads
) -> tuple[int, str] | None:
    """`Quyết định này thay thế …`: the last document of that type named before, and the act's kind."""
    target_index, before = leads.listed_with(target_index), leads.before(target_index)
    for kind, cue in _ACTS:
        act = cue.search(before)
        this = _THIS.search(before, 0, act.start()) if act else None
        # In a decision, `Quyết định này` is the decision itself.
        if act and this and this.group(1).lower() != (header.type or "").lower():
            for index in range(target_index - 1, -1, -1):
                if (references[index].type or "").lower() == this.group(1).lower():
                    return (index, kind) if not references[index].own else None
    return None


def _governor(text: str, references: Sequence[Reference], target_index: int) -> int | None:
    """The nearest earlier reference of the sentence that the words up to the target speak of."""
    target = references[target_index]
    for index in range(target_index - 1, -1, -1):
        candidate = references[index]
        if candidate.sentence != target.sentence or candidate.span.end < target.governed_from:
            return None
        between = text[candidate.span.end : target.span.start]
        if candidate.own or re.search(r"[;:]", between):
            return None
        if is_named(candidate):
            continue
        if not (
            candidate.subject
            and not candidate.subject.covers(target.span)
            and re.search(r"\sđã\s(?!(?:bị|được) thay thế)|\sđang\s", between)
        ):
            return index
    return None


def _members(references: Sequence[Reference], first: int, leads: Leads) -> Iterator[int]:
    """`theo Công văn số A và Quyết định số B`: all of a list have the link of its first member."""
    yield first
    for index in range(first + 1, len(references)):
        if leads.listed_with(index) <= first:
            yield index
        elif not is_named(references[index]):
            return


def _of_document(
    text: str, header: DocumentHeader, references: Sequence[Reference], leads: Leads
) -> Iterator[Relation]:
    own = next((index for index, reference in enumerate(references) if reference.own), None)
    body_starts = references[own].sentence.end if own is not None else 0
    for index, reference in enumerate(references):
        if reference.own or reference.span.start < body_starts or is_named(reference):
            continue
        kind, cue = _self_link(text, header, reference, leads.before(index), own is not None)
        if kind:
            yield Relation(None, kind, index, reference.sentence, cue)


def _self_link(
    text: str, header: DocumentHeader, reference: Reference, lead: str, numbered: bool
) -> tuple[str | None, str]:
    """(kind, cue) of what the document says of its own tie to a reference; `lead`: the words before its list."""
    sentence = reference.sentence
    before, after = text[reference.governed_from : reference.span.start], text[reference.span.end : sentence.end]
    reports = header.type == "Báo cáo" or not numbered
    if _SELF_REPORT.search(before) and reports and len(before) < 160 and not _NUMBER.search(before):
        return "reports_on", before.strip()
    if not numbered:
        attached = re.search(r"đính kèm văn bản số:?\s*$", before, _I)
        return ("attached_to", attached.group().strip()) if attached else (None, "")
    if (
        header.type not in {"Báo cáo", "Tờ trình"}
        and not re.search(r"\d[a-z]?/[A-ZĐ\d]", lead)
        and not is_ordered(lead)
    ):
        for kind, cue in _ACTS:
            hit = cue.search(lead)
            if hit:
                return kind, hit.group().strip()
    # In a preamble one basis follows another in one sentence: `…; Thực hiện Nghị quyết số …`.
    opening = _OPENING.match(before) or (_OPENING.match(lead.rsplit("; ", 1)[-1]) if header.type != "Báo cáo" else None)
    if header.type == "Báo cáo" and (opening or _TASK.fullmatch(before)) and _REPORTS.search(after):
        return "reports_on", before.strip()
    if opening and opening.group(1).lower() in {"thực hiện", "triển khai"}:
        return ("implements", opening.group().strip()) if header.type != "Báo cáo" else (None, "")
    if (_BASIS_LINE.match(before) and header.type != "Báo cáo") or (opening and header.type not in {None, "Báo cáo"}):
        return "based_on", before.split(" ")[0].strip("- ") or "căn cứ"
    return None, ""
