"""The chunks' vectors: the only importer of chromadb.

Embedded in the data folder by default, or a server by URL. The collection never embeds by itself, so
it can never fetch a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vectorstore.errors import CorruptStoreError
from vectorstore.rows import StoredChunk

if TYPE_CHECKING:
    from chromadb import ClientAPI, Collection

    from vectorstore.embed import Vectors

_COLLECTION = "chunks"
_PAGE = 5_000
_HNSW = {
    "space": "cosine",
    # 32 links and a search over 200 candidates find the exact neighbours of collections of this size; the
    # defaults (16 and 100) lose some once a filter or deletions thin the graph.
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 200,
}


class ChromaVectors:
    """The dense shadow of the catalogue's chunks.

    Args:
        place: a folder (made where it is not there), or the URL of a Chroma server.
        stamp: what the vectors are made by; a new collection is stamped with it.

    Raises:
        CorruptStoreError: the store cannot be opened or reached.
    """

    def __init__(self, place: Path | str, stamp: str) -> None:
        self._place = place
        self._lock = RLock()
        with self._using():
            self._client = _client(place)
            self._batch = min(self._client.get_max_batch_size(), _PAGE)
            self._collection = self._open(stamp)

    def reopen(self, place: Path | None) -> None:
        """See what another process has written; nothing to do for a server, which sees everything.

        Args:
            place: where the store's folder is now.
        """
        if place is not None:
            with self._using():
                stamp = self.stamp
                self._client.close()
                self._place = place
                self._client = _client(place)
                self._collection = self._open(stamp)

    @property
    def stamp(self) -> str:
        """What the collection's vectors are made by."""
        return str((self._collection.metadata or {}).get("stamp", ""))

    def close(self) -> None:
        """Let the files go."""
        self._client.close()

    def upsert(self, chunks: Sequence[StoredChunk], vectors: Vectors) -> None:
        """Keep the chunks' vectors; a chunk whose id is there already is replaced.

        Args:
            chunks: n chunks.
            vectors: (n, dimensions) float32, L2-normalised.
        """
        for at in range(0, len(chunks), self._batch):
            some = chunks[at : at + self._batch]
            with self._using():
                self._collection.upsert(
                    ids=[chunk.id for chunk in some],
                    embeddings=vectors[at : at + self._batch],
                    metadatas=[{"document_id": chunk.document_id} for chunk in some],
                )

    def search(self, vector: Vectors, top_k: int, document_ids: Sequence[str] | None = None) -> dict[str, float]:
        """The cosine similarity of the nearest `top_k` chunks, by chunk id, the nearest first.

        Args:
            vector: (dimensions,) float32.
            top_k: how many.
            document_ids: only chunks of these documents; None for all.
        """
        if top_k < 1 or (document_ids is not None and not document_ids):
            return {}
        where: Any = None if document_ids is None else {"document_id": {"$in": list(document_ids)}}
        with self._using():
            found = self._collection.query(
                query_embeddings=[vector], n_results=top_k, where=where, include=["distances"]
            )
        distances = (found["distances"] or [[]])[0]
        return {chunk: 1.0 - float(distance) for chunk, distance in zip(found["ids"][0], distances, strict=True)}

    def delete_document(self, document_id: str) -> None:
        """Delete every chunk of a document."""
        with self._using():
            self._collection.delete(where={"document_id": document_id})

    def delete_chunks(self, chunk_ids: Sequence[str]) -> None:
        """Delete single chunks; an unknown id is no error."""
        for at in range(0, len(chunk_ids), self._batch):
            with self._using():
                self._collection.delete(ids=list(chunk_ids[at : at + self._batch]))

    def ids(self) -> dict[str, str]:
        """The document of every chunk in the store, by chunk id."""
        found: dict[str, str] = {}
        for offset in range(0, self.count(), _PAGE):
            with self._using():
                some = self._collection.get(limit=_PAGE, offset=offset, include=["metadatas"])
            for chunk, metadata in zip(some["ids"], some["metadatas"] or [], strict=True):
                found[chunk] = str(metadata["document_id"])
        return found

    def count(self) -> int:
        """How many chunks are in the store."""
        with self._using():
            return int(self._collection.count())

    def copy_to(self, other: ChromaVectors) -> None:
        """Hand every vector over to another store."""
        for offset in range(0, self.count(), other._batch):
            with self._using():
                some = self._collection.get(limit=other._batch, offset=offset, include=["embeddings", "metadatas"])
            with other._using():
                other._collection.upsert(ids=some["ids"], embeddings=some["embeddings"], metadatas=some["metadatas"])

    def reset(self, stamp: str) -> None:
        """Throw every vector away and begin anew with another stamp."""
        with self._using():
            self._client.delete_collection(_COLLECTION)
            self._collection = self._open(stamp)

    @contextmanager
    def _using(self) -> Iterator[None]:
        """One thread at a time, so that none holds the client while it is reopened; Chroma's errors as ours.

        Raises:
            CorruptStoreError: the store cannot be opened, reached, read or written.
        """
        from chromadb.errors import ChromaError

        try:
            with self._lock:
                yield
        except (ChromaError, ValueError, OSError) as error:
            raise CorruptStoreError(
                f"Kho vectơ {self._place} không dùng được: {error}. Kiểm tra quyền ghi và dung lượng đĩa (hoặc máy chủ "
                "Chroma), rồi chạy `troly doctor --repair`."
            ) from error

    def _open(self, stamp: str) -> Collection:
        return self._client.get_or_create_collection(
            _COLLECTION,
            metadata={"stamp": stamp},
            configuration={"hnsw": _HNSW},
            embedding_function=None,
        )


def _client(place: Path | str) -> ClientAPI:
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings
    from chromadb.errors import ChromaError

    settings = Settings(anonymized_telemetry=False)
    if isinstance(place, Path):
        place.mkdir(parents=True, exist_ok=True)
        try:
            return chromadb.PersistentClient(path=str(place), settings=settings)
        except (ChromaError, ValueError, OSError):
            # Chroma keeps the half-started system for the next client of this path: a repair would get it.
            SharedSystemClient._identifier_to_system.pop(str(place), None)
            raise
    url = urlsplit(place)
    ssl = url.scheme == "https"
    return chromadb.HttpClient(
        host=url.hostname or "localhost", port=url.port or (443 if ssl else 8000), ssl=ssl, settings=settings
    )
