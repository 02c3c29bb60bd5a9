"""Clause against clause: a figure, day or act must stand in a clause of the evidence that is about the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.anchors import Anchor, Clause, clauses, dated_documents
from assistant.assertions import TELLING, Assertion, agrees, find_assertions, says_plainly, unmarked
from assistant.cited import Cited
from assistant.facts import read
from assistant.quantities import Quantity
from assistant.units import same_unit
from ingest.folding import fold_words
from ingest.models import Span, blanked

_BESIDE = 5
"""Words on either side that tell what a number is of."""
_CARRIED_ON = re.compile(r"(?:nhưng|mà|và|but|and)(?!\w)", re.IGNORECASE)


def clause_objections(text: str, cited: Cited) -> Iterator[str]:
    """What the clauses of a sentence say that no clause of its evidence says of the same thing."""
    yield from (f"{verb} without its negation or plan" for verb in unmarked(text, cited.quotes))
    for said in clauses(text):
        yield from (f"{act.act} {act.aspect}" for act in find_assertions(said.text) if not _states(act, said, cited))
        yield from _beside(said, cited)
        for anchor in said.anchors:
            if not any(anchor.meets(other) for other in cited.anchors):
                continue
            for what, holding in _statements(said, cited):
                if anchor.kind == "time" and what.startswith("day"):
                    continue
                quoted = any(anchor.meets(other) for clause in cited.clauses for other in clause.anchors)
                if holding and all(_of_another(clause, anchor, said, quoted) for clause in holding):
                    yield f"{what} is not of {anchor.kind} {anchor.value}"


def _statements(said: Clause, cited: Cited) -> Iterator[tuple[str, list[Clause]]]:
    """Every figure, day and telling act of a clause with the clauses of the evidence that hold it."""
    whole = fold_words(said.text)
    for mention in said.parts.dates:
        dated = read(mention.span.of(said.text)).facts
        yield f"day {mention.span.of(said.text)}", [clause for clause in cited.clauses if dated & clause.parts.facts]
    for quantity in said.parts.quantities:
        if quantity.unit:
            yield (
                f"number {quantity.value}",
                [
                    clause
                    for clause in cited.clauses
                    if any(
                        other.value == quantity.value and same_unit(quantity, other, whole, fold_words(clause.text))
                        for other in clause.parts.quantities
                    )
                ],
            )
    for act in find_assertions(said.text):
        if act.act in TELLING and not (act.act == "issued" and _dated_issue(said, cited)):
            yield (
                act.act,
                [
                    clause
                    for clause in cited.clauses
                    if any(_same(act, other, cited) for other in find_assertions(clause.text))
                ],
            )


def _beside(said: Clause, cited: Cited) -> Iterator[str]:
    """Figures that changed places: the words beside a number are those of another statement."""
    whole = fold_words(said.text)
    for quantity in (one for one in said.parts.quantities if one.unit):
        own: list[frozenset[str]] = []
        others: list[frozenset[str]] = []
        for clause in cited.clauses:
            around = fold_words(clause.text)
            counted = [other for other in clause.parts.quantities if other.unit]
            for other in counted:
                same = other.value == quantity.value and same_unit(quantity, other, whole, around)
                (own if same else others).append(_around(clause, other))
            if not counted and not _CARRIED_ON.match(clause.text):
                others.append(frozenset(_bare(clause, 0, len(clause.parts.text)).split()))
        words = _around(said, quantity)
        # A number that names (`Quận 6`, `mũi 2`) tells more than what a whole list ends with.
        nearer = [
            all(_weight(words & other - mine) > _weight(words & mine - other) for mine in own) for other in others
        ]
        if own and any(nearer):
            yield f"number {quantity.value} stands where another statement stood"
    for anchor in said.anchors:
        first = next((n for n, clause in enumerate(cited.clauses) if clause.about(anchor)), None)
        if anchor.kind != "numbered" or first is None:
            continue
        for what, holding in _statements(said, cited):
            if holding and all(cited.clauses.index(clause) < first for clause in holding):
                yield f"{what} is said before {anchor.value} is named"


def _weight(words: frozenset[str]) -> int:
    return sum(_BESIDE if word.isdigit() else 1 for word in words)


def _around(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """The folded words beside a number, as far as the clause goes."""
    before = _bare(clause, 0, quantity.start).split()[-_BESIDE:]
    return frozenset([*before, *_bare(clause, quantity.end, len(clause.parts.text)).split()[:_BESIDE]])


def _bare(clause: Clause, start: int, end: int) -> str:
    """A part of a clause, folded, without the dates, the document numbers and the figures that count."""
    spans = [Span(one.start, one.end) for one in clause.parts.quantities if one.unit or one.label == "nam"]
    spans += [date.span for date in clause.parts.dates]
    spans += [number.span for number in clause.parts.documents]
    return fold_words(blanked(clause.parts.text, spans)[start:end])


def _of_another(clause: Clause, anchor: Anchor, said: Clause, quoted: bool) -> bool:
    """Whether a clause of the evidence is about another thing of the anchor's kind, and not about the anchor.

    Args:
        clause: holds the figure or act.
        anchor: what the answer says it of.
        said: the answer's clause; what it also names is no other thing, unless
        quoted: the evidence itself tells the anchor apart.
    """
    others = [other for other in clause.anchors if other.kind == anchor.kind]
    if not others or clause.about(anchor):
        return False
    if quoted and anchor.kind != "body":
        return True
    return not any(other.meets(own) for other in others for own in said.anchors)


def _same(act: Assertion, other: Assertion, cited: Cited) -> bool:
    return act.act == other.act and agrees(act.act, act.aspect, other.aspect, of_plan=cited.of_plan)


def _states(act: Assertion, said: Clause, cited: Cited) -> bool:
    """Whether the evidence states an act the way the clause says it, where it speaks of the same."""
    if act.act == "issued" and act.aspect in {"plain", "done"} and _dated_issue(said, cited):
        return True
    spoken = [(clause, other) for clause in cited.clauses for other in find_assertions(clause.text)]
    places = [(clause, other) for clause, other in spoken if other.act == act.act]
    spoken_of = act.aspect in {"plain", "named"}
    if not places and act.act.startswith("w:"):
        return act.aspect == "done" and says_plainly(said.text[act.start : act.end], cited.quotes)
    if not places:
        in_heads = any(other.act == act.act for other in find_assertions(cited.heads))
        return spoken_of and (in_heads or act.act not in TELLING)
    if spoken_of and act.act not in TELLING:
        return True
    words = set(fold_words(said.text).split())
    best = max(len(words & set(fold_words(clause.text).split())) for clause, _ in places)
    return any(
        agrees(act.act, act.aspect, other.aspect, of_plan=cited.of_plan)
        for clause, other in places
        if len(words & set(fold_words(clause.text).split())) == best
    )


def _dated_issue(said: Clause, cited: Cited) -> bool:
    """Whether `ban hành` only says the day that the document's number line or head gives, of that very document."""
    days = {mention.date for mention in said.parts.dates if mention.date}
    keys = {anchor.value for anchor in said.anchors if anchor.kind == "document"}
    stated = dated_documents(f"{cited.quotes}\n{cited.heads}")
    return bool(keys and days) and all((key, day) in stated for key in keys for day in days)
