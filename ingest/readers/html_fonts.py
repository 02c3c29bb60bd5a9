"""Fonts of a web page's text, and with their help its old encodings put into Unicode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.reencode import Repaired, Run, font_encoding, is_suspect, repair

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_FAMILY = re.compile(
    r"font(?:-family)?\s*:[^;]*?[\"']?\s*(\.?vn[\w -]*|[a-z][\w -]*)[\"']?\s*(?:[,;]|$)", re.IGNORECASE
)
_CLASS = re.compile(r"\.([\w-]+)\s*$")
_INLINE_TEXT = "a abbr b big cite code del em font i ins label mark o:p q s small span strike strong sub sup tt u var"
_INLINE = frozenset(_INLINE_TEXT.split())


def styled_fonts(tree: Any) -> dict[str, str]:
    """Class → the font that the page's style sheets give it; to be asked before they are taken out."""
    found: dict[str, str] = {}
    for sheet in tree.css("style"):
        for selectors, declarations in _RULE.findall(sheet.text()):
            family = _FAMILY.search(declarations)
            for selector in selectors.split(",") if family else ():
                named = _CLASS.search(selector)
                if named and family:
                    found.setdefault(named[1], family[1].strip())
    return found


def repair_page(root: Any, classes: dict[str, str]) -> Repaired:
    """Puts the text below `root` into Unicode, in place; what was found comes back.

    Args:
        root: a node of a selectolax tree.
        classes: as `styled_fonts` told.
    """
    blocks = list(_blocks(root, classes))
    if not any(is_suspect(run.text) or font_encoding(run.font) for block in blocks for _, run in block):
        return Repaired(())
    found = repair([[run for _, run in block] for block in blocks])
    for block, texts in zip(blocks, found.blocks, strict=True):
        for (node, run), text in zip(block, texts, strict=True):
            if text != run.text:
                node.replace_with(text)
    return found


def _blocks(root: Any, classes: dict[str, str]) -> Iterator[list[tuple[Any, Run]]]:
    """The text nodes of each block; walks with its own stack, as saved pages nest deeper than Python recurses."""
    block: list[tuple[Any, Run]] = []
    stack: list[tuple[Any, str | None]] = [(root, None)]
    while stack:
        node, font = stack.pop()
        if node is None or node.tag == "br":
            if block:
                yield block
            block = []
        elif node.tag == "-text":
            block.append((node, Run(node.text_content or "", font)))
        elif node.tag and not node.tag.startswith("-"):
            font = _font(node, classes) or font
            edges = [] if node.tag in _INLINE else [(None, None)]
            stack.extend((*edges, *reversed([(child, font) for child in node.iter(include_text=True)]), *edges))
    if block:
        yield block


def _font(node: Any, classes: dict[str, str]) -> str | None:
    attributes = node.attributes
    family = _FAMILY.search(attributes.get("style") or "")
    if family:
        return family[1].strip()
    face = (attributes.get("face") or "").split(",")[0].strip(" \"'")
    if face:
        return face
    named = (attributes.get("class") or "").split()
    return next((classes[name] for name in named if name in classes), None)
