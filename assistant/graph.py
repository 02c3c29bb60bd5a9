"""The relation graph around a number, as Graphviz DOT, Mermaid or SVG.

The picture is laid out here and not by a library: what stands around one number is columns of boxes to its left and
right, Graphviz's `dot` is a system program, and the layouts of Python libraries know nothing of a box's width.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape as escape_xml

from assistant.errors import AssistantError
from assistant.models import Language, Record, RelationEntry
from prompts import label, say
from vectorstore.records import as_seen_from_source

ENDINGS = (".dot", ".gv", ".mmd", ".md", ".svg")
MOST_NODES = 40
"""Beyond this a picture cannot be read; the nearest documents are kept, and the rest is counted."""

_NAMED = re.compile(r"(?P<type>.*?)\s*số (?P<number>\S+)(?: ngày (?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4}))?$")


class GraphFormatError(AssistantError):
    """The file's ending names no format of graphs."""


@dataclass(frozen=True, slots=True)
class Node:
    """A document in the graph."""

    id: str
    number: str | None
    type: str | None
    date: date | None
    title: str
    """What stands for the number where there is none."""
    asked: str | None
    """What, typed back, finds this document; None for one without a number."""
    column: int = 0
    """Steps from the middle: negative for documents that act on it, positive for those it acts on."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What its box shows: type, number, date; for a document without a number the beginning of its name."""
        if not self.number:
            return tuple(_wrapped(self.title, 26, 3))
        return tuple(filter(None, (self.type, self.number, f"{self.date:%d/%m/%Y}" if self.date else None)))


@dataclass(frozen=True, slots=True)
class Edge:
    """A relation as the acting document states it: `source` replaces, carries out, approves … `target`."""

    source: str
    target: str
    relation: str


