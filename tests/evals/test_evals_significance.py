"""Intervals, percentiles and the test of two runs, on values worked out by hand."""

from __future__ import annotations

import pytest

from evals.significance import bootstrap_interval, paired_p_value, percentile


def test_values_that_do_not_differ_leave_no_doubt() -> None:
    assert bootstrap_interval([1.0] * 10) == (1.0, 1.0)
    assert bootstrap_interval([]) is None
    assert bootstrap_interval([1.0]) is None


def test_the_interval_is_the_same_each_time_and_near_the_normal_one() -> None:
    values = [1.0] * 80 + [0.0] * 20
    first, again = bootstrap_interval(values), bootstrap_interval(values)
    assert first is not None and first == again
    # 0.8 ± 1.96 · sqrt(0.8 · 0.2 / 100) = 0.722 … 0.878; the draws scatter by a hundredth.
    assert first.low == pytest.approx(0.722, abs=0.015)
    assert first.high == pytest.approx(0.878, abs=0.015)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param([], [], None, id="no question"),
        pytest.param([1, 0, 1], [1, 0, 1], 1.0, id="the same answers"),
        pytest.param([0, 1, 1], [1, 1, 1], 1.0, id="a single difference tells nothing"),
        # 2 of the 2^5 choices of signs are as extreme: all up, all down.
        pytest.param([0] * 5 + [1], [1] * 5 + [1], 2 / 32, id="five gains"),
        pytest.param([0] * 6, [1] * 6, 2 / 64, id="six gains"),
        # Means of four signs: at least as far from 0 as (1+1+1-1)/4 are 10 of 16.
        pytest.param([0, 0, 0, 1], [1, 1, 1, 0], 10 / 16, id="three gains, one loss"),
    ],
)
def test_paired_permutation(before: list[float], after: list[float], expected: float | None) -> None:
    assert paired_p_value(before, after) == pytest.approx(expected)


def test_runs_over_other_questions_are_not_paired() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_p_value([1.0], [1.0, 0.0])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.0, 10.0), (0.5, 25.0), (0.95, 38.5), (1.0, 40.0)], ids=["least", "p50", "p95", "most"]
)
def test_percentile(share: float, expected: float) -> None:
    assert percentile([40.0, 10.0, 30.0, 20.0], share) == pytest.approx(expected)


def test_percentile_of_nothing_and_of_one() -> None:
    assert percentile([], 0.5) is None
    assert percentile([7.0], 0.95) == 7.0
