"""The whole library as one file, taken while the server runs, and back.

The indexes are in the file: copied under the writer's lock they agree with the catalogue, and a library is
usable at once, where building them anew from the catalogue would take an embedding model and hours. The file
is larger for it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Any

from vectorstore.catalogue import Catalogue
from vectorstore.errors import BackupError, StoreError
from vectorstore.shadows import LEXICAL_FOLDER, VECTORS_FOLDER

CATALOGUE_FILE = "catalogue.sqlite3"
_MANIFEST = "troly-backup.json"
_FORMAT = 1
_BLOCK = 1 << 20
_LOCKS = (".lock",)
_OURS = (f"{CATALOGUE_FILE}*", f"{VECTORS_FOLDER}*", LEXICAL_FOLDER)
# The phases of a switch are told by what lies in the folder: whoever opens it next goes on from there.
_UNPACKING, _READY, _MOVING, _REPLACED = "restore.part", "restore.ready", "restore.moving", "restore.replaced"


def back_up(data_dir: Path, catalogue: Catalogue, vectors: Path | None, target: Path) -> dict[str, Any]:
    """Write catalogue and indexes into one file, which appears whole or not at all.

    To be called by the one who holds the right to write. Conversations may go on: the catalogue is copied as it
    stands at one moment.

    Args:
        data_dir: the library's folder.
        catalogue: its catalogue.
        vectors: the folder of the embedded vectors; None where a server holds them.
        target: where to; an older file is replaced.

    Returns:
        What is noted in the file: format, time, count of documents, each part's size and checksum.

    Raises:
        BackupError: the catalogue is on a server, or what was written cannot be read back.
        OSError: the file cannot be written.
    """
    if catalogue.engine.dialect.name != "sqlite":
        raise BackupError(
            "Danh mục ở máy chủ PostgreSQL: xin sao lưu bằng pg_dump (khôi phục bằng pg_restore), rồi chạy "
            "`troly doctor --repair` để lập lại chỉ mục."
        )
    parts: dict[str, dict[str, Any]] = {}
    manifest = {
        "format": _FORMAT,
        "written_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": len(catalogue.documents()),
        "parts": parts,
    }
    unfinished = target.with_name(f"{target.name}.part")
    try:
        with (
            TemporaryDirectory(dir=target.parent, prefix=".troly-backup-") as scratch,
            zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        ):
            for name, path in _sources(data_dir, vectors, Path(scratch)):
                parts[name] = {"size": path.stat().st_size, "sha256": _hash(path)}
                archive.write(path, name)
            archive.writestr(_MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        verify(unfinished)
        _sync(unfinished)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _sources(data_dir: Path, vectors: Path | None, scratch: Path) -> Iterator[tuple[str, Path]]:
    """(name in the archive, file to read) of every part."""
    folders = [folder for folder in (vectors, data_dir / LEXICAL_FOLDER) if folder is not None and folder.is_dir()]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in (data_dir / CATALOGUE_FILE, *files):
        name = path.relative_to(data_dir).as_posix()
        if path.name.endswith((*_LOCKS, "-wal", "-shm")):
            continue
        if path.suffix == ".sqlite3":
            copy = scratch / "copy.sqlite3"
            copy.unlink(missing_ok=True)
            with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as written:
                source.backup(written)
            yield name, copy
        else:
            yield name, path


def verify(source: Path) -> dict[str, Any]:
    """What a backup says of itself, once every part of it was read and agrees with its checksum.

    Raises:
        BackupError: it is no backup, one of another format, or damaged.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(_MANIFEST))
            if manifest["format"] != _FORMAT:
                raise BackupError(
                    f"Tệp sao lưu {source} do phiên bản khác tạo (định dạng {manifest['format']}). Nâng cấp chương "
                    "trình rồi thử lại."
                )
            names = {name for name in archive.namelist() if name != _MANIFEST}
            if names != manifest["parts"].keys() or not all(map(_is_ours, names)):
                raise _damaged(source)
            for name in names:
                with archive.open(name) as part:
                    if _digest(part) != manifest["parts"][name]["sha256"]:
                        raise _damaged(source)
            return manifest
    except (zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError | PermissionError):
            raise
        raise _damaged(source) from error


def _is_ours(name: str) -> bool:
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts
    return inside and any(PurePosixPath(path.parts[0]).match(pattern) for pattern in _OURS)


def _damaged(source: Path) -> BackupError:
    return BackupError(f"Tệp {source} không phải bản sao lưu hoặc đã hỏng. Xin dùng bản sao lưu khác.")


def unpack(source: Path, data_dir: Path, force: bool = False) -> dict[str, Any]:
    """Put the library of a backup in the place of the one in a folder; `finish` makes the switch.

    To be called by the one who holds the right to write. Models that were converted into the folder stay.

    Args:
        source: written by `back_up`.
        data_dir: the library's folder; made where it is not there.
        force: whether a library that holds something is replaced.

    Raises:
        BackupError: the file is no whole backup, or the library holds something and `force` is not given.
        CatalogueVersionError: a newer version of the program wrote it.
        OSError: the folder cannot be written.
    """
    manifest = verify(source)
    if not force and _holds_something(data_dir):
        raise BackupError(
            f"Thư mục {data_dir} đã có thư viện. Nếu muốn thay bằng bản sao lưu, xin thêm --force; nếu không, chọn "
            "thư mục khác bằng --data."
        )
    unpacked = data_dir / _UNPACKING
    shutil.rmtree(unpacked, ignore_errors=True)
    unpacked.mkdir(parents=True)
    with zipfile.ZipFile(source) as archive:
        for name in manifest["parts"]:
            archive.extract(name, unpacked)
            _sync(unpacked / name)
    # Brought to this version's schema before anything is switched.
    Catalogue(unpacked / CATALOGUE_FILE).close()
    unpacked.rename(data_dir / _READY)
    return manifest


def finish(data_dir: Path) -> None:
    """Switch to what was unpacked, from whatever point the switch has come to; nothing where none is under way.

    To be called by the one who holds the right to write, before anything is opened.
    """
    ready, moving, replaced = (data_dir / name for name in (_READY, _MOVING, _REPLACED))
    if ready.is_dir():
        replaced.mkdir(exist_ok=True)
        for pattern in _OURS:
            for old in list(data_dir.glob(pattern)):
                old.rename(replaced / old.name)
        ready.rename(moving)
    if moving.is_dir():
        for new in list(moving.iterdir()):
            new.rename(data_dir / new.name)
        moving.rmdir()
    shutil.rmtree(replaced, ignore_errors=True)


def is_under_way(data_dir: Path) -> bool:
    """Whether a switch was begun and not finished."""
    return any((data_dir / name).is_dir() for name in (_READY, _MOVING, _REPLACED))


def _holds_something(data_dir: Path) -> bool:
    path = data_dir / CATALOGUE_FILE
    if not path.exists():
        return False
    try:
        with closing(Catalogue(path)) as catalogue:
            return catalogue.has_documents() or catalogue.has_conversations()
    except StoreError:
        # What cannot be opened may still be worth something.
        return True


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return _digest(stream)


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
