"""The benchmark of the first words in the browser: what it asks, and that the page's clock runs in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fake_assistant import FakeAssistant
from staging import Visitor, running

from assistant.config import Settings
from assistant.web.app import create_app
from evals.benchmarks.first_token import asked_of, in_browser
from evals.cases import Case, CaseTurn, Suite

TURNS = (CaseTurn(role="user", content="112/KH-UBND"),)
CASES = (
    Case(id="a", question="Kinh phí?", kind="factual", expected_behaviour="answer"),
    Case(id="b", question="Nó đến đâu?", kind="follow_up", expected_behaviour="answer", history=TURNS),
    Case(id="c", question="Khi nào báo cáo?", kind="factual", expected_behaviour="answer"),
)


def test_what_stands_alone_is_asked_as_often_as_wanted(tmp_path: Path) -> None:
    suite = Suite(name="thử", description="", documents=tmp_path, cases=CASES, gates={})
    assert asked_of(suite, 3) == ["Kinh phí?", "Khi nào báo cáo?", "Kinh phí?"]


@pytest.mark.browser
def test_the_page_takes_the_times_of_every_question(chromium: Any, tmp_path: Path) -> None:
    service = FakeAssistant()
    with running(create_app(service, Settings(data_dir=tmp_path))) as address:
        tab = Visitor(chromium)
        tab.page.goto(f"{address}/")
        tab.page.wait_for_selector("#tl-first", state="detached")
        times = in_browser(tab.page, ["Kinh phí?", "112/KH-UBND", "Khi nào báo cáo?", "25/KH-UBND", "gì?", "Kinh phí?"])
        tab.context.close()
    for one in times:
        assert 0 < one["shown"] <= one["first"] <= one["whole"]
    # A new conversation every five questions.
    assert [len(history) for _, history, _ in service.asked] == [0, 2, 4, 6, 8, 0]
