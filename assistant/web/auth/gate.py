"""The gate of a server with log-ins: who is asking, whether they may, and whether it was they who wanted it."""

from __future__ import annotations

import hmac
import json
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.accounts import Viewer
from assistant.config import Settings
from assistant.web.auth.cookies import CSRF, CSRF_FIELD, CSRF_HEADER, SESSION, cookie, csrf_of, is_secret
from assistant.web.auth.peers import PEER, Network, is_among
from assistant.web.auth.policy import need_of
from assistant.web.auth.rates import Rates
from assistant.web.auth.viewing import STATE, Access, viewed_by
from assistant.web.security import problem_response
from prompts import sentences
from vectorstore.errors import AccountError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = "application/x-www-form-urlencoded"
_MOST_FORM = 64 * 1024
_MOST_TABS = 20_000
_JOIN = "/gradio_api/queue/join"


@dataclass(frozen=True, slots=True)
class _Known:
    """Who a request comes from, and the word that its changes must bring; None where no browser sends it by itself."""

    viewer: Viewer
    csrf: str | None


class AuthGate:
    """ASGI layer that lets through what the asking one may do, and tells everything behind it who that is.

    Args:
        app: the application behind it.
        access: knows persons, tokens and log-ins.
        settings: how people log in.
        trusted: proxies whose word counts for who somebody is (`header`).
        rates: counts requests.
    """

    def __init__(
        self, app: ASGIApp, access: Access, settings: Settings, trusted: tuple[Network, ...], rates: Rates
    ) -> None:
        self._app, self._access, self._settings, self._trusted, self._rates = app, access, settings, trusted, rates
        self._root_path = settings.root_path.rstrip("/")
        self._texts = sentences(settings.language, "access")["refused"]
        self._tabs: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"].removeprefix(self._root_path or scope.get("root_path", "")) or "/"
        need = need_of(scope["method"], path)
        # Whatever a request says of itself, this is what is known of it.
        scope.setdefault("state", {}).pop(STATE, None)
        if need == "public":
            with viewed_by(None):
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = await run_in_threadpool(self._identify, scope, headers)
        if known is None:
            await self._turn_away(scope, headers, path)(scope, receive, send)
            return
        if need not in known.viewer.scopes:
            refusal = self._refused(scope, 403, self._texts["scope"].format(scope=need))
            await refusal(scope, receive, send)
            return
        body = _Body(receive)
        if not await self._wanted(scope, headers, path, known, body):
            await self._refused(scope, 403, self._texts["forged"])(scope, receive, send)
            return
        wait = self._rates.wait(known.viewer.owner, _address(scope)) if _costs(scope["method"], path) else 0
        if wait:
            refusal = self._refused(scope, 429, self._texts["often"].format(seconds=wait))
            refusal.headers["Retry-After"] = str(wait)
            await refusal(scope, receive, send)
            return
        await self._pass_on(scope, body, send, known)

    async def _pass_on(self, scope: Scope, body: _Body, send: Send, known: _Known) -> None:
        scope["state"] |= {STATE: known.viewer, "csrf": known.csrf or ""}
        given = _cookies(Headers(scope=scope)).get(CSRF)

        async def send_with_word(message: Message) -> None:
            if message["type"] == "http.response.start" and known.csrf and given != known.csrf:
                made = cookie(CSRF, known.csrf, self._root_path, scope["scheme"] == "https", readable=True)
                MutableHeaders(scope=message).append("set-cookie", made)
            await send(message)

        # Gradio's events run in tasks that outlive the request which began them: they ask the request itself.
        outlives = scope["path"].removeprefix(self._root_path).startswith("/gradio_api/")
        with viewed_by(None if outlives else known.viewer):
            await self._app(scope, body.again, send_with_word)

    # --------------------------------------------------------------- who it is

    def _identify(self, scope: Scope, headers: Headers) -> _Known | None:
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            # A request that shows a token is nobody else's, whatever cookies it brings.
            program = self._access.accounts.of_token(token.strip())
            return _Known(program, None) if program else None
        if self._settings.auth == "header":
            return self._from_proxy(scope, headers)
        secret = _cookies(headers).get(SESSION, "")
        viewer = self._access.accounts.of_session(secret) if is_secret(secret) else None
        return _Known(viewer, csrf_of(secret)) if viewer else None

    def _from_proxy(self, scope: Scope, headers: Headers) -> _Known | None:
        names = headers.getlist(self._settings.auth_header)
        if len(names) != 1 or not is_among(scope["state"].get(PEER), self._trusted):
            return None
        groups_header = self._settings.auth_groups_header
        told = ",".join(headers.getlist(groups_header)) if groups_header else ""
        try:
            viewer = self._access.accounts.of_header(_decoded(names[0]), _decoded(told).split(","))
        except AccountError:
            return None
        given = _cookies(headers).get(CSRF, "")
        return _Known(viewer, given if is_secret(given) else secrets.token_urlsafe(32))

    # -------------------------------------------------------- whether they mean it

    async def _wanted(self, scope: Scope, headers: Headers, path: str, known: _Known, body: _Body) -> bool:
        """Whether the request was sent by a page of ours, or by a program."""
        if known.csrf is None:
            return True
        if path.startswith("/gradio_api/") and not await self._own_tab(scope, path, known.viewer, body):
            return False
        if scope["method"] in _SAFE:
            return True
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        same = site == "same-origin" if site else bool(origin) and urlsplit(origin).netloc == headers.get("host")
        if not same:
            return False
        word = headers.get(CSRF_HEADER, "")
        if not word and headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM:
            sent = await body.whole(_MOST_FORM)
            word = parse_qs((sent or b"").decode("utf-8", "replace")).get(CSRF_FIELD, [""])[0]
        return hmac.compare_digest(word.encode(), known.csrf.encode())

    async def _own_tab(self, scope: Scope, path: str, viewer: Viewer, body: _Body) -> bool:
        """Whether a tab's stream belongs to the one who opened it: its name is made by the browser and no secret."""
        if path.startswith("/gradio_api/heartbeat/"):
            tab = path.rpartition("/")[2]
        elif path == _JOIN:
            try:
                sent = json.loads(await body.whole(None) or b"null")
            except ValueError:
                return False
            tab = str(sent.get("session_hash") or "") if isinstance(sent, dict) else ""
        else:
            tab = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        if not tab:
            return True
        owner = self._tabs.setdefault(tab, viewer.owner)
        self._tabs.move_to_end(tab)
        if len(self._tabs) > _MOST_TABS:
            self._tabs.popitem(last=False)
        return owner == viewer.owner

    # ---------------------------------------------------------------- refusals

    def _turn_away(self, scope: Scope, headers: Headers, path: str) -> Response:
        """To the log-in page, where a person is looking at a page; a refusal for a program."""
        by_header = self._settings.auth == "header"
        page = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
        if page and not by_header:
            query = scope["query_string"].decode("latin-1")
            goal = quote(f"{path}?{query}" if query else path, safe="")
            return RedirectResponse(f"{self._root_path}/login?next={goal}", status_code=303)
        refusal = self._refused(scope, 401, self._texts["gate" if by_header else "login"])
        refusal.headers["WWW-Authenticate"] = "Bearer"
        return refusal

    def _refused(self, scope: Scope, status: int, detail: str) -> Response:
        refusal = problem_response(status, self._texts["title"], detail, scope["state"].get("request_id"))
        refusal.headers["Cache-Control"] = "no-store"
        return refusal


class _Body:
    """A request's body that can be read twice."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read: list[Message] = []

    async def whole(self, most: int | None) -> bytes | None:
        """All of it; None where it is longer than `most`, or the client went away."""
        parts: list[bytes] = []
        while True:
            message = await self._receive()
            self._read.append(message)
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            if most is not None and sum(map(len, parts)) > most:
                return None
            if not message.get("more_body", False):
                return b"".join(parts)

    async def again(self) -> Message:
        """As the server gave it."""
        return self._read.pop(0) if self._read else await self._receive()


def _costs(method: str, path: str) -> bool:
    """Whether a request counts among those that are limited: what a page loads of itself does not."""
    return method not in _SAFE or path.startswith("/api/")


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0]) if client else ""


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _decoded(value: str) -> str:
    """A header's value, which proxies send in UTF-8, as text."""
    return value.encode("latin-1").decode("utf-8", "replace")
