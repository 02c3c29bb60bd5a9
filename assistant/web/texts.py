"""The sentences of the pages, by language: `prompts/web.vi.toml` and `prompts/web.en.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import get_args

from assistant.models import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts of one language under dotted names (`chat.sources`)."""

    language: Language
    entries: Mapping[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """The text, its `{placeholders}` filled in. Raises KeyError for a name that no file has."""
        text = self.entries[name]
        return text.format(**values) if values else text

    def label(self, table: str, key: str) -> str:
        """The label of a code (`states`, `relations`, `mode`); the code itself where it is new to the texts."""
        return self.entries.get(f"{table}.{key}", key)


@cache
def load_texts(language: Language) -> Texts:
    """The texts of a language, read once."""
    source = resources.files("prompts").joinpath(f"web.{language}.toml")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    entries = {
        f"{table}.{key}": text for table, keys in tables.items() if isinstance(keys, dict) for key, text in keys.items()
    }
    return Texts(language, MappingProxyType(entries))


def choose_language(wanted: str | None, default: Language) -> Language:
    """The wanted language where we speak it, the default otherwise."""
    return next((language for language in LANGUAGES if language == wanted), default)
