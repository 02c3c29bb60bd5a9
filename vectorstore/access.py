"""Access groups: which documents a person may see, and how a document comes by its groups.

A document without a group is everyone's. Groups stand at the document itself; rules by path say which ones a document
gets when it comes in. A new version keeps the groups of the one that it replaces, and a moved file keeps its own: no
document ever becomes open by being changed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, text, update

from ingest.containers import MARK
from vectorstore.errors import AccessGroupError
from vectorstore.tables import access_rules, document_groups, documents, stamps

if TYPE_CHECKING:
    from vectorstore.catalogue import Catalogue

_NAME = re.compile(r"\w(?:[\w .-]{0,62}[\w.-])?")
_CHANGES = "access changes"
"""The stamp that grows with every change of who may see what."""
_OPEN = ""
"""In the place of a name: the rule names no group."""
_REMOVED = "sha256:"
"""Before the hash of a path: the rule of a file that was taken out, of whose name no trace may stay."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: documents without a group, and those of one of these groups; or everything."""

    groups: frozenset[str] = frozenset()
    everything: bool = False

    def covers(self, other: Sight) -> bool:
        """Whether whoever has this sight may see all that the other one shows."""
        return self.everything or (not other.everything and other.groups <= self.groups)

    def stored(self) -> list[str] | None:
        """As the database keeps it: the groups; None for everything."""
        return None if self.everything else sorted(self.groups)


EVERYTHING = Sight(everything=True)


def stored_sight(kept: Sequence[str] | None) -> Sight:
    """What `Sight.stored` gave."""
    return EVERYTHING if kept is None else Sight(frozenset(kept))


def group_names(given: Iterable[str]) -> tuple[str, ...]:
    """Names of groups as they are kept: composed, in small letters, each once, in their order.

    Raises:
        AccessGroupError: one of them is no name.
    """
    names = []
    for one in given:
        name = " ".join(unicodedata.normalize("NFC", one).split()).casefold()
        if not _NAME.fullmatch(name):
            raise AccessGroupError(
                f"“{one}” không dùng làm tên nhóm được: tên nhóm gồm chữ, số, dấu chấm, gạch nối, gạch dưới và dấu "
                "cách, tối đa 64 ký tự. Ví dụ: van-phong."
            )
        names.append(name)
    return tuple(dict.fromkeys(names))


# ------------------------------------------------------------------ documents


