"""What can go wrong for a person at the edge; each message names the thing and the remedy."""


class AssistantError(Exception):
    """Base of the errors that the command line and the web turn into a sentence."""


class EmptyQuestionError(AssistantError):
    """The question holds no words."""


class BadInputError(AssistantError):
    """A file or line that a person gave cannot be read as what it should be, or cannot be written."""


class UnknownDocumentError(AssistantError):
    """No document or page with that id is in the library."""


class ModelError(AssistantError):
    """The language model gave no answer; the message names the endpoint's fault and never the key."""


class NotLoggedInError(AssistantError):
    """Something was asked by nobody, where only those may ask who are logged in."""


__all__ = [
    "AssistantError",
    "BadInputError",
    "EmptyQuestionError",
    "ModelError",
    "NotLoggedInError",
    "UnknownDocumentError",
]
