"""The cookies of a log-in, and the word by which requests of our own pages are told from those of others."""

from __future__ import annotations

import hashlib
import hmac
import re
from http.cookies import SimpleCookie

from starlette.requests import HTTPConnection

SESSION, CSRF, FLOW = "troly_session", "troly_csrf", "troly_flow"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
_SECRET = re.compile(r"[\w-]{43}")


def is_secret(value: str) -> bool:
    """Whether a cookie's value has the shape of one of ours."""
    return _SECRET.fullmatch(value) is not None


def csrf_of(secret: str) -> str:
    """The word that belongs to a session: who has it has read one of its pages, and cannot tell the session by it."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def csrf_word(request: HTTPConnection) -> str:
    """What the forms of a page must bring back; empty where nobody logs in."""
    return str(request.scope.get("state", {}).get("csrf", ""))


def cookie(
    name: str, value: str, root_path: str, secure: bool, readable: bool = False, seconds: int | None = None
) -> str:
    """A `Set-Cookie` header.

    Args:
        name: of the cookie.
        value: empty to take it away.
        root_path: the path that the product stands under.
        secure: whether it is sent over TLS alone.
        readable: whether our own scripts read it.
        seconds: how long it is kept; None until the browser is closed.
    """
    made = SimpleCookie({name: value})
    made[name]["path"] = f"{root_path}/"
    made[name]["samesite"] = "Lax"
    made[name]["httponly"] = not readable
    made[name]["secure"] = secure
    if not value:
        made[name]["max-age"] = "0"
    elif seconds is not None:
        made[name]["max-age"] = str(seconds)
    return made[name].OutputString()
