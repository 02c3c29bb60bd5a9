"""An answer while it is made: lines with the evidence of each, before markers and verification."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.models import Candidate, Citation, Evidence, Mode, Outcome, Record, Source


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of evidence with the document that it stands in and the number that it is about."""

    evidence: Evidence
    source: Source
    number: str | None = None
    key: str | None = None
    columns: str = ""
    """The header row over a table's row; empty for what is no row."""

    @property
    def place(self) -> tuple[str, int, int, str, str]:
        """What makes two grounds the same citation."""
        return (self.evidence.document_id, self.evidence.page, self.evidence.start, self.evidence.quote, self.key or "")

    def citation(self, marker: int) -> Citation:
        """The ground as a numbered citation."""
        return Citation(marker, self.number, self.key, self.evidence, self.source)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer."""

    text: str
    grounds: tuple[Ground, ...] = ()
    free: frozenset[str] = frozenset()
    """Numbers that the line may state on no evidence: a count of the things that it lists."""
    prose: bool = False
    """Whether a language model wrote it: then every name, act and link in it is held against its evidence, too."""


class Assembler:
    """Writes lines one by one with `[n]` markers, counted in order of first use, and keeps the citations."""

    def __init__(self) -> None:
        self._markers: dict[tuple[str, int, int, str, str], int] = {}
        self._citations: list[Citation] = []
        self._written: list[str] = []

    def add(self, line: Line) -> str:
        """Write a line; gives what it adds to the text, with the break before it."""
        marks = []
        for ground in line.grounds:
            if ground.place not in self._markers:
                self._markers[ground.place] = len(self._markers) + 1
                self._citations.append(ground.citation(self._markers[ground.place]))
            marks.append(self._markers[ground.place])
        written = line.text + "".join(f" [{mark}]" for mark in dict.fromkeys(marks))
        self._written.append(written)
        return written if len(self._written) == 1 else f"\n{written}"

    @property
    def text(self) -> str:
        """What was written so far."""
        return "\n".join(self._written)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations that it names, in order of first use."""
        return tuple(self._citations)


def assemble(lines: Sequence[Line]) -> tuple[str, tuple[Citation, ...]]:
    """The lines as one text with `[n]` markers, and the citations that they name, in order of first use."""
    assembler = Assembler()
    for line in lines:
        assembler.add(line)
    return assembler.text, assembler.citations


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before verification."""

    outcome: Outcome
    lines: tuple[Line, ...]
    mode: Mode = "extractive"
    record: Record | None = None
    candidates: tuple[Candidate, ...] = ()
