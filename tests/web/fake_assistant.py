"""A small, real implementation of the web's seam: three invented documents held in memory."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from assistant.errors import EmptyQuestionError, NoPictureError, UnknownDocumentError
from assistant.models import (
    Answer,
    Candidate,
    Citation,
    Conflict,
    Evidence,
    Highlight,
    Language,
    Lookup,
    PagePicture,
    PageView,
    Record,
    RelationEntry,
    Source,
    TimelineEntry,
    Turn,
)
from assistant.record_filter import RecordFilter
from assistant.review import ReviewedHeader
from assistant.text_health import FileHealth
from vectorstore.errors import UnknownNumberError

NUMBER = re.compile(r"\d+[a-z]?/(?:\d{4}/)?[\w-]+(?:-\w+)*")


@dataclass(frozen=True)
class Held:
    """A document of the little library."""

    id: str
    place: str
    source: Source
    pages: tuple[str, ...]


PLAN = Held(
    "doc-plan",
    "ke-hoach-112.docx",
    Source("112/KH-UBND", date(2024, 3, 15), "Kế hoạch", "UBND tỉnh Sông Lam", "Kế hoạch số hóa hồ sơ lưu trữ"),
    (
        "ỦY BAN NHÂN DÂN TỈNH SÔNG LAM\nSố: 112/KH-UBND\nKẾ HOẠCH\nSố hóa hồ sơ lưu trữ giai đoạn 2024 - 2026\n"
        "Căn cứ Quyết định số 77/QĐ-UBND ngày 10/01/2024 của UBND tỉnh Sông Lam;\n"
        "I. MỤC TIÊU\nĐến hết năm 2025, số hóa 400.000 trang hồ sơ của 18 sở, ban, ngành. "
        "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh.",
        "II. TỔ CHỨC THỰC HIỆN\nSở Nội vụ chủ trì, báo cáo UBND tỉnh 😀 trước ngày 20 tháng 12 hằng năm.\n"
        "Sở Tài chính bố trí kinh phí theo quy định.",
    ),
)
REPORT = Held(
    "doc-report",
    "bao-cao-301.pdf",
    Source("301/BC-SNV", date(2025, 6, 30), "Báo cáo", "Sở Nội vụ", "Báo cáo <b>sơ kết</b> Kế hoạch 112/KH-UBND"),
    (
        "SỞ NỘI VỤ\nSố: 301/BC-SNV\nBÁO CÁO\nSơ kết Kế hoạch số 112/KH-UBND\n"
        "Kế hoạch số 112/KH-UBND ngày 15/3/2024 đang triển khai, đã số hóa 265.000 trang hồ sơ.",
    ),
)
FINAL = Held(
    "doc-final",
    "bao-cao-518.pdf",
    Source("518/BC-SNV", date(2025, 12, 19), "Báo cáo", "Sở Nội vụ", "Báo cáo kết quả số hóa hồ sơ lưu trữ"),
    (
        "SỞ NỘI VỤ\nSố: 518/BC-SNV\nBÁO CÁO\nKết quả số hóa hồ sơ lưu trữ\n"
        "Kế hoạch số 112/KH-UBND đã hoàn thành ngày 12/12/2025 với 402.000 trang hồ sơ.",
    ),
)
LIBRARY = (PLAN, REPORT, FINAL)


def find(held: Held, page: int, quote: str, section: str = "") -> Evidence:
    """Evidence for a quote where it really stands."""
    start = held.pages[page - 1].index(quote)
    return Evidence(held.place, held.id, page, section, quote, start, start + len(quote))


MONEY = find(PLAN, 1, "Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh.", "I. MỤC TIÊU")
DUTY = find(PLAN, 2, "báo cáo UBND tỉnh 😀 trước ngày 20 tháng 12 hằng năm.", "II. TỔ CHỨC THỰC HIỆN")
GOING = find(REPORT, 1, "Kế hoạch số 112/KH-UBND ngày 15/3/2024 đang triển khai, đã số hóa 265.000 trang hồ sơ.")
DONE = find(FINAL, 1, "Kế hoạch số 112/KH-UBND đã hoàn thành ngày 12/12/2025 với 402.000 trang hồ sơ.")
ISSUED = find(PLAN, 1, "Số: 112/KH-UBND")
BASIS = find(PLAN, 1, "Căn cứ Quyết định số 77/QĐ-UBND ngày 10/01/2024 của UBND tỉnh Sông Lam;")

STEPS = (
    TimelineEntry("issued", date(2024, 3, 15), date(2024, 3, 15), "UBND tỉnh Sông Lam", ISSUED),
    TimelineEntry("in_progress", None, date(2025, 6, 30), None, GOING, ("265.000 trang",)),
    TimelineEntry("completed", date(2025, 12, 12), date(2025, 12, 19), "Sở Nội vụ", DONE, ("402.000 trang",)),
)
PLAN_RECORD = Record(
    number="112/KH-UBND",
    key="112|KH|UBND",
    type="Kế hoạch",
    issuer="UBND tỉnh Sông Lam",
    place="Sông Lam",
    date=date(2024, 3, 15),
    title='Số hóa hồ sơ lưu trữ <img src=x onerror="window.pwned=1"> ${window.pwned=2} {{pwned}}',
    held_in=("ke-hoach-112.docx",),
    current=STEPS[-1],
    timeline=STEPS,
    conflicts=(Conflict(STEPS[1], STEPS[2]),),
    relations=(
        RelationEntry("based_on", "out", "77/QĐ-UBND", "77|QD|UBND", "Quyết định 77/QĐ-UBND ngày 10/01/2024", BASIS),
    ),
    mentions=4,
    evidence=(GOING, DONE),
)
DECISION_RECORD = Record(
    number="77/QĐ-UBND",
    key="77|QD|UBND",
    type="Quyết định",
    issuer="UBND tỉnh Sông Lam",
    place="Sông Lam",
    date=date(2024, 1, 10),
    title=None,
    held_in=(),
    current=None,
    timeline=(),
    conflicts=(),
    relations=(),
    mentions=1,
    evidence=(BASIS,),
)
TWINS = (
    Candidate("25/KH-UBND", "25|KH|UBND", "Kế hoạch", "UBND Quận 3", date(2019, 1, 22), "Cải cách hành chính"),
    Candidate("25/KH-UBND", "25|KH|UBND", "Kế hoạch", "UBND tỉnh Sông Lam", date(2024, 2, 5), "Trồng rừng"),
)


def twin_record(twin: Candidate) -> Record:
    """The record behind a candidate."""
    return Record(
        twin.number, twin.key, twin.type, twin.issuer, None, twin.date, twin.title, (), None, (), (), (), 1
    )  # fmt: skip


@dataclass(frozen=True)
class Passage:
    """A hit."""

    row: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return self.row


@dataclass
class FakeAssistant:
    """Answers from the three documents.

    `asked` keeps what came in, for the tests to look at; with `gate` set, an answer halts after its third piece until
    the gate opens.
    """

    failure: Exception | None = None
    gate: threading.Event | None = None
    empty: bool = False
    reviewed: list[ReviewedHeader] = field(default_factory=list)
    asked: list[tuple[str, tuple[Turn, ...], Language | None]] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Answer:
        self.asked.append((question, tuple(history), language))
        if self.failure:
            raise self.failure
        if not question.strip():
            raise EmptyQuestionError("Xin vui lòng nhập câu hỏi.")
        asked = re.sub(r"^Nó\b", "Kế hoạch 112/KH-UBND", question) if history else question
        return replace(self._answer(asked, language), question=asked)

    def _answer(self, question: str, language: Language | None) -> Answer:
        if NUMBER.search(question):
            return self.status_text(self.status(question), language or "vi")
        if "kinh phí" in question.lower() or "cost" in question.lower():
            return self._cited("Kinh phí thực hiện là 12,5 tỷ đồng từ ngân sách tỉnh [1].", language, MONEY)
        if "báo cáo" in question.lower():
            return self._cited("Sở Nội vụ báo cáo trước ngày 20 tháng 12 hằng năm [1].", language, DUTY)
        return Answer("not_found", "Các văn bản đã nạp không nêu nội dung này.", (), "extractive", language or "vi")

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None
    ) -> Iterator[str | Answer]:
        answer = self.ask(question, history, language)
        pieces = re.findall(r"\S+\s*", answer.text)
        yield from pieces[:3]
        if self.gate:
            self.gate.wait(timeout=60)
        yield from pieces[3:]
        yield answer

    def status(self, number: str) -> Lookup:
        found = NUMBER.search(number)
        typed = found.group() if found else number.strip()
        if typed == PLAN_RECORD.number:
            return Lookup(number, "found", PLAN_RECORD)
        if typed == DECISION_RECORD.number:
            return Lookup(number, "found", DECISION_RECORD)
        if typed == TWINS[0].number:
            chosen = [twin for twin in TWINS if twin.date and f"{twin.date:%d/%m/%Y}" in number]
            return (
                Lookup(number, "found", twin_record(chosen[0])) if chosen else Lookup(number, "ambiguous", None, TWINS)
            )
        return Lookup(number, "not_found", None, (), TWINS[:1])

    def status_text(self, lookup: Lookup, language: Language = "vi") -> Answer:
        record = lookup.record
        if lookup.outcome == "ambiguous":
            text = "Có 2 văn bản mang số này. Xin chọn một."
            return Answer("ambiguous", text, (), "status", language, candidates=lookup.candidates)
        if record is None:
            text = "Không tìm thấy văn bản mang số này."
            return Answer("not_found", text, (), "status", language, candidates=lookup.suggestions)
        if record.current is None:
            text = f"{record.type} {record.number}: các văn bản chưa nêu tình trạng."
            return Answer("answered", text, (), "status", language, record=record)
        citation = Citation(1, record.number, record.key, DONE, FINAL.source)
        text = f"{record.type} số {record.number} đã hoàn thành ngày 12/12/2025 [1]."
        return Answer("answered", text, (citation,), "status", language, record=record)

    def search(self, query: str, top_k: int = 10) -> list[Passage]:
        rows = [
            {"rank": 0, "score": 1.0, "document_id": held.id, "page": n, "section": "", "text": text}
            for held in LIBRARY
            for n, text in enumerate(held.pages, 1)
            if query.lower() in text.lower()
        ]
        return [Passage({**row, "rank": rank}) for rank, row in enumerate(rows[:top_k], 1)]

    def page(self, document_id: str, page: int) -> PageView:
        held = next((held for held in LIBRARY if held.id == document_id), None)
        if held is None or not 1 <= page <= len(held.pages):
            raise UnknownDocumentError("Không có trang này trong kho văn bản. Xin kiểm tra lại.")
        return PageView(held.id, held.place, held.source, page, len(held.pages), held.pages[page - 1])

    def page_picture(self, document_id: str, page: int) -> PagePicture:
        self.page(document_id, page)
        raise NoPictureError("no_pages", "Tệp thuộc loại này không có ảnh trang.")

    def highlight(self, document_id: str, page: int, start: int, end: int) -> Highlight:
        self.page(document_id, page)
        return Highlight("no_pages")

    def documents(self) -> list[dict[str, Any]]:
        if self.empty:
            return []
        return [{"document_id": held.id, "file": held.place, "pages": len(held.pages)} for held in LIBRARY]

    def documents_where(self, wanted: RecordFilter, words: str = "") -> list[dict[str, Any]]:
        years = {held.id: held.source.date.year if held.source.date else None for held in LIBRARY}
        return [
            row
            for row in self.documents()
            if words.lower() in row["file"] and wanted.year in (None, years[row["document_id"]])
        ]

    def document(self, document_id: str) -> dict[str, Any]:
        held = self._held(document_id)
        pages = [
            {"page": n, "source": "digital", "characters": len(text), "confidence": None, "failed": False}
            for n, text in enumerate(held.pages, 1)
        ]
        row = {"document_id": held.id, "file": held.place, "pages": len(held.pages)}
        return {**row, "header": held.source.as_json(), "signatures": [], "page_list": pages}

    def document_record(self, document_id: str) -> Record | None:
        return PLAN_RECORD if self._held(document_id) is PLAN else None

    def _held(self, document_id: str) -> Held:
        held = next((held for held in LIBRARY if held.id == document_id), None)
        if held is None:
            raise UnknownDocumentError("Không có văn bản này trong kho. Xin kiểm tra lại.")
        return held

    def records_where(
        self, wanted: RecordFilter, held: bool | None = None, offset: int = 0, limit: int = 50
    ) -> tuple[int, list[dict[str, Any]]]:
        found = [
            record.as_json()
            for record in (PLAN_RECORD, DECISION_RECORD)
            if wanted.holds(record) and held in (None, bool(record.held_in))
        ]
        return len(found), found[offset : offset + limit]

    def overview(self) -> dict[str, Any]:
        counts: list[dict[str, Any]] = []
        held = {"by_type": counts, "by_issuer": counts, "by_year": counts, "by_text_source": counts}
        return {
            "documents": {"total": len(LIBRARY), "pages": sum(len(one.pages) for one in LIBRARY), **held},
            "records": {"total": 2, "held": 1},
            "missing": {"total": 0, "most_wanted": []},
            "statuses": {"total": counts, "by_issuer": [], "by_year": []},
        }

    def text_health(self) -> list[FileHealth]:
        return [] if self.empty else [FileHealth(held.place) for held in LIBRARY]

    def headers_for_review(self) -> list[ReviewedHeader]:
        return list(self.reviewed)

    def letterhead(self, document_id: str) -> bytes:
        if not any(one.document_id == document_id for one in self.reviewed):
            raise UnknownDocumentError("Không có văn bản này trong danh sách chờ xác nhận.")
        return b"\x89PNG\r\n"

    def confirm_header(self, document_id: str, number: str | None, date: date | None) -> None:
        if self.failure:
            raise self.failure
        if number and not NUMBER.fullmatch(number):
            raise UnknownNumberError("Đây không phải số, ký hiệu văn bản.")
        self.reviewed = [
            replace(
                one,
                number=number or one.number,
                date=date or one.date,
                doubts=tuple(doubt for doubt in one.doubts if not {"number": number, "date": date}[doubt.field]),
            )
            if one.document_id == document_id
            else one
            for one in self.reviewed
        ]

    def numbers(self, text: str) -> list[dict[str, Any]]:
        return [
            {"surface": found.group(), "start": found.start(), "end": found.end()} for found in NUMBER.finditer(text)
        ]

    def ready(self) -> bool:
        return not self.empty

    def examples(self, language: Language) -> list[str]:
        if self.empty:
            return []
        if language == "en":
            return ["What is the cost of the plan?", "112/KH-UBND"]
        return ["Kinh phí thực hiện là bao nhiêu?", "112/KH-UBND", "25/KH-UBND", "Khi nào phải báo cáo?"]

    @staticmethod
    def _cited(text: str, language: Language | None, evidence: Evidence) -> Answer:
        citation = Citation(1, PLAN.source.number, "112|KH|UBND", evidence, PLAN.source)
        return Answer("answered", text, (citation,), "extractive", language or "vi")
