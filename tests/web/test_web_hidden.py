"""A document that somebody may not see cannot be learned of by any route."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, unquote

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from gated import SECRETS, Gated, own

from assistant.accounts import Viewer
from assistant.errors import NotLoggedInError
from assistant.web.auth.viewing import viewed_by
from vectorstore.access import Sight, set_groups

ABOUT = "chiếu sáng công cộng Thượng Nguồn"
QUESTIONS = [
    "99/BC-UBND", "98/BC-UBND", "Báo cáo 99", "4711/KH-UBND", "4710/KH-UBND", "12/QĐ-UBND",
    "Quyết định số 12/QĐ-UBND triển khai đến đâu rồi?", "Có bao nhiêu văn bản?", "Liệt kê các báo cáo",
    "Liệt kê các văn bản của UBND tỉnh Sông Lam", "Văn bản nào đã hoàn thành?", "Bao nhiêu bộ đèn?",
    f"Tình hình {ABOUT}?", "Văn bản nào nhắc đến Quyết định 12/QĐ-UBND?", "Which plans are in progress?",
]  # fmt: skip


def told(text: str, sent: str = "") -> list[str]:
    """The secrets that an answer tells, less those that the question itself held."""
    shown = unquote(re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text))
    known = sent + sent.replace("/", "|").replace("-", "|")
    return [secret for secret in SECRETS if secret in shown and secret not in known]


def routes(app: Any) -> set[tuple[str, str]]:
    found = set()
    for route in app.routes:
        if isinstance(route, APIRoute):
            found |= {(method, route.path) for method in route.methods or ()}
        inner = getattr(route, "original_router", None)
        for below in inner.routes if inner else ():
            if isinstance(below, APIRoute):
                found |= {(method, below.path) for method in below.methods or ()}
    return found


def asked(client: TestClient, method: str, path: str, server: Gated) -> list[tuple[str, Any]]:
    """Requests to a route that ask for the hidden document in every way that its parameters allow."""
    path = path.replace("{document_id}", server.hidden).replace("{page}", "1")
    for name in re.findall(r"{[^}]*}", path):
        path = path.replace(name, server.hidden)
    headers = dict(own(client))
    if method in ("GET", "HEAD"):
        queries = [
            {"number": "99/BC-UBND"}, {"number": "98/BC-UBND"}, {"number": "12/QĐ-UBND"}, {"number": "4711/KH-UBND"},
            {"number": "12/QĐ-UBND", "format": "docx"}, {"q": ABOUT, "top_k": "100"}, {"q": "99/BC-UBND"},
            {"lang": "en"}, {"q": "7.431"}, {},
        ]  # fmt: skip
        return [
            (json.dumps(query, ensure_ascii=False), client.get(path, params=query, headers=headers))
            for query in queries
        ]
    bodies = [{"question": one, "text": one, "title": one, "language": "vi"} for one in QUESTIONS[:5]]
    return [(one["question"], client.request(method, path, json=one, headers=headers)) for one in bodies]


@pytest.mark.parametrize("name", ["lan", "thu"])
def test_no_route_tells_of_the_hidden_document(gated_server: Gated, name: str) -> None:
    client = gated_server.inside(name)
    every = routes(gated_server.app)
    assert {("GET", "/api/v1/status"), ("POST", "/api/v1/ask"), ("GET", "/text-health"), ("GET", "/embed")} <= every
    for method, path in sorted(every):
        if path.startswith(("/login", "/logout", "/gradio_api")):
            continue
        for sent, reply in asked(client, method, path, gated_server):
            assert told(reply.text, sent) == [], (method, path, sent, reply.status_code)
            if "{" not in path:
                # An address that names it is told back as one of a document that never was.
                assert gated_server.hidden not in reply.text, (method, path, sent)
            assert reply.status_code < 500, (method, path, reply.text)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("way", ["json", "sse", "embed", "conversation", "token"])
def test_no_answer_tells_of_it(gated_server: Gated, question: str, way: str) -> None:
    client = gated_server.program("ask", "read") if way == "token" else gated_server.inside("lan")
    headers = dict(own(client)) if way != "token" else {}
    path, body = "/api/v1/ask", {"question": question}
    if way == "sse":
        headers["Accept"] = "text/event-stream"
    if way == "embed":
        path = "/embed/ask"
    if way == "conversation":
        made = client.post("/api/v1/conversations", json={}, headers=headers)
        path = f"/api/v1/conversations/{made.json()['id']}/ask"
    reply = client.post(path, json=body, headers=headers)
    assert reply.status_code == 200, reply.text
    assert told(reply.text, question) == []
    assert gated_server.hidden not in reply.text


def test_a_hidden_document_is_as_one_that_never_was(gated_server: Gated) -> None:
    client, replies = gated_server.inside("lan"), []
    for one in (gated_server.hidden, "0" * 24):
        reply = client.get(f"/api/v1/pages/{one}/1")
        replies.append((reply.status_code, re.sub(r'"request_id": "\w+"', "", reply.text).replace(one, "ID")))
    assert replies[0] == replies[1] and replies[0][0] == 404


def test_who_is_in_the_group_sees_it(gated_server: Gated) -> None:
    client = gated_server.inside("minh")
    reply = client.post("/api/v1/ask", json={"question": QUESTIONS[6]}, headers=own(client))
    assert "11/6/2024" in reply.text and gated_server.hidden in reply.text
    assert client.get("/api/v1/status", params={"number": "4711/KH-UBND"}).json()["outcome"] == "found"
    assert client.get("/api/v1/documents").json()["total"] == 2
    assert client.get(f"/api/v1/pages/{gated_server.hidden}/1").status_code == 200


@pytest.mark.parametrize(("name", "total"), [("lan", 1), ("thu", 1), ("minh", 2), ("chi", 2)])
def test_the_counts_are_of_what_is_seen(gated_server: Gated, name: str, total: int) -> None:
    assert gated_server.inside(name).get("/api/v1/documents").json()["total"] == total


def test_a_token_sees_what_its_groups_see(gated_server: Gated) -> None:
    page = f"/api/v1/pages/{gated_server.hidden}/1"
    assert gated_server.program("read").get(page).status_code == 404
    assert gated_server.program("read", groups=("van-phong",)).get(page).status_code == 200


def events(client: TestClient, function: str, data: list[Any]) -> str:
    """What the chat page's queue sends for one event of it."""
    config = client.get("/config").json()
    wanted = next(one for one in config["dependencies"] if one["api_name"] == function)
    tab = f"tab-{function}-{client.cookies.get('troly_csrf', '')[:8]}"
    sent = {"data": data, "fn_index": wanted["id"], "session_hash": tab, "event_data": None, "trigger_id": None}
    joined = client.post("/gradio_api/queue/join", json=sent, headers=own(client))
    assert joined.status_code == 200, joined.text
    told = []
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": tab}) as stream:
        for line in stream.iter_lines():
            told.append(line)
            if '"process_completed"' in line:
                break
    return "\n".join(told)


