"""Document numbers in what a person types, and how a document is called in a question."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.intents import TYPE_PHRASES
from ingest.folding import fold
from ingest.models import NumberMention, Span
from ingest.numbers import find_numbers

TYPE_NAMES = "|".join(phrase for phrase, _ in TYPE_PHRASES)
"""A pattern of the types' folded names."""
_TYPE_AND_DIGITS = re.compile(
    r"(?<!\w)(?i:quyết định|quyet dinh|kế hoạch|ke hoach|công văn|cong van|báo cáo|bao cao|thông báo"
    r"|thong bao|tờ trình|to trinh"
    r"|nghị quyết|nghi quyet|nghị định|nghi dinh|thông tư|thong tu|chỉ thị|chi thi"
    r"|decision|plan|report|letter)\s+(?:(?i:số|so"
    r"|no\.?)\s+)?(\d{1,5}[a-zđ]?)(?![\w/.,-]*\d|[/-])"
)


def numbers_in(text: str) -> list[NumberMention]:
    """The numbers of a question; here a type word with bare digits is one whatever follows it."""
    found = find_numbers(text)
    for match in _TYPE_AND_DIGITS.finditer(text):
        span = Span(*match.span())
        if not any(mention.span.overlaps(span) for mention in found):
            read = find_numbers(f"{match.group().rstrip()}.")
            found += [replace(m, span=span, surface=match.group()) for m in read[:1]]
    return sorted(found, key=lambda mention: mention.span.start)


def alike(one: NumberMention, other: NumberMention) -> bool:
    """Whether two mentions may be of one document."""
    return one.key == other.key if one.key and other.key else one.number == other.number


def name_of(text: str, mention: NumberMention) -> str:
    """A document as a question calls it: the type's word where it stands before the number, number, date."""
    before = re.search(r"((?:[^\W\d_]+\s+){1,2})(?:số\s+)?$", text[: mention.span.start])
    words = before.group(1).split() if before and mention.canonical else []
    types = {phrase for phrase, _ in TYPE_PHRASES}
    kept = next((" ".join(words[at:]) for at in range(len(words)) if fold(" ".join(words[at:])) in types), "")
    dated = f" ngày {mention.date:%d/%m/%Y}" if mention.date else ""
    return f"{kept} {mention.canonical or mention.surface}{dated}".strip()
