"""One verb governs every member of a list."""

from __future__ import annotations

import pytest
from factories_reading import DECISION, NOTICE, read

A, B = "Quyết định số 71/QĐ-UBND ngày 05/5/2016", "Quyết định số 72/QĐ-UBND ngày 06/6/2017"


@pytest.mark.parametrize(
    "body",
    [
        f"Điều 2. Quyết định này thay thế {A} và {B}.",
        f"Điều 2. Quyết định này thay thế {A}, {B} của Ủy ban nhân dân Thành phố.",
        f"Điều 2. Quyết định này thay thế {A} về phê duyệt Đề án bến bãi nội đô và {B} của Ủy ban nhân dân Thành phố.",
        "Điều 2. Quyết định này thay thế các Quyết định: số 71/QĐ-UBND ngày 05/5/2016 và số 72/QĐ-UBND ngày 06/6/2017.",
        "Điều 2. Quyết định này thay thế các Quyết định của Ủy ban nhân dân Thành phố: số 71/QĐ-UBND ngày 05/5/2016, "
        "số 72/QĐ-UBND ngày 06/6/2017.",
        f"Điều 2. Quyết định này thay thế các văn bản sau:\n- {A};\n- {B}.",
    ],
    ids=["and", "comma", "named-between", "colon", "of-a-body", "lines"],
)
def test_all_members_are_replaced(body: str) -> None:
    found = read(body, DECISION)
    assert {link for link in found.links() if link[1] == "replaces"} == {
        ("this", "replaces", "71/QĐ-UBND"),
        ("this", "replaces", "72/QĐ-UBND"),
    }
    assert [said for said in found.said() if said[1] == "replaced"] == [
        ("71/QĐ-UBND", "replaced"),
        ("72/QĐ-UBND", "replaced"),
    ]


def test_all_members_are_abrogated() -> None:
    found = read(
        "Điều 2. Bãi bỏ các Quyết định số 71/QĐ-UBND ngày 05/5/2016 và số 72/QĐ-UBND ngày 06/6/2017.", DECISION
    )
    assert found.links() == {("this", "abrogates", "71/QĐ-UBND"), ("this", "abrogates", "72/QĐ-UBND")}
    assert found.said() == [("71/QĐ-UBND", "expired"), ("72/QĐ-UBND", "expired")]


@pytest.mark.parametrize(
    "body",
    [
        f"Giao Sở Xây dựng tham mưu ban hành kế hoạch thay thế {A}.",
        f"Yêu cầu Sở Xây dựng rà soát, đề xuất bãi bỏ {A}.",
    ],
    ids=["to-replace", "to-abrogate"],
)
def test_what_is_only_asked_for_is_no_deed(body: str) -> None:
    found = read(body, NOTICE)
    assert found.links() == set()
    assert not {"replaced", "expired"} & {state for _, state in found.said()}


def test_this_decision_is_not_the_basis_named_before_it() -> None:
    found = read(f"Căn cứ {A};\nĐiều 2. Quyết định này có hiệu lực từ ngày ký và thay thế {B}.", DECISION)
    assert found.links() == {("this", "based_on", "71/QĐ-UBND"), ("this", "replaces", "72/QĐ-UBND")}
