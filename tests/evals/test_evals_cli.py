"""`troly eval`: cheap to import, polite when a suite is not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from evals.cli import app


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


def test_importing_the_commands_costs_nothing_heavy() -> None:
    heavy = "torch gradio chromadb langchain langchain_core numpy sqlalchemy pydantic yaml jinja2"
    code = f"import sys, evals.cli; print(*(name for name in {heavy!r}.split() if name in sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert loaded.strip() == ""


def test_python_m_evals_is_the_same_command() -> None:
    shown = subprocess.run([sys.executable, "-m", "evals", "--help"], check=True, capture_output=True, text=True).stdout
    assert "run" in shown
    assert "retrieval" in shown
