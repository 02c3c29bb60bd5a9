"""A question taken apart: language, intent, numbers, limits, topic; follow-ups filled in."""

from __future__ import annotations

from datetime import date

import pytest
from dialogues import dialogue

from assistant.conversation import stand_alone
from assistant.intents import Intent, intent_of, type_asked, units_asked
from assistant.models import Turn
from assistant.topics import language_of, language_told
from assistant.understand import understand
from ingest.folding import fold_words

INTENTS = [
    ("Kế hoạch 25/KH-UBND triển khai đến đâu rồi?", Intent.STATUS),
    ("Quyết định 7/QĐ-UBND đã hoàn thành chưa?", Intent.STATUS),
    ("What is the status of Plan 25/KH-UBND?", Intent.STATUS),
    ("Quyết định 7/QĐ-UBND về việc gì?", Intent.SUBJECT),
    ("What is Decision 7/QĐ-UBND about?", Intent.SUBJECT),
    ("Quyết định 7/QĐ-UBND ban hành ngày nào?", Intent.WHEN),
    ("When was Decision 7/QĐ-UBND issued?", Intent.WHEN),
    ("Ai ký Quyết định 7/QĐ-UBND?", Intent.SIGNER),
    ("Cơ quan nào ban hành Quyết định 7/QĐ-UBND?", Intent.WHO),
    ("Có bao nhiêu cảm biến đã lắp?", Intent.HOW_MANY),
    ("How many sensors are there?", Intent.HOW_MANY),
    ("Liệt kê các bãi xe", Intent.LIST),
    ("List the car parks", Intent.LIST),
    ("How many car parks are in the list?", Intent.HOW_MANY),
    ("Văn bản nào thay thế Quyết định 7/QĐ-UBND?", Intent.RELATION),
    ("So sánh hai kế hoạch", Intent.COMPARE),
    ("Quyết định 7/QĐ-UBND còn hiệu lực không?", Intent.VALIDITY),
    ("Quyết định 7/QĐ-UBND có hiệu lực từ khi nào?", Intent.EFFECTIVE),
    ("Diễn biến Kế hoạch 25/KH-UBND qua các quý", Intent.TIMELINE),
    ("Vì sao kế hoạch chậm?", Intent.WHY),
    ("bãi xe Bến Thành", Intent.OTHER),
]


@pytest.mark.parametrize(("question", "intent"), INTENTS)
def test_intents(question: str, intent: Intent) -> None:
    assert intent_of(fold_words(question)) is intent
    assert understand(question).intent is intent


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Kế hoạch triển khai đến đâu?", "vi"),
        ("ke hoach 25 trien khai den dau roi", "vi"),
        ("What is the status of plan 25/KĐ-UBND?", "en"),
        ("List the decisions of 12 April 2018", "en"),
        ("815/QĐ-UBND", "vi"),
    ],
    ids=["vietnamese", "without-diacritics", "letters-in-a-number", "english", "only-a-number"],
)
def test_languages(question: str, language: str) -> None:
    assert language_of(question) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [("815/QĐ-UBND", None), ("how far along is 815/QĐ-UBND", "en"), ("815 đến đâu rồi", "vi"), ("Wifi", None)],
)
def test_a_language_is_told_by_words_alone(question: str, language: str | None) -> None:
    assert language_told(question) == language


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("Which plans were issued in 2018?", [2018]),
        ("Liệt kê quyết định 2018", [2018]),
        ("Liệt kê các quyết định năm 2018", [2018]),
        ("Liệt kê các quyết định giai đoạn 2016-2020", []),
        ("What is Decision 45/2016/QĐ-TTg about?", []),
        ("List the decisions of 12 April 2018", []),
        ("Quyết định 2018 về việc gì?", []),
    ],
)
def test_a_bare_year_limits_the_question(question: str, years: list[int]) -> None:
    periods = understand(question).periods
    assert [(period.start, period.end) for period in periods] == [
        (date(year, 1, 1), date(year, 12, 31)) for year in years
    ]


def test_a_quarter_is_not_widened_to_its_year() -> None:
    [period] = understand("List the plans issued in Q1 2018").periods
    assert (period.start, period.end) == (date(2018, 1, 1), date(2018, 3, 31))


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Các kế hoạch nào được ban hành?", "KH"),
        ("Kế hoạch nào triển khai Quyết định 815/QĐ-UBND?", "KH"),
        ("Những kế hoạch triển khai quyết định 815/QĐ-UBND", "KH"),
        ("Which plan implements decision 815/QĐ-UBND?", "KH"),
        ("Liệt kê công văn", "CV"),
        ("How many reports are there?", "BC"),
        ("Kế hoạch 25/KH-UBND về việc gì?", None),
    ],
)
def test_the_type_that_is_asked_for(question: str, code: str | None) -> None:
    assert type_asked(fold_words(question)) == code


