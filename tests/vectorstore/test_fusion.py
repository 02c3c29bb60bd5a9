"""Score fusion, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.fusion import fuse, z_scores


def test_z_scores() -> None:
    # Mean 3, deviations -2, 0, 2: the standard deviation is sqrt(8/3).
    deviation = (8 / 3) ** 0.5
    assert z_scores({"a": 1.0, "b": 3.0, "c": 5.0}) == pytest.approx(
        {"a": -2 / deviation, "b": 0.0, "c": 2 / deviation}
    )


def test_z_scores_that_do_not_differ() -> None:
    assert z_scores({"a": 2.0, "b": 2.0}) == {"a": 0.0, "b": 0.0}
    # Whose mean, calculated, is none of them; and whose squares are too small for a number.
    assert z_scores(dict.fromkeys("abc", 0.1)) == dict.fromkeys("abc", 0.0)
    assert z_scores({"a": 1e-200, "b": 2e-200}) == {"a": 0.0, "b": 0.0}
    assert z_scores({}) == {}


def test_both_rankings_count_equally() -> None:
    # z of (4, 2) and of (0.9, 0.7) is (1, -1): b leads nowhere, a and c have 1 and the other list's floor -1.
    fused = fuse({"a": 4.0, "b": 2.0}, {"c": 0.9, "b": 0.7})
    assert fused == [("a", pytest.approx(0.0)), ("c", pytest.approx(0.0)), ("b", pytest.approx(-1.0))]


def test_weight() -> None:
    lexical, dense = {"a": 4.0, "b": 2.0}, {"b": 0.9, "a": 0.7}
    assert [key for key, _ in fuse(lexical, dense, dense_weight=0.9)] == ["b", "a"]
    assert [key for key, _ in fuse(lexical, dense, dense_weight=0.1)] == ["a", "b"]


def test_a_missing_ranking_counts_for_nothing() -> None:
    assert [key for key, _ in fuse({}, {"a": 0.1, "b": 0.9})] == ["b", "a"]
    assert [key for key, _ in fuse({"a": 5.0, "b": 1.0}, {})] == ["a", "b"]
    assert fuse({}, {}) == []


scores = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(-100, 100), max_size=8)


@given(scores, scores)
def test_every_candidate_once_the_best_first(lexical: dict[str, float], dense: dict[str, float]) -> None:
    fused = fuse(lexical, dense)
    assert sorted(key for key, _ in fused) == sorted(lexical.keys() | dense.keys())
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)
