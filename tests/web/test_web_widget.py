"""The widget on pages of other origins, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import DONE, MONEY, FakeAssistant
from staging import Visitor, running

from assistant.config import Settings
from assistant.web.app import create_app

pytestmark = pytest.mark.browser

Visit = Callable[..., Visitor]
BUBBLE = "troly-chat .bubble"


@pytest.fixture
def service() -> FakeAssistant:
    return FakeAssistant()


def serve_for(origins: str, service: FakeAssistant, folder: Path) -> Any:
    return running(create_app(service, Settings(data_dir=folder, embed_origins=origins)))


def test_a_listed_page_asks_through_the_widget_and_reads_the_cited_answer(
    visitor: Visit, host_page: Any, service: FakeAssistant, web_folder: Path
) -> None:
    with serve_for(host_page.address, service, web_folder) as address:
        host_page.show(f"{address}/widget.js")
        page = visitor().page
        page.goto(host_page.address)
        page.click(BUBBLE)
        chat = page.frame_locator("troly-chat iframe")
        chat.locator("#em-question").fill("Kinh phí thực hiện là bao nhiêu?")
        chat.locator("#em-question").press("Enter")
        chat.locator(".tl-cite").click()
        assert chat.locator("#tl-evidence mark").inner_text() == MONEY.quote
        chat.locator("#tl-evidence h2").press("Escape")
        chat.locator(".em-close").click()
        page.wait_for_selector("troly-chat .panel", state="hidden")
        assert page.get_attribute(BUBBLE, "aria-expanded") == "false"
        page.click(BUBBLE)
        assert "12,5 tỷ đồng" in chat.locator("#em-log").inner_text()
        page.close()


def test_the_attributes_of_the_tag_are_followed(
    visitor: Visit, host_page: Any, service: FakeAssistant, web_folder: Path
) -> None:
    with serve_for(host_page.address, service, web_folder) as address:
        attributes = 'data-language="en" data-theme="dark" data-position="left" data-question="112/KH-UBND"'
        host_page.show(f"{address}/widget.js", attributes)
        page = visitor(viewport={"width": 360, "height": 640}).page
        page.goto(host_page.address)
        assert page.get_attribute(BUBBLE, "aria-label") == "Open the document assistant"
        assert page.locator(BUBBLE).bounding_box()["x"] == 20
        page.click(BUBBLE)
        chat = page.frame_locator("troly-chat iframe")
        chat.locator(".tl-timeline").wait_for()
        assert chat.locator("html").get_attribute("data-theme") == "dark"
        assert chat.locator("h3 >> text=Current status").count() == 1
        assert chat.locator("html").evaluate("node => node.scrollWidth") == 360
        chat.locator(".tl-evidence-link >> nth=0").click()
        assert chat.locator("#tl-evidence mark").inner_text() == DONE.quote
        page.close()


def test_a_page_that_is_not_listed_gets_nothing(
    visitor: Visit, host_page: Any, service: FakeAssistant, web_folder: Path
) -> None:
    with serve_for("https://intranet.example.vn", service, web_folder) as address:
        host_page.show(f"{address}/widget.js", 'data-question="112/KH-UBND"')
        page = visitor().page
        page.goto(host_page.address)
        page.click(BUBBLE)
        page.wait_for_selector("troly-chat p[role=alert]")
        assert page.locator("troly-chat iframe").count() == 0
        assert service.asked == []
        page.close()


def test_a_page_that_is_not_listed_cannot_call_the_api(
    visitor: Visit, host_page: Any, service: FakeAssistant, web_folder: Path
) -> None:
    with serve_for("https://intranet.example.vn", service, web_folder) as address:
        # A page without a policy of its own, so that only the server's refusal stands in the way.
        page = visitor(bypass_csp=True).page
        host_page.show(f"{address}/widget.js")
        page.goto(host_page.address)
        outcome = page.evaluate(
            """async (address) => {
              const body = '{"question": "kinh phí"}';
              const tries = [
                () => fetch(`${address}/api/v1/documents`),
                () => fetch(`${address}/api/v1/ask`, {method: 'POST', body,
                  headers: {'Content-Type': 'application/json'}}),
                () => fetch(`${address}/api/v1/ask`, {method: 'POST', body, mode: 'no-cors'}),
                () => new Promise((done, fail) => {
                  const script = document.createElement('script');
                  script.src = `${address}/api/v1/documents`;
                  script.onload = done; script.onerror = fail; document.head.append(script);
                }),
              ];
              const results = [];
              for (const attempt of tries) {
                try {
                  const reply = await attempt();
                  results.push(reply && reply.type === 'opaque' ? 'opaque' : 'read');
                } catch { results.push('refused'); }
              }
              return results;
            }""",
            address,
        )
        assert "read" not in outcome
        assert service.asked == []
        page.close()


def test_a_listed_page_may_call_the_api(
    visitor: Visit, host_page: Any, service: FakeAssistant, web_folder: Path
) -> None:
    with serve_for(host_page.address, service, web_folder) as address:
        page = visitor(bypass_csp=True).page
        host_page.show(f"{address}/widget.js")
        page.goto(host_page.address)
        text = page.evaluate(
            """async (address) => {
              const reply = await fetch(`${address}/api/v1/ask`, {method: 'POST',
                body: JSON.stringify({question: 'kinh phí'}), headers: {'Content-Type': 'application/json'}});
              return (await reply.json()).text;
            }""",
            address,
        )
        assert "12,5 tỷ đồng" in text
        page.close()


def test_messages_of_a_stranger_are_not_heard(
    visitor: Visit, host_page: Any, service: FakeAssistant, web_folder: Path
) -> None:
    with serve_for(host_page.address, service, web_folder) as address:
        host_page.show(f"{address}/widget.js")
        page = visitor().page
        page.goto(host_page.address)
        page.click(BUBBLE)
        page.frame_locator("troly-chat iframe").locator("#em-question").wait_for()
        page.evaluate("window.postMessage({type: 'troly:close'}, '*')")
        page.evaluate("() => new Promise((done) => setTimeout(done, 0))")
        assert page.is_visible("troly-chat .panel")
        page.close()


def test_an_error_in_the_embedded_chat_is_said_in_plain_words(
    visitor: Visit, service: FakeAssistant, web_folder: Path
) -> None:
    with serve_for("", service, web_folder) as address:
        service.failure = RuntimeError("secret of the engine room")
        page = visitor().page
        page.goto(f"{address}/embed")
        page.click(".tl-example >> nth=0")
        page.wait_for_selector(".tl-notice-error >> text=mã sự cố")
        service.failure = None
        page.fill("#em-question", "25/KH-UBND")
        page.keyboard.press("Enter")
        page.click(".tl-choice >> nth=1")
        page.wait_for_selector(".tl-card")
        assert "05/02/2024" in page.inner_text(".tl-card")
        page.close()
