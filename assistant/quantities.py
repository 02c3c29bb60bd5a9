"""Numbers of a sentence with what they count: `31 tuyến`, `1,5 tỷ đồng`, `82,5%`, `Quận 3`, `ba mươi mốt trạm`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ingest.folding import fold

_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_ENGLISH_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SCALES = {
    "trăm": 100, "nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
_SCALE = re.compile(rf"\s*({'|'.join(_SCALES)})(?!\w)", re.IGNORECASE)
_PERCENT = re.compile(r"\s*(?:%|phần trăm(?!\w)|per ?cent(?!\w))", re.IGNORECASE)
_BESIDE = re.compile(r"(?:\s*/\s*\d+(?:[.,]\d+)*)?(?:\s*\([^()\d]{2,60}\))?")
"""What may stand between a number and its unit: the whole of a ratio, the number again in words."""
_UNIT = re.compile(r"[\s-]{0,2}([^\W\d_]+)((?:[ -][^\W\d_]+){0,3})")
_OF_TIME = re.compile(r"\s?(?:năm|tháng|ngày)(?!\s*\d)(?!\w)")
"""`12 tháng` counts months, `12 tháng 8` is a day."""
_LABEL = re.compile(r"([^\W\d_]+)\s*$")
_NAMED = re.compile(r"(?<!tổng )(?<!Tổng )(?<!con )(?<!một )(?<!\w)(?:số|No\.?)\s*$")
"""`Bệnh viện số 8` is a name; `tổng số 8 trạm` is a count."""
_EACH = re.compile(r"(?:mỗi|hàng|một) (?:ngày|tháng)\s*$", re.IGNORECASE)
_LABELS = {
    "quận": "quan", "phường": "phuong", "điều": "dieu", "khoản": "khoan", "mục": "muc", "chương": "chuong",
    "trang": "trang", "tháng": "thang", "năm": "nam", "quý": "quy", "đợt": "dot", "đoạn": "doan", "lục": "phu luc",
    "khu": "khu", "ngày": "ngay", "lần": "lan", "thứ": "thu", "tổ": "to", "tầng": "tang", "phần": "phan",
    "bảng": "bang",
    "độ": "muc do", "district": "quan", "ward": "phuong", "article": "dieu", "clause": "khoan",
    "section": "muc", "chapter": "chuong", "page": "trang", "month": "thang", "year": "nam", "quarter": "quy",
    "phase": "doan", "annex": "phu luc", "appendix": "phu luc", "table": "bang", "level": "muc do",
}  # fmt: skip
"""Words before a number that make it a name instead of a count."""
_NO_UNIT_TEXT = (
    "đã đang sẽ và là được trong tại của theo so đến từ năm ngày tháng khi có để cho với ở hoặc nhưng thì bị do vào "
    "trên bằng còn chưa không gồm ra tính dự tiếp vẫn cũng đều mới phải cần hiện trở lên xuống này đó trước sau nhằm "
    "đạt tăng giảm of in at and by for were was has have had to on as per out is are from with "
    "that which the had been or until than"
)
_NO_UNIT = frozenset(_NO_UNIT_TEXT.split())
_YEARS = range(1900, 3000)

_ONES = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "sáu": 6, "bảy": 7, "bẩy": 7,
    "tám": 8, "chín": 9,
}  # fmt: skip
_THOUSANDS_IN_WORDS = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
_NUMBER_WORD = "|".join([*_ONES, "mười", "mươi", "trăm", "linh", "lẻ", *_THOUSANDS_IN_WORDS])
_WORDS = re.compile(rf"(?<!\w)(?:{'|'.join(_ONES)}|mười)(?: (?:{_NUMBER_WORD}))*(?!\w)")
_ALONE = frozenset("hai ba bốn sáu bảy tám chín mười".split())  # noqa: SIM905 - read as words
"""Numbers of one word; `một`, `tư` and `năm` mostly mean something else."""
_ENGLISH_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_ENGLISH_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_ENGLISH_WORDS = re.compile(
    rf"(?<!\w)(?:(?P<tens>{'|'.join(_ENGLISH_TENS)})(?:[ -](?P<one>{'|'.join(_ENGLISH_ONES[1:10])}))?"
    rf"|(?P<small>{'|'.join(_ENGLISH_ONES[2:])}))(?!\w)",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"\b(?:the|of|and|is|was|were|has|have|been|with)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number where it stands, with what it counts or names."""

    value: str
    """A plain decimal, its scale worked in: `1,5 tỷ` is `1500000000`."""
    unit: tuple[str, ...]
    """The folded words behind it, three at most; empty where none count. A percentage's is `%`."""
    label: str
    """The folded word before it that makes it a name (`Quận 3`: quan), else empty."""
    start: int
    end: int
    scaled: bool = False


