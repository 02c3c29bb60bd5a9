"""The words by which a question leans on what was said: `nó`, `văn bản đó`, `cái thứ hai`, `còn …`, `ý tôi là …`.

Everything is looked for in the folded text, which is as long as the text itself; a folded word that is several words
(`do`: đó, do) counts only where it is written so, or where the whole text has no diacritics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.context import Context, Named
from assistant.intents import TYPE_PHRASES
from assistant.question_numbers import TYPE_NAMES
from assistant.topics import fold_free, language_told
from ingest.folding import fold
from ingest.models import Span

_NOUNS = rf"(?:van ban|tai lieu|{TYPE_NAMES}|document|letter|resolution|report)"
_THING = r"(?:cai|muc|dong|lua chon|phuong an)"
_ONE = rf"(?:{_THING}|ban|{_NOUNS})"

# ---------------------------------------------------------------- one document that was spoken of

_THAT_DOCUMENT = re.compile(
    rf"(?<!\w)({_NOUNS})\s+(do|nay|ay|kia|tren|noi tren|neu tren|vua neu|vua roi)(?!\w)"
    rf"|(?<!\w)(?:this|that|the same|the said)\s+({_NOUNS})(?!\w)"
)
_IT = re.compile(r"(?<!\w)(?:no|it|its|this one|that one|cai do|cai nay|cai ay|cai kia)(?!\w)")
_WRITTEN = {
    "do": {"đó"}, "nay": {"này"}, "ay": {"ấy"}, "kia": {"kia"}, "tren": {"trên"}, "no": {"nó"}, "it": {"it"},
    "its": {"its"}, "them": {"them"}, "the": {"thế"}, "vay": {"vậy"}, "con": {"còn"}, "roi": {"rồi"},
    "chung": {"chúng"}, "cai do": {"cái đó"}, "cai nay": {"cái này"}, "cai ay": {"cái ấy"}, "cai kia": {"cái kia"},
}  # fmt: skip
_THEM = re.compile(
    rf"(?<!\w)(?:(?:ca\s+)?(?P<count>cac|nhung|hai|ba|bon|may)\s+(?P<noun>{_ONE})\s+"
    r"(?:do|nay|ay|kia|tren|noi tren|vua neu)|chung|them|they|both(?: of them)?"
    rf"|(?:these|those)(?:\s+(?:two|three))?(?:\s+{_NOUNS}s?)?)(?!\w)"
)
_MOST_MEANT = 6
_VAGUE = re.compile(
    r"(?<!\w)(?<!trong )(?<!do )(?<!tu )(?<!sau )(?<!nam )(?<!quy )(?<!thang )(?<!ngay )(?<!ky )(?:do|nay|ay|kia)(?!\w)"
    r"|(?<!\w)this\s+\w+"
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """Words that stand for something said before."""

    span: Span
    type_code: str | None = None
    """Of the type that they name (`kế hoạch đó`)."""


def is_plain(text: str) -> bool:
    """Whether a text is written without diacritics; its document numbers do not count."""
    bare = fold_free(text)
    return bare == fold(bare)


def points_at(text: str) -> Pointer | None:
    """The first words that stand for one document: `nó`, `kế hoạch đó`, `it`."""
    folded = fold(text)
    found = []
    for match in _THAT_DOCUMENT.finditer(folded):
        noun, demonstrative = match.group(1) or match.group(3), match.group(2)
        if demonstrative is None or _is_written(text, match.start(2), demonstrative):
            found.append(Pointer(Span(*match.span()), type_code(noun)))
    words = (match for match in _IT.finditer(folded) if _is_written(text, match.start(), match.group()))
    found += [Pointer(Span(*match.span())) for match in words]
    return min(found, key=lambda pointer: pointer.span.start, default=None)


@dataclass(frozen=True, slots=True)
class Several:
    """Words that stand for some of what was spoken of: `các văn bản đó`, `hai kế hoạch này`, `them`."""

    span: Span
    count: int | None
    """How many, where they say so."""
    type_code: str | None


def points_at_several(text: str) -> Several | None:
    """The words that stand for several documents."""
    found = _THEM.finditer(fold(text))
    match = next((m for m in found if _is_written(text, m.start(), m.group())), None)
    if match is None:
        return None
    counted = _COUNTED.get(match["count"] or "") or (2 if match.group().startswith("both") else None)
    return Several(Span(*match.span()), counted, type_code(match["noun"] or ""))


def meant(several: Several, context: Context) -> list[Named]:
    """Those that are meant, in the order in which they were spoken of: what was listed, else what was asked about."""

    def fitting(names: Sequence[Named]) -> list[Named]:
        return [named for named in names if several.type_code in {None, named.type}]

    listed = fitting(context.listed)
    if len(listed) > 1 and several.count in {None, len(listed)}:
        return listed[:_MOST_MEANT]
    spoken = fitting([named for named in context.salient if named.mention])
    return spoken[: several.count or _MOST_MEANT][::-1] if len(spoken) >= (several.count or 2) else []


def points_vaguely(text: str) -> bool:
    """Whether a demonstrative stands behind some other word (`đề án đó`).

    Without diacritics `đó` is `do`, which mostly is another word: then nothing is taken for one.
    """
    found = (match for match in _VAGUE.finditer(fold(text)) if not (is_plain(text) and match.group() in {"do", "nay"}))
    return any(_is_written(text, match.start(), match.group()) for match in found)


_SHARED = {"it": "en", "its": "en", "them": "en", "no": "vi", "the": "vi", "con": "vi", "vay": "vi", "roi": "vi"}
"""Folded words that both languages have, with the language in which they point at what was said."""


def _is_written(text: str, start: int, folded: str) -> bool:
    """Whether a folded word is the one that is meant: so written, or in a text without diacritics of its language."""
    written = text[start : start + len(folded)].lower()
    meant_in = _SHARED.get(folded)
    if is_plain(text):
        told = language_told(text)
        return folded != "chung" and (meant_in is None or told in {None, meant_in})
    return folded not in _WRITTEN or (written in _WRITTEN[folded] and meant_in != "en")


def type_code(noun: str) -> str | None:
    """The abbreviation of a type's folded name; None for `văn bản`."""
    types = dict(TYPE_PHRASES)
    return types.get(noun) or types.get(f"{noun}s") or types.get(f"official {noun}s")


