"""Scanned headers that wait for a person, or were confirmed by one, as the web shows them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.errors import UnknownDocumentError
from ingest.models import Doubt
from vectorstore import review
from vectorstore.catalogue import Catalogue
from vectorstore.review import Hint

_UNKNOWN = "Không có văn bản {id} trong danh sách chờ xác nhận: văn bản có thể đã được thay hoặc gỡ khỏi kho."


@dataclass(frozen=True, slots=True)
class ReviewedHeader:
    """Number and day of one scan, and what tells of them."""

    document_id: str
    file: str
    number: str | None
    """As it stands now; None while it waits."""
    date: datetime.date | None
    doubts: tuple[Doubt, ...] = ()
    """What waits; empty where a person has confirmed all."""
    hints: tuple[Hint, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether a person is asked to look at it."""
        return bool(self.doubts)


def headers_for_review(catalogue: Catalogue) -> list[ReviewedHeader]:
    """Those that wait, by place, then those that were confirmed."""
    found = [
        ReviewedHeader(
            one.document.id,
            one.document.place,
            one.document.header.number,
            one.document.header.date,
            one.doubts,
            one.hints,
        )
        for one in review.waiting(catalogue)
    ]
    confirmed = review.confirmed_documents(catalogue).keys() - {header.document_id for header in found}
    found += [
        ReviewedHeader(document.id, document.place, document.header.number, document.header.date)
        for document in catalogue.documents()
        if document.id in confirmed
    ]
    return found


def letterhead(catalogue: Catalogue, document_id: str, passwords: Sequence[str] = ()) -> bytes:
    """The picture of one of those headers as a PNG.

    Raises:
        UnknownDocumentError: the document neither waits nor was confirmed.
        OSError: its file is gone, stands inside an archive, or cannot be drawn.
    """
    doubts = check_reviewed(catalogue, document_id)
    document = catalogue.document(document_id)
    assert document is not None
    return review.header_picture(document, doubts[0].page if doubts else 1, passwords)


def check_reviewed(catalogue: Catalogue, document_id: str) -> tuple[Doubt, ...]:
    """The doubts of a document that waits; none of one that was confirmed.

    Raises:
        UnknownDocumentError: the document neither waits nor was confirmed.
    """
    document = catalogue.document(document_id)
    if document is not None and document.state == "live":
        doubts = review.doubts_of(catalogue, document_id)
        if doubts or review.confirmed(catalogue, document.content_hash) is not None:
            return doubts
    raise UnknownDocumentError(_UNKNOWN.format(id=document_id))
