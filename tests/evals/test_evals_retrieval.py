"""The retrieval benchmark: expected values worked out by hand."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from evals.retrieval import measure, read_qrels, run_retrieval

CORPUS = [
    {"id": "L|1", "title": "Luật A - Điều 1. Đô thị", "text": "Đề án đô thị thông minh được phê duyệt."},
    {"id": "L|2", "title": "Luật A - Điều 2. Đất đai", "text": "Hệ thống thông tin đất đai được kết nối. " * 30},
    {"id": "L|3", "title": "Luật B - Điều 1. Phòng cháy", "text": ""},
]
QUERIES = [
    {"id": "q1", "text": "đô thị thông minh"},
    {"id": "q2", "text": "hệ thống thông tin đất đai"},
    {"id": "q3", "text": "phong chay"},
]


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    for name, lines in (("corpus", CORPUS), ("queries", QUERIES)):
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("query\tdoc\tgrade\nq1\tL|1\t1\nq2\tL|2\t1\nq3\tL|3\t1\n", encoding="utf-8")
    return tmp_path


def test_a_small_collection(beir: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    found = run_retrieval(beir, tmp_path / "run.trec", 2, on_progress=lambda *step: steps.append(step))
    assert (found["documents"], found["queries"]) == (3, 3)
    assert found["metrics"]["Success@1"] == 1.0
    assert found["metrics"]["nDCG@10"] == 1.0
    assert steps[-1] == (3, 3)
    lines = [line.split("\t") for line in (tmp_path / "run.trec").read_text(encoding="utf-8").splitlines()]
    assert [line[3] for line in lines if line[0] == "q2"] == ["1", "2"]
    assert [(line[0], line[2]) for line in lines if line[3] == "1"] == [("q1", "L|1"), ("q2", "L|2"), ("q3", "L|3")]
    assert all(len(line) == 6 and line[1] == "Q0" for line in lines)


def test_without_judgements(beir: Path, tmp_path: Path) -> None:
    (beir / "qrels.tsv").unlink()
    assert run_retrieval(beir, tmp_path / "run.trec", 1)["metrics"] is None


def test_measures_by_hand() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"b": 1, "c": 1}, "q3": {"d": 1}}
    run = {"q1": {"x": 3.0, "a": 2.0}, "q2": {"b": 1.0}}
    # q1: the answer at rank 2; q2: one of two at rank 1; q3: no answer, which counts zero.
    ndcg = (1 / math.log2(3) + 1 / (1 + 1 / math.log2(3)) + 0) / 3
    found = measure(run, qrels)
    assert found["nDCG@10"] == pytest.approx(ndcg, abs=1e-4)
    assert found["RR@10"] == pytest.approx((0.5 + 1 + 0) / 3, abs=1e-4)
    assert found["Success@1"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["Success@10"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["R@100"] == pytest.approx((1 + 0.5 + 0) / 3, abs=1e-4)


def test_a_query_without_a_good_document_is_not_judged() -> None:
    assert measure({"q1": {"a": 1.0}}, {"q1": {"a": 1}, "q2": {"b": 0}})["Success@1"] == 1.0


def test_qrels(tmp_path: Path) -> None:
    path = tmp_path / "qrels.tsv"
    path.write_text("q1\ta\t2\nq1\tb\t0\n\nq2\ta\t1\n", encoding="utf-8")
    assert read_qrels(path) == {"q1": {"a": 2, "b": 0}, "q2": {"a": 1}}
    path.write_text("query\tdoc\tgrade\nq1 a 2\n", encoding="utf-8")
    with pytest.raises(ValueError, match="dòng 2"):
        read_qrels(path)


def test_a_broken_line_is_named(beir: Path, tmp_path: Path) -> None:
    (beir / "corpus.jsonl").write_text('{"id": "1", "title": "", "text": "a"}\n{broken\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"corpus\.jsonl, dòng 2"):
        run_retrieval(beir, tmp_path / "run.trec")
