"""Every document that a text names, with what the words around the name say: type, date, issuer, subject.

A first citation gives type, number, date, issuer and subject (Nghị định 30/2020/NĐ-CP, Appendix I, II.6);
this module reads them off in that order. Documents without a number are found where a report's item
begins with one (`7. Kế hoạch ứng cứu …: đang xây dựng dự thảo`) and where a date stands for the number
(`Bản ghi nhớ hợp tác ngày 18/8/2017`).
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.bodies import body_at, find_bodies, full_name, same_body
from ingest.dates import leading_date
from ingest.folding import fold
from ingest.governed import governed_documents, with_full_names
from ingest.hostile import is_instruction
from ingest.models import DocumentHeader, KeptText, NumberMention, Reference, Span
from ingest.named import named_documents
from ingest.numbers import find_numbers, issuer_name, parse_number, type_name
from ingest.sentences import split_sentences
from ingest.short_forms import resolved_short_forms
from ingest.type_words import TYPE_WORDS, any_of, type_word_at

_TYPES = any_of(TYPE_WORDS)
_TYPE_BEFORE = re.compile(rf"(?<!\w)(?i:({_TYPES}))\s*(?:(?i:số)\s*:?\s*)?$")
_LIST_GAP = re.compile(r"[\s,;]*(?:và\s+)?(?:số\s+)?")
_DATE_LEAD = re.compile(r"[\s,]*\(?\s*(?:ký\s+)?(?=ngày\b)")
_OF = re.compile(r"[\s,]*của\s+")
_OFFICE = re.compile(r"Chủ tịch (?=(?:Ủy ban|UBND|Hội đồng|HĐND))")
"""Whose act bears the number of the body that he heads."""
_ASIDE = re.compile(r"\s*\([^()]{1,60}\)")
_SUBJECT_START = re.compile(
    r"[\s,]*(?=(?:về|v/v|phê duyệt|ban hành|thành lập|kiện toàn|triển khai|thực hiện|quy định|hướng dẫn|[uủ]y quyền"
    r"|điều chỉnh|sửa đổi|bổ sung|thay thế|bãi bỏ|đính chính|công bố|giao|cho phép|tổ chức|chương trình|tăng cường"
    r"|xây dựng|cung cấp|đề nghị|chấn chỉnh|phối hợp|công nhận|chấp thuận|thông qua|báo cáo|tiếp tục"
    r"|trình)(?!\w)|[“\"])",
    re.IGNORECASE,
)
PREDICATE = (
    r"(?:(?:hiện|hiện nay|hiện tại|đến nay|tính đến nay|đến thời điểm này|nay)\s+)?(?:(?:vẫn|cơ bản|mới)\s+)?"
    r"(?:(?:đã|đang|vẫn|chưa|sẽ|mới)\s+(?:được\s+|bị\s+|phải\s+|cơ bản\s+|tiếp tục\s+){0,3}(?:hoàn thành|hoàn tất"
    r"|triển khai|thực hiện|ban hành|nghiệm thu|khởi công|thi công|tổ chức thực hiện|bàn giao|đưa vào|thông xe"
    r"|khánh thành"
    r"|tạm dừng|tạm hoãn|tạm ngừng|tạm ngưng|đình chỉ|chậm|phê duyệt|thay thế|bãi bỏ|khởi động|xây dựng|trình"
    r"|lấy ý kiến"
    r"|dừng|ngừng|kết thúc|đạt|giải ngân|xong|bắt đầu|lắp đặt|chuẩn bị)"
    r"|(?:đã\s+)?(?:bị|được)\s+(?:thay thế|bãi bỏ)\s+(?:bởi|bằng)"
    r"|(?:bị\s+)?chậm tiến độ|(?:bị\s+|phải\s+)?tạm (?:dừng|hoãn|ngừng|ngưng)|tiếp tục được|dự kiến"
    r"|đặt (?:ra )?(?:mục tiêu|chỉ tiêu)|đề ra (?:mục tiêu|chỉ tiêu)"
    r"|không (?:triển khai|thực hiện|hoàn thành|đạt)|được (?:triển khai"
    r"|thực hiện|hoàn thành|ban hành|tạm dừng))(?!\w)"
)
"""What a report says of a document right behind its name."""
_SUBJECT_END = re.compile(
    rf"[;:]|\s+(?=(?:và|,)\s+(?:đã|đang|sẽ)\s)|,?\s+(?={PREDICATE})|,\s+(?=(?:đã|đang|hiện|mới|chưa|trong đó)\s)"
    rf"|\s+(?=thực hiện theo (?:{_TYPES})\s)|,\s+(?=trên cơ sở\s)"
    r"|,\s+(?=(?:các|những|toàn|cả)\s[^,;:.]{2,40}?\s(?:đã|đang|chưa|mới)\s)"
    rf"|(?:,|\s+và)\s+(?=(?:các\s+)?(?:{_TYPES})(?:\s+số)?\s+\d)|\s+(?=như sau)|\s*\((?=thay thế)|\.$",
    re.IGNORECASE,
)
_NEXT_CLAUSE = re.compile(r",\s+")
_NEXT_VERB = re.compile(
    r"\s+(?:đã|đang|sẽ|báo cáo|ban hành|có|phối hợp|yêu cầu|cung cấp|xây dựng|đề nghị|kính|tổ chức|thông báo|trình|lập"
    r"|chỉ đạo|giao|quyết định|hướng dẫn|triển khai|kế hoạch hóa|nhận thấy|xin|tham mưu|chủ trì)(?!\w)"
)
"""What a body does in the clause that follows a subject."""
_NEXT_PREDICATE = re.compile(
    r"(?:báo cáo|trình|phối hợp|giao|đề nghị|tổ chức|tăng cường|tiếp tục|cung cấp|triển khai|thực hiện|xây dựng)(?!\w)",
    re.IGNORECASE,
)
"""Behind a comma, what somebody is to do with the document, and not what it is about."""
_LEADING_DATE = re.compile(r"\W*(?:(?:\d{1,3}|[a-zđ])[.)]\s+)?(?:vào\s+)?(?=ngày\s)", re.IGNORECASE)
_ISSUER_REACH = 2_000
"""Characters before a number in which the body stands that issued it."""
_ISSUED_BY = re.compile(r"\s+(?:\([^)]{1,40}\)\s*)?(?:đã\s+|vừa\s+)?(?:ban hành|có|ký|phê duyệt)(?!\w)", re.IGNORECASE)
_ANNEXED = re.compile(
    rf"(?<!\w)((?:{_TYPES}|danh mục)\s.{{5,400}}?)\s+(?:được\s+)?ban hành kèm theo\s+$", re.IGNORECASE
)
_ITEM = re.compile(
    rf"\s*(?:\d{{1,3}}[.)]|[a-zđ][.)]|[-+•])\s+((?i:{_TYPES})\s+(?!số\b)[^:\d][^:]{{8,220}}):\s", re.IGNORECASE
)
_DATED = re.compile(
    r"(?<!\w)(?i:(bản ghi nhớ|thỏa thuận|biên bản|hợp đồng)(?: hợp tác| ghi nhớ| làm việc)?)\s+(?=ngày\s)"
)
_CITY = re.compile(r"\b[Tt]hành phố ((?:[A-ZĐ]\w*)(?: [A-ZĐ]\w*){1,2})|\bTP\.? ?(HCM)\b")
_NAMED_BY_CONTENT = {"CTr", "ĐA", "DA"}


@dataclass(frozen=True, slots=True)
class _Tail:
    """What stands behind a number: where the citation ends, and what it says."""

    end: int
    date: date | None
    issuer: str | None
    subject: Span | None


def find_references(kept: KeptText, header: DocumentHeader) -> tuple[Reference, ...]:
    """The documents that the text names, in the order of the text; sentences that speak to a program name none.

    Args:
        kept: the text.
        header: the document's own header; its number becomes the reference marked `own`.
    """
    text = kept.text
    sentences = split_sentences(text)
    starts = [sentence.start for sentence in sentences]
    city = city_of(text, header)
    mentions = [mention for mention in find_numbers(text) if not _inside_web_address(text, mention)]
    found = [
        _reference(text, sentences[max(bisect.bisect_right(starts, mention.span.start) - 1, 0)], mention, tail, city)
        for mention, tail in zip(mentions, _tails(text, mentions, sentences, starts, city), strict=True)
    ]
    found = [_mark_own(reference, header) for reference in found]
    found += _unnumbered(text, sentences, found)
    found += named_documents(text, found)
    if header.type in {None, "Báo cáo"}:
        found += governed_documents(text, sentences, found)
    # What a sentence that speaks to the program says of a document is no mention of it: not its date, not its title.
    # It lends no other mention a name or a number, and what points back out of it (`Kế hoạch này`) is none either.
    found = with_full_names(text, _unspoken(text, found))
    found.sort(key=lambda reference: (reference.span.start, reference.span.end))
    return tuple(_unspoken(text, resolved_short_forms(text, header, sentences, found)))


def _unspoken(text: str, references: Sequence[Reference]) -> list[Reference]:
    """The references without those of sentences that speak to the program; the document's own number stays."""
    spoken = {sentence for sentence in {one.sentence for one in references} if is_instruction(sentence.of(text))}
    return [reference for reference in references if reference.own or reference.sentence not in spoken]


