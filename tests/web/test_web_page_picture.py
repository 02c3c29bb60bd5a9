"""The evidence panel shows the page as its original does, the cited words highlighted, in a real browser."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from fastapi.testclient import TestClient
from printed_pages import MONEY, OVER, PLAN, Line, covers, place, print_pages
from signed_pdf import CHAIRMAN, sign
from staging import Visit, ask, open_chat, running, show

from assistant.config import Settings
from assistant.kept_conversations import KeptConversations
from assistant.models import Answer, Citation, Highlight, Language, PagePicture, PageView, Turn
from assistant.service import Assistant
from assistant.web.app import create_app
from vectorstore.library import Library

sys.path.insert(0, str(Path(__file__).parents[1] / "ingest"))
from scans import LETTER, Paper, needs_tesseract, scan

SHOWN = "#tl-evidence .ev-sheet[data-state=shown]"
SCANNED = "Điều 1. Phê duyệt Kế hoạch trồng rừng ven biển với diện tích 450 ha."
NOTE = "Điều 1. Giao Sở Nội vụ chủ trì.\nĐiều 2. Quyết định này có hiệu lực kể từ ngày ký.\n"


@dataclass
class Quoting(FakeAssistant):
    """Answers with the sentence that a question asks for by its first words, out of a real library."""

    behind: Assistant = field(kw_only=True)

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Answer:
        for document in self.behind.catalogue.documents():
            passages = self.behind.passages.open(document.id)
            for span in passages.sentences:
                if span.of(passages.text).startswith(question):
                    evidence = passages.evidence(span)
                    cited = Citation(1, None, None, evidence, passages.source)
                    text = " ".join(evidence.quote.split())
                    return Answer("answered", f"{text} [1].", (cited,), "extractive", language or "vi")
        return super().ask(question, history, language)

    def page(self, document_id: str, page: int) -> PageView:
        return self.behind.page(document_id, page)

    def page_picture(self, document_id: str, page: int) -> PagePicture:
        return self.behind.page_picture(document_id, page)

    def highlight(self, document_id: str, page: int, start: int, end: int) -> Highlight:
        return self.behind.highlight(document_id, page, start, end)


@dataclass(frozen=True)
class Office:
    """A server over a folder of files."""

    folder: Path
    assistant: Assistant
    app: FastAPI
    address: str


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder, data = tmp_path_factory.mktemp("kho"), tmp_path_factory.mktemp("data")
    sign(print_pages(folder / "ke-hoach.pdf"), CHAIRMAN)
    (folder / "ghi-chu.txt").write_text(NOTE, encoding="utf-8")
    with running_over(folder, data) as found:
        yield found


def running_over(folder: Path, data: Path) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def opened() -> Iterator[Office]:
        library = Library.open(data)
        assert {report.status for report in library.ingest([folder])} == {"indexed"}
        assistant = Assistant(library)
        settings, service = Settings(data_dir=data), Quoting(behind=assistant)
        app = create_app(service, settings, KeptConversations(service, library.catalogue, settings))
        try:
            with running(app) as address:
                yield Office(folder, assistant, app, f"{address}/")
        finally:
            assistant.close()

    return opened()


def line_of(text: str) -> Line:
    return next(line for page in PLAN for line in page if line[2].startswith(text))


def cited(page: Any, question: str) -> None:
    """Ask, and open the citation of the answer."""
    ask(page, question)
    page.click("#tl-conversation .tl-answer:last-of-type .tl-cite >> nth=-1")


def boxes(page: Any) -> list[tuple[float, ...]]:
    """Where the highlights lie on the picture that is shown, in shares of it, as the browser has laid them out."""
    page.wait_for_selector(SHOWN)
    measured = page.evaluate(
        """() => {
          const at = document.querySelector('#tl-evidence .ev-paper img').getBoundingClientRect();
          return [...document.querySelectorAll('#tl-evidence .ev-box')].map((node) => {
            const box = node.getBoundingClientRect();
            return [(box.left - at.left) / at.width, (box.top - at.top) / at.height,
              (box.right - at.left) / at.width, (box.bottom - at.top) / at.height];
          });
        }"""
    )
    return [tuple(box) for box in measured]


def in_sight(page: Any) -> bool:
    return bool(
        page.evaluate(
            """() => {
              const box = document.querySelector('#tl-evidence .ev-box').getBoundingClientRect();
              const sheet = document.querySelector('#tl-evidence .ev-sheet').getBoundingClientRect();
              return box.top >= sheet.top && box.bottom <= sheet.bottom && box.left >= sheet.left;
            }"""
        )
    )


# ------------------------------------------------------------------ journeys


@pytest.mark.browser
@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": {"width": 360, "height": 640}, "has_touch": True}],
    ids=["wide", "dark", "phone"],
)
def test_a_citation_opens_on_the_page_s_picture_over_its_words(
    visitor: Visit, office: Office, options: dict[str, Any]
) -> None:
    page = open_chat(visitor, office.address, **options)
    cited(page, "Kinh phí thực hiện")
    (box,) = boxes(page)
    assert covers(box, place(line_of(MONEY)))
    assert in_sight(page)
    assert page.get_by_role("img", name=f"Ảnh trang 1; đoạn trích được tô sáng: “{MONEY}”").count() == 1
    # Enlarged, the highlight stays over its words.
    page.get_by_role("button", name="Phóng to").click()
    (larger,) = boxes(page)
    assert covers(larger, place(line_of(MONEY))) and in_sight(page)
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]


@pytest.mark.browser
def test_the_header_and_the_signature_stand_beside_the_picture(visitor: Visit, office: Office) -> None:
    page = open_chat(visitor, office.address)
    cited(page, "Kinh phí thực hiện")
    page.wait_for_selector(SHOWN)
    panel = page.inner_text("#tl-evidence")
    for words in ("Kế hoạch", "112/KH-UBND", "15/03/2024", "Ủy ban nhân dân tỉnh Sông Lam", f"Ký số: {CHAIRMAN}"):
        assert words in panel


@pytest.mark.browser
def test_pages_are_turned_by_the_keyboard_alone(visitor: Visit, office: Office) -> None:
    page = open_chat(visitor, office.address)
    ask(page, "Kinh phí thực hiện")
    page.focus("#tl-conversation .tl-cite")
    page.keyboard.press("Enter")
    page.wait_for_selector(SHOWN)
    focused = "document.activeElement.textContent"
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "Trang sau":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#tl-evidence >> text=Trang 2/2")
    page.wait_for_selector(SHOWN)
    assert page.locator("#tl-evidence .ev-box").count() == 0
    # The button is spent; the keys then move the page.
    page.wait_for_function("document.activeElement.classList.contains('ev-sheet')")
    for _ in range(4):
        page.keyboard.press("Shift+Tab")
        if page.evaluate(focused) == "Về đoạn trích":
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("#tl-evidence >> text=Trang 1/2")
    (box,) = boxes(page)
    assert covers(box, place(line_of(MONEY)))
    page.keyboard.press("Escape")
    page.wait_for_selector("#tl-evidence", state="detached")
    assert page.evaluate("document.activeElement.className") == "tl-cite"


@pytest.mark.browser
def test_a_sentence_that_runs_over_the_page_is_followed_to_its_end(visitor: Visit, office: Office) -> None:
    page = open_chat(visitor, office.address)
    cited(page, OVER[:40])
    (box,) = boxes(page)
    assert covers(box, place(line_of(OVER[:40])))
    page.get_by_role("button", name="Xem phần tiếp theo").click()
    page.wait_for_selector("#tl-evidence >> text=Trang 2/2")
    (box,) = boxes(page)
    assert covers(box, place(line_of("Sở Nội vụ trước ngày 20")))


@pytest.mark.browser
def test_picture_and_text_are_one_click_apart(visitor: Visit, office: Office) -> None:
    page = open_chat(visitor, office.address)
    cited(page, "Kinh phí thực hiện")
    page.wait_for_selector(SHOWN)
    page.get_by_role("button", name="Xem văn bản").click()
    page.wait_for_selector("#tl-evidence mark")
    assert page.inner_text("#tl-evidence mark") == MONEY
    # It stays as the person likes it, and the focus stays on the button.
    assert page.evaluate("document.activeElement.textContent") == "Xem ảnh trang"
    page.get_by_role("button", name="Trang sau").click()
    page.wait_for_selector("#tl-evidence >> text=phản ánh về Sở Nội vụ")
    page.get_by_role("button", name="Xem ảnh trang").click()
    page.wait_for_selector(SHOWN)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "button", "copied", "expected"),
    [
        ("vi", "Sao chép trích dẫn", "Đã sao chép",
         "Kế hoạch số 112/KH-UBND ngày 15/03/2024 của Ủy ban nhân dân tỉnh Sông Lam, trang 1, mục I"),
        ("en", "Copy citation", "Copied",
         "Plan 112/KH-UBND of 15 March 2024, issued by Ủy ban nhân dân tỉnh Sông Lam, page 1, section I"),
    ],
)  # fmt: skip
def test_the_citation_is_copied_in_administrative_form(
    visitor: Visit, office: Office, language: str, button: str, copied: str, expected: str
) -> None:
    page = open_chat(visitor, f"{office.address}?lang={language}", permissions=["clipboard-read", "clipboard-write"])
    cited(page, "Kinh phí thực hiện")
    page.wait_for_selector(SHOWN)
    page.get_by_role("button", name=button).click()
    page.wait_for_selector(f"#tl-evidence .ev-status >> text={copied}", state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == expected


@pytest.mark.browser
def test_without_a_clipboard_the_citation_is_copied_all_the_same(visitor: Visit, office: Office) -> None:
    page = open_chat(visitor, office.address)
    # As on an intranet without HTTPS.
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.evaluate("document.addEventListener('copy', () => { window.copied = String(getSelection()); })")
    cited(page, "Kinh phí thực hiện")
    page.wait_for_selector(SHOWN)
    page.get_by_role("button", name="Sao chép trích dẫn").click()
    page.wait_for_function("(window.copied || '').endsWith('trang 1, mục I')")


@pytest.mark.browser
def test_a_format_without_pages_shows_its_text_alone(visitor: Visit, office: Office) -> None:
    page = open_chat(visitor, office.address)
    cited(page, "Điều 2. Quyết định này")
    page.wait_for_selector("#tl-evidence mark")
    assert page.locator("#tl-evidence img").count() == 0
    assert page.get_by_role("button", name="Xem ảnh trang").count() == 0


@pytest.mark.browser
def test_the_embedded_chat_shows_the_picture_under_its_strict_policy(visitor: Visit, office: Office) -> None:
    page = visitor().page
    page.goto(f"{office.address}embed?q=Kinh phí thực hiện")
    page.click("#em-log .tl-cite")
    (box,) = boxes(page)
    assert covers(box, place(line_of(MONEY)))


@pytest.mark.browser
def test_an_original_that_has_gone_is_said_and_its_text_shown(visitor: Visit, tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    path = print_pages(folder / "ke-hoach.pdf")
    moment = path.stat()
    with running_over(folder, tmp_path / "data") as office:
        page = open_chat(visitor, office.address)
        path.write_bytes(path.read_bytes()[:-1] + b" ")
        os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns + 5_000_000_000))
        cited(page, "Kinh phí thực hiện")
        page.wait_for_selector("#tl-evidence .ev-note >> text=Tệp gốc đã thay đổi sau khi nạp")
        assert page.inner_text("#tl-evidence mark") == MONEY
        path.unlink()
        page.click("#tl-conversation .tl-cite")
        page.wait_for_selector("#tl-evidence .ev-note >> text=Tệp gốc không còn ở nơi đã nạp")
        assert page.inner_text("#tl-evidence mark") == MONEY
        page.close()


@pytest.mark.browser
def test_an_old_conversation_opens_its_pictures_and_keeps_its_quotes(visitor: Visit, tmp_path: Path) -> None:
    folder = tmp_path / "kho"
    folder.mkdir()
    print_pages(folder / "ke-hoach.pdf")
    with running_over(folder, tmp_path / "data") as office:
        page = open_chat(visitor, office.address)

        def reopen() -> None:
            show(page, office.address)
            page.click("#tl-history .hi-open")
            page.click("#tl-conversation .tl-cite")

        ask(page, "Kinh phí thực hiện")
        page.wait_for_selector("#tl-conversation .tl-cite")
        # The list is still open after the page is loaded anew.
        page.click("#tl-history-toggle")
        page.wait_for_selector("#tl-history .hi-open")
        reopen()
        (box,) = boxes(page)
        assert covers(box, place(line_of(MONEY)))
        (document,) = office.assistant.catalogue.documents()
        office.assistant._library.remove(document.id)
        reopen()
        page.wait_for_selector("#tl-evidence .ev-quote")
        assert page.inner_text("#tl-evidence .ev-quote") == MONEY
        assert "không còn trong kho" in page.inner_text("#tl-evidence .ev-message")
        assert page.inner_text("#tl-evidence .ev-title").endswith("tỉnh Sông Lam, trang 1, mục I")
        page.get_by_role("button", name="Sao chép trích dẫn").wait_for()
        page.close()


@pytest.mark.browser
def test_a_citation_of_a_scan_is_highlighted_over_its_words(visitor: Visit, tmp_path: Path) -> None:
    needs_tesseract()
    folder = tmp_path / "kho"
    folder.mkdir()
    scan(folder / "quyet-dinh.pdf", Paper())
    with running_over(folder, tmp_path / "data") as office:
        page = open_chat(visitor, office.address)
        cited(page, SCANNED[:25])
        (box,) = boxes(page)
        left, top, _ = next(line for line in LETTER if line[2] == SCANNED)
        assert (box[0], box[2]) == pytest.approx((left, left + place((0, 0, SCANNED))[2]), abs=0.012)
        # The line is 13 points high, of 842.
        assert top - 0.004 < box[1] < box[3] < top + 0.024
        page.close()


# ----------------------------------------------------------------------- HTTP


@pytest.fixture(scope="module")
def http(office: Office) -> TestClient:
    return TestClient(office.app)


@pytest.fixture(scope="module")
def pages_of(office: Office) -> Callable[[str], str]:
    by_kind = {document.kind: document.id for document in office.assistant.catalogue.documents()}
    return lambda kind: f"/api/v1/pages/{by_kind[kind]}"


def test_the_picture_is_a_person_s_own_and_asked_for_again(http: TestClient, pages_of: Callable[[str], str]) -> None:
    address = f"{pages_of('pdf')}/1/picture"
    first = http.get(address)
    assert (first.status_code, first.headers["content-type"]) == (200, "image/webp")
    assert first.content[:4] == b"RIFF" and first.content[8:12] == b"WEBP"
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["cross-origin-resource-policy"] == "same-origin"
    again = http.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("pdf/3/picture", 404),
        ("pdf/999999/highlight?start=0&end=5", 404),
        ("txt/1/picture", 404),
        ("pdf/0/picture", 422),
        ("pdf/9999999999999999999999/picture", 422),
        ("pdf/1/highlight", 422),
        ("pdf/1/highlight?start=-1&end=5", 422),
        ("/none/1/picture", 404),
        ("/..%2f..%2fetc%2fpasswd/1/picture", 404),
        ("/%00/1/picture", 422),
    ],
)
def test_what_is_no_page_is_refused_as_a_problem(
    http: TestClient, pages_of: Callable[[str], str], address: str, status: int
) -> None:
    if not address.startswith("/"):
        kind, _, rest = address.partition("/")
        address = f"{pages_of(kind)}/{rest}"
    else:
        address = f"/api/v1/pages{address}"
    reply = http.get(address)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert reply.json()["detail"]


def test_the_highlight_is_told_in_shares_of_the_picture(
    http: TestClient, office: Office, pages_of: Callable[[str], str]
) -> None:
    page = http.get(f"{pages_of('pdf')}/1", params={"section": "I"}).json()
    assert page["picture"] == "drawn" and page["citation"]["vi"].endswith("trang 1, mục I")
    start = page["text"].index(MONEY)
    found = http.get(f"{pages_of('pdf')}/1/highlight", params={"start": start, "end": start + len(MONEY)}).json()
    (box,) = found["boxes"]
    assert found["state"] == "drawn" and found["width"] < found["height"]
    assert covers([side / 10_000 for side in box], place(line_of(MONEY)))
    assert http.get(f"{pages_of('txt')}/1/highlight", params={"start": 0, "end": 5}).json() == {
        "state": "no_pages", "width": 0, "height": 0, "boxes": [],
    }  # fmt: skip
