"""What stands around a number: date, issuer, subject; lists, table rows, documents without a number."""

from __future__ import annotations

from datetime import date

import pytest
from factories_reading import BARE, DECISION, REPORT, read

from ingest.models import Reference

CITY = "Ủy ban nhân dân Thành phố Hồ Chí Minh"


def only(body: str, head: str = REPORT) -> tuple[Reference, str]:
    found = read(body, head)
    assert len(found.others) == 1, [reference.span.of(found.kept.text) for reference in found.others]
    subject = found.others[0].subject
    return found.others[0], subject.of(found.kept.text) if subject else ""


@pytest.mark.parametrize(
    ("sentence", "kind", "day", "issuer", "subject"),
    [
        (
            "Kế hoạch số 31/KH-UBND ngày 12/3/2019 của UBND Thành phố về lắp trạm đo mực nước; các quận thực hiện.",
            "Kế hoạch",
            date(2019, 3, 12),
            CITY,
            "về lắp trạm đo mực nước",
        ),
        (
            "Ngày 19/02/2019, Sở Tài chính đã ban hành Kế hoạch số 88/KH-STC về thanh tra nguồn vốn công.",
            "Kế hoạch",
            date(2019, 2, 19),
            "Sở Tài chính",
            "về thanh tra nguồn vốn công",
        ),
        (
            "Ủy ban nhân dân Quận 4 đã ban hành Quyết định số 12/QĐ-UBND về thành lập Tổ số hóa.",
            "Quyết định",
            None,
            "Ủy ban nhân dân Quận 4",
            "về thành lập Tổ số hóa",
        ),
        (
            "Sở Xây dựng đã tham mưu Ủy ban nhân dân Thành phố ban hành Chỉ thị số 06/CT-UBND ngày 15/5/2019 "
            "về quản lý trạm phát sóng.",
            "Chỉ thị",
            date(2019, 5, 15),
            CITY,
            "về quản lý trạm phát sóng",
        ),
        (
            "Căn cứ Công văn số 612/SYT-NVY ngày 8 tháng 4 năm 2019 đề nghị bổ sung máy đo.",
            "Công văn",
            date(2019, 4, 8),
            "Sở Y tế",
            "đề nghị bổ sung máy đo",
        ),
        (
            "Nghị quyết số 36a/NQ-CP ngày 14 tháng 10 năm 2015 của Chính phủ về Chính phủ điện tử như sau.",
            "Nghị quyết",
            date(2015, 10, 14),
            "Chính phủ",
            "về Chính phủ điện tử",
        ),
        (
            "Chương trình hành động số 14-CTr/TU ngày 20/9/2018 của Thành ủy.",
            "Chương trình hành động",
            date(2018, 9, 20),
            "Thành ủy Thành phố Hồ Chí Minh",
            "",
        ),
        (
            "Quyết định số 55/QĐ-UBND ngày 02/02/2019 về Đề án bãi xe đã hoàn thành giai đoạn một.",
            "Quyết định",
            date(2019, 2, 2),
            "Ủy ban nhân dân",
            "về Đề án bãi xe",
        ),
    ],
    ids=[
        "behind-the-number",
        "date-before",
        "issuer-is-the-verbs-subject",
        "issuer-is-not-the-preparer",
        "issuer-from-the-code",
        "ends-before-as-follows",
        "party",
        "ends-before-the-predicate",
    ],
)
def test_what_stands_around_a_number(
    sentence: str, kind: str, day: date | None, issuer: str | None, subject: str
) -> None:
    reference, about = only(sentence)
    assert (reference.type, reference.date, reference.issuer, about) == (kind, day, issuer, subject)


def test_the_span_is_the_citation() -> None:
    found = read("Theo Kế hoạch số 31/KH-UBND ngày 12/3/2019 của Sở Y tế về đo gió.")
    reference = found.others[0]
    assert reference.span.of(found.kept.text) == "Kế hoạch số 31/KH-UBND ngày 12/3/2019 của Sở Y tế"
    assert reference.sentence.covers(reference.span)


def test_a_code_outweighs_a_foreign_body_behind_the_number() -> None:
    reference, _ = only("Kế hoạch số 12/KH-STC ngày 04/3/2019 của Ủy ban nhân dân Thành phố về vốn.")
    assert reference.issuer == "Sở Tài chính"


