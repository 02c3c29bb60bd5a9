"""How well the product and LangChain's assembly find what is judged relevant, in the same run."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.benchmarks._langchain import Assembly
from evals.numbers_report import read_corpus
from evals.retrieval import Run, measure, read_qrels, run_retrieval
from ingest.folding import fold_words
from vectorstore.embed import Embedder
from vectorstore.library import Library

_TOP_K = 10
_CANDIDATES = 30
"""Passages that each of LangChain's retrievers gives, for ten documents after those of one document are joined."""
_HELD = 0.8
_WORD = re.compile(r"\w+")


def on_collection(beir: Path, embedder: Embedder) -> dict[str, dict[str, float]]:
    """nDCG@10 and hit@10 of both on a collection with judgements."""
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        ours = run_retrieval(beir, Path(folder) / "run.trec", embedder=embedder)["metrics"]
        articles = [json.loads(line) for line in (beir / "corpus.jsonl").read_text(encoding="utf-8").splitlines()]
        assembly = Assembly(Path(folder) / "langchain", embedder, _CANDIDATES)
        assembly.add_split({str(one["id"]): f"{one.get('title') or ''}\n{one.get('text') or ''}" for one in articles})
        queries = [json.loads(line) for line in (beir / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
        run: Run = {str(query["id"]): _by_document(assembly.search(query["text"])) for query in queries}
    theirs = measure(run, read_qrels(beir / "qrels.tsv"))
    return {
        name: {"nDCG@10": found["nDCG@10"], "hit@10": found["Success@10"]}
        for name, found in (("troly", ours), ("LangChain", theirs))
    }


def _by_document(found: Sequence[tuple[str, str]]) -> dict[str, float]:
    names = dict.fromkeys(name for _, name in found)
    return {name: 1.0 / rank for rank, name in enumerate(names, 1)}


def on_sample(documents: Path, cases: Sequence[Mapping[str, Any]], embedder: Embedder) -> dict[str, dict[str, float]]:
    """hit@10 and mean reciprocal rank of both on questions of which the evidence is known, word for word.

    A passage counts where it holds four fifths of an evidence's words: the two cut the texts in different places.
    """
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        with Library.open(Path(folder) / "troly", embedder=embedder) as library:
            library.ingest([documents])
            retriever = library.retriever()
            ours = _score(cases, lambda question: [hit.text for hit in retriever.search(question, _TOP_K)])
        assembly = Assembly(Path(folder) / "langchain", embedder, _TOP_K)
        assembly.add_split(dict(read_corpus(documents)))
        theirs = _score(cases, lambda question: [text for text, _ in assembly.search(question)][:_TOP_K])
    return {"troly": ours, "LangChain": theirs}


def _score(cases: Sequence[Mapping[str, Any]], search: Callable[[str], list[str]]) -> dict[str, float]:
    ranks = []
    for case in cases:
        evidence = [set(_WORD.findall(fold_words(quote))) for quote in case["gold_evidence"]]
        found = [set(_WORD.findall(fold_words(text))) for text in search(case["question"])]
        holding = (
            rank
            for rank, words in enumerate(found, 1)
            if any(len(quote & words) >= _HELD * len(quote) for quote in evidence)
        )
        ranks.append(next(holding, None))
    return {
        "hit@10": round(sum(rank is not None for rank in ranks) / len(ranks), 4),
        "RR@10": round(sum(1 / rank for rank in ranks if rank) / len(ranks), 4),
    }