@dataclass(slots=True)
class Graph:
    """Documents and relations around the first node."""

    most: int = MOST_NODES
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(source, target) → relations, in the order of the record."""
    left_out: int = 0
    """Documents beyond `most`."""

    @property
    def centre(self) -> Node:
        """The document that was asked for."""
        return next(iter(self.nodes.values()))

    def add(self, edge: Edge) -> None:
        """Add a relation once."""
        known = self.edges.setdefault((edge.source, edge.target), [])
        if edge.relation not in known:
            known.append(edge.relation)


def relation_graph(record: Record, find: Callable[[str], Record | None] | None = None, most: int = MOST_NODES) -> Graph:
    """The graph around a record.

    Args:
        record: the middle.
        most: documents that are shown; the rest is counted.
        find: resolves a number with its date to a record; where it is given, the relations of the related
            documents among each other and to documents one step further are shown too.
    """
    graph = Graph(most)
    centre = _node(record)
    graph.nodes[centre.id] = centre
    near: list[tuple[Node, Record]] = []
    for entry in record.relations:
        found = find(entry.name or entry.number) if find and entry.number else None
        node = _join(graph, centre, entry, found)
        if node and found:
            near.append((node, found))
    for node, found in near:
        for entry in found.relations:
            _join(graph, node, entry, None)
    return graph


def _join(graph: Graph, here: Node, entry: RelationEntry, found: Record | None) -> Node | None:
    """Add the other end of a relation and the edge to it; the node where it is new."""
    out = entry.direction == "out"
    other = _node(found) if found else _named(entry)
    known = _known(graph, other)
    if known is None:
        if len(graph.nodes) >= graph.most:
            graph.left_out += 1
            return None
        side = (1 if here.column > 0 else -1) if here.column else (1 if out else -1)
        other = replace(other, column=here.column + side)
        graph.nodes[other.id] = other
    end = known or other
    if end.id == here.id:
        return None
    source, target = (here, end) if out else (end, here)
    graph.add(Edge(source.id, target.id, entry.relation if out else as_seen_from_source(entry.relation)))
    return None if known else other


def _known(graph: Graph, node: Node) -> Node | None:
    """The node that is this document; a mention without a date is the only one of its number and type."""
    if node.id in graph.nodes:
        return graph.nodes[node.id]
    if node.number and not node.date:
        same = [other for other in graph.nodes.values() if (other.number, other.type) == (node.number, node.type)]
        return same[0] if len(same) == 1 else None
    return None


def _node(record: Record) -> Node:
    number, day = record.number, record.date
    asked = f"{number} ngày {day:%d/%m/%Y}" if number and day else number
    identity = f"{number}|{record.type or ''}|{day or ''}" if number else record.title or ""
    return Node(identity, number, record.type, day, record.title or "", asked)


def _named(entry: RelationEntry) -> Node:
    parts = _NAMED.match(entry.name or "") if entry.number else None
    if not parts:
        name = entry.name or entry.number or ""
        return Node(name, entry.number, None, None, name, entry.name if entry.number else None)
    day = date(int(parts["year"]), int(parts["month"]), int(parts["day"])) if parts["year"] else None
    kind = parts["type"] or None
    return Node(f"{entry.number}|{kind or ''}|{day or ''}", entry.number, kind, day, "", entry.name)


def write_graph(path: Path, graph: Graph, language: Language = "vi") -> None:
    """Write a graph in the format that the file's ending names.

    Raises:
        GraphFormatError: the ending is none of `ENDINGS`.
        OSError: the file cannot be written.
    """
    path.write_text(_in_format(path, graph, language), encoding="utf-8")


def check_ending(path: Path) -> None:
    """Refuse a file whose ending names no format.

    Raises:
        GraphFormatError: the ending is none of `ENDINGS`.
    """
    if path.suffix.lower() not in ENDINGS:
        raise GraphFormatError(
            f"Không rõ định dạng sơ đồ của {path.name}: đuôi tệp phải là {', '.join(ENDINGS)} "
            "(Graphviz, Mermaid hoặc hình SVG)."
        )


def _in_format(path: Path, graph: Graph, language: Language) -> str:
    check_ending(path)
    ending = path.suffix.lower()
    if ending == ".svg":
        return as_svg(graph, language)
    if ending in (".dot", ".gv"):
        return as_dot(graph, language)
    mermaid = as_mermaid(graph, language)
    return f"```mermaid\n{mermaid}```\n" if ending == ".md" else mermaid


def _labelled(graph: Graph, language: Language) -> Iterator[tuple[str, str, str]]:
    """(source, target, words) of every edge."""
    for (source, target), relations in graph.edges.items():
        yield source, target, "; ".join(label(language, "relation", relation) for relation in relations)


# ------------------------------------------------------------------ Graphviz, Mermaid


def as_dot(graph: Graph, language: Language = "vi") -> str:
    """The graph in Graphviz's language."""
    names = {identity: f"n{at}" for at, identity in enumerate(graph.nodes)}
    lines = [
        f"digraph {_dot_text(graph.centre.number or graph.centre.title)} {{",
        "  rankdir=LR;",
        '  node [shape=box, style=rounded, fontname="sans-serif", fontsize=11];',
        '  edge [fontname="sans-serif", fontsize=9];',
    ]
    for node in graph.nodes.values():
        strong = ", penwidth=2.5" if node.id == graph.centre.id else ""
        shown = _dot_text("\n".join(node.lines))
        lines.append(f"  {names[node.id]} [label={shown}{strong}];")
    lines += [
        f"  {names[source]} -> {names[target]} [label={_dot_text(words)}];"
        for source, target, words in _labelled(graph, language)
    ]
    return "\n".join([*lines, "}", ""])