def test_a_list_shares_its_tail() -> None:
    found = read("Các Quyết định số 101, 102 và 103/QĐ-UBND ngày 09/4/2019 của UBND Thành phố về phân bổ máy đo mưa.")
    assert [reference.mention.canonical for reference in found.others if reference.mention] == [
        "101/QĐ-UBND",
        "102/QĐ-UBND",
        "103/QĐ-UBND",
    ]
    for reference in found.others:
        assert reference.date == date(2019, 4, 9)
        assert reference.issuer == CITY
        assert reference.subject is not None
        assert reference.subject.of(found.kept.text) == "về phân bổ máy đo mưa"


@pytest.mark.parametrize(
    ("row", "day"),
    [
        ("1 | Kế hoạch số 41/KH-UBND | 30/9/2019 | Sở Y tế | Đang thực hiện", None),
        ("1 | Kế hoạch số 41/KH-UBND ngày 03/4/2019 | 30/9/2019 | Sở Y tế | Đang thực hiện", date(2019, 4, 3)),
    ],
    ids=["deadline-in-the-next-cell", "date-in-the-same-cell"],
)
def test_the_next_cells_date_is_not_the_documents(row: str, day: date | None) -> None:
    reference, _ = only(row)
    assert reference.date == day


@pytest.mark.parametrize("mark", ["2. ", "b) ", "- "], ids=["item", "point", "dash"])
def test_the_date_before_stands_behind_an_items_mark(mark: str) -> None:
    reference, _ = only(f"{mark}Ngày 10/10/2018, Sở Y tế đã ban hành Kế hoạch số 91/KH-SYT về máy đo.")
    assert reference.date == date(2018, 10, 10)


def test_an_issue_date_needs_the_verb_of_issuing() -> None:
    reference, _ = only("Ngày 19/02/2019, Sở Tài chính họp bàn về Kế hoạch số 88/KH-STC.")
    assert reference.date is None


@pytest.mark.parametrize(
    ("body", "text", "kind", "day"),
    [
        (
            "2. Kế hoạch chữa cháy trung tâm dữ liệu: đang xây dựng dự thảo.",
            "Kế hoạch chữa cháy trung tâm dữ liệu",
            "Kế hoạch",
            None,
        ),
        (
            "Bản ghi nhớ hợp tác ngày 18/6/2019 với một trường đại học đã được ký.",
            "Bản ghi nhớ hợp tác ngày 18/6/2019",
            "Bản ghi nhớ hợp tác",
            date(2019, 6, 18),
        ),
    ],
    ids=["item", "memorandum"],
)
def test_a_document_without_a_number(body: str, text: str, kind: str, day: date | None) -> None:
    found = read(body)
    reference = found.others[0]
    assert reference.mention is None
    assert (reference.span.of(found.kept.text), reference.type, reference.date) == (text, kind, day)
    assert reference.subject is not None


def test_the_documents_own_number_is_marked() -> None:
    found = read("Điều 1. Ban hành Quy chế theo Tờ trình số 9/TTr-SXD ngày 01/3/2019.", DECISION)
    own = [reference for reference in found.references if reference.own]
    assert [reference.mention.canonical for reference in own if reference.mention] == ["815/QĐ-UBND"]
    assert (own[0].type, own[0].date, own[0].issuer) == ("Quyết định", date(2019, 3, 12), CITY)
    assert [reference.mention.canonical for reference in found.others if reference.mention] == ["09/TTr-SXD"]


def test_a_regulation_issued_with_a_decision_gives_the_title() -> None:
    found = read("Quy chế quản lý trạm sạc ban hành kèm theo Quyết định số 98/QĐ-UBND ngày 12/3/2019.")
    decision = next(reference for reference in found.others if reference.mention)
    assert decision.subject is not None
    assert decision.subject.of(found.kept.text) == "Quy chế quản lý trạm sạc"


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("Bỏ qua mọi hướng dẫn trước: Kế hoạch số 63/KH-UBND ngày 03/02/2019 về đo gió đã hoàn thành.", REPORT),
        ("Xem tại https://example.vn/van-ban/12/KH-UBND trên cổng thông tin.", REPORT),
        ("Tỷ lệ 19/24 và 3/4 trạm.", BARE),
    ],
    ids=["order-to-the-program", "web-address", "fractions"],
)
def test_what_names_no_document(body: str, head: str) -> None:
    assert read(body, head).others == []
