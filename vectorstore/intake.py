"""One run of taking files in: what each file is, what is read of it, and how it ends as a report."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from ingest.errors import IngestError
from ingest.models import Document, FileReport, SourceFile
from ingest.reading import ReaderPool
from ingest.walk import KnownFile
from vectorstore.catalogue import Catalogue
from vectorstore.embed import BATCH
from vectorstore.matching import Match, Whereabouts, match_files, path_of
from vectorstore.members import container_of
from vectorstore.noted_files import forget_file, note_file, settled_mtime
from vectorstore.review import confirmed_headers
from vectorstore.rows import StoredDocument, absolute
from vectorstore.switching import Switcher, Version

Progress = Callable[[float, int, str], None]
"""(files done, files in all, place of the file at work); a long file counts in fractions."""

_GROUP_CHUNKS = 4 * BATCH
"""Small documents go in together until there are so many passages."""
_KEPT = "Bản đã nạp trước đây vẫn được giữ."


class Intake:
    """Takes in what was found, one file after another, while the next ones are being read.

    Args:
        catalogue: the truth.
        switcher: what puts documents in and takes them out.
        pool: what reads files.
        started_ns: the time before the files were looked for.
        lost: paths inside containers at which there is no file any more.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        switcher: Switcher,
        pool: ReaderPool,
        started_ns: int,
        lost: Collection[str] = (),
    ) -> None:
        self._catalogue = catalogue
        self._switcher = switcher
        self._pool = pool
        self._started_ns = started_ns
        self._lost = lost
        self._confirmed = confirmed_headers(catalogue)
        self._mentions: dict[str, tuple[tuple[str, int], ...]] = {}
        self._reports: dict[int, FileReport] = {}
        self._settled: dict[SourceFile, FileReport] = {}
        self._group: dict[int, Version] = {}
        self._tell = _Telling(None, 0)

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
        matches = dict(zip(map(path_of, files), match_files(files, live, self._where), strict=True))
        held = [match.document.id for match in matches.values() if match.document]
        self._mentions = self._catalogue.mentions_of(held)
        self._follow(files, matches)
        paired = [(file, matches[path_of(file)] if isinstance(file, SourceFile) else None) for file in found]
        self._tell = _Telling(on_progress, len(found))
        for number, ((file, match), reading) in enumerate(self._pool.ahead(paired, lambda pair: self._start(*pair))):
            self._tell(file.place)
            if reading is None or not reading.done():
                # Nothing waits for a slow reader, or for a file that needs none.
                self._put_group()
            self._settle(number, file, match, reading)
        self._put_group()
        self._tell("")
        return [self._reports[number] for number in range(len(found))]

    def _follow(self, files: Sequence[SourceFile], matches: Mapping[str, Match]) -> None:
        """Let documents follow their files, all in one step: two that have changed places never share one."""
        moved, touched = [], []
        for file in files:
            match = matches[path_of(file)]
            document, mtime_ns = match.document, self._time_of(file) if match.document else 0
            if document is None or match.fate == "duplicate":
                continue
            if match.fate == "moved":
                moved.append((document, file, mtime_ns))
            elif (document.size, document.mtime_ns) != (file.size, mtime_ns):
                touched.append((document, file, mtime_ns))
        if not (moved or touched):
            return
        with self._catalogue.begin() as connection:
            for document, file, mtime_ns in moved:
                forget_file(connection, document.root, document.place)
                self._catalogue.move(connection, document.id, file, mtime_ns)
            for document, file, mtime_ns in touched:
                self._catalogue.touch(connection, document.id, file.size, mtime_ns)

    def _where(self, document: StoredDocument) -> Whereabouts:
        return "gone" if document.path in self._lost else _whereabouts(document)

    def _start(self, file: SourceFile | FileReport, match: Match | None) -> Future[Document] | None:
        if match is None or match.fate != "new" or isinstance(file, FileReport):
            return None
        return self._pool.document(replace(file, confirmed=self._confirmed.get(file.content_hash)))

    def _settle(
        self, number: int, file: SourceFile | FileReport, match: Match | None, reading: Future[Document] | None
    ) -> None:
        if isinstance(file, FileReport):
            self._end(number, file)
        elif match is None or reading is not None:
            assert match is not None and reading is not None
            self._read(number, file, match, reading)
        elif match.fate == "duplicate":
            self._end(number, self._duplicate(file, match), file)
        else:
            self._end(number, self._known(file, match), file)

    def _end(self, number: int, report: FileReport, file: SourceFile | None = None) -> None:
        self._reports[number] = report
        if file is not None:
            self._settled[file] = report
        self._tell.done += 1

    def _read(self, number: int, file: SourceFile, match: Match, reading: Future[Document]) -> None:
        """What was read waits for others, to go in with them."""
        mtime_ns = self._time_of(file)
        try:
            document = reading.result()
        except IngestError as error:
            old = match.replaced[0] if match.replaced else None
            kept = (_KEPT,) if old else ()
            report = FileReport(file.place, "failed", old.id if old else None, warnings=kept, error=str(error))
            note_file(self._catalogue, file, mtime_ns, report)
            self._end(number, report, file)
            return
        self._group[number] = Version(document, mtime_ns, tuple(old.id for old in match.replaced))
        if sum(len(version.document.chunks) for version in self._group.values()) >= _GROUP_CHUNKS:
            self._put_group()

    def _put_group(self) -> None:
        group, self._group = self._group, {}
        if not group:
            return
        stored = self._switcher.put(list(group.values()), lambda part: self._tell.part(part * len(group)))
        for (number, version), document in zip(group.items(), stored, strict=True):
            report = report_of(self._catalogue, document, self._catalogue.mentions(document.id), version.document.road)
            note_file(self._catalogue, version.document.file, version.mtime_ns, report)
            self._end(number, report, version.document.file)

    def _known(self, file: SourceFile, match: Match) -> FileReport:
        """A file whose document is in, at this place or another."""
        document = match.document
        assert document is not None
        report = report_of(self._catalogue, document, self._mentions.get(document.id, ()))
        if match.fate == "moved":
            warning = f"Tệp đã được chuyển hoặc đổi tên từ {document.place}; văn bản được giữ nguyên."
            report = replace(report, warnings=(*report.warnings, warning))
            note_file(self._catalogue, file, self._time_of(file), report)
        self._switcher.drop([old.id for old in match.replaced])
        return replace(report, status="unchanged", place=file.place)

    def _duplicate(self, file: SourceFile, match: Match) -> FileReport:
        if match.document is not None:
            of = match.document.place
            held = report_of(self._catalogue, match.document, self._mentions.get(match.document.id, ()))
        else:
            assert match.twin is not None
            held, of = self._settled[match.twin], match.twin.place
        if held.status == "failed":
            return replace(held, place=file.place)
        self._switcher.drop([old.id for old in match.replaced])
        warning = f"Nội dung trùng với tệp {of} đã có trong thư viện, nên không nạp lần thứ hai."
        report = replace(held, status="unchanged", place=file.place, warnings=(*held.warnings, warning))
        note_file(self._catalogue, file, self._time_of(file), report)
        return report

    def _time_of(self, file: SourceFile) -> int:
        return settled_mtime(file, self._started_ns)


