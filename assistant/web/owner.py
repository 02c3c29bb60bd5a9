"""Whose conversations are whose: without a log-in a person is the browser that holds a random cookie."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from http.cookies import SimpleCookie
from typing import Protocol

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.auth.viewing import viewer_of

COOKIE = "troly_person"
_VALUE = re.compile(r"[\w-]{43}")
# The longest that browsers keep a cookie; every visit begins it anew.
_SECONDS = 400 * 24 * 3600
_NEEDS_A_PERSON = re.compile(r"/(?:$|api/v1/conversations(?:/|$))")


class HasCookies(Protocol):
    """A request of Starlette or of Gradio."""

    @property
    def cookies(self) -> Mapping[str, str]:
        """By name."""
        ...


def owner_of(request: HasCookies) -> str | None:
    """Who asks, as the store knows them; None for a browser without the cookie, of whom nothing is kept.

    Who is logged in is known by that, and the cookie counts for nothing. Of the cookie a hash is stored, so that
    nobody who reads the database can put themselves in another's place.
    """
    viewer = viewer_of(request)
    if viewer is not None:
        return viewer.owner
    value = request.cookies.get(COOKIE, "")
    if not _VALUE.fullmatch(value):
        return None
    return f"browser:{hashlib.sha256(value.encode()).hexdigest()[:40]}"


class PersonCookie:
    """ASGI layer that gives a browser its cookie when it opens the chat or calls the conversations' API.

    The embedded chat gets none: it stands in pages of other origins, where browsers block cookies, and keeps nothing.
    """

    def __init__(self, app: ASGIApp, root_path: str = "") -> None:
        self._app, self._root_path = app, root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request see the cookie that its answer sets."""
        path = scope.get("path", "").removeprefix(self._root_path)
        if scope["type"] != "http" or not _NEEDS_A_PERSON.match(path):
            await self._app(scope, receive, send)
            return
        cookies = HTTPConnection(scope).cookies
        value = cookies.get(COOKIE, "")
        if not _VALUE.fullmatch(value):
            value = secrets.token_urlsafe(32)
            scope = {**scope, "headers": _with_cookie(scope["headers"], value)}

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", self._header(value, scope["scheme"]))
            await send(message)

        await self._app(scope, receive, send_with_cookie)

    def _header(self, value: str, scheme: str) -> str:
        cookie = SimpleCookie({COOKIE: value})
        # Lax and not Strict: who follows a link from the intranet must still be who they were.
        for name, said in (("path", f"{self._root_path}/"), ("max-age", str(_SECONDS)), ("samesite", "Lax")):
            cookie[COOKIE][name] = said
        cookie[COOKIE]["httponly"] = True
        cookie[COOKIE]["secure"] = scheme == "https"
        return cookie[COOKIE].OutputString()


def _with_cookie(headers: Iterable[tuple[bytes, bytes]], value: str) -> list[tuple[bytes, bytes]]:
    """The headers with our cookie beside the others: one header, as a browser sends it (RFC 6265, section 5.4)."""
    kept: list[tuple[bytes, bytes]] = []
    parts: list[bytes] = []
    for name, said in headers:
        if name == b"cookie":
            parts += [part.strip() for part in said.split(b";")]
        else:
            kept.append((name, said))
    others = [part for part in parts if part.partition(b"=")[0].strip() != COOKIE.encode()]
    return [*kept, (b"cookie", b"; ".join([*others, f"{COOKIE}={value}".encode()]))]
