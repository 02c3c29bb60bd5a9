"""What the web asks of the assistant: the seam between the pages and everything behind them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from assistant.models import Answer, Highlight, Language, Lookup, PagePicture, PageView, Record, Turn
from assistant.record_filter import RecordFilter
from assistant.review import ReviewedHeader
from assistant.text_health import FileHealth


class JsonHit(Protocol):
    """A retrieved passage that can be printed."""

    def as_json(self) -> dict[str, Any]:
        """A line of `troly search --json`: rank, score, document_id, page, section, text."""
        ...


class Service(Protocol):
    """The assistant as the web sees it; every method may be called from several threads at once."""

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Answer:
        """The whole answer. Raises AssistantError where the question cannot be taken."""
        ...

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None
    ) -> Iterator[str | Answer]:
        """Pieces of the answer's text as they arrive, then the whole Answer as the last item."""
        ...

    def status(self, number: str) -> Lookup:
        """What a typed document number resolves to."""
        ...

    def search(self, query: str, top_k: int = 10) -> Sequence[JsonHit]:
        """The best `top_k` passages, best first."""
        ...

    def page(self, document_id: str, page: int) -> PageView:
        """One page as kept, pages counted from 1. Raises UnknownDocumentError."""
        ...

    def page_picture(self, document_id: str, page: int) -> PagePicture:
        """A page as its original shows it. Raises UnknownDocumentError, BusyError."""
        ...

    def highlight(self, document_id: str, page: int, start: int, end: int) -> Highlight:
        """Where a stretch of a page's text stands on its picture. Raises UnknownDocumentError, BusyError."""
        ...

    def documents(self) -> list[dict[str, Any]]:
        """One JSON object a document that is in the library."""
        ...

    def documents_where(self, wanted: RecordFilter, words: str = "") -> list[dict[str, Any]]:
        """Those that satisfy a filter and have some words in place, number, title or issuer; in the same order."""
        ...

    def document(self, document_id: str) -> dict[str, Any]:
        """One of them, with where the text of each page comes from. Raises UnknownDocumentError."""
        ...

    def document_record(self, document_id: str) -> Record | None:
        """All that is stated of one of them; None without a number. Raises UnknownDocumentError."""
        ...

    def records_where(
        self, wanted: RecordFilter, held: bool | None = None, offset: int = 0, limit: int = 50
    ) -> tuple[int, list[dict[str, Any]]]:
        """How many records satisfy a filter, and a window on them."""
        ...

    def overview(self) -> dict[str, Any]:
        """What is in, what is mentioned and missing, and the statuses."""
        ...

    def text_health(self) -> list[FileHealth]:
        """How sound the text of every file is, by place."""
        ...

    def headers_for_review(self) -> list[ReviewedHeader]:
        """Scanned headers that wait for a person, then those that were confirmed."""
        ...

    def letterhead(self, document_id: str) -> bytes:
        """The picture of one of those headers as a PNG. Raises UnknownDocumentError, OSError."""
        ...

    def confirm_header(self, document_id: str, number: str | None, date: datetime.date | None) -> None:
        """Take number or date as a person read them. Raises UnknownDocumentError, StoreError."""
        ...

    def numbers(self, text: str) -> list[dict[str, Any]]:
        """Every document number of a text, as `troly numbers --json` prints it."""
        ...

    def ready(self) -> bool:
        """Whether questions can be answered now."""
        ...

    def examples(self, language: Language) -> list[str]:
        """Questions to try that this library can answer; empty where it knows no document number."""
        ...
