"""What can go wrong for a person at the edge; each message names the thing and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.models import PictureState


class AssistantError(Exception):
    """Base of the errors that the command line and the web turn into a sentence."""


class EmptyQuestionError(AssistantError):
    """The question holds no words."""


class BadInputError(AssistantError):
    """A file or line that a person gave cannot be read as what it should be, or cannot be written."""


class UnknownDocumentError(AssistantError):
    """No document or page with that id is in the library."""


class NoPictureError(UnknownDocumentError):
    """A page has no picture; the message says why."""

    def __init__(self, state: PictureState, message: str) -> None:
        super().__init__(message)
        self.state = state


class BusyError(AssistantError):
    """Too much of one kind is asked for at a time; a little later it can be done."""


class NotMadeError(AssistantError):
    """A file that was asked for could not be made on this machine; the message says what is missing."""


class ModelError(AssistantError):
    """The language model gave no answer; the message names the endpoint's fault and never the key."""


class NotLoggedInError(AssistantError):
    """Something was asked by nobody, where only those may ask who are logged in."""


__all__ = [
    "AssistantError",
    "BadInputError",
    "BusyError",
    "EmptyQuestionError",
    "ModelError",
    "NoPictureError",
    "NotLoggedInError",
    "NotMadeError",
    "UnknownDocumentError",
]
