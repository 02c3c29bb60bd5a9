"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference material beside the project; a test that needs it is skipped where it is missing."""
    folder = ROOT.parent / "shared"
    if not (folder / "gold").is_dir():
        pytest.skip("the reference folder ../shared is not here")
    return folder


@pytest.fixture(scope="session")
def sample_documents() -> Path:
    """The bundled sample corpus."""
    return ROOT / "evals" / "suites" / "sample" / "documents"
