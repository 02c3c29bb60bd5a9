"""Which documents a person means by a path, a place, an id or a number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.errors import UnknownDocumentError
from ingest.numbers import parse_query
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
