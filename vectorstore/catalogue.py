"""The SQL catalogue: the one truth. Every text, and everything understood of it, is here.

SQLite (WAL) by default, PostgreSQL by URL. Readers see documents in state `live` only.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from ingest.models import Chunk, DigitalSignature, Document, Page, Section, SourceFile, Span
from vectorstore import access, tables
from vectorstore.database import open_database
from vectorstore.rows import (
    DocumentState,
    StoredChunk,
    StoredDocument,
    absolute,
    chunk_row,
    document_row,
    part_rows,
    stored_document,
    stored_signature,
)

# SQLite accepts 32,766 bound values in a statement since 3.32, 999 before.
_MANY = 900
"""Status of a file that is no document and whose members are."""
# Built once: opening a document is most of a look-up, and building a query costs more time than running it.
_ID: BindParameter[str] = bindparam("id")
_DOCUMENT_QUERY = select(tables.documents).where(tables.documents.c.id == _ID)
_PAGES_QUERY = select(tables.pages).where(tables.pages.c.document_id == _ID).order_by(tables.pages.c.number)
_SECTIONS = tables.sections
_SECTIONS_QUERY = select(_SECTIONS).where(_SECTIONS.c.document_id == _ID).order_by(_SECTIONS.c.ordinal)
_SIGNATURES = tables.signatures
_SIGNATURES_QUERY = select(_SIGNATURES).where(_SIGNATURES.c.document_id == _ID).order_by(_SIGNATURES.c.ordinal)
_WITHOUT_TEXT = [column for column in tables.documents.c if column.name != "text"]


class Catalogue:
    """Documents, pages, sections, chunks, mentions, statements, relations, files and stamps.

    Args:
        url: SQLAlchemy URL, or the path of a SQLite file.

    Raises:
        CatalogueVersionError: a newer version of the program wrote it.
        CorruptStoreError: the database cannot be opened or is damaged.
    """

    def __init__(self, url: str | Path) -> None:
        self.engine = open_database(url)
        self._reading = threading.local()
        self.own_changes = 0
        """How much of `generation` this object itself has counted up."""

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    def connect(self) -> AbstractContextManager[Connection]:
        """A connection to read with; inside `reading`, the one that is open there."""
        held: Connection | None = getattr(self._reading, "connection", None)
        return nullcontext(held) if held is not None else self.engine.connect()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads of this thread over one connection: taking and giving one back costs as much as a look-up."""
        if getattr(self._reading, "connection", None) is not None:
            yield
            return
        with self.engine.connect() as connection:
            self._reading.connection = connection
            try:
                yield
            finally:
                self._reading.connection = None

    def begin(self) -> AbstractContextManager[Connection]:
        """A transaction to write in: committed at the end of the block, undone if it raises."""
        return self.engine.begin()

    def within(self, document_ids: Sequence[str] | None) -> Sequence[str] | None:
        """Those of the documents that this catalogue shows; None stands for all of them."""
        return document_ids

    # ----------------------------------------------------------------- writing

    def insert_document(
        self,
        connection: Connection,
        document_id: str,
        document: Document,
        state: DocumentState = "staged",
        mtime_ns: int = 0,
        first_id: str | None = None,
    ) -> None:
        """Write a document with everything that hangs on it.

        Args:
            connection: of the transaction.
            document_id: its id.
            document: read.
            state: of its row.
            mtime_ns: time of change of its file.
            first_id: of the file's first document, where it is a further one.

        Raises:
            sqlalchemy.exc.IntegrityError: the id is taken.
        """
        row = document_row(document_id, document, state, mtime_ns, first_id or document_id)
        connection.execute(insert(tables.documents), row)
        for table, rows in part_rows(document_id, document):
            if rows:
                connection.execute(insert(table), rows)

    def of_files(self, document_ids: Iterable[str]) -> list[str]:
        """The ids of all documents of the files that some documents are of, in any state."""
        wanted = list(document_ids)
        documents = tables.documents.c
        found: list[str] = []
        with self.connect() as connection:
            for some in _slices(wanted):
                firsts = select(documents.first_id).where(documents.id.in_(some))
                query = select(documents.id).where(documents.first_id.in_(firsts)).order_by(documents.id)
                found += connection.execute(query).scalars()
        return list(dict.fromkeys([*wanted, *found]))

    def switch(self, connection: Connection, document_id: str, replaced: Iterable[str] = ()) -> None:
        """Make a staged document live, with the others of its file, and retire those that they replace, in one step."""
        old = list(replaced)
        if old:
            connection.execute(update(tables.documents).where(tables.documents.c.id.in_(old)).values(state="retired"))
        of_file = tables.documents.c.first_id == document_id
        connection.execute(update(tables.documents).where(of_file).values(state="live"))
        self.count_change(connection)

    def retire(self, connection: Connection, document_id: str) -> None:
        """Take a document out of sight; its rows stay until `delete_document`."""
        connection.execute(update(tables.documents).where(tables.documents.c.id == document_id).values(state="retired"))
        self.count_change(connection)

    def delete_document(self, connection: Connection, document_id: str) -> None:
        """Remove a document and everything that hangs on it; nothing happens where there is none."""
        connection.execute(delete(tables.documents).where(tables.documents.c.id == document_id))
        held = select(tables.documents.c.content_hash)
        confirmed = tables.confirmed_headers
        connection.execute(delete(confirmed).where(confirmed.c.content_hash.not_in(held)))
        self.count_change(connection)

    def touch(self, connection: Connection, document_id: str, size: int, mtime_ns: int) -> None:
        """Note that the file on disk was found with the same content but other times."""
        of_file = tables.documents.c.first_id == document_id
        connection.execute(update(tables.documents).where(of_file).values(size=size, mtime_ns=mtime_ns))

    def move(self, connection: Connection, document_id: str, file: SourceFile, mtime_ns: int) -> None:
        """Let a document follow its file to another place."""
        place: dict[str, Any] = {"root": str(file.root), "place": file.place, "size": file.size, "mtime_ns": mtime_ns}
        connection.execute(update(tables.documents).where(tables.documents.c.first_id == document_id).values(**place))
        access.settle(connection, document_id, absolute(place["root"], place["place"]))
        self.count_change(connection)

    def replace_chunks(self, connection: Connection, document_id: str, chunks: Sequence[Chunk]) -> None:
        """Put other chunks in the place of a document's chunks."""
        connection.execute(delete(tables.chunks).where(tables.chunks.c.document_id == document_id))
        if chunks:
            connection.execute(insert(tables.chunks), [chunk_row(document_id, chunk) for chunk in chunks])
        connection.execute(
            update(tables.documents).where(tables.documents.c.id == document_id).values(chunk_count=len(chunks))
        )

    def overwrite_deleted(self) -> bool:
        """Write the SQLite file anew without what was deleted; False where a reader keeps the old pages alive.

        A server's database is left alone: it has its own housekeeping.
        """
        if self.engine.dialect.name != "sqlite":
            return True
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
            held_up, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not held_up

    # ----------------------------------------------------------------- stamps

    def stamp(self, name: str) -> str | None:
        """What `name` was stamped with; None where it never was."""
        with self.connect() as connection:
            return connection.execute(select(tables.stamps.c.value).where(tables.stamps.c.name == name)).scalar()

    def set_stamp(self, connection: Connection, name: str, value: str | None) -> None:
        """Stamp `name` with a value; None takes the stamp away."""
        connection.execute(delete(tables.stamps).where(tables.stamps.c.name == name))
        if value is not None:
            connection.execute(insert(tables.stamps), {"name": name, "value": value})

    def generation(self) -> int:
        """A number that grows with every change of what is live; what was worked out before it is stale."""
        return int(self.stamp("generation") or 0)

    def count_change(self, connection: Connection) -> None:
        """Let `generation` grow."""
        self.own_changes += 1
        value = connection.execute(select(tables.stamps.c.value).where(tables.stamps.c.name == "generation")).scalar()
        self.set_stamp(connection, "generation", str(int(value or 0) + 1))

    # ---------------------------------------------------------------- reading

    def documents(self, states: Sequence[DocumentState] = ("live",)) -> list[StoredDocument]:
        """Every document in one of `states`, by place."""
        query = (
            select(*_WITHOUT_TEXT)
            .where(tables.documents.c.state.in_(states))
            .order_by(tables.documents.c.place, tables.documents.c.root)
        )
        signed: dict[str, list[DigitalSignature]] = {}
        with self.connect() as connection:
            for row in connection.execute(select(_SIGNATURES).order_by(_SIGNATURES.c.ordinal)).mappings():
                signed.setdefault(row["document_id"], []).append(stored_signature(row))
            rows = connection.execute(query).mappings()
            return [stored_document(row, tuple(signed.get(row["id"], ()))) for row in rows]

    def documents_like(
        self, ids: Collection[str] = (), hashes: Collection[str] = (), paths: Collection[str] = ()
    ) -> list[StoredDocument]:
        """The live documents with one of these ids, contents or paths, by place."""
        columns = tables.documents.c
        # An installation's documents are many, those that a conversation quotes are few.
        path = func.rtrim(columns.root, "/") + "/" + columns.place
        found: dict[str, StoredDocument] = {}
        with self.connect() as connection:
            for column, wanted in ((columns.id, ids), (columns.content_hash, hashes), (path, paths)):
                for some in _slices(sorted(set(wanted))):
                    query = select(*_WITHOUT_TEXT).where(columns.state == "live", column.in_(some))
                    found.update((row["id"], stored_document(row)) for row in connection.execute(query).mappings())
        return sorted(found.values(), key=lambda document: (document.place, document.root))

    def document(self, document_id: str) -> StoredDocument | None:
        """One document in any state; None where there is none."""
        query = select(*_WITHOUT_TEXT).where(tables.documents.c.id == document_id)
        with self.connect() as connection:
            row = connection.execute(query).mappings().first()
            return stored_document(row, _signatures(connection, document_id)) if row else None

    def document_with_text(self, document_id: str) -> tuple[StoredDocument, str] | None:
        """One document in any state with its whole text; None where there is none."""
        with self.connect() as connection:
            row = connection.execute(_DOCUMENT_QUERY, {"id": document_id}).mappings().first()
            return (stored_document(row, _signatures(connection, document_id)), str(row["text"])) if row else None

    def has_documents(self) -> bool:
        """Whether anything is in, in whatever state."""
        with self.connect() as connection:
            return connection.execute(select(tables.documents.c.id).limit(1)).first() is not None

    def has_live_documents(self) -> bool:
        """Whether a reader finds anything."""
        query = select(tables.documents.c.id).where(tables.documents.c.state == "live").limit(1)
        with self.connect() as connection:
            return connection.execute(query).first() is not None

    def has_conversations(self) -> bool:
        """Whether any conversation is kept."""
        with self.connect() as connection:
            return connection.execute(select(tables.conversations.c.id).limit(1)).first() is not None

    def mentions(self, document_id: str) -> tuple[tuple[str, int], ...]:
        """(key, page) of every complete number of a document and the others of its file, page by page."""
        return self.mentions_of([document_id]).get(document_id, ())

    def mentions_of(self, document_ids: Sequence[str]) -> dict[str, tuple[tuple[str, int], ...]]:
        """As `mentions`, of several documents that are the first of their files; those without one are left out."""
        mentions, documents = tables.references.c, tables.documents.c
        found: dict[str, list[tuple[str, int]]] = {}
        with self.connect() as connection:
            for some in _slices(sorted(set(document_ids))):
                query = (
                    select(documents.first_id, mentions.key, mentions.page)
                    .join_from(tables.references, tables.documents, mentions.document_id == documents.id)
                    .where(documents.first_id.in_(some), mentions.key.is_not(None), mentions.blank.is_(False))
                    .order_by(documents.first_id, mentions.page, mentions.document_id, mentions.start)
                )
                for document_id, key, page in connection.execute(query):
                    found.setdefault(document_id, []).append((key, page))
        return {document_id: tuple(named) for document_id, named in found.items()}

    def recognised(self, document_id: str) -> tuple[int, float | None]:
        """How many pages of a document were recognised, and how surely, from 0 to 1."""
        words = tables.page_words.c
        query = select(words.confidence, words.letters).where(words.document_id == document_id)
        with self.connect() as connection:
            rows = connection.execute(query).all()
        letters = sum(row.letters for row in rows)
        sure = sum(row.confidence * row.letters for row in rows) / letters if letters else None
        return len(rows), sure

    def page_confidences(self, document_id: str) -> dict[int, float]:
        """How surely each recognised page of a document was read, from 0 to 1, by page."""
        words = tables.page_words.c
        query = select(words.page, words.confidence).where(words.document_id == document_id)
        with self.connect() as connection:
            return {row.page: row.confidence for row in connection.execute(query)}

    def replace_reading(self, connection: Connection, document_id: str, document: Document) -> None:
        """Put what is now understood of a document in the place of what was; what was measured on the file stays."""
        kept = {tables.pages, tables.sections, tables.page_words, tables.signatures}
        for table, rows in part_rows(document_id, document):
            if table not in kept:
                connection.execute(delete(table).where(table.c.document_id == document_id))
                if rows:
                    connection.execute(insert(table), rows)
        columns = ("title", "number", "key", "date", "header_confidence", "chunk_count")
        row = document_row(document_id, document, "live", 0, document_id)
        connection.execute(
            update(tables.documents)
            .where(tables.documents.c.id == document_id)
            .values({name: row[name] for name in columns})
        )
        self.count_change(connection)

    def damages(self) -> list[str]:
        """What is wrong inside the catalogue itself, for a person; empty where all is whole."""
        found = []
        with self.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                verdict = [row[0] for row in connection.exec_driver_sql("PRAGMA quick_check(5)")]
                if verdict != ["ok"]:
                    found.append(f"Tệp danh mục bị hỏng ({verdict[0]}). Khôi phục tệp từ bản sao lưu.")
            for table, counted in ((tables.pages, "page_count"), (tables.chunks, "chunk_count")):
                held = (
                    select(func.count())
                    .select_from(table)
                    .where(table.c.document_id == tables.documents.c.id)
                    .scalar_subquery()
                )
                query = select(tables.documents.c.place).where(
                    tables.documents.c.state == "live", tables.documents.c[counted] != held
                )
                found += [
                    f"Văn bản {place} trong danh mục không đủ {table.name}. Xóa văn bản khỏi thư viện rồi nạp lại."
                    for (place,) in connection.execute(query)
                ]
        return found

    def text_of(self, document_id: str) -> str:
        """The whole text of a document as kept.

        Raises:
            KeyError: there is no such document.
        """
        query = select(tables.documents.c.text).where(tables.documents.c.id == document_id)
        with self.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise KeyError(document_id)
        return str(found)

    def page_text(self, document_id: str, page: int) -> str:
        """The text of one page of a document.

        Raises:
            KeyError: there is no such document or page.
        """
        query = (
            select(
                func.substr(
                    tables.documents.c.text, tables.pages.c.start + 1, tables.pages.c.end - tables.pages.c.start
                )
            )
            .join_from(tables.pages, tables.documents, tables.pages.c.document_id == tables.documents.c.id)
            .where(tables.pages.c.document_id == document_id, tables.pages.c.number == page)
        )
        with self.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise KeyError((document_id, page))
        return str(found)

    def pages(self, document_id: str) -> tuple[Page, ...]:
        """The pages of a document, in order; empty where there is no such document."""
        with self.connect() as connection:
            rows = connection.execute(_PAGES_QUERY, {"id": document_id}).mappings()
            return tuple(Page(row["number"], Span(row["start"], row["end"]), row["source"]) for row in rows)

    def pages_of(self, document_ids: Sequence[str]) -> dict[str, tuple[Page, ...]]:
        """The pages of several documents."""
        found: dict[str, list[Page]] = {}
        with self.connect() as connection:
            for some in _slices(sorted(set(document_ids))):
                query = select(tables.pages).where(tables.pages.c.document_id.in_(some)).order_by(tables.pages.c.number)
                for row in connection.execute(query).mappings():
                    page = Page(row["number"], Span(row["start"], row["end"]), row["source"])
                    found.setdefault(row["document_id"], []).append(page)
        return {document_id: tuple(some_pages) for document_id, some_pages in found.items()}

    def sections(self, document_id: str) -> tuple[Section, ...]:
        """The sections of a document, in order."""
        with self.connect() as connection:
            return tuple(
                Section(
                    row["label"],
                    row["title"],
                    row["level"],
                    Span(row["heading_start"], row["heading_end"]),
                    Span(row["start"], row["end"]),
                )
                for row in connection.execute(_SECTIONS_QUERY, {"id": document_id}).mappings()
            )

    # ------------------------------------------------------------------ chunks

    def chunks_of(self, document_id: str) -> list[StoredChunk]:
        """The chunks of a document with their texts, in order; in any state."""
        query = _chunk_query().where(tables.chunks.c.document_id == document_id).order_by(tables.chunks.c.ordinal)
        with self.connect() as connection:
            return [_stored_chunk(row, row["passage"]) for row in connection.execute(query).mappings()]

    def live_chunks(self, chunk_ids: Sequence[str]) -> dict[str, StoredChunk]:
        """Those of the chunks that belong to a live document, by id."""
        found = {}
        with self.connect() as connection:
            for some in _slices(chunk_ids):
                ids = {"ids": list(some)}
                rows = connection.execute(_live_chunks_query(), ids).mappings().all()
                cuts = {cut.document_id: cut for cut in connection.execute(_cuts_query(), ids)}
                for row in rows:
                    # A document may have gone between the two queries.
                    if cut := cuts.get(row["document_id"]):
                        text = cut.text[row["start"] - cut.start : row["end"] - cut.start]
                        found[row["id"]] = _stored_chunk(row, text)
        return found

    def live_chunk_ids(self) -> dict[str, list[str]]:
        """The ids of every live document's chunks, by document."""
        query = (
            select(tables.documents.c.id, tables.chunks.c.id)
            .outerjoin_from(tables.documents, tables.chunks, tables.chunks.c.document_id == tables.documents.c.id)
            .where(tables.documents.c.state == "live")
            .order_by(tables.documents.c.id, tables.chunks.c.ordinal)
        )
        found: dict[str, list[str]] = {}
        with self.connect() as connection:
            for document_id, chunk in connection.execute(query):
                ids = found.setdefault(document_id, [])
                if chunk is not None:
                    ids.append(chunk)
        return found


