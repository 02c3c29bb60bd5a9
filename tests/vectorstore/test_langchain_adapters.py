"""Retriever and embedder as LangChain uses them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from store_factories import WordEmbedder, make_document

from vectorstore.langchain_adapters import LangChainEmbeddings, TrolyRetriever
from vectorstore.library import Library


@pytest.fixture
def library(tmp_path: Path):
    with Library.open(tmp_path, embedder=WordEmbedder()) as found:
        found.keep([make_document(), make_document(["Phòng cháy chữa cháy."], "pc.txt")])
        yield found


def test_invoke_gives_documents_with_their_place(library: Library) -> None:
    found = TrolyRetriever(retriever=library.retriever(), top_k=1).invoke("đô thị thông minh")
    hit = library.retriever().search("đô thị thông minh", 1)[0]
    assert [document.page_content for document in found] == [hit.text]
    assert found[0].id == hit.chunk_id
    assert found[0].metadata == {
        "document_id": hit.document_id, "page": 1, "section": "", "start": hit.span.start, "end": hit.span.end,
        "score": hit.score,
    }  # fmt: skip


def test_in_a_chain(library: Library) -> None:
    chain = TrolyRetriever(retriever=library.retriever()) | (lambda documents: len(documents))
    assert chain.invoke("phòng cháy") == 2


def test_only_some_documents(library: Library) -> None:
    fire = next(document.id for document in library.catalogue.documents() if document.place == "pc.txt")
    found = TrolyRetriever(retriever=library.retriever(), document_ids=(fire,)).invoke("đô thị thông minh")
    assert {document.metadata["document_id"] for document in found} == {fire}


def test_embeddings() -> None:
    embedder = WordEmbedder()
    embeddings = LangChainEmbeddings(embedder)
    assert embeddings.embed_query("đô thị") == pytest.approx(embedder.embed_query("đô thị").tolist())
    vectors = embeddings.embed_documents(["một", "hai"])
    assert np.allclose(vectors, embedder.embed_passages(["một", "hai"]))
    assert isinstance(vectors[0][0], float)
