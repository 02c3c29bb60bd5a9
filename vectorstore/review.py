"""Headers of scans that wait for a person: what was read, what else tells the number and the day, the picture."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import RowMapping, delete, insert, select

from ingest.models import Confirmed, DigitalSignature, Doubt, Page, PageWord, Span, locate
from ingest.numbers import find_numbers
from vectorstore import tables
from vectorstore.catalogue import Catalogue
from vectorstore.rows import StoredDocument, stored_document, stored_words

_HEAD = 0.4
"""Of the page's height: what the picture of a letterhead shows."""
_DPI = 130
_MOST_HINTS = 8
FILE_NAME, SIGNED_AT, STAMP = "tên tệp", "ngày ký số", "dấu chữ ký số in trên trang"
"""Where hints come from other than from other documents."""
_VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
"""Vietnam has kept this time since 1975, without summer time."""
_IN_NAME = re.compile(r"(?<!\d)(\d{1,5}[a-zđ]?)[-_. ]+([A-ZĐa-zđ]{1,4})[-_. ]+([A-ZĐa-zđ]{2,10})(?![a-zđ])")


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that may tell a doubtful number or day."""

    source: str
    """`FILE_NAME`, `SIGNED_AT`, `STAMP`, or the place of another document that names this one."""
    text: str
    """The words themselves."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document whose header a person is asked to look at."""

    document: StoredDocument
    doubts: tuple[Doubt, ...]
    hints: tuple[Hint, ...]


def waiting(catalogue: Catalogue) -> list[Waiting]:
    """Every live document with a doubtful header, by place."""
    query = (
        select(tables.doubts)
        .join_from(tables.doubts, tables.documents, tables.doubts.c.document_id == tables.documents.c.id)
        .where(tables.documents.c.state == "live")
        .order_by(tables.doubts.c.field.desc())
    )
    doubts: dict[str, list[Doubt]] = {}
    with catalogue.connect() as connection:
        for row in connection.execute(query).mappings():
            doubts.setdefault(row["document_id"], []).append(_doubt(row))
    held = [document for document in catalogue.documents() if document.id in doubts]
    return [Waiting(document, tuple(doubts[document.id]), hints(catalogue, document)) for document in held]


def doubts_of(catalogue: Catalogue, document_id: str) -> tuple[Doubt, ...]:
    """The doubts of one document."""
    query = select(tables.doubts).where(tables.doubts.c.document_id == document_id)
    with catalogue.connect() as connection:
        return tuple(_doubt(row) for row in connection.execute(query).mappings())


def _doubt(row: RowMapping) -> Doubt:
    left, top, right, bottom = row["box"]
    return Doubt(row["field"], row["read"], row["confidence"], row["page"], (left, top, right, bottom))


def hints(catalogue: Catalogue, document: StoredDocument) -> tuple[Hint, ...]:
    """What the file's name and signatures say, and the references of other documents that may mean this one.

    A reference may mean it that is of its type and issuer's code and has its subject's first words.
    """
    name = PurePosixPath(document.place).stem
    found = [Hint(FILE_NAME, shown) for shown in _numbers_in_name(name)]
    found += _of_signatures(document.signatures)
    subject = document.header.subject
    if subject:
        from vectorstore.identities import name_start

        mentions, documents = tables.references, tables.documents
        query = (
            select(documents, mentions.c.start, mentions.c.end)
            .join_from(mentions, documents, mentions.c.document_id == documents.c.id)
            .where(
                documents.c.state == "live",
                documents.c.id != document.id,
                mentions.c.name == name_start(subject),
                mentions.c.key.is_not(None),
            )
            .limit(_MOST_HINTS)
        )
        with catalogue.connect() as connection:
            found += [
                Hint(stored_document(row).place, row["text"][row["start"] : row["end"]])
                for row in connection.execute(query).mappings()
            ]
    return tuple(found)


