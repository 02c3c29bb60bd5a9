"""How documents, dates and quotes are written for a person, in either language."""

from __future__ import annotations

from datetime import date

from assistant.draft import Ground
from assistant.models import Candidate, Language, Record
from ingest.dates import find_dates
from prompts import label, say

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LONGEST_QUOTE = 900
_LONGEST_TITLE = 70


def day(value: date, language: Language) -> str:
    """`09/11/2016`, or `9 November 2016`."""
    if language == "en":
        return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
    return f"{value:%d/%m/%Y}"


def document_name(
    language: Language,
    number: str | None,
    kind: str | None,
    dated: date | None = None,
    issuer: str | None = None,
) -> str:
    """`Quyết định số 5880/QĐ-UBND ngày 09/11/2016 của Ủy ban nhân dân …`: what is unknown is left out."""
    type_word = label(language, "type", kind) if kind else say(language, "answer.documents_word").capitalize()
    name = say(language, "document.numbered", type=type_word, number=number) if number else type_word
    if dated:
        name += say(language, "document.dated", date=day(dated, language))
    if issuer:
        name += say(language, "document.by", issuer=issuer)
    return name


def record_name(record: Record | Candidate, language: Language, issuer: bool = False) -> str:
    """The name of a record, with its issuer where that helps to tell it."""
    if not record.number and record.title:
        return record.title[0].upper() + record.title[1:]
    return document_name(language, record.number, record.type, record.date, record.issuer if issuer else None)


def source_name(ground: Ground, language: Language) -> str:
    """The document that a quote stands in, with page and section."""
    source = ground.source
    if source.number:
        name = document_name(language, source.number, source.type, source.date)
        name += _period_of(source.title, language)
    else:
        name = short_title(source.title)
    place = {"source": name, "page": ground.evidence.page, "section": ground.evidence.section}
    return say(language, "answer.source_page_section" if ground.evidence.section else "answer.source_page", **place)


def quoted(ground: Ground, language: Language) -> str:
    """The quote with its source, for a line of an answer."""
    quote = " ".join(ground.evidence.quote.split())
    if len(quote) > _LONGEST_QUOTE:
        quote = quote[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    source = source_name(ground, language)
    row = _labelled(ground.evidence.quote, ground.columns)
    if row:
        return say(language, "answer.row", row=row, source=source)
    return say(language, "answer.quote", quote=quote.strip("“”"), source=source)


def _labelled(row: str, columns: str) -> str:
    """A table's row as `STT: 2; Tên đề án: …; Thời hạn: …`; empty where its cells and the columns do not pair up.

    A column whose name holds a figure (`Kế hoạch 2018`) lends none: the answer states what the row itself states.
    """
    cells, names = ([" ".join(cell.split()) for cell in line.split("|")] for line in (row, columns))
    if not columns or len(cells) != len(names) or len(row) > _LONGEST_QUOTE:
        return ""
    pairs = [(name if not any(map(str.isdigit, name)) else "", cell) for name, cell in zip(names, cells, strict=True)]
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in pairs if cell)


def short_title(title: str) -> str:
    """The title of a document without a number, cut where a person would stop reading."""
    head = title.split(":", 1)[0]
    if len(head) <= _LONGEST_TITLE:
        return head
    return head[:_LONGEST_TITLE].rsplit(" ", 1)[0] + " …"


def _period_of(title: str, language: Language) -> str:
    """The period that a report is of, where its title names one: `, quý I năm 2019`."""
    for mention in find_dates(title):
        if mention.precision == "quarter":
            return say(language, "answer.period", period=" ".join(mention.span.of(title).split()))
    return ""
