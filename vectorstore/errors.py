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


__all__ = [
    "CatalogueVersionError",
    "CorruptStoreError",
    "EmbedderError",
    "LibraryBusyError",
    "StaleIndexError",
    "StoreError",
]
