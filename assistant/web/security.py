"""Who may call what: origins, security headers, body size. Plain ASGI, so that streams pass through unbuffered."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web import request_ids
from assistant.web.incidents import describe
from assistant.web.texts import Texts

MAX_BODY_KB = 2048
PROBLEM_JSON = "application/problem+json"

log = logging.getLogger(__name__)

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Gradio compiles its templates in the browser and sets inline styles, hence the two "unsafe" words; what keeps a
# document's text from becoming markup is `markup.escape`. The sources keep every request on this server.
_CHAT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# The routes of Gradio that the chat needs. The others (uploads, proxies, files by address, editors) are not served:
# one of them fetches any public address on a visitor's behalf.
_GRADIO_ROUTES = re.compile(
    r"/(?:$|config/?$|theme\.css$|favicon\.ico$|manifest\.json$|robots\.txt$|assets/|svelte/|static/(?:js|fonts|img)/"
    r"|gradio_api/(?:queue/(?:join|data)|heartbeat/[^/]+|startup-events|cancel|reset|run/[^/]+|info|app_id)/?$)"
)
_OWN_ROUTES = re.compile(
    r"/(?:ui/|api/v1(?:/|$)|embed(?:/|$)|widget\.js$|text-health(?:\.xlsx)?$|healthz$|readyz$|metrics$)"
)

# What a page of another origin has no part in, whatever the method: whose conversations are whose is between this
# server and its own pages, and so is a librarian's work.
_OWN_PAGES_ONLY = re.compile(r"/api/v1/(?:conversations|jobs)(?:/|$)")
_LIBRARY = re.compile(r"/api/v1/documents(?:/|$)")

_LOGIN_ROUTES = re.compile(r"/(?:login(?:/start|/callback)?|logout|account)$")

_REVIEW_ROUTES = re.compile(r"/review(?:/[0-9a-f]+\.png)?$")


def area_of(path: str) -> str:
    """The part of the product that a path belongs to: the label of its request counter."""
    for area, prefix in (("api", "/api/"), ("embed", "/embed"), ("static", "/ui/"), ("static", "/assets/")):
        if path.startswith(prefix):
            return area
    if path == "/widget.js":
        return "embed"
    if _REVIEW_ROUTES.match(path):
        return "operation"
    if _LOGIN_ROUTES.match(path):
        return "operation"
    operation = ("/healthz", "/readyz", "/metrics", "/text-health", "/text-health.xlsx")
    return "operation" if path in operation else "chat"


class Gatekeeper:
    """Lets through what the product serves, to whom it may be served, and sets the headers of every answer.

    Args:
        app: the application behind the gate.
        allowed_origins: origins that may frame `/embed` and call the API from their pages.
        texts: sentences of a refusal.
        count: called with (area, method, status) for every finished request.
        root_path: the path that the product stands under; a proxy may strip it from what it passes on, or not.
        review: whether the page is served that confirms numbers and dates of scans.
        upload_kb: the largest body of an upload; 0 where nothing may be uploaded.
        login: whether people log in.
    """

    def __init__(
        self,
        app: ASGIApp,
        allowed_origins: tuple[str, ...],
        texts: Texts,
        count: Callable[[str, str, int], None],
        root_path: str = "",
        review: bool = False,
        upload_kb: int = 0,
        login: bool = False,
    ) -> None:
        self._app = app
        self._allowed = frozenset(allowed_origins)
        self._texts = texts
        self._count = count
        self._root_path = root_path.rstrip("/")
        self._upload_kb = upload_kb
        self._routes = (_OWN_ROUTES, _GRADIO_ROUTES, *((_REVIEW_ROUTES,) if review else ()))
        self._routes += (_LOGIN_ROUTES,) if login else ()
        ancestors = " ".join(("'self'", *allowed_origins))
        self._embed_policy = _STRICT_POLICY.format(ancestors=ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one connection; anything but HTTP and the lifespan is refused by not being passed on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        if self._root_path and scope["path"] == self._root_path:
            # Without the last slash every relative address of the page would miss.
            await RedirectResponse(f"{self._root_path}/", status_code=308)(scope, receive, send)
            return
        path = self._settle_path(scope)
        headers = Headers(scope=scope)
        request_id = request_ids.request_id_for(headers.get("x-request-id"))
        request_ids.current.set(request_id)
        scope.setdefault("state", {})["request_id"] = request_id
        origin = headers.get("origin")
        granted = origin if origin in self._allowed and _is_shared(scope["method"], path) else None

        begun, started = False, time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                self._dress(MutableHeaders(scope=message), path, granted, request_id)
                self._count(area_of(path), scope["method"], message["status"])
                spent = (time.perf_counter() - started) * 1000
                # Never the query: it may be somebody's question.
                log.info("%s %s: %d after %.0f ms", scope["method"], path, message["status"], spent)
            await send(message)

        answer = self._refusal(scope, headers, path, granted, request_id)
        try:
            await (answer or self._app)(scope, receive, send_with_headers)
        except Exception as error:
            if begun:
                raise
            incident = describe(error, self._texts)
            failure = problem_response(incident.status, incident.title, incident.detail, request_id)
            await failure(scope, receive, send_with_headers)

    def _settle_path(self, scope: Scope) -> str:
        """Gives the path below the root path, and the scope the form that Starlette asks for: root path and whole."""
        root: str = self._root_path or scope.get("root_path", "")
        path: str = scope["path"]
        if root and (path == root or path.startswith(f"{root}/")):
            path = path.removeprefix(root) or "/"
        scope["root_path"], scope["path"] = root, root + path
        return path

    def _refusal(
        self, scope: Scope, headers: Headers, path: str, granted: str | None, request_id: str
    ) -> Response | None:
        if not any(routes.match(path) for routes in self._routes):
            return self._problem(404, "problem.not_found", self._texts("problem.not_found"), request_id)
        origin = headers.get("origin")
        changes = scope["method"] not in ("GET", "HEAD")
        if origin and not granted and (changes or path.startswith("/api/")) and not _is_own(origin, headers):
            return self._problem(403, "problem.origin", self._texts("problem.origin_detail"), request_id)
        if granted and scope["method"] == "OPTIONS":
            return Response(status_code=204)
        # A body that does not tell its length is not read: its end could be anywhere.
        length = "unknown" if "transfer-encoding" in headers else headers.get("content-length", "0")
        limit = MAX_BODY_KB
        if scope["method"] in ("POST", "PUT") and _LIBRARY.match(path):
            limit = max(limit, self._upload_kb)
        if not (length.isascii() and length.isdigit()) or int(length) > limit * 1024:
            detail = self._texts("problem.too_large_detail", limit=limit)
            return self._problem(413, "problem.too_large", detail, request_id)
        return None

    def _problem(self, status: int, title: str, detail: str, request_id: str) -> Response:
        return problem_response(status, self._texts(title), detail, request_id)

    def _dress(self, headers: MutableHeaders, path: str, granted: str | None, request_id: str) -> None:
        for name, value in _COMMON.items():
            headers[name] = value
        headers["X-Request-ID"] = request_id
        if path.startswith("/embed"):
            headers["Content-Security-Policy"] = self._embed_policy
            if not self._allowed:
                headers["X-Frame-Options"] = "SAMEORIGIN"
        elif path.startswith(("/text-health", "/review")) or _LOGIN_ROUTES.match(path):
            policy = _STRICT_POLICY.format(ancestors="'none'")
            own_forms = policy.replace("form-action 'none'", "form-action 'self'")
            with_form = path == "/review" or _LOGIN_ROUTES.match(path)
            headers["Content-Security-Policy"] = own_forms if with_form else policy
            headers["X-Frame-Options"] = "DENY"
        elif path.startswith("/api/v1/docs"):
            headers["Content-Security-Policy"] = _DOCS_POLICY
        elif path.startswith("/api/"):
            headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
        else:
            headers["Content-Security-Policy"] = _CHAT_POLICY
            headers["X-Frame-Options"] = "DENY"
        # A script of another origin may load the widget; nothing else of ours can be pulled into a foreign page.
        headers["Cross-Origin-Resource-Policy"] = "cross-origin" if path == "/widget.js" else "same-origin"
        if path.startswith("/api/"):
            headers.add_vary_header("Origin")
            headers.setdefault("Cache-Control", "no-store")
        if path.startswith("/assets/"):
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if granted:
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            headers["Access-Control-Allow-Origin"] = granted
            headers["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
            headers["Access-Control-Allow-Headers"] = "Content-Type, Accept, X-Request-ID"
            headers["Access-Control-Expose-Headers"] = "X-Request-ID"
            headers["Access-Control-Max-Age"] = "600"


def _is_shared(method: str, path: str) -> bool:
    """Whether pages of listed origins may call this: asking and reading, never a librarian's work."""
    if not path.startswith("/api/") or _OWN_PAGES_ONLY.match(path):
        return False
    if _LIBRARY.match(path):
        return method in ("GET", "HEAD", "OPTIONS")
    return path != "/api/v1/feedback" or method in ("POST", "OPTIONS")


def _is_own(origin: str, headers: Headers) -> bool:
    """Whether the calling page is one of ours; behind a proxy this needs the Host header passed on."""
    return headers.get("sec-fetch-site") == "same-origin" or urlsplit(origin).netloc == headers.get("host")


def problem_response(
    status: int, title: str, detail: str, request_id: str | None, errors: Sequence[dict[str, str]] = ()
) -> Response:
    """An error as `application/problem+json` (RFC 9457); `errors` say what is wrong part by part."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "request_id": request_id}
    if errors:
        body["errors"] = list(errors)
    return Response(json.dumps(body, ensure_ascii=False), status_code=status, media_type=PROBLEM_JSON)
