"""A sentence of free prose against the evidence that it cites: whatever the evidence does not state is an objection.

Figures alone do not make a statement: `19 quận` is not `19 tuyến`, the date of one document is not another's, and
`chưa hoàn thành` with every number right is still wrong. So a sentence is taken apart into clauses with what they are
about, and each figure, act and name is looked for in a clause of the evidence that is about the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.anchors import Anchor, bodies
from assistant.cited import Cited
from assistant.clause_claims import clause_objections
from assistant.draft import Ground
from assistant.facts import Fact, read
from assistant.links import link_objections
from assistant.quantities import Quantity
from assistant.units import same_unit
from assistant.vocabulary import is_english, shared_words, strange_names
from ingest.folding import fold_words
from ingest.hostile import is_instruction

_OF_REPORT = re.compile(
    r"(?<!\w)(?:theo|báo cáo|công văn|thông báo|quyết định|kế hoạch|văn bản|tính đến|ban hành|issued|according|reports?"
    r"|reported|as of|dated|letter|decision|plan|notice)(?!\w)",
    re.IGNORECASE,
)
_REACH = 80
"""Characters before a date of a document's head in which it must be said to be one."""
_TYPED = re.compile(
    r"(?:quyết định|kế hoạch|công văn|báo cáo|nghị quyết|nghị định|thông tư|chỉ thị|thông báo|tờ trình|văn bản"
    r"|decision|plan|letter|report|resolution|decree|circular|directive|notice)(?:\s+(?:số|no\.?|number))?\s*$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://[^\s()]+|www\.[^\s()]+|[\w.]+@[\w.]+\w|<\s*/?\s*[a-zA-Z!]")
_OF_TIME = frozenset(["thang", "nam", "quy", "ngay"])
_YEAR = re.compile(r"(?:19|20)\d\d")
_FEWEST_SHARED = 0.5
"""Least share of a Vietnamese sentence's words that its evidence has: below, it speaks of something else."""


def objections(text: str, grounds: Sequence[Ground]) -> list[str]:
    """What is wrong with a sentence held against its own evidence; empty where it stands.

    Args:
        text: a sentence without its markers.
        grounds: the evidence that it cites.
    """
    if not grounds:
        return ["uncited"]
    cited = Cited(tuple(grounds))
    if is_instruction(text) or any(match.group() not in cited.quotes for match in _ADDRESS.finditer(text)):
        return ["no statement"]
    return [*_facts(text, cited), *_names(text, cited), *link_objections(text, cited), *clause_objections(text, cited)]


# ------------------------------------------------------------------ figures


def _facts(text: str, cited: Cited) -> Iterator[str]:
    parts = read(text)
    for fact in parts.facts:
        if fact.kind != "number" and fact not in cited.facts:
            yield f"{fact.kind} {fact.value}"
    for mention in parts.dates:
        dated = read(mention.span.of(parts.text)).facts
        if not dated <= cited.spoken and not _of_report(parts.text, mention.span.start):
            yield f"date of the document, not of the statement: {sorted(fact.value for fact in dated)}"
    for quantity in parts.quantities:
        if not _has(quantity, parts.text, cited):
            yield f"number {quantity.value} {quantity.label}{' '.join(quantity.unit)}"


def _of_report(text: str, start: int) -> bool:
    """Whether what begins here is said to be a document's date."""
    return _OF_REPORT.search(text[max(0, start - _REACH) : start]) is not None


def _has(quantity: Quantity, text: str, cited: Cited) -> bool:
    if not quantity.unit and _TYPED.search(text[: quantity.start]):
        return any(
            fact.kind == "document" and fact.value.split("|")[0] == quantity.value.upper() for fact in cited.facts
        )
    if quantity.label in _OF_TIME or (not quantity.unit and _YEAR.fullmatch(quantity.value)):
        return _has_time(quantity, cited.facts if _of_report(text, quantity.start) else cited.spoken, cited)
    said = fold_words(text)
    return any(
        quantity.value == other.value and same_unit(quantity, other, said, around) for other, around in cited.quantities
    )


def _has_time(quantity: Quantity, facts: set[Fact], cited: Cited) -> bool:
    """Whether a year, month, quarter or day of the month is one of a date or a number named as such."""
    if any(quantity.value == part for fact in facts for part in _parts(fact, quantity.label)):
        return True
    return any(
        other.value == quantity.value
        and {other.label, quantity.label} <= {quantity.label or "nam", ""}
        and not other.unit
        for other, _ in cited.quantities
    )


def _parts(fact: Fact, label: str) -> list[str]:
    """The years, months, quarters or days that a date or a period holds."""
    if fact.kind not in {"date", "month", "quarter"}:
        return []
    pieces = [piece.lstrip("0Q") for piece in fact.value.split("-")]
    if fact.kind == "quarter":
        return pieces[:1] if label in {"nam", ""} else pieces[1:] if label == "quy" else []
    place = {"nam": 0, "": 0, "thang": 1, "ngay": 2}.get(label, 9)
    return pieces[place : place + 1]


# ------------------------------------------------------------------ names


def _names(text: str, cited: Cited) -> Iterator[str]:
    known = [anchor for anchor in cited.anchors if anchor.kind == "body"]
    written = f"{cited.quotes}\n{cited.heads}"
    evidence = fold_words(written)
    for name in bodies(text):
        if name not in evidence and not any(Anchor("body", name).meets(other) for other in known):
            yield f"body {name}"
    yield from (f"name {name}" for name in strange_names(text, written))
    if not is_english(text) and shared_words(text, written) < _FEWEST_SHARED:
        yield "other words than the evidence"
