"""The frozen types that flow through ingestion: one new type a stage.

Every `Span` of a document counts code points in `KeptText.text`, the text of the whole document as
kept: one block (paragraph, heading, table row) a line, pages joined by a line break, or by a space
where a sentence runs over the page's end. `KeptText.locate` turns a span into (page, start, end).
"""

from __future__ import annotations

import bisect
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ingest.limits import OcrSettings

TextSource = Literal["digital", "ocr", "mixed"]
FileStatus = Literal["indexed", "unchanged", "partial", "failed", "skipped"]
NumberSystem = Literal["state", "party", "normative", "assembly", "old", "letter"]
LaterChange = Literal["none", "archival", "fields", "other"]
"""What was done to a signed file since: nothing, data for its archival, signatures and fields added, something else."""
SignatureVerdict = Literal["intact", "extended", "changed", "broken"]


_REACH = 2_000
"""Characters before a document's name in which the words stand that govern it: to read every name of a list of hundreds
from the list's beginning takes minutes."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def of(self, text: str) -> str:
        """The text that the span covers."""
        return text[self.start : self.end]

    def covers(self, other: Span) -> bool:
        """Whether `other` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """Whether the two share a code point."""
        return self.start < other.end and other.start < self.end


def blanked(text: str, spans: Iterable[Span]) -> str:
    """The text with spaces in place of the spans; every place in it stays where it was."""
    characters = list(text)
    for span in spans:
        characters[span.start : span.end] = " " * len(characters[span.start : span.end])
    return "".join(characters)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Number and date of a document as a person read them; None for what nobody has confirmed."""

    number: str | None = None
    """In its canonical form: `115/NQ-CP`."""
    date: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file found below the paths that a person named."""

    path: Path
    """Where it is read from (absolute)."""
    place: str
    """What a person calls it: its path relative to the folder that was named, with `/`."""
    root: Path
    """The folder that was named (for a single file: the file's folder)."""
    size: int
    """Bytes."""
    content_hash: str
    """SHA-256 of the bytes, hexadecimal."""
    kind: str
    """The format told by the content: `pdf`, `docx`, `txt`, `html`, … (`ingest.readers.SNIFFED`)."""
    ocr: OcrSettings = field(default=OcrSettings(), compare=False)
    """How its scanned pages are read."""
    passwords: tuple[str, ...] = field(default=(), repr=False, compare=False)
    """Tried where it asks for one; in no message and no log."""
    confirmed: Confirmed | None = field(default=None, compare=False)
    """What a person has confirmed of its header."""


@dataclass(frozen=True, slots=True)
class PageWord:
    """A word that was recognised on a page's picture."""

    start: int
    end: int
    """Half-open code points in the page's text."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom in ten-thousandths of the page's width and height as it is shown."""
    confidence: int
    """Percent, as the recogniser tells it; 100 for a word of the text layer."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """What the letterhead of a scan shows in place of a number or date, too uncertain to be stated."""

    field: Literal["number", "date"]
    read: str
    """As recognised: `#4/QĐ-UBND`, `ngày à tháng 02 năm 2025`."""
    confidence: float
    """From 0 to 1."""
    page: int
    box: tuple[int, int, int, int]
    """Of the line on the page's picture, as in `PageWord`."""


@dataclass(frozen=True, slots=True)
class TypedText:
    """What a form field, or a note laid over a page, prints on it."""

    text: str
    box: tuple[int, int, int, int]
    """Left, top, right, bottom in ten-thousandths of the page's width and height, as it is shown."""
    stamp: bool
    """Not by a person: of a signature or a button, the page's text only where it fills a blank of the letterhead."""


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page as a reader gave it; blocks are lines, wrapped lines still wrapped where the format wraps."""

    number: int
    text: str
    source: Literal["digital", "ocr"] = "digital"
    words: tuple[PageWord, ...] = ()
    """Where the text stands on the page's picture; of recognised pages alone."""
    typed: tuple[TypedText, ...] = ()
    """What is typed over the picture of a page that is to be recognised."""


@dataclass(frozen=True, slots=True)
class DigitalSignature:
    """A digital signature or time stamp of a file: its integrity alone, never whether the signer is to be trusted."""

    kind: Literal["signature", "timestamp"]
    signer: str
    """The name in the signer's certificate, which nobody has vouched for here."""
    organization: str | None
    signed_at: datetime.datetime | None
    """UTC, as the signer's machine (of a time stamp: the service) says."""
    intact: bool
    """Whether the bytes that were signed are still those."""
    whole_file: bool
    """Whether they are the whole file."""
    later: LaterChange
    field: str = ""
    """Name of the form field that holds it."""
    shown: str = ""
    """What its field prints on the page: a stamp with signer and time, a number or a day that a clerk filled in."""

    @property
    def verdict(self) -> SignatureVerdict:
        """`intact`; `extended` by what signing allows; `changed` in what was not signed; `broken` in what was."""
        if not self.intact:
            return "broken"
        if self.later == "other":
            return "changed"
        return "intact" if self.later == "none" else "extended"


