"""The tables of the catalogue: the one truth. Offsets count code points in `documents.text`.

Only rows of documents in state `live` are seen by a reader; `staged` is a version being written,
`retired` one being removed (see `vectorstore.library`). Conversations hang on no document: what was quoted stays
when the document goes.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _document_id() -> Column[str]:
    return Column("document_id", String(32), ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)


documents = Table(
    "documents",
    metadata,
    Column("id", String(32), primary_key=True),
    # Documents of one file come and go together: the id of its first one, which is its own for nearly all.
    Column("first_id", String(32), nullable=False, index=True, server_default=""),
    Column("root", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("number", Text),
    Column("key", Text, index=True),
    Column("date", Date),
    Column("issuer", Text),
    Column("issuing_place", Text),
    Column("type", Text),
    Column("subject", Text),
    Column("signer", Text),
    Column("header_confidence", Float, nullable=False),
    Column("encoding", String(16), nullable=False),
    Column("text_source", String(8), nullable=False),
    Column("page_count", Integer, nullable=False),
    Column("chunk_count", Integer, nullable=False),
    Column("warnings", JSON, nullable=False),
    Column("failed_pages", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("added_at", String(32), nullable=False),
    Index("ix_documents_root_place", "root", "place"),
)

pages = Table(
    "pages",
    metadata,
    _document_id(),
    Column("number", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("source", String(8), nullable=False),
)

sections = Table(
    "sections",
    metadata,
    _document_id(),
    Column("ordinal", Integer, primary_key=True),
    Column("label", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("heading_start", Integer, nullable=False),
    Column("heading_end", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
)

chunks = Table(
    "chunks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("document_id", String(32), ForeignKey("documents.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),
    Column("section", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("context", Text, nullable=False),
    Column("text_hash", String(64), nullable=False),
)

references = Table(
    "mentions",
    metadata,
    _document_id(),
    Column("ordinal", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("sentence_start", Integer, nullable=False),
    Column("sentence_end", Integer, nullable=False),
    Column("page", Integer, nullable=False),
    Column("surface", Text),
    Column("canonical", Text),
    Column("key", Text, index=True),
    Column("sequence", Text, index=True),
    Column("type_code", Text),
    Column("issuer_code", Text),
    Column("year", Integer),
    Column("partial", Boolean, nullable=False),
    Column("blank", Boolean, nullable=False),
    Column("repaired", Boolean, nullable=False),
    Column("diacritics", Boolean, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("type", Text),
    Column("date", Date),
    Column("issuer", Text),
    Column("subject_start", Integer),
    Column("subject_end", Integer),
    Column("own", Boolean, nullable=False),
    # The first words of what the document is called (`identities.name_start`): finds a document by its name.
    Column("name", Text),
    # Of many documents with one name's beginning, those without a number are looked for.
    Index("ix_mentions_name", "name", "key"),
)

statements = Table(
    "statements",
    metadata,
    _document_id(),
    Column("ordinal", Integer, primary_key=True),
    Column("reference", Integer, nullable=False),
    Column("state", String(24), nullable=False),
    Column("date", Date),
    Column("as_of", Date),
    Column("actor", Text),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("cue", Text, nullable=False),
    Column("quantities", JSON, nullable=False),
    Index("ix_statements_reference", "document_id", "reference"),
)

relations = Table(
    "relations",
    metadata,
    _document_id(),
    Column("ordinal", Integer, primary_key=True),
    Column("source", Integer),
    Column("kind", String(24), nullable=False),
    Column("target", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("cue", Text, nullable=False),
    Index("ix_relations_source", "document_id", "source"),
    Index("ix_relations_target", "document_id", "target"),
)

signatures = Table(
    "signatures",
    metadata,
    _document_id(),
    Column("ordinal", Integer, primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("signer", Text, nullable=False),
    Column("organization", Text),
    # ISO 8601, UTC.
    Column("signed_at", String(32)),
    Column("intact", Boolean, nullable=False),
    Column("whole_file", Boolean, nullable=False),
    Column("later", String(12), nullable=False),
    Column("field", Text, nullable=False),
    Column("shown", Text, nullable=False),
)
"""Digital signatures of files, in the order in which they were set."""
page_words = Table(
    "page_words",
    metadata,
    _document_id(),
    Column("page", Integer, primary_key=True),
    Column("confidence", Float, nullable=False),
    Column("letters", Integer, nullable=False),
    # zlib of JSON: [[start, end, left, top, right, bottom, confidence], …] (`ingest.models.PageWord`).
    Column("words", LargeBinary, nullable=False),
)
"""Where the words of recognised pages stand on their pictures; offsets count in the page's text."""

