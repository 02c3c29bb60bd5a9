"""A record as DOCX: what an official files holds what the record says, in order."""

from __future__ import annotations

import dataclasses
import io
from datetime import date

import pytest
from docx import Document

from assistant.export import write_docx
from assistant.models import Conflict, Evidence, Record, RelationEntry, TimelineEntry

DONE = Evidence("bc-4.docx", "d2", 2, "I.1", "Kế hoạch số 25/KH-UBND: đã hoàn thành 90 trạm.", 0, 40)
GOING = Evidence("bc-2.docx", "d1", 1, "", "Kế hoạch số 25/KH-UBND: đang thực hiện.\x0b", 0, 40)
FIRST = TimelineEntry("in_progress", None, date(2019, 7, 5), "Sở Giao thông vận tải", GOING, ("40 trạm",))
LAST = TimelineEntry("completed", date(2019, 12, 20), date(2020, 1, 6), None, DONE, ("90 trạm",))
RECORD = Record(
    number="25/KH-UBND",
    key="25|KH|UBND",
    type="Kế hoạch",
    issuer="Ủy ban nhân dân Thành phố Hồ Chí Minh",
    place=None,
    date=date(2019, 4, 22),
    title="Lắp cảm biến tại bãi xe thông minh",
    held_in=(),
    current=LAST,
    timeline=(FIRST, LAST),
    conflicts=(),
    relations=(
        RelationEntry(
            "implements", "out", "815/QĐ-UBND", "815|QD|UBND", "Quyết định số 815/QĐ-UBND ngày 12/03/2019", GOING
        ),
    ),
    mentions=3,
    evidence=(GOING, DONE),
)


def read(record: Record) -> tuple[list[str], list[list[list[str]]]]:
    """The paragraphs and the tables of the note."""
    target = io.BytesIO()
    write_docx(target, record, date(2026, 3, 2))
    target.seek(0)
    note = Document(target)
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in note.tables]
    return [paragraph.text for paragraph in note.paragraphs], tables


def test_the_note_holds_what_the_record_says() -> None:
    paragraphs, tables = read(RECORD)
    assert paragraphs[:2] == ["Tình trạng văn bản 25/KH-UBND", "(Lập ngày 02/03/2026 từ các văn bản có trong kho)"]
    headings = [line for line in paragraphs if line[:2] in {f"{n}." for n in range(1, 9)}]
    assert headings == [
        "1. Văn bản",
        "2. Tình trạng hiện nay",
        "3. Diễn biến",
        "4. Quan hệ với văn bản khác",
        "5. Các đoạn nhắc đến văn bản",
    ]
    assert "Đã hoàn thành (20/12/2019; tính đến 06/01/2020)." in paragraphs
    assert "“Kế hoạch số 25/KH-UBND: đã hoàn thành 90 trạm.” — bc-4.docx, trang 2, I.1" in paragraphs
    identification, timeline, relations = tables
    assert ["Ngày ban hành", "22/04/2019"] in identification
    assert ["Toàn văn", "kho chỉ nhắc đến, không có toàn văn"] in identification
    assert "Nơi ban hành" not in [row[0] for row in identification]
    assert timeline[1][:3] == ["tính đến 05/07/2019", "Đang thực hiện\n(40 trạm)", "Sở Giao thông vận tải"]
    assert relations[1][:2] == ["triển khai", "Quyết định số 815/QĐ-UBND ngày 12/03/2019"]


def test_reports_that_disagree_stand_side_by_side() -> None:
    paragraphs, tables = read(dataclasses.replace(RECORD, conflicts=(Conflict(LAST, FIRST),)))
    assert "5. Các báo cáo nêu khác nhau" in paragraphs and "6. Các đoạn nhắc đến văn bản" in paragraphs
    first, second = tables[-1][1]
    assert "Đã hoàn thành" in first and "bc-4.docx" in first
    assert "Đang thực hiện" in second and "bc-2.docx" in second


def test_what_is_unknown_is_said_and_empty_parts_are_left_out() -> None:
    bare = dataclasses.replace(RECORD, current=None, timeline=(), relations=(), evidence=())
    paragraphs, tables = read(bare)
    assert "Các văn bản trong kho không nêu tình trạng triển khai của văn bản này." in paragraphs
    assert len(tables) == 1
    assert not [line for line in paragraphs if "Diễn biến" in line or "Quan hệ" in line]


def test_the_file_is_in_vietnamese_on_a4() -> None:
    target = io.BytesIO()
    write_docx(target, RECORD, date(2026, 3, 2))
    target.seek(0)
    note = Document(target)
    assert note.core_properties.title == "Tình trạng văn bản 25/KH-UBND"
    assert note.core_properties.language == "vi-VN"
    page = note.sections[0]
    assert (round(page.page_width.mm), round(page.page_height.mm), round(page.left_margin.mm)) == (210, 297, 30)
    assert note.styles["Normal"].font.name == "Times New Roman"


def test_a_folder_that_is_not_there_is_an_error(tmp_path: object) -> None:
    with pytest.raises(OSError, match="nowhere"):
        write_docx(f"{tmp_path}/nowhere/a.docx", RECORD, date(2026, 3, 2))
