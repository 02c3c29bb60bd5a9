"""The HTTP API: shapes, errors, events, reference."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fake_assistant import MONEY, PLAN, TWINS, FakeAssistant
from fastapi.testclient import TestClient
from staging import read_events

from assistant.web.openapi import describe_api
from assistant.web.texts import load_texts
from vectorstore.errors import LibraryBusyError

PROBLEM = "application/problem+json"


def test_ask_gives_the_answer_as_the_command_line_prints_it(client: TestClient, assistant: FakeAssistant) -> None:
    history = [{"role": "user", "content": "Xin chào"}, {"role": "assistant", "content": "Xin chào."}]
    reply = client.post("/api/v1/ask", json={"question": "kinh phí?", "history": history, "language": "vi"})
    assert reply.status_code == 200
    body = reply.json()
    assert (body["outcome"], body["mode"], body["verified"]) == ("answered", "extractive", True)
    citation = body["citations"][0]
    assert citation["quote"] == PLAN.pages[0][citation["start"] : citation["end"]] == MONEY.quote
    assert citation["source"]["date"] == "2024-03-15"
    [(question, turns, language)] = assistant.asked
    assert (question, [turn.role for turn in turns], language) == ("kinh phí?", ["user", "assistant"], "vi")


def test_ask_streams_pieces_and_then_the_whole_answer(client: TestClient) -> None:
    reply = client.post("/api/v1/ask", json={"question": "kinh phí"}, headers={"Accept": "text/event-stream"})
    assert reply.headers["content-type"].startswith("text/event-stream")
    names, values = zip(*read_events(reply.text), strict=True)
    assert names == ("piece",) * (len(names) - 1) + ("answer",) and len(names) > 5
    assert "".join(values[:-1]) == values[-1]["text"]


def test_an_error_in_a_stream_is_its_last_event(client: TestClient, assistant: FakeAssistant) -> None:
    assistant.failure = RuntimeError("secret of the engine room")
    reply = client.post("/api/v1/ask", json={"question": "kinh phí"}, headers={"Accept": "text/event-stream"})
    assert reply.text.startswith("event: error\n")
    assert "mã sự cố" in reply.text and "secret" not in reply.text


@pytest.mark.parametrize(
    ("number", "outcome", "candidates"),
    [("112/KH-UBND", "found", 0), ("25/KH-UBND", "ambiguous", 2), ("9999/QĐ-UBND", "not_found", 0)],
    ids=["found", "ambiguous", "not found"],
)
def test_status(client: TestClient, number: str, outcome: str, candidates: int) -> None:
    body = client.get("/api/v1/status", params={"number": number}).json()
    assert (body["query"], body["outcome"], len(body["candidates"])) == (number, outcome, candidates)
    assert (body["record"] is not None) == (outcome == "found")


def test_a_candidate_asked_again_is_found(client: TestClient) -> None:
    body = client.get("/api/v1/status", params={"number": TWINS[1].label}).json()
    assert (body["outcome"], body["record"]["date"]) == ("found", "2024-02-05")


def test_numbers(client: TestClient) -> None:
    text = "Theo Kế hoạch 112/KH-UBND."
    [number] = client.post("/api/v1/numbers", json={"text": text}).json()["numbers"]
    assert text[number["start"] : number["end"]] == number["surface"] == "112/KH-UBND"


def test_search_ranks_from_one(client: TestClient) -> None:
    hits = client.get("/api/v1/search", params={"q": "112/KH-UBND", "top_k": 2}).json()["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2]


def test_documents_come_in_windows(client: TestClient) -> None:
    body = client.get("/api/v1/documents", params={"offset": 1, "limit": 1}).json()
    assert (body["total"], [row["document_id"] for row in body["documents"]]) == (3, ["doc-report"])


def test_a_page_is_served_as_kept(client: TestClient) -> None:
    body = client.get("/api/v1/pages/doc-plan/2").json()
    assert (body["page"], body["pages"], body["text"]) == (2, 2, PLAN.pages[1])
    assert body["source"]["number"] == "112/KH-UBND"


def test_health(client: TestClient, assistant: FakeAssistant) -> None:
    assert client.get("/api/v1/health").json()["ready"] is True
    assistant.empty = True
    assert client.get("/api/v1/health").json()["ready"] is False


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/pages/doc-plan/9", None, 404),
        ("GET", "/api/v1/pages/none/1", None, 404),
        ("GET", "/api/v1/pages/doc-plan/0", None, 422),
        ("GET", "/api/v1/pages/doc-plan/first", None, 422),
        ("GET", "/api/v1/pages/..%2f..%2fetc%2fpasswd/1", None, 404),
        ("GET", "/api/v1/status", None, 422),
        ("GET", "/api/v1/search?q=x&top_k=0", None, 422),
        ("GET", "/api/v1/nothing", None, 404),
        ("GET", "/api/v1/ask", None, 405),
        ("POST", "/api/v1/ask", {"question": ""}, 422),
        ("POST", "/api/v1/ask", {"question": "x" * 2001}, 422),
        ("POST", "/api/v1/ask", {"question": "x", "language": "fr"}, 422),
        ("POST", "/api/v1/ask", {"question": "x", "history": [{"role": "system", "content": "y"}]}, 422),
        ("POST", "/api/v1/ask", [], 422),
    ],
    ids=[
        "page beyond", "unknown document", "page zero", "page not a number", "traversal", "no number", "top_k zero",
        "no route", "wrong method", "empty", "too long", "unspoken language", "foreign role", "not an object",
    ],
)  # fmt: skip
def test_errors_are_problems_with_a_request_id(
    client: TestClient, method: str, path: str, body: Any, status: int
) -> None:
    reply = client.request(method, path, json=body)
    assert (reply.status_code, reply.headers["content-type"]) == (status, PROBLEM)
    problem = reply.json()
    assert problem["status"] == status and problem["title"] and problem["detail"]
    assert problem["request_id"] == reply.headers["x-request-id"]


def test_a_validation_problem_does_not_repeat_what_was_sent(client: TestClient) -> None:
    reply = client.post("/api/v1/ask", json={"question": "riêng tư " * 300})
    assert reply.status_code == 422 and "riêng tư" not in reply.text


@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [
        (LibraryBusyError("Kho đang được nạp. Xin thử lại sau."), 503, "Kho đang được nạp. Xin thử lại sau."),
        (RuntimeError("secret of the engine room"), 500, "mã sự cố"),
    ],
    ids=["the library's own words", "the unforeseen"],
)
def test_failures_are_said_kindly(
    client: TestClient, assistant: FakeAssistant, failure: Exception, status: int, said: str
) -> None:
    assistant.failure = failure
    reply = client.post("/api/v1/ask", json={"question": "kinh phí"})
    assert (reply.status_code, reply.headers["content-type"]) == (status, PROBLEM)
    assert said in reply.json()["detail"] and "secret" not in reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_the_reference_page_names_no_other_server(client: TestClient) -> None:
    page = client.get("/api/v1/docs").text
    assert "http://" not in page and "https://" not in page
    for file in ("swagger-ui.css", "swagger-ui-bundle.js"):
        assert client.get(f"/api/v1/docs/files/{file}").status_code == 200


def test_the_openapi_document_is_3_0_throughout(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.0.3"
    assert '"type": "null"' not in json.dumps(document)
    assert set(document["paths"]) == {
        f"/api/v1/{name}"
        for name in (
            "ask", "status", "numbers", "search", "records", "documents", "documents/{document_id}",
            "documents/{document_id}/record", "pages/{document_id}/{page}", "pages/{document_id}/{page}/picture",
            "pages/{document_id}/{page}/highlight", "overview", "health",
        )
    }  # fmt: skip
    header = document["components"]["schemas"]["SourceReply"]["properties"]
    assert header["number"] == {"type": "string", "title": "Number", "nullable": True}


def test_the_openapi_document_knows_the_path_it_is_served_under(client: TestClient) -> None:
    document = describe_api(client.app, load_texts("vi"), "/tro-ly")  # type: ignore[arg-type]
    assert document["servers"] == [{"url": "/tro-ly"}]
