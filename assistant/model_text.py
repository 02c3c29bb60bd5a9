"""What a language model writes → sentences with the numbers of the evidence that each cites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.models import Span
from ingest.sentences import split_sentences

_MARK = re.compile(r"\[\s*(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\s*\]")
_MARKS = re.compile(rf"(?:\s*{_MARK.pattern})+")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_TOKEN = re.compile(r"<\|[^|<>]{1,40}\|>|</?(?:s|bos|eos|start_of_turn|end_of_turn|evidence|chung_cu)>")
_MARKUP = re.compile(r"\*\*|__|`+|^\s*(?:#{1,6}|>|[-*•–])\s+|^\s*\d{1,2}[.)]\s+(?=\S)", re.MULTILINE)
_BEHIND = re.compile(r"([.!?…][\"”’»)]*)((?:\s*\[\s*\d[\d\s,;]*\])+)")
"""Markers behind a full stop: they belong to the sentence before it."""
_DONE = re.compile(r"(?:[.!?…:;][\"”’»)*]*|\]|>)$")
_OPEN_MARK = re.compile(r"\[[\d\s,;]*$")
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
    yield from _line(_finished(_THOUGHT.sub("", waiting)))


def _finished(line: str) -> str:
    """The last line without a sentence that was cut off: one that ends with neither its sign nor a marker."""
    line = line.rstrip()
    if not line or _DONE.search(line):
        return line
    # Markers at the head of a line stay where they are, and begin a sentence like a capital letter.
    ahead = _MARKS.match(line) is not None
    line = line if ahead else _BEHIND.sub(r"\2\1", line)
    spans = _spans(line, "A" if ahead else "_")
    return line[: spans[-1].start] if len(spans) > 1 else ""


def _whole(line: str) -> tuple[str, str]:
    """A line that is still being written: its sentences but the last, and the rest."""
    # Markers at the head of a line go before their sentences: the line is read as a whole.
    if _MARKS.match(line) or _OPEN_MARK.search(line):
        return "", line
    line = _BEHIND.sub(r"\2\1", line)
    spans = _spans(line)
    return (line[: spans[-1].start], line[spans[-1].start :]) if len(spans) > 1 else ("", line)


def _spans(line: str, sign: str = "_") -> tuple[Span, ...]:
    """The sentences of a line whose markers are read as `sign`."""
    return split_sentences(_MARK.sub(lambda mark: sign * len(mark.group()), line))


def _line(line: str) -> Iterator[Written]:
    line = _MARKUP.sub("", line)
    if _MARKS.match(line):
        yield from _marked_before(line)
        return
    line = _BEHIND.sub(r"\2\1", line)
    for span in _spans(line):
        written = _written(span.of(line))
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
