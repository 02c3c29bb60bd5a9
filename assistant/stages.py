"""The stages of an answer that an experiment may replace; the product runs them as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.draft import Line
from assistant.facts import Fact
from assistant.models import Language
from assistant.verify import faults
from prompts import sentences
from vectorstore.catalogue import Catalogue
from vectorstore.passages import PassageCache
from vectorstore.registry import Registry

Check = Callable[[Line, Iterable[Fact]], list[str]]
"""What keeps a line out of an answer; empty where it stands."""


def wording(language: Language) -> Mapping[str, Any]:
    """What a language model is told, in a language."""
    return sentences(language, "model")


@dataclass(frozen=True, slots=True)
class Stages:
    """How numbers are resolved, lines are verified, and a model is instructed."""

    registry: Callable[[Catalogue, PassageCache], Registry] = Registry
    check: Check = faults
    wording: Callable[[Language], Mapping[str, Any]] = wording
