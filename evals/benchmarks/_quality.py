"""How well the product and LangChain's assembly find what is judged relevant, in the same run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.benchmarks._langchain import Assembly
from evals.cases import Case
from evals.metrics import same_passage
from evals.numbers_report import read_corpus
from evals.retrieval import Run, measure, read_articles, read_qrels, read_queries, run_retrieval
from vectorstore.embed import Embedder
from vectorstore.library import Library

_TOP_K = 10
_CANDIDATES = 30
"""Passages that each of LangChain's retrievers gives, for ten documents after those of one document are joined."""


def on_collection(beir: Path, embedder: Embedder) -> dict[str, dict[str, float]]:
    """nDCG@10 and hit@10 of both on a collection with judgements."""
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        ours = run_retrieval(beir, Path(folder) / "run.trec", embedder=embedder)["metrics"]
        assembly = Assembly(Path(folder) / "langchain", embedder, _CANDIDATES)
        assembly.add_split({article.id: f"{article.title}\n{article.text}" for article in read_articles(beir)})
        run: Run = {query: _by_document(assembly.search(text)) for query, text in read_queries(beir).items()}
    theirs = measure(run, read_qrels(beir / "qrels.tsv"))
    return {
        name: {"nDCG@10": found["nDCG@10"], "hit@10": found["Success@10"]}
        for name, found in (("troly", ours), ("LangChain", theirs))
    }


def _by_document(found: Sequence[tuple[str, str]]) -> dict[str, float]:
    names = dict.fromkeys(name for _, name in found)
    return {name: 1.0 / rank for rank, name in enumerate(names, 1)}


def on_sample(documents: Path, cases: Sequence[Case], embedder: Embedder) -> dict[str, dict[str, float]]:
    """hit@10 and mean reciprocal rank of both on questions of which the evidence is known, word for word.

    A passage counts where `same_passage` calls it one with an evidence: the two cut the texts in different places.
    """
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        with Library.open(Path(folder) / "troly", embedder=embedder) as library:
            library.ingest([documents])
            retriever = library.retriever()
            ours = score(cases, lambda question: [hit.text for hit in retriever.search(question, _TOP_K)])
        assembly = Assembly(Path(folder) / "langchain", embedder, _TOP_K)
        assembly.add_split(dict(read_corpus(documents)))
        theirs = score(cases, lambda question: [text for text, _ in assembly.search(question)][:_TOP_K])
    return {"troly": ours, "LangChain": theirs}


def score(cases: Sequence[Case], search: Callable[[str], list[str]]) -> dict[str, float]:
    """hit@10 and mean reciprocal rank of the passages that `search` gives, the best first."""
    ranks = []
    for case in cases:
        holding = (
            rank
            for rank, text in enumerate(search(case.question), 1)
            if any(same_passage(text, quote) for quote in case.gold_evidence)
        )
        ranks.append(next(holding, None))
    return {
        "hit@10": round(sum(rank is not None for rank in ranks) / len(ranks), 4),
        "RR@10": round(sum(1 / rank for rank in ranks if rank) / len(ranks), 4),
    }
