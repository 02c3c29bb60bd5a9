"""Stored conversations as Word and PDF files: what stands in them, whose they are, where no PDF can be made."""

from __future__ import annotations

import io
import re
from datetime import date
from urllib.parse import unquote

import docx
import pypdfium2
import pytest
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.kept_conversations import KeptConversations
from ingest.readers import libreoffice

API = "/api/v1/conversations"
App = tuple[FastAPI, FakeAssistant, KeptConversations]


@pytest.fixture
def an(kept_app: App) -> TestClient:
    kept_app[1].failure, kept_app[1].gate = None, None
    return TestClient(kept_app[0])


def begin(client: TestClient, *questions: str, language: str = "vi") -> str:
    one = str(client.post(API, json={"language": language}).json()["id"])
    for question in questions:
        assert client.post(f"{API}/{one}/ask", json={"question": question}).status_code == 200
    return one


def lines_of(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs if paragraph.text]


def test_a_conversation_as_a_word_file(an: TestClient) -> None:
    one = begin(an, "Kinh phí thực hiện là bao nhiêu?", "Nó đến đâu rồi?")
    reply = an.get(f"{API}/{one}/export")
    assert reply.status_code == 200
    assert reply.headers["content-type"].endswith("wordprocessingml.document")
    name = re.search("filename\\*=UTF-8''(.+)", reply.headers["content-disposition"])
    assert name and unquote(name[1]) == "Kinh-phí-thực-hiện-là-bao-nhiêu.docx"
    lines = lines_of(reply.content)
    today = f"{date.today():%d/%m/%Y}"
    assert lines[:2] == ["Kinh phí thực hiện là bao nhiêu?", f"(Hội thoại lưu ngày {today}; bản này lập ngày {today})"]
    assert "1. Kinh phí thực hiện là bao nhiêu?" in lines and "2. Nó đến đâu rồi?" in lines
    assert "Hiểu câu hỏi là: Kế hoạch 112/KH-UBND đến đâu rồi?" in lines
    assert "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh [1]." in lines
    (source,) = [line for line in lines if line.startswith("[1] “Kinh phí")]
    # The fake's documents are in no catalogue.
    assert source.endswith(
        " — Kế hoạch số 112/KH-UBND ngày 15/03/2024 của UBND tỉnh Sông Lam, trang 1, mục I. MỤC TIÊU; "
        "văn bản không còn trong kho"
    )


def test_one_answer_alone(an: TestClient) -> None:
    one = begin(an, "Kinh phí thực hiện là bao nhiêu?", "Khi nào báo cáo?")
    lines = lines_of(an.get(f"{API}/{one}/export", params={"turn": 3}).content)
    assert lines[0] == "Khi nào báo cáo?" and lines[1].startswith("(Câu trả lời ngày ")
    assert not any("12,5 tỷ" in line for line in lines)


def test_in_english(an: TestClient) -> None:
    one = begin(an, "What is the cost?", language="en")
    lines = lines_of(an.get(f"{API}/{one}/export").content)
    assert lines[1].startswith("(Conversation of ") and "Sources:" in lines


def test_only_what_is_there_and_ones_own(an: TestClient, kept_app: App) -> None:
    one = begin(an, "Kinh phí?")
    for turn in (0, 2, 3, 99):
        assert an.get(f"{API}/{one}/export", params={"turn": turn}).status_code == 404
    assert an.get(f"{API}/{one}/export", params={"format": "xlsx"}).status_code == 422
    assert TestClient(kept_app[0]).get(f"{API}/{one}/export").status_code == 404


@pytest.mark.skipif(libreoffice.program() is None, reason="LibreOffice is not installed")
def test_a_conversation_as_pdf(an: TestClient) -> None:
    one = begin(an, "Kinh phí thực hiện là bao nhiêu?")
    reply = an.get(f"{API}/{one}/export", params={"format": "pdf"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/pdf")
    pdf = pypdfium2.PdfDocument(reply.content)
    text = " ".join(pdf[0].get_textpage().get_text_range().split())
    pdf.close()
    assert "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh [1]." in text
    # A line may end at the hyphen of the number.
    assert "ngày 15/03/2024 của UBND tỉnh Sông Lam, trang 1, mục I" in text


def test_without_libreoffice_the_remedy_is_named(an: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    one = begin(an, "Kinh phí?")
    monkeypatch.setenv("PATH", "")
    reply = an.get(f"{API}/{one}/export", params={"format": "pdf"})
    assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
    assert "LibreOffice" in reply.json()["detail"] and "DOCX" in reply.json()["detail"]
