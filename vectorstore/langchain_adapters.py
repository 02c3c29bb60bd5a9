"""The retriever and the embedder as LangChain knows them; apart, because importing LangChain takes a second."""

from __future__ import annotations

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, Field

from vectorstore.embed import Embedder
from vectorstore.retriever import Retriever


class TrolyRetriever(BaseRetriever):
    """A `Retriever` as a LangChain retriever: `TrolyRetriever(retriever=…).invoke("câu hỏi")`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    top_k: int = Field(10, ge=1)
    document_ids: tuple[str, ...] | None = None

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 (LangChain calls it by this name)
    ) -> list[Document]:
        hits = self.retriever.search(query, self.top_k, self.document_ids)
        return [
            Document(
                id=hit.chunk_id,
                page_content=hit.text,
                metadata={
                    "document_id": hit.document_id,
                    "page": hit.page,
                    "section": hit.section,
                    "start": hit.span.start,
                    "end": hit.span.end,
                    "score": hit.score,
                },
            )
            for hit in hits
        ]


class LangChainEmbeddings(Embeddings):
    """An `Embedder` as LangChain embeddings."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each passage, L2-normalised."""
        vectors: list[list[float]] = self._embedder.embed_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question, L2-normalised."""
        vector: list[float] = self._embedder.embed_query(text).tolist()
        return vector
