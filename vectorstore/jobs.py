"""Work on the library that a server was asked for, and how far it is; every process of the server sees it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import RowMapping, delete, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from vectorstore.catalogue import Catalogue
from vectorstore.conversations import utc_now
from vectorstore.errors import RepeatedKeyError
from vectorstore.tables import jobs

JobKind = Literal["upload", "replace", "remove"]
JobState = Literal["queued", "running", "done", "failed"]

_KEPT = timedelta(days=30)
"""How long a finished job is remembered, and with it its key."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to be done on the library."""

    id: str
    kind: JobKind
    state: JobState
    created_at: str
    """ISO 8601, UTC, as every time here."""
    started_at: str | None
    finished_at: str | None
    done: float
    """Files done; a long one counts in fractions."""
    total: int
    place: str
    """The file at work."""
    files: tuple[dict[str, Any], ...]
    """What is still to be done, as who works on it wrote it; empty afterwards."""
    document_id: str | None
    """The document that is replaced or removed."""
    reports: tuple[dict[str, Any], ...]
    """How each file fared."""
    error: str | None

    def as_json(self) -> dict[str, Any]:
        """What `/api/v1/jobs` shows."""
        return {
            "id": self.id,
            "kind": self.kind,
            "state": self.state,
            "created_at": self.created_at,
            "started_at": self.started_at,
            "finished_at": self.finished_at,
            "progress": {"done": round(self.done, 2), "total": self.total, "file": self.place or None},
            "document_id": self.document_id,
            "files": list(self.reports),
            "error": self.error,
        }


class JobStore:
    """Jobs in the catalogue's database; safe to call from several threads and processes.

    Args:
        catalogue: where they are kept.
        clock: gives the time in UTC.
    """

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime] = utc_now) -> None:
        self._catalogue, self._clock = catalogue, clock

    def add(
        self,
        kind: JobKind,
        owner: str,
        files: Sequence[dict[str, Any]],
        fingerprint: str,
        key: str | None = None,
        document_id: str | None = None,
    ) -> tuple[Job, bool]:
        """Queue a job, or find the one that was asked for with the same key.

        Args:
            kind: what is to be done.
            owner: who asks; keys are each owner's own.
            files: what who works on it needs.
            fingerprint: tells requests apart that share a key.
            key: the caller's name for this request.
            document_id: the document that it is about.

        Returns:
            The job, and whether it is new.

        Raises:
            RepeatedKeyError: the key was used for another request.
        """
        now = self._clock()
        row: dict[str, Any] = {
            "id": str(uuid.uuid4()), "kind": kind, "state": "queued", "owner": owner, "created_at": _text(now),
            "started_at": None, "finished_at": None, "done": 0.0, "total": len(files), "place": "",
            "files": list(files), "document_id": document_id, "reports": [], "error": None,
            "idempotency_key": key, "fingerprint": fingerprint,
        }  # fmt: skip
        try:
            with self._catalogue.begin() as connection:
                old = (jobs.c.finished_at.is_not(None), jobs.c.finished_at < _text(now - _KEPT))
                connection.execute(delete(jobs).where(*old))
                connection.execute(insert(jobs), row)
        except IntegrityError as error:
            known = self._by_key(owner, key)
            if known is None or known["fingerprint"] != fingerprint:
                raise RepeatedKeyError(
                    "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác. Xin dùng khóa mới cho yêu cầu mới."
                ) from error
            return _job(known), False
        return self.get(row["id"]) or _job(row), True

    def _by_key(self, owner: str, key: str | None) -> RowMapping | None:
        query = select(jobs).where(jobs.c.owner == owner, jobs.c.idempotency_key == key)
        with self._catalogue.connect() as connection:
            return connection.execute(query).mappings().first()

    def get(self, job_id: str) -> Job | None:
        """One job; None where there is none."""
        with self._catalogue.connect() as connection:
            row = connection.execute(select(jobs).where(jobs.c.id == job_id)).mappings().first()
        return _job(row) if row else None

    def listed(self, after: tuple[str, str] | None = None, limit: int = 50) -> tuple[int, list[Job]]:
        """The latest first: how many there are in all, and those behind `after` (created_at, id)."""
        query = select(jobs).order_by(jobs.c.created_at.desc(), jobs.c.id.desc()).limit(limit)
        if after:
            query = query.where(tuple_(jobs.c.created_at, jobs.c.id) < tuple_(*after))
        with self._catalogue.connect() as connection:
            total = int(connection.execute(select(func.count()).select_from(jobs)).scalar() or 0)
            return total, [_job(row) for row in connection.execute(query).mappings()]

    # ---------------------------------------------------------------- for who works

    def take(self) -> Job | None:
        """The oldest job that waits, now running; None where none does."""
        waiting = select(jobs.c.id).where(jobs.c.state == "queued").order_by(jobs.c.created_at, jobs.c.id).limit(1)
        with self._catalogue.begin() as connection:
            job_id = connection.execute(waiting).scalar()
            if job_id is None:
                return None
            started = {"state": "running", "started_at": _text(self._clock())}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(**started))
        return self.get(job_id)

    def awaited(self) -> list[dict[str, Any]]:
        """What the jobs that are not finished have still to do."""
        query = select(jobs.c.files).where(jobs.c.finished_at.is_(None))
        with self._catalogue.connect() as connection:
            return [file for files in connection.execute(query).scalars() for file in files]

    def put_back(self, job_id: str | None = None) -> None:
        """Let a running job wait again; without an id every one, for nobody works on them any more."""
        running = [jobs.c.state == "running", *([jobs.c.id == job_id] if job_id else [])]
        with self._catalogue.begin() as connection:
            connection.execute(update(jobs).where(*running).values(state="queued", started_at=None))

    def change(self, job_id: str, **values: Any) -> None:
        """Note how far a job is: `done`, `total`, `place` or `files`."""
        with self._catalogue.begin() as connection:
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))

    def finish(self, job_id: str, reports: Sequence[dict[str, Any]], error: str | None = None) -> None:
        """Close a job; what was to be done is forgotten."""
        ended = {"state": "failed" if error else "done", "finished_at": _text(self._clock()), "error": error}
        self.change(job_id, **ended, reports=list(reports), files=[], place="", done=float(len(reports)))

    def forget(self, document_ids: Collection[str], places: Collection[str]) -> bool:
        """Take what is said of documents out of every finished job; whether there was something."""
        changed = False
        with self._catalogue.begin() as connection:
            for row in connection.execute(select(jobs).where(jobs.c.finished_at.is_not(None))).mappings().all():
                kept = [
                    report
                    for report in row["reports"]
                    if report.get("document_id") not in document_ids and report.get("file") not in places
                ]
                about = row["document_id"] in document_ids
                if about or len(kept) < len(row["reports"]):
                    changed = True
                    left = {"reports": kept, "document_id": None if about else row["document_id"]}
                    connection.execute(update(jobs).where(jobs.c.id == row["id"]).values(**left))
        return changed


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds")


def _job(row: Any) -> Job:
    values = {name: row[name] for name in Job.__dataclass_fields__}
    return Job(**(values | {"files": tuple(row["files"]), "reports": tuple(row["reports"])}))
