"""Two rankings → one (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from statistics import fmean


def z_scores(scores: Mapping[str, float]) -> dict[str, float]:
    """Scores in standard deviations from their mean; all zero where they do not differ."""
    if not scores or min(scores.values()) == max(scores.values()):
        return dict.fromkeys(scores, 0.0)
    mean = fmean(scores.values())
    # `pstdev` calculates in fractions, for longer than all else here takes.
    deviation = sqrt(fmean((score - mean) ** 2 for score in scores.values()))
    # Numbers that all but agree may be too near each other for their squares.
    return {key: (score - mean) / deviation if deviation else 0.0 for key, score in scores.items()}


def fuse(
    lexical: Mapping[str, float], dense: Mapping[str, float], dense_weight: float = 0.5
) -> list[tuple[str, float]]:
    """The weighted sum of both rankings' z-scores, the best first.

    A candidate that only one ranking holds gets the other's lowest score: it is known to be no better.
    Measured on legal questions, z-scores at equal weight beat reciprocal ranks, which throw away by how
    much the best candidate leads. A ranking without candidates counts for nothing.

    Args:
        lexical: score by candidate.
        dense: score by candidate, on any scale of its own.
        dense_weight: 0 (lexical alone) to 1 (dense alone).

    Returns:
        (candidate, score); equal scores in the order of the candidates' names, so that a run can be repeated.
    """
    lists = [(z_scores(lexical), 1 - dense_weight), (z_scores(dense), dense_weight)]
    floors = [(scores, min(scores.values(), default=0.0), weight) for scores, weight in lists if scores]
    fused = {
        candidate: sum(weight * scores.get(candidate, floor) for scores, floor, weight in floors)
        for candidate in lexical.keys() | dense.keys()
    }
    return sorted(fused.items(), key=lambda item: (-item[1], item[0]))
