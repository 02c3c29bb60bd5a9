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

from evals.cases import Case, GoldRecord
from evals.facts import Fact, find_facts, fold, plain_number, words

T = TypeVar("T")

OUTCOMES = {"answer": "answered", "abstain": "not_found", "clarify": "ambiguous"}
"""Which outcome each expected behaviour asks for."""
SHARED_WORDS = 0.6
"""Share of the shorter text's words that make a quote and a gold sentence the same passage."""
HELD_WORDS = 0.9
"""Share of a gold sentence's words that a retrieved passage holds."""
FEWEST_WORDS = 5
"""Below this many words, chance alone shares 60 %: such a text has to occur whole."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure between 0 and 1, averaged over the cases that it applies to."""

    name: str
    label: str
    """What a report calls it, in Vietnamese."""
    higher_is_better: bool = True

    def is_best(self, value: float) -> bool:
        """Whether nothing better is possible."""
        return value == (1.0 if self.higher_is_better else 0.0)

    def __str__(self) -> str:
        return self.name


Correct = Measure("correct", "Đúng hoàn toàn")
Behaviour = Measure("behaviour", "Đúng cách xử sự (trả lời, từ chối, hỏi lại)")
KeyRecall = Measure("key_recall", "Nêu đủ số hiệu văn bản")
EvidenceHit = Measure("evidence_hit", "Trích đúng câu làm chứng cứ")
FactRecall = Measure("fact_recall", "Nêu đủ số liệu, ngày tháng")
Ungrounded = Measure("ungrounded", "Có số liệu không thấy trong trích dẫn", higher_is_better=False)
Forbidden = Measure("forbidden", "Khẳng định điều không được nói", higher_is_better=False)
OF_CORRECT = (Behaviour, KeyRecall, EvidenceHit, FactRecall, Ungrounded, Forbidden)
"""What `correct` is made of; the measures below look closer and leave it as it is."""

QuantityExact = Measure("quantity_exact", "Nêu đúng từng số liệu kèm đơn vị")
KeyPrecision = Measure("key_precision", "Số hiệu trích dẫn đều là số hiệu cần nêu")
SentenceRecall = Measure("sentence_recall", "Trích đủ các câu chứng cứ")
SentencePrecision = Measure("sentence_precision", "Câu trích đều là câu chứng cứ")
CitationFaithful = Measure("citation_faithful", "Câu trích có thật ở đúng trang đã ghi")
EvidenceRetrieved = Measure("evidence_retrieved", "Tìm thấy câu chứng cứ trong 10 đoạn đầu")
EvidenceRank = Measure("evidence_rank", "Câu chứng cứ đứng đầu kết quả tìm kiếm")
StatusExact = Measure("status_exact", "Đúng tình trạng hiện tại của văn bản")
TimelineRecall = Measure("timeline_recall", "Đủ các mốc diễn biến")
TimelinePrecision = Measure("timeline_precision", "Các mốc diễn biến nêu ra đều đúng")
ModelKept = Measure("model_kept", "Lời của mô hình được giữ lại sau kiểm chứng")

MEASURES = (
    Correct, *OF_CORRECT, QuantityExact, KeyPrecision, SentenceRecall, SentencePrecision, CitationFaithful,
    EvidenceRetrieved, EvidenceRank, StatusExact, TimelineRecall, TimelinePrecision, ModelKept,
)  # fmt: skip
BY_NAME = {measure.name: measure for measure in MEASURES}


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
    missing_quantities: tuple[str, ...] = ()

    @property
    def flawless(self) -> bool:
        """Whether it is correct, and nothing that was looked up beside it tells against it."""
        looked_up = (QuantityExact, CitationFaithful, StatusExact, TimelineRecall)
        return self.correct and all(self.values.get(measure, 1.0) == 1.0 for measure in looked_up)

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


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked up beside an answer; None where nobody looked."""

    passages: tuple[str, ...] | None = None
    """The passages that retrieval alone finds, the best first."""
    lookup: Mapping[str, Any] | None = None
    """What `troly status --json` prints of the gold record's number."""
    faithful: tuple[bool, ...] | None = None
    """Of each citation, whether its quote stands on the page that it names."""


