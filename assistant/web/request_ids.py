"""One id a request: the caller's where it is a fit one, in the answer, in problems and in every line of the log."""

from __future__ import annotations

import logging
import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-Id"
LOG_FORMAT = "%(levelname)s %(name)s [%(request_id)s]: %(message)s"

current: ContextVar[str] = ContextVar("request_id", default="-")
"""The id of the request that is being answered; `-` outside of one."""

_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id_for(sent: str | None) -> str:
    """The id that a caller sent where it can stand in a log; else a new one."""
    return sent if sent and _FIT.fullmatch(sent) else secrets.token_hex(8)


class _AddRequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record pass, with the id."""
        record.request_id = current.get()
        return True


def log_request_ids() -> None:
    """Let the handlers that stand print the id in every line."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(_AddRequestId())
        handler.setFormatter(logging.Formatter(LOG_FORMAT))
