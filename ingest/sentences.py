"""Sentences of Vietnamese administrative text."""

from __future__ import annotations

import re

from ingest.models import Span

_BREAK = re.compile(r"(?:(?<!\.)\.++|…|[!?])/?\.?[\"”’»)\]]*(?=\s+(?P<next>[\"“‘«(\[]*(?:[^\W_]\)?|[–-])))")
"""A sentence's sign, with the brackets that it closes, and how what follows begins."""
_COUNTED_TEXT = "quý loại cấp hạng nhóm khóa khoá lần kỳ đợt vùng mục phần chương tập bậc đoạn"
_COUNTED = frozenset(_COUNTED_TEXT.split())
_ABBREVIATIONS_TEXT = (
    "tp tt tx tnhh q p h x kp pgs gs ts ths ks cn bs ds ncs kts lđ đ đc đ/c kt tm tl tuq tk nxb tr st stt no "
    "mr mrs ms dr cty cp ctcp ubnd hđnd ttg bt ct pct gđ pgđ vp vd v.v vv art vol sđt đt tel fax km ha ths.bs "
    "ths.ks ls nq qđ nđ kh"
)
_ABBREVIATIONS = frozenset(_ABBREVIATIONS_TEXT.split())
"""Short forms written with a full stop that ends no sentence."""
_ENDING_TEXT = "v.v vv ubnd hđnd km ha tnhh ctcp cp kh qđ nq nđ ct"
_ENDING = frozenset(_ENDING_TEXT.split())
"""Those of them that may end one: a capital letter behind them begins a sentence, unless a name goes on."""
_MARK = re.compile(
    r"\s*(?:(?:Điều|Khoản|Chương|Mục|Phần|Phụ lục|Bảng|Biểu|Hình|Bước|ĐIỀU|CHƯƠNG|MỤC|PHẦN|PHỤ LỤC)\s+[\w.]{1,7}"
    r"|[IVXLC]+(?:\.\d+)*|\d{1,3}(?:\.\d{1,3})*|[a-zđA-HĐ]|[-–+•*]\s*\d{1,2}|[-–+•*]\s*[a-zđ])\."
)
"""The mark of a heading or list member, as far as its own full stop."""
_LONGEST_WORDS = 80
"""Characters before a sign in which the two words stand that tell what it is."""
_LINE = re.compile(r"[^\n]+")


def split_sentences(text: str) -> tuple[Span, ...]:
    """The sentences of `text`, in order; none crosses a line. Together they cover every letter.

    A list mark ("1.", "Điều 2.") stands with the sentence behind it; a semicolon ends none.
    """
    sentences: list[Span] = []
    for line in _LINE.finditer(text):
        sentences.extend(_of_line(text, line.start(), line.end()))
    return tuple(sentences)


def _of_line(text: str, start: int, end: int) -> list[Span]:
    found: list[Span] = []
    at = start
    for sign in _BREAK.finditer(text, start, end):
        if sign.end() < end and _ends(text, at, sign):
            found.append(_trimmed(text, at, sign.end()))
            at = sign.end()
    found.append(_trimmed(text, at, end))
    return [span for span in found if span.start < span.end]


def _ends(text: str, start: int, sign: re.Match[str]) -> bool:
    if not _begins_sentence(sign["next"]):
        return False
    if not sign[0].startswith("."):
        return True
    mark = _MARK.match(text, start)
    if mark is not None and sign.start() < mark.end():
        return False
    if sign[0] != ".":
        return sign[0] != "..." or not text[sign.end() :].lstrip()[:1].isdigit()
    words = text[max(start, sign.start() - _LONGEST_WORDS) : sign.start()].split()
    word = re.split(r"[(“\"/]", words[-1])[-1] if words else ""
    low, following = word.lower(), sign["next"][0]
    if not word:
        return False
    if low in _ABBREVIATIONS:
        return low in _ENDING and following.isupper() and not _is_name(text, sign.end())
    if len(word) == 1 and word.isupper() and following.isupper():
        # The initial of a name, unless it counts: "quý I.", "loại A."
        return len(words) > 1 and words[-2].lower() in _COUNTED
    return True


def _begins_sentence(start: str) -> bool:
    """A capital letter, a figure, a dash, or the letter of a point: "b)"."""
    first = start.lstrip('"“‘«([')
    return first[0].isupper() or first[0].isdigit() or first[0] in "–-" or (first.endswith(")") and len(first) == 2)


def _is_name(text: str, at: int) -> bool:
    """Whether two capitalised words stand here, as in the name of a firm or a place."""
    words = text[at : at + 60].split()[:2]
    return len(words) == 2 and all(word[0].isupper() for word in words)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
