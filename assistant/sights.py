"""The assistants of those who may not see every document, each over its own view of the library."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from assistant.service import Assistant
from vectorstore.access import Sight, changes

_MOST = 16
"""Each holds the records and texts that were looked at last."""


class Sights:
    """One assistant for each set of groups that is asked with. Safe to call from several threads.

    Args:
        whole: sees everything.
    """

    def __init__(self, whole: Assistant) -> None:
        self._whole = whole
        self._held: OrderedDict[Sight, Assistant] = OrderedDict()
        self._changes = -1
        self._lock = Lock()

    def of(self, sight: Sight) -> Assistant:
        """The assistant that knows what this sight shows, and nothing else.

        What one keeps in memory may be of a document that has been closed since: after a change of who may see what,
        each begins anew.
        """
        if sight.everything:
            return self._whole
        now = changes(self._whole.catalogue)
        with self._lock:
            if now != self._changes:
                self._drop(len(self._held))
                self._changes = now
            if sight not in self._held:
                self._held[sight] = self._whole.with_sight(sight)
            self._held.move_to_end(sight)
            self._drop(len(self._held) - _MOST)
            return self._held[sight]

    def _drop(self, count: int) -> None:
        for _ in range(count):
            # Questions under way keep the connections that they have.
            self._held.popitem(last=False)[1].close()

    def close(self) -> None:
        """Let all of them go; not the one that sees everything."""
        with self._lock:
            self._drop(len(self._held))
