"""Every line of an answer against the evidence that this very line cites; what does not stand is taken out.

A line that the composer wrote is a quote in a fixed frame: its figures, dates and document numbers are held. A
sentence that a language model wrote is held to more (`assistant/claims.py`), and to nothing that the question gave.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from assistant.claims import objections
from assistant.draft import Ground, Line
from assistant.facts import Fact, find_facts, implied, plain_number

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Verified:
    """What was left of a draft."""

    lines: tuple[Line, ...]
    removed: tuple[Line, ...]

    @property
    def holds(self) -> bool:
        """Whether anything is left that stands on evidence."""
        return any(line.grounds for line in self.lines)


def stated(ground: Ground) -> set[Fact]:
    """What a citation states: its quote, its place, and the header of the document that it stands in."""
    source = ground.source
    texts = [
        ground.evidence.quote,
        ground.evidence.section,
        ground.evidence.document,
        str(ground.evidence.page),
        ground.number or "",
        source.number or "",
        f"ngày {source.date:%d/%m/%Y}" if source.date else "",
        source.issuer or "",
        source.title,
    ]
    return {fact for text in texts if text for fact in find_facts(text)}


def unsupported(line: Line, given: Iterable[Fact] = ()) -> set[Fact]:
    """The facts of a line that neither its own evidence states nor the person gave.

    Args:
        line: text with its grounds.
        given: facts of the question and the conversation.
    """
    known = set(given)
    for ground in line.grounds:
        known |= stated(ground)
    known = implied(known) | {Fact("number", plain_number(number)) for number in line.free}
    return {fact for fact in find_facts(line.text) if fact not in known}


def faults(line: Line, given: Iterable[Fact] = ()) -> list[str]:
    """What keeps a line out of an answer, for the log; empty where it stands."""
    if line.prose:
        return objections(line.text, line.grounds)
    return sorted(fact.value for fact in unsupported(line, given))


def verify(
    lines: Sequence[Line],
    question: str,
    history: str = "",
    check: Callable[[Line, Iterable[Fact]], list[str]] = faults,
) -> Verified:
    """Keep the lines that stand; what does not is taken out, logged and returned.

    Args:
        lines: of a draft.
        question: what it gives need not be stated by the evidence.
        history: the conversation before; the same holds.
        check: what keeps a line out.
    """
    given = find_facts(question) | find_facts(history)
    kept, removed = [], []
    for line in lines:
        wrong = check(line, given)
        if wrong:
            log.warning("line not stated by its evidence, left out: %s", wrong)
            removed.append(line)
        else:
            kept.append(line)
    return Verified(tuple(kept), tuple(removed))
