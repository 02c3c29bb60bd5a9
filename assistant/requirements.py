"""What a sentence must have to answer a question: the places, departments, days and kinds of thing that it asks for."""

from __future__ import annotations

import re

from assistant.found_sentences import FoundSentence, is_row
from assistant.periods import Period, find_periods
from assistant.topics import translated
from assistant.understand import Understanding
from ingest.bodies import find_bodies, full_name, same_body
from ingest.dates import DateMention, find_dates
from ingest.folding import fold, fold_words
from ingest.models import blanked
from ingest.numbers import find_numbers

_MONEY = re.compile(r"\d[\d.,]*\s*(?:tỷ|triệu|nghìn|ngàn|đồng|USD|VNĐ|VND)", re.IGNORECASE)
_COMPANY = re.compile(
    r"(?:[Cc]ông ty|[Tt]ập đoàn|[Dd]oanh nghiệp|[Ll]iên danh|[Tt]ổng công ty)\s+(?:[A-ZĐ]|TNHH|cổ phần)"
)
_COUNTERS = frozenset(
    (  # noqa: SIM905 - read as words
        "tuyen diem tram lop nguoi km xa phuong quan huyen ho cai chiec bo tru kenh to dot phien luot met gio "
        "lan cuoc muc ban cum nha toa ca buu hoc"
    ).split()
)
"""Counting words of one syllable (folded): what follows them in the question need not follow in the text."""
_NUMBERED_PLACE = re.compile(r"(?<!\w)(?:quan|phuong|khu vuc|dot|giai doan) \d{1,2}(?!\d)")
_ORDINALS = ("nhat", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi")
_ORDINAL = re.compile(
    r"(?<!\w)(phien|ky|lan|dot|giai doan|cuoc|vong|khoa|hoi nghi|buoc)(?: hop)?"
    rf" (?:thu ({'|'.join(_ORDINALS)}|\d{{1,2}})|(dau tien)|(cuoi cung))(?!\w)"
)
_PERSON = re.compile(r"(?:[ôÔ]ng|[bB]à|[đĐ]ồng chí)\s+[A-ZĐÀ-Ỵ]\w*\s+[A-ZĐÀ-Ỵ]")
_YEARS = re.compile(
    r"^\s*(?:Điều\s+)?\d+[.)]\s|(?<!\d)(?:19|20)\d\d(?!\d)|(?:lần thứ|[Qq]uận|[Đđ]iều|[Kk]hoản"
    r"|[Mm]ục)\s+\d+"
)
_FIGURE = re.compile(r"\d")
_CAUSE = re.compile(
    r"nguyên nhân|(?<!\w)để (?:rà soát|kiện toàn|chờ|hoàn thiện|điều chỉnh|bổ sung|phù hợp|bảo đảm|đảm bảo)"
    r"|(?<!\w)(?:do|vì|bởi|lý do)\s",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"(?<!\w)(?:trước|đến hết|chậm nhất|thời hạn|hạn (?:cuối|chót|hoàn thành)|gia hạn|kéo dài|sửa lại là"
    r"|hoàn thành trong|xong trong|trong (?:tháng|quý|năm))\s[^.;]{0,40}?(?:ngày|tháng|quý|năm)\s*(?:\d|[IVX])"
    r"|(?<!\w)(?:lùi|gia|kéo dài|điều chỉnh) (?:thời )?hạn(?!\w)",
    re.IGNORECASE,
)
_DEADLINE_COLUMN = re.compile(r"thời hạn|hạn hoàn thành|hoàn thành|thời gian|deadline", re.IGNORECASE)
_DEPARTMENT = re.compile(r"(?:so|bo|cuc|chi cuc|tong cuc) \w")
_AFTER_NUMBER = re.compile(r"\d[a-z]?/[A-ZĐ][\w-]*\s+ngày\s[\d/]+(?:\s+tháng\s+\d+\s+năm\s+\d+)?")


def names_company(text: str) -> bool:
    """Whether a sentence names a firm."""
    return _COMPANY.search(text) is not None


def names_person(text: str) -> bool:
    """Whether a sentence names a person, as administrative texts do: behind `ông`, `bà` or `đồng chí`."""
    return _PERSON.search(text) is not None


def gives_cause(text: str) -> bool:
    """Whether a sentence says why."""
    return _CAUSE.search(text) is not None


def counts(text: str, unit: str) -> bool:
    """Whether a sentence gives a number of `unit` (folded): `31 tuyến`, `19/24 Quận - Huyện`, `70,2%`."""
    folded = fold(text)
    if unit.startswith("phan tram"):
        return re.search(r"\d\s*%|phan tram", folded) is not None
    words = unit.split()
    name = re.escape(words[0]) if len(words) == 1 or words[0] in _COUNTERS else r"\s+".join(map(re.escape, words[:2]))
    return re.search(rf"\d[\d.,/]*\s+(?:\w+\s+)?{name}(?!\w)", folded) is not None or (
        re.search(rf"(?<!\w){name}\D{{0,25}}\d", folded) is not None
    )


def has_required(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the sentence, or what stands over it, has every number and abbreviation that the question names."""
    if is_of_another_turn(candidate, asked):
        return False
    wanted = set(asked.about.required)
    held = candidate.terms(False) | candidate.heading_terms(False)
    if not wanted <= held:
        return False
    document = candidate.passages.document
    beside = f"{candidate.text} {document.title} {document.header.issuer or ''}"
    around = f" {_plain_numbers(beside)} "
    named = {_plain_numbers(term) for term in held}
    question = translated(asked.question) if asked.language == "en" else asked.question
    wanted_places = _NUMBERED_PLACE.findall(_plain_numbers(question))
    return all(place in named or f" {place} " in around for place in wanted_places)


def is_of_another_turn(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the sentence tells of another meeting, phase or round than the question: of the first, not the second."""
    question = translated(asked.question) if asked.language == "en" else asked.question
    wanted, told = _turns(question), _turns(candidate.text)
    return any(turns.isdisjoint(told[unit]) for unit, turns in wanted.items() if unit in told)


def _turns(text: str) -> dict[str, set[str]]:
    """What is counted in a text (folded) and which of it is meant: `phiên thứ hai` is `phien` and `2`."""
    found: dict[str, set[str]] = {}
    for unit, number, first, _ in _ORDINAL.findall(fold_words(text)):
        turn = str(_ORDINALS.index(number) + 1) if number in _ORDINALS else number
        found.setdefault(unit, set()).add(turn or ("1" if first else "last"))
    return found


def _plain_numbers(text: str) -> str:
    """Folded words, numbers without leading zeros: `giai đoạn 02` is `giai đoạn 2`."""
    return re.sub(r"(?<!\w)0+(?=\d)", "", fold_words(text))


def has_bodies(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the departments that the question names are named by the sentence or over it, or speak in it.

    What every place has (`Ủy ban nhân dân`) tells nothing, and boards and centres are named after what they do.
    """
    wanted = [name for name in asked.issuers if _DEPARTMENT.match(fold_words(name))]
    if not wanted:
        return True
    document = candidate.passages.document
    texts = [candidate.text, document.title, *candidate.beside]
    named = [full_name(body.of(text)) for text in texts for body in find_bodies(text, 0, len(text))]
    named += [document.header.issuer] if document.header.issuer else []
    known = [any(same_body(name, other) for other in named) for name in wanted]
    # A row is one body's; of several that are asked for it tells of one.
    return any(known) if is_row(candidate.text) else all(known)


def has_day(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the sentence or its document is of a single day that the question names; True where it names none."""
    # What is in force on a day began before it.
    if not asked.days or asked.periods or "hieu luc" in fold(asked.question):
        return True
    document = candidate.passages.document
    known = {mention.date for text in (candidate.text, document.title) for mention in find_dates(text)}
    spans = find_periods(document.title)
    return any(
        day in known or day == document.header.date or any(span.holds(day) for span in spans) for day in asked.days
    )


def in_period(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the sentence or its report is of a time that the question names; True where it names none."""
    return not asked.periods or any(of_period(candidate, period) for period in asked.periods)


def adds_something(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the sentence has a word that the question does not have."""
    return not set(fold_words(candidate.text).split()) <= set(fold_words(asked.question).split())


def sets_deadline(candidate: FoundSentence) -> bool:
    """Whether a sentence, or the column that a row's date stands in, says by when something is to be done."""
    if is_row(candidate.text):
        return _DEADLINE_COLUMN.search(candidate.column_names) is not None and bool(find_dates(candidate.text))
    return _DEADLINE.search(candidate.text) is not None


def own_dates(text: str) -> list[DateMention]:
    """The dates of a sentence beside those of the documents that it names."""
    return find_dates(_AFTER_NUMBER.sub(" ", text))


def has_figure(text: str) -> bool:
    """Whether a sentence states a figure: a number that is no date, year, period, document number or list mark."""
    named = [*(date.span for date in find_dates(text)), *(number.span for number in find_numbers(text))]
    return _FIGURE.search(_YEARS.sub(" ", blanked(text, named))) is not None


def has_money(text: str) -> bool:
    """Whether a sentence states an amount of money."""
    return _MONEY.search(text) is not None


def of_period(candidate: FoundSentence, period: Period) -> bool:
    """Whether a sentence speaks of a period: by a span or day that it names, else by its report's title or day.

    The days of the documents that a text names say when those were issued, not what the text speaks of.
    """
    told = find_periods(candidate.text)
    if any(period.meets(one) for one in told):
        return True
    own = [mention.date for mention in own_dates(candidate.text) if mention.date]
    if any(period.holds(day) for day in own):
        return True
    # A sentence on another year (`trong năm 2018 đã kiểm tra`) is not of the year asked for, whenever it was written.
    if any(one.is_year for one in told) and not any(one.holds(period.end) for one in told):
        return False
    document = candidate.passages.document
    titled = find_periods(document.title)
    if titled:
        return any(period.meets(one) for one in titled)
    return period.holds(document.header.date)
