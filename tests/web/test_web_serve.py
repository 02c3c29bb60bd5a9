"""The real thing: `troly serve` over sample documents, in a process of its own, seen through a browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from staging import Visitor

from assistant.config import Settings
from assistant.service import open_library

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILES = ("01-*", "02-*", "04-*", "09-*")
RESIDENT_MB = 700


@dataclass(frozen=True)
class Served:
    address: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> Path:
    if not sample_documents.is_dir():
        pytest.skip("the sample corpus has not been built")
    folder = tmp_path_factory.mktemp("served")
    source = folder / "documents"
    source.mkdir()
    for pattern in FILES:
        for file in sample_documents.glob(pattern):
            shutil.copy(file, source)
    with open_library(Settings(data_dir=folder / "data")) as library:
        assert {report.status for report in library.ingest([source])} == {"indexed"}
    return folder / "data"


@pytest.fixture(scope="module")
def served(data_dir: Path) -> Iterator[Served]:
    begin = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", "0", "--data", str(data_dir)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TROLY_LANGUAGE": "vi"},
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    found = re.search(r"http://[^\s/]+", line)
    assert found, line
    transport = httpx.HTTPTransport(retries=0)
    with httpx.Client(transport=transport, timeout=30) as client:
        while True:
            try:
                if client.get(f"{found.group()}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                assert process.poll() is None, process.stderr.read()
            assert time.monotonic() - begin < 60, "the server did not become ready"
    yield Served(found.group(), process)
    process.terminate()
    assert process.wait(timeout=60) in (0, -15)


def test_first_visit_to_the_sentence_that_answers(visitor: Callable[..., Visitor], served: Served) -> None:
    page = visitor().page
    page.goto(served.address)
    page.click("#tl-welcome .tl-example >> nth=0")
    page.wait_for_selector("#tl-conversation .tl-cite")
    page.click("#tl-conversation .tl-cite >> nth=0")
    page.wait_for_selector("#tl-evidence mark")
    shown = " ".join("".join(page.locator("#tl-evidence mark").all_inner_texts()).split())
    question = page.inner_text("#tl-conversation .tl-question").split(":", 1)[1].strip()
    answer = httpx.post(f"{served.address}/api/v1/ask", json={"question": question, "language": "vi"}).json()
    quote = " ".join(answer["citations"][0]["quote"].split())
    assert shown and shown in quote


def test_a_number_gives_its_card(visitor: Callable[..., Visitor], served: Served) -> None:
    page = visitor(viewport={"width": 360, "height": 720}).page
    page.goto(served.address)
    page.fill("#tl-question textarea", "5880/QĐ-UBND")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tl-card .tl-timeline > li")
    assert "5880/QĐ-UBND" in page.inner_text(".tl-card h2") and "09/11/2016" in page.inner_text(".tl-card h2")
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_every_citation_of_the_card_opens_at_its_sentence(visitor: Callable[..., Visitor], served: Served) -> None:
    page = visitor().page
    page.goto(served.address)
    page.fill("#tl-question textarea", "5880/QĐ-UBND")
    page.keyboard.press("Enter")
    page.wait_for_selector(".tl-card")
    links = page.locator(".tl-card > section .tl-evidence-link")
    assert links.count() > 3
    for number in range(links.count()):
        links.nth(number).click()
        page.wait_for_selector("#tl-evidence mark")
        page.keyboard.press("Escape")


def test_the_server_stays_within_its_memory(served: Served) -> None:
    status = Path(f"/proc/{served.process.pid}/status")
    if not status.exists():
        pytest.skip("resident memory is read from /proc, which this system has not")
    resident = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
    assert resident and int(resident.group(1)) / 1024 < RESIDENT_MB
