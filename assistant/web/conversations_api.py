"""The conversations of whoever asks, under `/api/v1/conversations`."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from assistant.kept_conversations import KeptConversations, Said, conversation_json, exchange_json
from assistant.models import Answer
from assistant.web import events
from assistant.web.api_schemas import (
    ConversationAskBody,
    ConversationBody,
    ConversationReply,
    ConversationsReply,
    KeptAnswerReply,
    OpenedConversationReply,
    ProblemReply,
    TitleBody,
)
from assistant.web.metrics import Metrics
from assistant.web.owner import owner_of
from assistant.web.security import PROBLEM_JSON
from assistant.web.texts import Texts, choose_language, load_texts

_MISSING: dict[int | str, dict[str, Any]] = {
    404: {
        "model": ProblemReply,
        "content": {PROBLEM_JSON: {}},
        "description": "The caller has no such conversation.",
    }
}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {events.MEDIA_TYPE: {"schema": {"type": "string"}}},
        "description": "The answer; with `Accept: text/event-stream` as `piece` events and one `answer` event.",
    }
}


def person(request: Request) -> str:
    """The owner of what is asked for; `PersonCookie` has seen to it that there is one."""
    owner = owner_of(request)
    if owner is None:
        raise RuntimeError("the layer that gives each browser its cookie is not in place")
    return owner


def add_conversations(router: APIRouter, conversations: KeptConversations, metrics: Metrics, defaults: Texts) -> None:
    """Adds the routes to the router of the API."""
    store = conversations.store
    tags: list[str | Enum] = ["conversations"]

    @router.get("/conversations", tags=tags)
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

    @router.post("/conversations", status_code=201, tags=tags)
    def create(body: ConversationBody, request: Request) -> ConversationReply:
        """Begins a conversation; without a title it is called by its first question."""
        language = choose_language(body.language, defaults.language)
        made = store.create(person(request), language, body.title)
        return ConversationReply.model_validate(conversation_json(made))

    @router.get("/conversations/{conversation_id}", responses=_MISSING, tags=tags)
    def get(conversation_id: UUID, request: Request) -> OpenedConversationReply:
        """What was said, with the citations as they were and what has become of the quoted documents since."""
        opened = conversations.opened(person(request), str(conversation_id))
        return OpenedConversationReply.model_validate(
            conversation_json(opened.conversation) | {"exchanges": list(map(exchange_json, opened.exchanges))}
        )

    @router.patch("/conversations/{conversation_id}", responses=_MISSING, tags=tags)
    def rename(conversation_id: UUID, body: TitleBody, request: Request) -> ConversationReply:
        """Gives a conversation another title."""
        renamed = store.rename(person(request), str(conversation_id), body.title)
        return ConversationReply.model_validate(conversation_json(renamed))

    @router.delete("/conversations/{conversation_id}", status_code=204, responses=_MISSING, tags=tags)
    def delete(conversation_id: UUID, request: Request) -> Response:
        """Removes a conversation with all that was said in it."""
        store.delete(person(request), str(conversation_id))
        return Response(status_code=204)

    @router.post(
        "/conversations/{conversation_id}/ask",
        response_model=KeptAnswerReply,
        responses=_STREAM | _MISSING,
        tags=tags,
    )
    def ask(conversation_id: UUID, body: ConversationAskBody, request: Request) -> Response:
        """Answers a question that continues the conversation, and keeps both."""
        owner, one = person(request), str(conversation_id)
        if events.MEDIA_TYPE in request.headers.get("accept", ""):
            arriving = conversations.stream(owner, one, body.question, body.language)
            texts = load_texts(choose_language(body.language, defaults.language))
            return _streamed(arriving, texts, metrics)
        with metrics.timed("api"):
            said = conversations.ask(owner, one, body.question, body.language)
        metrics.count_answer("api", said.answer)
        return JSONResponse(said.as_json())


def _streamed(arriving: Iterator[str | Said], texts: Texts, metrics: Metrics) -> Response:
    kept: list[Said] = []

    def pieces() -> Iterator[str | Answer]:
        for item in arriving:
            if isinstance(item, Said):
                kept.append(item)
                yield item.answer
            else:
                yield item

    def present(_: Answer) -> dict[str, object]:
        return kept[-1].as_json()

    stream = events.answer_events(pieces, texts=texts, metrics=metrics, channel="api", present=present)
    return StreamingResponse(stream, media_type=events.MEDIA_TYPE, headers=events.HEADERS)
