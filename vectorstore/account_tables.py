"""The tables of persons, tokens, sessions and of what was done. No secret is kept, only what proves one known."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from vectorstore.tables import metadata

persons = Table(
    "persons",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(120), nullable=False, unique=True),
    # NULL: logs in elsewhere, and only has role and groups here.
    Column("password_hash", Text),
    Column("role", String(16), nullable=False),
    Column("groups", JSON, nullable=False),
    Column("created_at", String(32), nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("groups", JSON, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("expires_at", String(32)),
    Column("used_at", String(32)),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("owner", String(80), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("person_id", String(36), ForeignKey("persons.id", ondelete="CASCADE")),
    # Those that an identity provider told, beside the person's own.
    Column("groups", JSON, nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("seen_at", String(32), nullable=False),
)

login_flows = Table(
    "login_flows",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("state", String(64), nullable=False),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("goal", Text, nullable=False),
    Column("created_at", String(32), nullable=False),
)
"""Log-ins under way at an identity provider."""

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", String(32), nullable=False, index=True),
    Column("actor", String(80), nullable=False),
    Column("name", String(120), nullable=False),
    Column("act", String(24), nullable=False),
    Column("what", Text, nullable=False),
)
"""Who asked, saw and changed what, in the order of its happening."""
