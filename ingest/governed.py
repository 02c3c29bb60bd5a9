"""Documents without a number that a verb governs: what a report says was issued, drafted or carried out.

`ban hành Quy hoạch …`, `xây dựng dự thảo Kế hoạch …`, `tiếp tục triển khai Chương trình …`: behind such a verb a type
word is a document's name. A type word with no verb before it is a common noun as often as a name, and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.folding import fold_words
from ingest.models import Reference, Span
from ingest.named import is_named, name_words
from ingest.type_words import ACTS, UNDERTAKINGS, any_of, type_word_at

_I = re.IGNORECASE
_ACTS, _UNDERTAKINGS = any_of(ACTS), any_of(UNDERTAKINGS)
_MAKES = (
    r"ban hành|phê duyệt|công bố|góp ý(?: kiến)?(?: cho| đối với| về)?|chuẩn bị(?: nội dung)?"
    r"|(?:xây dựng\s+)?(?:dự thảo|đề cương)"
)
_PLANS = r"xây dựng|hoàn thiện|hoàn chỉnh"
_CARRIES = r"(?:triển khai|thực hiện)(?: (?:thực hiện|triển khai|các nội dung|nội dung))?"
# A review half-way; what is reviewed at its end (`tổng kết`) is no longer under way.
_REVIEWS = r"sơ kết\s[^.;:|\n]{0,120}?(?:trong|của|về|thực hiện|triển khai)"
# A name says what the document is about; words that point at another place in the text, or at rules at large, do not.
_COMMON = (
    r"(?:số\s*:?\s*\d|(?:này|nêu|nói|trên|đó|đã|đang|sẽ|được|trong|theo|tại|của|cho|và|để|gửi|do|chi tiết|cụ thể"
    r"|với|như|gồm|kèm|sau|hiện hành|chung|tương tự)(?!\w))"
)
_MORE = r"(?:[^;:.|\n]|\.(?=\w)|(?<=TP)\.(?=\s?HCM))"
_OBJECT = re.compile(
    rf"(?<!\w)(?:(?:{_MAKES})\s+(?:các\s+)?(?P<act>(?:{_ACTS})\s+(?!{_COMMON})[^\d\s;:.,|]{_MORE}{{9,400}})"
    rf"|(?:{_PLANS})\s+(?:các\s+)?(?P<plan>(?:kế hoạch|đề án|chương trình|quy chế)\s+(?!{_COMMON})"
    rf"[^\d\s;:.,|]{_MORE}{{9,400}})"
    rf"|(?:{_CARRIES}|{_REVIEWS})\s+(?:các\s+)?(?P<undertaking>(?:{_UNDERTAKINGS})\s+(?!{_COMMON})"
    rf"[^\d\s;:.,|]{_MORE}{{9,400}}))",
    _I,
)
_AND = re.compile(rf"\s+và\s+(?P<name>(?:{_ACTS})\s+(?!{_COMMON})[^\d\s;:.,|]{_MORE}{{9,400}})", _I)
_QUOTED = re.compile(rf"(?:{_ACTS})\s+(?:về\s+)?[“\"][^”\"]{{8,}}[”\"]", _I)
_VERBS = (
    r"tham mưu|góp ý|tổ chức|đề xuất|phối hợp|báo cáo|trình|triển khai|thực hiện|chuẩn bị|giao|gửi|chuyển|lấy ý kiến"
    r"|hoàn thiện|tổng hợp|chỉ đạo|yêu cầu|hướng dẫn|đề nghị|kiểm tra"
)
_END = re.compile(
    r"\s+(?=(?:đã|đang|sẽ|chưa|vẫn|được|để|nhằm|gửi|theo|nêu trên|ban hành kèm)(?!\w))"
    r"|\s+(?=cho\s+(?-i:[A-ZĐ]|các\s))|\s+(?=trình\s+(?-i:[A-ZĐ]))|\s+(?=vào\s+(?:ngày|tháng|quý|cuối|đầu))"
    rf"|(?:,|\s+và)\s+(?=(?:đã|đang|sẽ|trong đó|đồng thời|góp phần|{_VERBS})(?!\w))"
    # A comma stays in a name whose list goes on in small letters (`quản lý, vận hành`) and ends it before a new body.
    rf"|,\s+(?=(?-i:[A-ZĐ]))|\s+(?=và\s+(?:{_ACTS})(?!\w))|\s+(?=trong thời gian)",
    _I,
)
_PLAN_OF = re.compile(
    rf"(?:kế hoạch|chương trình)\s+{_CARRIES}\s+(?=(?:{_UNDERTAKINGS})\s+(?!{_COMMON})[^\d\s;:.,|])",
    _I,
)
"""`kế hoạch triển khai Đề án …` has no name of its own: it is spoken of as a step of the scheme."""
_LEAST_WORDS = 4
"""Syllables of a name behind its type word; `kế hoạch công tác tuần` is no document that anybody looks up."""
_ALIAS_WORDS = 3


def governed_documents(text: str, sentences: Sequence[Span], references: Sequence[Reference]) -> list[Reference]:
    """The documents without a number that a verb's object names.

    Args:
        text: as kept.
        sentences: of the text.
        references: those found so far; none of the names overlaps one of them.
    """
    found: list[Reference] = []
    for sentence in sentences:
        for name, word in _objects(text, sentence):
            taken = any(name.overlaps(other.span) for other in (*references, *found))
            if not taken:
                found.append(Reference(name, sentence, None, _capital(word), None, None, name))
    return found


def with_full_names(text: str, references: Sequence[Reference]) -> list[Reference]:
    """The references, short names (`Đề án đô thị thông minh`) with the one full name that holds their words."""
    named = [(reference, _words(text, reference)) for reference in references if is_named(reference)]
    return [_with_full_name(reference, named, text) for reference in references]


def _with_full_name(reference: Reference, named: Sequence[tuple[Reference, str]], text: str) -> Reference:
    if not is_named(reference):
        return reference
    mine = _words(text, reference)
    if len(mine.split()) < _ALIAS_WORDS:
        return reference
    longer: dict[str, Reference] = {}
    for other, words in named:
        if other.type == reference.type and len(words) > len(mine) and f" {mine} " in f" {words} ":
            longer.setdefault(words, other)
    names = sorted(longer, key=len)
    # Several that hold one another are one document named ever more fully.
    if not names or not all(_starts_alike(one, names[-1]) for one in names[:-1]):
        return reference
    return replace(reference, subject=longer[names[-1]].subject)


def _starts_alike(one: str, other: str) -> bool:
    return one.split()[:_ALIAS_WORDS] == other.split()[:_ALIAS_WORDS]


def _words(text: str, reference: Reference) -> str:
    """The folded words of a name without its type."""
    words = name_words((reference.subject or reference.span).of(text))
    return words.removeprefix(fold_words(reference.type or "")).strip()


def _objects(text: str, sentence: Span) -> Iterator[tuple[Span, str]]:
    at = sentence.start
    while match := _OBJECT.search(text, at, sentence.end):
        kind = match.lastgroup or "act"
        name = _bounded(text, *match.span(kind))
        at = max(name.end, match.start() + 1)
        plan = _PLAN_OF.match(text, name.start, name.end)
        name = Span(plan.end(), name.end) if plan else name
        if _is_name(text, name):
            yield name, _word(text, name)
        while joined := _AND.match(text, at, sentence.end):
            name = _bounded(text, *joined.span("name"))
            at = max(name.end, joined.start() + 1)
            if _is_name(text, name):
                yield name, _word(text, name)


def _bounded(text: str, start: int, end: int) -> Span:
    quoted = _QUOTED.match(text, start, end)
    if quoted:
        return Span(*quoted.span())
    stop = _END.search(text, start, end)
    end = stop.start() if stop else end
    while end > start and text[end - 1] in ' .,;:(“"-–':
        end -= 1
    return Span(start, end)


def _is_name(text: str, name: Span) -> bool:
    return len(name.of(text).split()) >= _LEAST_WORDS + len(_word(text, name).split())


def _word(text: str, name: Span) -> str:
    return type_word_at(text, name.start, ACTS) or ""


def _capital(word: str) -> str:
    return " ".join(word.split()).capitalize()
