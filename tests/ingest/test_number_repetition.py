"""Texts that repeat themselves: remembering a refusal changes nothing of what is found, and time stays short."""

from __future__ import annotations

import time

import pytest

from ingest.numbers import find_numbers

NUMBER = "Quyết định số 5880/QĐ-UBND ngày 09/11/2016"


@pytest.mark.parametrize("piece", ["1/A-", "1/QĐ-", "1/AB-CD-", "O/", "số 1 ", "số /QĐ-", "QĐ-", "1/", "….", "Q Đ - "])
def test_a_number_behind_a_repeated_pattern_is_still_found(piece: str) -> None:
    text = f"{piece * 2000}\n{NUMBER}; {piece * 2000}\n{NUMBER}."
    found = [mention for mention in find_numbers(text) if mention.canonical == "5880/QĐ-UBND"]
    assert [text[mention.span.start : mention.span.end] for mention in found] == ["5880/QĐ-UBND"] * 2


@pytest.mark.parametrize("piece", ["19/24 ", "tỷ lệ 3/4, ", "Điều 5 ", "số 24 Lê Lợi, ", "QĐ-"])
def test_what_is_refused_once_is_refused_each_time(piece: str) -> None:
    assert find_numbers(piece) == []
    assert find_numbers(piece * 500) == []


def test_what_is_found_once_is_found_each_time() -> None:
    found = find_numbers(f"{NUMBER}. " * 300)
    assert [mention.canonical for mention in found] == ["5880/QĐ-UBND"] * 300


@pytest.mark.parametrize("piece", ["1", "/", " ", "QĐ-", "1/A-", "O/", "số /QĐ-", "1, ", "1/AB-CD-"])
def test_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        spent = []
        for _ in range(3):
            began = time.process_time()
            find_numbers(text)
            spent.append(time.process_time() - began)
        return min(spent)

    short, long = seconds(20_000), seconds(160_000)
    # Eight times the text: a quadratic search would take sixty-four times as long.
    assert long < 20 * short + 0.02
