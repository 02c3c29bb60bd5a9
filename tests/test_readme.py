"""The READMEs and the code say the same: commands, options, settings, files, addresses."""

from __future__ import annotations

import re
import shlex
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import typer

from assistant.cli import app
from assistant.config import Settings
from ingest.readers import READERS

ROOT = Path(__file__).resolve().parents[1]
README, README_VI = ROOT / "README.md", ROOT / "README.vi.md"
BOTH = pytest.mark.parametrize("readme", [README, README_VI], ids=["en", "vi"])


# ---------------------------------------------------------------- what the code has


@cache
def commands() -> dict[str, frozenset[str]]:
    """Every command of the program, with the long names of its options."""
    found: dict[str, frozenset[str]] = {}
    _collect(typer.main.get_command(app), "", found)
    for point in entry_points(group="troly.commands"):
        _collect(typer.main.get_command(point.load()), point.name, found)
    return found


def _collect(command: Any, name: str, found: dict[str, frozenset[str]]) -> None:
    if hasattr(command, "commands"):
        for below in command.commands.values():
            _collect(below, f"{name} {below.name}".strip(), found)
        return
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    found[name] = frozenset(options - {"--help"})


def shown_default(name: str) -> str:
    """A setting's default as the table shows it: empty for none."""
    field = Settings.model_fields[name]
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Path):
        return f"~/{value.relative_to(Path.home()).as_posix()}"
    return str(value)


# ---------------------------------------------------------------- what the READMEs have


def table(readme: Path, heading: str) -> list[list[str]]:
    """The rows of the table whose first column is called `heading`, without its head."""
    lines = readme.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {heading} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def code(readme: Path) -> list[str]:
    """Every piece of code: the lines of the shell blocks and what stands between backticks."""
    text = readme.read_text(encoding="utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    inline = [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", prose)]
    return [line for block in blocks for line in block.splitlines() if line] + inline


def command_of(words: list[str]) -> str | None:
    """The command that the words after `troly` name; the longest wins."""
    return next((name for n in (2, 1) if (name := " ".join(words[:n])) in commands()), None)


def make_targets() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    return set(phony.split())


# ---------------------------------------------------------------- the tables


def test_the_command_table_is_the_command_line() -> None:
    shown = {}
    for command, options, _ in table(README, "command"):
        words = command.strip("`").split()
        assert words[0] == "troly"
        name = " ".join(word for word in words[1:] if word.islower())
        shown[name] = frozenset(re.findall(r"`(--[a-z-]+)`", options))
    assert shown == commands()


def test_the_settings_table_is_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    shown = {name.strip("`"): default.strip("`") for name, default, _ in table(README, "setting")}
    assert shown == {f"TROLY_{name.upper()}": shown_default(name) for name in Settings.model_fields}


def test_the_format_table_is_what_is_read() -> None:
    shown = [name.lower() for row in table(README, "format") for name in row[0].split(", ")]
    assert sorted(shown) == sorted(READERS)


@BOTH
def test_every_setting_that_is_named_exists(readme: Path) -> None:
    named = set(re.findall(r"TROLY_[A-Z_]+", readme.read_text(encoding="utf-8")))
    assert named and named <= {f"TROLY_{name.upper()}" for name in Settings.model_fields}


# ---------------------------------------------------------------- everything else that can be typed


@BOTH
def test_every_command_that_is_shown_can_be_typed(readme: Path) -> None:
    typed = [re.sub(r"^(?:[A-Z_]+=\S+ )+", "", line) for line in code(readme)]
    typed = [line for line in typed if re.match(r"troly\s", line)]
    assert len(typed) >= 5
    for line in typed:
        words = shlex.split(line, comments=True)[1:]
        name = command_of(words)
        assert name, line
        options = {word for word in words if word.startswith("--")}
        assert options <= commands()[name], line


@BOTH
def test_every_make_target_that_is_shown_exists(readme: Path) -> None:
    for line in code(readme):
        if line.startswith("make "):
            words = [word for word in shlex.split(line)[1:] if "=" not in word]
            assert set(words) <= make_targets(), line


def test_every_make_target_is_shown() -> None:
    shown = {word for line in code(README) if line.startswith("make") for word in line.split()}
    assert make_targets() - {"help"} <= shown


@BOTH
def test_every_option_between_backticks_exists(readme: Path) -> None:
    every = frozenset().union(*commands().values())
    assert {piece for piece in code(readme) if re.fullmatch(r"--[a-z-]+", piece)} <= every


@BOTH
def test_every_file_that_is_linked_is_there(readme: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", readme.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (ROOT / link).exists()]
    assert links and missing == []


def test_every_file_of_the_architecture_is_there() -> None:
    paths = [piece for piece in code(README) if re.fullmatch(r"(?:[\w-]+/)+(?:[\w-]+\.py)?", piece)]
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_address_that_is_named_is_served() -> None:
    from assistant.web.security import area_of

    paths = {piece.partition("?")[0] for piece in code(README) if re.fullmatch(r"/[a-z][\w./?=-]*", piece)}
    assert {"/embed", "/api/v1", "/healthz", "/readyz", "/metrics"} <= paths
    # What no part of the product has for its own would be a path of the chat page.
    assert [path for path in paths if area_of(path) == "chat"] == []


@BOTH
def test_the_attributes_of_the_widget_are_its_own(readme: Path) -> None:
    script = (ROOT / "assistant/web/static/widget.js").read_text(encoding="utf-8")
    named = set(re.findall(r"data-([a-z]+)", readme.read_text(encoding="utf-8")))
    assert named <= set(re.findall(r"data-([a-z]+) ", script))
