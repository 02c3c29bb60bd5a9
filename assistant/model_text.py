"""What a language model writes → sentences with the numbers of the evidence that each cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.sentences import split_sentences

_MARK = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_MARKS = re.compile(rf"(?:\s*{_MARK.pattern})+")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_TOKEN = re.compile(r"<\|[^|<>]{1,40}\|>|</?(?:s|bos|eos|start_of_turn|end_of_turn|evidence|chung_cu)>")
_MARKUP = re.compile(r"\*\*|__|`+|^\s*(?:#{1,6}|>|[-*•–])\s+|^\s*\d{1,2}[.)]\s+(?=\S)", re.MULTILINE)
_ENDS = re.compile(r"[.!?…:;][\"”’»)]*$")
_LONGEST = 4000
"""Characters of a sentence after which a model that never ends one is cut off."""


@dataclass(frozen=True, slots=True)
class Written:
    """One sentence of a model."""

    text: str
    """Without markers and markup."""
    cited: tuple[int, ...]
    """Numbers of evidence, in order, each once."""


def sentences_of(pieces: Iterable[str]) -> Iterator[Written]:
    """The sentences of a stream, each as soon as it cannot change any more.

    A marker may stand before or behind the full stop of its sentence, or at the head of its line.
    """
    waiting = ""
    for piece in pieces:
        waiting += piece
        if "<think>" in waiting and "</think>" not in waiting:
            continue
        waiting = _THOUGHT.sub("", waiting)
        if len(waiting) > _LONGEST:
            break
        *lines, waiting = waiting.split("\n")
        for line in lines:
            yield from _line(line)
        done, waiting = _whole(waiting)
        yield from _line(done)
    yield from _line(_THOUGHT.sub("", waiting))


def _whole(line: str) -> tuple[str, str]:
    """A line that is still being written: its sentences but the last, and the rest."""
    if _MARKS.match(line):
        # Markers at the head of a line go before their sentences: the line is read as a whole.
        return "", line
    parts = _cut(line)
    if len(parts) < 2:
        return "", line
    return line[: parts[-1][0]], line[parts[-1][0] :]


def _cut(line: str) -> list[tuple[int, int]]:
    """Where the sentences of a line stand; markers behind a full stop belong to the sentence before it."""
    spans: list[tuple[int, int]] = []
    for span in split_sentences(_MARK.sub(lambda mark: "_" * len(mark.group()), line)):
        start = span.start
        behind = _MARKS.match(line, start)
        if spans and behind and _ENDS.search(line[: spans[-1][1]]):
            spans[-1] = (spans[-1][0], behind.end())
            start = behind.end()
        if line[start : span.end].strip(" .,;"):
            spans.append((start, span.end))
    return spans


def _line(line: str) -> Iterator[Written]:
    head = _MARKS.match(_MARKUP.sub("", line))
    if head:
        yield from _marked_before(_MARKUP.sub("", line))
        return
    for start, end in _cut(line):
        written = _written(line[start:end])
        if written:
            yield written


def _marked_before(line: str) -> Iterator[Written]:
    """`[1] A. [2] B.`: each marker goes before its sentence."""
    places = list(_MARKS.finditer(line))
    for at, place in enumerate(places):
        end = places[at + 1].start() if at + 1 < len(places) else len(line)
        for span in split_sentences(line[place.end() : end]):
            written = _written(place.group() + span.of(line[place.end() : end]))
            if written:
                yield written


def _written(text: str) -> Written | None:
    cited = [int(number) for mark in _MARK.finditer(text) for number in re.findall(r"\d+", mark.group(1))]
    plain = _TOKEN.sub(" ", _MARKUP.sub(" ", _MARK.sub(" ", text)))
    plain = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(plain.split())).strip()
    if not any(map(str.isalnum, plain)):
        return None
    return Written(plain, tuple(dict.fromkeys(cited)))
