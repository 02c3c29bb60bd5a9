"""What the head and the foot of a document say of it (Nghị định 30/2020/NĐ-CP, Appendix I; Hướng dẫn 36-HD/VPTW)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingest.dates import find_dates
from ingest.folding import fold_words
from ingest.letterhead import BODY_HEAD, issuer_of, join_lines, proper
from ingest.models import DocumentHeader, KeptText, NumberMention, Span
from ingest.number_tables import issuer_name, type_name
from ingest.numbers import find_numbers, make_key
from ingest.signature import find_signer

_MOTTO = re.compile(r"CỘNG\s+H(?:ÒA|OÀ)\s+(?:XÃ|XÀ)\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|ĐẢNG CỘNG SẢN VIỆT NAM")
_MOTTO_REST = re.compile(r"Độc\s*lập\s*[-–]", re.IGNORECASE)
_NUMBER_LINE = re.compile(
    r"(?:^|[|*]\s*|(?<=[A-ZĐÀ-Ỹ])\s+(?=Số\s*:))"
    r"(?:(?P<type>Luật|Bộ luật|Pháp lệnh|Nghị quyết|Sắc lệnh)\s+)?Số\s*:?\s*(?=[\d./…_\s-]*[/-])",
    re.IGNORECASE,
)
_PLACE_DATE = re.compile(
    r"(?P<place>[^\W\d_][^,:;|]{1,60}?)\s*,?\s+ngày\s*(?P<day>[\d.…_ ]{0,6}?)\s*tháng\s*(?P<month>[\d.…_ ]{0,6}?)\s*năm\s*"
    r"(?P<year>\d{4}|[\d.…_ ]{0,8})\d?\s*[.|]?\s*$",
    re.IGNORECASE,
)
"""The line of place and date; a footnote's figure may cling to the year."""
_TYPES = (
    "NGHỊ QUYẾT LIÊN TỊCH|NGHỊ QUYẾT|QUYẾT ĐỊNH|CHỈ THỊ|QUY CHẾ|QUY ĐỊNH|QUI ĐỊNH|THÔNG CÁO|THÔNG BÁO|HƯỚNG DẪN"
    "|CHƯƠNG TRÌNH HÀNH ĐỘNG|CHƯƠNG TRÌNH|KẾ HOẠCH|PHƯƠNG ÁN|ĐỀ ÁN|DỰ ÁN|BÁO CÁO|BIÊN BẢN|TỜ TRÌNH|HỢP ĐỒNG|CÔNG ĐIỆN"
    "|BẢN GHI NHỚ|BẢN THỎA THUẬN|BẢN THOẢ THUẬN|GIẤY ỦY QUYỀN|GIẤY UỶ QUYỀN|GIẤY MỜI|GIẤY GIỚI THIỆU|PHIẾU CHUYỂN"
    "|PHIẾU GỬI|PHIẾU BÁO|THÔNG TƯ LIÊN TỊCH|THÔNG TƯ|NGHỊ ĐỊNH|PHÁP LỆNH|BỘ LUẬT|LUẬT|LỆNH|SẮC LỆNH|KẾT LUẬN|THÔNG TRI"
    "|ÁN LỆ|VĂN BẢN HỢP NHẤT|CÔNG VĂN|ĐIỀU LỆ|TUYÊN BỐ|LỜI KÊU GỌI|LỊCH LÀM VIỆC|PHIẾU XỬ LÝ VĂN BẢN|GIẤY CHỨNG NHẬN|NỘI QUY"
)
_TYPE_LINE = re.compile(rf"(?P<type>{_TYPES})\d{{0,2}}(?!\w)(?P<rest>.*)")
_ENACTING = re.compile(r"(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ QUYẾT|CHỈ THỊ|NAY CÔNG BỐ|LỆNH)\s*:")
_LETTER = re.compile(r"V/v\.?:?\s*|Về việc:?\s+", re.IGNORECASE)
_APPENDIX = re.compile(r"(?:PHỤ LỤC|Phụ lục|BIỂU MẪU|MẪU SỐ)(?!\w)[\s\dIVXA-Z:.]*$")
_ATTACHED = re.compile(r"\(?\s*(?:Ban hành kèm|Kèm theo|Kèm|Đính kèm|Phụ lục kèm)(?!\w)", re.IGNORECASE)
_BODY = re.compile(
    r"(?:Căn cứ|Căn cư|Xét|Theo đề nghị|Kính gửi|Kính trình|Thực hiện|Triển khai|Ngày \d|Để |Nhằm |Trong |Tiếp theo|Tiếp tục"
    r"|Phúc đáp|Sau khi|Theo |Trên cơ sở|Qua |Hôm nay|Hiện nay|Vừa qua|Do |Từ |Được sự|Điều \d|ĐIỀU \d|Chương [IVX\d]|CHƯƠNG [IVX\d]"
    r"|Phần |PHẦN |Mục |[IVX]{1,5}\.|\d{1,2}\.|[a-zđ][.)]|[-–+•]\s|Nơi nhận|\()"
)
"""How the line begins that ends the title."""
_AUTHORITY = re.compile(
    r"(?:CHÍNH PHỦ|THỦ TƯỚNG|BỘ TRƯỞNG|CHỦ TỊCH|HỘI ĐỒNG NHÂN DÂN|(?:ỦY|UỶ) BAN NHÂN DÂN|ỦY BAN THƯỜNG VỤ|GIÁM ĐỐC|CHÁNH|TỔNG"
    r"|CỤC TRƯỞNG|QUỐC HỘI|THỐNG ĐỐC|HIỆU TRƯỞNG|BAN CHẤP HÀNH|BAN THƯỜNG VỤ|LIÊN TỊCH|TRƯỞNG|BAN BÍ THƯ|BỘ CHÍNH TRỊ|HỘI ĐỒNG)(?!\w)"
)
_FURNITURE = re.compile(
    r"VĂN BẢN (?:QUY PHẠM )?PHÁP LUẬT(?: KHÁC)?$|VĂN BẢN HỢP NHẤT\s*[-–]?|PHẦN (?:VĂN BẢN|I|II)|HỎA TỐC|HOẢ TỐC|KHẨN|THƯỢNG KHẨN|MẬT$|TỐI MẬT|DỰ THẢO"
)
_ADOPTED = re.compile(r"(?:thông qua|ban hành)\s+ngày\s+(?=\d)")
_FORMULA = re.compile(r"(?:Bộ luật|Luật|Pháp lệnh|Nghị quyết)\s+này\s+(?:đã\s+)?được\s[^.]{10,160}?thông\s+qua\s+ngày\s+(?=\d)")
_AMENDED = re.compile(r"được\s+(?:sửa đổi|bổ sung|đính chính)", re.IGNORECASE)
_HEAD_LINES = 60
_AFTER_MOTTO = 8
_LONGEST_LINE = 160
"""Of a letterhead."""
_MOTTO_LINES = 900
"""A saved web page shows its menus first."""
_BEFORE_MOTTO = 8
_LONGEST_TITLE = 1200
_CONSOLIDATED = 4000
"""Characters in which a consolidated text names the act and those that amended it."""
_SOLE_ISSUERS = {"Luật": "Quốc hội", "Bộ luật": "Quốc hội", "Pháp lệnh": "Ủy ban Thường vụ Quốc hội", "Nghị định": "Chính phủ"}
_UNKNOWN_TYPE = re.compile(r"(?:SỐ|Số|số)\s*:?\s*(?P<number>\d+[a-zđ]?/\d{4}/[A-ZĐ]{2,})")
_SURE, _FAIR, _WEAK = 0.97, 0.85, 0.6