def _signatures(connection: Connection, document_id: str) -> tuple[DigitalSignature, ...]:
    return tuple(stored_signature(row) for row in connection.execute(_SIGNATURES_QUERY, {"id": document_id}).mappings())


def _slices(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[at : at + _MANY] for at in range(0, len(ids), _MANY))


def _chunk_query() -> Any:
    chunks, documents = tables.chunks.c, tables.documents.c
    passage = func.substr(documents.text, chunks.start + 1, chunks.end - chunks.start).label("passage")
    return select(tables.chunks, passage).join_from(tables.chunks, tables.documents, chunks.document_id == documents.id)


@cache
def _live_chunks_query() -> Select[Any]:
    chunks = tables.chunks
    return (
        select(chunks)
        .join_from(chunks, tables.documents, chunks.c.document_id == tables.documents.c.id)
        .where(chunks.c.id.in_(bindparam("ids", expanding=True)), tables.documents.c.state == "live")
    )


@cache
def _cuts_query() -> Select[Any]:
    """Of each document of the chunks, its text from the first of them to the last.

    SQL reads a text from its beginning for each piece that it cuts out, and a long text read whole takes ten times as
    long as a piece of it.
    """
    chunks, documents = tables.chunks.c, tables.documents.c
    cuts = (
        select(chunks.document_id, func.min(chunks.start).label("start"), func.max(chunks.end).label("end"))
        .where(chunks.id.in_(bindparam("ids", expanding=True)))
        .group_by(chunks.document_id)
        .subquery()
    )
    text = func.substr(documents.text, cuts.c.start + 1, cuts.c.end - cuts.c.start).label("text")
    return select(cuts.c.document_id, cuts.c.start, text).join_from(
        cuts, tables.documents, documents.id == cuts.c.document_id
    )


def _stored_chunk(row: Any, text: str) -> StoredChunk:
    return StoredChunk(
        id=row["id"],
        document_id=row["document_id"],
        ordinal=row["ordinal"],
        section=row["section"],
        span=Span(row["start"], row["end"]),
        context=row["context"],
        text=text,
    )
