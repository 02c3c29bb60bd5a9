"""Table rows whose columns are told apart by the row of titles."""

from __future__ import annotations

import pytest
from factories_reading import read

from ingest.rows import Rows, read_cell

TITLES = "TT | Công trình | Quyết định | {aim} | {result} | {verdict}"


def row_state(titles: str, cells: str) -> str | None:
    text = f"{titles}\n1 | Đê Kỳ Lộ | 81/QĐ-UBND ngày 02/3/2019 | {cells}"
    row = Rows(text).at(text.index("81/QĐ"))
    said = row.said(2) if row else None
    return said[0].state if said else None


@pytest.mark.parametrize(
    ("aim", "result", "verdict", "cells", "state"),
    [
        ("Mục tiêu", "Kết quả", "Ghi chú", "Hoàn thành | Đang đắp đê, đạt 70% | ", "in_progress"),
        ("Kế hoạch năm", "Thực hiện", "Đánh giá", "Hoàn thành | Đạt 55% | Chậm", "delayed"),
        ("Thời hạn", "Tình trạng", "Ghi chú", "Hoàn thành | Chưa thực hiện | ", "not_started"),
        ("Tiến độ yêu cầu", "Tình hình thực hiện", "Nhận xét", "Động thổ | 100% | Vượt", "completed"),
        ("Chỉ tiêu", "Kết quả quý II", "Vướng mắc", "Hoàn thành 40 km | Đắp được 12/40 km | ", "in_progress"),
        ("Kế hoạch", "Tiến độ thực hiện", "Đánh giá", "Xong móng | Đang xây tầng 2 | Đạt", "in_progress"),
        ("Mục tiêu", "Kết quả", "Ghi chú", "Hoàn thành | Thi công lại từ 05/4/2019 | ", "in_progress"),
        ("Mục tiêu", "Kết quả", "Ghi chú", "Hoàn thành | Hoàn thành | ", "completed"),
        ("Mục tiêu", "Kết quả", "Ghi chú", "Hoàn thành | Tốt | ", None),
    ],
)
def test_the_result_counts_and_the_aim_does_not(
    aim: str, result: str, verdict: str, cells: str, state: str | None
) -> None:
    assert row_state(TITLES.format(aim=aim, result=result, verdict=verdict), cells) == state


def test_empty_cells_lost_at_the_end_of_a_row() -> None:
    titles = TITLES.format(aim="Mục tiêu", result="Kết quả", verdict="Ghi chú")
    assert row_state(titles, "Hoàn thành | Chưa khởi công") == "not_started"


def test_without_titles_two_bare_states_are_none() -> None:
    assert row_state("Phụ lục", "Hoàn thành | Chậm") is None
    assert row_state("Phụ lục", "Hoàn thành | Đang đắp đê") == "in_progress"


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("Đạt", None),
        ("Xong", "completed"),
        ("38,5%", "in_progress"),
        ("1.200/1.500 hộ", "in_progress"),
        ("1.500/1.500 hộ", None),
        ("Tháng 3/2021 xong", None),
        ("0/12 xã", None),
        (f"1/{'9' * 5000} xã", None),
    ],
    ids=["verdict", "done", "percent", "thousands", "the whole", "a month", "none", "long"],
)
def test_bare_cells(cell: str, state: str | None) -> None:
    said = read_cell(cell)
    assert (said.state if said else None) == state


def test_a_statement_of_a_row_carries_its_day_and_figures() -> None:
    found = read(
        "TT | Công trình | Quyết định | Mục tiêu | Kết quả\n"
        "1 | Đê Kỳ Lộ | 81/QĐ-UBND ngày 02/3/2019 | Hoàn thành | Đã nghiệm thu ngày 20/5/2019, dài 12 km\n"
    )
    told = next(s for s in found.statements if not found.references[s.reference].own)
    assert (told.state, str(told.date)) == ("completed", "2019-05-20")
    assert [(q.value, q.unit, q.span.of(found.kept.text)[:2]) for q in told.quantities] == [("12", "km", "12")]
