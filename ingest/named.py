"""Documents that a text names without a number: what an act approves, carries out, changes or is annexed to.

The name stands where an act says what it is about (`phê duyệt Đề án “…”`, `về triển khai Chương trình …`), before the
act that it is annexed to (`Quy chế … ban hành kèm theo Quyết định số …`), or before what it stands on
(`Danh mục … theo Công văn số …`). Elsewhere a type word is a common noun as often as a name, and is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.folding import fold_words
from ingest.models import Reference, Relation, Span
from ingest.type_words import NAMED, any_of, type_word_at

_I = re.IGNORECASE
_TYPES = any_of(NAMED)
_CITY = r"(?<=TP)\.(?=\s?HCM)"
# A name says what the document is about; words that point at another place in the text do not.
_POINTS = r"(?:số\s*:?\s*\d|(?:này|nêu|trên|đó|đã|đang|trong|theo|tại|chi tiết)(?!\w)|hành động số)"
_NAME = rf"(?P<type>{_TYPES})\s+(?!{_POINTS})[^\d\s;:.,](?:[^;:.]|\.(?=\w)|{_CITY}){{9,}}"
_ACTS: tuple[tuple[str, str], ...] = (
    ("approves", r"phê duyệt|thông qua"),
    ("amends", r"điều chỉnh|sửa đổi(?:, bổ sung)?|bổ sung"),
    ("replaces", r"thay thế"),
    ("reports_on", r"(?:báo cáo )?(?:kết quả|tình hình)(?: hoạt động| triển khai| thực hiện)+"),
    ("implements", r"(?:tổ chức )?(?:triển khai|thực hiện)(?: thực hiện)?"),
    ("issues_with", r"ban hành(?: kèm theo| về)?"),
)
_ACT = re.compile(
    r"(?:về\s+(?:việc\s+)?|v/v\s+|việc\s+)?(?:"
    + "|".join(rf"(?P<{kind}>{words})" for kind, words in _ACTS)
    + rf")\s+(?P<name>{_NAME})",
    _I,
)
_ANNEXED = re.compile(rf"(?P<name>{_NAME})", _I)
_STANDS_ON = re.compile(
    # A comma belongs to a name only where a list of bodies goes on: `tại các Quận - Huyện, Sở - Ban - Ngành`.
    rf"(?<!\w)(?P<name>(?:{_TYPES})\s+(?!{_POINTS})[^\d\s;:.,](?:[^;:.,]|\.(?=\w)|{_CITY}|,(?=\s(?-i:[A-ZĐ]))){{9,200}}?)"
    r"(?<!thực hiện)(?<!triển khai)(?<!kèm)\s+theo\s*$",
    _I,
)
_AND = re.compile(r"[^;:,.]{0,60}(?:^|\s)và\s+$")
_TENSE = re.compile(r"(?<!\w)(?:đã|đang|sẽ)(?!\w)", _I)
_END = re.compile(
    rf"\s+(?:được\s+)?ban hành kèm theo|,?\s+(?:và|theo|tại|trong)\s+(?:{_TYPES}|quyết định|công văn)(?!\w)", _I
)
_QUOTED = re.compile(rf"(?:{_TYPES})\s+[“\"][^”\"]{{8,}}[”\"]", _I)


def named_documents(text: str, references: Sequence[Reference]) -> list[Reference]:
    """The documents without a number that the numbered ones of a text are about.

    Args:
        text: as kept.
        references: those found so far, in the order of the text; none of the names overlaps one of them.
    """
    found: list[Reference] = []
    # By code point: a long report has too many references to compare each name with all of them.
    taken = bytearray(len(text))
    for reference in references:
        _take(taken, reference.span)
    for reference in references:
        for name, word in _names_at(text, reference):
            if taken.find(1, name.start, name.end) < 0:
                _take(taken, name)
                kind = " ".join(word.split()).capitalize()
                found.append(Reference(name, reference.sentence, None, kind, None, None, name))
    return found


def _take(taken: bytearray, span: Span) -> None:
    taken[span.start : span.end] = b"\1" * (span.end - span.start)


def named_relations(text: str, references: Sequence[Reference]) -> Iterator[Relation]:
    """The links between documents without a number and the numbered ones beside them.

    Args:
        text: as kept.
        references: all of the text; `Relation.source` and `.target` index them.
    """
    at = {
        (reference.span.start, reference.span.end): n for n, reference in enumerate(references) if is_named(reference)
    }
    standing: tuple[int, Reference] | None = None
    for index, reference in enumerate(references):
        if is_named(reference):
            continue
        act = _act(text, reference)
        if act and act[0] in at:
            yield Relation(index, act[1], at[act[0]], reference.sentence, act[2])
        basis = _basis(text, reference)
        name = at.get(basis) if basis else None
        if name is None and standing and _joined(text, standing[1], reference):
            name = standing[0]
        standing = (name, reference) if name is not None else None
        if name is not None:
            yield Relation(name, "based_on", index, reference.sentence, "theo")


def _joined(text: str, one: Reference, other: Reference) -> bool:
    """`theo Công văn số A của … và Quyết định số B`."""
    return one.sentence == other.sentence and _AND.fullmatch(text, one.span.end, other.span.start) is not None


_SHORTENED = (
    (re.compile(r"\btp ?hcm\b"), "thanh pho ho chi minh"),
    (re.compile(r"\btp\b"), "thanh pho"),
    (re.compile(r"\bubnd"), "uy ban nhan dan "),
    (re.compile(r"\bcntt\b"), "cong nghe thong tin"),
)


def name_words(name: str) -> str:
    """The folded words of a document's name, its common abbreviations written out: two spellings compare equal."""
    words = fold_words(name)
    for short, whole in _SHORTENED:
        words = short.sub(whole, words)
    return " ".join(words.split())


