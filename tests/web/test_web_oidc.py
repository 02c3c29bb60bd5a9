"""Log-in at an identity provider, against one on a real port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient
from gated import HOST, Gated, gated, own
from identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from store_factories import WordEmbedder


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[IdentityProvider, Gated]]:
    with (
        identity_provider() as provider,
        gated(
            tmp_path_factory.mktemp("oidc"), WordEmbedder(), auth="oidc", oidc_issuer=provider.issuer,
            oidc_client_id=CLIENT, oidc_client_secret=SECRET, public_url=HOST,
        ) as server,
    ):  # fmt: skip
        yield provider, server


@pytest.fixture
def provider(outside: tuple[IdentityProvider, Gated]) -> Iterator[IdentityProvider]:
    yield outside[0]
    outside[0].spoil, outside[0].other_key = {}, False
    outside[0].claims = {"sub": "u-1", "groups": ["van-phong"]}


@pytest.fixture
def server(outside: tuple[IdentityProvider, Gated]) -> Gated:
    return outside[1]


def sent_back(client: TestClient, goal: str = "/") -> str:
    """The address that the provider sends the browser back to."""
    begun = client.get("/login/start", params={"next": goal})
    assert begun.status_code == 303, begun.text
    return httpx.get(begun.headers["location"]).headers["location"]


def comes_in(client: TestClient, goal: str = "/") -> Any:
    return client.get(sent_back(client, goal).removeprefix(HOST))


def test_a_whole_log_in(provider: IdentityProvider, server: Gated) -> None:
    client = server.visitor()
    reply = comes_in(client, "/embed?lang=en")
    assert (reply.status_code, reply.headers["location"]) == (303, "/embed?lang=en")
    asked = provider.asked[-1]
    assert (asked["code_challenge_method"], asked["response_type"]) == ("S256", "code")
    assert len(asked["state"]) >= 43 and len(asked["nonce"]) >= 43 and asked["state"] != asked["nonce"]
    # The claim's group opens the closed document.
    assert client.get("/api/v1/documents").json()["total"] == 2
    assert client.get("/text-health").status_code == 403
    assert client.post("/logout", headers=own(client)).status_code == 303
    assert client.get("/api/v1/documents").status_code == 401


def test_groups_that_are_none_are_left_out(provider: IdentityProvider, server: Gated) -> None:
    provider.claims = {"sub": "u-2", "groups": ["'; DROP TABLE", 7, "khac"]}
    client = server.visitor()
    comes_in(client)
    assert client.get("/api/v1/documents").json()["total"] == 1


def test_role_and_groups_of_one_who_is_entered(provider: IdentityProvider, server: Gated) -> None:
    server.accounts.people.add("u-3", None, "administrator", ())
    provider.claims = {"sub": "u-3"}
    client = server.visitor()
    comes_in(client)
    assert client.get("/text-health").status_code == 200
    assert client.get("/api/v1/documents").json()["total"] == 2


@pytest.mark.parametrize(
    "spoil",
    [
        {"nonce": "another"}, {"nonce": None}, {"iss": "https://evil.example"}, {"aud": "another"}, {"exp": 1},
        {"sub": None}, {"aud": [CLIENT, "another"], "azp": "another"},
    ],
    ids=["nonce of another", "no nonce", "issuer", "audience", "expired", "nobody", "for another"],
)  # fmt: skip
def test_a_token_that_does_not_hold(provider: IdentityProvider, server: Gated, spoil: dict[str, Any]) -> None:
    provider.spoil = spoil
    client = server.visitor()
    reply = comes_in(client)
    assert (reply.status_code, reply.headers["location"]) == (303, "/login?failed=1")
    assert client.get("/api/v1/documents").status_code == 401


def test_a_token_signed_by_another(provider: IdentityProvider, server: Gated) -> None:
    provider.other_key = True
    assert comes_in(server.visitor()).headers["location"] == "/login?failed=1"


def test_another_ones_code_does_not_log_me_in(provider: IdentityProvider, server: Gated) -> None:
    victim, attacker = server.visitor(), server.visitor()
    back = sent_back(attacker).removeprefix(HOST)
    # Without a log-in begun in this browser, and with another one begun.
    assert victim.get(back).headers["location"] == "/login?failed=1"
    sent_back(victim)
    assert victim.get(back).headers["location"] == "/login?failed=1"
    assert victim.get("/api/v1/documents").status_code == 401


def test_a_log_in_comes_back_once(provider: IdentityProvider, server: Gated) -> None:
    client = server.visitor()
    back = sent_back(client).removeprefix(HOST)
    flow = client.cookies["troly_flow"]
    assert client.get(back).headers["location"] == "/"
    other = server.visitor(cookies={"troly_flow": flow})
    assert other.get(back).headers["location"] == "/login?failed=1"


def test_a_wrong_state(provider: IdentityProvider, server: Gated) -> None:
    client = server.visitor()
    back = urlsplit(sent_back(client))
    code = parse_qs(back.query)["code"][0]
    reply = client.get(back.path, params={"code": code, "state": "x"})
    assert reply.headers["location"] == "/login?failed=1"
