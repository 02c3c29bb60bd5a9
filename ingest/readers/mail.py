"""E-mail as programs save it (.eml): who wrote whom and when, and what; attachments are files of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import cast

from ingest.errors import NoTextError, UnreadableFileError
from ingest.models import RawDocument, RawPage
from ingest.readers.text import decode

_DAMAGED = "Thư điện tử (EML) bị hỏng. Vui lòng lưu lại thư từ chương trình thư."
_HEAD = (("From", "Người gửi"), ("To", "Người nhận"), ("Cc", "Đồng gửi"), ("Subject", "Chủ đề"))
_SEALS = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
"""Parts that sign the message and hold nothing to read."""


def read(path: Path) -> RawDocument:
    """The message as a letter: its head, its text, the names of what is attached.

    Raises:
        UnreadableFileError: it is damaged.
        NoTextError: it says nothing.
    """
    message = parsed(path)
    head = [f"{word}: {' '.join(str(message[name]).split())}" for name, word in _HEAD if message[name]]
    sent = _day(message)
    if sent:
        head.append(f"Gửi lúc: {sent:%H:%M, %d/%m/%Y}")
    names = [name for name, _ in attachments(message)]
    foot = [f"Tệp đính kèm: {'; '.join(names)}"] if names else []
    body, wrapped = _body(message)
    if not head and not body:
        raise NoTextError("Thư điện tử không có nội dung. Vui lòng lưu lại thư từ chương trình thư.")
    text = "\n".join([*head, "", *body, "", *foot]).strip()
    return RawDocument((RawPage(1, text),), wrapped=wrapped)


def parsed(path: Path) -> EmailMessage:
    """The message with its parts.

    Raises:
        UnreadableFileError: it is damaged.
    """
    try:
        with path.open("rb") as stream:
            return BytesParser(policy=policy.default).parse(stream)
    except (MessageError, ValueError, LookupError, RecursionError) as error:
        raise UnreadableFileError(_DAMAGED) from error


def attachments(message: EmailMessage) -> Iterator[tuple[str, EmailMessage]]:
    """(name, part) of what hangs on a message; pictures inside its text and its seals are left out."""
    body = message.get_body(("html", "plain"))
    number = 0
    for part in _leaves(message):
        if part is body or part.get_content_type() in _SEALS:
            continue
        name = part.get_filename()
        named = name is not None or part.get_content_disposition() == "attachment"
        if part.get_content_type() == "message/rfc822":
            number += 1
            yield name or f"thư kèm {number}.eml", part
        elif named and not (part.get_content_maintype() == "image" and part["Content-ID"]):
            number += 1
            yield name or f"tệp đính kèm {number}", part


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    """The parts that hold something; what a forwarded message holds is its own."""
    for part in message.iter_parts() if message.is_multipart() else ():
        child = cast(EmailMessage, part)
        if child.get_content_maintype() == "multipart":
            yield from _leaves(child)
        else:
            yield child


def content_of(part: EmailMessage) -> bytes:
    """The bytes of an attachment.

    Raises:
        UnreadableFileError: they are damaged.
    """
    try:
        if part.get_content_type() == "message/rfc822":
            return cast(EmailMessage, part.get_content()).as_bytes()
        content = part.get_payload(decode=True)
    except (MessageError, ValueError, LookupError, AssertionError) as error:
        raise UnreadableFileError("Tệp đính kèm trong thư bị hỏng. Vui lòng xin lại tệp gốc.") from error
    return content if isinstance(content, bytes) else b""


def _body(message: EmailMessage) -> tuple[list[str], bool]:
    """The lines of the text, and whether they are wrapped ones."""
    part = message.get_body(("plain", "html"))
    content = part.get_payload(decode=True) if part is not None and not part.is_multipart() else None
    if part is None or not isinstance(content, bytes) or not content.strip():
        return [], True
    if part.get_content_type() == "text/html":
        from ingest.readers.html import page_lines

        return page_lines(_text(part, content)), False
    return _text(part, content).replace("\r\n", "\n").split("\n"), True


def _text(part: MIMEPart, content: bytes) -> str:
    try:
        return content.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(content)[0]


def _day(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"])) if message["Date"] else None
    except ValueError:
        return None
