"""Opening the catalogue's database and bringing its schema to this version of the program."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, OperationalError, ProgrammingError

from vectorstore.errors import CatalogueVersionError, CorruptStoreError
from vectorstore.migrations import HEAD

_LOCK_WAIT_MS = 10_000
# SQLite keeps 2 MB of pages by default: a look-up among a million mentions then reads most of its pages anew.
_CACHE_KB = 65_536
# Any number that no other program of the same server uses: it names the lock under which the schema changes.
_SCHEMA_LOCK = 72_017_450
# Of PostgreSQL: a lock not granted in time, a deadlock, a transaction that another one overtook.
_LOCKED_STATES = frozenset({"55P03", "40P01", "40001"})


def open_database(url: str | Path) -> Engine:
    """An engine on a database whose schema is up to date.

    Args:
        url: SQLAlchemy URL, or the path of a SQLite file (made where it is not there).

    Raises:
        CatalogueVersionError: a newer version of the program wrote it.
        CorruptStoreError: it cannot be opened or is damaged.
    """
    full = f"sqlite:///{url}" if isinstance(url, Path) or "://" not in url else url
    engine = _engine(full)
    try:
        _bring_to_head(engine)
    except CatalogueVersionError:
        engine.dispose()
        raise
    except DatabaseError as error:
        engine.dispose()
        raise CorruptStoreError(
            f"Không mở được cơ sở dữ liệu danh mục {make_url(full).render_as_string()}: {error.orig}. "
            "Kiểm tra đường dẫn và quyền ghi; nếu tệp đã hỏng, chép lại từ bản sao lưu hoặc xóa thư mục dữ liệu "
            "rồi chạy lại `troly ingest`."
        ) from error
    return engine


def _engine(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed)
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def engine_with_views(engine: Engine, views: Sequence[str]) -> Engine:
    """Another engine on the same database, whose connections read through temporary views.

    A name that a query leaves without its schema means the temporary view first, in SQLite as in PostgreSQL.

    Args:
        engine: as `open_database` gave it.
        views: statements that are run once on each new connection; nothing can be written through one afterwards.
    """
    restricted = _engine(engine.url.render_as_string(hide_password=False))

    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        try:
            for view in views:
                cursor.execute(view)
            cursor.execute(
                "PRAGMA query_only=ON"
                if restricted.dialect.name == "sqlite"
                else "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
            )
        finally:
            cursor.close()
        connection.commit()

    event.listen(restricted, "connect", prepare)
    return restricted


def _configure_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    try:
        pragmas = (
            f"busy_timeout={_LOCK_WAIT_MS}",
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"cache_size=-{_CACHE_KB}",
            # What is deleted is overwritten, and not only forgotten.
            "secure_delete=ON",
        )
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def is_locked(error: OperationalError) -> bool:
    """Whether a database only refused because somebody else is writing: the same may succeed a little later."""
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        # The low byte; the rest says more exactly who is in the way.
        return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
    return getattr(error.orig, "sqlstate", None) in _LOCKED_STATES


def _bring_to_head(engine: Engine) -> None:
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    from vectorstore.migrations.upgrade import known_revisions, upgrade

    with engine.connect() as connection:
        revision = _revision(connection)
        connection.rollback()
        if revision is not None and revision not in known_revisions():
            raise CatalogueVersionError(
                f"Danh mục được ghi bởi phiên bản mới hơn của chương trình (lược đồ {revision}). "
                "Nâng cấp chương trình (`pip install --upgrade troly`) rồi mở lại."
            )
        _lock_schema(connection)
        upgrade(connection)
        connection.commit()


def _revision(connection: Connection) -> str | None:
    """The schema's revision, asked in plain SQL: Alembic takes a third of a second to import."""
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError):
        connection.rollback()
        return None


def _lock_schema(connection: Connection) -> None:
    """Two processes that start together must not both create the tables."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SCHEMA_LOCK})
