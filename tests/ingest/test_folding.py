"""Folding keeps lengths and drops diacritics; words come out with single spaces."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.folding import fold, fold_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đề án Ðô thị Ɖặc biệt", "de an do thi dac biet"),
        ("QUYẾT ĐỊNH", "quyet dinh"),
        ("36a/NQ-CP", "36a/nq-cp"),
        ("", ""),
    ],
    ids=["three-letters-d", "upper-case", "ascii", "empty"],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Kế hoạch,\tsố 12/KH-UBND ", "ke hoach so 12 kh ubnd"),
        (unicodedata.normalize("NFD", "Uỷ ban – nhân dân"), "uy ban nhan dan"),
        ("…!?", ""),
    ],
    ids=["punctuation", "decomposed", "no-words"],
)
def test_fold_words(text: str, words: str) -> None:
    assert fold_words(text) == words


@given(st.text(alphabet="aăâbđêôơưẢệỗỢữ ĐÐ0/-.", max_size=40))
def test_folding_keeps_every_offset(text: str) -> None:
    text = unicodedata.normalize("NFC", text)
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)