def is_named(reference: Reference) -> bool:
    """Whether a reference is a document's bare name: no number, no date."""
    return reference.mention is None and reference.date is None


def _names_at(text: str, reference: Reference) -> Iterator[tuple[Span, str]]:
    if is_named(reference) or reference.own:
        return
    act = _act(text, reference)
    if act:
        yield Span(*act[0]), act[3]
    basis = _basis(text, reference)
    if basis:
        yield Span(*basis), type_word_at(text, basis[0], NAMED) or ""


def _act(text: str, reference: Reference) -> tuple[tuple[int, int], str, str, str] | None:
    """What a reference's subject names: (span, kind of the relation, its cue, type word)."""
    subject = reference.subject
    if subject is None or reference.mention is None:
        return None
    if subject.end <= reference.span.start:
        annexed = _ANNEXED.match(text, subject.start, subject.end)
        return (annexed.span("name"), "issues_with", "ban hành kèm theo", annexed["type"]) if annexed else None
    match = _ACT.match(text, subject.start, subject.end)
    if not match:
        return None
    kind = next(kind for kind, _ in _ACTS if match[kind])
    start, end = _bounded(text, *match.span("name"))
    return ((start, end), kind, match[kind], match["type"]) if end - start > len(match["type"]) + 8 else None


def _basis(text: str, reference: Reference) -> tuple[int, int] | None:
    """The name that stands on a reference: `Danh mục … theo Công văn số …`."""
    if reference.own:
        return None
    match = _STANDS_ON.search(text, reference.governed_from, reference.span.start)
    return match.span("name") if match and not _TENSE.search(match["name"]) else None


def _bounded(text: str, start: int, end: int) -> tuple[int, int]:
    """A quoted name ends with its quote, any other before the next document."""
    quoted = _QUOTED.match(text, start, end)
    if quoted:
        return quoted.span()
    stop = _END.search(text, start, end)
    end = stop.start() if stop else end
    while end > start and text[end - 1] in " .,;:":
        end -= 1
    return start, end
