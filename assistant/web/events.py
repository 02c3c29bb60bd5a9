"""Server-sent events: an answer as it arrives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import StreamingResponse

from assistant.models import Answer
from assistant.web.incidents import describe
from assistant.web.metrics import Metrics
from assistant.web.texts import Texts

# A proxy that buffers would hand over the whole answer at once.
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
MEDIA_TYPE = "text/event-stream"

T = TypeVar("T")


def event(name: str, value: object) -> str:
    """One event; JSON holds no bare line break, so one `data:` line is enough."""
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def streamed(
    arriving: Iterator[str | T],
    texts: Texts,
    metrics: Metrics,
    channel: str,
    present: Callable[[T], tuple[Answer, dict[str, object]]],
) -> StreamingResponse:
    """`piece` events with text, then one `answer` event with what `present` makes of it, or one `error` event.

    Args:
        arriving: the answer's text in pieces, then what holds the whole of it.
        texts: for the sentence of an error.
        metrics: where the answer is counted.
        channel: under which name.
        present: gives the answer, and the `answer` event's data.
    """
    told = _events(arriving, texts, metrics, channel, present)
    return StreamingResponse(told, media_type=MEDIA_TYPE, headers=_HEADERS)


def _events(
    arriving: Iterator[str | T],
    texts: Texts,
    metrics: Metrics,
    channel: str,
    present: Callable[[T], tuple[Answer, dict[str, object]]],
) -> Iterator[str]:
    try:
        with metrics.timed(channel):
            for item in arriving:
                if isinstance(item, str):
                    yield event("piece", item)
                else:
                    answer, shown = present(item)
                    metrics.count_answer(channel, answer)
                    yield event("answer", shown)
    except Exception as error:  # noqa: BLE001 - the headers are out: an error can only be an event
        incident = describe(error, texts)
        yield event("error", {"title": incident.title, "status": incident.status, "detail": incident.detail})


def wants_events(request: Request) -> bool:
    """Whether the caller takes the answer as it arrives."""
    return MEDIA_TYPE in request.headers.get("accept", "")
