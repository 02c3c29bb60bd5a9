"""Finding over the reference material, where it is there."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from ingest.numbers import find_numbers, make_key


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _label(number: object) -> str:
    assert isinstance(number, dict)
    if number.get("key"):
        return str(number["key"])
    if number.get("partial"):
        return f"~{number['number']}|{number['type']}"
    return make_key(str(number["canonical"]))


@pytest.mark.parametrize("name", ["noise_variants", "negatives"])
def test_every_case_is_exact(shared: Path, name: str) -> None:
    wrong = {}
    for case in _lines(shared / "gold" / f"{name}.jsonl"):
        expected = case["expect"]
        assert isinstance(expected, list)
        found = find_numbers(str(case["text"]))
        got = Counter(mention.key or f"~{mention.number}|{mention.type}" for mention in found)
        if got != Counter(map(_label, expected)):
            wrong[str(case["id"])] = dict(got)
    assert wrong == {}


def test_mentions_of_the_programme_report(shared: Path) -> None:
    (report,) = (shared / "seed").glob("*.txt")
    expected = set()
    for document in _lines(shared / "gold" / "seed_gold.jsonl"):
        mentions = document["mentions"]
        assert isinstance(mentions, list)
        if document["numbered"]:
            expected |= {(*mention["span_raw"], document["key"]) for mention in mentions}
    found = find_numbers(report.read_text(encoding="utf-8"))
    assert {(mention.span.start, mention.span.end, mention.key) for mention in found} == expected