@dataclass(frozen=True, slots=True)
class RawDocument:
    """What a reader made of a file."""

    pages: tuple[RawPage, ...]
    wrapped: bool
    """True where lines are printed lines (PDF, plain text) and not blocks (DOCX, HTML)."""
    encoding: str = "unicode"
    """`unicode`, or the legacy encoding that was found: `tcvn3`, `vni`, …"""
    warnings: tuple[str, ...] = ()
    failed_pages: tuple[int, ...] = ()
    """Pages that gave no text though they show something; they make the file `partial`."""
    road: str = ""
    """What read the file where a format has several readers: `libreoffice`, `xlrd`, …"""
    sheets: bool = False
    """True where the pages are sheets of a workbook: rows that repeat are heads of tables, not of pages."""
    signatures: tuple[DigitalSignature, ...] = ()
    scans: tuple[int, ...] = ()
    """Pages whose text does not cover what they show: to be recognised."""
    doubts: tuple[Doubt, ...] = ()
    struck: tuple[str, ...] = ()
    """What tracked changes took out of the text, by paragraph: no part of the document."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the text as kept."""

    number: int
    span: Span
    source: Literal["digital", "ocr"] = "digital"


@dataclass(frozen=True, slots=True)
class PageWords:
    """The recognised words of a page; offsets count in the page's text as kept."""

    page: int
    words: tuple[PageWord, ...]

    @property
    def confidence(self) -> float:
        """Mean over the letters, from 0 to 1."""
        letters = sum(word.end - word.start for word in self.words)
        return sum((word.end - word.start) * word.confidence for word in self.words) / max(letters, 1) / 100


@dataclass(frozen=True, slots=True)
class Place:
    """Where a span lies, for a person: the page it begins on and offsets in that page's text."""

    page: int
    start: int
    end: int
    """Clipped to the page that it begins on; the rest of the span is on the next one."""


@dataclass(frozen=True, slots=True)
class KeptText:
    """The text of a document as the product keeps, shows and cites it."""

    text: str
    pages: tuple[Page, ...]

    def page_text(self, number: int) -> str:
        """The text of one page.

        Raises:
            KeyError: there is no such page.
        """
        for page in self.pages:
            if page.number == number:
                return page.span.of(self.text)
        raise KeyError(number)

    def locate(self, span: Span) -> Place:
        """The page that `span` begins on, with offsets in that page's text."""
        return locate(self.pages, span)


