"""What form fields, and texts typed over a page, print on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.models import TypedText

if TYPE_CHECKING:
    from pypdf import PageObject

_NOT_SHOWN = 0b100010
"""Flags of an annotation that is hidden, or printed and not viewed (ISO 32000-1, 12.5.3)."""


def typed_over(page: PageObject) -> list[TypedText]:
    """The texts of a page's fields and typed notes, in the order in which the file has them."""
    found = []
    for reference in page.get("/Annots") or ():
        field = reference.get_object()
        if not isinstance(field, dict) or field.get("/Subtype") not in ("/Widget", "/FreeText"):
            continue
        if int(field.get("/F", 0)) & _NOT_SHOWN:
            continue
        text = " ".join(appearance(page, field).split())
        kind = field.get("/FT") or (field["/Parent"].get_object().get("/FT") if "/Parent" in field else None)
        if text:
            by_person = kind in ("/Tx", "/Ch") or field["/Subtype"] == "/FreeText"
            found.append(TypedText(text, _place(page, field["/Rect"]), not by_person))
    return found


def appearance(page: PageObject, field: Any) -> str:
    """What a field prints."""
    shown = field.get("/AP")
    stream = shown.get_object().get("/N") if shown is not None else None
    if stream is None or not hasattr(stream.get_object(), "get_data"):
        return ""
    return page.extract_xform_text(stream.get_object())


def _place(page: PageObject, rectangle: Any) -> tuple[int, int, int, int]:
    """A rectangle of the file in ten-thousandths of the page as it is shown."""
    sheet = page.cropbox
    width, height = float(sheet.width), float(sheet.height)
    xs = sorted((float(rectangle[n]) - float(sheet.left)) / width for n in (0, 2))
    ys = sorted((float(sheet.top) - float(rectangle[n])) / height for n in (1, 3))
    left, top, right, bottom = xs[0], ys[0], xs[1], ys[1]
    for _ in range(page.rotation // 90 % 4):
        left, top, right, bottom = 1 - bottom, left, 1 - top, right
    a, b, c, d = (min(max(round(side * 10_000), 0), 10_000) for side in (left, top, right, bottom))
    return a, b, c, d
