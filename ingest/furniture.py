"""What is printed on every page and belongs to none: running heads, page numbers, stamps of digital signatures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, product, zip_longest

from ingest.head import MOTTO

_EDGE = 3
"""Lines at the top and at the bottom of a page that may be furniture."""
_FEWEST_PAGES = 3
_HEAD_LINES = 8
"""In which a letterhead shows the motto."""
_NUMBER = re.compile(r"\d{1,9}")
_MOST_NUMBERS = 6
"""In a running head; each doubles the ways to read it."""
_PAGE_NUMBER = re.compile(
    r"(?:[-–—|]\s*)?(?:trang|page)?\s*(\d{1,4})(?:\s*(?:/|of|trên)\s*(\d{1,4}))?(?:\s*[-–—|])?\.?", re.IGNORECASE
)
_FIRST_YEAR = 1900
"""No document has so many pages that the total reads like a year."""
_GAZETTE = re.compile(r"(?:\d+\s+)?CÔNG BÁO\s*/\s*Số .{1,40}?Ngày\s+[\d-]+(?:\s+\d+)?", re.IGNORECASE)
_STAMP = re.compile(r"(?:Người ký|Ký bởi|Signed by)\s*:", re.IGNORECASE)
_STAMP_REST = re.compile(
    r"(?:Email|Cơ quan|Chức vụ|Đơn vị|Tổ chức|Thời gian ký|Ngày ký|Giờ ký|Date|Time)\s*:"
    r"|.*\d\d:\d\d:\d\d\s*(?:[+-]\d\d:\d\d)?$",
    re.IGNORECASE,
)


def find_furniture(pages: Sequence[Sequence[str]], first: int = 1) -> list[set[int]]:
    """For each page the indices of the lines that are furniture.

    Args:
        pages: the cleaned, non-empty lines of each page.
        first: number of the first page.
    """
    repeated = _repeated(pages)
    numbering = _numbering(pages, first)
    found: list[set[int]] = []
    for position, lines in enumerate(pages):
        edges = _edge_indices(len(lines))
        dropped = {
            index
            for index in edges
            if not repeated.isdisjoint(_templates(lines[index], position)) or _GAZETTE.fullmatch(lines[index])
        }
        # Letters bound into one file begin alike: a letterhead is of its document, not of the file.
        dropped -= _letterhead(lines)
        if len(pages) > 1:
            dropped |= _page_number(lines, dropped, position, numbering)
        found.append(dropped | _stamp(lines))
    return found


def _letterhead(lines: Sequence[str]) -> set[int]:
    """The lines at the top of a page up to the national motto and the one below it."""
    motto = next((index for index, line in enumerate(lines[:_HEAD_LINES]) if MOTTO.search(line)), None)
    return set() if motto is None else set(range(motto + 2))


def _edge_indices(count: int) -> list[int]:
    return [index for index in range(count) if index < _EDGE or index >= count - _EDGE]


def _templates(line: str, position: int) -> set[str]:
    """A line with some of its numbers told by how far they lie from the page's place: what counts on from page to page
    is alike in one of these. Any other number stays: two rows of a table that differ in it are two rows."""
    words, numbers = _NUMBER.split(line), _NUMBER.findall(line)
    if len(numbers) > _MOST_NUMBERS:
        return {line}
    choices = ((number, f"<{int(number) - position}>") for number in numbers)
    return {"".join(chain(*zip_longest(words, chosen, fillvalue=""))) for chosen in product(*choices)}


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """Templates of the lines at the edges that stand on most of the pages (left and right heads take turns)."""
    counts = Counter(
        template
        for position, lines in enumerate(pages)
        for template in {
            template for index in _edge_indices(len(lines)) for template in _templates(lines[index], position)
        }
    )
    least = max(_FEWEST_PAGES, 0.4 * len(pages))
    return {
        template
        for template, count in counts.items()
        if count >= least and sum(map(str.isalpha, template)) >= 3 and not template.endswith((";", ".", ":"))
    }


@dataclass(frozen=True, slots=True)
class _Numbering:
    """What page numbers look like here, told by several pages.

    Alone, "2018" or "4/2018" at an edge is the rest of a date that the page's end cut.
    """

    first: int
    """Number of the first page by its place in the file."""
    offsets: set[int]
    """What is printed as the first page's number, by any run of pages that count on."""
    totals: set[int]
    """What is printed as the number of the last page ("3/12")."""

    def fits(self, line: str, position: int) -> bool:
        """Whether a line is the number of the page at `position`."""
        match = _PAGE_NUMBER.fullmatch(line)
        if match is None or (match[2] and int(match[2]) not in self.totals):
            return False
        return int(match[1]) - position in self.offsets

    def is_exact(self, line: str, position: int) -> bool:
        """Whether that number is the page's place in the file."""
        match = _PAGE_NUMBER.fullmatch(line)
        return match is not None and int(match[1]) - position == self.first


def _numbering(pages: Sequence[Sequence[str]], first: int) -> _Numbering:
    offsets: Counter[int] = Counter()
    totals: Counter[int] = Counter()
    for position, lines in enumerate(pages):
        edges = (_PAGE_NUMBER.fullmatch(lines[index]) for index in _edge_indices(len(lines)))
        shown = [match for match in edges if match]
        offsets.update({int(match[1]) - position for match in shown})
        totals.update({int(match[2]) for match in shown if match[2] and int(match[2]) < _FIRST_YEAR})
    return _Numbering(
        first,
        {first} | {offset for offset, count in offsets.items() if count > 1},
        {len(pages)} | {total for total, count in totals.items() if count > 1},
    )


def _page_number(lines: Sequence[str], dropped: set[int], position: int, numbering: _Numbering) -> set[int]:
    """The line at an edge that holds nothing but the page's number."""
    kept = [index for index in range(len(lines)) if index not in dropped]
    edges = [index for index in dict.fromkeys((*kept[:1], *kept[-1:])) if numbering.fits(lines[index], position)]
    exact = [index for index in edges if numbering.is_exact(lines[index], position)]
    return set(exact[:1] or edges[:1])


def _stamp(lines: Sequence[str]) -> set[int]:
    """The lines that a digital signature prints over the page."""
    found: set[int] = set()
    for start, line in enumerate(lines):
        if _STAMP.match(line):
            end = start + 1
            while end < len(lines) and end - start <= 4 and _STAMP_REST.match(lines[end]):
                end += 1
            # Without its other lines it may be an ordinary line of a form.
            if end - start > 1:
                found.update(range(start, end))
    return found
