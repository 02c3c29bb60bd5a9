"""Persons, tokens and sessions as the database keeps them. What a secret is and who may what is decided elsewhere."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from vectorstore.account_tables import api_tokens, login_flows, persons, sessions
from vectorstore.catalogue import Catalogue
from vectorstore.errors import AccountError

_FLOW_LIVES = timedelta(minutes=10)
# A session that is used every second is not written every second.
_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody that an administrator has entered."""

    id: str
    name: str
    password_hash: str | None
    role: str
    groups: tuple[str, ...]
    created_at: str


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of a program, without the token itself."""

    id: str
    label: str
    scopes: tuple[str, ...]
    groups: tuple[str, ...]
    created_at: str
    expires_at: str | None
    used_at: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in that holds."""

    owner: str
    name: str
    groups: tuple[str, ...]
    """Those that an identity provider told."""
    person: Person | None
    """None for one that only the identity provider knows."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A log-in under way at an identity provider."""

    state: str
    nonce: str
    verifier: str
    goal: str


def hash_of(secret: str) -> str:
    """What is kept of a random secret of 256 bits: so long a one needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


class People:
    """Persons, tokens and sessions of one catalogue. Safe to call from several threads.

    Args:
        catalogue: the whole one.
        clock: tells the time, with its zone UTC.
    """

    def __init__(self, catalogue: Catalogue, clock: Callable[[], datetime] = _now) -> None:
        self._catalogue, self._clock = catalogue, clock

    # ---------------------------------------------------------------- persons

    def add(self, name: str, password_hash: str | None, role: str, groups: Sequence[str]) -> Person:
        """Enter a person.

        Raises:
            AccountError: there is one of that name.
        """
        row = {
            "id": str(uuid.uuid4()), "name": name, "password_hash": password_hash, "role": role,
            "groups": list(groups), "created_at": self._time(),
        }  # fmt: skip
        try:
            with self._catalogue.begin() as connection:
                connection.execute(insert(persons), row)
        except IntegrityError as error:
            raise AccountError(f"Đã có người dùng “{name}”. Xem `troly user list`.") from error
        return _person(row)

    def persons(self) -> list[Person]:
        """Everybody, by name."""
        with self._catalogue.connect() as connection:
            return [_person(row) for row in connection.execute(select(persons).order_by(persons.c.name)).mappings()]

    def person(self, name: str) -> Person | None:
        """One of them; None where there is none of that name."""
        with self._catalogue.connect() as connection:
            row = connection.execute(select(persons).where(persons.c.name == name)).mappings().first()
        return _person(row) if row else None

    def change(self, name: str, **values: Any) -> None:
        """Give a person another password's hash, role or groups; a new password ends every log-in.

        Raises:
            AccountError: there is none of that name.
        """
        with self._catalogue.begin() as connection:
            changed = connection.execute(update(persons).where(persons.c.name == name).values(**values))
            if not changed.rowcount:
                raise _nobody(name)
            if "password_hash" in values:
                own = select(persons.c.id).where(persons.c.name == name)
                connection.execute(delete(sessions).where(sessions.c.person_id.in_(own)))

    def remove(self, name: str) -> None:
        """Take a person out, with every log-in.

        Raises:
            AccountError: there is none of that name.
        """
        with self._catalogue.begin() as connection:
            if not connection.execute(delete(persons).where(persons.c.name == name)).rowcount:
                raise _nobody(name)

    # ----------------------------------------------------------------- tokens

    def add_token(
        self, secret: str, label: str, scopes: Sequence[str], groups: Sequence[str], days: int | None
    ) -> ApiToken:
        """Keep what proves a token."""
        ends = (self._clock() + timedelta(days=days)).isoformat(timespec="seconds") if days else None
        row = {
            "id": str(uuid.uuid4()), "hash": hash_of(secret), "label": label, "scopes": list(scopes),
            "groups": list(groups), "created_at": self._time(), "expires_at": ends, "used_at": None,
        }  # fmt: skip
        with self._catalogue.begin() as connection:
            connection.execute(insert(api_tokens), row)
        return _token(row)

    def tokens(self) -> list[ApiToken]:
        """All tokens, the oldest first, also those that have expired."""
        query = select(api_tokens).order_by(api_tokens.c.created_at, api_tokens.c.id)
        with self._catalogue.connect() as connection:
            return [_token(row) for row in connection.execute(query).mappings()]

    def token(self, secret: str) -> ApiToken | None:
        """The token that a program shows; None where there is none such, or it has expired."""
        here = api_tokens.c.hash == hash_of(secret)
        with self._catalogue.connect() as connection:
            row = connection.execute(select(api_tokens).where(here)).mappings().first()
        now = self._clock()
        if row is None or (row["expires_at"] and datetime.fromisoformat(row["expires_at"]) <= now):
            return None
        if row["used_at"] is None or now - datetime.fromisoformat(row["used_at"]) >= _NOTED_EVERY:
            # Nobody is refused because somebody else is writing.
            with suppress(OperationalError), self._catalogue.begin() as connection:
                connection.execute(update(api_tokens).where(here).values(used_at=self._time()))
        return _token(row)

    def revoke(self, token_id: str) -> None:
        """Take a token out.

        Raises:
            AccountError: there is none of that id, or of several that begin so.
        """
        found = [token.id for token in self.tokens() if token.id.startswith(token_id)] if token_id else []
        if len(found) != 1:
            raise AccountError(f"Không có đúng một mã truy cập bắt đầu bằng “{token_id}”. Xem `troly token list`.")
        with self._catalogue.begin() as connection:
            connection.execute(delete(api_tokens).where(api_tokens.c.id == found[0]))

    # --------------------------------------------------------------- sessions

    def begin_session(
        self, secret: str, owner: str, name: str, person: Person | None, groups: Sequence[str], replaces: str = ""
    ) -> None:
        """Let a new secret stand for a log-in; the one that the browser had before is worth nothing any more."""
        now = self._time()
        row = {
            "hash": hash_of(secret), "owner": owner, "name": name, "person_id": person.id if person else None,
            "groups": list(groups), "created_at": now, "seen_at": now,
        }  # fmt: skip
        with self._catalogue.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == hash_of(replaces)))
            connection.execute(insert(sessions), row)

    def session(self, secret: str, idle: timedelta, longest: timedelta) -> Session | None:
        """The log-in that a secret stands for; None where there is none, or it is too old, or unused for too long."""
        here = sessions.c.hash == hash_of(secret)
        query = select(sessions).where(here)
        with self._catalogue.connect() as connection:
            row = connection.execute(query).mappings().first()
            own = select(persons).where(persons.c.id == (row["person_id"] if row else None))
            person = connection.execute(own).mappings().first() if row else None
        if row is None:
            return None
        now, seen = self._clock(), datetime.fromisoformat(row["seen_at"])
        if now - seen > idle or now - datetime.fromisoformat(row["created_at"]) > longest:
            self._forget(sessions.c.seen_at < (now - idle).isoformat(timespec="seconds"), here)
            return None
        if now - seen >= _NOTED_EVERY:
            with suppress(OperationalError), self._catalogue.begin() as connection:
                connection.execute(update(sessions).where(here).values(seen_at=self._time()))
        return Session(row["owner"], row["name"], tuple(row["groups"]), _person(person) if person else None)

    def end_session(self, secret: str) -> None:
        """Log out."""
        with self._catalogue.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.hash == hash_of(secret)))

    def _forget(self, *which: ColumnElement[bool]) -> None:
        with suppress(OperationalError), self._catalogue.begin() as connection:
            for one in which:
                connection.execute(delete(sessions).where(one))

    # ------------------------------------------------------------------ flows

    def begin_flow(self, secret: str, flow: Flow) -> None:
        """Note what a log-in at an identity provider began with."""
        row = {
            "hash": hash_of(secret), "state": flow.state, "nonce": flow.nonce, "verifier": flow.verifier,
            "goal": flow.goal, "created_at": self._time(),
        }  # fmt: skip
        old = (self._clock() - _FLOW_LIVES).isoformat(timespec="seconds")
        with self._catalogue.begin() as connection:
            connection.execute(delete(login_flows).where(login_flows.c.created_at < old))
            connection.execute(insert(login_flows), row)

    def take_flow(self, secret: str) -> Flow | None:
        """What was noted, once; None where nothing was, or too long ago."""
        here = login_flows.c.hash == hash_of(secret)
        with self._catalogue.begin() as connection:
            row = connection.execute(delete(login_flows).where(here).returning(login_flows)).mappings().first()
        if row is None:
            return None
        if self._clock() - datetime.fromisoformat(row["created_at"]) > _FLOW_LIVES:
            return None
        return Flow(row["state"], row["nonce"], row["verifier"], row["goal"])

    def _time(self) -> str:
        return self._clock().isoformat(timespec="seconds")


def _nobody(name: str) -> AccountError:
    return AccountError(f"Không có người dùng “{name}”. Xem `troly user list`.")


def _person(row: Any) -> Person:
    return Person(row["id"], row["name"], row["password_hash"], row["role"], tuple(row["groups"]), row["created_at"])


def _token(row: Any) -> ApiToken:
    return ApiToken(
        row["id"], row["label"], tuple(row["scopes"]), tuple(row["groups"]), row["created_at"], row["expires_at"],
        row["used_at"],
    )  # fmt: skip