# ---------------------------------------------------------------------------- one of a list

_COUNTED = {
    "nhat": 1, "mot": 1, "dau": 1, "dau tien": 1, "first": 1, "1st": 1,
    "hai": 2, "nhi": 2, "second": 2, "2nd": 2,
    "ba": 3, "third": 3, "3rd": 3,
    "bon": 4, "tu": 4, "fourth": 4, "4th": 4,
    "nam": 5, "fifth": 5, "5th": 5,
    "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10, "sixth": 6, "seventh": 7,
    "cuoi": -1, "cuoi cung": -1, "sau cung": -1, "last": -1, "final": -1,
}  # fmt: skip
_NTH_WORDS = "nhat|mot|hai|nhi|ba|bon|tu|nam|sau|bay|tam|chin|muoi"
_NTH_ENGLISH = "first|second|third|fourth|fifth|sixth|seventh|last|final|1st|2nd|3rd|4th|5th"
_NTH = re.compile(
    rf"(?<!\w)(?:(?P<vi>{_ONE})\s+thu\s+(?P<n>\d{{1,2}}|{_NTH_WORDS})"
    # `kế hoạch số 2` is a number, `kế hoạch đầu tư` and `báo cáo cuối năm` are names.
    rf"|{_THING}\s+so\s+(?P<numbered>\d{{1,2}}|{_NTH_WORDS})"
    rf"|(?P<end>{_ONE})\s+(?P<far>dau tien|cuoi cung|sau cung)|{_THING}\s+(?P<side>dau|cuoi)"
    rf"|(?:the\s+)?(?P<word>{_NTH_ENGLISH})\s+(?P<en>one|{_NOUNS})"
    r"|(?:number|option)\s+(?P<d>\d{1,2})"
    rf"|^\W*(?:(?:thu|so)\s+(?P<bare>\d{{1,2}}|{_NTH_WORDS})|(?:the\s+)?(?P<alone>{_NTH_ENGLISH}))(?=\W*$))(?!\w|/)"
)


@dataclass(frozen=True, slots=True)
class Nth:
    """`cái thứ hai`: the place in a list, from 1, or -1 for the last."""

    span: Span
    place: int
    type_code: str | None


