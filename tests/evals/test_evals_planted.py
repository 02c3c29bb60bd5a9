"""A planted regression in each stage is caught by a gate of a shipped suite, by the measure that one expects.

Each is built in at a seam: another cutter, a weight, another registry, check or wording handed to the assistant, or an
assistant around it. The suites are those that ship, asked in part so that the table stays quick.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from assistant.model_prompt import Message
from assistant.models import Answer, Citation, Language, Turn
from assistant.service import Assistant
from assistant.stages import Stages, wording
from evals.cases import Gate, load_suite
from evals.run import SuiteRun, run_suite
from evals.under_test import Sight
from ingest.chunks import cut_chunks
from ingest.models import Chunk, KeptText, Section, Span
from ingest.numbers import TypedNumber
from ingest.sentences import split_sentences
from vectorstore.identities import Identity
from vectorstore.library import Library
from vectorstore.registry import Registry

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


# ------------------------------------------------------------------------------------------------ what is planted


def without_last_sentences(kept: KeptText, title: str, sections: Sequence[Section] = ()) -> tuple[Chunk, ...]:
    """The product's chunks, but for the last sentence of each section."""
    starts = {section.span.start for section in sections}
    sentences = split_sentences(kept.text)
    last = [
        one
        for one, following in zip(sentences, [*sentences[1:], None], strict=True)
        if following is None or any(one.end <= start <= following.start for start in starts)
    ]
    shorter = []
    for chunk in cut_chunks(kept, title, sections):
        ends = [one.start for one in last if chunk.span.start < one.start < chunk.span.end]
        if any(one.start <= chunk.span.start and chunk.span.end <= one.end for one in last):
            continue
        shorter.append(replace(chunk, span=Span(chunk.span.start, min(ends, default=chunk.span.end))))
    return tuple(replace(chunk, ordinal=ordinal) for ordinal, chunk in enumerate(shorter))


class FoldingRegistry(Registry):
    """Takes HĐ and HD for the same."""

    def matching(self, typed: TypedNumber) -> list[Identity]:
        """Whatever has the folded key."""
        return self._with_key(typed.key) if typed.key else super().matching(typed)


class OffByOnePage:
    """An assistant whose citations name the page after the right one."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        answer = self._assistant.ask(question, history)
        return replace(answer, citations=tuple(map(_one_on, answer.citations)))


def _one_on(citation: Citation) -> Citation:
    return replace(citation, evidence=replace(citation.evidence, page=citation.evidence.page + 1))


class ScriptedModel:
    """Restates its first piece of evidence; it cites where it is told to, and may add a figure of its own."""

    def __init__(self, adds: str = "") -> None:
        self._adds = adds

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        system, asked = (text for _, text in messages)
        evidence = re.search(r"^\[1\] \(.*?\) (?P<quote>.+)$", asked, re.MULTILINE)
        mark = " [1]" if "[1]" in system else ""
        quote = evidence["quote"].rstrip(" .;") if evidence else "Không rõ"
        yield f"{quote}{mark}."
        if self._adds:
            yield f" {self._adds}{mark}."


def without_cite_line(language: Language) -> Mapping[str, Any]:
    """The product's wording, but for the rule to cite."""
    told = wording(language)
    return {**told, "system": "\n".join(line for line in told["system"].splitlines() if "[1]" not in line)}


# --------------------------------------------------------------------------------------------------- the assistants


@pytest.fixture(scope="module")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, bool], Library]]:
    """A library with the documents of a suite, each read once; cut by the planted cutter where asked for."""
    opened: dict[tuple[str, bool], Library] = {}

    def library_of(name: str, cut_short: bool = False) -> Library:
        if (name, cut_short) not in opened:
            library = Library.open(tmp_path_factory.mktemp(name))
            library.ingest(load_suite(name).folders)
            if cut_short:
                library.cut_again(without_last_sentences)
            opened[name, cut_short] = library
        return opened[name, cut_short]

    yield library_of
    for library in opened.values():
        library.close()


@dataclass(frozen=True)
class Planted:
    """A regression with the measure whose gate has to catch it."""

    suite: str
    measure: str
    sound: Mapping[str, Any]
    """Arguments of a sound assistant."""
    broken: Mapping[str, Any]
    kinds: tuple[str, ...] = ()
    """Asked in part; empty: all."""
    cut_short: bool = False
    around: Callable[[Assistant], Any] | None = None
    gate: Gate | None = None
    """Where the suite has none of its own: it is asked without a model."""


LIE = "Tổng kinh phí là 987.654 tỷ đồng"

TABLE = [
    pytest.param(
        Planted("languages", "evidence_retrieved", {}, {}, cut_short=True),
        id="the chunker drops the last sentence of a section",
    ),
    pytest.param(
        Planted("numbers", "evidence_rank", {}, {"fusion_weight": 1.0}),
        id="fusion ignores BM25",
    ),
    pytest.param(
        Planted("timeline", "citation_faithful", {}, {}, around=OffByOnePage),
        id="a citation is off by one page",
    ),
    pytest.param(
        Planted(
            "unanswerable",
            "ungrounded",
            {"model": ScriptedModel(LIE)},
            {"model": ScriptedModel(LIE), "stages": Stages(check=lambda line, given: [])},
            kinds=("answerable",),
        ),
        id="verification is switched off",
    ),
    pytest.param(
        Planted("numbers", "folded/behaviour", {}, {"stages": Stages(registry=FoldingRegistry)}),
        id="the registry folds HĐ and HD",
    ),
    pytest.param(
        Planted(
            "unanswerable",
            "model_kept",
            {"model": ScriptedModel()},
            {"model": ScriptedModel(), "stages": Stages(wording=without_cite_line)},
            kinds=("answerable",),
            gate=Gate(at_least=0.9),
        ),
        id="a prompt loses its line about citing",
    ),
]


@pytest.mark.parametrize("planted", TABLE)
def test_a_planted_regression_is_caught_by_the_measure_one_expects(
    planted: Planted, libraries: Callable[..., Library]
) -> None:
    sound = _run(planted, Assistant(libraries(planted.suite), **planted.sound))
    library = libraries(planted.suite, planted.cut_short)
    broken = _run(planted, Assistant(library, **planted.broken), planted.around)
    assert [(gate.name, gate.holds) for gate in sound.gates] == [(planted.measure, True)]
    assert [(gate.name, gate.holds) for gate in broken.gates] == [(planted.measure, False)]


def _run(planted: Planted, assistant: Assistant, around: Callable[[Assistant], Any] | None = None) -> SuiteRun:
    suite = load_suite(planted.suite)
    cases = tuple(case for case in suite.cases if not planted.kinds or case.kind in planted.kinds)
    gate = planted.gate or suite.gates[planted.measure]
    asked = suite.model_copy(update={"gates": {planted.measure: gate}, "cases": cases})
    return run_suite(asked, around(assistant) if around else assistant, look=Sight(assistant))
