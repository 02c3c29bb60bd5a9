"""Which settings a server starts with, and whose word counts for who somebody is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from gated import HOST, Gated, gated
from store_factories import WordEmbedder

from assistant.config import Settings
from assistant.web.auth.modes import AuthSettingsError, check_auth
from assistant.web.auth.peers import PEER, Forwarded, ProxyAddressError, is_among, is_loopback, networks
from assistant.web.auth.policy import need_of
from assistant.web.auth.rates import Rates, block_of

OIDC = {
    "auth": "oidc", "oidc_issuer": "https://sso.example.vn", "oidc_client_id": "troly",
    "public_url": "https://troly.example.vn",
}  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {}, {"host": "::1"}, {"host": "localhost"}, {"host": "127.3.2.1"}, {"host": "0.0.0.0", "auth": "accounts"},
        {"host": "0.0.0.0", "auth": "header", "trusted_proxies": "10.0.0.5"}, {"host": "0.0.0.0", **OIDC},
    ],
)  # fmt: skip
def test_settings_that_start(given: dict[str, Any]) -> None:
    check_auth(Settings(**given))


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"host": "0.0.0.0"}, "TROLY_AUTH"), ({"host": "::"}, "TROLY_AUTH"), ({"host": "192.168.1.4"}, "TROLY_AUTH"),
        ({"host": "troly.example.vn"}, "TROLY_AUTH"), ({"auth": "header"}, "TROLY_TRUSTED_PROXIES"),
        ({"auth": "oidc"}, "TROLY_OIDC_ISSUER"), ({**OIDC, "public_url": ""}, "TROLY_PUBLIC_URL"),
        ({**OIDC, "oidc_issuer": "http://sso.example.vn"}, "TROLY_OIDC_ISSUER"),
    ],
)  # fmt: skip
def test_settings_that_do_not(given: dict[str, Any], named: str) -> None:
    with pytest.raises(AuthSettingsError, match=named):
        check_auth(Settings(**given))


def test_a_proxy_that_is_no_address() -> None:
    with pytest.raises(ProxyAddressError, match="cổng"):
        check_auth(Settings(auth="header", trusted_proxies="10.0.0.5, cổng"))


@pytest.mark.parametrize(
    ("address", "among"),
    [
        ("10.0.0.5", True), ("10.0.0.6", False), ("::ffff:10.0.0.5", True), ("192.168.7.9", True), (None, False),
        ("", False), ("testclient", False), ("fd00::1", True), ("fd01::1", False),
    ],
)  # fmt: skip
def test_addresses_of_networks(address: str | None, among: bool) -> None:
    assert is_among(address, networks("10.0.0.5, 192.168.7.0/24,fd00::/64")) is among


def test_loopback() -> None:
    assert [is_loopback(one) for one in ("127.0.0.1", "[::1]", "0.0.0.0", "example.vn", "")] == [
        True, True, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("peer", "told", "client", "scheme"),
    [
        ("10.0.0.5", {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}, "203.0.113.9", "https"),
        ("10.0.0.5", {"x-forwarded-for": "198.51.100.1, 203.0.113.9, 10.0.0.5"}, "203.0.113.9", "http"),
        ("10.0.0.6", {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}, "10.0.0.6", "http"),
        ("10.0.0.5", {"x-forwarded-for": "nobody", "x-forwarded-proto": "gopher"}, "10.0.0.5", "http"),
        ("127.0.0.1", {"x-forwarded-for": "203.0.113.9"}, "127.0.0.1", "http"),
    ],
    ids=["its client", "what a client wrote before", "a stranger", "nonsense", "only those that are named"],
)
def test_what_a_proxy_says(peer: str, told: dict[str, str], client: str, scheme: str) -> None:
    seen: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.update(scope)

    headers = [(name.encode(), value.encode()) for name, value in told.items()]
    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": headers}
    asyncio.run(Forwarded(app, networks("10.0.0.5"))(scope, None, None))  # type: ignore[arg-type]
    # The connection's own address stays known, whatever is forwarded.
    assert (seen["client"][0], seen["scheme"], seen["state"][PEER]) == (client, scheme, peer)


# --------------------------------------------------------------------- header


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gated]:
    with gated(
        tmp_path_factory.mktemp("behind"), WordEmbedder(), auth="header", trusted_proxies="10.0.0.5",
        auth_groups_header="X-Forwarded-Groups",
    ) as server:  # fmt: skip
        server.accounts.people.add("thu", None, "librarian", ())
        yield server


def through(server: Gated, peer: str, **headers: str) -> TestClient:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return TestClient(server.app, base_url=HOST, client=(peer, 4711), headers=named, follow_redirects=False)


def test_the_proxy_names_the_person(behind: Gated) -> None:
    client = through(behind, "10.0.0.5", X_Forwarded_User="lan")
    assert client.get("/api/v1/documents").json()["total"] == 1
    assert client.get("/text-health").status_code == 403
    assert through(behind, "10.0.0.5", X_Forwarded_User="THU").get("/text-health").status_code == 200
    grouped = through(behind, "10.0.0.5", X_Forwarded_User="lan", X_Forwarded_Groups="khac, Van-Phong")
    assert grouped.get("/api/v1/documents").json()["total"] == 2


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        ("10.0.0.6", {"X_Forwarded_User": "thu"}), ("127.0.0.1", {"X_Forwarded_User": "thu"}),
        ("10.0.0.6", {"X_Forwarded_User": "thu", "X_Forwarded_For": "10.0.0.5"}), ("10.0.0.5", {}),
        ("10.0.0.5", {"X_Forwarded_User": " "}),
    ],
    ids=["a stranger", "this machine", "a stranger who names the proxy", "nobody", "an empty name"],
)  # fmt: skip
def test_nobody_else_does(behind: Gated, peer: str, headers: dict[str, str]) -> None:
    client = through(behind, peer, **headers)
    for path in ("/", "/api/v1/documents", "/text-health"):
        assert client.get(path, headers={"Accept": "text/html"}).status_code == 401


def test_two_names_are_none(behind: Gated) -> None:
    twice = [("X-Forwarded-User", "lan"), ("X-Forwarded-User", "thu")]
    assert through(behind, "10.0.0.5").get("/api/v1/documents", headers=twice).status_code == 401  # type: ignore[arg-type]


def test_another_page_changes_nothing_behind_a_proxy_either(behind: Gated) -> None:
    client = through(behind, "10.0.0.5", X_Forwarded_User="lan")
    client.get("/account")
    word = client.cookies["troly_csrf"]
    path = "/api/v1/conversations"
    assert client.post(path, json={}, headers={"Origin": HOST}).status_code == 403
    assert (
        client.post(path, json={}, headers={"Origin": "https://evil.example", "X-CSRF-Token": word}).status_code == 403
    )
    assert client.post(path, json={}, headers={"Origin": HOST, "X-CSRF-Token": word}).status_code == 201


# -------------------------------------------------------------------- the rest


@pytest.mark.parametrize(
    ("method", "path", "need"),
    [
        ("GET", "/", "ask"), ("GET", "/ui/troly.css", "public"), ("POST", "/ui/troly.css", "admin"),
        ("GET", "/healthz", "public"), ("GET", "/healthz\n", "admin"), ("GET", "/metrics", "admin"),
        ("GET", "/api/v1/anything/new", "read"), ("POST", "/api/v1/anything/new", "write"),
        ("DELETE", "/api/v1/documents/1", "admin"), ("GET", "/something/new", "admin"),
        ("GET", "/api/v1/documents/1", "read"), ("POST", "/api/v1/documents", "admin"),
        ("GET", "/api/v1/jobs", "admin"),
        ("POST", "/api/v1/feedback", "ask"), ("GET", "/api/v1/feedback", "admin"),
        ("GET", "/login/other", "admin"),
        ("GET", "/api/v2/documents", "admin"), ("OPTIONS", "/api/v1/ask", "write"),
    ],
)  # fmt: skip
def test_what_a_request_needs(method: str, path: str, need: str) -> None:
    assert need_of(method, path) == need


def test_requests_are_counted(tmp_path: Any) -> None:
    rates = Rates(3)
    assert [rates.wait("a", "203.0.113.1") for _ in range(3)] == [0, 0, 0]
    assert 1 <= rates.wait("a", "203.0.113.1") <= 60
    assert rates.wait("b", "203.0.113.1") == 0


def test_neighbours_of_ipv6_are_one_customer() -> None:
    assert block_of("2001:db8::1") == block_of("2001:db8::ffff") != block_of("2001:db8:0:1::1")
    assert block_of("203.0.113.1") == "203.0.113.1"
