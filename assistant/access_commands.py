"""`troly access …`: who may see which documents; `troly audit`: who did what. Calls only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.account_commands import split_groups
from assistant.command_line import AsJson, Data, print_json, settings_of, stop

if TYPE_CHECKING:
    from vectorstore.catalogue import Catalogue

app = typer.Typer(no_args_is_help=True, help="Nhóm được xem văn bản. / The groups that may see documents.")


@contextmanager
def _catalogue(data: Path | None) -> Iterator[Catalogue]:
    from vectorstore.library import Library

    settings = settings_of(data)
    with Library(settings.data_dir, settings.database_url) as library:
        yield library.catalogue


@app.command("set")
def set_access(
    what: Annotated[str, typer.Argument(metavar="PATH|NUMBER", help="A file, a folder, or a document's number.")],
    groups: Annotated[str, typer.Option(help="Access groups, separated by commas; empty: everyone.")],
    data: Data = None,
) -> None:
    """Let these groups alone see what lies at a path, now and later, or the documents of a number."""
    from vectorstore.access import set_groups

    with _catalogue(data) as catalogue:
        named = split_groups(groups)
        places = _places(catalogue, what)
        changed = sum(set_groups(catalogue, place, named) for place in places)
    seen = ", ".join(named) or "mọi người"
    typer.echo(f"Đã đổi quyền xem của {changed} văn bản tại {', '.join(places)}: {seen}.", err=True)


def _places(catalogue: Catalogue, what: str) -> list[str]:
    """The path that was named, also one whose file is gone, or the paths of the documents with that number."""
    from ingest.numbers import parse_number
    from vectorstore.access import lies_at

    documents = catalogue.documents()
    path = str(Path(what).absolute())
    if Path(what).exists() or any(lies_at(document.path, path) for document in documents):
        return [path]
    number = parse_number(what)
    key = number.key if number else None
    found = [document.path for document in documents if key and document.header.key == key]
    if not found:
        stop(f"Không có tệp, thư mục hay văn bản nào là “{what}”. Xem `troly documents`.")
    return list(dict.fromkeys(found))


@app.command("list")
def list_access(data: Data = None, as_json: AsJson = False) -> None:
    """Print every document with the groups that may see it, and the rules by path."""
    from vectorstore.access import groups_by_document, rules_of

    with _catalogue(data) as catalogue:
        groups, rules = groups_by_document(catalogue), rules_of(catalogue)
        for document in catalogue.documents():
            seen = groups.get(document.id, ())
            if as_json:
                print_json({"document_id": document.id, "file": document.path, "groups": list(seen)})
            else:
                typer.echo(f"{document.path}\t{', '.join(seen) or 'mọi người'}")
        for path, named in sorted(rules.items()):
            if as_json:
                print_json({"rule": path, "groups": list(named)})
            else:
                typer.echo(f"[{path}]\t{', '.join(named) or 'mọi người'}")


def audit(
    since: Annotated[str, typer.Option(metavar="DAY", help="From this day on, as 2026-11-24.")] = "",
    name: Annotated[str, typer.Option(help="Only what this person or program did.")] = "",
    act: Annotated[str, typer.Option(help="Only this: login, logout, ask, status, search, see, change.")] = "",
    forget_days: Annotated[
        int | None, typer.Option("--forget-days", min=0, max=36_500, help="Remove what is older than so many days.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print who did what, the oldest first; what is asked and seen is noted where people log in."""
    from dataclasses import asdict
    from datetime import UTC, datetime, timedelta

    from vectorstore.audit import deeds, forget_before

    with _catalogue(data) as catalogue:
        if forget_days is not None:
            count = forget_before(catalogue, datetime.now(UTC) - timedelta(days=forget_days))
            typer.echo(f"Đã xóa {count} dòng nhật ký cũ hơn {forget_days} ngày.", err=True)
            return
        for deed in deeds(catalogue, since, name, act):
            if as_json:
                print_json(asdict(deed))
            else:
                typer.echo(f"{deed.at[:19]}\t{deed.name}\t{deed.act}\t{deed.what}")
