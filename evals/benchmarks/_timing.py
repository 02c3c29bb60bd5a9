"""How benchmarks take times and tell them."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of a stream of questions."""

    p50: float
    p95: float
    processor: float
    """The median of the processor time, which a busy machine disturbs less."""

    def __str__(self) -> str:
        return f"p50 {self.p50:.2f} ms, p95 {self.p95:.2f} ms (processor {self.processor:.2f} ms)"


def stream(ask: Callable[[str], object], questions: Sequence[str], warm: int = 10) -> Times:
    """Ask each question once; the first `warm` do not count."""
    wall, processor = [], []
    for at, question in enumerate(questions):
        began, worked = time.perf_counter(), time.process_time()
        ask(question)
        if at >= warm:
            wall.append((time.perf_counter() - began) * 1000)
            processor.append((time.process_time() - worked) * 1000)
    return Times(share_of(wall, 0.5), share_of(wall, 0.95), share_of(processor, 0.5))


def share_of(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values lie below."""
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def percentiles(milliseconds: Sequence[float]) -> str:
    """Median and 95th percentile."""
    return f"p50 {share_of(milliseconds, 0.5):.2f} ms, p95 {share_of(milliseconds, 0.95):.2f} ms"


def say(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
