"""What archives, e-mails and PDF portfolios hold, member by member; nothing is unpacked that is not asked for."""

from __future__ import annotations

import mmap
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import IO

from ingest.errors import EncryptedFileError, UnreadableFileError
from ingest.spacing import is_syllable

_DAMAGED = "Tệp nén bị hỏng. Vui lòng nén lại hoặc giải nén rồi nạp các tệp bên trong."
_DAMAGED_MEMBER = "Không giải nén được tệp này vì tệp nén bị hỏng. Vui lòng nén lại hoặc xin lại tệp gốc."
_LOCKED = "Tệp nén đặt mật khẩu. Vui lòng giải nén bằng mật khẩu rồi nạp các tệp bên trong."
_METHOD = "Kiểu nén chưa hỗ trợ. Vui lòng giải nén rồi nạp các tệp bên trong."
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1
"""Bits of an entry (APPNOTE 4.4.4)."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside another."""

    name: str
    """As the container calls it, with `/`; not to be trusted."""
    blocks: Callable[[int], Iterator[bytes]]
    """Its bytes in blocks of at most so many; raises IngestError where they cannot be had."""
    packed: int | None = None
    """Bytes that it takes in the container, where it is compressed."""
    trouble: str | None = None
    """Why it cannot be had, known beforehand."""


# ---------------------------------------------------------------------- archives


def archive_members(path: Path, _passwords: Sequence[str] = ()) -> Iterator[Member]:
    """The entries of a ZIP archive.

    Raises:
        UnreadableFileError: it is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                locked = _LOCKED if entry.flag_bits & _ENCRYPTED else None
                yield Member(_entry_name(entry), _unpacked(archive, entry), entry.compress_size, locked)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFileError(_DAMAGED) from error


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[int], Iterator[bytes]]:
    def blocks(most: int) -> Iterator[bytes]:
        try:
            with archive.open(entry) as stream:
                yield from _read(stream, most)
        except NotImplementedError as error:
            raise UnreadableFileError(_METHOD) from error
        except RuntimeError as error:
            raise EncryptedFileError(_LOCKED) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
            raise UnreadableFileError(_DAMAGED_MEMBER) from error

    return blocks


def _read(stream: IO[bytes], most: int) -> Iterator[bytes]:
    while block := stream.read(most):
        yield block


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """The name as it was meant: Windows writes its own code page where it should write the one of the first PC."""
    name = entry.orig_filename
    if entry.flag_bits & _UTF8_NAME or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    vietnamese = unicodedata.normalize("NFC", raw.decode("cp1258", "replace"))
    return vietnamese if _syllables(vietnamese) > _syllables(name) else name


def _syllables(name: str) -> int:
    """How many words with letters beyond ASCII are Vietnamese."""
    words = "".join(letter if letter.isalpha() else " " for letter in name).split()
    return sum(not word.isascii() and is_syllable(word.lower()) for word in words) - 10 * ("\ufffd" in name)


# ------------------------------------------------------------------------ e-mail


def mail_members(path: Path, _passwords: Sequence[str] = ()) -> Iterator[Member]:
    """The attachments of an e-mail; an e-mail that is forwarded as one is an attachment, too.

    Raises:
        UnreadableFileError: it is damaged.
    """
    from ingest.readers.mail import attachments, parsed

    for name, part in attachments(parsed(path)):
        yield Member(name, _decoded(part))


def _decoded(part: EmailMessage) -> Callable[[int], Iterator[bytes]]:
    def blocks(most: int) -> Iterator[bytes]:
        from ingest.readers.mail import content_of

        content = content_of(part)
        for start in range(0, len(content), most):
            yield content[start : start + most]

    return blocks


# --------------------------------------------------------------------------- PDF


def pdf_members(path: Path, passwords: Sequence[str] = ()) -> Iterator[Member]:
    """The files that a PDF carries as attachments; one that cannot be opened has none here."""
    import pypdfium2

    if not _may_carry(path):
        return
    for password in ("", *passwords):
        try:
            document = pypdfium2.PdfDocument(path, password or None)
        except pypdfium2.PdfiumError:
            continue
        with document:
            for index in range(document.count_attachments()):
                attachment = document.get_attachment(index)
                yield Member(attachment.get_name(), _carried(attachment))
        return


def _may_carry(path: Path) -> bool:
    """Whether the file names an embedded one: the dictionary of a stream is never compressed."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(b"EmbeddedFile") >= 0


def _carried(attachment: object) -> Callable[[int], Iterator[bytes]]:
    def blocks(most: int) -> Iterator[bytes]:
        import pypdfium2

        try:
            content = bytes(attachment.get_data())  # type: ignore[attr-defined]
        except pypdfium2.PdfiumError as error:
            raise UnreadableFileError("Tệp đính kèm trong PDF bị hỏng. Vui lòng xin lại tệp gốc.") from error
        for start in range(0, len(content), most):
            yield content[start : start + most]

    return blocks
