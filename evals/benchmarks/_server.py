"""A real `troly serve` in a process of its own, for the benchmarks that ask it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_ANNOUNCED = re.compile(r"http://\S+(?=/\s)")
_READY_IN_S = 120
_PAUSE_S = 0.05


class ServerError(Exception):
    """The server ended, or was not ready in time; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server that is ready."""

    address: str
    """Without the last slash."""
    process: int


@contextmanager
def serving(data: Path) -> Iterator[Served]:
    """Serve a data folder on a free port, whatever the environment says, and end the server afterwards.

    Raises:
        ServerError: the server ended, or was not ready within two minutes.
    """
    command = [sys.executable, "-m", "assistant", "serve"]
    command += ["--host", "127.0.0.1", "--port", "0", "--data", str(data)]
    # A benchmark must not reach into an installation, nor call the model that one may have set.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TROLY_")}
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as folder:
        said = Path(folder) / "said"
        with (
            said.open("w", encoding="utf-8") as stream,
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stream, env=environment) as server,
        ):
            try:
                yield Served(_ready(server, said), server.pid)
            finally:
                server.terminate()


def _ready(server: subprocess.Popen[bytes], said: Path) -> str:
    """The server's address, once it answers."""
    import httpx

    deadline = time.monotonic() + _READY_IN_S
    with httpx.Client(timeout=_READY_IN_S) as client:
        while server.poll() is None and time.monotonic() < deadline:
            announced = _ANNOUNCED.search(said.read_text(encoding="utf-8"))
            with suppress(httpx.TransportError):
                if announced and client.get(f"{announced.group()}/readyz").is_success:
                    return announced.group()
            time.sleep(_PAUSE_S)
    how = "not ready in time" if server.poll() is None else f"ended with {server.poll()}"
    raise ServerError(f"troly serve: {how}\n{said.read_text(encoding='utf-8')}")
