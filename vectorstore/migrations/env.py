"""How Alembic reaches the catalogue: on the connection that `vectorstore.database` hands over."""

from __future__ import annotations

from alembic import context

from vectorstore import account_tables  # noqa: F401 - its tables belong to the metadata
from vectorstore.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter most of a table in place.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
