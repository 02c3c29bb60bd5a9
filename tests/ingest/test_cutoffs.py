"""The day up to which a table counts: the one that is printed nearest."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.cutoffs import Cutoffs

MAY = "Số liệu cập nhật đến ngày 20/5/2019."
JUNE = "Tình hình thực hiện đến hết ngày 30/6/2019"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"{MAY}\n@\n", date(2019, 5, 20)),
        (f"@\n{MAY}\n", date(2019, 5, 20)),
        (f"{MAY}\nTT | Văn bản\n{JUNE}\n@", date(2019, 6, 30)),
        (f"{MAY}\n@\n{'TT | Văn bản' * 9}\n{JUNE}\n", date(2019, 5, 20)),
        (f"{MAY}\n{'x' * 7000}\n@", None),
        ("Thời hạn đến ngày 20/5/2019.\n@", None),
        ("@", None),
    ],
    ids=["above", "below", "nearer below", "nearer above", "far", "a deadline", "none"],
)
def test_the_day_nearest_to_a_table(text: str, day: date | None) -> None:
    assert Cutoffs(text).near(text.index("@")) == day
