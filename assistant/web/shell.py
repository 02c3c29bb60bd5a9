"""The page around Gradio: language, title, styles and a first view that stands before any script has run."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.models import Language
from assistant.web.markup import escape
from assistant.web.texts import Texts, choose_language, load_texts

STATIC = Path(__file__).parent / "static"
_FOREIGN_META = re.compile(rb'\s*<meta\s+(?:property="og:|name="twitter:)[^>]*?/>', re.DOTALL)
_FOR_SCRIPTS = ("chat", "errors", "evidence", "history", "page")


@cache
def version_of(name: str) -> str:
    """A short hash of a static file, so that browsers keep it until it changes."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def versioned(name: str) -> str:
    """The address of a static file, relative to the pages at the root."""
    return f"./ui/{name}?v={version_of(name)}"


def client_texts(texts: Texts) -> dict[str, str]:
    """The texts that the scripts in the browser show."""
    return {name: text for name, text in texts.entries.items() if name.split(".")[0] in _FOR_SCRIPTS}


def first_view(texts: Texts) -> str:
    """What is seen until Gradio has drawn itself over it."""
    return (
        '<div id="tl-first" class="tl-first" role="status"><p class="tl-first-name">'
        f"{escape(texts('product.name'))}</p><p>{escape(texts('page.loading'))}</p>"
        f"<noscript><p>{escape(texts('page.no_script'))}</p></noscript></div>"
    )


def head_tags(texts: Texts) -> str:
    """Title, description, icon, styles and scripts of the chat page."""
    both = {language: client_texts(load_texts(language)) for language in ("vi", "en")}
    return (
        f'<meta name="description" content="{escape(texts("product.description"))}">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{escape(texts("product.name"))}</title><link rel="icon" href="{versioned("favicon.svg")}">'
        f'<link rel="stylesheet" href="{versioned("troly.css")}"><link rel="stylesheet" href="{versioned("chat.css")}">'
        f'<meta name="troly-texts" content="{escape(json.dumps(both))}">'
        f'<script src="{versioned("theme.js")}"></script><script src="{versioned("csrf.js")}"></script>'
        f'<script defer src="{versioned("page-picture.js")}"></script>'
        f'<script defer src="{versioned("evidence.js")}"></script><script defer src="{versioned("chat.js")}"></script>'
        f'<script defer src="{versioned("history.js")}"></script>'
    )


def dress_page(page: bytes, texts: Texts) -> bytes:
    """Gradio's page as ours: no address of other servers, our language, head and first view."""
    page = _FOREIGN_META.sub(b"", page)
    page = page.replace(b'lang="en"', f'lang="{texts.language}"'.encode(), 1)
    page = page.replace(b"</head>", head_tags(texts).encode() + b"</head>", 1)
    return page.replace(b"<gradio-app", first_view(texts).encode() + b"<gradio-app", 1)


class PageDresser:
    """ASGI layer that dresses the chat page at `/` and leaves every other answer alone."""

    def __init__(self, app: ASGIApp, default: Language) -> None:
        self._app = app
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Collects the one page, rewrites it, sends it whole."""
        root = scope.get("root_path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].removeprefix(root) not in ("", "/"):
            await self._app(scope, receive, send)
            return
        language = choose_language(
            parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0], self._default
        )
        # Gradio compresses what it sends; the page is rewritten as plain text.
        kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        started: list[Message] = []
        parts: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                started.append(message)
                return
            if message["type"] != "http.response.body":
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._finish(started[0], b"".join(parts), load_texts(language), send)

        await self._app({**scope, "headers": kept}, receive, collect)

    @staticmethod
    async def _finish(start: Message, body: bytes, texts: Texts, send: Send) -> None:
        if start["status"] == 200 and Headers(raw=start["headers"]).get("content-type", "").startswith("text/html"):
            body = dress_page(body, texts)
            headers = MutableHeaders(scope=start)
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-store"
        await send(start)
        await send({"type": "http.response.body", "body": body})
