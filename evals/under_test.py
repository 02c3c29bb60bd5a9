"""The product's assistant over the documents of a suite, and what is looked up beside its answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals.cases import Case
from evals.metrics import Seen
from evals.run import Progress
from ingest.chunks import cut_chunks
from ingest.models import FileReport

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.service import Assistant

TOP_K = 10
"""Passages that a search of its own is judged by."""
_SPACE = re.compile(r"\s+")


def suite_settings(data_dir: Path, **changes: Any) -> Settings:
    """Settings with all stores in the data folder, whatever the environment says.

    A suite must not reach into an installation.
    """
    from assistant.config import Settings

    return Settings(data_dir=data_dir, **{**changes, "database_url": "", "chroma_url": ""})


@contextmanager
def assistant_over(
    documents: Sequence[Path],
    data_dir: Path,
    on_progress: Progress | None = None,
    settings: Settings | None = None,
    chunk_length: int | None = None,
) -> Iterator[tuple[Assistant, list[FileReport]]]:
    """The product's assistant over folders of documents, taken into `data_dir` first.

    Args:
        documents: taken in.
        data_dir: of the library.
        on_progress: as for `Library.ingest`.
        settings: with this data folder; else those of the environment.
        chunk_length: code points of a chunk, where another one than the product's is tried.

    Yields:
        The assistant, and how each file fared.

    Raises:
        StoreError: the data folder is in use by another process, or made by another version.
    """
    from assistant.service import open_assistant, open_library

    chosen = settings or suite_settings(data_dir)
    with open_library(chosen) as library:
        files = library.ingest(documents, on_progress)
        if chunk_length is not None:
            library.cut_again(partial(cut_chunks, length=chunk_length))
    with closing(open_assistant(chosen)) as assistant:
        yield assistant, files


class Sight:
    """Looks up beside an answer: what retrieval alone finds, what the registry says, whether quotes are where they say.

    Args:
        assistant: over the library that the answers come from.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def __call__(self, case: Case, answer: Mapping[str, Any]) -> Seen:
        """What there is to see for one question."""
        asked = answer.get("standalone_question") or case.question
        return Seen(
            passages=tuple(ranked.hit.text for ranked in self._assistant.search(asked, TOP_K)),
            lookup=self._assistant.status(case.gold_record.number).as_json() if case.gold_record else None,
            faithful=tuple(self._stands(citation) for citation in answer.get("citations") or ()),
        )

    def _stands(self, citation: Mapping[str, Any]) -> bool:
        """Whether the quote begins on the page that the citation names; it may run on to the next."""
        from assistant.errors import UnknownDocumentError

        try:
            page = self._assistant.page(citation["document_id"], citation["page"])
            texts = [page.text]
            if citation["page"] < page.pages:
                texts.append(self._assistant.page(citation["document_id"], citation["page"] + 1).text)
        except UnknownDocumentError:
            return False
        found = _plain("\n".join(texts)).find(_plain(citation["quote"]))
        return 0 <= found < max(len(_plain(texts[0])), 1)


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def peak_memory_mb() -> float | None:
    """Most memory that this process has held, in megabytes; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