def city_of(text: str, header: DocumentHeader) -> str | None:
    """What `Thành phố` alone means in the document: the city of its header, else the first one that it names."""
    for source in (header.issuer or "", header.place or "", text):
        named = _CITY.search(source)
        if named:
            return f"Thành phố {named.group(1)}" if named.group(1) else "Thành phố Hồ Chí Minh"
    return None


def _inside_web_address(text: str, mention: NumberMention) -> bool:
    before = text[max(0, mention.span.start - 80) : mention.span.start].rsplit(None, 1)
    return bool(before) and "://" in before[-1] and not text[mention.span.start - 1].isspace()


def _tails(
    text: str, mentions: Sequence[NumberMention], sentences: Sequence[Span], starts: Sequence[int], city: str | None
) -> Iterator[_Tail]:
    """The tail of each mention; the members of a list (`1507, 1508 và 1509/QĐ-UBND`) share the last one's."""
    following: list[NumberMention | None] = [*mentions[1:], None][: len(mentions)]
    tails: list[_Tail] = []
    for mention, after in reversed(list(zip(mentions, following, strict=True))):
        joined = after and _LIST_GAP.fullmatch(text, mention.span.end, after.span.start)
        if joined and tails and mention.surface.isalnum():
            tails.append(tails[-1])
            continue
        sentence = sentences[max(bisect.bisect_right(starts, mention.span.start) - 1, 0)]
        tails.append(_tail(text, mention, max(sentence.end, mention.span.end), city))
    return reversed(tails)


