"""A stored conversation, or one answer of it, as a file: DOCX, and PDF where LibreOffice is installed."""

from __future__ import annotations

import io
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from assistant.citing import cite
from assistant.docx_notes import add_heading, add_quote, new_note, plain
from assistant.errors import NotMadeError, UnknownDocumentError
from assistant.kept_conversations import OpenedConversation, PastExchange
from assistant.models import Language
from assistant.signatures import short_note
from prompts import say

if TYPE_CHECKING:
    from docx.document import Document

PDF_MEDIA_TYPE = "application/pdf"
_NO_PDF = (
    "Máy chủ chưa lập được tệp PDF vì LibreOffice chưa được cài hoặc không chạy được. "
    "Vui lòng tải tệp Word (DOCX), hoặc đề nghị người quản trị cài LibreOffice."
)


def transcript_docx(opened: OpenedConversation, made_on: date, turn: int | None = None) -> bytes:
    """The conversation with every answer as it was and its citations in administrative form.

    Args:
        opened: as stored.
        made_on: the day that the copy bears.
        turn: ordinal of the only answer wanted; None for all.

    Raises:
        UnknownDocumentError: no answer has that ordinal.
    """
    language = cast(Language, opened.conversation.language)
    wanted = [exchange for exchange in opened.exchanges if turn in (None, exchange.ordinal)]
    if turn is not None and not wanted:
        raise UnknownDocumentError("Hội thoại không có câu trả lời này.")
    begun = _local_day(wanted[0].said_at if wanted else opened.conversation.created_at)
    below = "transcript.below" if turn is None else "transcript.below_answer"
    told = say(language, below, begun=_day(begun), made=_day(made_on))
    note = new_note(opened.conversation.title if turn is None else wanted[0].question, told, language)
    for exchange in wanted:
        _exchange(note, exchange, language)
    written = io.BytesIO()
    note.save(written)
    return written.getvalue()


def transcript_pdf(docx: bytes) -> bytes:
    """The same document as PDF.

    Raises:
        NotMadeError: LibreOffice is not installed, or does not finish.
    """
    from ingest.errors import UnreadableFileError
    from ingest.readers import libreoffice

    if libreoffice.program() is None:
        raise NotMadeError(_NO_PDF)
    with tempfile.TemporaryDirectory(prefix="troly-transcript-") as folder:
        path = Path(folder) / "transcript.docx"
        path.write_bytes(docx)
        try:
            with libreoffice.converted(path, "docx", "pdf") as made:
                return made.read_bytes()
        except UnreadableFileError as error:
            raise NotMadeError(_NO_PDF) from error


def _exchange(note: Document, exchange: PastExchange, language: Language) -> None:
    answer = exchange.answer
    add_heading(note, exchange.question)
    if answer.question and answer.question.strip() != exchange.question.strip():
        note.add_paragraph().add_run(
            plain(say(language, "transcript.understood", question=answer.question))
        ).italic = True
    for line in filter(str.strip, answer.text.split("\n")):
        note.add_paragraph(plain(line))
    if answer.citations:
        note.add_paragraph().add_run(say(language, "transcript.sources")).bold = True
        _sources(note, exchange, language)
    checked = say(language, f"transcript.{'verified' if answer.verified else 'unverified'}")
    day = say(language, "transcript.said_on", date=_day(_local_day(exchange.said_at)))
    note.add_paragraph().add_run(f"{day}. {checked}").italic = True


def _sources(note: Document, exchange: PastExchange, language: Language) -> None:
    states = {found.marker: found.state for found in exchange.audited}
    for citation in exchange.answer.citations:
        evidence = citation.evidence
        told = [cite(citation.source, evidence.page, evidence.section, language, evidence.document)]
        if citation.source.signatures:
            told.append(short_note(citation.source.signatures, language))
        state = states.get(citation.marker, "unchanged")
        if state != "unchanged":
            told.append(say(language, f"transcript.{state}"))
        add_quote(note, evidence.quote, "; ".join(told), f"[{citation.marker}]")


def _local_day(stamp: str) -> date:
    return datetime.fromisoformat(stamp).astimezone().date()


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def file_name(opened: OpenedConversation, ending: str) -> str:
    """A name for the file: the title's first words, without what file systems refuse."""
    words = "".join(sign if sign.isalnum() else " " for sign in opened.conversation.title).split()
    return f"{'-'.join(words)[:60].strip('-') or 'hoi-thoai'}.{ending}"