@dataclass(frozen=True, slots=True)
class _Line:
    span: Span
    text: str


@dataclass(slots=True)
class _Head:
    """The lines of the head and what was found in them, by index."""

    lines: list[_Line]
    motto: int | None
    title: int | None
    body: int
    """Index of the first line below the head."""


def read_header(kept: KeptText) -> DocumentHeader:
    """Number, date, issuer, type, subject and signer of a document, with the confidence that the number is its own.

    A document without letterhead (an annex) has no number; a number that the head only cites is not its own.
    """
    head = _find_head(kept.text)
    header = _letterhead(head, kept.text) if head.motto is not None else DocumentHeader()
    header = _title(head, header, kept.text)
    if header.number is None:
        header = _number_in_title(head, header, kept.text)
    header = _completed(head, header, kept.text)
    header = replace(header, signer=find_signer(kept.text))
    return header if header.number else replace(header, confidence=0.0)


def _find_head(text: str) -> _Head:
    lines = _lines(text, _MOTTO_LINES)
    motto = next((index for index, line in enumerate(lines) if _MOTTO.search(line.text)), None)
    if motto is not None and motto > _HEAD_LINES and not _has_number_near(lines, motto):
        motto = None
    if motto is not None and any(_APPENDIX.match(line.text) for line in lines[: min(motto, 5)]):
        # A form printed in an annex has a letterhead of its own.
        motto = None
    first = max(0, motto - _BEFORE_MOTTO) if motto is not None and motto > _HEAD_LINES else 0
    window = lines[first : (motto or 0) + _HEAD_LINES]
    place = motto - first if motto is not None else None
    title = _title_index(window, place)
    body = _body_index(window, place, title)
    return _Head(window, place, title, body)


