"""Plain text and Markdown, in whatever encoding they were saved."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.encodings import western
from ingest.errors import NoTextError, UnreadableFileError
from ingest.models import RawDocument, RawPage
from ingest.readers.sniff import BOMS, sniff
from ingest.reencode import UNICODE, repair_lines

_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*$")
_RULE = re.compile(r"^ {0,3}(?:[-*_] ?){3,}$|^\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$|^ {0,3}(?:```|~~~)\S*$")
_EMPHASIS = re.compile(r"(?<!\w)(\*\*\*|\*\*|\*|__|`)(?=\S)(.+?)(?<=\S)\1(?!\w)")
_LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
_BULLET = re.compile(r"^(\s*)[*+] +")


def read(path: Path) -> RawDocument:
    """The text of the file; a form feed begins a page.

    Raises:
        UnreadableFileError: the encoding cannot be told.
        NoTextError: nothing but spaces.
    """
    text, warnings = decode(path.read_bytes())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if sniff(path) == "md":
        text = "\n".join(_plain(line) for line in text.split("\n"))
    repaired = repair_lines(text.split("\n"))
    if repaired.encoding != UNICODE:
        text, warnings = "\n".join(repaired.lines), repaired.warnings
    if not text.strip():
        raise NoTextError("Tệp không có chữ nào. Vui lòng kiểm tra lại tệp gốc.")
    pages = text.rstrip("\f\n ").split("\f")
    numbered = tuple(RawPage(n, page) for n, page in enumerate(pages, 1))
    return RawDocument(numbered, wrapped=True, encoding=repaired.encoding, warnings=warnings)


def decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """Bytes to characters, with a warning where the encoding had to be guessed.

    Raises:
        UnreadableFileError: no encoding fits.
    """
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(encoding, "replace"), ()
    try:
        if content.count(0) == 0:
            return content.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    return _guess(content)


def _guess(content: bytes) -> tuple[str, tuple[str, ...]]:
    from charset_normalizer import from_bytes

    wide = content.count(0) > len(content) // 5
    if not wide:
        # Fonts and code pages of before Unicode are Western bytes to every other program.
        text = western(content)
        if repair_lines(text.split("\n")).encoding != UNICODE:
            return text, ()
    candidates = ["utf_16_le", "utf_16_be"] if wide else ["cp1258", "utf_8", "cp1252"]
    best = from_bytes(content, cp_isolation=candidates).best() or from_bytes(content).best()
    if best is None:
        raise UnreadableFileError("Không nhận ra bảng mã của tệp. Vui lòng lưu lại tệp ở bảng mã UTF-8.")
    return str(best), (f"Tệp không ghi bằng UTF-8; đã đọc theo bảng mã {best.encoding}, đề nghị kiểm tra lại chữ.",)


def _plain(line: str) -> str:
    """A Markdown line without its marks; a table row reads like a row of the other formats."""
    if _RULE.match(line):
        return ""
    line = _BULLET.sub(r"\1- ", line)
    heading = _HEADING.match(line)
    if heading:
        # The empty lines keep a heading a block of its own.
        return f"\n{_inline(heading[1])}\n"
    row = line.strip()
    if row.startswith("|") and row.endswith("|") and len(row) > 1:
        return _inline(" | ".join(cell.strip() for cell in row[1:-1].split("|")))
    return _inline(line.lstrip(">") if line.startswith(">") else line)


def _inline(text: str) -> str:
    text = _LINK.sub(lambda link: f"{link[1]} ({link[2]})" if link[2] and link[1] != link[2] else link[1], text)
    return _EMPHASIS.sub(r"\2", text)
