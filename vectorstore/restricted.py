"""A library as somebody sees it who may not see every document.

What is hidden is not filtered out by the code that reads: the connections of a restricted catalogue have views in the
place of the tables, and these hold the rows of visible documents alone. Whatever is read through such a connection,
by whatever query, is of those documents; a table that nobody has thought of is empty.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import NoReturn

from sqlalchemy import Connection, Table, func, select

from vectorstore import (
    account_tables,  # noqa: F401 - its tables get their views, too
    tables,
)
from vectorstore.access import Sight, group_names
from vectorstore.catalogue import Catalogue
from vectorstore.database import engine_with_views
from vectorstore.embed import Embedder
from vectorstore.errors import StoreError
from vectorstore.library import Library
from vectorstore.retriever import Retriever

_OPEN = frozenset({"stamps"})
"""Tables that hold nothing of documents or persons."""


class RestrictedCatalogue(Catalogue):
    """The catalogue with the documents that one sight shows, and with what these say; nothing can be written.

    Args:
        whole: the catalogue with everything.
        sight: what may be seen.
    """

    def __init__(self, whole: Catalogue, sight: Sight) -> None:
        self.sight = sight
        self.engine = engine_with_views(whole.engine, _views(sight, _schema(whole)))
        self._reading = threading.local()
        self.own_changes = 0
        self._whole = whole
        self._known: tuple[int, frozenset[str] | None] | None = None

    def begin(self) -> AbstractContextManager[Connection]:
        """Refused.

        Raises:
            StoreError: always.
        """
        return _refuse()

    def within(self, document_ids: Sequence[str] | None) -> Sequence[str] | None:
        """Those of the documents that may be seen; all that may be where None is asked for."""
        visible = self._visible()
        if visible is None:
            return document_ids
        return sorted(visible) if document_ids is None else [one for one in document_ids if one in visible]

    def _visible(self) -> frozenset[str] | None:
        """The live documents that may be seen; None where all of them may."""
        generation = self.generation()
        known = self._known
        if known is None or known[0] != generation:
            query = select(tables.documents.c.id).where(tables.documents.c.state == "live")
            with self.connect() as connection:
                seen = frozenset(connection.execute(query).scalars())
            with self._whole.connect() as connection:
                every = frozenset(connection.execute(query).scalars())
            known = self._known = (generation, None if seen == every else seen)
        return known[1]


class LibraryView:
    """What `Library` is, to those who read with a restricted sight.

    Args:
        library: the whole one; whoever opened it closes it.
        sight: what may be seen.
    """

    def __init__(self, library: Library, sight: Sight) -> None:
        self._library = library
        self.catalogue: Catalogue = RestrictedCatalogue(library.catalogue, sight)

    @property
    def embedder(self) -> Embedder:
        """What makes the vectors."""
        return self._library.embedder

    def retriever(self, dense_weight: float = 0.5) -> Retriever:
        """What finds passages among the visible documents.

        Args:
            dense_weight: as of `Library.retriever`.

        Raises:
            CorruptStoreError: a shadow cannot be opened.
            StaleIndexError: the shadows are made by another embedder or chunker.
        """
        shadows = self._library.shadows
        shadows.require_fresh()
        return Retriever(self.catalogue, shadows, self._library.reranker, dense_weight)

    def confirm_header(self, document_id: str, number: str | None = None, date: date | None = None) -> None:
        """As `Library.confirm_header`, of a document that may be seen.

        Raises:
            KeyError: there is no such document, or it may not be seen.
        """
        if self.catalogue.document(document_id) is None:
            raise KeyError(document_id)
        self._library.confirm_header(document_id, number, date)

    def close(self) -> None:
        """Give the connections back."""
        self.catalogue.close()


def _refuse() -> NoReturn:
    raise StoreError("Kho văn bản đang mở theo quyền xem nên không ghi được. Xin dùng lệnh quản trị.")


# ---------------------------------------------------------------------- views


def _schema(catalogue: Catalogue) -> str:
    """Where the tables are, as SQL writes it."""
    if catalogue.engine.dialect.name == "sqlite":
        return "main"
    with catalogue.connect() as connection:
        return catalogue.engine.dialect.identifier_preparer.quote(
            str(connection.execute(select(func.current_schema())).scalar())
        )


def _views(sight: Sight, schema: str) -> list[str]:
    """The statements that put views in the place of the tables of one connection."""
    views = []
    for table in tables.metadata.sorted_tables:
        rows = f'SELECT * FROM {schema}."{table.name}" AS it WHERE {_condition(table, schema, sight)}'  # noqa: S608
        views.append(f'CREATE TEMPORARY VIEW "{table.name}" AS {rows}')
    return views


def _condition(table: Table, schema: str, sight: Sight) -> str:
    """Which rows of a table may be seen, as SQL over `it`."""
    if sight.everything or table.name in _OPEN:
        return "1 = 1"
    if table is tables.documents:
        return _may_see("it.id", schema, sight)
    if table is tables.files:
        return _file_is_open(schema, sight)
    if table is tables.confirmed_headers:
        held = f"SELECT d.content_hash FROM {schema}.documents AS d WHERE {_may_see('d.id', schema, sight)}"  # noqa: S608
        return f"it.content_hash IN ({held})"
    of_documents = any(key.column is tables.documents.c.id for key in table.foreign_keys)
    if of_documents and table is not tables.document_groups:
        return _may_see("it.document_id", schema, sight)
    return "1 = 0"


def _may_see(document_id: str, schema: str, sight: Sight) -> str:
    own = f"SELECT 1 FROM {schema}.document_groups AS g WHERE g.document_id = {document_id}"  # noqa: S608
    in_a_group = f" OR EXISTS ({own} AND g.name IN ({_names(sight)}))" if sight.groups else ""
    return f"(NOT EXISTS ({own}){in_a_group})"


def _file_is_open(schema: str, sight: Sight) -> str:
    """What is noted of a file: not where its document may not be seen, or where a rule says so of its path.

    A file that could not be read has no document that would have groups.
    """
    hidden = (
        f"SELECT 1 FROM {schema}.documents AS d WHERE d.root = it.root AND d.place = it.place "  # noqa: S608
        f"AND NOT {_may_see('d.id', schema, sight)}"
    )
    path = "(rtrim(it.root, '/') || '/' || it.place)"
    mine = f" AND name IN ({_names(sight)})" if sight.groups else " AND 1 = 0"
    closed = (
        f"SELECT 1 FROM {schema}.access_rules AS r WHERE substr({path}, 1, length(r.path)) = r.path "  # noqa: S608
        f"AND r.name <> '' AND r.path NOT IN (SELECT path FROM {schema}.access_rules WHERE 1 = 1{mine})"
    )
    return f"(NOT EXISTS ({hidden}) AND NOT EXISTS ({closed}))"


def _names(sight: Sight) -> str:
    return ", ".join(f"'{_checked(name)}'" for name in sorted(sight.groups))


def _checked(name: str) -> str:
    """A name as it may stand between quotes: `group_names` lets nothing through that would end them."""
    (kept,) = group_names([name])
    if kept != name:
        raise ValueError(name)
    return name
