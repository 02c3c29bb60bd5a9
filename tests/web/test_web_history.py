"""The list of stored conversations beside the chat, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import docx
import pytest
from fake_assistant import MONEY, FakeAssistant
from fastapi import FastAPI
from staging import BOX, Visit, ask, open_chat, running, show

from assistant.kept_conversations import KeptConversations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(kept_app: tuple[FastAPI, FakeAssistant, KeptConversations]) -> Iterator[str]:
    with running(kept_app[0]) as url:
        yield f"{url}/"


def answered(page: Any, question: str, answers: int = 1) -> None:
    ask(page, question)
    said(page, answers)


def said(page: Any, answers: int) -> None:
    page.wait_for_function(f"document.querySelectorAll('#tl-conversation .tl-answer').length === {answers}")


def begin_anew(page: Any) -> None:
    """Press for a new conversation and wait until the page is empty: a question before that goes to the old one."""
    page.click("#tl-new")
    said(page, 0)


def titles(page: Any, *expected: str) -> None:
    found = "[...document.querySelectorAll('#tl-history .hi-title')].map(node => node.textContent).join('|')"
    page.wait_for_function(f"{found} === '{'|'.join(expected)}'")


def test_what_was_asked_is_found_and_opened_another_day(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    answered(page, "Kinh phí thực hiện?")
    answered(page, "Nó đến đâu rồi?", 2)
    assert page.inner_text(".tl-understood") == "Hiểu câu hỏi là: Kế hoạch 112/KH-UBND đến đâu rồi?"
    begin_anew(page)
    page.wait_for_selector("#tl-welcome .tl-example")
    answered(page, "Khi nào phải báo cáo?")
    show(page, address)
    page.get_by_role("button", name="Mở danh sách hội thoại đã lưu").click()
    titles(page, "Khi nào phải báo cáo?", "Kinh phí thực hiện?")
    page.get_by_role("searchbox", name="Tìm trong hội thoại").fill("12,5 ty dong")
    titles(page, "Kinh phí thực hiện?")
    page.wait_for_selector("#tl-history .hi-status >> text=1 hội thoại")
    page.click("#tl-history .hi-open")
    said(page, 2)
    assert page.inner_text("#tl-conversation .tl-question >> nth=0").endswith("Kinh phí thực hiện?")
    assert page.locator(".tl-card").count() == 1 and page.locator(".tl-understood").count() == 1
    assert page.get_attribute("#tl-history .hi-open", "aria-current") == "true"
    # It goes on where it was.
    answered(page, "Kinh phí?", 3)
    page.get_by_role("searchbox").fill("")
    titles(page, "Kinh phí thực hiện?", "Khi nào phải báo cáo?")


def test_the_quote_is_there_when_its_page_is_not(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    answered(page, "Kinh phí?")
    show(page, address)
    page.click("#tl-history-toggle")
    page.click("#tl-history .hi-open")
    said(page, 1)
    # The fake's documents are in no catalogue: to the audit they have left the library.
    assert "không còn trong kho" in page.inner_text(".tl-source .tl-stale")
    page.route("**/api/v1/pages/**", lambda route: route.fulfill(status=404, body="{}"))
    page.click("#tl-conversation .tl-cite")
    page.wait_for_selector("#tl-evidence .ev-quote")
    assert page.inner_text("#tl-evidence .ev-quote") == MONEY.quote


def test_rename_and_delete_with_the_keyboard_alone(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    answered(page, "Kinh phí?")
    focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"

    def press_until(key: str, name: str) -> None:
        for _ in range(30):
            if page.evaluate(focused) == name:
                return
            page.keyboard.press(key)
        raise AssertionError(f"{name} was not reached; the focus is on {page.evaluate(focused)}")

    page.focus("#tl-history-toggle")
    page.keyboard.press("Enter")
    titles(page, "Kinh phí?")
    assert page.get_attribute("#tl-history-toggle", "aria-expanded") == "true"
    press_until("Tab", "Đổi tên: Kinh phí?")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    assert page.evaluate(focused) == "Đổi tên: Kinh phí?"
    page.keyboard.press("Enter")
    page.keyboard.type("Ngân sách <b>2024</b>")
    page.keyboard.press("Enter")
    titles(page, "Ngân sách <b>2024</b>")
    page.wait_for_selector("#tl-history [role=status] >> text=Đã đổi tên hội thoại.")
    press_until("Tab", "Xóa: Ngân sách <b>2024</b>")
    page.keyboard.press("Enter")
    # What cannot be undone is not what the key that opened the question does.
    assert page.evaluate(focused) == "Hủy"
    press_until("Shift+Tab", "Xóa")
    page.keyboard.press("Enter")
    page.wait_for_selector("#tl-history [role=status] >> text=Đã xóa hội thoại.")
    titles(page)
    page.wait_for_selector("#tl-welcome .tl-example")
    assert page.locator("#tl-conversation .tl-answer").count() == 0


def test_two_people_have_two_lists(visitor: Visit, address: str) -> None:
    first, second = open_chat(visitor, address), open_chat(visitor, address)
    answered(first, "Kinh phí?")
    for page in (first, second):
        page.click("#tl-history-toggle")
    titles(first, "Kinh phí?")
    second.wait_for_selector("#tl-history >> text=Chưa có hội thoại nào được lưu trên trình duyệt này.")


def test_a_second_tab_of_the_same_person_takes_in_what_the_first_said(visitor: Visit, address: str) -> None:
    tab = visitor()
    first, second = tab.page, tab.context.new_page()
    show(first, address)
    answered(first, "Kinh phí?")
    show(second, address)
    second.click("#tl-history-toggle")
    second.click("#tl-history .hi-open")
    said(second, 1)
    answered(second, "Khi nào báo cáo?", 2)
    first.fill(BOX, "112/KH-UBND")
    first.keyboard.press("Enter")
    said(first, 3)
    assert "Khi nào báo cáo?" in first.inner_text("#tl-conversation")


def test_on_a_phone_the_list_covers_the_page(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address, viewport={"width": 360, "height": 640}, has_touch=True)
    answered(page, "Kinh phí thực hiện của kế hoạch số hóa hồ sơ lưu trữ là bao nhiêu?")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.click("#tl-history-toggle")
    page.wait_for_selector("#tl-history .hi-open")
    box = page.locator("#tl-history").bounding_box()
    assert (box["x"], box["width"]) == (0, 360)
    beyond = "[...document.querySelectorAll('#tl-history *')].filter(n => n.getBoundingClientRect().right > 360).length"
    assert page.evaluate(beyond) == 0
    assert page.get_attribute("#tl-history", "aria-modal") == "true"
    assert page.evaluate("document.querySelector('gradio-app').inert") is True
    page.keyboard.press("Escape")
    page.wait_for_selector("#tl-history", state="detached")
    assert page.evaluate("document.activeElement.id") == "tl-history-toggle"
    page.click("#tl-history-toggle")
    page.click("#tl-history .hi-open")
    page.wait_for_selector("#tl-history", state="detached")
    said(page, 1)


def test_the_list_speaks_the_language_of_the_page(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    page.click("#tl-history-toggle")
    page.click("text=English")
    page.wait_for_selector("#tl-history >> text=Saved conversations")
    assert page.get_attribute("#tl-history-toggle", "aria-label") == "Close the list of conversations"
    page.wait_for_selector("#tl-history >> text=No conversation is saved in this browser yet.")


def test_what_was_typed_is_still_searched_in_another_language(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    answered(page, "Kinh phí?")
    answered(page, "Khi nào báo cáo?", 2)
    begin_anew(page)
    answered(page, "112/KH-UBND")
    page.click("#tl-history-toggle")
    page.get_by_role("searchbox").fill("bao cao")
    titles(page, "Kinh phí?")
    page.click("text=English")
    page.wait_for_selector("#tl-history >> text=Saved conversations")
    page.wait_for_selector("#tl-history .hi-status >> text=1 conversation")
    titles(page, "Kinh phí?")
    assert page.input_value("#hi-search") == "bao cao"


def test_a_title_can_be_edited_while_an_answer_arrives(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    answered(page, "Kinh phí?")
    begin_anew(page)
    page.click("#tl-history-toggle")
    titles(page, "Kinh phí?")
    page.click("#tl-history .hi-rename")
    page.fill("#tl-history .hi-name", "Ngân sách")
    answered(page, "Khi nào báo cáo?")
    # Two frames: what follows an answer has been done by then.
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.evaluate("fetch('api/v1/conversations?q=&offset=0&limit=50').then(reply => reply.text())")
    assert page.input_value("#tl-history .hi-name") == "Ngân sách"
    page.press("#tl-history .hi-name", "Enter")
    titles(page, "Khi nào báo cáo?", "Ngân sách")


def test_a_deletion_takes_out_that_conversation_whatever_is_listed_by_then(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    for question in ("Kinh phí?", "Khi nào báo cáo?"):
        answered(page, question)
        begin_anew(page)
        page.wait_for_selector("#tl-welcome .tl-example")
    page.click("#tl-history-toggle")
    titles(page, "Khi nào báo cáo?", "Kinh phí?")
    held: list[Any] = []
    page.route("**/api/v1/conversations/*", lambda route: held.append(route))
    page.get_by_role("button", name="Xóa: Khi nào báo cáo?").click()
    with page.expect_request(lambda request: request.method == "DELETE"):
        page.get_by_role("button", name="Xóa", exact=True).click()
    page.get_by_role("searchbox").fill("kinh phí")
    titles(page, "Kinh phí?")
    # What is listed has another place than the deleted one had: the list is fetched.
    with page.expect_response(lambda response: "conversations?q=kinh" in response.url):
        held[0].continue_()
    titles(page, "Kinh phí?")
    page.get_by_role("searchbox").fill("")
    titles(page, "Kinh phí?")


def test_a_wide_screen_shows_the_list_until_it_is_closed(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address, viewport={"width": 1500, "height": 860})
    page.wait_for_selector("#tl-history")
    page.get_by_role("button", name="Đóng danh sách hội thoại").last.click()
    show(page, address)
    page.wait_for_function("document.getElementById('tl-history-toggle').getAttribute('aria-expanded') === 'false'")
    assert page.locator("#tl-history").count() == 0


def test_a_list_that_cannot_be_had_says_so(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    page.route("**/api/v1/conversations?*", lambda route: route.abort())
    page.click("#tl-history-toggle")
    page.wait_for_selector("#tl-history >> text=Chưa mở được danh sách hội thoại.")
    page.unroute("**/api/v1/conversations?*")
    page.get_by_role("button", name="Thử lại").click()
    page.wait_for_selector("#tl-history >> text=Chưa có hội thoại nào được lưu")


def test_a_conversation_and_an_answer_are_downloaded(visitor: Visit, address: str) -> None:
    page = open_chat(visitor, address)
    answered(page, "Kinh phí?")
    answered(page, "Khi nào báo cáo?", 2)
    with page.expect_download() as answer:
        page.click("#tl-conversation .tl-answer >> nth=1 >> .tl-export >> nth=0")
    assert answer.value.suggested_filename == "Kinh-phí.docx"
    page.click("#tl-history-toggle")
    titles(page, "Kinh phí?")
    page.click("#tl-history .hi-export")
    page.wait_for_function("document.activeElement.textContent === 'Word (DOCX)'")
    with page.expect_download() as whole:
        page.keyboard.press("Enter")
    assert "Khi nào báo cáo?" in [one.text[3:] for one in docx.Document(str(whole.value.path())).paragraphs]
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement.className === 'hi-export'")
