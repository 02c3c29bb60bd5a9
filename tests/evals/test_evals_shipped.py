"""The suites that ship: sound in themselves, and passed by the product as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.service import Assistant
from evals.cases import SUITES, load_suite, shipped_suites
from evals.facts import words
from evals.run import run_suite
from evals.under_test import Sight, assistant_over

# The sample suite has tests of its own.
NAMES = [name for name in shipped_suites() if name != "sample"]


def test_what_ships() -> None:
    assert set(shipped_suites()) == {
        "conversation",
        "hostile",
        "languages",
        "numbers",
        "sample",
        "timeline",
        "unanswerable",
    }


@pytest.fixture(scope="module", params=NAMES)
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Assistant]]:
    suite = load_suite(request.param)
    with assistant_over(suite.folders, tmp_path_factory.mktemp(request.param)) as (assistant, files):
        assert {file.status for file in files} <= {"indexed", "partial", "failed"}
        yield request.param, assistant


@pytest.mark.slow
def test_the_product_passes_the_gates_and_the_gold_stands_in_the_documents(asked: tuple[str, Assistant]) -> None:
    name, assistant = asked
    suite = load_suite(name)
    texts = [
        f" {' '.join(words(assistant.catalogue.text_of(document.id)))} " for document in assistant.catalogue.documents()
    ]
    for case in suite.cases:
        for sentence in case.gold_evidence:
            assert any(f" {' '.join(words(sentence))} " in text for text in texts), (case.id, sentence)
    run = run_suite(suite, assistant, look=Sight(assistant))
    assert [(gate.name, gate.value) for gate in run.gates if not gate.holds] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_suite_has_gates_for_what_must_never_happen(name: str) -> None:
    suite = load_suite(name)
    assert suite.gates["ungrounded"].at_most == 0
    assert {case.expected_behaviour for case in suite.cases} >= {"answer"}


def test_no_document_of_ours_passes_for_a_real_one() -> None:
    for file in SUITES.glob("*/documents/*.txt"):
        assert re.search(r"Văn bản mẫu|văn bản mẫu", Path(file).read_text(encoding="utf-8")), file.name
