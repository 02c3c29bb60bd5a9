"""What a user would assemble from LangChain's own parts: BM25 and Chroma under an ensemble, with the same embedder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vectorstore.embed import Embedder

_CHUNK, _OVERLAP = 800, 100
_TEXTS_AT_ONCE = 1_000


class Assembly:
    """RecursiveCharacterTextSplitter, Chroma, BM25Retriever and EnsembleRetriever, as their manuals join them.

    Args:
        folder: for Chroma's store.
        embedder: the product's.
        top_k: passages that each retriever gives to the ensemble.
    """

    def __init__(self, folder: Path, embedder: Embedder, top_k: int) -> None:
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        from vectorstore.langchain_adapters import LangChainEmbeddings

        self._top_k = top_k
        self._documents: list[Any] = []
        self._store = Chroma(
            collection_name="chunks",
            persist_directory=str(folder),
            embedding_function=LangChainEmbeddings(embedder),
            collection_metadata={"hnsw:space": "cosine"},
            client_settings=Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder)),
        )
        self._ensemble: Any = None

    def add(self, passages: Sequence[tuple[str, str]]) -> None:
        """Add (passage, name of its document) as they are."""
        from langchain_core.documents import Document

        new = [Document(page_content=text, metadata={"name": name}) for text, name in passages]
        for at in range(0, len(new), _TEXTS_AT_ONCE):
            self._store.add_documents(new[at : at + _TEXTS_AT_ONCE])
        self._documents += new
        self._ensemble = None

    def add_split(self, texts: Mapping[str, str]) -> None:
        """Add whole texts by name, cut by LangChain's own splitter."""
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=_CHUNK, chunk_overlap=_OVERLAP)
        self.add([(piece, name) for name, text in texts.items() for piece in splitter.split_text(text)])

    def build(self) -> None:
        """Make the BM25 index, which cannot grow, and join both retrievers."""
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25Retriever

        words = BM25Retriever.from_documents(self._documents)
        words.k = self._top_k
        vectors = self._store.as_retriever(search_kwargs={"k": self._top_k})
        self._ensemble = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5])

    def search(self, question: str) -> list[tuple[str, str]]:
        """(passage, name of its document), the best first."""
        if self._ensemble is None:
            self.build()
        found = self._ensemble.invoke(question)
        return [(document.page_content, document.metadata["name"]) for document in found]


def is_installed() -> bool:
    """Whether LangChain's parts are there (the extra `bench`)."""
    from importlib.util import find_spec

    return all(
        find_spec(name) for name in ("langchain_chroma", "langchain_classic", "langchain_community", "rank_bm25")
    )
