"""The HTTP API under `/api/v1`, with an OpenAPI document and a reference page served by this machine alone."""

from __future__ import annotations

import io
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote

import swagger_ui_bundle  # type: ignore[import-untyped]
from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from assistant.docx_notes import DOCX_MEDIA_TYPE
from assistant.export import write_docx
from assistant.kept_conversations import KeptConversations
from assistant.models import Record, Turn
from assistant.web import events
from assistant.web.api_schemas import (
    STREAM,
    AnswerReply,
    AskBody,
    DocumentsReply,
    HealthReply,
    LookupReply,
    NumbersBody,
    NumbersReply,
    Responses,
    SearchReply,
    problem,
)
from assistant.web.conversations_api import add_conversations
from assistant.web.markup import escape
from assistant.web.metrics import Metrics
from assistant.web.pages_api import add_pages
from assistant.web.service_protocol import Service
from assistant.web.texts import Texts, choose_language, load_texts

PREFIX = "/api/v1"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_NOTE: Responses = {
    200: {"content": {DOCX_MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
    404: {"model": LookupReply, "description": "No single record that a note could be written of (`format=docx`)."},
}


def build_api(
    service: Service, metrics: Metrics, default_texts: Texts, conversations: KeptConversations | None = None
) -> APIRouter:
    """The routes of the API over one service; those of conversations where they are kept."""
    router = APIRouter(prefix=PREFIX, responses=problem(422, "The request is not valid."))
    _add_asking(router, service, metrics, default_texts)
    _add_looking_up(router, service)
    _add_documents(router, service)

    @router.get("/health", tags=["operation"])
    def health() -> HealthReply:
        """Whether the server lives and can answer."""
        return HealthReply(status="ok", ready=service.ready(), version=version("troly"))

    if conversations:
        add_conversations(router, conversations, metrics, default_texts)
    _refuse_the_rest(router)
    return router


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
        """Finds every document number of a text; offsets count code points."""
        return NumbersReply(numbers=service.numbers(body.text))

    @router.get("/search", tags=["search"])
    def search(
        q: Annotated[str, Query(max_length=2000)], top_k: Annotated[int, Query(ge=1, le=100)] = 10
    ) -> SearchReply:
        """Retrieval alone: ranked passages."""
        return SearchReply(query=q, hits=[hit.as_json() for hit in service.search(q, top_k)])


def _add_documents(router: APIRouter, service: Service) -> None:
    @router.get("/documents", tags=["documents"])
    def documents(
        offset: Annotated[int, Query(ge=0)] = 0, limit: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> DocumentsReply:
        """What is in the library."""
        held = service.documents()
        return DocumentsReply(total=len(held), offset=offset, documents=held[offset : offset + limit])

    add_pages(router, service)


def _note(record: Record) -> Response:
    """The record as a DOCX to be saved."""
    note = io.BytesIO()
    write_docx(note, record, date.today())
    name = quote(f"{record.number or 'van-ban'}.docx".replace("/", "-"))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(note.getvalue(), media_type=DOCX_MEDIA_TYPE, headers=headers)


def _refuse_the_rest(router: APIRouter) -> None:
    """Answers every other path and method, which would otherwise fall through to the chat page's own routes."""
    known = [route for route in router.routes if isinstance(route, APIRoute)]

    def refuse(request: Request) -> None:
        partial = [route for route in known if route.matches(request.scope)[0] is Match.PARTIAL]
        allowed = sorted({method for route in partial for method in route.methods or ()})
        raise HTTPException(405 if allowed else 404, headers={"Allow": ", ".join(allowed)} if allowed else None)

    router.add_api_route("/{rest:path}", refuse, methods=_METHODS, include_in_schema=False)


def add_reference(app: FastAPI, texts: Texts) -> None:
    """Adds `/api/v1/openapi.json` and `/api/v1/docs`, Swagger UI with every file from this server."""
    folder = Path(swagger_ui_bundle.swagger_ui_path)
    app.mount(f"{PREFIX}/docs/files", StaticFiles(directory=folder), name="api-reference-files")

    @app.get(f"{PREFIX}/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> JSONResponse:
        return JSONResponse(describe_api(app, texts, request.scope.get("root_path", "")))

    @app.get(f"{PREFIX}/docs", include_in_schema=False)
    def reference() -> HTMLResponse:
        return HTMLResponse(
            "<!doctype html><html lang='en'><head><meta charset='utf-8'>"
            "<meta name='viewport' content='width=device-width, initial-scale=1'>"
            f"<title>{escape(texts('product.name'))} · API</title>"
            "<link rel='icon' href='../../ui/favicon.svg'>"
            "<link rel='stylesheet' href='docs/files/swagger-ui.css'></head><body><div id='reference'></div>"
            "<script src='docs/files/swagger-ui-bundle.js'></script><script src='../../ui/reference.js'></script>"
            "</body></html>"
        )


def describe_api(app: FastAPI, texts: Texts, root_path: str = "") -> dict[str, Any]:
    """The OpenAPI document, 3.0.3: what the bundled reference page reads."""
    document = get_openapi(
        title=texts("product.name"),
        version=version("troly"),
        openapi_version="3.0.3",
        description=texts("product.description"),
        routes=app.routes,
        servers=[{"url": root_path or "/"}],
    )
    document["components"]["schemas"] = {
        name: schema for name, schema in document["components"]["schemas"].items() if "ValidationError" not in name
    }
    nullable: dict[str, Any] = _as_openapi_30(document)
    return nullable


def _as_openapi_30(node: Any) -> Any:
    """OpenAPI 3.0 has no type "null": `anyOf [X, null]` becomes X with `nullable`."""
    if isinstance(node, list):
        return [_as_openapi_30(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _as_openapi_30(value) for key, value in node.items()}
    choices = node.get("anyOf", [])
    kept = [choice for choice in choices if choice != {"type": "null"}]
    if len(kept) == len(choices):
        return node
    del node["anyOf"]
    shape = kept[0] if len(kept) == 1 and "$ref" not in kept[0] else {"allOf" if len(kept) == 1 else "anyOf": kept}
    return {**shape, **node, "nullable": True}
