"""`troly conversations`: what an administrator does with everyone's stored conversations. Calls only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from vectorstore.catalogue import Catalogue

app = typer.Typer(
    help="Stored conversations of everyone: list, export, clear out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder that holds everything the installation knows."),
]


@contextmanager
def _catalogue(data: Path | None) -> Iterator[Catalogue]:
    from assistant.command_line import settings_of
    from vectorstore.library import Library

    settings = settings_of(data)
    with Library(settings.data_dir, settings.database_url) as library:
        yield library.catalogue


@app.command("list")
def list_conversations(
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")] = False,
) -> None:
    """Print every conversation, the oldest first, without what was said in it."""
    from assistant.kept_conversations import conversation_json
    from vectorstore.conversation_archive import everyones_list

    with _catalogue(data) as catalogue:
        for owner, conversation in everyones_list(catalogue):
            row = {"owner": owner} | conversation_json(conversation)
            if as_json:
                typer.echo(json.dumps(row, ensure_ascii=False))
            else:
                typer.echo(f"{row['updated_at'][:16]}  {row['turns']:>4}  {row['title']}")


@app.command()
def export(
    data: Data = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to write; standard output if left out.")
    ] = None,
) -> None:
    """Write every conversation as JSON, one a line, with citations as they were and what has become of them."""
    from assistant.batches import write_lines
    from assistant.kept_conversations import conversation_json, exchange_json, past_exchanges
    from vectorstore.conversation_archive import everyones

    def lines(catalogue: Catalogue) -> Iterator[dict[str, Any]]:
        for owner, conversation, said in everyones(catalogue):
            exchanges = [exchange_json(exchange) for exchange in past_exchanges(catalogue, said)]
            yield {"owner": owner} | conversation_json(conversation) | {"exchanges": exchanges}

    with _catalogue(data) as catalogue:
        if out:
            write_lines(out, lines(catalogue))
            return
        for line in lines(catalogue):
            typer.echo(json.dumps(line, ensure_ascii=False))


@app.command()
def purge(
    days: Annotated[
        int,
        typer.Option("--days", min=0, max=36_500, help="How many days a conversation is kept after its last turn."),
    ],
    data: Data = None,
) -> None:
    """Delete the conversations in which nothing was said for some days."""
    from datetime import timedelta

    from vectorstore.conversation_archive import purge as clear_out
    from vectorstore.conversations import utc_now

    with _catalogue(data) as catalogue:
        count = clear_out(catalogue, utc_now() - timedelta(days=days))
    typer.echo(f"Đã xóa {count} hội thoại không dùng đến trong {days} ngày.", err=True)
