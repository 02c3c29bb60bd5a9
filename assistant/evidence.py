"""Sentences that may answer a question, scored: around a record's mentions, and in the passages that were found."""

from __future__ import annotations

import bisect
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

from assistant.coverage import coverage, leading_gap, terms_of
from assistant.draft import Ground
from assistant.intents import Intent
from assistant.periods import Period, find_periods
from assistant.topics import translated
from assistant.understand import Understanding
from ingest.bodies import find_bodies, full_name, same_body
from ingest.dates import find_dates
from ingest.folding import fold, fold_words
from ingest.hostile import is_instruction
from ingest.models import Span
from ingest.numbers import find_numbers
from vectorstore.passages import PassageCache, Passages
from vectorstore.retriever import Hit

_MONEY = re.compile(r"\d[\d.,]*\s*(?:tỷ|triệu|nghìn|ngàn|đồng|USD|VNĐ|VND)", re.IGNORECASE)
_DOCUMENT = re.compile(r"\d[a-z]?/(?:\d{4}/)?[A-ZĐ]")
_COMPANY = re.compile(
    r"(?:[Cc]ông ty|[Tt]ập đoàn|[Dd]oanh nghiệp|[Ll]iên danh|[Tt]ổng công ty)\s+(?:[A-ZĐ]|TNHH|cổ phần)"
)
_COUNTERS = frozenset(
    [
        "tuyen",
        "diem",
        "tram",
        "lop",
        "nguoi",
        "km",
        "xa",
        "phuong",
        "quan",
        "huyen",
        "ho",
        "cai",
        "chiec",
        "bo",
        "tru",
        "kenh",
        "to",
        "dot",
        "phien",
        "luot",
        "met",
        "gio",
        "lan",
        "cuoc",
        "muc",
        "ban",
        "cum",
        "nha",
        "toa",
        "ca",
        "buu",
        "hoc",
        "to",
    ]
)
"""Counting words of one syllable (folded): what follows them in the question need not follow in the text."""
_NUMBERED_PLACE = re.compile(r"(?<!\w)(?:quan|phuong|khu vuc|dot|giai doan) \d{1,2}(?!\d)")
_PERSON = re.compile(r"(?:[ôÔ]ng|[bB]à|[đĐ]ồng chí)\s+[A-ZĐÀ-Ỵ]\w*\s+[A-ZĐÀ-Ỵ]")
_FURNITURE = re.compile(
    r"\s*(?:[^,]{2,50}, ngày\s.{0,40}năm\s+\d{4}|Số:?\s.{0,40}|[^a-zà-ỹ]{1,120}|Độc lập.{0,40}"
    r"|Nơi nhận:?|Kính gửi:.*|\(Đã ký\))\s*"
)
"""Lines of a letterhead or a signature block: they answer nothing."""
_COLUMNS = re.compile(r"(?:stt|tt|số tt|số thứ tự|no\.?)\s+\|", re.IGNORECASE)
"""The row that names a table's columns."""
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
_AS_TELLING = 0.85
"""Share of the best sentence's coverage that a later report's needs to stand for it."""
_RECENT = 0.12
_NOW = 0.5
_ASKS_NOW = re.compile(
    r"hien nay|hien tai|hien gio|luc nay|hom nay"
    r"|hien (?:dang|noi|co|da)|moi nhat|den nay|bay gio|\b(?:now|current|currently|latest|today)\b"
)
_DEPARTMENT = re.compile(r"(?:so|bo|cuc|chi cuc|tong cuc) \w")
_SHORT = 30
"""Characters below which a sentence seldom says anything by itself."""


@dataclass(frozen=True)
class FoundSentence:
    """A sentence with what speaks for it."""

    passages: Passages
    span: Span
    score: float = 0.0
    coverage: float = 0.0
    """Share of the topic's weight that the sentence, with its headings, holds (0 to 1)."""
    rank: float = 0.0
    """1 for a sentence of the best passage found, falling to 0."""
    gap: int = 0
    """Syllables at the head of the topic that it lacks."""
    about: bool = False
    """Whether it names the document asked about, or follows such a sentence."""

    @cached_property
    def text(self) -> str:
        """The sentence."""
        return self.span.of(self.passages.text)

    def terms(self, plain: bool) -> frozenset[str]:
        """Its syllables and their pairs."""
        return terms_of(self.text, plain)

    def heading_terms(self, plain: bool) -> frozenset[str]:
        """Syllables and pairs of what stands over it: headings, table header, the document's title and issuer."""
        document = self.passages.document
        titles = [document.title, document.header.issuer or "", self.column_names, *self._neighbours]
        titles += self._headings
        return frozenset().union(*(terms_of(title, plain) for title in titles))

    @property
    def beside(self) -> list[str]:
        """What stands over the sentence and right beside it."""
        return [*self._headings, *self._neighbours]

    @property
    def _headings(self) -> list[str]:
        over = self.passages.sections_over(self.span.start)
        return [section.heading.of(self.passages.text) for section in over]

    @property
    def _neighbours(self) -> list[str]:
        """The sentences right before and behind in the same block."""
        text, sentences = self.passages.text, self.passages.sentences
        at = bisect.bisect_left(sentences, self.span.start, key=lambda sentence: sentence.start)
        beside = [sentences[n] for n in (at - 1, at + 1) if 0 <= n < len(sentences)]
        return [
            sentence.of(text)
            for sentence in beside
            if "\n" not in text[min(sentence.end, self.span.end) : max(sentence.start, self.span.start)]
        ]

    @property
    def column_names(self) -> str:
        """The header row over a table row; empty elsewhere."""
        if not is_row(self.text):
            return ""
        sentences = self.passages.sentences
        above = bisect.bisect_right(sentences, self.span.start, key=lambda sentence: sentence.end)
        for sentence in reversed(sentences[:above]):
            text = sentence.of(self.passages.text)
            if " | " not in text:
                return ""
            if not is_row(text):
                return text
        return ""

    def ground(self, number: str | None = None, key: str | None = None) -> Ground:
        """The sentence as evidence."""
        return Ground(self.passages.evidence(self.span), self.passages.source, number, key)


