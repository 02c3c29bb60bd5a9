"""A staff member's way: template, mistakes, messages, a run with a failure, a corrected document, a green run."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from evals.cli import app
from evals.question_sheet import QUESTIONS

HEAD = "SỞ THÔNG TIN VÀ TRUYỀN THÔNG\nSố: 35/BC-STTTT\nThành phố Hồ Chí Minh, ngày 10 tháng 01 năm 2019\nBÁO CÁO\n"
RIGHT = "Kế hoạch số 933/KH-STTTT ngày 21/5/2018 đã hoàn thành với 46 cuộc kiểm tra liên ngành."
TOPICS = ("xe buýt điện", "trường mầm non", "bệnh viện dã chiến", "cầu vượt thép", "công viên nước", "sân bay mới")


def _fill(file: Path, *, wrong: bool) -> None:
    book = openpyxl.load_workbook(file)
    sheet = book[QUESTIONS]
    for shown in sheet.iter_rows(min_row=3, max_row=22):
        for cell in shown:
            cell.value = None
    asked = "Có bao nhiêu cuộc kiểm tra liên ngành?"
    rows = [["c01", asked, "đếm", "trả lời", None, None, "46 cuộc.", "933/KH-STTTT", "46 cuộc", RIGHT]]
    rows += [
        [f"c{n:02d}", f"Có bao nhiêu {topic}{when}?", "không có trong tài liệu", "nói tài liệu không nêu"]
        for n, (topic, when) in enumerate(
            [(topic, when) for topic in TOPICS for when in ("", " năm 2031", " ở tỉnh khác")] + [("tàu ngầm", "")], 2
        )
    ]
    if wrong:
        rows[4][0], rows[9][1], rows[14][3] = "c01", None, "im lặng"
    for at, row in enumerate(rows, 3):
        for column, value in enumerate(row, 1):
            sheet.cell(at, column).value = value
    book.save(file)


def _run(file: Path, *options: str) -> Result:
    command = ["run", str(file), "--out", str(file.parent / "runs"), *options]
    return CliRunner().invoke(app, command, catch_exceptions=False)


@pytest.mark.slow
def test_from_the_template_to_a_green_run(tmp_path: Path) -> None:
    file, report = tmp_path / "cau-hoi.xlsx", tmp_path / "bao-cao.html"
    documents = tmp_path / "documents"
    documents.mkdir()
    paper = documents / "bao-cao.txt"
    paper.write_text(HEAD + RIGHT.replace("46", "64") + "\n", encoding="utf-8")
    assert CliRunner().invoke(app, ["new", "--xlsx", str(file)]).exit_code == 0

    _fill(file, wrong=True)
    refused = _run(file)
    assert refused.exit_code == 2
    told = refused.stderr.strip().splitlines()
    assert len(told) == 3
    assert "dòng 12: cột B “Câu hỏi”: chưa có nội dung" in told[0]
    assert "dòng 17: cột D “Cách xử sự”: “im lặng” không nằm trong các lựa chọn" in told[1]
    assert "dòng 7: cột A “Mã câu”: c01 đã dùng ở dòng 3" in told[2]

    _fill(file, wrong=False)
    first = _run(file, "--json", "--report", str(report))
    failed = [row["id"] for row in json.loads(first.stdout)["rows"] if not row["values"]["correct"]]
    assert failed == ["c01"]
    shown = report.read_text(encoding="utf-8")
    assert '<mark class="bad">46</mark> cuộc.' in shown

    paper.write_text(HEAD + RIGHT + "\n", encoding="utf-8")
    second = _run(file, "--json", "--baseline", "bo-cau-hoi-cua-don-vi")
    told_now = json.loads(second.stdout)
    assert (second.exit_code, told_now["metrics"]["correct"], told_now["cases"]) == (0, 1.0, 20)
    assert [change["id"] for change in told_now["comparison"]["gains"]] == ["c01"]
    assert told_now["comparison"]["changed"] == ["corpus"]
