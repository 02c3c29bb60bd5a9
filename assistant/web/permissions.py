"""Who may change the library and see what librarians see: the one place that says so."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from starlette.exceptions import HTTPException

from assistant.web.texts import Texts


def librarians_only(allowed: bool, texts: Texts) -> Callable[[Request], None]:
    """What a route of librarians depends on; a log-in takes this function's place.

    Args:
        allowed: whether the settings let those who reach the server do a librarian's work.
        texts: for the sentence of the refusal.
    """

    def check(_request: Request) -> None:
        if not allowed:
            raise HTTPException(403, texts("problem.not_librarian"))

    return check
