"""Conversations that are kept: a question is answered with what was said before it, and stored with its answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal, Protocol, cast

from assistant.config import Settings
from assistant.models import Answer, Citation, Fallback, Language, Mode, Outcome, Turn
from assistant.withheld import View, as_seen
from vectorstore.access import EVERYTHING, Sight
from vectorstore.catalogue import Catalogue
from vectorstore.conversation_archive import audit
from vectorstore.conversation_models import AuditedCitation, CitedPassage, Conversation, GivenAnswer, StoredTurn
from vectorstore.conversations import ConversationStore
from vectorstore.errors import ConversationLimitError, FullConversationError, StoreError, UnknownConversationError

HISTORY_TURNS = 16
"""How much of a conversation a question is understood by: its last eight questions with their answers."""

NotKept = Literal["full", "too_long", "deleted", "busy"]
"""Why an answer was given and not kept: the conversation has all the turns that one may have, the question is longer
than is kept, the conversation was deleted meanwhile, or the database could not be written."""

log = logging.getLogger(__name__)


class Answering(Protocol):
    """What answers."""

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None
    ) -> Iterator[str | Answer]:
        """Pieces of the answer's text as they arrive, then the whole Answer as the last item."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, and where it is kept."""

    answer: Answer
    conversation_id: str | None
    """None where the answer could not be kept."""
    ordinal: int | None
    """Of the answer among the turns of the conversation."""
    not_kept: NotKept | None = None
    """Why it could not."""

    def as_json(self) -> dict[str, Any]:
        """The answer's own JSON, and where it is kept."""
        kept = {"conversation_id": self.conversation_id, "turn": self.ordinal, "not_kept": self.not_kept}
        return self.answer.as_json() | kept


@dataclass(frozen=True, slots=True)
class PastExchange:
    """A question and its answer as they were, with what has become of the quoted documents since."""

    question: str
    answer: Answer
    ordinal: int
    """Of the answer."""
    said_at: str
    version: str
    settings: str
    audited: tuple[AuditedCitation, ...]
    """One a citation, in their order."""


@dataclass(frozen=True, slots=True)
class OpenedConversation:
    """A conversation with all that was said in it."""

    conversation: Conversation
    exchanges: tuple[PastExchange, ...]


class KeptConversations:
    """Asks within stored conversations. Safe to call from several threads.

    Args:
        assistant: what answers.
        catalogue: where conversations and documents are kept.
        settings: what the answers are given under.
        view: what the one may see who is asking now; None where everybody sees everything.
    """

    def __init__(
        self,
        assistant: Answering,
        catalogue: Catalogue,
        settings: Settings,
        view: Callable[[], View] | None = None,
    ) -> None:
        self._assistant, self.catalogue, self.view = assistant, catalogue, view
        self._version, self._settings = version("troly"), settings.fingerprint
        self.store = ConversationStore(catalogue, searches_answers=view is None)

    def ask(self, owner: str, conversation_id: str | None, question: str, language: Language | None = None) -> Said:
        """The whole answer, and where it is kept.

        Args:
            owner: who asks.
            conversation_id: the conversation that the question continues; None begins one.
            question: as it was typed.
            language: of the answer; that of the question if left out.

        Raises:
            UnknownConversationError: the owner has no such conversation.
            EmptyQuestionError: the question holds no words.
        """
        *_, said = self.stream(owner, conversation_id, question, language)
        return cast(Said, said)

    def stream(
        self,
        owner: str,
        conversation_id: str | None,
        question: str,
        language: Language | None = None,
        history: Sequence[Turn] | None = None,
    ) -> Iterator[str | Said]:
        """Pieces of the answer's text as they arrive, then the whole of it, once it is kept, as the last item.

        Args:
            owner: who asks.
            conversation_id: the conversation that the question continues; None begins one.
            question: as it was typed.
            language: of the answer; that of the question if left out.
            history: what was said before, where more was said than could be kept; what is stored if left out.

        Raises:
            UnknownConversationError: the owner has no such conversation; raised at the call, not at the first piece.
        """
        stored = self.history(owner, conversation_id) if conversation_id else []
        # Now, and not at the first piece: who asks is known while they are asking.
        sight = self.view().sight if self.view else EVERYTHING
        arriving = self._assistant.stream(question, stored if history is None else history, language)
        return self._said(owner, conversation_id, question, arriving, sight)

    def _said(
        self, owner: str, conversation_id: str | None, question: str, arriving: Iterator[str | Answer], sight: Sight
    ) -> Iterator[str | Said]:
        for item in arriving:
            yield self._keep(owner, conversation_id, question, item, sight) if isinstance(item, Answer) else item

    def _keep(self, owner: str, conversation_id: str | None, question: str, answer: Answer, sight: Sight) -> Said:
        """A person gets the answer even where it cannot be kept."""
        given = self._given(answer, sight)
        try:
            if conversation_id is None:
                begun, ordinal = self.store.begin(owner, question, given)
                return Said(answer, begun.id, ordinal)
            return Said(answer, conversation_id, self.store.append(owner, conversation_id, question, given))
        except StoreError as error:
            log.warning("an answer was given and not kept: %s", type(error).__name__)
            return Said(answer, None, None, _reason(error))

    def _given(self, answer: Answer, sight: Sight) -> GivenAnswer:
        return GivenAnswer(
            content=answer.text,
            standalone=answer.question,
            outcome=answer.outcome,
            mode=answer.mode,
            language=answer.language,
            verified=answer.verified,
            version=self._version,
            settings=self._settings,
            citations=tuple(CitedPassage(c.marker, c.number, c.key, c.evidence, c.source) for c in answer.citations),
            candidates=answer.candidates,
            record=answer.record,
            timings_ms=answer.timings_ms,
            removed=answer.removed,
            fallback=answer.fallback,
            sight=None if sight.everything else tuple(sorted(sight.groups)),
        )

    def history(self, owner: str, conversation_id: str) -> list[Turn]:
        """What was said last, as a question is understood by it.

        Raises:
            UnknownConversationError: the owner has no such conversation.
        """
        said = self._turns(owner, conversation_id, HISTORY_TURNS)
        return [Turn(turn.role, turn.content, answer_of(turn)) for turn in said]

    def opened(self, owner: str, conversation_id: str) -> OpenedConversation:
        """A conversation as it was, with what has become of the quoted documents since.

        Raises:
            UnknownConversationError: the owner has no such conversation.
        """
        conversation = self.store.get(owner, conversation_id)
        said = self._turns(owner, conversation_id)
        return OpenedConversation(
            conversation, past_exchanges(self.view().catalogue if self.view else self.catalogue, said)
        )

    def _turns(self, owner: str, conversation_id: str, last: int | None = None) -> list[StoredTurn]:
        """What was said, less the answers that their owner may see no longer."""
        said = self.store.turns(owner, conversation_id, last)
        return as_seen(said, self.view(), self.catalogue) if self.view else said


