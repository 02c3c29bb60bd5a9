"""Conversations with their turns, and the citations of the answers as they were.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of conversations."""
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.String(length=32), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index("ix_conversations_owner", "conversations", ["owner", "updated_at"], unique=False)
    _create_turns()
    _create_citations()


def _create_turns() -> None:
    op.create_table(
        "turns",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=9), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("said_at", sa.String(length=32), nullable=False),
        sa.Column("standalone", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("mode", sa.String(length=12), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=True),
        sa.Column("candidates", sa.JSON(), nullable=True),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.Column("timings_ms", sa.JSON(), nullable=True),
        sa.Column("removed", sa.Integer(), nullable=True),
        sa.Column("fallback", sa.String(length=12), nullable=True),
        sa.Column("version", sa.String(length=40), nullable=True),
        sa.Column("settings", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_turns_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "ordinal", name=op.f("pk_turns")),
    )


def _create_citations() -> None:
    op.create_table(
        "citations",
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("marker", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("document_id", sa.String(length=32), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("root", sa.Text(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("source_number", sa.Text(), nullable=True),
        sa.Column("source_date", sa.Date(), nullable=True),
        sa.Column("source_type", sa.Text(), nullable=True),
        sa.Column("source_issuer", sa.Text(), nullable=True),
        sa.Column("source_title", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id", "turn"],
            ["turns.conversation_id", "turns.ordinal"],
            name=op.f("fk_citations_conversation_id_turns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("conversation_id", "turn", "marker", name=op.f("pk_citations")),
    )


def downgrade() -> None:
    """Drop the tables of conversations."""
    op.drop_table("citations")
    op.drop_table("turns")
    op.drop_index("ix_conversations_owner", table_name="conversations")
    op.drop_table("conversations")
