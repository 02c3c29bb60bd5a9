"""The command line: calls only. JSON goes to standard output alone; progress and warnings to standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.models import Lookup
    from assistant.service import Assistant
    from ingest.models import FileReport
    from vectorstore.library import Library

app = typer.Typer(
    name="troly",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Trợ lý Văn bản: hỏi đáp có trích dẫn trên kho văn bản. / Cited answers over a library of documents.",
)

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Folder that holds everything the installation knows."),
]
Spoken = Literal["vi", "en"]
_INTERRUPTED = "Đã dừng theo yêu cầu; những tệp đã xong vẫn được giữ, chạy lại cùng lệnh để làm tiếp."
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
        _stop(f"Thiết lập {name} không hợp lệ: {first['msg']}. Xem bảng thiết lập trong README.md.")


@contextmanager
def _assistant(data: Path | None) -> Iterator[Assistant]:
    from assistant.service import open_assistant

    assistant = open_assistant(settings_of(data))
    try:
        yield assistant
    finally:
        assistant.close()


def _stop(message: str, code: int = 2) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(code)


def _print(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders; folders are read with all below them.")],
    prune: Annotated[
        bool, typer.Option("--prune", help="Take out the documents whose file is no longer there.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on, and take in what changes, until Ctrl-C.")] = False,
    data: Data = None,
    as_json: AsJson = False,
    password: Annotated[
        list[str] | None,
        typer.Option("--password", metavar="PASSWORD", help="Opens PDFs that ask for one; may be repeated."),
    ] = None,
) -> None:
    """Read files and folders into the library."""
    from assistant.ingesting import ingest_with_progress
    from assistant.service import open_library

    missing = [path for path in paths if not path.exists()]
    if len(missing) == len(paths):
        _stop("Không tìm thấy: " + ", ".join(map(str, missing)) + ". Xin kiểm tra lại đường dẫn.")
    settings = settings_of(data)
    passwords = (*(password or ()), *settings.passwords)
    with open_library(settings) as library:
        if watch:
            _watch(library, [path for path in paths if path.exists()], prune, passwords, as_json)
            return
        try:
            reports = ingest_with_progress(library, paths, prune, passwords)
        except KeyboardInterrupt:
            _stop(_INTERRUPTED, 130)
    _show_reports(reports, as_json)
    if any(report.status == "failed" for report in reports) or missing:
        raise typer.Exit(1)


def _show_reports(reports: Sequence[FileReport], as_json: bool) -> None:
    from assistant.printing import report_json, totals_json
    from assistant.tables import print_reports

    if as_json:
        _print({"files": [report_json(report) for report in reports], "totals": totals_json(reports)})
    else:
        print_reports(reports)


def _watch(library: Library, paths: Sequence[Path], prune: bool, passwords: tuple[str, ...], as_json: bool) -> None:
    from assistant.ingesting import ingest_with_progress
    from assistant.watching import follow

    typer.echo("Đang theo dõi thay đổi; nhấn Ctrl+C để dừng.", err=True)
    try:
        follow(
            paths,
            lambda: ingest_with_progress(library, paths, prune, passwords),
            lambda reports: _show_reports(reports, as_json),
            lambda why: typer.echo(why, err=True),
            library.data_dir,
        )
    except KeyboardInterrupt:
        typer.echo("Đã dừng theo dõi; những tệp đã xong vẫn được giữ.", err=True)


@app.command()
def remove(
    named: Annotated[
        list[str], typer.Argument(metavar="WHAT...", help="Paths, places below the folder, document ids or numbers.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Take documents out of the library, with every trace of them."""
    from assistant.printing import document_json
    from assistant.removing import documents_named
    from assistant.service import open_library

    with open_library(settings_of(data)) as library:
        chosen = documents_named(named, library.catalogue.documents())
        for document in chosen:
            typer.echo(f"{document.id}  {document.path}  {document.title}", err=True)
        if not yes:
            if not sys.stdin.isatty():
                _stop("Chưa gỡ văn bản nào: xin thêm --yes để xác nhận.")
            if not typer.confirm(f"Gỡ {len(chosen)} văn bản nêu trên khỏi thư viện?", err=True):
                raise typer.Exit(1)
        clean = library.remove(*(document.id for document in chosen))
    if as_json:
        _print({"removed": [document_json(document) for document in chosen], "traces_left": not clean})
    else:
        typer.echo(f"Đã gỡ {len(chosen)} văn bản. Tệp gốc không bị xóa; hội thoại đã lưu giữ nguyên đoạn trích.")
    if not clean:
        _stop("Máy chủ đang mở danh mục nên còn dấu vết trong tệp: dừng máy chủ rồi chạy `troly doctor --repair`.", 1)


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
            _stop("Thiếu --out: xin cho biết tệp ghi kết quả.")
        results = [
            {"id": line["id"], "numbers": [number_json(found) for found in find_numbers(line["text"])]}
            for line in read_batch(batch, "text")
        ]
        write_lines(out, results)
        return
    for mention in find_numbers(_read_text(file)):
        if as_json:
            _print(number_json(mention))
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
    with _assistant(data) as assistant:
        lookup = assistant.status(" ".join(number))
        _write_record(assistant, lookup, graph, docx, language)
        if as_json:
            places = {"mentioned_in": [place.as_json() for place in assistant.mentions(lookup)]} if mentions else {}
            _print({**lookup.as_json(), **places})
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
        _stop(f"Không ghi được {error.filename or docx or graph}: {error.strerror}. Xin kiểm tra thư mục và quyền ghi.")


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

    with _assistant(data) as assistant:
        if batch:
            if out is None:
                _stop("Thiếu --out: xin cho biết tệp ghi kết quả.")
            rows = [
                {"id": line["id"], **assistant.ask(line["question"], line["history"]).as_json()}
                for line in read_batch(batch, "question")
            ]
            write_lines(out, rows)
            return
        if not question:
            _stop('Thiếu câu hỏi. Ví dụ: troly ask "Quyết định 5880/QĐ-UBND triển khai đến đâu rồi?"')
        earlier = read_history(history) if history else []
        answer = assistant.ask(" ".join(question), earlier)
        if as_json:
            _print(answer.as_json())
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
    with _assistant(data) as assistant:
        for hit in assistant.search(" ".join(query), top_k):
            found = hit.as_json()
            if as_json:
                _print(found)
            else:
                typer.echo(f"{found['rank']:>3}  {found['score']:.3f}  {found['section']}  {found['text'][:160]}")


