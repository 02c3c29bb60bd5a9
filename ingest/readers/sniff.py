"""The kind of a file by its content; its name is not asked."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

_AS_DOCX_OR_PDF = "Vui lòng mở tệp và lưu thành DOCX hoặc PDF rồi nạp lại."
_AS_PDF = "Vui lòng lưu hoặc in thành PDF rồi nạp lại."

SNIFFED: dict[str, tuple[str, str]] = {
    "pdf": ("tệp PDF", ""),
    "docx": ("tệp Word (DOCX)", ""),
    "txt": ("tệp văn bản thuần", ""),
    "md": ("tệp Markdown", ""),
    "html": ("trang HTML", ""),
    "doc": ("tệp Word đời cũ (DOC)", _AS_DOCX_OR_PDF),
    "rtf": ("tệp RTF", _AS_DOCX_OR_PDF),
    "wordml": ("tệp Word XML 2003", _AS_DOCX_OR_PDF),
    "excelml": ("bảng tính XML 2003", _AS_PDF),
    "odt": ("tệp OpenDocument (ODT)", _AS_DOCX_OR_PDF),
    "mht": ("trang web lưu trữ (MHT)", _AS_DOCX_OR_PDF),
    "xls": ("bảng tính Excel đời cũ (XLS)", _AS_PDF),
    "xlsx": ("bảng tính Excel (XLSX)", _AS_PDF),
    "ppt": ("bản trình chiếu đời cũ (PPT)", _AS_PDF),
    "pptx": ("bản trình chiếu (PPTX)", _AS_PDF),
    "ods": ("bảng tính OpenDocument (ODS)", _AS_PDF),
    "odf": ("tệp OpenDocument hoặc EPUB", _AS_PDF),
    "ole": ("tệp Office đời cũ", _AS_DOCX_OR_PDF),
    "locked-office": ("tệp Office đặt mật khẩu", "Vui lòng gỡ mật khẩu rồi nạp lại."),
    "eml": ("thư điện tử (EML)", _AS_PDF),
    "zip": ("tệp nén", "Vui lòng giải nén rồi nạp các tệp bên trong."),
    "archive": ("tệp nén", "Vui lòng giải nén rồi nạp các tệp bên trong."),
    "image": ("tệp ảnh", "Ảnh chụp văn bản cần được nhận dạng chữ (OCR) thành PDF có lớp chữ rồi nạp lại."),
    "empty": ("tệp rỗng", "Vui lòng kiểm tra lại tệp gốc."),
    "binary": ("tệp thuộc loại không xác định", _AS_DOCX_OR_PDF),
}
"""Every kind that `sniff` tells: (its name for a person, the remedy where no reader takes it)."""

_HEAD = 8192
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x00\x0cjP")
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ODF = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body|table|div|p)\b", re.IGNORECASE)
_LEADING = re.compile(r"(?:\s|<\?xml[^>]*>|<!--.*?-->)*", re.DOTALL)
_OFFICE_XML = re.compile(r"\s*<\?xml[^>]*>\s*<\?mso-application\s+progid=\"(Word\.Document|Excel\.Sheet)\"\s*\?>")
_HEAD_LINE = re.compile(r"[\x21-\x39\x3b-\x7e]+:")
_MAIL_HEAD = frozenset(
    {"from", "to", "cc", "subject", "date", "message-id", "mime-version", "received", "content-type"}
)
_SENT = frozenset({"to", "received", "message-id", "cc", "delivered-to"})
_FEWEST_HEADS = 3
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\|(?: *:?-+:? *\|)+ *$)", re.MULTILINE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(path: Path) -> str:
    """The kind of the file at `path`: a key of `SNIFFED`.

    Raises:
        OSError: the file cannot be opened.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        return "empty"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head.lstrip().startswith(b"{\\rtf"):
        return "rtf"
    if head.startswith(_ARCHIVES):
        return "archive"
    text = _as_text(head)
    if text is None:
        return "image" if head.startswith(_IMAGES) else _by_magic(path)
    return _text_kind(text)


def _zip_kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names:
                mime = archive.read("mimetype")[:80]
                return _ODF.get(mime.strip(), "odf")
    # A damaged archive fails in all these ways; a bad member name is a ValueError.
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return "zip"
    if any(name.startswith("word/") for name in names) and "[Content_Types].xml" in names:
        return "docx"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    return "pptx" if any(name.startswith("ppt/") for name in names) else "zip"


def _ole_kind(path: Path) -> str:
    """Office files of before 2007 are told by the names in their directory, which are UTF-16."""
    content = path.read_bytes()
    streams = (("EncryptedPackage", "locked-office"), ("WordDocument", "doc"), ("Workbook", "xls"), ("Book", "xls"))
    for name, kind in (*streams, ("PowerPoint Document", "ppt")):
        if name.encode("utf-16-le") in content:
            return kind
    return "ole"


def _as_text(head: bytes) -> str | None:
    """The head as characters, or None where it is no text; odd bytes are of no matter here."""
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return head[len(bom) :].decode(encoding, "replace")
    if head.count(0) > len(head) // 5:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = head[: len(head) // 2 * 2].decode(encoding, "replace")
            if sum(character.isprintable() or character.isspace() for character in text) > 0.97 * len(text):
                return text
        return None
    if len(_CONTROL.findall(head)) > len(head) // 200:
        return None
    return head.decode("utf-8", "replace")


def _text_kind(text: str) -> str:
    program = _OFFICE_XML.match(text)
    if program is not None:
        return "wordml" if program[1] == "Word.Document" else "excelml"
    if _is_mail(text):
        return "eml"
    start = _LEADING.match(text)
    body = text[start.end() if start else 0 :]
    if _HTML.match(body) or re.search(r"<(?:html|body)\b", text, re.IGNORECASE):
        return "html"
    if re.match(r"(?:MIME-Version|From|Subject):", body, re.IGNORECASE) and "multipart/related" in text.lower():
        return "mht"
    return "md" if _MARKDOWN.search(text) else "txt"


def _is_mail(text: str) -> bool:
    """Whether the text begins with the head of an e-mail (RFC 5322, 3.6); a saved web page went nowhere."""
    head = re.split(r"\r?\n\r?\n", text.lstrip(), maxsplit=1)[0].splitlines()
    names = {line.split(":", 1)[0].lower() for line in head if _HEAD_LINE.match(line)}
    other = [line for line in head[1:] if not _HEAD_LINE.match(line) and not line[:1].isspace()]
    return not other and "from" in names and bool(names & _SENT) and len(names & _MAIL_HEAD) >= _FEWEST_HEADS


def _by_magic(path: Path) -> str:
    import puremagic

    try:
        mime: str = puremagic.from_file(str(path), mime=True)
    except (puremagic.PureError, ValueError):
        return "binary"
    return "image" if mime.startswith("image/") else "binary"
