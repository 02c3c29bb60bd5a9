"""What equal terms are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.syllables import fold_syllable, has_diacritics, split_terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("hoà bình", "hòa bình", id="tone on either vowel"),
        pytest.param("Thuý", "thúy", id="uy"),
        pytest.param("kỹ thuật", "kĩ thuật", id="y or i"),
        pytest.param("Lý Thường Kiệt", "lí thường kiệt", id="y or i in a name"),
        pytest.param("quy định", "qui định", id="y or i behind qu"),
        pytest.param(unicodedata.normalize("NFD", "Nghị quyết"), "nghị quyết", id="decomposed"),
        pytest.param("16-CTr/TU", "16/CTr/TU", id="party number"),
        pytest.param("5880/QĐ-UBND", "5880 / QĐ - UBND", id="spaces in a number"),
        pytest.param("07/KH-UBND", "7/KH-UBND", id="leading zero"),
    ],
)
def test_equal_terms(one: str, other: str) -> None:
    first, second = split_terms(one), split_terms(other)
    assert first.compounds == second.compounds
    if not first.compounds:
        assert first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ma", "má", id="tone"),
        pytest.param("dân", "đan", id="letter"),
        pytest.param("tay", "tai", id="y in a diphthong is another word"),
        pytest.param("thuy", "thui", id="y behind u"),
        pytest.param("HD", "HĐ", id="type codes"),
    ],
)
def test_different_terms(one: str, other: str) -> None:
    assert split_terms(one).syllables != split_terms(other).syllables


def test_pairs_and_compounds() -> None:
    terms = split_terms("Kế hoạch 1008/KH-UBND ngày 14/3/2018")
    assert terms.folded().syllables == ("ke", "hoach", "1008", "kh", "ubnd", "ngay", "14", "3", "2018")
    assert terms.folded().pairs[:2] == ("ke_hoach", "hoach_1008")
    assert terms.compounds == ("1008|kh|ubnd", "14|3|2018")


def test_no_terms() -> None:
    assert split_terms(" … /-– ").syllables == ()
    assert split_terms("một").pairs == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("de an do thi", False),
        ("đô thị", True),
        ("Đ", True),
        ("smart city 2020", False),
        ("café", True),
        ("城市", False),
    ],
)
def test_has_diacritics(text: str, expected: bool) -> None:
    assert has_diacritics(text) is expected


@given(st.text(max_size=60))
def test_folding_again_changes_nothing(text: str) -> None:
    folded = split_terms(text).folded()
    assert tuple(map(fold_syllable, folded.syllables)) == folded.syllables


@given(st.text(alphabet="aăâeêioôơuưyđbcdghklmnpqrstvxàáảãạèéẻẽẹ ", max_size=60))
def test_without_diacritics_the_same_as_folded(text: str) -> None:
    from ingest.folding import fold

    assert split_terms(fold(text)).folded() == split_terms(text).folded()
