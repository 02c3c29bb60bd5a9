"""The commands on the library as a whole: files in and out, what is in, how sound it is, backup. Calls only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.command_line import AsJson, Data, assistant_of, print_json, settings_of, stop

if TYPE_CHECKING:
    from ingest.models import FileReport
    from vectorstore.library import Library

INTERRUPTED = "Đã dừng theo yêu cầu; những tệp đã xong vẫn được giữ, chạy lại cùng lệnh để làm tiếp."


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
    group: Annotated[
        list[str] | None,
        typer.Option("--group", metavar="NAME", help="Only this access group may see them; may be repeated."),
    ] = None,
) -> None:
    """Read files and folders into the library."""
    from assistant.ingesting import ingest_with_progress
    from assistant.service import open_library

    missing = [path for path in paths if not path.exists()]
    if len(missing) == len(paths):
        stop("Không tìm thấy: " + ", ".join(map(str, missing)) + ". Xin kiểm tra lại đường dẫn.")
    settings = settings_of(data)
    passwords = (*(password or ()), *settings.passwords)
    with open_library(settings) as library:
        if group:
            _close(library, paths, group)
        if watch:
            _watch(library, [path for path in paths if path.exists()], prune, passwords, as_json)
            return
        try:
            reports = ingest_with_progress(library, paths, prune, passwords)
        except KeyboardInterrupt:
            stop(INTERRUPTED, 130)
    _show_reports(reports, as_json)
    if any(report.status == "failed" for report in reports) or missing:
        raise typer.Exit(1)


def _close(library: Library, paths: Sequence[Path], groups: Sequence[str]) -> None:
    """Before anything is read: what comes in is never open, not even for a moment."""
    from vectorstore.access import group_names, set_groups

    names = group_names(groups)
    for path in paths:
        set_groups(library.catalogue, path.absolute(), names)


def _show_reports(reports: Sequence[FileReport], as_json: bool) -> None:
    from assistant.printing import report_json, totals_json
    from assistant.tables import print_reports

    if as_json:
        print_json({"files": [report_json(report) for report in reports], "totals": totals_json(reports)})
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
    from assistant.removing import documents_named, remove_documents
    from assistant.service import open_library

    with open_library(settings_of(data)) as library:
        chosen = documents_named(named, library.catalogue.documents())
        for document in chosen:
            typer.echo(f"{document.id}  {document.path}  {document.title}", err=True)
        if not yes:
            if not sys.stdin.isatty():
                stop("Chưa gỡ văn bản nào: xin thêm --yes để xác nhận.")
            if not typer.confirm(f"Gỡ {len(chosen)} văn bản nêu trên khỏi thư viện?", err=True):
                raise typer.Exit(1)
        clean = remove_documents(library, chosen)
    if as_json:
        print_json({"removed": [document_json(document) for document in chosen], "traces_left": not clean})
    else:
        typer.echo(f"Đã gỡ {len(chosen)} văn bản. Tệp gốc không bị xóa; hội thoại đã lưu giữ nguyên đoạn trích.")
    if not clean:
        stop("Máy chủ đang mở danh mục nên còn dấu vết trong tệp: dừng máy chủ rồi chạy `troly doctor --repair`.", 1)


def documents(data: Data = None, as_json: AsJson = False) -> None:
    """Print what is in the library."""
    from assistant.tables import print_documents

    with assistant_of(data) as assistant:
        found = assistant.documents()
        if as_json:
            for document in found:
                print_json(document)
        else:
            print_documents(found)


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
        print_json(health.as_json())
    else:
        print_health(health)
    if not health.sound:
        raise typer.Exit(1)


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
        print_json({"files": [report.as_json() for report in reports]})
    elif xlsx is None:
        print_text_health(reports)


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
        told = {name: manifest[name] for name in ("format", "written_at", "documents")}
        print_json(told | {"size": file.stat().st_size})
    else:
        size = file.stat().st_size / 2**20
        typer.echo(f"Đã sao lưu {manifest['documents']} văn bản vào {file} ({size:.1f} MB), đã kiểm tra lại.")


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
        stop("Danh mục ở máy chủ cơ sở dữ liệu: xin khôi phục bằng công cụ của máy chủ đó (pg_restore).")
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


COMMANDS: dict[str, Callable[..., Any]] = {
    "ingest": ingest,
    "remove": remove,
    "documents": documents,
    "doctor": doctor,
    "text-health": text_health,
    "backup": backup,
    "restore": restore,
}
"""The functions by what a person types."""
