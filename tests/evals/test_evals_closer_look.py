"""The measures beside `correct`, on answers judged by hand and at their edges."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from evals.cases import Case, GoldRecord, GoldState
from evals.metrics import (
    CitationFaithful,
    EvidenceRank,
    EvidenceRetrieved,
    KeyPrecision,
    Measure,
    ModelKept,
    QuantityExact,
    Seen,
    SentencePrecision,
    SentenceRecall,
    StatusExact,
    TimelinePrecision,
    TimelineRecall,
    judge,
    states_quantity,
)

ONE = "Đã ngầm hóa 139 tuyến cáp viễn thông, dài 341 km trên địa bàn."
TWO = "Kế hoạch 933/KH-STTTT đã hoàn thành với 46 cuộc kiểm tra liên ngành."
OTHER = "Hội nghị được tổ chức tại hội trường lớn vào buổi sáng mùa thu."
CASE = Case(
    id="a",
    question="?",
    kind="x",
    expected_behaviour="answer",
    gold_keys=("933|KH|STTTT", "4021|KH|UBND"),
    gold_evidence=(ONE, TWO),
    gold_numbers=("341 km", "46 cuộc"),
)
PLAIN = Case(id="b", question="?", kind="x", expected_behaviour="answer")


def answer(*citations: tuple[str, str | None], text: str = "", **fields: Any) -> dict[str, Any]:
    listed = [{"quote": quote, "key": key} for quote, key in citations]
    return {"outcome": "answered", "text": text, "citations": listed, **fields}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(
            answer((ONE, "4021|KH|UBND"), (TWO, "933|KH|STTTT")),
            {KeyPrecision: 1.0, SentenceRecall: 1.0, SentencePrecision: 1.0},
            id="all of it",
        ),
        pytest.param(
            answer((ONE, "4021|KH|UBND"), (OTHER, "5|QD|CP")),
            {KeyPrecision: 1 / 2, SentenceRecall: 1 / 2, SentencePrecision: 1 / 2},
            id="half of it beside another",
        ),
        pytest.param(
            answer((ONE, None), (OTHER, None), (OTHER, None)),
            {KeyPrecision: 0.0, SentenceRecall: 1 / 2, SentencePrecision: 1 / 3},
            id="no document number is cited",
        ),
        pytest.param(answer(), {KeyPrecision: 0.0, SentenceRecall: 0.0, SentencePrecision: 0.0}, id="no citation"),
        pytest.param(None, {KeyPrecision: 0.0, SentenceRecall: 0.0, SentencePrecision: 0.0}, id="no answer"),
    ],
)
def test_citations(given: dict[str, Any] | None, expected: dict[Measure, float]) -> None:
    values = judge(CASE, given).values
    assert {measure: values[measure] for measure in expected} == pytest.approx(expected)


def test_without_gold_nothing_is_measured_against_it() -> None:
    measured = judge(PLAIN, answer((ONE, "5|QD|CP")), Seen((ONE,), None, ())).values.keys()
    gold = {KeyPrecision, SentenceRecall, SentencePrecision, QuantityExact, EvidenceRetrieved, StatusExact}
    assert not measured & {*gold, CitationFaithful, ModelKept}


@pytest.mark.parametrize(
    ("text", "gold", "stated"),
    [
        ("dài 341 km.", "341 km", True),
        ("dài 341 tuyến", "341 km", False),
        ("3410 km", "341 km", False),
        ("1.140 lượt học viên", "1140 lượt", True),
        ("96,2% hồ sơ", "96,2%", True),
        ("962 hồ sơ", "96,2", False),
        ("ngày 22 tháng 5 năm 2019", "22/5/2019", True),
        ("ngày 22/6/2019", "22/5/2019", False),
        ("đã liên thông 22/24 quận", "22/24 quận", True),
        ("trong quý bốn", "quý bốn", True),
        ("", "341 km", False),
    ],
)
def test_quantities(text: str, gold: str, stated: bool) -> None:
    assert states_quantity(text, gold) is stated


def test_half_of_the_quantities() -> None:
    judgement = judge(CASE, answer(text="Dài 341 km, 46 tuyến."))
    assert judgement.values[QuantityExact] == 0.5
    assert judgement.missing_quantities == ("46 cuộc",)


@pytest.mark.parametrize(
    ("passages", "recall", "rank"),
    [
        pytest.param((ONE, TWO), 1.0, 1.0, id="both"),
        pytest.param((OTHER, OTHER, TWO), 0.5, 1 / 3, id="one, third"),
        pytest.param((OTHER,), 0.0, 0.0, id="none"),
        pytest.param((), 0.0, 0.0, id="an empty corpus"),
    ],
)
def test_retrieval_of_evidence(passages: tuple[str, ...], recall: float, rank: float) -> None:
    values = judge(CASE, answer(), Seen(passages)).values
    assert (values[EvidenceRetrieved], values[EvidenceRank]) == pytest.approx((recall, rank))


def test_citations_on_their_pages() -> None:
    assert judge(CASE, answer(), Seen(faithful=(True, False, True, True))).values[CitationFaithful] == 0.75
    assert CitationFaithful not in judge(CASE, answer(), Seen(faithful=())).values


def _lookup(current: str | None, *timeline: tuple[str, str | None]) -> dict[str, Any]:
    entries = [{"state": state, "as_of": as_of} for state, as_of in timeline]
    return {"record": {"current_status": {"state": current} if current else None, "timeline": entries}}


@pytest.mark.parametrize(
    ("lookup", "status", "recall", "precision"),
    [
        (_lookup("paused", ("issued", "2018-07-16"), ("paused", "2019-06-30")), 1.0, 1.0, 1.0),
        # A pause is a kind of being under way; a basis is no state of its own.
        (_lookup("in_progress", ("in_progress", "2019-06-30"), ("basis_only", "2018-03-20")), 1.0, 0.5, 1.0),
        (_lookup("completed", ("issued", "2018-07-16"), ("completed", "2019-06-30")), 0.0, 0.5, 0.5),
        ({"record": None}, 0.0, 0.0, 0.0),
        ({}, 0.0, 0.0, 0.0),
    ],
    ids=["exact", "the base state", "another state", "not found", "no answer"],
)
def test_records(lookup: dict[str, Any], status: float, recall: float, precision: float) -> None:
    timeline = (
        GoldState(state="issued", as_of=datetime.date(2018, 7, 16)),
        GoldState(state="paused", as_of=datetime.date(2019, 6, 30)),
    )
    gold = GoldRecord(number="1010/KH-UBND", state="paused", timeline=timeline)
    values = judge(PLAIN.model_copy(update={"gold_record": gold}), answer(), Seen(lookup=lookup)).values
    assert (values[StatusExact], values[TimelineRecall], values[TimelinePrecision]) == (status, recall, precision)


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"mode": "llm", "fallback": None}, 1.0),
        ({"mode": "extractive", "fallback": "unverified"}, 0.0),
        ({"mode": "extractive", "fallback": None}, None),
    ],
)
def test_what_is_kept_of_a_model(fields: dict[str, Any], kept: float | None) -> None:
    assert judge(PLAIN, answer(**fields)).values.get(ModelKept) == kept


def test_a_flaw_beside_a_correct_answer_is_one_of_the_failures() -> None:
    right = answer((ONE, None))
    case = PLAIN.model_copy(update={"gold_evidence": (ONE,)})
    assert judge(case, right, Seen(faithful=(True,))).flawless
    flawed = judge(case, right, Seen(faithful=(False,)))
    assert (flawed.correct, flawed.flawless) == (True, False)