@app.command()
def text(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders.")],
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write NAME.txt for each file.")] = None,
    data: Data = None,
) -> None:
    """Print the text as the product keeps it, without indexing anything."""
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
                kept = reading.result()[1].text
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
    with _assistant(data) as assistant:
        chosen = (assistant.registry.record(one) for one in assistant.records() if wanted.may_be(one))
        found = [record for record in chosen if wanted.holds(record)]
        if csv:
            write_csv(csv, found)
        if xlsx:
            write_xlsx(xlsx, found)
        if as_json:
            for record in found:
                _print(record.as_json())
        elif not (csv or xlsx):
            print_records(found)


@app.command()
def documents(data: Data = None, as_json: AsJson = False) -> None:
    """Print what is in the library."""
    from assistant.tables import print_documents

    with _assistant(data) as assistant:
        found = assistant.documents()
        if as_json:
            for document in found:
                _print(document)
        else:
            print_documents(found)


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
    from assistant.kept_conversations import KeptConversations
    from assistant.service import open_assistant
    from assistant.web.app import serve as run

    assistant = open_assistant(settings)
    kept = KeptConversations(assistant, assistant.catalogue, settings) if settings.keep_conversations else None
    try:
        run(settings, assistant, kept, announce=lambda line: typer.echo(line, err=True))
    finally:
        assistant.close()


@app.command()
def doctor(
    data: Data = None,
    as_json: AsJson = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Bring the indexes back in line with the catalogue.")
    ] = False,
) -> None:
    """Check that the installation is sound, and say what to do where it is not."""
    from assistant.doctor import examine
    from assistant.tables import print_health

    health = examine(settings_of(data), repair)
    if as_json:
        _print(health.as_json())
    else:
        print_health(health)
    if not health.sound:
        raise typer.Exit(1)


@app.command("text-health")
def text_health(
    data: Data = None,
    as_json: AsJson = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FILE", help="Write the whole table to Excel.")] = None,
) -> None:
    """Report on the text of every file: OCR, old encodings, lost diacritics, split words, and what to do."""
    from assistant.tables import print_text_health
    from assistant.text_health import text_health as examine
    from assistant.text_health import write_health
    from vectorstore.library import Library

    settings = settings_of(data)
    with Library(settings.data_dir, settings.database_url) as library:
        reports = examine(library.catalogue)
    if xlsx is not None:
        write_health(xlsx, reports, "vi")
    if as_json:
        _print({"files": [report.as_json() for report in reports]})
    elif xlsx is None:
        print_text_health(reports)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write; an older file is replaced.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Write the whole library into one file, while the server runs."""
    from assistant.service import open_library

    with open_library(settings_of(data)) as library:
        manifest = library.back_up(file)
    if as_json:
        _print({name: manifest[name] for name in ("format", "written_at", "documents")} | {"size": file.stat().st_size})
    else:
        size = file.stat().st_size / 2**20
        typer.echo(f"Đã sao lưu {manifest['documents']} văn bản vào {file} ({size:.1f} MB), đã kiểm tra lại.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `troly backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a library that holds something.")] = False,
    data: Data = None,
) -> None:
    """Put the library of a backup in the place of this one."""
    from assistant.service import open_library
    from vectorstore.library import restore as put_back

    settings = settings_of(data)
    if settings.database_url:
        _stop("Danh mục ở máy chủ cơ sở dữ liệu: xin khôi phục bằng công cụ của máy chủ đó (pg_restore).")
    manifest = put_back(file, settings.data_dir, force)
    with open_library(settings) as library:
        problems = library.check()
    typer.echo(
        f"Đã khôi phục {manifest['documents']} văn bản, sao lưu lúc {manifest['written_at']}. "
        "Nếu máy chủ đang chạy, xin khởi động lại."
    )
    for problem in problems:
        typer.echo(problem.message, err=True)
    if problems:
        raise typer.Exit(1)


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


def main() -> None:
    """Run the command line; what goes wrong is said in one sentence."""
    from assistant.errors import AssistantError
    from ingest.errors import IngestError
    from vectorstore.errors import StoreError

    logging.basicConfig(level=_log_level(), format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    _add_registered_commands(sys.argv[1:])
    try:
        app(prog_name="troly")
    except (AssistantError, IngestError, StoreError) as error:
        logging.getLogger(__name__).debug("stopped", exc_info=True)
        typer.echo(str(error), err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo(_INTERRUPTED, err=True)
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
        typer.echo(
            f"Chương trình gặp lỗi ngoài dự kiến ({type(error).__name__}: {error}). Chạy lại với "
            "TROLY_LOG_LEVEL=INFO để xem chi tiết và gửi kèm khi báo lỗi.",
            err=True,
        )
        sys.exit(70)


if __name__ == "__main__":
    main()
