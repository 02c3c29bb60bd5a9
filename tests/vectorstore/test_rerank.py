"""The cross-encoder that reads the best passages again: a real one of sentence-transformers, tiny and untrained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from store_factories import WordEmbedder, make_document

from vectorstore.errors import EmbedderError
from vectorstore.library import Library
from vectorstore.rerank import CrossEncoderReranker, make_reranker

TEXTS = [
    f"Sở Y tế báo cáo việc tiêm chủng đợt {n} tại huyện số {n} của tỉnh." for n in ("một", "hai", "ba", "bốn", "năm")
]


class ByLength:
    """Puts the longest passage first."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        return [float(len(text)) for text in texts]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a cross-encoder of two layers whose weights are random, the same each time."""
    torch = pytest.importorskip("torch", reason="the extra `models` is not installed")
    transformers = pytest.importorskip("transformers", reason="the extra `models` is not installed")
    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("model")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted({w for t in TEXTS for w in t.lower().split()})]
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizerFast(str(vocabulary), do_lower_case=True, strip_accents=False).save_pretrained(folder)
    shape = transformers.BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    transformers.BertForSequenceClassification(shape).save_pretrained(folder)
    return folder


def test_the_model_decides_the_order(tiny: Path, tmp_path: Path) -> None:
    query = "tiêm chủng tại huyện nào"
    reranker = CrossEncoderReranker(str(tiny))
    documents = [make_document([text], f"{n}.txt", "Báo cáo") for n, text in enumerate(TEXTS)]
    with Library.open(tmp_path / "data", embedder=WordEmbedder(), reranker=reranker) as library:
        library.keep(documents)
        found = library.retriever().search(query, 5)
        held = library.catalogue.live_chunks([hit.chunk_id for hit in found])
        scores = reranker.scores(query, [held[hit.chunk_id].embedded for hit in found])
    assert len(found) == 5 and len(set(scores)) == 5
    assert scores == sorted(scores, reverse=True)


def test_it_only_orders_what_was_found(tmp_path: Path) -> None:
    texts = ["Tiêm chủng.", "Tiêm chủng mở rộng tại các trạm y tế xã, phường.", "Tiêm chủng mở rộng."]
    documents = [make_document([text], f"{n}.txt", "Báo cáo") for n, text in enumerate(texts)]
    with Library.open(tmp_path / "data", embedder=WordEmbedder(), reranker=ByLength()) as library:
        library.keep(documents)
        assert [len(hit.text) for hit in library.retriever().search("tiêm chủng", 2)] == [len(texts[1]), len(texts[2])]


def test_copies_come_last_all_the_same(tmp_path: Path) -> None:
    longest = "Tiêm chủng mở rộng tại các trạm y tế xã, phường của tỉnh và các bệnh viện huyện."
    texts = ["Tiêm chủng mở rộng.", longest, f"{longest} ", "Tiêm chủng."]
    documents = [make_document([text], f"{n}.txt", "Báo cáo") for n, text in enumerate(texts)]
    with Library.open(tmp_path / "data", embedder=WordEmbedder(), reranker=ByLength()) as library:
        library.keep(documents)
        found = [hit.text for hit in library.retriever().search("tiêm chủng", 4)]
    assert [text.strip() for text in found] == [longest, texts[0], texts[3], longest]


def test_none_by_default() -> None:
    assert make_reranker("") is None and make_reranker("  ") is None


def test_a_model_that_is_not_here_is_named_with_the_remedy(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra `models` is not installed")
    with pytest.raises(EmbedderError, match=r"none.*TROLY_RERANKER"):
        CrossEncoderReranker(str(tmp_path / "none")).scores("hỏi", ["đoạn"])
