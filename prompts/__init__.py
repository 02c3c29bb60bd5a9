"""The sentences that the assistant says, by language; each set carries a version.

`say("vi", "not_found.number", number="9999/QĐ-UBND")` gives a sentence; a missing name or language raises
KeyError, so that a sentence cannot silently be empty.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("vi", "en")


@lru_cache(maxsize=8)
def sentences(language: str, collection: str = "answers") -> dict[str, Any]:
    """One collection of sentences (`answers.vi.toml` → `sentences("vi")`), with its `version`.

    Raises:
        FileNotFoundError: there is no such language or collection.
    """
    return tomllib.loads((files(__name__) / f"{collection}.{language}.toml").read_text(encoding="utf-8"))


def say(language: str, name: str, **values: object) -> str:
    """The sentence `name` (dotted) with its values filled in.

    Raises:
        KeyError: there is no such sentence, or a value is missing.
    """
    found: Any = sentences(language)
    for part in name.split("."):
        found = found[part]
    return str(found).format(**values)


def label(language: str, group: str, name: str | None) -> str:
    """The word for a label of a closed list (`state`, `relation`, `type`); the label itself where none is given."""
    return str(sentences(language)[group].get(name or "", name or ""))
