"""Digital signatures of the documents.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table; documents that are in already get their signatures when they are taken in anew."""
    op.create_table(
        "signatures",
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("organization", sa.Text(), nullable=True),
        sa.Column("signed_at", sa.String(length=32), nullable=True),
        sa.Column("intact", sa.Boolean(), nullable=False),
        sa.Column("whole_file", sa.Boolean(), nullable=False),
        sa.Column("later", sa.String(length=12), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_signatures_document_id_documents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", "ordinal", name=op.f("pk_signatures")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("signatures")
