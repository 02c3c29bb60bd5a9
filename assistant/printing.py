"""The JSON shapes of the command line for what other packages define (CONTRACTS)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.models import DocumentHeader, FileReport, NumberMention
from vectorstore.models import signature_json

if TYPE_CHECKING:
    from vectorstore.catalogue import Catalogue
    from vectorstore.rows import StoredDocument


def iso(day: date | None) -> str | None:
    """`2016-11-09`, or None."""
    return day.isoformat() if day else None


def number_json(mention: NumberMention) -> dict[str, Any]:
    """A line of `troly numbers`."""
    return {
        "surface": mention.surface,
        "start": mention.span.start,
        "end": mention.span.end,
        "canonical": mention.canonical,
        "key": mention.key,
        "number": mention.number,
        "type": mention.type,
        "issuer": mention.issuer,
        "year": mention.year,
        "date": iso(mention.date),
        "partial": mention.partial,
        "blank": mention.blank,
        "repaired": mention.repaired,
        "confidence": mention.confidence,
    }


def header_json(header: DocumentHeader | None) -> dict[str, Any] | None:
    """The `header` object of an ingest report."""
    if header is None:
        return None
    return {
        "number": header.number,
        "key": header.key,
        "date": iso(header.date),
        "issuer": header.issuer,
        "type": header.type,
        "subject": header.subject,
        "signer": header.signer,
        "confidence": header.confidence,
    }


def rounded(share: float | None) -> float | None:
    """A share as JSON shows it."""
    return None if share is None else round(share, 3)


def report_json(report: FileReport) -> dict[str, Any]:
    """A member of `files` in what `troly ingest --json` prints."""
    return {
        "file": report.place,
        "status": report.status,
        "document_id": report.document_id,
        "pages": report.pages,
        "chunks": report.chunks,
        "text_source": report.text_source,
        "ocr": {"pages": report.ocr_pages, "confidence": rounded(report.ocr_confidence)},
        "encoding": report.encoding,
        "header": header_json(report.header),
        "mentions": [{"key": key, "page": page} for key, page in report.mentions],
        "signatures": [signature_json(signature) for signature in report.signatures],
        "warnings": list(report.warnings),
        "error": report.error,
    }


def totals_json(reports: Sequence[FileReport]) -> dict[str, int]:
    """How many files ended in each status."""
    statuses = ("indexed", "unchanged", "partial", "failed", "skipped")
    return {status: sum(report.status == status for report in reports) for status in statuses} | {"files": len(reports)}


def document_json(document: StoredDocument) -> dict[str, Any]:
    """A line of `troly documents --json`."""
    return {
        "file": document.place,
        "folder": document.root,
        "status": "partial" if document.failed_pages else "indexed",
        "document_id": document.id,
        "title": document.title,
        "kind": document.kind,
        "pages": document.page_count,
        "chunks": document.chunk_count,
        "text_source": document.text_source,
        "encoding": document.encoding,
        "header": header_json(document.header),
        "signatures": [signature_json(signature) for signature in document.signatures],
        "warnings": list(document.warnings),
        "error": None,
        "added_at": document.added_at,
    }


def pages_json(catalogue: Catalogue, document: StoredDocument) -> list[dict[str, Any]]:
    """Where the text of each page of a document comes from, and how surely it was recognised."""
    sure = catalogue.page_confidences(document.id)
    return [
        {
            "page": page.number,
            "source": page.source,
            "characters": page.span.end - page.span.start,
            "confidence": rounded(sure.get(page.number)),
            "failed": page.number in document.failed_pages,
        }
        for page in catalogue.pages(document.id)
    ]
