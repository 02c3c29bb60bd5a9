"""Files that people upload: their names, and where they lie in the data folder."""

from __future__ import annotations

import shutil
import time
import unicodedata
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import IO

from assistant.errors import AssistantError
from ingest.containers import MARK
from ingest.walk import hash_file, is_ignored
from vectorstore.rows import StoredDocument

UPLOADS_FOLDER = "uploads"
_INCOMING_FOLDER = "incoming"
_NAME_BYTES = 180
_UNSAFE = '<>:"|?*!'
_BLOCK = 1 << 20
_ARRIVAL_S = 3600
OLD = ".old"
"""Behind the name of what is kept of a replaced file until its successor is read."""


class UploadRefusedError(AssistantError):
    """A file cannot be taken as it was sent; the message says why."""


class UploadTooLargeError(UploadRefusedError):
    """A file is larger than what is read."""


class StoredFiles:
    """The uploads of one data folder.

    Args:
        data_dir: the folder; what is below it is made at the first upload.
        max_bytes: the largest file that is taken.
    """

    def __init__(self, data_dir: Path, max_bytes: int) -> None:
        self.folder = data_dir.absolute() / UPLOADS_FOLDER
        self._incoming = data_dir.absolute() / _INCOMING_FOLDER
        self._max_bytes = max_bytes

    def receive(self, staged: str, content: IO[bytes]) -> str:
        """Write what arrives under a name of its own, out of the sight of readers.

        Returns:
            SHA-256 of the content, hexadecimal.

        Raises:
            UploadRefusedError: the file is empty.
            UploadTooLargeError: it is larger than what is read.
        """
        self._incoming.mkdir(parents=True, exist_ok=True)
        target, size = self.staged(staged), 0
        with target.open("xb") as out:
            while size <= self._max_bytes and (block := content.read(_BLOCK)):
                size += out.write(block)
        if 0 < size <= self._max_bytes:
            return hash_file(target)
        target.unlink()
        if size == 0:
            raise UploadRefusedError("Tệp rỗng (0 byte). Vui lòng kiểm tra lại tệp gốc.")
        most = self._max_bytes / 2**20
        raise UploadTooLargeError(f"Tệp vượt giới hạn {most:.0f} MB. Vui lòng tách tệp hoặc nâng TROLY_MAX_FILE_MB.")

    def staged(self, name: str) -> Path:
        """Where a file waits for its turn."""
        return self._incoming / name

    def discard(self, *staged: str) -> None:
        """Remove files that wait."""
        for name in staged:
            self.staged(name).unlink(missing_ok=True)

    def sweep(self, awaited: Collection[str]) -> None:
        """Remove what an upload that broke off has left.

        Args:
            awaited: what jobs still wait for.
        """
        for path in self._incoming.glob("*"):
            # What is younger may be arriving now, at another process.
            old = time.time() - path.stat().st_mtime > _ARRIVAL_S
            if old and path.name.removesuffix(OLD) not in awaited:
                path.unlink(missing_ok=True)

    def free_name(self, name: str, staged: str) -> str:
        """The name itself where no other content has it, else with a number behind it."""
        content = hash_file(self.staged(staged))
        path = PurePosixPath(name)
        for number in range(1, 10_000):
            tried = name if number == 1 else f"{path.stem} ({number}){path.suffix}"
            held = self.folder / tried
            if not held.exists() or hash_file(held) == content:
                return tried
        raise UploadRefusedError(f"Đã có quá nhiều tệp tên {name}. Vui lòng đổi tên tệp.")

    def settle(self, staged: str, name: str) -> Path:
        """Move a file that waited to where it stays; done already is done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / name
        if self.staged(staged).exists():
            self.staged(staged).replace(target)
        return target

    def keep_aside(self, name: str, aside: str) -> None:
        """Copy a file that is to be replaced, for the case that its successor cannot be read."""
        if (self.folder / name).exists() and not self.staged(aside).exists():
            shutil.copy2(self.folder / name, self.staged(aside))

    def file_of(self, document: StoredDocument) -> Path | None:
        """The upload that a document was read from; None where its file is not ours."""
        path = Path(document.path.partition(MARK)[0])
        return path if path.parent == self.folder else None


def safe_name(sent: str | None) -> str:
    """A name that can stand in a folder of ours, out of what a browser or a program sent.

    Only its last part counts, whatever system it was written on.
    """
    last = unicodedata.normalize("NFC", sent or "").replace("\\", "/").rpartition("/")[2]
    kept = "".join("-" if character in _UNSAFE else character for character in last if _is_shown(character))
    kept = " ".join(kept.split()).strip(". ")
    path = PurePosixPath(kept or "van-ban")
    suffix = path.suffix if len(path.suffix.encode()) <= 12 else ""
    stem = kept.removesuffix(suffix) if suffix else kept
    while len(f"{stem}{suffix}".encode()) > _NAME_BYTES:
        stem = stem[:-1]
    name = f"{stem.rstrip('. ') or 'van-ban'}{suffix}"
    return f"tep {name}" if is_ignored(name) else name


def _is_shown(character: str) -> bool:
    return unicodedata.category(character)[0] != "C"
