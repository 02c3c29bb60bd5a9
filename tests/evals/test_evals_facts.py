"""Dates, numbers and document numbers of a text, each with one spelling."""

from __future__ import annotations

import pytest

from evals.facts import Fact, find_facts, fold, match_key, plain_number


def _facts(*pairs: tuple[str, str]) -> set[Fact]:
    return {Fact(kind, value) for kind, value in pairs}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("ngày 09/11/2016", [("date", "2016-11-09")], id="a date in figures"),
        pytest.param("ngày 9-11-2016", [("date", "2016-11-09")], id="a date with hyphens"),
        pytest.param("14 tháng 3 năm 2018", [("date", "2018-03-14")], id="a date in words"),
        pytest.param("on 20 March 2017", [("date", "2017-03-20")], id="an English date"),
        pytest.param("2017-03-20", [("date", "2017-03-20")], id="an ISO date"),
        pytest.param("5880/QĐ-UBND", [("key", "5880|QD|UBND")], id="a state number"),
        pytest.param("16-CTr/TU", [("key", "16|CTR|TU")], id="a Party number"),
        pytest.param("45/2016/QĐ-TTg", [("key", "45|2016|QD|TTG")], id="a number with its year"),
        pytest.param("hơn 3.073.000 văn bản", [("num", "3073000")], id="thousands with dots"),
        pytest.param("3,073,000 documents", [("num", "3073000")], id="thousands with commas"),
        pytest.param("3.446,8 km", [("num", "3446.8")], id="thousands and decimals"),
        pytest.param("96,2% và 18,5 tỷ", [("num", "96.2"), ("num", "18.5")], id="decimals"),
        pytest.param("19/24 quận", [("num", "19"), ("num", "24")], id="so many of so many"),
        pytest.param("02 văn bản", [("num", "2")], id="a leading zero"),
        pytest.param("mục 1.2.3", [("num", "1.2.3")], id="a heading's mark stays as written"),
        pytest.param("tháng 8/2018", [("num", "8"), ("num", "2018")], id="a month alone is no date"),
        pytest.param("không có gì", [], id="nothing"),
    ],
)
def test_find_facts(text: str, found: list[tuple[str, str]]) -> None:
    assert find_facts(text) == _facts(*found)


def test_the_figures_of_a_date_or_document_number_are_no_numbers() -> None:
    text = "Quyết định số 6179/QĐ-UBND ngày 23 tháng 11 năm 2017 với 15 thành viên"
    assert find_facts(text) == _facts(("key", "6179|QD|UBND"), ("date", "2017-11-23"), ("num", "15"))


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("5880/QĐ-UBND", "5880|QD|UBND"),
        ("16/CTr/TU", "16|CTR|TU"),
        ("36a/NQ-CP", "36A|NQ|CP"),
        ("08/2022/QĐ-TTg", "8|2022|QD|TTG"),
        ("0121 / KH – TTCNTTTT", "121|KH|TTCNTTTT"),
    ],
)
def test_match_key(number: str, key: str) -> None:
    assert match_key(number) == key


def test_fold_takes_every_d_with_stroke() -> None:
    assert fold("ĐÐƉđ Ủy ban") == "dddd uy ban"


@pytest.mark.parametrize(("written", "plain"), [("007", "7"), ("96.20", "96.2"), (3, "3")])
def test_plain_number(written: str | int, plain: str) -> None:
    assert plain_number(written) == plain
