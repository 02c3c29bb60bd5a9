"""Documents without a number behind a verb: which names are found, where they end, and what is said of them."""

from __future__ import annotations

import pytest
from factories_reading import BARE, DECISION, read

from ingest.named import is_named


def said(body: str, head: str = BARE) -> list[tuple[str, str | None]]:
    """(name, state) of every document without a number; None where nothing is said of it."""
    found = read(body, head)
    states = {statement.reference: statement.state for statement in found.statements}
    return [(found.name(n), states.get(n)) for n, one in enumerate(found.references) if is_named(one)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "Sở Xây dựng đã tham mưu Ủy ban nhân dân tỉnh ban hành Quy hoạch thoát nước đô thị đến năm 2030 và Kế "
            "hoạch nâng cấp trạm bơm giai đoạn 2024-2026.",
            [
                ("Quy hoạch thoát nước đô thị đến năm 2030", "issued"),
                ("Kế hoạch nâng cấp trạm bơm giai đoạn 2024-2026", "issued"),
            ],
            id="two objects of one verb",
        ),
        pytest.param(
            "Sở Xây dựng tham mưu trình Ủy ban nhân dân tỉnh phê duyệt Đề án chiếu sáng công cộng khu vực nông thôn.",
            [("Đề án chiếu sáng công cộng khu vực nông thôn", None)],
            id="laid before the committee is not approved",
        ),
        pytest.param(
            "Sở Y tế ban hành công văn hướng dẫn các bệnh viện quy trình tiếp đón người bệnh đang áp dụng.",
            [("công văn hướng dẫn các bệnh viện quy trình tiếp đón người bệnh", "issued")],
            id="the name ends before what goes on",
        ),
        pytest.param(
            "Tổng hợp kết quả xây dựng dự thảo Kế hoạch trồng cây xanh giai đoạn 2024 - 2025 cho Sở Tài chính.",
            [("Kế hoạch trồng cây xanh giai đoạn 2024 - 2025", "draft")],
            id="a draft is not issued",
        ),
        pytest.param(
            "Tiếp tục triển khai Chương trình số hóa hồ sơ hộ tịch theo chỉ đạo của Ủy ban nhân dân tỉnh.",
            [("Chương trình số hóa hồ sơ hộ tịch", "in_progress")],
            id="carried out",
        ),
        pytest.param(
            "Phối hợp với Sở Nội vụ chuẩn bị nội dung kế hoạch hợp tác đào tạo giữa tỉnh và Đại học Quốc gia.",
            [("kế hoạch hợp tác đào tạo giữa tỉnh và Đại học Quốc gia", "in_preparation")],
            id="being prepared",
        ),
        pytest.param(
            "Góp ý các Kế hoạch thí điểm thu gom rác tại nguồn của Quận 4, Quận 5.",
            [("Kế hoạch thí điểm thu gom rác tại nguồn của Quận 4", "in_preparation")],
            id="comments are given on what is not finished",
        ),
        pytest.param(
            "Thực hiện báo cáo sơ kết 02 năm các nội dung y tế trong Chương trình nâng cao sức khỏe người cao tuổi.",
            [("Chương trình nâng cao sức khỏe người cao tuổi", "in_progress")],
            id="reviewed half-way",
        ),
        pytest.param(
            "Đóng góp ý kiến về xây dựng kế hoạch triển khai Đề án ươm tạo doanh nghiệp trẻ giai đoạn 2024-2026.",
            [("Đề án ươm tạo doanh nghiệp trẻ giai đoạn 2024-2026", "in_progress")],
            id="the plan to carry out a scheme is a step of the scheme",
        ),
        pytest.param("Thực hiện quy định của pháp luật về đất đai.", [], id="rules at large are no document"),
        pytest.param("Các phòng ban hành kế hoạch công tác tuần.", [], id="too short to be a name"),
        pytest.param("Sở tiếp tục triển khai Kế hoạch nêu trên trong năm 2024.", [], id="a pointer is no name"),
        pytest.param(
            "Triển khai Kế hoạch số 12/KH-SNV ngày 05/02/2024 về cải cách hành chính.", [], id="a number is no name"
        ),
    ],
)
def test_names_and_states(body: str, expected: list[tuple[str, str | None]]) -> None:
    assert said(body) == expected


