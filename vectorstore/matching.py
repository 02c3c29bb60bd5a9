"""Which document a found file is: by its place and by its content.

A document follows its content when the file is renamed or moved; a second file of the same content adds nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from ingest.models import SourceFile
from vectorstore.rows import StoredDocument, absolute

Fate = Literal["unchanged", "moved", "duplicate", "new"]
Whereabouts = Literal["there", "changed", "gone"]
"""Of a document's file: on the disk as it was, with another content, or no longer."""


@dataclass(frozen=True, slots=True)
class Match:
    """What becomes of a found file."""

    fate: Fate
    document: StoredDocument | None = None
    """The document that holds its content, where one is in."""
    twin: SourceFile | None = None
    """For a duplicate: the new file of this run whose content it has."""
    replaced: tuple[StoredDocument, ...] = ()
    """Documents that go once this file is settled: their content is no longer where it was."""


def path_of(file: SourceFile) -> str:
    """The absolute path of a file as documents tell theirs."""
    return absolute(str(file.root), file.place)


def match_files(
    files: Sequence[SourceFile], live: Iterable[StoredDocument], whereabouts: Callable[[StoredDocument], Whereabouts]
) -> list[Match]:
    """The fate of each file, in their order.

    Args:
        files: all that was found, each path once.
        live: every live document.
        whereabouts: asked of documents whose place is not among `files`.
    """
    matching = _Matching(files, live, whereabouts)
    stays = [matching.at_its_place(file) for file in files]
    settled = [same or matching.elsewhere(file) for same, file in zip(stays, files, strict=True)]
    return [matching.with_replaced(match, file) for match, file in zip(settled, files, strict=True)]


class _Matching:
    def __init__(
        self,
        files: Sequence[SourceFile],
        live: Iterable[StoredDocument],
        whereabouts: Callable[[StoredDocument], Whereabouts],
    ) -> None:
        self._whereabouts = whereabouts
        self._found = {path_of(file) for file in files}
        self._by_path: dict[str, list[StoredDocument]] = defaultdict(list)
        self._by_content: dict[str, list[StoredDocument]] = defaultdict(list)
        for document in live:
            self._by_path[document.path].append(document)
            self._by_content[document.content_hash].append(document)
        self._claimed: set[str] = set()
        self._first: dict[str, SourceFile] = {}

    def at_its_place(self, file: SourceFile) -> Match | None:
        for document in self._by_path.get(path_of(file), ()):
            if document.content_hash == file.content_hash:
                self._claimed.add(document.id)
                return Match("unchanged", document)
        return None

    def elsewhere(self, file: SourceFile) -> Match:
        for document in self._by_content.get(file.content_hash, ()):
            where = "moved" if document.path in self._found else self._whereabouts(document)
            if document.id in self._claimed or where == "there":
                return Match("duplicate", document)
            if where != "changed":
                self._claimed.add(document.id)
                if _is_called_after_its_file(document, file):
                    return Match("new", replaced=(document,))
                return Match("moved", document)
        twin = self._first.setdefault(file.content_hash, file)
        return Match("new") if twin is file else Match("duplicate", twin=twin)

    def with_replaced(self, match: Match, file: SourceFile) -> Match:
        """Documents of this place whose content nobody holds any more go."""
        left = (document for document in self._by_path.get(path_of(file), ()) if document.id not in self._claimed)
        return replace(match, replaced=(*match.replaced, *left))


def _is_called_after_its_file(document: StoredDocument, file: SourceFile) -> bool:
    """Whether another name of the file means another title, which stands in every passage's context."""
    name = PurePosixPath(document.place).stem
    return document.title == name != PurePosixPath(file.place).stem