def _lines(text: str, most: int) -> list[_Line]:
    lines, start = [], 0
    while start < len(text) and len(lines) < most:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        lines.append(_Line(Span(start, end), text[start:end]))
        start = end + 1
    return lines


def _has_number_near(lines: list[_Line], motto: int) -> bool:
    return any(_NUMBER_LINE.search(line.text) for line in lines[max(0, motto - _BEFORE_MOTTO) : motto + _BEFORE_MOTTO])


def _title_index(lines: list[_Line], motto: int | None) -> int | None:
    """The line with the type's name: in capitals, alone or at the head of the subject."""
    for index, line in enumerate(lines[: (motto or 0) + 30]):
        if motto is not None and index > motto and re.match(r"(?:Kính gửi|Căn cứ|Điều 1)", line.text):
            return None
        if motto is not None and index < motto and not _is_type_alone(line.text):
            continue
        if _TYPE_LINE.match(line.text) and _in_capitals(line.text) and not _ENACTING.match(line.text):
            return index
    return None


def _is_type_alone(text: str) -> bool:
    match = _TYPE_LINE.match(text)
    return match is not None and not match["rest"].strip() and not BODY_HEAD.match(text)


def _in_capitals(text: str) -> bool:
    """Whether the line is in capitals, a number or a date aside."""
    words = [word for word in text.split() if word.isalpha()]
    return bool(words) and sum(word.isupper() for word in words[:4]) == len(words[:4])


def _body_index(lines: list[_Line], motto: int | None, title: int | None) -> int:
    start = max(index for index in (motto, title, 0) if index is not None)
    for index in range(start, len(lines)):
        text = lines[index].text
        if index > start and _BODY.match(text) and not _NUMBER_LINE.match(text) and not _ATTACHED.match(text):
            return index
        if index > start and len(text) > _LONGEST_TITLE:
            return index
    return len(lines)


def _letterhead(head: _Head, text: str) -> DocumentHeader:
    """Number, date, place and issuer from the lines around the motto."""
    end = head.title if head.title is not None and head.title > (head.motto or 0) else head.body
    motto = head.motto or 0
    region = [line for line in head.lines[max(0, motto - _BEFORE_MOTTO) : max(end, motto + 1)] if len(line.text) <= _LONGEST_LINE]
    header = DocumentHeader()
    for line in region:
        if header.number is None:
            header = _own_number(header, line, text)
        dated = _place_date(line.text)
        if dated is not None and header.date is None and header.place is None:
            header = replace(header, place=dated[0], date=dated[1])
    near = [line for line in head.lines[max(0, motto - _BEFORE_MOTTO) : motto + _AFTER_MOTTO] if line in region]
    bodies = join_lines(_issuer_lines(near))
    issuer = issuer_of(bodies, text[region[-1].span.end :])
    return replace(header, issuer=issuer, span=Span(region[0].span.start, region[-1].span.end))


