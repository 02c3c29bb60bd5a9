"""Several documents of one file.

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every document that is in already is the first of its file."""
    op.add_column("documents", sa.Column("first_id", sa.String(length=32), nullable=False, server_default=""))
    op.execute(sa.text("UPDATE documents SET first_id = id"))
    op.create_index("ix_documents_first_id", "documents", ["first_id"])


def downgrade() -> None:
    """Remove the column."""
    op.drop_index("ix_documents_first_id", table_name="documents")
    op.drop_column("documents", "first_id")
