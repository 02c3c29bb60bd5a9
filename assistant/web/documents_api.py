"""What is in the library, under `/api/v1`: documents, their pages and records, and all of it from above."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from assistant.errors import UnknownDocumentError
from assistant.record_filter import record_filter
from assistant.web.answers_api import Issuer, State, TypeName, Year
from assistant.web.api_schemas import DocumentsReply, problem
from assistant.web.cursors import Cursor, make_cursor, read_cursor
from assistant.web.library_schemas import DocumentId, DocumentReply, OverviewReply, RecordReply
from assistant.web.pages_api import add_pages
from assistant.web.service_protocol import Service
from assistant.web.texts import Texts

_MISSING = problem(404, "No such document or page.")


def add_documents(router: APIRouter, service: Service, texts: Texts) -> None:
    """Adds the routes to the router of the API."""
    _add_list(router, service)
    _add_one(router, service, texts)

    @router.get("/overview", tags=["documents"])
    def overview() -> OverviewReply:
        """What is in, what is mentioned and missing, and the statuses: for a dashboard."""
        return OverviewReply.model_validate(service.overview())


def _add_list(router: APIRouter, service: Service) -> None:
    @router.get("/documents", tags=["documents"])
    def documents(
        q: Annotated[
            str, Query(max_length=200, description="Words of place, number, title or issuer; diacritics do not count.")
        ] = "",
        kind: TypeName = None,
        issuer: Issuer = None,
        year: Year = None,
        state: State = None,
        cursor: Cursor = None,
        offset: Annotated[int, Query(ge=0, le=10_000_000, description="Instead of `cursor`.")] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> DocumentsReply:
        """What is in the library, by place."""
        held = service.documents_where(record_filter(kind, issuer, year, state), q)
        start = _behind(cursor, held) if cursor else offset
        page = held[start : start + limit]
        more = bool(page) and start + len(page) < len(held)
        following = make_cursor(page[-1]["file"], page[-1]["document_id"]) if more else None
        return DocumentsReply(total=len(held), offset=start, next=following, documents=page)


def _behind(cursor: str, held: list[dict[str, Any]]) -> int:
    """Where the page behind a document begins, also where that document has gone meanwhile."""
    file, document_id = read_cursor(cursor, (str, str))
    for at, row in enumerate(held):
        if row["document_id"] == document_id:
            return at + 1
    return next((at for at, row in enumerate(held) if row["file"] > str(file)), len(held))


def _add_one(router: APIRouter, service: Service, texts: Texts) -> None:
    @router.get("/documents/{document_id}", responses=_MISSING, tags=["documents"])
    def document(document_id: DocumentId) -> DocumentReply:
        """One document: its header, its file, where each page's text comes from, its digital signatures."""
        return DocumentReply.model_validate(service.document(document_id))

    @router.get("/documents/{document_id}/record", responses=_MISSING, tags=["documents"])
    def record(document_id: DocumentId) -> RecordReply:
        """All that the library states of one document; none for a document without a number."""
        found = service.document_record(document_id)
        if found is None:
            raise UnknownDocumentError(texts("problem.no_record"))
        return RecordReply.model_validate(found.as_json())

    add_pages(router, service)
