"""A sentence of free prose against the evidence that it cites: whatever the evidence does not state is an objection.

Figures alone do not make a statement: `19 quận` is not `19 tuyến`, the date of one document is not another's, and
`chưa hoàn thành` with every number right is still wrong. So a sentence is taken apart into clauses with what they are
about, and each figure, act and name is looked for in a clause of the evidence that is about the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.anchors import Anchor, Clause, anchors, bodies, body_spans, clauses, dated_documents
from assistant.assertions import TELLING, Assertion, agrees, find_assertions, says_plainly, unmarked
from assistant.draft import Ground
from assistant.facts import Fact, find_facts, implied, read
from assistant.naming import document_name
from assistant.quantities import Quantity
from assistant.units import same_unit
from assistant.vocabulary import is_english, shared_words, strange_names
from ingest.folding import fold_words
from ingest.hostile import is_instruction
from ingest.numbers import find_numbers

_PLANS = frozenset(["Kế hoạch", "Chương trình", "Chương trình hành động", "Đề án", "Chỉ thị", "Tờ trình"])
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
_LINKING = frozenset(["replaced", "amended", "abolished", "carried_out", "approved"])
_PASSIVE = re.compile(r"(?:được|bị|is|are|was|were|been|being|be)\s*$", re.IGNORECASE)
_BY = re.compile(r"^[^.;]{0,12}?(?<!\w)(?:bởi|bằng|by)(?!\w)", re.IGNORECASE)
_ACTED = frozenset(["issued", "approved", "signed", "submitted"])
_DOER = re.compile(r"(?<!\w)(?:do|bởi|by)\s*$", re.IGNORECASE)
_BESIDE = 5
"""Words on either side that tell what a number is of."""
_SMALL = re.compile(r"^\s*(?:(?:đã|đang|sẽ|chưa|không|phải|cần|được)\s+)*")
_CARRIED_ON = re.compile(r"(?:nhưng|mà|và|but|and)(?!\w)", re.IGNORECASE)
_FEWEST_SHARED = 0.5
"""Least share of a Vietnamese sentence's words that its evidence has: below, it speaks of something else."""


