"""Every figure of a line stands in the line's own evidence, in the question, or is a count; else the line goes."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.draft import Ground, Line, assemble
from assistant.facts import Fact, find_facts, plain_number
from assistant.verify import verify
from vectorstore.models import Evidence, Source


def ground(quote: str, page: int = 1, document: str = "báo-cáo.txt", **source: object) -> Ground:
    header = Source(None, None, None, None, "Báo cáo") if not source else Source(**source)  # type: ignore[arg-type]
    return Ground(Evidence(document, "d1", page, "", quote, 0, len(quote)), header)


def kept(*lines: Line, question: str = "", history: str = "") -> list[str]:
    return [line.text for line in verify(lines, question, history).lines]


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("3,073,000 đồng", "tổng vốn 3.073.000 đồng"),
        ("446.8 tỷ", "446,8 tỷ đồng"),
        ("ngày 14/3/2018", "ngày 14 tháng 3 năm 2018"),
        ("14 March 2018", "ngày 14 tháng 3 năm 2018"),
        ("trong tháng 3/2018", "ngày 14 tháng 3 năm 2018"),
        ("năm 2018", "ngày 14/03/2018"),
        ("Quyết định 7/QĐ-UBND", "theo Quyết định số 07/QĐ-UBND"),
        ("7 trạm", "07 trạm"),
        ("45/60 trạm", "đạt 45/60 trạm"),
        ("không có số nào", "không có số nào"),
    ],
)
def test_two_spellings_of_one_thing(said: str, quote: str) -> None:
    assert kept(Line(said, (ground(quote),))) == [said]


@pytest.mark.parametrize(
    ("said", "quote"),
    [
        ("91 trạm", "90 trạm"),
        ("ngày 15/3/2018", "ngày 14/3/2018"),
        ("ngày 14/4/2018", "ngày 14/3/2018, tháng 4 năm 2018"),
        ("tháng 4/2018", "ngày 14/3/2018"),
        ("Quyết định 8/QĐ-UBND", "Quyết định số 7/QĐ-UBND và 8 trạm"),
        ("Kế hoạch 7/KH-UBND", "Quyết định số 7/QĐ-UBND"),
        ("21/2021/NĐ-CP", "Nghị định số 121/2021/NĐ-CP"),
        ("82,5%", "82,6%"),
        ("3.073 đồng", "3.073.000 đồng"),
    ],
)
def test_what_the_evidence_does_not_state_goes(said: str, quote: str) -> None:
    checked = verify([Line(said, (ground(quote),))], "")
    assert checked.lines == ()
    assert [line.text for line in checked.removed] == [said]
    assert not checked.holds


def test_another_lines_evidence_does_not_help() -> None:
    lines = [Line("lắp 40 trạm", (ground("lắp 40 trạm"),)), Line("và 90 trạm", (ground("chỉ có 40 trạm"),))]
    more = Line("đạt 90 trạm", (ground("đạt 90 trạm", page=2),))
    assert kept(*lines, more) == ["lắp 40 trạm", "đạt 90 trạm"]


def test_the_question_and_the_conversation_are_given() -> None:
    line = Line("Quyết định 12/QĐ-UBND ngày 01/02/2019: hoàn thành", (ground("đã hoàn thành"),))
    assert kept(line) == []
    assert kept(line, question="12/QĐ-UBND ngày 1/2/2019 sao rồi?") == [line.text]
    assert kept(line, question="sao rồi?", history="Quyết định 12/QĐ-UBND ngày 1 tháng 2 năm 2019") == [line.text]


def test_the_header_of_the_citing_document_is_stated() -> None:
    source = {
        "number": "77/BC-SYT",
        "date": date(2019, 7, 5),
        "type": "Báo cáo",
        "issuer": "Ủy ban nhân dân Quận 8",
        "title": "Báo cáo quý II năm 2019",
    }
    line = Line(
        "đang làm (Báo cáo số 77/BC-SYT ngày 05/07/2019 của Quận 8, trang 3)", (ground("đang làm", page=3, **source),)
    )
    assert kept(line) == [line.text]


def test_a_count_of_the_list_is_free_and_nothing_else_is() -> None:
    head = Line("Có 3 văn bản:", free=frozenset({"3"}))
    assert kept(head, Line("- một", (ground("một"),))) == ["Có 3 văn bản:", "- một"]
    assert kept(Line("Có 3 văn bản, 5 trang:", free=frozenset({"3"}))) == []


def test_an_answer_without_evidence_does_not_hold() -> None:
    assert not verify([Line("Có 3 văn bản:", free=frozenset({"3"}))], "").holds
    assert not verify([], "").holds
    assert verify([Line("đúng", (ground("đúng"),))], "").holds


def test_markers_are_no_figures_and_follow_the_order_of_use() -> None:
    first, second = ground("một"), ground("hai", page=2)
    text, citations = assemble([Line("a", (second,)), Line("b", (first, second)), Line("c")])
    assert text == "a [1]\nb [2] [1]\nc"
    assert [(c.marker, c.evidence.quote) for c in citations] == [(1, "hai"), (2, "một")]
    assert find_facts("xong [12]") == set()


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("3.073.000", "3073000"),
        ("3,073,000", "3073000"),
        ("1.234.567,89", "1234567.89"),
        ("446,8", "446.8"),
        ("446.80", "446.8"),
        ("007", "7"),
        ("0", "0"),
        ("100", "100"),
        ("10.000", "10000"),
    ],
)
def test_plain_numbers(written: str, plain: str) -> None:
    assert plain_number(written) == plain


def test_a_document_number_is_one_fact() -> None:
    assert find_facts("Quyết định số 21/2021/NĐ-CP ngày 05/01/2021 có 5 điều") == {
        Fact("document", "21|2021|ND|CP"),
        Fact("date", "2021-01-05"),
        Fact("number", "5"),
    }
