"""Whether a sentence speaks with the words of its evidence: the names in it, and the share of its other words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from assistant.anchors import UPPER
from assistant.topics import fold_free, language_told
from ingest.bodies import full_name
from ingest.folding import fold, fold_words

_CAPITAL = re.compile(rf"(?<![\w/-])[{UPPER}][\w&]*(?![\w/-]*/)")
_FIRST = re.compile(r"(?:^|[.!?:;“\"(\n–—-])\s*$")
_KINDS_TEXT = (
    "quyet ke cong bao nghi thong to chi chuong de quy huong luat van thanh quan phuong huyen so ban bo uy hoi tp ubnd "
    "hdnd ong ba dong theo den tai trong cac the"
)
_KINDS = frozenset(_KINDS_TEXT.split())
"""First syllables of types and bodies: a name's capital letter is theirs, whatever the evidence writes small."""
_ENGLISH_TEXT = (
    "january february march april may june july august september october november december decision plan official "
    "letter report resolution decree circular directive notice submission programme program scheme no the "
    "department committee people peoples city ho chi minh vietnam vietnamese ministry government district ward "
    "article section phase vnd according as in on it this and of for to by with annex appendix board steering "
    "council standing hcmc mr mrs ms dr monday tuesday wednesday thursday friday saturday sunday i ii iii iv q1 "
    "q2 q3 q4 quarter "
)
_ENGLISH = frozenset(_ENGLISH_TEXT.split())
_LITTLE_TEXT = (
    "la va cua co da dang se duoc bi cho voi theo tai trong den tu nay do thi ma cac nhung mot o ve vao ra len "
    "xuong nam thang ngay so phan tram luong viec muc la gom cung de con hien hay hoac khi nhu tren duoi sau "
    "truoc rang noi neu ro thay tong cong "
)
_LITTLE = frozenset(_LITTLE_TEXT.split())


def is_english(text: str) -> bool:
    """Whether a sentence is English."""
    told = language_told(text)
    # A Vietnamese sentence without one sign of its own does not exist.
    return told == "en" or (told is None and fold_free(text).isascii())


def strange_names(text: str, evidence: str) -> Iterator[str]:
    """The names of a sentence that its evidence does not have: capitalised words that begin nothing."""
    known = set(fold_words(f"{evidence} {full_name(evidence)}").split())
    english = is_english(text)
    known |= (_ENGLISH | _glossary_words()) if english else _KINDS
    written = text if english else full_name(text)
    for match in _CAPITAL.finditer(written):
        word = fold(match.group())
        if word in known or word.isdigit() or _FIRST.search(written[: match.start()]):
            continue
        yield match.group()


@lru_cache(maxsize=1)
def _glossary_words() -> frozenset[str]:
    lines = (files("prompts") / "glossary.en.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return frozenset(word for line in lines for word in fold_words(line.split("\t")[0]).split())


def shared_words(text: str, evidence: str) -> float:
    """Share of a sentence's words that the folded evidence has; 1 where it has none of its own.

    Args:
        text: a Vietnamese sentence.
        evidence: as written.
    """
    held = set(fold_words(f"{evidence} {full_name(evidence)}").split())
    words = [word for word in fold_words(full_name(text)).split() if word not in _LITTLE and not word.isdigit()]
    return sum(word in held for word in words) / len(words) if words else 1.0
