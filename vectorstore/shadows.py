"""The catalogue's two shadows, the vectors and the lexical index, kept in step with it.

The catalogue is stamped with what made the shadows. Shadows of another make are refused, not searched:
their scores would be wrong without a sign of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.chunks import CHUNKER_VERSION
from vectorstore.catalogue import Catalogue
from vectorstore.chroma import ChromaVectors
from vectorstore.embed import BATCH, Embedder
from vectorstore.errors import StaleIndexError
from vectorstore.lexical import LEXICAL_VERSION, LexicalIndex, LexicalWriter, remove_index
from vectorstore.rows import StoredChunk

REBUILD_COMMAND = "troly doctor --repair"
_STAMP = "shadows"
_PLACE_STAMP = "vectors folder"
# So many that passages of like length find each other, so few that the progress moves every few seconds.
_SLICE = 4 * BATCH
VECTORS_FOLDER, LEXICAL_FOLDER = "chroma", "lexical"


class Shadows:
    """Vectors and lexical index of one library.

    Args:
        data_dir: the folder that holds both.
        catalogue: the truth that they follow.
        embedder: what makes the vectors.
        chroma_url: a Chroma server instead of the embedded store; empty for the embedded one.

    Raises:
        CorruptStoreError: one of them cannot be opened.
    """

    def __init__(self, data_dir: Path, catalogue: Catalogue, embedder: Embedder, chroma_url: str = "") -> None:
        self._catalogue = catalogue
        self.embedder = embedder
        self.stamp = f"{embedder.stamp}; chunker {CHUNKER_VERSION}; terms {LEXICAL_VERSION}"
        self._data_dir = data_dir
        self._on_server = bool(chroma_url)
        # Counted before they are opened: what is written meanwhile is then seen at the next `follow`, not never.
        self._foreign = self._foreign_changes()
        self.lexical = LexicalIndex(data_dir / LEXICAL_FOLDER)
        self.vectors = ChromaVectors(chroma_url or vectors_folder(data_dir, catalogue), self.stamp)

    def follow(self) -> None:
        """See what another process has written since; to be called before each search.

        Chroma's embedded store reads its graph once: vectors that another process adds stay unseen until
        it is opened again. The lexical index follows by itself.

        Raises:
            StaleIndexError: another process has rebuilt the shadows by another embedder.
        """
        foreign = self._foreign_changes()
        if foreign != self._foreign:
            self.vectors.reopen(None if self._on_server else vectors_folder(self._data_dir, self._catalogue))
            self.lexical.reload()
            self.require_fresh()
            self._foreign = foreign

    def _foreign_changes(self) -> int:
        return self._catalogue.generation() - self._catalogue.own_changes

    def close(self) -> None:
        """Let the files go."""
        self.vectors.close()

    # ------------------------------------------------------------------ stamps

    def staleness(self) -> str | None:
        """What made the shadows, where that is not what the settings name; None where they fit."""
        kept = self._catalogue.stamp(_STAMP)
        if kept is None and not self._catalogue.has_documents():
            return None
        for stamp in (kept or "?", self.vectors.stamp):
            if stamp != self.stamp:
                return stamp
        return None

    def require_fresh(self) -> None:
        """Refuse shadows of another make.

        Raises:
            StaleIndexError: they are of another make; the message names the command that rebuilds them.
        """
        stale = self.staleness()
        if stale is not None:
            raise StaleIndexError(
                f"Chỉ mục được lập bằng “{stale}”, khác với cấu hình hiện nay “{self.stamp}”, nên kết quả tìm sẽ sai. "
                f"Chạy `{REBUILD_COMMAND}` để lập lại chỉ mục từ danh mục (văn bản gốc không cần nạp lại), "
                "hoặc đặt lại TROLY_EMBEDDER như trước."
            )

    def set_stamp(self) -> None:
        """Note in the catalogue that the shadows are of this make."""
        if self._catalogue.stamp(_STAMP) != self.stamp:
            with self._catalogue.begin() as connection:
                self._catalogue.set_stamp(connection, _STAMP, self.stamp)
                self._catalogue.count_change(connection)

    def begin_again(self) -> None:
        """Empty both; until `set_stamp` they count as stale, so that a crash half way is seen."""
        with self._catalogue.begin() as connection:
            self._catalogue.set_stamp(connection, _STAMP, None)
        if self._on_server:
            self.vectors.reset(self.stamp)
        else:
            self._switch_vectors(keep=False)
        # Not emptied: what is damaged may not let itself be written.
        remove_index(self._data_dir / LEXICAL_FOLDER)
        self.lexical = LexicalIndex(self._data_dir / LEXICAL_FOLDER)

    def write_anew(self, chunks: Iterable[Sequence[StoredChunk]]) -> None:
        """Write both without a trace of what was deleted; a crash half way leaves both as they were.

        Deleting alone leaves words in the segments of the lexical index, and vectors in Chroma's graph and free
        pages. Nothing is embedded again. A Chroma server is left alone: its files are its own.

        Args:
            chunks: every live chunk, in any portions.
        """
        with self.lexical.writing() as writer:
            writer.clear()
            for some in chunks:
                writer.add(some)
            writer.commit()
            writer.collect_garbage()
        if not self._on_server:
            self._switch_vectors(keep=True)

    def _switch_vectors(self, keep: bool) -> None:
        """Put another folder of vectors in the place of this one.

        Chroma leaves the files of a collection behind when it is deleted, and cannot shrink one.
        """
        old = vectors_folder(self._data_dir, self._catalogue)
        new = self._data_dir / _next_name(old.name)
        shutil.rmtree(new, ignore_errors=True)
        fresh = ChromaVectors(new, self.stamp)
        if keep:
            self.vectors.copy_to(fresh)
        with self._catalogue.begin() as connection:
            self._catalogue.set_stamp(connection, _PLACE_STAMP, new.name)
            self._catalogue.count_change(connection)
        self.vectors.close()
        self.vectors = fresh
        remove_other_folders(self._data_dir, self._catalogue)

    # ----------------------------------------------------------------- writing

    @contextmanager
    def writing(self) -> Iterator[ShadowWriter]:
        """Add and delete in both; each call of the writer is durable when it returns."""
        with self.lexical.writing() as lexical:
            yield ShadowWriter(self.vectors, lexical, self.embedder)


def vectors_folder(data_dir: Path, catalogue: Catalogue) -> Path:
    """Where the vectors of the embedded store are; the catalogue says so, which switches it in one step."""
    return data_dir / (catalogue.stamp(_PLACE_STAMP) or VECTORS_FOLDER)


def remove_other_folders(data_dir: Path, catalogue: Catalogue) -> None:
    """Remove what a switch of the vectors' folder has left; to be called by the one who may write."""
    now = vectors_folder(data_dir, catalogue)
    for folder in data_dir.glob(f"{VECTORS_FOLDER}*"):
        if folder != now and folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)


