"""The scorer of mentions, relations and statements: counted by hand over a library of three sentences."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from assistant.service import Assistant
from evals.score_statements import as_lines, score
from vectorstore.library import Library

TEXT = (
    "Sở Nội vụ đã ban hành Kế hoạch số 1452/KH-SNV ngày 05/02/2024 về triển khai Chương trình bồi dưỡng cán bộ xã.\n\n"
    "Tiếp tục triển khai Quyết định số 77/QĐ-UBND ngày 10/01/2024 về cải cách hành chính.\n"
)
GOLD: list[dict[str, Any]] = [
    {
        "id": "d1", "canonical_number": "1452/KH-SNV", "key": "1452|KH|SNV", "type": "Kế hoạch", "date": "2024-02-05",
        "title": "về triển khai Chương trình bồi dưỡng cán bộ xã", "mentions": [{}],
        "relations": [
            {"type": "implements", "direction": "out", "target": "u1", "target_id": "u1", "stated": "explicit"},
            {"type": "establishes", "direction": "out", "target": "body: Tổ công tác", "stated": "explicit"},
        ],
        "implementation_status": [{"label": "issued", "basis": "stated"}],
    },
    {
        "id": "d2", "canonical_number": "77/QĐ-UBND", "key": "77|QD|UBND", "type": "Quyết định", "date": "2024-01-10",
        "title": "về cải cách hành chính", "mentions": [{}], "relations": [],
        "implementation_status": [
            {"label": "plan_issued", "basis": "stated"}, {"label": "planned", "basis": "inferred"},
        ],
    },
    {
        "id": "u1", "canonical_number": None, "key": None, "type": "Chương trình", "date": None,
        "title": "Chương trình bồi dưỡng cán bộ xã", "mentions": [{}],
        "relations": [
            {"type": "implemented_by", "direction": "in", "target": "1452/KH-SNV", "stated": "explicit"}
        ],
        "implementation_status": [{"label": "plan_issued", "basis": "stated"}],
    },
]  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("scored")
    (folder / "texts").mkdir()
    (folder / "texts" / "a.txt").write_text(TEXT, encoding="utf-8")
    with Library(folder / "data") as library:
        library.ingest([folder / "texts"])
    opened = Assistant(Library(folder / "data"))
    yield opened
    opened.close()


def test_all_right(assistant: Assistant) -> None:
    scores = score(GOLD, assistant)
    assert list(as_lines(scores)) == [
        "mentions recall 1.000 (2/2) precision 1.000 (2/2)",
        "relations recall 1.000 (2/2) precision 1.000 (2/2)",
        "relations_by_number recall 1.000 (1/1) precision 1.000 (1/1)",
        "statements right 1.000 (2/2) false 0.000 (0/2)",
        "inferred right 0.000 (0/1)",
        "unnumbered right 1.000 (1/1) false 0.000 (0/1)",
        "all stated right 1.000 (3/3) false 0.000 (0/3)",
    ]


def test_what_is_wrong_is_counted_and_named(assistant: Assistant) -> None:
    gold = copy.deepcopy(GOLD)
    gold[0]["mentions"].append({})
    gold[0]["implementation_status"] = [{"label": "completed", "basis": "stated"}]
    gold[0]["relations"][0]["type"] = "replaces"
    gold[2]["relations"] = []
    scores = score(gold, assistant)
    assert list(as_lines(scores))[:4] == [
        "mentions recall 0.667 (2/3) precision 1.000 (2/2)",
        # The pair is right and its kind is not: found nothing that was wanted, said nothing of a wrong pair but one.
        "relations recall 0.000 (0/1) precision 0.500 (1/2)",
        "relations_by_number recall 1.000 (0/0) precision 0.000 (0/1)",
        "statements right 0.500 (1/2) false 0.500 (1/2)",
    ]
    assert "state false 1452/KH-SNV issued, key ['completed']" in scores.statements.failures
    assert "mention missed 1452|KH|SNV 1" in scores.mentions.failures
