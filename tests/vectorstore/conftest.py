"""The catalogue on both databases; the passages of the sample corpus."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from throwaway_postgresql import cluster, programs

from ingest.pipeline import read_document
from ingest.walk import find_files
from vectorstore import tables
from vectorstore.catalogue import Catalogue


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of an empty database: that of TROLY_TEST_POSTGRESQL, else of a server that lives as long as the tests."""
    pytest.importorskip("psycopg", reason="the package psycopg is not installed (extra `postgresql`)")
    given = os.environ.get("TROLY_TEST_POSTGRESQL", "")
    found = programs()
    if given:
        yield given
    elif found is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    else:
        with cluster(found) as url:
            yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    on_server = request.param == "postgresql"
    found = Catalogue(request.getfixturevalue("postgresql") if on_server else tmp_path / "c.sqlite3")
    yield found
    if on_server:
        with found.begin() as connection:
            tables.metadata.drop_all(connection)
            connection.execute(text("DROP TABLE alembic_version"))
    found.close()


@pytest.fixture(scope="session")
def passages(sample_documents: Path) -> list[str]:
    """Every passage of the sample corpus."""
    found = []
    for file in find_files([sample_documents], lambda *_: None):
        if hasattr(file, "content_hash") and file.kind != "pdf":
            document = read_document(file)
            found += [f"{chunk.context}\n{chunk.span.of(document.kept.text)}" for chunk in document.chunks]
    assert len(found) > 50
    return found
