"""The sentences of the pages: both languages say the same things."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from placeholders import placeholders

from assistant.models import PictureState
from assistant.web.texts import LANGUAGES, choose_language, load_texts

WEB = Path(__file__).resolve().parents[2] / "assistant" / "web"
TABLES = WEB.parents[1] / "ingest" / "status_data"


def test_both_languages_have_the_same_names() -> None:
    assert set(load_texts("vi").entries) == set(load_texts("en").entries)


@pytest.mark.parametrize("name", sorted(load_texts("vi").entries))
def test_both_languages_fill_the_same_placeholders(name: str) -> None:
    assert placeholders(load_texts("vi").entries[name]) == placeholders(load_texts("en").entries[name])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("table", "file", "columns"),
    [("states", "statuses.tsv", ("label",)), ("relations", "relations.tsv", ("relation", "inverse"))],
)
def test_every_label_of_the_tables_has_words(language: str, table: str, file: str, columns: tuple[str, ...]) -> None:
    header, *rows = (TABLES / file).read_text(encoding="utf-8").splitlines()
    names = header.split("\t")
    labels = {row.split("\t")[names.index(column)] for row in rows if row for column in columns}
    texts = load_texts(choose_language(language, "vi"))
    assert {label for label in labels if f"{table}.{label}" not in texts.entries} == set()


def test_every_text_that_the_code_names_exists_and_every_text_is_used() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (*WEB.glob("*.py"), *WEB.glob("static/*.js"))]
    entries = load_texts("vi").entries
    tables = {name.split(".")[0] for name in entries}
    used = set(re.findall(rf"""['"`]((?:{"|".join(sorted(tables))})\.[a-z_]+)['"`]""", "\n".join(sources)))
    used -= {path.name for path in (WEB / "static").iterdir()}
    by_code = {name for name in entries if name.split(".")[0] in ("states", "relations", "mode")}
    facts = {f"evidence.{name}" for name in ("type", "number", "date", "issuer", "section", "file")}
    # A format without pages needs no words: its text is all there is to see.
    facts |= {f"evidence.picture_{state}" for state in get_args(PictureState) if state not in ("drawn", "no_pages")}
    assert used - set(entries) == set()
    assert set(entries) - used - by_code - facts == set()


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [("en", "en"), ("vi", "vi"), ("", "vi"), (None, "vi"), ("fr", "vi"), ("en<script>", "vi")],
    ids=["english", "vietnamese", "empty", "none", "unspoken", "hostile"],
)
def test_an_unknown_language_falls_back(wanted: str | None, chosen: str) -> None:
    assert choose_language(wanted, "vi") == chosen
