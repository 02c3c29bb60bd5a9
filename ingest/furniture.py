"""What is printed on every page and belongs to none: running heads, page numbers, stamps of digital signatures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_EDGE = 3
"""Lines at the top and at the bottom of a page that may be furniture."""
_FEWEST_PAGES = 3
_PAGE_NUMBER = re.compile(
    r"(?:[-–—|]\s*)?(?:trang|page)?\s*(\d{1,4})(?:\s*(?:/|of|trên)\s*\d{1,4})?(?:\s*[-–—|])?\.?", re.IGNORECASE
)
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
    found: list[set[int]] = []
    for position, lines in enumerate(pages):
        edges = _edge_indices(len(lines))
        dropped = {index for index in edges if _template(lines[index]) in repeated or _GAZETTE.fullmatch(lines[index])}
        if len(pages) > 1:
            dropped |= _page_number(lines, dropped, first + position)
        found.append(dropped | _stamp(lines))
    return found


def _edge_indices(count: int) -> list[int]:
    return [index for index in range(count) if index < _EDGE or index >= count - _EDGE]


def _template(line: str) -> str:
    return re.sub(r"\d+", "#", line)


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """Lines at the edges, their numbers aside, that stand on most of the pages (left and right heads take turns)."""
    counts = Counter(
        template for lines in pages for template in {_template(lines[index]) for index in _edge_indices(len(lines))}
    )
    least = max(_FEWEST_PAGES, 0.4 * len(pages))
    return {
        template
        for template, count in counts.items()
        if count >= least and sum(map(str.isalpha, template)) >= 3 and not template.endswith((";", ".", ":"))
    }


def _page_number(lines: Sequence[str], dropped: set[int], number: int) -> set[int]:
    """The line at an edge that holds nothing but this page's number, or a number where none fits better."""
    kept = [index for index in range(len(lines)) if index not in dropped]
    edges = [index for index in dict.fromkeys((*kept[:1], *kept[-1:])) if _PAGE_NUMBER.fullmatch(lines[index])]
    exact = [index for index in edges if _shown(lines[index]) == number]
    return set(exact[:1] or edges[:1])


def _shown(line: str) -> int:
    match = _PAGE_NUMBER.fullmatch(line)
    return int(match[1]) if match else -1


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
