"""Diacritics come back from the documents' words."""

from __future__ import annotations

import pytest

from vectorstore.accents import restore_diacritics

PASSAGES = [
    "Kế hoạch triển khai Đề án đô thị thông minh trên địa bàn thành phố.",
    "Ủy ban nhân dân thành phố ban hành Kế hoạch số 25/KH-UBND về đô thị thông minh.",
    "Hội đồng thẩm định giá đất; bản vẽ đo đạc.",
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("ke hoach trien khai de an", "kế hoạch triển khai đề án", id="plain"),
        pytest.param("DO THI THONG MINH", "đô thị thông minh", id="the pair decides between đô and đo"),
        pytest.param("ke hoach 25/KH-UBND o dau?", "kế hoạch 25/kh-ubnd ở đâu?", id="numbers and question words"),
        pytest.param("ban hanh ke hoach", "ban hành kế hoạch", id="ban, not bàn"),
        pytest.param("ke hoach zzz thanh pho", "kế hoạch zzz thành phố", id="an unknown word stays"),
    ],
)
def test_restored(query: str, expected: str) -> None:
    assert restore_diacritics(query, PASSAGES) == expected


@pytest.mark.parametrize(
    ("query", "passages"),
    [
        pytest.param("What is the smart city plan?", PASSAGES, id="another language"),
        pytest.param("ke hoach", [], id="nothing found"),
        pytest.param("123/456", PASSAGES, id="no words"),
    ],
)
def test_left_alone(query: str, passages: list[str]) -> None:
    assert restore_diacritics(query, passages) is None
