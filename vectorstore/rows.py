"""A document as rows of the catalogue, and back."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import RowMapping

from ingest.models import (
    Chunk,
    DigitalSignature,
    Document,
    DocumentHeader,
    Doubt,
    FileReport,
    Page,
    PageWord,
    PageWords,
    Reference,
    Section,
    SourceFile,
    Span,
    TextSource,
)
from ingest.references import title_of
from vectorstore import tables
from vectorstore.identities import name_start

DocumentState = Literal["staged", "live", "retired"]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document of the catalogue without its text."""

    id: str
    first_id: str
    """Of the first document of its file: its own for nearly all."""
    root: str
    """The folder that was named when it came in (absolute)."""
    place: str
    """Its path relative to `root`, with `/`: what a person calls it."""
    state: DocumentState
    content_hash: str
    size: int
    mtime_ns: int
    kind: str
    title: str
    header: DocumentHeader
    """Without its spans."""
    encoding: str
    text_source: TextSource
    page_count: int
    chunk_count: int
    warnings: tuple[str, ...]
    failed_pages: tuple[int, ...]
    added_at: str
    """ISO 8601, UTC."""
    signatures: tuple[DigitalSignature, ...] = ()

    @property
    def is_first(self) -> bool:
        """Whether it stands for its file: further documents of the file come and go with it."""
        return self.id == self.first_id

    @property
    def path(self) -> str:
        """The absolute path that it was read from."""
        return absolute(self.root, self.place)


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk of the catalogue with its text."""

    id: str
    document_id: str
    ordinal: int
    section: str
    span: Span
    context: str
    text: str

    @property
    def embedded(self) -> str:
        """What the embedder and the lexical index see."""
        return f"{self.context}\n{self.text}" if self.context else self.text


def absolute(root: str, place: str) -> str:
    """The path of a file from the folder that was named and its place below it."""
    return f"{root.rstrip('/')}/{place}"


def document_id_of(file: SourceFile) -> str:
    """The id of one version of one file: 24 hexadecimal digits of its path's and content's hash."""
    path = absolute(str(file.root), file.place)
    return hashlib.sha256(f"{path}\n{file.content_hash}".encode()).hexdigest()[:24]


def chunk_id(document_id: str, section: str, ordinal: int) -> str:
    """The id of a chunk: its document, its section's path (hashed) and its ordinal."""
    path = hashlib.sha256(section.encode()).hexdigest()[:8]
    return f"{document_id}.{path}.{ordinal}"


