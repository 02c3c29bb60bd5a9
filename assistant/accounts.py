"""Who somebody is and what they may: roles, scopes, passwords, tokens, log-ins."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from threading import BoundedSemaphore
from typing import Literal, get_args

from assistant.config import Settings
from vectorstore.access import EVERYTHING, Sight, group_names
from vectorstore.catalogue import Catalogue
from vectorstore.errors import AccountError
from vectorstore.people import ApiToken, People, Person, Session

Role = Literal["reader", "librarian", "administrator"]
Scope = Literal["ask", "read", "write", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
SCOPES: tuple[Scope, ...] = get_args(Scope)
LEAST_PASSWORD, MOST_PASSWORD = 12, 256
TOKEN_MARK = "troly_"  # noqa: S105 - what a token begins with, so that a leaked one is recognised
_OF_ROLE: dict[str, frozenset[Scope]] = {
    "reader": frozenset({"ask", "read"}),
    "librarian": frozenset({"ask", "read", "write"}),
    "administrator": frozenset({"ask", "read", "write", "admin"}),
}
_HASHING_AT_ONCE = 2
"""Each takes 64 MB: a storm of log-ins must not take the memory of those who ask."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who a request comes from, and what they may see and do."""

    owner: str
    """Whose conversations are theirs."""
    name: str
    scopes: frozenset[Scope]
    sight: Sight
    role: str = ""
    """Of a person; empty for a program."""


def person_name(given: str) -> str:
    """The name as it is kept and compared: composed, in small letters.

    Raises:
        AccountError: it is none.
    """
    name = unicodedata.normalize("NFKC", given).strip().casefold()
    if not 1 <= len(name) <= 120 or any(not letter.isprintable() for letter in name):
        raise AccountError("Tên người dùng phải có từ 1 đến 120 ký tự, không có ký tự điều khiển.")
    return name


def checked_role(given: str) -> Role:
    """One of the roles.

    Raises:
        AccountError: it is none.
    """
    for role in ROLES:
        if role == given:
            return role
    raise AccountError(f"Không có vai trò “{given}”. Các vai trò: {', '.join(ROLES)}.")


def checked_scopes(given: Sequence[str]) -> tuple[Scope, ...]:
    """Scopes in their order, each once.

    Raises:
        AccountError: one of them is none, or there is none at all.
    """
    unknown = [scope for scope in given if scope not in SCOPES]
    if unknown or not given:
        raise AccountError(f"Phạm vi không hợp lệ: “{', '.join(unknown)}”. Các phạm vi: {', '.join(SCOPES)}.")
    return tuple(scope for scope in SCOPES if scope in given)


