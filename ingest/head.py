"""Where the head of a document is: its lines, the national or Party motto, the title, the first line of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.letterhead import BODY_HEAD
from ingest.models import Span

MOTTO = re.compile(r"CỘNG\s+H(?:ÒA|OÀ)\s+(?:XÃ|XÀ)\s+HỘI\s+CHỦ\s+NGH(?:ĨA|IÃ)\s+VIỆT\s+NAM|ĐẢNG CỘNG SẢN VIỆT NAM")
NUMBER_LINE = re.compile(
    r"(?:^|[|*]\s*|(?<=[A-ZĐÀ-Ỹ])\s+(?=Số\s*:))"
    r"(?:(?P<type>Luật|Bộ luật|Pháp lệnh|Nghị quyết|Sắc lệnh)\s+)?Số\s*:?\s*(?=[\d./…_\s-]*[/-])",
    re.IGNORECASE,
)
PLACE_DATE = re.compile(
    r"(?P<place>[^\W\d_][^,:;|]{1,60}?)\s*,?\s+ngày\s*(?P<day>[\d.…_ ]{0,6}?)\s*"
    r"tháng\s*(?P<month>[\d.…_ ]{0,6}?)\s*năm\s*"
    r"(?P<year>\d{4}|[\d.…_ ]{0,8})\d?\s*[.|]?\s*$",
    re.IGNORECASE,
)
"""The line of place and date; a footnote's figure may cling to the year."""
_TYPES = (
    "NGHỊ QUYẾT LIÊN TỊCH|NGHỊ QUYẾT|QUYẾT ĐỊNH|CHỈ THỊ|QUY CHẾ|QUY ĐỊNH|QUI ĐỊNH|THÔNG CÁO|THÔNG BÁO|HƯỚNG DẪN"
    "|CHƯƠNG TRÌNH HÀNH ĐỘNG|CHƯƠNG TRÌNH|KẾ HOẠCH|PHƯƠNG ÁN|ĐỀ ÁN|DỰ ÁN|BÁO CÁO|BIÊN BẢN|TỜ TRÌNH|HỢP ĐỒNG|CÔNG ĐIỆN"
    "|BẢN GHI NHỚ|BẢN THỎA THUẬN|BẢN THOẢ THUẬN|GIẤY ỦY QUYỀN|GIẤY UỶ QUYỀN|GIẤY MỜI|GIẤY GIỚI THIỆU|PHIẾU CHUYỂN"
    "|PHIẾU GỬI|PHIẾU BÁO|THÔNG TƯ LIÊN TỊCH|THÔNG TƯ|NGHỊ ĐỊNH|PHÁP LỆNH|BỘ LUẬT|LUẬT|LỆNH|SẮC LỆNH|KẾT LUẬN"
    "|THÔNG TRI"
    "|ÁN LỆ|VĂN BẢN HỢP NHẤT|CÔNG VĂN|ĐIỀU LỆ|TUYÊN BỐ|LỜI KÊU GỌI|LỊCH LÀM VIỆC|PHIẾU XỬ LÝ VĂN BẢN"
    "|GIẤY CHỨNG NHẬN|NỘI QUY"
)
TYPE_NAMES = tuple(_TYPES.split("|"))
"""The types of documents as titles print them, in capitals."""
TYPE_LINE = re.compile(rf"(?P<type>{_TYPES})\d{{0,2}}(?!\w)(?P<rest>.*)")
ENACTING = re.compile(r"(?:QUYẾT ĐỊNH|QUYẾT NGHỊ|NGHỊ QUYẾT|CHỈ THỊ|NAY CÔNG BỐ|LỆNH)\s*:")
APPENDIX = re.compile(r"(?:PHỤ LỤC|Phụ lục|BIỂU MẪU|MẪU SỐ)(?!\w)[\s\dIVXA-Z:.]*$")
ATTACHED = re.compile(r"\(?\s*(?:Ban hành kèm|Kèm theo|Kèm|Đính kèm|Phụ lục kèm)(?!\w)", re.IGNORECASE)
BODY = re.compile(
    r"(?:Căn cứ|Căn cư|Xét|Theo đề nghị|Kính gửi|Kính trình|Thực hiện|Triển khai|Ngày \d|Để |Nhằm |Trong "
    r"|Tiếp theo|Tiếp tục"
    r"|Phúc đáp|Sau khi|Theo |Trên cơ sở|Qua |Hôm nay|Hiện nay|Vừa qua|Do |Từ |Được sự|Điều \d|ĐIỀU \d"
    r"|Chương [IVX\d]|CHƯƠNG [IVX\d]"
    r"|Phần |PHẦN |Mục |[IVX]{1,5}\.|\d{1,2}\.|[a-zđ][.)]|[-–+•]\s|Nơi nhận|\()"
)
"""How the line begins that ends the title."""
AUTHORITY = re.compile(
    r"(?:CHÍNH PHỦ|THỦ TƯỚNG|BỘ TRƯỞNG|CHỦ TỊCH|HỘI ĐỒNG NHÂN DÂN|(?:ỦY|UỶ) BAN NHÂN DÂN|ỦY BAN THƯỜNG VỤ"
    r"|GIÁM ĐỐC|CHÁNH|TỔNG"
    r"|CỤC TRƯỞNG|QUỐC HỘI|THỐNG ĐỐC|HIỆU TRƯỞNG|BAN CHẤP HÀNH|BAN THƯỜNG VỤ|LIÊN TỊCH|TRƯỞNG|BAN BÍ THƯ"
    r"|BỘ CHÍNH TRỊ|HỘI ĐỒNG)(?!\w)"
)
_HEAD_LINES = 60
_MOTTO_LINES = 900
"""A saved web page shows its menus first."""
BEFORE_MOTTO = 8
LONGEST_TITLE = 1200


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text as kept."""

    span: Span
    text: str


@dataclass(slots=True)
class Head:
    """The lines of the head and what was found in them, by index."""

    lines: list[Line]
    motto: int | None
    title: int | None
    body: int
    """Index of the first line below the head."""


def find_head(text: str) -> Head:
    """The head of `text`; without motto (an annex, a page without letterhead) its first lines."""
    lines = _lines(text, _MOTTO_LINES)
    motto = next((index for index, line in enumerate(lines) if MOTTO.search(line.text)), None)
    if motto is not None and motto > _HEAD_LINES and not _has_number_near(lines, motto):
        motto = None
    if motto is not None and any(APPENDIX.match(line.text) for line in lines[: min(motto, 5)]):
        # A form printed in an annex has a letterhead of its own.
        motto = None
    first = max(0, motto - BEFORE_MOTTO) if motto is not None and motto > _HEAD_LINES else 0
    window = lines[first : (motto or 0) + _HEAD_LINES]
    place = motto - first if motto is not None else None
    title = _title_index(window, place)
    body = _body_index(window, place, title)
    return Head(window, place, title, body)


def _lines(text: str, most: int) -> list[Line]:
    lines: list[Line] = []
    start = 0
    while start < len(text) and len(lines) < most:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        lines.append(Line(Span(start, end), text[start:end]))
        start = end + 1
    return lines


def _has_number_near(lines: list[Line], motto: int) -> bool:
    return any(NUMBER_LINE.search(line.text) for line in lines[max(0, motto - BEFORE_MOTTO) : motto + BEFORE_MOTTO])


def _title_index(lines: list[Line], motto: int | None) -> int | None:
    """The line with the type's name: in capitals, alone or at the head of the subject."""
    for index, line in enumerate(lines[: (motto or 0) + 30]):
        if motto is not None and index > motto and re.match(r"(?:Kính gửi|Căn cứ|Điều 1)", line.text):
            return None
        if motto is not None and index < motto and not is_type_alone(line.text):
            continue
        if TYPE_LINE.match(line.text) and _in_capitals(line.text) and not ENACTING.match(line.text):
            return index
    return None


def is_type_alone(text: str) -> bool:
    """Whether the line is a type's name in capitals and nothing else."""
    match = TYPE_LINE.match(text)
    return match is not None and not match["rest"].strip() and not BODY_HEAD.match(text)


def _in_capitals(text: str) -> bool:
    """Whether the line is in capitals, a number or a date aside."""
    words = [word for word in text.split() if word.isalpha()]
    return bool(words) and sum(word.isupper() for word in words[:4]) == len(words[:4])


def _body_index(lines: list[Line], motto: int | None, title: int | None) -> int:
    start = max(index for index in (motto, title, 0) if index is not None)
    for index in range(start, len(lines)):
        text = lines[index].text
        if index > start and BODY.match(text) and not NUMBER_LINE.match(text) and not ATTACHED.match(text):
            return index
        if index > start and len(text) > LONGEST_TITLE:
            return index
    return len(lines)