def _tail(text: str, mention: NumberMention, limit: int, city: str | None) -> _Tail:
    at = mention.span.end
    # The next cell of a table row is a deadline as often as the document's day: only `ngày` makes it one.
    day = mention.date if not re.match(r"\s*\|", text[at:limit]) else None
    lead = _DATE_LEAD.match(text, at, limit)
    if lead:
        dated = leading_date(text, lead.end(), limit)
        if dated:
            day, at = day or dated.date, dated.span.end
    end = at
    issuer = None
    of = _OF.match(text, at, limit)
    body = body_at(text, of.end(), limit) if of else None
    if body:
        issuer, at = full_name(_OFFICE.sub("", body.of(text)), city), body.end
        end = at
        aside = _ASIDE.match(text, at, limit)
        at = aside.end() if aside else at
    return _Tail(end, day, issuer, _subject(text, at, limit))


def _subject(text: str, at: int, limit: int) -> Span | None:
    begin = _SUBJECT_START.match(text, at, limit)
    if not begin or ("," in begin.group() and _NEXT_PREDICATE.match(text, begin.end(), limit)):
        return None
    start = begin.end()
    ends = _SUBJECT_END.search(text, start, limit)
    end = ends.start() if ends else limit
    for comma in _NEXT_CLAUSE.finditer(text, start, end):
        body = body_at(text, comma.end(), end)
        if body and _NEXT_VERB.match(text, body.end, end):
            end = comma.start()
            break
    while end > start and text[end - 1] in " .,;:/":
        end -= 1
    return Span(start, end) if end - start >= 4 else None


def _reference(text: str, sentence: Span, mention: NumberMention, tail: _Tail, city: str | None) -> Reference:
    word = _TYPE_BEFORE.search(text, max(sentence.start, mention.span.start - 40), mention.span.start)
    start = word.start() if word else mention.span.start
    parsed = parse_number(mention.canonical) if mention.canonical else None
    coded = type_name(mention.type, parsed.system if parsed else "state") if mention.type or parsed else None
    kind = _type_of(word.group(1) if word else None, coded)
    issuer = _issuer(text, sentence, start, mention, tail, city)
    day = tail.date or _date_before(text, sentence, start)
    annexed = _ANNEXED.search(text, sentence.start, start) if not tail.subject else None
    subject = tail.subject or (Span(*annexed.span(1)) if annexed else None)
    return Reference(
        span=Span(start, max(tail.end, mention.span.end)),
        sentence=sentence,
        mention=mention,
        type=kind,
        date=day,
        issuer=issuer,
        subject=subject,
    )


def _type_of(written: str | None, coded: str | None) -> str | None:
    """The code decides the type; the word before the number only makes it fuller (`Chương trình hành động`)."""
    word = " ".join(written.split()).capitalize() if written else None
    if not coded:
        return word
    if word and (fold(word).startswith(fold(coded)) or fold(coded).startswith(fold(word) + " (")):
        return word
    return coded


