"""Doubtful headers of scans: the list, the confirmation, and what follows it."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from store_factories import WordEmbedder

from ingest.models import DigitalSignature
from vectorstore import review, tables
from vectorstore.errors import UnknownNumberError
from vectorstore.library import Library
from vectorstore.passages import PassageCache
from vectorstore.registry import Registry

sys.path.insert(0, str(Path(__file__).parents[1] / "ingest"))
from scans import Paper, needs_tesseract, page

REPORT = (
    "SỞ NÔNG NGHIỆP\nSố: 40/BC-SNN\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n"
    "Quảng Nam, ngày 05 tháng 10 năm 2023\n\nBÁO CÁO\nTình hình trồng rừng\n\n"
    "Thực hiện Quyết định số 2187/QĐ-UBND ngày 09/8/2023 của Ủy ban nhân dân tỉnh về việc phê duyệt Kế hoạch "
    "trồng rừng ven biển, Sở đã triển khai.\n"
)
DAY = datetime.date(2023, 8, 9)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    needs_tesseract()
    folder = tmp_path_factory.mktemp("scans")
    page(Paper(by_hand=True)).save(folder / "23-qd-ubnd trong rung.png")
    (folder / "bao-cao.txt").write_text(REPORT, encoding="utf-8")
    with Library.open(tmp_path_factory.mktemp("data"), embedder=WordEmbedder()) as found:
        found.ingest([folder])
        yield found


def scanned(library: Library) -> str:
    return next(document.id for document in library.catalogue.documents() if document.kind == "image")


def test_a_scan_with_a_pen_s_number_waits_with_hints(library: Library) -> None:
    (one,) = review.waiting(library.catalogue)
    assert one.document.id == scanned(library)
    assert [doubt.field for doubt in one.doubts] == ["number", "date"]
    assert review.Hint("tên tệp", "23/QĐ-UBND") in one.hints
    assert [hint.text for hint in one.hints if hint.source == "bao-cao.txt"] == [
        "Quyết định số 2187/QĐ-UBND ngày 09/8/2023 của Ủy ban nhân dân tỉnh"
    ]


def test_digital_signatures_hint_at_day_and_number(library: Library) -> None:
    held = library.catalogue.document(scanned(library))
    assert held is not None
    # Half past eleven in the evening of the 8th in UTC is the 9th in Vietnam.
    moment = datetime.datetime(2023, 8, 8, 23, 30, tzinfo=datetime.UTC)
    office = DigitalSignature("signature", "UBND tỉnh Quảng Nam", None, moment, True, True, "none", shown="2187")
    again = replace(office, field="Signature2")
    unsigned = replace(office, signer="", signed_at=None, shown="")
    hints = review.hints(library.catalogue, replace(held, signatures=(office, again, unsigned)))
    assert [hint for hint in hints if hint.source in (review.SIGNED_AT, review.STAMP)] == [
        review.Hint("ngày ký số", "09/08/2023 · UBND tỉnh Quảng Nam"),
        review.Hint("dấu chữ ký số in trên trang", "2187"),
    ]


def test_the_letterhead_is_shown(library: Library) -> None:
    held = library.catalogue.document(scanned(library))
    assert held is not None
    assert review.header_picture(held).startswith(b"\x89PNG")


def test_the_words_of_a_quote_have_places(library: Library) -> None:
    document_id = scanned(library)
    text = library.catalogue.text_of(document_id)
    start = text.index("trồng rừng")
    from ingest.models import Span

    words = review.words_of(
        library.catalogue, document_id, library.catalogue.pages(document_id), Span(start, start + len("trồng rừng"))
    )
    assert len(words) == 2
    assert words[0].box[2] <= words[1].box[0] + 20 and abs(words[0].box[1] - words[1].box[1]) < 60


def test_what_is_no_number_is_refused(library: Library) -> None:
    with pytest.raises(UnknownNumberError, match="115/NQ-CP"):
        library.confirm_header(scanned(library), "không rõ")


def test_a_confirmed_header_is_the_document_s_and_the_registry_follows(library: Library, tmp_path: Path) -> None:
    document_id = scanned(library)
    library.confirm_header(document_id, "2187/QĐ-UBND", DAY)
    held = library.catalogue.document(document_id)
    assert held is not None
    assert (held.header.number, held.header.date, held.header.confidence) == ("2187/QĐ-UBND", DAY, 1.0)
    assert held.title.startswith("Quyết định số 2187/QĐ-UBND")
    assert review.waiting(library.catalogue) == []
    lookup = Registry(library.catalogue, PassageCache(library.catalogue)).resolve("2187/QĐ-UBND")
    assert lookup.record is not None
    assert lookup.record.held_ids == (document_id,)
    assert library.check() == []
    # The same content in another place is read with what was confirmed; taken out everywhere, it leaves nothing.
    page(Paper(by_hand=True)).save(tmp_path / "copy.png")
    (report,) = library.ingest([tmp_path])
    assert report.header is not None and report.header.number == "2187/QĐ-UBND"
    assert report.document_id is not None
    for one in (report.document_id, document_id):
        library.remove(one)
    with library.catalogue.connect() as connection:
        for table in (tables.confirmed_headers, tables.doubts, tables.page_words):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 0
