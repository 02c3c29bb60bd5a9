"""How much of what a question names a sentence holds: concept by concept, not syllable by syllable.

A Vietnamese word is mostly two syllables: `dân số` is not in a sentence because `nhân dân` and `số 5` are.
The question's runs of content syllables are cut into concepts where the sentence joins neighbours as the
question does; what no neighbour joins is missing. A concept weighs by its inverse sentence frequency among
the candidates (Spärck Jones 1972).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.folding import fold, fold_words

_WORD = re.compile(r"[^\W_]+")
_HEADING_WEIGHT = 0.55
"""What a concept counts that only stands in the heading over a sentence, not in it."""
_SPELLED_ALIKE = {"ngưng": "dừng", "ngừng": "dừng"}
"""Syllables that officials use for one another (`tạm ngưng`, `tạm dừng`)."""
_HALF = 0.6
"""What a syllable counts that is in the sentence, but beside another neighbour than in the question."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a question is about."""

    runs: tuple[tuple[str, ...], ...] = ()
    """Content syllables that stand side by side in the question."""
    plain: bool = False
    """True where the question has no diacritics: it is then matched folded."""
    required: tuple[str, ...] = ()
    """Numbers and abbreviations (`2021`, `XI`, `SOC`) that an answer cannot do without."""

    @property
    def syllables(self) -> tuple[str, ...]:
        """All content syllables."""
        return tuple(syllable for run in self.runs for syllable in run)


@dataclass(frozen=True, slots=True)
class Concept:
    """Neighbouring syllables of a question that a sentence holds together, or lacks together."""

    syllables: tuple[str, ...]
    share: float
    """1 where the sentence holds it, less where its headings do or its syllables stand apart, 0 where it is missing."""


def syllables_of(text: str, plain: bool) -> list[str]:
    """The syllables of a text in the form that a topic is matched in."""
    if plain:
        return fold_words(text).split()
    words = (word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", text)))
    return [_SPELLED_ALIKE.get(word, word) for word in words]


def terms_of(text: str, plain: bool) -> frozenset[str]:
    """The syllables of a text and their pairs."""
    words = syllables_of(text, plain)
    return frozenset(words) | {f"{one} {other}" for one, other in pairwise(words)}


def concepts(topic: Topic, inside: frozenset[str], above: frozenset[str]) -> Iterator[Concept]:
    """The concepts of a topic as a sentence (`inside`) and its headings (`above`) cut them."""
    for run in topic.runs:
        yield from _cut(run, inside, above)


def _cut(run: Sequence[str], inside: frozenset[str], above: frozenset[str]) -> Iterator[Concept]:
    joined = [_pair_share(f"{one} {other}", inside, above) for one, other in pairwise(run)]
    group: list[str] = []
    share = 0.0
    for at, syllable in enumerate(run):
        before = joined[at - 1] if at else 0.0
        after = joined[at] if at < len(joined) else 0.0
        own = max(before, after) or _alone(syllable, len(run) == 1, inside, above)
        if group and (before > 0 if share > 0 else own == 0):
            group.append(syllable)
            share = max(share, own)
            continue
        if group:
            yield Concept(tuple(group), share)
        group, share = [syllable], own
    if group:
        yield Concept(tuple(group), share)


def _pair_share(pair: str, inside: frozenset[str], above: frozenset[str]) -> float:
    return 1.0 if pair in inside else _HEADING_WEIGHT if pair in above else 0.0


def _alone(syllable: str, single: bool, inside: frozenset[str], above: frozenset[str]) -> float:
    share = 1.0 if syllable in inside else _HEADING_WEIGHT if syllable in above else 0.0
    return share if single else share * _HALF


_SIDES = frozenset(
    (  # noqa: SIM905 - read as words
        "kinh phí ngân sách vốn đầu tư tổng mức chi phí nguồn tiền tốn giải ngân đề án dự án chương trình nhiệm vụ "
        "sau trước khi cho thực hiện toàn bộ dự kiến được giao"
    ).split()
)
"""Syllables that ask for a side of a thing, or say its kind, before they name it (`kinh phí của đề án …`)."""


def leading_gap(topic: Topic, inside: frozenset[str], above: frozenset[str], money: bool = False) -> int:
    """How many syllables a sentence lacks at the head of the topic: a Vietnamese name begins with what it is.

    Args:
        topic: of the question.
        inside: terms of the sentence.
        above: terms of the headings over it.
        money: an amount is asked for; the name of what it is for counts by itself.
    """
    gap = _gap(topic, inside, above)
    return max(gap, _gap(_named(topic), inside, above)) if money else gap


def _gap(topic: Topic, inside: frozenset[str], above: frozenset[str]) -> int:
    gap = 0
    for concept in concepts(topic, inside, above):
        if concept.share >= _HEADING_WEIGHT and (concept.share != _HALF or len(concept.syllables) > 1):
            break
        gap += len(concept.syllables)
    return gap


def _named(topic: Topic) -> Topic:
    """The topic from the words on that name a thing; the topic itself where all ask for a side of one."""
    attributes = {fold(word) for word in _SIDES} if topic.plain else _SIDES
    runs = [list(run) for run in topic.runs]
    while runs and runs[0]:
        if runs[0][0] not in attributes:
            return Topic(tuple(tuple(run) for run in runs if run), topic.plain, topic.required)
        runs[0].pop(0)
        if not runs[0]:
            runs.pop(0)
    return topic


def coverage(
    topic: Topic, inside: frozenset[str], above: frozenset[str], frequency: Callable[[str], int], sentences: int
) -> float:
    """Share of the topic's weight that a sentence holds (0 to 1); 1 for a question that names nothing.

    Args:
        topic: of the question.
        inside: terms of the sentence.
        above: terms of the headings over it.
        frequency: in how many candidate sentences a term stands.
        sentences: how many candidates there are.
    """
    held = total = 0.0
    for concept in concepts(topic, inside, above):
        first = " ".join(concept.syllables[:2])
        words = max(1.0, len(concept.syllables) / 2) if concept.share == 0 else 1.0
        weight = words * (math.log(1 + sentences / (1 + frequency(first))) + 0.3)
        total += weight
        held += weight * concept.share
    return held / total if total else 1.0
