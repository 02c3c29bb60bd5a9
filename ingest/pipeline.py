"""The stages in their order: a file becomes a `Document`, and every file ends as a `FileReport`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from ingest.chunks import cut_chunks
from ingest.confirmed import undoubted, with_confirmed, with_own_number, with_unread
from ingest.errors import UnreadableFileError
from ingest.header import read_header
from ingest.kept_words import kept_words, mean_confidence
from ingest.leads import Leads
from ingest.models import (
    Confirmed,
    Document,
    DocumentHeader,
    Doubt,
    FileReport,
    FileStatus,
    KeptText,
    PageWords,
    RawDocument,
    Section,
    SourceFile,
)
from ingest.normalize import normalize, normalize_with_origins
from ingest.ocr import recognised
from ingest.parts import find_parts
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
    raw = _read(file)
    return raw, normalize(raw)


def _read(file: SourceFile) -> RawDocument:
    try:
        return recognised(file.path, file.kind, _given(file), file.ocr, file.passwords)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UnreadableFileError(f"Không đọc được tệp ({reason}). Vui lòng kiểm tra quyền đọc và ổ đĩa.") from error


def _given(file: SourceFile) -> RawDocument:
    """What the reader of the file's kind gives."""
    reader = reader_for(file.kind)
    if file.kind == "pdf" and file.passwords:
        from ingest.readers import pdf

        return pdf.read(file.path, file.passwords)
    return reader(file.path)


def read_document(file: SourceFile) -> Document:
    """The whole file, read and understood: its first document, the further ones with it.

    Raises:
        IngestError: the file cannot be read; the message names the reason and the remedy.
    """
    raw = _read(file)
    kept, origins = normalize_with_origins(raw)
    words = kept_words(raw, kept, origins)
    parts = find_parts(kept)
    first, *others = (_part(file, raw, part, _on_pages(words, kept, part), part is parts[0]) for part in parts)
    return replace(first, others=tuple(others), warnings=(*first.warnings, *_several(first, others)))


def _several(first: Document, others: Sequence[Document]) -> list[str]:
    if not others:
        return []
    titles = "; ".join(document.title for document in (first, *others))
    return [f"Tệp gồm {len(others) + 1} văn bản, được nạp và trích dẫn riêng: {titles}."]


def _on_pages(words: Sequence[PageWords], kept: KeptText, part: KeptText) -> tuple[PageWords, ...]:
    """The words of the pages that a document has to itself."""
    whole = {page.number: page.span.of(kept.text) for page in kept.pages}
    own = {page.number for page in part.pages if page.span.of(part.text) == whole[page.number]}
    return tuple(one for one in words if one.page in own)


def _part(file: SourceFile, raw: RawDocument, kept: KeptText, words: tuple[PageWords, ...], first: bool) -> Document:
    """One document of a file. What waits for a person, or was confirmed by one, is of the first: a further one was
    told by its whole number."""
    pages = {page.number for page in kept.pages}
    doubts = raw.doubts if first else None
    document = understood(file, kept, doubts, file.confirmed if first else None, find_sections(kept.text))
    return replace(
        document,
        encoding=raw.encoding,
        warnings=raw.warnings if first else (),
        failed_pages=tuple(page for page in raw.failed_pages if page in pages),
        road=raw.road,
        signatures=raw.signatures,
        words=words,
    )


def understood(
    file: SourceFile,
    kept: KeptText,
    doubts: Sequence[Doubt] | None,
    confirmed: Confirmed | None,
    sections: tuple[Section, ...],
) -> Document:
    """What a text says, with the chunks that it is cut into.

    Args:
        file: where it comes from.
        kept: the text.
        doubts: what of its header is not to be stated; None where its letterhead leaves none.
        confirmed: what a person has confirmed of its header.
        sections: of the text.
    """
    read = read_header(kept)
    doubts = () if doubts is None else with_unread(read, kept, doubts)
    header = undoubted(read, doubts)
    if confirmed is not None:
        header = with_confirmed(header, kept, confirmed)
        doubts = tuple(doubt for doubt in doubts if getattr(confirmed, doubt.field) is None)
    title = title_of(file, header, sections, kept)
    references = find_references(kept, header)
    if confirmed is not None:
        references = with_own_number(references, header, kept)
    leads = Leads(kept.text, references)
    return Document(
        file=file,
        kept=kept,
        header=header,
        title=title,
        sections=sections,
        references=references,
        statements=find_statements(kept, header, references, leads),
        relations=find_relations(kept, header, references, leads),
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
        signatures=document.signatures,
        ocr_pages=len(document.words),
        ocr_confidence=mean_confidence(document.words),
    )
