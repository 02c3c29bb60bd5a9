"""What a reader process does with a file: the pipeline, with its pages counted first."""

from __future__ import annotations

from ingest.limits import expect_pages
from ingest.models import Document, KeptText, RawDocument, SourceFile
from ingest.pipeline import read_document, read_text
from ingest.readers.page_count import page_count


def document(file: SourceFile) -> Document:
    """The whole file, read and understood.

    Raises:
        IngestError: it cannot be read, or has too many pages.
    """
    counted = _announce(file)
    read = read_document(file)
    _announce_late(counted, len(read.kept.pages))
    return read


def text(file: SourceFile) -> tuple[RawDocument, KeptText]:
    """What the reader gave and the text as kept of it.

    Raises:
        IngestError: it cannot be read, or has too many pages.
    """
    counted = _announce(file)
    raw, kept = read_text(file)
    _announce_late(counted, len(kept.pages))
    return raw, kept


def _announce(file: SourceFile) -> bool:
    count = page_count(file.path, file.kind)
    if count is not None:
        expect_pages(count)
    return count is not None


def _announce_late(counted: bool, pages: int) -> None:
    if not counted:
        expect_pages(pages)
