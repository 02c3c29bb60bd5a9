"""Evidence → an answer by a language model: it sees numbered evidence only, and only what passes is ever shown.

A model restates; it decides nothing. Where the registry or the composer has an exact answer (a status, a choice, a
list, a count, nothing), that answer stands. Elsewhere the model writes over the evidence of the composer's lines and of
the best passages, sentence by sentence, and the sentence that answers in the documents' own words follows where the
model left it out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Protocol

from assistant.draft import Draft, Ground, Line
from assistant.errors import ModelError
from assistant.facts import read
from assistant.intents import Intent
from assistant.model_prompt import Message, messages, sendable
from assistant.model_text import Written, sentences_of
from assistant.models import Fallback
from assistant.quoting import Quoter
from assistant.stages import Stages
from assistant.topics import language_told
from assistant.understand import Understanding

log = logging.getLogger(__name__)

_FIGURES = frozenset([Intent.HOW_MANY, Intent.WHEN])
_MOST_SENTENCES = 8
_OPENING = re.compile(
    r"^(?:(?:câu trả lời|trả lời|đáp án|answer)\s*:\s*|\([^()]{2,120}(?:trang|page)\s\d[^()]*\)\s*)+", re.IGNORECASE
)
"""What a model copies from the prompt: the word before the answer, the place before a piece of evidence."""


class ChatModel(Protocol):
    """Whatever continues a conversation."""

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply in pieces as it is written. Raises ModelError."""
        ...


def may_write(draft: Draft, asked: Understanding) -> bool:
    """Whether a draft leaves anything to a model: not a status, a record, a choice, a list or an abstention."""
    exact = draft.outcome != "answered" or draft.mode == "status" or not asked.topic
    return not exact and not any(line.free or line.text.startswith("- ") for line in draft.lines)


class Writing:
    """One answer as a model writes it: iterate it for the sentences that pass, then read the rest.

    Args:
        model: writes.
        drafted: the lines of the answer without a model, verified.
        grounds: the evidence, numbered from 1 in this order.
        asked: the question.
        stages: how a sentence is verified, and what the model is told.
    """

    def __init__(
        self,
        model: ChatModel,
        drafted: Sequence[Line],
        grounds: Sequence[Ground],
        asked: Understanding,
        stages: Stages = Stages(),  # noqa: B008 - frozen
    ) -> None:
        self._stages = stages
        self._model, self._drafted, self._grounds, self._asked = model, tuple(drafted), tuple(grounds), asked
        self._kept: list[Line] = []
        self.removed: list[Line] = []
        self.fallback: Fallback | None = None
        """Why the documents' own words stand in the answer; None where the model's sentences are enough."""

    def __iter__(self) -> Iterator[Line]:
        asked = self._asked
        pieces = self._model.stream(
            messages(asked.question, self._grounds, asked.language, self._stages.wording(asked.language))
        )
        try:
            for written in sentences_of(pieces):
                line = self._held(written)
                if line:
                    self._kept.append(line)
                    yield line
                if len(self._kept) + len(self.removed) >= _MOST_SENTENCES:
                    break
        except ModelError as error:
            log.warning("the language model gave no whole answer: %s", error)
            self.fallback = "interrupted" if self._kept else "unavailable"
            return
        if not self._kept:
            self.fallback = "unverified" if self.removed else "unavailable"

    def _held(self, written: Written) -> Line | None:
        """A sentence as a line where it stands; None where it falls or was said before."""
        known = [self._grounds[number - 1] for number in written.cited if 0 < number <= len(self._grounds)]
        line = Line(_OPENING.sub("", written.text), tuple(known), prose=True)
        if any(line.text == other.text for other in (*self._kept, *self.removed)):
            return None
        wrong = self._stages.check(line, ())
        if len(known) < len(written.cited):
            wrong = ["evidence that does not exist", *wrong]
        if language_told(line.text) not in {None, self._asked.language}:
            wrong = ["another language", *wrong]
        if wrong:
            log.warning("sentence of the model not stated by its evidence, left out: %s", wrong)
            self.removed.append(line)
            return None
        return line

    @property
    def rest(self) -> tuple[Line, ...]:
        """The lines in the documents' own words that the answer still needs: all of them, or none."""
        return () if self.fallback is None and self._answers() else self._drafted

    def _answers(self) -> bool:
        """Whether the model's sentences cite the sentence that answers, and say its figure where one is asked for."""
        lead = next((line for line in self._drafted if line.grounds), None)
        if lead is None:
            return True
        cited = {ground.place[:4] for line in self._kept for ground in line.grounds}
        if lead.grounds[0].place[:4] not in cited:
            return False
        if not (self._asked.money or self._asked.intent in _FIGURES):
            return True
        wanted = _figures(lead.grounds[0].evidence.quote, self._asked) - _figures(self._asked.question, self._asked)
        return not wanted or any(wanted & _figures(line.text, self._asked) for line in self._kept)


def _figures(text: str, asked: Understanding) -> set[str]:
    """What answers a question for a figure: its days where it asks when, else its amounts and counts."""
    parts = read(text)
    if asked.intent is Intent.WHEN:
        return {fact.value for fact in parts.facts if fact.kind in {"date", "month", "quarter"}}
    return {quantity.value for quantity in parts.quantities if quantity.unit or quantity.scaled}


class Generator:
    """Has a model write over the evidence of a question.

    Args:
        model: writes.
        quoter: finds the best passages.
        most: pieces of evidence that the model is shown.
        stages: how a sentence is verified, and what the model is told.
    """

    def __init__(self, model: ChatModel, quoter: Quoter, most: int, stages: Stages = Stages()) -> None:  # noqa: B008 - frozen
        self._model, self._quoter, self._most, self._stages = model, quoter, most, stages

    def write(self, drafted: Sequence[Line], asked: Understanding) -> Writing:
        """The answer to come; nothing is called before it is iterated."""
        return Writing(self._model, drafted, self._evidence(drafted, asked), asked, self._stages)

    def _evidence(self, drafted: Sequence[Line], asked: Understanding) -> list[Ground]:
        """The grounds of the drafted lines, then the best sentences of the best passages, each once."""
        found = [ground for line in drafted for ground in line.grounds]
        ranked = self._quoter.among(self._quoter.hits(asked), asked)
        found += [ground for one in ranked[: self._most] for ground in self._quoter.line(one, None, asked).grounds]
        once: dict[object, Ground] = {}
        for ground in filter(sendable, found):
            once.setdefault(ground.place[:4], ground)
        return list(once.values())[: self._most]
