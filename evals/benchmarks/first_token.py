"""How long a person waits in the browser: from pressing send to the first words of the answer in the page.

`python -m evals.benchmarks.first_token [QUESTIONS]` (40 by default) takes the sample corpus into a temporary folder,
serves it as `troly serve` does, without a language model, and asks its questions in the chat by Chromium, a new
conversation every five. The page itself takes the times: from the click until a MutationObserver sees the question
shown, the first words of the answer, and the whole answer. Beside them stands what the server says that it took for
the same questions over its API. The first ten questions warm both up and do not count.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.service import open_library
from evals.benchmarks._server import serving
from evals.benchmarks._texts import load
from evals.benchmarks._timing import percentiles, say
from evals.cases import Suite, load_suite

QUESTIONS = 40
_WARM = 10
_CONVERSATION = 5
_LIMIT_MS = 60_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
# The page's own clock: what this process and the browser's remote control take is no part of it.
_WATCH = """
() => new Promise(done => {
  const answers = () => document.querySelectorAll('#tl-conversation .tl-answer').length;
  const before = answers();
  const seen = {};
  let pressed = 0;
  document.addEventListener('click', (click) => { pressed = click.timeStamp; }, { capture: true, once: true });
  const since = () => performance.now() - pressed;
  const observer = new MutationObserver(() => {
    const whole = answers() > before;
    if (!seen.shown && document.querySelector('#tl-live .tl-question')) seen.shown = since();
    if (!seen.first && (whole || document.querySelector('#tl-live .tl-text'))) seen.first = since();
    if (!whole) return;
    observer.disconnect();
    seen.whole = since();
    done(seen);
  });
  observer.observe(document.body, { childList: true, subtree: true, characterData: true });
  document.querySelector('#tl-send').click();
})
"""


def asked_of(suite: Suite, count: int) -> list[str]:
    """The suite's questions that lean on nothing, from the beginning again where more are asked for."""
    alone = [case.question for case in suite.cases if not case.history]
    return [alone[at % len(alone)] for at in range(count)]


@contextmanager
def chat_page(address: str) -> Iterator[Any]:
    """The chat in a headless Chromium, when it can be typed into."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=_FLAGS)
        page = browser.new_page()
        page.set_default_timeout(_LIMIT_MS)
        page.goto(f"{address}/")
        page.wait_for_selector("#tl-first", state="detached")
        yield page
        browser.close()


def in_browser(page: Any, questions: Sequence[str]) -> list[dict[str, float]]:
    """Milliseconds until each question was `shown`, and the `first` words and the `whole` of its answer."""
    times = []
    for at, question in enumerate(questions):
        if at and at % _CONVERSATION == 0:
            page.click("#tl-new")
            # Its examples can be there while the old answers still are: the watch below counts answers.
            page.wait_for_function("!document.querySelector('#tl-conversation .tl-answer')")
        page.wait_for_selector("#tl-send")
        page.wait_for_function("!document.querySelector('#tl-live .tl-question')")
        page.fill("#tl-question textarea", question)
        times.append(page.evaluate(_WATCH))
    return times


def by_server(address: str, questions: Sequence[str]) -> list[float]:
    """Milliseconds that the server says it took for each question."""
    import httpx

    with httpx.Client(base_url=f"{address}/api/v1", timeout=_LIMIT_MS / 1000) as client:
        answers = [client.post("/ask", json={"question": question}).raise_for_status() for question in questions]
    return [float(answer.json()["timings_ms"]["total"]) for answer in answers]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    count = int(given[0]) if given else QUESTIONS
    if not find_spec("playwright") or not shutil.which("chromium"):
        say("Chromium or playwright (extra `bench`) is not installed: nothing is measured.")
        return
    suite = load_suite("sample")
    asked = asked_of(suite, _WARM + count)
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        # Whatever the environment says: a benchmark must not write into an installation.
        with open_library(Settings(data_dir=Path(folder), database_url="", chroma_url="")) as library:
            library.ingest([suite.documents])
        with serving(Path(folder)) as server:
            before = load()
            with chat_page(server.address) as page:
                times = in_browser(page, asked)[_WARM:]
            own = by_server(server.address, asked)[_WARM:]
    say(f"{count} questions over the sample corpus; {before} before, {load()} after")
    for name, what in (("shown", "question shown"), ("first", "first words of the answer"), ("whole", "whole answer")):
        say(f"{what}: {percentiles([one[name] for one in times])}")
    say(f"the server's own time: {percentiles(own)}")


if __name__ == "__main__":
    main()
