"""The command line: calls only. JSON goes to standard output alone; progress and warnings to standard error."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.access_commands import audit
from assistant.command_line import AsJson, Data, Spoken, assistant_of, print_json, settings_of, stop
from assistant.library_commands import COMMANDS, INTERRUPTED

if TYPE_CHECKING:
    from types import FrameType

    from assistant.models import Lookup
    from assistant.service import Assistant

app = typer.Typer(
    name="troly",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Trợ lý Văn bản: hỏi đáp có trích dẫn trên kho văn bản. / Cited answers over a library of documents.",
)

for _name, _command in COMMANDS.items():
    app.command(_name)(_command)
app.command()(audit)


@app.command()
def numbers(
    file: Annotated[str, typer.Argument(help="A text file; - for standard input.")] = "-",
    as_json: AsJson = False,
    batch: Annotated[Path | None, typer.Option(help="JSON lines with id and text.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the answers to --batch go.")] = None,
    data: Data = None,
) -> None:
    """Print every document number of a text."""
    del data
    from assistant.batches import read_batch, write_lines
    from assistant.printing import number_json
    from ingest.numbers import find_numbers

    if batch:
        if out is None:
            stop("Thiếu --out: xin cho biết tệp ghi kết quả.")
        results = [
            {"id": line["id"], "numbers": [number_json(found) for found in find_numbers(line["text"])]}
            for line in read_batch(batch, "text")
        ]
        write_lines(out, results)
        return
    for mention in find_numbers(_read_text(file)):
        if as_json:
            print_json(number_json(mention))
        else:
            typer.echo(f"{mention.span.start}-{mention.span.end}\t{mention.canonical or mention.surface}")


def _read_text(file: str) -> str:
    if file == "-":
        return sys.stdin.read()
    from assistant.batches import read_input

    return read_input(Path(file))


@app.command()
def status(
    number: Annotated[list[str], typer.Argument(help="A document number, however typed.")],
    data: Data = None,
    as_json: AsJson = False,
    language: Annotated[Spoken | None, typer.Option(help="By default the language of the input.")] = None,
    graph: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the relations around it: .dot, .gv, .mmd, .md or .svg.")
    ] = None,
    docx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the status note as a Word document.")] = None,
    mentions: Annotated[
        bool, typer.Option("--mentions", help="Print every place that names it, with its sentence.")
    ] = False,
) -> None:
    """Print the record and status of a document number."""
    if graph:
        from assistant.graph import check_ending

        check_ending(graph)
    with assistant_of(data) as assistant:
        lookup = assistant.status(" ".join(number))
        _write_record(assistant, lookup, graph, docx, language)
        if as_json:
            places = {"mentioned_in": [place.as_json() for place in assistant.mentions(lookup)]} if mentions else {}
            print_json({**lookup.as_json(), **places})
        else:
            _print_answer(assistant.status_text(lookup, language))
            _print_signatures(lookup, language)
            if mentions:
                _print_mentions(assistant, lookup)


def _print_signatures(lookup: Lookup, language: Spoken | None) -> None:
    from assistant.signatures import signature_notes
    from assistant.topics import language_of

    notes = signature_notes(lookup.record.signatures, language or language_of(lookup.query)) if lookup.record else []
    if notes:
        typer.echo("")
    for note in notes:
        typer.echo(note)


def _print_mentions(assistant: Assistant, lookup: Lookup) -> None:
    places = assistant.mentions(lookup)
    typer.echo(f"\nCác nơi nhắc đến ({len(places)}):")
    for place in places:
        where = f"{place.document}, trang {place.page} {place.section}".rstrip()
        typer.echo(f"- {where}: “{' '.join(place.quote.split())}”")


def _write_record(
    assistant: Assistant, lookup: Lookup, graph: Path | None, docx: Path | None, language: Spoken | None
) -> None:
    """Write the record that was found to the files asked for."""
    if not (graph or docx):
        return
    if lookup.record is None:
        typer.echo("Chưa ghi tệp: số này chưa chỉ đúng một văn bản trong kho.", err=True)
        return
    try:
        if graph:
            from assistant.graph import relation_graph, write_graph

            drawn = relation_graph(lookup.record, lambda name: assistant.status(name).record)
            write_graph(graph, drawn, language or "vi")
        if docx:
            from datetime import date

            from assistant.export import write_docx

            write_docx(str(docx), lookup.record, date.today())
    except OSError as error:
        stop(f"Không ghi được {error.filename or docx or graph}: {error.strerror}. Xin kiểm tra thư mục và quyền ghi.")


def _print_answer(answer: Any) -> None:
    from assistant.signatures import short_note

    typer.echo(answer.text)
    if answer.citations:
        typer.echo("")
    for citation in answer.citations:
        evidence = citation.evidence
        typer.echo(f"[{citation.marker}] {evidence.document}, trang {evidence.page} {evidence.section}".rstrip())
        typer.echo(f"    “{evidence.quote}”")
        signed = short_note(citation.source.signatures, answer.language)
        if signed:
            typer.echo(f"    {signed}")


@app.command()
def ask(
    question: Annotated[list[str] | None, typer.Argument(help="The question.")] = None,
    history: Annotated[Path | None, typer.Option(help="JSON: a list of {role, content}.")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSON lines with id, question and history.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where the answers to --batch go.")] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question with citations."""
    from assistant.batches import read_batch, read_history, write_lines

    with assistant_of(data) as assistant:
        if batch:
            if out is None:
                stop("Thiếu --out: xin cho biết tệp ghi kết quả.")
            rows = [
                {"id": line["id"], **assistant.ask(line["question"], line["history"]).as_json()}
                for line in read_batch(batch, "question")
            ]
            write_lines(out, rows)
            return
        if not question:
            stop('Thiếu câu hỏi. Ví dụ: troly ask "Quyết định 5880/QĐ-UBND triển khai đến đâu rồi?"')
        earlier = read_history(history) if history else []
        answer = assistant.ask(" ".join(question), earlier)
        if as_json:
            print_json(answer.as_json())
        else:
            _print_answer(answer)


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="Words to search for.")],
    top_k: Annotated[int, typer.Option("--top-k", min=1, max=1000)] = 10,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Print the passages that fit a query, the best first."""
    with assistant_of(data) as assistant:
        for hit in assistant.search(" ".join(query), top_k):
            found = hit.as_json()
            if as_json:
                print_json(found)
            else:
                typer.echo(f"{found['rank']:>3}  {found['score']:.3f}  {found['section']}  {found['text'][:160]}")


_STRUCK = "\n\n--- Chữ đã xóa khi theo dõi sửa đổi (Track Changes), không thuộc văn bản ---\n"


@app.command()
def text(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write NAME.txt for each file.")] = None,
    data: Data = None,
) -> None:
    """Print the text as the product keeps it, without indexing anything; what tracked changes deleted stands behind."""
    import tempfile

    from ingest.containers import with_members
    from ingest.errors import IngestError
    from ingest.models import FileReport
    from ingest.reading import ReaderPool
    from ingest.walk import find_files

    settings = settings_of(data)
    limits = settings.limits
    failed, taken = False, set[str]()
    with tempfile.TemporaryDirectory(prefix="troly-members-") as folder, ReaderPool(limits) as pool:
        walked = find_files(paths, max_bytes=limits.file_bytes, passwords=settings.passwords)
        found = with_members(walked, Path(folder), limits.of_members)
        for file, reading in pool.ahead(found, lambda one: None if isinstance(one, FileReport) else pool.text(one)):
            if isinstance(file, FileReport) or reading is None:
                assert isinstance(file, FileReport)
                typer.echo(f"{file.place}: {file.error or file.status}", err=True)
                failed = failed or file.status == "failed"
                continue
            try:
                raw, kept_text = reading.result()
                kept = kept_text.text + "".join((_STRUCK, *(f"{line}\n" for line in raw.struck)) if raw.struck else ())
            except IngestError as error:
                typer.echo(f"{file.place}: {error}", err=True)
                failed = True
                continue
            if out:
                out.mkdir(parents=True, exist_ok=True)
                # Two files of one name and other endings, or in two folders: the second keeps its place in its name.
                name = f"{PurePosixPath(file.place).stem}.txt"
                name = name if name not in taken else f"{file.place.replace('/', '_')}.txt"
                taken.add(name)
                (out / name).write_text(kept, encoding="utf-8")
            else:
                typer.echo(kept)
    if failed:
        raise typer.Exit(1)


@app.command()
def records(
    data: Data = None,
    as_json: AsJson = False,
    csv: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a CSV file (UTF-8 with BOM).")] = None,
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="Write an Excel workbook.")] = None,
    kind: Annotated[str | None, typer.Option("--type", metavar="TYPE", help="Only this type: QĐ, Kế hoạch …")] = None,
    issuer: Annotated[str | None, typer.Option(help="Only documents of this body, by name or code.")] = None,
    year: Annotated[int | None, typer.Option(min=1900, max=2999, help="Only documents of this year.")] = None,
    state: Annotated[
        str | None, typer.Option("--status", metavar="STATUS", help="Only this current status, e.g. đang thực hiện.")
    ] = None,
) -> None:
    """Print every record of the registry with its current status."""
    from assistant.record_filter import record_filter
    from assistant.tables import print_records, write_csv, write_xlsx

    wanted = record_filter(kind, issuer, year, state)
    with assistant_of(data) as assistant:
        chosen = (assistant.registry.record(one) for one in assistant.records() if wanted.may_be(one))
        found = [record for record in chosen if wanted.holds(record)]
        if csv:
            write_csv(csv, found)
        if xlsx:
            write_xlsx(xlsx, found)
        if as_json:
            for record in found:
                print_json(record.as_json())
        elif not (csv or xlsx):
            print_records(found)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    root_path: Annotated[str | None, typer.Option("--root-path", help="Path prefix behind a proxy.")] = None,
    data: Data = None,
) -> None:
    """Serve the web chat, the embeddable chat and the API."""
    from assistant.web.offline import keep_offline

    settings = settings_of(data, host=host, port=port, root_path=root_path)
    keep_offline(settings.data_dir)
    from assistant.web.auth.modes import check_auth

    check_auth(settings)
    from assistant.kept_conversations import KeptConversations
    from assistant.library_desk import LibraryDesk
    from assistant.service import open_assistant
    from assistant.web.app import serve as run
    from assistant.web.auth.viewing import Access

    assistant = open_assistant(settings)
    access = Access.over(assistant, settings) if settings.auth != "off" else None
    asked, view = (access.service, access.view) if access else (assistant, None)
    kept = KeptConversations(asked, assistant.catalogue, settings, view) if settings.keep_conversations else None
    try:
        desk = LibraryDesk(assistant.library, settings)
        run(settings, assistant, kept, desk, announce=lambda line: typer.echo(line, err=True), access=access)
    finally:
        assistant.close()


@app.command()
def mcp(data: Data = None) -> None:
    """Offer ask, status and search to programs that speak the Model Context Protocol, on standard input and output."""
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        stop("Chưa cài gói mcp. Xin chạy: pip install --constraint constraints.txt --editable '.[mcp]'")
    from assistant.web.offline import keep_offline

    keep_offline(settings_of(data).data_dir)
    from assistant.mcp_server import build_mcp

    with assistant_of(data) as assistant:
        build_mcp(assistant).run()


def _log_level() -> str:
    """The level that the settings name; where they are wrong, the command itself says so."""
    from pydantic import ValidationError

    from assistant.config import Settings

    try:
        return Settings().log_level
    except ValidationError:
        return "ERROR"


def _add_registered_commands(arguments: list[str]) -> None:
    """Add the commands that other packages register under `troly.commands`; each is loaded only where it is called."""
    asked = next((argument for argument in arguments if not argument.startswith("-")), None)
    for point in entry_points(group="troly.commands"):
        if asked in {None, point.name}:
            app.add_typer(point.load(), name=point.name)


@contextmanager
def _noted_interrupts() -> Iterator[list[int]]:
    """Grows by one with every Ctrl-C meanwhile; what that does otherwise stays as it was."""
    noted: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        signal.default_int_handler(number, frame)

    usual = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not usual or threading.current_thread() is not threading.main_thread():
        yield noted
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def main() -> None:
    """Run the command line; what goes wrong is said in one sentence."""
    logging.basicConfig(level=_log_level(), format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    _add_registered_commands(sys.argv[1:])
    with _noted_interrupts() as interrupts:
        _run(interrupts)


def _run(interrupts: list[int]) -> None:
    from assistant.errors import AssistantError
    from ingest.errors import IngestError
    from vectorstore.errors import StoreError

    try:
        app(prog_name="troly")
    except (AssistantError, IngestError, StoreError) as error:
        logging.getLogger(__name__).debug("stopped", exc_info=True)
        typer.echo(str(error), err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo(INTERRUPTED, err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
    except OSError as error:
        logging.getLogger(__name__).debug("stopped", exc_info=True)
        what = error.filename or "tệp hoặc thư mục"
        reason = error.strerror or type(error).__name__
        typer.echo(
            f"Không đọc hoặc ghi được {what} ({reason}). Xin kiểm tra lại đường dẫn và quyền truy cập.", err=True
        )
        sys.exit(2)
    except Exception as error:
        logging.getLogger(__name__).info("stopped by a defect", exc_info=True)
        if interrupts:
            # A library that Ctrl-C meets at work, or while it is imported, may say so by an error of its own.
            typer.echo(INTERRUPTED, err=True)
            sys.exit(130)
        typer.echo(
            f"Chương trình gặp lỗi ngoài dự kiến ({type(error).__name__}: {error}). Chạy lại với "
            "TROLY_LOG_LEVEL=INFO để xem chi tiết và gửi kèm khi báo lỗi.",
            err=True,
        )
        sys.exit(70)


if __name__ == "__main__":
    main()