def groups_by_document(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The groups of every document that has any, by its id."""
    found: dict[str, list[str]] = {}
    with catalogue.connect() as connection:
        for row in connection.execute(select(document_groups).order_by(document_groups.c.name)):
            found.setdefault(row.document_id, []).append(row.name)
    return {document_id: tuple(names) for document_id, names in found.items()}


def changes(catalogue: Catalogue) -> int:
    """A number that grows with every change of who may see what: what was opened before it must be opened anew."""
    return int(catalogue.stamp(_CHANGES) or 0)


def admit(connection: Connection, document_ids: Sequence[str], path: str, replaced: Sequence[str] = ()) -> None:
    """Give new documents of one file their groups, in the transaction that writes them.

    Args:
        connection: of that transaction.
        document_ids: the new ones.
        path: of their file.
        replaced: those whose place they take; where one of these has groups, they are kept.
    """
    _wait_for_others(connection)
    inherited = _groups_of(connection, replaced)
    groups = inherited if inherited else _ruled(_rules(connection), path)
    if groups:
        rows = [{"document_id": one, "name": name} for one in document_ids for name in groups]
        connection.execute(insert(document_groups), rows)


def settle(connection: Connection, first_id: str, path: str) -> None:
    """Close a document that has moved to a place with a rule, if it was open; one with groups keeps them."""
    ids = list(connection.execute(select(documents.c.id).where(documents.c.first_id == first_id)).scalars())
    if not _groups_of(connection, ids):
        admit(connection, ids, path)


def _groups_of(connection: Connection, document_ids: Sequence[str]) -> tuple[str, ...]:
    """The groups of several documents: those that all the restricted ones share, else those of the first of them."""
    found: dict[str, list[str]] = {}
    query = select(document_groups).where(document_groups.c.document_id.in_(document_ids))
    for row in connection.execute(query) if document_ids else ():
        found.setdefault(row.document_id, []).append(row.name)
    if not found:
        return ()
    first = next(found[one] for one in document_ids if one in found)
    shared = [name for name in first if all(name in names for names in found.values())]
    return tuple(shared or first)


# ---------------------------------------------------------------------- rules


def set_groups(catalogue: Catalogue, path: Path | str, groups: Sequence[str]) -> int:
    """Let the documents at a path, or below it, be seen by these groups alone, also those that come in later.

    Documents below it that have a rule of their own, by a longer path, keep to that.

    Args:
        catalogue: where they are.
        path: of a file, a folder or a member of an archive.
        groups: names (`group_names`); none: everyone.

    Returns:
        How many documents that are in have other groups than before.
    """
    place = str(path).rstrip("/") or "/"
    with catalogue.begin() as connection:
        _wait_for_others(connection)
        connection.execute(delete(access_rules).where(access_rules.c.path.in_([place, _hashed(place)])))
        connection.execute(insert(access_rules), [{"path": place, "name": name} for name in groups or [_OPEN]])
        changed = _apply(connection, place, groups)
        catalogue.count_change(connection)
        _count(catalogue, connection)
    return changed


def _apply(connection: Connection, place: str, groups: Sequence[str]) -> int:
    rules, wanted, changed = _rules(connection), set(groups), 0
    path = func.rtrim(documents.c.root, "/") + "/" + documents.c.place
    # Compared in Python: what LIKE holds for the same differs between databases.
    for document_id, where in list(connection.execute(select(documents.c.id, path))):
        if _governing(rules, where) != place:
            continue
        now = set(_groups_of(connection, [document_id]))
        if now != wanted:
            connection.execute(delete(document_groups).where(document_groups.c.document_id == document_id))
            if groups:
                rows = [{"document_id": document_id, "name": name} for name in groups]
                connection.execute(insert(document_groups), rows)
            changed += 1
    return changed


def rules_of(catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """The rules by path; those of files that were taken out are told by a hash alone."""
    with catalogue.connect() as connection:
        return _rules(connection)


def hide_removed(connection: Connection, path: str) -> None:
    """Keep the rule of a file that is taken out without its name: should the file come back, it is as hidden."""
    own = access_rules.c.path == path
    if connection.execute(select(access_rules.c.path).where(own)).first():
        connection.execute(delete(access_rules).where(access_rules.c.path == _hashed(path)))
        connection.execute(update(access_rules).where(own).values(path=_hashed(path)))


def _rules(connection: Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(access_rules).order_by(access_rules.c.name)):
        found.setdefault(row.path, []).append(row.name)
    return {path: tuple(name for name in names if name != _OPEN) for path, names in found.items()}


def _ruled(rules: Mapping[str, tuple[str, ...]], path: str) -> tuple[str, ...]:
    governing = _governing(rules, path)
    return rules[governing] if governing is not None else ()


def _governing(rules: Mapping[str, tuple[str, ...]], path: str) -> str | None:
    """The longest path with a rule that a path is, or lies below; None where there is none."""
    if not rules:
        return None
    if _hashed(path) in rules:
        return _hashed(path)
    fitting = [rule for rule in rules if lies_at(path, rule)]
    return max(fitting, key=len, default=None)


def lies_at(path: str, rule: str) -> bool:
    """Whether a path is one, or lies in that folder or container."""
    return path == rule or rule == "/" or path.startswith((f"{rule}/", f"{rule}{MARK}"))


def _hashed(path: str) -> str:
    return f"{_REMOVED}{hashlib.sha256(path.encode()).hexdigest()}"


def _count(catalogue: Catalogue, connection: Connection) -> None:
    value = connection.execute(select(stamps.c.value).where(stamps.c.name == _CHANGES)).scalar()
    catalogue.set_stamp(connection, _CHANGES, str(int(value or 0) + 1))


def _wait_for_others(connection: Connection) -> None:
    """A rule that is being changed and a document that is coming in must not pass each other by.

    SQLite has one writer at a time; to be the one before the rules are read takes a write.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE access_rules IN SHARE ROW EXCLUSIVE MODE"))
    else:
        connection.execute(delete(access_rules).where(access_rules.c.path == ""))