def _own_number(header: DocumentHeader, line: _Line, text: str) -> DocumentHeader:
    opening = _NUMBER_LINE.search(line.text)
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


def _first_number(line: _Line, at: int) -> NumberMention | None:
    """The first complete number of a line from `at` on, its span in the document."""
    for mention in find_numbers(line.text):
        if mention.span.end > at and mention.canonical is not None:
            start = line.span.start
            return replace(mention, span=Span(start + mention.span.start, start + mention.span.end))
    return None


def _place_date(text: str) -> tuple[str | None, date | None] | None:
    """Place and day of the line "Quảng Ngãi, ngày … tháng … năm …"; the day None where it is left blank."""
    match = _PLACE_DATE.search(text)
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


def _issuer_lines(region: Sequence[_Line]) -> list[str]:
    """The lines in capitals that name the issuer and its parent."""
    lines: list[str] = []
    for line in region:
        text = _MOTTO.split(line.text)[0].strip(" |*-–_")
        if not text or _MOTTO_REST.search(text) or _FURNITURE.match(text):
            continue
        if _NUMBER_LINE.search(text) or _PLACE_DATE.search(text) or not text.isupper():
            continue
        if not _is_type_alone(text) and text not in lines:
            lines.append(text)
    return lines


def _title(head: _Head, header: DocumentHeader, text: str) -> DocumentHeader:
    """Type and subject from the title, or from "V/v" of an official letter."""
    del text
    if head.title is None:
        return _letter_subject(head, header) if header.number or head.motto is not None else _annex_title(head, header)
    line = head.lines[head.title]
    match = _TYPE_LINE.match(line.text)
    kind = match["type"].capitalize() if match else None
    kind = {"Qui định": "Quy định"}.get(kind or "", kind)
    parts = [_without_number(match["rest"])] if match else []
    last = head.title
    for index in range(head.title + 1, min(head.body, len(head.lines))):
        following = head.lines[index].text
        if not _continues_title(parts, following, header.date is not None):
            break
        parts.append(following)
        last = index
    subject = " ".join(part for part in parts if part).strip(" -–_*:") or None
    own = Span(line.span.start, head.lines[last].span.end)
    span = Span(min(own.start, header.span.start), max(own.end, header.span.end)) if header.span else own
    return replace(header, type=_reconciled(kind, header), subject=subject, span=span)


def _without_number(rest: str) -> str:
    """What stands behind the type in the title's own line, without "SỐ 114/2003/NĐ-CP NGÀY …"."""
    rest = re.sub(r"^\s*(?:CỦA [^\d]*?)?(?:SỐ|Số|số)\s*:?\s*\S*\d\S*", "", rest)
    return re.sub(r"^\s*NGÀY\s+\d+\s+THÁNG\s+\d+\s+NĂM\s+\d+", "", rest).strip()


def _continues_title(parts: list[str], following: str, dated: bool) -> bool:
    so_far = " ".join(part for part in parts if part)
    if _ATTACHED.match(following) or _BODY.match(following) or _ENACTING.match(following) or _MOTTO.search(following):
        return False
    if _NUMBER_LINE.match(following) or (not dated and _PLACE_DATE.match(following)):
        return False
    if not so_far:
        return not _AUTHORITY.match(following) or not following.isupper()
    if len(so_far) + len(following) > _LONGEST_TITLE or so_far.endswith((".", ":", ";")):
        return False
    if following.isupper():
        return so_far.isupper() and not _AUTHORITY.match(following)
    return following[0].islower() or following[0].isdigit() or so_far.endswith((",", "-", "–"))


def _reconciled(kind: str | None, header: DocumentHeader) -> str | None:
    """The title's type; the number's, where the title only names its kind more loosely."""
    if kind == "Luật" and header.type == "Bộ luật":
        return header.type
    return kind or header.type


