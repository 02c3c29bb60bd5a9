"""Which documents a text links, and by what words: only links that are stated (labels: `status_data/relations.tsv`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from ingest.models import DocumentHeader, KeptText, Reference, Relation, Section
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
    ("replaces", re.compile(r"(?:bị|được)\s+thay thế\s+(?:bởi|bằng)\s*$", _I)),
    ("abrogates", re.compile(r"bị\s+(?:bãi bỏ|hủy bỏ)\s+(?:bởi|bằng|theo)\s*$", _I)),
)
"""`A bị thay thế bởi B`: the document named last is the one that acts."""
_BASIS_LINE = re.compile(
    r"^\s*(?:-\s*)?(?:căn cứ|xét đề nghị|theo đề nghị|xét tờ trình|trên cơ sở|thực hiện ý kiến)", _I
)
_OPENING = re.compile(
    r"^\W*(?:để\s+)?(thực hiện|triển khai|theo phân công tại|căn cứ|theo)(?:\s+(?:thực hiện"
    r"|triển khai))?(?:\s+các nội dung)?(?:\s+theo)?\s*$",
    _I,
)
_REPORTS = re.compile(r"báo cáo", _I)
_NUMBER = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ]")
_SELF_REPORT = re.compile(
    r"(?:(?:báo cáo|về)?\s*(?:kết quả|tình hình)|(?:sơ kết|tổng kết"
    r"|đánh giá)[^.;]{0,40}?)(?:\s+(?:triển khai|thực hiện)){1,2}\s*$",
    _I,
)
_THIS = re.compile(r"(quyết định|kế hoạch|nghị quyết|chỉ thị|thông tư|nghị định|chương trình) này[^.;]{0,60}$", _I)
_ACTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("replaces", re.compile(r"(?:và\s+)?thay thế(?: một phần)?\s*(?:cho\s*)?(?:các\s*)?$", _I)),
    ("abrogates", re.compile(r"(?:bãi bỏ|hủy bỏ)(?: một phần)?(?: toàn bộ)?\s*$", _I)),
    ("corrects", re.compile(r"đính chính\s*$", _I)),
    (
        "amends",
        re.compile(r"(?:sửa đổi|bổ sung|điều chỉnh)(?:[^;:.]{0,90}?(?:của|tại|kèm theo|trong))?\s*$", _I),
    ),
)


def find_relations(
    kept: KeptText, header: DocumentHeader, sections: Sequence[Section], references: Sequence[Reference]
) -> tuple[Relation, ...]:
    """The stated links of a text.

    Args:
        kept: the text.
        header: tells what the document itself is; without a type it makes no links of its own but reports.
        sections: unused by the rules so far; kept for the seam.
        references: as `find_references` gave them; `Relation.source` and `.target` index them.
    """
    del sections
    seen: set[tuple[int | None, str, int]] = set()
    found = []
    links = (
        _between(kept.text, references),
        _issued_upon(kept.text, references),
        named_relations(kept.text, references),
    )
    for relation in (*chain(*links), *_of_document(kept.text, header, references)):
        mark = (relation.source, relation.kind, relation.target)
        if mark not in seen:
            seen.add(mark)
            found.append(relation)
    return tuple(sorted(found, key=lambda relation: (relation.span.start, relation.target)))


def _between(text: str, references: Sequence[Reference]) -> Iterator[Relation]:
    for target_index, target in enumerate(references):
        if target.own or is_named(target):
            continue
        this = _antecedent(text, references, target_index)
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
            yield Relation(target_index, passive[0], source_index, target.sentence, passive[1].group().strip())
            continue
        for kind, cue in _INNER_CUES:
            hit = cue.search(between)
            if hit:
                yield Relation(source_index, kind, target_index, target.sentence, hit.group().strip())
                yield from _listed(references, source_index, kind, target_index, hit.group().strip(), text)
                break


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
        before = text[source.sentence.start : source.span.start]
        if source.own or not _ISSUES.search(before):
            continue
        this = _LEADS_THIS.search(before)
        for target_index in range(source_index - 1, -1, -1):
            target = references[target_index]
            if target.own or target.sentence != source.sentence:
                break
            between = text[target.span.end : source.span.start]
            if re.search(r"ban hành", between[:-20] if len(between) > 20 else "", _I) or (";" in between and not this):
                break
            if this and (target.type or "").lower() == this.group(2).lower():
                yield Relation(source_index, "implements", target_index, source.sentence, this.group(1))
                break
            lead = _LEADS.search(text[source.sentence.start : target.span.start])
            if lead and "," in between and not this:
                kind = "based_on" if lead.group(1).lower() in {"căn cứ", "theo"} else "implements"
                yield Relation(source_index, kind, target_index, source.sentence, lead.group(1))
                break


def _antecedent(text: str, references: Sequence[Reference], target_index: int) -> tuple[int, str] | None:
    """`Quyết định này thay thế …`: the last document of that type named before, and the act's kind."""
    target = references[target_index]
    before = text[target.sentence.start : target.span.start]
    for kind, cue in _ACTS:
        act = cue.search(before)
        this = _THIS.search(before, 0, act.start()) if act else None
        if act and this:
            for index in range(target_index - 1, -1, -1):
                if (references[index].type or "").lower() == this.group(1).lower():
                    return (index, kind) if not references[index].own else None
    return None


