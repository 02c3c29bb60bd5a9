"""The conversations of whoever asks, under `/api/v1/conversations`."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Annotated, Literal
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.responses import Response

from assistant.docx_notes import DOCX_MEDIA_TYPE
from assistant.kept_conversations import KeptConversations, conversation_json, exchange_json
from assistant.transcript import PDF_MEDIA_TYPE, file_name, transcript_docx, transcript_pdf
from assistant.web import events
from assistant.web.api_schemas import (
    STREAM,
    ConversationAskBody,
    ConversationBody,
    ConversationReply,
    ConversationsReply,
    KeptAnswerReply,
    OpenedConversationReply,
    Responses,
    TitleBody,
    problem,
)
from assistant.web.metrics import Metrics
from assistant.web.owner import owner_of
from assistant.web.texts import Texts, choose_language, load_texts
from vectorstore.conversations import ConversationStore

_TAGS: list[str | Enum] = ["conversations"]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES: Responses = {200: {"content": {DOCX_MEDIA_TYPE: _BINARY, PDF_MEDIA_TYPE: _BINARY}}}
_MISSING = problem(404, "The caller has no such conversation.")


def person(request: Request) -> str:
    """The owner of what is asked for; `PersonCookie` has seen to it that there is one."""
    owner = owner_of(request)
    if owner is None:
        raise RuntimeError("the layer that gives each browser its cookie is not in place")
    return owner


def add_conversations(router: APIRouter, conversations: KeptConversations, metrics: Metrics, defaults: Texts) -> None:
    """Adds the routes to the router of the API."""
    _add_list(router, conversations.store, defaults)
    _add_one(router, conversations)
    _add_asking(router, conversations, metrics, defaults)


def _add_list(router: APIRouter, store: ConversationStore, defaults: Texts) -> None:
    @router.get("/conversations", tags=_TAGS)
    def listed(
        request: Request,
        q: Annotated[
            str,
            Query(max_length=200, description="Words of a title, a question or an answer; diacritics do not count."),
        ] = "",
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> ConversationsReply:
        """The caller's conversations, the one last spoken in first."""
        total, found = store.listed(person(request), q, offset, limit)
        return ConversationsReply.model_validate(
            {"total": total, "offset": offset, "conversations": list(map(conversation_json, found))}
        )

    @router.post("/conversations", status_code=201, tags=_TAGS)
    def create(body: ConversationBody, request: Request) -> ConversationReply:
        """Begins a conversation; without a title it is called by its first question."""
        language = choose_language(body.language, defaults.language)
        made = store.create(person(request), language, body.title)
        return ConversationReply.model_validate(conversation_json(made))


def _add_one(router: APIRouter, conversations: KeptConversations) -> None:
    store = conversations.store

    @router.get("/conversations/{conversation_id}", responses=_MISSING, tags=_TAGS)
    def get(conversation_id: UUID, request: Request) -> OpenedConversationReply:
        """What was said, with the citations as they were and what has become of the quoted documents since."""
        opened = conversations.opened(person(request), str(conversation_id))
        return OpenedConversationReply.model_validate(
            conversation_json(opened.conversation) | {"exchanges": list(map(exchange_json, opened.exchanges))}
        )

    @router.get(
        "/conversations/{conversation_id}/export",
        response_class=Response,
        responses=_FILES | _MISSING | problem(503, "No PDF can be made on this machine."),
        tags=_TAGS,
    )
    def export(
        conversation_id: UUID,
        request: Request,
        format: Annotated[Literal["docx", "pdf"], Query(description="Of the file.")] = "docx",
        turn: Annotated[int | None, Query(ge=0, description="Ordinal of the only answer wanted.")] = None,
    ) -> Response:
        """The conversation, or one answer of it, as a file with its citations in administrative form."""
        opened = conversations.opened(person(request), str(conversation_id))
        content, media_type = transcript_docx(opened, date.today(), turn), DOCX_MEDIA_TYPE
        if format == "pdf":
            content, media_type = transcript_pdf(content), PDF_MEDIA_TYPE
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file_name(opened, format))}"}
        return Response(content, media_type=media_type, headers=headers)

    @router.patch("/conversations/{conversation_id}", responses=_MISSING, tags=_TAGS)
    def rename(conversation_id: UUID, body: TitleBody, request: Request) -> ConversationReply:
        """Gives a conversation another title."""
        renamed = store.rename(person(request), str(conversation_id), body.title)
        return ConversationReply.model_validate(conversation_json(renamed))

    @router.delete("/conversations/{conversation_id}", status_code=204, responses=_MISSING, tags=_TAGS)
    def delete(conversation_id: UUID, request: Request) -> Response:
        """Removes a conversation with all that was said in it."""
        store.delete(person(request), str(conversation_id))
        return Response(status_code=204)


def _add_asking(router: APIRouter, conversations: KeptConversations, metrics: Metrics, defaults: Texts) -> None:
    @router.post(
        "/conversations/{conversation_id}/ask",
        response_model=KeptAnswerReply,
        responses=STREAM | _MISSING,
        tags=_TAGS,
    )
    def ask(conversation_id: UUID, body: ConversationAskBody, request: Request) -> Response:
        """Answers a question that continues the conversation, and keeps both."""
        owner, one = person(request), str(conversation_id)
        if events.wants_events(request):
            arriving = conversations.stream(owner, one, body.question, body.language)
            texts = load_texts(choose_language(body.language, defaults.language))
            return events.streamed(arriving, texts, metrics, "api", lambda said: (said.answer, said.as_json()))
        with metrics.timed("api"):
            said = conversations.ask(owner, one, body.question, body.language)
        metrics.count_answer("api", said.answer)
        return JSONResponse(said.as_json())
