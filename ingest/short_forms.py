"""Later mentions in short form: `Kế hoạch 1009`, `Quyết định nêu trên`, `Kế hoạch này` mean a document named in full.

A short form is resolved only where one document alone can be meant; where two can, it stays what it is.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.folding import fold
from ingest.models import DocumentHeader, Reference, Span
from ingest.named import name_words
from ingest.type_words import TYPE_WORDS, any_of

_REACH = 2
"""Sentences back in which `này` or `nêu trên` looks for its document."""
_POINTS = r"(?:này|nêu trên|nói trên|trên đây|vừa nêu|trên|đó)(?!\w)(?!\s+(?:địa bàn|cơ sở|phạm vi))"
_POINTING = re.compile(rf"(?<!\w)(?P<type>{any_of(TYPE_WORDS)})\s+{_POINTS}", re.IGNORECASE)
_LONE = re.compile(
    rf"(?<!\w)(?:của|theo|thực hiện|triển khai)\s+(?P<type>{any_of([word.capitalize() for word in TYPE_WORDS])})"
    r"(?=\s*[.,;)\n])"
)


def resolved_short_forms(
    text: str, header: DocumentHeader, sentences: Sequence[Span], references: Sequence[Reference]
) -> list[Reference]:
    """The references with every short form that has one meaning standing for the document that it means.

    Args:
        text: as kept.
        header: of the document itself: `Quyết định này` in a decision is the decision.
        sentences: of the text.
        references: in the order of the text.
    """
    whole = [reference for reference in references if reference.mention and reference.mention.key]
    resolved = [_with_whole_number(reference, whole) for reference in references]
    return sorted(
        [*resolved, *_pointing(text, header, sentences, resolved)],
        key=lambda reference: (reference.span.start, reference.span.end),
    )


def _with_whole_number(reference: Reference, whole: Sequence[Reference]) -> Reference:
    """`Kế hoạch 1009` with the number that the same text gives in full; the written words stay its surface."""
    mention = reference.mention
    if mention is None or mention.key is not None or not mention.partial:
        return reference
    meant = [
        other
        for other in whole
        if other.mention is not None
        and other.mention.number.lower().lstrip("0") == mention.number.lower().lstrip("0")
        and fold(other.type or "").startswith(fold(reference.type or ""))
        and (reference.date is None or other.date is None or other.date == reference.date)
    ]
    keys = {other.mention.key for other in meant if other.mention}
    days = {other.date for other in meant if other.date}
    return _standing_for(reference, meant[0]) if len(keys) == 1 and len(days) <= 1 else reference


def _standing_for(reference: Reference, meant: Reference) -> Reference:
    mention, whole = reference.mention, meant.mention
    if mention is None or whole is None:
        return reference
    named = replace(
        mention, canonical=whole.canonical, key=whole.key, type=whole.type, issuer=whole.issuer, year=whole.year
    )
    return replace(reference, mention=named, date=reference.date or meant.date, issuer=reference.issuer or meant.issuer)


def _pointing(
    text: str, header: DocumentHeader, sentences: Sequence[Span], references: Sequence[Reference]
) -> Iterator[Reference]:
    """`Quyết định nêu trên`, `Kế hoạch này`, `các nội dung của Đề án` as mentions of what they point back to."""
    own = fold(header.type or "")
    starts = [sentence.start for sentence in sentences]
    named: defaultdict[int, list[Reference]] = defaultdict(list)
    for reference in references:
        named[reference.sentence.start].append(reference)
    for kind, span in _pointers(text):
        here = bisect.bisect_right(starts, span.start) - 1
        # In a decision, `Quyết định này` is the decision itself.
        if (own and (own == kind or own.startswith(f"{kind} "))) or here < 0 or not sentences[here].covers(span):
            continue
        if any(reference.span.overlaps(span) for reference in named[starts[here]]):
            continue
        meant = _pointed_at(text, kind, span, [named[start] for start in starts[max(0, here - _REACH) : here + 1]])
        if meant:
            yield _short(meant, span, sentences[here], text)


def _pointers(text: str) -> Iterator[tuple[str, Span]]:
    """(folded type word, span) of every short form without a number."""
    found = [(fold(match["type"]), Span(*match.span())) for match in _POINTING.finditer(text)]
    found += [(fold(match["type"]), Span(*match.span("type"))) for match in _LONE.finditer(text)]
    yield from sorted(found, key=lambda pointer: pointer[1].start)


def _pointed_at(text: str, kind: str, span: Span, within: Sequence[Sequence[Reference]]) -> Reference | None:
    """The only document of that type in the nearest sentence that names one, its own sentence first."""
    for references in reversed(within):
        before = [
            reference
            for reference in references
            if reference.span.end <= span.start and fold(reference.type or "").startswith(kind)
        ]
        if before:
            meant = {_identity(text, reference) for reference in before}
            return before[-1] if len(meant) == 1 and None not in meant else None
    return None


def _identity(text: str, reference: Reference) -> str | None:
    """What makes two mentions of one text the same document; None where the text does not say which it is."""
    if reference.mention:
        return None if reference.mention.blank else reference.mention.key
    named = reference.subject.of(text) if reference.subject else ""
    return f"{reference.date or ''} {name_words(named)}".strip() or None


def _short(meant: Reference, span: Span, sentence: Span, text: str) -> Reference:
    if meant.mention is None:
        return Reference(span, sentence, None, meant.type, meant.date, meant.issuer, meant.subject)
    mention = replace(meant.mention, span=span, surface=span.of(text), partial=True)
    return Reference(span, sentence, mention, meant.type, meant.date, meant.issuer, None)
