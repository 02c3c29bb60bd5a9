"""What the benchmarks' figures are made of, and the server that they ask."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.benchmarks._server import ServerError, serving
from evals.benchmarks._timing import percentiles, share_of, stream


def test_percentiles_by_hand() -> None:
    assert percentiles([99.0 - n for n in range(100)]) == "p50 50.00 ms, p95 95.00 ms"


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 3.0), (0.95, 4.0), (1.0, 4.0)])
def test_a_share_of_few_by_hand(share: float, value: float) -> None:
    assert share_of([4.0, 1.0, 3.0, 2.0], share) == value


def test_each_question_is_asked_once_and_the_first_do_not_count() -> None:
    asked: list[str] = []
    times = stream(asked.append, ["a", "b", "c"], warm=2)
    assert asked == ["a", "b", "c"]
    assert 0 <= times.p50 == times.p95


def test_a_server_that_ends_is_said_with_its_words(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder", encoding="utf-8")
    with pytest.raises(ServerError, match=r"ended with \d+\n.+"), serving(tmp_path / "data"):
        pass
