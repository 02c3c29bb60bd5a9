"""Conversations as an administrator sees them: the audit of quotes, everyone's conversations, clearing out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import delete, select

from vectorstore import conversation_rows as rows
from vectorstore.catalogue import Catalogue
from vectorstore.conversation_models import (
    AuditedCitation,
    CitationState,
    CitedPassage,
    Conversation,
    StoredTurn,
)
from vectorstore.rows import StoredDocument, absolute
from vectorstore.tables import citations, conversations, turns


def audit(catalogue: Catalogue, said: Sequence[StoredTurn]) -> list[AuditedCitation]:
    """What has become of every quoted document since, in the order of turns and markers.

    A file that was moved without a change is unchanged: its content decides, not its place.
    """
    cited = [(turn.ordinal, citation) for turn in said if turn.answer for citation in turn.answer.citations]
    if not cited:
        return []
    live = _quoted(catalogue, [citation for _, citation in cited])
    by_id = {document.id: document for document in live}
    by_content = {document.content_hash: document for document in live}
    # The path and not folder and place: the same file may be taken in again from a folder above or below.
    by_path = {document.path: document for document in live}
    texts: dict[str, str] = {}
    found = []
    for turn, citation in cited:
        now, state = _version_now(citation, by_id, by_content, by_path)
        if now and now.id not in texts:
            texts[now.id] = _text(catalogue, now.id)
        stands = now is not None and citation.evidence.quote in texts[now.id]
        found.append(AuditedCitation(turn, citation.marker, state, now.id if now else None, stands))
    return found


def _quoted(catalogue: Catalogue, cited: Sequence[CitedPassage]) -> list[StoredDocument]:
    """The live documents that the quoted ones are, or may have become."""
    live = catalogue.documents_like(ids={citation.evidence.document_id for citation in cited})
    known = {document.id for document in live}
    other = [citation for citation in cited if citation.evidence.document_id not in known]
    hashes = {citation.content_hash for citation in other if citation.content_hash}
    paths = {absolute(citation.root or "", citation.evidence.document) for citation in other}
    return live + catalogue.documents_like(hashes=hashes, paths=paths)


def _version_now(
    citation: CitedPassage,
    by_id: dict[str, StoredDocument],
    by_content: dict[str, StoredDocument],
    by_path: dict[str, StoredDocument],
) -> tuple[StoredDocument | None, CitationState]:
    same = by_id.get(citation.evidence.document_id) or by_content.get(citation.content_hash or "")
    if same:
        return same, "unchanged"
    other = by_path.get(absolute(citation.root or "", citation.evidence.document))
    return (other, "changed") if other else (None, "gone")


def _text(catalogue: Catalogue, document_id: str) -> str:
    try:
        return catalogue.text_of(document_id)
    except KeyError:
        # Removed since the list was read.
        return ""


def everyones_list(catalogue: Catalogue) -> list[tuple[str, Conversation]]:
    """Owner and conversation of every conversation, the oldest first, without what was said."""
    query = rows.conversation_query().order_by(conversations.c.created_at, conversations.c.id)
    with catalogue.connect() as connection:
        return [(row["owner"], rows.conversation(row)) for row in connection.execute(query).mappings()]


def everyones(catalogue: Catalogue) -> Iterator[tuple[str, Conversation, list[StoredTurn]]]:
    """Owner, conversation and turns of every conversation, the oldest first; one at a time in memory."""
    with catalogue.connect() as connection:
        ids = select(conversations.c.id).order_by(conversations.c.created_at, conversations.c.id)
        for conversation_id in list(connection.execute(ids).scalars()):
            query = rows.conversation_query().where(conversations.c.id == conversation_id)
            row = connection.execute(query).mappings().first()
            if row is None:
                continue
            said = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.ordinal)
            cited = select(citations).where(citations.c.conversation_id == conversation_id)
            cited = cited.order_by(citations.c.turn, citations.c.marker)
            stored = rows.stored_turns(
                list(connection.execute(said).mappings()), list(connection.execute(cited).mappings())
            )
            yield row["owner"], rows.conversation(row), stored


def purge(catalogue: Catalogue, before: datetime) -> int:
    """Delete every conversation in which nothing was said since `before`.

    Args:
        catalogue: where they are kept.
        before: a time with its zone UTC.

    Returns:
        How many were deleted.
    """
    old = conversations.c.updated_at < before.isoformat(timespec="microseconds")
    with catalogue.begin() as connection:
        return connection.execute(delete(conversations).where(old)).rowcount