def test_what_is_counted() -> None:
    assert units_asked(fold_words("Có bao nhiêu bãi xe và mấy cảm biến?")) == ("bai xe", "cam bien")
    assert units_asked(fold_words("Hết bao nhiêu tiền?")) == ()


def test_the_parts_of_a_question() -> None:
    asked = understand("Kế hoạch số 25/KH-UBND ngày 22/4/2019 của Sở Y tế có kinh phí bao nhiêu trong quý II năm 2019?")
    assert [(mention.canonical, mention.date) for mention in asked.mentions] == [("25/KH-UBND", date(2019, 4, 22))]
    assert [(period.start, period.end) for period in asked.periods] == [(date(2019, 4, 1), date(2019, 6, 30))]
    assert asked.issuers == ("Sở Y tế",)
    assert asked.money
    assert "kinh" in asked.topic
    assert not {"25", "2019", "bao", "nhieu"} & set(asked.topic)


def test_an_english_quarter() -> None:
    asked = understand("How many sensors were there in Q2 2019?")
    assert [(period.start, period.end) for period in asked.periods] == [(date(2019, 4, 1), date(2019, 6, 30))]


def test_a_series_without_a_number() -> None:
    assert understand("Liệt kê văn bản ký hiệu KH-SYT").series == ("KH", "SYT")
    assert understand("Văn bản 25/KH-SYT nói gì?").series is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("Có bao nhiêu bãi xe thông minh?", ("bai", "xe", "thong", "minh")),
        ("co bao nhieu bai xe thong minh", ("bai", "xe", "thong", "minh")),
        ("là gì?", ()),
    ],
)
def test_topics(question: str, topic: tuple[str, ...]) -> None:
    assert understand(question).topic == topic


@pytest.mark.parametrize(
    ("history", "question", "holds", "lacks"),
    [
        (dialogue("Quyết định 7/QĐ-UBND về việc gì?", "…"), "Nó ban hành ngày nào?", "7/QĐ-UBND", None),
        (dialogue("Quyết định 7/QĐ-UBND về việc gì?", "…"), "Thế còn 8/QĐ-UBND?", "8/QĐ-UBND về việc gì", "7/QĐ"),
        (dialogue("Quyết định 77/QĐ-UBND về việc gì?", "…"), "Thế còn 88?", "88/QĐ-UBND về việc gì", "77/QĐ"),
        (
            dialogue("Kế hoạch 29/KH-UBND đến đâu rồi?", "Có 2 văn bản …"),
            "Kế hoạch số 29/KH-UBND ngày 03/05/2019",
            "Kế hoạch 29/KH-UBND ngày 03/05/2019 đến đâu rồi?",
            "Kế hoạch Kế hoạch",
        ),
        (dialogue("Quyết định 7/QĐ-UBND đến đâu rồi?", "…"), "Còn kinh phí thì sao?", "kinh phí", "đến đâu"),
        (
            dialogue("Kế hoạch nào triển khai Quyết định 7/QĐ-UBND?", "- 7/QĐ-UBND triển khai bằng 9/KH-UBND"),
            "Kế hoạch đó ai chủ trì?",
            "9/KH-UBND",
            "7/QĐ",
        ),
        (dialogue("Quyết định 7/QĐ-UBND về việc gì?", "…"), "Quyết định 8/QĐ-UBND ai ký?", "8/QĐ-UBND", "7/QĐ"),
        ([], "Nó ban hành ngày nào?", "Nó ban hành ngày nào?", "—"),
        (
            dialogue("Quyết định 7/QĐ-UBND về việc gì?", "…"),
            "Thành phố có tất cả bao nhiêu bãi xe đã lắp cảm biến trong năm qua?",
            "bãi xe",
            "7/QĐ",
        ),
    ],
    ids=[
        "pronoun",
        "substitute",
        "substitute-bare",
        "choice-of-several",
        "money",
        "document-of-the-answer",
        "own-number",
        "no-history",
        "stands-alone",
    ],
)
def test_follow_ups(history: list[Turn], question: str, holds: str, lacks: str | None) -> None:
    standalone = stand_alone(question, history)
    assert holds in standalone
    if lacks:
        assert lacks not in standalone
