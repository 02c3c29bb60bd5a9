"""Numbers that Word writes before paragraphs: they stand in the settings of lists and not in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_ROMAN_LOW = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_BULLET = "-"


@dataclass(frozen=True, slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class Numbering:
    """Counts the paragraphs of each list as Word does (ECMA-376, 17.9)."""

    levels: dict[str, dict[int, _Level]]
    """List → its levels."""
    abstract: dict[str, str]
    """List → the definition that it counts in; lists of one definition count on."""
    styles: dict[str, tuple[str, int]]
    """Paragraph style → (list, level)."""
    counts: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: Any, styles: Any) -> Numbering:
        """From the roots of `numbering.xml` and `styles.xml`; either may be missing."""
        definitions: dict[str, dict[int, _Level]] = {}
        levels: dict[str, dict[int, _Level]] = {}
        abstract: dict[str, str] = {}
        for element in numbering.iter(_W + "abstractNum") if numbering is not None else ():
            definitions[element.get(_W + "abstractNumId")] = dict(map(_level, element.findall(_W + "lvl")))
        for element in numbering.iter(_W + "num") if numbering is not None else ():
            key, definition = element.get(_W + "numId"), _value(element, "abstractNumId")
            own = dict(map(_level, element.findall(f"{_W}lvlOverride/{_W}lvl")))
            restarts = element.find(f"{_W}lvlOverride/{_W}startOverride") is not None
            levels[key] = {**definitions.get(definition, {}), **own}
            abstract[key] = f"{definition}/{key}" if restarts else definition
        return cls(levels, abstract, _styled(styles))

    def mark(self, properties: Any) -> str:
        """The mark before the paragraph with these properties, with a space behind it; empty where it has none."""
        place = self._place(properties)
        if place is None:
            return ""
        key, depth = place
        level = self.levels.get(key, {}).get(depth)
        if level is None or level.form == "none":
            return ""
        if level.form == "bullet":
            return f"{_BULLET} "
        counts = self.counts.setdefault(self.abstract.get(key, key), {})
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        text = re.sub(r"%(\d)", lambda digit: self._number(key, int(digit[1]) - 1, counts), level.text)
        return f"{text} " if text.strip() else ""

    def _place(self, properties: Any) -> tuple[str, int] | None:
        style = self.styles.get(_value(properties, "pStyle"))
        own = properties.find(_W + "numPr")
        if own is None:
            return style
        key, depth = _value(own, "numId"), _value(own, "ilvl")
        if key == "0":
            return None
        if not key:
            return None if style is None else (style[0], int(depth or style[1]))
        return key, int(depth or 0)

    def _number(self, key: str, depth: int, counts: dict[int, int]) -> str:
        level = self.levels[key].get(depth)
        if level is None:
            return ""
        return _written(counts.setdefault(depth, level.start), level.form)


def _value(element: Any, name: str) -> str:
    child = element.find(_W + name)
    return "" if child is None else child.get(_W + "val") or ""


def _level(element: Any) -> tuple[int, _Level]:
    start = _value(element, "start")
    level = _Level(_value(element, "numFmt") or "decimal", _value(element, "lvlText"), int(start) if start else 1)
    return int(element.get(_W + "ilvl") or 0), level


def _styled(styles: Any) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for style in styles.iter(_W + "style") if styles is not None else ():
        own = style.find(f"{_W}pPr/{_W}numPr")
        if own is not None and _value(own, "numId") not in ("", "0"):
            found[style.get(_W + "styleId")] = (_value(own, "numId"), int(_value(own, "ilvl") or 0))
    return found


def _written(count: int, form: str) -> str:
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(count)
        return roman if form == "upperRoman" else roman.lower()
    if form in ("upperLetter", "lowerLetter"):
        letter = _LETTERS[(count - 1) % 26] * ((count - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _roman(count: int) -> str:
    written = ""
    for value, sign in (*_ROMAN, *_ROMAN_LOW):
        while count >= value:
            written += sign
            count -= value
    return written
