"""One suite under many settings: which of them earns its keep (an ablation)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from evals.cases import Suite
from evals.metrics import Behaviour, Correct, EvidenceRank, EvidenceRetrieved, Measure, Ungrounded
from evals.run import SuiteRun, run_suite
from evals.under_test import Sight, assistant_over, suite_settings

SHOWN: tuple[Measure, ...] = (Correct, Behaviour, EvidenceRetrieved, EvidenceRank, Ungrounded)


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination of settings."""

    embedder: str
    chunk_length: int
    fusion_weight: float
    threshold: float

    def __str__(self) -> str:
        return f"{self.embedder} {self.chunk_length} {self.fusion_weight:g} {self.threshold:g}"


@dataclass(frozen=True, slots=True)
class Grid:
    """The settings that are tried, each with each."""

    embedders: Sequence[str]
    chunk_lengths: Sequence[int]
    fusion_weights: Sequence[float]
    thresholds: Sequence[float]


def run_grid(
    suite: Suite, grid: Grid, on_cell: Callable[[Cell], None] | None = None
) -> Iterator[tuple[Cell, SuiteRun]]:
    """Each combination with its run; the documents are read and cut once for each embedder and chunk length.

    Args:
        suite: put to each.
        grid: what is tried.
        on_cell: told of each before it is tried.

    Raises:
        StoreError: an embedder cannot be loaded.
    """
    from assistant.service import open_assistant

    for embedder, length in product(grid.embedders, grid.chunk_lengths):
        with tempfile.TemporaryDirectory(prefix="troly-eval-") as folder:
            plain = suite_settings(Path(folder), embedder=embedder)
            with assistant_over(suite.folders, Path(folder), settings=plain, chunk_length=length):
                pass
            for weight, threshold in product(grid.fusion_weights, grid.thresholds):
                cell = Cell(embedder, length, weight, threshold)
                if on_cell:
                    on_cell(cell)
                settings = suite_settings(
                    Path(folder), embedder=embedder, fusion_weight=weight, evidence_threshold=threshold
                )
                with closing(open_assistant(settings)) as assistant:
                    assistant.ready()
                    yield cell, run_suite(suite, assistant, look=Sight(assistant))


def as_json(cell: Cell, run: SuiteRun) -> dict[str, Any]:
    """A row of `troly eval grid --json`."""
    told = {name: getattr(cell, name) for name in Cell.__slots__}
    return {**told, **{m.name: run.means[m].value for m in SHOWN}, "p50_ms": run.times["p50_ms"]}


def as_text(rows: Sequence[dict[str, Any]]) -> str:
    """The table for a terminal, the best combination first."""
    best = sorted(rows, key=lambda row: (-(row["correct"] or 0.0), -(row["evidence_rank"] or 0.0)))
    names = list(best[0]) if best else []
    shown = [[_shown(row[name]) for name in names] for row in best]
    wide = [max(len(name), *(len(row[at]) for row in shown)) for at, name in enumerate(names)]
    lines = [names, *shown]
    return "\n".join("  ".join(cell.rjust(wide[at]) for at, cell in enumerate(line)) for line in lines)


def _shown(value: object) -> str:
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
