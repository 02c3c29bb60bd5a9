"""The evidence of one sentence, taken apart once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from assistant.anchors import Anchor, Clause, anchors, clauses
from assistant.draft import Ground
from assistant.facts import Fact, find_facts, implied, read
from assistant.naming import document_name
from assistant.quantities import Quantity
from ingest.folding import fold_words

_PLANS = frozenset(["Kế hoạch", "Chương trình", "Chương trình hành động", "Đề án", "Chỉ thị", "Tờ trình"])


@dataclass(frozen=True)
class Cited:
    """The evidence of one sentence, taken apart once."""

    grounds: tuple[Ground, ...]

    @cached_property
    def quotes(self) -> str:
        """The quoted sentences."""
        return "\n".join(ground.evidence.quote for ground in self.grounds)

    @cached_property
    def heads(self) -> str:
        """What stands over the quotes: each document's number, date, issuer, title and section, and its subject."""
        told = []
        for ground in self.grounds:
            source = ground.source
            told += [document_name("vi", source.number, source.type, source.date, source.issuer), source.title]
            told += [ground.evidence.section, f"trang {ground.evidence.page}", ground.number or ""]
        return "\n".join(filter(None, told))

    @cached_property
    def clauses(self) -> list[Clause]:
        """The clauses of the quotes."""
        return clauses(self.quotes)

    @cached_property
    def facts(self) -> set[Fact]:
        """What quotes and heads state, with what follows from it."""
        return implied(find_facts(self.quotes) | find_facts(self.heads))

    @cached_property
    def spoken(self) -> set[Fact]:
        """What the quotes, the titles and the sections over them state: all but the date of the document itself."""
        over = "\n".join(f"{ground.source.title}\n{ground.evidence.section}" for ground in self.grounds)
        return implied(find_facts(self.quotes) | find_facts(over))

    @cached_property
    def quantities(self) -> list[tuple[Quantity, str]]:
        """Every number with the folded text that it stands in."""
        found = [(one, fold_words(clause.text)) for clause in self.clauses for one in clause.parts.quantities]
        return found + [(one, fold_words(self.heads)) for one in read(self.heads).quantities]

    @cached_property
    def anchors(self) -> frozenset[Anchor]:
        """Everything that the evidence names."""
        return frozenset(anchors(f"{self.quotes}\n{self.heads}"))

    @cached_property
    def of_plan(self) -> bool:
        """Whether all of it stands in plans."""
        return all(ground.source.type in _PLANS for ground in self.grounds)
