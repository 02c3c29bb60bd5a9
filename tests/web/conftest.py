"""Servers and browsers for the tests of the web product."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import FakeAssistant
from fastapi import FastAPI
from fastapi.testclient import TestClient
from gated import PASSWORD, Gated, gated
from staging import LISTED, HostPages, Visitor

from assistant.config import Settings
from assistant.kept_conversations import KeptConversations
from assistant.web.app import create_app
from vectorstore.catalogue import Catalogue

sys.path.append(str(Path(__file__).resolve().parents[1] / "vectorstore"))
from store_factories import WordEmbedder


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


@pytest.fixture(scope="session")
def kept_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FastAPI, FakeAssistant, KeptConversations]]:
    """An application that keeps conversations, beside a catalogue of its own."""
    folder = tmp_path_factory.mktemp("kept")
    settings, service = Settings(data_dir=folder, embed_origins=LISTED), FakeAssistant()
    catalogue = Catalogue(folder / "catalogue.sqlite3")
    kept = KeptConversations(service, catalogue, settings)
    yield create_app(service, settings, kept), service, kept
    catalogue.close()


@pytest.fixture(scope="session")
def gated_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gated]:
    """A server with accounts over a real library, with a document that one group alone may see."""
    # One hash each: what they cost is meant for those who guess.
    with gated(tmp_path_factory.mktemp("gated"), WordEmbedder(), review_page=True, requests_per_min=100_000) as server:
        hashed = server.accounts.hashed(PASSWORD)
        for name, role, groups in (
            ("lan", "reader", ()), ("minh", "reader", ("van-phong",)), ("thu", "librarian", ()),
            ("chi", "administrator", ()),
        ):  # fmt: skip
            server.accounts.people.add(name, hashed, role, groups)
        yield server


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
    thread.join(timeout=60)


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
