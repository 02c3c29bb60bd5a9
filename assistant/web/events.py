"""Server-sent events: an answer as it arrives."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from assistant.models import Answer
from assistant.web.incidents import describe
from assistant.web.metrics import Metrics
from assistant.web.texts import Texts

# A proxy that buffers would hand over the whole answer at once.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
MEDIA_TYPE = "text/event-stream"


def event(name: str, value: object) -> str:
    """One event; JSON holds no bare line break, so one `data:` line is enough."""
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def answer_events(
    pieces: Callable[[], Iterator[str | Answer]],
    *,
    texts: Texts,
    metrics: Metrics,
    channel: str,
    present: Callable[[Answer], dict[str, object]],
) -> Iterator[str]:
    """`piece` events with text, then one `answer` event with what `present` makes of it, or one `error` event.

    Args:
        pieces: begins the answer: its text in pieces, then the whole of it.
        texts: for the sentence of an error.
        metrics: where the answer is counted.
        channel: under which name.
        present: makes the `answer` event's data.
    """
    try:
        with metrics.timed(channel):
            for item in pieces():
                if isinstance(item, Answer):
                    metrics.count_answer(channel, item)
                    yield event("answer", present(item))
                else:
                    yield event("piece", item)
    except Exception as error:  # noqa: BLE001 - the headers are out: an error can only be an event
        incident = describe(error, texts)
        yield event("error", {"title": incident.title, "status": incident.status, "detail": incident.detail})