def _of_signatures(signatures: Sequence[DigitalSignature]) -> list[Hint]:
    """When the document was signed, and what the signatures' fields print: offices fill in number and day with them."""
    signed = [
        Hint(SIGNED_AT, f"{one.signed_at.astimezone(_VIETNAM):%d/%m/%Y}" + (f" · {one.signer}" if one.signer else ""))
        for one in signatures
        if one.signed_at is not None
    ]
    stamps = [Hint(STAMP, one.shown) for one in signatures if one.shown]
    return list(dict.fromkeys((*signed, *stamps)))


def _numbers_in_name(name: str) -> list[str]:
    shown = [mention.canonical for mention in find_numbers(name) if mention.canonical and not mention.blank]
    # A file's name has no slashes: "23-bc-ubnd" is 23/BC-UBND.
    shown += [f"{one[1]}/{one[2].upper()}-{one[3].upper()}" for one in _IN_NAME.finditer(name)]
    return list(dict.fromkeys(shown))


def confirmed(catalogue: Catalogue, content_hash: str) -> Confirmed | None:
    """What a person has confirmed of the header of a content; None where nothing."""
    table = tables.confirmed_headers
    with catalogue.connect() as connection:
        row = connection.execute(select(table).where(table.c.content_hash == content_hash)).mappings().first()
    return Confirmed(row["number"], row["date"]) if row else None


def confirmed_headers(catalogue: Catalogue) -> dict[str, Confirmed]:
    """Everything that was confirmed, by the hash of the content."""
    table = tables.confirmed_headers
    with catalogue.connect() as connection:
        rows = connection.execute(select(table)).mappings()
        return {row["content_hash"]: Confirmed(row["number"], row["date"]) for row in rows}


def confirmed_documents(catalogue: Catalogue) -> dict[str, Confirmed]:
    """What was confirmed, by the id of each live document that has that content."""
    table, documents = tables.confirmed_headers, tables.documents
    query = (
        select(documents.c.id, table.c.number, table.c.date)
        .join_from(documents, table, documents.c.content_hash == table.c.content_hash)
        .where(documents.c.state == "live")
    )
    with catalogue.connect() as connection:
        return {row.id: Confirmed(row.number, row.date) for row in connection.execute(query)}


def keep_confirmed(catalogue: Catalogue, content_hash: str, header: Confirmed) -> Confirmed:
    """Note what a person confirmed, beside what was confirmed before; returns both."""
    before = confirmed(catalogue, content_hash) or Confirmed()
    both = Confirmed(header.number or before.number, header.date or before.date)
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    table = tables.confirmed_headers
    with catalogue.begin() as connection:
        connection.execute(delete(table).where(table.c.content_hash == content_hash))
        row = {"content_hash": content_hash, "number": both.number, "date": both.date, "confirmed_at": now}
        connection.execute(insert(table), row)
    return both


def header_picture(document: StoredDocument, page: int = 1, passwords: Sequence[str] = ()) -> bytes:
    """The letterhead as a PNG.

    Args:
        document: whose.
        page: that has it.
        passwords: tried where the file asks for one.

    Raises:
        OSError: the file is gone, or cannot be drawn.
    """
    import io

    from PIL import Image

    from ingest.ocr_picture import Pictures

    with Pictures(Path(document.path), document.kind, passwords) as pictures:
        colour, _ = pictures.draw(page, _DPI)
    out = io.BytesIO()
    Image.fromarray(colour[: round(colour.shape[0] * _HEAD)]).save(out, "PNG")
    return out.getvalue()


def words_of(catalogue: Catalogue, document_id: str, pages: Sequence[Page], span: Span) -> list[PageWord]:
    """The recognised words that a span begins with on its page, with their places on the page's picture.

    Args:
        catalogue: where they are kept.
        document_id: of the document.
        pages: its pages.
        span: code points of its text.

    Returns:
        Those of the page that the span begins on; none where that page was not recognised.
    """
    place = locate(tuple(pages), span)
    table = tables.page_words
    query = select(table.c.words).where(table.c.document_id == document_id, table.c.page == place.page)
    with catalogue.connect() as connection:
        packed = connection.execute(query).scalar()
    if packed is None:
        return []
    return [word for word in stored_words(packed) if word.start < place.end and place.start < word.end]
