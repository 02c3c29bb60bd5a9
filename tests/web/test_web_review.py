"""The page on which a person confirms number and day of scans."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fake_assistant import FakeAssistant
from fastapi.testclient import TestClient
from placeholders import placeholders
from staging import LISTED, Visit, running

from assistant.config import Settings
from assistant.review import ReviewedHeader
from assistant.service import Assistant
from assistant.web.app import create_app
from assistant.web.markup import escape
from assistant.web.review_page import View, review_page
from assistant.web.texts import load_texts
from ingest.models import Doubt
from prompts import sentences
from vectorstore.errors import LibraryBusyError, WriteError
from vectorstore.library import Library, writing
from vectorstore.review import FILE_NAME, Hint

sys.path += [str(Path(__file__).parents[1] / "ingest"), str(Path(__file__).parents[1] / "vectorstore")]
from scans import Paper, needs_tesseract
from scans import page as scanned
from store_factories import WordEmbedder

BOX = (0, 0, 10_000, 3000)
NUMBER, DAY = Doubt("number", "445/QĐ-UBND", 0.41, 1, BOX), Doubt("date", "", 0.0, 1, BOX)
BOTH = ReviewedHeader("aa01", "quyet-dinh.pdf", None, None, (NUMBER, DAY), (Hint(FILE_NAME, "115/QĐ-UBND"),))
ONE = ReviewedHeader("aa02", "ke-hoach.pdf", "77/KH-UBND", None, (DAY,))
DONE = ReviewedHeader("aa03", "bao-cao.pdf", "23/BC-UBND", date(2025, 1, 24))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, FakeAssistant]]:
    service = FakeAssistant()
    settings = Settings(data_dir=tmp_path_factory.mktemp("review"), review_page=True, embed_origins=LISTED)
    yield TestClient(create_app(service, settings), follow_redirects=False), service


@pytest.fixture
def service(app: tuple[TestClient, FakeAssistant]) -> FakeAssistant:
    app[1].failure, app[1].reviewed = None, [BOTH, ONE, DONE]
    return app[1]


@pytest.fixture
def reviewer(app: tuple[TestClient, FakeAssistant], service: FakeAssistant) -> TestClient:
    return app[0]


def sent(document_id: str = "aa01", number: str = "", day: str = "") -> dict[str, str]:
    return {"document_id": document_id, "number": number, "date": day}


def known(service: FakeAssistant, document_id: str) -> tuple[str | None, date | None, bool]:
    (one,) = (one for one in service.reviewed if one.document_id == document_id)
    return one.number, one.date, one.waits


def test_both_languages_say_the_same() -> None:
    def flat(language: str) -> dict[str, set[str]]:
        tables = sentences(language, "review")
        return {
            f"{table}.{name}": placeholders(text)
            for table, texts in tables.items()
            if isinstance(texts, dict)
            for name, text in texts.items()
        }

    assert flat("vi") == flat("en")


def test_what_was_read_stays_text_and_no_doubtful_reading_is_in_the_form() -> None:
    hostile = ReviewedHeader("aa04", "<b>a</b>.pdf", None, None, (Doubt("number", "<i>4", 0.3, 1, BOX),))
    page = review_page([hostile], View(load_texts("vi")))
    assert "&lt;b&gt;a&lt;/b&gt;.pdf" in page and "&lt;i&gt;4" in page and "<b>a" not in page and "<i>4" not in page
    assert re.findall(r'name="number" value="([^"]*)"', page) == [""]


def test_long_lists_come_a_page_at_a_time() -> None:
    many = [ReviewedHeader(f"{n:04x}", f"{n}.pdf", None, None, (NUMBER,)) for n in range(45)]
    shown = review_page(many, View(load_texts("vi"), 3))
    assert shown.count("<article") == 5 and "page=2" in shown and "page=4" not in shown


def test_the_page_shows_what_waits_and_what_was_confirmed(reviewer: TestClient) -> None:
    page = reviewer.get("/review?lang=en")
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    assert "2 scans wait" in page.text and "Confirmed (1)" in page.text
    assert "Number: read as “445/QĐ-UBND”, confidence 41%." in page.text and "Date: could not be read." in page.text
    assert "115/QĐ-UBND <span>(file name)</span>" in page.text
    policy = page.headers["content-security-policy"]
    assert "form-action 'self'" in policy and "frame-ancestors 'none'" in policy


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (sent("aa01", "115/QĐ-UBND", "29/04/2025"), ("115/QĐ-UBND", date(2025, 4, 29), False)),
        (sent("aa01", "115/QĐ-UBND"), ("115/QĐ-UBND", None, True)),
        (sent("aa01", day="9-4-2025"), (None, date(2025, 4, 9), True)),
        (sent("aa02", "77/KH-UBND", "29.4.2025"), ("77/KH-UBND", date(2025, 4, 29), False)),
        (sent("aa03", "32/BC-UBND", "24/01/2025"), ("32/BC-UBND", date(2025, 1, 24), False)),
    ],
    ids=["both", "number alone", "date alone", "the other as shown", "corrected"],
)
def test_what_a_person_enters_is_taken(
    reviewer: TestClient, service: FakeAssistant, form: dict[str, str], expected: tuple[str | None, date | None, bool]
) -> None:
    reply = reviewer.post("/review?lang=en", data=form, headers={"Origin": "http://testserver"})
    assert reply.status_code == 303
    assert known(service, form["document_id"]) == expected
    shown = reviewer.get("/" + reply.headers["location"].removeprefix("./")).text
    assert 'role="status">Recorded.' in shown


@pytest.mark.parametrize(
    ("form", "failure", "status", "told"),
    [
        (sent("aa01", "không rõ", "29/04/2025"), None, 422, "error.number"),
        (sent("aa01", "115/QĐ-UBND", "31/02/2025"), None, 422, "error.date"),
        (sent("aa01", "115/QĐ-UBND", "2025-04-29"), None, 422, "error.date"),
        (sent("aa01", "115/QĐ-UBND", "01/01/2999"), None, 422, "error.date"),
        (sent("aa01"), None, 422, "error.nothing"),
        (sent("aa03", "23/BC-UBND", "24/01/2025"), None, 422, "error.nothing"),
        (sent("ffff", "115/QĐ-UBND"), None, 404, "error.unknown"),
        (sent("aa01", "115/QĐ-UBND", "29/04/2025"), LibraryBusyError("đang ghi"), 503, "error.busy"),
    ],
    ids=["no number", "no day", "other order", "to come", "empty", "as it stands", "unknown", "busy"],
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_refused_is_said_and_nothing_is_lost(
    reviewer: TestClient,
    service: FakeAssistant,
    language: str,
    form: dict[str, str],
    failure: Exception | None,
    status: int,
    told: str,
) -> None:
    before, service.failure = list(service.reviewed), failure
    reply = reviewer.post(f"/review?lang={language}", data=form)
    table, name = told.split(".")
    message = escape(sentences(language, "review")[table][name])
    assert reply.status_code == status and f'role="alert" id="rv-error">{message}</p>' in reply.text
    assert service.reviewed == before
    if status != 404:
        assert f'value="{form["number"]}"' in reply.text and f'value="{form["date"]}"' in reply.text


def test_a_library_that_cannot_be_written_says_why(reviewer: TestClient, service: FakeAssistant) -> None:
    service.failure = WriteError("Ổ đĩa đầy. Xin giải phóng dung lượng.")
    reply = reviewer.post("/review", data=sent("aa01", "115/QĐ-UBND"))
    assert reply.status_code == 503 and "Ổ đĩa đầy" in reply.text and 'value="115/QĐ-UBND"' in reply.text


@pytest.mark.parametrize("origin", ["https://evil.example", "null", LISTED])
def test_no_other_origin_confirms(reviewer: TestClient, service: FakeAssistant, origin: str) -> None:
    reply = reviewer.post("/review", data=sent("aa01", "115/QĐ-UBND"), headers={"Origin": origin})
    assert reply.status_code == 403 and service.reviewed == [BOTH, ONE, DONE]


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/json"])
def test_only_a_form_confirms(reviewer: TestClient, service: FakeAssistant, kind: str) -> None:
    body = "document_id=aa01&number=115/Q%C4%90-UBND"
    assert reviewer.post("/review", content=body, headers={"Content-Type": kind}).status_code == 415
    assert service.reviewed == [BOTH, ONE, DONE]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_no_other_method_is_served(reviewer: TestClient, method: str) -> None:
    assert reviewer.request(method, "/review").status_code == 404


def test_pictures_are_those_of_the_list_alone(reviewer: TestClient) -> None:
    picture = reviewer.get("/review/aa01.png")
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    for path in ("/review/ffff.png", "/review/..%2Faa01.png", "/review/AA01.png", "/review/aa01.jpg", "/review/"):
        assert reviewer.get(path).status_code == 404


def test_a_real_scan_is_confirmed(tmp_path: Path) -> None:
    needs_tesseract()
    scanned(Paper(by_hand=True)).save(tmp_path / "scan.png")
    (tmp_path / "note.txt").write_text("Sở Nội vụ báo cáo trước ngày 20 tháng 12.", encoding="utf-8")
    with Library.open(tmp_path / "data", embedder=WordEmbedder()) as library:
        library.ingest([tmp_path / "scan.png", tmp_path / "note.txt"])
        ids = {document.place: document.id for document in library.catalogue.documents()}
        other, scan = ids["note.txt"], ids["scan.png"]
        assistant = Assistant(library)
        reviewer = TestClient(create_app(assistant, Settings(data_dir=tmp_path, review_page=True)))
        assert reviewer.get(f"/review/{other}.png").status_code == 404
        assert reviewer.post("/review", data=sent(other, "12/TB-SNV")).status_code == 404
        assert reviewer.get(f"/review/{scan}.png").content.startswith(b"\x89PNG")
        assert assistant.status("2187/QĐ-UBND").outcome == "not_found"
        assert not any(found.hit.lexical for found in assistant.search("2187", 1))
        with writing(library.data_dir):
            assert reviewer.post("/review", data=sent(scan, "2187/QĐ-UBND")).status_code == 503
        assert reviewer.post("/review", data=sent(scan, "2187/QĐ-UBND", "09/08/2023")).status_code == 200
        record = assistant.status("2187/QĐ-UBND").record
        assert record is not None and record.held_in == ("scan.png",) and record.date == date(2023, 8, 9)
        # The index that was open before knows the number, which is in no other place.
        (found,) = assistant.search("2187", 1)
        assert found.hit.document_id == scan and found.hit.lexical
        assert reviewer.get(f"/review/{scan}.png").status_code == 200
        (tmp_path / "scan.png").unlink()
        assert reviewer.get(f"/review/{scan}.png").status_code == 404


def test_switched_off_there_is_no_such_page(client: TestClient) -> None:
    unknown = client.get("/reviews")
    for reply in (client.get("/review"), client.post("/review", data=sent()), client.get("/review/aa01.png")):
        assert (reply.status_code, reply.headers["content-type"]) == (404, unknown.headers["content-type"])
        assert {**reply.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}


def test_a_person_confirms_by_keyboard(visitor: Visit, tmp_path: Path) -> None:
    service = FakeAssistant(reviewed=[BOTH])
    app = create_app(service, Settings(data_dir=tmp_path, review_page=True, root_path="/troly"))
    with running(app) as address:
        for width in (390, 1280):
            service.reviewed = [BOTH]
            page = visitor(viewport={"width": width, "height": 844}).page
            page.goto(f"{address}/troly/review?lang=vi")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            page.get_by_label("Số, ký hiệu").fill("115/QĐ-UBND")
            page.keyboard.press("Tab")
            page.keyboard.type("31/02/2025")
            page.keyboard.press("Enter")
            page.get_by_role("alert").wait_for()
            day = page.get_by_label("Ngày ban hành")
            assert day.evaluate("field => field === document.activeElement") and day.input_value() == "31/02/2025"
            day.fill("28/02/2025")
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
            page.get_by_role("status").wait_for()
            assert known(service, "aa01") == ("115/QĐ-UBND", date(2025, 2, 28), False)
