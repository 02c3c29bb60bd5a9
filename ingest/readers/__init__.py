"""From a file to what its pages say: the kind is told by the content, one module reads each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import EncryptedFileError, NoTextError, UnsupportedFormatError
from ingest.models import RawDocument
from ingest.readers.sniff import SNIFFED, sniff

if TYPE_CHECKING:
    from ingest.readers.members import Member

Reader = Callable[[Path], RawDocument]

READERS = {
    "pdf": "ingest.readers.pdf",
    "docx": "ingest.readers.old_office",
    "txt": "ingest.readers.text",
    "md": "ingest.readers.text",
    "html": "ingest.readers.html",
    "doc": "ingest.readers.old_office",
    "rtf": "ingest.readers.old_office",
    "odt": "ingest.readers.old_office",
    "wordml": "ingest.readers.old_office",
    "excelml": "ingest.readers.sheets",
    "xls": "ingest.readers.sheets",
    "xlsx": "ingest.readers.sheets",
    "ods": "ingest.readers.sheets",
    "eml": "ingest.readers.mail",
    "ppt": "ingest.readers.slides",
    "pptx": "ingest.readers.slides",
    "image": "ingest.readers.picture",
}
"""Kind → the module whose `read` takes it; imported when the first such file comes."""


_MEMBERS = {"zip": "archive_members", "eml": "mail_members", "pdf": "pdf_members"}


def reader_for(kind: str) -> Reader:
    """The reader of a kind that `sniff` told.

    Raises:
        NoTextError: the file is empty.
        EncryptedFileError: an office file that asks for a password.
        UnsupportedFormatError: no reader takes this kind; the message names the remedy.
    """
    module = READERS.get(kind)
    if module is not None:
        reader: Reader = import_module(module).read
        return reader
    if kind == "empty":
        raise NoTextError("Tệp rỗng (0 byte). Vui lòng kiểm tra lại và lưu lại tệp gốc.")
    if kind == "locked-office":
        raise EncryptedFileError("Tệp Office đặt mật khẩu. Vui lòng mở tệp, gỡ mật khẩu (Tệp > Thông tin) rồi lưu lại.")
    raise UnsupportedFormatError(_unsupported(kind))


def members_of(kind: str, path: Path, passwords: Sequence[str] = ()) -> Iterator[Member]:
    """What a file of a kind holds inside; nothing of a kind that holds none.

    Raises:
        IngestError: it cannot be opened.
    """
    if kind not in _MEMBERS:
        return iter(())
    held: Iterator[Member] = getattr(import_module("ingest.readers.members"), _MEMBERS[kind])(path, passwords)
    return held


def _unsupported(kind: str) -> str:
    name, remedy = SNIFFED.get(kind, SNIFFED["binary"])
    return f"Chưa đọc được {name}. {remedy}"


__all__ = ["READERS", "SNIFFED", "Reader", "members_of", "reader_for", "sniff"]
