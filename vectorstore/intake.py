"""One run of taking files in: what each file is, what is read of it, and how it ends as a report."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from ingest.errors import IngestError
from ingest.models import Document, FileReport, SourceFile
from ingest.reading import ReaderPool
from ingest.walk import KnownFile
from vectorstore.catalogue import Catalogue
from vectorstore.matching import Match, Whereabouts, match_files, path_of
from vectorstore.rows import StoredDocument, absolute
from vectorstore.switching import Switcher

Progress = Callable[[float, int, str], None]
"""(files done, files in all, place of the file at work); a long file counts in fractions."""

# A file changed so short before the run, or in it, may change again without its time telling: it is looked at anew.
_SETTLED_NS = 2_000_000_000
_KEPT = "Bản đã nạp trước đây vẫn được giữ."


class Intake:
    """Takes in what was found, one file after another, while the next ones are being read.

    Args:
        catalogue: the truth.
        switcher: what puts documents in and takes them out.
        pool: what reads files.
        started_ns: the time before the files were looked for.
    """

    def __init__(self, catalogue: Catalogue, switcher: Switcher, pool: ReaderPool, started_ns: int) -> None:
        self._catalogue = catalogue
        self._switcher = switcher
        self._pool = pool
        self._started_ns = started_ns
        self._mentions: dict[str, tuple[tuple[str, int], ...]] = {}
        self._settled: dict[SourceFile, FileReport] = {}

    def take_in(
        self,
        found: Sequence[SourceFile | FileReport],
        live: Sequence[StoredDocument],
        on_progress: Progress | None = None,
    ) -> list[FileReport]:
        """Every file of `found` as a report, in its order.

        Args:
            found: what the walk gave.
            live: every live document.
            on_progress: called before each file and while it is embedded.
        """
        files = [file for file in found if isinstance(file, SourceFile)]
        matches = dict(zip(map(path_of, files), match_files(files, live, _whereabouts), strict=True))
        held = [match.document.id for match in matches.values() if match.document]
        self._mentions = self._catalogue.mentions_of(held)
        self._move(files, matches)
        reports = []
        paired = [(file, matches[path_of(file)] if isinstance(file, SourceFile) else None) for file in found]
        begun = self._pool.ahead(paired, lambda pair: self._start(*pair))
        for number, ((file, match), reading) in enumerate(begun):
            step = _within(on_progress, number, len(found), file.place)
            step(0.0)
            reports.append(self._report_of(file, match, reading, step))
        if on_progress:
            on_progress(len(found), len(found), "")
        return reports

    def _move(self, files: Sequence[SourceFile], matches: Mapping[str, Match]) -> None:
        """Let documents follow their files, all in one step: two that have changed places never share one."""
        moved = [(file, match.document) for file in files if (match := matches[path_of(file)]).fate == "moved"]
        if not moved:
            return
        with self._catalogue.begin() as connection:
            for file, document in moved:
                assert document is not None
                self._catalogue.forget_file(connection, document.root, document.place)
                self._catalogue.move(connection, document.id, file, self._settled_mtime(file))

    def _start(self, file: SourceFile | FileReport, match: Match | None) -> Future[Document] | None:
        if match is None or match.fate != "new" or isinstance(file, FileReport):
            return None
        return self._pool.document(file)

    def _report_of(
        self,
        file: SourceFile | FileReport,
        match: Match | None,
        reading: Future[Document] | None,
        step: Callable[[float], None],
    ) -> FileReport:
        if isinstance(file, FileReport):
            return file
        assert match is not None
        if reading is not None:
            report = self._read(file, match, reading, step)
        elif match.fate == "duplicate":
            report = self._duplicate(file, match)
        else:
            report = self._known(file, match)
        self._settled[file] = report
        return report

    def _read(
        self, file: SourceFile, match: Match, reading: Future[Document], step: Callable[[float], None]
    ) -> FileReport:
        mtime_ns = self._settled_mtime(file)
        try:
            document = reading.result()
        except IngestError as error:
            old = match.replaced[0] if match.replaced else None
            report = FileReport(
                file.place,
                "failed",
                document_id=old.id if old else None,
                warnings=(_KEPT,) if old else (),
                error=str(error),
            )
        else:
            stored = self._switcher.put(document, mtime_ns, [old.id for old in match.replaced], step)
            report = report_of(stored, self._catalogue.mentions(stored.id), document.road)
        self._catalogue.note_file(file, mtime_ns, report)
        return report

    def _known(self, file: SourceFile, match: Match) -> FileReport:
        """A file whose document is in, at this place or another."""
        document = match.document
        assert document is not None
        report = report_of(document, self._mentions.get(document.id, ()))
        mtime_ns = self._settled_mtime(file)
        if match.fate == "moved":
            warning = f"Tệp đã được chuyển hoặc đổi tên từ {document.place}; văn bản được giữ nguyên."
            report = replace(report, warnings=(*report.warnings, warning))
            self._catalogue.note_file(file, mtime_ns, report)
        elif (document.size, document.mtime_ns) != (file.size, mtime_ns):
            with self._catalogue.begin() as connection:
                self._catalogue.touch(connection, document.id, file.size, mtime_ns)
        self._switcher.drop([old.id for old in match.replaced])
        return replace(report, status="unchanged", place=file.place)

    def _duplicate(self, file: SourceFile, match: Match) -> FileReport:
        if match.document is not None:
            held, of = report_of(match.document, self._mentions.get(match.document.id, ())), match.document.place
        else:
            assert match.twin is not None
            held, of = self._settled[match.twin], match.twin.place
        if held.status == "failed":
            return replace(held, place=file.place)
        self._switcher.drop([old.id for old in match.replaced])
        warning = f"Nội dung trùng với tệp {of} đã có trong thư viện, nên không nạp lần thứ hai."
        report = replace(held, status="unchanged", place=file.place, warnings=(*held.warnings, warning))
        self._catalogue.note_file(file, self._settled_mtime(file), report)
        return report

    def _settled_mtime(self, file: SourceFile) -> int:
        """The file's time of change; 0 where it cannot vouch for the content that was found and read."""
        try:
            now = file.path.stat()
        except OSError:
            return 0
        settled = now.st_size == file.size and self._started_ns - now.st_mtime_ns > _SETTLED_NS
        return now.st_mtime_ns if settled else 0


