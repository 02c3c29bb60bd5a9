"""Documents held against the evidence with their dates, what one did to another, and who did it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.anchors import Anchor, body_spans, clauses, dated_documents
from assistant.assertions import find_assertions
from assistant.cited import Cited
from assistant.facts import find_facts, read
from ingest.folding import fold_words
from ingest.models import Span, blanked
from ingest.numbers import find_numbers

_LINKING = frozenset(["replaced", "amended", "abolished", "carried_out", "approved"])
_BY = re.compile(r"^[^.;]{0,12}?(?<!\w)(?:bởi|bằng|by)(?!\w)", re.IGNORECASE)
_ACTED = frozenset(["issued", "approved", "signed", "submitted"])
_DOER = re.compile(r"(?<!\w)(?:do|bởi|by)\s*$", re.IGNORECASE)
_DATE_WITHIN = 40
"""Characters behind a number in which its date stands."""
_SMALL = re.compile(r"^\s*(?:(?:đã|đang|sẽ|chưa|không|phải|cần|được)\s+)*")


def link_objections(text: str, cited: Cited) -> Iterator[str]:
    """What a sentence says of documents and bodies together that its evidence does not say of them together."""
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
    """A text without the dates that stand behind document numbers."""
    spans: list[Span] = []
    for number in find_numbers(text):
        if number.date:
            dates = read(text[number.span.end : number.span.end + _DATE_WITHIN]).dates[:1]
            spans += [Span(number.span.end + date.span.start, number.span.end + date.span.end) for date in dates]
    return blanked(text, spans)


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
        passive = _BY.search(parts.text[act.end :])
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
