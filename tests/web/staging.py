"""Servers, pages of other origins and browser tabs that the tests of the web product work with."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from assistant.web.app import open_socket

LISTED = "https://intranet.example.vn"
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


class Stranger:
    """A browser as the chat sees it: nothing but its cookies."""

    def __init__(self, **cookies: str) -> None:
        self.cookies = cookies


@contextmanager
def running(app: FastAPI, host: str = "127.0.0.1") -> Iterator[str]:
    """The application on a free port; gives its address."""
    listener = open_socket(host, 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=60)
        listener.close()


class HostPages(BaseHTTPRequestHandler):
    """A page of another origin that holds nothing but the widget's one line, under a strict policy."""

    widget = ""
    attributes = ""

    def do_GET(self) -> None:
        page = f"<!doctype html><title>Cổng nội bộ</title><h1>Cổng nội bộ</h1>{self.tag()}".encode()
        server = self.widget.removesuffix("/widget.js")
        self.send_response(200 if self.path == "/" else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header(
            "Content-Security-Policy", f"default-src 'none'; script-src {server}; frame-src {server}; base-uri 'none'"
        )
        self.end_headers()
        self.wfile.write(page)

    def tag(self) -> str:
        return f'<script src="{self.widget}" {self.attributes} defer></script>'

    def log_message(self, *args: object) -> None:
        """Quiet."""


class Visitor:
    """A browser tab that remembers which hosts it called and what its console complained about."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        self.called: set[str] = set()
        self.page_errors: list[str] = []
        self.context.on("request", self._note)
        self.page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))

    def _note(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss"):
            self.called.add(address.netloc)


BOX = "#tl-question textarea"
Visit = Callable[..., Visitor]


def open_chat(visit: Visit, address: str, **options: Any) -> Any:
    """A tab of somebody new with the chat in it."""
    page = visit(**options).page
    show(page, address)
    return page


def show(page: Any, address: str) -> None:
    """The chat in an open tab."""
    page.goto(address)
    page.wait_for_selector(BOX)
    page.wait_for_selector("#tl-first", state="detached")


def ask(page: Any, question: str) -> None:
    """Type a question and send it, when the answer before it has come whole: the page takes none before."""
    page.wait_for_function("!document.querySelector('#tl-live .tl-question')")
    page.fill(BOX, question)
    page.keyboard.press("Enter")


def read_events(stream: str) -> list[tuple[str, Any]]:
    """Name and value of every server-sent event."""
    blocks = [block.split("\n") for block in stream.strip().split("\n\n")]
    return [(name.removeprefix("event: "), json.loads(value.removeprefix("data: "))) for name, value in blocks]