def document_row(
    document_id: str, document: Document, state: DocumentState, mtime_ns: int, first_id: str
) -> dict[str, Any]:
    """The row of `tables.documents`."""
    header = document.header
    return {
        "id": document_id,
        "first_id": first_id,
        "root": str(document.file.root),
        "place": document.file.place,
        "state": state,
        "content_hash": document.file.content_hash,
        "size": document.file.size,
        "mtime_ns": mtime_ns,
        "kind": document.file.kind,
        "title": document.title,
        "number": header.number,
        "key": header.key,
        "date": header.date,
        "issuer": header.issuer,
        "issuing_place": header.place,
        "type": header.type,
        "subject": header.subject,
        "signer": header.signer,
        "header_confidence": header.confidence,
        "encoding": document.encoding,
        "text_source": document.text_source,
        "page_count": len(document.kept.pages),
        "chunk_count": len(document.chunks),
        "warnings": list(document.warnings),
        "failed_pages": list(document.failed_pages),
        "text": document.kept.text,
        "added_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def part_rows(document_id: str, document: Document) -> list[tuple[Any, list[dict[str, Any]]]]:
    """(table, rows) of everything that hangs on a document."""
    own = {"document_id": document_id}
    return [
        (tables.pages, [own | _page_row(page) for page in document.kept.pages]),
        (tables.sections, [own | _section_row(n, section) for n, section in enumerate(document.sections)]),
        (tables.chunks, [chunk_row(document_id, chunk) for chunk in document.chunks]),
        (tables.page_words, [own | page_words_row(page) for page in document.words]),
        (tables.doubts, [own | _doubt_row(doubt) for doubt in document.doubts]),
        (tables.references, [own | _reference_row(n, document) for n in range(len(document.references))]),
        (
            tables.statements,
            [
                own
                | {
                    "ordinal": n,
                    "reference": statement.reference,
                    "state": statement.state,
                    "date": statement.date,
                    "as_of": statement.as_of,
                    "actor": statement.actor,
                    "start": statement.span.start,
                    "end": statement.span.end,
                    "cue": statement.cue,
                    "quantities": [asdict(quantity) for quantity in statement.quantities],
                }
                for n, statement in enumerate(document.statements)
            ],
        ),
        (tables.signatures, [own | _signature_row(n, one) for n, one in enumerate(document.signatures)]),
        (
            tables.relations,
            [
                own
                | {
                    "ordinal": n,
                    "source": relation.source,
                    "kind": relation.kind,
                    "target": relation.target,
                    "start": relation.span.start,
                    "end": relation.span.end,
                    "cue": relation.cue,
                }
                for n, relation in enumerate(document.relations)
            ],
        ),
    ]


def page_words_row(page: PageWords) -> dict[str, Any]:
    """The row of `tables.page_words`, its document aside."""
    words = [[word.start, word.end, *word.box, word.confidence] for word in page.words]
    return {
        "page": page.page,
        "confidence": page.confidence,
        "letters": sum(word.end - word.start for word in page.words),
        "words": zlib.compress(json.dumps(words, separators=(",", ":")).encode()),
    }


def stored_words(packed: bytes) -> tuple[PageWord, ...]:
    """The words of a row of `tables.page_words`."""
    return tuple(
        PageWord(start, end, (left, top, right, bottom), confidence)
        for start, end, left, top, right, bottom, confidence in json.loads(zlib.decompress(packed))
    )


def _doubt_row(doubt: Doubt) -> dict[str, Any]:
    return {
        "field": doubt.field,
        "read": doubt.read,
        "confidence": doubt.confidence,
        "page": doubt.page,
        "box": list(doubt.box),
    }


def chunk_row(document_id: str, chunk: Chunk) -> dict[str, Any]:
    """The row of `tables.chunks`."""
    return {
        "id": chunk_id(document_id, chunk.section, chunk.ordinal),
        "document_id": document_id,
        "ordinal": chunk.ordinal,
        "section": chunk.section,
        "start": chunk.span.start,
        "end": chunk.span.end,
        "context": chunk.context,
        "text_hash": chunk.text_hash,
    }


def file_row(file: SourceFile, mtime_ns: int, report: FileReport) -> dict[str, Any]:
    """The row of `tables.files`."""
    return {
        "root": str(file.root),
        "place": file.place,
        "status": report.status,
        "content_hash": file.content_hash,
        "size": file.size,
        "mtime_ns": mtime_ns,
        "error": report.error,
        "seen_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _page_row(page: Page) -> dict[str, Any]:
    return {"number": page.number, "start": page.span.start, "end": page.span.end, "source": page.source}


def _signature_row(ordinal: int, signature: DigitalSignature) -> dict[str, Any]:
    signed_at = signature.signed_at.isoformat() if signature.signed_at else None
    return {"ordinal": ordinal, **asdict(signature), "signed_at": signed_at}


def stored_signature(row: RowMapping) -> DigitalSignature:
    """A row of `tables.signatures` as a value."""
    return DigitalSignature(
        kind=row["kind"],
        signer=row["signer"],
        organization=row["organization"],
        signed_at=datetime.fromisoformat(row["signed_at"]) if row["signed_at"] else None,
        intact=row["intact"],
        whole_file=row["whole_file"],
        later=row["later"],
        field=row["field"],
        shown=row["shown"],
    )


def _section_row(ordinal: int, section: Section) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "label": section.label,
        "title": section.title,
        "level": section.level,
        "heading_start": section.heading.start,
        "heading_end": section.heading.end,
        "start": section.span.start,
        "end": section.span.end,
    }


def _reference_row(ordinal: int, document: Document) -> dict[str, Any]:
    reference = document.references[ordinal]
    return {
        "ordinal": ordinal,
        "start": reference.span.start,
        "end": reference.span.end,
        "sentence_start": reference.sentence.start,
        "sentence_end": reference.sentence.end,
        "page": document.kept.locate(reference.span).page,
        **_mention_columns(reference),
        "type": reference.type,
        "date": reference.date,
        "issuer": reference.issuer,
        "subject_start": reference.subject.start if reference.subject else None,
        "subject_end": reference.subject.end if reference.subject else None,
        "own": reference.own,
        "name": _name_of(reference, document),
    }


def _name_of(reference: Reference, document: Document) -> str | None:
    """The first words of what a reference calls its document; of the document's own number, of its header's subject."""
    if reference.own:
        title = document.header.subject
    elif reference.subject:
        code = reference.mention.type if reference.mention else None
        title = title_of(document.kept.text, reference.span, reference.subject, code, reference.type)
    else:
        title = None
    return name_start(title) or None if title else None


def _mention_columns(reference: Reference) -> dict[str, Any]:
    mention = reference.mention
    return {
        "surface": mention.surface if mention else None,
        "canonical": mention.canonical if mention else None,
        "key": mention.key if mention else None,
        "sequence": mention.number if mention else None,
        "type_code": mention.type if mention else None,
        "issuer_code": mention.issuer if mention else None,
        "year": mention.year if mention else None,
        "partial": mention.partial if mention else False,
        "blank": mention.blank if mention else False,
        "repaired": mention.repaired if mention else False,
        "diacritics": mention.diacritics if mention else True,
        "confidence": mention.confidence if mention else 1.0,
    }


def stored_document(row: RowMapping, signatures: tuple[DigitalSignature, ...] = ()) -> StoredDocument:
    """A row of `tables.documents` (its text left aside) as a value, with the signatures of the file."""
    return StoredDocument(
        id=row["id"],
        first_id=row["first_id"],
        root=row["root"],
        place=row["place"],
        state=row["state"],
        content_hash=row["content_hash"],
        size=row["size"],
        mtime_ns=row["mtime_ns"],
        kind=row["kind"],
        title=row["title"],
        header=DocumentHeader(
            number=row["number"],
            key=row["key"],
            date=row["date"],
            issuer=row["issuer"],
            place=row["issuing_place"],
            type=row["type"],
            subject=row["subject"],
            signer=row["signer"],
            confidence=row["header_confidence"],
        ),
        encoding=row["encoding"],
        text_source=row["text_source"],
        page_count=row["page_count"],
        chunk_count=row["chunk_count"],
        warnings=tuple(row["warnings"]),
        failed_pages=tuple(row["failed_pages"]),
        added_at=row["added_at"],
        signatures=signatures,
    )
