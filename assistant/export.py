"""A record as a DOCX note, as an official would put it on file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import IO, TYPE_CHECKING

from assistant.docx_notes import add_heading, add_quote, add_table, new_note, plain, set_widths
from assistant.models import Evidence, Record, RelationEntry, TimelineEntry
from assistant.signatures import signature_notes
from prompts import label

if TYPE_CHECKING:
    from docx.document import Document


def write_docx(target: str | IO[bytes], record: Record, made_on: date) -> None:
    """Write the status note of a record.

    Args:
        target: path of the file, or a binary stream.
        record: what the corpus says of the document.
        made_on: the day that the note bears.

    Raises:
        OSError: the file cannot be written.
    """
    title = f"Tình trạng văn bản {record.number or record.title or ''}".strip()
    note = new_note(title, f"(Lập ngày {made_on:%d/%m/%Y} từ các văn bản có trong kho)")
    _identification(note, record)
    _current(note, record)
    _timeline(note, record.timeline)
    _validity(note, record.validity)
    _relations(note, record.relations)
    _conflicts(note, record)
    _evidence(note, record.evidence)
    note.save(target)


def _identification(note: Document, record: Record) -> None:
    add_heading(note, "Văn bản")
    held = "; ".join(record.held_in) or "kho chỉ nhắc đến, không có toàn văn"
    rows = [
        ("Số, ký hiệu", record.number),
        ("Loại văn bản", record.type),
        ("Cơ quan ban hành", record.issuer),
        ("Nơi ban hành", record.place),
        ("Ngày ban hành", _day(record.date)),
        ("Trích yếu", record.title),
        ("Người ký", record.signer),
        ("Toàn văn", held),
        ("Chữ ký số", "\n".join(signature_notes(record.signatures, "vi"))),
        ("Số lần được nhắc", str(record.mentions)),
    ]
    table = note.add_table(rows=0, cols=2)
    table.style = "Table Grid"
    for name, value in rows:
        if value:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(name).bold = True
            cells[1].text = plain(value)
    set_widths(table, (45, 120))


def _current(note: Document, record: Record) -> None:
    add_heading(note, "Tình trạng hiện nay")
    entry = record.current
    if entry is None:
        note.add_paragraph("Các văn bản trong kho không nêu tình trạng triển khai của văn bản này.")
        return
    said = note.add_paragraph()
    said.add_run(_state(entry)).bold = True
    when = _when(entry)
    said.add_run(f" ({when})." if when else ".")
    _quote(note, entry.evidence)


def _timeline(note: Document, entries: Sequence[TimelineEntry]) -> None:
    if not entries:
        return
    add_heading(note, "Diễn biến")
    rows = (
        (
            _when(entry),
            _state(entry) + (f"\n({'; '.join(entry.quantities)})" if entry.quantities else ""),
            entry.actor or "",
            f"“{entry.evidence.quote}”\n{_place(entry.evidence)}",
        )
        for entry in entries
    )
    add_table(note, ("Thời điểm", "Tình trạng", "Đơn vị", "Căn cứ"), rows, (30, 30, 30, 75))


def _validity(note: Document, entries: Sequence[TimelineEntry]) -> None:
    if not entries:
        return
    add_heading(note, "Hiệu lực pháp lý")
    rows = (
        (_day(entry.date), _state(entry), f"“{entry.evidence.quote}”\n{_place(entry.evidence)}") for entry in entries
    )
    add_table(note, ("Từ ngày", "Hiệu lực", "Căn cứ"), rows, (30, 40, 95))


def _relations(note: Document, links: Sequence[RelationEntry]) -> None:
    if not links:
        return
    add_heading(note, "Quan hệ với văn bản khác")
    rows = (
        (
            label("vi", "relation", link.relation),
            link.name or link.number or "",
            f"“{link.evidence.quote}”\n{_place(link.evidence)}",
        )
        for link in links
    )
    add_table(note, ("Quan hệ", "Văn bản", "Căn cứ"), rows, (35, 45, 85))


def _conflicts(note: Document, record: Record) -> None:
    if not record.conflicts:
        return
    add_heading(note, "Các báo cáo nêu khác nhau")
    note.add_paragraph("Các văn bản sau nêu tình trạng không thống nhất; đề nghị đối chiếu cả hai.")
    rows = (
        tuple(
            f"{_state(entry)}\n{_when(entry)}\n“{entry.evidence.quote}”\n{_place(entry.evidence)}"
            for entry in (conflict.first, conflict.second)
        )
        for conflict in record.conflicts
    )
    add_table(note, ("Văn bản thứ nhất", "Văn bản thứ hai"), rows, (82, 83))


def _evidence(note: Document, pieces: Iterable[Evidence]) -> None:
    add_heading(note, "Các đoạn nhắc đến văn bản")
    for piece in pieces:
        _quote(note, piece)


def _quote(note: Document, evidence: Evidence) -> None:
    add_quote(note, evidence.quote, _place(evidence))


def _state(entry: TimelineEntry) -> str:
    words = label("vi", "state", entry.state)
    return words[:1].upper() + words[1:]


def _when(entry: TimelineEntry) -> str:
    told = f"tính đến {_day(entry.as_of)}" if entry.as_of else ""
    return "; ".join(filter(None, (_day(entry.date), told)))


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _place(evidence: Evidence) -> str:
    return ", ".join(filter(None, (evidence.document, f"trang {evidence.page}", evidence.section)))
