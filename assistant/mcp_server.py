"""The assistant as tools of the Model Context Protocol: `ask`, `status`, `search`, over the same service as the API."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Annotated, Any, Literal, Protocol, TypeVar

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from assistant.errors import AssistantError
from assistant.models import Answer, Language, Lookup, Turn
from vectorstore.errors import StoreError

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "Vietnamese administrative documents, answered from their own text. Every figure, date, amount and status in an "
    "answer is stated by the passage cited with it; where outcome is not_found the documents do not say, and nothing "
    "may be made up instead. A document number (5880/QĐ-UBND) is not an id: where outcome is ambiguous, ask which of "
    "the candidates is meant and send its label. Cite what you use by document, page and section."
)

T = TypeVar("T")


class JsonHit(Protocol):
    """A retrieved passage that can be printed."""

    def as_json(self) -> dict[str, Any]:
        """A line of `troly search --json`."""
        ...


class Asked(Protocol):
    """What answers; a part of the web's seam."""

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Answer:
        """The whole answer."""
        ...

    def status(self, number: str) -> Lookup:
        """What a typed document number resolves to."""
        ...

    def search(self, query: str, top_k: int = 10) -> Sequence[JsonHit]:
        """The best passages, best first."""
        ...


class EarlierTurn(BaseModel):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=20_000)]


def build_mcp(service: Asked) -> MCPServer[Any]:
    """A server with the three tools; each only reads, and calls nothing outside of this machine."""
    server: MCPServer[Any] = MCPServer(
        "troly", title="Trợ lý Văn bản", instructions=_INSTRUCTIONS, version=version("troly"), log_level="ERROR"
    )

    @server.tool(title="Hỏi văn bản / Ask the documents", annotations=_READS)
    def ask(
        question: Annotated[str, Field(max_length=2000, description="A question or a document number.")],
        language: Annotated[Language | None, Field(description="Of the answer; the question's if left out.")] = None,
        history: Annotated[
            list[EarlierTurn] | None, Field(max_length=40, description="The conversation so far.")
        ] = None,
    ) -> dict[str, Any]:
        """Answer a question from the documents, with a citation (document, page, section, quote) for each statement."""
        turns = [Turn(turn.role, turn.content) for turn in history or ()]
        return _kindly(lambda: service.ask(question, turns, language).as_json())

    @server.tool(title="Tình trạng văn bản / Status of a document", annotations=_READS)
    def status(
        number: Annotated[str, Field(max_length=300, description="Number, with its date or issuer if need be.")],
    ) -> dict[str, Any]:
        """Look a document number up: its record (status, timeline, relations, evidence) or the candidates."""
        return _kindly(lambda: service.status(number).as_json())

    @server.tool(title="Tìm đoạn văn / Search passages", annotations=_READS)
    def search(
        query: Annotated[str, Field(max_length=2000, description="Words to search for.")],
        top_k: Annotated[int, Field(ge=1, le=50, description="How many passages.")] = 10,
    ) -> dict[str, Any]:
        """Find the passages that fit a query, the best first; each with its document, page and section."""
        return _kindly(lambda: {"hits": [hit.as_json() for hit in service.search(query, top_k)]})

    return server


def _kindly(work: Callable[[], T]) -> T:
    """What goes wrong by our own account is said in its own words."""
    try:
        return work()
    except (AssistantError, StoreError) as error:
        raise ToolError(str(error)) from error
