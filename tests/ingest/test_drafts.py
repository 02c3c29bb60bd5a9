"""Drafts, and that their words bring nothing about."""

from __future__ import annotations

import pytest
from factories_reading import PLAN, read
from headed import MOTTO

from ingest.drafts import is_draft

BLANK = (
    f"ỦY BAN NHÂN DÂN\nTỈNH PHÚ YÊN\nSố:       /KH-UBND\n{MOTTO}"
    "Phú Yên, ngày     tháng     năm 2020\n\nKẾ HOẠCH\nTrồng rừng\n\n"
)
REPLACES = "2. Kế hoạch này thay thế Kế hoạch số 31/KH-UBND ngày 05/5/2016 của Ủy ban nhân dân tỉnh."


@pytest.mark.parametrize(
    ("head", "draft"),
    [(BLANK, True), ("DỰ THẢO LẦN 2\n" + BLANK, True), (PLAN, False), ("DỰ THẢO\n" + PLAN, False)],
    ids=["blank", "headed", "issued", "issued-with-a-stamp"],
)
def test_what_is_a_draft(head: str, draft: bool) -> None:
    found = read(REPLACES, head)
    assert is_draft(found.kept.text, found.header) is draft


def test_a_draft_replaces_nothing() -> None:
    found = read(REPLACES, "DỰ THẢO\n" + BLANK)
    assert found.links() == set()
    assert ("31/KH-UBND", "replaced") not in found.said()


def test_the_plan_once_issued_does() -> None:
    found = read(REPLACES, PLAN)
    assert ("31/KH-UBND", "replaced") in found.said()
