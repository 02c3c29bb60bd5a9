"""Superlatives of a question, and what they compare."""

from __future__ import annotations

import pytest

from assistant.extremes import asked_extreme
from ingest.folding import fold_words


@pytest.mark.parametrize(
    ("question", "days", "greatest"),
    [
        pytest.param("Đề án nào có thời hạn muộn nhất?", True, True, id="latest"),
        pytest.param("Nhiệm vụ nào phải hoàn thành đầu tiên?", True, False, id="first to be done"),
        pytest.param("Dự án nào có tổng mức đầu tư lớn nhất?", False, True, id="largest"),
        pytest.param("du an nao co kinh phi thap nhat", False, False, id="lowest, without diacritics"),
        pytest.param("Which project has the earliest deadline?", True, False, id="English"),
    ],
)
def test_superlatives(question: str, days: bool, greatest: bool) -> None:
    extreme = asked_extreme(fold_words(question))
    assert extreme is not None
    assert (extreme.days, extreme.greatest) == (days, greatest)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Báo cáo mới nhất nói gì?", id="the newest report"),
        pytest.param("Chậm nhất là ngày nào phải báo cáo?", id="no later than"),
        pytest.param("Ai là người đầu tiên đề xuất?", id="a first person"),
        pytest.param("Đợt kiểm tra thứ nhất khi nào?", id="an ordinal"),
    ],
)
def test_no_superlatives(question: str) -> None:
    assert asked_extreme(fold_words(question)) is None