class Accounts:
    """Knows persons, tokens and log-ins.

    Args:
        catalogue: the whole one.
        settings: how long a log-in holds.
        people: where they are kept; made over the catalogue if left out.
    """

    def __init__(self, catalogue: Catalogue, settings: Settings, people: People | None = None) -> None:
        self.people = people or People(catalogue)
        self._idle = timedelta(minutes=settings.session_idle_min)
        self._longest = timedelta(hours=settings.session_max_h)
        self._hashing = BoundedSemaphore(_HASHING_AT_ONCE)

    # -------------------------------------------------------------- passwords

    @cached_property
    def _hasher(self) -> object:
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _nobodys(self) -> str:
        """The hash of a password that nobody has: an unknown name takes as long as a known one."""
        return self.hashed(secrets.token_urlsafe(32))

    def hashed(self, password: str) -> str:
        """The password's argon2id hash.

        Raises:
            AccountError: it is too short or too long.
        """
        from argon2 import PasswordHasher

        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            raise AccountError(f"Mật khẩu phải có từ {LEAST_PASSWORD} đến {MOST_PASSWORD} ký tự.")
        assert isinstance(self._hasher, PasswordHasher)
        with self._hashing:
            return self._hasher.hash(unicodedata.normalize("NFC", password))

    def verified(self, name: str, password: str) -> Person | None:
        """The person of that name and password; None where either is wrong, without telling which."""
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        assert isinstance(self._hasher, PasswordHasher)
        try:
            person = self.people.person(person_name(name))
        except AccountError:
            person = None
        kept = person.password_hash if person and person.password_hash else None
        typed = unicodedata.normalize("NFC", password[: MOST_PASSWORD + 1])
        try:
            with self._hashing:
                self._hasher.verify(kept or self._nobodys, typed)
        except (VerificationError, InvalidHashError):
            return None
        if person is None or kept is None:
            return None
        if self._hasher.check_needs_rehash(kept):
            self.people.change(person.name, password_hash=self.hashed(typed))
        return person

    # ---------------------------------------------------------------- viewers

    def log_in(self, person: Person, before: str = "") -> str:
        """A new session of a person who has shown their password; the secret of its cookie.

        Args:
            person: who.
            before: the secret that the browser held until now; it ends.
        """
        secret = secrets.token_urlsafe(32)
        self.people.begin_session(secret, f"person:{person.id}", person.name, person, (), before)
        return secret

    def log_in_from_outside(self, subject: str, name: str, groups: Sequence[str], before: str = "") -> str:
        """A new session of somebody whom an identity provider vouches for."""
        secret = secrets.token_urlsafe(32)
        known = self.people.person(person_name(name))
        owner = f"person:{known.id}" if known else outside_owner("oidc", subject)
        self.people.begin_session(secret, owner, person_name(name), known, _usable(groups), before)
        return secret

    def of_session(self, secret: str) -> Viewer | None:
        """Who holds a session's secret; None where it is none, or none any more."""
        session = self.people.session(secret, self._idle, self._longest)
        return _viewer_of(session) if session else None

    def of_token(self, secret: str) -> Viewer | None:
        """What a program may that shows a token; None where it is none, or none any more."""
        token = self.people.token(secret) if secret.startswith(TOKEN_MARK) else None
        return _program(token) if token else None

    def of_header(self, name: str, groups: Sequence[str] = ()) -> Viewer:
        """Somebody whom a proxy vouches for.

        Raises:
            AccountError: the name is none.
        """
        kept = person_name(name)
        known = self.people.person(kept)
        owner = f"person:{known.id}" if known else outside_owner("header", kept)
        return _viewer(owner, kept, known, _usable(groups))

    def new_token(
        self, label: str, scopes: Sequence[str], groups: Sequence[str] = (), days: int | None = None
    ) -> tuple[str, ApiToken]:
        """A token, which is seen this once, and what is kept of it.

        Raises:
            AccountError: a scope is none.
            AccessGroupError: a group's name is none.
        """
        secret = TOKEN_MARK + secrets.token_urlsafe(32)
        return secret, self.people.add_token(secret, label, checked_scopes(scopes), group_names(groups), days)


def outside_owner(kind: str, subject: str) -> str:
    """The owner's id of somebody who is not entered here."""
    import hashlib

    return f"{kind}:{hashlib.sha256(subject.encode()).hexdigest()[:40]}"


def _usable(groups: Sequence[str]) -> tuple[str, ...]:
    """Names from outside that can be names of groups here; others can close no document."""
    from vectorstore.errors import AccessGroupError

    kept: list[str] = []
    for group in groups:
        try:
            kept += group_names([group])
        except AccessGroupError:
            continue
    return tuple(dict.fromkeys(kept))


def _viewer_of(session: Session) -> Viewer:
    return _viewer(session.owner, session.name, session.person, session.groups)


def _viewer(owner: str, name: str, person: Person | None, told: Sequence[str]) -> Viewer:
    role = person.role if person else "reader"
    groups = frozenset((*told, *(person.groups if person else ())))
    sight = EVERYTHING if role == "administrator" else Sight(groups)
    return Viewer(owner, name, _OF_ROLE.get(role, frozenset()), sight, role)


def _program(token: ApiToken) -> Viewer:
    admin = "admin" in token.scopes
    scopes = frozenset(SCOPES if admin else (scope for scope in SCOPES if scope in token.scopes))
    sight = EVERYTHING if admin else Sight(frozenset(token.groups))
    return Viewer(f"token:{token.id}", token.label, scopes, sight)