doubts = Table(
    "doubts",
    metadata,
    _document_id(),
    Column("field", String(8), primary_key=True),
    Column("read", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("page", Integer, nullable=False),
    Column("box", JSON, nullable=False),
)
"""Numbers and dates of scanned letterheads that wait for a person."""

document_groups = Table(
    "document_groups",
    metadata,
    _document_id(),
    Column("name", String(64), primary_key=True),
)
"""Who may see a document: members of one of its groups; a document without a group is everyone's."""

access_rules = Table(
    "access_rules",
    metadata,
    Column("path", Text, primary_key=True),
    # Empty: the rule opens what lies there to everyone.
    Column("name", String(64), primary_key=True),
)
"""The groups that a document gets which comes in at this path or below it; the longest path holds."""

confirmed_headers = Table(
    "confirmed_headers",
    metadata,
    Column("content_hash", String(64), primary_key=True),
    Column("number", Text),
    Column("date", Date),
    Column("confirmed_at", String(32), nullable=False),
)
"""What a person has confirmed of a header; it belongs to the content and holds for every file that has it."""

files = Table(
    "files",
    metadata,
    Column("root", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("status", String(12), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("error", Text),
    Column("seen_at", String(32), nullable=False),
)
"""Every file that was ever found, with how it fared; also those that failed."""

stamps = Table(
    "stamps",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)
"""Which embedder and chunker the shadows were made by."""

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("updated_at", String(32), nullable=False),
    # The title without diacritics: neither database folds Vietnamese letters by itself.
    Column("searched", Text, nullable=False),
    Index("ix_conversations_owner", "owner", "updated_at"),
)

turns = Table(
    "turns",
    metadata,
    Column("conversation_id", String(36), ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("ordinal", Integer, primary_key=True),
    Column("role", String(9), nullable=False),
    Column("content", Text, nullable=False),
    Column("searched", Text, nullable=False),
    Column("said_at", String(32), nullable=False),
    # What follows is of an answer alone.
    Column("standalone", Text),
    Column("outcome", String(12)),
    Column("mode", String(12)),
    Column("language", String(2)),
    Column("verified", Boolean),
    Column("candidates", JSON),
    Column("record", JSON),
    Column("timings_ms", JSON),
    Column("removed", Integer),
    Column("fallback", String(12)),
    Column("version", String(40)),
    Column("settings", String(40)),
    # The groups whose documents the answer may rest on; NULL: all documents.
    Column("sight", JSON(none_as_null=True)),
)
"""Questions and answers in their order; an answer stands right behind its question."""

citations = Table(
    "citations",
    metadata,
    Column("conversation_id", String(36), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("marker", Integer, primary_key=True),
    Column("number", Text),
    Column("key", Text),
    # Without foreign key, on purpose: the quote outlives the document.
    Column("document_id", String(32), nullable=False),
    Column("content_hash", String(64)),
    Column("root", Text),
    Column("document", Text, nullable=False),
    Column("page", Integer, nullable=False),
    Column("section", Text, nullable=False),
    Column("quote", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("source_number", Text),
    Column("source_date", Date),
    Column("source_type", Text),
    Column("source_issuer", Text),
    Column("source_title", Text, nullable=False),
    Column("source_signatures", JSON),
    ForeignKeyConstraint(["conversation_id", "turn"], ["turns.conversation_id", "turns.ordinal"], ondelete="CASCADE"),
)
"""The citations of stored answers as they were."""

feedback = Table(
    "feedback",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("given_at", String(32), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("rating", String(4), nullable=False),
    Column("reason", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("standalone", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("mode", String(12), nullable=False),
    Column("language", String(2), nullable=False),
    # The citations as JSON: nothing is asked of them but to be shown and exported, and they outlive the documents.
    Column("citations", JSON, nullable=False),
    Column("stored", Boolean, nullable=False),
    Column("version", String(40), nullable=False),
    Column("settings", String(40), nullable=False),
    Index("ix_feedback_given_at", "given_at", "id"),
)
"""What people thought of answers, each with the answer as it was."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("state", String(8), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("created_at", String(32), nullable=False),
    Column("started_at", String(32)),
    Column("finished_at", String(32)),
    Column("done", Float, nullable=False),
    Column("total", Integer, nullable=False),
    Column("place", Text, nullable=False),
    # What is still to be done; empty as soon as it is done, so that nothing of a removed document stays.
    Column("files", JSON, nullable=False),
    Column("document_id", String(32)),
    Column("reports", JSON, nullable=False),
    Column("error", Text),
    Column("idempotency_key", String(200)),
    Column("fingerprint", String(64), nullable=False),
    Index("ix_jobs_created_at", "created_at", "id"),
    Index("ix_jobs_idempotency_key", "owner", "idempotency_key", unique=True),
)
"""Uploads, replacements and removals that the server was asked for."""
