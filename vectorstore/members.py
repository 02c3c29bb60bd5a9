"""Members of containers in the library: what is known of them, and what goes with a container's new version."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.containers import MARK
from ingest.models import FileReport, SourceFile
from ingest.walk import KnownFile
from vectorstore.catalogue import Catalogue
from vectorstore.noted_files import archives, failed_members, forget_members, note_container
from vectorstore.rows import StoredDocument, absolute


class Members:
    """What the library holds of containers, as one run of taking files in finds it.

    Args:
        catalogue: where archives and files that failed are noted.
        live: the documents that are in, by path.
    """

    def __init__(self, catalogue: Catalogue, live: Mapping[str, StoredDocument]) -> None:
        self._catalogue, self._live = catalogue, live
        self._paths = sorted(path for path in live if MARK in path)
        self.archives = archives(catalogue)
        self._failed = sorted(failed_members(catalogue))
        self._opened: list[SourceFile] = []

    def known(self, root: Path, place: str) -> KnownFile | None:
        """What is remembered of an archive, which is no document itself."""
        return self.archives.get(absolute(str(root), place))

    def remembered(self, container: SourceFile) -> list[SourceFile] | None:
        """The members of a container that is as it was and of which none failed; None where it must be opened.

        Of one that is opened, what was noted of its members is forgotten.
        """
        path = absolute(str(container.root), container.place)
        known = self.archives.get(path) if container.kind == "zip" else self._live.get(path)
        if known is None or known.content_hash != container.content_hash or _below(self._failed, path):
            self._opened.append(container)
            forget_members(self._catalogue, container)
            return None
        return [
            SourceFile(
                path=Path(inner),
                place=container.place + inner[len(path) :],
                root=container.root,
                size=self._live[inner].size,
                content_hash=self._live[inner].content_hash,
                kind=self._live[inner].kind,
                passwords=container.passwords,
            )
            for inner in _below(self._paths, path)
        ]

    def lost(self, found: Sequence[SourceFile | FileReport]) -> frozenset[str]:
        """The paths of members that the containers opened in this run hold no longer.

        Args:
            found: all that was found.
        """
        lost: set[str] = set()
        for container in self._opened:
            inside = _inside(container, found)
            if any(one.place == f"{container.place}{MARK}…" for one in inside):
                # It could not be looked through to its end: nothing tells that a member has gone.
                continue
            path = absolute(str(container.root), container.place)
            lost |= set(_below(self._paths, path)) - {absolute(str(container.root), one.place) for one in inside}
        return frozenset(lost)

    def settle(self, found: Sequence[SourceFile | FileReport]) -> None:
        """Note the containers that were opened in this run, once their members are in.

        Args:
            found: all that was found.
        """
        for container in self._opened:
            broken = [one for one in _inside(container, found) if isinstance(one, FileReport)]
            note_container(self._catalogue, container, broken)


def _inside(container: SourceFile, found: Sequence[SourceFile | FileReport]) -> list[SourceFile | FileReport]:
    return [one for one in found if one.place.startswith(container.place + MARK)]


def container_of(path: str) -> Path | None:
    """The file on the disk that holds a member; None for a path that is no member's."""
    before, mark, _ = path.partition(MARK)
    while mark:
        if Path(before).is_file():
            return Path(before)
        longer, mark, _ = path[len(before) + len(MARK) :].partition(MARK)
        before = f"{before}{MARK}{longer}"
    return None


def _below(paths: Sequence[str], container: str) -> list[str]:
    """The paths of a sorted list that lie in a container."""
    prefix = container + MARK
    start = bisect_left(paths, prefix)
    end = start
    while end < len(paths) and paths[end].startswith(prefix):
        end += 1
    return list(paths[start:end])
