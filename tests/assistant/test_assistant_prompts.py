"""The sentences of both languages: the same names and placeholders, a word for every label, nothing left over."""

from __future__ import annotations

import csv
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from placeholders import placeholders

from prompts import LANGUAGES, label, say, sentences

ROOT = Path(__file__).resolve().parents[2]
_SPOKEN_GROUPS = ("status", "document", "answer", "not_found", "ambiguous", "missing", "examples", "model")


def flat(tree: dict[str, Any], above: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        found |= flat(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return found


def labels(name: str, *columns: str) -> set[str]:
    lines = (files("ingest") / "status_data" / name).read_text(encoding="utf-8").splitlines()
    return {row[column] for row in csv.DictReader(lines, delimiter="\t") for column in columns}


def test_both_languages_have_the_same_names() -> None:
    vietnamese, english = flat(sentences("vi")), flat(sentences("en"))
    # A type's name is its own word in Vietnamese.
    assert {name for name in vietnamese if not name.startswith("type.")} == {
        name for name in english if not name.startswith("type.")
    }


@pytest.mark.parametrize("name", sorted(name for name in flat(sentences("vi")) if not name.startswith("type.")))
def test_both_languages_have_the_same_placeholders(name: str) -> None:
    vietnamese, english = flat(sentences("vi"))[name], flat(sentences("en"))[name]
    if isinstance(vietnamese, str):
        assert vietnamese.strip()
        assert english.strip()
        assert placeholders(vietnamese) == placeholders(english)
    else:
        assert len(vietnamese) == len(english) > 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_relation_has_a_word(language: str) -> None:
    spoken = sentences(language)
    assert labels("statuses.tsv", "label") <= set(spoken["state"])
    assert labels("relations.tsv", "relation", "inverse") <= set(spoken["relation"])


def test_every_word_is_of_a_label() -> None:
    spoken = sentences("vi")
    assert set(spoken["state"]) <= labels("statuses.tsv", "label")
    assert set(spoken["relation"]) <= labels("relations.tsv", "relation", "inverse")


def test_no_sentence_is_left_over() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "assistant").rglob("*.py"))
    spoken = [name for name in flat(sentences("vi")) if name.split(".")[0] in _SPOKEN_GROUPS]
    assert len(spoken) > 20
    for name in spoken:
        group, last = name.split(".")
        built = f'f"{group}.' in code
        assert f'"{name}"' in code or (built and f'"{last}"' in code), name


def test_every_sentence_that_the_code_names_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "assistant").glob("*.py"))
    named = re.findall(r'"((?:status|document|answer|not_found|ambiguous|missing)\.[a-z_]+)"', code)
    assert named
    for language in LANGUAGES:
        assert set(named) <= set(flat(sentences(language)))


def test_say_and_label() -> None:
    assert "7/QĐ-UBND" in say("vi", "not_found.number", number="7/QĐ-UBND")
    with pytest.raises(KeyError):
        say("vi", "not_found.nothing_of_the_kind")
    with pytest.raises(KeyError):
        say("vi", "not_found.number")
    assert label("en", "state", "completed") == "completed"
    assert label("vi", "type", "Quyết định") == "Quyết định"
    assert label("en", "type", "Quyết định") == "Decision"
    assert label("vi", "state", None) == ""