def _governor(text: str, references: Sequence[Reference], target_index: int) -> int | None:
    """The nearest earlier reference of the sentence that the words up to the target speak of."""
    target = references[target_index]
    for index in range(target_index - 1, -1, -1):
        candidate = references[index]
        if candidate.sentence != target.sentence:
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


def _listed(
    references: Sequence[Reference], source: int, kind: str, first: int, cue: str, text: str
) -> Iterator[Relation]:
    """`theo Công văn số A và Quyết định số B`: the second of a pair has the same link."""
    one = references[first]
    if first + 1 < len(references) and references[first + 1].sentence == one.sentence:
        other = references[first + 1]
        if re.fullmatch(r"\s*(?:,|và|, và)\s*", text[one.span.end : other.span.start]):
            yield Relation(source, kind, first + 1, other.sentence, cue)


def _of_document(text: str, header: DocumentHeader, references: Sequence[Reference]) -> Iterator[Relation]:
    own = next((index for index, reference in enumerate(references) if reference.own), None)
    body_starts = references[own].sentence.end if own is not None else 0
    for index, reference in enumerate(references):
        if reference.own or reference.span.start < body_starts or is_named(reference):
            continue
        kind, cue = _self_link(text, header, reference, own is not None)
        if kind:
            yield Relation(None, kind, index, reference.sentence, cue)


def _self_link(text: str, header: DocumentHeader, reference: Reference, numbered: bool) -> tuple[str | None, str]:
    sentence = reference.sentence
    before, after = text[sentence.start : reference.span.start], text[reference.span.end : sentence.end]
    reports = header.type == "Báo cáo" or not numbered
    if _SELF_REPORT.search(before) and reports and len(before) < 160 and not _NUMBER.search(before):
        return "reports_on", before.strip()
    if not numbered:
        attached = re.search(r"đính kèm văn bản số:?\s*$", before, _I)
        return ("attached_to", attached.group().strip()) if attached else (None, "")
    if header.type not in {"Báo cáo", "Tờ trình"} and not re.search(r"\d[a-z]?/[A-ZĐ\d]", before):
        for kind, cue in _ACTS:
            hit = cue.search(before)
            if hit:
                return kind, hit.group().strip()
    opening = _OPENING.match(before)
    if opening and header.type == "Báo cáo" and _REPORTS.search(after):
        return "reports_on", opening.group().strip()
    if opening and opening.group(1).lower() in {"thực hiện", "triển khai"}:
        return ("implements", opening.group().strip()) if header.type != "Báo cáo" else (None, "")
    if (_BASIS_LINE.match(before) and header.type != "Báo cáo") or (opening and header.type not in {None, "Báo cáo"}):
        return "based_on", before.split(" ")[0].strip("- ") or "căn cứ"
    return None, ""
