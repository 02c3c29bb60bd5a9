"""Which printed lines belong to one block: wrapped lines, and sentences cut by an empty line or a page's end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

MARK = re.compile(
    r"(?:(?:Điều|Khoản|Chương|Mục|Tiểu mục|Phần|PHẦN|CHƯƠNG|MỤC|ĐIỀU|Phụ lục|PHỤ LỤC|Biểu|Bảng|Mẫu số)\s+"
    r"(?:[IVXLC]+|\d+|[A-Z]|thứ|THỨ)(?!\w)"
    r"|[IVXLC]{1,6}\s*[./)-](?!\w)|\d{1,2}(?:\.\d{1,2}){0,3}\s?[.)/]\s?(?=\D|$)|\d{1,2}(?:\.\d{1,2}){1,3}\s"
    r"|[a-zđ]{1,2}\s?[.)](?!\w)|[A-HĐ]\.\s"
    r"|\(\d{1,2}\)|[-–—+•●▪*o]\s|\[\d+\]\s)"
)
"""What a heading or a member of a list begins with."""
_LETTERHEAD = re.compile(r"CỘNG H(?:ÒA|OÀ) XÃ HỘI|ĐẢNG CỘNG SẢN|Độc lập\s*[-–]|(?:Luật )?[Ss]ố\s*:|SỐ\s*:")
_OPENER = re.compile(
    r"(?:Căn cứ|Xét đề nghị|Xét Tờ trình|Theo đề nghị|Kính gửi|Nơi nhận|NƠI NHẬN|Người ký|Ghi chú|Số:|Số :"
    r"|V/v|TM\.|KT\.|TL\."
    r"|TUQ\.|\(Ban hành|\(Kèm theo|\(Đính kèm|\(Đã ký|Kính thưa)",
)
_SHORT_TYPE = re.compile(
    r"(?:BÁO CÁO|KẾ HOẠCH|CHỈ THỊ|ĐỀ ÁN|DỰ ÁN|LUẬT|BỘ LUẬT|LỆNH|ÁN LỆ|QUY CHẾ|PHỤ LỤC)[\s\dIVX:.]*"
)
_TERMINAL = re.compile(r"[.;:?!…][\"”’')\]]*$")
_JOINTS_TEXT = (
    "của và với về tại theo cho các những trong từ là do bởi hoặc để nhằm cùng gồm mỗi mọi số nếu khi mà thì được bằng"
)
_JOINTS = frozenset(_JOINTS_TEXT.split())
"""Words that no block ends with, whatever comes next."""
_COUNTED_TEXT = "ngày tháng năm đến tới trên dưới giữa sự một hai ba bốn khoản điểm điều"
_COUNTED = frozenset(_COUNTED_TEXT.split())
"""Words that a block seldom ends with: a number or a small letter behind them goes on."""
_DATE_HEAD = re.compile(r"ngày\s+[\d.…_/ ]*\s*tháng\s+[\d.…_ ]*\s*năm$")
_CUT_AFTER_SIGN = re.compile(r"\w[/-]$")
_BEFORE_SLASH = re.compile(r"\d[a-zđ]?$")
_BEFORE_HYPHEN = re.compile(r"\d[a-zđ]?(?:/\d{4})?/[A-ZĐ]\w*$")
_FULL = 0.8
"""Share of the usual width from which a line counts as filled to the margin: letters differ in width."""
_WIDEST = 150
"""Characters: no printed line is longer; where lines are, they are whole paragraphs."""
_PUNCTUATION = '.,;:()“”"'
_NARROWEST = 60
"""Characters: a page of nothing but short lines fills none of them."""
_PARAGRAPH = 60
"""Characters from which an unfinished line that stands alone reads as running text."""


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A cleaned line with what tells of its place."""

    text: str
    indent: int
    gap: bool
    """An empty line stands before it."""
    page: int
    """Index of its page."""


def usual_width(lines: Sequence[PrintedLine]) -> int:
    """The length that filled lines have, in characters; 0 where lines are whole paragraphs."""
    # A table's row is as long as its cells together.
    lengths = sorted(len(line.text) for line in lines if len(line.text) > 30 and " | " not in line.text)
    width = lengths[int(len(lengths) * 0.9)] if lengths else 0
    return max(width, _NARROWEST) if width <= _WIDEST else 0


