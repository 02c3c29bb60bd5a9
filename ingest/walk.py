"""The files below the paths that a person named."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.models import FileReport, SourceFile
from ingest.readers import sniff

_BLOCK = 1 << 20
_SYSTEM_FILES = frozenset({"thumbs.db", "desktop.ini"})
_SYSTEM_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information"})


@dataclass(frozen=True, slots=True)
class KnownFile:
    """What the catalogue remembers of a file: enough to tell without reading it that it is unchanged."""

    size: int
    mtime_ns: int
    content_hash: str
    kind: str


Known = Mapping[str, KnownFile] | Callable[[Path, str], KnownFile | None]
"""By place below the named folder, or asked with (folder, place)."""


def find_files(
    paths: Iterable[Path],
    known: Known | None = None,
    max_bytes: int | None = None,
    passwords: tuple[str, ...] = (),
) -> Iterator[SourceFile | FileReport]:
    """Every file below `paths`, sorted by its place; what cannot be taken comes as its report.

    Hidden files, lock files of Office (`~$x.docx`) and those of the system are left out silently. A file that
    two of the paths lead to comes once.

    Args:
        paths: files and folders.
        known: files of an earlier run; where size and time of change agree, the file is not read again.
        max_bytes: the largest file that is taken.
        passwords: handed to the files, for those that ask for one.
    """
    seen: set[Path] = set()
    for named in paths:
        path = Path(os.path.abspath(named))  # noqa: PTH100 (resolve() would follow the links that are checked here)
        if path.is_dir():
            found = _walk(path, path)
        elif path.exists() or path.is_symlink():
            found = iter((path,))
        else:
            yield FileReport(_printable(str(named)), "failed", error="Không tìm thấy tệp hoặc thư mục này.")
            continue
        root = path if path.is_dir() else path.parent
        for item in found:
            if isinstance(item, FileReport):
                yield item
            elif item not in seen:
                seen.add(item)
                taken = _source(item, root, known, max_bytes)
                yield replace(taken, passwords=passwords) if isinstance(taken, SourceFile) and passwords else taken


def _walk(folder: Path, root: Path) -> Iterator[Path | FileReport]:
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: (unicodedata.normalize("NFC", entry.name), entry.name))
    except OSError as error:
        yield FileReport(_place(folder, root), "failed", error=_denied(error, "thư mục"))
        return
    for entry in entries:
        if is_ignored(entry.name):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry, root)
        elif entry.is_dir():
            yield _skipped(entry, root, "Thư mục là liên kết (symlink). Vui lòng nạp thẳng thư mục gốc.")
        else:
            yield entry


def is_ignored(name: str) -> bool:
    """Whether a file or folder is one of the system, hidden, or a program's lock."""
    low = name.lower()
    return name.startswith((".", "~$")) or low in _SYSTEM_FILES or low in _SYSTEM_FOLDERS or low.startswith("~wrl")


def _source(path: Path, root: Path, known: Known | None, max_bytes: int | None) -> SourceFile | FileReport:
    place = _place(path, root)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in path.relative_to(root).as_posix()):
        return FileReport(place, "failed", error="Tên tệp có ký tự điều khiển. Vui lòng đổi tên tệp.")
    if path.is_symlink() and not _stays_inside(path, root):
        return FileReport(
            place, "skipped", error="Liên kết (symlink) trỏ ra ngoài thư mục được nạp. Vui lòng chép tệp vào thư mục."
        )
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return FileReport(place, "skipped", error="Không phải tệp thường (thiết bị, ống dẫn).")
        if status.st_size == 0:
            return FileReport(place, "failed", error="Tệp rỗng (0 byte). Vui lòng kiểm tra lại tệp gốc.")
        if max_bytes is not None and status.st_size > max_bytes:
            size, most = status.st_size / 2**20, max_bytes / 2**20
            reason = (
                f"Tệp lớn {size:.0f} MB, vượt giới hạn {most:.0f} MB. Vui lòng tách tệp hoặc nâng TROLY_MAX_FILE_MB."
            )
            return FileReport(place, "failed", error=reason)
        same = _unchanged(_remembered(known, root, place), status)
        if same is not None:
            return SourceFile(path, place, root, status.st_size, same.content_hash, same.kind)
        return SourceFile(path, place, root, status.st_size, hash_file(path), sniff(path))
    except OSError as error:
        return FileReport(place, "failed", error=_denied(error, "tệp"))


def hash_file(path: Path) -> str:
    """SHA-256 of the content, hexadecimal.

    Raises:
        OSError: the file cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _remembered(known: Known | None, root: Path, place: str) -> KnownFile | None:
    if known is None:
        return None
    return known.get(place) if isinstance(known, Mapping) else known(root, place)


def _unchanged(remembered: KnownFile | None, status: os.stat_result) -> KnownFile | None:
    if remembered is None:
        return None
    same = remembered.size == status.st_size and remembered.mtime_ns == status.st_mtime_ns
    return remembered if same else None


def _stays_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        return False


def _place(path: Path, root: Path) -> str:
    return _printable(path.relative_to(root).as_posix()) if path != root else "."


def _printable(name: str) -> str:
    """The name in NFC, as a person sees it; what cannot be shown as `�`."""
    name = unicodedata.normalize("NFC", name)
    return "".join("�" if unicodedata.category(character) in ("Cc", "Cs") else character for character in name)


def _skipped(path: Path, root: Path, reason: str) -> FileReport:
    return FileReport(_place(path, root), "skipped", error=reason)


def _denied(error: OSError, what: str) -> str:
    if isinstance(error, PermissionError):
        return f"Không có quyền đọc {what}. Vui lòng cấp quyền đọc rồi nạp lại."
    return (
        f"Không đọc được {what} ({error.strerror or type(error).__name__}). Vui lòng kiểm tra lại ổ đĩa hoặc đường dẫn."
    )