def report_of(document: StoredDocument, mentions: tuple[tuple[str, int], ...], road: str = "") -> FileReport:
    """The report of a document that is in."""
    return FileReport(
        place=document.place,
        status="partial" if document.failed_pages else "indexed",
        document_id=document.id,
        pages=document.page_count,
        chunks=document.chunk_count,
        text_source=document.text_source,
        encoding=document.encoding,
        header=document.header,
        mentions=mentions,
        warnings=document.warnings,
        road=road,
        signatures=document.signatures,
    )


def known_files(live: Iterable[StoredDocument]) -> Callable[[Path, str], KnownFile | None]:
    """What is remembered of a file, whichever folder above it was named."""
    by_path = {document.path: document for document in live}

    def known(root: Path, place: str) -> KnownFile | None:
        document = by_path.get(absolute(str(root), place))
        if document is None:
            return None
        return KnownFile(document.size, document.mtime_ns, document.content_hash, document.kind)

    return known


def vanished(
    named: Sequence[Path], live: Iterable[StoredDocument], found: Iterable[SourceFile | FileReport]
) -> list[StoredDocument]:
    """The documents whose file below one of the named paths is gone; `live` as it is after the run."""
    seen = {path_of(file) for file in found if isinstance(file, SourceFile)}
    return [
        document
        for document in live
        if document.path not in seen
        and any(Path(document.path).is_relative_to(root) for root in named)
        and _whereabouts(document) == "gone"
    ]


def _whereabouts(document: StoredDocument) -> Whereabouts:
    # A place is shown composed; on the disk its name may be written with loose accents.
    for form in ("NFC", "NFD"):
        try:
            status = Path(unicodedata.normalize(form, document.path)).stat()
        except OSError:
            continue
        same = (status.st_size, status.st_mtime_ns) == (document.size, document.mtime_ns)
        return "there" if same else "changed"
    return "gone"


def _within(on_progress: Progress | None, number: int, total: int, place: str) -> Callable[[float], None]:
    """`on_progress` for the part of one file that is done."""

    def report(part: float) -> None:
        if on_progress:
            on_progress(number + part, total, place)

    return report
