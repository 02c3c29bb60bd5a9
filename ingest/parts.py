"""Several documents in one file: an issue of the gazette, a report with the decision that it is sent with.

A document begins at its letterhead. Forms and models, too, print the national motto, but leave number or day blank:
only a letterhead with a whole number and a whole date begins a document of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ingest.folding import fold_words
from ingest.head import BEFORE_MOTTO, MOTTO, NUMBER_LINE
from ingest.header import read_header
from ingest.models import KeptText, Page, Span

_SURE = 0.8
"""Confidence that a number is a letterhead's own, from which it begins a document."""
_HEAD = 2_000
"""Characters in which a letterhead names its number and day."""
_FEWEST_CHARACTERS = 400
"""Of a document: what is shorter belongs to what stands before it."""
_FORM = re.compile(r"(?<!\w)(?:mau so|mau|bieu mau|phu luc|mau van ban|vi du)(?!\w)")
_ADOPTED = re.compile(r"/(?:UBTV)?QH\d")
"""Acts of the National Assembly give their day at the end."""
_LONGEST_ISSUER = 70
"""Characters of a line that names who issues: it stands over the motto."""


def find_parts(kept: KeptText) -> list[KeptText]:
    """The documents that a file holds, in their order, pages numbered as in the file; what stands before the first
    letterhead (a table of contents) belongs to the first. One part, the text itself, for nearly every file."""
    starts = list(_starts(kept))
    if starts and MOTTO.search(kept.text, 0, starts[0]) is None:
        # The first letterhead is the file's own, whatever the drawing put before it; so is a table of contents.
        del starts[0]
    if not starts:
        return [kept]
    borders = [0, *starts, len(kept.text)]
    return [_cut(kept, Span(start, end)) for start, end in pairwise(borders)]


def _starts(kept: KeptText) -> Iterator[int]:
    """Where further documents begin."""
    before = 0
    heads = [_over_the_motto(kept, match.start()) for match in MOTTO.finditer(kept.text)]
    for start, following in pairwise([*heads, len(kept.text)]):
        if start - before < _FEWEST_CHARACTERS or _FORM.search(fold_words(kept.text[max(0, start - 120) : start])):
            continue
        header = read_header(_cut(kept, Span(start, min(following, start + _HEAD))))
        if header.number and header.confidence >= _SURE and (header.date or _ADOPTED.search(header.number)):
            before = start
            yield start


def _over_the_motto(kept: KeptText, motto: int) -> int:
    """The first line of the letterhead: the issuer's name and the number may stand over the motto, on its page."""
    text = kept.text
    start = text.rfind("\n", 0, motto) + 1
    top = max((page.span.start for page in kept.pages if page.span.start <= motto), default=0)
    for _ in range(BEFORE_MOTTO):
        if start <= top:
            break
        above = text.rfind("\n", 0, max(start - 1, 0)) + 1
        line = text[above : start - 1].strip() if start else ""
        capitals = line == line.upper() and any(map(str.isalpha, line)) and not line.endswith((".", ";", ":"))
        if len(line) > _LONGEST_ISSUER or not (capitals or NUMBER_LINE.match(line)):
            break
        start = above
    return start


def _cut(kept: KeptText, span: Span) -> KeptText:
    """A stretch of the text with the pages, and parts of pages, that it stands on."""
    pages = tuple(
        Page(
            page.number,
            Span(max(page.span.start, span.start) - span.start, min(page.span.end, span.end) - span.start),
            page.source,
        )
        for page in kept.pages
        if page.span.start < span.end and page.span.end > span.start
    )
    return KeptText(span.of(kept.text), pages)
