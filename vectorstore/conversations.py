"""Stored conversations. Every call names the owner; what belongs to another is the same as what is not there."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from ingest.folding import fold_words
from vectorstore import conversation_rows as rows
from vectorstore.catalogue import Catalogue
from vectorstore.conversation_models import Conversation, GivenAnswer, StoredTurn
from vectorstore.database import is_locked
from vectorstore.errors import (
    ConversationLimitError,
    CorruptStoreError,
    FullConversationError,
    LibraryBusyError,
    UnknownConversationError,
)
from vectorstore.tables import citations, conversations, documents, turns

MAX_MESSAGE_CHARACTERS = 20_000
MAX_TITLE_CHARACTERS = 200
MAX_TURNS = 1000
"""Of one conversation; an answer is as long as it is, so this bounds what one page must show."""

_TITLE_FROM_QUESTION = 80


def utc_now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class ConversationStore:
    """Conversations of many people in the catalogue's database; safe to call from several threads and processes.

    Args:
        catalogue: where they are kept.
        clock: gives the time in UTC.
        searches_answers: whether a search looks into answers; not where an answer may have been closed to its owner.
    """

    def __init__(
        self, catalogue: Catalogue, clock: Callable[[], datetime] = utc_now, searches_answers: bool = True
    ) -> None:
        self._catalogue, self._clock, self._searches_answers = catalogue, clock, searches_answers

    # ----------------------------------------------------------------- writing

    def create(self, owner: str, language: str, title: str = "") -> Conversation:
        """Begin an empty conversation.

        Raises:
            ConversationLimitError: the title is too long.
            LibraryBusyError: the database is being written by another process for too long.
            CorruptStoreError: it cannot be written at all.
        """
        kept = _checked(title, MAX_TITLE_CHARACTERS, "Tên hội thoại")
        with self._writing() as connection:
            return self._insert(connection, owner, language, kept)

    def begin(self, owner: str, question: str, answer: GivenAnswer) -> tuple[Conversation, int]:
        """Begin a conversation with its first question and answer; it is called by the question.

        Returns:
            The conversation and the ordinal of the answer.

        Raises:
            ConversationLimitError: the question is too long.
            LibraryBusyError: the database is being written by another process for too long.
            CorruptStoreError: it cannot be written at all.
        """
        asked = _checked(question, MAX_MESSAGE_CHARACTERS, "Câu hỏi")
        with self._writing() as connection:
            begun = self._insert(connection, owner, answer.language, "")
            ordinal = self._append(connection, owner, begun.id, asked, answer)
            return self._found(connection, owner, begun.id), ordinal

    def append(self, owner: str, conversation_id: str, question: str, answer: GivenAnswer) -> int:
        """Add a question with its answer at the end; both or neither, also with several writers at once.

        Returns:
            The ordinal of the answer.

        Raises:
            UnknownConversationError: the owner has no such conversation.
            ConversationLimitError: the question is too long.
            FullConversationError: the conversation is full.
            LibraryBusyError: the database is being written by another process for too long.
            CorruptStoreError: it cannot be written at all.
        """
        asked = _checked(question, MAX_MESSAGE_CHARACTERS, "Câu hỏi")
        with self._writing() as connection:
            return self._append(connection, owner, conversation_id, asked, answer)

    def rename(self, owner: str, conversation_id: str, title: str) -> Conversation:
        """Give a conversation another title.

        Raises:
            UnknownConversationError: the owner has no such conversation.
            ConversationLimitError: the title is too long or empty.
        """
        kept = _checked(title, MAX_TITLE_CHARACTERS, "Tên hội thoại")
        if not kept:
            raise ConversationLimitError("Tên hội thoại trống. Xin nhập tên hội thoại.")
        with self._writing() as connection:
            _change(connection, owner, conversation_id, title=kept, searched=fold_words(kept))
            return self._found(connection, owner, conversation_id)

    def delete(self, owner: str, conversation_id: str) -> None:
        """Remove a conversation with all that was said in it.

        Raises:
            UnknownConversationError: the owner has no such conversation.
        """
        with self._writing() as connection:
            gone = connection.execute(delete(conversations).where(*_own(owner, conversation_id)))
            if not gone.rowcount:
                raise _unknown()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        try:
            with self._catalogue.begin() as connection:
                yield connection
        except OperationalError as error:
            if is_locked(error):
                raise LibraryBusyError(
                    f"Chưa lưu được hội thoại ({error.orig}): cơ sở dữ liệu đang được ghi bởi tiến trình khác. "
                    "Xin thử lại sau khi việc nạp tài liệu kết thúc."
                ) from error
            raise CorruptStoreError(
                f"Chưa lưu được hội thoại ({error.orig}). Kiểm tra dung lượng đĩa, quyền ghi và kết nối của cơ sở dữ "
                "liệu rồi thử lại."
            ) from error

    def _insert(self, connection: Connection, owner: str, language: str, title: str) -> Conversation:
        now = self._now()
        row = {
            "id": str(uuid.uuid4()), "owner": owner, "title": title, "language": language,
            "created_at": now, "updated_at": now, "searched": fold_words(title),
        }  # fmt: skip
        connection.execute(insert(conversations), row)
        return Conversation(row["id"], title, language, now, now, 0)

    def _append(self, connection: Connection, owner: str, conversation_id: str, asked: str, answer: GivenAnswer) -> int:
        now = self._now()
        # The update comes first: it takes the write lock (SQLite) or the row's lock (PostgreSQL), and only then the
        # next ordinal is read, so that two tabs cannot both read the same one.
        _change(connection, owner, conversation_id, updated_at=now)
        own = turns.c.conversation_id == conversation_id
        last = connection.execute(select(func.max(turns.c.ordinal)).where(own)).scalar()
        ordinal = 0 if last is None else int(last) + 1
        if ordinal + 2 > MAX_TURNS:
            raise FullConversationError(
                f"Hội thoại đã có {ordinal} lượt, không thêm được nữa. Xin bắt đầu hội thoại mới."
            )
        if ordinal == 0:
            self._name_by(connection, conversation_id, asked)
        held = self._held(connection, [cited.evidence.document_id for cited in answer.citations])
        connection.execute(insert(turns), rows.turn_rows(conversation_id, ordinal, asked, answer, now))
        cited = rows.citation_rows(conversation_id, ordinal + 1, answer.citations, held)
        if cited:
            connection.execute(insert(citations), cited)
        return ordinal + 1

    @staticmethod
    def _name_by(connection: Connection, conversation_id: str, question: str) -> None:
        """A conversation without a title is called by its first question."""
        title = " ".join(question.split())
        if len(title) > _TITLE_FROM_QUESTION:
            title = title[:_TITLE_FROM_QUESTION].rsplit(" ", 1)[0] + "…"
        unnamed = (conversations.c.id == conversation_id, conversations.c.title == "")
        connection.execute(update(conversations).where(*unnamed).values(title=title, searched=fold_words(title)))

    @staticmethod
    def _held(connection: Connection, document_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """(content's hash, root) of the documents that are there, in whatever state."""
        columns = (documents.c.id, documents.c.content_hash, documents.c.root)
        query = select(*columns).where(documents.c.id.in_(set(document_ids)))
        return {row.id: (row.content_hash, row.root) for row in connection.execute(query)}

    def _now(self) -> str:
        return self._clock().isoformat(timespec="microseconds")

    # ----------------------------------------------------------------- reading

    def listed(self, owner: str, search: str = "", offset: int = 0, limit: int = 50) -> tuple[int, list[Conversation]]:
        """An owner's conversations, the one last spoken in first.

        Args:
            owner: whose.
            search: words that the title, a question or an answer must hold, in this order; diacritics do not count.
            offset: how many to pass over.
            limit: how many to give at most.

        Returns:
            How many there are in all, and the window asked for.
        """
        wanted = [conversations.c.owner == owner, *_holding(search, self._searches_answers)]
        order = (conversations.c.updated_at.desc(), conversations.c.id)
        query = rows.conversation_query().where(*wanted).order_by(*order).offset(offset).limit(limit)
        with self._catalogue.connect() as connection:
            total = connection.execute(select(func.count()).select_from(conversations).where(*wanted)).scalar()
            return int(total or 0), [rows.conversation(row) for row in connection.execute(query).mappings()]

    def get(self, owner: str, conversation_id: str) -> Conversation:
        """One conversation without what was said in it.

        Raises:
            UnknownConversationError: the owner has no such conversation.
        """
        with self._catalogue.connect() as connection:
            return self._found(connection, owner, conversation_id)

    def turns(self, owner: str, conversation_id: str, last: int | None = None) -> list[StoredTurn]:
        """What was said, in order; of a long conversation the `last` turns alone.

        Raises:
            UnknownConversationError: the owner has no such conversation.
        """
        with self._catalogue.connect() as connection:
            self._found(connection, owner, conversation_id)
            query = select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.ordinal.desc())
            found = list(connection.execute(query.limit(last) if last is not None else query).mappings())
            first = found[-1]["ordinal"] if found else 0
            cited = select(citations).where(
                citations.c.conversation_id == conversation_id, citations.c.turn >= first
            ).order_by(citations.c.turn, citations.c.marker)  # fmt: skip
            return rows.stored_turns(reversed(found), connection.execute(cited).mappings())

    @staticmethod
    def _found(connection: Connection, owner: str, conversation_id: str) -> Conversation:
        query = rows.conversation_query().where(*_own(owner, conversation_id))
        row = connection.execute(query).mappings().first()
        if row is None:
            raise _unknown()
        return rows.conversation(row)


def _own(owner: str, conversation_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return conversations.c.owner == owner, conversations.c.id == conversation_id


def _change(connection: Connection, owner: str, conversation_id: str, **values: Any) -> None:
    changed = connection.execute(update(conversations).where(*_own(owner, conversation_id)).values(**values))
    if not changed.rowcount:
        raise _unknown()


def _unknown() -> UnknownConversationError:
    return UnknownConversationError("Không có hội thoại này: có thể hội thoại đã được xóa. Xin chọn hội thoại khác.")


def _holding(search: str, in_answers: bool) -> list[ColumnElement[bool]]:
    words = fold_words(search)
    if not words:
        return []
    said = exists().where(turns.c.conversation_id == conversations.c.id, turns.c.searched.contains(words))
    said = said if in_answers else said.where(turns.c.role == "user")
    return [or_(conversations.c.searched.contains(words), said)]


def _checked(text: str, limit: int, what: str) -> str:
    """The text as both databases can hold it.

    Raises:
        ConversationLimitError: it is longer than `limit` characters.
    """
    kept = rows.storable(text).strip()
    if len(kept) > limit:
        raise ConversationLimitError(f"{what} dài {len(kept)} ký tự, vượt quá {limit}. Xin rút gọn.")
    return kept
