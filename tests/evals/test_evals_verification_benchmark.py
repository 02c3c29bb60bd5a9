"""The verification benchmark's command: what it says where there is nothing to measure."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.benchmarks.verification import main


def test_a_folder_without_figures_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("Các đơn vị có liên quan tổ chức thực hiện theo quy định của pháp luật.\n")
    with pytest.raises(SystemExit) as stopped:
        main(["--folder", str(tmp_path)])
    assert stopped.value.code == 2
    assert f"{tmp_path}: no sentence" in capsys.readouterr().err
