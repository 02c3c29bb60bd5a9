"""What the benchmarks read: real passages, and how busy the machine is while they are measured."""

from __future__ import annotations

import os
import random
from pathlib import Path

from evals.numbers_report import read_corpus
from ingest.chunks import cut_chunks
from ingest.models import KeptText, Page, Span
from ingest.normalize import clean

_ROOT = Path(__file__).resolve().parents[2]
_GAZETTE = _ROOT.parent / "shared" / "corpora" / "congbao.jsonl.gz"
_SAMPLE = _ROOT / "evals" / "suites" / "sample" / "documents"


def default_corpus() -> Path:
    """The gazette corpus where it is beside the project, else the sample corpus."""
    return _GAZETTE if _GAZETTE.exists() else _SAMPLE


def passages_of(corpus: Path, count: int, seed: int = 7) -> list[str]:
    """At most `count` passages of a corpus as the product cuts them, drawn from all of its texts."""
    found = []
    for _, raw in read_corpus(corpus):
        text = clean(raw)
        kept = KeptText(text, (Page(1, Span(0, len(text))),))
        found += [chunk.span.of(text) for chunk in cut_chunks(kept, "")]
    return random.Random(seed).sample(found, min(count, len(found)))  # noqa: S311


def load() -> str:
    """How busy the machine is: processes at work in the last minute, and the cores that they share."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
