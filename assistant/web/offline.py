"""Keeps the libraries behind the pages from calling home; called before Gradio is imported."""

from __future__ import annotations

import os
from pathlib import Path

# Gradio: usage analytics and the version check at start; the others: Hugging Face Hub, which Gradio imports.
_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_SSR_MODE": "False",
    "GRADIO_MCP_SERVER": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}


def keep_offline(data_dir: Path) -> None:
    """Turns telemetry off and keeps Gradio's own files in the data folder instead of a shared temporary one."""
    os.environ.update(_QUIET)
    os.environ.setdefault("GRADIO_TEMP_DIR", str(data_dir / "web"))
