"""The closed list of document types, the open list of issuers and the words for types, as look-up tables.

The facts are `numbers_data/*.tsv`; they are read at the first use and kept.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

from ingest.models import NumberSystem
from ingest.number_text import fold

_JOINT = frozenset({"TTLT", "NQLT"})
# Systems in the order in which a type's name is looked for when the one asked for has no such type.
_ORDER = ("state", "normative", "party")


@dataclass(frozen=True, slots=True)
class Issuer:
    """A row of `issuers.tsv`."""

    abbr: str
    name: str
    level: str

    @property
    def party(self) -> bool:
        """Whether its numbers are written the Party's way: `16-CTr/TU`."""
        return self.level == "party"


@dataclass(frozen=True, slots=True)
class TypeWord:
    """A row of `type_words.tsv`: how people name a type."""

    abbr: str
    verb: bool
    """True where the word is also a verb or a common noun, so that a number behind it may be a mere count."""


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("ingest").joinpath("numbers_data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))


@functools.cache
def type_names() -> Mapping[tuple[str, str], str]:
    """(abbreviation, system) → name; of several names (Party QĐ) the first of the table."""
    names: dict[tuple[str, str], str] = {}
    for row in _rows("doc_types.tsv"):
        if not row["abbr"].startswith("("):
            names.setdefault((row["abbr"], row["system"]), _plain_name(row["name_vi"]))
    return names


def _plain_name(name: str) -> str:
    """`Quyết định (cá biệt)` → `Quyết định`; `Chương trình (hành động)` keeps its words."""
    name = name.replace("(hành động)", "hành động")
    return re.sub(r"\s*\(.*?\)", "", name).split(" / ")[0].split(" của ")[0].strip()


@functools.cache
def types_by_fold() -> Mapping[str, tuple[str, ...]]:
    """Folded abbreviation (lower case) → the abbreviations it may stand for: `hd` → HD, HĐ."""
    found: dict[str, list[str]] = {}
    for abbr, _ in type_names():
        names = found.setdefault(fold(abbr), [])
        if abbr not in names:
            names.append(abbr)
    return {key: tuple(value) for key, value in found.items()}


def known_type(token: str) -> str | None:
    """The abbreviation that a token stands for; of HD and HĐ the one as written, of several the plainer one."""
    names = types_by_fold().get(fold(token), ())
    for name in names:
        if name.upper() == token.upper():
            return name
    return names[0] if names else None


@functools.cache
def issuers() -> Mapping[str, Issuer]:
    """Folded abbreviation (lower case) → issuer; of two that fold alike, the first of the table."""
    found: dict[str, Issuer] = {}
    for row in _rows("issuers.tsv"):
        found.setdefault(fold(row["abbr"]), Issuer(row["abbr"], row["name_vi"], row["level"]))
    return found


@functools.cache
def lost_letter_issuers() -> Mapping[str, str]:
    """What is left of an issuer whose Đ was lost on the way (`skht` of SKHĐT) → its abbreviation."""
    known = issuers()
    lost = {fold(i.abbr.replace("Đ", "")): i.abbr for i in known.values() if "Đ" in i.abbr and len(i.abbr) > 3}
    return {key: abbr for key, abbr in lost.items() if key not in known and len(key) > 2}


@functools.cache
def type_words() -> Mapping[str, str]:
    """Folded words and short forms → abbreviation: `quyet dinh` → QĐ, `qd` → QĐ, `decision` → QĐ."""
    words = {key: names[0] for key, names in types_by_fold().items() if len(key) > 1}
    words.update({key: word.abbr for key, word in spelled_type_words().items()})
    return MappingProxyType(words)


@functools.cache
def spelled_type_words() -> Mapping[str, TypeWord]:
    """The words alone, without short forms."""
    return {fold(row["word"]): TypeWord(row["abbr"], row["plain"] == "verb") for row in _rows("type_words.tsv")}


@functools.cache
def context_words(kind: str) -> frozenset[str]:
    """Folded words that decide what a number near them is.

    Args:
        kind: `form` and `place` (before a mark that is no document's number), `other_date` (between a number and a
            date that is not its own), `unit` (behind a count), `naming` (behind a number that names a document),
            `counted_pair` (two words whose first looks like `naming`).
    """
    return frozenset(row["word"] for row in _rows("context_words.tsv") if row["kind"] == kind)


@functools.cache
def written_type_words() -> frozenset[str]:
    """Every way of writing a type's name or short form, with and without diacritics."""
    words = {row["word"] for row in _rows("type_words.tsv")} | {abbr for abbr, _ in type_names() if len(abbr) > 1}
    return frozenset(words | {fold(word) for word in words} | {word.lower() for word in words})


@functools.cache
def last_syllables() -> frozenset[str]:
    """The last syllables of the spelled words: what a number's left neighbour must be to be such a word's end."""
    return frozenset(word.rsplit(" ", 1)[-1] for word in spelled_type_words())


def type_name(abbr: str | None, system: NumberSystem | None = None) -> str | None:
    """Name of a type: `QĐ` → `Quyết định`; `CTr` of the Party → `Chương trình hành động`.

    Args:
        abbr: an abbreviation of `doc_types.tsv`; None for an official letter, `Công văn`.
        system: the numbering system; the state's names where it is left out.
    """
    if abbr is None:
        return "Công văn"
    names = type_names()
    for candidate in (system or "state", *_ORDER):
        if (abbr, candidate) in names:
            return names[abbr, candidate]
    return None


def issuer_name(code: str) -> str | None:
    """Name of the issuer that a code begins with: `VPCP-KGVX` → `Văn phòng Chính phủ`; None for an unknown one."""
    leading = re.split(r"[-/._\s]", code.strip(), maxsplit=1)[0]
    if not leading:
        return None
    issuer = issuers().get(fold(leading)) or issuers().get(fold(leading.rstrip("0123456789")))
    if issuer is None or issuer.level.startswith("drafting unit"):
        return None
    return re.sub(r"\s*\((?!1\d{3})[^)]*\)", "", issuer.name).strip()


def is_joint(abbr: str | None) -> bool:
    """Whether several issuers share numbers of this type."""
    return abbr in _JOINT
