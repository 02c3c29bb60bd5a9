"""Word-processor files by the first of several roads that leads through.

DOC, RTF and ODT become DOCX by LibreOffice, which keeps the fonts; RTF has a second road without it. DOCX is read
as it is, and by way of LibreOffice where python-docx does not take it: strict OOXML, files with macros.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ingest.errors import NoTextError, UnreadableFileError
from ingest.models import RawDocument, RawPage
from ingest.readers import libreoffice, office
from ingest.readers.sniff import sniff
from ingest.reencode import repair_lines

_DTD_REACH = 4096
"""Bytes in which a DTD stands."""
_MOST_GARBAGE = 0.02
"""Share of characters that no text holds from which what came out is no text: LibreOffice opens damaged files as
plain text."""


def read(path: Path) -> RawDocument:
    """The text of the file, by the first road that gives one.

    Raises:
        UnreadableFileError: damaged, or LibreOffice is needed and missing.
        EncryptedFileError: it asks for a password.
        TooLargeError: it unpacks beyond every document.
        NoTextError: no text in it.
    """
    kind = sniff(path)
    roads: list[Callable[[], RawDocument]] = [lambda: through_libreoffice(path, kind)]
    if kind == "docx":
        roads.insert(0, lambda: office.read(path))
    if kind == "rtf":
        roads.append(lambda: _by_striprtf(path))
    return first_of(roads)


def first_of(roads: list[Callable[[], RawDocument]]) -> RawDocument:
    """What the first road gives that is passable; where another had to be taken the warnings say why.

    Raises:
        UnreadableFileError: no road leads through; the reason is that of the first.
    """
    failures: list[UnreadableFileError] = []
    for road in roads:
        try:
            raw = road()
        except UnreadableFileError as error:
            failures.append(error)
            continue
        why = tuple(f"Đã đọc bằng đường dự phòng, vì: {error}" for error in failures)
        return replace(raw, warnings=(*raw.warnings, *why))
    raise failures[0]


def through_libreoffice(path: Path, kind: str) -> RawDocument:
    """A word-processor file by way of DOCX."""
    if kind in ("docx", "odt"):
        check_parts(path)
    with libreoffice.converted(path, kind, "docx") as converted:
        raw = office.read(converted)
    text = "".join(page.text for page in raw.pages)
    garbage = sum(character == "\ufffd" or "\ue000" <= character <= "\uefff" or character < "\t" for character in text)
    if garbage > _MOST_GARBAGE * len(text):
        raise UnreadableFileError("Tệp bị hỏng, không mở được. Vui lòng mở bằng Word, sửa và lưu lại.")
    return replace(raw, road="libreoffice")


def check_parts(path: Path) -> None:
    """Refuses an office archive that is no such thing or carries a DTD, as entity bombs do and documents never.

    Raises:
        UnreadableFileError: as above.
        EncryptedFileError: a part of it is encrypted.
        TooLargeError: it unpacks beyond every document.
    """
    try:
        office.check_archive(path)
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                with archive.open(part) as stream:
                    if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in stream.read(_DTD_REACH):
                        raise UnreadableFileError("Tệp có nội dung không an toàn (DTD). Vui lòng xin lại tệp gốc.")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise UnreadableFileError("Tệp bị hỏng, không mở được. Vui lòng xin lại tệp gốc.") from error


def _by_striprtf(path: Path) -> RawDocument:
    from striprtf.striprtf import rtf_to_text

    text: str = rtf_to_text(path.read_bytes().decode("latin-1"), errors="ignore")
    if not text.strip():
        raise NoTextError("Tệp RTF không có chữ nào. Vui lòng kiểm tra lại tệp gốc.")
    repaired = repair_lines(text.split("\n"))
    pages = (RawPage(1, "\n".join(repaired.lines)),)
    return RawDocument(pages, wrapped=False, encoding=repaired.encoding, warnings=repaired.warnings, road="striprtf")
