"""What is measured of an answer, apart from how: `Measure` names a figure, `judge` computes all of them.

Answers are taken in the shape that `troly ask --json` prints, so that a stored run can be judged as well as a live one.
A case without an answer is judged like an empty one: it lowers every figure instead of vanishing.
The separation of measure and computation follows ir-measures (MacAvaney et al., ECIR 2022).
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from evals.cases import Case
from evals.facts import Fact, find_facts, fold, plain_number, words

T = TypeVar("T")

OUTCOMES = {"answer": "answered", "abstain": "not_found", "clarify": "ambiguous"}
"""Which outcome each expected behaviour asks for."""
SHARED_WORDS = 0.6
"""Share of the shorter text's words that make a quote and a gold sentence the same passage."""
FEWEST_WORDS = 5
"""Below this many words, chance alone shares 60 %: such a text has to occur whole."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure between 0 and 1, averaged over the cases that it applies to."""

    name: str
    label: str
    """What a report calls it, in Vietnamese."""
    higher_is_better: bool = True

    def __str__(self) -> str:
        return self.name


Correct = Measure("correct", "Đúng hoàn toàn")
Behaviour = Measure("behaviour", "Đúng cách xử sự (trả lời, từ chối, hỏi lại)")
KeyRecall = Measure("key_recall", "Nêu đủ số hiệu văn bản")
EvidenceHit = Measure("evidence_hit", "Trích đúng câu làm chứng cứ")
FactRecall = Measure("fact_recall", "Nêu đủ số liệu, ngày tháng")
Ungrounded = Measure("ungrounded", "Có số liệu không thấy trong trích dẫn", higher_is_better=False)
Forbidden = Measure("forbidden", "Khẳng định điều không được nói", higher_is_better=False)
MEASURES = (Correct, Behaviour, KeyRecall, EvidenceHit, FactRecall, Ungrounded, Forbidden)


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one answer fared."""

    case: Case
    values: Mapping[Measure, float]
    """Only the measures that apply to the case."""
    missing_keys: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()
    ungrounded: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    total_ms: float | None = None

    @property
    def correct(self) -> bool:
        """Whether nothing is wrong with the answer."""
        return self.values[Correct] == 1.0


@dataclass(frozen=True, slots=True)
class Mean:
    """A measure's average; `value` is None where it applies to no case."""

    value: float | None
    cases: int


def mean(measure: Measure, judgements: Iterable[Judgement]) -> Mean:
    """The average of a measure over the judgements that it applies to."""
    values = [judgement.values[measure] for judgement in judgements if measure in judgement.values]
    return Mean(sum(values) / len(values) if values else None, len(values))


def median_ms(judgements: Iterable[Judgement]) -> float | None:
    """The median time of an answer in milliseconds; None where no answer tells its time."""
    times = [judgement.total_ms for judgement in judgements if judgement.total_ms is not None]
    return statistics.median(times) if times else None


def judge(case: Case, answer: Mapping[str, Any] | None) -> Judgement:
    """Compute every measure of one answer.

    Args:
        case: the question with its gold.
        answer: what `troly ask --json` prints; None where there is no answer.
    """
    given: Mapping[str, Any] = answer or {}
    text = given.get("text") or ""
    citations: Sequence[Mapping[str, Any]] = given.get("citations") or []
    said = find_facts(text)
    values = {Behaviour: float(given.get("outcome") == OUTCOMES[case.expected_behaviour])}
    missing_keys: tuple[str, ...] = ()
    missing_facts: tuple[str, ...] = ()
    if case.expected_behaviour == "answer":
        if case.gold_keys:
            named = {citation.get("key") for citation in citations} | {
                fact.value for fact in said if fact.kind == "key"
            }
            values[KeyRecall], missing_keys = _recall(set(case.gold_keys), named)
        if case.gold_evidence:
            values[EvidenceHit] = float(_quotes_evidence(citations, case.gold_evidence))
        wanted = {fact for fact in find_facts(case.gold_answer) if fact.kind != "key"}
        if wanted:
            values[FactRecall], missing = _recall(wanted, said)
            missing_facts = tuple(fact.value for fact in missing)
    ungrounded = _ungrounded(case, text, citations) if given.get("outcome") == "answered" else ()
    forbidden = tuple(phrase for phrase in case.must_not_say if asserts(text, phrase))
    values[Ungrounded], values[Forbidden] = float(bool(ungrounded)), float(bool(forbidden))
    values[Correct] = float(all(values[m] == (1.0 if m.higher_is_better else 0.0) for m in values))
    total_ms = (given.get("timings_ms") or {}).get("total")
    return Judgement(case, values, missing_keys, missing_facts, ungrounded, forbidden, total_ms)


def _recall(wanted: set[T], given: set[Any]) -> tuple[float, tuple[T, ...]]:
    """Share of what is wanted that is given, and what is missing."""
    missing = wanted - given
    return 1 - len(missing) / len(wanted), tuple(sorted(missing, key=str))


def _quotes_evidence(citations: Iterable[Mapping[str, Any]], evidence: Iterable[str]) -> bool:
    quotes = [citation.get("quote") or "" for citation in citations]
    return any(same_passage(quote, sentence) for quote in quotes for sentence in evidence)


def same_passage(quote: str, sentence: str) -> bool:
    """Whether one text holds the other, or shares most of the shorter one's words with it."""
    short, long = sorted((words(quote), words(sentence)), key=len)
    if not short:
        return False
    if len(short) < FEWEST_WORDS:
        return " ".join(short) in " ".join(long)
    return (Counter(short) & Counter(long)).total() / len(short) >= SHARED_WORDS


_LIST_MARKS = re.compile(r"(?m)^\s*(?:\d+[.)]|[-*•])\s+|\[\d+\]")
_CITED_FIELDS = ("quote", "number", "section", "document", "page")


def _ungrounded(case: Case, text: str, citations: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Facts that the answer states and neither its citations, nor the question, nor the history hold.

    List marks, `[n]` marks and the count of what is cited are free.
    """
    cited = [str(citation.get(field) or "") for citation in citations for field in _CITED_FIELDS]
    cited += [str(value) for citation in citations for value in (citation.get("source") or {}).values()]
    grounds = find_facts(" ; ".join(cited)) | find_facts(case.question)
    grounds |= find_facts(" ".join(turn.content for turn in case.history))
    keys = {citation.get("key") for citation in citations if citation.get("key")}
    counts = {Fact("num", plain_number(len(citations))), Fact("num", plain_number(len(keys)))}
    stated = find_facts(_LIST_MARKS.sub(" ", text))
    return tuple(sorted(fact.value for fact in stated - grounds - counts))


_NEGATIONS = ("khong", "chua", "not", "never", "trai voi", "canh bao", "yeu cau")
# A negation reaches over six words and an opening quotation mark, and 60 characters at most.
_NEGATED = re.compile(rf"(?:{'|'.join(_NEGATIONS)})\W+(?:\w+\W+){{0,6}}[\"“«']?$")
_NEGATION_REACH = 60


def asserts(text: str, phrase: str) -> bool:
    """Whether a text states a phrase other than in a negation or as a quoted warning."""
    said = fold(text)
    places = (match.start() for match in re.finditer(re.escape(fold(phrase)), said))
    return any(not _NEGATED.search(said[max(0, at - _NEGATION_REACH) : at]) for at in places)
