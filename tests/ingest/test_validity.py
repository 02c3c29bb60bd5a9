"""Legal validity: read only where a text states it, with the day that the text gives."""

from __future__ import annotations

from datetime import date

import pytest
from factories_reading import DECISION, PLAN, REPORT, read

from ingest.validity import VALIDITY_STATES

SIGNED = date(2019, 3, 12)
Told = list[tuple[str, str, date | None]]


def told(body: str, head: str = DECISION) -> Told:
    """(number, state, day) of every statement of validity; `815/QĐ-UBND` is the decision itself."""
    found = read(body, head)
    return [(found.name(s.reference), s.state, s.date) for s in found.statements if s.state in VALIDITY_STATES]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.",
            [("815/QĐ-UBND", "in_force", SIGNED)],
            id="day of signing",
        ),
        pytest.param(
            "Điều 3. Quyết định có hiệu lực thi hành từ ngày 20 tháng 3 năm 2019.",
            [("815/QĐ-UBND", "in_force", date(2019, 3, 20))],
            id="a day of its own",
        ),
        pytest.param(
            "Điều 3. Quyết định này có hiệu lực sau 10 ngày kể từ ngày ký.",
            [("815/QĐ-UBND", "in_force", None)],
            id="a day that would have to be worked out is not stated",
        ),
        pytest.param(
            "Điều 3. Quyết định này có hiệu lực từ ngày 01/4/2019 đến hết ngày 31/12/2020.",
            [("815/QĐ-UBND", "in_force", date(2019, 4, 1)), ("815/QĐ-UBND", "expired", date(2020, 12, 31))],
            id="until a day",
        ),
        pytest.param(
            "Quyết định này có hiệu lực từ ngày 20/3/2019. Bãi bỏ Quyết định số 77/QĐ-UBND ngày 10/01/2018.",
            [("815/QĐ-UBND", "in_force", date(2019, 3, 20)), ("77/QĐ-UBND", "expired", date(2019, 3, 20))],
            id="what it ends, ends when it begins",
        ),
        pytest.param(
            "Điều 2. Bãi bỏ khoản 2 Điều 3 của Quyết định số 77/QĐ-UBND ngày 10/01/2018.",
            [("77/QĐ-UBND", "partly_expired", None)],
            id="a part is ended",
        ),
        pytest.param(
            "Điều 2. Sửa đổi, bổ sung một số điều của Quyết định số 77/QĐ-UBND ngày 10/01/2018.",
            [("77/QĐ-UBND", "partly_expired", None)],
            id="a part is changed",
        ),
        pytest.param(
            "Điều 2. Ngưng hiệu lực thi hành Quyết định số 77/QĐ-UBND ngày 10/01/2018.",
            [("77/QĐ-UBND", "suspended", None)],
            id="suspended",
        ),
        pytest.param(
            "Điều 3. Quyết định số 77/QĐ-UBND ngày 10/01/2018 hết hiệu lực kể từ ngày 20/3/2019.",
            [("77/QĐ-UBND", "expired", date(2019, 3, 20))],
            id="said behind the name",
        ),
        pytest.param("Điều 1. Kế hoạch này có hiệu lực kể từ ngày ký.", [], id="another type is not this document"),
        pytest.param("Quyết định số 77/QĐ-UBND chưa có hiệu lực.", [], id="not yet is not in force"),
        pytest.param("Căn cứ Quyết định số 77/QĐ-UBND ngày 10/01/2018.", [], id="nothing is stated"),
    ],
)
def test_validity(body: str, expected: Told) -> None:
    assert told(body) == expected


def test_a_report_only_repeats() -> None:
    body = "Quyết định số 77/QĐ-UBND ngày 10/01/2018 vẫn còn hiệu lực. Sở trình bãi bỏ Quyết định số 78/QĐ-UBND."
    assert told(body, REPORT) == [("77/QĐ-UBND", "in_force", None)]


def test_of_a_plan() -> None:
    assert told("Kế hoạch này có hiệu lực từ ngày ký.", PLAN) == [("45/KH-UBND", "in_force", SIGNED)]
