"""How time, memory and store grow with the corpus, beside an assembly of LangChain's own parts; the quality of both.

`python -m evals.benchmarks.growth [CHUNKS …]` (1000 10000 100000). The corpus is the gazette's texts where they are
beside the project, else the sample corpus: three thousand passages as they are, then the same with changed numbers,
through the product's own catalogue, vectors and lexical index. Vectors are kept below `build/bench/` for the next run;
`evals.benchmarks._vectors` says how those of repeated passages are made. LangChain's assembly holds the same passages
and vectors where time is measured, and cuts the texts by its own splitter where quality is. Each question is another
one and is embedded within the time that is given. Times are by the clock, with processor time in brackets.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from assistant.service import Assistant
from evals.benchmarks import _langchain
from evals.benchmarks._langchain import Assembly
from evals.benchmarks._plot import Series, draw
from evals.benchmarks._quality import on_collection, on_sample
from evals.benchmarks._server import serving
from evals.benchmarks._texts import ALQAC, SUITE, default_corpus, load, questions, read_questions, repeated
from evals.benchmarks._timing import Times, say, stream
from evals.benchmarks._vectors import RememberingEmbedder
from ingest.models import Document
from vectorstore.embed import Embedder
from vectorstore.library import Library

BUILD = Path("build/bench")
SIZES = (1_000, 10_000, 100_000)
_BASE = 3_000
_QUESTIONS = 200
_ANSWERS = 100
_TOP_K = 10


@dataclass(slots=True)
class Point:
    """What was measured at one size."""

    chunks: int
    load: str
    retrieval: Times
    answer: Times
    megabytes_store: float
    megabytes_server: float
    langchain: Times | None = None
    langchain_megabytes_store: float | None = None


def megabytes_in(folder: Path) -> float:
    """Size of the files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def megabytes_of(process: int) -> float:
    """Resident memory of a process (Linux)."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1000
    raise OSError(f"/proc/{process}/status has no VmRSS")


def megabytes_served(data: Path, questions: Sequence[str]) -> float:
    """Resident memory of a real server after questions through its API."""
    import httpx

    with serving(data) as server, httpx.Client(base_url=server.address, timeout=120) as client:
        for question in questions:
            client.post("/api/v1/ask", json={"question": question}).raise_for_status()
        return megabytes_of(server.process)


class Growth:
    """One library and one assembly that grow together.

    Args:
        folder: for both stores.
        embedder: of both.
        corpus: what they are filled from.
    """

    def __init__(self, folder: Path, embedder: RememberingEmbedder, corpus: Path) -> None:
        self.data, self._beside = folder / "troly", folder / "langchain"
        self._embedder = embedder
        self._texts = folder / "texts"
        self._texts.mkdir(parents=True)
        self._documents = repeated(corpus, self._texts, _BASE)
        self._held = 0
        self._assembly = Assembly(self._beside, embedder, _TOP_K) if _langchain.is_installed() else None

    def grow(self, chunks: int) -> None:
        """Take documents in until `chunks` passages are held."""
        taken: list[Document] = []

        def until_full() -> Iterator[Document]:
            for document in self._documents:
                taken.append(document)
                self._held += len(document.chunks)
                yield document
                if self._held >= chunks:
                    return

        with Library.open(self.data, embedder=self._embedder) as library:
            library.keep(until_full())
        if self._assembly:
            for document in taken:
                texts = [(_embedded(document, at), document.file.place) for at in range(len(document.chunks))]
                self._assembly.add(texts)

    def measure(self, asked: Sequence[str]) -> Point:
        """Time, memory and size as they are now."""
        with Library.open(self.data, embedder=self._embedder) as library:
            assistant = Assistant(library)
            before = load()
            retrieval = stream(lambda question: assistant.search(question, _TOP_K), asked[:_QUESTIONS])
            answer = stream(assistant.ask, asked[:_ANSWERS])
        point = Point(
            chunks=self._held,
            load=f"{before} before, {load()} after",
            retrieval=retrieval,
            answer=answer,
            megabytes_store=megabytes_in(self.data),
            megabytes_server=megabytes_served(self.data, asked[:30]),
        )
        if self._assembly:
            self._assembly.build()
            point.langchain = stream(self._assembly.search, asked[:_ANSWERS])
            point.langchain_megabytes_store = megabytes_in(self._beside)
        return point


def _embedded(document: Document, at: int) -> str:
    chunk = document.chunks[at]
    text = chunk.span.of(document.kept.text)
    return f"{chunk.context}\n{text}" if chunk.context else text


def compare(beir: Path, suite: Path) -> dict[str, dict[str, dict[str, float]]]:
    """The quality of both by collection; each passage is embedded of its own."""
    embedder = RememberingEmbedder(BUILD / "vectors", exact=True)
    cases = [case for case in read_questions(suite) if case.get("gold_evidence") and not case.get("history")]
    found = {"sample": on_sample(suite / "documents", cases, embedder)}
    if (beir / "qrels.tsv").exists():
        found[beir.name] = on_collection(beir, embedder)
    embedder.save()
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill, measure, print and draw."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    sizes = tuple(map(int, given)) or SIZES
    BUILD.mkdir(parents=True, exist_ok=True)
    embedder = RememberingEmbedder(BUILD / "vectors")
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        say(f"the sample: {on_suite(Path(folder) / 'sample', embedder)}")
        growth = Growth(Path(folder), embedder, default_corpus())
        points = []
        for size in sizes:
            began = time.perf_counter()
            growth.grow(size)
            embedder.save()
            say(f"== {size} passages, filled in {time.perf_counter() - began:.0f} s")
            points.append(growth.measure(questions()))
            _tell(points[-1])
    quality = compare(ALQAC, SUITE) if _langchain.is_installed() else {}
    for name, both in quality.items():
        say(f"== {name}: {both}")
    kept = {"points": [asdict(point) for point in points], "quality": quality}
    (BUILD / "growth.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    if find_spec("matplotlib"):
        say(f"drawn: {draw([point.chunks for point in points], panels(points), BUILD / 'growth.svg')}")


def on_suite(folder: Path, embedder: Embedder) -> str:
    """Retrieval and whole answers over the sample corpus, its own questions asked."""
    asked = [case["question"] for case in read_questions(SUITE)]
    with Library.open(folder, embedder=embedder) as library:
        library.ingest([SUITE / "documents"])
        assistant = Assistant(library)
        before = load()
        retrieval = stream(lambda question: assistant.search(question, _TOP_K), asked)
        return f"retrieval {retrieval}; whole answer {stream(assistant.ask, asked)}; {before} before, {load()} after"


def panels(points: Sequence[Point]) -> dict[str, Series]:
    """What is drawn."""
    beside = [point for point in points if point.langchain]
    times: dict[str, list[float]] = {
        "retrieval p50": [point.retrieval.p50 for point in points],
        "retrieval p95": [point.retrieval.p95 for point in points],
        "LangChain p50": [point.langchain.p50 for point in beside if point.langchain],
        "LangChain p95": [point.langchain.p95 for point in beside if point.langchain],
    }
    answers = {"p50": [point.answer.p50 for point in points], "p95": [point.answer.p95 for point in points]}
    return {
        "retrieval, ms": times,
        "whole answer, ms": answers,
        "memory of the server, MB": {"troly": [point.megabytes_server for point in points]},
        "store, MB": {
            "troly": [point.megabytes_store for point in points],
            "LangChain": [point.langchain_megabytes_store or 0.0 for point in beside],
        },
    }


def _tell(point: Point) -> None:
    say(f"{point.chunks} passages; {point.load}")
    say(f"  retrieval {point.retrieval}")
    say(f"  whole answer {point.answer}")
    say(f"  server {point.megabytes_server:.0f} MB, store {point.megabytes_store:.0f} MB")
    if point.langchain:
        ratio = point.langchain.processor / max(point.retrieval.processor, 1e-9)
        say(f"  LangChain {point.langchain}; {ratio:.1f} times the processor time of ours")


if __name__ == "__main__":
    main()
