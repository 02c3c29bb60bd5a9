"""Titles as gazettes and law collections print them, without letterhead: "Nghị định của Chính phủ số … ngày … về …"."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.head import AUTHORITY, BODY, Head
from ingest.letterhead import proper
from ingest.models import DocumentHeader, Span
from ingest.number_tables import type_name
from ingest.numbers import find_numbers

_TYPES = "NGHỊ QUYẾT|QUYẾT ĐỊNH|CHỈ THỊ|THÔNG TƯ LIÊN TỊCH|THÔNG TƯ|NGHỊ ĐỊNH|PHÁP LỆNH|LUẬT"
_TITLE = re.compile(
    rf"^(?P<type>{_TYPES})(?:\s+CỦA\s+(?P<issuer>[^\d;:.]{{4,90}}?))?\s+SỐ\s*:?\s*(?=\d)", re.IGNORECASE | re.MULTILINE
)
_DAY = re.compile(r"\s*(?:NGÀY\s+)?[\d/.-]+(?:\s+THÁNG\s+\d+\s+NĂM\s+\d+)?\s*", re.IGNORECASE)
_OFFICE = re.compile(r"^(?:Bộ trưởng|Thống đốc|Chánh án|Viện trưởng|Chủ tịch|Giám đốc)\s+(?=\S)", re.IGNORECASE)
_BASIS = re.compile(r"^(?:[-–]\s*)?(?:Căn cứ|Xét|Theo đề nghị|Để |Điều 1(?!\d))", re.MULTILINE)
_FIRST_LINES = 5
"""In which the title begins."""
_REACH, _WITHIN = 400, 1500
"""Characters that a title takes, and within which the text must begin as acts do."""
_MOST_SUBJECT_LINES = 8
_CONFIDENCE = 0.85


def read_act_title(head: Head, header: DocumentHeader, text: str) -> DocumentHeader:
    """Adds number, day, issuer, type and subject of a title that holds them all; `header` where there is none.

    The number must be of the kind that the title names and carry its day, and the text must begin as acts do:
    others only cite.
    """
    opening = head.lines[: _FIRST_LINES + 1]
    if not opening:
        return header
    edge = opening[-1].span.end if len(opening) <= _FIRST_LINES else opening[_FIRST_LINES].span.start
    title = _TITLE.search(text, 0, edge + _REACH)
    if title is None or title.start() >= edge or not _BASIS.search(text, title.end(), title.end() + _WITHIN):
        return header
    flat = text[title.start() : title.end() + _REACH].replace("\n", " ")
    kind = title["type"].capitalize()
    for mention in find_numbers(flat):
        if mention.span.start < title.end() - title.start() - 1 or mention.blank or mention.canonical is None:
            continue
        if type_name(mention.type) != kind or mention.date is None:
            return header
        span = Span(title.start() + mention.span.start, title.start() + mention.span.end)
        return replace(
            header,
            number=mention.canonical,
            key=mention.key,
            date=header.date or mention.date,
            type=kind,
            issuer=header.issuer or _issuer(title["issuer"], text),
            subject=_subject(text, span.end) or header.subject,
            confidence=_CONFIDENCE,
            number_span=span,
            span=Span(title.start(), span.end),
        )
    return header


def _issuer(named: str | None, text: str) -> str | None:
    if named is None:
        return None
    plain = " ".join(named.split())
    return _OFFICE.sub("", proper(plain.upper(), text) if plain.isupper() else plain)


def _subject(text: str, start: int) -> str | None:
    """What stands behind number and day, up to the body that enacts or the first basis."""
    day = _DAY.match(text, start)
    lines: list[str] = []
    for line in text[day.end() if day else start : start + _WITHIN].split("\n")[:_MOST_SUBJECT_LINES]:
        if line and (
            BODY.match(line) or (lines and AUTHORITY.match(line.upper()) and len(line.split()) <= len(lines) + 8)
        ):
            break
        if line.strip():
            lines.append(line.strip())
        if line.endswith("."):
            break
    return " ".join(lines).strip(" .") or None
