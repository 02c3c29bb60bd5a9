"""Rows of the conversation tables and the values that they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping, Select, func, select

from ingest.folding import fold_words
from ingest.models import DigitalSignature
from vectorstore.conversation_models import CitedPassage, Conversation, GivenAnswer, StoredTurn
from vectorstore.models import Candidate, Evidence, Record, Source
from vectorstore.tables import conversations, turns

_RECORD = TypeAdapter(Record)
_CANDIDATES = TypeAdapter(tuple[Candidate, ...])
_SIGNATURES = TypeAdapter(tuple[DigitalSignature, ...])


def storable(text: str) -> str:
    """The text without what a database refuses: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def conversation_query() -> Select[Any]:
    """Conversations with the number of their turns."""
    said = select(func.count()).where(turns.c.conversation_id == conversations.c.id).scalar_subquery()
    return select(conversations, said.label("turns"))


def conversation(row: RowMapping) -> Conversation:
    """A row of `conversation_query` as a value."""
    return Conversation(
        row["id"], row["title"], row["language"], row["created_at"], row["updated_at"], row["turns"]
    )  # fmt: skip


def turn_rows(conversation_id: str, ordinal: int, question: str, answer: GivenAnswer, now: str) -> list[dict[str, Any]]:
    """The rows of a question and its answer; both have every column, as one statement inserts them."""
    content = storable(answer.content)
    own = {"conversation_id": conversation_id, "said_at": now}
    empty = dict.fromkeys(column.name for column in turns.c)
    asked = {"ordinal": ordinal, "role": "user", "content": question, "searched": fold_words(question)}
    answered = {
        "ordinal": ordinal + 1,
        "role": "assistant",
        "content": content,
        "searched": fold_words(content),
        "standalone": storable(answer.standalone),
        "outcome": answer.outcome,
        "mode": answer.mode,
        "language": answer.language,
        "verified": answer.verified,
        "candidates": _CANDIDATES.dump_python(answer.candidates, mode="json"),
        "record": _RECORD.dump_python(answer.record, mode="json") if answer.record else None,
        "timings_ms": answer.timings_ms,
        "removed": answer.removed,
        "fallback": answer.fallback,
        "version": answer.version,
        "settings": answer.settings,
        "sight": None if answer.sight is None else list(answer.sight),
    }
    return [empty | own | asked, empty | own | answered]


def citation_rows(
    conversation_id: str, turn: int, cited: Sequence[CitedPassage], held: Mapping[str, tuple[str, str]]
) -> list[dict[str, Any]]:
    """The rows of an answer's citations.

    Args:
        conversation_id: whose.
        turn: ordinal of the answer.
        cited: the citations.
        held: (content's hash, root) by document.
    """
    found = []
    for citation in cited:
        evidence, source = citation.evidence, citation.source
        content_hash, root = held.get(evidence.document_id, (None, None))
        found.append(
            {
                "conversation_id": conversation_id,
                "turn": turn,
                "marker": citation.marker,
                "number": citation.number,
                "key": citation.key,
                "document_id": evidence.document_id,
                "content_hash": content_hash,
                "root": root,
                "document": evidence.document,
                "page": evidence.page,
                "section": evidence.section,
                "quote": evidence.quote,
                "start": evidence.start,
                "end": evidence.end,
                "source_number": source.number,
                "source_date": source.date,
                "source_type": source.type,
                "source_issuer": source.issuer,
                "source_title": source.title,
                "source_signatures": _SIGNATURES.dump_python(source.signatures, mode="json") or None,
            }
        )
    return found


def stored_turns(said: Iterable[RowMapping], cited: Iterable[RowMapping]) -> list[StoredTurn]:
    """Rows of turns, in order, with the rows of their citations, as values."""
    by_turn: dict[int, list[CitedPassage]] = {}
    for row in cited:
        by_turn.setdefault(row["turn"], []).append(cited_passage(row))
    return [_stored_turn(row, by_turn.get(row["ordinal"], [])) for row in said]


def cited_passage(row: RowMapping) -> CitedPassage:
    """A row of citations as a value."""
    return CitedPassage(
        marker=row["marker"],
        number=row["number"],
        key=row["key"],
        evidence=Evidence(
            document=row["document"],
            document_id=row["document_id"],
            page=row["page"],
            section=row["section"],
            quote=row["quote"],
            start=row["start"],
            end=row["end"],
        ),
        source=Source(
            number=row["source_number"],
            date=row["source_date"],
            type=row["source_type"],
            issuer=row["source_issuer"],
            title=row["source_title"],
            signatures=_SIGNATURES.validate_python(row["source_signatures"] or ()),
        ),
        content_hash=row["content_hash"],
        root=row["root"],
    )


def _stored_turn(row: RowMapping, cited: Sequence[CitedPassage]) -> StoredTurn:
    answer = None
    if row["role"] == "assistant":
        answer = GivenAnswer(
            content=row["content"],
            standalone=row["standalone"],
            outcome=row["outcome"],
            mode=row["mode"],
            language=row["language"],
            verified=row["verified"],
            version=row["version"],
            settings=row["settings"],
            citations=tuple(cited),
            candidates=_CANDIDATES.validate_python(row["candidates"] or ()),
            record=_RECORD.validate_python(row["record"]) if row["record"] else None,
            timings_ms=row["timings_ms"] or {},
            removed=row["removed"],
            fallback=row["fallback"],
            sight=None if row["sight"] is None else tuple(row["sight"]),
        )
    return StoredTurn(row["ordinal"], row["role"], row["content"], row["said_at"], answer)
