"""What a person may call a document that is to be removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from headed import CITY, DISTRICT, headed

from assistant.errors import UnknownDocumentError
from assistant.removing import documents_named
from vectorstore.library import Library
from vectorstore.rows import StoredDocument

TEXTS = {
    "qd/815.txt": headed(CITY, "815/QĐ-UBND", "ngày 12 tháng 3 năm 2019", "QUYẾT ĐỊNH", "Về bãi xe", "Điều 1. Duyệt."),
    "kh/9.txt": headed(CITY, "9/KH-UBND", "ngày 05 tháng 01 năm 2019", "KẾ HOẠCH", "Về chợ", "Nội dung chợ."),
    "kh/9-quan.txt": headed(DISTRICT, "9/KH-UBND", "ngày 07 tháng 02 năm 2019", "KẾ HOẠCH", "Về hè", "Nội dung hè."),
}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[StoredDocument]]:
    folder = tmp_path_factory.mktemp("gỡ")
    for place, text in TEXTS.items():
        (folder / place).parent.mkdir(exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    with Library.open(folder / "data") as library:
        library.ingest([folder / "qd", folder / "kh"])
        yield library.catalogue.documents()


def places(documents: list[StoredDocument], *named: str) -> set[str]:
    return {document.place for document in documents_named(named, documents)}


def test_by_place_path_id_and_folder(documents: list[StoredDocument]) -> None:
    decision = next(document for document in documents if document.place == "815.txt")
    for name in ("815.txt", decision.id, decision.path, str(Path(decision.path).parent)):
        assert places(documents, name) == {"815.txt"}
    assert places(documents, str(Path(decision.path).parents[1])) == {"815.txt", "9.txt", "9-quan.txt"}
    assert places(documents, "815.txt", decision.id, "9.txt") == {"815.txt", "9.txt"}


@pytest.mark.parametrize("number", ["815/QĐ-UBND", "Quyết định số 815/QĐ-UBND", "815/QD-UBND"])
def test_by_number(documents: list[StoredDocument], number: str) -> None:
    assert places(documents, number) == {"815.txt"}


def test_a_number_of_two_documents_is_asked_back(documents: list[StoredDocument]) -> None:
    with pytest.raises(UnknownDocumentError, match=r"2 văn bản: .*9\.txt.*9-quan\.txt|2 văn bản: .*9-quan.*9\.txt"):
        documents_named(["9/KH-UBND"], documents)
    assert places(documents, "9/KH-UBND ngày 07/02/2019") == {"9-quan.txt"}


@pytest.mark.parametrize("name", ["không-có.txt", "815", "qd 815", "999/QĐ-UBND", "/không/có"])
def test_what_names_nothing(documents: list[StoredDocument], name: str) -> None:
    with pytest.raises(UnknownDocumentError, match="troly documents"):
        documents_named([name], documents)
