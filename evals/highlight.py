"""What differs between an answer and its gold, marked piece by piece for the report."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from evals.facts import Fact, find_fact_spans, find_facts, fold
from evals.metrics import same_passage
from evals.run import CaseRun


class Piece(NamedTuple):
    """A stretch of text; `mark` is `good`, `bad` or empty."""

    text: str
    mark: str = ""


def marked(text: str, good: Iterable[Fact], bad: Iterable[Fact], phrases: Sequence[str] = ()) -> list[Piece]:
    """A text in pieces: the facts that are wanted, those that are wrong, and phrases that must not be there.

    Args:
        text: in any normal form; the pieces are in NFC.
        good: facts to be marked as right.
        bad: facts to be marked as wrong; they win.
        phrases: marked as wrong wherever they stand, whatever their diacritics.
    """
    text = unicodedata.normalize("NFC", text)
    wrong, right = set(bad), set(good)
    spans = [
        (span.start, span.end, "bad" if span.fact in wrong else "good")
        for span in find_fact_spans(text)
        if span.fact in wrong or span.fact in right
    ]
    folded = fold(text)
    if len(folded) == len(text):
        spans += [
            (*match.span(), "bad") for phrase in phrases for match in re.finditer(re.escape(fold(phrase)), folded)
        ]
    pieces, at = list[Piece](), 0
    for start, end, mark in sorted(spans):
        if start < at:
            continue
        pieces += [Piece(text[at:start]), Piece(text[start:end], mark)]
        at = end
    return [piece for piece in (*pieces, Piece(text[at:])) if piece.text]


def marked_answer(run: CaseRun) -> list[Piece]:
    """The answer: what the gold asks for is good, what no citation states or must not be said is bad."""
    text = (run.answer or {}).get("text") or ""
    wrong = {fact for fact in find_facts(text) if fact.value in run.judgement.ungrounded}
    return marked(text, _wanted(run), wrong, run.judgement.forbidden)


def marked_gold(run: CaseRun) -> list[Piece]:
    """The gold answer: what the answer states is good, what it lacks is bad."""
    stated = find_facts((run.answer or {}).get("text") or "")
    wanted = find_facts(run.case.gold_answer)
    return marked(run.case.gold_answer, wanted & stated, wanted - stated)


def _wanted(run: CaseRun) -> set[Fact]:
    gold = find_facts(" ; ".join((run.case.gold_answer, *run.case.gold_numbers)))
    return gold | {Fact("key", key) for key in run.case.gold_keys}


def quoted(run: CaseRun, sentence: str) -> bool:
    """Whether some citation quotes a sentence of the gold evidence."""
    citations = (run.answer or {}).get("citations") or ()
    return any(same_passage(citation.get("quote") or "", sentence) for citation in citations)


def is_gold(run: CaseRun, quote: str) -> bool:
    """Whether a quote is a sentence of the gold evidence."""
    return any(same_passage(quote, sentence) for sentence in run.case.gold_evidence)
