"""What a text asserts of an act (completed, issued, replaced …) and how: done, not yet, planned, under way.

Vietnamese says it by small words before the verb (`chưa`, `đã`, `đang`, `sẽ`, `dự kiến`), English by auxiliaries:
a sentence that drops or changes one of them says the opposite of its source with every figure right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.folding import fold

Aspect = Literal["done", "plain", "named", "ongoing", "planned", "negated"]
"""`named`: the act is only spoken of (`việc triển khai`, `về triển khai`), neither done nor to be done."""

_ACTS: tuple[tuple[str, str], ...] = (
    ("expired", r"hết hiệu lực|no longer in force|expired"),
    ("in_force", r"(?:còn|có) hiệu lực|in force|takes? effect|came into effect"),
    ("completed", r"hoàn thành|hoàn tất|(?<!chưa )kết thúc|(?<!\w)xong|complet(?:ed?|es|ion)|finish(?:ed|es)?"),
    ("issued", r"ban hành|issu(?:ed?|es|ing)|promulgat\w+"),
    ("approved", r"phê duyệt|chấp thuận|thông qua|approv\w+"),
    ("used", r"đưa vào (?:sử dụng|vận hành|hoạt động|khai thác)|vận hành|put into (?:use|operation)|commissioned"),
    ("replaced", r"thay thế|replac\w+|supersed\w+"),
    ("amended", r"điều chỉnh|sửa đổi|amend\w*|adjusted"),
    ("abolished", r"bãi bỏ|h[ủu][ỷy]? bỏ|hủy bỏ|huỷ bỏ|abolish\w*|abrogat\w*|repeal\w*|cancel\w*|revok\w*"),
    ("suspended", r"tạm (?:dừng|hoãn|ngưng)|đình chỉ|dừng (?:thực hiện|triển khai)|suspen\w+|halt\w*|paused?|on hold"),
    ("delayed", r"chậm(?! nhất)|trễ|delay\w*|behind schedule"),
    ("increased", r"tăng(?! cường)|increas\w*|rose|grew"),
    ("decreased", r"giảm(?! nghèo| thiểu| sát)|decreas\w*|fell|dropp\w*|reduc\w*"),
    ("draft", r"dự thảo|(?<!\w)drafts?(?!\w)"),
    ("started", r"khởi công|bắt đầu|start(?:ed|s)?|began|begun|commenc\w+"),
    ("signed", r"ký kết|(?<!chữ )(?<!\w)ký(?! hiệu)|signed"),
    ("submitted", r"tham mưu|(?<!chương )(?<!quy )(?<!lộ )(?<!công )(?<!tiến )(?<!\w)trình(?! độ| tự)|submit\w*"),
    ("carried_out", r"triển khai|thực hiện|carr(?:y|ied|ies)(?:ing)? out|implement\w*|deploy\w*|under ?way"),
    ("installed", r"lắp đặt|(?<!\w)lắp|thi công|xây dựng|install\w*|built|constructed"),
)  # fmt: skip
_ACT = re.compile("|".join(rf"(?P<{name}>(?<!\w)(?:{words})(?!\w))" for name, words in _ACTS))
_TELLING_TEXT = (
    "expired in_force completed issued approved used replaced amended abolished suspended delayed draft started "
    "increased decreased"
)
TELLING = frozenset(_TELLING_TEXT.split())
"""Acts that a sentence may name only where its evidence names them: they tell a document's or a work's state."""
_LASTING = frozenset(["suspended", "delayed", "draft", "in_force", "expired"])
"""States: `tạm dừng` and `đang tạm dừng` are the same."""

_NEGATED = re.compile(r"(?<!\w)(?:chưa|không(?! chỉ| những)|chẳng|not|never|yet to|without|n't)(?!\w)|n['’]t(?!\w)")
_PLANNED = re.compile(
    r"(?<!\w)(?:dự kiến|dự định|sẽ|phấn đấu|phải|cần|sắp|chuẩn bị|thời hạn|hạn|mốc|mục tiêu|chỉ tiêu"
    r"|will|expected|planned|plans? to|to be|scheduled|due|should|must|intends?|aims?|targets?|deadline|going to)(?!\w)"
)
_OF_THE_SENTENCE = re.compile(r"(?<!\w)(?:dự kiến|phấn đấu|expected|planned|scheduled)(?!\w)")
_ONGOING = re.compile(r"(?<!\w)(?:đang|tiếp tục|being|ongoing|still|currently|in progress|is under|are under)(?!\w)")
_DONE = re.compile(r"(?<!\w)(?:đã|vừa|has|have|had|was|were)(?!\w)")
_BEHIND = re.compile(r"[^.;]{0,40}\((?:dự kiến|expected|planned)|\s+(?:dở|dở dang)(?!\w)")
_NAMED = re.compile(
    r"(?<!\w)(?:về|việc|kết quả|tình hình|công tác|thời gian|quá trình|tiến độ|chế độ|the|of)(?: (?:tổ chức|việc))?\s*$"
)
_REACH = 10
"""Words before an act in which its small words stand."""
_ANY = re.compile(
    r"(?<!\w)(?P<word>chưa|không(?! chỉ| những)|đã|đang|sẽ|dự kiến)\s+(?:(?:được|thể|bị|có thể|kịp)\s+)*"
    r"(?P<head>[^\W\d_]+(?: [^\W\d_]+)?)"
)
_SIGNS: tuple[tuple[Aspect, re.Pattern[str]], ...] = (
    ("negated", _NEGATED),
    ("planned", _PLANNED),
    ("ongoing", _ONGOING),
    ("done", _DONE),
)
_ASKED = re.compile(
    r"(?<!\w)(?:(?<!chương )(?<!quy )(?<!lộ )(?<!công )trình|đề nghị|kiến nghị|đề xuất|xin)(?!\w)"
    r"(?!.*(?<!\w)(?:đã|vừa)(?!\w))"
)
"""Who is asked to approve has not approved; `trình B ban hành` is the formula of what B did issue."""
_DEADLINE = re.compile(
    r"[^,.;:()\d]{0,60}(?<!\w)(?:trước|chậm nhất|muộn nhất|by|before) (?:ngày |tháng |năm |quý |là )?"
)
_BEGINNING = re.compile(r"(?:^|[.!?;:“\"(\n–—-])\s*\w")
_ASPECT_OF: dict[str, Aspect] = {
    "chưa": "negated", "không": "negated", "đã": "done", "đang": "ongoing", "sẽ": "planned", "dự kiến": "planned",
}  # fmt: skip


_AFFIRMING = frozenset(["đã", "đang"])


@dataclass(frozen=True, slots=True)
class Assertion:
    """An act with its aspect, where it stands."""

    act: str
    """A name of the table, or `w:` with the folded verb for any other that a small word stands before."""
    aspect: Aspect
    start: int
    end: int


def find_assertions(text: str) -> list[Assertion]:
    """The acts that a text speaks of, in order."""
    text = _as_words(text)
    found = [
        Assertion(str(match.lastgroup), _aspect(text, match), match.start(), match.end())
        for match in _ACT.finditer(text)
    ]
    taken = [(one.start, one.end) for one in found]
    for match in _ANY.finditer(text):
        start, end = match.span("head")
        if not any(begin < end and start < finish for begin, finish in taken):
            verb = fold(match["head"]).split()[0]
            found.append(Assertion(f"w:{verb}", _ASPECT_OF[match["word"]], start, end))
    return sorted(found, key=lambda one: one.start)


def _as_words(text: str) -> str:
    """The text with a small letter where a sentence begins: elsewhere a capital is a name's (`phà Cần Giờ`)."""
    return _BEGINNING.sub(lambda match: match.group().lower(), text)