@dataclass(frozen=True)
class Cited:
    """The evidence of one sentence, taken apart once."""

    grounds: tuple[Ground, ...]

    @cached_property
    def quotes(self) -> str:
        """The quoted sentences."""
        return "\n".join(ground.evidence.quote for ground in self.grounds)

    @cached_property
    def heads(self) -> str:
        """What stands over the quotes: each document's number, date, issuer, title and section, and its subject."""
        told = []
        for ground in self.grounds:
            source = ground.source
            told += [document_name("vi", source.number, source.type, source.date, source.issuer), source.title]
            told += [ground.evidence.section, f"trang {ground.evidence.page}", ground.number or ""]
        return "\n".join(filter(None, told))

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses of the quotes."""
        return clauses(self.quotes)

    @cached_property
    def facts(self) -> set[Fact]:
        """What quotes and heads state, with what follows from it."""
        return implied(find_facts(self.quotes) | find_facts(self.heads))

    @cached_property
    def spoken(self) -> set[Fact]:
        """What the quotes, the titles and the sections over them state: all but the date of the document itself."""
        over = "\n".join(f"{ground.source.title}\n{ground.evidence.section}" for ground in self.grounds)
        return implied(find_facts(self.quotes) | find_facts(over))

    @cached_property
    def quantities(self) -> list[tuple[Quantity, str]]:
        """Every number with the folded text that it stands in."""
        found = [(one, fold_words(clause.text)) for clause in self.clauses for one in clause.parts.quantities]
        return found + [(one, fold_words(self.heads)) for one in read(self.heads).quantities]

    @cached_property
    def anchors(self) -> frozenset[Anchor]:
        """Everything that the evidence names."""
        return frozenset(anchors(f"{self.quotes}\n{self.heads}"))

    @cached_property
    def of_plan(self) -> bool:
        """Whether all of it stands in plans."""
        return all(ground.source.type in _PLANS for ground in self.grounds)


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
    return [*_facts(text, cited), *_names(text, cited), *_pairs(text, cited), *_clauses(text, cited)]


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
    if quantity.label in {"thang", "nam", "quy", "ngay"} or (
        not quantity.unit and re.fullmatch(r"(?:19|20)\d\d", quantity.value)
    ):
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


# ------------------------------------------------------------------ documents with their dates, links and doers


def _pairs(text: str, cited: Cited) -> Iterator[str]:
    evidence = f"{cited.quotes}\n" + cited.heads
    stated = dated_documents(evidence)
    for key, day in dated_documents(text):
        if (key, day) not in stated:
            yield f"document {key} of {day}"
    days = {day for _, day in stated}
    loose = {mention.date for mention in read(_without_dated(evidence)).dates}
    for clause in clauses(text):
        keys = {anchor.value for anchor in clause.anchors if anchor.kind == "document"}
        for mention in clause.parts.dates:
            if mention.date in days - loose and keys and not any((key, mention.date) in stated for key in keys):
                yield f"{mention.date} is another document's"
    links = set(_links(cited))
    for edge in _links_of(text, None):
        if edge not in links and any({edge[0], edge[2]} & {one, other} and act == edge[1] for one, act, other in links):
            yield f"link {edge}"
    following = list(_followed(cited.quotes))
    for name, verb in _followed(text):
        told = [other for other, other_verb in following if other_verb == verb]
        if told and not any(Anchor("body", name).meets(Anchor("body", other)) for other in told):
            yield f"{verb} by {name}"
    doers = set(_doers(cited.quotes))
    for act, name in _doers(text):
        doing = {other for other_act, other in doers if other_act == act}
        if doing and not any(Anchor("body", name).meets(Anchor("body", other)) for other in doing):
            yield f"{act} by {name}"


def _without_dated(text: str) -> str:
    characters = list(text)
    for number in find_numbers(text):
        if number.date:
            end = min(len(text), number.span.end + 40)
            for mention in read(text[number.span.end : end]).dates[:1]:
                start = number.span.end + mention.span.start
                characters[start : number.span.end + mention.span.end] = " " * (mention.span.end - mention.span.start)
    return "".join(characters)


def _links(cited: Cited) -> Iterator[tuple[str, str, str]]:
    for ground in cited.grounds:
        own = ground.source.number
        keys = [fact.value for fact in find_facts(own or "") if fact.kind == "document"]
        yield from _links_of(ground.evidence.quote, keys[0] if keys else None)


def _links_of(text: str, subject: str | None) -> Iterator[tuple[str, str, str]]:
    """(acting document, act, other document) of every act that stands between two numbers.

    Args:
        text: a sentence.
        subject: the document that speaks, where the sentence names none before the act (`Quyết định này thay thế …`).
    """
    parts = read(text)
    for act in find_assertions(parts.text):
        if act.act not in _LINKING:
            continue
        start = max(parts.text.rfind(sign, 0, act.start) for sign in ".;\n")
        before = [str(n.key) for n in parts.documents if start < n.span.start < act.start]
        after = [str(n.key) for n in parts.documents if n.span.start >= act.end]
        left = before[-1] if before else subject
        if not left or not after:
            continue
        passive = _PASSIVE.search(parts.text[: act.start]) and _BY.search(parts.text[act.end :])
        passive = passive or _BY.search(parts.text[act.end :])
        yield (after[0], act.act, left) if passive else (left, act.act, after[0])


def _followed(text: str) -> Iterator[tuple[str, str]]:
    """(body, the two folded words behind its name) of every body that a sentence names: who does what."""
    for span, name in body_spans(text):
        words = _SMALL.sub("", text[span.end : span.end + 40]).split()
        if len(words) > 1:
            yield name, fold_words(" ".join(words[:2]))


def _doers(text: str) -> Iterator[tuple[str, str]]:
    """(act, body) of every act that a body is said to do: the nearest before it, or the one behind `do`, `by`."""
    named = list(body_spans(text))
    for act in find_assertions(text):
        if act.act not in _ACTED:
            continue
        clause = max(text.rfind(sign, 0, act.start) for sign in ".;\n")
        behind = [name for span, name in named if span.start >= act.end and _DOER.search(text[act.end : span.start])]
        before = [name for span, name in named if clause < span.start < act.start]
        if behind or before:
            yield act.act, (behind or before[-1:])[0]


# ------------------------------------------------------------------ clause against clause


def _clauses(text: str, cited: Cited) -> Iterator[str]:
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


def _nearer(words: frozenset[str], other: frozenset[str], mine: frozenset[str]) -> bool:
    """Whether words are nearer to another statement than to the one that they are held against.

    A number that names (`Quận 6`, `mũi 2`) tells more than what a whole list ends with.
    """
    theirs, ours = words & other - mine, words & mine - other
    return _weight(theirs) > _weight(ours)


def _weight(words: frozenset[str]) -> int:
    return sum(_BESIDE if word.isdigit() else 1 for word in words)


def _around(clause: Clause, quantity: Quantity) -> frozenset[str]:
    """The folded words beside a number, as far as the clause goes."""
    before = _bare(clause, 0, quantity.start).split()[-_BESIDE:]
    return frozenset([*before, *_bare(clause, quantity.end, len(clause.parts.text)).split()[:_BESIDE]])


def _bare(clause: Clause, start: int, end: int) -> str:
    """A part of a clause, folded, without the dates, the document numbers and the figures that count."""
    characters = list(clause.parts.text)
    spans = [(one.start, one.end) for one in clause.parts.quantities if one.unit or one.label == "nam"]
    spans += [(date.span.start, date.span.end) for date in clause.parts.dates]
    spans += [(number.span.start, number.span.end) for number in clause.parts.documents]
    for begin, finish in spans:
        characters[begin:finish] = " " * (finish - begin)
    return fold_words("".join(characters[start:end]))


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
