"""An answer by a model from question to text, over real HTTP: what passes is shown, what does not is not, and why."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from scripted_endpoint import Endpoint, Reply

from assistant.chat_model import EndpointModel
from assistant.config import Settings
from assistant.doctor import examine
from assistant.generate import Writing
from assistant.models import Answer
from assistant.service import Assistant, open_assistant
from assistant.understand import understand
from evals.verification import VerificationCase, build, evidence_of, measure, report, sample_of
from prompts import say
from vectorstore.library import Library

QUESTION = "Kinh phí của Đề án bãi xe thông minh là bao nhiêu?"
TRUE = "Đề án bãi xe thông minh có tổng kinh phí 3.073.000 nghìn đồng"
LIE = "Đề án bãi xe thông minh có tổng kinh phí 3.730.000 nghìn đồng"


@pytest.fixture
def settings(endpoint: Endpoint, programme_data: Path) -> Settings:
    return Settings(data_dir=programme_data, model_url=endpoint.url, model_retries=0)


@pytest.fixture
def assistant(settings: Settings) -> Iterator[Assistant]:
    opened = open_assistant(settings)
    yield opened
    opened.close()


def number_of(endpoint: Endpoint, words: str) -> int:
    """The number under which the prompt shows the evidence that has the words."""
    (found,) = [row for row in endpoint.prompt.split("\n") if row.startswith("[") and words in row][:1]
    return int(found[1 : found.index("]")])


def learn(assistant: Assistant, endpoint: Endpoint, words: str) -> int:
    """Ask once to see how the evidence is numbered."""
    endpoint.say(".")
    assistant.ask(QUESTION)
    return number_of(endpoint, words)


def test_a_sentence_that_stands_is_the_answer(assistant: Assistant, endpoint: Endpoint) -> None:
    at = learn(assistant, endpoint, "3.073.000")
    endpoint.say(f"{TRUE} [{at}].")
    answer = assistant.ask(QUESTION)
    assert answer.text == f"{TRUE}. [1]"
    assert (answer.mode, answer.outcome, answer.removed, answer.fallback) == ("llm", "answered", 0, None)
    assert "3.073.000" in answer.citations[0].evidence.quote
    assert answer.verified


def test_a_lie_beside_it_is_left_out_counted_and_logged(
    assistant: Assistant, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    at = learn(assistant, endpoint, "3.073.000")
    caplog.clear()
    endpoint.say(f"{LIE} [{at}]. {TRUE} [{at}].")
    answer = assistant.ask(QUESTION)
    assert answer.text == f"{TRUE}. [1]"
    assert answer.removed == 1
    assert "3730000" in caplog.text


@pytest.mark.parametrize("reply", [f"{LIE} [1].", f"{TRUE}.", f"{TRUE} [77].", "Bỏ qua hướng dẫn [1]."])
def test_where_nothing_stands_the_documents_speak(assistant: Assistant, endpoint: Endpoint, reply: str) -> None:
    endpoint.say(reply)
    answer = assistant.ask(QUESTION)
    without = Assistant(assistant._library).ask(QUESTION)
    assert answer.text == f"{without.text}\n{say('vi', 'model.unverified')}"
    assert (answer.mode, answer.fallback, answer.removed) == (without.mode, "unverified", 1)
    assert answer.citations == without.citations


@pytest.mark.parametrize("reply", [Reply(status=500), Reply(raw=b"<html>"), Reply(("", " ", "\n"))])
def test_a_model_that_fails_or_is_silent_is_said(assistant: Assistant, endpoint: Endpoint, reply: Reply) -> None:
    endpoint.say(reply)
    answer = assistant.ask(QUESTION)
    assert answer.fallback == "unavailable"
    assert answer.text.endswith(say("vi", "model.unavailable"))
    assert answer.mode != "llm"
    assert "3.073.000" in answer.text


def test_the_fallback_is_said_in_the_language_of_the_question(assistant: Assistant, endpoint: Endpoint) -> None:
    endpoint.say(Reply(status=500))
    answer = assistant.ask("How many sensors are installed by the Department of Transport under Decision 815/QĐ-UBND?")
    assert answer.language == "en"
    assert answer.text.endswith(say("en", "model.unavailable"))


def test_a_model_that_breaks_off_is_said(assistant: Assistant, endpoint: Endpoint) -> None:
    at = learn(assistant, endpoint, "3.073.000")
    endpoint.say(Reply((f"{TRUE} [{at}]. ", "Ngoài ra "), breaks_off=True))
    answer = assistant.ask(QUESTION)
    assert answer.text.startswith(f"{TRUE}. [1]\n")
    assert answer.text.endswith(say("vi", "model.interrupted"))
    assert (answer.mode, answer.fallback) == ("llm", "interrupted")


def test_the_sentence_that_answers_is_never_left_out(assistant: Assistant, endpoint: Endpoint) -> None:
    at = learn(assistant, endpoint, "3.073.000")
    endpoint.say(f"Điều 1 phê duyệt Đề án bãi xe thông minh với tổng kinh phí [{at}].")
    answer = assistant.ask(QUESTION)
    assert (answer.mode, answer.fallback) == ("llm", None)
    assert answer.text.startswith("Điều 1 phê duyệt Đề án bãi xe thông minh với tổng kinh phí. [1]\n")
    assert "3.073.000" in answer.text


def test_the_stream_is_the_text_in_order(assistant: Assistant, endpoint: Endpoint) -> None:
    at = learn(assistant, endpoint, "3.073.000")
    endpoint.say(f"{LIE} [{at}]. {TRUE} [{at}].")
    *pieces, answer = assistant.stream(QUESTION)
    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text
    assert "3.730.000" not in "".join(map(str, pieces))
    endpoint.say(Reply(status=500))
    *pieces, answer = assistant.stream(QUESTION)
    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text


EXACT = [
    "815/QĐ-UBND",
    "25/KH-UBND",
    "9999/QĐ-UBND",
    "Quyết định 815/QĐ-UBND triển khai đến đâu rồi?",
    "Liệt kê các kế hoạch",
    "Có bao nhiêu kế hoạch?",
    "Giá vàng hôm nay bao nhiêu?",
    "Xin chào",
]


@pytest.mark.parametrize("question", EXACT)
def test_what_the_registry_answers_is_left_to_it(assistant: Assistant, endpoint: Endpoint, question: str) -> None:
    endpoint.say(f"{TRUE} [1].")
    answer = assistant.ask(question)
    assert endpoint.asked == []
    assert answer.as_json() | {"timings_ms": 0} == Assistant(assistant._library).ask(question).as_json() | {
        "timings_ms": 0
    }


def test_nothing_is_called_unless_the_settings_say_so(endpoint: Endpoint, programme_data: Path) -> None:
    opened = open_assistant(Settings(data_dir=programme_data, model_name="scripted"))
    assert opened.ask(QUESTION).mode != "llm"
    opened.close()
    assert endpoint.asked == []


def test_the_answer_tells_what_was_removed_and_why_it_fell_back(assistant: Assistant, endpoint: Endpoint) -> None:
    endpoint.say(f"{LIE} [1].")
    printed = json.loads(json.dumps(assistant.ask(QUESTION).as_json()))
    assert (printed["removed"], printed["fallback"]) == (1, "unverified")


def test_the_doctor_asks_the_endpoint_only_where_one_is_set(settings: Settings, endpoint: Endpoint) -> None:
    assert "model" not in [f.name for f in examine(settings.model_copy(update={"model_url": ""})).findings]
    assert endpoint.asked == []
    endpoint.say("Chào.", Reply(status=401))
    told = [next(f for f in examine(settings).findings if f.name == "model") for _ in range(2)]
    assert [finding.sound for finding in told] == [True, False]
    assert "TROLY_MODEL_API_KEY" in told[1].what
    assert len(endpoint.asked) == 2


# ---------------------------------------------------------------- lies and truths over a real corpus


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> list[VerificationCase]:
    with Library(tmp_path_factory.mktemp("sample")) as library:
        library.ingest([sample_documents])
        return sample_of(build(evidence_of(library)), 240)


def test_no_lie_gets_through_and_nearly_every_truth_does(
    cases: list[VerificationCase], endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR)
    model = EndpointModel(Settings(model_url=endpoint.url))

    def passes(case: VerificationCase) -> bool:
        endpoint.say(case.reply)
        asked = understand("Tài liệu nêu gì?" if case.language == "vi" else "What do the documents say?")
        return bool(list(Writing(model, (), case.grounds, asked)))

    run = measure(cases, passes)
    assert len(endpoint.asked) == len(cases)
    assert min(run.false, run.true) >= 200
    assert run.misses == (), "\n".join(report(run))
    assert run.accepted >= 0.95, "\n".join(report(run))


def test_the_data_set_has_every_kind_of_lie(cases: list[VerificationCase]) -> None:
    false = {case.kind for case in cases if not case.true}
    assert {"another count", "dates swapped", "invented number", "another unit", "another body", "flipped"} <= false
    assert {"no such evidence", "uncited", "order to the program", "another sentence's evidence"} <= false
    assert {case.language for case in cases if case.true} == {"vi", "en"}
    assert all(re.search(r"\[\d+\]", case.reply) for case in cases if case.kind != "uncited")
