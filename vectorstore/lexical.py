"""BM25 over syllables and their pairs, with and without diacritics: the only importer of tantivy.

The chunks' terms are worked out here (`vectorstore.syllables`) and handed to tantivy as they are.
"""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vectorstore.errors import CorruptStoreError
from vectorstore.rows import StoredChunk
from vectorstore.syllables import Terms, has_diacritics, split_terms

if TYPE_CHECKING:
    import tantivy

LEXICAL_VERSION = "1"
"""Changes whenever other terms come out of the same chunk: an index made by another version is rebuilt."""

_TOKENIZER = "terms"
_HEAP = 32_000_000
_SEGMENT_FILES = ("fast", "fieldnorm", "idx", "pos", "store", "term")
_FOOTER = struct.Struct("<II")
_FOOTER_MAGIC = 1337
"""A segment's file ends with a JSON object that holds the CRC-32 of what stands before it, its length and this."""
_EXACT, _EXACT_PAIRS, _FOLDED, _FOLDED_PAIRS = "exact", "exact_pairs", "folded", "folded_pairs"
# What a field adds to a chunk's score. Without diacritics a syllable says less, so it only supports an
# exact match; in a query typed without them it is all there is.
_WEIGHTS = {_EXACT: 1.0, _EXACT_PAIRS: 1.0, _FOLDED: 0.5, _FOLDED_PAIRS: 0.5}
_PLAIN_WEIGHTS = {_FOLDED: 1.0, _FOLDED_PAIRS: 1.0}


