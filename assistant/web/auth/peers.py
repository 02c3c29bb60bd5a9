"""Which proxy is believed: decided by the address that the connection comes from, never by one that it names."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import AssistantError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_LOOPBACK = ("127.0.0.0/8", "::1/128")
PEER = "peer"
"""Under this name the address of the connection stays in the request's state."""


class ProxyAddressError(AssistantError):
    """What is to name a proxy is no address."""


def networks(given: str) -> tuple[Network, ...]:
    """Addresses and networks, separated by commas.

    Raises:
        ProxyAddressError: one of them is none.
    """
    found = []
    for one in filter(None, map(str.strip, given.split(","))):
        try:
            found.append(ipaddress.ip_network(one, strict=False))
        except ValueError as error:
            raise ProxyAddressError(
                f"TROLY_TRUSTED_PROXIES: “{one}” không phải địa chỉ IP hay dải mạng. Ví dụ: 10.0.0.5, 10.1.0.0/24."
            ) from error
    return tuple(found)


def is_among(address: str | None, trusted: Sequence[Network]) -> bool:
    """Whether an address lies in one of the networks."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(found.version == network.version and found in network for network in trusted)


def is_loopback(host: str) -> bool:
    """Whether a server that listens there is reached from this machine alone."""
    return host == "localhost" or is_among(host.strip("[]"), networks(",".join(_LOOPBACK)))


class Forwarded:
    """ASGI layer that takes scheme and client from `X-Forwarded-*` where the peer is a trusted proxy.

    Args:
        app: the application behind it.
        trusted: the proxies; those of this machine where none is named.
    """

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app, self._trusted = app, tuple(trusted) or networks(",".join(_LOOPBACK))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leaves everything else as it is."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client = scope.get("client")
        peer = client[0] if client else None
        scope.setdefault("state", {})[PEER] = peer
        if is_among(peer, self._trusted):
            headers = Headers(scope=scope)
            scheme = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower()
            if scheme in {"http", "https"}:
                scope["scheme"] = scheme
            came_from = self._client(",".join(headers.getlist("x-forwarded-for")))
            if came_from:
                scope["client"] = (came_from, 0)
        await self._app(scope, receive, send)

    def _client(self, forwarded: str) -> str | None:
        """The last address of the chain that is no trusted proxy: what stands before it anybody may have written."""
        for one in reversed([part.strip() for part in forwarded.split(",") if part.strip()]):
            if not is_among(one, self._trusted):
                try:
                    return str(ipaddress.ip_address(one))
                except ValueError:
                    return None
        return None
