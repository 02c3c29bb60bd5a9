"""A database that only waits for another writer is told from one that cannot be written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from vectorstore.database import is_locked


def refused(connection: sqlite3.Connection, command: str) -> OperationalError:
    with pytest.raises(sqlite3.OperationalError) as raised:
        connection.execute(command)
    return OperationalError(command, {}, raised.value)


def test_a_lock_of_another_writer(tmp_path: Path) -> None:
    first, second = (sqlite3.connect(tmp_path / "c", timeout=0, isolation_level=None) for _ in range(2))
    first.execute("CREATE TABLE t (n)")
    first.execute("BEGIN IMMEDIATE")
    assert is_locked(refused(second, "BEGIN IMMEDIATE"))
    first.execute("ROLLBACK")
    assert not is_locked(refused(second, "INSERT INTO missing VALUES (1)"))
    second.execute("PRAGMA query_only=ON")
    assert not is_locked(refused(second, "INSERT INTO t VALUES (1)"))
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("state", "locked"),
    [("55P03", True), ("40P01", True), ("40001", True), ("08006", False), (None, False)],
    ids=["lock-not-available", "deadlock", "overtaken", "connection-lost", "unknown"],
)
def test_the_states_of_postgresql(state: str | None, locked: bool) -> None:
    class RefusedError(Exception):
        sqlstate = state

    assert is_locked(OperationalError("INSERT", {}, RefusedError())) is locked