class LexicalIndex:
    """The lexical shadow of the catalogue's chunks, in a folder of its own.

    Args:
        folder: made where it is not there.

    Raises:
        CorruptStoreError: the folder holds something else, or a damaged index.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = _open(folder)

    def search(self, query: str, top_k: int, document_ids: Sequence[str] | None = None) -> dict[str, float]:
        """The BM25 score of the best `top_k` chunks for a query, by chunk id, the best first.

        Args:
            query: words as a person types them, with diacritics or without.
            top_k: how many.
            document_ids: only chunks of these documents; None for all.
        """
        import tantivy

        clauses = [(tantivy.Occur.Should, clause) for clause in self._clauses(query)]
        if not clauses or top_k < 1:
            return {}
        asked = tantivy.Query.boolean_query(clauses)
        if document_ids is not None:
            only = tantivy.Query.term_set_query(self._index.schema, "document_id", list(document_ids))
            asked = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, asked), (tantivy.Occur.Must, tantivy.Query.const_score_query(only, 0.0))]
            )
        with _using(self.folder):
            searcher = self._index.searcher()
            hits = searcher.search(asked, limit=top_k, count=False).hits
            return {searcher.doc(address).get_first("id"): score for score, address in hits}

    def reload(self) -> None:
        """See what was committed since, by whomever."""
        with _using(self.folder):
            self._index.reload()

    def damages(self) -> list[str]:
        """The files that are missing or do not hold what was written into them."""
        try:
            segments = json.loads((self.folder / "meta.json").read_bytes())["segments"]
            ids = [str(segment["segment_id"]).replace("-", "") for segment in segments]
        except (OSError, ValueError, KeyError, TypeError):
            return ["meta.json"]
        expected = {self.folder / f"{segment}.{kind}" for segment in ids for kind in _SEGMENT_FILES}
        found = {path for segment in ids for path in self.folder.glob(f"{segment}.*")}
        return sorted(path.name for path in expected | found if not _is_whole(path))

    def ids(self) -> dict[str, str]:
        """The document of every chunk in the index, by chunk id."""
        import tantivy

        with _using(self.folder):
            searcher = self._index.searcher()
            if not searcher.num_docs:
                return {}
            hits = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits
            stored = (searcher.doc(address) for _, address in hits)
            return {document.get_first("id"): document.get_first("document_id") for document in stored}

    def count(self) -> int:
        """How many chunks are in the index."""
        return int(self._index.searcher().num_docs)

    @contextmanager
    def writing(self) -> Iterator[LexicalWriter]:
        """Add and delete; everything since the last `commit` is committed at the end, or undone by an error.

        Raises:
            CorruptStoreError: the index cannot be written (another writer holds it, or the disk is full).
        """
        try:
            writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        except ValueError as error:
            raise CorruptStoreError(
                f"Không ghi được chỉ mục từ khóa {self.folder}: {error}. Đóng chương trình khác đang nạp văn bản, "
                "kiểm tra dung lượng đĩa rồi thử lại."
            ) from error
        session = LexicalWriter(self.folder, self._index, writer)
        try:
            yield session
            session.commit()
        except BaseException:
            # On a full disk even this may fail; what is not committed is not seen.
            with suppress(ValueError):
                writer.rollback()
            raise
        finally:
            # The lock on the folder lives as long as the writer.
            with suppress(ValueError):
                session.close()

    def _clauses(self, query: str) -> list[tantivy.Query]:
        import tantivy

        terms = split_terms(query)
        weights = _WEIGHTS if has_diacritics(query) else _PLAIN_WEIGHTS
        clauses = []
        for field, words in _fields(terms).items():
            weight = weights.get(field, 0.0)
            for word in words if weight else ():
                clause = tantivy.Query.term_query(self._index.schema, field, word, index_option="freq")
                clauses.append(clause if weight == 1.0 else tantivy.Query.boost_query(clause, weight))
        return clauses


class LexicalWriter:
    """One run of changes to a `LexicalIndex`."""

    def __init__(self, folder: Path, index: tantivy.Index, writer: tantivy.IndexWriter) -> None:
        self._folder = folder
        self._index = index
        self._writer: Any = writer

    def add(self, chunks: Iterable[StoredChunk]) -> None:
        """Add chunks; a chunk whose id is there already replaces it."""
        import tantivy

        for chunk in chunks:
            self._writer.delete_documents_by_term("id", chunk.id)
            fields = {field: " ".join(words) for field, words in _fields(split_terms(chunk.embedded)).items()}
            self._writer.add_document(tantivy.Document(id=chunk.id, document_id=chunk.document_id, **fields))

    def delete_document(self, document_id: str) -> None:
        """Delete every chunk of a document."""
        self._writer.delete_documents_by_term("document_id", document_id)

    def delete_chunks(self, chunk_ids: Iterable[str]) -> None:
        """Delete single chunks."""
        for chunk_id in chunk_ids:
            self._writer.delete_documents_by_term("id", chunk_id)

    def clear(self) -> None:
        """Delete everything."""
        self._writer.delete_all_documents()

    def collect_garbage(self) -> None:
        """Remove the files of what was deleted and committed; until then its words stand in them."""
        self._writer.garbage_collect_files()

    def commit(self) -> None:
        """Make the changes durable and seen.

        Raises:
            CorruptStoreError: they cannot be written.
        """
        with _using(self._folder):
            self._writer.commit()
            self._index.reload()

    def close(self) -> None:
        """Let the folder go."""
        self._writer.wait_merging_threads()
        self._writer = None


@contextmanager
def _using(folder: Path) -> Iterator[None]:
    """tantivy's errors as ours.

    Raises:
        CorruptStoreError: the index cannot be read or written.
    """
    try:
        yield
    except BaseException as error:
        # A panic in its code is no Exception, and has no name that could be imported.
        if isinstance(error, ValueError) or type(error).__name__ == "PanicException":
            raise CorruptStoreError(
                f"Chỉ mục từ khóa {folder} không đọc hoặc ghi được: {error}. Kiểm tra dung lượng đĩa, rồi chạy "
                "`troly doctor --repair` để lập lại."
            ) from error
        raise


def _is_whole(path: Path) -> bool:
    """Whether a segment's file agrees with its checksum."""
    try:
        content = path.read_bytes()
        length, magic = _FOOTER.unpack(content[-_FOOTER.size :])
        end = len(content) - _FOOTER.size - length
        footer = json.loads(content[end : -_FOOTER.size])
        return bool(magic == _FOOTER_MAGIC and footer["crc"] == zlib.crc32(memoryview(content)[:end]))
    except (OSError, ValueError, KeyError, TypeError, struct.error):
        return False


def _fields(terms: Terms) -> dict[str, tuple[str, ...]]:
    folded = terms.folded()
    return {
        _EXACT: terms.syllables + terms.compounds,
        _EXACT_PAIRS: terms.pairs,
        _FOLDED: folded.syllables + folded.compounds,
        _FOLDED_PAIRS: folded.pairs,
    }


def _open(folder: Path) -> tantivy.Index:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for name in ("id", "document_id"):
        builder.add_text_field(name, stored=True, tokenizer_name="raw", index_option="basic")
    for name in (_EXACT, _EXACT_PAIRS, _FOLDED, _FOLDED_PAIRS):
        builder.add_text_field(name, tokenizer_name=_TOKENIZER, index_option="freq")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        index = tantivy.Index(builder.build(), path=str(folder), reuse=True)
    except ValueError as error:
        raise CorruptStoreError(
            f"Chỉ mục từ khóa {folder} bị hỏng hoặc do phiên bản khác tạo: {error}. "
            "Chạy `troly doctor --repair` để lập lại."
        ) from error
    index.register_tokenizer(_TOKENIZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def remove_index(folder: Path) -> None:
    """Throw the index away; the next `LexicalIndex` begins anew."""
    shutil.rmtree(folder, ignore_errors=True)
