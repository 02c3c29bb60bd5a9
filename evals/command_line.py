"""What the commands of `troly eval` share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, Protocol

import typer

NOTHING_RUN = 2


class Mover(Protocol):
    """Moves a progress bar; what is at work may be left out."""

    def __call__(self, done: float, total: int, at_work: str = "") -> None:
        """Move it."""


@contextmanager
def progress(title: str) -> Iterator[Mover]:
    """A progress bar on standard error; yields what moves it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(title, total=None)

        def move(done: float, total: int, at_work: str = "") -> None:
            bars.update(task, completed=done, total=total, description=f"{title} {at_work}")

        yield move


def stop(message: str, error: Exception) -> NoReturn:
    """Say what is wrong and end with 2."""
    typer.echo(message, err=True)
    raise typer.Exit(NOTHING_RUN) from error