def _letter_subject(head: _Head, header: DocumentHeader) -> DocumentHeader:
    for index, line in enumerate(head.lines[: head.body]):
        match = _LETTER.match(line.text)
        if match is None:
            continue
        parts = [line.text[match.end() :]]
        for following in head.lines[index + 1 : head.body]:
            if _continues_title(parts, following.text, True) and not _PLACE_DATE.search(following.text):
                parts.append(following.text)
            else:
                break
        subject = f"Về việc {' '.join(parts).strip()}"
        return replace(header, type=header.type or ("Công văn" if header.number else None), subject=subject)
    return header


def _annex_title(head: _Head, header: DocumentHeader) -> DocumentHeader:
    """The title of a text without letterhead: what stands below "PHỤ LỤC", else its first line."""
    parts: list[str] = []
    for index, line in enumerate(head.lines[:6]):
        if index == 0 and _APPENDIX.match(line.text):
            continue
        if not _continues_title(parts, line.text, True):
            break
        parts.append(line.text)
    return replace(header, subject=" ".join(parts).strip() or None)


def _number_in_title(head: _Head, header: DocumentHeader, text: str) -> DocumentHeader:
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


def _consolidated(head: _Head, header: DocumentHeader, text: str) -> DocumentHeader:
    start = head.lines[head.title or 0].span.start
    region = text[start : start + _CONSOLIDATED]
    region = re.split(r"\nCăn cứ", region)[0]
    named = re.search(rf"(?<![^\n ])(?i:{header.type})(?: [^\n;:.\d]{{0,80}})?(?: số)? (?=\d)", region)
    if named is None or not _AMENDED.search(region, named.end()):
        return header
    end = region.find("\n", named.end())
    line = _Line(Span(start + named.start(), start + (end if end > 0 else len(region))), "")
    found = _first_number(_Line(line.span, line.span.of(text)), 0)
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
        issuer=header.issuer or _issuer_behind(behind),
        confidence=_FAIR,
        number_span=found.span,
    )


def _numbered_unknown(header: DocumentHeader, found: re.Match[str], line: _Line) -> DocumentHeader:
    """A number of a kind that the tables do not list, as a title gives it."""
    span = Span(line.span.start + found.start("number"), line.span.start + found.end("number"))
    return replace(header, number=found["number"], key=make_key(found["number"]), confidence=_WEAK, number_span=span)


def _issuer_behind(text: str) -> str | None:
    """The body named by "ngày … của …"."""
    match = re.search(r"(?:CỦA|của)\s+([^,;()]{4,120}?)(?=\s*(?:[,;)]|$|\n(?!Bộ )|(?:VỀ|về|quy định|hướng dẫn|ban hành|sửa đổi) ))", text)
    if match is None:
        return None
    return re.sub(r"^(?:Bộ trưởng|Thống đốc|Chánh án|Viện trưởng|Tổng Kiểm toán)\s+", "", proper(match[1]).replace("\n", " "))


def _completed(head: _Head, header: DocumentHeader, text: str) -> DocumentHeader:
    """Date of adoption and issuer where the letterhead has none."""
    if header.date is None and header.place is None and head.title is not None:
        header = replace(header, date=_adoption(head, text))
    if header.issuer is None:
        header = replace(header, issuer=_other_issuer(head, header, text))
    if header.number and header.type and header.date is None and header.confidence > _FAIR:
        header = replace(header, confidence=_FAIR)
    return header


def _adoption(head: _Head, text: str) -> date | None:
    """The day of "thông qua ngày …", below the title or in the closing formula."""
    start = head.lines[head.title or 0].span.start
    match = _ADOPTED.search(text, start, start + 1500) or _FORMULA.search(text)
    dates = find_dates(text[match.end() - 8 : match.end() + 50]) if match is not None else []
    return dates[0].date if dates else None


def _other_issuer(head: _Head, header: DocumentHeader, text: str) -> str | None:
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
        if _ATTACHED.match(line.text):
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
