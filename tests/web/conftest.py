"""Servers and browsers for the tests of the web product."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.config import Settings
from assistant.web.app import create_app, open_socket

LISTED = "https://intranet.example.vn"
CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]  # fmt: skip


@pytest.fixture(scope="session")
def web_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="session")
def web_app(web_folder: Path) -> tuple[FastAPI, FakeAssistant]:
    """One application for all tests of a run: building it takes longer than most of them."""
    service = FakeAssistant()
    return create_app(service, Settings(data_dir=web_folder, embed_origins=LISTED)), service


@pytest.fixture
def assistant(web_app: tuple[FastAPI, FakeAssistant]) -> FakeAssistant:
    """The assistant behind `client`, as new."""
    service = web_app[1]
    service.failure, service.empty = None, False
    service.asked.clear()
    return service


@pytest.fixture
def client(web_app: tuple[FastAPI, FakeAssistant], assistant: FakeAssistant) -> TestClient:
    return TestClient(web_app[0])


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
        thread.join(timeout=10)
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


@pytest.fixture
def host_page() -> Iterator[Callable[[str, str], None] | Any]:
    """A server of another origin; `.address` is known before the widget's address is set with `.show`."""

    class Page(HostPages):
        pass

    class Host:
        def __init__(self, address: str) -> None:
            self.address = address

        def show(self, widget: str, attributes: str = "") -> None:
            Page.widget, Page.attributes = widget, attributes

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Host(f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium; skipped where browser or driver is missing."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    path = CHROMIUM if CHROMIUM.exists() else Path(shutil.which("chromium") or "/nonexistent")
    if not path.exists():
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(path), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


class Visitor:
    """A browser tab that remembers which hosts it called and what its console complained about."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        self.called: set[str] = set()
        self.page_errors: list[str] = []
        self.context.on("request", self._note)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.page_errors.append(str(error)))

    def _note(self, request: Any) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss"):
            self.called.add(address.netloc)


@pytest.fixture
def visitor(chromium: Any) -> Iterator[Callable[..., Visitor]]:
    """Opens tabs; afterwards none of them may have called any but the named test servers, or thrown an error."""
    opened: list[Visitor] = []

    def visit(**options: Any) -> Visitor:
        opened.append(Visitor(chromium, **options))
        return opened[-1]

    yield visit
    for tab in opened:
        tab.context.close()
    assert [host for tab in opened for host in tab.called if not host.startswith("127.0.0.1:")] == []
    assert [error for tab in opened for error in tab.page_errors] == []