def _issuer(text: str, sentence: Span, start: int, mention: NumberMention, tail: _Tail, city: str | None) -> str | None:
    coded = issuer_name(mention.issuer) if mention.issuer else None
    if tail.issuer and not (coded and _other_level(coded, tail.issuer)):
        return tail.issuer
    named = None
    for body in find_bodies(text, max(sentence.start, start - _ISSUER_REACH), start):
        if _ISSUED_BY.match(text, body.end, start + 1):
            named = full_name(body.of(text), city)
    if named and (not coded or same_body(coded, named)):
        return named
    return coded


def _other_level(coded: str, named: str) -> bool:
    """Whether the words after `của` name another body than the number's code (`Kế hoạch số 12/KH-STC của Ủy ban …`)."""
    # A code that every province has names its bodies side by side (`Tỉnh ủy / Thành ủy`): one of them is enough.
    return not any(
        same_body(option, named) or fold(option).split()[0] == fold(named).split()[0] for option in coded.split(" / ")
    )


ISSUES_SEVERAL = r"ban hành\s+(?:các|những|hai|ba|bốn|năm|sáu|bảy|tám|\d+|một số)\s[^:;.]{0,60}:"
"""The verb that opens a list of documents: it governs all that follow the colon."""


def _date_before(text: str, sentence: Span, start: int) -> date | None:
    """`Ngày 19/01/2018, Sở … đã ban hành Kế hoạch số …`: the day of the document that the clause issues."""
    lead = _LEADING_DATE.match(text, sentence.start, start)
    if not lead:
        return None
    dated = leading_date(text, lead.end(), start)
    if dated is None:
        return None
    between = text[dated.span.end : start]
    issued = re.search(r"(?:ban hành|đã có|ký)(?:\s+các)?\s*$", between)
    # `…đã ban hành ba quyết định …: Quyết định số A …, Quyết định số B …`: one day for all that follow the colon.
    listed = re.search(rf"{ISSUES_SEVERAL}", between, re.IGNORECASE)
    # `Ngày …, Ủy ban … đã ban hành Quyết định số A về … và Quyết định số B`: one day for both.
    paired = re.search(r"ban hành\s[^;]*(?:,|\svà)\s+$", between) and not re.search(r"ngày\s", between, re.IGNORECASE)
    return dated.date if (issued or paired or listed) and "\n" not in between else None


def _mark_own(reference: Reference, header: DocumentHeader) -> Reference:
    span = header.number_span
    if not (span and reference.mention and reference.mention.span.overlaps(span)):
        return reference
    return Reference(
        span=reference.span,
        sentence=reference.sentence,
        mention=reference.mention,
        type=header.type or reference.type,
        date=header.date or reference.date,
        issuer=header.issuer or reference.issuer,
        subject=None,
        own=True,
    )


def _unnumbered(text: str, sentences: Sequence[Span], numbered: Sequence[Reference]) -> list[Reference]:
    taken = [reference.span for reference in numbered]
    found = []
    for sentence in sentences:
        item = _ITEM.match(text, sentence.start, sentence.end)
        name = Span(*item.span(1)) if item else None
        if name and not any(span.overlaps(name) for span in taken):
            word = type_word_at(text, name.start, TYPE_WORDS)
            found.append(Reference(name, sentence, None, word and word.capitalize(), None, None, name))
            continue
        for dated in _DATED.finditer(text, sentence.start, sentence.end):
            day = leading_date(text, dated.end(), sentence.end)
            if day and day.date:
                span = Span(dated.start(), day.span.end)
                if not any(other.overlaps(span) for other in taken):
                    kind = " ".join(dated.group(0).split()).capitalize()
                    found.append(Reference(span, sentence, None, kind, day.date, None, span))
    return found


def title_of(text: str, reference: Span, subject: Span, type_code: str | None, type_word: str | None) -> str:
    """A document's title as one reference gives it, in the text's own words.

    Args:
        text: of the document that the reference stands in.
        reference: the reference's span.
        subject: the words that say what the document is about.
        type_code: abbreviation of the type, None where the document has no number.
        type_word: the type's name.
    """
    title = " ".join(subject.of(text).split())
    if type_code and subject.end <= reference.start:
        return f"ban hành kèm theo {title}"
    if type_code in _NAMED_BY_CONTENT and type_word:
        issuer = re.search(r"\bcủa\s+[^,;]+", text[reference.start : subject.start])
        return " ".join(filter(None, (type_word, issuer.group().strip() if issuer else None, title)))
    return title