def _reason(error: StoreError) -> NotKept:
    if isinstance(error, FullConversationError):
        return "full"
    if isinstance(error, ConversationLimitError):
        return "too_long"
    return "deleted" if isinstance(error, UnknownConversationError) else "busy"


def past_exchanges(catalogue: Catalogue, said: Sequence[StoredTurn]) -> tuple[PastExchange, ...]:
    """Stored turns as questions with their answers."""
    audited: dict[int, list[AuditedCitation]] = {}
    for found in audit(catalogue, said):
        audited.setdefault(found.turn, []).append(found)
    exchanges = []
    for asked, answered in zip(said[::2], said[1::2], strict=True):
        given, answer = answered.answer, answer_of(answered)
        if given is None or answer is None:
            raise ValueError(f"turn {answered.ordinal} is no answer")
        exchanges.append(
            PastExchange(
                question=asked.content,
                answer=answer,
                ordinal=answered.ordinal,
                said_at=answered.said_at,
                version=given.version,
                settings=given.settings,
                audited=tuple(audited.get(answered.ordinal, ())),
            )
        )
    return tuple(exchanges)


def answer_of(turn: StoredTurn) -> Answer | None:
    """The answer that a turn keeps; None where it is a question."""
    given = turn.answer
    if given is None:
        return None
    return Answer(
        outcome=cast(Outcome, given.outcome),
        text=given.content,
        citations=tuple(Citation(c.marker, c.number, c.key, c.evidence, c.source) for c in given.citations),
        mode=cast(Mode, given.mode),
        language=cast(Language, given.language),
        verified=given.verified,
        candidates=given.candidates,
        record=given.record,
        question=given.standalone,
        timings_ms=given.timings_ms,
        removed=given.removed,
        fallback=cast(Fallback | None, given.fallback),
    )


def exchange_json(exchange: PastExchange) -> dict[str, Any]:
    """A stored exchange: the question, the answer as the command line prints it, and its audit."""
    answer = exchange.answer.as_json()
    answer["citations"] = [
        citation | {"state": found.state, "quote_stands": found.quote_stands, "document_id_now": found.document_id}
        for citation, found in zip(answer["citations"], exchange.audited, strict=True)
    ]
    return {
        "turn": exchange.ordinal,
        "said_at": exchange.said_at,
        "question": exchange.question,
        "answer": answer,
        "version": exchange.version,
        "settings": exchange.settings,
    }


def conversation_json(conversation: Conversation) -> dict[str, Any]:
    """A conversation as a list shows it."""
    return {
        "id": conversation.id,
        "title": conversation.title,
        "language": conversation.language,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
        "turns": conversation.turns,
    }
