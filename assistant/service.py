"""The composition root: settings → an assistant that answers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from assistant.config import Settings
from assistant.draft import Draft, Line, assemble
from assistant.errors import EmptyQuestionError, UnknownDocumentError
from assistant.examples import example_questions
from assistant.extractive import Composer
from assistant.lists import ListWriter
from assistant.models import Answer, Language, Lookup, PageView, Turn
from assistant.printing import document_json, number_json
from assistant.status import StatusWriter
from assistant.topics import language_of
from assistant.understand import understand
from assistant.verify import verify
from ingest.numbers import find_numbers, parse_query
from prompts import say
from vectorstore.identities import Identity
from vectorstore.library import Library
from vectorstore.passages import PassageCache
from vectorstore.registry import Registry
from vectorstore.retriever import Hit, Retriever

_PIECE = 24
"""Characters in a streamed piece: small enough to be seen arriving, large enough to be cheap."""


@dataclass(frozen=True, slots=True)
class RankedHit:
    """A retrieved passage with its rank."""

    rank: int
    hit: Hit

    def as_json(self) -> dict[str, Any]:
        """A line of `troly search --json`."""
        hit = self.hit
        return {
            "rank": self.rank,
            "score": round(hit.score, 6),
            "document_id": hit.document_id,
            "page": hit.page,
            "section": hit.section,
            "text": hit.text,
        }


class Assistant:
    """Answers questions over one library. Safe to call from several threads.

    Args:
        library: what is kept; opened by the caller, closed by `close`.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self.passages = PassageCache(library.catalogue)
        self.registry = Registry(library.catalogue, self.passages)
        self._opening = Lock()
        self._found: Retriever | None = None

    @property
    def _retriever(self) -> Retriever:
        """Opened at the first use, once for all threads."""
        with self._opening:
            if self._found is None:
                self._found = self._library.retriever()
            return self._found

    def close(self) -> None:
        """Let the library's files go."""
        self._library.close()

    # ---------------------------------------------------------------- answers

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Answer:
        """The answer to a question, each line verified against its own evidence.

        Raises:
            EmptyQuestionError: the question holds no words.
            vectorstore.errors.StoreError: what is kept cannot be read.
        """
        if not question.strip():
            raise EmptyQuestionError("Câu hỏi trống: xin nhập câu hỏi hoặc số văn bản.")
        started = time.perf_counter()
        asked = understand(question.strip(), history, language)
        if not self._library.catalogue.has_live_documents():
            draft = Draft("not_found", (Line(say(asked.language, "not_found.empty_library")),))
        else:
            draft = Composer(self.registry, self._retriever, self.passages).compose(asked)
        composed = time.perf_counter()
        return self._verified(draft, asked.question, asked.history, asked.language, started, composed)

    def _verified(
        self, draft: Draft, question: str, history: str, language: Language, started: float, composed: float
    ) -> Answer:
        checked = verify(draft.lines, question, history)
        holds = bool(checked.lines) and (checked.holds or draft.outcome != "answered")
        lines = checked.lines if holds else (Line(say(language, "not_found.question")),)
        text, citations = assemble(lines)
        now = time.perf_counter()
        return Answer(
            outcome=draft.outcome if holds else "not_found",
            text=text,
            citations=citations,
            mode=draft.mode,
            language=language,
            verified=True,
            candidates=draft.candidates,
            record=draft.record,
            question=question,
            timings_ms={
                "retrieval": round((composed - started) * 1000, 1),
                "answer": round((now - composed) * 1000, 1),
                "total": round((now - started) * 1000, 1),
            },
        )

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None
    ) -> Iterator[str | Answer]:
        """The answer's text in pieces, then the whole Answer as the last item."""
        answer = self.ask(question, history, language)
        for start in range(0, len(answer.text), _PIECE):
            yield answer.text[start : start + _PIECE]
        yield answer

    def status(self, number: str) -> Lookup:
        """What a typed number resolves to, with its record."""
        return self.registry.resolve(number)

    def status_text(self, lookup: Lookup, language: Language | None = None) -> Answer:
        """The note that an official would write of a look-up."""
        spoken = language or language_of(lookup.query)
        writer = StatusWriter(self.passages, spoken)
        lists = ListWriter(self.registry, self.passages)
        typed = parse_query(lookup.query)
        if lookup.record:
            draft = Draft("answered", tuple(writer.note(lookup.record)), "status", lookup.record)
        elif lookup.candidates:
            head = say(spoken, "ambiguous.number", count=len(lookup.candidates))
            lines = lists.choices(head, self.registry.matching(typed), spoken)
            draft = Draft("ambiguous", tuple(lines), "status", candidates=lookup.candidates)
        else:
            line = lists.suggestions(lookup.query, self.registry.near(typed), spoken)
            draft = Draft("not_found", (line,), "status", candidates=lookup.suggestions)
        now = time.perf_counter()
        return self._verified(draft, lookup.query, "", spoken, now, now)

    # ------------------------------------------------------------------ parts

    def search(self, query: str, top_k: int = 10) -> list[RankedHit]:
        """The best passages for a query."""
        hits = self._retriever.search(query, top_k)
        return [RankedHit(rank, hit) for rank, hit in enumerate(hits, 1)]

    def page(self, document_id: str, page: int) -> PageView:
        """One page as kept.

        Raises:
            UnknownDocumentError: there is no such document or page.
        """
        try:
            passages = self.passages.open(document_id)
            text = self._library.catalogue.page_text(document_id, page)
        except KeyError as error:
            raise UnknownDocumentError(
                f"Không có trang {page} của văn bản {document_id}: văn bản có thể đã được thay hoặc gỡ khỏi kho."
            ) from error
        return PageView(
            document_id=document_id,
            document=passages.document.place,
            source=passages.source,
            page=page,
            pages=len(passages.pages),
            text=text,
        )

    def documents(self) -> list[dict[str, Any]]:
        """One object a document that is in."""
        return [document_json(document) for document in self._library.catalogue.documents()]

    def records(self) -> Iterator[Identity]:
        """Every record's identity: the numbered ones in the order of the corpus, then those with a name alone."""
        yield from self.registry.identities()
        yield from self.registry.named()

    def numbers(self, text: str) -> list[dict[str, Any]]:
        """Every document number of a text."""
        return [number_json(mention) for mention in find_numbers(text)]

    def ready(self) -> bool:
        """Whether questions can be answered now; opens the indexes and the embedder."""
        self._retriever.search("sẵn sàng", 1)
        return True

    def examples(self, language: Language) -> list[str]:
        """Questions to try about what the library holds; empty where it knows no document number."""
        return example_questions(self.registry, language)


def open_library(settings: Settings) -> Library:
    """The library that the settings name, cleaned of what an interruption left."""
    return Library.open(settings.data_dir, settings.database_url, settings.embedder, settings.chroma_url)


def open_assistant(settings: Settings) -> Assistant:
    """The assistant that the settings name.

    Raises:
        vectorstore.errors.StoreError: what is kept cannot be opened.
    """
    return Assistant(open_library(settings))
