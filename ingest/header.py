"""What the head and the foot of a document say of it (Nghị định 30/2020/NĐ-CP, Appendix I; Hướng dẫn 36-HD/VPTW)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ingest.act_title import read_act_title
from ingest.dates import find_dates
from ingest.head import ATTACHED, BEFORE_MOTTO, MOTTO, NUMBER_LINE, PLACE_DATE, Head, Line, find_head, is_type_alone
from ingest.letterhead import BODY_HEAD, issuer_of, join_lines, proper
from ingest.models import DocumentHeader, KeptText, NumberMention, Span
from ingest.number_tables import issuer_name, type_name
from ingest.numbers import find_numbers, make_key
from ingest.signature import find_signer
from ingest.subject import read_title

_MOTTO_REST = re.compile(r"Độc\s*lập\s*[-–]", re.IGNORECASE)
_FURNITURE = re.compile(
    r"VĂN BẢN (?:QUY PHẠM )?PHÁP LUẬT(?: KHÁC)?$|VĂN BẢN HỢP NHẤT\s*[-–]?|PHẦN (?:VĂN BẢN|I|II)|HỎA TỐC"
    r"|HOẢ TỐC|KHẨN|THƯỢNG KHẨN|MẬT$|TỐI MẬT|DỰ THẢO"
)
_NO_NAME = re.compile(r"NƯỚC|\W*[A-ZĐ.]*\d[A-ZĐ\d.]*\W*")
"""What is left of "NƯỚC CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in front of a law, and codes of archives: "H.L300"."""
_ADOPTED = re.compile(r"(?:thông qua|ban hành)\s+ngày\s+(?=\d)")
_FORMULA = re.compile(
    r"(?:Bộ luật|Luật|Pháp lệnh|Nghị quyết)\s+này\s+(?:đã\s+)?được\s[^.]{10,160}?thông\s+qua\s+ngày\s+(?=\d)"
)
_AMENDED = re.compile(r"được\s+(?:sửa đổi|bổ sung|đính chính)", re.IGNORECASE)
_DAY_ALONE = re.compile(r"Ngày\s+\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+\d{4}", re.IGNORECASE)
_BODY_ALONE = re.compile(rf"{BODY_HEAD.pattern}(?: [^\s\d]+){{1,7}}")
_MEETING = re.compile(
    r"(?:Thời gian|Hôm nay|Vào (?:lúc|hồi)|Cuộc họp bắt đầu)[^\n]{0,60}?(?=ngày\s+\d{1,2}\s*(?:tháng|[/-]))",
    re.IGNORECASE,
)
"""When a meeting was held: the day of its minutes."""
_AFTER_MOTTO = 8
_AFTER_TITLE = 10
_LONGEST_LINE = 160
"""Of a letterhead."""
_CONSOLIDATED = 4000
"""Characters in which a consolidated text names the act and those that amended it."""
_SOLE_ISSUERS = {
    "Luật": "Quốc hội",
    "Bộ luật": "Quốc hội",
    "Pháp lệnh": "Ủy ban Thường vụ Quốc hội",
    "Nghị định": "Chính phủ",
}
_UNKNOWN_TYPE = re.compile(r"(?:SỐ|Số|số)\s*:?\s*(?P<number>\d+[a-zđ]?/\d{4}/[A-ZĐ]{2,})")
_SURE, _FAIR, _WEAK = 0.97, 0.85, 0.6


def read_header(kept: KeptText) -> DocumentHeader:
    """Number, date, issuer, type, subject and signer of a document, with the confidence that the number is its own.

    A document without letterhead (an annex) has no number; a number that the head only cites is not its own.
    """
    head = find_head(kept.text)
    header = _letterhead(head, kept.text) if head.motto is not None else DocumentHeader()
    header = read_title(head, header)
    if header.number is None:
        header = _number_in_title(head, header, kept.text)
    if header.number is None:
        header = read_act_title(head, header, kept.text)
    header = _completed(head, header, kept.text)
    header = replace(header, signer=find_signer(kept.text))
    return header if header.number else replace(header, confidence=0.0)


