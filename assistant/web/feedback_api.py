"""Thumbs up and down with a reason, under `/api/v1/feedback`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from assistant.feedback import Judge
from assistant.web.api_schemas import problem
from assistant.web.cursors import Cursor, make_cursor, read_pair
from assistant.web.library_schemas import FeedbackBody, FeedbackListReply, FeedbackReceipt
from assistant.web.owner import owner_of
from assistant.web.permissions import librarians_only
from assistant.web.texts import Texts

_MISSING = problem(404, "The caller has no such conversation, or no answer stands there.")


def add_feedback(router: APIRouter, judge: Judge, allowed: bool, texts: Texts) -> None:
    """Adds the routes to the router of the API; the list is for librarians."""

    @router.post("/feedback", status_code=201, responses=_MISSING, tags=["feedback"])
    def give(body: FeedbackBody, request: Request) -> FeedbackReceipt:
        """Keeps what a person thinks of an answer, with the question, the answer, its evidence and the version."""
        owner = owner_of(request) or ""
        if body.conversation_id is not None and body.turn is not None:
            kept = judge.of_stored(owner, body.conversation_id, body.turn, body.rating, body.reason)
        else:
            assert body.question is not None
            assert body.answer is not None
            kept = judge.of_sent(owner, body.question, body.answer.model_dump(), body.rating, body.reason)
        return FeedbackReceipt(id=kept.id, given_at=kept.given_at)

    @router.get(
        "/feedback",
        responses=problem(403, "Only librarians may do this."),
        dependencies=[Depends(librarians_only(allowed, texts))],
        tags=["feedback"],
    )
    def listed(
        rating: Annotated[Literal["up", "down"] | None, Query()] = None,
        cursor: Cursor = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> FeedbackListReply:
        """What people thought of answers, the latest first; not who they are."""
        total, found = judge.store.listed(rating, read_pair(cursor), limit)
        last = make_cursor(found[-1].given_at, found[-1].id) if len(found) == limit else None
        return FeedbackListReply.model_validate(
            {"total": total, "next": last, "feedback": [kept.as_json() for kept in found]}
        )
