"""The one who is asking, from the gate to the library: nothing behind the gate reads with anybody else's eyes."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

from assistant.accounts import Accounts, Viewer
from assistant.config import Settings
from assistant.errors import NotLoggedInError
from assistant.service import Assistant
from assistant.sights import Sights
from assistant.web.service_protocol import Service
from assistant.withheld import View
from vectorstore import audit
from vectorstore.catalogue import Catalogue
from vectorstore.errors import StoreError

log = logging.getLogger(__name__)

_VIEWER: ContextVar[Viewer | None] = ContextVar("viewer", default=None)
STATE = "viewer"
"""Under this name the gate leaves the viewer in the request's state."""
_NOTED = {
    "ask": "ask", "stream": "ask", "status": "status", "search": "search", "page": "see", "letterhead": "see",
    "confirm_header": "change",
}  # fmt: skip
"""What is noted of who did it, and as what."""


def current_viewer() -> Viewer:
    """Who is asking.

    Raises:
        NotLoggedInError: this did not come through the gate.
    """
    viewer = _VIEWER.get()
    if viewer is None:
        raise NotLoggedInError("Yêu cầu không có người đăng nhập. Xin tải lại trang rồi đăng nhập.")
    return viewer


@contextmanager
def viewed_by(viewer: Viewer | None) -> Iterator[None]:
    """Whatever is asked in this block is asked by this one."""
    before = _VIEWER.set(viewer)
    try:
        yield
    finally:
        _VIEWER.reset(before)


def viewer_of(request: object) -> Viewer | None:
    """Whom the gate found behind a request of Starlette, or of Gradio, whose events run apart from their requests."""
    inner = getattr(request, "request", None) or request
    scope = getattr(inner, "scope", None)
    found = scope.get("state", {}).get(STATE) if isinstance(scope, dict) else None
    return found if isinstance(found, Viewer) else None


class ViewedService:
    """The assistant's whole face, each call of it turned to the view of the one who is asking.

    It has no methods of its own: what is added to the assistant is restricted by being added.
    """

    def __init__(self, sights: Sights, catalogue: Catalogue) -> None:
        self._sights, self._catalogue = sights, catalogue

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        viewer = current_viewer()
        found = getattr(self._sights.of(viewer.sight), name)
        if name not in _NOTED:
            return found

        def noted(*args: Any, **kwargs: Any) -> Any:
            what = args[0] if args else next(iter(kwargs.values()), "")
            note(self._catalogue, viewer, _NOTED[name], " ".join(map(str, args[:2])) if name == "page" else str(what))
            return found(*args, **kwargs)

        return noted


def note(catalogue: Catalogue, viewer: Viewer, act: str, what: str = "") -> None:
    """Note a deed; where it cannot be noted, that is logged, without name or words."""
    try:
        audit.note(catalogue, viewer.owner, viewer.name, act, what)
    except StoreError as error:
        log.error("a deed could not be noted: %s", type(error).__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """What a server with log-ins needs."""

    accounts: Accounts
    sights: Sights
    whole: Assistant

    @classmethod
    def over(cls, assistant: Assistant, settings: Settings) -> Access:
        """Over the assistant that sees everything."""
        return cls(Accounts(assistant.catalogue, settings), Sights(assistant), assistant)

    @property
    def service(self) -> Service:
        """The assistant as the one sees it who is asking."""
        return cast(Service, ViewedService(self.sights, self.whole.catalogue))

    def view(self) -> View:
        """What the one may see who is asking."""
        sight = current_viewer().sight
        seen = self.sights.of(sight)
        return View(sight, seen.catalogue, seen.registry)
