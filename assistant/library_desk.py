"""What a server does to its library when it is asked to: uploads, replacements and removals, one after another."""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO, Any

from filelock import FileLock, Timeout

from assistant.config import Settings
from assistant.errors import AssistantError, UnknownDocumentError
from assistant.printing import report_json
from assistant.removing import remove_documents
from assistant.stored_files import OLD, StoredFiles, UploadRefusedError, safe_name
from ingest.containers import MARK
from ingest.models import FileReport
from ingest.walk import hash_file
from vectorstore.errors import LibraryBusyError, StoreError
from vectorstore.feedback import FeedbackStore
from vectorstore.jobs import Job, JobKind, JobStore
from vectorstore.library import Library
from vectorstore.rows import StoredDocument

_LOCK_FILE = "jobs.lock"
_LOOK_S = 1.0
"""How often another process's new jobs are looked for."""
_TELL_S = 0.5
"""How often progress is written down."""

log = logging.getLogger(__name__)


class LibraryDesk:
    """Takes orders, and works them off in a thread of its own; safe to call from several threads.

    Several processes may share a library: one of them works, whichever holds the lock, and all take orders.

    Args:
        library: opened by the caller and closed by them after `stop`.
        settings: limits and passwords of reading.
    """

    def __init__(self, library: Library, settings: Settings) -> None:
        self._library, self._passwords = library, settings.passwords
        self.files = StoredFiles(library.data_dir, settings.limits.file_bytes)
        self.jobs = JobStore(library.catalogue)
        self.feedback = FeedbackStore(library.catalogue)
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    # ----------------------------------------------------------------- orders

    def upload(self, owner: str, sent: Sequence[tuple[str | None, IO[bytes]]], key: str | None = None) -> Job:
        """Queue files to be taken in.

        Args:
            owner: who asks.
            sent: name and content of each file.
            key: the caller's name for this request; the same key with the same files is the same job.

        Raises:
            UploadRefusedError: there is no file, or one is empty or too large.
            RepeatedKeyError: the key was used for another request.
        """
        if not sent:
            raise UploadRefusedError("Chưa có tệp nào trong yêu cầu: xin gửi tệp ở trường files.")
        return self._queue("upload", owner, [(safe_name(name), content) for name, content in sent], key)

    def replace(
        self, owner: str, document_id: str, content: IO[bytes], name: str | None, key: str | None = None
    ) -> Job:
        """Queue another content for an uploaded document.

        Raises:
            UnknownDocumentError: there is no such document.
            UploadRefusedError: its file is not an upload, or the new one is empty, too large or of another kind.
            RepeatedKeyError: the key was used for another request.
        """
        document = self._document(document_id)
        stored = self.files.file_of(document)
        if stored is None or stored.name != document.place:
            raise UploadRefusedError(
                f"Tệp {document.place} không phải tệp riêng đã tải lên qua máy chủ. Xin thay tệp ở thư mục gốc rồi "
                "nạp lại bằng `troly ingest`."
            )
        if PurePosixPath(safe_name(name)).suffix.lower() != stored.suffix.lower():
            raise UploadRefusedError(f"Tệp mới phải cùng loại {stored.suffix}. Xin xóa văn bản cũ rồi tải tệp mới lên.")
        return self._queue("replace", owner, [(stored.name, content)], key, document_id)

    def remove(self, owner: str, document_id: str) -> Job:
        """Queue a document to be taken out with every trace of it, its upload too.

        Raises:
            UnknownDocumentError: there is no such document.
        """
        self._document(document_id)
        job, _ = self.jobs.add("remove", owner, [{}], "", None, document_id)
        self._woken.set()
        return job

    def _document(self, document_id: str) -> StoredDocument:
        document = self._library.catalogue.document(document_id)
        if document is None or document.state != "live":
            raise UnknownDocumentError(f"Không có văn bản {document_id} trong kho: có thể đã được thay hoặc gỡ.")
        return document

    def _queue(
        self,
        kind: JobKind,
        owner: str,
        sent: Sequence[tuple[str, IO[bytes]]],
        key: str | None,
        document_id: str | None = None,
    ) -> Job:
        files: list[dict[str, Any]] = []
        contents = hashlib.sha256(f"{kind}\n{document_id}".encode())
        try:
            for name, content in sent:
                files.append({"name": name, "staged": secrets.token_hex(16)})
                contents.update(f"\n{name}\n{self.files.receive(files[-1]['staged'], content)}".encode())
            job, new = self.jobs.add(kind, owner, files, contents.hexdigest(), key, document_id)
        except (AssistantError, StoreError, OSError):
            self._discard(files)
            raise
        if not new:
            self._discard(files)
        self._woken.set()
        return job

    def _discard(self, files: Sequence[dict[str, Any]]) -> None:
        self.files.discard(*(file["staged"] for file in files if "staged" in file))

    # ------------------------------------------------------------------- work

    def start(self) -> None:
        """Begin to work off what waits, also what a process left behind that has ended."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._work, name="library-desk", daemon=True)
        self._thread.start()

    def stop(self, wait_s: float = 5) -> None:
        """Take no further job; what is not finished by then is begun anew at the next start."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(wait_s)
            self._thread = None

    def _work(self) -> None:
        lock = FileLock(self._library.data_dir / _LOCK_FILE)
        while not self._stopping.is_set():
            try:
                with lock.acquire(timeout=0):
                    self.jobs.put_back()
                    self.files.sweep({file.get("staged", "") for file in self.jobs.awaited()})
                    while not self._stopping.is_set():
                        if not self.work_one():
                            self._rest()
            except Timeout:
                self._rest()
            except Exception:
                # The thread must outlive a database that is away for a while.
                log.exception("the desk could not look for jobs")
                self._rest()

    def _rest(self) -> None:
        self._woken.wait(_LOOK_S)
        self._woken.clear()

    def work_one(self) -> bool:
        """Work off the oldest job; whether one was finished. It waits again where another process writes."""
        job = self.jobs.take()
        if job is None:
            return False
        try:
            reports = self._removed(job) if job.kind == "remove" else self._taken_in(job)
        except LibraryBusyError:
            self.jobs.put_back(job.id)
            return False
        except Exception as error:  # noqa: BLE001 - the edge of the thread: a job that fails must say so
            if not self._stopping.is_set():
                self._discard(job.files)
                self.jobs.finish(job.id, (), _told(error))
            return True
        self.jobs.finish(job.id, reports)
        if job.kind == "remove" and job.document_id:
            self.jobs.forget([job.document_id], [])
        return True

    def _removed(self, job: Job) -> list[dict[str, Any]]:
        document = self._library.catalogue.document(job.document_id or "")
        clean = document is None or remove_documents(self._library, [document])
        return [{"status": "removed", "traces_left": not clean}]

    def _taken_in(self, job: Job) -> list[dict[str, Any]]:
        files = [dict(file) for file in job.files]
        known = [report for report in map(self._known, files) if report] if job.kind == "upload" else []
        for file in files:
            if "stored" not in file and self.files.staged(file["staged"]).exists():
                same = job.kind == "replace"
                file["stored"] = file["name"] if same else self.files.free_name(file["name"], file["staged"])
                file["new"] = same or not (self.files.folder / file["stored"]).exists()
                # Written down before the file moves, so that a crash between the two loses nothing.
                self.jobs.change(job.id, files=files)
                if same:
                    self.files.keep_aside(file["stored"], f"{file['staged']}{OLD}")
                self.files.settle(file["staged"], file["stored"])
        stored = [file for file in files if "stored" in file]
        paths = list(dict.fromkeys(self.files.folder / file["stored"] for file in stored))
        reports = self._library.ingest(paths, self._telling(job), False, self._passwords) if paths else []
        held = {Path(one.path.partition(MARK)[0]) for one in self._library.catalogue.documents()}
        for file in stored:
            self._tidy(file, {report.place: report.status for report in reports}, held)
        return [report_json(replace(report, mentions=())) for report in (*known, *reports)]

    def _known(self, file: dict[str, Any]) -> FileReport | None:
        """The report of a file whose content is in already and can still be read where it is; it is not kept twice."""
        staged = self.files.staged(file["staged"])
        if not staged.exists():
            return None
        for document in self._library.catalogue.documents_like(hashes=[hash_file(staged)]):
            path = Path(document.path)
            if document.is_first and path.is_file() and hash_file(path) == document.content_hash:
                self.files.discard(file["staged"])
                warning = f"Nội dung trùng với tệp {document.place} đã có trong thư viện, nên không nạp lần thứ hai."
                held = self._library.report(document)
                return replace(held, status="unchanged", place=file["name"], warnings=(*held.warnings, warning))
        return None

    def _tidy(self, file: dict[str, Any], ended: dict[str, str], held: set[Path]) -> None:
        """Bring back what an unreadable file replaced; remove an upload that no document was read from."""
        path, old = self.files.folder / file["stored"], self.files.staged(f"{file['staged']}{OLD}")
        if old.exists() and ended.get(file["stored"]) == "failed":
            old.replace(path)
        old.unlink(missing_ok=True)
        if path not in held and file.get("new"):
            path.unlink(missing_ok=True)

    def _telling(self, job: Job) -> Callable[[float, int, str], None]:
        told = 0.0

        def tell(done: float, total: int, place: str) -> None:
            nonlocal told
            if time.monotonic() - told >= _TELL_S:
                told = time.monotonic()
                self.jobs.change(job.id, done=done, total=total, place=place)

        return tell


def _told(error: Exception) -> str:
    """What a person is told of a job that failed."""
    if isinstance(error, (AssistantError, StoreError)):
        return str(error)
    code = secrets.token_hex(4)
    log.error("incident %s", code, exc_info=error)
    return f"Công việc gặp sự cố ngoài dự kiến (mã sự cố {code}). Đề nghị báo quản trị kèm mã này."