def _letterhead(head: Head, text: str) -> DocumentHeader:
    """Number, date, place and issuer from the lines around the motto."""
    end = head.title if head.title is not None and head.title > (head.motto or 0) else head.body
    motto = head.motto or 0
    region = [
        line
        for line in head.lines[max(0, motto - BEFORE_MOTTO) : max(end, motto + 1)]
        if len(line.text) <= _LONGEST_LINE
    ]
    header = DocumentHeader()
    if not region:
        # The motto stands inside running text.
        return header
    for line in region:
        if header.number is None:
            header = _own_number(header, line)
        dated = _place_date(line.text)
        if dated is not None and header.date is None and header.place is None:
            header = replace(header, place=dated[0], date=dated[1])
    near = [line for line in head.lines[max(0, motto - BEFORE_MOTTO) : motto + _AFTER_MOTTO] if line in region]
    bodies = join_lines(_issuer_lines(near))
    issuer = issuer_of(bodies, text[region[-1].span.end :])
    return replace(header, issuer=issuer, span=Span(region[0].span.start, region[-1].span.end))


def _own_number(header: DocumentHeader, line: Line) -> DocumentHeader:
    opening = NUMBER_LINE.search(line.text)
    if opening is None or (opening.start() and line.text[opening.start() - 1].isalnum()):
        return header
    mention = _first_number(line, opening.start())
    if mention is None or mention.key is None or mention.blank:
        return header
    named = opening["type"] or ""
    kind = named.capitalize() if named else type_name(mention.type) if mention.canonical else None
    return replace(
        header,
        number=mention.canonical,
        key=mention.key,
        type=kind,
        confidence=_SURE if not mention.repaired else _FAIR,
        number_span=mention.span,
    )


def _first_number(line: Line, at: int) -> NumberMention | None:
    """The first complete number of a line from `at` on, its span in the document."""
    for mention in find_numbers(line.text):
        if mention.span.end > at and mention.canonical is not None:
            start = line.span.start
            return replace(mention, span=Span(start + mention.span.start, start + mention.span.end))
    return None


def _place_date(text: str) -> tuple[str | None, date | None] | None:
    """Place and day of the line "Quảng Ngãi, ngày … tháng … năm …"; the day None where it is left blank."""
    match = PLACE_DATE.search(text)
    if match is None:
        return None
    place = re.split(r"(?:[A-ZĐ]\w*[-/])+[A-ZĐ]\w*\s+|\|", match["place"])[-1].strip(" *-–")
    try:
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        day = None
    if not place or not place[0].isupper() or len(place.split()) > 8:
        return None
    return place, day


def _issuer_lines(region: Sequence[Line]) -> list[str]:
    """The lines in capitals that name the issuer and its parent."""
    lines: list[str] = []
    for line in region:
        text = _MOTTO_REST.split(MOTTO.split(line.text)[0])[0].strip(" |*-–_")
        if not text or _FURNITURE.match(text) or _NO_NAME.fullmatch(text):
            continue
        if NUMBER_LINE.search(text) or PLACE_DATE.search(text) or not text.isupper():
            continue
        if not is_type_alone(text) and text not in lines:
            lines.append(text)
    return lines


def _number_in_title(head: Head, header: DocumentHeader, text: str) -> DocumentHeader:
    """The number of "ÁN LỆ SỐ 43/2021/AL", of a title "NGHỊ ĐỊNH … SỐ 114/2003/NĐ-CP NGÀY …", and of a
    consolidated text, which begins by naming the act: "Thông tư số … được sửa đổi, bổ sung bởi"."""
    if head.title is None or header.type is None:
        return header
    for line in head.lines[head.title : head.title + 3]:
        if line is head.lines[head.title] or re.match(r"\(?Số\s", line.text, re.IGNORECASE):
            found = _first_number(line, 0)
            if found is not None and not found.blank:
                return _numbered(header, found, line.text[found.span.end - line.span.start :])
            unknown = _UNKNOWN_TYPE.search(line.text)
            if unknown is not None:
                return _numbered_unknown(header, unknown, line)
    return _consolidated(head, header, text)


def _consolidated(head: Head, header: DocumentHeader, text: str) -> DocumentHeader:
    start = head.lines[head.title or 0].span.start
    region = text[start : start + _CONSOLIDATED]
    region = re.split(r"\nCăn cứ", region)[0]
    named = re.search(rf"(?<![^\n ])(?i:{header.type})(?: [^\n;:.\d]{{0,80}})?(?: số)? (?=\d)", region)
    if named is None or not _AMENDED.search(region, named.end()):
        return header
    end = region.find("\n", named.end())
    line = Line(Span(start + named.start(), start + (end if end > 0 else len(region))), "")
    found = _first_number(Line(line.span, line.span.of(text)), 0)
    if found is None or (found.type is not None and type_name(found.type) != header.type):
        return header
    subject = (header.subject or "").split(named[0].strip())[0].strip() or None
    return _numbered(replace(header, subject=subject), found, text[found.span.end : found.span.end + 300])


