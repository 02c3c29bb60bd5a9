"""The first meeting is not the second: a sentence on another turn answers no question."""

from __future__ import annotations

import pytest

from assistant.service import Assistant
from vectorstore.library import Library

REPORT = (
    "ỦY BAN NHÂN DÂN TỈNH SÔNG LAM\nSố: 35/BC-UBND\nSông Lam, ngày 10 tháng 01 năm 2019\n\nBÁO CÁO\n"
    "Về hoạt động của Hội đồng tư vấn\n\n"
    "Hội đồng tư vấn đã họp phiên đầu tiên ngày 18/10/2018 tại Sở Xây dựng.\n\n"
    "Việc kiểm tra lần thứ ba hoàn thành ngày 20/12/2018.\n"
)


@pytest.fixture(scope="module")
def troly(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("turns")
    (folder / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    library = Library(folder / "data")
    library.ingest([folder / "bao-cao.txt"])
    return Assistant(library)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Hội đồng tư vấn họp phiên đầu tiên ngày nào?", "18/10/2018"),
        ("Hội đồng tư vấn họp phiên thứ nhất ngày nào?", "18/10/2018"),
        ("hoi dong tu van hop phien thu 1 ngay nao", "18/10/2018"),
        ("Kiểm tra lần thứ 3 hoàn thành ngày nào?", "20/12/2018"),
    ],
)
def test_the_same_turn_answers(troly: Assistant, question: str, told: str) -> None:
    assert told in troly.ask(question).text


@pytest.mark.parametrize(
    "question",
    [
        "Hội đồng tư vấn họp phiên thứ hai ngày nào?",
        "hoi dong tu van hop phien thu 2 ngay nao",
        "Hội đồng tư vấn họp phiên cuối cùng ngày nào?",
        "Kiểm tra lần thứ tư hoàn thành ngày nào?",
    ],
)
def test_another_turn_does_not(troly: Assistant, question: str) -> None:
    answer = troly.ask(question)
    assert answer.outcome == "not_found"
    assert "18/10/2018" not in answer.text and "20/12/2018" not in answer.text
