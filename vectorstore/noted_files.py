"""What is noted of files beside the documents that they gave: failures, archives and their members."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, select

from ingest.containers import MARK
from ingest.models import FileReport, SourceFile
from ingest.walk import KnownFile
from vectorstore import tables
from vectorstore.catalogue import Catalogue
from vectorstore.rows import absolute, file_row

_ARCHIVE = "archive"
# A file changed so short before a run, or in it, may change again without its time telling: it is looked at anew.
_SETTLED_NS = 2_000_000_000


def settled_mtime(file: SourceFile, started_ns: int) -> int:
    """The file's time of change; 0 where it cannot vouch for the content that was found and read.

    Args:
        file: as it was found.
        started_ns: the time before it was looked for.
    """
    try:
        now = file.path.stat()
    except OSError:
        return 0
    settled = now.st_size == file.size and started_ns - now.st_mtime_ns > _SETTLED_NS
    return now.st_mtime_ns if settled else 0


def note_file(catalogue: Catalogue, file: SourceFile, mtime_ns: int, report: FileReport) -> None:
    """Note how a file fared, in the place of what was noted of it before."""
    files, root = tables.files, str(file.root)
    with catalogue.begin() as connection:
        connection.execute(delete(files).where(files.c.root == root, files.c.place == file.place))
        connection.execute(insert(files), file_row(file, mtime_ns, report))


def failed_files(catalogue: Catalogue) -> list[tuple[str, str, str]]:
    """(root, place, reason) of every file that could not be read when it was last seen, by place."""
    files = tables.files.c
    query = select(files.root, files.place, files.error).where(files.status == "failed").order_by(files.place)
    with catalogue.connect() as connection:
        return [(row.root, row.place, row.error or "") for row in connection.execute(query)]


def forget_file(connection: Connection, root: str, place: str) -> None:
    """Remove what was noted of a file."""
    files = tables.files.c
    connection.execute(delete(tables.files).where(files.root == root, files.place == place))


def forget_content(connection: Connection, content_hash: str) -> None:
    """Remove what was noted of every file of one content."""
    connection.execute(delete(tables.files).where(tables.files.c.content_hash == content_hash))


def note_container(catalogue: Catalogue, container: SourceFile, broken: Sequence[FileReport]) -> None:
    """Note that a container was looked through, and the members that could not be had, for the next run.

    Members that were noted before and are not among `broken` keep what is noted of their reading.
    """
    files, root = tables.files, str(container.root)
    here = (files.c.root == root, files.c.place.startswith(f"{container.place}{MARK}", autoescape=True))
    unread = FileReport(container.place, "failed")
    with catalogue.begin() as connection:
        # Without a hash it is an entry that was never a file.
        connection.execute(delete(files).where(*here, files.c.content_hash == ""))
        for report in broken:
            entry = replace(container, place=report.place, size=0, content_hash="")
            connection.execute(delete(files).where(files.c.root == root, files.c.place == report.place))
            connection.execute(insert(files), file_row(entry, 0, replace(unread, error=report.error)))
        if container.kind == "zip":
            connection.execute(delete(files).where(files.c.root == root, files.c.place == container.place))
            row = file_row(container, settled_mtime(container, time.time_ns()), unread)
            connection.execute(insert(files), row | {"status": _ARCHIVE})


def forget_members(catalogue: Catalogue, container: SourceFile) -> None:
    """Forget how the members of a container fared, before it is opened anew."""
    files = tables.files
    inside = files.c.place.startswith(f"{container.place}{MARK}", autoescape=True)
    own = (files.c.place == container.place) & (files.c.status == _ARCHIVE)
    with catalogue.begin() as connection:
        connection.execute(delete(files).where(files.c.root == str(container.root), inside | own))


def archives(catalogue: Catalogue) -> dict[str, KnownFile]:
    """The archives that were taken in, by path."""
    files = tables.files
    query = select(files).where(files.c.status == _ARCHIVE)
    with catalogue.connect() as connection:
        return {
            absolute(row.root, row.place): KnownFile(row.size, row.mtime_ns, row.content_hash, "zip")
            for row in connection.execute(query)
        }


def failed_members(catalogue: Catalogue) -> list[str]:
    """The paths of members that could not be read when their container was opened last."""
    files = tables.files
    query = select(files.c.root, files.c.place).where(files.c.status == "failed", files.c.place.contains(MARK))
    with catalogue.connect() as connection:
        return [absolute(root, place) for root, place in connection.execute(query)]
