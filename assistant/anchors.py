"""What a statement is about (document, place, body, time) and the clauses that keep one statement from the next."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.assertions import find_assertions
from assistant.facts import Read, read
from ingest.bodies import body_words, find_bodies
from ingest.folding import fold_words
from ingest.models import Span
from ingest.numbers import find_numbers

_CLAUSE = re.compile(
    r"[;\n]|[.!?](?=\s|$)|,(?=\s)|(?<!\w)(?:còn|riêng|trong khi|nhưng|while|whereas|but)(?!\w)"
    r"|(?<!\w)(?:và|and)(?= (?:đã|đang|sẽ|dự kiến|chưa|không|is|was|will|has|have|are|were) )"
)
# Between À and Ỵ lie the small letters of Vietnamese, too.
UPPER = "".join(sign for sign in map(chr, range(0x1F00)) if sign.isupper())
_CAPITALISED = rf"[{UPPER}]\w*"
_PLACE = re.compile(
    r"(?:[Qq]uận|[Hh]uyện|[Pp]hường|[Xx]ã|[Tt]hị xã|[Tt]hành phố|[Tt]ỉnh|TP\.?|Q\.|District|Ward)\s?"
    rf"(?:\d{{1,2}}(?!\d)|{_CAPITALISED}(?:\s{_CAPITALISED}){{0,3}})"
)
_ENGLISH_PLACE = (("district ", "quan "), ("ward ", "phuong "), ("q ", "quan "), ("tp ", "thanh pho "))
_ENGLISH_NAMES = {
    r"(?:city |municipal |provincial |district )?people['’]s committee": "uy ban nhan dan",
    r"people['’]s council": "hoi dong nhan dan",
    r"prime minister": "thu tuong chinh phu",
    r"department of information and communications?": "so thong tin va truyen thong",
    r"department of natural resources and environment": "so tai nguyen va moi truong",
    r"department of planning and investment": "so ke hoach va dau tu",
    r"department of education and training": "so giao duc va dao tao",
    r"department of industry and trade": "so cong thuong",
    r"department of science and technology": "so khoa hoc va cong nghe",
    r"department of (?:internal|home) affairs": "so noi vu",
    r"department of construction": "so xay dung",
    r"department of finance": "so tai chinh",
    r"department of health": "so y te",
    r"department of transport\w*": "so giao thong van tai",
    r"department of justice": "so tu phap",
    r"department of tourism": "so du lich",
    r"ministry of information and communications?": "bo thong tin va truyen thong",
}
_ENGLISH_BODIES = [(re.compile(words, re.IGNORECASE), name) for words, name in _ENGLISH_NAMES.items()]
_WORD_BEFORE = re.compile(r"(?<!\w)(?!là |có |đạt |được |gồm |thứ |is |of |are )([^\W\d_]+)\s*$")
_UNKNOWN_BODY = re.compile(r"\b(?:Department|Ministry|Committee|Agency|Board|Authority|Bureau) of [A-Z]\w+")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Something that a statement may be about."""

    kind: str
    """document, place, body, time, numbered"""
    value: str

    def meets(self, other: Anchor) -> bool:
        """Whether both may be the same: a day lies in its month, a body's short name in its long one."""
        if self.kind != other.kind:
            return False
        if self.kind in {"time", "body"}:
            return self.value.startswith(other.value) or other.value.startswith(self.value)
        return self.value == other.value


@dataclass(frozen=True)
class Clause:
    """A part of a text that states one thing."""

    text: str
    parts: Read
    anchors: frozenset[Anchor]

    def about(self, anchor: Anchor) -> bool:
        """Whether it names the anchor."""
        return any(anchor.meets(own) for own in self.anchors)


