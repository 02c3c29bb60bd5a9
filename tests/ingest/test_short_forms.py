"""Later mentions in short form: which document they mean, and when they mean none."""

from __future__ import annotations

import pytest
from factories_reading import BARE, DECISION, REPORT, read


def short_forms(body: str, head: str = BARE) -> list[tuple[str, str | None]]:
    """(words as written, number meant) of every mention that is not a whole number."""
    found = read(body, head)
    return [
        (one.mention.surface, one.mention.canonical)
        for one in found.references
        if one.mention and one.mention.partial and not one.own
    ]


PLAN = "Ủy ban nhân dân tỉnh ban hành Kế hoạch số 1009/KH-UBND ngày 14/3/2024 về trung tâm điều hành."
OTHER = "Sở Y tế ban hành Kế hoạch số 12/KH-SYT ngày 20/3/2024 về tiêm chủng."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            f"{PLAN}\nĐến nay Kế hoạch 1009 đã hoàn thành.", [("Kế hoạch 1009", "1009/KH-UBND")], id="type and digits"
        ),
        pytest.param(
            f"Đến nay Kế hoạch 1009 đã hoàn thành.\n{PLAN}",
            [("Kế hoạch 1009", "1009/KH-UBND")],
            id="named in full further on",
        ),
        pytest.param(
            f"{PLAN}\nQuận 3 ban hành Kế hoạch số 1009/KH-UBND ngày 02/5/2023.\nKế hoạch 1009 đã hoàn thành.",
            [("Kế hoạch 1009", None)],
            id="two documents of that number",
        ),
        pytest.param(
            f"{PLAN}\nTheo Quyết định 1009, Sở Y tế họp.",
            [("Quyết định 1009", None)],
            id="another type is another document",
        ),
        pytest.param(
            "Sở ban hành Kế hoạch số 05/KH-SYT.\nKế hoạch 5 đã hoàn thành.\nKế hoạch 05 đã hoàn thành.",
            [("Kế hoạch 5", "05/KH-SYT"), ("Kế hoạch 05", "05/KH-SYT")],
            id="below ten",
        ),
        pytest.param(f"{PLAN} Kế hoạch này đã hoàn thành.", [("Kế hoạch này", "1009/KH-UBND")], id="this plan"),
        pytest.param(
            f"{PLAN}\nTriển khai Kế hoạch nêu trên, Sở Y tế họp.",
            [("Kế hoạch nêu trên", "1009/KH-UBND")],
            id="the plan above",
        ),
        pytest.param(
            f"{PLAN} {OTHER} Kế hoạch này đã xong.", [("Kế hoạch này", "12/KH-SYT")], id="the nearest sentence"
        ),
        pytest.param(
            "Triển khai Kế hoạch số 14/KH-SYT và Kế hoạch số 15/KH-SYT. Kế hoạch này đã xong.", [], id="unsure: none"
        ),
        pytest.param(f"{PLAN}\nSở họp.\nSở đi.\nSở về.\nKế hoạch này đã xong.", [], id="too far back"),
        pytest.param("Kế hoạch này đã hoàn thành.", [], id="nothing to point back to"),
        pytest.param(f"{PLAN} Quyết định này đã hết hạn.", [], id="no document of that type"),
        pytest.param(f"{PLAN} Các kế hoạch trên địa bàn tỉnh đã xong.", [], id="not a pointer"),
        pytest.param(
            f"{PLAN} Sở phối hợp thực hiện các nội dung của Kế hoạch.",
            [("Kế hoạch", "1009/KH-UBND")],
            id="the word alone",
        ),
    ],
)
def test_short_forms(body: str, expected: list[tuple[str, str | None]]) -> None:
    assert short_forms(body) == expected


def test_this_decision_in_a_decision_is_itself() -> None:
    assert short_forms("Căn cứ Quyết định số 77/QĐ-UBND ngày 10/01/2018. Quyết định này có hiệu lực.", DECISION) == []


def test_what_is_said_of_a_short_form_is_said_of_the_document() -> None:
    found = read(f"{PLAN} Kế hoạch này đã hoàn thành ngày 30/6/2024.", REPORT)
    assert found.said() == [("1009/KH-UBND", "issued"), ("1009/KH-UBND", "completed")]
    assert found.others[-1].issuer == found.others[0].issuer


def test_a_name_without_a_number_is_pointed_back_to() -> None:
    found = read("Sở đang triển khai Chiến lược cấp nước sạch nông thôn. Chiến lược này đã hoàn thành.", REPORT)
    assert found.said() == [("Chiến lược cấp nước sạch nông thôn", "in_progress"), ("Chiến lược này", "completed")]
    first, second = found.others
    assert first.subject == second.subject