def is_row(text: str) -> bool:
    """Whether a block is a table's row of data: cells, the first of them its number or one of them a document."""
    if text.count(" | ") < 2:
        return False
    cells = text.split(" | ")
    return cells[0].strip(" .").isdigit() or any(_DOCUMENT.search(cell) for cell in cells)


def around(
    record_evidence: Iterable[tuple[str, Span]], opened: PassageCache, following: int = 3
) -> list[FoundSentence]:
    """The sentences that name a document, and those that follow in the same block and name no other."""
    found: dict[tuple[str, int], FoundSentence] = {}
    for document_id, span in record_evidence:
        passages = opened.open(document_id)
        sentences = list(passages.sentences)
        at = next((n for n, sentence in enumerate(sentences) if sentence.start >= span.start), None)
        if at is None:
            continue
        for n in range(at, min(at + 1 + following, len(sentences))):
            sentence = sentences[n]
            between = passages.text[sentences[at].end : sentence.start]
            if n > at and ("\n" in between or _DOCUMENT.search(sentence.of(passages.text))):
                break
            found.setdefault((document_id, sentence.start), FoundSentence(passages, sentence, about=True))
    return [candidate for candidate in found.values() if _speaks(candidate)]


def retrieved(hits: Sequence[Hit], opened: PassageCache) -> list[FoundSentence]:
    """The sentences of the passages found, each once."""
    found: dict[tuple[str, int], FoundSentence] = {}
    for at, hit in enumerate(hits):
        passages = opened.open(hit.document_id)
        for sentence in passages.sentences_in(hit.span):
            candidate = FoundSentence(passages, sentence, rank=1 - at / max(len(hits), 1))
            found.setdefault((hit.document_id, sentence.start), candidate)
    return [candidate for candidate in found.values() if _speaks(candidate)]


def _speaks(candidate: FoundSentence) -> bool:
    """Whether a sentence says something to a person: no letterhead, no order to a program."""
    return not (
        is_instruction(candidate.text) or _FURNITURE.fullmatch(candidate.text) or _COLUMNS.match(candidate.text)
    )


def scored(candidates: Sequence[FoundSentence], asked: Understanding) -> list[FoundSentence]:
    """The candidates with their scores, the best first."""
    plain = asked.about.plain
    terms = [candidate.terms(plain) for candidate in candidates]
    seen = Counter(term for inside in terms for term in inside)
    ranked = [
        _score(candidate, inside, asked, lambda term: seen[term], len(candidates))
        for candidate, inside in zip(candidates, terms, strict=True)
    ]
    return sorted(_newest_first(ranked, asked), key=lambda candidate: -candidate.score)


def latest_first(fit: Sequence[FoundSentence], asked: Understanding) -> list[FoundSentence]:
    """Of reports that say the same kind of thing of the same thing, the latest one first; a period asked for decides.

    Args:
        fit: sentences that answer, the best first.
        asked: the question.
    """
    first = fit[0]
    if asked.periods or asked.days or first.passages.document.header.type != "Báo cáo":
        return list(fit)
    later = [
        candidate
        for candidate in fit
        if candidate.passages.document.header.type == "Báo cáo"
        and (candidate.passages.document.header.date or date.min) > (first.passages.document.header.date or date.min)
        and candidate.coverage >= _AS_TELLING * first.coverage
        and candidate.gap <= first.gap
    ]
    newest = max(later, key=lambda candidate: candidate.passages.document.header.date or date.min, default=None)
    return [newest, *(candidate for candidate in fit if candidate is not newest)] if newest else list(fit)