@pytest.mark.parametrize("question", QUESTIONS[:8])
def test_the_chat_page_does_not_tell_of_it(gated_server: Gated, question: str) -> None:
    with gated_server.inside("lan") as client:
        for path in ("/", "/config"):
            assert told(client.get(path, headers={"Accept": "text/html"}).text) == []
        said = events(client, "respond", [question, None, "vi"])
        assert '"success": true' in said or '"success":true' in said, said
        assert told(said, question) == [] and gated_server.hidden not in said


def test_the_chat_page_answers_who_may_see(gated_server: Gated) -> None:
    with gated_server.inside("lan") as first:
        events(first, "respond", ["12/QĐ-UBND", None, "vi"])
        # The queue's tasks were begun by another person's request.
        second = gated_server.inside("minh")
        assert told(events(second, "respond", ["4711/KH-UBND", None, "vi"]), "4711/KH-UBND") != []


def test_a_tab_of_another_person_cannot_be_listened_to(gated_server: Gated) -> None:
    mine, others = gated_server.inside("minh"), gated_server.inside("lan")
    assert mine.post("/gradio_api/queue/join", json={"session_hash": "tab9"}, headers=own(mine)).status_code != 403
    assert others.get("/gradio_api/queue/data", params={"session_hash": "tab9"}).status_code == 403
    assert others.post("/gradio_api/queue/join", json={"session_hash": "tab9"}, headers=own(others)).status_code == 403
    assert others.get("/gradio_api/heartbeat/tab9").status_code == 403


