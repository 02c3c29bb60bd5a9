"""The places of a question that a follow-up can fill anew: the document, the body, the period, the subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.context import Context, Named
from assistant.intents import Intent, intent_of, type_asked
from assistant.question_numbers import TYPE_NAMES, alike, name_of, numbers_in
from assistant.topics import language_of
from ingest.bodies import body_words, find_bodies, full_name, same_body
from ingest.dates import find_dates
from ingest.folding import fold, fold_words
from ingest.models import NumberMention, Span
from ingest.numbers import issuer_name

_DIGITS = re.compile(r"(?<![\w/.,–-])\d{2,5}[a-zđ]?(?![\w/%]|[.,–-]\d)")
_TERRITORY = re.compile(
    r"(?<!\w)(?:(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân|ubnd|hdnd)\s+)?"
    r"(?:(?i:thành phố|thanh pho|tỉnh|tinh(?! hinh| trang)|huyện|huyen|thị xã|thi xa|quận|quan(?! he)|phường|phuong"
    r"|city|district)|TP|Tp)(?!\w)\.?"
    r"(?:\s+(?:\d{1,2}|(?!(?:Sở|Ban|Bộ)\b)[A-ZĐÂĂÊÔƠƯÁÀẢÃẠÍÌÚÙÓÒÝ]\w*)(?!\w|/))*(?:\s+(?:ấy|đó|này|kia)(?!\w))?"
)
_PERIOD = re.compile(
    r"(?<!\w)(?:(?:đầu|cuối|giữa|hết|sáu tháng đầu|6 tháng đầu|6 tháng cuối)\s+)?"
    r"(?:(?i:quý|quy|quarter)\s+(?:IV|I{1,3}|[1-4])(?:\s*(?:/|năm|of|in)\s*(?:19|20)\d\d)?"
    r"|Q[1-4](?:[\s/]*(?:19|20)\d\d)?|(?i:năm|nam|in|year)\s+(?:19|20)\d\d|tháng\s+\d{1,2}(?!\s*/\s*\d{1,2}/))(?![\w/])"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FILLERS = frozenset(
    """cua so ngay ve la thi sao co kia ay do nay van ban cai tai lieu ban muc cho ben trong sang vao o tai nam quy
    thang hoi voi con the of the in for by from one document letter number no that this is it at about uy nhan dan ubnd
    thuoc ma theo""".split()  # noqa: SIM905 - read as words
)
_PREDICATE = re.compile(
    r"(?<!\w)(?:tinh trang|tinh hinh|trien khai|thuc hien|hoan thanh|hoan tat|hoat dong|van hanh|ban hanh|cong bo"
    r"|khai truong|nghiem thu|khoi dong|bat dau|ket thuc|da|dang|duoc|se|chua|con|do|co|dat|lap|o|thuoc|gom|gui|can"
    r"|phai|den dau|toi dau|the nao|ra sao|khi nao|bao gio|bao nhieu|may|la (?:gi|bao|ai|so|co)|ve viec|tien do"
    r"|is|was|has|are|will|does)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Slots:
    """What a fragment holds."""

    document: Named | None
    place: str | None
    period: str | None
    typed: bool
    """Whether it names a type of document."""
    rest: tuple[str, ...]
    """Folded words that fill none of these."""

    @property
    def fills(self) -> bool:
        """Whether it is nothing but something to be put into the last question."""
        return not self.rest and bool(self.document or self.place or self.period)


def slots_of(text: str, context: Context) -> Slots:
    """Takes a fragment apart."""
    periods = list(periods_in(text))
    mention = next(iter(numbers_in(text)), None)
    bare = None if mention else _bare_digits(text, periods)
    taken = [_with_date(text, mention)] if mention else [bare] if bare else []
    document = None
    if mention:
        document = known(name_of(text, mention), mention, context)
    elif bare:
        document = called(bare.of(text), context)
    places = [span for span in places_in(text) if not any(span.overlaps(other) for other in [*taken, *periods])]
    left = _without(text, [*taken, *periods[:1], *places[:1]])
    typed = re.search(rf"(?<!\w)(?:{TYPE_NAMES})(?!\w)", fold(left)) is not None
    words = re.sub(rf"(?<!\w)(?:{TYPE_NAMES})(?!\w)", " ", fold(left))
    return Slots(
        document=document,
        place=places[0].of(text) if places else None,
        period=periods[0].of(text) if periods else None,
        typed=typed,
        rest=tuple(word for word in fold_words(words).split() if word not in _FILLERS),
    )


def _bare_digits(text: str, periods: Sequence[Span]) -> Span | None:
    found = (Span(*match.span()) for match in _DIGITS.finditer(text))
    territories = [Span(*match.span()) for match in _TERRITORY.finditer(text)]
    return next((span for span in found if not any(span.overlaps(o) for o in [*periods, *territories])), None)


def _without(text: str, spans: Sequence[Span]) -> str:
    characters = list(text)
    for span in spans:
        characters[span.start : span.end] = " " * (span.end - span.start)
    return "".join(characters)


def called(digits: str, context: Context) -> Named:
    """Bare digits as a document: one of those spoken of, else a number built like that of the last question."""
    sequence = digits.lower()
    for named in (*context.listed, *context.salient):
        if named.mention and (named.mention.number or "").lower() == sequence:
            return named
    asked = numbers_in(context.question) or [named.mention for named in context.salient[:1] if named.mention]
    canonical = next((m.canonical for m in reversed(asked) if m.canonical and not m.year), None)
    name = re.sub(r"^\d+[a-zđ]?", digits, canonical) if canonical else digits
    return Named(name, next(iter(numbers_in(name)), None))


def known(name: str, mention: NumberMention, context: Context) -> Named:
    """A document as it was called before, where the person gives less than that (`kế hoạch 1009`)."""
    if mention.canonical is None:
        for named in (*context.listed, *context.salient):
            other = named.mention
            if other and other.number == mention.number and mention.type in {None, other.type}:
                return named
    return Named(name, mention)


def places_in(text: str) -> list[Span]:
    """Bodies and territories that a question names, outside its numbers."""
    numbers = [mention.span for mention in numbers_in(text)]
    bodies = [span for span in find_bodies(text, 0, len(text)) if not any(span.overlaps(n) for n in numbers)]
    taken = [*numbers, *bodies]
    lands = (Span(*match.span()) for match in _TERRITORY.finditer(text))
    return sorted(
        [*bodies, *(land for land in lands if not any(land.overlaps(t) for t in taken))], key=lambda s: s.start
    )


def periods_in(text: str) -> Iterator[Span]:
    """Quarters, months and years that a question limits itself to; years of numbers and of whole dates are none."""
    dates = find_dates(text)
    taken = [mention.span for mention in numbers_in(text)] + [d.span for d in dates if d.precision in {"day", "blank"}]
    found = [d.span for d in dates if d.precision not in {"day", "blank"}]
    for match in _PERIOD.finditer(text):
        wider = Span(*match.span())
        found = [span for span in found if not span.overlaps(wider)] + [wider]
    return iter(sorted((s for s in found if not any(s.overlaps(t) for t in taken)), key=lambda span: span.start))


# -------------------------------------------------------------------------- filling the last question anew


def refilled(question: str, slots: Slots) -> str:
    """The last question with what a fragment puts in the place of its document, body or period."""
    if slots.document:
        question = with_document(question, slots.document)
    if slots.place:
        question = _with_place(question, slots.place, typed=slots.typed)
    if slots.period:
        question = _with_period(question, slots.period)
    return f"{question.rstrip('?. ')}?"


def with_document(question: str, named: Named) -> str:
    """The question asked of another document."""
    asked = numbers_in(question)
    if not asked:
        folded = fold_words(question)
        lists = type_asked(folded) is not None or intent_of(folded) is Intent.LIST
        return named.name if lists else with_subject(question, named.name)
    code = named.mention.type if named.mention else None
    of_type = [mention for mention in asked if code and mention.type == code]
    old = (of_type or asked)[-1]
    span = _with_date(question, old)
    lead = re.search(rf"(?<!\w)(?:{TYPE_NAMES})\s+(?:so\s+)?$", fold(question[: span.start]))
    # The name brings its type along, or is of another or of none: the word before the old number goes.
    own_type = named.mention is None or re.match(rf"(?:{TYPE_NAMES})(?!\w)", fold(named.name)) is not None
    goes = lead and (own_type or (code and old.type not in {None, code}))
    start = lead.start() if lead and goes else span.start
    return f"{question[:start]}{named.name}{question[span.end :]}"


def with_subject(question: str, subject: str) -> str:
    """The question asked of another subject: what stands before its predicate is replaced."""
    predicate = _PREDICATE.search(fold(question))
    if predicate is None or predicate.start() == 0:
        return f"{subject}: {question}"
    return f"{subject} {question[predicate.start() :]}"


def _with_date(text: str, mention: NumberMention) -> Span:
    """The number with the day that stands right behind it."""
    end = mention.span.end
    behind = next((d.span for d in find_dates(text) if d.precision == "day" and 0 <= d.span.start - end <= 2), None)
    return Span(mention.span.start, behind.end if behind else end)


def _with_place(question: str, place: str, *, typed: bool) -> str:
    asked = numbers_in(question)
    old = next(iter(places_in(question)), None)
    if old:
        was = old.of(question)
        office = re.match(r"(?i)(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân)(?!\w)", was)
        named = f"{office.group()} {place}" if office and _TERRITORY.match(place) and not _office(place) else place
        replaced = f"{question[: old.start]}{named}{question[old.end :]}"
    elif asked:
        end = _with_date(question, asked[-1]).end
        replaced = f"{question[:end]} {_of(question)} {place}{question[end:]}"
    else:
        kind = re.search(rf"(?<!\w)(?:{TYPE_NAMES})(?!\w)", fold(question))
        end = kind.end() if kind else len(question.rstrip("?. "))
        replaced = f"{question[:end]} {_of(question)} {place}{question[end:]}"
    return _of_other_body(replaced, place, drop_number=typed) if asked else replaced


def _of_other_body(question: str, place: str, *, drop_number: bool) -> str:
    """The day of a document goes when its body changes; so does its number, where it is another kind of body's."""
    mention = numbers_in(question)[-1]
    dated = _with_date(question, mention)
    foreign = drop_number and mention.issuer is not None and not _may_issue(mention.issuer, place)
    start = mention.span.start if foreign else mention.span.end
    return " ".join(f"{question[:start].rstrip()}{question[dated.end :]}".split())


