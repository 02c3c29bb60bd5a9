"""Which right a request needs. What stands in no line of this table needs an administrator's."""

from __future__ import annotations

import re
from typing import Literal

from assistant.accounts import Scope

Need = Scope | Literal["public"]

_SAFE = frozenset({"GET", "HEAD"})
_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What is the same for everybody, and says nothing of a document.
_SAME_FOR_ALL = r"/(?:(?:ui|assets|svelte|static)/.*|theme\.css|favicon\.ico|manifest\.json|robots\.txt|widget\.js)"
_TABLE: tuple[tuple[frozenset[str] | None, str, Need], ...] = (
    (_SAFE, _SAME_FOR_ALL, "public"),
    (_SAFE, r"/(?:healthz|readyz)", "public"),
    (None, r"/login(?:/start|/callback)?", "public"),
    (None, r"/(?:account|logout)", "ask"),
    (None, r"/(?:config/?|gradio_api/.*|embed(?:/.*)?|mcp(?:/.*)?)?", "ask"),
    (frozenset({"POST"}), r"/api/v1/(?:ask|feedback)", "ask"),
    (None, r"/api/v1/conversations(?:/.*)?", "ask"),
    # Their reports name files, and what people judged quotes documents, whoever may see these.
    (None, r"/api/v1/(?:jobs|feedback)(?:/.*)?", "admin"),
    (_CHANGING, r"/api/v1/documents(?:/.*)?", "admin"),
    (_SAFE, r"/api/v1/.*", "read"),
    (frozenset({"POST"}), r"/api/v1/(?:numbers|search|status)", "read"),
    (None, r"/(?:api/v1/.*|text-health(?:\.xlsx)?|review(?:/.*)?)", "write"),
)


def need_of(method: str, path: str) -> Need:
    """The right that a request needs, its path without the root path; `public` for none."""
    for methods, pattern, need in _TABLE:
        if (methods is None or method in methods) and re.fullmatch(pattern, path):
            return need
    return "admin"
