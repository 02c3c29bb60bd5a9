"""The report on every file's text: where it comes from, what is wrong with it, what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from statistics import fmean
from typing import IO, Any, Literal

from assistant.models import Language
from ingest.text_health import PageHealth, document_health
from prompts import sentences
from vectorstore.catalogue import Catalogue
from vectorstore.noted_files import failed_files
from vectorstore.rows import StoredDocument

_SURE = 0.8
"""Confidence of a recognised page below which a person should look at it."""
State = Literal["sound", "attention", "failed"]
COLUMNS = (
    "file", "status", "pages", "digital", "ocr", "confidence", "encoding", "empty", "failed", "unmarked", "in_pieces",
    "private", "broken", "advice",
)  # fmt: skip
"""The columns of the table, by their names in `prompts/health.*.toml`."""


@dataclass(frozen=True, slots=True)
class FileHealth:
    """How one file fared."""

    file: str
    pages: tuple[PageHealth, ...] = ()
    failed_pages: tuple[int, ...] = ()
    encoding: str = "unicode"
    warnings: tuple[str, ...] = ()
    confidence: Mapping[int, float] = field(default_factory=dict)
    """How surely each recognised page was read (0 to 1), by page."""
    error: str | None = None
    """Why nothing of it could be read; None where something was."""

    @property
    def state(self) -> State:
        """Whether a person need look at it."""
        if self.error is not None:
            return "failed"
        return "attention" if self._findings() or self.warnings else "sound"

    def advice(self, language: Language) -> list[str]:
        """What to do, in whole sentences; the reader's own warnings say it where there are any."""
        told = sentences(language, "health")["advice"]
        lines = [
            told[name].format(pages=page_list(pages), least=round(100 * _SURE))
            for name, pages in self._findings().items()
        ]
        if self.warnings:
            # The warning names the pages that were not read, and why.
            lines = [line for name, line in zip(self._findings(), lines, strict=True) if name != "failed_pages"]
        return [*filter(None, (self.error,)), *self.warnings, *lines]

    def _findings(self) -> dict[str, list[int]]:
        """The pages that something is wrong with, by what is."""
        read = [page for page in self.pages if page.number not in self.failed_pages]
        found = {
            "failed_pages": list(self.failed_pages),
            "low_confidence": [page for page, sure in sorted(self.confidence.items()) if sure < _SURE],
            "empty": [page.number for page in read if page.empty],
            "unmarked": [page.number for page in read if page.unmarked],
            "in_pieces": [page.number for page in read if page.in_pieces],
            "private": [page.number for page in read if page.private],
            "broken": [page.number for page in read if page.broken],
        }
        return {name: pages for name, pages in found.items() if pages}

    def row(self, language: Language) -> dict[str, str | int]:
        """The table's cells by column; what there is none of is an empty text."""
        found = self._findings()
        told = sentences(language, "health")
        return {
            "file": self.file,
            "status": told["status"][self.state],
            "pages": len(self.pages) or "",
            "digital": sum(page.source == "digital" and not page.empty for page in self.pages) or "",
            "ocr": sum(page.source == "ocr" for page in self.pages) or "",
            "confidence": round(100 * fmean(self.confidence.values())) if self.confidence else "",
            "encoding": "" if self.encoding == "unicode" else self.encoding.upper(),
            "empty": page_list(found.get("empty", ())),
            "failed": page_list(self.failed_pages),
            "unmarked": page_list(found.get("unmarked", ())),
            "in_pieces": page_list(found.get("in_pieces", ())),
            "private": sum(page.private for page in self.pages) or "",
            "broken": sum(page.broken for page in self.pages) or "",
            "advice": " ".join(self.advice(language)),
        }

    def as_json(self) -> dict[str, Any]:
        """The measures, page by page."""
        return {
            "file": self.file,
            "state": self.state,
            "encoding": self.encoding,
            "failed_pages": list(self.failed_pages),
            "warnings": list(self.warnings),
            "error": self.error,
            "pages": [
                {
                    "page": page.number,
                    "source": page.source,
                    "ocr_confidence": self.confidence.get(page.number),
                    "words": page.words,
                    "share_with_diacritics": None if page.marked is None else round(page.marked, 3),
                    "split_words": page.split,
                    "private_characters": page.private,
                    "broken_characters": page.broken,
                }
                for page in self.pages
            ],
        }


def text_health(catalogue: Catalogue) -> list[FileHealth]:
    """Every file that is in or could not be read, by place."""
    live = catalogue.documents()
    known = {(document.root, document.place) for document in live}
    reports = [_of_document(catalogue, document) for document in live]
    reports += [
        FileHealth(place, error=error) for root, place, error in failed_files(catalogue) if (root, place) not in known
    ]
    return sorted(reports, key=lambda report: report.file)


def _of_document(catalogue: Catalogue, document: StoredDocument) -> FileHealth:
    pages = document_health(catalogue.text_of(document.id), catalogue.pages(document.id))
    scanned = document.text_source != "digital"
    confidence = catalogue.page_confidences(document.id) if scanned else {}
    return FileHealth(document.place, pages, document.failed_pages, document.encoding, document.warnings, confidence)


def page_list(pages: Sequence[int]) -> str:
    """`2, 5–9`: neighbours as a range.

    Args:
        pages: numbers in rising order.
    """
    runs = []
    for _, run in groupby(enumerate(pages), key=lambda item: item[1] - item[0]):
        numbers = [number for _, number in run]
        runs.append(str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}")
    return ", ".join(runs)


def summary(reports: Sequence[FileHealth], language: Language) -> str:
    """How many files are in which state, in one sentence."""
    told = sentences(language, "health")["page"]
    if not reports:
        return str(told["nothing"])
    counts = {state: sum(report.state == state for report in reports) for state in ("sound", "attention", "failed")}
    return str(told["lead"]).format(files=len(reports), **counts)


def write_health(target: Path | IO[bytes], reports: Sequence[FileHealth], language: Language) -> None:
    """The report as an Excel workbook with a frozen, filterable header row.

    Raises:
        OSError: the file cannot be written.
    """
    from assistant.spreadsheet import write_table

    names = sentences(language, "health")
    rows = [list(report.row(language).values()) for report in reports]
    widths = (40, 14, 8, 10, 12, 12, 12, 14, 14, 14, 14, 10, 10, 90)
    write_table(target, names["page"]["title"], [names["column"][name] for name in COLUMNS], rows, widths)