def _may_issue(code: str, place: str) -> bool:
    """Whether a body can have issued a number with that code: people's committees of all places share theirs."""
    committee = code.upper().startswith(("UBND", "HĐND"))
    if _TERRITORY.fullmatch(place) or body_words(place).startswith(("uy ban nhan dan", "hoi dong nhan dan")):
        return committee
    name = issuer_name(code)
    return not committee and (name is None or same_body(name, full_name(place)))


def _office(place: str) -> bool:
    return re.match(r"(?i)UBND|HĐND|Ủy ban|Hội đồng", place) is not None


def _of(question: str) -> str:
    return "of" if language_of(question) == "en" else "của"


def _with_period(question: str, period: str) -> str:
    old = next(periods_in(question), None)
    year = _YEAR.search(old.of(question)) if old else None
    if year and not _YEAR.search(period) and re.match(r"(?i)q|thang|tháng", period):
        period = f"{period}/{year.group()}"
    if old:
        return f"{question[: old.start]}{period}{question[old.end :]}"
    joined = "" if re.match(r"(?i)in |trong ", period) else "in " if language_of(question) == "en" else "trong "
    return f"{question.rstrip('?. ')} {joined}{period}"


def is_same_number(one: NumberMention | None, other: NumberMention | None) -> bool:
    """Whether two documents share their number."""
    return one is not None and other is not None and alike(one, other)
