"""`troly status --graph --docx` and the filters of `troly records`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from assistant.cli import app
from assistant.errors import AssistantError


def test_both_files_are_written_beside_the_note(programme_data: Path, tmp_path: Path) -> None:
    given = ["status", "815/QĐ-UBND", "--data", str(programme_data)]
    files = ["--graph", str(tmp_path / "a.svg"), "--docx", str(tmp_path / "a.docx")]
    ran = CliRunner().invoke(app, [*given, *files])
    assert ran.exit_code == 0 and ran.stdout.startswith("Quyết định số 815/QĐ-UBND")
    assert "402/QĐ-UBND" in (tmp_path / "a.svg").read_text(encoding="utf-8")
    note = docx.Document(str(tmp_path / "a.docx"))
    assert note.paragraphs[0].text == "Tình trạng văn bản 815/QĐ-UBND"
    cells = [cell.text for table in note.tables for row in table.rows for cell in row.cells]
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH Lê Thị Hoa" in cells and "Có hiệu lực" in cells


def test_every_mention_is_told_with_its_sentence(programme_data: Path) -> None:
    given = ["status", "402/QĐ-UBND", "--data", str(programme_data), "--mentions"]
    told = json.loads(CliRunner().invoke(app, [*given, "--json"]).stdout)
    assert len(told["mentioned_in"]) == told["record"]["mentions"]
    assert all("402/QĐ-UBND" in place["quote"] for place in told["mentioned_in"])
    assert f"Các nơi nhắc đến ({len(told['mentioned_in'])}):" in CliRunner().invoke(app, given).stdout


def test_nothing_is_written_where_no_record_is_meant(programme_data: Path, tmp_path: Path) -> None:
    given = ["status", "9999/QĐ-UBND", "--data", str(programme_data), "--graph", str(tmp_path / "a.svg")]
    ran = CliRunner().invoke(app, given)
    assert ran.exit_code == 0 and "Chưa ghi tệp" in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_ending_stops_before_anything_is_looked_up(tmp_path: Path) -> None:
    given = ["status", "815/QĐ-UBND", "--data", str(tmp_path / "none"), "--graph", str(tmp_path / "a.bmp")]
    ran = CliRunner().invoke(app, given)
    assert isinstance(ran.exception, AssistantError) and "a.bmp" in str(ran.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(programme_data: Path, tmp_path: Path) -> None:
    given = ["status", "815/QĐ-UBND", "--data", str(programme_data), "--docx", str(tmp_path / "no" / "a.docx")]
    ran = CliRunner().invoke(app, given)
    assert ran.exit_code == 2 and "a.docx" in ran.stderr


@pytest.mark.parametrize(
    ("criteria", "shown", "hidden"),
    [
        (["--type", "qd"], "402/QĐ-UBND", "219/TTr-SGTVT"),
        (["--issuer", "SGTVT"], "219/TTr-SGTVT", "815/QĐ-UBND"),
        (["--year", "2016"], "402/QĐ-UBND", "815/QĐ-UBND"),
        (["--status", "bị thay thế"], "402/QĐ-UBND", "815/QĐ-UBND"),
    ],
    ids=["type", "issuer", "year", "status"],
)
def test_records_are_filtered(programme_data: Path, criteria: list[str], shown: str, hidden: str) -> None:
    ran = CliRunner().invoke(app, ["records", "--json", "--data", str(programme_data), *criteria])
    assert ran.exit_code == 0
    numbers = {json.loads(line)["number"] for line in ran.stdout.splitlines()}
    assert shown in numbers and hidden not in numbers
