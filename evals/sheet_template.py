"""The spreadsheet that staff start a suite with: how to fill it in, examples, drop-downs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.question_sheet import GATE_ROW, QUESTIONS, SETTING_ROWS, SETTINGS, columns_of_questions

_LAST_ROW = 500
"""So far down the drop-downs reach."""
_HOW = (
    "Cách làm một bộ đánh giá",
    "1. Để bảng tính này cạnh một thư mục “documents” chứa các tài liệu cần hỏi.",
    "2. Trang “Bộ đánh giá”: sửa tên, mô tả; giữ hoặc sửa các ngưỡng phải đạt.",
    "3. Trang “Câu hỏi”: xóa các câu ví dụ, mỗi dòng viết một câu. Bốn cột đầu là bắt buộc.",
    "4. Với câu có lời đáp: ghi đáp án, số hiệu phải nêu và chép nguyên văn câu chứng cứ.",
    "5. Nên có cả câu mà tài liệu không nêu: ở cột “Cách xử sự” chọn “nói tài liệu không nêu”.",
    "6. Chạy: troly eval run TÊN-BẢNG-TÍNH.xlsx --report bao-cao.html. Chỗ nào viết sai sẽ được chỉ rõ dòng và cột.",
)
_EXAMPLES: tuple[dict[str, str], ...] = (
    {
        "id": "vd01",
        "question": "Đến giữa năm 2019 đã ngầm hóa được bao nhiêu km cáp?",
        "kind": "hỏi nội dung",
        "expected_behaviour": "trả lời",
        "gold_answer": "341 km.",
        "gold_numbers": "341 km",
        "gold_evidence": "a) Kế hoạch số 4021/KH-UBND ngày 12/9/2018 của UBNDTP đang được triển khai: đã ngầm hóa "
        "139 tuyến, dài 341 km; 14 tuyến đang thi công.",
    },
    {
        "id": "vd02",
        "question": "Kế hoạch 1010/KH-UBND hiện ở tình trạng nào?",
        "kind": "tra cứu tình trạng",
        "expected_behaviour": "trả lời",
        "gold_answer": "Tạm dừng từ ngày 25/4/2019.",
        "gold_keys": "1010/KH-UBND",
        "record.number": "1010/KH-UBND",
        "record.state": "tạm dừng",
        "must_not_say": "đã hoàn thành",
    },
    {
        "id": "vd03",
        "question": "Ngân sách đào tạo năm 2022 là bao nhiêu?",
        "kind": "không có trong tài liệu",
        "expected_behaviour": "nói tài liệu không nêu",
    },
    {
        "id": "vd04",
        "question": "Thế còn 1009/KH-UBND?",
        "kind": "hỏi tiếp",
        "expected_behaviour": "trả lời",
        "history": "Hỏi: Kế hoạch 1008/KH-UBND đã xong chưa?\nĐáp: Kế hoạch số 1008/KH-UBND đã hoàn thành.",
        "gold_keys": "1009/KH-UBND",
        "note": "Câu ví dụ; đề nghị thay bằng câu của cơ quan.",
    },
)
_GATES = (("correct", 0.9, None), ("behaviour", 0.95, None), ("ungrounded", None, 0), ("forbidden", None, 0))


def write_template(path: Path) -> None:
    """Write the spreadsheet; its examples are answered by the bundled sample documents.

    Raises:
        OSError: the file cannot be written.
    """
    import openpyxl

    book = openpyxl.Workbook()
    how = book.active
    assert how is not None
    how.title = "Hướng dẫn"
    for line in _HOW:
        how.append([line])
    how.column_dimensions["A"].width = 110
    _write_settings(book.create_sheet(SETTINGS))
    lists = book.create_sheet("Danh sách")
    lists.sheet_state = "hidden"
    _write_questions(book.create_sheet(QUESTIONS), lists)
    book.active = book.sheetnames.index(QUESTIONS)
    _embolden(how["A1"])
    book.save(path)


def _write_settings(sheet: Any) -> None:
    values = {"name": "bo-cau-hoi-cua-don-vi", "description": "Bộ câu hỏi của đơn vị.", "documents": "documents"}
    for field, (title, hint) in SETTING_ROWS.items():
        sheet.append([title, values[field], hint])
    sheet.append([])
    sheet.append(list(GATE_ROW))
    for gate in _GATES:
        sheet.append(list(gate))
    for row in (*range(1, 4), 5):
        _embolden(sheet.cell(row, 1))
    for letter, width in zip("ABC", (24, 34, 60), strict=True):
        sheet.column_dimensions[letter].width = width


def _write_questions(sheet: Any, lists: Any) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append([column.title for column in columns_of_questions()])
    sheet.append([column.hint for column in columns_of_questions()])
    for example in _EXAMPLES:
        sheet.append([example.get(column.field) for column in columns_of_questions()])
    for at, column in enumerate(columns_of_questions(), 1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
        _embolden(sheet.cell(1, at))
        sheet.cell(2, at).font = Font(italic=True, color="666666")
        if column.choices:
            _offer(sheet, lists, at, column.choices, strict=column.field != "kind")
    for row in sheet.iter_rows(min_row=2, max_row=_LAST_ROW, max_col=len(columns_of_questions())):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            # A day or a number such as 1009/2018 stays as it was typed.
            cell.number_format = "@"
    sheet.freeze_panes = "C3"


def _offer(sheet: Any, lists: Any, at: int, choices: Any, strict: bool) -> None:
    """A drop-down down a column; the choices have their own sheet, a list in a cell is cut at 255 signs."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    letter = get_column_letter(at)
    for row, choice in enumerate(choices, 1):
        lists[f"{letter}{row}"] = choice
    offered = DataValidation(
        type="list", formula1=f"'{lists.title}'!${letter}$1:${letter}${len(choices)}", allow_blank=True
    )
    offered.showErrorMessage = strict
    offered.errorTitle, offered.error = "Chưa đúng", "Đề nghị chọn một mục trong danh sách."
    offered.add(f"{letter}3:{letter}{_LAST_ROW}")
    sheet.add_data_validation(offered)


def _embolden(cell: Any) -> None:
    from openpyxl.styles import Font

    cell.font = Font(bold=True)
