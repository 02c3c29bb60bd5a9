"""Journeys of a person through the chat, in a real browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import DONE, MONEY, FakeAssistant
from staging import BOX, Visit, ask, open_chat, running

from assistant.config import Settings
from assistant.web.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def service() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture(scope="module")
def address(service: FakeAssistant, web_folder: Path) -> Iterator[str]:
    with running(create_app(service, Settings(data_dir=web_folder))) as url:
        yield url


@pytest.fixture
def home(address: str, service: FakeAssistant) -> str:
    service.failure, service.empty, service.gate = None, False, None
    service.asked.clear()
    return f"{address}/"


def marked(page: Any) -> str:
    page.wait_for_selector("#tl-evidence mark")
    return "".join(page.locator("#tl-evidence mark").all_inner_texts())


def test_first_visit_to_a_cited_answer_and_its_sentence(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    assert page.title() == "Trợ lý Văn bản"
    ask(page, "Kinh phí thực hiện là bao nhiêu?")
    page.wait_for_selector("#tl-conversation .tl-cite")
    assert "12,5 tỷ đồng" in page.inner_text("#tl-conversation .tl-text")
    page.click("#tl-conversation .tl-cite")
    assert marked(page) == MONEY.quote
    panel = page.inner_text("#tl-evidence")
    for words in ("112/KH-UBND", "15/03/2024", "UBND tỉnh Sông Lam", "I. MỤC TIÊU", "Trang 1/2"):
        assert words in panel


def test_the_answer_is_seen_arriving(visitor: Visit, home: str, service: FakeAssistant) -> None:
    page = open_chat(visitor, home)
    service.gate = threading.Event()
    ask(page, "Kinh phí?")
    page.wait_for_selector("#tl-live .tl-pending .tl-text >> text=Kinh")
    assert "12,5" not in page.inner_text("#tl-live") and page.input_value(BOX) == ""
    service.gate.set()
    page.wait_for_selector("#tl-conversation .tl-cite")
    assert page.locator("#tl-live .tl-answer").count() == 0


def test_waiting_for_an_answer_can_be_stopped(visitor: Visit, home: str, service: FakeAssistant) -> None:
    page = open_chat(visitor, home)
    service.gate = threading.Event()
    ask(page, "Kinh phí?")
    page.click("#tl-stop")
    page.wait_for_selector("text=Đã dừng theo yêu cầu.")
    # The page is free again when the server has let the answer go.
    with page.expect_response(lambda response: response.url.endswith("/gradio_api/reset")):
        service.gate.set()
    service.gate = None
    ask(page, "25/KH-UBND")
    page.wait_for_selector(".tl-choice")
    assert page.locator("#tl-conversation .tl-question").count() == 1


def test_pages_are_turned_and_the_passage_found_again(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    ask(page, "Khi nào phải báo cáo?")
    page.click("#tl-conversation .tl-source")
    # The sentence holds a character outside the basic plane: offsets count code points.
    assert marked(page) == "báo cáo UBND tỉnh 😀 trước ngày 20 tháng 12 hằng năm."
    page.click("text=Trang trước")
    page.wait_for_selector("text=Đoạn trích nằm ở trang 2.")
    assert page.locator("#tl-evidence mark").count() == 0
    assert page.get_by_role("button", name="Trang trước").is_disabled()
    page.click("text=Về đoạn trích")
    assert marked(page).startswith("báo cáo UBND tỉnh")
    assert page.get_by_role("button", name="Trang sau").is_disabled()


def test_a_pasted_number_gives_a_status_card_with_its_timeline(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    ask(page, "112/KH-UBND")
    page.wait_for_selector(".tl-card")
    assert page.inner_text(".tl-current .tl-state") == "Đã hoàn thành"
    steps = page.locator(".tl-timeline > li")
    assert [re.split(r"\s{1,}", text)[0] for text in steps.all_inner_texts()] == ["15/03/2024", "tính", "12/12/2025"]
    page.locator(".tl-timeline > li").nth(2).get_by_role("button").click()
    assert marked(page) == DONE.quote


def test_a_title_with_markup_shows_as_text_and_runs_nothing(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    ask(page, "112/KH-UBND")
    page.wait_for_selector(".tl-card")
    assert '<img src=x onerror="window.pwned=1"> ${window.pwned=2} {{pwned}}' in page.inner_text(".tl-card-title")
    assert page.locator(".tl-card img").count() == 0
    ask(page, "<img src=x onerror='window.pwned=3'> ${window.pwned=4}")
    page.wait_for_selector("text=Các văn bản đã nạp không nêu nội dung này.")
    assert page.inner_text("#tl-conversation .tl-question >> nth=1").endswith("${window.pwned=4}")
    assert page.evaluate("window.pwned") is None


def test_a_related_document_is_one_click_away(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    ask(page, "112/KH-UBND")
    page.click("button.tl-related")
    page.wait_for_selector("text=chưa nêu tình trạng triển khai")
    assert page.locator(".tl-card").count() == 2


def test_a_new_question_closes_the_passage_of_the_old_answer(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    ask(page, "Kinh phí?")
    page.click("#tl-conversation .tl-cite")
    marked(page)
    ask(page, "25/KH-UBND")
    page.wait_for_selector(".tl-choice")
    assert page.locator("#tl-evidence").count() == 0
    assert page.evaluate(f"document.activeElement === document.querySelector('{BOX}')")


def test_an_example_is_asked_by_a_click(visitor: Visit, home: str, service: FakeAssistant) -> None:
    page = open_chat(visitor, home)
    page.click("#tl-welcome .tl-example >> nth=0")
    page.wait_for_selector("#tl-conversation .tl-cite")
    assert service.asked[-1][0] == "Kinh phí thực hiện là bao nhiêu?"
    assert not page.is_visible("#tl-welcome")
    page.click("#tl-new")
    page.wait_for_selector("#tl-welcome .tl-example")
    page.wait_for_selector("#tl-conversation .tl-answer", state="detached")


def test_an_ambiguous_number_is_offered_as_choices(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    ask(page, "25/KH-UBND")
    page.wait_for_selector(".tl-choice")
    assert page.locator(".tl-choice").count() == 2
    page.click(".tl-choice >> nth=1")
    page.wait_for_selector(".tl-card")
    assert "05/02/2024" in page.inner_text(".tl-card h2") and "Trồng rừng" in page.inner_text(".tl-card-title")


def test_the_english_switch_changes_the_page_and_is_remembered(
    visitor: Visit, home: str, service: FakeAssistant
) -> None:
    page = open_chat(visitor, home)
    ask(page, "112/KH-UBND")
    page.wait_for_selector(".tl-card")
    page.click("text=English")
    page.wait_for_selector("text=Current status")
    assert page.get_attribute(BOX, "placeholder") == "Type a question or paste a document number…"
    assert page.get_attribute("html", "lang") == "en"
    ask(page, "What is the cost?")
    page.wait_for_selector("#tl-conversation .tl-cite >> nth=1")
    assert service.asked[-1][2] == "en"
    page.click("#tl-conversation .tl-source >> nth=1")
    page.wait_for_selector("text=Page 1 of 2")
    page.reload()
    page.wait_for_selector("text=Welcome. What would you like to look up?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_follows_the_system_until_one_is_chosen(visitor: Visit, home: str, scheme: str) -> None:
    page = open_chat(visitor, home, color_scheme=scheme)
    other = {"light": "dark", "dark": "light"}[scheme]
    shown = "[document.documentElement.dataset.theme, document.body.classList.contains('dark')]"
    page.wait_for_function(f"{shown}.join() === '{scheme},{str(scheme == 'dark').lower()}'")
    page.click("#tl-theme")
    page.reload()
    page.wait_for_selector(BOX)
    page.wait_for_function(f"{shown}.join() === '{other},{str(other == 'dark').lower()}'")


def test_a_phone_needs_no_sideways_scrolling(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home, viewport={"width": 360, "height": 640}, has_touch=True)
    width = "document.documentElement.scrollWidth"
    assert page.evaluate(width) == 360
    ask(page, "112/KH-UBND")
    page.wait_for_selector(".tl-card")
    assert page.evaluate(width) == 360
    over = "[...document.querySelectorAll('.tl-log *')].filter(n => n.getBoundingClientRect().right > 361).length"
    assert page.evaluate(over) == 0
    page.click(".tl-cite >> nth=0")
    assert marked(page) == DONE.quote
    box = page.locator("#tl-evidence").bounding_box()
    assert (box["x"], box["width"]) == (0, 360)
    # What lies beneath the sheet is out of reach.
    assert page.evaluate("document.querySelector('gradio-app').inert") is True
    page.click("#tl-evidence .ev-close")
    assert page.evaluate("document.querySelector('gradio-app').inert") is False
    assert page.is_visible(BOX)


def test_the_keyboard_alone_is_enough(visitor: Visit, home: str) -> None:
    page = open_chat(visitor, home)
    page.wait_for_function(f"document.activeElement === document.querySelector('{BOX}')")
    page.keyboard.type("Kinh phí thực hiện?")
    page.keyboard.press("Enter")
    page.wait_for_selector("#tl-conversation .tl-cite")
    focused = "document.activeElement.className"
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(focused) == "tl-cite":
            break
    assert page.evaluate(focused) == "tl-cite"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    page.keyboard.press("Enter")
    assert marked(page) == MONEY.quote
    assert page.evaluate("document.activeElement.id") == "ev-heading"
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Trang sau":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Trang 2/2")
    page.keyboard.press("Escape")
    page.wait_for_selector("#tl-evidence", state="detached")
    assert page.evaluate(focused) == "tl-cite"


def test_an_error_is_said_in_plain_words_and_the_next_question_works(
    visitor: Visit, home: str, service: FakeAssistant
) -> None:
    page = open_chat(visitor, home)
    service.failure = RuntimeError("secret of the engine room")
    ask(page, "Kinh phí?")
    page.wait_for_selector("#tl-conversation .tl-notice-error")
    assert "mã sự cố" in page.inner_text("#tl-conversation") and "engine room" not in page.content()
    service.failure = None
    ask(page, "Kinh phí?")
    page.wait_for_selector("#tl-conversation .tl-cite")


def test_a_page_that_is_gone_is_said_in_plain_words(visitor: Visit, home: str) -> None:
    tab = visitor()
    page = tab.page
    page.route("**/api/v1/pages/**", lambda route: route.fulfill(status=404, body="{}"))
    page.goto(home)
    ask(page, "Kinh phí?")
    page.click("#tl-conversation .tl-cite")
    page.wait_for_selector("text=Trang này không còn trong kho văn bản.")
    page.keyboard.press("Escape")
    page.unroute("**/api/v1/pages/**")
    page.route("**/api/v1/pages/**", lambda route: route.abort())
    page.click("#tl-conversation .tl-cite")
    page.wait_for_selector("text=Mất kết nối với máy chủ.")
    page.unroute("**/api/v1/pages/**")
    page.get_by_role("button", name="Thử lại").click()
    assert marked(page) == MONEY.quote


def test_an_empty_library_says_what_to_do(visitor: Visit, home: str, service: FakeAssistant) -> None:
    service.empty = True
    page = open_chat(visitor, home)
    page.wait_for_selector("#tl-welcome >> text=Chưa có văn bản nào được nạp.")


def test_two_people_have_two_conversations(visitor: Visit, home: str) -> None:
    first, second = open_chat(visitor, home), open_chat(visitor, home)
    ask(first, "Kinh phí?")
    first.wait_for_selector("#tl-conversation .tl-cite")
    ask(second, "25/KH-UBND")
    second.wait_for_selector(".tl-choice")
    assert "Kinh phí" not in second.inner_text("#tl-conversation")


def test_the_api_reference_draws_itself_from_this_server(visitor: Visit, home: str) -> None:
    page = visitor().page
    page.goto(f"{home}api/v1/docs")
    page.get_by_text("/api/v1/status").wait_for()


def test_the_chat_works_under_a_path(visitor: Visit, web_folder: Path) -> None:
    app = create_app(FakeAssistant(), Settings(data_dir=web_folder, root_path="/tro-ly"))
    with running(app) as address:
        page = open_chat(visitor, f"{address}/tro-ly")
        assert page.url == f"{address}/tro-ly/"
        ask(page, "Kinh phí?")
        page.click("#tl-conversation .tl-cite")
        assert marked(page) == MONEY.quote
        page.close()
