"""Why a file could not be read. Each message names the file's trouble and the remedy."""


class IngestError(Exception):
    """A file that cannot become a document; the message says why and what to do, in Vietnamese."""


class UnsupportedFormatError(IngestError):
    """The content is of a kind that no reader takes."""


class UnreadableFileError(IngestError):
    """The file cannot be opened or is damaged."""


class EncryptedFileError(IngestError):
    """The file asks for a password."""


class NoTextError(IngestError):
    """The file opens, but holds no text (a scan without text layer, an empty file)."""


class TooLargeError(IngestError):
    """The file exceeds a limit of the settings."""


__all__ = [
    "EncryptedFileError",
    "IngestError",
    "NoTextError",
    "TooLargeError",
    "UnreadableFileError",
    "UnsupportedFormatError",
]
