"""A second look at the best passages: a cross-encoder reads question and passage together (optional, by setting)."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from vectorstore.errors import EmbedderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED = 30
"""Passages that are read again. Each costs a pass of the model, and the answer seldom stands further down."""


class Reranker(Protocol):
    """Scores passages for a question."""

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, the higher the better; comparable within one call only."""


class CrossEncoderReranker:
    """A sentence-transformers cross-encoder by folder, or by name where it was fetched before.

    Args:
        name_or_folder: a folder, or a name of the local Hugging Face cache.
    """

    def __init__(self, name_or_folder: str) -> None:
        self.name = name_or_folder
        self._loading = threading.Lock()

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, the higher the better.

        Raises:
            EmbedderError: the model or the library that reads it is not on this machine.
        """
        if not texts:
            return []
        pairs = [(query, text) for text in texts]
        found = self._model.predict(pairs, show_progress_bar=False, convert_to_numpy=True)
        return [float(score) for score in found]

    @property
    def _model(self) -> CrossEncoder:
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> CrossEncoder:
        # Read by huggingface_hub when it is imported: the one switch that also stops look-ups of newer versions.
        os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ["TRANSFORMERS_OFFLINE"] = "1"
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise EmbedderError(
                f"Mô hình xếp hạng lại {self.name} cần thêm thư viện. Cài bằng `pip install 'troly[models]'`, "
                "hoặc để trống TROLY_RERANKER."
            ) from error
        try:
            return CrossEncoder(self.name, device="cpu", local_files_only=True, num_labels=1)
        except (OSError, ValueError) as error:
            raise EmbedderError(
                f"Không tìm thấy mô hình xếp hạng lại {self.name} trên máy này. Chép thư mục mô hình về máy và đặt "
                "TROLY_RERANKER là đường dẫn của thư mục đó, hoặc để trống TROLY_RERANKER."
            ) from error


def make_reranker(setting: str) -> Reranker | None:
    """The reranker that `Settings.reranker` names; None where it names none. Its model is read at its first use."""
    return CrossEncoderReranker(setting.strip()) if setting.strip() else None