def test_only_a_report_reports() -> None:
    assert said("Điều 1. Tiếp tục triển khai Chương trình số hóa hồ sơ hộ tịch trên địa bàn.", DECISION) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "Ủy ban nhân dân tỉnh đã ban hành Quyết định số 77/QĐ-UBND ngày 10/01/2024 phê duyệt Đề án “Số hóa lưu trữ "
            "của tỉnh”.",
            [("Đề án “Số hóa lưu trữ của tỉnh”", "issued")],
            id="approved by a decision that was issued",
        ),
        pytest.param(
            "Sở Nội vụ đã ban hành Kế hoạch số 12/KH-SNV ngày 05/02/2024 về triển khai Chương trình bồi dưỡng cán bộ "
            "xã.",
            [("Chương trình bồi dưỡng cán bộ xã", "in_progress")],
            id="a plan was issued to carry it out",
        ),
        pytest.param(
            "Tiếp tục thực hiện Quyết định số 8/QĐ-UBND ngày 06/01/2024 về điều chỉnh danh mục công trình trọng điểm.",
            [("danh mục công trình trọng điểm", "issued")],
            id="what is changed had been issued",
        ),
        pytest.param(
            "Theo Quyết định số 77/QĐ-UBND ngày 10/01/2024 phê duyệt Đề án “Số hóa lưu trữ của tỉnh”, Sở Nội vụ họp.",
            [("Đề án “Số hóa lưu trữ của tỉnh”", None)],
            id="a mere basis says nothing of it",
        ),
    ],
)
def test_the_act_tells_of_its_object(body: str, expected: list[tuple[str, str | None]]) -> None:
    assert said(body) == expected


def test_a_decision_is_under_way_with_the_plan_that_carries_it_out() -> None:
    found = read(
        "Tiếp tục triển khai Kế hoạch số 1452/KH-UBND ngày 22/3/2024 về thực hiện Quyết định số 45/2023/QĐ-TTg.", BARE
    )
    assert found.said() == [("1452/KH-UBND", "in_progress"), ("45/2023/QĐ-TTg", "in_progress")]


def test_the_next_step_of_the_one_document_of_a_paragraph() -> None:
    found = read(
        "Sở đang triển khai Kế hoạch số 14/KH-SYT ngày 22/3/2024. Trong thời gian tới, Sở tổ chức 12 lớp tập huấn.\n"
        "Sở đang triển khai Kế hoạch số 15/KH-SYT và tiếp tục thực hiện Kế hoạch số 16/KH-SYT. Dự kiến họp tháng 9.",
        BARE,
    )
    assert [pair for pair in found.said() if pair[1] == "planned"] == [("14/KH-SYT", "planned")]


@pytest.mark.parametrize(
    ("body", "same"),
    [
        pytest.param(
            "Triển khai Đề án “Xây dựng tỉnh trở thành trung tâm cấp cứu vùng giai đoạn 2024 - 2026”.\nHội nghị quán "
            "triệt các kế hoạch triển khai Đề án trung tâm cấp cứu vùng cho các huyện.",
            True,
            id="a short name is part of one full name",
        ),
        pytest.param(
            "Triển khai Đề án “Trung tâm cấp cứu vùng của huyện A”.\nTriển khai Đề án “Xây dựng trung tâm cấp cứu vùng "
            "huyện B”.\nTiếp tục thực hiện Đề án trung tâm cấp cứu vùng cho các huyện.",
            False,
            id="two full names hold it",
        ),
    ],
)
def test_short_names(body: str, same: bool) -> None:
    found = read(body, BARE)
    last = [reference for reference in found.references if is_named(reference)][-1]
    assert (last.subject is not None and last.subject != last.span) is same
