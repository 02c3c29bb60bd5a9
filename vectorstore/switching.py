"""One document in, or out, over catalogue, vectors and lexical index; each step leaves the old or the new whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.models import Document
from vectorstore import access
from vectorstore.catalogue import Catalogue
from vectorstore.rows import StoredDocument, absolute, document_id_of
from vectorstore.shadows import ShadowWriter


@dataclass(frozen=True, slots=True)
class Version:
    """A document that is to go in."""

    document: Document
    """Read and cut into chunks."""
    mtime_ns: int
    """Time of change of its file."""
    replaced: tuple[str, ...] = ()
    """Ids of what it takes the place of."""


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
        self, versions: Sequence[Version], on_progress: Callable[[float], None] = lambda _: None
    ) -> list[StoredDocument]:
        """Write new versions beside the old, make them live and the old ones retired in one step, then drop these.

        Several at once share what a step costs: small ones go in many times as fast.

        Args:
            versions: any number.
            on_progress: called with the part of the chunks that is embedded.
        """
        staged, firsts = list[str](), list[str]()
        replaced = [self._catalogue.of_files(version.replaced) for version in versions]
        try:
            with self._catalogue.begin() as connection:
                for version, old in zip(versions, replaced, strict=True):
                    firsts.append(self._free_id(document_id_of(version.document.file), staged))
                    for number, document in enumerate((version.document, *version.document.others)):
                        one = self._free_id(_further_id(firsts[-1], number), staged) if number else firsts[-1]
                        staged.append(one)
                        self._catalogue.insert_document(
                            connection, one, document, "staged", version.mtime_ns, firsts[-1]
                        )
                    file = version.document.file
                    own = staged[staged.index(firsts[-1]) :]
                    access.admit(connection, own, absolute(str(file.root), file.place), old)
            chunks = [chunk for document_id in staged for chunk in self._catalogue.chunks_of(document_id)]
            self._writer.add(chunks, lambda done: on_progress(done / len(chunks)))
            with self._catalogue.begin() as connection:
                for document_id, old in zip(firsts, replaced, strict=True):
                    self._catalogue.switch(connection, document_id, old)
        except BaseException:
            # Ctrl-C included: the versions that were live stay so.
            self._erase(staged)
            raise
        self._erase([document_id for old in replaced for document_id in old])
        stored = [self._catalogue.document(document_id) for document_id in firsts]
        return [document for document in stored if document is not None]

    def drop(self, document_ids: Sequence[str]) -> None:
        """Take documents out of sight in one step, with all documents of their files, then remove them."""
        if not document_ids:
            return
        document_ids = self._catalogue.of_files(document_ids)
        with self._catalogue.begin() as connection:
            for document_id in document_ids:
                self._catalogue.retire(connection, document_id)
        self._erase(document_ids)

    def _free_id(self, wanted: str, taken: Sequence[str]) -> str:
        """The id of this version; another one where a document that has moved since holds it."""
        while wanted in taken or self._catalogue.document(wanted) is not None:
            wanted = hashlib.sha256(wanted.encode()).hexdigest()[: len(wanted)]
        return wanted

    def _erase(self, document_ids: Sequence[str]) -> None:
        """Shadows first: as long as the catalogue knows a leftover, the next start removes it."""
        self._writer.delete_documents(document_ids)
        with self._catalogue.begin() as connection:
            for document_id in document_ids:
                self._catalogue.delete_document(connection, document_id)


def _further_id(first_id: str, number: int) -> str:
    """The id of a further document of a file."""
    return hashlib.sha256(f"{first_id}\n{number}".encode()).hexdigest()[: len(first_id)]
