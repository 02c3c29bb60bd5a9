"""Origins, headers, routes: an origin that is not on the list gets nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_assistant import FakeAssistant
from fastapi.testclient import TestClient
from staging import LISTED

from assistant.config import Settings
from assistant.web.app import create_app

STRANGER = "https://evil.example"
ASK = {"question": "kinh phí"}


def policy(client: TestClient, path: str) -> dict[str, str]:
    header = client.get(path).headers["content-security-policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";"))


def test_a_listed_origin_may_call_the_api(client: TestClient) -> None:
    preflight = client.options("/api/v1/ask", headers={"Origin": LISTED, "Access-Control-Request-Method": "POST"})
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, LISTED)
    reply = client.post("/api/v1/ask", json=ASK, headers={"Origin": LISTED})
    assert (reply.status_code, reply.headers["access-control-allow-origin"]) == (200, LISTED)
    assert "access-control-allow-credentials" not in reply.headers
    assert "Origin" in reply.headers["vary"]


@pytest.mark.parametrize(
    "origin",
    [STRANGER, "null", f"{LISTED}.evil.example", LISTED.replace("https", "http"), f"{LISTED}:8443", LISTED.upper()],
    ids=["stranger", "sandboxed", "longer name", "other scheme", "other port", "other case"],
)
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/ask"), ("OPTIONS", "/api/v1/ask"), ("GET", "/api/v1/documents"),
        ("GET", "/api/v1/pages/doc-plan/1"), ("POST", "/embed/ask"), ("POST", "/gradio_api/queue/join"),
    ],
)  # fmt: skip
def test_any_other_origin_gets_nothing(
    client: TestClient, assistant: FakeAssistant, origin: str, method: str, path: str
) -> None:
    reply = client.request(method, path, json=ASK if method == "POST" else None, headers={"Origin": origin})
    assert reply.status_code == 403
    assert "access-control-allow-origin" not in reply.headers
    assert assistant.asked == [] and "12,5" not in reply.text


def test_a_listed_origin_may_not_drive_the_pages_themselves(client: TestClient) -> None:
    assert client.post("/embed/ask", json=ASK, headers={"Origin": LISTED}).status_code == 403
    assert client.post("/gradio_api/queue/join", json={}, headers={"Origin": LISTED}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://testserver"},
        {"Origin": "https://van-ban.example.vn", "Host": "van-ban.example.vn"},
        {"Origin": "https://public.example.vn", "Sec-Fetch-Site": "same-origin"},
        {},
    ],
    ids=["own", "own behind TLS", "own by the browser's word", "no browser"],
)
def test_our_own_pages_may_ask(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/embed/ask", json=ASK, headers=headers).status_code == 200
    assert client.post("/api/v1/ask", json=ASK, headers=headers).status_code == 200


def test_only_listed_origins_may_frame_the_embedded_chat(client: TestClient) -> None:
    assert policy(client, "/embed")["frame-ancestors"] == f"'self' {LISTED}"
    assert "x-frame-options" not in client.get("/embed").headers


def test_without_a_list_only_our_own_pages_may_frame_it(web_folder: Path) -> None:
    client = TestClient(create_app(FakeAssistant(), Settings(data_dir=web_folder)))
    assert policy(client, "/embed")["frame-ancestors"] == "'self'"
    assert client.get("/embed").headers["x-frame-options"] == "SAMEORIGIN"


def test_nobody_may_frame_the_chat_itself(client: TestClient) -> None:
    assert policy(client, "/")["frame-ancestors"] == "'none'"
    assert client.get("/").headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/embed", "/api/v1/docs"])
def test_no_policy_names_another_server(client: TestClient, path: str) -> None:
    sources = {
        word for name, words in policy(client, path).items() if name != "frame-ancestors" for word in words.split()
    }
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}


def test_the_embedded_chat_runs_no_inline_script(client: TestClient) -> None:
    assert policy(client, "/embed")["script-src"] == policy(client, "/embed")["style-src"] == "'self'"


@pytest.mark.parametrize("path", ["/", "/embed", "/widget.js", "/api/v1/health", "/healthz", "/nothing"])
def test_every_answer_carries_the_common_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-request-id"]
    assert headers["cross-origin-resource-policy"] == ("cross-origin" if path == "/widget.js" else "same-origin")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=https://example.org/x.png"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=https://x.hf.space/"),
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/vibe-edit/"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/login"),
        ("GET", "/.env"),
    ],
)
def test_what_the_product_does_not_need_is_not_served(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


def test_a_large_body_is_refused_unread(client: TestClient, assistant: FakeAssistant) -> None:
    reply = client.post("/api/v1/numbers", json={"text": "x" * 3_000_000})
    assert (reply.status_code, reply.headers["content-type"]) == (413, "application/problem+json")


def test_a_body_of_unknown_length_is_refused(client: TestClient) -> None:
    pieces = (piece for piece in (b'{"question":', b'"x"}'))
    assert client.post("/api/v1/ask", content=pieces).status_code == 413