def _next_name(name: str) -> str:
    """`chroma`, `chroma-1`, `chroma-2`, …"""
    number = name.rpartition("-")[2]
    return f"{VECTORS_FOLDER}-{int(number) + 1 if number.isdecimal() else 1}"


class ShadowWriter:
    """One run of changes to both shadows."""

    def __init__(self, vectors: ChromaVectors, lexical: LexicalWriter, embedder: Embedder) -> None:
        self._vectors = vectors
        self._lexical = lexical
        self._embedder = embedder

    def add(self, chunks: Sequence[StoredChunk], on_progress: Callable[[int], None] | None = None) -> None:
        """Add chunks to both, or replace those of the same id.

        Args:
            chunks: any number.
            on_progress: called with the number of chunks done so far.
        """
        self.add_vectors(chunks, on_progress)
        self.add_terms(chunks)

    def add_vectors(self, chunks: Sequence[StoredChunk], on_progress: Callable[[int], None] | None = None) -> None:
        """Add chunks to the vectors alone."""
        for at in range(0, len(chunks), _SLICE):
            some = chunks[at : at + _SLICE]
            self._vectors.upsert(some, self._embedder.embed_passages([chunk.embedded for chunk in some]))
            if on_progress:
                on_progress(at + len(some))

    def add_terms(self, chunks: Sequence[StoredChunk]) -> None:
        """Add chunks to the lexical index alone."""
        if chunks:
            self._lexical.add(chunks)
            self._lexical.commit()

    def delete_documents(self, document_ids: Sequence[str]) -> None:
        """Delete every chunk of documents from both."""
        for document_id in document_ids:
            self._vectors.delete_document(document_id)
            self._lexical.delete_document(document_id)
        if document_ids:
            self._lexical.commit()

    def delete_vectors(self, chunk_ids: Sequence[str]) -> None:
        """Delete single chunks from the vectors."""
        self._vectors.delete_chunks(chunk_ids)

    def delete_terms(self, chunk_ids: Sequence[str]) -> None:
        """Delete single chunks from the lexical index."""
        if chunk_ids:
            self._lexical.delete_chunks(chunk_ids)
            self._lexical.commit()
