"""What the API's routes of the library take and give: documents, records, overview, jobs, feedback."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field, model_validator

from assistant.models import Language, Mode, Outcome
from assistant.web.api_schemas import MAX_QUESTION_CHARACTERS, CitationReply, Reply

DocumentId = Annotated[
    str, Path(pattern="^[0-9A-Za-z_-]{1,64}$", description="`document_id` of a citation or of the list.")
]


class PageSourceReply(BaseModel):
    """Where the text of a page comes from."""

    page: int
    source: Literal["digital", "ocr"]
    characters: int
    confidence: float | None = Field(description="Of recognised pages, from 0 to 1.")
    failed: bool = Field(description="Whether the page could not be read.")


class DocumentReply(Reply):
    """A document that is in, without its text."""

    document_id: str
    file: str = Field(description="Place of the file below the folder that was taken in.")
    pages: int
    header: dict[str, Any] | None = None
    signatures: list[dict[str, Any]] = Field(default_factory=list)
    page_list: list[PageSourceReply] = Field(default_factory=list)


class RecordReply(Reply):
    """All that the documents state of one document."""

    number: str | None
    key: str | None
    type: str | None
    issuer: str | None
    date: str | None
    title: str | None
    held_in: list[str]
    current_status: dict[str, Any] | None
    timeline: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    relations: list[dict[str, Any]]
    mentions: int


class RecordsReply(BaseModel):
    """A page of the list of records."""

    total: int
    next: str | None
    records: list[RecordReply]


class NamedCount(BaseModel):
    """How many there are of a name; null: of none."""

    name: str | None
    count: int


class StateCounts(NamedCount):
    """How many there are of a name, by state."""

    states: dict[str, int]


class HeldReply(BaseModel):
    """The documents that are in."""

    total: int
    pages: int
    by_type: list[NamedCount]
    by_issuer: list[NamedCount]
    by_year: list[NamedCount]
    by_text_source: list[NamedCount]


class RecordCounts(BaseModel):
    """How many documents are known, and of how many the text is in."""

    total: int
    held: int


class WantedReply(Reply):
    """A document that others mention and that is not in."""

    number: str | None
    key: str | None
    type: str | None
    issuer: str | None
    date: str | None
    title: str | None
    mentions: int


class MissingReply(BaseModel):
    """What is mentioned and not in, the most mentioned first."""

    total: int
    most_wanted: list[WantedReply]


class StatusCounts(BaseModel):
    """Current statuses (`none`: not stated), in all, by issuer and by the year they are of."""

    total: list[NamedCount]
    by_issuer: list[StateCounts]
    by_year: list[StateCounts]


class OverviewReply(BaseModel):
    """The library from above."""

    documents: HeldReply
    records: RecordCounts
    missing: MissingReply
    statuses: StatusCounts


class ProgressReply(BaseModel):
    """How far a job is."""

    done: float = Field(description="Files; a long one counts in fractions.")
    total: int
    file: str | None = Field(description="The file at work.")


class JobReply(BaseModel):
    """Work on the library that was asked for."""

    id: str
    kind: Literal["upload", "replace", "remove"]
    state: Literal["queued", "running", "done", "failed"]
    created_at: str = Field(description="ISO 8601, UTC.")
    started_at: str | None
    finished_at: str | None
    progress: ProgressReply
    document_id: str | None = Field(description="The document that is replaced or removed.")
    files: list[dict[str, Any]] = Field(description="How each file fared, as `troly ingest --json` prints it.")
    error: str | None = Field(description="Why the job as a whole failed.")


class JobsReply(BaseModel):
    """A page of the list of jobs, the latest first."""

    total: int
    next: str | None
    jobs: list[JobReply]


class JudgedAnswer(BaseModel):
    """The answer that feedback is about, as the API gave it; further fields are left aside."""

    text: str = Field(max_length=50_000)
    outcome: Outcome
    mode: Mode
    language: Language
    standalone_question: str = Field("", max_length=20_000)
    citations: list[CitationReply] = Field(default_factory=list, max_length=200)


class FeedbackBody(BaseModel):
    """A thumb up or down, with the answer: by its place in a stored conversation, or as it was given."""

    rating: Literal["up", "down"]
    reason: str = Field("", max_length=2000, description="In one's own words.")
    conversation_id: str | None = Field(None, max_length=36)
    turn: int | None = Field(None, ge=0, le=1_000_000, description="Ordinal of the answer in the conversation.")
    question: str | None = Field(None, max_length=MAX_QUESTION_CHARACTERS)
    answer: JudgedAnswer | None = None

    @model_validator(mode="after")
    def _names_one_answer(self) -> FeedbackBody:
        stored = self.conversation_id is not None and self.turn is not None
        sent = self.question is not None and self.answer is not None
        if stored == sent:
            raise ValueError("either conversation_id and turn, or question and answer")
        return self


class FeedbackReceipt(BaseModel):
    """Feedback that was kept."""

    id: str
    given_at: str


class FeedbackReply(Reply):
    """Feedback with the answer as it was."""

    id: str
    given_at: str
    rating: Literal["up", "down"]
    reason: str
    question: str
    standalone: str
    answer: str
    outcome: str
    mode: str
    language: str
    citations: list[dict[str, Any]]
    stored: bool = Field(description="Whether the answer was taken from a stored conversation, or sent by the caller.")
    version: str
    settings: str


class FeedbackListReply(BaseModel):
    """A page of the list of feedback, the latest first."""

    total: int
    next: str | None
    feedback: list[FeedbackReply]
