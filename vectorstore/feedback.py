"""What people thought of answers, kept with the answer as it was."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import RowMapping, func, insert, select, tuple_
from sqlalchemy.exc import OperationalError

from vectorstore.catalogue import Catalogue
from vectorstore.conversation_rows import storable
from vectorstore.conversations import utc_now
from vectorstore.database import is_locked
from vectorstore.errors import CorruptStoreError, LibraryBusyError
from vectorstore.tables import feedback

Rating = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class GivenFeedback:
    """A thumb up or down on an answer, and that answer."""

    owner: str
    rating: Rating
    reason: str
    """In the person's words; may be empty."""
    question: str
    standalone: str
    """The question as it was understood, standing alone."""
    answer: str
    outcome: str
    mode: str
    language: str
    citations: Sequence[dict[str, Any]]
    """As the command line prints them."""
    stored: bool
    """Whether the answer was taken from a stored conversation; False where the caller sent it."""
    version: str
    """Of the product that answered."""
    settings: str
    """Fingerprint of the settings that it answered under."""


@dataclass(frozen=True, slots=True)
class StoredFeedback:
    """Feedback in the database."""

    id: str
    given_at: str
    """ISO 8601, UTC."""
    given: GivenFeedback = field(repr=False)

    def as_json(self) -> dict[str, Any]:
        """A line of `troly feedback list --json`; not whose it is."""
        given = {name: value for name, value in asdict(self.given).items() if name != "owner"}
        return {"id": self.id, "given_at": self.given_at, **given}


class FeedbackStore:
    """Feedback in the catalogue's database; safe to call from several threads and processes.

    Args:
        catalogue: where it is kept.
        clock: gives the time in UTC.
    """

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime] = utc_now) -> None:
        self._catalogue, self._clock = catalogue, clock

    def add(self, given: GivenFeedback) -> StoredFeedback:
        """Keep one.

        Raises:
            LibraryBusyError: the database is being written by another process for too long.
            CorruptStoreError: it cannot be written at all.
        """
        kept = StoredFeedback(str(uuid.uuid4()), self._clock().isoformat(timespec="microseconds"), given)
        row = {"id": kept.id, "given_at": kept.given_at, **asdict(given)}
        row |= {name: storable(row[name]) for name in ("reason", "question", "standalone", "answer")}
        row["citations"] = list(given.citations)
        try:
            with self._catalogue.begin() as connection:
                connection.execute(insert(feedback), row)
        except OperationalError as error:
            if is_locked(error):
                raise LibraryBusyError("Chưa lưu được góp ý: cơ sở dữ liệu đang bận. Xin thử lại sau.") from error
            raise CorruptStoreError(
                f"Chưa lưu được góp ý ({error.orig}). Kiểm tra dung lượng đĩa và quyền ghi rồi thử lại."
            ) from error
        return kept

    def listed(
        self, rating: Rating | None = None, after: tuple[str, str] | None = None, limit: int = 50
    ) -> tuple[int, list[StoredFeedback]]:
        """The latest first.

        Args:
            rating: only these; None for all.
            after: (given_at, id) of the one behind which the window begins.
            limit: how many at most.

        Returns:
            How many there are in all, and the window asked for.
        """
        wanted = [feedback.c.rating == rating] if rating else []
        total_query = select(func.count()).select_from(feedback).where(*wanted)
        if after:
            wanted.append(tuple_(feedback.c.given_at, feedback.c.id) < tuple_(*after))
        order = (feedback.c.given_at.desc(), feedback.c.id.desc())
        query = select(feedback).where(*wanted).order_by(*order).limit(limit)
        with self._catalogue.connect() as connection:
            total = int(connection.execute(total_query).scalar() or 0)
            return total, [_stored(row) for row in connection.execute(query).mappings()]

    def everything(self, rating: Rating | None = None) -> Iterator[StoredFeedback]:
        """All of it, the oldest first."""
        wanted = [feedback.c.rating == rating] if rating else []
        query = select(feedback).where(*wanted).order_by(feedback.c.given_at, feedback.c.id)
        with self._catalogue.connect() as connection:
            yield from map(_stored, connection.execute(query).mappings())


def _stored(row: RowMapping) -> StoredFeedback:
    given = {name: row[name] for name in GivenFeedback.__dataclass_fields__}
    return StoredFeedback(row["id"], row["given_at"], GivenFeedback(**given))
