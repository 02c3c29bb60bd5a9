"""Who signed: the lines below the text, "KT. CHỦ TỊCH / PHÓ CHỦ TỊCH / Võ Phiên"."""

from __future__ import annotations

import re

from ingest.models import Span

_CAPACITY = re.compile(r"(?:TM|T/M|KT|TL|TUQ|T\.?M|Q)\s?\.\s*[A-ZĐÀ-Ỹ]")
_OFFICE = re.compile(
    r"(?:PHÓ )?(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|THỦ TƯỚNG|CHÁNH VĂN PHÒNG|CỤC TRƯỞNG|TỔNG CỤC TRƯỞNG"
    r"|CHI CỤC TRƯỞNG"
    r"|BÍ THƯ|TRƯỞNG BAN|TRƯỞNG PHÒNG|CHÁNH THANH TRA|TỔNG GIÁM ĐỐC|HIỆU TRƯỞNG|VIỆN TRƯỞNG|CHÁNH ÁN"
    r"|THỐNG ĐỐC|TỔNG BÍ THƯ|VỤ TRƯỞNG)(?!\w)"
)
_NAME = re.compile(r"(?:(?:PGS|GS|TS|ThS|BS|KS)\.?\s*)*[A-ZĐÀ-Ỹ][^\W\d_]*(?: [A-ZĐÀ-Ỹ][^\W\d_]*){1,4}")
_NOISE = re.compile(r"\(?\s*(?:Đã ký|Ký tên|ký, đóng dấu|Chữ ký)", re.IGNORECASE)
_ANNEX = re.compile(r"^(?:PHỤ LỤC|Phụ lục)(?!\w).{0,12}$", re.MULTILINE)
_TAIL = 4000
_BLOCK = 600
"""Characters of a signature block at the most."""


def find_signer(text: str) -> str | None:
    """The office and, where it is printed, the name that signed; None where no signature block is found."""
    annex = _ANNEX.search(text, min(len(text), 600))
    end = annex.start() if annex else len(text)
    lines = text[max(0, end - _TAIL) : end].split("\n")
    start = _start(lines)
    if start is None:
        return None
    offices = [lines[start]]
    for line in lines[start + 1 : start + 8]:
        if _NOISE.match(line):
            continue
        if line.isupper() and (_OFFICE.match(line) or _CAPACITY.match(line)):
            offices.append(line)
        elif _NAME.fullmatch(line) and 2 <= len(line.split()) <= 6:
            return " ".join([*offices, line])
        else:
            break
    return " ".join(offices)


def _start(lines: list[str]) -> int | None:
    """The first line of the last signature block."""
    blocks = [
        index for index, line in enumerate(lines) if line.isupper() and (_CAPACITY.match(line) or _OFFICE.match(line))
    ]
    if not blocks or blocks[-1] < len(lines) * 0.3:
        return None
    start = blocks[-1]
    while start - 1 in blocks:
        start -= 1
    return start


def signature_span(text: str, signer: str) -> Span | None:
    """Where a signature block stands, from its first office to the name; None where the text no longer holds it."""
    words = signer.split()
    ends = list(_words(words[-2:]).finditer(text))
    if not ends:
        return None
    end = ends[-1].end()
    starts = list(_words(words[:2]).finditer(text, max(0, end - _BLOCK), end))
    return Span(starts[-1].start(), end) if starts else Span(*ends[-1].span())


def _words(words: list[str]) -> re.Pattern[str]:
    return re.compile(r"\s+".join(map(re.escape, words)))
