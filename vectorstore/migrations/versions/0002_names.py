"""Mentions are found by the name of their document.

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
    """Add the column; documents that are in already get it when they are taken in anew."""
    op.add_column("mentions", sa.Column("name", sa.Text(), nullable=True))
    op.create_index(op.f("ix_mentions_name"), "mentions", ["name"], unique=False)


def downgrade() -> None:
    """Take the column away."""
    op.drop_index(op.f("ix_mentions_name"), table_name="mentions")
    op.drop_column("mentions", "name")
