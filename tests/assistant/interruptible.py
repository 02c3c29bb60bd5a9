"""The program as it runs under a person's hands: Ctrl-C reaches it.

A shell starts what it runs in the background without Ctrl-C, and what that starts has none either.
"""

from __future__ import annotations

import sys

_CODE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from assistant.cli import main; main()"
)
TROLY = (sys.executable, "-c", _CODE)