def _numbered(header: DocumentHeader, found: NumberMention, behind: str) -> DocumentHeader:
    return replace(
        header,
        number=found.canonical,
        key=found.key,
        date=header.date or found.date,
        issuer=_SOLE_ISSUERS.get(header.type or "") or header.issuer or _issuer_behind(behind),
        confidence=_FAIR,
        number_span=found.span,
    )


def _numbered_unknown(header: DocumentHeader, found: re.Match[str], line: Line) -> DocumentHeader:
    """A number of a kind that the tables do not list, as a title gives it."""
    span = Span(line.span.start + found.start("number"), line.span.start + found.end("number"))
    return replace(header, number=found["number"], key=make_key(found["number"]), confidence=_WEAK, number_span=span)


def _issuer_behind(text: str) -> str | None:
    """The body named by "ngày … của …"."""
    match = re.search(
        r"(?:CỦA|của)\s+([^,;()]{4,120}?)(?=\s*(?:[,;)]|$|\n(?!Bộ )|(?:VỀ|về|quy định|hướng dẫn|ban hành|sửa đổi) ))",
        text,
    )
    if match is None:
        return None
    return re.sub(
        r"^(?:Bộ trưởng|Thống đốc|Chánh án|Viện trưởng|Tổng Kiểm toán)\s+", "", proper(match[1]).replace("\n", " ")
    )


def _completed(head: Head, header: DocumentHeader, text: str) -> DocumentHeader:
    """Date of adoption and issuer where the letterhead has none."""
    if header.date is None and header.place is None and head.title is not None:
        header = replace(header, date=_adoption(head, text))
    if header.date is None and header.place is None and header.type and head.motto is not None:
        header = replace(header, date=_lone_day(head))
    if header.date is None and header.type == "Biên bản":
        header = replace(header, date=_meeting_day(head, text))
    if header.issuer is None and (body := header.subject or "").isupper() and _BODY_ALONE.fullmatch(body):
        # Forms print the body below their name.
        header = replace(header, issuer=proper(body, text), subject=None)
    if header.issuer is None:
        header = replace(header, issuer=_other_issuer(head, header, text))
    if header.number and header.type and header.date is None and header.confidence > _FAIR:
        header = replace(header, confidence=_FAIR)
    return header


def _lone_day(head: Head) -> date | None:
    """The day of a line below the title that holds nothing else."""
    for line in head.lines[head.title or head.motto or 0 :][:_AFTER_TITLE]:
        if _DAY_ALONE.fullmatch(line.text):
            dates = find_dates(line.text)
            return dates[0].date if dates else None
    return None


def _meeting_day(head: Head, text: str) -> date | None:
    start = head.lines[head.title or head.motto or 0].span.start
    held = _MEETING.search(text, start, start + 1500)
    dates = find_dates(text[held.end() : held.end() + 50]) if held else []
    return dates[0].date if dates else None


def _adoption(head: Head, text: str) -> date | None:
    """The day of "thông qua ngày …", below the title or in the closing formula."""
    start = head.lines[head.title or 0].span.start
    match = _ADOPTED.search(text, start, start + 1500) or _FORMULA.search(text)
    dates = find_dates(text[match.end() - 8 : match.end() + 50]) if match is not None else []
    return dates[0].date if dates else None


def _other_issuer(head: Head, header: DocumentHeader, text: str) -> str | None:
    """By the body that adopted or issued it, by the number's code, or by the document that an annex belongs to."""
    start = head.lines[head.title].span.start if head.title is not None else 0
    region = text[start : start + 1500]
    adopted = re.search(r"Được\s+([^,.;]{4,80}?)\s+thông qua", region)
    if adopted:
        return adopted[1]
    if header.number and (named := _by_codes(header.number)):
        return named
    if header.type in _SOLE_ISSUERS:
        return _SOLE_ISSUERS[header.type]
    for line in head.lines[:12]:
        if ATTACHED.match(line.text):
            named = _issuer_behind(line.text.replace(")", ","))
            if named:
                return named
            for mention in find_numbers(line.text):
                if mention.blank and mention.issuer:
                    return issuer_name(mention.issuer)
    return None


def _by_codes(number: str) -> str | None:
    for code in reversed(re.split(r"[/-]", number)):
        name = issuer_name(code) if code.isalnum() and not code.isdigit() else None
        if name:
            return name
    return None
