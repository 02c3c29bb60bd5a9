"""One document in, or out, over catalogue, vectors and lexical index; each step leaves the old or the new whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from ingest.models import Document
from vectorstore.catalogue import Catalogue
from vectorstore.rows import StoredDocument, document_id_of
from vectorstore.shadows import ShadowWriter


class Switcher:
    """Puts versions of documents in and takes them out.

    Args:
        catalogue: the truth.
        writer: of both shadows.
    """

    def __init__(self, catalogue: Catalogue, writer: ShadowWriter) -> None:
        self._catalogue = catalogue
        self._writer = writer

    def put(
        self, document: Document, mtime_ns: int, replaced: Sequence[str], on_progress: Callable[[float], None]
    ) -> StoredDocument:
        """Write a new version beside the old, make it live and the old ones retired in one step, then drop these.

        Args:
            document: read and cut into chunks.
            mtime_ns: time of change of its file.
            replaced: ids of what it takes the place of.
            on_progress: called with the part of the chunks that is embedded.
        """
        document_id = self._free_id(document)
        try:
            with self._catalogue.begin() as connection:
                self._catalogue.insert_document(connection, document_id, document, "staged", mtime_ns)
            chunks = self._catalogue.chunks_of(document_id)
            self._writer.add(chunks, lambda done: on_progress(done / len(chunks)))
            with self._catalogue.begin() as connection:
                self._catalogue.switch(connection, document_id, replaced)
        except BaseException:
            # Ctrl-C included: the version that was live stays so.
            self._erase([document_id])
            raise
        self._erase(replaced)
        stored = self._catalogue.document(document_id)
        assert stored is not None
        return stored

    def drop(self, document_ids: Sequence[str]) -> None:
        """Take documents out of sight in one step, then remove them."""
        if not document_ids:
            return
        with self._catalogue.begin() as connection:
            for document_id in document_ids:
                self._catalogue.retire(connection, document_id)
        self._erase(document_ids)

    def _free_id(self, document: Document) -> str:
        """The id of this version; another one where a document that has moved since holds it."""
        wanted = document_id_of(document.file)
        while self._catalogue.document(wanted) is not None:
            wanted = hashlib.sha256(wanted.encode()).hexdigest()[: len(wanted)]
        return wanted

    def _erase(self, document_ids: Sequence[str]) -> None:
        """Shadows first: as long as the catalogue knows a leftover, the next start removes it."""
        self._writer.delete_documents(document_ids)
        with self._catalogue.begin() as connection:
            for document_id in document_ids:
                self._catalogue.delete_document(connection, document_id)
