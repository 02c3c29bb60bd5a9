"""The composition root: settings → an assistant that answers."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from assistant.config import Settings
from assistant.draft import Assembler, Draft, Line
from assistant.errors import EmptyQuestionError, UnknownDocumentError
from assistant.examples import example_questions
from assistant.extractive import Composer
from assistant.generate import ChatModel, Generator, may_write
from assistant.lists import ListWriter
from assistant.models import (
    Answer,
    Evidence,
    Fallback,
    Highlight,
    Language,
    Lookup,
    Mode,
    PagePicture,
    PageView,
    Record,
    Turn,
)
from assistant.page_pictures import PagePictures
from assistant.printing import document_json, number_json, pages_json
from assistant.quoting import ENOUGH, Quoter
from assistant.record_filter import RecordFilter
from assistant.review import ReviewedHeader, check_reviewed, headers_for_review, letterhead
from assistant.stages import Check, Stages
from assistant.status import StatusWriter
from assistant.survey import Survey
from assistant.text_health import FileHealth, text_health
from assistant.topics import language_of
from assistant.understand import Understanding, understand
from assistant.verify import verify
from ingest.limits import Limits
from ingest.numbers import find_numbers, parse_query
from prompts import say
from vectorstore.access import Sight
from vectorstore.catalogue import Catalogue
from vectorstore.identities import Identity
from vectorstore.library import Library
from vectorstore.passages import PassageCache, Passages
from vectorstore.restricted import LibraryView
from vectorstore.retriever import Hit, Retriever
from vectorstore.rows import StoredDocument

_PIECE = 24
"""Characters in a streamed piece: small enough to be seen arriving, large enough to be cheap."""


class _Paper:
    """One answer while it is put together: a draft held against its evidence, then lines one by one."""

    def __init__(
        self, draft: Draft, question: str, history: str, language: Language, started: float, check: Check
    ) -> None:
        checked = verify(draft.lines, question, history, check)
        self.holds = bool(checked.lines) and (checked.holds or draft.outcome != "answered")
        self.lines = checked.lines if self.holds else (Line(say(language, "not_found.question")),)
        self.mode: Mode = draft.mode
        self.removed = len(checked.removed)
        self.fallback: Fallback | None = None
        self._draft, self._question, self._language = draft, question, language
        self._started, self._composed = started, time.perf_counter()
        self._assembler = Assembler()

    def add(self, lines: Sequence[Line]) -> Iterator[str]:
        """Write lines down; what each adds to the text."""
        return (self._assembler.add(line) for line in lines)

    def answer(self) -> Answer:
        """The answer as it stands on the paper."""
        draft, now = self._draft, time.perf_counter()
        return Answer(
            outcome=draft.outcome if self.holds else "not_found",
            text=self._assembler.text,
            citations=self._assembler.citations,
            mode=self.mode,
            language=self._language,
            verified=True,
            candidates=draft.candidates,
            record=draft.record,
            question=self._question,
            timings_ms={
                "retrieval": round((self._composed - self._started) * 1000, 1),
                "answer": round((now - self._composed) * 1000, 1),
                "total": round((now - self._started) * 1000, 1),
            },
            removed=self.removed,
            fallback=self.fallback,
        )


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
        library: what is kept, or what of it may be seen; opened by the caller, closed by `close`.
        model: writes the answers over the evidence; None: they are the documents' own sentences.
        evidence: pieces of evidence that the model is shown.
        least: share of a question that a sentence must hold to answer it.
        passwords: tried on PDFs that ask for one, where a picture of them is drawn.
        limits: what drawing a page may cost.
        fusion_weight: of the vectors against BM25 in a search, 0 to 1.
        stages: parts that an experiment replaces.
    """

    def __init__(
        self,
        library: Library | LibraryView,
        model: ChatModel | None = None,
        evidence: int = 6,
        least: float = ENOUGH,
        passwords: Sequence[str] = (),
        limits: Limits | None = None,
        fusion_weight: float = 0.5,
        stages: Stages = Stages(),  # noqa: B008 - frozen
    ) -> None:
        self._fusion_weight, self._stages, self._limits = fusion_weight, stages, limits
        self._library, self._model, self._evidence, self._passwords = library, model, evidence, passwords
        self.least = least
        self.passages = PassageCache(library.catalogue)
        self._pictures = PagePictures(library.catalogue, limits, passwords)
        self.registry = stages.registry(library.catalogue, self.passages)
        self.survey = Survey(library.catalogue, self.registry)
        self._opening = Lock()
        self._found: Retriever | None = None

    @property
    def _retriever(self) -> Retriever:
        """Opened at the first use, once for all threads."""
        with self._opening:
            if self._found is None:
                self._found = self._library.retriever(self._fusion_weight)
            return self._found

    def with_sight(self, sight: Sight) -> Assistant:
        """Another assistant over the same library, which knows only what this sight shows of it.

        Raises:
            TypeError: this one does not see everything itself.
        """
        if not isinstance(self._library, Library):
            raise TypeError("a view of a view")
        view = LibraryView(self._library, sight)
        return Assistant(
            view,
            self._model,
            self._evidence,
            self.least,
            self._passwords,
            self._limits,
            self._fusion_weight,
            self._stages,
        )

    @property
    def library(self) -> Library:
        """What is kept, to be changed.

        Raises:
            TypeError: this assistant does not see everything.
        """
        if not isinstance(self._library, Library):
            raise TypeError("a view changes nothing")
        return self._library

    @property
    def catalogue(self) -> Catalogue:
        """Where documents and conversations are kept."""
        return self._library.catalogue

    def close(self) -> None:
        """Let the library's files go."""
        self._pictures.close()
        self._library.close()

    # ---------------------------------------------------------------- answers

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Answer:
        """The answer to a question, each line verified against its own evidence.

        Raises:
            EmptyQuestionError: the question holds no words.
            vectorstore.errors.StoreError: what is kept cannot be read.
        """
        return next(item for item in self._answered(question, history, language) if isinstance(item, Answer))

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None
    ) -> Iterator[str | Answer]:
        """The answer's text in pieces as it is verified, then the whole Answer as the last item."""
        for item in self._answered(question, history, language):
            if isinstance(item, Answer):
                yield item
            else:
                yield from (item[start : start + _PIECE] for start in range(0, len(item), _PIECE))

    def _answered(self, question: str, history: Sequence[Turn], language: Language | None) -> Iterator[str | Answer]:
        """What each line adds to the text, then the Answer."""
        if not question.strip():
            raise EmptyQuestionError("Câu hỏi trống: xin nhập câu hỏi hoặc số văn bản.")
        started = time.perf_counter()
        asked = understand(question.strip(), history, language)
        if not self._library.catalogue.has_live_documents():
            draft = Draft("not_found", (Line(say(asked.language, "not_found.empty_library")),))
        else:
            draft = Composer(self.registry, self._retriever, self.passages, self.least).compose(asked)
        paper = _Paper(draft, asked.question, asked.history, asked.language, started, self._stages.check)
        if self._model and paper.holds and may_write(draft, asked):
            yield from self._written(self._model, paper, asked)
        else:
            yield from paper.add(paper.lines)
        yield paper.answer()

    def _written(self, model: ChatModel, paper: _Paper, asked: Understanding) -> Iterator[str]:
        """The model's sentences as they pass, and the documents' own words where they are needed."""
        quoter = Quoter(self.registry, self._retriever, self.passages)
        writing = Generator(model, quoter, self._evidence, self._stages).write(paper.lines, asked)
        for line in writing:
            paper.mode = "llm"
            yield from paper.add((line,))
        paper.removed += len(writing.removed)
        paper.fallback = writing.fallback
        yield from paper.add(writing.rest)
        if writing.fallback:
            yield from paper.add((Line(say(asked.language, f"model.{writing.fallback}")),))

    def status(self, number: str) -> Lookup:
        """What a typed number resolves to, with its record."""
        return self.registry.resolve(number)

    def mentions(self, lookup: Lookup) -> tuple[Evidence, ...]:
        """Every place that names the document found, in the order of the corpus; none where none was found."""
        return self.registry.mentions(lookup.record) if lookup.record else ()

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
        paper = _Paper(draft, lookup.query, "", spoken, time.perf_counter(), self._stages.check)
        list(paper.add(paper.lines))
        return paper.answer()

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
        passages, text = self._held_page(document_id, page)
        return PageView(
            document_id=document_id,
            document=passages.document.place,
            source=passages.source,
            page=page,
            pages=len(passages.pages),
            text=text,
            picture=self._pictures.state(passages.document),
        )

    def _held_page(self, document_id: str, page: int) -> tuple[Passages, str]:
        try:
            return self.passages.open(document_id), self._library.catalogue.page_text(document_id, page)
        except KeyError as error:
            raise UnknownDocumentError(
                f"Không có trang {page} của văn bản {document_id}: văn bản có thể đã được thay hoặc gỡ khỏi kho."
            ) from error

    def page_picture(self, document_id: str, page: int) -> PagePicture:
        """A page as its original shows it.

        Raises:
            UnknownDocumentError: there is no such document or page; a NoPictureError where it has no picture.
            BusyError: too many pages are being drawn.
        """
        return self._pictures.picture(self._held_page(document_id, page)[0], page)

    def highlight(self, document_id: str, page: int, start: int, end: int) -> Highlight:
        """Where a stretch of a page's text stands on its picture.

        Raises:
            UnknownDocumentError: there is no such document or page.
            BusyError: too many pages are being drawn.
        """
        return self._pictures.highlight(self._held_page(document_id, page)[0], page, start, end)

    def documents(self) -> list[dict[str, Any]]:
        """One object a document that is in."""
        return [document_json(document) for document in self._library.catalogue.documents()]

    def documents_where(self, wanted: RecordFilter, words: str = "") -> list[dict[str, Any]]:
        """One object a document that satisfies a filter and has some words in place, number, title or issuer."""
        return [document_json(document) for document in self.survey.documents(wanted, words)]

    def document(self, document_id: str) -> dict[str, Any]:
        """One document, with where the text of each page comes from.

        Raises:
            UnknownDocumentError: there is no such document.
        """
        document = self._live_document(document_id)
        return document_json(document) | {"page_list": pages_json(self._library.catalogue, document)}

    def document_record(self, document_id: str) -> Record | None:
        """All that is stated of a document; None for one that carries no number.

        Raises:
            UnknownDocumentError: there is no such document.
        """
        return self.registry.record_of_document(self._live_document(document_id).id)

    def _live_document(self, document_id: str) -> StoredDocument:
        document = self._library.catalogue.document(document_id)
        if document is None or document.state != "live":
            raise UnknownDocumentError(f"Không có văn bản {document_id} trong kho: có thể đã được thay hoặc gỡ.")
        return document

    def records_where(
        self, wanted: RecordFilter, held: bool | None = None, offset: int = 0, limit: int = 50
    ) -> tuple[int, list[dict[str, Any]]]:
        """How many records satisfy a filter, and a window on them; see `Survey.records`."""
        return self.survey.records(wanted, held, offset, limit)

    def overview(self) -> dict[str, Any]:
        """What is in, what is mentioned and missing, and the statuses."""
        return self.survey.overview()

    def text_health(self) -> list[FileHealth]:
        """How sound the text of every file is, by place."""
        return text_health(self._library.catalogue)

    def headers_for_review(self) -> list[ReviewedHeader]:
        """Scanned headers that wait for a person, then those that were confirmed."""
        return headers_for_review(self._library.catalogue)

    def letterhead(self, document_id: str) -> bytes:
        """The picture of one of those headers as a PNG.

        Raises:
            UnknownDocumentError: the document neither waits nor was confirmed.
            OSError: its file is gone, or cannot be drawn.
        """
        return letterhead(self._library.catalogue, document_id, self._passwords)

    def confirm_header(self, document_id: str, number: str | None, date: datetime.date | None) -> None:
        """Take number or date of one of those headers as a person read them.

        Raises:
            UnknownDocumentError: the document neither waits nor was confirmed, or is gone.
            vectorstore.errors.StoreError: the number is none, or the library cannot be written now.
        """
        check_reviewed(self._library.catalogue, document_id)
        try:
            self._library.confirm_header(document_id, number, date)
        except KeyError as error:
            raise UnknownDocumentError(f"Văn bản {document_id} không còn trong kho.") from error

    def records(self) -> Iterator[Identity]:
        """Every record's identity: the numbered ones in the order of the corpus, then those with a name alone."""
        yield from self.registry.identities()
        yield from self.registry.named()

    def numbers(self, text: str) -> list[dict[str, Any]]:
        """Every document number of a text."""
        return [number_json(mention) for mention in find_numbers(text)]

    def ready(self) -> bool:
        """Whether questions can be answered now; opens the indexes and the embedder."""
        self._library.embedder.prepare()
        self._retriever.search("sẵn sàng", 1)
        return True

    def examples(self, language: Language) -> list[str]:
        """Questions to try about what the library holds; empty where it knows no document number."""
        return example_questions(self.registry, language)


def open_library(settings: Settings) -> Library:
    """The library that the settings name, cleaned of what an interruption left."""
    return Library.open(
        settings.data_dir,
        settings.database_url,
        settings.embedder,
        settings.chroma_url,
        settings.reranker,
        settings.limits,
    )


def open_assistant(settings: Settings) -> Assistant:
    """The assistant that the settings name.

    Raises:
        vectorstore.errors.StoreError: what is kept cannot be opened.
    """
    model = None
    if settings.model_url:
        from assistant.chat_model import EndpointModel

        model = EndpointModel(settings)
    return Assistant(
        open_library(settings),
        model,
        settings.model_evidence,
        settings.evidence_threshold,
        settings.passwords,
        limits=settings.limits,
        fusion_weight=settings.fusion_weight,
    )