def clauses(text: str) -> list[Clause]:
    """The clauses of a text, in order; dates, numbers and names are never cut."""
    parts = read(text)
    whole = [(date.span.start, date.span.end) for date in parts.dates]
    whole += [(number.span.start, number.span.end) for number in parts.documents]
    whole += [(match.start(), match.end()) for match in _PLACE.finditer(parts.text)]
    cuts = [
        match.start() if match.group()[0].isalpha() else match.end()
        for match in _CLAUSE.finditer(parts.text)
        if not any(start < match.end() and match.start() < end for start, end in whole)
    ]
    pieces = [parts.text[start:end] for start, end in zip([0, *cuts], [*cuts, len(parts.text)], strict=True)]
    return [
        Clause(piece, read(piece), frozenset(anchors(piece)))
        for piece in _joined(pieces)
        if any(map(str.isalnum, piece))
    ]


def _joined(pieces: list[str]) -> list[str]:
    """The pieces, with every one that only names something joined to what a comma keeps it from."""
    done: list[str] = []
    begun = ""
    for piece in pieces:
        begun += piece
        states = any(quantity.unit for quantity in read(begun).quantities) or find_assertions(begun)
        if states or not piece.endswith(","):
            done.append(begun.strip(" ,;"))
            begun = ""
    return [*done, begun.strip(" ,;")]


def anchors(text: str) -> Iterator[Anchor]:
    """What a text names; a date that belongs to a document's number is no time of the statement."""
    parts = read(text)
    numbered = [number for number in find_numbers(parts.text) if number.key and not number.partial]
    yield from (Anchor("document", str(number.key)) for number in numbered)
    dated = {number.date for number in numbered if number.date}
    yield from (Anchor("time", mention_value) for mention_value in _times(parts, dated))
    for match in _PLACE.finditer(parts.text):
        value = fold_words(match.group())
        for english, vietnamese in _ENGLISH_PLACE:
            value = vietnamese + value.removeprefix(english) if value.startswith(english) else value
        yield Anchor("place", value)
    yield from (Anchor("body", name) for name in bodies(parts.text))
    yield from (Anchor("numbered", name) for name in _numbered(parts))


def _numbered(parts: Read) -> Iterator[str]:
    """`mũi 1`, `nhóm 2`, `Bệnh viện số 8`: a thing told from its like by a number that counts nothing."""
    for quantity in parts.quantities:
        before = _WORD_BEFORE.search(parts.text, max(0, quantity.start - 16), quantity.start)
        if before and not quantity.unit and quantity.label in {"", "so", "doan", "dot"} and len(quantity.value) < 4:
            yield f"{fold_words(before.group(1))} {quantity.value}"


def _times(parts: Read, dated: set[date]) -> Iterator[str]:
    for mention in parts.dates:
        if mention.date and mention.date not in dated:
            yield mention.date.isoformat()
        elif not mention.date and mention.precision == "month":
            yield f"{mention.year:04d}-{mention.month:02d}"
        elif not mention.date and mention.month:
            yield f"{mention.year:04d}-Q{(mention.month + 2) // 3}"
    for quantity in parts.quantities:
        if quantity.label == "nam" or (not quantity.unit and re.fullmatch(r"(?:19|20)\d\d", quantity.value)):
            yield quantity.value


def bodies(text: str) -> Iterator[str]:
    """The bodies that a text names, folded and in full; those that only English names, by their Vietnamese names."""
    yield from (name for _, name in body_spans(text))


def body_spans(text: str) -> Iterator[tuple[Span, str]]:
    """The same with the places where they are named."""
    numbered = [number.span for number in find_numbers(text)]
    for span in find_bodies(text, 0, len(text)):
        name = body_words(span.of(text))
        # The `UBND` of `12/KH-UBND` is a code; `Ban`, `Bộ`, `Phòng` alone name nobody.
        if len(name.split()) > 1 and not any(span.overlaps(number) for number in numbered):
            yield span, name
    taken: list[Span] = []
    for english, name in (*_ENGLISH_BODIES, (_UNKNOWN_BODY, "")):
        for match in english.finditer(text):
            span = Span(match.start(), match.end())
            if not any(span.overlaps(other) for other in taken):
                taken.append(span)
                yield span, name or fold_words(match.group())


def dated_documents(text: str) -> set[tuple[str, date]]:
    """(key, date) of every number that its date stands right behind."""
    return {(str(number.key), number.date) for number in find_numbers(text) if number.key and number.date}
