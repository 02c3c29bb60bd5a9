"""Which documents a person means by a path, a place, an id or a number, and how they go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.errors import UnknownDocumentError
from assistant.stored_files import StoredFiles
from ingest.numbers import parse_query
from vectorstore.jobs import JobStore
from vectorstore.library import Library
from vectorstore.rows import StoredDocument


def documents_named(named: Iterable[str], documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    """The documents that are meant, each once, in the order of `documents`.

    A folder means everything below it. A number means the document that bears it, not those that mention it.

    Raises:
        UnknownDocumentError: one names nothing, or a number that several documents bear.
    """
    chosen: set[str] = set()
    for name in named:
        found = _by_id_or_place(name, documents) or _by_number(name, documents)
        if not found:
            raise UnknownDocumentError(
                f"Trong thư viện không có văn bản “{name}”. Xem `troly documents` để biết tệp và mã văn bản."
            )
        chosen |= {document.id for document in found}
    return [document for document in documents if document.id in chosen]


def remove_documents(library: Library, documents: Sequence[StoredDocument]) -> bool:
    """Take documents out with every trace of them: in the library, among the uploads, and in the reports of jobs.

    An archive that was uploaded goes with the last document out of it.

    Returns:
        Whether no trace is left; False where a reader keeps the catalogue from being written anew.

    Raises:
        KeyError: one of them is not in.
        LibraryBusyError: another process is writing.
    """
    clean = library.remove(*(document.id for document in documents))
    files = StoredFiles(library.data_dir, 0)
    left = {files.file_of(document) for document in library.catalogue.documents()}
    for path in {files.file_of(document) for document in documents} - left - {None}:
        if path is not None:
            path.unlink(missing_ok=True)
    places = {document.place for document in documents}
    named = JobStore(library.catalogue).forget({document.id for document in documents}, places)
    return (library.catalogue.overwrite_deleted() and clean) if named else clean


def _by_id_or_place(name: str, documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    path = Path(name).absolute()
    exact = [document for document in documents if name in (document.id, document.place) or document.path == str(path)]
    return exact or [document for document in documents if Path(document.path).is_relative_to(path)]


def _by_number(name: str, documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    typed = parse_query(name)
    found = [
        document
        for document in documents
        if typed.key and document.header.key == typed.key and typed.date in (None, document.header.date)
    ]
    if len(found) > 1:
        listed = "; ".join(f"{document.id} ({document.place})" for document in found)
        raise UnknownDocumentError(f"Số {name} là của {len(found)} văn bản: {listed}. Xin nêu mã hoặc tệp cần gỡ.")
    return found
