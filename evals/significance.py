"""How sure a figure is: intervals by bootstrap, and whether two runs really differ.

The resampling of questions follows Efron (1979); the test of two runs over the same questions is the paired
permutation test that Smucker, Allan and Carterette (CIKM 2007) recommend for retrieval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SEED = 20181109
_RESAMPLES = 2000
_PERMUTATIONS = 9999


class Interval(NamedTuple):
    """Between what bounds the true value lies with 95 % confidence."""

    low: float
    high: float


def bootstrap_interval(values: Sequence[float]) -> Interval | None:
    """The 95 % percentile interval of a mean; the same for the same values, None for fewer than two of them."""
    if len(values) < 2:
        return None
    import numpy as np

    drawn = np.random.default_rng(SEED).choice(np.asarray(values, dtype=float), (_RESAMPLES, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), (2.5, 97.5))
    return Interval(float(low), float(high))


def paired_p_value(before: Sequence[float], after: Sequence[float]) -> float | None:
    """How likely so great a difference of the means is where both runs are equally good (two-sided, 0 to 1).

    Questions on which both are equal tell nothing, so that only the others are permuted: exactly up to 13 of them,
    by 9,999 draws of a fixed seed beyond.

    Args:
        before: a value a question.
        after: of the same questions in the same order.

    Returns:
        1.0 where no question differs; None without questions.

    Raises:
        ImportError: scipy is not installed.
        ValueError: the runs do not have the same number of questions.
    """
    pairs = list(zip(before, after, strict=True))
    if not pairs:
        return None
    differences = [second - first for first, second in pairs if first != second]
    if not differences:
        return 1.0
    if len(differences) == 1:
        # A sign of its own is as likely as the other.
        return 1.0
    try:
        from scipy.stats import permutation_test
    except ImportError as error:
        raise ImportError("Cần thư viện scipy để so sánh hai lần chạy: `pip install 'troly[evals]'`.") from error
    import numpy as np

    found = permutation_test(
        (np.asarray(differences),),
        lambda sample, axis: np.mean(sample, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=_PERMUTATIONS,
        rng=np.random.default_rng(SEED),
    )
    return float(found.pvalue)


def percentile(values: Sequence[float], share: float) -> float | None:
    """The value below which a share (0 to 1) of the values lies, between neighbours in proportion; None without any."""
    if not values:
        return None
    ranked = sorted(values)
    at = share * (len(ranked) - 1)
    below = int(at)
    above = min(below + 1, len(ranked) - 1)
    return ranked[below] + (at - below) * (ranked[above] - ranked[below])