def _dot_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def as_mermaid(graph: Graph, language: Language = "vi") -> str:
    """The graph as a Mermaid flow chart."""
    names = {identity: f"n{at}" for at, identity in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    lines += [f'  {names[node.id]}["{"<br>".join(map(_mermaid_text, node.lines))}"]' for node in graph.nodes.values()]
    lines += [
        f'  {names[source]} -->|"{_mermaid_text(words)}"| {names[target]}'
        for source, target, words in _labelled(graph, language)
    ]
    lines.append(f"  style {names[graph.centre.id]} stroke-width:3px")
    return "\n".join([*lines, ""])


def _mermaid_text(text: str) -> str:
    """Mermaid takes characters by their number: `#35;` is `#`."""
    return "".join(f"#{ord(sign)};" if sign in '#"<>&`\\{}[]|' else sign for sign in text)


# ------------------------------------------------------------------ the picture

_BOX_WIDTH, _GAP, _LINE, _PAD, _SPACE = 180, 140, 17, 9, 24
_LETTER = 6.1
"""Width of a letter of the labels in pixels, on the wide side."""


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


def as_svg(graph: Graph, language: Language = "vi", *, standalone: bool = True, name: str = "") -> str:
    """The graph as a picture with a title that says it in words.

    Args:
        graph: what to draw.
        language: of the words on the edges.
        standalone: a file of its own, with its XML namespace and a white ground; otherwise a part of a page, in the
            page's colours, whose boxes ask for their document (`data-ask`).
        name: the title; the documents and their relations follow it in the description.
    """
    boxes, width, height = _layout(graph)
    title = name or f"Quan hệ của văn bản {graph.centre.number or graph.centre.title}"
    namespace = 'xmlns="http://www.w3.org/2000/svg" color="#1b2733" ' if standalone else ""
    start = (
        f'<svg {namespace}width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}" '
        'role="img" font-family="sans-serif"'
    )
    parts = [f'{start} aria-label="{_xml(title)}">', f"<title>{_xml(title)}</title>"]
    parts.append(f"<desc>{_xml('; '.join(_sentences(graph, language)))}</desc>")
    if standalone:
        parts.append('<rect width="100%" height="100%" fill="#ffffff"/>')
    parts += [_arrow(graph, boxes, *edge) for edge in _labelled(graph, language)]
    parts += [
        _drawn(node, boxes[node.id], strong=node.id == graph.centre.id, asking=not standalone)
        for node in graph.nodes.values()
    ]
    if graph.left_out:
        more = say(language, "document.others", count=graph.left_out)
        parts.append(f'<text x="{width / 2:.0f}" y="{height - 6:.0f}" {_TEXT}>{_xml(more)}</text>')
    return "".join([*parts, "</svg>"]) + ("\n" if standalone else "")


_BOLD = ' font-weight="700"'
_TEXT = 'text-anchor="middle" font-size="12" fill="currentColor"'


def _sentences(graph: Graph, language: Language) -> Iterator[str]:
    for source, target, words in _labelled(graph, language):
        yield f"{' '.join(graph.nodes[source].lines)} {words} {' '.join(graph.nodes[target].lines)}"


def _layout(graph: Graph) -> tuple[dict[str, _Box], float, float]:
    """Where each box stands, and the size of the whole; columns are centred on one another."""
    columns: dict[int, list[Node]] = {}
    for node in graph.nodes.values():
        columns.setdefault(node.column, []).append(node)
    first = min(columns)
    height = max(_column_height(nodes) for nodes in columns.values()) + 2 * _SPACE
    boxes: dict[str, _Box] = {}
    for column, nodes in columns.items():
        y = (height - _column_height(nodes)) / 2
        for node in nodes:
            boxes[node.id] = _Box(_PAD + (column - first) * (_BOX_WIDTH + _GAP), y, _box_height(node))
            y += _box_height(node) + _SPACE
    width = (max(columns) - first) * (_BOX_WIDTH + _GAP) + _BOX_WIDTH + 2 * _PAD
    if graph.left_out:
        height += _LINE
    # A relation between two boxes of one column bows out into the space beside it.
    bows = any(graph.nodes[a].column == graph.nodes[b].column == max(columns) for a, b in graph.edges)
    return boxes, width + (_GAP if bows else 0), height


def _box_height(node: Node) -> float:
    return len(node.lines) * _LINE + 2 * _PAD


def _column_height(nodes: Iterable[Node]) -> float:
    return sum(_box_height(node) + _SPACE for node in nodes) - _SPACE


def _arrow(graph: Graph, boxes: dict[str, _Box], source: str, target: str, words: str) -> str:
    """The line from one box to another with its words beside the box that lies further out."""
    begin, end = boxes[source], boxes[target]
    step = (end.x > begin.x) - (end.x < begin.x)
    x1 = begin.x + (_BOX_WIDTH if step >= 0 else 0)
    x2 = end.x + (_BOX_WIDTH if step <= 0 else 0)
    y1, y2 = begin.middle, end.middle
    bend = abs(x2 - x1) / 2 if step else _GAP * 0.45
    c1, c2 = x1 + bend * (step or 1), x2 - bend * (step or -1)
    outer = end if abs(graph.nodes[target].column) >= abs(graph.nodes[source].column) else begin
    leftmost = outer.x < (x1 + x2) / 2
    anchor = "start" if leftmost else "end"
    at_x, at_y = (outer.x + _BOX_WIDTH + 12 if leftmost else outer.x - 12), outer.middle
    if not step:
        anchor, at_x, at_y = "middle", x1 + _GAP / 2, (y1 + y2) / 2
    tip = -1 if step > 0 else 1
    head = f"M{x2:.0f} {y2:.0f}l{9 * tip} -4v8z"
    return (
        f'<path d="M{x1:.0f} {y1:.0f}C{c1:.0f} {y1:.0f} {c2:.0f} {y2:.0f} {x2 + 7 * tip:.0f} {y2:.0f}" '
        'fill="none" stroke="currentColor" stroke-opacity="0.55"/>'
        f'<path d="{head}" fill="currentColor" fill-opacity="0.75"/>' + _words(words, at_x, at_y, anchor)
    )


def _words(words: str, x: float, y: float, anchor: str) -> str:
    lines = list(_wrapped(words, int(_GAP / _LETTER) - 2, 3))
    top = y - 6 - (len(lines) - 1) * 13
    spans = "".join(f'<tspan x="{x:.0f}" y="{top + at * 13:.0f}">{_xml(line)}</tspan>' for at, line in enumerate(lines))
    return f'<text text-anchor="{anchor}" font-size="11" font-style="italic" fill="currentColor">{spans}</text>'


def _drawn(node: Node, box: _Box, *, strong: bool, asking: bool) -> str:
    asks = f' data-ask="{_xml(node.asked)}" cursor="pointer"' if asking and node.asked and not strong else ""
    stroke = "2.5" if strong else "1"
    shown = "".join(
        f'<text x="{box.x + _BOX_WIDTH / 2:.0f}" y="{box.y + _PAD + 13 + at * _LINE:.0f}" {_TEXT}'
        f"{_BOLD if line == node.number else ''}>{_xml(line)}</text>"
        for at, line in enumerate(node.lines)
    )
    return (
        f'<g{asks}><rect x="{box.x:.0f}" y="{box.y:.0f}" width="{_BOX_WIDTH}" height="{box.height:.0f}" rx="7" '
        f'fill="currentColor" fill-opacity="0.05" stroke="currentColor" stroke-width="{stroke}"/>{shown}</g>'
    )


def _wrapped(text: str, width: int, most: int) -> Iterator[str]:
    """The text in at most `most` lines of `width` letters, with an ellipsis where it was cut."""
    lines = textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)
    yield from lines[: most - 1]
    if len(lines) == most:
        yield lines[-1]
    elif len(lines) > most:
        yield lines[most - 1][: width - 1].rstrip(" ,;.") + "…"


def _xml(text: str) -> str:
    """Text for XML and for a page whose templates expand `${…}` and `{{…}}`."""
    return escape_xml(text, {'"': "&quot;", "'": "&#39;", "$": "&#36;", "{": "&#123;", "}": "&#125;", "`": "&#96;"})
