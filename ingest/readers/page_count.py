"""How many pages a file has, where that is known without reading it."""

from __future__ import annotations

from pathlib import Path


def page_count(path: Path, kind: str) -> int | None:
    """The number of pages of a PDF that opens; None for what tells it only when it is read."""
    if kind != "pdf":
        return None
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    except pypdfium2.PdfiumError:
        # Damaged or locked: its reader says which.
        return None
