"""The record as a download, and the picture of its relations in the card."""

from __future__ import annotations

import io

import docx
from fake_assistant import PLAN_RECORD, TWINS
from fastapi.testclient import TestClient

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def test_a_found_record_comes_as_a_word_document(client: TestClient) -> None:
    reply = client.get("/api/v1/status", params={"number": "112/KH-UBND", "format": "docx"})
    assert (reply.status_code, reply.headers["content-type"]) == (200, DOCX)
    assert reply.headers["content-disposition"] == "attachment; filename*=UTF-8''112-KH-UBND.docx"
    note = docx.Document(io.BytesIO(reply.content))
    assert note.paragraphs[0].text == "Tình trạng văn bản 112/KH-UBND"
    assert any(PLAN_RECORD.number in cell.text for cell in note.tables[0].column_cells(1))


def test_a_file_name_has_no_place_for_another_path_or_header(client: TestClient) -> None:
    reply = client.get("/api/v1/status", params={"number": TWINS[1].label, "format": "docx"})
    name = reply.headers["content-disposition"]
    assert "/" not in name and '"' not in name and "\n" not in name


def test_where_no_single_record_is_meant_the_candidates_come_instead(client: TestClient) -> None:
    reply = client.get("/api/v1/status", params={"number": "25/KH-UBND", "format": "docx"})
    assert reply.status_code == 404
    assert reply.json()["outcome"] == "ambiguous" and len(reply.json()["candidates"]) == 2


def test_another_format_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/status", params={"number": "112/KH-UBND", "format": "exe"}).status_code == 422
