"""Asking, looking up and searching, under `/api/v1`."""

from __future__ import annotations

import io
from datetime import date
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from assistant.docx_notes import DOCX_MEDIA_TYPE
from assistant.export import write_docx
from assistant.models import Lookup, Record, Turn
from assistant.record_filter import record_filter
from assistant.web import events
from assistant.web.api_schemas import (
    STREAM,
    AnswerReply,
    AskBody,
    LookupReply,
    NumbersBody,
    NumbersReply,
    Responses,
    SearchReply,
)
from assistant.web.cursors import Cursor, make_cursor, read_cursor
from assistant.web.library_schemas import RecordsReply
from assistant.web.metrics import Metrics
from assistant.web.service_protocol import Service
from assistant.web.texts import Texts, choose_language, load_texts

MAX_RESOLVED = 200
"""Different numbers of one text that are looked up."""

_NOTE: Responses = {
    200: {"content": {DOCX_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    404: {"model": LookupReply, "description": "No single record that a note could be written of (`format=docx`)."},
}
TypeName = Annotated[str | None, Query(alias="type", max_length=100, description="Name or abbreviation: `Kế hoạch`.")]
Issuer = Annotated[str | None, Query(max_length=200, description="Name or code of the issuing body.")]
Year = Annotated[int | None, Query(ge=1900, le=2999, description="Of the date, or of the number.")]
State = Annotated[
    str | None,
    Query(alias="status", max_length=100, description="Current status, by label or in words; `none`: not stated."),
]


def add_answers(router: APIRouter, service: Service, metrics: Metrics, default_texts: Texts) -> None:
    """Adds the routes to the router of the API."""
    _add_asking(router, service, metrics, default_texts)
    _add_looking_up(router, service)
    _add_records(router, service)


def _add_asking(router: APIRouter, service: Service, metrics: Metrics, default_texts: Texts) -> None:
    @router.post("/ask", response_model=AnswerReply, responses=STREAM, tags=["ask"])
    def ask(body: AskBody, request: Request) -> Response:
        """Answers a question, or a document number, with citations."""
        history = [Turn(turn.role, turn.content) for turn in body.history]
        texts = load_texts(choose_language(body.language, default_texts.language))
        if events.wants_events(request):
            arriving = service.stream(body.question, history, body.language)
            return events.streamed(arriving, texts, metrics, "api", lambda answer: (answer, answer.as_json()))
        with metrics.timed("api"):
            answer = service.ask(body.question, history, body.language)
        metrics.count_answer("api", answer)
        return JSONResponse(answer.as_json())


def _add_looking_up(router: APIRouter, service: Service) -> None:
    @router.get("/status", response_model=LookupReply, responses=_NOTE, tags=["status"])
    def status(
        number: Annotated[str, Query(max_length=300, description="Number, with its date or issuer if need be.")],
        format: Annotated[
            Literal["json", "docx"], Query(description="`docx`: the record as a note for the file, where there is one.")
        ] = "json",
    ) -> Response:
        """What a document number resolves to: its record, or candidates, or near misses."""
        lookup = service.status(number)
        if format == "docx" and lookup.record:
            return _note(lookup.record)
        return JSONResponse(lookup.as_json(), status_code=404 if format == "docx" else 200)

    @router.post("/numbers", tags=["numbers"])
    def numbers(body: NumbersBody) -> NumbersReply:
        """Finds every document number of a text; offsets count code points. With `resolve`, looks each one up."""
        found = service.numbers(body.text)
        return NumbersReply(numbers=_resolved(service, found) if body.resolve else found)

    @router.get("/search", tags=["search"])
    def search(
        q: Annotated[str, Query(max_length=2000)], top_k: Annotated[int, Query(ge=1, le=100)] = 10
    ) -> SearchReply:
        """Retrieval alone: ranked passages."""
        return SearchReply(query=q, hits=[hit.as_json() for hit in service.search(q, top_k)])


def _add_records(router: APIRouter, service: Service) -> None:
    @router.get("/records", tags=["records"])
    def records(
        kind: TypeName = None,
        issuer: Issuer = None,
        year: Year = None,
        state: State = None,
        held: Annotated[
            bool | None, Query(description="Only documents that are in (true), or that are only mentioned (false).")
        ] = None,
        cursor: Cursor = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> RecordsReply:
        """Every document that the library holds or mentions, with its current status."""
        offset = int(read_cursor(cursor, (int,))[0]) if cursor else 0
        wanted = record_filter(kind, issuer, year, state)
        total, found = service.records_where(wanted, held, max(offset, 0), limit)
        behind = max(offset, 0) + len(found)
        return RecordsReply.model_validate(
            {"total": total, "next": make_cursor(behind) if found and behind < total else None, "records": found}
        )


def _resolved(service: Service, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The numbers, each with what it resolves to; null for what holds no number to look up."""
    known: dict[str, dict[str, Any]] = {}
    rows = []
    for number in found:
        surface = str(number["surface"])
        if surface not in known and len(known) < MAX_RESOLVED and not number.get("blank"):
            known[surface] = _short(service.status(surface))
        rows.append({**number, "resolved": known.get(surface)})
    return rows


def _short(lookup: Lookup) -> dict[str, Any]:
    """A look-up without the whole record."""
    whole = lookup.as_json()
    record = whole["record"]
    kept = ("number", "key", "type", "issuer", "date", "title", "current_status", "held_in", "mentions")
    whole["record"] = {name: record[name] for name in kept} if record else None
    return whole


def _note(record: Record) -> Response:
    """The record as a DOCX to be saved."""
    note = io.BytesIO()
    write_docx(note, record, date.today())
    name = quote(f"{record.number or 'van-ban'}.docx".replace("/", "-"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(note.getvalue(), media_type=DOCX_MEDIA_TYPE, headers=headers)
