"""`troly feedback`: what people thought of answers, as a list and as the draft of an evaluation suite. Calls only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.command_line import AsJson, Data, print_json, settings_of

if TYPE_CHECKING:
    from vectorstore.feedback import FeedbackStore

app = typer.Typer(
    help="What people thought of answers: list, export.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Chosen = Annotated[Literal["up", "down"] | None, typer.Option("--rating", help="Only these thumbs.")]


@contextmanager
def _store(data: Path | None) -> Iterator[FeedbackStore]:
    from vectorstore.feedback import FeedbackStore
    from vectorstore.library import Library

    settings = settings_of(data)
    with Library(settings.data_dir, settings.database_url) as library:
        yield FeedbackStore(library.catalogue)


@app.command("list")
def list_feedback(data: Data = None, rating: Chosen = None, as_json: AsJson = False) -> None:
    """Print all feedback, the oldest first."""
    with _store(data) as store:
        for kept in store.everything(rating):
            if as_json:
                print_json(kept.as_json())
            else:
                given = kept.given
                typer.echo(f"{kept.given_at[:16]}  {given.rating:<4}  {given.question}  {given.reason}".rstrip())


@app.command()
def export(
    data: Data = None,
    rating: Chosen = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write; standard output if left out.")
    ] = None,
) -> None:
    """Write feedback as the draft of an evaluation suite's questions, one a line, to be completed by a person."""
    from assistant.batches import write_lines
    from assistant.feedback import draft_cases

    with _store(data) as store:
        cases = draft_cases(store.everything(rating))
        if out:
            write_lines(out, cases)
            return
        for case in cases:
            print_json(case)
