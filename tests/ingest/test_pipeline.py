"""A file becomes a document; every span gives back its text; a report says how it fared."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import IngestError, UnreadableFileError
from ingest.models import Document, SourceFile
from ingest.pipeline import read_document, report
from ingest.walk import find_files

REPORT = """SỞ THÔNG TIN VÀ TRUYỀN THÔNG
Số: 118/BC-STTTT
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Thành phố Hồ Chí Minh, ngày 05 tháng 10 năm 2018

BÁO CÁO
Tình hình thực hiện Chương trình quý III năm 2018

I. TIẾN ĐỘ
1. Kế hoạch số 25/KH-UBND ngày 12/01/2018 của Ủy ban nhân dân Thành phố: đã hoàn thành.
"""


def source(path: Path) -> SourceFile:
    (found,) = find_files([path])
    assert isinstance(found, SourceFile)
    return found


def document(folder: Path, text: str = REPORT, name: str = "báo cáo.txt") -> Document:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_document(source(path))


def test_a_report_is_read_through_all_stages(tmp_path: Path) -> None:
    found = document(tmp_path)
    assert found.header.number == "118/BC-STTTT"
    assert found.title == "Báo cáo số 118/BC-STTTT: Tình hình thực hiện Chương trình quý III năm 2018"
    assert [section.label for section in found.sections] == ["I", "I.1"]
    keys = {reference.mention.key for reference in found.references if reference.mention}
    assert keys == {"118|BC|STTTT", "25|KH|UBND"}
    assert found.chunks
    for chunk in found.chunks:
        assert chunk.span.of(found.kept.text).strip()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("PHỤ LỤC 3\nTình hình triển khai Đề án\nI. Kế hoạch", "Phụ lục 3: Tình hình triển khai Đề án"),
        ("I. Kế hoạch\nNội dung.", "I: Kế hoạch"),
        ("Ghi chép cuộc họp giao ban", "Ghi chép cuộc họp giao ban"),
        ("1 | 2 | 3.", "bảng"),
    ],
)
def test_a_title_where_there_is_no_number(tmp_path: Path, text: str, title: str) -> None:
    assert document(tmp_path, text, "bảng.txt").title == title


def test_the_report_of_a_file(tmp_path: Path) -> None:
    found = document(tmp_path)
    said = report(found, "indexed", "d1")
    assert (said.place, said.status, said.document_id, said.pages) == ("báo cáo.txt", "indexed", "d1", 1)
    assert (said.text_source, said.encoding, said.chunks) == ("digital", "unicode", len(found.chunks))
    assert ("25|KH|UBND", 1) in said.mentions
    assert said.header == found.header


def test_a_file_that_vanished_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    found = source(path)
    path.unlink()
    with pytest.raises(UnreadableFileError, match="Vui lòng"):
        read_document(found)


def test_a_kind_without_reader_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"Rar!\x1a\x07\x00")
    with pytest.raises(IngestError, match="tệp nén"):
        read_document(source(path))


def test_spans_of_the_timeline_files(shared: Path) -> None:
    for file in find_files([shared / "documents" / "timeline" / "files"]):
        assert isinstance(file, SourceFile)
        found = read_document(file)
        text = found.kept.text
        assert "".join(text.split()) == "".join(
            "".join(found.kept.page_text(page.number).split()) for page in found.kept.pages
        )
        for reference in found.references:
            if reference.mention is not None:
                assert reference.mention.span.of(text) == reference.mention.surface
                assert reference.sentence.covers(reference.mention.span)
        for section in found.sections:
            assert section.title in " ".join(section.heading.of(text).split("\n"))
