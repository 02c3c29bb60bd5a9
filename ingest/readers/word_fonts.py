"""Fonts of a Word file's text, and with their help its old encodings put into Unicode."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ingest.reencode import Repaired, Run, font_encoding, is_suspect, repair

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SOFT_HYPHEN = "\u00ad"
_TEXTS = (W + "t", W + "delText")
_SEPARATORS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}


def repair_word(roots: Iterable[Any], styles: Any, numbering: Any) -> Repaired:
    """Puts the text of the trees into Unicode, in place; what was found comes back.

    Args:
        roots: trees with paragraphs: the body, the footnotes; None among them is passed over.
        styles: root of `styles.xml`, or None.
        numbering: root of `numbering.xml`, or None: the words before numbers ("§iÒu %1.") are text too.
    """
    trees = [root for root in roots if root is not None]
    if not any(_may_be_old(tree) for tree in (*trees, styles, numbering) if tree is not None):
        return Repaired(())
    fonts = _Fonts(styles)
    pieces = [*_paragraphs(trees, fonts), *_marks(numbering, fonts)]
    found = repair([[run for _, run in block] for block in pieces])
    for block, texts in zip(pieces, found.blocks, strict=True):
        for (element, run), text in zip(block, texts, strict=True):
            if element is not None and text != run.text:
                _write(element, text)
    return found


def _may_be_old(tree: Any) -> bool:
    if is_suspect("".join(tree.itertext())):
        return True
    return any(font_encoding(_name(fonts)) for fonts in tree.iter(W + "rFonts"))


def _name(fonts: Any) -> str | None:
    """The font of Western letters above ASCII, which are those that old fonts redraw."""
    name: str | None = fonts.get(W + "hAnsi") or fonts.get(W + "ascii")
    return name.strip() or None if name else None


class _Fonts:
    """Which font a run is set in: its own, else those of its styles (ECMA-376, 17.7.2)."""

    def __init__(self, styles: Any) -> None:
        self._own: dict[str, str | None] = {}
        self._based: dict[str, str] = {}
        self._paragraph = ""
        self._default = None
        if styles is None:
            return
        defaults = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}rFonts")
        self._default = _name(defaults) if defaults is not None else None
        for style in styles.iter(W + "style"):
            key = style.get(W + "styleId") or ""
            fonts, base = style.find(f"{W}rPr/{W}rFonts"), style.find(W + "basedOn")
            self._own[key] = _name(fonts) if fonts is not None else None
            self._based[key] = (base.get(W + "val") or "") if base is not None else ""
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
                self._paragraph = key

    def of_paragraph(self, paragraph: Any) -> str | None:
        """The font of a run that says nothing itself."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        key = style.get(W + "val") if style is not None else self._paragraph
        return self._of_style(key) or self._default

    def of_run(self, properties: Any, inherited: str | None) -> str | None:
        """The font of a run with these properties in a paragraph whose font is `inherited`."""
        if properties is None:
            return inherited
        fonts, style = properties.find(W + "rFonts"), properties.find(W + "rStyle")
        own = _name(fonts) if fonts is not None else None
        return own or (self._of_style(style.get(W + "val")) if style is not None else None) or inherited

    def _of_style(self, key: str | None) -> str | None:
        seen: set[str] = set()
        while key and key not in seen:
            seen.add(key)
            font = self._own.get(key)
            if font:
                return font
            key = self._based.get(key)
        return None


_Piece = tuple[Any, Run]
"""An element that holds text, and its text with its font."""


def _paragraphs(trees: Iterable[Any], fonts: _Fonts) -> Iterator[list[_Piece]]:
    for tree in trees:
        for paragraph in tree.iter(W + "p"):
            inherited = fonts.of_paragraph(paragraph)
            pieces: list[_Piece] = []
            for run in _runs(paragraph):
                font = fonts.of_run(run.find(W + "rPr"), inherited)
                pieces.extend(_pieces(run, font))
            if pieces:
                yield pieces


def _runs(element: Any) -> Iterator[Any]:
    """The runs of a paragraph; those of text boxes belong to the paragraphs in there."""
    for child in element:
        if child.tag == W + "r":
            yield child
        elif isinstance(child.tag, str) and child.tag not in (W + "p", W + "pPr"):
            yield from _runs(child)


def _pieces(run: Any, font: str | None) -> Iterator[_Piece]:
    for child in run:
        if child.tag in _TEXTS:
            yield child, Run(child.text or "", font)
        elif child.tag == W + "softHyphen":
            yield child, Run(_SOFT_HYPHEN, font)
        elif child.tag == W + "sym" and font_encoding(child.get(W + "font")):
            yield child, Run(_symbol(child), child.get(W + "font"))
        elif child.tag in _SEPARATORS:
            yield None, Run(_SEPARATORS[child.tag], font)


def _symbol(element: Any) -> str:
    """A character of a font given by its number: its byte, which Word moves to U+F000."""
    try:
        return chr(int(element.get(W + "char", ""), 16) & 0xFF)
    except ValueError:
        return ""


def _marks(numbering: Any, fonts: _Fonts) -> Iterator[list[_Piece]]:
    for level in numbering.iter(W + "lvl") if numbering is not None else ():
        text = level.find(W + "lvlText")
        if text is not None and text.get(W + "val"):
            yield [(text, Run(text.get(W + "val"), fonts.of_run(level.find(W + "rPr"), None)))]


def _write(element: Any, text: str) -> None:
    if element.tag == W + "lvlText":
        element.set(W + "val", text)
        return
    if element.tag not in _TEXTS:
        element.tag = W + "t"
    element.text = text
