"""What the HTTP API takes and gives, for its OpenAPI document. The shapes are those of the command line."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.kept_conversations import NotKept
from assistant.models import Fallback, Language, LookupOutcome, Mode, Outcome, PictureState
from assistant.web.events import MEDIA_TYPE
from assistant.web.security import PROBLEM_JSON
from ingest.models import LaterChange, SignatureVerdict
from vectorstore.conversations import MAX_TITLE_CHARACTERS

MAX_QUESTION_CHARACTERS = 2000
MAX_TEXT_CHARACTERS = 500_000
MAX_TURNS = 40


class Reply(BaseModel):
    """Something that the service tells of."""

    # The service may add fields; the contract only says which are always there.
    model_config = ConfigDict(extra="allow")


class TurnBody(BaseModel):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=20_000)


class AskBody(BaseModel):
    """A question, with the conversation so far."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"question": "5880/QĐ-UBND", "history": [], "language": "vi"}}
    )

    question: str = Field(max_length=MAX_QUESTION_CHARACTERS, description="A question or a document number.")
    history: list[TurnBody] = Field(default_factory=list, max_length=MAX_TURNS)
    language: Language | None = Field(None, description="Language of the answer; that of the question if left out.")


class SignatureReply(Reply):
    """A digital signature: its integrity, not whether the signer is to be trusted."""

    kind: Literal["signature", "timestamp"]
    signer: str
    organization: str | None
    signed_at: str | None = Field(description="ISO 8601, UTC, as the signer's machine says.")
    intact: bool = Field(description="Whether the bytes that were signed are still those.")
    whole_file: bool = Field(description="Whether those bytes are the whole file.")
    changed_since: LaterChange
    verdict: SignatureVerdict
    field: str = Field(description="Name of the form field.")
    shown: str = Field(description="What the field prints on the page.")


class SourceReply(Reply):
    """The header of the document that a quote stands in."""

    number: str | None
    date: str | None
    type: str | None
    issuer: str | None
    title: str
    signatures: list[SignatureReply] = Field(
        default_factory=list, description="Digital signatures of the file, as they were when it was quoted."
    )


class CitationReply(Reply):
    """A numbered reference from an answer to a sentence."""

    marker: int
    number: str | None
    key: str | None
    document: str
    document_id: str
    page: int
    section: str
    quote: str
    start: int = Field(description="Code points in the page's text.")
    end: int
    source: SourceReply


class CandidateReply(Reply):
    """A record to choose, or a near miss."""

    number: str
    key: str
    type: str | None
    issuer: str | None
    date: str | None
    title: str | None
    label: str = Field(description="What, asked again, finds this record alone.")


class AnswerReply(Reply):
    """An answer with its grounds."""

    outcome: Outcome
    text: str = Field(description="Plain text with `[n]` markers.")
    citations: list[CitationReply]
    mode: Mode
    language: Language
    verified: bool
    candidates: list[CandidateReply]
    record: str | None
    standalone_question: str
    timings_ms: dict[str, float]
    removed: int = Field(description="Lines that verification took out.")
    fallback: Fallback | None = Field(description="Why the documents' own words stand where a model was to write.")


class ConversationBody(BaseModel):
    """A conversation to begin."""

    title: str = Field("", max_length=MAX_TITLE_CHARACTERS, description="Empty: the first question.")
    language: Language | None = None


class TitleBody(BaseModel):
    """A conversation's new title."""

    title: str = Field(min_length=1, max_length=MAX_TITLE_CHARACTERS)


class ConversationAskBody(BaseModel):
    """A question that continues a stored conversation."""

    model_config = ConfigDict(json_schema_extra={"example": {"question": "Ai ký?", "language": "vi"}})

    question: str = Field(max_length=MAX_QUESTION_CHARACTERS)
    language: Language | None = Field(None, description="Language of the answer; that of the question if left out.")


class ConversationReply(Reply):
    """A conversation as a list shows it."""

    id: str
    title: str
    language: Language
    created_at: str = Field(description="ISO 8601, UTC.")
    updated_at: str
    turns: int = Field(description="Questions and answers together.")


