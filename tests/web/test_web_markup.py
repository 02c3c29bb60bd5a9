"""Answers and status cards as HTML: what a document says is never markup."""

from __future__ import annotations

import dataclasses
from html.parser import HTMLParser

import pytest
from fake_assistant import (
    DECISION_RECORD,
    MONEY,
    PLAN,
    PLAN_RECORD,
    TWINS,
    FakeAssistant,
)

from assistant.models import Answer, Citation, Evidence, Source
from assistant.web.markup import (
    NOTHING_STALE,
    answer_block,
    citation_attributes,
    escape,
    evidence_attributes,
    paragraphs,
    running_text,
    shorten,
    source_name,
)
from assistant.web.record_card import record_card, tone
from assistant.web.texts import load_texts

VI, EN = load_texts("vi"), load_texts("en")
HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script> ${alert(3)} {{alert}} `x` 'y'"
KNOWN_TAGS = {
    "article", "blockquote", "button", "dd", "details", "div", "dl", "dt", "footer", "h2", "h3", "header", "li", "ol",
    "p", "section", "span", "summary", "ul",
    "desc", "g", "path", "rect", "svg", "text", "title", "tspan",
}  # fmt: skip


class Reader(HTMLParser):
    """Tags, attributes and text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str | None]:
        return [value for _, attribute, value in self.attributes if attribute == name]


def hostile_answer() -> Answer:
    evidence = Evidence(HOSTILE, HOSTILE, 1, HOSTILE, HOSTILE, 0, 5)
    source = Source(HOSTILE, None, HOSTILE, HOSTILE, HOSTILE)
    candidate = dataclasses.replace(TWINS[0], number=HOSTILE, title=HOSTILE, issuer=HOSTILE)
    entry = dataclasses.replace(PLAN_RECORD.timeline[0], actor=HOSTILE, quantities=(HOSTILE,), evidence=evidence)
    relation = dataclasses.replace(PLAN_RECORD.relations[0], name=HOSTILE, relation=HOSTILE, evidence=evidence)
    record = dataclasses.replace(
        PLAN_RECORD, number=HOSTILE, type=HOSTILE, title=HOSTILE, timeline=(entry,), relations=(relation,)
    )
    citation = Citation(1, HOSTILE, HOSTILE, evidence, source)
    return Answer("answered", f"{HOSTILE} [1] [2]", (citation,), "llm", "vi", False, (candidate,), record)


@pytest.mark.parametrize("texts", [VI, EN], ids=["vi", "en"])
def test_hostile_text_stays_text_everywhere(texts: object) -> None:
    answer = hostile_answer()
    assert answer.record is not None
    html = answer_block(answer, VI, record_card(answer.record, VI))
    read = Reader(html)
    assert set(read.tags) <= KNOWN_TAGS
    assert [name for _, name, _ in read.attributes if name.startswith("on")] == []
    assert read.open == []
    assert HOSTILE in read.text
    assert read.values("data-ask")[0] == f"{HOSTILE} ngày 22/01/2019"
    # What Gradio's templates would expand does not occur in the source at all.
    assert "${" not in html and "{{" not in html and "`" not in html


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("\"'", "&quot;&#x27;"),
        ("${x} {{y}} `z`", "&#36;&#123;x&#125; &#123;&#123;y&#125;&#125; &#96;z&#96;"),
        ("Quyết định số 5880/QĐ-UBND", "Quyết định số 5880/QĐ-UBND"),
        (12, "12"),
    ],
    ids=["markup", "quotes", "templates", "vietnamese", "number"],
)
def test_escape(raw: object, safe: str) -> None:
    assert escape(raw) == safe


def test_a_marker_becomes_a_button_that_leads_to_its_sentence() -> None:
    answer = FakeAssistant().ask("kinh phí")
    read = Reader(running_text(answer.text, answer.citations, VI))
    assert read.text == "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh 1."
    assert (read.values("data-document"), read.values("data-page")) == ([PLAN.id], ["1"])
    start, end = int(read.values("data-start")[0] or ""), int(read.values("data-end")[0] or "")
    assert PLAN.pages[0][start:end] == MONEY.quote
    assert read.values("aria-label") == ["Xem trích dẫn 1: Kế hoạch 112/KH-UBND ngày 15/03/2024, trang 1, I. MỤC TIÊU"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Một.\n\nHai.", "<p>Một.</p><p>Hai.</p>"),
        ("Gồm:\n- một <b>\n- hai", '<p>Gồm:</p><ul class="tl-list"><li>một &lt;b&gt;</li><li>hai</li></ul>'),
        ("- một\nHai - ba", '<ul class="tl-list"><li>một</li></ul><p>Hai - ba</p>'),
        ("-5 độ", "<p>-5 độ</p>"),
        ("", ""),
    ],
    ids=["paragraphs", "list", "list first", "minus", "empty"],
)
def test_lines_become_paragraphs_and_lists(text: str, html: str) -> None:
    assert paragraphs(text) == html


def test_sources_are_folded_under_a_status_card() -> None:
    answer = FakeAssistant().ask("112/KH-UBND")
    assert '<details class="tl-sources"><' in answer_block(answer, VI)
    assert '<details class="tl-sources" open><' in answer_block(FakeAssistant().ask("kinh phí"), VI)


def test_a_marker_without_citation_stays_text() -> None:
    assert running_text("Theo [7] và [x].", (), VI) == "<p>Theo [7] và [x].</p>"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (PLAN.source, "Kế hoạch 112/KH-UBND ngày 15/03/2024"),
        (dataclasses.replace(PLAN.source, date=None), "Kế hoạch 112/KH-UBND"),
        (dataclasses.replace(PLAN.source, number=None), "Kế hoạch số hóa hồ sơ lưu trữ"),
        (Source(None, None, None, None, ""), "ke-hoach-112.docx"),
    ],
    ids=["whole", "undated", "unnumbered", "nameless"],
)
def test_a_source_is_named_in_administrative_form(source: Source, name: str) -> None:
    assert source_name(Citation(1, None, None, MONEY, source), VI) == name


def test_an_ambiguous_answer_says_each_choice_once() -> None:
    labels = [twin.label for twin in TWINS]
    text = "\n".join(["Có 2 văn bản mang số này.", *(f"- {label}" for label in labels), "Xin chọn."])
    answer = Answer("ambiguous", text, (), "status", "vi", candidates=TWINS)
    read = Reader(answer_block(answer, VI))
    assert [read.text.count(label) for label in labels] == [1, 1]
    assert "Có 2 văn bản mang số này." in read.text and "Xin chọn." in read.text
    assert read.values("data-ask") == labels


def test_an_unverified_answer_warns() -> None:
    answer = Answer("answered", "Văn bản nêu như vậy.", (), "llm", "vi", verified=False)
    assert VI("chat.not_verified") in Reader(answer_block(answer, VI)).text
    assert VI("chat.not_verified") not in answer_block(dataclasses.replace(answer, verified=True), VI)


def test_the_card_shows_state_timeline_relations_conflicts() -> None:
    read = Reader(record_card(PLAN_RECORD, VI))
    for words in (
        "112/KH-UBND ngày 15/03/2024", "Đã hoàn thành", "12/12/2025 · theo báo cáo ngày 19/12/2025",
        "Các báo cáo nêu khác nhau", "Diễn biến 3", "tính đến 30/06/2025", "Số liệu: 265.000 trang", "Căn cứ vào",
        "Có toàn văn trong kho", "Được nhắc đến 4 lần",
    ):  # fmt: skip
        assert words in read.text
    # Once in the picture of the relations, once in their list.
    assert read.values("data-ask") == ["Quyết định 77/QĐ-UBND ngày 10/01/2024"] * 2


def test_a_record_without_statements_says_so() -> None:
    read = Reader(record_card(DECISION_RECORD, EN))
    assert EN("card.current_none") in read.text
    assert "Full text not in the library" in read.text
    assert EN("card.timeline") not in read.text


def test_a_state_new_to_the_texts_is_shown_by_its_code() -> None:
    entry = dataclasses.replace(PLAN_RECORD.timeline[0], state="brand_new")
    assert "brand_new" in Reader(record_card(dataclasses.replace(PLAN_RECORD, current=entry), VI)).text
    assert tone("brand_new") == "plain"


@pytest.mark.parametrize(
    ("quote", "limit", "short"),
    [("một hai ba", 20, "một hai ba"), ("một  hai\nba", 20, "một hai ba"), ("một hai, ba bốn", 10, "một hai…")],
    ids=["fits", "spaces", "cut between words"],
)
def test_shorten(quote: str, limit: int, short: str) -> None:
    assert shorten(quote, limit) == short


def test_a_quote_that_runs_over_the_page_says_how_much_of_it_is_on_the_next() -> None:
    # "Kinh phí" ends the page, "12,5 tỷ đồng" begins the next one.
    over = dataclasses.replace(MONEY, quote="Kinh phí 12,5 tỷ đồng", start=40, end=48)
    assert 'data-start="40" data-end="48" data-rest="12"' in evidence_attributes(over)
    assert "data-rest" not in evidence_attributes(MONEY)


def test_a_citation_of_what_has_gone_carries_quote_and_name() -> None:
    citation = Citation(1, None, None, MONEY, PLAN.source)
    assert "data-quote" not in citation_attributes(citation, VI, NOTHING_STALE)
    gone = citation_attributes(citation, VI, {1: "gone"})
    assert f'data-stale="gone" data-quote="{MONEY.quote}"' in gone
    assert (
        'data-citation="Kế hoạch số 112/KH-UBND ngày 15/03/2024 của UBND tỉnh Sông Lam, trang 1, mục I. MỤC TIÊU"'
        in gone
    )
