"""What can go wrong with what is kept; each message names the thing and the remedy."""


class StoreError(Exception):
    """Base of the store's errors."""


class StaleIndexError(StoreError):
    """An index was made by another embedder or chunker than the settings name."""


class LibraryBusyError(StoreError):
    """Another process is writing to the same data folder."""


class CatalogueVersionError(StoreError):
    """The catalogue was written by another version of the program."""


class EmbedderError(StoreError):
    """The embedding model cannot be loaded."""


class CorruptStoreError(StoreError):
    """Catalogue or index is damaged."""


class WriteError(StoreError):
    """Catalogue or index cannot be written: the disk is full, or another program holds it."""


class BackupError(StoreError):
    """A backup cannot be written or taken back."""


class UnknownNumberError(StoreError):
    """What a person gave as a document's number is none."""


class UnknownConversationError(StoreError):
    """The owner has no conversation with that id; that of another owner is the same."""


class RepeatedKeyError(StoreError):
    """A caller's key for a request was used for another one before."""


class ConversationLimitError(StoreError):
    """A message or a title is too long, or the conversation has too many turns."""


class FullConversationError(ConversationLimitError):
    """The conversation has as many turns as one may have."""


class AccessGroupError(StoreError):
    """What a person gave as the name of an access group is none."""


class AccountError(StoreError):
    """A person or a token is not there, is there already, or cannot be as it was given."""


__all__ = [
    "AccessGroupError",
    "AccountError",
    "BackupError",
    "CatalogueVersionError",
    "ConversationLimitError",
    "CorruptStoreError",
    "EmbedderError",
    "FullConversationError",
    "LibraryBusyError",
    "RepeatedKeyError",
    "StaleIndexError",
    "StoreError",
    "UnknownConversationError",
    "UnknownNumberError",
    "WriteError",
]
