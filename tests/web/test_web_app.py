"""The application as a whole: pages, embedding, operation, the way it opens its port."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from fake_assistant import FakeAssistant
from fastapi.testclient import TestClient
from staging import LISTED, Stranger, read_events

from assistant.config import Settings
from assistant.models import Answer, Language, Turn
from assistant.web.app import ServeError, create_app, open_socket, serve
from assistant.web.chat import ChatPage, Exchange, Talk, past_turns, welcome_block
from assistant.web.metrics import Metrics
from assistant.web.shell import STATIC, dress_page
from assistant.web.texts import load_texts


def test_the_chat_page_is_ours(client: TestClient) -> None:
    page = client.get("/").text
    assert '<html\n\tlang="vi"' in page
    assert "<title>Trợ lý Văn bản</title>" in page
    assert "og:image" not in page and "twitter:" not in page
    assert set(re.findall(r"https?://[^\"'<> ]+", page)) == {"http://testserver"}
    assert "<p>Opening the page" in client.get("/", params={"lang": "en"}).text


def test_the_page_is_whole_for_a_browser_that_takes_compressed_answers(client: TestClient) -> None:
    reply = client.get("/", headers={"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in reply.headers
    assert int(reply.headers["content-length"]) == len(reply.content)


def test_every_file_that_the_pages_name_is_served_and_kept(client: TestClient) -> None:
    named = set()
    for path in ("/", "/embed"):
        named |= set(re.findall(r'(?:href|src)="\./(ui/[^"]+)"', client.get(path).text))
    assert len(named) >= 7
    for name in named:
        reply = client.get(f"/{name}")
        assert (reply.status_code, "immutable" in reply.headers["cache-control"]) == (200, True), name


def test_no_file_of_ours_names_another_server() -> None:
    allowed = {"http://www.w3.org/2000/svg", "https://HOST/widget.js"}
    for file in STATIC.iterdir():
        found = set(re.findall(r"https?://[^\"'<> ]+", file.read_text(encoding="utf-8")))
        assert found <= allowed, file.name


def test_gradio_calls_nobody() -> None:
    blocks = ChatPage(FakeAssistant(), Metrics(), "vi").build()
    config = json.dumps(blocks.get_config_file(), default=str)
    assert blocks.analytics_enabled is False
    assert "fonts.googleapis" not in config


def test_gradio_shows_no_endpoint_of_its_own(client: TestClient) -> None:
    assert client.get("/gradio_api/info").json() == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_the_embedded_page_is_small_and_needs_no_inline_script(client: TestClient) -> None:
    page = client.get("/embed", params={"lang": "en", "q": '"><script>alert(1)</script>', "theme": "dark"})
    assert '<html lang="en" data-theme="dark">' in page.text
    assert re.findall(r"<script(?![^>]*src=)", page.text) == [] and "style=" not in page.text
    settings = json.loads(unescape(re.search(r'data-settings="([^"]*)"', page.text).group(1)))  # type: ignore[union-attr]
    assert settings["opening"] == '"><script>alert(1)</script>'
    names = re.findall(r'(?:href|src)="\./(ui/[^"]+)"', page.text)
    assert len(page.content) + sum(len(client.get(f"/{name}").content) for name in names) < 56_000


@pytest.mark.parametrize(
    ("host", "told"), [(LISTED, LISTED), ("https://evil.example", ""), ("", "")], ids=["listed", "stranger", "none"]
)
def test_the_embedded_page_talks_to_listed_pages_only(client: TestClient, host: str, told: str) -> None:
    page = client.get("/embed", params={"host": host, "theme": "pink", "lang": "fr"}).text
    settings = json.loads(unescape(re.search(r'data-settings="([^"]*)"', page).group(1)))  # type: ignore[union-attr]
    assert settings == {"host": told, "opening": "", "theme": "auto", "language": "vi"}


def test_the_widget_is_one_small_script(client: TestClient) -> None:
    reply = client.get("/widget.js")
    assert reply.headers["content-type"].startswith("text/javascript")
    assert len(reply.content) < 30_000
    assert "innerHTML" not in reply.text and "eval(" not in reply.text


def test_the_embedded_chat_answers_with_escaped_markup(client: TestClient) -> None:
    reply = client.post("/embed/ask", json={"question": "112/KH-UBND"})
    _, last = read_events(reply.text)[-1]
    html = last["html"]
    assert "<img" not in html and "&lt;img src=x onerror=&quot;" in html
    assert 'class="tl-timeline"' in html


def test_operation_routes(client: TestClient, assistant: FakeAssistant) -> None:
    assert client.get("/healthz").text == "ok"
    assert client.get("/readyz").status_code == 200
    assistant.empty = True
    assert client.get("/readyz").status_code == 503


def test_metrics_count_answers_and_never_hold_questions(web_folder: Path) -> None:
    assistant = FakeAssistant()
    client = TestClient(create_app(assistant, Settings(data_dir=web_folder)))
    client.post("/api/v1/ask", json={"question": "kinh phí bí mật"})
    client.post("/embed/ask", json={"question": "25/KH-UBND"})
    assistant.failure = RuntimeError("x")
    client.post("/api/v1/ask", json={"question": "kinh phí"})
    text = client.get("/metrics").text
    assert 'troly_answers_total{channel="api",mode="extractive",outcome="answered"} 1.0' in text
    assert 'troly_answers_total{channel="embed",mode="status",outcome="ambiguous"} 1.0' in text
    assert 'troly_failures_total{channel="api"} 1.0' in text
    assert 'troly_http_requests_total{area="api",method="POST",status="500"} 1.0' in text
    assert "troly_questions_running 0.0" in text and "bí mật" not in text


def test_metrics_count_what_verification_removed_and_what_the_model_left_undone() -> None:
    metrics = Metrics()
    for answer in (
        Answer("answered", "x", (), "llm", "vi", removed=2),
        Answer("answered", "x", (), "extractive", "vi", removed=1, fallback="unverified"),
        Answer("answered", "x", (), "extractive", "vi"),
    ):
        metrics.count_answer("api", answer)
    text = metrics.exposition().decode()
    assert 'troly_removed_lines_total{channel="api",mode="llm"} 2.0' in text
    assert 'troly_removed_lines_total{channel="api",mode="extractive"} 1.0' in text
    assert 'troly_model_fallbacks_total{channel="api",reason="unverified"} 1.0' in text


@pytest.mark.parametrize("stripped", [True, False], ids=["proxy strips the path", "proxy keeps the path"])
def test_served_under_a_path(web_folder: Path, stripped: bool) -> None:
    app = create_app(FakeAssistant(), Settings(data_dir=web_folder, root_path="/tro-ly"))
    client = TestClient(app)
    at = "" if stripped else "/tro-ly"
    page = client.get(f"{at}/").text
    assert '<html\n\tlang="vi"' in page
    assert re.findall(r'"root":\s*"([^"]*)"', page) == ["http://testserver/tro-ly"]
    assert client.get(f"{at}/api/v1/health").status_code == 200
    assert client.get(f"{at}/embed").status_code == 200
    assert client.get(f"{at}/ui/favicon.svg").status_code == 200
    assert client.get(f"{at}/.env").status_code == 404


def test_dressing_leaves_a_page_of_another_shape_standing() -> None:
    assert dress_page(b"<p>other</p>", load_texts("vi")) == b"<p>other</p>"


def test_a_taken_port_is_said_with_the_remedy() -> None:
    with open_socket("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=rf"cổng {port}.*EADDRINUSE.*--port"):
            serve(Settings(port=port), FakeAssistant())


def test_importing_the_seam_does_not_pay_for_gradio() -> None:
    code = "import sys, assistant.web.service_protocol, assistant.web.texts; print('gradio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# ------------------------------------------------------------------ the chat's own steps, without a browser


@pytest.fixture
def chat(assistant: FakeAssistant) -> ChatPage:
    return ChatPage(assistant, Metrics(), "vi")


NOBODY = Stranger()


def last(steps: Iterator[tuple[Any, ...]]) -> tuple[Any, ...]:
    return list(steps)[-1]


def test_a_question_is_shown_at_once_and_its_answer_at_the_end(chat: ChatPage) -> None:
    steps = list(chat.respond("kinh phí", Talk(), "vi", NOBODY))
    assert "Đang tra cứu" in steps[0][2] and steps[0][4] == ""
    assert "12,5 tỷ đồng" in steps[-1][1] and steps[-1][2] == ""
    [exchange] = steps[-1][3].exchanges
    assert isinstance(exchange.answer, Answer)


def test_a_follow_up_carries_the_conversation(chat: ChatPage, assistant: FakeAssistant) -> None:
    said = last(chat.respond("kinh phí", Talk(), "vi", NOBODY))[3]
    said = last(chat.respond("khi nào báo cáo", said, "en", NOBODY))[3]
    _, turns, language = assistant.asked[-1]
    assert [turn.role for turn in turns] == ["user", "assistant"] and turns[0].content == "kinh phí"
    assert turns[1].answer is not None and turns[1].answer.text == turns[1].content
    assert (language, len(said.exchanges), said.id) == ("vi", 2, None)


@pytest.mark.parametrize(
    ("page", "question", "spoken"),
    [("vi", "What is the cost?", "en"), ("en", "Kinh phí là bao nhiêu?", "vi"), ("en", "112/KH-UBND", "en")],
)
def test_a_question_is_answered_in_its_own_language(
    chat: ChatPage, client: TestClient, assistant: FakeAssistant, page: Language, question: str, spoken: str
) -> None:
    last(chat.respond(question, Talk(), page, NOBODY))
    client.post("/embed/ask", json={"question": question, "language": page})
    assert [language for _, _, language in assistant.asked[-2:]] == [spoken, spoken]


def test_a_library_without_known_numbers_is_not_called_empty() -> None:
    assert "troly ingest" not in welcome_block([], load_texts("vi"), empty=False)


def test_an_error_is_part_of_the_conversation_but_not_of_its_history(chat: ChatPage, assistant: FakeAssistant) -> None:
    assistant.failure = RuntimeError("secret of the engine room")
    view = last(chat.respond("kinh phí <b>", Talk(), "vi", NOBODY))
    assert "mã sự cố" in view[1] and "secret" not in view[1]
    assert "kinh phí &lt;b&gt;" in view[1]
    assert past_turns(view[3].exchanges) == []


def test_an_empty_question_asks_for_one(chat: ChatPage, assistant: FakeAssistant) -> None:
    view = last(chat.respond("  \n", Talk(), "en", NOBODY))
    assert load_texts("en")("errors.empty") in view[2] and view[3] == Talk() and assistant.asked == []


def test_only_the_latest_exchanges_are_history() -> None:
    answer = Answer("answered", "Có.", (), "extractive", "vi")
    exchanges = tuple(Exchange(str(number), answer) for number in range(20))
    turns = past_turns(exchanges)
    assert (len(turns), turns[0], turns[-1]) == (16, Turn("user", "12"), Turn("assistant", "Có."))


def test_an_empty_library_says_what_to_do(assistant: FakeAssistant) -> None:
    assistant.empty = True
    blocks = ChatPage(assistant, Metrics(), "vi").build()
    welcome = next(block for block in blocks.blocks.values() if getattr(block, "elem_id", "") == "tl-welcome")
    assert isinstance(welcome, gr.HTML) and "troly ingest" in welcome.value


def test_the_app_starts_and_stops_cleanly(client: TestClient) -> None:
    async def live() -> None:
        app: Any = client.app
        async with app.router.lifespan_context(app):
            await asyncio.sleep(0)

    asyncio.run(live())
