"""`pytest --troly-suite`: questions and gates of a suite as tests of somebody else's."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

REPORT = (
    "SỞ THÔNG TIN VÀ TRUYỀN THÔNG\nSố: 35/BC-STTTT\nBÁO CÁO\nKế hoạch số 933/KH-STTTT có 46 cuộc kiểm tra liên ngành.\n"
)


def _suite(folder: Path) -> Path:
    (folder / "documents").mkdir(parents=True)
    (folder / "documents" / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    asked = {
        "id": "q1",
        "question": "Có bao nhiêu cuộc kiểm tra liên ngành?",
        "kind": "x",
        "expected_behaviour": "answer",
    }
    unanswered = {**asked, "id": "q2", "question": "Có bao nhiêu xe buýt điện?"}
    lines = [json.dumps(case, ensure_ascii=False) for case in (asked, unanswered)]
    (folder / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "suite.yaml").write_text(
        "name: nho\ndocuments: documents\ngates: {ungrounded: {at_most: 0}, behaviour: {at_least: 1}}\n",
        encoding="utf-8",
    )
    return folder


def _pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_questions_and_gates_are_tests(tmp_path: Path) -> None:
    suite = _suite(tmp_path / "suite")
    (tmp_path / "empty").mkdir()
    run = _pytest(tmp_path / "empty", "--troly-suite", str(suite))
    assert run.returncode == 1, run.stdout + run.stderr
    assert "2 failed, 2 passed" in run.stdout
    assert "Có bao nhiêu xe buýt điện?\nCách xử sự không đúng mong đợi." in run.stdout
    assert "Traceback" not in run.stdout


def test_a_broken_suite_is_told_as_a_wrong_use(tmp_path: Path) -> None:
    run = _pytest(tmp_path, "--troly-suite", "khong-co")
    assert run.returncode == 4
    assert "Không có bộ đánh giá khong-co" in run.stderr
