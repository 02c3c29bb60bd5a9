"""A question → the passages that may answer it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.models import Span, locate
from vectorstore.accents import restore_diacritics
from vectorstore.catalogue import Catalogue
from vectorstore.fusion import fuse
from vectorstore.rerank import RERANKED, Reranker
from vectorstore.rows import StoredChunk
from vectorstore.shadows import Shadows
from vectorstore.syllables import has_diacritics

if TYPE_CHECKING:
    from vectorstore.embed import Vectors

_POOL = 100
"""Candidates from each ranking; a hit below that in both is none."""
_WITNESSES = 20
"""Lexical hits that tell how a word typed without diacritics is written."""
_NEAR = 0.9
"""Two passages that share so much of their words say the same."""
_COMPARED = 30
"""Nobody reads further down; the comparisons grow with the square."""
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, the best first."""

    chunk_id: str
    document_id: str
    score: float
    """Fused: comparable within one search only."""
    page: int
    """The page that the passage begins on."""
    section: str
    text: str
    span: Span
    """Code points in the document's text."""
    lexical: float | None
    """BM25, 0 where it shares no word; None where it was not among the lexical candidates."""
    dense: float | None
    """Cosine similarity; None where it was not among the dense candidates."""


class Retriever:
    """Searches the live documents of a catalogue through its two shadows.

    Args:
        catalogue: where the passages are.
        shadows: the lexical index and the vectors.
        reranker: reads the best passages again; None leaves them in the order of the fused scores.
        dense_weight: of the vectors against BM25, 0 (BM25 alone) to 1.
    """

    def __init__(
        self, catalogue: Catalogue, shadows: Shadows, reranker: Reranker | None = None, dense_weight: float = 0.5
    ) -> None:
        self._catalogue = catalogue
        self._shadows = shadows
        self._reranker = reranker
        self._dense_weight = dense_weight
        # Both searches leave Python to others while they work: at 100,000 passages this saves a sixth of the time.
        self._beside = ThreadPoolExecutor(thread_name_prefix="lexical")

    def search(self, query: str, top_k: int = 10, document_ids: Sequence[str] | None = None) -> list[Hit]:
        """The best `top_k` passages for a question; passages that only repeat a better one come last.

        Args:
            query: as a person typed it, with diacritics or without.
            top_k: at most so many; fewer where the documents hold fewer.
            document_ids: only passages of these documents; None for all.
        """
        if not query.strip() or top_k < 1:
            return []
        self._shadows.follow()
        # The shadows know every document; what the catalogue does not show must not take the place of what it does.
        document_ids = self._catalogue.within(document_ids)
        pool = max(_POOL, top_k)
        lexical, vector = self._read(query, pool, document_ids)
        dense = self._shadows.vectors.search(vector, pool, document_ids)
        if len(lexical) < pool:
            # Every passage that shares a word with the query is there: BM25 gives the others zero, not the lowest.
            lexical = {**dict.fromkeys(dense, 0.0), **lexical}
        ranked = fuse(lexical, dense, self._dense_weight)
        wanted = max(top_k, RERANKED) if self._reranker else top_k
        distinct, repeats = self._distinct([chunk for chunk, _ in ranked], wanted)
        # A copy is no better than what it repeats, however well it reads.
        chunks = [*self._read_again(query, distinct), *repeats][:top_k]
        scores = dict(ranked)
        pages = self._catalogue.pages_of([chunk.document_id for chunk in chunks])
        return [
            Hit(
                chunk_id=chunk.id,
                document_id=chunk.document_id,
                score=scores[chunk.id],
                page=locate(pages[chunk.document_id], chunk.span).page,
                section=chunk.section,
                text=chunk.text,
                span=chunk.span,
                lexical=lexical.get(chunk.id),
                dense=dense.get(chunk.id),
            )
            for chunk in chunks
        ]

    def _read(self, query: str, pool: int, document_ids: Sequence[str] | None) -> tuple[dict[str, float], Vectors]:
        """The lexical ranking and the query's vector, at once unless the one tells how the words are written."""
        if not has_diacritics(query):
            lexical = self._shadows.lexical.search(query, pool, document_ids)
            return lexical, self._shadows.embedder.embed_query(self._accented(query, lexical))
        beside = self._beside.submit(self._shadows.lexical.search, query, pool, document_ids)
        vector = self._shadows.embedder.embed_query(query)
        return beside.result(), vector

    def _distinct(self, ranked: Sequence[str], wanted: int) -> tuple[list[StoredChunk], list[StoredChunk]]:
        """The live ones of the first candidates, and those of them that only repeat another.

        So many as are wanted are read, twice as many where some of these repeat others, and all where a document that
        is being replaced has candidates that are not live.
        """
        chunks, repeats = list[StoredChunk](), list[StoredChunk]()
        found: dict[str, StoredChunk] = {}
        read = 0
        for count in (wanted, 2 * wanted, len(ranked)):
            found |= self._catalogue.live_chunks(ranked[read:count])
            read = max(read, count)
            chunks, repeats = _apart([found[chunk] for chunk in ranked[:count] if chunk in found])
            if len(chunks) >= wanted or (count > wanted and len(found) >= min(wanted, len(ranked))):
                break
        return chunks, repeats

    def _read_again(self, query: str, chunks: list[StoredChunk]) -> list[StoredChunk]:
        """The first passages in the order of the cross-encoder, where there is one."""
        if self._reranker is None:
            return chunks
        first = chunks[:RERANKED]
        scores = self._reranker.scores(query, [chunk.embedded for chunk in first])
        order = sorted(range(len(first)), key=lambda at: (-scores[at], at))
        return [first[at] for at in order] + chunks[RERANKED:]

    def _accented(self, query: str, lexical: Mapping[str, float]) -> str:
        """The query as the embedder knows words: with the diacritics that the lexical hits have."""
        best = list(lexical)[:_WITNESSES]
        found = self._catalogue.live_chunks(best)
        return restore_diacritics(query, [found[chunk].embedded for chunk in best if chunk in found]) or query


def _apart(chunks: Iterable[StoredChunk]) -> tuple[list[StoredChunk], list[StoredChunk]]:
    """The same chunks: those that say something new, and those that say the same as one before them."""
    first: list[StoredChunk] = []
    repeats: list[StoredChunk] = []
    seen: dict[frozenset[str], list[frozenset[str]]] = {}
    for chunk in chunks:
        words = frozenset(_WORD.findall(chunk.text.lower()))
        # Two reports in the same words with other figures are not the same.
        numbers = frozenset(_NUMBER.findall(chunk.text))
        alike = seen.setdefault(numbers, [])
        if len(first) < _COMPARED and any(_overlap(words, known) >= _NEAR for known in alike):
            repeats.append(chunk)
        else:
            first.append(chunk)
            alike.append(words)
    return first, repeats


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words by all words (Jaccard 1912)."""
    return len(one & other) / len(one | other) if one or other else 1.0
