"""Mentions are found by the name of their document, statements and relations by what they speak of.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the indexes; documents that are in already get their names when they are taken in anew."""
    op.add_column("mentions", sa.Column("name", sa.Text(), nullable=True))
    op.create_index("ix_mentions_name", "mentions", ["name", "key"], unique=False)
    op.create_index("ix_statements_reference", "statements", ["document_id", "reference"], unique=False)
    op.create_index("ix_relations_source", "relations", ["document_id", "source"], unique=False)
    op.create_index("ix_relations_target", "relations", ["document_id", "target"], unique=False)


def downgrade() -> None:
    """Take the column and the indexes away."""
    op.drop_index("ix_relations_target", table_name="relations")
    op.drop_index("ix_relations_source", table_name="relations")
    op.drop_index("ix_statements_reference", table_name="statements")
    op.drop_index("ix_mentions_name", table_name="mentions")
    op.drop_column("mentions", "name")
