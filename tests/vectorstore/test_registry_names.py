"""Documents without a number are records too: by name, by type and day; near misses by one slip of a digit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from programme_factories import filled_library
from sqlalchemy import update

from vectorstore.catalogue import Catalogue
from vectorstore.passages import PassageCache, Passages
from vectorstore.registry import Registry
from vectorstore.tables import documents

REPORT = (
    "Sở Nội vụ đã ban hành Kế hoạch số 1452/KH-SNV ngày 05/02/2024 về triển khai Chương trình bồi dưỡng cán bộ xã.\n\n"
    "Ủy ban nhân dân tỉnh ban hành Quyết định số 77/QĐ-UBND ngày 10/01/2024 phê duyệt Đề án “Số hóa hồ sơ lưu trữ”.\n\n"
    "Tiếp tục phối hợp theo Bản ghi nhớ hợp tác ngày 18/8/2023.\n"
)
LATER = (
    "Ban hành Kế hoạch số 9/KH-SNV ngày 01/3/2024 về triển khai Đề án “Số hóa hồ sơ lưu trữ”.\n\n"
    "Đã bàn giao thiết bị theo Bản ghi nhớ hợp tác ngày 18/8/2023.\n"
)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    with filled_library(tmp_path_factory.mktemp("names"), {"a.txt": REPORT, "b.txt": LATER}) as library:
        yield Registry(library.catalogue)


def test_every_name_is_one_record(registry: Registry) -> None:
    named = {registry.candidate(one).title: len(one.rows) for one in registry.named()}
    assert named == {
        "Chương trình bồi dưỡng cán bộ xã": 1,
        "Đề án “Số hóa hồ sơ lưu trữ”": 2,
        "Bản ghi nhớ hợp tác ngày 18/8/2023": 2,
    }


@pytest.mark.parametrize(
    "typed", ["Đề án “Số hóa hồ sơ lưu trữ”", "đề án số hóa hồ sơ lưu trữ", "de an so hoa ho so luu tru"]
)
def test_a_name_is_found_however_typed(registry: Registry, typed: str) -> None:
    record = registry.resolve(typed).record
    assert record is not None
    assert (record.number, record.key, record.mentions) == (None, None, 2)
    assert {(link.relation, link.number) for link in record.relations} == {
        ("approved_by", "77/QĐ-UBND"),
        ("implemented_by", "09/KH-SNV"),
    }


def test_a_type_with_its_day_is_found(registry: Registry) -> None:
    record = registry.resolve("bản ghi nhớ hợp tác ngày 18/8/2023").record
    assert record is not None
    assert (record.type, record.date) == ("Bản ghi nhớ hợp tác", date(2023, 8, 18))


@pytest.mark.parametrize("typed", ["bản ghi nhớ hợp tác ngày 19/8/2023", "Đề án cầu vượt biển", "đề án"])
def test_another_name_is_not_found(registry: Registry, typed: str) -> None:
    assert registry.resolve(typed).outcome == "not_found"


def test_the_numbered_document_names_the_other(registry: Registry) -> None:
    record = registry.resolve("77/QĐ-UBND").record
    assert record is not None
    assert [(link.relation, link.number, link.name) for link in record.relations] == [
        ("approves", None, "Đề án “Số hóa hồ sơ lưu trữ”")
    ]


@pytest.mark.parametrize(
    "typed",
    ["1453/KH-SNV", "145/KH-SNV", "14522/KH-SNV", "4152/KH-SNV", "11452/KH-SNV", "452/KH-SNV"],
    ids=["wrong", "missing at the end", "doubled", "swapped", "one more before", "missing before"],
)
def test_one_slip_is_suggested(registry: Registry, typed: str) -> None:
    lookup = registry.resolve(typed)
    assert lookup.outcome == "not_found"
    assert "1452/KH-SNV" in [one.number for one in lookup.suggestions]


@pytest.mark.parametrize("typed", ["1433/KH-SNV", "2541/KH-SNV"])
def test_two_slips_are_not(registry: Registry, typed: str) -> None:
    assert registry.resolve(typed).suggestions == ()


@pytest.mark.parametrize("typed", ["kế hoạch 9", "KH 09", "ke hoach 009"])
def test_a_bare_number_below_ten_is_found_with_and_without_its_zero(registry: Registry, typed: str) -> None:
    record = registry.resolve(typed).record
    assert record is not None and record.number == "09/KH-SNV"


NUMBERED = (
    "Ủy ban nhân dân tỉnh ban hành Kế hoạch số 31/KH-UBND ngày 05/02/2024 về ứng phó sự cố tràn dầu trên biển năm "
    "2024.\n"
)
ITEMS = "1. Kế hoạch ứng phó sự cố hóa chất độc hại: đang xây dựng dự thảo.\n"
OILED = "1. Kế hoạch ứng phó sự cố tràn dầu trên biển năm 2024: đang xây dựng dự thảo.\n"


def named_in(registry: Registry) -> list[str | None]:
    return [registry.candidate(one).title for one in registry.named()]


def test_a_number_names_no_other_document_that_begins_alike(tmp_path: Path) -> None:
    with filled_library(tmp_path, {"a.txt": NUMBERED, "b.txt": ITEMS, "c.txt": OILED}) as library:
        registry = Registry(library.catalogue)
        assert named_in(registry) == ["Kế hoạch ứng phó sự cố hóa chất độc hại"]
        record = registry.resolve("Kế hoạch ứng phó sự cố hóa chất độc hại").record
        assert record is not None and [step.state for step in record.timeline] == ["draft"]
        # What was a draft before it had a number is told of the number.
        record = registry.resolve("31/KH-UBND").record
        assert record is not None and "draft" in [step.state for step in record.timeline]


def test_a_number_that_left_the_library_names_nothing(tmp_path: Path) -> None:
    with filled_library(tmp_path, {"a.txt": NUMBERED, "c.txt": OILED}) as library:
        with library.catalogue.begin() as connection:
            ids = {document.place: document.id for document in library.catalogue.documents()}
            connection.execute(update(documents).where(documents.c.id == ids["a.txt"]).values(state="staged"))
            library.catalogue.count_change(connection)
        registry = Registry(library.catalogue)
        assert named_in(registry) == ["Kế hoạch ứng phó sự cố tràn dầu trên biển năm 2024"]


class CountingCache(PassageCache):
    """Counts the documents that are read from the catalogue."""

    def __init__(self, catalogue: Catalogue, capacity: int) -> None:
        super().__init__(catalogue, capacity)
        self.read = 0

    def _read(self, document_id: str) -> Passages:
        self.read += 1
        return super()._read(document_id)


def test_each_document_is_opened_once_for_the_names(tmp_path: Path) -> None:
    towns = [f"tại huyện {letter}{other}" for letter in "ABCD" for other in "mnpq"]
    texts = {f"{n:02}.txt": ITEMS.replace("hóa chất", f"hóa chất {town}") for n, town in enumerate(towns)}
    with filled_library(tmp_path, texts) as library:
        cache = CountingCache(library.catalogue, 2)
        assert len(Registry(library.catalogue, cache).named()) == len(towns)
        assert cache.read == len(towns)
