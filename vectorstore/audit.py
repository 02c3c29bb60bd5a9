"""What was done and by whom: apart from the ordinary logs, which name nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import OperationalError

from vectorstore.account_tables import audit
from vectorstore.catalogue import Catalogue
from vectorstore.errors import WriteError

_MOST = 500
"""Characters of what is noted: a question is known by less."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody did."""

    at: str
    actor: str
    """The owner's id: it stays when a name changes hands."""
    name: str
    act: str
    what: str


def note(catalogue: Catalogue, actor: str, name: str, act: str, what: str = "") -> None:
    """Note a deed.

    Raises:
        WriteError: the database cannot be written now.
    """
    kept = what.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:_MOST]
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    row = {"at": now, "actor": actor[:80], "name": name[:120], "act": act, "what": kept}
    try:
        with catalogue.begin() as connection:
            connection.execute(insert(audit), row)
    except OperationalError as error:
        raise WriteError(f"Chưa ghi được nhật ký sử dụng ({error.orig}). Kiểm tra dung lượng đĩa.") from error


def deeds(catalogue: Catalogue, since: str = "", name: str = "", act: str = "") -> Iterator[Deed]:
    """What was done, the oldest first.

    Args:
        catalogue: the whole one.
        since: a day or a time (ISO 8601); empty for all.
        name: of whom; empty for everybody.
        act: which kind; empty for all.
    """
    wanted = [audit.c.at >= since] if since else []
    wanted += [audit.c.name == name] if name else []
    wanted += [audit.c.act == act] if act else []
    with catalogue.connect() as connection:
        for row in connection.execute(select(audit).where(*wanted).order_by(audit.c.id)):
            yield Deed(row.at, row.actor, row.name, row.act, row.what)


def forget_before(catalogue: Catalogue, day: datetime) -> int:
    """Remove what was noted before a time; how many there were."""
    with catalogue.begin() as connection:
        return connection.execute(delete(audit).where(audit.c.at < day.isoformat(timespec="milliseconds"))).rowcount
