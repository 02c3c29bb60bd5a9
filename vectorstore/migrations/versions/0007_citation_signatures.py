"""Digital signatures of quoted files, as they were when the answer was given.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of answers given before, nothing is known."""
    op.add_column("citations", sa.Column("source_signatures", sa.JSON()))


def downgrade() -> None:
    """Remove the column."""
    op.drop_column("citations", "source_signatures")