def unmarked(text: str, evidence: str) -> list[str]:
    """The verbs that a text says plainly and its evidence only with `chưa`, `không`, `sẽ` or `dự kiến`.

    Args:
        text: a sentence.
        evidence: what it cites; a verb that it also has plainly is free.
    """
    said, stated = _as_words(text), _as_words(evidence)
    return [
        verb
        for verb in dict.fromkeys(
            match["head"] for match in _ANY.finditer(stated) if match["word"] not in {"đã", "đang"}
        )
        if says_plainly(verb, said) and not says_plainly(verb, stated)
    ]


def says_plainly(verb: str, text: str) -> bool:
    """Whether a text has a verb without a word that negates or plans it."""
    marked = {match.start("head") for match in _ANY.finditer(text) if match["word"] not in _AFFIRMING}
    return any(match.start() not in marked for match in re.finditer(rf"(?<!\w){re.escape(verb)}(?!\w)", text))


def _aspect(text: str, act: re.Match[str]) -> Aspect:
    """What the nearest small word before an act makes of it, else what stands behind it or opens its sentence."""
    start, end = act.span()
    clause = max(text.rfind(sign, 0, start) for sign in ".;:,(|\n")
    near = " ".join(text[clause + 1 : start].split()[-_REACH:])
    if act.lastgroup == "approved" and _ASKED.search(near):
        return "planned"
    signs = [(match.end(), aspect) for aspect, words in _SIGNS for match in words.finditer(near)]
    nearest = max(signs, default=None)
    if nearest and nearest[1] != "ongoing" and _NAMED.search(near):
        nearest = None
    if _BEHIND.match(text, end):
        return "planned" if "(" in text[end : end + 60] else "ongoing"
    if nearest:
        return nearest[1]
    if _NAMED.search(near):
        return "named"
    sentence = max(text.rfind(sign, 0, start) for sign in ".;\n")
    planned = _OF_THE_SENTENCE.search(text, sentence + 1, start) or _DEADLINE.match(text, end)
    return "planned" if planned else "plain"


def agrees(act: str, said: Aspect, stated: Aspect, *, of_plan: bool) -> bool:
    """Whether a sentence may say an act the way it does where its evidence states it the other way.

    Args:
        act: which.
        said: in the answer.
        stated: in the evidence.
        of_plan: whether the evidence stands in a plan: what a plan states plainly is to be done, not done.
    """
    if said in {stated, "named"}:
        return True
    if stated == "plain":
        return said == "planned" if of_plan else said == "done"
    return said == "plain" and (stated == "done" or (stated == "ongoing" and act in _LASTING))
