"""How a sample document is laid out, whatever the format; and the plain-text form itself.

The layout follows Nghị định 30/2020/NĐ-CP, Appendix I: two columns at the head and the foot, the issuer
in bold below its superior, body justified, page numbers at the top centre from page 2.
"""

from __future__ import annotations

import textwrap

from evals.sample_corpus import CLOSING_NOTE, SampleDocument

STATE = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
SIGNED = "(Đã ký)"
MARGIN_CM = {"top": 2.0, "bottom": 2.0, "left": 3.0, "right": 1.5}
COLUMN_WIDTHS_CM = (7.2, 9.3)
BODY_WIDTH_CM = sum(COLUMN_WIDTHS_CM)


def number_line(document: SampleDocument) -> str:
    """`Số: 449/KH-STTTT`."""
    return f"Số: {document.record.number}"


def date_line(document: SampleDocument) -> str:
    """`Thành phố Hồ Chí Minh, ngày 20 tháng 3 năm 2017`."""
    return f"{document.place}, {document.record.day_in_words}"


def heading_lines(document: SampleDocument) -> tuple[str, ...]:
    """Type and subject above the body; an official letter has its addressee there."""
    return (document.kind, document.subject) if document.kind else (document.addressee,)


def agency_lines(document: SampleDocument) -> list[tuple[str, bool]]:
    """The lines of the upper left corner, each with whether it is bold: the issuer is, its superior is not."""
    superior = 2 if len(document.agency) > 2 else 0
    return [(line, number >= superior) for number, line in enumerate(document.agency)]


def recipient_lines(document: SampleDocument) -> list[str]:
    """`Nơi nhận:` and one line a recipient."""
    return ["Nơi nhận:", *(f"- {name}" for name in document.recipients)]


def as_text(document: SampleDocument) -> str:
    """The document as plain text, blocks apart by an empty line."""
    letter = [document.subject] if not document.kind else []
    head = "\n".join([*document.agency, number_line(document), *letter])
    state = "\n".join([*STATE, date_line(document)])
    blocks = [block.text for block in document.body]
    if document.wrap:
        blocks = [textwrap.fill(text, document.wrap, break_on_hyphens=False) for text in blocks]
    foot = ["\n".join(recipient_lines(document)), "\n".join(filter(None, document.signature)), CLOSING_NOTE]
    return "\n\n".join([head, state, *heading_lines(document), *blocks, *foot]) + "\n"
