"""One small library for all tests of the assistant, filled by the real pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from city_programme import DOCUMENTS
from scripted_endpoint import Endpoint, serving

from assistant.service import Assistant
from vectorstore.library import Library


@pytest.fixture(scope="session")
def programme_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents of `city_programme` as files."""
    folder = tmp_path_factory.mktemp("programme")
    for name, text in DOCUMENTS.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def programme_data(tmp_path_factory: pytest.TempPathFactory, programme_folder: Path) -> Path:
    """A data folder with the programme taken in by the bundled embedder."""
    data = tmp_path_factory.mktemp("data")
    with Library(data) as library:
        reports = library.ingest([programme_folder])
    assert {report.status for report in reports} == {"indexed"}
    return data


@pytest.fixture(scope="session")
def troly(programme_data: Path) -> Iterator[Assistant]:
    """The assistant over the programme."""
    assistant = Assistant(Library(programme_data))
    yield assistant
    assistant.close()


@pytest.fixture(scope="session")
def sample_troly(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> Iterator[Assistant]:
    """The assistant over the bundled sample corpus."""
    library = Library(tmp_path_factory.mktemp("sample"))
    library.ingest([sample_documents])
    assistant = Assistant(library)
    yield assistant
    assistant.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A model's endpoint that says what it is told to."""
    with serving() as served:
        yield served
