"""What people thought of answers becomes stored feedback, and a draft of an evaluation suite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

from assistant.errors import BadInputError
from assistant.kept_conversations import KeptConversations
from ingest.folding import fold_words
from vectorstore.errors import UnknownConversationError
from vectorstore.feedback import FeedbackStore, GivenFeedback, Rating, StoredFeedback

_BEHAVIOURS = {"answered": "answer", "not_found": "abstain", "ambiguous": "clarify"}
"""What a suite calls each outcome."""


class Judge:
    """Keeps feedback together with the answer that it is about.

    Args:
        store: where it goes.
        fingerprint: of the settings that answers are given under now.
        conversations: where stored answers are; None where none are kept.
    """

    def __init__(self, store: FeedbackStore, fingerprint: str, conversations: KeptConversations | None = None) -> None:
        self.store, self._fingerprint, self._conversations = store, fingerprint, conversations

    def of_stored(self, owner: str, conversation_id: str, turn: int, rating: Rating, reason: str) -> StoredFeedback:
        """Judge an answer of a stored conversation.

        Raises:
            UnknownConversationError: the owner has no such conversation, or no answer stands there.
        """
        exchanges = self._conversations.opened(owner, conversation_id).exchanges if self._conversations else ()
        exchange = next((one for one in exchanges if one.ordinal == turn), None)
        if exchange is None:
            raise UnknownConversationError("Không có câu trả lời này: có thể hội thoại đã được xóa.")
        answer = exchange.answer.as_json()
        given = _given(owner, exchange.question, answer, rating, reason)
        return self.store.add(GivenFeedback(**given, stored=True, version=exchange.version, settings=exchange.settings))

    def of_sent(
        self, owner: str, question: str, answer: Mapping[str, Any], rating: Rating, reason: str
    ) -> StoredFeedback:
        """Judge an answer that the caller sends as they were given it.

        Args:
            owner: who judges.
            question: as it was asked.
            answer: as the command line prints it.
            rating: the thumb.
            reason: in their words.

        Raises:
            BadInputError: the question is empty.
        """
        if not question.strip():
            raise BadInputError("Câu hỏi trống: xin gửi kèm câu hỏi của câu trả lời được góp ý.")
        given = _given(owner, question, answer, rating, reason)
        return self.store.add(
            GivenFeedback(**given, stored=False, version=version("troly"), settings=self._fingerprint)
        )


def _given(owner: str, question: str, answer: Mapping[str, Any], rating: Rating, reason: str) -> dict[str, Any]:
    return {
        "owner": owner,
        "rating": rating,
        "reason": reason.strip(),
        "question": question,
        "standalone": answer["standalone_question"] or question,
        "answer": answer["text"],
        "outcome": answer["outcome"],
        "mode": answer["mode"],
        "language": answer["language"],
        "citations": list(answer["citations"]),
    }


def draft_cases(kept: Iterable[StoredFeedback]) -> Iterator[dict[str, Any]]:
    """One case of an evaluation suite for each judged answer, to be completed by a person.

    A thumb up makes the given answer and its quotes the expected ones. A thumb down says only that something is
    wrong: what is expected is left open, and the reason stands beside it. A suite asks a question once: of several
    judgements of it the last one stands.
    """
    last = {" ".join(fold_words(one.given.standalone).split()): one for one in kept}
    for one in last.values():
        given = one.given
        praised = given.rating == "up"
        keys = [cited["key"] for cited in given.citations if cited.get("key")]
        yield {
            "id": one.id,
            "question": given.standalone,
            "kind": f"feedback-{given.rating}",
            "expected_behaviour": _BEHAVIOURS.get(given.outcome, "answer") if praised else "answer",
            "lang": given.language,
            "gold_answer": given.answer if praised else "",
            "gold_keys": list(dict.fromkeys(keys)) if praised else [],
            "gold_evidence": [cited["quote"] for cited in given.citations] if praised else [],
            "draft": True,
            "reason": given.reason,
            "asked_as": given.question,
            "given_answer": given.answer,
            "given_evidence": list(given.citations),
            "given_at": one.given_at,
            "version": given.version,
        }
