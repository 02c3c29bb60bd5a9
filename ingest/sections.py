"""The tree of headings: Phụ lục, Phần, Chương, Mục, Điều, khoản, điểm, I., 1., a."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.models import Section, Span

_ROMAN = r"[IVXLC]{1,7}"
_PATTERNS = (
    (
        "annex",
        r"(?:PHỤ LỤC|Phụ lục)(?:\s+(?:SỐ|số)?\s*(?P<mark>\d{1,3}[a-zA-Z]?|[IVXLC]{1,6}[A-Z]?"
        r"|[A-Z])(?!\w))?\s*(?:[.:–-]\s*|$)",
    ),
    ("part", r"(?:PHẦN|Phần)\s+(?P<mark>(?:thứ|THỨ)\s+\w+|[IVXLC]{1,6}|\d{1,2}|[A-Z])(?!\w)\s*[.:–-]?\s*"),
    ("chapter", rf"(?:CHƯƠNG|Chương)\s+(?P<mark>{_ROMAN}|\d{{1,3}})(?!\w)\s*[.:–-]?\s*"),
    ("division", rf"(?:MỤC|Mục)\s+(?P<mark>\d{{1,2}}|{_ROMAN}|[A-Z])(?!\w)\s*[.:–-]?\s*"),
    ("subdivision", r"(?:TIỂU MỤC|Tiểu mục)\s+(?P<mark>\d{1,2})(?!\w)\s*[.:–-]?\s*"),
    ("article", r"(?:ĐIỀU|Điều)\s+(?P<mark>\d{1,3}[a-zđ]?)\s*[.:]\s*"),
    ("capital", r"(?P<mark>[A-HĐ])\s?[.)/-]\s+(?=\S)"),
    ("roman", rf"(?!V\s?/\s?v(?!\w))(?P<mark>{_ROMAN})\s?[./)-]\s*(?=\S)(?!(?<=/)\d)"),
    ("decimal", r"(?P<mark>\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?=\S)"),
    ("digit", r"(?P<mark>\d{1,3})\s?[.)/]\s*(?=[^\d\s])"),
    ("letter", r"(?P<mark>[a-zđ])\s?[.)]\s+(?=\S)"),
)
_MARKS = tuple((kind, re.compile(rf"{pattern}(?P<title>.*)$")) for kind, pattern in _PATTERNS)
_LEVELS = {kind: level for level, (kind, _) in enumerate(_PATTERNS, 1)} | {
    "article": 8.5,
    "decimal": 10.5,
    "letter": 11,
}
"""An article holds khoản ("1.") and điểm ("a)"); a part of a report holds "I.", which holds "1.", "1.1", "a)"."""
_NAMES = {
    "annex": "Phụ lục",
    "part": "Phần",
    "chapter": "Chương",
    "division": "Mục",
    "subdivision": "Tiểu mục",
    "article": "Điều",
}
_ATTACHED = re.compile(
    r"(?:QUY CHẾ|QUY ĐỊNH|ĐIỀU LỆ|KẾ HOẠCH|CHƯƠNG TRÌNH|DANH MỤC|PHƯƠNG ÁN|ĐỀ ÁN|QUY TRÌNH|NỘI QUY|QUY CHUẨN"
    r"|HƯỚNG DẪN|BẢNG GIÁ)$"
)
_ATTACHED_NOTE = re.compile(r"\(?\s*(?:Ban hành k|K)èm theo", re.IGNORECASE)
_LETTERS = "abcdđefghijklmnopqrstuvwxyz"
_LONGEST_TITLE = 200
"""Characters of a line that is still a heading; a longer one is text behind a mark."""
_FARTHEST = 3
"""How far a number may jump ahead of the one before it: readers lose lines."""
_SIGNING = re.compile(r"(?:TM|KT|TL|TUQ|Q)\.|(?:PHÓ )?(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG)|CỘNG H(?:ÒA|OÀ)|NƠI NHẬN")


@dataclass(slots=True)
class _Heading:
    kind: str
    mark: str
    title: str
    span: Span
    level: float
    name: str = ""


def find_sections(text: str) -> tuple[Section, ...]:
    """The sections of `text` in order of their start, each with all that stands under it.

    Labels are paths as an official cites them: articles by their own name with khoản and điểm behind
    ("Điều 2.1.a"), numbered headings joined by full stops ("II.4.c"), what stands in an annex behind its name
    ("Phụ lục 3 > II") unless the annex is the whole document. A member of a list that is running text has an
    empty title, and its mark alone is its heading.
    """
    lines = list(_lines(text))
    headings = list(_headings(lines)) or list(_unmarked(lines))
    whole = bool(headings) and headings[0].kind == "annex" and _is_whole(headings, text)
    sections: list[Section] = []
    outer: list[_Heading] = []
    ends = _ends(headings, text)
    for heading, end in zip(headings, ends, strict=True):
        while outer and outer[-1].level >= heading.level:
            outer.pop()
        outer.append(heading)
        path = outer[1:] if whole and len(outer) > 1 else outer
        sections.append(Section(_label(path), heading.title, len(outer), heading.span, Span(heading.span.start, end)))
    return tuple(sections)


def _ends(headings: Sequence[_Heading], text: str) -> list[int]:
    """Where each section ends: before the next heading of its level or above."""
    ends = [len(text.rstrip("\n"))] * len(headings)
    waiting: list[int] = []
    for index, heading in enumerate(headings):
        while waiting and headings[waiting[-1]].level >= heading.level:
            ends[waiting.pop()] = heading.span.start - 1
        waiting.append(index)
    return ends


def _is_whole(headings: Sequence[_Heading], text: str) -> bool:
    """Whether the annex opens the document and no other follows."""
    return not text[: headings[0].span.start].strip() and sum(heading.kind == "annex" for heading in headings) == 1


def _label(path: Sequence[_Heading]) -> str:
    """Outer names, `>` between them; the innermost run of numbers joined by full stops."""
    annex = path[0] if path[0].kind == "annex" else None
    article = next((index for index, heading in enumerate(path) if heading.kind == "article"), None)
    if article is not None:
        label = ".".join([_name(path[article]), *_steps(path[article + 1 :])])
    else:
        named = [_name(heading) for heading in path if heading.kind in _NAMES and heading is not annex]
        numbers = ".".join(_steps([heading for heading in path if heading.kind not in _NAMES]))
        label = " > ".join([*named, numbers] if numbers else named)
    if annex is None:
        return label
    return f"{_name(annex)} > {label}" if label else _name(annex)


def _steps(path: Sequence[_Heading]) -> list[str]:
    """`II`, `4`, `c`; a decimal mark holds those above it already: `II`, `1`, `1.2` → `II`, `1.2`."""
    steps: list[str] = []
    for heading in path:
        if heading.kind == "decimal" and steps and heading.mark.startswith(f"{steps[-1]}."):
            steps[-1] = heading.mark
        else:
            steps.append(heading.mark)
    return steps


def _name(heading: _Heading) -> str:
    return f"{heading.name or _NAMES[heading.kind]} {heading.mark}".strip()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield start, line
        start += len(line) + 1


def _headings(lines: list[tuple[int, str]]) -> Iterator[_Heading]:
    """Every marked heading; headings of an act that is quoted are not ours."""
    quoted = False
    outer: list[_Heading] = []
    last: dict[str, str] = {}
    for index, (start, line) in enumerate(lines):
        in_quote, quoted = quoted, _still_quoted(line, quoted)
        if in_quote or " | " in line:
            continue
        heading = _attached(lines, index) or _marked(lines, index, start, line)
        if heading is None or not _is_heading(heading, line, outer, last):
            continue
        while outer and outer[-1].level >= heading.level:
            outer.pop()
        if heading.kind in _NAMES:
            last.clear()
        last[heading.kind] = heading.mark
        outer.append(heading)
        yield heading


def _still_quoted(line: str, quoted: bool) -> bool:
    opened, closed = line.count("“"), line.count("”")
    return closed <= opened if quoted else opened > closed


def _marked(lines: list[tuple[int, str]], index: int, start: int, line: str) -> _Heading | None:
    found = _match(line)
    if found is None:
        return None
    kind, match = found
    title, end = match["title"].strip().rstrip(" :."), start + len(line)
    mark = re.sub(r"\s+", " ", match["mark"] or "")
    if kind in _NAMES and not title:
        title, end = _title_below(lines, index, end)
    elif kind not in ("annex", "part", "chapter") and _is_running(match["title"].strip()):
        title, end = "", start + len(line[: match.start("title")].rstrip())
    return _Heading(kind, mark, title, Span(start, end), _LEVELS[kind])


def _match(line: str) -> tuple[str, re.Match[str]] | None:
    for kind, pattern in _MARKS:
        match = pattern.match(line)
        if match is not None:
            return kind, match
    return None


def _attached(lines: list[tuple[int, str]], index: int) -> _Heading | None:
    """The title of a text issued with a decision: "QUY CHẾ" with "(Ban hành kèm theo …)" below."""
    start, line = lines[index]
    if not index or not _ATTACHED.match(line):
        return None
    below = lines[index + 1 : index + 6]
    if not any(_ATTACHED_NOTE.match(other) for _, other in below):
        return None
    title, end = _title_below(lines, index, start + len(line))
    return _Heading("annex", "", title, Span(start, end), _LEVELS["annex"], line.capitalize())


def _title_below(lines: list[tuple[int, str]], index: int, end: int) -> tuple[str, int]:
    """The lines in capitals below "Chương I", or the one line below "PHỤ LỤC 3"."""
    parts: list[str] = []
    for start, line in lines[index + 1 : index + 4]:
        if _match(line) is not None or line.startswith("(") or len(line) > 2 * _LONGEST_TITLE:
            break
        if parts and not (line.isupper() and parts[-1].isupper()):
            break
        parts.append(line)
        end = start + len(line)
    return " ".join(parts), end


def _is_running(title: str) -> bool:
    """Running text behind a mark, and no heading."""
    if len(title) > _LONGEST_TITLE or title.endswith((";", ",")):
        return True
    return bool(re.search(r"[.!?]$|/\.$|[.;:]\s+[^\W\d_]", title)) and len(title) > 40


def _is_heading(heading: _Heading, line: str, outer: Sequence[_Heading], last: dict[str, str]) -> bool:
    """Whether a mark at the head of a line is one: names are when little follows, numbers when they count on."""
    if heading.kind == "article" or heading.name:
        return True
    if heading.kind in _NAMES:
        return len(line) <= _LONGEST_TITLE and not line.endswith((";", ",")) and not heading.title[:1].islower()
    in_article = any(other.kind == "article" for other in outer)
    if in_article and heading.kind in ("roman", "capital"):
        return False
    if heading.kind in ("digit", "letter"):
        return _counts_on(heading, last) or (bool(heading.title) and heading.title[0].isupper() and not in_article)
    return heading.kind == "decimal" or bool(heading.title) or _is_next_roman(heading)


def _is_next_roman(heading: _Heading) -> bool:
    return heading.kind == "roman" and len(heading.mark) <= 5


def _counts_on(heading: _Heading, last: dict[str, str]) -> bool:
    """Whether the number begins a list or follows the one before, which may stand under the heading before."""
    before = last.get(heading.kind)
    if heading.kind == "letter":
        step = _LETTERS.index(heading.mark) - (_LETTERS.index(before) if before else -1)
        return heading.mark == "a" or 0 < step <= _FARTHEST
    step = int(heading.mark) - int(before or 0)
    return heading.mark.lstrip("0") == "1" or 0 < step <= _FARTHEST


def _unmarked(lines: list[tuple[int, str]]) -> Iterator[_Heading]:
    """Headings of a text without marks: short lines in capitals with running text below."""
    for (start, line), (_, below) in pairwise(lines):
        letters = sum(map(str.isalpha, line))
        if line.isupper() and letters >= 6 and len(line) <= _LONGEST_TITLE // 2 and not below.isupper() and start:
            if _SIGNING.match(line) or " | " in line:
                continue
            title = line.rstrip(" :.")
            yield _Heading("unmarked", title.capitalize(), title, Span(start, start + len(line)), 1)
