"""Lists, filters, records, the overview and feedback over the API, with the real library behind it; request ids."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from real_library import LETTER, Stage, real_library

PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Plan, report and letter."""
    with real_library(tmp_path_factory.mktemp("reading"), uploads=True) as opened:
        opened.client.post("/api/v1/documents", files=[("files", ("cong-van.txt", LETTER))])
        opened.settle()
        yield opened


def get(stage: Stage, path: str, **params: Any) -> Any:
    reply = stage.client.get(f"/api/v1{path}", params=params)
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize(
    ("wanted", "files"),
    [
        ({}, ["bao-cao.txt", "cong-van.txt", "ke-hoach.txt"]),
        ({"type": "KH"}, ["ke-hoach.txt"]),
        ({"type": "bao cao"}, ["bao-cao.txt"]),
        ({"type": "Công văn"}, ["cong-van.txt"]),
        ({"issuer": "Sở Nội vụ"}, ["bao-cao.txt"]),
        ({"issuer": "STC"}, ["cong-van.txt"]),
        ({"issuer": "sông lam"}, ["ke-hoach.txt"]),
        ({"year": 2024}, ["cong-van.txt", "ke-hoach.txt"]),
        ({"year": 2024, "type": "KH"}, ["ke-hoach.txt"]),
        ({"status": "in_progress"}, ["ke-hoach.txt"]),
        ({"status": "đang thực hiện"}, ["ke-hoach.txt"]),
        ({"q": "so hoa"}, ["bao-cao.txt", "ke-hoach.txt"]),
        ({"q": "112/KH-UBND"}, ["ke-hoach.txt"]),
        ({"q": "cong-van.txt"}, ["cong-van.txt"]),
        ({"q": "rừng chưa có"}, []),
    ],
    ids=str,
)
def test_documents_are_found_by_what_they_are(stage: Stage, wanted: dict[str, Any], files: list[str]) -> None:
    found = get(stage, "/documents", **wanted)
    assert ([row["file"] for row in found["documents"]], found["total"]) == (files, len(files))


@pytest.mark.parametrize(
    "wanted", [{"type": "Thần chú"}, {"status": "bay hơi"}, {"year": 12}, {"cursor": "x"}], ids=str
)
def test_what_cannot_be_looked_for_is_a_problem(stage: Stage, wanted: dict[str, Any]) -> None:
    reply = stage.client.get("/api/v1/documents", params=wanted)
    assert (reply.status_code, reply.headers["content-type"]) == (422, PROBLEM)


