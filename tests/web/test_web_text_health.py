"""The page that reports on every file's text."""

from __future__ import annotations

import io

import openpyxl
import pytest
from fake_assistant import FakeAssistant
from starlette.testclient import TestClient

from assistant.config import Settings
from assistant.text_health import FileHealth
from assistant.web.app import create_app
from assistant.web.health_page import health_page
from assistant.web.texts import load_texts
from ingest.text_health import PageHealth


def test_what_a_file_is_called_stays_text() -> None:
    page = health_page([FileHealth("<b>a</b>.pdf", error="Tệp “&” hỏng")], load_texts("vi"))
    assert "&lt;b&gt;a&lt;/b&gt;.pdf" in page and "Tệp “&amp;” hỏng" in page and "<b>a</b>" not in page


def test_columns_without_anything_are_left_out() -> None:
    page = health_page([FileHealth("a.pdf", (PageHealth(1, "digital", 90, 0.8, 0, 12, 0),))], load_texts("en"))
    assert "Font-private characters" in page and "Broken characters" not in page


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return TestClient(create_app(FakeAssistant(), Settings(data_dir=tmp_path_factory.mktemp("data"))))


def test_page_and_sheet_show_the_same_files(client: TestClient) -> None:
    page = client.get("/text-health?lang=en")
    sheet = client.get("/text-health.xlsx?lang=en")
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).active.values)
    assert page.status_code == sheet.status_code == 200 and len(rows) > 1
    assert all(str(row[0]) in page.text for row in rows[1:])
