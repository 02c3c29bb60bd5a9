"""The tree of headings, its labels and its spans."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.normalize import normalize
from ingest.readers import reader_for
from ingest.sections import find_sections

REPORT = """BÁO CÁO
I. TÌNH HÌNH
1. Công nghệ thông tin
Đã lắp đặt 120 điểm.
2. Kế hoạch số 25/KH-UBND: đang thực hiện, đạt 39% khối lượng.
II. HẠ TẦNG
3. Viễn thông
a. Thực hiện các giải pháp
b) Tuyên truyền
Nội dung.
III. KIẾN NGHỊ
Không có."""
DECREE = """Chương I
QUY ĐỊNH CHUNG
Điều 1. Phạm vi điều chỉnh
1. Nghị định này quy định việc bảo đảm thực hiện nghĩa vụ.
2. Các trường hợp:
a) Cầm cố;
b) Thế chấp.
Điều 2. Nghị định này có hiệu lực kể từ ngày ký; Chánh Văn phòng chịu trách nhiệm thi hành.
Chương II
TỔ CHỨC
Mục 1
TRÁCH NHIỆM
Điều 3. Trách nhiệm
PHỤ LỤC II
DANH MỤC
I. Nhóm một"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            REPORT,
            [
                ("I", "TÌNH HÌNH"),
                ("I.1", "Công nghệ thông tin"),
                ("I.2", ""),
                ("II", "HẠ TẦNG"),
                ("II.3", "Viễn thông"),
                ("II.3.a", "Thực hiện các giải pháp"),
                ("II.3.b", "Tuyên truyền"),
                ("III", "KIẾN NGHỊ"),
            ],
            id="report",
        ),
        pytest.param(
            DECREE,
            [
                ("Chương I", "QUY ĐỊNH CHUNG"),
                ("Điều 1", "Phạm vi điều chỉnh"),
                ("Điều 1.1", ""),
                ("Điều 1.2", "Các trường hợp"),
                ("Điều 1.2.a", ""),
                ("Điều 1.2.b", "Thế chấp"),
                ("Điều 2", ""),
                ("Chương II", "TỔ CHỨC"),
                ("Chương II > Mục 1", "TRÁCH NHIỆM"),
                ("Điều 3", "Trách nhiệm"),
                ("Phụ lục II", "DANH MỤC"),
                ("Phụ lục II > I", "Nhóm một"),
            ],
            id="decree",
        ),
        pytest.param(
            "PHỤ LỤC 3\nTình hình triển khai\nI. Kế hoạch\n1. Một",
            [("Phụ lục 3", "Tình hình triển khai"), ("I", "Kế hoạch"), ("I.1", "Một")],
            id="the annex is the document",
        ),
        pytest.param(
            "Điều 1. Ban hành Quy chế.\nQUY CHẾ\nLàm việc của Tổ công tác\n"
            "(Ban hành kèm theo Quyết định này)\nĐiều 1. Phạm vi",
            [("Điều 1", "Ban hành Quy chế"), ("Quy chế", "Làm việc của Tổ công tác"), ("Quy chế > Điều 1", "Phạm vi")],
            id="attached rules count anew",
        ),
        pytest.param(
            "1. Mục tiêu\n1.1. Mục tiêu chung\n1.2. Mục tiêu cụ thể\n2. Nội dung",
            [("1", "Mục tiêu"), ("1.1", "Mục tiêu chung"), ("1.2", "Mục tiêu cụ thể"), ("2", "Nội dung")],
            id="decimals",
        ),
        pytest.param(
            "Điều 1. Sửa đổi Điều 5 như sau:\n“Điều 5. Đối tượng\n1. Người lao động.”\nĐiều 2. Hiệu lực",
            [("Điều 1", "Sửa đổi Điều 5 như sau"), ("Điều 2", "Hiệu lực")],
            id="quoted articles are another act's",
        ),
        pytest.param(
            "Mở đầu.\nNHẬN ĐỊNH CỦA TÒA ÁN:\nTòa án nhận định.\nNỘI DUNG ÁN LỆ\nHợp đồng có hiệu lực.",
            [("Nhận định của tòa án", "NHẬN ĐỊNH CỦA TÒA ÁN"), ("Nội dung án lệ", "NỘI DUNG ÁN LỆ")],
            id="capitals alone",
        ),
        pytest.param("MỤC LỤC VĂN BẢN\n1 | Kho | 2019\nNgày 25. Không", [], id="what only looks like one"),
        pytest.param("Điều khoản thi hành\nMục tiêu chung\nPhần mềm quản lý", [], id="words that begin alike"),
    ],
)
def test_labels_and_titles(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(section.label, section.title) for section in find_sections(text)] == expected


def test_a_section_holds_all_that_stands_under_it() -> None:
    sections = {section.label: section for section in find_sections(REPORT)}
    assert sections["I"].span.of(REPORT).startswith("I. TÌNH HÌNH\n1. Công")
    assert sections["I"].span.of(REPORT).endswith("đạt 39% khối lượng.")
    assert sections["II.3"].span.covers(sections["II.3.b"].span)
    assert sections["II.3.b"].span.of(REPORT) == "b) Tuyên truyền\nNội dung."
    assert sections["I.2"].heading.of(REPORT) == "2."
    assert [sections[label].level for label in ("I", "I.1", "II.3.a")] == [1, 2, 3]


@given(st.text(st.sampled_from("IVX123ab.)Điều Chương\nPHỤLC “”|"), max_size=200))
def test_sections_nest(text: str) -> None:
    sections = find_sections(text)
    assert [section.span.start for section in sections] == sorted(section.span.start for section in sections)
    for one in sections:
        assert one.span.covers(one.heading)
        for other in sections:
            apart = one.span.end <= other.span.start or other.span.end <= one.span.start
            assert apart or one.span.covers(other.span) or other.span.covers(one.span)


def test_the_sections_of_the_seed(shared: Path) -> None:
    text = normalize(reader_for("txt")(shared / "seed" / "phu-luc-3-bao-cao-5880.txt")).text
    labels = [section.label for section in find_sections(text)]
    assert labels == ["Phụ lục 3", "I", "II", "II.1", "II.2", "II.3", "II.4", "II.4.a", "II.4.b", "II.4.c", "II.4.d"]


def test_chapters_and_articles_of_real_acts(shared: Path) -> None:
    lines = (shared / "gold" / "real_digital.jsonl").read_text(encoding="utf-8").splitlines()
    for gold in map(json.loads, lines):
        path = shared / "documents" / "real" / gold["file"]
        if gold["encoding"] not in ("unicode", "nfd") or path.suffix not in (".pdf", ".docx", ".html"):
            continue
        text = normalize(reader_for(path.suffix[1:])(path)).text
        labels = [section.label for section in find_sections(text)]
        articles = [label for label in labels if re.fullmatch(r"Điều \d+", label)]
        chapters = [label for label in labels if re.fullmatch(r"Chương \w+", label)]
        assert (len(articles), len(chapters)) == (gold["structure"]["articles"], gold["structure"]["chapters"]), (
            path.name
        )
