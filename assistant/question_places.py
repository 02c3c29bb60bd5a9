"""Bodies and territories in what a person types: `UBND Quận 1`, `của thành phố`, `Sở Y tế`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.bodies import find_bodies
from ingest.models import Span

TERRITORY = re.compile(
    r"(?<!\w)(?:(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân|ubnd|hdnd)\s+)?"
    r"(?:(?i:thành phố|thanh pho|tỉnh|tinh(?! hinh| trang)|huyện|huyen|thị xã|thi xa|quận|quan(?! he)|phường|phuong"
    r"|city|district)|TP|Tp)(?!\w)\.?"
    r"(?:\s+(?:\d{1,2}|(?!(?:Sở|Ban|Bộ)\b)[A-ZĐÂĂÊÔƠƯÁÀẢÃẠÍÌÚÙÓÒÝ]\w*)(?!\w|/))*(?:\s+(?:ấy|đó|này|kia)(?!\w))?"
)
_OF = re.compile(r"\s+(?:của|cua|of|do)\s+")


def places_in(text: str, taken: Sequence[Span] = ()) -> list[Span]:
    """Bodies and territories that a question names, outside what is `taken` by its numbers; in order."""
    bodies = [span for span in find_bodies(text, 0, len(text)) if not any(span.overlaps(other) for other in taken)]
    lands = (Span(*match.span()) for match in TERRITORY.finditer(text))
    apart = (land for land in lands if not any(land.overlaps(other) for other in (*taken, *bodies)))
    return sorted([*bodies, *apart], key=lambda span: span.start)


def place_behind(text: str, end: int) -> int | None:
    """Where `của UBND Quận 1` right behind `end` ends; None where nothing of the kind stands there."""
    of = _OF.match(text, end)
    if of is None:
        return None
    return next((span.end for span in places_in(text) if span.start == of.end()), None)
