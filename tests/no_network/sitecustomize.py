"""Refuses every connection of this process that leaves the machine, and writes down that it was tried.

On the path of a Python process (`PYTHONPATH`) it is loaded before anything else, and inherited by its children.
"""

from __future__ import annotations

import ipaddress
import os
import sys
from pathlib import Path
from typing import Any

_LOG = Path(os.environ["TROLY_TEST_REFUSED"])
_WITH_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_WITH_NAME = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _WITH_NAME:
        host = arguments[0]
    elif event in _WITH_ADDRESS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_here(host):
        with _LOG.open("a", encoding="utf-8") as log:
            log.write(f"{event} {host}\n")
        raise ConnectionRefusedError(f"{event}: {host} is not this machine")


sys.addaudithook(_refuse)