def plain_number(written: str) -> str:
    """`3.073.000` and `3,073,000` are `3073000`; `446,8` is `446.8`; `007` is `7`."""
    if _THOUSANDS.fullmatch(written):
        text = written.replace(".", "").replace(",", ".")
    elif _ENGLISH_THOUSANDS.fullmatch(written):
        text = written.replace(",", "")
    else:
        text = written.replace(",", ".")
    try:
        return format(Decimal(text).normalize(), "f")
    except InvalidOperation:
        return text


def find_quantities(text: str) -> list[Quantity]:
    """Every number of a text in NFC, in figures or in words, in order."""
    found = [
        _quantity(text, match.start(), match.end(), plain_number(match.group())) for match in _DIGITS.finditer(text)
    ]
    found += [_quantity(text, start, end, value) for start, end, value in _in_words(text)]
    return sorted(found, key=lambda quantity: quantity.start)


def _quantity(text: str, start: int, end: int, value: str) -> Quantity:
    label = _label(text, start, value)
    beside = _BESIDE.match(text, end)
    at = beside.end() if beside else end
    percent = _PERCENT.match(text, at)
    if percent:
        return Quantity(value, ("%",), "", start, end)
    scaled = False
    while scale := _SCALE.match(text, at):
        value, at, scaled = _times(value, _SCALES[scale.group(1).lower()]), scale.end(), True
    return Quantity(value, () if label else _unit(text, at), label, start, end, scaled)


def _label(text: str, start: int, value: str) -> str:
    if _NAMED.search(text, max(0, start - 14), start):
        return "so"
    before = _LABEL.search(text, max(0, start - 14), start)
    label = _LABELS.get(before.group(1).lower(), "") if before else ""
    if label == "nam" and not (value.isdigit() and int(value) in _YEARS):
        return ""
    if label in {"ngay", "thang"} and _EACH.search(text, max(0, start - 14), start):
        return ""
    return label if value.isdigit() and int(value) < _YEARS.stop else ""


def _unit(text: str, at: int) -> tuple[str, ...]:
    match = _UNIT.match(text, at)
    if not match or (match.group(1).lower() in _NO_UNIT and not _OF_TIME.match(text, at)):
        return ()
    return tuple(fold(word) for word in (match.group(1) + match.group(2)).replace("-", " ").split())


def _times(value: str, scale: int) -> str:
    try:
        return format((Decimal(value) * scale).normalize(), "f")
    except InvalidOperation:
        return value


def _counted(words: list[str]) -> int:
    """The value of a number in Vietnamese words: `ba nghìn hai trăm năm mươi` is 3250."""
    total = group = one = 0
    for word in words:
        if word in _THOUSANDS_IN_WORDS:
            total, group, one = total + (group + one) * _THOUSANDS_IN_WORDS[word], 0, 0
        elif word == "trăm":
            group, one = group + one * 100, 0
        elif word == "mươi":
            group, one = group + one * 10, 0
        elif word == "mười":
            group += 10
        else:
            one = _ONES.get(word, 0)
    return total + group + one


def _in_words(text: str) -> Iterator[tuple[int, int, str]]:
    lowered = text.lower()
    for match in _WORDS.finditer(lowered):
        words = match.group().split(" ")
        # `mười năm`: ten years; five behind a ten is `lăm`.
        if len(words) > 1 and words[-1] == "năm" and words[-2] in {"mười", "mươi", *_ALONE}:
            words.pop()
        end = match.start() + len(" ".join(words))
        following = text[end + 1 : end + 2]
        # `Ba Đình`, `Hai Bà Trưng`: names; `thứ hai`: a name in a row; `hai.`: a word that ends a list.
        alone = words[0] in _ALONE and following.isalpha() and following.islower()
        if len(words) == 1 and (not alone or lowered[: match.start()].endswith("thứ ")):
            continue
        yield match.start(), end, str(_counted(words))
    if _ENGLISH.search(text):
        for match in _ENGLISH_WORDS.finditer(text):
            small = match["small"]
            value = (
                _ENGLISH_ONES.index(small.lower())
                if small
                else _ENGLISH_TENS[match["tens"].lower()] + _ENGLISH_ONES.index((match["one"] or "zero").lower())
            )
            yield match.start(), match.end(), str(value)
