"""The HTTP API under `/api/v1`, put together out of its routes."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match

from assistant.config import Settings
from assistant.feedback import Judge
from assistant.kept_conversations import KeptConversations
from assistant.library_desk import LibraryDesk
from assistant.web.answers_api import add_answers
from assistant.web.api_schemas import HealthReply, problem
from assistant.web.conversations_api import add_conversations
from assistant.web.documents_api import add_documents
from assistant.web.feedback_api import add_feedback
from assistant.web.library_api import add_library
from assistant.web.metrics import Metrics
from assistant.web.openapi import PREFIX
from assistant.web.service_protocol import Service
from assistant.web.texts import Texts

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


def build_api(
    service: Service,
    metrics: Metrics,
    default_texts: Texts,
    settings: Settings,
    conversations: KeptConversations | None = None,
    desk: LibraryDesk | None = None,
) -> APIRouter:
    """The routes of the API over one service.

    Args:
        service: the assistant that answers.
        metrics: where requests and answers are counted.
        default_texts: in the language that is spoken where none is asked for.
        settings: whether the library may be changed, and the fingerprint under which feedback is kept.
        conversations: adds the routes of conversations.
        desk: adds those of feedback, uploads, removals and jobs.
    """
    router = APIRouter(prefix=PREFIX, responses=problem(422, "The request is not valid."))
    add_answers(router, service, metrics, default_texts)
    add_documents(router, service, default_texts)

    @router.get("/health", tags=["operation"])
    def health() -> HealthReply:
        """Whether the server lives and can answer."""
        return HealthReply(status="ok", ready=service.ready(), version=version("troly"))

    if conversations:
        add_conversations(router, conversations, metrics, default_texts)
    if desk:
        add_library(router, desk, settings.uploads, default_texts)
        judge = Judge(desk.feedback, settings.fingerprint, conversations)
        add_feedback(router, judge, settings.uploads, default_texts)
    _refuse_the_rest(router)
    return router


def _refuse_the_rest(router: APIRouter) -> None:
    """Answers every other path and method, which would otherwise fall through to the chat page's own routes."""
    known = [route for route in router.routes if isinstance(route, APIRoute)]

    def refuse(request: Request) -> None:
        partial = [route for route in known if route.matches(request.scope)[0] is Match.PARTIAL]
        allowed = sorted({method for route in partial for method in route.methods or ()})
        raise HTTPException(405 if allowed else 404, headers={"Allow": ", ".join(allowed)} if allowed else None)

    router.add_api_route("/{rest:path}", refuse, methods=_METHODS, include_in_schema=False)