def report_of(
    catalogue: Catalogue, document: StoredDocument, mentions: tuple[tuple[str, int], ...], road: str = ""
) -> FileReport:
    """The report of a document that is in."""
    scanned = document.text_source != "digital"
    ocr_pages, ocr_confidence = catalogue.recognised(document.id) if scanned else (0, None)
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
        ocr_pages=ocr_pages,
        ocr_confidence=ocr_confidence,
    )


def known_files(
    live: Iterable[StoredDocument], otherwise: Callable[[Path, str], KnownFile | None] = lambda _root, _place: None
) -> Callable[[Path, str], KnownFile | None]:
    """What is remembered of a file, whichever folder above it was named.

    Args:
        live: the documents that stand for their files.
        otherwise: asked of a file that is no document.
    """
    by_path = {document.path: document for document in live}

    def known(root: Path, place: str) -> KnownFile | None:
        document = by_path.get(absolute(str(root), place))
        if document is None:
            return otherwise(root, place)
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
    if container_of(document.path) is not None:
        # Whether it is still in there only opening the container tells.
        return "there"
    # A place is shown composed; on the disk its name may be written with loose accents.
    for form in ("NFC", "NFD"):
        try:
            status = Path(unicodedata.normalize(form, document.path)).stat()
        except OSError:
            continue
        same = (status.st_size, status.st_mtime_ns) == (document.size, document.mtime_ns)
        return "there" if same else "changed"
    return "gone"


class _Telling:
    """Tells how far a run is: files that are done, and the part of those that are going in."""

    def __init__(self, on_progress: Progress | None, total: int) -> None:
        self.done = 0
        self._on_progress = on_progress
        self._total = total
        self._place = ""

    def __call__(self, place: str) -> None:
        self._place = place
        self.part(0.0)

    def part(self, files: float) -> None:
        """`files` more are done than `done`, in fractions."""
        if self._on_progress:
            self._on_progress(self.done + files, self._total, self._place)
