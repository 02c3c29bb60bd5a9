"""Files inside files: archives, e-mails with attachments, portfolios of PDF.

A member is a file of its own, placed behind its container: `folder/a.zip!/inner/b.docx`. Its bytes are written under
a name of our own: what a container calls its members never becomes a path.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import IngestError
from ingest.limits import ContainerLimits
from ingest.models import FileReport, SourceFile
from ingest.readers import members_of, sniff
from ingest.walk import is_ignored

if TYPE_CHECKING:
    from ingest.readers.members import Member

MARK = "!/"
"""Between the place of a container and the name of its member."""
CONTAINERS = frozenset({"zip", "eml", "pdf"})
_BLOCK = 1 << 20
_MB = 1 << 20
_RATIO_FROM = 4 * _MB
"""Small files may be packed very tightly without harm."""


def with_members(
    found: Iterable[SourceFile | FileReport],
    folder: Path,
    limits: ContainerLimits | None = None,
    remembered: Callable[[SourceFile], list[SourceFile] | None] = lambda _: None,
) -> Iterator[SourceFile | FileReport]:
    """What was found, each container followed by its members; an archive, no document itself, by its report.

    Args:
        found: files, as `find_files` gives them.
        folder: where members are written; it must outlive their reading.
        limits: how much may be unpacked of one file.
        remembered: the members of a container that has not changed, which is then not opened; None for others.
    """
    limits = limits or ContainerLimits()
    for file in found:
        if isinstance(file, FileReport) or file.kind not in CONTAINERS:
            yield file
            continue
        members = remembered(file)
        unchanged = members is not None
        inner: Sequence[SourceFile | FileReport] = (
            members if members is not None else _Unpacking(file, folder, limits).members()
        )
        if file.kind == "zip":
            yield _archive_report(file, inner, unchanged)
        else:
            yield file
        yield from inner


def find_member(
    container: SourceFile, place: str, folder: Path, limits: ContainerLimits | None = None
) -> SourceFile | None:
    """One member of a container; of the others nothing is unpacked but the containers that lead to it.

    Args:
        container: the outermost one.
        place: of the member, as `with_members` gave it.
        folder: where it is written.
        limits: how much may be unpacked.

    Returns:
        None where the container has no such member, or it cannot be had.
    """
    unpacking = _Unpacking(container, folder, limits or ContainerLimits(), place)
    found = (one for one in unpacking.members() if isinstance(one, SourceFile) and one.place == place)
    return next(found, None)


def _archive_report(file: SourceFile, inner: Sequence[SourceFile | FileReport], unchanged: bool) -> FileReport:
    told = [one for one in inner if isinstance(one, FileReport)]
    if inner and len(told) == len(inner) and all(one.status == "failed" for one in told):
        return FileReport(file.place, "failed", error="Không lấy được tệp nào trong tệp nén; lý do ghi ở từng tệp.")
    if not inner:
        return FileReport(file.place, "skipped", error="Tệp nén không có tệp nào.")
    warnings = (f"Tệp nén có {len(inner)} tệp, mỗi tệp được nạp như một văn bản riêng.",)
    return FileReport(file.place, "unchanged" if unchanged else "indexed", warnings=warnings)


class _TooMuchError(Exception):
    """A limit for the whole container is reached; the message says which."""


class _Unpacking:
    """One outermost container, with what is left of its limits; all its members, or the `wanted` one."""

    def __init__(self, file: SourceFile, folder: Path, limits: ContainerLimits, wanted: str | None = None) -> None:
        self._file, self._folder, self._limits, self._wanted = file, folder, limits, wanted
        self._taken = 0
        self._left = limits.total_bytes
        self._places: set[str] = set()
        self._prefix = hashlib.sha256(f"{file.root}\n{file.place}".encode()).hexdigest()[:16]

    def members(self) -> list[SourceFile | FileReport]:
        """Every member, those of containers inside included."""
        found: list[SourceFile | FileReport] = []
        try:
            for member in self._inside(self._file, 1):
                found.append(member)  # noqa: PERF402 - what came before a limit was reached is kept
        except _TooMuchError as error:
            found.append(FileReport(f"{self._file.place}{MARK}…", "failed", error=str(error)))
        return found

    def _inside(self, file: SourceFile, depth: int) -> Iterator[SourceFile | FileReport]:
        try:
            for member in members_of(file.kind, file.path, file.passwords):
                yield from self._member(member, file.place, depth)
        except IngestError as error:
            # A PDF or an e-mail that cannot be opened says so when it is read itself.
            if file.kind == "zip":
                yield FileReport(f"{file.place}{MARK}…", "failed", error=str(error))

    def _member(self, member: Member, outer: str, depth: int) -> Iterator[SourceFile | FileReport]:
        name = unicodedata.normalize("NFC", member.name.replace("\\", "/"))
        parts = [part for part in name.split("/") if part not in ("", ".")]
        trouble = member.trouble or _trouble_of(name, parts)
        if not parts or name.endswith("/") or (any(map(is_ignored, parts)) and not trouble):
            return
        place = self._free(f"{outer}{MARK}{_shown('/'.join(parts))}")
        self._taken += 1
        if self._taken > self._limits.files:
            raise _TooMuchError(
                f"Tệp chứa nhiều hơn {self._limits.files} tệp nên dừng ở đó. "
                "Vui lòng tách tệp hoặc nâng TROLY_ARCHIVE_MAX_FILES."
            )
        if self._wanted is not None and not f"{self._wanted}{MARK}".startswith(f"{place}{MARK}"):
            return
        if trouble:
            yield FileReport(place, "failed", error=trouble)
            return
        try:
            taken = self._written(member, place)
        except IngestError as error:
            yield FileReport(place, "failed", error=str(error))
            return
        if isinstance(taken, FileReport):
            yield taken
            return
        if taken.kind != "zip":
            yield taken
        if taken.kind not in CONTAINERS:
            return
        if depth < self._limits.depth:
            yield from self._inside(taken, depth + 1)
        elif taken.kind == "zip":
            reason = (
                f"Tệp nén lồng sâu hơn {self._limits.depth} tầng. Vui lòng giải nén, hoặc nâng TROLY_ARCHIVE_MAX_DEPTH."
            )
            yield FileReport(place, "failed", error=reason)

    def _written(self, member: Member, place: str) -> SourceFile | FileReport:
        """The member as a file on the disk.

        Raises:
            IngestError: it cannot be unpacked.
            _TooMuchError: the container holds more than it may.
        """
        path = self._folder / f"{self._prefix}-{self._taken}"
        try:
            return self._copied(member, place, path)
        finally:
            # Under its own name stays only what was taken whole.
            path.unlink(missing_ok=True)

    def _copied(self, member: Member, place: str, path: Path) -> SourceFile | FileReport:
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as written:
            for block in member.blocks(_BLOCK):
                size += len(block)
                self._left -= len(block)
                trouble = self._overrun(size, member.packed)
                if trouble:
                    return FileReport(place, "failed", error=trouble)
                digest.update(block)
                written.write(block)
        if not size:
            return FileReport(place, "failed", error="Tệp rỗng (0 byte). Vui lòng kiểm tra lại tệp gốc.")
        kind = sniff(path)
        # Programs that are called to read a file go by its ending.
        path = path.rename(path.with_name(f"{path.name}.{kind}"))
        outer = self._file
        return SourceFile(path, place, outer.root, size, digest.hexdigest(), kind, passwords=outer.passwords)

    def _overrun(self, size: int, packed: int | None) -> str | None:
        """Why a member of which `size` bytes are unpacked is given up; None while it may go on."""
        if self._left < 0:
            raise _TooMuchError(
                f"Nội dung giải nén vượt {self._limits.total_bytes / _MB:.0f} MB nên dừng ở đó. "
                "Vui lòng tách tệp hoặc nâng TROLY_ARCHIVE_MAX_MB."
            )
        if packed is not None and size > _RATIO_FROM and size > self._limits.ratio * max(packed, 1):
            return (
                f"Tệp nén quá chặt (hơn {self._limits.ratio} lần), có thể là bom nén nên không giải nén. "
                "Vui lòng kiểm tra nguồn tệp; nếu đúng, nâng TROLY_ARCHIVE_MAX_RATIO."
            )
        most = self._limits.file_bytes
        if most is not None and size > most:
            return f"Tệp lớn hơn giới hạn {most / _MB:.0f} MB. Vui lòng tách tệp hoặc nâng TROLY_MAX_FILE_MB."
        return None

    def _free(self, place: str) -> str:
        """The place, or one beside it: a container may hold two members of one name."""
        wanted, number = place, 1
        while wanted in self._places:
            number += 1
            wanted = f"{place} ({number})"
        self._places.add(wanted)
        return wanted


def _trouble_of(name: str, parts: list[str]) -> str | None:
    if name.startswith("/") or ".." in parts or (len(name) > 1 and name[1] == ":"):
        return "Tên tệp trỏ ra ngoài tệp chứa nó (đường dẫn tuyệt đối hoặc có ../) nên không được nạp."
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        return "Tên tệp có ký tự điều khiển. Vui lòng đổi tên tệp."
    return None


def _shown(name: str) -> str:
    return "".join("�" if unicodedata.category(character) in ("Cc", "Cs") else character for character in name)
