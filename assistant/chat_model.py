"""A language model behind an OpenAI-compatible endpoint: words as they arrive, or one `ModelError`.

Calls are repeated by tenacity and not by the client itself: only before the first word, never after a whole wait ran
out (the client would wait it out again each time), and with a clock and a sleep that are handed in. The breaker is
pybreaker: it is maintained, safe between threads, and keeps its state where we say, which gives it our clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pybreaker
import tenacity

from assistant.config import Settings
from assistant.errors import ModelError
from assistant.model_prompt import Message

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger(__name__)

_NO_KEY = "none"
"""The client insists on a key; endpoints of one's own mostly ask for none."""
_LONGEST_PAUSE_S = 4.0


class _Passing(Exception):  # noqa: N818 - never seen outside
    """A failure that may pass: worth another call."""


class _ClockedStorage(pybreaker.CircuitMemoryStorage):
    """Keeps a breaker's state by a clock of ours: one that nobody sets back, and that tests move."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(pybreaker.STATE_CLOSED)
        self._clock, self._since = clock, 0.0

    @property
    def opened_at(self) -> datetime | None:
        """The opening as the breaker reckons it: as long before now as our clock says."""
        return datetime.now(UTC) - timedelta(seconds=self._clock() - self._since)

    @opened_at.setter
    def opened_at(self, _: datetime) -> None:
        self._since = self._clock()


class EndpointModel:
    """The endpoint that the settings name. Safe to call from several threads.

    Args:
        settings: `model_…`.
        clock: seconds that only go forward.
        sleep: waits between two calls.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._clock, self._sleep = settings, clock, sleep
        self._opened: BaseChatModel | None = None
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=settings.model_breaker_failures,
            reset_timeout=settings.model_breaker_s,
            # A reader who leaves closes the stream: no fault of the model's.
            exclude=[lambda error: not isinstance(error, ModelError)],
            state_storage=_ClockedStorage(clock),
            throw_new_error_on_trip=False,
        )

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply in pieces as it is written.

        Raises:
            ModelError: the endpoint is out of reach, refuses, breaks off, takes too long, or is being left alone after
                failures in a row.
        """
        try:
            with self._breaker.calling():
                yield from self._within(messages)
        except pybreaker.CircuitBreakerError as error:
            raise ModelError("Mô hình ngôn ngữ vừa lỗi nhiều lần liên tiếp và đang được tạm ngưng gọi.") from error

    def _within(self, messages: Sequence[Message]) -> Iterator[str]:
        """The pieces until the whole answer's time is up."""
        end = self._clock() + self._settings.model_timeout_s
        calls = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Passing),
            stop=lambda state: state.attempt_number > self._settings.model_retries or self._clock() >= end,
            wait=tenacity.wait_exponential_jitter(multiplier=0.5, max=_LONGEST_PAUSE_S),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            first, rest = calls(self._begin, messages)
            yield first
            for piece in rest:
                if self._clock() > end:
                    raise ModelError(f"Mô hình ngôn ngữ chưa trả lời xong sau {self._settings.model_timeout_s:g} giây.")
                yield piece
        except _Passing as error:
            raise ModelError(str(error)) from error

    def _begin(self, messages: Sequence[Message]) -> tuple[str, Iterator[str]]:
        """Make the call and wait for its first piece."""
        pieces = self._pieces(messages)
        return next(pieces, ""), pieces

    def _pieces(self, messages: Sequence[Message]) -> Iterator[str]:
        import httpx2
        import openai
        from langsmith import tracing_context

        try:
            # What a tracing service that some other program's environment names would be told: nothing.
            with tracing_context(enabled=False):
                for chunk in self._model().stream(list(messages)):
                    if isinstance(chunk.content, str) and chunk.content:
                        yield chunk.content
        except openai.APITimeoutError as error:
            raise ModelError(
                f"Mô hình ngôn ngữ không trả lời trong {self._settings.model_timeout_s:g} giây."
            ) from error
        except openai.APIStatusError as error:
            raise _fault(error.status_code) from error
        except (openai.APIConnectionError, httpx2.TransportError) as error:
            raise _Passing("Không kết nối được với mô hình ngôn ngữ (TROLY_MODEL_URL).") from error
        except (openai.OpenAIError, ValueError) as error:
            raise ModelError(f"Mô hình ngôn ngữ trả lời sai định dạng ({type(error).__name__}).") from error

    def _model(self) -> BaseChatModel:
        """The client, made at the first call: importing it takes a second."""
        if self._opened is None:
            from langchain_openai import ChatOpenAI

            settings = self._settings
            self._opened = ChatOpenAI(
                model=settings.model_name,
                base_url=settings.model_url.rstrip("/"),
                api_key=settings.model_api_key if settings.model_api_key.get_secret_value() else _NO_KEY,
                timeout=settings.model_timeout_s,
                max_retries=0,
                temperature=0,
                max_tokens=settings.model_max_tokens,
                use_responses_api=False,
                organization="",
                openai_proxy="",
            )
        return self._opened


def _fault(status: int) -> Exception:
    if status in {408, 409, 429} or status >= 500:
        return _Passing(f"Mô hình ngôn ngữ báo lỗi {status}.")
    remedy = (
        "Xin kiểm tra TROLY_MODEL_API_KEY."
        if status in {401, 403}
        else "Xin kiểm tra TROLY_MODEL_NAME và TROLY_MODEL_URL."
    )
    return ModelError(f"Mô hình ngôn ngữ từ chối (lỗi {status}). {remedy}")
