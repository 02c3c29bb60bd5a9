"""Documents and an embedder to test the store with: small, real and repeatable."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ingest.chunks import cut_chunks
from ingest.folding import fold_words
from ingest.models import Document, DocumentHeader, KeptText, Page, Section, SourceFile, Span
from vectorstore.rows import StoredChunk

if TYPE_CHECKING:
    from vectorstore.embed import Vectors

PAGE_ONE = "Quyết định phê duyệt Đề án đô thị thông minh.\nĐiều 1. Phê duyệt đề án xây dựng đô thị thông minh."
PAGE_TWO = "Điều 2. Sở Thông tin và Truyền thông chủ trì triển khai.\nĐiều 3. Quyết định có hiệu lực từ ngày ký."


class WordEmbedder:
    """A bag of words thrown into `dimensions` buckets: texts that share words are near each other."""

    def __init__(self, name: str = "words", dimensions: int = 64) -> None:
        self.name = name
        self.dimensions = dimensions

    @property
    def stamp(self) -> str:
        return f"{self.name} {self.dimensions}"

    def prepare(self) -> None:
        pass

    def embed_query(self, text: str) -> Vectors:
        vector = np.full(self.dimensions, 1e-3, np.float32)
        for word in fold_words(text).split():
            vector[int(hashlib.md5(word.encode()).hexdigest(), 16) % self.dimensions] += 1
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return np.array([self.embed_query(text) for text in texts], np.float32).reshape(-1, self.dimensions)


class CountingEmbedder(WordEmbedder):
    """Remembers how many passages it embedded; can break off in the middle."""

    def __init__(self, break_at: int | None = None) -> None:
        super().__init__()
        self.passages = 0
        self.break_at = break_at

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages += len(texts)
        if self.break_at is not None and self.passages >= self.break_at:
            raise KeyboardInterrupt
        return super().embed_passages(texts)


def write(folder: Path, name: str, text: str, age: int = 60) -> Path:
    """A file last changed `age` seconds ago."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    stamp = path.stat().st_mtime - age
    os.utime(path, (stamp, stamp))
    return path


def make_document(
    pages: Sequence[str] = (PAGE_ONE, PAGE_TWO),
    place: str = "qd-1.txt",
    title: str = "Quyết định về đô thị thông minh",
    header: DocumentHeader | None = None,
    sections: Sequence[Section] = (),
    root: str = "/van-ban",
) -> Document:
    text = "\n".join(pages)
    spans, at = [], 0
    for page in pages:
        spans.append(Span(at, at + len(page)))
        at += len(page) + 1
    kept = KeptText(text, tuple(Page(n, span) for n, span in enumerate(spans, 1)))
    return Document(
        file=SourceFile(
            path=Path(root) / place,
            place=place,
            root=Path(root),
            size=len(text.encode()),
            content_hash=hashlib.sha256(text.encode()).hexdigest(),
            kind="txt",
        ),
        kept=kept,
        header=header or DocumentHeader(),
        title=title,
        sections=tuple(sections),
        references=(),
        statements=(),
        relations=(),
        chunks=cut_chunks(kept, title, sections),
    )


def make_chunk(chunk_id: str, text: str, document_id: str = "d1", context: str = "") -> StoredChunk:
    return StoredChunk(chunk_id, document_id, 0, "", Span(0, len(text)), context, text)