class ConversationsReply(BaseModel):
    """A window on the caller's conversations."""

    total: int
    offset: int
    conversations: list[ConversationReply]


class KeptAnswerReply(AnswerReply):
    """An answer, and where it is kept."""

    conversation_id: str | None = Field(description="Null where the answer could not be kept.")
    turn: int | None = Field(description="Ordinal of the answer in the conversation.")
    not_kept: NotKept | None = Field(description="Why it could not; `full`: begin another conversation.")


class AuditedCitationReply(CitationReply):
    """A citation as it was, and what has become of the document."""

    state: Literal["unchanged", "changed", "gone"] = Field(description="The quoted document, in the library as it is.")
    quote_stands: bool = Field(description="Whether the quote is, word for word, in the version of now.")
    document_id_now: str | None


class PastAnswerReply(AnswerReply):
    """An answer as it was given."""

    citations: list[AuditedCitationReply]  # type: ignore[assignment]


class ExchangeReply(Reply):
    """A question with its answer as they were."""

    turn: int
    said_at: str
    question: str
    answer: PastAnswerReply
    version: str = Field(description="Of the product that answered.")
    settings: str = Field(description="Fingerprint of the settings that it answered under.")


class OpenedConversationReply(ConversationReply):
    """A conversation with all that was said in it."""

    exchanges: list[ExchangeReply]


class LookupReply(Reply):
    """What a typed number resolves to."""

    query: str
    outcome: LookupOutcome
    record: dict[str, Any] | None
    candidates: list[CandidateReply]
    suggestions: list[CandidateReply]


class NumbersBody(BaseModel):
    """A text to look for document numbers in."""

    text: str = Field(max_length=MAX_TEXT_CHARACTERS)
    resolve: bool = Field(False, description="Whether each number is looked up, too: `resolved`.")


class NumbersReply(BaseModel):
    """The numbers found, in the order of the text."""

    numbers: list[dict[str, Any]]


class SearchReply(BaseModel):
    """Ranked passages."""

    query: str
    hits: list[dict[str, Any]]


class DocumentsReply(BaseModel):
    """A window on the list of documents."""

    total: int
    offset: int
    next: str | None = Field(None, description="`cursor` of the next page; null on the last.")
    documents: list[dict[str, Any]]


class PageReply(BaseModel):
    """One page of a document as kept."""

    document_id: str
    document: str
    source: SourceReply
    page: int
    pages: int
    text: str
    signature_notes: dict[Language, list[str]] = Field(
        description="What is said of the file's digital signatures, the gravest first; their integrity, not trust."
    )
    picture: PictureState = Field(
        description="`drawn`: `/picture` gives it, as far as the original tells without being opened; else why not."
    )
    citation: dict[Language, str] = Field(description="Document, page and section as administration cites them.")


class HighlightReply(BaseModel):
    """Where a stretch of a page's text stands on its picture."""

    state: PictureState
    width: int = Field(description="Of the picture, in pixels; 0 where there is none.")
    height: int
    boxes: list[Annotated[list[int], Field(min_length=4, max_length=4)]] = Field(
        description="Left, top, right and bottom in ten-thousandths of the picture, one a printed line; none where "
        "the stretch is not found on it."
    )


class HealthReply(BaseModel):
    """Whether the server lives and can answer."""

    status: Literal["ok"]
    ready: bool
    version: str


class ProblemPart(BaseModel):
    """A part of a request that is not valid."""

    where: str = Field(description="`query.limit`, `body.question`.")
    detail: str


class ProblemReply(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    errors: list[ProblemPart] | None = Field(None, description="What is not valid, part by part; of status 422.")


Responses = dict[int | str, dict[str, Any]]
"""What an endpoint answers beside its own reply, by HTTP status, as FastAPI documents it."""

STREAM: Responses = {
    200: {
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
        "description": "The answer; with `Accept: text/event-stream` as `piece` events and one `answer` event.",
    }
}


def problem(status: int, description: str) -> Responses:
    """A refusal as a problem document."""
    return {status: {"model": ProblemReply, "content": {PROBLEM_JSON: {}}, "description": description}}
