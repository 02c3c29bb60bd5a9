"""What the modules of commands share: options, settings, how a command prints and stops."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.service import Assistant

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder that holds everything the installation knows."),
]
Spoken = Literal["vi", "en"]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]


def settings_of(data: Path | None, **changed: Any) -> Settings:
    """The settings with a command's options before them; what is not valid ends the command with the remedy."""
    from pydantic import ValidationError

    from assistant.config import Settings

    given = {"data_dir": data, **changed}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = "TROLY_" + "_".join(str(part) for part in first["loc"]).upper()
        stop(f"Thiết lập {name} không hợp lệ: {first['msg']}. Xem bảng thiết lập trong README.md.")


@contextmanager
def assistant_of(data: Path | None) -> Iterator[Assistant]:
    """The assistant over the library of a command's settings, closed at the end."""
    from assistant.service import open_assistant

    assistant = open_assistant(settings_of(data))
    try:
        yield assistant
    finally:
        assistant.close()


def stop(message: str, code: int = 2) -> NoReturn:
    """End the command with a sentence on standard error."""
    typer.echo(message, err=True)
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """One value on one line of standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False))
