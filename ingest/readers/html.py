"""HTML pages, whatever their file is called: the text of the page without its machinery and menus."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import NoTextError
from ingest.models import RawDocument, RawPage
from ingest.readers.html_fonts import repair_page, styled_fonts
from ingest.readers.tables import layout_lines, row_line
from ingest.readers.text import decode
from ingest.reencode import UNICODE

if TYPE_CHECKING:
    from collections.abc import Iterator

_DROPPED = "script, style, noscript, template, nav, aside, iframe, svg, select, button, textarea, head"
_MENUS = frozenset(["ul", "ol", "table", "div", "section", "header", "footer"])
_MENU_DEPTH = 12
"""Levels above a link at which a menu may begin."""
_FEWEST_LINKS = 4
_MENU_SHARE = 0.7
"""Share of linked letters from which a block is a menu."""
_BLOCKS_TEXT = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html legend li main ol p pre section summary table tbody td tfoot th thead "
    "tr ul"
)
_BLOCKS = frozenset(_BLOCKS_TEXT.split())
_CHARSET = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


def read(path: Path) -> RawDocument:
    """The page's blocks, one a line; a table row is one line.

    Raises:
        NoTextError: the page shows no text.
        UnreadableFileError: the encoding cannot be told.
    """
    from selectolax.lexbor import LexborHTMLParser

    text, warnings = _decoded(path.read_bytes())
    tree = LexborHTMLParser(text)
    classes = styled_fonts(tree)
    for node in tree.css(_DROPPED):
        node.decompose()
    _drop_menus(tree)
    root = _main(tree)
    repaired = repair_page(root, classes) if root is not None else None
    lines = [line for line in _lines(root) if line] if root is not None else []
    if not lines:
        raise NoTextError("Trang HTML không có chữ nào. Vui lòng lưu lại trang ở dạng đầy đủ hoặc PDF.")
    pages = (RawPage(1, "\n".join(lines)),)
    if repaired is None or repaired.encoding == UNICODE:
        return RawDocument(pages, wrapped=False, warnings=warnings)
    return RawDocument(pages, wrapped=False, encoding=repaired.encoding, warnings=repaired.warnings)


def page_lines(text: str) -> list[str]:
    """The blocks of a page that stands inside something else, one a line."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    for node in tree.css(_DROPPED):
        node.decompose()
    return [line for line in _lines(tree.body) if line] if tree.body is not None else []


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    declared = _CHARSET.search(content[:4096])
    if declared:
        try:
            return content.decode(declared[1].decode("ascii")), ()
        except (LookupError, UnicodeError):
            pass
    return decode(content)


def _drop_menus(tree: Any) -> None:
    """Takes out the blocks that are little but links: menus and lists of other documents."""
    linked: Counter[int] = Counter()
    links: Counter[int] = Counter()
    blocks: dict[int, Any] = {}
    for link in tree.css("a"):
        count, node = _letters(link), link.parent
        for _ in range(_MENU_DEPTH):
            if node is None or node.tag in ("body", "html"):
                break
            if node.tag in _MENUS:
                blocks[node.mem_id] = node
                linked[node.mem_id] += count
                links[node.mem_id] += 1
            node = node.parent
    menus = [node for key, node in blocks.items() if links[key] >= _FEWEST_LINKS and linked[key]]
    for node in [node for node in menus if linked[node.mem_id] >= _MENU_SHARE * _letters(node)]:
        node.decompose()


def _letters(node: Any) -> int:
    return sum(map(str.isalnum, node.text()))


def _main(tree: Any) -> Any:
    """The part that holds the document where the page says so, else the whole body."""
    for selector in ("article", "main", "[role=main]"):
        found = tree.css(selector)
        if len(found) == 1 and len(found[0].text()) > 0.3 * len(tree.body.text()):
            return found[0]
    return tree.body


def _lines(root: Any) -> Iterator[str]:
    """Blocks in reading order. Walks with its own stack, as saved pages nest deeper than Python recurses; None on
    it is the edge of a block."""
    run: list[str] = []
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if node is None:
            yield _squeezed(run)
            run.clear()
        elif node.tag == "-text":
            run.append(node.text_content or "")
        elif node.tag == "br":
            yield _squeezed(run)
            run.clear()
        elif node.tag == "table" and _is_grid(node):
            yield _squeezed(run)
            run.clear()
            yield from _table(node)
        elif node.tag and not node.tag.startswith("-") and node.tag != "!doctype":
            block = node.tag in _BLOCKS
            children = list(node.iter(include_text=True))
            if block:
                stack.append(None)
            stack.extend(reversed(children))
            if block:
                stack.append(None)
    yield _squeezed(run)


def _squeezed(run: list[str]) -> str:
    return _SPACES.sub(" ", "".join(run)).strip()


def _is_grid(table: Any) -> bool:
    """A table that holds no other table: pages laid out by tables are walked through instead."""
    return table.css_first("table table") is None and len(table.css("table")) <= 1


def _table(table: Any) -> list[str]:
    rows = [[_cell(cell) for cell in row.css("td, th")] for row in table.css("tr")]
    return layout_lines(rows) or [line for line in (row_line(row) for row in rows) if line]


def _cell(cell: Any) -> list[str]:
    return [line for line in _lines(cell) if line]