def _newest_first(candidates: Sequence[FoundSentence], asked: Understanding) -> list[FoundSentence]:
    """Where a question names no time it asks for the state of today: of sentences that fit alike the newest leads."""
    if asked.periods or asked.days:
        return list(candidates)
    dates = {candidate.passages.document.header.date for candidate in candidates} - {None}
    order = {day: at / max(len(dates) - 1, 1) for at, day in enumerate(sorted(dates, key=str))}
    weight = _NOW if _ASKS_NOW.search(fold(asked.question)) else _RECENT
    return [
        replace(candidate, score=candidate.score + weight * order.get(candidate.passages.document.header.date, 0.0))
        for candidate in candidates
    ]


def _score(
    candidate: FoundSentence,
    inside: frozenset[str],
    asked: Understanding,
    frequency: Callable[[str], int],
    sentences: int,
) -> FoundSentence:
    above = candidate.heading_terms(asked.about.plain)
    covered = coverage(asked.about, inside, above, frequency, sentences)
    pairs = [f"{one} {other}" for run in asked.about.runs for one, other in pairwise(run)]
    near = sum(pair in inside for pair in pairs) / max(len(pairs), 1)
    alone = [syllable for run in asked.about.runs if len(run) == 1 for syllable in run]
    near += sum(syllable in inside for syllable in alone) / max(len(alone), 1) / 2
    score = covered + 0.6 * near + 0.25 * candidate.rank + 0.3 * candidate.about + _kind_bonus(candidate, asked)
    if len(candidate.text) < _SHORT:
        score -= 0.3
    gap = leading_gap(asked.about, inside, above, asked.money)
    return replace(candidate, score=score, coverage=covered, gap=gap)


def _kind_bonus(candidate: FoundSentence, asked: Understanding) -> float:
    text = candidate.text
    bonus = 0.0
    if asked.money:
        bonus += 0.5 if _MONEY.search(text) else -0.3
    if asked.units:
        bonus += 0.4 if any(counts(text, unit) for unit in asked.units) else -0.1
    if asked.intent is Intent.WHEN:
        bonus += _date_bonus(text)
    if is_row(text) and any(
        len(c.split()) > 1 and c in fold_words(asked.question) for c in map(fold_words, text.split(" | "))
    ):
        bonus += 0.6
    if asked.periods:
        bonus += 0.4 if any(_of_period(candidate, period) for period in asked.periods) else -0.2
    issuer = candidate.passages.document.header.issuer
    if issuer and any(same_body(issuer, name) for name in asked.issuers):
        bonus += 0.35
    if asked.intent is Intent.WHO:
        bonus += 0.15 if next(find_bodies(text, 0, len(text)), None) else 0.0
    if asked.intent is Intent.WHY:
        bonus += 0.5 if _CAUSE.search(text) else 0.0
    if asked.intent is Intent.HOW_MANY and not _FIGURE.search(text):
        bonus -= 0.4
    return bonus


def _of_period(candidate: FoundSentence, period: Period) -> bool:
    """Whether a sentence speaks of a period: by a span or day that it names, else by its report's title or day.

    The days of the documents that a text names say when those were issued, not what the text speaks of.
    """
    told = find_periods(candidate.text)
    if any(period.meets(one) for one in told):
        return True
    own = [mention.date for mention in find_dates(_AFTER_NUMBER.sub(" ", candidate.text)) if mention.date]
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


_AFTER_NUMBER = re.compile(r"\d[a-z]?/[A-ZĐ][\w-]*\s+ngày\s[\d/]+(?:\s+tháng\s+\d+\s+năm\s+\d+)?")


def _date_bonus(text: str) -> float:
    """A day of its own, beside the days of the documents that the sentence names, answers "when" best."""
    own = find_dates(_AFTER_NUMBER.sub(" ", text))
    if any(mention.date for mention in own):
        return 0.4
    return 0.2 if own else 0.0 if find_dates(text) else -0.3


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
    return not asked.periods or any(_of_period(candidate, period) for period in asked.periods)


def adds_something(candidate: FoundSentence, asked: Understanding) -> bool:
    """Whether the sentence has a word that the question does not have."""
    return not set(fold_words(candidate.text).split()) <= set(fold_words(asked.question).split())


def sets_deadline(candidate: FoundSentence) -> bool:
    """Whether a sentence, or the column that a row's date stands in, says by when something is to be done."""
    if is_row(candidate.text):
        return _DEADLINE_COLUMN.search(candidate.column_names) is not None and bool(find_dates(candidate.text))
    return _DEADLINE.search(candidate.text) is not None


def own_date(text: str) -> bool:
    """Whether a sentence has a date beside those of the documents that it names."""
    return bool(find_dates(_AFTER_NUMBER.sub(" ", text)))


def has_figure(text: str) -> bool:
    """Whether a sentence states a figure: a number that is no date, year, period, document number or list mark."""
    characters = list(text)
    for span in (*(mention.span for mention in find_dates(text)), *(mention.span for mention in find_numbers(text))):
        characters[span.start : span.end] = " " * (span.end - span.start)
    return _FIGURE.search(_YEARS.sub(" ", "".join(characters))) is not None


def has_money(text: str) -> bool:
    """Whether a sentence states an amount of money."""
    return _MONEY.search(text) is not None
