"""What a scan's header leaves in doubt, and what a person has confirmed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.head import NUMBER_LINE
from ingest.models import Confirmed, DocumentHeader, Doubt, KeptText, NumberMention, Reference, Span
from ingest.numbers import find_numbers, parse_number
from ingest.ocr_header import BLANK

_LETTERHEAD = (0, 0, 10_000, 3000)
"""Where on the page number and day stand that were not made out at all."""


def with_unread(header: DocumentHeader, kept: KeptText, doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """The doubts, with what a scanned letterhead must show and nothing was read of."""
    if header.span is None:
        return tuple(doubts)
    page = kept.locate(header.span).page
    if next(one for one in kept.pages if one.number == page).source != "ocr":
        return tuple(doubts)
    doubted = {doubt.field for doubt in doubts}
    unread = [
        Doubt(field, "", 0.0, page, _LETTERHEAD)
        for field in ("number", "date")
        if field not in doubted and getattr(header, field) is None
    ]
    return (*doubts, *unread)


def undoubted(header: DocumentHeader, doubts: Sequence[Doubt]) -> DocumentHeader:
    """The header without what its picture leaves in doubt, and without what else the text may offer in its place."""
    fields = {doubt.field for doubt in doubts}
    if "number" in fields:
        header = replace(header, number=None, key=None, number_span=None, confidence=0.0)
    return replace(header, date=None) if "date" in fields else header


def with_confirmed(header: DocumentHeader, kept: KeptText, confirmed: Confirmed) -> DocumentHeader:
    """The header with what a person has confirmed, which is without doubt."""
    header = replace(header, date=confirmed.date or header.date)
    parsed = parse_number(confirmed.number) if confirmed.number else None
    if parsed is None:
        return header
    return replace(
        header,
        number=parsed.canonical,
        key=parsed.key,
        confidence=1.0,
        number_span=header.number_span or _blank_in(header, kept),
    )


def _blank_in(header: DocumentHeader, kept: KeptText) -> Span | None:
    """Where the letterhead's number stands or was left out; None where the text has no such line."""
    head = header.span
    if head is None:
        return None
    start = head.start
    for line in head.of(kept.text).split("\n"):
        opening = NUMBER_LINE.search(line)
        if opening is not None or BLANK in line.split("/")[0]:
            for mention in find_numbers(line):
                return Span(start + mention.span.start, start + mention.span.end)
        start += len(line) + 1
    return None


def with_own_number(references: Sequence[Reference], header: DocumentHeader, kept: KeptText) -> tuple[Reference, ...]:
    """The references, the own one with the confirmed number; it is added where the text has none."""
    parsed = parse_number(header.number) if header.number else None
    if parsed is None:
        return tuple(references)
    place = header.number_span or Span(0, len(kept.text.split("\n", 1)[0]))
    mention = NumberMention(
        span=place,
        surface=place.of(kept.text),
        canonical=parsed.canonical,
        key=parsed.key,
        number=parsed.sequence,
        type=parsed.type,
        issuer=parsed.issuer,
        year=parsed.year,
        date=header.date,
    )
    own = Reference(place, place, mention, header.type, header.date, header.issuer, None, own=True)
    others = [one for one in references if not one.own and not one.span.overlaps(place)]
    return tuple(sorted([own, *others], key=lambda one: (one.span.start, one.span.end)))
