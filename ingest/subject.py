"""Type and subject (trích yếu) of a document, from its title or from "V/v" of an official letter."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.head import (
    APPENDIX,
    ATTACHED,
    AUTHORITY,
    BODY,
    ENACTING,
    LONGEST_TITLE,
    MOTTO,
    NUMBER_LINE,
    PLACE_DATE,
    TYPE_LINE,
    Head,
)
from ingest.letterhead import BODY_HEAD
from ingest.models import DocumentHeader, Span

_LETTER = re.compile(r"V/v\.?:?\s*|Về việc:?\s+", re.IGNORECASE)
_CITED = re.compile(r"[A-ZĐ][^\d]{2,60} số \d+[a-zđ]?/")
"""A line that begins with another document, as consolidated texts do."""
_NO_TITLE = re.compile(r"^(?:TM|KT|TL|TUQ)\.| \| ")
"""A signature or a row of a table."""
_OF_BODY = re.compile(rf"CỦA\s+(?:{AUTHORITY.pattern}|{BODY_HEAD.pattern})")
"""Whose act it is, in capitals between the type and the subject."""
_MOST_LINES = 8
_SHORT = 130
"""Characters of a title's line."""


def read_title(head: Head, header: DocumentHeader) -> DocumentHeader:
    """Type and subject from the title, or from "V/v" of an official letter."""
    if head.title is None:
        return _letter_subject(head, header) if header.number or head.motto is not None else _annex_title(head, header)
    line = head.lines[head.title]
    match = TYPE_LINE.match(line.text)
    kind = match["type"].capitalize() if match else None
    kind = {"Qui định": "Quy định"}.get(kind or "", kind)
    parts = [_without_number(match["rest"])] if match else []
    if parts and _names_body(parts[0]):
        parts = []
    last = head.title
    centred = _is_centred(head)
    for index in range(head.title + 1, min(head.body, len(head.lines))):
        following = head.lines[index].text
        if not any(parts) and _names_body(following):
            continue
        if not _continues_title(parts, following, header.date is not None, centred):
            break
        parts.append(following)
        last = index
    subject = " ".join(part for part in parts if part).strip(" -–_*:") or None
    own = Span(line.span.start, head.lines[last].span.end)
    span = Span(min(own.start, header.span.start), max(own.end, header.span.end)) if header.span else own
    return replace(header, type=_reconciled(kind, header), subject=subject, span=span)


def _is_centred(head: Head) -> bool:
    """Whether nothing but short lines stands between the type and the first line of the text, as the lines of a
    title do that are broken by sense: "… biện pháp thi hành / Luật Giáo dục nghề nghiệp"."""
    lines = head.lines[(head.title or 0) + 1 : head.body]
    return head.body < len(head.lines) and len(lines) <= _MOST_LINES and all(len(line.text) <= _SHORT for line in lines)


def _names_body(text: str) -> bool:
    return text.isupper() and _OF_BODY.match(text) is not None and not any(map(str.isdigit, text))


def _without_number(rest: str) -> str:
    """What stands behind the type in the title's own line, without "SỐ 114/2003/NĐ-CP NGÀY …"."""
    rest = re.sub(r"^\s*(?:CỦA [^\d]*?)?(?:SỐ|Số|số)\s*:?\s*\S*\d\S*", "", rest)
    return re.sub(r"^\s*NGÀY\s+\d+\s+THÁNG\s+\d+\s+NĂM\s+\d+", "", rest).strip()


def _continues_title(parts: list[str], following: str, dated: bool, centred: bool = False) -> bool:
    so_far = " ".join(part for part in parts if part)
    if ATTACHED.match(following) or BODY.match(following) or ENACTING.match(following) or MOTTO.search(following):
        return False
    if NUMBER_LINE.match(following) or (not dated and PLACE_DATE.match(following)):
        return False
    if not so_far:
        return not AUTHORITY.match(following) or not following.isupper()
    if len(so_far) + len(following) > LONGEST_TITLE or so_far.endswith((".", ":", ";")):
        return False
    if _CITED.match(following):
        return False
    if following.isupper():
        return so_far.isupper() and not AUTHORITY.match(following)
    return (
        following[0].islower()
        or following[0].isdigit()
        or (so_far.endswith((",", "-", "–")) or (centred and not following.endswith((".", ":", ";", ","))))
    )


def _reconciled(kind: str | None, header: DocumentHeader) -> str | None:
    """The title's type; the number's, where the title only names its kind more loosely."""
    if kind == "Luật" and header.type == "Bộ luật":
        return header.type
    return kind or header.type


def _letter_subject(head: Head, header: DocumentHeader) -> DocumentHeader:
    for index, line in enumerate(head.lines[: head.body]):
        match = _LETTER.match(line.text)
        if match is None:
            continue
        parts = [line.text[match.end() :]]
        for following in head.lines[index + 1 : head.body]:
            if _continues_title(parts, following.text, True) and not PLACE_DATE.search(following.text):
                parts.append(following.text)
            else:
                break
        subject = f"Về việc {' '.join(parts).strip()}"
        return replace(header, type=header.type or ("Công văn" if header.number else None), subject=subject)
    return header


def _annex_title(head: Head, header: DocumentHeader) -> DocumentHeader:
    """The title of a text without letterhead: what stands below "PHỤ LỤC", else its first line."""
    parts: list[str] = []
    for index, line in enumerate(head.lines[:6]):
        if index == 0 and APPENDIX.match(line.text):
            continue
        if not _continues_title(parts, line.text, True) or _NO_TITLE.search(line.text):
            break
        parts.append(line.text)
    return replace(header, subject=" ".join(parts).strip() or None)