def test_an_answer_is_withheld_once_its_document_is_closed(gated_server: Gated) -> None:
    client, catalogue = gated_server.inside("lan"), gated_server.library.catalogue
    made = client.post("/api/v1/conversations", json={}, headers=own(client)).json()["id"]
    path = f"/api/v1/conversations/{made}"
    said = client.post(f"{path}/ask", json={"question": "Kinh phí chiếu sáng công cộng?"}, headers=own(client))
    assert "5 tỷ đồng" in said.text and "5 tỷ đồng" in client.get(path).text
    (place,) = [one.path for one in catalogue.documents() if one.id == gated_server.shown]
    set_groups(catalogue, place, ["khac"])
    try:
        now = client.get(path).json()["exchanges"][0]
        assert "5 tỷ đồng" not in json.dumps(now, ensure_ascii=False)
        assert (now["answer"]["outcome"], now["answer"]["citations"]) == ("not_found", [])
        assert client.get("/api/v1/conversations", params={"q": "5 tỷ đồng"}).json()["total"] == 0
        again = client.post(f"{path}/ask", json={"question": "Nó là bao nhiêu?"}, headers=own(client))
        assert "5 tỷ đồng" not in again.text
        assert client.get(f"/api/v1/pages/{gated_server.shown}/1").status_code == 404
    finally:
        set_groups(catalogue, place, [])
    assert "5 tỷ đồng" in client.get(path).text


def test_an_answer_of_a_wider_sight_is_withheld_from_a_narrower_one(gated_server: Gated) -> None:
    client, people = gated_server.inside("minh"), gated_server.accounts.people
    made = client.post("/api/v1/conversations", json={}, headers=own(client)).json()["id"]
    client.post(f"/api/v1/conversations/{made}/ask", json={"question": "98/BC-UBND"}, headers=own(client))
    assert "99/BC-UBND" in client.get(f"/api/v1/conversations/{made}").text
    people.change("minh", groups=[])
    try:
        assert told(client.get(f"/api/v1/conversations/{made}").text) == []
    finally:
        people.change("minh", groups=["van-phong"])


def test_conversations_are_their_owners(gated_server: Gated) -> None:
    client = gated_server.inside("minh")
    made = client.post("/api/v1/conversations", json={"title": "Riêng"}, headers=own(client)).json()["id"]
    for name in ("lan", "chi"):
        other = gated_server.inside(name)
        assert other.get(f"/api/v1/conversations/{made}").status_code == 404
        assert other.delete(f"/api/v1/conversations/{made}", headers=own(other)).status_code == 404


def test_nobody_asks_without_having_come_through_the_gate(gated_server: Gated) -> None:
    service = gated_server.access.service
    for name in ("ask", "stream", "status", "documents", "text_health", "anything_that_comes_later"):
        with pytest.raises(NotLoggedInError):
            getattr(service, name)
    with viewed_by(Viewer("person:x", "x", frozenset(), Sight())):
        assert len(service.documents()) == 1
    with pytest.raises(NotLoggedInError):
        service.documents()


def test_the_number_in_an_address_is_escaped(gated_server: Gated) -> None:
    reply = gated_server.inside("lan").get(f"/embed?q={quote('<script>alert(1)</script>')}")
    assert "<script>alert(1)" not in reply.text
