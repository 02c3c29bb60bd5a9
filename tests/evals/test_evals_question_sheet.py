"""A spreadsheet becomes questions, or messages that a person finds the cell by."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from evals.cases import load_cases, load_suite
from evals.problems import SuiteError
from evals.question_sheet import QUESTIONS, SETTINGS
from evals.sheet_template import write_template

HEAD = ["Mã câu", "Câu hỏi", "Loại", "Cách xử sự"]
GOOD = ["c01", "Ngày nào?", "hỏi nội dung", "trả lời"]


def _book(path: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = QUESTIONS
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "mau.xlsx"
    write_template(path)
    return path


def test_the_template_is_a_whole_suite(template: Path, tmp_path: Path, sample_documents: Path) -> None:
    shutil.copytree(sample_documents, tmp_path / "documents")
    suite = load_suite(str(template))
    assert (suite.name, str(suite.gates["correct"]), str(suite.gates["forbidden"])) == (
        "bo-cau-hoi-cua-don-vi",
        "≥ 0.9",
        "≤ 0",
    )
    first, second, third, fourth = suite.cases
    assert (first.kind, first.expected_behaviour, first.lang) == ("factual", "answer", "vi")
    assert first.gold_numbers == ("341 km",)
    assert second.gold_keys == ("1010|KH|UBND",)
    assert second.gold_record is not None
    assert (second.gold_record.number, second.gold_record.state) == ("1010/KH-UBND", "paused")
    assert third.expected_behaviour == "abstain"
    assert [turn.role for turn in fourth.history] == ["user", "assistant"]


def test_the_template_has_drop_downs_and_frozen_titles(template: Path) -> None:
    sheet = openpyxl.load_workbook(template)[QUESTIONS]
    offered = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert offered["D3:D500"] == "'Danh sách'!$D$1:$D$3"
    assert sheet.freeze_panes == "C3"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param(["c01", None, "đếm", "trả lời"], "dòng 2: cột B “Câu hỏi”: chưa có nội dung", id="an empty cell"),
        pytest.param(
            ["c01", "Gì?", "đếm", "đoán"],
            "dòng 2: cột D “Cách xử sự”: “đoán” không nằm trong các lựa chọn: “trả lời”",
            id="a word that is not offered",
        ),
    ],
)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(tmp_path: Path, row: list[Any], said: str) -> None:
    with pytest.raises(SuiteError) as raised:
        load_cases(_book(tmp_path / "x.xlsx", HEAD, row))
    assert f"x.xlsx, trang tính “{QUESTIONS}”, {said}" in str(raised.value)


def test_all_wrong_cells_are_told_at_once(tmp_path: Path) -> None:
    rows = [
        GOOD,
        ["c01", "Ở đâu?", "đếm", "trả lời"],
        ["c03", "Ai?", "", "trả lời"],
        ["c04", "Ngày  nào ?", "đếm", "?"],
    ]
    with pytest.raises(SuiteError) as raised:
        load_cases(_book(tmp_path / "x.xlsx", [*HEAD, "Lạ"], *rows))
    said = [problem.split("”, ", 1)[1] for problem in raised.value.problems]
    assert said == [
        "dòng 1: cột E “Lạ”: không có cột này; đề nghị sửa tên hoặc bỏ cột.",
        "dòng 4: cột C “Loại”: chưa có nội dung; đề nghị bổ sung.",
        "dòng 5: cột D “Cách xử sự”: “?” không nằm trong các lựa chọn: “trả lời”, “nói tài liệu không nêu”, “hỏi lại”.",
        "dòng 3: cột A “Mã câu”: c01 đã dùng ở dòng 2.",
    ]


def test_history_and_state_are_checked(tmp_path: Path) -> None:
    head = [*HEAD, "Hội thoại trước", "Văn bản cần tra", "Tình trạng đúng"]
    rows = [[*GOOD, "Kế hoạch 5?", None, None], ["c02", "Sao?", "đếm", "trả lời", None, None, "xong xuôi"]]
    with pytest.raises(SuiteError) as raised:
        load_cases(_book(tmp_path / "x.xlsx", head, *rows))
    first, second, third = raised.value.problems
    assert "dòng 2: cột E “Hội thoại trước”: mỗi dòng bắt đầu bằng “Hỏi:” hoặc “Đáp:”." in first
    assert "dòng 3: cột “Tình trạng đúng”: “xong xuôi” không nằm trong các lựa chọn" in second
    assert "dòng 3: cột “Văn bản cần tra”: chưa có nội dung" in third


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv_as_spreadsheets_write_it(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "cau-hoi.csv"
    rows = [[*HEAD, "Câu chứng cứ"], [*GOOD, '"Câu một.\nCâu hai."']]
    file.write_text("\r\n".join(separator.join(row) for row in rows), encoding="utf-8-sig")
    (case,) = load_cases(file)
    assert (case.id, case.gold_evidence) == ("c01", ("Câu một.", "Câu hai."))


def test_days_and_numbers_of_cells_are_read_as_people_see_them(tmp_path: Path) -> None:
    import datetime

    head = [*HEAD, "Số liệu phải nêu", "Đáp án"]
    file = _book(tmp_path / "x.xlsx", head, [*GOOD, datetime.datetime(2019, 5, 22), 3446.8])
    (case,) = load_cases(file)
    assert (case.gold_numbers, case.gold_answer) == (("22/5/2019",), "3446,8")


def test_a_file_that_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"not a workbook")
    with pytest.raises(SuiteError, match=r"x\.xlsx: không mở được bảng tính"):
        load_cases(tmp_path / "x.xlsx")


def test_a_sheet_without_titles(tmp_path: Path) -> None:
    with pytest.raises(SuiteError, match="không thấy hàng tên cột"):
        load_cases(_book(tmp_path / "x.xlsx", GOOD))


def test_a_gate_of_the_sheet_that_is_no_number(template: Path, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    book = openpyxl.load_workbook(template)
    book[SETTINGS]["B6"] = "cao"
    book.save(template)
    with pytest.raises(SuiteError, match=r"trang tính “Bộ đánh giá”: trường gates\.correct\.at_least: phải là số"):
        load_suite(str(template))
