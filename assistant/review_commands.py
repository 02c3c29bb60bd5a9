"""`troly review`: scanned headers whose number or day a person is asked to confirm. Calls only."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from vectorstore.library import Library
    from vectorstore.review import Waiting

app = typer.Typer(
    help="Scanned headers whose number or date waits for a person: list, show, confirm, correct.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder that holds everything the installation knows."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The document's id, or as much of it as no other begins with.")]
Number = Annotated[str | None, typer.Option("--number", help="The number as a person reads it: 115/NQ-CP.")]
Day = Annotated[
    datetime | None,
    typer.Option("--date", formats=["%Y-%m-%d", "%d/%m/%Y"], help="The day as a person reads it: 2026-04-29."),
]


def _library(data: Path | None) -> Library:
    from assistant.command_line import settings_of
    from assistant.service import open_library

    return open_library(settings_of(data))


@app.callback(invoke_without_command=True)
def review(context: typer.Context, data: Data = None, as_json: AsJson = False) -> None:
    """Without a command: the list."""
    if context.invoked_subcommand is None:
        list_waiting(data, as_json)


@app.command("list")
def list_waiting(data: Data = None, as_json: AsJson = False) -> None:
    """Print every document whose number or date waits, with hints."""
    from vectorstore.review import waiting

    with _library(data) as library:
        found = [review_json(one) for one in waiting(library.catalogue)]
    for row in found:
        _show(row, as_json)
    if not found and not as_json:
        typer.echo("Không có văn bản nào chờ xác nhận số, ngày.")


@app.command()
def show(
    document: Id,
    data: Data = None,
    as_json: AsJson = False,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Write the letterhead's picture as PNG.")
    ] = None,
) -> None:
    """Print what was read of one document's header, and the hints; with the letterhead's picture as a file."""
    from assistant.command_line import settings_of
    from vectorstore.review import Waiting, doubts_of, header_picture, hints

    with _library(data) as library:
        held = library.catalogue.document(_whole_id(library, document))
        assert held is not None
        doubts = doubts_of(library.catalogue, held.id)
        row = review_json(Waiting(held, doubts, hints(library.catalogue, held)))
        if picture is not None:
            passwords = settings_of(data).passwords
            picture.write_bytes(header_picture(held, doubts[0].page if doubts else 1, passwords))
    _show(row, as_json)


@app.command()
def confirm(document: Id, number: Number = None, day: Day = None, data: Data = None, as_json: AsJson = False) -> None:
    """Take number and date as a person reads them; they hold for this content also when it is read again."""
    from assistant.command_line import stop
    from vectorstore.review import Waiting, doubts_of

    if number is None and day is None:
        stop("Thiếu --number hoặc --date: xin cho biết số, ký hiệu hoặc ngày của văn bản.")
    with _library(data) as library:
        whole = _whole_id(library, document)
        library.confirm_header(whole, number, day.date() if day else None)
        held = library.catalogue.document(whole)
        assert held is not None
        row = review_json(Waiting(held, doubts_of(library.catalogue, whole), ()))
    _show(row, as_json)


@app.command()
def correct(document: Id, number: Number = None, day: Day = None, data: Data = None, as_json: AsJson = False) -> None:
    """Take another number or date in the place of one that was confirmed or read wrongly."""
    confirm(document, number, day, data, as_json)


def _whole_id(library: Library, begun: str) -> str:
    from assistant.command_line import stop

    fitting = [document.id for document in library.catalogue.documents() if document.id.startswith(begun)]
    if len(fitting) != 1:
        what = "Không có văn bản nào" if not fitting else "Có nhiều văn bản"
        stop(f"{what} có mã bắt đầu bằng {begun}. Xem mã bằng `troly review` hoặc `troly documents --json`.")
    return fitting[0]


def review_json(one: Waiting) -> dict[str, Any]:
    """A line of `troly review --json`."""
    from assistant.printing import header_json

    return {
        "document_id": one.document.id,
        "file": one.document.place,
        "header": header_json(one.document.header),
        "doubts": [
            {"field": doubt.field, "read": doubt.read, "confidence": doubt.confidence, "page": doubt.page}
            for doubt in one.doubts
        ],
        "hints": [{"source": hint.source, "text": hint.text} for hint in one.hints],
    }


_FIELDS = {"number": "số, ký hiệu", "date": "ngày"}


def _show(row: dict[str, Any], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(row, ensure_ascii=False))
        return
    header = row["header"]
    typer.echo(f"{row['document_id'][:12]}  {row['file']}")
    typer.echo(f"    số: {header['number'] or 'chưa rõ'}; ngày: {header['date'] or 'chưa rõ'}")
    for doubt in row["doubts"]:
        read = f"máy đọc “{doubt['read']}”" if doubt["read"] else "máy không đọc được"
        typer.echo(f"    cần xác nhận {_FIELDS[doubt['field']]}: {read} (độ tin cậy {doubt['confidence']:.2f})")
    for hint in row["hints"]:
        typer.echo(f"    gợi ý: {hint['text']} ({hint['source']})")
