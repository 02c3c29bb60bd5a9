"""The benchmark's synthetic catalogue: every record is there, resolves, and carries what a look-up must read."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator

import pytest

from assistant.config import Settings
from assistant.service import Assistant, open_library
from evals.benchmarks.registry import canonical_of, fill, queries, through_api

COUNT = 1_200


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Assistant]]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("benchmark"))
    library = open_library(settings)
    written: list[int] = []
    fill(library.catalogue, COUNT, written.append)
    assert written == [COUNT]
    assistant = Assistant(library)
    yield settings, assistant
    assistant.close()


def test_numbers_are_all_different() -> None:
    assert len({canonical_of(at) for at in range(COUNT)}) == COUNT


def test_every_record_resolves_with_status_and_relations(filled: tuple[Settings, Assistant]) -> None:
    _, assistant = filled
    assert len(assistant.registry.identities()) == COUNT
    record = assistant.status(canonical_of(600)).record
    assert record is not None and record.current is not None
    assert (record.number, record.current.state) == (canonical_of(600), "in_progress")
    assert canonical_of(600) in record.current.evidence.quote
    assert [link.number for link in record.relations] == [canonical_of(599)]
    assert record.title is not None and record.title.endswith("lần 600")


def test_each_kind_of_query_has_its_outcome(filled: tuple[Settings, Assistant]) -> None:
    _, assistant = filled
    asked = queries(COUNT, 40)
    outcomes = {kind: {assistant.status(number).outcome for number in numbers} for kind, numbers in asked.items()}
    assert outcomes["exact"] == outcomes["typed without diacritics"] == {"found"}
    assert outcomes["not found"] == {"not_found"}
    assert outcomes["bare number"] == {"ambiguous"}


def test_the_same_seed_asks_the_same() -> None:
    assert queries(COUNT, 20) == queries(COUNT, 20) != queries(COUNT, 20, seed=8)


def test_through_the_api(filled: tuple[Settings, Assistant]) -> None:
    settings, assistant = filled
    spent = through_api(assistant, settings, [canonical_of(5), canonical_of(6)])
    assert 0 < spent.p50 <= spent.p95


def test_json_rows_are_plain(filled: tuple[Settings, Assistant]) -> None:
    _, assistant = filled
    for one in itertools.islice(assistant.records(), 3):
        assert json.loads(json.dumps(assistant.registry.record(one).as_json()))["key"] == one.key