def locate(pages: tuple[Page, ...], span: Span) -> Place:
    """The page that `span` begins on, with offsets in that page's text (clipped to it)."""
    at = bisect.bisect_right([page.span.start for page in pages], span.start) - 1
    page = pages[max(at, 0)]
    start = max(span.start - page.span.start, 0)
    return Place(page.number, start, max(min(span.end, page.span.end) - page.span.start, start))


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, up to the next heading of its level or above."""

    label: str
    """The path as an official cites it: `Điều 2`, `II.1`, `II.4.c`, `Phụ lục 3 > II`."""
    title: str
    """The heading's text without its mark."""
    level: int
    heading: Span
    span: Span
    """Heading and body."""


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """A document number taken apart (grammar: Nghị định 30/2020/NĐ-CP, Appendix I, II.3)."""

    sequence: str
    """The running number with its letter, as displayed: `36a`, `01`; empty where it is left blank."""
    year: int | None
    type: str | None
    """Abbreviation of `numbers_data/doc_types.tsv`; None for an official letter."""
    issuer: str
    """Issuer's code with its units: `UBND`, `VPCP-KGVX`, `BTC-BXD`."""
    system: NumberSystem
    canonical: str
    """The display form: `5880/QĐ-UBND`, `16-CTr/TU`."""
    key: str
    """The match key of CONTRACTS (`5880|QD|UBND`); never shown to a person."""


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A document number where it stands in a text."""

    span: Span
    surface: str
    canonical: str | None
    """None for a type word with a bare number (`partial`)."""
    key: str | None
    number: str
    """The sequence with its letter: `36a`."""
    type: str | None
    issuer: str | None
    year: int | None
    date: datetime.date | None
    """The date that follows the number."""
    partial: bool = False
    blank: bool = False
    repaired: bool = False
    confidence: float = 1.0
    diacritics: bool = True
    """False where the number was written without its Vietnamese letters and they were restored."""


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """What the head and the foot of a document say of it; None where they do not."""

    number: str | None = None
    key: str | None = None
    date: datetime.date | None = None
    issuer: str | None = None
    place: str | None = None
    type: str | None = None
    """The type's name: `Quyết định`, `Kế hoạch`, `Công văn`."""
    subject: str | None = None
    signer: str | None = None
    """The office and name that signed, as written."""
    confidence: float = 0.0
    number_span: Span | None = None
    span: Span | None = None
    """From the first to the last line that the header was read from."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A mention of a document with what the sentence says of it: the unit that the registry is built from."""

    span: Span
    """The reference itself: `Kế hoạch số 449/KH-STTTT ngày 20/3/2017`."""
    sentence: Span
    mention: NumberMention | None
    """None for a document without a number (`Bản ghi nhớ hợp tác ngày 18/8/2017`)."""
    type: str | None
    """Name of the type, from the code or from the word before the number."""
    date: datetime.date | None
    issuer: str | None
    """The issuer as the words around the number name it, else as its code tells; None where neither does."""
    subject: Span | None
    """The words behind the number that say what the document is about."""
    own: bool = False
    """True for the document's own number in its header."""

    @property
    def governed_from(self) -> int:
        """Where the words begin that may govern it: with its sentence, or nearer where that is a list of pages."""
        return max(self.sentence.start, self.span.start - _REACH)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit that belongs to a statement: `19/24 quận - huyện`, `295 km`."""

    span: Span
    value: str
    unit: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a text says of a document's progress (labels: `ingest/status_data/statuses.tsv`)."""

    reference: int
    """Index into `Document.references`."""
    state: str
    date: datetime.date | None
    """The day of the event."""
    as_of: datetime.date | None
    """The day that the speaking report speaks of: its own date."""
    actor: str | None
    """Who did it: issuer for `issued`, the body named before the verb otherwise."""
    span: Span
    """The sentence that says so."""
    cue: str
    quantities: tuple[Quantity, ...] = ()


@dataclass(frozen=True, slots=True)
class Relation:
    """An explicit link between two documents (labels: `ingest/status_data/relations.tsv`)."""

    source: int | None
    """Index into `Document.references`; None is the document itself."""
    kind: str
    target: int
    """Index into `Document.references`."""
    span: Span
    """The sentence that says so."""
    cue: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is embedded and retrieved."""

    ordinal: int
    section: str
    """Label of the innermost section that it begins in; empty outside any."""
    span: Span
    context: str
    """What is embedded and indexed before the passage: title of the document, titles of sections, a table's columns."""
    text_hash: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document, read and understood; what the catalogue stores. Nearly every file holds one."""

    file: SourceFile
    kept: KeptText
    header: DocumentHeader
    title: str
    """What a list shows: type, number and subject, else the first heading, else the file's name."""
    sections: tuple[Section, ...]
    references: tuple[Reference, ...]
    statements: tuple[Statement, ...]
    relations: tuple[Relation, ...]
    chunks: tuple[Chunk, ...]
    encoding: str = "unicode"
    warnings: tuple[str, ...] = ()
    failed_pages: tuple[int, ...] = ()
    road: str = ""
    """What read the file where its format has several readers."""
    signatures: tuple[DigitalSignature, ...] = ()
    others: tuple[Document, ...] = ()
    """The further documents that the same file holds (an issue of the gazette), in their order; they have none."""
    words: tuple[PageWords, ...] = ()
    """Of recognised pages."""
    doubts: tuple[Doubt, ...] = ()
    """What of the header waits for a person."""

    @property
    def text_source(self) -> TextSource:
        """`digital`, `ocr`, or `mixed` where both kinds of page occur."""
        sources = {page.source for page in self.kept.pages}
        if sources == {"ocr"}:
            return "ocr"
        return "mixed" if "ocr" in sources else "digital"


@dataclass(frozen=True, slots=True)
class FileReport:
    """How one file fared; every file that was found ends as one."""

    place: str
    status: FileStatus
    document_id: str | None = None
    pages: int = 0
    chunks: int = 0
    text_source: TextSource | None = None
    encoding: str | None = None
    header: DocumentHeader | None = None
    mentions: tuple[tuple[str, int], ...] = ()
    """(key, page) of every complete number."""
    warnings: tuple[str, ...] = ()
    error: str | None = None
    """Reason and remedy, in Vietnamese, for a person."""
    signatures: tuple[DigitalSignature, ...] = ()
    road: str = ""
    """What read the file where its format has several readers: `libreoffice`, `xlrd`, …"""
    ocr_pages: int = 0
    """How many pages were recognised from their pictures."""
    ocr_confidence: float | None = None
    """Mean over their letters, from 0 to 1; None where none was recognised."""
