"""Lists of records: filtered as people write their criteria, written so that spreadsheets read them right."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from assistant.models import Evidence, Record, TimelineEntry
from assistant.record_filter import UnknownFilterError, record_filter
from assistant.service import Assistant
from assistant.tables import write_csv, write_xlsx

HEADINGS = [
    "Số, ký hiệu", "Loại", "Cơ quan ban hành", "Ngày", "Trích yếu", "Tình trạng", "Tính đến", "Toàn văn",
    "Số lần nhắc",
]  # fmt: skip


def listed(troly: Assistant, *criteria: object) -> set[str]:
    wanted = record_filter(*criteria)  # type: ignore[arg-type]
    records = (troly.registry.record(one) for one in troly.records() if wanted.may_be(one))
    return {record.number or record.title or "" for record in records if wanted.holds(record)}


@pytest.fixture(scope="module")
def everything(troly: Assistant) -> dict[str, Record]:
    return {r.number: r for one in troly.records() if (r := troly.registry.record(one)).number}


@pytest.mark.parametrize("typed", ["QĐ", "qd", "Quyết định", "quyet dinh", "QUYẾT ĐỊNH"])
def test_a_type_as_people_write_it(troly: Assistant, everything: dict[str, Record], typed: str) -> None:
    expected = {number for number, record in everything.items() if record.type == "Quyết định"}
    assert "815/QĐ-UBND" in expected and expected != set(everything)
    assert listed(troly, typed) == expected


def test_a_year_is_the_document_s(troly: Assistant, everything: dict[str, Record]) -> None:
    found = listed(troly, None, None, 2016)
    assert "402/QĐ-UBND" in found and "815/QĐ-UBND" not in found


@pytest.mark.parametrize("typed", ["SGTVT", "Sở Giao thông vận tải", "sở giao thông"])
def test_an_issuer_by_code_or_name(troly: Assistant, typed: str) -> None:
    found = listed(troly, None, typed)
    assert "219/TTr-SGTVT" in found and "815/QĐ-UBND" not in found


@pytest.mark.parametrize(
    ("typed", "state"),
    [
        ("replaced", "replaced"),
        ("bị thay thế", "replaced"),
        ("đã bị thay thế", "replaced"),
        ("Đang thực hiện", "in_progress"),
        ("dang thuc hien", "in_progress"),
        ("in progress", "in_progress"),
        ("in_progress", "in_progress"),
        ("không nêu", "none"),
    ],
)
def test_a_status_by_label_or_words(typed: str, state: str) -> None:
    assert record_filter(status=typed).status == state


def test_the_status_is_the_current_one(troly: Assistant, everything: dict[str, Record]) -> None:
    expected = {
        number for number, record in everything.items() if record.current and record.current.state == "replaced"
    }
    assert "402/QĐ-UBND" in expected
    assert listed(troly, None, None, None, "bị thay thế") == expected


@pytest.mark.parametrize(
    ("criteria", "named"), [({"kind": "Bài thơ"}, "Bài thơ"), ({"status": "màu xanh"}, "màu xanh")]
)
def test_what_does_not_exist_is_refused_by_name(criteria: dict[str, str], named: str) -> None:
    with pytest.raises(UnknownFilterError, match=named):
        record_filter(**criteria)  # type: ignore[arg-type]


def formula_record() -> Record:
    evidence = Evidence("bc.docx", "d1", 1, "", "…", 0, 1)
    entry = TimelineEntry("in_progress", None, date(2019, 7, 5), None, evidence)
    return Record(
        "25/KH-UBND", "25|KH|UBND", "Kế hoạch", None, None, date(2019, 4, 2), '=HYPERLINK("x")\x02', (), entry,
        (entry,), (), (), 12,
    )  # fmt: skip


def test_a_workbook_has_days_as_days_and_counts_as_numbers(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", [formula_record()])
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert sheet is not None
    head, row = list(sheet.iter_rows())
    assert [cell.value for cell in head] == HEADINGS
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:I2"
    assert row[3].value == datetime(2019, 4, 2) and row[3].is_date and row[3].number_format == "dd/mm/yyyy"
    assert row[6].value == datetime(2019, 7, 5) and row[6].is_date
    assert row[8].value == 12 and row[8].data_type == "n"
    assert row[2].value is None
    assert row[4].value == '\'=HYPERLINK("x")' and row[4].data_type == "s"


def test_csv_has_days_that_every_language_reads_alike(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [formula_record()])
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, row = csv.reader(raw.decode("utf-8-sig").splitlines())
    assert head == HEADINGS
    assert (row[0], row[3], row[5], row[6], row[8]) == (
        "25/KH-UBND",
        "2019-04-02",
        "đang thực hiện",
        "2019-07-05",
        "12",
    )
    assert row[4].startswith("'=")
