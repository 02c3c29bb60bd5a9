"""How often somebody may try and ask. Counted in this process: of several workers each counts for itself."""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# A person mistypes a few times; a program that guesses needs thousands.
_OF_BOTH = RateLimitItemPerMinute(8, 10)
_OF_ADDRESS = RateLimitItemPerMinute(40, 10)
_OF_NAME = RateLimitItemPerMinute(60, 10)
_ADDRESS_TIMES = 20
"""Behind one address of an office sit so many people at once."""


class Rates:
    """Counts attempts to log in, and requests.

    Args:
        requests_per_min: of one person or program.
    """

    def __init__(self, requests_per_min: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._of_person = RateLimitItemPerMinute(requests_per_min)
        self._of_place = RateLimitItemPerMinute(requests_per_min * _ADDRESS_TIMES)

    def may_try(self, name: str, address: str) -> bool:
        """Whether another attempt to log in is looked at."""
        place = block_of(address)
        return all(self._limiter.test(limit, *of) for limit, of in self._attempts(name, place))

    def failed(self, name: str, address: str) -> None:
        """One attempt more that failed."""
        for limit, of in self._attempts(name, block_of(address)):
            self._limiter.hit(limit, *of)

    @staticmethod
    def _attempts(name: str, place: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
        return ((_OF_BOTH, ("both", name, place)), (_OF_ADDRESS, ("at", place)), (_OF_NAME, ("name", name)))

    def wait(self, owner: str, address: str) -> int:
        """Counts a request; after how many seconds the next is taken, 0 where this one is."""
        for limit, of in ((self._of_person, ("ask", owner)), (self._of_place, ("from", block_of(address)))):
            if not self._limiter.hit(limit, *of):
                resets = self._limiter.get_window_stats(limit, *of).reset_time
                return max(1, math.ceil(resets - time.time()))
        return 0


def block_of(address: str) -> str:
    """What one customer of a network has: an address of IPv4, of IPv6 its first 64 bits."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found}/64", strict=False)) if found.version == 6 else str(found)