@pytest.mark.parametrize(
    ("path", "name", "key"), [("/documents", "documents", "document_id"), ("/records", "records", "key")]
)
def test_pages_of_a_list_hold_everything_once(stage: Stage, path: str, name: str, key: str) -> None:
    whole = [row[key] for row in get(stage, path)[name]]
    seen, cursor = [], ""
    for _ in range(len(whole) + 1):
        page = get(stage, path, limit=1, cursor=cursor)
        seen += [row[key] for row in page[name]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == whole and len(whole) >= 3


def test_a_page_follows_a_document_that_has_gone(stage: Stage) -> None:
    from assistant.web.cursors import make_cursor

    found = get(stage, "/documents", cursor=make_cursor("bao-cao.txt", "gone"))
    assert [row["file"] for row in found["documents"]] == ["cong-van.txt", "ke-hoach.txt"]


def test_one_document_with_its_pages(stage: Stage) -> None:
    found = get(stage, f"/documents/{stage.ids()['ke-hoach.txt']}")
    assert (found["header"]["number"], found["signatures"]) == ("112/KH-UBND", [])
    (page,) = found["page_list"]
    text = get(stage, f"/pages/{found['document_id']}/1")["text"]
    assert (page["source"], page["characters"], page["failed"]) == ("digital", len(text), False)


def test_the_record_of_a_document(stage: Stage) -> None:
    record = get(stage, f"/documents/{stage.ids()['ke-hoach.txt']}/record")
    assert (record["number"], record["current_status"]["state"]) == ("112/KH-UBND", "in_progress")
    assert stage.client.get("/api/v1/documents/none/record").status_code == 404


def test_records_held_and_only_mentioned(stage: Stage) -> None:
    held = {row["number"] for row in get(stage, "/records", held=True)["records"]}
    mentioned = {row["number"] for row in get(stage, "/records", held=False)["records"]}
    assert held == {"112/KH-UBND", "301/BC-SNV", "845/STC-NS"}
    assert mentioned == {"77/QĐ-UBND"}


def test_the_overview_counts_what_is_there_and_what_is_wanted(stage: Stage) -> None:
    seen = get(stage, "/overview")
    assert (seen["documents"]["total"], seen["documents"]["pages"]) == (3, 3)
    assert {(row["name"], row["count"]) for row in seen["documents"]["by_year"]} == {("2024", 2), ("2025", 1)}
    assert seen["records"] == {"total": 4, "held": 3}
    (wanted,) = seen["missing"]["most_wanted"]
    assert (wanted["number"], wanted["mentions"]) == ("77/QĐ-UBND", 2)
    states = {row["name"]: row["count"] for row in seen["statuses"]["total"]}
    assert states["in_progress"] == 1 and sum(states.values()) == 4


def test_numbers_are_resolved_where_that_is_asked_for(stage: Stage) -> None:
    text = "Theo 112/KH-UBND và 999/QĐ-UBND"
    numbers = stage.client.post("/api/v1/numbers", json={"text": text, "resolve": True}).json()["numbers"]
    assert [row["resolved"]["outcome"] for row in numbers] == ["found", "not_found"]
    assert numbers[0]["resolved"]["record"]["current_status"]["state"] == "in_progress"
    plain = stage.client.post("/api/v1/numbers", json={"text": text}).json()["numbers"]
    assert not any("resolved" in row for row in plain)


# ---------------------------------------------------------------- feedback


def test_a_stored_answer_is_judged_as_it_was_given(stage: Stage) -> None:
    conversation = stage.client.post("/api/v1/conversations", json={}).json()["id"]
    said = stage.client.post(f"/api/v1/conversations/{conversation}/ask", json={"question": "112/KH-UBND"}).json()
    body = {"rating": "down", "reason": "thiếu", "conversation_id": conversation, "turn": said["turn"]}
    reply = stage.client.post("/api/v1/feedback", json=body)
    assert reply.status_code == 201
    (kept,) = [row for row in get(stage, "/feedback")["feedback"] if row["id"] == reply.json()["id"]]
    assert (kept["question"], kept["answer"], kept["stored"]) == ("112/KH-UBND", said["text"], True)
    assert [cited["quote"] for cited in kept["citations"]] == [cited["quote"] for cited in said["citations"]]
    assert kept["version"] and kept["settings"] and "owner" not in kept


def test_nobody_judges_anothers_conversation(stage: Stage) -> None:
    from fastapi.testclient import TestClient

    conversation = stage.client.post("/api/v1/conversations", json={}).json()["id"]
    said = stage.client.post(f"/api/v1/conversations/{conversation}/ask", json={"question": "112/KH-UBND"}).json()
    other = TestClient(stage.client.app)
    body = {"rating": "up", "conversation_id": conversation, "turn": said["turn"]}
    assert other.post("/api/v1/feedback", json=body).status_code == 404


def test_an_answer_that_was_sent_is_kept_as_sent(stage: Stage) -> None:
    answer = stage.client.post("/api/v1/ask", json={"question": "112/KH-UBND"}).json()
    reply = stage.client.post("/api/v1/feedback", json={"rating": "up", "question": "112/KH-UBND", "answer": answer})
    assert reply.status_code == 201
    latest = get(stage, "/feedback", rating="up", limit=1)["feedback"][0]
    assert (latest["answer"], latest["stored"]) == (answer["text"], False)


@pytest.mark.parametrize(
    "body",
    [
        {"rating": "up"}, {"rating": "up", "question": "x"}, {"rating": "up", "conversation_id": "x"},
        {"rating": "maybe", "question": "x", "answer": {}}, {"rating": "up", "reason": "x" * 2001},
    ],
    ids=["no answer", "question alone", "conversation alone", "third thumb", "long reason"],
)  # fmt: skip
def test_feedback_on_nothing_is_refused(stage: Stage, body: dict[str, Any]) -> None:
    assert stage.client.post("/api/v1/feedback", json=body).status_code == 422


# ---------------------------------------------------------------- request ids


@pytest.mark.parametrize(
    ("sent", "taken"),
    [("abc-1.2_3", True), ("x" * 64, True), ("x" * 65, False), ("a b", False), ("a\tb", False), ("", False)],
    ids=["fit", "longest", "too long", "with a space", "with a tab", "empty"],
)
def test_a_fit_request_id_is_taken_over(stage: Stage, sent: str, taken: bool) -> None:
    reply = stage.client.get("/api/v1/status", headers={"X-Request-Id": sent})
    echoed = reply.headers["x-request-id"]
    assert (echoed == sent) is taken and echoed
    assert reply.json()["request_id"] == echoed


def test_the_log_has_the_id_and_not_the_question(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    from assistant.web.request_ids import _AddRequestId

    caplog.handler.addFilter(_AddRequestId())
    with caplog.at_level(logging.INFO, logger="assistant.web"):
        stage.client.get("/api/v1/search", params={"q": "chuyện riêng"}, headers={"X-Request-Id": "tim-1"})
    (line,) = [record for record in caplog.records if record.name == "assistant.web.security"]
    assert line.request_id == "tim-1"  # type: ignore[attr-defined]
    assert "GET /api/v1/search: 200" in line.getMessage() and "riêng" not in line.getMessage()