def nth_of_list(text: str) -> Nth | None:
    """The words that choose by place from what was listed."""
    match = _NTH.search(fold(text))
    if match is None:
        return None
    names = ("n", "numbered", "side", "far", "word", "d", "bare", "alone")
    word = next(match[name] for name in names if match[name])
    noun = match["vi"] or match["end"] or match["en"] or ""
    return Nth(Span(*match.span()), int(word) if word.isdigit() else _COUNTED[word], type_code(noun))


def chosen(nth: Nth, listed: Sequence[Named]) -> Named | None:
    """The one that is meant; None where the list is shorter. `kế hoạch thứ hai` counts the plans alone."""
    code = nth.type_code
    typed = [item for item in listed if code and item.type == code]
    among = typed or list(listed)
    at = nth.place - 1 if nth.place > 0 else len(among) - 1
    return among[at] if 0 <= at < len(among) else None


# ------------------------------------------------------------------ how a fragment begins and ends

_STRONG = (
    r"(?:y (?:toi|minh|em|anh|chi) (?:la|hoi|muon hoi)|toi (?:muon )?hoi(?: la)?|(?:a |toi |hoi )?nham(?: roi| mat)?"
    r"|sai roi|khong phai(?: the| vay| no| cai do)?|xin loi|dinh chinh|sua lai(?: la)?|doc nham|go nham"
    r"|i meant?|i was asking about|my mistake|sorry|oops|correction|not that(?: one)?|rather)(?!\w)"
)
_CORRECTION = re.compile(
    rf"^\W*(?:(?:khong|a|o|u|thoi|no|wait|actually|well|oh)\W+)*{_STRONG}"
    rf"(?:\W+(?:{_STRONG}|(?:ma la|phai la|la)(?!\w)))*\W*"
    r"|^\W*(?:khong|no|nope)\s*[,.;:–-]+\s*"
)
_LEAD = re.compile(
    r"^\W*(?P<word>(?:the|vay|roi)\s+con|con|the(?! nao(?!\w)| thi(?!\w))|vay|and(?: what about)?|what about|how about)"
    r"(?:\s+(?:ve|voi|sang|ca|toi|den|for|about))?\W+(?=\w)"
)
_STILL = re.compile(
    r"^\W*con\s+(?:(?:duoc\s+)?(?:hieu luc|ap dung|gia tri|dung)|thieu|lai|bao nhieu|may|chua|khong|o|phai|nua)(?!\w)"
)
_TAIL = re.compile(
    r"[\s,;]*(?:(?<!\w)(?:(?:thi\s+)?(?:sao|the nao|ra sao|nhu the nao)(?:\s+roi)?|noi (?:gi|sao|the nao)|moi dung"
    r"|moi phai|co ma|co|chu|a|nhe|then|please|instead))?[\s?.!,]*$"
)
_AND_THEN = re.compile(r"\s+thi sao(?:\s+roi)?\W*$")
_CONTRAST = re.compile(
    r"(?:\s*[,;(–-]\s*(?:chu )?(?:khong phai|not)|\s+(?:chu khong(?: phai)?|instead of))\s+[^?]*\??\s*$"
)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A question without the words that only tie it to the last one."""

    core: str
    """Without what it begins and ends with."""
    rest: str
    """Without what it begins with, and without the `thì sao` that goes with it."""
    corrects: bool
    """`không, ý tôi là …`."""
    leads: bool
    """`còn …`."""


def fragment_of(text: str) -> Fragment:
    """Takes off what a question begins and ends with because another came before it."""
    folded, start = fold(text), 0
    correction = _CORRECTION.match(folded)
    if correction and correction.end() < len(text):
        start = correction.end()
    lead = None if _STILL.match(folded[start:]) else _LEAD.match(folded[start:])
    if lead and not _is_written(text, start + lead.start("word"), lead["word"].split()[0]):
        lead = None
    start += lead.end() if lead else 0
    contrast = _CONTRAST.search(folded, start)
    end = contrast.start() if contrast else len(text)
    tail = _TAIL.search(folded, start, end) if start or contrast else None
    core = text[start : tail.start() if tail else end].strip(" ?.!,;:")
    then = _AND_THEN.search(folded, start, end)
    rest = f"{text[start : then.start()]}?" if then else text[start:end].strip()
    return Fragment(core, rest, corrects=contrast is not None or bool(correction and start), leads=lead is not None)