def adjacent_names(lines: Iterable[PrintedLine]) -> Counter[tuple[str, str]]:
    """Pairs of capitalised words that follow each other inside a line: what a name cut in two is known by."""
    pairs: Counter[tuple[str, str]] = Counter()
    for line in lines:
        words = [word.strip(_PUNCTUATION) for word in line.text.split()]
        pairs.update(pair for pair in pairwise(words) if pair[0].istitle() and pair[1].istitle())
    return pairs


def joint(length: int, last: PrintedLine, following: PrintedLine, width: int, names: Counter[tuple[str, str]]) -> str:
    """What stands between two lines of the text as kept: a line break, a space, or nothing inside a number.

    Args:
        length: characters of the block so far, `last` at its end.
        last: its last printed line.
        following: the line that comes next.
        width: `usual_width`, 0 where lines are whole blocks already.
        names: `adjacent_names` of the document.
    """
    if " | " in last.text or " | " in following.text:
        return "\n"
    if cut_in_word(last.text, following.text):
        return ""
    if following.gap or not width:
        return " " if _cut_sentence(length, last.text, following.text, names) else "\n"
    return " " if _wrapped(last, following, width) else "\n"


def cut_in_word(last: str, following: str) -> bool:
    """Whether a number (or a pair of words) is cut at its slash or hyphen."""
    if _CUT_AFTER_SIGN.search(last):
        return following[0].isalnum()
    if following[0] == "/":
        return bool(_BEFORE_SLASH.search(last)) and following[1:2].isalnum()
    return following[0] == "-" and following[1:2].isupper() and bool(_BEFORE_HYPHEN.search(last))


def _is_heading(text: str) -> bool:
    """In capitals, and no abbreviation."""
    return text.isupper() and (sum(map(str.isalpha, text)) >= 8 or bool(_SHORT_TYPE.fullmatch(text)))


def ends_open(text: str) -> bool:
    """Whether a text ends with a word or a sign that something must follow."""
    word = text.rsplit(None, 1)[-1]
    # "thực hiện 02" counts something that follows.
    return (
        text.endswith(("(", "“", " -", " –"))
        or word in _JOINTS
        or (len(word) == 2 and word[0] == "0" and word.isdigit())
    )


def _goes_on(text: str, following: str) -> bool:
    """Whether the last word of `text` calls for the small letter or the digit that follows."""
    if not (following[0].islower() or following[0].isdigit()):
        return False
    return text.endswith(",") or text.rsplit(None, 1)[-1].lower() in _COUNTED or bool(_DATE_HEAD.search(text))


def _cut_sentence(length: int, last: str, following: str, names: Counter[tuple[str, str]]) -> bool:
    """Whether a sentence runs over an empty line or the end of a paragraph or page."""
    if _TERMINAL.search(last) or MARK.match(following) or _OPENER.match(following):
        return False
    if _is_heading(last) or _is_heading(following) or _is_letterhead(last) or _is_letterhead(following):
        return False
    if _goes_on(last, following):
        return True
    if length < _PARAGRAPH:
        return ends_open(last) and following[0].isdigit()
    if ends_open(last) or following[0].islower():
        return True
    seam = (last.rsplit(None, 1)[-1], following.split(None, 1)[0].strip(_PUNCTUATION))
    return names[seam] > 0


def _wrapped(last: PrintedLine, following: PrintedLine, width: int) -> bool:
    """Whether `following` is the next printed line of the same block."""
    text, after = last.text, following.text
    if _is_letterhead(text) or _is_letterhead(after) or _OPENER.match(after):
        return False
    if _is_heading(text) or _is_heading(after):
        return False
    if _goes_on(text, after) or ends_open(text):
        return True
    full = len(text) + 1 + len(after.split(None, 1)[0]) >= _FULL * width
    if MARK.match(after):
        # A dash inside a name ("Văn hóa – Xã hội"): members of a list end with a sign.
        return full and after[0] in "-–" and not _TERMINAL.search(text)
    if _TERMINAL.search(text):
        return full and following.indent <= last.indent
    return full or after[0].islower()


def _is_letterhead(text: str) -> bool:
    return bool(_LETTERHEAD.match(text))
