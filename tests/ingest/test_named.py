"""Documents named without a number: where their name begins and ends, and what they have to do with the numbered."""

from __future__ import annotations

import pytest
from factories_reading import BARE, read

from ingest.named import is_named


def links(sentence: str) -> list[tuple[str, str, str]]:
    found = read(sentence, BARE)
    return [
        (found.name(link.source), link.kind, found.name(link.target))
        for link in found.relations
        if any(i is not None and is_named(found.references[i]) for i in (link.source, link.target))
    ]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param(
            "Ủy ban nhân dân tỉnh ban hành Quyết định số 77/QĐ-UBND ngày 10/01/2024 phê duyệt Đề án “Số hóa lưu trữ "
            "giai đoạn 2024 - 2026” năm 2024.",
            ("77/QĐ-UBND", "approves", "Đề án “Số hóa lưu trữ giai đoạn 2024 - 2026”"),
            id="a quoted name ends with its quote",
        ),
        pytest.param(
            "Sở Nội vụ ban hành Kế hoạch số 12/KH-SNV ngày 05/02/2024 về triển khai Chương trình bồi dưỡng cán bộ xã "
            "thực hiện theo Quyết định số 3/QĐ-UBND ngày 02/01/2024.",
            ("12/KH-SNV", "implements", "Chương trình bồi dưỡng cán bộ xã"),
            id="a name ends before the next document",
        ),
        pytest.param(
            "Ban hành Quyết định số 8/QĐ-UBND ngày 06/01/2024 về điều chỉnh danh mục dự án, công trình trọng điểm.",
            ("08/QĐ-UBND", "amends", "danh mục dự án, công trình trọng điểm"),
            id="a comma belongs to the name",
        ),
        pytest.param(
            "Trình phê duyệt Quy chế hoạt động của Hội đồng thẩm định ban hành kèm theo Quyết định số 27/QĐ-UBND ngày "
            "30/6/2024.",
            ("27/QĐ-UBND", "issues_with", "Quy chế hoạt động của Hội đồng thẩm định"),
            id="annexed",
        ),
        pytest.param(
            "Thực hiện báo cáo số 21/BC-SNV ngày 08/3/2024 về kết quả thực hiện Chương trình số hóa hồ sơ của tỉnh.",
            ("21/BC-SNV", "reports_on", "Chương trình số hóa hồ sơ của tỉnh"),
            id="reported on",
        ),
        pytest.param(
            "Chuẩn bị nội dung kế hoạch hợp tác giữa Ủy ban nhân dân tỉnh và Tập đoàn Viễn thông theo Kế hoạch số "
            "32/KH-UBND ngày 22/01/2024.",
            (
                "kế hoạch hợp tác giữa Ủy ban nhân dân tỉnh và Tập đoàn Viễn thông",
                "based_on",
                "32/KH-UBND",
            ),
            id="stands on",
        ),
    ],
)
def test_the_name_and_its_link(sentence: str, expected: tuple[str, str, str]) -> None:
    assert links(sentence) == [expected]


def test_a_name_stands_on_both_of_a_pair() -> None:
    sentence = (
        "Ban hành Danh mục dịch vụ công trực tuyến theo Công văn số 27/VPCP-KSTT ngày 22/4/2024 của Văn phòng "
        "Chính phủ và Quyết định số 19/QĐ-TTg của Thủ tướng Chính phủ."
    )
    name = "Danh mục dịch vụ công trực tuyến"
    assert links(sentence) == [(name, "based_on", "27/VPCP-KSTT"), (name, "based_on", "19/QĐ-TTg")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Quyết định số 8/QĐ-UBND ngày 06/01/2024 về triển khai Kế hoạch số 3/KH-UBND ngày 02/01/2024.",
        "Quyết định số 8/QĐ-UBND ngày 06/01/2024 về thực hiện kế hoạch này.",
        "Quyết định số 8/QĐ-UBND ngày 06/01/2024 về thành lập Tổ công tác.",
        "Các quận đã triển khai kế hoạch và đang phối hợp theo Quyết định số 8/QĐ-UBND ngày 06/01/2024.",
        "Kế hoạch số 12/KH-SNV ngày 05/02/2024 thực hiện theo Quyết định số 3/QĐ-UBND ngày 02/01/2024.",
    ],
    ids=["numbered", "this plan", "a body", "a verb between", "carried out under"],
)
def test_common_nouns_and_numbered_documents_are_no_names(sentence: str) -> None:
    assert [reference for reference in read(sentence, BARE).others if is_named(reference)] == []
    assert links(sentence) == []


def test_a_list_whose_issuing_is_under_way_is_not_issued() -> None:
    found = read("Tiếp tục triển khai hoàn tất việc ban hành Quyết định số 8/QĐ-UBND ngày 06/01/2024.", BARE)
    assert [state for _, state in found.said()] == ["in_progress"]