def judge(case: Case, answer: Mapping[str, Any] | None, seen: Seen | None = None) -> Judgement:
    """Compute every measure of one answer.

    Args:
        case: the question with its gold.
        answer: what `troly ask --json` prints; None where there is no answer.
        seen: what was looked up beside it.
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
    values[Correct] = float(all(m.is_best(values[m]) for m in values))
    missing_quantities = tuple(one for one in case.gold_numbers if not states_quantity(text, one))
    values |= closer_look(case, given, seen or Seen(), missing_quantities)
    total_ms = (given.get("timings_ms") or {}).get("total")
    return Judgement(case, values, missing_keys, missing_facts, ungrounded, forbidden, total_ms, missing_quantities)


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


# -------------------------------------------------------------------------------------------------- a closer look

BASE_STATES = {
    "delayed": "in_progress",
    "paused": "in_progress",
    "not_started": "planned",
    "expired": "replaced",
    "in_preparation": "in_progress",
}
"""States that tell more of another one; an answer that tells as much as that one is right."""


def closer_look(
    case: Case, answer: Mapping[str, Any], seen: Seen, missing_quantities: Sequence[str]
) -> dict[Measure, float]:
    """The measures that `correct` leaves out, as far as they apply."""
    citations: Sequence[Mapping[str, Any]] = answer.get("citations") or []
    values: dict[Measure, float] = {}
    if case.expected_behaviour == "answer":
        values |= _of_citations(case, citations)
        if case.gold_numbers:
            values[QuantityExact] = 1 - len(missing_quantities) / len(case.gold_numbers)
        if case.gold_evidence and seen.passages is not None:
            values |= _of_passages(case.gold_evidence, seen.passages)
    if seen.faithful:
        values[CitationFaithful] = sum(seen.faithful) / len(seen.faithful)
    if case.gold_record and seen.lookup is not None:
        values |= _of_record(case.gold_record, seen.lookup)
    if answer.get("mode") == "llm" or answer.get("fallback"):
        values[ModelKept] = float(answer.get("mode") == "llm" and not answer.get("fallback"))
    return values


def _of_citations(case: Case, citations: Sequence[Mapping[str, Any]]) -> dict[Measure, float]:
    """Precision and recall by document number and by sentence; no citation at all counts zero."""
    values: dict[Measure, float] = {}
    if case.gold_keys:
        cited = {citation["key"] for citation in citations if citation.get("key")}
        values[KeyPrecision] = len(cited & set(case.gold_keys)) / len(cited) if cited else 0.0
    if case.gold_evidence:
        quotes = [citation.get("quote") or "" for citation in citations]
        found = [any(same_passage(quote, gold) for quote in quotes) for gold in case.gold_evidence]
        right = [any(same_passage(quote, gold) for gold in case.gold_evidence) for quote in quotes]
        values[SentenceRecall] = sum(found) / len(found)
        values[SentencePrecision] = sum(right) / len(right) if right else 0.0
    return values


def _of_passages(evidence: Sequence[str], passages: Sequence[str]) -> dict[Measure, float]:
    """Recall of the evidence, and the reciprocal rank of the first passage that holds a sentence of it."""
    holds = [[_holds(passage, sentence) for sentence in evidence] for passage in passages]
    first = next((rank for rank, held in enumerate(holds, 1) if any(held)), None)
    found = sum(any(held[at] for held in holds) for at in range(len(evidence)))
    return {EvidenceRetrieved: found / len(evidence), EvidenceRank: 1 / first if first else 0.0}


def _holds(passage: str, sentence: str) -> bool:
    """Whether a passage has a sentence nearly whole: a longer text shares some words with any."""
    wanted = words(sentence)
    held = (Counter(wanted) & Counter(words(passage))).total()
    return bool(wanted) and held / len(wanted) >= HELD_WORDS


def _of_record(gold: GoldRecord, lookup: Mapping[str, Any]) -> dict[Measure, float]:
    record: Mapping[str, Any] = lookup.get("record") or {}
    values: dict[Measure, float] = {}
    if gold.state:
        current = (record.get("current_status") or {}).get("state")
        values[StatusExact] = float(_base(current) == _base(gold.state))
    if gold.timeline:
        wanted = {(_base(one.state), one.as_of.isoformat() if one.as_of else None) for one in gold.timeline}
        given = {(_base(one.get("state")), one.get("as_of")) for one in record.get("timeline") or []}
        told = {one for one in given if one[0] != "basis_only" or one in wanted}
        values[TimelineRecall] = len(wanted & given) / len(wanted)
        values[TimelinePrecision] = len(wanted & told) / len(told) if told else 0.0
    return values


def _base(state: str | None) -> str | None:
    return BASE_STATES.get(state, state) if state else None


def states_quantity(text: str, gold: str) -> bool:
    """Whether a text states a number, a day or a quantity: its figures, and right behind a number the gold's unit."""
    wanted = find_facts(gold)
    if not wanted:
        return " ".join(words(gold)) in " ".join(words(text))
    number = re.search(r"\d+(?:[.,]\d+)*(?!.*\d)", gold)
    unit = words(gold[number.end() :]) if number else []
    if not unit or any(fact.kind != "num" for fact in wanted):
        return wanted <= find_facts(text)
    return any(
        wanted <= find_facts(match[0]) and words(text[match.end() :])[: len(unit)] == unit
        for match in re.finditer(r"\d+(?:[.,]\d+)*(?:\s*/\s*\d+(?:[.,]\d+)*)?", text)
    )
