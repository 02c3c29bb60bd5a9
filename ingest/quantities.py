"""Figures with their units in running text: `45/60 trạm`, `82,5 %`, `1.200 km`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.models import Quantity, Span

_MEASURES = frozenset({"km", "m", "ha", "kg", "tấn", "giờ", "phút"})
_QUANTITY = re.compile(
    r"(?<![\w/.,])(?<!quận )(?<!phường )(?<!tháng )(?<!ngày )(?<!quý )(?<!năm )(?<!số )(?<!giai đoạn )(?<!đợt )"
    r"(?<!\d [-–] )(?<!\d[-–])"
    r"(\d+(?:[.,]\d+)*(?:/\d+(?:[.,]\d+)*)?)(?:\s?(%)|\s+((?!(?:tháng|năm|ngày|đã|đang|sẽ|và|chưa|là|của|về)\b)"
    r"[^\W\d_]+(?:\s-\s[^\W\d_]+|\s(?!(?:cho|với|của|và|trên|tại|đã|đang|được|trong|để|theo|là|có|ở|từ|đến|còn"
    r"|mới|khác|về|do|sau|trước|bị|như)\b)[a-zà-ỹ]+(?=\s|$|[,;.]))?))",
    re.IGNORECASE,
)


def find_quantities(text: str, where: Span) -> Iterator[Quantity]:
    """The quantities that stand in `where`, in order; dates, numbers of documents and of places are none."""
    for match in _QUANTITY.finditer(text, where.start, where.end):
        unit = match.group(2) or match.group(3)
        unit = unit.split()[0] if unit.split()[0].lower() in _MEASURES else unit
        yield Quantity(Span(match.start(), match.end()), match.group(1), unit)
