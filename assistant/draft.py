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


def assemble(lines: Sequence[Line]) -> tuple[str, tuple[Citation, ...]]:
    """The lines as one text with `[n]` markers, and the citations that they name, in order of first use."""
    markers: dict[tuple[str, int, int, str, str], int] = {}
    citations: list[Citation] = []
    written = []
    for line in lines:
        marks = []
        for ground in line.grounds:
            if ground.place not in markers:
                markers[ground.place] = len(markers) + 1
                citations.append(ground.citation(markers[ground.place]))
            marks.append(markers[ground.place])
        written.append(line.text + "".join(f" [{mark}]" for mark in dict.fromkeys(marks)))
    return "\n".join(written), tuple(citations)


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before verification."""

    outcome: Outcome
    lines: tuple[Line, ...]
    mode: Mode = "extractive"
    record: Record | None = None
    candidates: tuple[Candidate, ...] = ()
