"""Proposed questions are whole cases whose gold the documents hold; a grid tries each setting with each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cases import Case, load_cases
from evals.cli import app
from evals.grid import as_text

REPORT = """\
SỞ THÔNG TIN VÀ TRUYỀN THÔNG
Số: 35/BC-STTTT
Thành phố Hồ Chí Minh, ngày 10 tháng 01 năm 2019
BÁO CÁO
Tình hình năm 2018
1. Kế hoạch số 933/KH-STTTT ngày 21/5/2018 đã hoàn thành với 46 cuộc kiểm tra liên ngành.
2. Quyết định số 2105/QĐ-UBND ngày 22/5/2018 thay thế Quyết định số 1502/QĐ-UBND ngày 12/4/2017.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    above = tmp_path_factory.mktemp("tai-lieu")
    (above / "documents").mkdir()
    (above / "documents" / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    return above


@pytest.fixture(scope="module")
def drafts(folder: Path) -> tuple[Case, ...]:
    out = folder / "de-xuat.jsonl"
    run = CliRunner().invoke(app, ["draft", str(folder / "documents"), "--out", str(out)], catch_exceptions=False)
    assert run.exit_code == 0
    return load_cases(out)


def test_drafts_are_marked_and_quote_the_documents(drafts: tuple[Case, ...]) -> None:
    assert drafts and all(case.machine_made for case in drafts)
    for case in drafts:
        assert all(sentence in REPORT for sentence in case.gold_evidence), case.id
        assert bool(case.gold_evidence) == (case.expected_behaviour == "answer"), case.id


def test_what_is_proposed(drafts: tuple[Case, ...]) -> None:
    by_question = {case.question: case for case in drafts}
    status = by_question["Kế hoạch số 933/KH-STTTT hiện ở tình trạng nào?"]
    assert status.gold_record is not None
    assert (status.gold_keys, status.gold_record.state) == (("933|KH|STTTT",), "completed")
    assert by_question["Kế hoạch số 933/KH-STTTT được ban hành ngày nào?"].gold_numbers == ("21/5/2018",)
    replaces = by_question["Quyết định số 2105/QĐ-UBND thay thế văn bản nào?"]
    assert replaces.gold_keys == ("2105|QD|UBND", "1502|QD|UBND")
    for question in (
        "Kế hoạch số 934/KH-STTTT hiện ở tình trạng nào?",
        "Kinh phí thực hiện Kế hoạch số 933/KH-STTTT là bao nhiêu?",
    ):
        assert by_question[question].expected_behaviour == "abstain"


def test_a_file_that_is_there_is_left_alone(folder: Path, drafts: tuple[Case, ...]) -> None:
    before = (folder / "de-xuat.jsonl").read_bytes()
    run = CliRunner().invoke(app, ["draft", str(folder / "documents"), "--out", str(folder / "de-xuat.jsonl")])
    assert run.exit_code == 2
    assert "de-xuat.jsonl" in run.stderr
    assert (folder / "de-xuat.jsonl").read_bytes() == before


def test_a_grid_tries_each_with_each(folder: Path) -> None:
    asked = {
        "id": "q1",
        "question": "Có bao nhiêu cuộc kiểm tra liên ngành?",
        "kind": "x",
        "expected_behaviour": "answer",
    }
    asked["gold_evidence"] = [REPORT.splitlines()[5]]  # type: ignore[assignment]
    (folder / "questions.jsonl").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
    command = ["grid", str(folder / "questions.jsonl"), "--json"]
    command += ["--fusion-weight", "0", "--fusion-weight", "1", "--chunk-size", "200", "--chunk-size", "450"]
    run = CliRunner().invoke(app, command, catch_exceptions=False)
    assert run.exit_code == 0
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(row["chunk_length"], row["fusion_weight"]) for row in rows] == [(200, 0), (200, 1), (450, 0), (450, 1)]
    assert all(row["correct"] == 1.0 and row["evidence_retrieved"] == 1.0 for row in rows)


def test_the_table_begins_with_the_best() -> None:
    rows = [{"embedder": name, "correct": value, "evidence_rank": None} for name, value in (("a", 0.5), ("b", 1.0))]
    assert [line.split() for line in as_text(rows).splitlines()] == [
        ["embedder", "correct", "evidence_rank"],
        ["b", "1.000", "–"],
        ["a", "0.500", "–"],
    ]


def test_a_template_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "mau.xlsx"
    assert CliRunner().invoke(app, ["new", "--xlsx", str(file)]).exit_code == 0
    again = CliRunner().invoke(app, ["new", "--xlsx", str(file)])
    assert (again.exit_code, "đã có tệp này" in again.stderr) == (2, True)
