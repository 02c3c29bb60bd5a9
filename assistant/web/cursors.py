"""Marks that say where the next page of a list begins: opaque to the caller, valid as long as the list."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import Query

from assistant.errors import BadInputError

Cursor = Annotated[
    str | None, Query(max_length=1000, description="`next` of the page before; left out for the first page.")
]


def make_cursor(*parts: str | int) -> str:
    """A mark that `read_cursor` takes apart."""
    return base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(cursor: str, kinds: Sequence[type]) -> list[str | int]:
    """The parts of a mark.

    Args:
        cursor: as a caller sent it.
        kinds: `str` or `int` for each part.

    Raises:
        BadInputError: it is not one of ours.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = json.loads(raw.decode("utf-8"))
    except (binascii.Error, ValueError):
        parts = None
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise BadInputError("Tham số cursor không hợp lệ: xin dùng đúng giá trị next của trang trước.")
    return parts


def read_pair(cursor: str | None) -> tuple[str, str] | None:
    """The mark of a list by time: (time, id).

    Raises:
        BadInputError: it is not one of ours.
    """
    if not cursor:
        return None
    first, second = read_cursor(cursor, (str, str))
    return str(first), str(second)
