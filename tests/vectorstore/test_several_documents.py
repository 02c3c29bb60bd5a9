"""Several documents of one file: kept apart, cited apart, in and out together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.library import Library
from vectorstore.registry import Registry

ARTICLES = " ".join(f"Điều {n}. Các sở, ban, ngành và Ủy ban nhân dân các quận, huyện thực hiện." for n in range(1, 9))


def written(issuer: str, number: str, day: str, kind: str, subject: str, more: str = "") -> str:
    return (
        f"{issuer}\nSố: {number}\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n\n"
        f"Nam Hải, {day}\n\n{kind}\n{subject}\n\n{ARTICLES}\n\n{more}\n\n"
    )


CITY, ROADS = "ỦY BAN NHÂN DÂN THÀNH PHỐ", "SỞ GIAO THÔNG VẬN TẢI"
DECISION = written(CITY, "640/QĐ-UBND", "ngày 05 tháng 3 năm 2019", "QUYẾT ĐỊNH", "Về chiếu sáng")
LETTER = written(CITY, "641/QĐ-UBND", "ngày 06 tháng 3 năm 2019", "QUYẾT ĐỊNH", "Về thoát nước")
REPORT = written(
    ROADS, "77/BC-SGTVT", "ngày 05 tháng 7 năm 2019", "BÁO CÁO", "Về chiếu sáng",
    "Quyết định số 640/QĐ-UBND ngày 05/3/2019 đã hoàn thành.",
)  # fmt: skip


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    (tmp_path / "files").mkdir()
    with Library(tmp_path / "data") as opened:
        yield opened


def numbers(library: Library) -> list[str | None]:
    return sorted(str(document.header.number) for document in library.catalogue.documents())


def test_each_has_its_own_record(library: Library, tmp_path: Path) -> None:
    (tmp_path / "files" / "tap.txt").write_text(DECISION + REPORT, encoding="utf-8")
    (report,) = library.ingest([tmp_path / "files"])
    assert report.status == "indexed" and any("gồm 2 văn bản" in warning for warning in report.warnings)
    assert {key for key, _ in report.mentions} == {"640|QD|UBND", "77|BC|SGTVT"}
    record = Registry(library.catalogue).resolve("640/QĐ-UBND").record
    assert record is not None and record.held_in and record.current is not None
    assert record.current.state == "completed" and record.current.actor == "Sở Giao thông vận tải"


def test_the_whole_file_is_replaced(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "files" / "tap.txt"
    file.write_text(DECISION + REPORT, encoding="utf-8")
    library.ingest([file])
    file.write_text(LETTER, encoding="utf-8")
    library.ingest([file])
    assert numbers(library) == ["641/QĐ-UBND"] and library.check() == []


def test_the_whole_file_follows_when_it_moves(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "files" / "tap.txt"
    file.write_text(DECISION + REPORT, encoding="utf-8")
    library.ingest([tmp_path / "files"])
    file.rename(tmp_path / "files" / "khac.txt")
    library.ingest([tmp_path / "files"])
    assert {document.place for document in library.catalogue.documents()} == {"khac.txt"}
    assert numbers(library) == ["640/QĐ-UBND", "77/BC-SGTVT"]


def test_the_whole_file_goes(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "files" / "tap.txt"
    file.write_text(DECISION + REPORT, encoding="utf-8")
    library.ingest([file])
    (further,) = [document.id for document in library.catalogue.documents() if not document.is_first]
    library.remove(further)
    assert numbers(library) == [] and library.check() == []


def test_an_unchanged_file_is_reported_with_all_its_numbers(library: Library, tmp_path: Path) -> None:
    (tmp_path / "files" / "tap.txt").write_text(DECISION + REPORT, encoding="utf-8")
    (first,) = library.ingest([tmp_path / "files"])
    (again,) = library.ingest([tmp_path / "files"])
    assert again.status == "unchanged" and again.mentions == first.mentions
