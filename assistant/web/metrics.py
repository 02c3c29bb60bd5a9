"""Counters for Prometheus: requests and answers, never what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from assistant.models import Answer

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one server, in a registry of its own so that two servers in a process do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "troly_http_requests", "HTTP requests.", ("area", "method", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "troly_answer_seconds",
            "Seconds until an answer was whole.",
            ("channel",),
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
            registry=self.registry,
        )
        self._answers = Counter(
            "troly_answers", "Answers given.", ("channel", "outcome", "mode"), registry=self.registry
        )
        self._failures = Counter(
            "troly_failures", "Questions that ended in an error.", ("channel",), registry=self.registry
        )
        self._removed = Counter(
            "troly_removed_lines",
            "Lines that verification took out of answers.",
            ("channel", "mode"),
            registry=self.registry,
        )
        self._fallbacks = Counter(
            "troly_model_fallbacks",
            "Answers in the documents' own words because the language model failed.",
            ("channel", "reason"),
            registry=self.registry,
        )
        self._running = Gauge("troly_questions_running", "Questions being answered.", registry=self.registry)

    def count_request(self, area: str, method: str, status: int) -> None:
        """One HTTP request; `area` is a fixed name (`api`, `chat`), so that paths cannot flood the series."""
        self._requests.labels(area, method, str(status)).inc()

    def count_answer(self, channel: str, answer: Answer) -> None:
        """One answer given through `api`, `chat` or `embed`."""
        self._answers.labels(channel, answer.outcome, answer.mode).inc()
        if answer.removed:
            self._removed.labels(channel, answer.mode).inc(answer.removed)
        if answer.fallback:
            self._fallbacks.labels(channel, answer.fallback).inc()

    @contextmanager
    def timed(self, channel: str) -> Iterator[None]:
        """Measures a question from its arrival to its whole answer; an error is counted and passed on."""
        with (
            self._seconds.labels(channel).time(),
            self._failures.labels(channel).count_exceptions(),
            self._running.track_inprogress(),
        ):
            yield

    def exposition(self) -> bytes:
        """All series in Prometheus' text format."""
        return generate_latest(self.registry)
