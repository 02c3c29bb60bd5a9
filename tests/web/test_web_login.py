"""Log-in by name and password, sessions, and that nobody else makes a browser change something."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gated import HOST, PASSWORD, Gated, log_in, own, word_of

from assistant.web.auth.login import safe_goal
from vectorstore.audit import deeds
from vectorstore.catalogue import Catalogue
from vectorstore.people import People

EVIL = "https://evil.example"


def test_a_page_leads_to_the_log_in_and_back(gated_server: Gated) -> None:
    client = gated_server.visitor()
    sent = client.get("/review?page=2", headers={"Accept": "text/html"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2Freview%3Fpage%3D2")
    assert log_in(client, "thu", PASSWORD, "/review?page=2").headers["location"] == "/review?page=2"
    assert client.get("/review?page=2").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/config", "/api/v1/documents", "/api/v1/health", "/embed", "/review", "/text-health", "/metrics",
     "/api/v1/openapi.json", "/api/v1/docs", "/gradio_api/info", "/account"],
)  # fmt: skip
def test_nothing_is_served_without_a_log_in(gated_server: Gated, path: str) -> None:
    reply = gated_server.visitor().get(path)
    assert (reply.status_code, reply.headers["www-authenticate"]) == (401, "Bearer")


def test_what_says_nothing_is_served_to_everybody(gated_server: Gated) -> None:
    client = gated_server.visitor()
    for path in ("/healthz", "/readyz", "/widget.js", "/ui/troly.css", "/login", "/login?lang=en"):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("path", ["/login", "/login?lang=en"])
def test_the_log_in_page_is_strict(gated_server: Gated, path: str) -> None:
    reply = gated_server.visitor().get(path)
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert "<script" not in reply.text and reply.headers["cache-control"] == "no-store"
    for name in re.findall(r'<input id="([^"]+)"', reply.text):
        assert f'<label for="{name}">' in reply.text
    assert f'<html lang="{"en" if "en" in path else "vi"}">' in reply.text


def test_an_unknown_name_and_a_wrong_password_are_told_alike(gated_server: Gated) -> None:
    pages = []
    for name in ("lan", "khong-co-ai"):
        reply = log_in(gated_server.visitor(), name, "sai mật khẩu rồi đấy")
        assert reply.status_code == 401
        pages.append(re.sub(r'value="[^"]*"', "", reply.text))
    assert pages[0] == pages[1]


def test_the_cookie(gated_server: Gated) -> None:
    client = gated_server.visitor()
    headers = log_in(client, "lan", PASSWORD).headers.get_list("set-cookie")
    (cookie,) = [one for one in headers if one.startswith("troly_session=")]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")) and "Secure" not in cookie


def test_the_cookie_is_new_at_each_log_in(gated_server: Gated) -> None:
    client = gated_server.inside("lan")
    first = client.cookies["troly_session"]
    log_in(client, "lan", PASSWORD)
    assert client.cookies["troly_session"] != first
    assert gated_server.visitor(cookies={"troly_session": first}).get("/api/v1/documents").status_code == 401
    # A value that somebody planted is worth nothing before the log-in and gone after it.
    planted = gated_server.visitor(cookies={"troly_session": "A" * 43})
    log_in(planted, "lan", PASSWORD)
    assert gated_server.visitor(cookies={"troly_session": "A" * 43}).get("/api/v1/documents").status_code == 401


def test_log_out(gated_server: Gated) -> None:
    client = gated_server.inside("lan")
    kept = client.cookies["troly_session"]
    page = client.get("/account")
    reply = client.post("/logout", data={"csrf": word_of(page.text)}, headers={"Origin": HOST})
    assert reply.status_code == 303
    assert gated_server.visitor(cookies={"troly_session": kept}).get("/api/v1/documents").status_code == 401


def test_a_changed_password_a_role_and_a_removal_count_at_once(gated_server: Gated) -> None:
    people, hashed = gated_server.accounts.people, gated_server.accounts.hashed(PASSWORD)
    people.add("tam", hashed, "librarian", ())
    client = gated_server.inside("tam")
    assert client.get("/text-health").status_code == 200
    people.change("tam", role="reader")
    assert client.get("/text-health").status_code == 403
    people.change("tam", password_hash=hashed)
    assert client.get("/api/v1/documents").status_code == 401
    client = gated_server.inside("tam")
    people.remove("tam")
    assert client.get("/api/v1/documents").status_code == 401


@pytest.mark.parametrize(
    ("after", "holds"),
    [
        ([timedelta(minutes=119)], True), ([timedelta(minutes=121)], False),
        ([timedelta(minutes=100)] * 7, True), ([timedelta(minutes=100)] * 8, False),
    ],
    ids=["in use", "left alone", "half a day", "too old"],
)  # fmt: skip
def test_a_log_in_ends(tmp_path: Path, after: list[timedelta], holds: bool) -> None:
    now = [datetime(2026, 11, 24, 8, tzinfo=UTC)]
    catalogue = Catalogue(tmp_path / "c.sqlite3")
    people = People(catalogue, lambda: now[0])
    people.begin_session("s", "person:1", "lan", None, ())
    found = []
    for step in after:
        now[0] += step
        found.append(people.session("s", timedelta(hours=2), timedelta(hours=12)) is not None)
    assert found == [True] * (len(after) - 1) + [holds]
    catalogue.close()


@pytest.mark.parametrize(
    "goal",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "",
     "/a\r\nSet-Cookie: x", "///evil.example", "/\t/evil.example", "http:/evil", "////evil.example/%2f.."],
)  # fmt: skip
def test_no_address_leads_elsewhere(gated_server: Gated, goal: str) -> None:
    assert safe_goal(goal) == "/"
    assert log_in(gated_server.visitor(), "chi", PASSWORD, goal).headers["location"] == "/"


@pytest.mark.parametrize("goal", ["/", "/embed?lang=en", "/review?page=2", "/?q=a//b"])
def test_an_address_of_ours_is_kept(goal: str) -> None:
    assert safe_goal(goal) == goal


CHANGES = [
    ("POST", "/api/v1/ask", {"question": "12/QĐ-UBND"}), ("POST", "/api/v1/conversations", {}),
    ("POST", "/embed/ask", {"question": "12/QĐ-UBND"}),
    ("POST", "/gradio_api/queue/join", {"data": [], "fn_index": 0, "session_hash": "x"}),
    ("POST", "/gradio_api/run/respond", {"data": []}), ("POST", "/gradio_api/cancel", {}),
    ("POST", "/gradio_api/reset", {}), ("POST", "/logout", {}), ("POST", "/review", {}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body"), CHANGES, ids=[path for _, path, _ in CHANGES])
@pytest.mark.parametrize(
    "told",
    [
        {}, {"Origin": HOST}, {"Origin": EVIL, "X-CSRF-Token": "W"}, {"X-CSRF-Token": "W"},
        {"Origin": HOST, "X-CSRF-Token": "0" * 64}, {"Sec-Fetch-Site": "cross-site", "X-CSRF-Token": "W"},
        {"Sec-Fetch-Site": "same-site", "Origin": HOST, "X-CSRF-Token": "W"}, {"Origin": "null", "X-CSRF-Token": "W"},
    ],
    ids=["nothing", "no word", "another origin", "no origin", "wrong word", "cross-site", "same-site", "null"],
)  # fmt: skip
def test_no_other_page_makes_a_browser_change_something(
    gated_server: Gated, method: str, path: str, body: dict[str, object], told: dict[str, str]
) -> None:
    client = gated_server.inside("thu")
    word = client.cookies["troly_csrf"]
    headers = {name: word if value == "W" else value for name, value in told.items()}
    assert client.request(method, path, json=body, headers=headers).status_code == 403
    assert client.get("/api/v1/documents").status_code == 200


def test_the_word_of_another_session_is_none(gated_server: Gated) -> None:
    mine, others = gated_server.inside("lan"), gated_server.inside("thu")
    headers = {"Origin": HOST, "X-CSRF-Token": others.cookies["troly_csrf"]}
    assert mine.post("/api/v1/conversations", json={}, headers=headers).status_code == 403
    assert mine.post("/api/v1/conversations", json={}, headers=own(mine)).status_code == 201


def test_a_form_of_another_page_does_not_log_in(gated_server: Gated) -> None:
    client = gated_server.visitor()
    word = word_of(client.get("/login").text)
    sent = {"name": "lan", "password": PASSWORD, "csrf": word}
    assert client.post("/login", data=sent, headers={"Origin": EVIL}).status_code == 403
    assert client.post("/login", data=sent).status_code == 403
    assert client.post("/login", data=sent | {"csrf": "x"}, headers={"Origin": HOST}).status_code == 403
    assert client.post("/login", json=sent, headers={"Origin": HOST}).status_code == 415
    assert client.post("/login", data=sent, headers={"Origin": HOST}).status_code == 303


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        (("ask",), "POST", "/api/v1/ask", 200), (("read",), "POST", "/api/v1/ask", 403),
        (("read",), "GET", "/api/v1/documents", 200), (("ask",), "GET", "/api/v1/documents", 403),
        (("write",), "GET", "/text-health", 200), (("read", "ask"), "GET", "/text-health", 403),
        (("read", "ask", "write"), "GET", "/metrics", 403), (("admin",), "GET", "/metrics", 200),
        (("admin",), "GET", "/text-health", 200), (("read",), "POST", "/api/v1/numbers", 200),
        (("read",), "DELETE", "/api/v1/documents", 403),
    ],
)  # fmt: skip
def test_what_a_token_may(gated_server: Gated, scopes: tuple[str, ...], method: str, path: str, status: int) -> None:
    body = {"question": "12/QĐ-UBND", "text": "12/QĐ-UBND"} if method == "POST" else None
    assert gated_server.program(*scopes).request(method, path, json=body).status_code == status


def test_a_token_that_is_none(gated_server: Gated) -> None:
    secret, token = gated_server.accounts.new_token("cũ", ["read"])
    client = gated_server.visitor(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/documents").status_code == 200
    gated_server.accounts.people.revoke(token.id[:8])
    assert client.get("/api/v1/documents").status_code == 401
    # A wrong token is not helped by a cookie beside it.
    inside = gated_server.inside("lan")
    assert inside.get("/api/v1/documents", headers={"Authorization": "Bearer troly_x"}).status_code == 401


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [("lan", "/review", 403), ("thu", "/review", 200), ("lan", "/text-health", 403), ("thu", "/metrics", 403),
     ("chi", "/metrics", 200), ("lan", "/api/v1/docs", 200)],
)  # fmt: skip
def test_what_a_role_may(gated_server: Gated, name: str, path: str, status: int) -> None:
    assert gated_server.inside(name).get(path).status_code == status


def test_guessing_is_stopped(gated_server: Gated) -> None:
    client = gated_server.visitor()
    statuses = [log_in(client, "nguoi-bi-do", "một mật khẩu sai nào đó").status_code for _ in range(9)]
    assert statuses == [401] * 8 + [429]
    # Others at this address still log in.
    assert log_in(client, "lan", PASSWORD).status_code == 303


def test_what_was_done_is_noted_and_the_log_names_nobody(gated_server: Gated, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="assistant")
    client = gated_server.inside("minh")
    client.post("/api/v1/ask", json={"question": "Câu hỏi riêng 3141?"}, headers=own(client))
    client.get(f"/api/v1/pages/{gated_server.hidden}/1")
    noted = [(deed.act, deed.what) for deed in deeds(gated_server.library.catalogue, name="minh")]
    assert ("ask", "Câu hỏi riêng 3141?") in noted and ("see", f"{gated_server.hidden} 1") in noted
    assert ("login", "") in noted
    assert "minh" not in caplog.text and "3141" not in caplog.text
