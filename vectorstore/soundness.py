"""Do catalogue, vectors and lexical index agree, and how to make them agree again."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingest.chunks import cut_chunks
from ingest.models import Chunk, KeptText, Section
from vectorstore.catalogue import Catalogue
from vectorstore.embed import Embedder
from vectorstore.errors import CorruptStoreError, StoreError
from vectorstore.lexical import remove_index
from vectorstore.shadows import LEXICAL_FOLDER, REBUILD_COMMAND, Shadows, vectors_folder

ProblemKind = Literal["catalogue", "leftover", "stale", "unreadable", "missing", "surplus"]
TRACES_STAMP = "traces"
"""Set as long as something of a removed document may be left in a file."""
Cutter = Callable[[KeptText, str, Sequence[Section]], tuple[Chunk, ...]]
"""Cuts a document into chunks, as `ingest.chunks.cut_chunks` does."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a library."""

    kind: ProblemKind
    message: str
    """What it is and what to do, for a person."""
    document_id: str | None = None


def check(catalogue: Catalogue, open_shadows: Callable[[], Shadows]) -> list[Problem]:
    """What is wrong; empty where all is sound.

    Args:
        catalogue: the truth.
        open_shadows: called only where the catalogue holds documents.
    """
    problems = [Problem("catalogue", message) for message in catalogue.damages()]
    problems += [
        Problem("leftover", f"Thay đổi dở dang ở {document.place}. Chạy `{REBUILD_COMMAND}`.", document.id)
        for document in catalogue.documents(("staged", "retired"))
    ]
    if catalogue.stamp(TRACES_STAMP):
        message = f"Việc xóa dấu vết của văn bản đã gỡ chưa xong. Chạy `{REBUILD_COMMAND}`."
        problems.append(Problem("leftover", message))
    if not catalogue.has_documents():
        return problems
    try:
        shadows = open_shadows()
        stale = shadows.staleness()
        if stale is not None:
            message = (
                f"Chỉ mục được lập bằng “{stale}”, cấu hình hiện nay là “{shadows.stamp}”. Chạy `{REBUILD_COMMAND}`."
            )
            return [*problems, Problem("stale", message)]
        # Another process may have written since they were opened.
        shadows.follow()
        return [*problems, *(_unreadable(shadows) or _disagreements(catalogue, shadows))]
    except StoreError as error:
        return [*problems, Problem("unreadable", str(error))]


def repair(
    catalogue: Catalogue, shadows: Shadows, on_progress: Callable[[float, int, str], None] | None = None
) -> None:
    """Rebuild stale or unreadable shadows from the catalogue; else add what is missing and delete what is surplus.

    Args:
        catalogue: the truth, without leftovers.
        shadows: opened, maybe with `open_or_replace`.
        on_progress: called with (documents done, documents in all, place).
    """
    if shadows.staleness() is not None or _unreadable(shadows):
        recut(catalogue)
        shadows.begin_again()
    live = catalogue.live_chunk_ids()
    wanted = {chunk for chunks in live.values() for chunk in chunks}
    vectors, terms = shadows.vectors.ids(), shadows.lexical.ids()
    places = {document.id: document.place for document in catalogue.documents()}
    with shadows.writing() as writer:
        writer.delete_vectors([chunk for chunk in vectors if chunk not in wanted])
        writer.delete_terms([chunk for chunk in terms if chunk not in wanted])
        for number, document_id in enumerate(live):
            if on_progress:
                on_progress(number, len(live), places.get(document_id, ""))
            ids = live[document_id]
            if any(chunk not in vectors or chunk not in terms for chunk in ids):
                chunks = catalogue.chunks_of(document_id)
                writer.add_vectors([chunk for chunk in chunks if chunk.id not in vectors])
                writer.add_terms([chunk for chunk in chunks if chunk.id not in terms])
    shadows.set_stamp()
    if on_progress:
        on_progress(len(live), len(live), "")


def erase_traces(catalogue: Catalogue, shadows: Shadows) -> bool:
    """Write catalogue and shadows anew without what was deleted; False where a reader holds it up.

    Args:
        catalogue: the truth, without leftovers.
        shadows: in line with it.
    """
    live = catalogue.live_chunk_ids()
    shadows.write_anew(catalogue.chunks_of(document_id) for document_id in live)
    if not catalogue.overwrite_deleted():
        return False
    with catalogue.begin() as connection:
        catalogue.set_stamp(connection, TRACES_STAMP, None)
    return True


def open_or_replace(data_dir: Path, catalogue: Catalogue, embedder: Embedder, chroma_url: str = "") -> Shadows:
    """Open the shadows; where one is damaged beyond opening both are thrown away, to be rebuilt by the caller.

    Raises:
        CorruptStoreError: they cannot be opened even so.
    """
    try:
        return Shadows(data_dir, catalogue, embedder, chroma_url)
    except CorruptStoreError as error:
        _log.warning("%s", error)
    remove_index(data_dir / LEXICAL_FOLDER)
    if not chroma_url:
        shutil.rmtree(vectors_folder(data_dir, catalogue), ignore_errors=True)
    return Shadows(data_dir, catalogue, embedder, chroma_url)


def recut(catalogue: Catalogue, cut: Cutter = cut_chunks) -> None:
    """Cut every live document anew: the chunks of another chunker are of no use."""
    for document in catalogue.documents():
        kept = KeptText(catalogue.text_of(document.id), catalogue.pages(document.id))
        chunks = cut(kept, document.title, catalogue.sections(document.id))
        with catalogue.begin() as connection:
            catalogue.replace_chunks(connection, document.id, chunks)


def _unreadable(shadows: Shadows) -> list[Problem]:
    """Whether the words are as they were written and a search reads the vectors, whose list may outlive their graph."""
    import numpy as np

    damaged = shadows.lexical.damages()
    if damaged:
        message = f"Chỉ mục từ khóa bị hỏng ({', '.join(damaged[:3])}). Chạy `{REBUILD_COMMAND}`."
        return [Problem("unreadable", message)]
    try:
        count = shadows.vectors.count()
        probe = np.full(shadows.embedder.dimensions, shadows.embedder.dimensions**-0.5, np.float32)
        found = shadows.vectors.search(probe, min(count, 1))
    except CorruptStoreError as error:
        return [Problem("unreadable", str(error))]
    if count and not found:
        return [Problem("unreadable", f"Kho vectơ không trả kết quả nào. Chạy `{REBUILD_COMMAND}`.")]
    return []


def _disagreements(catalogue: Catalogue, shadows: Shadows) -> list[Problem]:
    owners = {chunk: document for document, chunks in catalogue.live_chunk_ids().items() for chunk in chunks}
    problems = []
    for name, held in (("kho vectơ", shadows.vectors.ids()), ("chỉ mục từ khóa", shadows.lexical.ids())):
        missing = _by_document(owners, owners.keys() - held.keys())
        surplus = _by_document(held, held.keys() - owners.keys())
        problems += [
            Problem("missing", f"Thiếu {count} đoạn trong {name}. Chạy `{REBUILD_COMMAND}`.", document)
            for document, count in missing.items()
        ]
        problems += [
            Problem("surplus", f"Thừa {count} đoạn trong {name}. Chạy `{REBUILD_COMMAND}`.", document)
            for document, count in surplus.items()
        ]
    return problems


def _by_document(owners: Mapping[str, str], chunks: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for chunk in sorted(chunks):
        counts[owners[chunk]] = counts.get(owners[chunk], 0) + 1
    return counts
