"""Log-in at an identity provider: OpenID Connect, authorization code with PKCE. The only importer of Authlib."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.config import Settings
from assistant.errors import AssistantError
from vectorstore.people import Flow

_SCOPE = "openid profile email"
_TIMEOUT_S = 10
_LEEWAY_S = 60
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# Whoever knows the client's secret could sign with the others.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class ProviderError(AssistantError):
    """The identity provider cannot be reached, or what it says does not hold."""


@dataclass(frozen=True, slots=True)
class Outsider:
    """Whom an identity provider vouches for."""

    subject: str
    name: str
    groups: tuple[str, ...]


class Provider:
    """The identity provider that the settings name; asked for nothing until somebody logs in.

    Args:
        settings: issuer, client, claims, and the public address that people come back to.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._back = f"{settings.public_url.rstrip('/')}/login/callback"
        self._lock = threading.Lock()
        self._told: dict[str, Any] | None = None

    def begin(self, goal: str) -> tuple[str, Flow]:
        """Where the browser is sent to, and what must be remembered until it comes back.

        Raises:
            ProviderError: the provider cannot be reached.
        """
        flow = Flow(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), goal)
        with self._client() as client:
            address, _ = client.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=flow.state,
                nonce=flow.nonce,
                code_verifier=flow.verifier,
            )
        return str(address), flow

    def finish(self, flow: Flow, given: Mapping[str, str]) -> Outsider:
        """Whom the provider vouches for.

        Args:
            flow: as it began.
            given: the parameters that the browser came back with.

        Raises:
            ProviderError: it vouches for nobody, or not to us.
        """
        if not hmac.compare_digest(given.get("state", "").encode(), flow.state.encode()):
            raise ProviderError("state")
        if given.get("iss", self._settings.oidc_issuer) != self._settings.oidc_issuer:
            raise ProviderError("iss")
        if not given.get("code"):
            raise ProviderError("no code")
        claims = self._claims(flow, given["code"])
        name = claims.get(self._settings.oidc_name_claim)
        groups = claims.get(self._settings.oidc_groups_claim, [])
        if not isinstance(name, str) or not name:
            raise ProviderError(self._settings.oidc_name_claim)
        told = [group for group in groups if isinstance(group, str)] if isinstance(groups, list) else []
        return Outsider(str(claims["sub"]), name, tuple(told))

    def _claims(self, flow: Flow, code: str) -> Mapping[str, Any]:
        from authlib.integrations.base_client import OAuthError
        from authlib.oidc.core import CodeIDToken
        from httpx2 import HTTPError
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        told, client_id = self._metadata(), self._settings.oidc_client_id
        try:
            with self._client() as client:
                token = client.fetch_token(
                    told["token_endpoint"], code=code, code_verifier=flow.verifier, grant_type="authorization_code"
                )
                # Read anew for each log-in: providers change their keys, and log-ins are rare.
                keys = client.request("GET", told["jwks_uri"], withhold_token=True).raise_for_status().json()
            decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=list(_ALGORITHMS))
            options = {
                "iss": {"essential": True, "values": [self._settings.oidc_issuer]},
                "aud": {"essential": True, "values": [client_id]},
            }
            params = {"nonce": flow.nonce, "client_id": client_id, "access_token": token.get("access_token", "")}
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(leeway=_LEEWAY_S)
        except (OAuthError, HTTPError, JoseError, KeyError, TypeError, ValueError) as error:
            raise ProviderError(type(error).__name__) from error
        return dict(claims)

    def _metadata(self) -> dict[str, Any]:
        from httpx2 import HTTPError

        with self._lock:
            if self._told is None:
                issuer = self._settings.oidc_issuer
                try:
                    with self._client() as client:
                        address = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
                        told = client.request("GET", address, withhold_token=True).raise_for_status().json()
                except (HTTPError, ValueError) as error:
                    raise ProviderError(type(error).__name__) from error
                if not isinstance(told, dict) or told.get("issuer") != issuer:
                    raise ProviderError("issuer")
                if any(not isinstance(told.get(name), str) for name in _ENDPOINTS):
                    raise ProviderError("metadata")
                self._told = told
            return self._told

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        secret = self._settings.oidc_client_secret.get_secret_value()
        return OAuth2Client(
            client_id=self._settings.oidc_client_id,
            client_secret=secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope=_SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
            follow_redirects=False,
            # The settings say whom to ask; the environment's proxies are not among them.
            trust_env=False,
        )
