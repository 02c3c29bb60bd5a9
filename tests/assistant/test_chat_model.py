"""The endpoint as the product calls it: words as they come, one kind of error, retries, the breaker, the key."""

from __future__ import annotations

import logging
import socket

import pytest
from pydantic import SecretStr
from scripted_endpoint import Endpoint, Reply

from assistant.chat_model import EndpointModel
from assistant.config import Settings
from assistant.errors import ModelError

ASKED = [("system", "Bạn là trợ lý."), ("human", "Xin chào")]
KEY = "sk-not-to-be-seen"


class Clock:
    """A clock that only moves when it is told to; sleeping moves it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def model(endpoint: Endpoint, clock: Clock, **changed: object) -> EndpointModel:
    values = {"model_url": endpoint.url, "model_name": "scripted", "model_api_key": SecretStr(KEY), **changed}
    return EndpointModel(Settings(**values), clock, clock.sleep)  # type: ignore[arg-type]


def test_words_come_in_the_order_they_were_sent(endpoint: Endpoint, clock: Clock) -> None:
    endpoint.say(Reply(("Kính ", "chào ", "Anh/Chị.")))
    assert list(model(endpoint, clock).stream(ASKED)) == ["Kính ", "chào ", "Anh/Chị."]
    (body,) = endpoint.asked
    assert body["stream"] is True
    assert body["model"] == "scripted"
    assert body["temperature"] == 0
    assert [(m["role"], m["content"]) for m in body["messages"]] == [("system", ASKED[0][1]), ("user", "Xin chào")]


def test_the_key_goes_to_the_endpoint_and_nowhere_else(
    endpoint: Endpoint, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    endpoint.say(Reply(status=401), Reply(status=500), Reply(status=500))
    chosen = model(endpoint, clock)
    told = []
    for _ in range(2):
        with pytest.raises(ModelError) as caught:
            list(chosen.stream(ASKED))
        told.append(str(caught.value))
    assert endpoint.keys == [f"Bearer {KEY}"] * 3
    assert KEY not in " ".join(told) + caplog.text + repr(Settings(model_api_key=SecretStr(KEY)))
    assert "TROLY_MODEL_API_KEY" in told[0]


def test_without_a_key_none_of_the_environment_is_sent(
    endpoint: Endpoint, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-something-else")
    endpoint.say("Chào.")
    list(model(endpoint, clock, model_api_key=SecretStr("")).stream(ASKED))
    assert endpoint.keys == ["Bearer none"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_pass_is_tried_again(endpoint: Endpoint, clock: Clock, status: int) -> None:
    endpoint.say(Reply(status=status), Reply(status=status), "Chào.")
    assert "".join(model(endpoint, clock, model_retries=2).stream(ASKED)) == "Chào."
    assert len(clock.slept) == 2
    assert 0 < clock.slept[0] < clock.slept[1] + 1


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_is_not(endpoint: Endpoint, clock: Clock, status: int) -> None:
    endpoint.say(Reply(status=status), "Chào.")
    with pytest.raises(ModelError, match=str(status)):
        list(model(endpoint, clock, model_retries=2).stream(ASKED))
    assert len(endpoint.asked) == 1
    assert clock.slept == []


def test_retries_come_to_an_end(endpoint: Endpoint, clock: Clock) -> None:
    endpoint.say(*[Reply(status=500)] * 9)
    with pytest.raises(ModelError, match="500"):
        list(model(endpoint, clock, model_retries=2).stream(ASKED))
    assert len(endpoint.asked) == 3


def test_nothing_listens(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nowhere = Endpoint(url=f"http://127.0.0.1:{port}/v1")
    with pytest.raises(ModelError, match="TROLY_MODEL_URL"):
        list(model(nowhere, clock).stream(ASKED))


def test_a_connection_that_breaks_keeps_what_came(endpoint: Endpoint, clock: Clock) -> None:
    endpoint.say(Reply(("Đã ngầm hóa ", "31 "), breaks_off=True))
    came: list[str] = []
    with pytest.raises(ModelError):
        _collect(model(endpoint, clock), came)
    assert came == ["Đã ngầm hóa ", "31 "]
    assert len(endpoint.asked) == 1


def _collect(chosen: EndpointModel, came: list[str]) -> None:
    pieces = chosen.stream(ASKED)
    while (piece := next(pieces, None)) is not None:
        came.append(piece)


def test_an_endless_answer_ends_with_the_time_limit(endpoint: Endpoint, clock: Clock) -> None:
    endpoint.say(Reply(tuple("abcdef")))
    came = []
    with pytest.raises(ModelError, match="30 giây"):
        for piece in model(endpoint, clock, model_timeout_s=30).stream(ASKED):
            came.append(piece)
            clock.now += 20
    assert came == ["a", "b"]


def test_a_silent_endpoint_is_waited_for_once() -> None:
    # A socket that takes the call and never answers: the client's own time-out ends it.
    clock = Clock()
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        silent = Endpoint(url=f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
        with pytest.raises(ModelError, match="không trả lời"):
            list(model(silent, clock, model_timeout_s=0.05, model_retries=5).stream(ASKED))
    assert clock.slept == []


def test_what_is_no_answer_of_that_kind(endpoint: Endpoint, clock: Clock) -> None:
    endpoint.say(Reply(raw=b"<html>a page of a proxy</html>"))
    assert "".join(_or_error(model(endpoint, clock))) in {"", "ModelError"}


def _or_error(chosen: EndpointModel) -> list[str]:
    try:
        return list(chosen.stream(ASKED))
    except ModelError:
        return ["ModelError"]


def test_the_breaker_opens_and_closes(endpoint: Endpoint, clock: Clock) -> None:
    chosen = model(endpoint, clock, model_retries=0, model_breaker_failures=2, model_breaker_s=60)
    endpoint.say(*[Reply(status=500)] * 3, "Chào.", "Chào.")
    for _ in range(2):
        with pytest.raises(ModelError, match="500"):
            list(chosen.stream(ASKED))
    with pytest.raises(ModelError, match="tạm ngưng"):
        list(chosen.stream(ASKED))
    assert len(endpoint.asked) == 2
    clock.now += 59
    with pytest.raises(ModelError, match="tạm ngưng"):
        list(chosen.stream(ASKED))
    clock.now += 2
    # One call is let through; it fails, and the wait begins anew.
    with pytest.raises(ModelError, match="500"):
        list(chosen.stream(ASKED))
    with pytest.raises(ModelError, match="tạm ngưng"):
        list(chosen.stream(ASKED))
    assert len(endpoint.asked) == 3
    clock.now += 61
    assert "".join(chosen.stream(ASKED)) == "Chào."
    assert "".join(chosen.stream(ASKED)) == "Chào."


def test_a_reader_who_leaves_is_no_failure(endpoint: Endpoint, clock: Clock) -> None:
    chosen = model(endpoint, clock, model_retries=0, model_breaker_failures=1)
    endpoint.say("Kính chào Anh/Chị.", "Chào.")
    leaving = chosen.stream(ASKED)
    assert next(leaving) == "Kính ch"
    leaving.close()  # type: ignore[attr-defined]
    assert "".join(chosen.stream(ASKED)) == "Chào."
