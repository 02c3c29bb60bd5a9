"""The stages in their order: a file becomes a `Document`, and every file ends as a `FileReport`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from ingest.chunks import cut_chunks
from ingest.errors import UnreadableFileError
from ingest.header import read_header
from ingest.models import Document, DocumentHeader, FileReport, FileStatus, KeptText, RawDocument, Section, SourceFile
from ingest.normalize import normalize
from ingest.readers import reader_for
from ingest.references import find_references
from ingest.relations import find_relations
from ingest.sections import find_sections
from ingest.statements import find_statements

_LONGEST_TITLE = 300


def read_text(file: SourceFile) -> tuple[RawDocument, KeptText]:
    """What the reader gave and the text as kept of it.

    Raises:
        IngestError: the file cannot be read; the message names the reason and the remedy.
    """
    try:
        raw = _read(file)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFileError(f"Không đọc được tệp ({reason}). Vui lòng kiểm tra quyền đọc và ổ đĩa.") from error
    return raw, normalize(raw)


def _read(file: SourceFile) -> RawDocument:
    reader = reader_for(file.kind)
    if file.kind == "pdf" and file.passwords:
        from ingest.readers import pdf

        return pdf.read(file.path, file.passwords)
    return reader(file.path)


def read_document(file: SourceFile) -> Document:
    """The whole file, read and understood.

    Raises:
        IngestError: the file cannot be read; the message names the reason and the remedy.
    """
    raw, kept = read_text(file)
    header = read_header(kept)
    sections = find_sections(kept.text)
    title = title_of(file, header, sections, kept)
    references = find_references(kept, header, sections)
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
        encoding=raw.encoding,
        warnings=raw.warnings,
        failed_pages=raw.failed_pages,
        road=raw.road,
        signatures=raw.signatures,
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
        signatures=document.signatures,
    )
