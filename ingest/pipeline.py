"""The stages in their order: a file becomes a `Document`, and every file ends as a `FileReport`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.chunks import cut_chunks
from ingest.confirmed import Confirmed, undoubted, with_confirmed, with_own_number, with_unread
from ingest.errors import UnreadableFileError
from ingest.header import read_header
from ingest.kept_words import kept_words, mean_confidence
from ingest.models import (
    Document,
    DocumentHeader,
    Doubt,
    FileReport,
    FileStatus,
    KeptText,
    RawDocument,
    Section,
    SourceFile,
)
from ingest.normalize import normalize, normalize_with_origins
from ingest.ocr import OcrSettings, recognised
from ingest.readers import reader_for
from ingest.references import find_references
from ingest.relations import find_relations
from ingest.sections import find_sections
from ingest.statements import find_statements

_LONGEST_TITLE = 300
_BY_DEFAULT = OcrSettings()


def read_text(file: SourceFile, ocr: OcrSettings = _BY_DEFAULT) -> tuple[RawDocument, KeptText]:
    """What the reader gave and the text as kept of it.

    Args:
        file: which.
        ocr: how its scanned pages are read.

    Raises:
        IngestError: the file cannot be read; the message names the reason and the remedy.
    """
    raw = _read(file, ocr)
    return raw, normalize(raw)


def _read(file: SourceFile, ocr: OcrSettings) -> RawDocument:
    try:
        raw = reader_for(file.kind)(file.path)
        return recognised(file.path, file.kind, raw, ocr)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFileError(f"Không đọc được tệp ({reason}). Vui lòng kiểm tra quyền đọc và ổ đĩa.") from error


def read_document(file: SourceFile, ocr: OcrSettings = _BY_DEFAULT, confirmed: Confirmed | None = None) -> Document:
    """The whole file, read and understood.

    Args:
        file: which.
        ocr: how its scanned pages are read.
        confirmed: what a person has confirmed of its header.

    Raises:
        IngestError: the file cannot be read; the message names the reason and the remedy.
    """
    raw = _read(file, ocr)
    kept, origins = normalize_with_origins(raw)
    document = understood(file, kept, raw.doubts, confirmed, find_sections(kept.text))
    return replace(
        document,
        encoding=raw.encoding,
        warnings=raw.warnings,
        failed_pages=raw.failed_pages,
        road=raw.road,
        words=kept_words(raw, kept, origins),
    )


def understood(
    file: SourceFile,
    kept: KeptText,
    doubts: Sequence[Doubt],
    confirmed: Confirmed | None,
    sections: tuple[Section, ...],
) -> Document:
    """What a text says, with the chunks that it is cut into.

    Args:
        file: where it comes from.
        kept: the text.
        doubts: what of its header is not to be stated.
        confirmed: what a person has confirmed of its header.
        sections: of the text.
    """
    read = read_header(kept)
    doubts = with_unread(read, kept, doubts)
    header = undoubted(read, doubts)
    if confirmed is not None:
        header = with_confirmed(header, kept, confirmed)
        doubts = tuple(doubt for doubt in doubts if getattr(confirmed, doubt.field) is None)
    title = title_of(file, header, sections, kept)
    references = find_references(kept, header, sections)
    if confirmed is not None:
        references = with_own_number(references, header, kept)
    return Document(
        file=file,
        kept=kept,
        header=header,
        title=title,
        sections=sections,
        references=references,
        statements=find_statements(kept, header, sections, references),
        relations=find_relations(kept, header, sections, references),
        chunks=cut_chunks(kept, title, sections),
        doubts=tuple(doubts),
    )


def title_of(file: SourceFile, header: DocumentHeader, sections: Sequence[Section], kept: KeptText) -> str:
    """What a list shows: type, number and subject, else the first heading, else the file's name."""
    named = " ".join(part for part in (header.type, header.number and f"số {header.number}") if part)
    subject = header.subject or ""
    if header.number or (header.type and subject):
        joined = f"{named}: {subject}" if named and subject else named or subject
        return _shortened(joined)
    if sections and sections[0].span.start == 0:
        first = sections[0]
        return _shortened(f"{first.label}: {first.title}" if first.title else first.heading.of(kept.text))
    return _shortened(subject) or PurePosixPath(file.place).stem


def _shortened(title: str) -> str:
    title = re.sub(r"\s+", " ", title).strip()
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE].rsplit(' ', 1)[0]}…"


def report(document: Document, status: FileStatus, document_id: str | None) -> FileReport:
    """How a file that was read fared; pages without text make it `partial`."""
    mentions = tuple(
        (reference.mention.key, document.kept.locate(reference.mention.span).page)
        for reference in document.references
        if reference.mention is not None and reference.mention.key is not None and not reference.mention.blank
    )
    if status == "indexed" and document.failed_pages:
        status = "partial"
    return FileReport(
        place=document.file.place,
        status=status,
        document_id=document_id,
        pages=len(document.kept.pages),
        chunks=len(document.chunks),
        text_source=document.text_source,
        encoding=document.encoding,
        header=document.header,
        mentions=mentions,
        warnings=document.warnings,
        road=document.road,
        ocr_pages=len(document.words),
        ocr_confidence=mean_confidence(document.words),
    )
