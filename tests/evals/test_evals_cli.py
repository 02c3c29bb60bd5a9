"""`troly eval`: cheap to import, polite when a suite is not there."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cli import app

REPORT = """\
SỞ THÔNG TIN VÀ TRUYỀN THÔNG
Số: 35/BC-STTTT
Thành phố Hồ Chí Minh, ngày 10 tháng 01 năm 2019

BÁO CÁO

Tình hình năm 2018

Kế hoạch số 933/KH-STTTT ngày 21/5/2018 đã hoàn thành với 46 cuộc kiểm tra liên ngành.
"""
QUESTION = {
    "id": "q1",
    "question": "Có bao nhiêu cuộc kiểm tra liên ngành?",
    "kind": "factual",
    "expected_behaviour": "answer",
    "gold_answer": "46 cuộc.",
    "gold_evidence": [REPORT.splitlines()[-1]],
}


def _tiny_suite(folder: Path, gates: str) -> Path:
    (folder / "papers").mkdir(parents=True)
    (folder / "papers" / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    (folder / "papers" / "rong.pdf").write_bytes(b"%PDF-1.4 cut short")
    (folder / "questions.jsonl").write_text(json.dumps(QUESTION, ensure_ascii=False), encoding="utf-8")
    (folder / "suite.yaml").write_text(f"name: tiny\ndocuments: papers\ngates: {gates}\n", encoding="utf-8")
    return folder


def test_a_suite_runs_through_the_product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "installation.sqlite3"
    monkeypatch.setenv("TROLY_DATABASE_URL", f"sqlite:///{elsewhere}")
    monkeypatch.setenv("TROLY_DATA_DIR", str(tmp_path / "installation"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    suite = _tiny_suite(tmp_path / "suite", "{correct: {at_least: 1.0}}")
    page = tmp_path / "report.html"

    result = CliRunner().invoke(app, ["run", str(suite), "--json", "--report", str(page)], catch_exceptions=False)

    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["passed"], report["metrics"]["correct"], report["metrics"]["ungrounded"]) == (True, 1.0, 0.0)
    assert {file["file"]: file["status"] for file in report["files"]} == {
        "bao-cao.txt": "indexed",
        "rong.pdf": "failed",
    }
    assert "100,0 % đúng hoàn toàn" in page.read_text(encoding="utf-8")
    assert not elsewhere.exists()
    assert [path.name for path in (tmp_path / "installation").iterdir()] == ["evaluations"]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("troly-eval-")] == []


def test_a_failing_gate_ends_with_1_and_the_named_folder_is_kept(tmp_path: Path) -> None:
    runs = str(tmp_path / "runs")
    suite = _tiny_suite(tmp_path / "suite", "{evidence_hit: {at_most: 0.0}}")
    kept = tmp_path / "kept"
    result = CliRunner().invoke(app, ["run", str(suite), "--data", str(kept), "--out", runs], catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stdout.rstrip().endswith("KHÔNG ĐẠT: evidence_hit ≤ 0 (đo được 1)")
    assert any(kept.iterdir())


def test_an_unknown_suite_ends_with_2_and_names_the_shipped_ones(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["run", str(tmp_path / "nowhere")])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "sample" in result.stderr


def test_a_broken_suite_ends_with_2_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "suite.yaml").write_text("name: x\ndocuments: .\n", encoding="utf-8")
    (tmp_path / "questions.jsonl").write_text('{"id": "a"}', encoding="utf-8")
    result = CliRunner().invoke(app, ["run", str(tmp_path)])
    assert result.exit_code == 2
    assert "questions.jsonl, dòng 1" in result.stderr


def _collection(folder: Path) -> Path:
    corpus = [
        {"id": "d1", "title": "Điều 1", "text": "Thời giờ làm việc không quá 08 giờ trong một ngày."},
        {"id": "d2", "title": "Điều 2", "text": "Người lao động nghỉ phép năm 12 ngày."},
    ]
    (folder / "corpus.jsonl").write_text("\n".join(json.dumps(line) for line in corpus), encoding="utf-8")
    query = {"id": "q1", "text": "Mỗi năm được nghỉ phép mấy ngày?"}
    (folder / "queries.jsonl").write_text(json.dumps(query), encoding="utf-8")
    (folder / "qrels.tsv").write_text("query\tdoc\tgrade\nq1\td2\t1\n", encoding="utf-8")
    return folder


def test_retrieval_writes_a_run_and_prints_its_figures(tmp_path: Path) -> None:
    run_file = tmp_path / "out.trec"
    command = ["retrieval", "--beir", str(_collection(tmp_path)), "--run", str(run_file), "--top-k", "1", "--json"]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert run_file.read_text(encoding="utf-8").split()[:4] == ["q1", "Q0", "d2", "1"]
    figures = json.loads(result.stdout)
    assert (figures["documents"], figures["queries"]) == (2, 1)
    assert set(figures["metrics"].values()) == {1.0}


def test_retrieval_names_a_missing_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["retrieval", "--beir", str(tmp_path), "--run", str(tmp_path / "out.trec")])
    assert result.exit_code == 2
    assert "corpus.jsonl" in result.stderr


def test_importing_the_commands_costs_nothing_heavy() -> None:
    heavy = "torch gradio chromadb langchain langchain_core numpy sqlalchemy pydantic yaml jinja2"
    code = f"import sys, evals.cli; print(*(name for name in {heavy!r}.split() if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert loaded.strip() == ""


def test_python_m_evals_is_the_same_command() -> None:
    shown = subprocess.run([sys.executable, "-m", "evals", "--help"], check=True, capture_output=True, text=True).stdout
    assert "run" in shown
    assert "retrieval" in shown
