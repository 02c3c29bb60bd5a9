"""A type word with a bare number: "QĐ 5880", "quyết định số 5880", "kế hoạch 1452 của UBND", "Quyết định 45/2016"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.number_context import WordBefore, word_before
from ingest.number_tables import last_syllables, types_by_fold
from ingest.number_text import fold

# The letters that words for types, their abbreviations and "số" end in, then a blank or a colon.
_BEHIND_WORD = re.compile(r"(?P<seq>[0-9](?<=[a-zA-ZđĐếốộảãịồịẫậưáệợạ][\s:|.].|[ \n:|.][ \n|].)[0-9]{0,5})(?P<suf>[a-eđ](?![^\W_]))?")
_YEAR = re.compile(r"\s?/\s?((?:19|20)\d\d)(?![0-9])")
_MORE = re.compile(r"\s{0,2}(?:,|;|và|va|and|&)\s{0,2}(?:số\s)?(?P<seq>[0-9]{2,5}[a-eđ]?)(?![^\W_]|[./,:-][0-9])")
_CONTINUES = re.compile(r"[^\W_]|\s?[%‰°]|\s?[-/]\s?[0-9]|[.,:][0-9]|\s?/\s?[^\W\d_]|\s?(?:-|:|x|×)\s?[0-9]")
_NEXT_WORDS = re.compile(r"[\s|]{1,3}([^\W\d_]+)(?:[\s|]{1,3}([^\W_]+))?")
_PUNCTUATION = "([{\"'“‘«*_>-:.|"
_SO_ENDS = frozenset({"so", "o", "no", "nos", "number", "hieu", ""})
# What a count counts. A type word that is no verb may still be followed by these: "kế hoạch 5 năm".
_UNITS = frozenset(
    """ngay thang tuan quy gio phut giay nam noi van trieu ty ti nghin ngan dong nguoi ho lan truong don diem km m m2 m3 ha
    kg g tan cm mm can du tuyen tram cai bo chiec phan buoi dieu khoan chuong muc de nhiem giai co xa phuong quan huyen tinh
    thanh trang ban loai nhom dot cuoc ky khoa hoc can lit met chi ho tre cau cong hang hinh goi doi to khu nha lop mau
    buoc chuyen doan giai doanh cong hop usd vnd vnđ vi vu viec khau toa lo cho y quyen tap toi tieu kwh mw gb percent
    days months years weeks people items points projects million billion times pages copies""".split()
)
# What may stand behind a number that names a document, though the word before it is also a verb.
_NAMING = frozenset(
    """cua ngay nam ve do duoc da co thi la nay neu tren trien thuc phe ban den theo va hoac hay cung con het thay sua bai dinh
    quy tien hien o tai thuoc tu lien bao gom noi gui goi ky con
    of dated on was is has and or from by says about still issued status in""".split()
)
_COUNTED_PAIRS = frozenset({"nam nay", "ban hop", "ban nhap", "co quan", "quy dinh", "ban sao", "quy trinh", "den tu"})


@dataclass(frozen=True, slots=True)
class PartialNumber:
    """A bare number with the type that the words before it name."""

    start: int
    end: int
    sequence: str
    type: str
    year: int | None
    confidence: float


def find_partials(text: str) -> Iterator[PartialNumber]:
    """Every type word with a bare number, in a text in its reading form."""
    leading = last_syllables()
    short = types_by_fold()
    for match in _BEHIND_WORD.finditer(text):
        start = match.start()
        neighbour = text[max(0, start - 14) : start].rsplit(None, 1)[-1:]
        folded = fold(neighbour[0].strip(_PUNCTUATION)) if neighbour else ""
        if folded not in leading and folded not in short and folded not in _SO_ENDS:
            continue
        before = word_before(text, match.start())
        if before is None or before.abbr is None:
            continue
        yield from _read(text, match, before)


def _read(text: str, match: re.Match[str], before: WordBefore) -> Iterator[PartialNumber]:
    sequence, end = match["seq"] + (match["suf"] or ""), match.end()
    year_match = _YEAR.match(text, end)
    year = int(year_match[1]) if year_match else None
    if year_match:
        end = year_match.end()
    if _CONTINUES.match(text, end) or not _names_document(text, end, sequence, year, before):
        return
    assert before.abbr is not None
    confidence = 0.9 if before.so or before.short else 0.6
    yield PartialNumber(before.start, end, sequence, before.abbr, year, confidence)
    while before.so and len(sequence) > 1:
        more = _MORE.match(text, end)
        if not more or _NEXT_WORDS.match(text, more.end()) and _counted(text, more.end()):
            return
        end = more.end()
        yield PartialNumber(more.start("seq"), end, more["seq"], before.abbr, None, 0.6)


def _names_document(text: str, end: int, sequence: str, year: int | None, before: WordBefore) -> bool:
    digits = int(re.match(r"\d+", sequence)[0])  # type: ignore[index]
    if before.so:
        return True
    if year is not None:
        # "báo cáo 8/2018" is a month; a document's number and year are told from it by the number or the capital.
        return digits > 12 or text[before.start].isupper()
    if 1900 <= digits <= 2100 and len(sequence) == 4 and not before.short:
        return False
    if before.short:
        return not _counted(text, end)
    following = _NEXT_WORDS.match(text, end)
    if following is None:
        return len(sequence) > 1 or not before.verb
    word, after = fold(following[1]), fold(following[2] or "")
    if word == "nam":
        return after.isdigit() and len(after) == 4
    if word == "ngay":
        return after.isdigit()
    if f"{word} {after}" in _COUNTED_PAIRS:
        return not before.verb and word not in _UNITS
    if before.verb:
        return word in _NAMING and len(sequence) > 1
    return word in _NAMING or (word not in _UNITS and len(sequence) > 1)


def _counted(text: str, end: int) -> bool:
    following = _NEXT_WORDS.match(text, end)
    if following is None:
        return False
    word, after = fold(following[1]), fold(following[2] or "")
    if word in ("ngay", "nam"):
        return not after.isdigit()
    return word in _UNITS and word not in _NAMING
