"""The rows of tables that a question asks for: by their cells, by number or day, the whole table, the first or last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from assistant.extremes import asked_extreme, extreme_rows
from assistant.found_sentences import FoundSentence, is_row
from assistant.intents import Intent
from assistant.understand import Understanding
from ingest.dates import find_dates
from ingest.folding import fold_words
from prompts import sentences
from vectorstore.passages import Passages

_TASKS = re.compile(
    r"(?<!\w)(?:van ban|ke hoach|quyet dinh|nhiem vu|de an|du an|chuong trinh|plans?|decisions?|documents?"
    r"|tasks?)(?!\w)"
)
_ROW_NUMBER = re.compile(
    r" (?:(?:dong|hang|stt|row|(?<!danh )muc)(?: so| thu)?|(?:de an|du an|nhiem vu|noi dung|task|item)(?: so| thu| no))"
    r" (\d{1,3}) "
)
_ROWS = frozenset(["muc", "dong", "hang", "rows", "row", "items"])
_WHOLE_TABLE = re.compile(r"(?<!\w)(?:danh muc|phu luc|bang|table|annex)(?!\w)")
_LEAST_TOLD = 2
"""Words of the question's topic that the cells must share with it: a year alone selects no rows."""
_STATES = {fold_words(name) for name in sentences("vi")["state"].values()} | {
    "cham tien do",
    "chua trien khai",
    "dang trien khai",
    "hoan thanh",
    "chua hoan thanh",
    "da hoan tat",
    "tam hoan",
}


def rows_asked(asked: Understanding, passages: Sequence[Passages]) -> list[FoundSentence]:
    """The table rows of some documents whose cells the question names (`tình trạng Chậm tiến độ`)."""
    question = f" {fold_words(asked.question)} "
    extreme = asked_extreme(question)
    rows = [
        FoundSentence(document, sentence, about=True)
        for document in passages
        for sentence in document.sentences
        if is_row(sentence.of(document.text))
    ]
    if extreme:
        return extreme_rows(question.strip(), extreme, rows)
    numbered = _ROW_NUMBER.search(question)
    if numbered:
        return [row for row in rows if _cells(row)[0].lstrip("0") == numbered.group(1).lstrip("0")]
    if asked.intent is Intent.HOW_MANY and not any(_TASKS.match(unit) or unit in _ROWS for unit in asked.units):
        return []
    if asked.days:
        return [row for row in rows if _has_day(row, asked.days)]
    named = {cell for row in rows for cell in _cells(row)[1:] if len(cell.split()) > 1 and f" {cell} " in question}
    told = {word for cell in named for word in cell.split()} & set(asked.topic)
    if len(told) < _LEAST_TOLD and not named & _STATES:
        return []
    return [row for row in rows if named <= set(_cells(row))]


def asks_for_rows(asked: Understanding) -> bool:
    """Whether a question asks for rows of a table: a list or count of them, or one by its number."""
    folded = fold_words(asked.question)
    counted = asked.intent in {Intent.LIST, Intent.HOW_MANY} and not asked.money
    return counted or asked_extreme(folded) is not None or _ROW_NUMBER.search(f" {folded} ") is not None


def whole_table(asked: Understanding, document: Passages) -> list[FoundSentence]:
    """All rows of a document's tables, where a question asks to list them."""
    if asked.intent is not Intent.LIST or not _WHOLE_TABLE.search(fold_words(asked.question)):
        return []
    rows = (FoundSentence(document, sentence, about=True) for sentence in document.sentences)
    return [row for row in rows if is_row(row.text)]


def _has_day(row: FoundSentence, days: Sequence[date]) -> bool:
    return any(mention.date in days for cell in row.text.split(" | ") for mention in find_dates(cell))


def _cells(row: FoundSentence) -> list[str]:
    return [fold_words(cell) for cell in row.text.split(" | ")]
