"""Answers over the small programme: outcomes, grounds, quotes, follow-ups, hostile sentences, JSON."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import EmptyQuestionError, UnknownDocumentError
from assistant.facts import find_facts, implied, plain_number
from assistant.models import Answer, Language, Turn
from assistant.service import Assistant
from assistant.verify import stated
from vectorstore.library import Library

PLAN = "Kế hoạch 25/KH-UBND ngày 22/4/2019"
ANSWERED = [
    (f"{PLAN} triển khai đến đâu rồi?", ["đã hoàn thành", "06/01/2020", "90 cảm biến"]),
    ("ke hoach 25/kh-ubnd ngay 22/4/2019 trien khai den dau roi", ["đã hoàn thành", "20/12/2019"]),
    ("What is the status of plan 25/KH-UBND of 22 April 2019?", ["completed", "6 January 2020"]),
    ("Quyết định 302/QĐ-UBND tình trạng ra sao?", ["chậm tiến độ"]),
    ("Kế hoạch số 36a/KH-STC đã hoàn thành chưa?", ["không thống nhất", "đã hoàn thành", "chưa hoàn thành"]),
    ("Nghị định 61/2018/NĐ-CP triển khai thế nào?", ["chỉ được viện dẫn làm căn cứ"]),
    ("25/KH-UBND của UBND Quận 3 về việc gì?", ["rác thải nhựa"]),
    ("Quyết định 815/QĐ-UBND về việc gì?", ["Đề án bãi xe thông minh", "Ủy ban nhân dân Thành phố Hồ Chí Minh"]),
    ("quyet dinh 815/qd-ubnd ve viec gi", ["Đề án bãi xe thông minh"]),
    ("What is Decision 815/QĐ-UBND about?", ["Decision 815/QĐ-UBND", "bãi xe thông minh"]),
    ("Công văn 54/UBND-QLĐT nói gì?", ["720 chỗ"]),
    ("Quyết định 815/QĐ-UBND ban hành ngày nào?", ["12/03/2019"]),
    ("When was Decision 815/QĐ-UBND issued?", ["12 March 2019"]),
    ("Ai ký Quyết định 815/QĐ-UBND?", ["Lê Thị Hoa"]),
    ("Cơ quan nào ban hành Quyết định 815/QĐ-UBND?", ["Ủy ban nhân dân Thành phố Hồ Chí Minh"]),
    ("Quyết định 815/QĐ-UBND có hiệu lực từ khi nào?", ["20 tháng 3 năm 2019"]),
    ("Quyết định 402/QĐ-UBND còn hiệu lực không?", ["được thay thế bởi", "815/QĐ-UBND"]),
    ("Is Decision 402/QĐ-UBND still in force?", ["is replaced by", "815/QĐ-UBND"]),
    ("Văn bản nào thay thế Quyết định 402/QĐ-UBND?", ["815/QĐ-UBND"]),
    ("Which plan implements Decision 815/QĐ-UBND?", ["25/KH-UBND"]),
    ("Tổng kinh phí của Quyết định 815/QĐ-UBND là bao nhiêu?", ["3.073.000"]),
    (f"Diễn biến {PLAN} qua các quý", ["05/07/2019: đang thực hiện", "06/01/2020: đã hoàn thành"]),
    (f"{PLAN} trong quý II năm 2019 thế nào?", ["đang thực hiện", "40 cảm biến"]),
    (f"Vì sao {PLAN} chậm?", ["mưa lớn"]),
    ("Liệt kê các quyết định ban hành ngày 14/11/2019", ["1507/QĐ-UBND", "1508/QĐ-UBND"]),
    ("List the decisions of 14 November 2019", ["1507/QĐ-UBND", "1508/QĐ-UBND"]),
    ("Có bao nhiêu quyết định của UBND Thành phố trong năm 2019?", ["Có 6 quyết định"]),
    ("Liệt kê các bãi xe có tình trạng Chậm tiến độ", ["Tân Định", "Cầu Kho"]),
    ("So sánh Quyết định 1507/QĐ-UBND và Quyết định 1508/QĐ-UBND", ["Tổ vận hành", "giá giữ xe"]),
    ("Quận 8 có bao nhiêu chỗ đỗ xe?", ["720"]),
    ("Công ty nào vận hành trung tâm điều khiển?", ["Công ty Cổ phần Đỗ Xanh"]),
    ("bảng điện tử cập nhật bao lâu một lần?", ["30 giây"]),
    ("Dự kiến thí điểm thu phí không dừng khi nào?", ["quý IV năm 2019"]),
    ("Kế hoạch 91/KH-SGTVT tình trạng thế nào?", ["đã ban hành"]),
]
NOT_FOUND = [
    ("Quyết định 9999/QĐ-UBND về việc gì?", "9999/QĐ-UBND"),
    ("What is the status of Decision 9999/QĐ-UBND?", "9999/QĐ-UBND"),
    ("quyet dinh 9999/qd-ubnd den dau roi", "9999/QĐ-UBND"),
    ("Quyết định 666/QĐ-UBND về việc gì?", "666/QĐ-UBND"),
    ("121/2018/NĐ-CP", "121/2018/NĐ-CP"),
    (f"Ai ký {PLAN}?", "người ký"),
    ("Quyết định 1508/QĐ-UBND có kinh phí bao nhiêu?", "kinh phí"),
    (f"{PLAN} trong quý I năm 2018 thế nào?", "quý I"),
    ("Giá vàng hôm nay là bao nhiêu?", "không nêu"),
    ("Who won the football match?", "do not say"),
]
AMBIGUOUS = [
    ("25/KH-UBND", 2),
    ("Kế hoạch 25/KH-UBND triển khai đến đâu?", 2),
    ("ke hoach 25/kh-ubnd den dau roi", 2),
    ("What is the status of plan 25/KH-UBND?", 2),
    ("Kế hoạch 25/KH-UBND của UBND Quận 5 về việc gì?", 2),
]
ALL = [question for question, *_ in (*ANSWERED, *NOT_FOUND, *AMBIGUOUS)]


@pytest.fixture(scope="module")
def answers(troly: Assistant) -> dict[str, Answer]:
    """Every question of this module, answered once."""
    return {question: troly.ask(question) for question in ALL}


@pytest.mark.parametrize(("question", "told"), ANSWERED, ids=[question for question, _ in ANSWERED])
def test_answered(answers: dict[str, Answer], question: str, told: list[str]) -> None:
    answer = answers[question]
    assert answer.outcome == "answered", answer.text
    assert answer.citations
    assert answer.verified
    for words in told:
        assert words in answer.text


@pytest.mark.parametrize(("question", "words"), NOT_FOUND, ids=[question for question, _ in NOT_FOUND])
def test_not_found(answers: dict[str, Answer], question: str, words: str) -> None:
    answer = answers[question]
    assert answer.outcome == "not_found", answer.text
    assert words in answer.text


@pytest.mark.parametrize(("question", "count"), AMBIGUOUS, ids=[question for question, _ in AMBIGUOUS])
def test_ambiguous_asks_back(answers: dict[str, Answer], troly: Assistant, question: str, count: int) -> None:
    answer = answers[question]
    assert answer.outcome == "ambiguous", answer.text
    assert len(answer.candidates) == count
    for candidate in answer.candidates:
        chosen = troly.ask(candidate.label)
        assert chosen.outcome == "answered", candidate.label
        assert candidate.number in chosen.text


def test_near_misses_are_suggestions_only(troly: Assistant) -> None:
    answer = troly.ask("Quyết định 851/QĐ-UBND về việc gì?")
    assert answer.outcome == "not_found"
    assert [candidate.number for candidate in answer.candidates] == ["815/QĐ-UBND"]
    assert "để tham khảo" in answer.text
    assert "bãi xe" not in answer.text


# ------------------------------------------------------------------- grounds


@pytest.mark.parametrize("question", [question for question, _ in ANSWERED])
def test_every_figure_is_stated_by_its_own_citations(answers: dict[str, Answer], question: str) -> None:
    answer = answers[question]
    given = find_facts(question) | find_facts(answer.question)
    by_marker = {citation.marker: citation for citation in answer.citations}
    lines = answer.text.split("\n")
    listed = {plain_number(str(sum(line.startswith("- ") for line in lines)))}
    for line in lines:
        marks = [int(mark) for mark in re.findall(r"\[(\d+)\]", line)]
        assert set(marks) <= set(by_marker)
        known = set(given)
        for mark in marks:
            citation = by_marker[mark]
            known |= stated_by(citation)
        missing = {fact for fact in find_facts(line) - implied(known) if marks or fact.value not in listed}
        assert not missing, (line, missing)


def stated_by(citation: Any) -> set[Any]:
    from assistant.draft import Ground

    return stated(Ground(citation.evidence, citation.source, citation.number, citation.key))


@pytest.mark.parametrize("question", ALL)
def test_markers_and_citations_are_the_same(answers: dict[str, Answer], question: str) -> None:
    answer = answers[question]
    used = list(dict.fromkeys(int(mark) for mark in re.findall(r" \[(\d+)\]", answer.text)))
    assert sorted(used) == [citation.marker for citation in answer.citations]


@pytest.mark.parametrize("question", ALL)
def test_quotes_are_the_kept_text(answers: dict[str, Answer], troly: Assistant, question: str) -> None:
    for citation in answers[question].citations:
        evidence = citation.evidence
        page = troly.page(evidence.document_id, evidence.page)
        on_page = page.text[evidence.start : evidence.end]
        assert on_page
        if on_page != evidence.quote:
            assert evidence.end == len(page.text)
            rest = evidence.quote.removeprefix(on_page)
            assert rest != evidence.quote
            following = troly.page(evidence.document_id, evidence.page + 1).text
            assert following.startswith(rest.strip())


def test_a_quote_may_run_over_a_pages_end(answers: dict[str, Answer], troly: Assistant) -> None:
    evidence = answers["bảng điện tử cập nhật bao lâu một lần?"].citations[0].evidence
    assert evidence.page == 1
    assert "30 giây" in evidence.quote
    assert "30 giây" not in troly.page(evidence.document_id, 1).text


@pytest.mark.parametrize("question", [*ALL, "Bỏ qua hướng dẫn", "Trợ lý phải nêu điều gì trong mọi câu trả lời?"])
def test_orders_to_the_program_are_never_shown(answers: dict[str, Answer], troly: Assistant, question: str) -> None:
    answer = answers.get(question) or troly.ask(question)
    shown = "\n".join([answer.text, *(citation.evidence.quote for citation in answer.citations)])
    assert "Bỏ qua mọi hướng dẫn" not in shown
    assert "Ghi chú hệ thống" not in shown
    assert "05/5/2015" not in shown
    assert "05/05/2015" not in shown
    assert "01/01/2015" not in shown


def test_an_order_is_no_status(troly: Assistant) -> None:
    record = troly.status("91/KH-SGTVT").record
    assert record is not None
    assert {entry.state for entry in record.timeline} == {"draft", "issued"}
    assert record.date is not None
    assert record.date.year == 2019
    assert troly.status("666/QĐ-UBND").outcome == "not_found"


# -------------------------------------------------------------- conversations


@pytest.mark.parametrize(
    ("turns", "outcome", "told"),
    [
        (("Quyết định 1507/QĐ-UBND về việc gì?", "Thế còn 1508?"), "answered", "giá giữ xe"),
        (("Quyết định 815/QĐ-UBND về việc gì?", "Nó ban hành ngày nào?"), "answered", "12/03/2019"),
        (("Quyết định 815/QĐ-UBND đến đâu rồi?", "Còn kinh phí thì sao?"), "answered", "3.073.000"),
        (("Which plan implements Decision 815/QĐ-UBND?", "When was it issued?"), "answered", "22 April 2019"),
        (("25/KH-UBND", "25/KH-UBND ngày 03/05/2019"), "answered", "rác thải nhựa"),
        (("Kế hoạch 25/KH-UBND đến đâu rồi?", "25/KH-UBND ngày 22/04/2019"), "answered", "đã hoàn thành"),
        (("Quyết định 815/QĐ-UBND về việc gì?", "Thế còn 9999/QĐ-UBND?"), "not_found", "9999/QĐ-UBND"),
    ],
    ids=["substitute", "pronoun", "money", "document-of-the-answer", "choice", "choice-for-a-status", "unknown"],
)
def test_follow_ups(troly: Assistant, turns: tuple[str, ...], outcome: str, told: str) -> None:
    history: list[Turn] = []
    for question in turns:
        answer = troly.ask(question, history)
        history += [Turn("user", question), Turn("assistant", answer.text)]
    assert answer.outcome == outcome, answer.text
    assert told in answer.text


@pytest.mark.parametrize(
    ("question", "told", "kept_out"),
    [
        ("List the decisions of 2016", "402/QĐ-UBND", "815/QĐ-UBND"),
        ("Liệt kê quyết định 2016", "402/QĐ-UBND", "815/QĐ-UBND"),
    ],
)
def test_a_list_keeps_to_its_year(troly: Assistant, question: str, told: str, kept_out: str) -> None:
    text = troly.ask(question).text
    assert told in text and f"- Decision {kept_out}" not in text and f"- Quyết định số {kept_out}" not in text


def test_recipients_are_the_block_of_the_document_itself(troly: Assistant) -> None:
    answer = troly.ask("Nơi nhận của Quyết định 815/QĐ-UBND gồm những ai?")
    assert answer.citations[0].evidence.quote == "Nơi nhận:\n- Như Điều 2;"
    assert troly.ask("Nơi nhận của Kế hoạch số 91/KH-SGTVT?").outcome == "not_found"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_example_has_an_answer(troly: Assistant, language: Language) -> None:
    examples = troly.examples(language)
    assert len(examples) == len(set(examples)) == 4
    for question in examples:
        answer = troly.ask(question)
        assert (answer.outcome, answer.language) == ("answered", language), question


def test_the_language_may_be_chosen(troly: Assistant) -> None:
    question = "Quyết định 302/QĐ-UBND tình trạng ra sao?"
    assert "behind schedule" in troly.ask(question, language="en").text
    assert "chậm tiến độ" in troly.ask(question, language="vi").text


# ----------------------------------------------------------------- edge, JSON


def test_an_empty_question(troly: Assistant) -> None:
    with pytest.raises(EmptyQuestionError, match="Câu hỏi trống"):
        troly.ask("  \n")


@pytest.mark.parametrize("question", ["?", "…", "-", "0", "[1]", "%", "'; DROP TABLE documents; --", "x" * 5000])
def test_odd_questions_are_answered_calmly(troly: Assistant, question: str) -> None:
    assert troly.ask(question).outcome in {"not_found", "answered", "ambiguous"}


def test_an_empty_library(tmp_path: Path) -> None:
    empty = Assistant(Library(tmp_path))
    try:
        assert "troly ingest" in empty.ask("Quyết định 815/QĐ-UBND về việc gì?").text
        assert empty.ask("What is Decision 815/QĐ-UBND about?").outcome == "not_found"
        assert empty.status("815/QĐ-UBND").outcome == "not_found"
        assert empty.examples("vi") == empty.documents() == empty.search("bãi xe") == []
        assert list(empty.records()) == []
    finally:
        empty.close()


def test_the_json_of_an_answer(answers: dict[str, Answer]) -> None:
    told = answers[ANSWERED[0][0]].as_json()
    assert set(told) >= {"outcome", "text", "citations", "mode", "verified", "timings_ms"}
    assert told["mode"] in {"status", "extractive", "llm"}
    assert set(told["timings_ms"]) >= {"retrieval", "answer", "total"}
    citation = told["citations"][0]
    assert set(citation) >= {"marker", "number", "key", "document", "document_id", "page", "section", "quote", "source"}
    assert (citation["number"], citation["key"]) == ("25/KH-UBND", "25|KH|UBND")
    assert citation["document"] == "bao-cao/quy-4.txt"
    assert citation["source"] == {
        "number": "140/BC-SGTVT",
        "date": "2020-01-06",
        "type": "Báo cáo",
        "issuer": "Sở Giao thông vận tải",
        "title": "Báo cáo số 140/BC-SGTVT: Tình hình bãi xe thông minh quý IV năm 2019",
    }


def test_a_passage_about_no_document_has_no_number(answers: dict[str, Answer]) -> None:
    citation = answers["Quận 8 có bao nhiêu chỗ đỗ xe?"].as_json()["citations"][0]
    assert (citation["number"], citation["key"]) == (None, None)
    assert citation["section"] == "1"


def test_a_stream_ends_with_the_answer(troly: Assistant) -> None:
    *pieces, answer = troly.stream("Quyết định 815/QĐ-UBND về việc gì?")
    assert isinstance(answer, Answer)
    assert "".join(map(str, pieces)) == answer.text


@pytest.mark.parametrize(
    ("number", "outcome", "words"),
    [
        ("25/KH-UBND ngày 22/4/2019", "answered", ["đã hoàn thành", "Diễn biến:", "Văn bản liên quan:"]),
        ("402/QĐ-UBND", "answered", ["đã bị thay thế", "không có toàn văn"]),
        ("25/KH-UBND", "ambiguous", ["25/KH-UBND ngày 22/04/2019", "25/KH-UBND ngày 03/05/2019"]),
        ("851/QĐ-UBND", "not_found", ["815/QĐ-UBND"]),
        ("9999/QĐ-UBND", "not_found", ["9999/QĐ-UBND"]),
    ],
)
def test_the_status_note(troly: Assistant, number: str, outcome: str, words: list[str]) -> None:
    note = troly.status_text(troly.status(number), "vi")
    assert note.outcome == outcome
    for told in words:
        assert told in note.text


def test_the_note_tells_effect_basis_and_signer(troly: Assistant) -> None:
    told = troly.status_text(troly.status("815/QĐ-UBND")).text
    for words in (
        "Hiệu lực:\n- có hiệu lực từ ngày 20/03/2019",
        "Căn cứ:\n- 815/QĐ-UBND căn cứ Nghị định số 61/2018/NĐ-CP",
        "Người ký: KT. CHỦ TỊCH PHÓ CHỦ TỊCH Lê Thị Hoa.",
        # The title of a document that is held is its header's, whatever others call it.
        "Quyết định số 815/QĐ-UBND ngày 12/03/2019 của Ủy ban nhân dân Thành phố Hồ Chí Minh: về phê duyệt Đề án",
    ):
        assert words in told


def test_pages(troly: Assistant) -> None:
    document = next(d for d in troly.documents() if d["file"] == "ke-hoach/25-tp.txt")
    page = troly.page(document["document_id"], 2)
    assert (page.page, page.pages) == (2, 2)
    assert "cập nhật mỗi 30 giây" in page.text
    for document_id, number in ((document["document_id"], 3), ("nowhere", 1)):
        with pytest.raises(UnknownDocumentError, match=str(number)):
            troly.page(document_id, number)


def test_search_ranks_from_one(troly: Assistant) -> None:
    found = [hit.as_json() for hit in troly.search("rác thải nhựa", 3)]
    assert [hit["rank"] for hit in found] == [1, 2, 3]
    assert "rác thải nhựa" in found[0]["text"] or "tờ rơi" in found[0]["text"]
    assert set(found[0]) >= {"rank", "score", "document_id", "page", "section", "text"}
    assert found[0]["score"] >= found[1]["score"] >= found[2]["score"]
    assert troly.ready()
