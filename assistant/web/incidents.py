"""The one place where an error becomes a sentence for a person and a line in the log."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

from assistant.errors import AssistantError, BusyError, NotLoggedInError, NotMadeError, UnknownDocumentError
from assistant.stored_files import UploadTooLargeError
from assistant.web.texts import Texts
from vectorstore.errors import ConversationLimitError, RepeatedKeyError, StoreError, UnknownConversationError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incident:
    """What a person is told, and the HTTP status that goes with it."""

    status: int
    title: str
    detail: str


def describe(error: Exception, texts: Texts) -> Incident:
    """Our own errors speak for themselves; any other is logged under a code that the person can name.

    The log holds the error and its trace, never the question.
    """
    if isinstance(error, UnknownDocumentError | UnknownConversationError):
        return Incident(404, texts("problem.not_found"), str(error))
    if isinstance(error, NotLoggedInError):
        return Incident(401, texts("problem.refused"), str(error))
    if isinstance(error, UploadTooLargeError):
        return Incident(413, texts("problem.too_large"), str(error))
    if isinstance(error, ConversationLimitError | RepeatedKeyError):
        return Incident(422, texts("problem.refused"), str(error))
    if isinstance(error, StoreError):
        log.error("the library refused", exc_info=error)
        return Incident(503, texts("problem.unavailable"), str(error))
    if isinstance(error, BusyError | NotMadeError):
        return Incident(503, texts("problem.unavailable"), str(error))
    if isinstance(error, AssistantError):
        return Incident(422, texts("problem.refused"), str(error))
    code = secrets.token_hex(4)
    log.error("incident %s", code, exc_info=error)
    return Incident(500, texts("problem.failed"), texts("errors.unexpected", incident=code))
