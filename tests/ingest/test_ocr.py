"""Scans are read: real Tesseract on pages that are printed, tilted, stamped and written on here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from scans import Paper, needs_tesseract, page, scan, type_over

from ingest.errors import NoTextError
from ingest.limits import OcrSettings
from ingest.models import Document, SourceFile
from ingest.ocr import available
from ingest.pipeline import read_document, report
from ingest.walk import find_files


def source(path: Path, *passwords: str) -> SourceFile:
    (found,) = find_files([path], passwords=passwords)
    assert isinstance(found, SourceFile)
    return found


def document(path: Path, settings: OcrSettings = OcrSettings()) -> Document:  # noqa: B008 - frozen
    return read_document(replace(source(path), ocr=settings))


@pytest.mark.parametrize(
    "paper",
    [
        pytest.param(Paper(), id="flat"),
        pytest.param(Paper(tilt=2.5), id="tilted"),
        pytest.param(Paper(tilt=-1.0, stamp=True), id="stamped"),
        pytest.param(Paper(quarters=2), id="upside down"),
        pytest.param(Paper(quarters=1), id="on its side"),
    ],
)
def test_a_scan_is_read_like_the_page_it_shows(tmp_path: Path, paper: Paper) -> None:
    needs_tesseract()
    found = document(scan(tmp_path / "a.pdf", paper))
    assert found.text_source == "ocr"
    assert (found.header.type, found.header.issuer) == ("Quyết định", "Ủy ban nhân dân tỉnh Quảng Nam")
    # The seal's ring runs through the words before.
    assert "với diện tích 450 ha" in found.kept.text
    keys = {reference.mention.key for reference in found.references if reference.mention}
    assert {"1204|QD|TTG", "318|TTR|SNN"} <= keys


def test_printed_number_and_day_are_the_header_s(tmp_path: Path) -> None:
    needs_tesseract()
    found = document(scan(tmp_path / "a.pdf", Paper()))
    assert found.header.number == "2187/QĐ-UBND"
    assert str(found.header.date) == "2023-08-09"
    assert found.doubts == ()


def test_what_a_pen_wrote_into_the_letterhead_is_not_stated(tmp_path: Path) -> None:
    needs_tesseract()
    found = document(scan(tmp_path / "a.pdf", Paper(by_hand=True)))
    assert (found.header.number, found.header.key, found.header.date) == (None, None, None)
    assert found.header.confidence < 0.8
    assert {doubt.field for doubt in found.doubts} == {"number", "date"}
    assert "Số: …" in found.kept.text
    assert found.header.type == "Quyết định"


# In points from the lower left: over the blanks of number and day, as wide as the programs of clerks set them.
NUMBER_FIELD, DAY_FIELD = (74, 735, 270, 764), (380, 735, 425, 764)


@pytest.mark.parametrize("subtype", ["/FreeText", "/Sig"])
@pytest.mark.parametrize("tilt", [0.0, 1.5], ids=["flat", "tilted"])
def test_number_and_day_typed_into_a_scanned_letterhead_are_the_header_s(
    tmp_path: Path, subtype: str, tilt: float
) -> None:
    needs_tesseract()
    path = scan(tmp_path / "a.pdf", Paper(blank=True, tilt=tilt))
    found = document(type_over(path, (subtype, "2187", NUMBER_FIELD), (subtype, "09", DAY_FIELD)))
    assert (found.header.number, str(found.header.date)) == ("2187/QĐ-UBND", "2023-08-09")
    assert found.header.confidence >= 0.8
    assert found.doubts == ()


def test_a_blank_that_nothing_is_typed_into_waits(tmp_path: Path) -> None:
    needs_tesseract()
    found = document(type_over(scan(tmp_path / "a.pdf", Paper(blank=True)), ("/FreeText", "2187", NUMBER_FIELD)))
    assert (found.header.number, found.header.date) == ("2187/QĐ-UBND", None)
    assert [doubt.field for doubt in found.doubts] == ["date"]


def test_what_is_typed_over_a_pen_s_number_is_not_taken_for_it(tmp_path: Path) -> None:
    needs_tesseract()
    found = document(type_over(scan(tmp_path / "a.pdf", Paper(by_hand=True)), ("/FreeText", "2187", NUMBER_FIELD)))
    assert found.header.number is None
    assert "number" in {doubt.field for doubt in found.doubts}


@pytest.mark.parametrize(
    ("subtype", "text", "kept"),
    [
        ("/FreeText", "Da chuyen phong Tai chinh xu ly", True),
        ("/FreeText", "4415", True),
        ("/Sig", "Thoi gian ky: 09.08.2023 14:00:35", False),
    ],
    ids=["note", "number elsewhere", "stamp of a signature"],
)
@pytest.mark.parametrize("layer", ["", "Ban sao y so 77"], ids=["bare", "layer"])
def test_what_is_typed_elsewhere_over_a_scan_is_its_text(
    tmp_path: Path, layer: str, subtype: str, text: str, kept: bool
) -> None:
    needs_tesseract()
    path = type_over(scan(tmp_path / "a.pdf", Paper(), layer=layer), (subtype, text, (300, 300, 520, 330)))
    found = document(path)
    assert found.kept.text.count(text) == kept
    assert found.header.number == "2187/QĐ-UBND"
    assert "Phê duyệt Kế hoạch trồng rừng" in found.kept.text


def test_a_place_on_the_page_is_found_on_the_turned_picture_and_back() -> None:
    import numpy as np

    from ingest.ocr_picture import Turned

    for quarters in range(4):
        shape = (2000, 1400) if quarters % 2 == 0 else (1400, 2000)
        picture = Turned(np.zeros(shape, np.uint8), quarters, 1.5)
        box = (3000, 2000, 4200, 2300)
        assert picture.share_of_page(picture.on_picture(box)) == pytest.approx(box, abs=1)


def test_letterhead_and_sign_off_are_read_column_by_column(tmp_path: Path) -> None:
    needs_tesseract()
    lines = document(scan(tmp_path / "a.pdf", Paper())).kept.text.split("\n")
    assert lines.index("Số: 2187/QĐ-UBND") < lines.index("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert lines.index("- Lưu: VT, KTN.") < lines.index("TM. ỦY BAN NHÂN DÂN")


def test_the_place_of_a_word_is_kept(tmp_path: Path) -> None:
    needs_tesseract()
    found = document(scan(tmp_path / "a.pdf", Paper()))
    text = found.kept.page_text(1)
    start = text.index("450")
    (word,) = [word for word in found.words[0].words if word.start <= start < word.end]
    assert text[word.start : word.end] == "450"
    left, top, right, bottom = word.box
    # "Điều 1" is printed at 0.37 of the height; "450 ha." ends its line in the page's right half.
    assert 3600 < top < bottom < 3950
    assert 5000 < left < right < 9000
    assert 80 < word.confidence <= 100


def test_the_report_tells_pages_and_confidence(tmp_path: Path) -> None:
    needs_tesseract()
    first = document(scan(tmp_path / "a.pdf", Paper(), Paper()))
    # Two letterheads are two documents.
    for said in (report(first, "indexed", None), report(first.others[0], "indexed", None)):
        assert (said.text_source, said.ocr_pages, said.pages) == ("ocr", 1, 1)
        assert said.ocr_confidence is not None and said.ocr_confidence > 0.85


def test_words_of_the_text_layer_stand_among_those_of_the_picture(tmp_path: Path) -> None:
    needs_tesseract()
    found = document(
        scan(tmp_path / "a.pdf", Paper(), layer="Nguoi ky: Uy ban nhan dan tinh, ngay ky 09/08/2023, so 77")
    )
    assert found.kept.text.count("Nguoi ky: Uy ban nhan dan tinh") == 1
    assert "Phê duyệt Kế hoạch trồng rừng" in found.kept.text


@pytest.mark.parametrize(
    "layer", ["", "Nguoi ky: Uy ban nhan dan tinh, ngay ky 09/08/2023, so 77"], ids=["bare", "layer"]
)
def test_a_scan_that_asks_for_a_password_is_read_with_it(tmp_path: Path, layer: str) -> None:
    needs_tesseract()
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(scan(tmp_path / "plain.pdf", Paper(), layer=layer)))
    writer.encrypt("mat-khau-7391", "owner", algorithm="AES-256")
    writer.write(tmp_path / "a.pdf")
    found = read_document(source(tmp_path / "a.pdf", "wrong-one-5520", "mat-khau-7391"))
    assert (found.text_source, found.header.number) == ("ocr", "2187/QĐ-UBND")


@pytest.mark.parametrize("ending", ["png", "jpg", "tiff"])
def test_an_image_file_is_a_scan(tmp_path: Path, ending: str) -> None:
    needs_tesseract()
    path = tmp_path / f"a.{ending}"
    page().save(path)
    found = document(path)
    assert found.text_source == "ocr"
    assert found.header.type == "Quyết định"
    assert "Phê duyệt Kế hoạch trồng rừng ven biển" in found.kept.text


def test_a_page_without_ink_is_empty_and_no_failure(tmp_path: Path) -> None:
    needs_tesseract()
    from PIL import Image

    path = tmp_path / "a.tiff"
    page().save(path, save_all=True, append_images=[Image.new("RGB", (1654, 2338), "white")])
    found = document(path)
    assert (len(found.kept.pages), found.failed_pages) == (2, ())
    assert found.kept.page_text(2) == ""


def test_a_page_over_its_time_is_reported(tmp_path: Path) -> None:
    needs_tesseract()
    with pytest.raises(NoTextError, match=r"trang 1\..*TROLY_OCR_PAGE_TIMEOUT_S"):
        document(scan(tmp_path / "a.pdf", Paper()), OcrSettings(page_timeout_s=0.01))


def test_switched_off_a_scan_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(NoTextError, match="TROLY_OCR"):
        document(scan(tmp_path / "a.pdf", Paper()), OcrSettings(enabled=False))


def test_without_tesseract_a_scan_names_the_packages(tmp_path: Path) -> None:
    if available():
        pytest.skip("tesseract is installed")
    with pytest.raises(NoTextError, match="apt-get install tesseract-ocr tesseract-ocr-vie"):
        document(scan(tmp_path / "a.pdf", Paper()))
