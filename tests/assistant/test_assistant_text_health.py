"""The report on every file's text: its states, its advice, its table."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from assistant.text_health import FileHealth, page_list, summary, text_health, write_health
from ingest.text_health import PageHealth
from vectorstore.library import Library

SOUND = PageHealth(1, "digital", 120, 0.8, 0, 0, 0)
UNMARKED = PageHealth(2, "digital", 120, 0.02, 0, 0, 0)
PRIVATE = PageHealth(3, "ocr", 80, 0.8, 0, 334, 0)
EMPTY = PageHealth(4, "digital", 0, None, 0, 0, 0)


@pytest.mark.parametrize(
    ("report", "state", "advice"),
    [
        pytest.param(FileHealth("a.docx", (SOUND,)), "sound", [], id="sound"),
        pytest.param(FileHealth("a.docx", (SOUND, UNMARKED)), "attention", ["Trang 2 là tiếng Việt"], id="no marks"),
        pytest.param(
            FileHealth("a.pdf", (SOUND, PRIVATE, EMPTY)),
            "attention",
            ["Trang 4 không", "Trang 3 có ký"],
            id="two things",
        ),
        pytest.param(
            FileHealth("a.pdf", (SOUND, PRIVATE), confidence={1: 0.95, 3: 0.61}),
            "attention",
            ["Trang 3 nhận dạng kém (dưới 80%)", "Trang 3 có ký"],
            id="recognised poorly",
        ),
        pytest.param(FileHealth("a.pdf", error="Tệp PDF bị hỏng."), "failed", ["Tệp PDF bị hỏng."], id="nothing read"),
        pytest.param(
            FileHealth("a.pdf", (SOUND, EMPTY), (4,), warnings=("Không có lớp chữ ở trang 4.",)),
            "attention",
            ["Không có lớp chữ ở trang 4."],
            id="the reader's own words",
        ),
        pytest.param(
            FileHealth("a.pdf", (SOUND, EMPTY), (4,)), "attention", ["Trang 4 không có chữ"], id="pages not read"
        ),
    ],
)
def test_advice(report: FileHealth, state: str, advice: list[str]) -> None:
    assert report.state == state
    assert [line[: len(start)] for line, start in zip(report.advice("vi"), advice, strict=True)] == advice


def test_the_sheet_holds_every_file_and_the_pages_that_need_a_look(tmp_path: Path) -> None:
    reports = [FileHealth("=a.docx", (SOUND, UNMARKED)), FileHealth("b.pdf", (SOUND, PRIVATE), encoding="tcvn3")]
    write_health(tmp_path / "health.xlsx", reports, "vi")
    rows = list(openpyxl.load_workbook(tmp_path / "health.xlsx").active.values)
    head, first, second = (list(row) for row in rows)
    assert head[:3] == ["Tệp", "Kết quả", "Số trang"]
    assert dict(zip(head, first, strict=True)) | {"Việc cần làm": ""} == {
        "Tệp": "'=a.docx", "Kết quả": "cần xem lại", "Số trang": 2, "Trang có lớp chữ": 2,
        "Trang nhận dạng (OCR)": None, "Độ tin cậy OCR (%)": None, "Bảng mã cũ đã chuyển": None, "Trang trống": None,
        "Trang không đọc được": None, "Trang mất dấu": "2", "Trang chữ bị tách rời": None,
        "Ký tự riêng của phông": None, "Ký tự hỏng": None, "Việc cần làm": "",
    }  # fmt: skip
    assert dict(zip(head, second, strict=True))["Bảng mã cũ đã chuyển"] == "TCVN3"
    assert dict(zip(head, second, strict=True))["Ký tự riêng của phông"] == 334


def test_files_that_could_not_be_read_are_in_it(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text("Kế hoạch số 25/KH-UBND ngày 12/3/2019 về đèn đường.", encoding="utf-8")
    (tmp_path / "files" / "b.pdf").write_bytes(b"%PDF-1.4\nbroken")
    with Library(tmp_path / "data") as library:
        library.ingest([tmp_path / "files"])
        reports = text_health(library.catalogue)
    assert [(report.file, report.state) for report in reports] == [("a.txt", "sound"), ("b.pdf", "failed")]
    assert summary(reports, "en") == "2 files: 1 sound, 0 need attention, 1 not read."


def test_neighbouring_pages_are_a_range() -> None:
    assert page_list([2, 5, 6, 7, 9, 10]) == "2, 5–7, 9–10"
