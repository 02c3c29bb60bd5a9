"""Ingest with a progress bar on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.models import FileReport
from vectorstore.library import Library


def ingest_with_progress(
    library: Library, paths: Sequence[Path], prune: bool = False, passwords: tuple[str, ...] = ()
) -> list[FileReport]:
    """Ingest `paths`; where standard error is a terminal, a bar with what is done, the rate and the remaining time."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class RateColumn(TextColumn):
        """How many files a minute."""

        def render(self, task: Task) -> Text:
            return Text(f"{60 * task.speed:.0f} tệp/phút" if task.speed else "")

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(""),
        TextColumn("còn lại"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Đang đọc văn bản", total=None)

        def moved(done: float, total: int, place: str) -> None:
            progress.update(task, completed=done, total=total, description=_shortened(place))

        return library.ingest(paths, moved, prune, passwords)


def _shortened(place: str, most: int = 48) -> str:
    return place if len(place) <= most else f"…{place[-most + 1 :]}"
