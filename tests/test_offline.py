"""No connection leaves the machine: not by ingest, not by a question, not by the server or its pages.

Each command runs in a process that refuses and records whatever leaves the machine (`no_network/sitecustomize.py`).
Where strace may be used, the system calls are recorded too: compiled code does not ask Python before it connects.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from staging import CHROMIUM, CHROMIUM_ARGS

pytestmark = pytest.mark.slow

GUARD = Path(__file__).parent / "no_network"
ADDRESS = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


@cache
def can_trace() -> bool:
    if not shutil.which("strace"):
        return False
    probe = ["strace", "-f", "-qq", "-e", "trace=connect", sys.executable, "-c", ""]
    return subprocess.run(probe, capture_output=True, timeout=60, check=False).returncode == 0


class Watch:
    """Runs Python with the guard before it, and tells what it tried to reach.

    Args:
        folder: an empty folder; home of the processes, so that no model of this machine's user is found.
    """

    def __init__(self, folder: Path) -> None:
        self.refused, self.trace = folder / "refused.log", folder / "trace.txt"
        # A proxy on this machine would make a connection to anywhere look like one to here: none is passed on.
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment |= {"HOME": str(folder), "PYTHONPATH": str(GUARD), "TROLY_TEST_REFUSED": str(self.refused)}

    def command(self, *arguments: str) -> list[str]:
        command = [sys.executable, *arguments]
        if can_trace():
            calls = "trace=connect,sendto,sendmsg,sendmmsg"
            command = ["strace", "-f", "-qq", "-e", "signal=none", "-e", calls, "-A", "-o", str(self.trace), *command]
        return command

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            capture_output=True, text=True, timeout=280, check=False, env={**self.environment, **variables},
        )  # fmt: skip

    @contextmanager
    def serving(self, data: Path) -> Iterator[str]:
        """The server on a free port, ready; gives its address."""
        command = self.command("-m", "assistant", "serve", "--port", "0", "--data", str(data))
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=self.environment, start_new_session=True
        )
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            found = re.search(r"http://[^\s/]+", line)
            assert found, line + process.stderr.read()
            # The address is announced a little before it is listened on: the transport tries again, ever later.
            with httpx.Client(transport=httpx.HTTPTransport(retries=7), timeout=60) as client:
                assert client.get(f"{found.group()}/readyz").status_code == 200
            yield found.group()
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.communicate(timeout=30)

    def tried(self) -> list[str]:
        """Whatever was tried that leads elsewhere."""
        refused = self.refused.read_text(encoding="utf-8").splitlines() if self.refused.exists() else []
        traced = self.trace.read_text(encoding="utf-8", errors="replace") if self.trace.exists() else ""
        return refused + [line for line in traced.splitlines() if any(map(_leads_away, ADDRESS.findall(line)))]


def _leads_away(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return not (parsed.is_loopback or parsed.is_unspecified)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> Path:
    """The sample corpus, ingested under watch."""
    folder = tmp_path_factory.mktemp("offline")
    watch = Watch(folder)
    done = watch.run("-m", "assistant", "ingest", str(sample_documents), "--data", str(folder / "data"), "--json")
    assert done.returncode in (0, 1), done.stderr
    assert watch.tried() == []
    statuses = [file["status"] for file in json.loads(done.stdout)["files"]]
    assert statuses.count("indexed") >= 9
    return folder / "data"


CALLS = {
    "a name": "import urllib.request; urllib.request.urlopen('http://example.com/', timeout=5)",
    "an address": "import socket; socket.create_connection(('192.0.2.1', 443), timeout=5)",
    "a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "a child": "import subprocess, sys; subprocess.run([sys.executable, '-c', "
    "\"import socket; socket.create_connection(('192.0.2.1', 443), timeout=5)\"], check=True)",
}


@pytest.mark.parametrize("call", CALLS.values(), ids=list(CALLS))
def test_the_watch_refuses_and_records(tmp_path: Path, call: str) -> None:
    watch = Watch(tmp_path)
    done = watch.run("-c", call)
    assert done.returncode != 0 and "is not this machine" in done.stderr
    assert len(watch.tried()) == 1


def test_the_watch_sees_compiled_code(tmp_path: Path) -> None:
    if not can_trace():
        pytest.skip("strace is not here or may not trace")
    watch = Watch(tmp_path)
    # Below Python's own socket module, as compiled libraries connect.
    connect = (
        "import ctypes; c = ctypes.CDLL(None); s = c.socket(2, 2, 0); "
        "c.connect(s, bytes([2, 0, 0, 9, 192, 0, 2, 1]) + bytes(8), 16)"
    )
    assert watch.run("-c", connect).returncode == 0
    assert len(watch.tried()) == 1 and "192.0.2.1" in watch.tried()[0]


def test_the_watch_lets_this_machine_through(tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    call = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    assert watch.run("-c", call).returncode == 0
    assert watch.tried() == []


def test_ingest_and_ask_call_nobody(library: Path, tmp_path: Path) -> None:
    watch = Watch(tmp_path)
    done = watch.run("-m", "assistant", "ask", "Kế hoạch 1009/KH-UBND về việc gì?", "--data", str(library), "--json")
    answer = json.loads(done.stdout)
    assert answer["outcome"] == "answered" and answer["citations"]
    # Without a number: this one goes through retrieval and the embedder.
    done = watch.run("-m", "assistant", "ask", "Đã ngầm hóa bao nhiêu tuyến?", "--data", str(library), "--json")
    assert json.loads(done.stdout)["timings_ms"]["retrieval"] > 0
    assert watch.tried() == []


def test_a_model_that_is_not_here_is_not_fetched(tmp_path: Path, sample_documents: Path) -> None:
    if find_spec("sentence_transformers") is None:
        pytest.skip("the extra `models` is not installed")
    watch = Watch(tmp_path)
    document = next(sample_documents.glob("04-*"))
    done = watch.run(
        "-m", "assistant", "ingest", str(document), "--data", str(tmp_path / "data"),
        TROLY_EMBEDDER="intfloat/multilingual-e5-small",
    )  # fmt: skip
    assert done.returncode == 2 and "TROLY_EMBEDDER" in done.stderr
    assert watch.tried() == []


@pytest.mark.browser
def test_the_server_and_its_pages_call_nobody(library: Path, tmp_path: Path) -> None:
    pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    browser = str(CHROMIUM) if CHROMIUM.exists() else shutil.which("chromium")
    if browser is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    watch = Watch(tmp_path)
    # A thread of its own: the driver allows one session a thread, and other tests may hold theirs.
    with watch.serving(library) as address, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(visit_every_page, browser, address).result(timeout=200)
    hosts = {urlsplit(url).netloc for url in asked if urlsplit(url).scheme not in ("data", "blob")}
    assert hosts == {urlsplit(address).netloc}
    paths = {urlsplit(url).path for url in asked}
    assert {"/", "/embed", "/embed/ask", "/api/v1/docs"} <= paths
    assert watch.tried() == []


def visit_every_page(browser: str, address: str) -> list[str]:
    """Asks in the chat and in the embedded chat, opens the API's reference; gives every address that was requested."""
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=CHROMIUM_ARGS)
        context = chromium.new_context()
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.goto(address)
        page.wait_for_selector("#tl-first", state="detached")
        page.fill("#tl-question textarea", "5880/QĐ-UBND")
        page.keyboard.press("Enter")
        page.click(".tl-card .tl-evidence-link >> nth=0")
        page.wait_for_selector("#tl-evidence mark")
        page.goto(f"{address}/embed")
        page.fill("#em-question", "Kế hoạch 1009/KH-UBND về việc gì?")
        page.keyboard.press("Enter")
        page.wait_for_selector("#em-log .tl-cite")
        page.goto(f"{address}/api/v1/docs")
        page.wait_for_selector(".opblock")
        chromium.close()
    return asked
