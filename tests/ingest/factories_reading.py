"""Short documents of our own, read as the pipeline reads them."""

from __future__ import annotations

from dataclasses import dataclass

from headed import MOTTO

from ingest.header import read_header
from ingest.leads import Leads
from ingest.models import DocumentHeader, KeptText, RawDocument, RawPage, Reference, Relation, Statement
from ingest.normalize import normalize
from ingest.references import find_references
from ingest.relations import find_relations
from ingest.statements import find_statements

REPORT = (
    f"SỞ THÔNG TIN VÀ TRUYỀN THÔNG\nSố: 77/BC-STTTT\n{MOTTO}"
    "Thành phố Hồ Chí Minh, ngày 05 tháng 7 năm 2019\n\nBÁO CÁO\nTình hình vận hành trạm đo quý II năm 2019\n\n"
)
"""Head of a report of 5 July 2019."""


def _city(number: str, kind: str, subject: str) -> str:
    return (
        f"ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH\nSố: {number}\n{MOTTO}"
        f"Thành phố Hồ Chí Minh, ngày 12 tháng 3 năm 2019\n\n{kind}\n{subject}\n\n"
    )


DECISION = _city("815/QĐ-UBND", "QUYẾT ĐỊNH", "Về ban hành Quy chế vận hành bãi xe thông minh")
PLAN = _city("45/KH-UBND", "KẾ HOẠCH", "Lắp đặt cảm biến tại bãi xe thông minh")
NOTICE = _city("18/TB-UBND", "THÔNG BÁO", "Đính chính Quyết định về bãi xe thông minh")
BARE = ""
"""No head at all: an annex, a loose sheet."""


@dataclass(frozen=True)
class Read:
    """A text with all that was read in it."""

    kept: KeptText
    header: DocumentHeader
    references: tuple[Reference, ...]
    statements: tuple[Statement, ...]
    relations: tuple[Relation, ...]

    @property
    def others(self) -> list[Reference]:
        """The references without the document's own number."""
        return [reference for reference in self.references if not reference.own]

    def name(self, index: int | None) -> str:
        """The number that a reference names, `this` for the document itself."""
        if index is None:
            return "this"
        mention = self.references[index].mention
        return (mention.canonical if mention else None) or self.references[index].span.of(self.kept.text)

    def said(self) -> list[tuple[str, str]]:
        """(number, state) of every statement but the document's own."""
        return [(self.name(s.reference), s.state) for s in self.statements if not self.references[s.reference].own]

    def links(self) -> set[tuple[str, str, str]]:
        """(source, kind, target) of every relation."""
        return {(self.name(link.source), link.kind, self.name(link.target)) for link in self.relations}


def read(body: str, head: str = REPORT) -> Read:
    """A document made of a head and a body."""
    kept = normalize(RawDocument((RawPage(1, head + body),), wrapped=False))
    header = read_header(kept)
    references = find_references(kept, header)
    leads = Leads(kept.text, references)
    return Read(
        kept,
        header,
        references,
        find_statements(kept, header, references, leads),
        find_relations(kept, header, references, leads),
    )
