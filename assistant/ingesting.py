"""Ingest with a progress bar on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.containers import ContainerLimits
from ingest.models import FileReport
from vectorstore.library import Library


def ingest_with_progress(
    library: Library,
    paths: Sequence[Path],
    max_bytes: int | None = None,
    passwords: tuple[str, ...] = (),
    limits: ContainerLimits | None = None,
) -> list[FileReport]:
    """Ingest `paths`; a bar with what is done and the remaining time where standard error is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Đang đọc văn bản", total=None)

        def moved(done: float, total: int, place: str) -> None:
            progress.update(task, completed=done, total=total, description=_shortened(place))

        return library.ingest(paths, moved, max_bytes, passwords, limits)


def _shortened(place: str, most: int = 48) -> str:
    return place if len(place) <= most else f"…{place[-most + 1 :]}"
