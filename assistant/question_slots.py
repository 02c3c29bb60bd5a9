"""The places of a question that a follow-up can fill anew: the document, the body, the period, the subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.context import Context, Named
from assistant.intents import Intent, intent_of, type_asked
from assistant.question_numbers import TYPE_NAMES, alike, day_behind, name_of, numbers_in
from assistant.question_parts import periods_in, with_subject
from assistant.question_places import TERRITORY, place_behind, places_in
from assistant.topics import language_of
from ingest.bodies import body_words, full_name, same_body
from ingest.folding import fold, fold_words
from ingest.models import NumberMention, Span, blanked
from ingest.numbers import issuer_name

_DIGITS = re.compile(r"(?<![\w/.,–-])\d{2,5}[a-zđ]?(?![\w/%]|[.,–-]\d)")
_DEMONSTRATIVE = re.compile(r"(?<!\w)(?:ấy|đó|này|kia)$")
_YEARLY = re.compile(r"/(?:19|20)\d\d/")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FILLERS = frozenset(
    """cua so ngay ve la thi sao co kia ay do nay van ban cai tai lieu ban muc cho ben trong sang vao o tai nam quy
    thang hoi voi con the of the in for by from one document letter number no that this is it at about uy nhan dan ubnd
    thuoc ma theo""".split()  # noqa: SIM905 - read as words
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
    places = [span for span in _places(text) if not any(span.overlaps(other) for other in [*taken, *periods])]
    left = blanked(text, [*taken, *periods[:1], *places[:1]])
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
    territories = [Span(*match.span()) for match in TERRITORY.finditer(text)]
    return next((span for span in found if not any(span.overlaps(o) for o in [*periods, *territories])), None)


def _places(text: str) -> list[Span]:
    return places_in(text, [mention.span for mention in numbers_in(text)])


def named_for(named: Named, question: str) -> Named:
    """A document as it is called in the language of a question."""
    return replace(named, name=named.english) if named.english and language_of(question) == "en" else named


def called(digits: str, context: Context) -> Named:
    """Bare digits as a document: one of those spoken of, else a number built like that of the last question."""
    sequence = digits.lower()
    for named in (*context.listed, *context.salient):
        if named.mention and (named.mention.number or "").lower() == sequence:
            return named
    asked = numbers_in(context.question) or [named.mention for named in context.salient[:1] if named.mention]
    names = (mention.canonical or mention.surface for mention in reversed(asked))
    # The next number of a year may be of another year: nothing is built like `45/2016/QĐ-TTg`.
    model = next((name for name in names if not _YEARLY.search(name)), digits)
    name = re.sub(r"\d+[a-zđ]?", digits, model, count=1)
    return Named(name, next(iter(numbers_in(name)), None))


def known(name: str, mention: NumberMention, context: Context) -> Named:
    """A document as it was called before, where the person gives less than that (`kế hoạch 1009`)."""
    if mention.canonical is None:
        for named in (*context.listed, *context.salient):
            other = named.mention
            if other and other.number == mention.number and mention.type in {None, other.type}:
                return named
    return Named(name, mention)


# -------------------------------------------------------------------------- filling the last question anew


def refilled(question: str, slots: Slots) -> str:
    """The last question with what a fragment puts in the place of its document, body or period."""
    if slots.document:
        question = with_document(question, named_for(slots.document, question))
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
    if named.mention is None or named.mention.date or place_behind(named.name, named.mention.span.end):
        # The other document is told by its own day or body.
        span = Span(span.start, place_behind(question, span.end) or span.end)
    lead = re.search(rf"(?<!\w)(?:{TYPE_NAMES})\s+(?:so\s+)?$", fold(question[: span.start]))
    # The name brings its type along, or is of another or of none: the word before the old number goes.
    own_type = named.mention is None or re.match(rf"(?:{TYPE_NAMES})(?!\w)", fold(named.name)) is not None
    goes = lead and (own_type or (code and old.type not in {None, code}))
    start = lead.start() if lead and goes else span.start
    return f"{question[:start]}{named.name}{question[span.end :]}"


def _with_date(text: str, mention: NumberMention) -> Span:
    """The number with the day that stands right behind it."""
    return Span(mention.span.start, day_behind(text, mention.span.end) or mention.span.end)


def _with_place(question: str, place: str, *, typed: bool) -> str:
    asked = numbers_in(question)
    old = next(iter(_places(question)), None)
    kind = re.search(rf"(?<!\w)(?:{TYPE_NAMES})(?!\w)", fold(question))
    if old:
        replaced = f"{question[: old.start]}{_officially(place, old.of(question))}{question[old.end :]}"
    elif asked:
        end = _with_date(question, asked[-1]).end
        issuer = _officially(place, asked[-1].issuer or "")
        replaced = f"{question[:end]} {_of(question)} {issuer}{question[end:]}"
    elif kind:
        replaced = f"{question[: kind.end()]} {_of(question)} {place}{question[kind.end() :]}"
    else:
        replaced = with_subject(question, place)
    return _of_other_body(replaced, place, drop_number=typed) if asked else replaced


def _officially(place: str, model: str) -> str:
    """`quận 3` as the people's committee or council of it, where the place before it was one's."""
    office = re.match(r"(?i)UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân", model)
    bare = TERRITORY.fullmatch(place) and not re.match(r"(?i)UBND|HĐND|Ủy ban|Hội đồng", place)
    return (
        f"{office.group()} {place[0].upper()}{place[1:]}"
        if office and bare and not _DEMONSTRATIVE.search(place)
        else place
    )


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
    if TERRITORY.fullmatch(place) or body_words(place).startswith(("uy ban nhan dan", "hoi dong nhan dan")):
        return committee
    name = issuer_name(code)
    return not committee and (name is None or same_body(name, full_name(place)))


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
