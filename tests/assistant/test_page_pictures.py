"""Pages of originals as pictures, and where quoted sentences stand on them."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from printed_pages import AIM, MONEY, OVER, PLAN, TWICE, Line, covers, place, print_pages
from signed_pdf import sign

from assistant.errors import NoPictureError, UnknownDocumentError
from assistant.models import Highlight
from assistant.service import Assistant
from vectorstore.library import Library

sys.path.insert(0, str(Path(__file__).parents[1] / "ingest"))
from scans import LETTER, Paper, needs_tesseract, scan

NOTE = "Điều 1. Giao Sở Nội vụ chủ trì.\nĐiều 2. Quyết định này có hiệu lực kể từ ngày ký.\n"
Shelf = Callable[..., Assistant]


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    """An assistant over whatever stands in the folder."""
    opened: list[Assistant] = []

    def fill(folder: Path, passwords: tuple[str, ...] = ()) -> Assistant:
        library = Library.open(tmp_path / f"data{len(opened)}")
        reports = library.ingest([folder], passwords=passwords)
        assert {report.status for report in reports} == {"indexed"}
        opened.append(Assistant(library, passwords=passwords))
        return opened[-1]

    yield fill
    for assistant in opened:
        assistant.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "kho"
    made.mkdir()
    return made


def only(assistant: Assistant) -> str:
    (document,) = assistant.catalogue.documents()
    return document.id


def shown(assistant: Assistant, quote: str, page: int = 1, nth: int = 0) -> Highlight:
    """The highlight of the nth place of a quote that begins on a page."""
    document_id = only(assistant)
    text = assistant.page(document_id, page).text
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return assistant.highlight(document_id, page, start, start + len(quote))


def line_of(text: str, nth: int = 0) -> Line:
    return [line for page in PLAN for line in page if line[2].startswith(text)][nth]


def over(highlight: Highlight, *expected: tuple[float, float, float, float]) -> bool:
    """Whether its boxes lie over the expected places, one over each."""
    boxes = [tuple(side / 10_000 for side in box) for box in highlight.boxes]
    return len(boxes) == len(expected) and all(map(covers, boxes, expected))


# ------------------------------------------------------------------ digital


def test_sentences_of_a_printed_page_are_found_over_their_words(shelf: Shelf, folder: Path) -> None:
    print_pages(folder / "ke-hoach.pdf")
    assistant = shelf(folder)
    assert over(shown(assistant, MONEY), place(line_of(MONEY)))
    assert over(shown(assistant, "12,5 tỷ đồng"), place(line_of(MONEY), "12,5 tỷ đồng"))
    # A sentence that the page breaks is one in the text.
    assert over(shown(assistant, AIM), place(line_of("Đến hết năm")), place(line_of("ban, ngành")))
    # Of two equal ones, each is found in its own place.
    for nth in (0, 1):
        assert over(shown(assistant, TWICE, nth=nth), place(line_of(TWICE, nth)))
    text = assistant.page(only(assistant), 1).text
    start = text.index("Hồ sơ được xác thực")
    found = assistant.highlight(only(assistant), 1, start, text.index("\n", start))
    assert over(found, place(line_of("Hồ sơ được")))


def test_a_sentence_that_runs_over_the_page_s_end_is_found_on_both_pages(shelf: Shelf, folder: Path) -> None:
    print_pages(folder / "ke-hoach.pdf")
    assistant = shelf(folder)
    passages = assistant.passages.open(only(assistant))
    span = next(span for span in passages.sentences if span.of(passages.text) == OVER)
    evidence = passages.evidence(span)
    assert evidence.page == 1
    first = assistant.highlight(evidence.document_id, 1, evidence.start, evidence.end)
    assert over(first, place(line_of("Các sở, ban, ngành báo cáo")))
    rest = len(evidence.quote) - (evidence.end - evidence.start) - 1
    assert over(assistant.highlight(evidence.document_id, 2, 0, rest), place(line_of("Sở Nội vụ trước")))


def test_the_picture_is_a_page_of_its_proportions(shelf: Shelf, folder: Path) -> None:
    from PIL import Image

    print_pages(folder / "ke-hoach.pdf")
    assistant = shelf(folder)
    picture = assistant.page_picture(only(assistant), 2)
    drawn = Image.open(io.BytesIO(picture.content))
    assert (drawn.format, drawn.size) == ("WEBP", (picture.width, picture.height))
    assert picture.width / picture.height == pytest.approx(595.276 / 841.89, rel=0.01)
    assert assistant.page(only(assistant), 2).picture == "drawn"
    assert assistant.page_picture(only(assistant), 2).version == picture.version
    assert assistant.page_picture(only(assistant), 1).version != picture.version


def test_a_page_that_lies_on_its_side_is_shown_as_it_lies_with_its_words(shelf: Shelf, folder: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    path = print_pages(folder / "ke-hoach.pdf")
    writer = PdfWriter(PdfReader(path))
    for page in writer.pages:
        page.rotate(90)
    writer.write(path)
    assistant = shelf(folder)
    picture = assistant.page_picture(only(assistant), 1)
    assert picture.width > picture.height
    left, top, right, bottom = place(line_of(MONEY))
    (box,) = shown(assistant, MONEY).boxes
    # A quarter turn clockwise: what was down is to the left, what was right is below.
    expected = (1 - bottom, left, 1 - top, right)
    assert [side / 10_000 for side in box] == pytest.approx(expected, abs=0.012)


def test_a_signed_page_opens_with_the_words_in_their_place(shelf: Shelf, folder: Path) -> None:
    sign(print_pages(folder / "ke-hoach.pdf"), "Văn thư")
    assert over(shown(shelf(folder), MONEY), place(line_of(MONEY)))


def test_a_file_with_a_password_opens_with_the_one_of_the_settings(shelf: Shelf, folder: Path) -> None:
    print_pages(folder / "ke-hoach.pdf", password="mật khẩu"[:3])
    assert over(shown(shelf(folder, ("sai", "mật")), MONEY), place(line_of(MONEY)))


def test_a_file_in_an_archive_in_an_archive_is_shown_too(shelf: Shelf, folder: Path, tmp_path: Path) -> None:
    printed = print_pages(tmp_path / "ke-hoach.pdf")
    inner = tmp_path / "trong.zip"
    for name, members in ((inner, {"ke-hoach.pdf": printed}), (folder / "kho.zip", {"a/trong.zip": inner})):
        with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, path in members.items():
                archive.write(path, member)
    assistant = shelf(folder)
    assert assistant.page(only(assistant), 1).document == "kho.zip!/a/trong.zip!/ke-hoach.pdf"
    assert over(shown(assistant, MONEY), place(line_of(MONEY)))
    # The archive stands there still, with other files in it.
    with zipfile.ZipFile(folder / "kho.zip", "w") as archive:
        archive.writestr("a/khac.txt", NOTE)
    assert shown(assistant, MONEY).state == "unreadable"


def test_text_in_an_old_encoding_is_found_by_what_it_means(shelf: Shelf, folder: Path, shared: Path) -> None:
    name = "2006-19412_QD115.04TTg_BLTch_DNNVV.pdf"
    (folder / name).write_bytes((shared / "documents" / "legacy" / name).read_bytes())
    assistant = shelf(folder)
    passages = assistant.passages.open(only(assistant))
    assert passages.document.encoding == "tcvn3"
    cited = [passages.evidence(span) for span in passages.sentences if span.end - span.start > 30]
    found = [assistant.highlight(one.document_id, one.page, one.start, one.end).boxes for one in cited]
    assert len(cited) > 10 and all(found)


# --------------------------------------------------------------------- scans


def test_a_sentence_of_a_scan_is_found_over_its_words(shelf: Shelf, folder: Path) -> None:
    needs_tesseract()
    scan(folder / "quyet-dinh.pdf", Paper())
    assistant = shelf(folder)
    text = assistant.page(only(assistant), 1).text
    start = text.index("Điều 1. Phê duyệt")
    end = text.index("450 ha", start) + len("450 ha")
    (box,) = assistant.highlight(only(assistant), 1, start, end).boxes
    left, top, _ = next(line for line in LETTER if line[2].startswith("Điều 1."))
    x0, y0, x1, y1 = (side / 10_000 for side in box)
    words = "Điều 1. Phê duyệt Kế hoạch trồng rừng ven biển với diện tích 450 ha"
    assert (x0, x1) == pytest.approx((left, left + place((0, 0, words))[2]), abs=0.01)
    # The line is 13 points high, of 842.
    assert top - 0.004 < y0 < y1 < top + 0.024


# ------------------------------------------------------------- without picture


def test_a_format_without_pages_has_no_pictures(shelf: Shelf, folder: Path) -> None:
    (folder / "ghi-chu.txt").write_text(NOTE, encoding="utf-8")
    assistant = shelf(folder)
    assert assistant.page(only(assistant), 1).picture == "no_pages"
    assert assistant.highlight(only(assistant), 1, 0, 5) == Highlight("no_pages")
    with pytest.raises(NoPictureError) as refused:
        assistant.page_picture(only(assistant), 1)
    assert refused.value.state == "no_pages"


def test_another_content_in_the_file_s_place_is_not_shown(shelf: Shelf, folder: Path) -> None:
    path = print_pages(folder / "ke-hoach.pdf")
    before, moment = path.read_bytes(), path.stat()
    assistant = shelf(folder)
    assert shown(assistant, MONEY).state == "drawn"
    path.write_bytes(before[:-1] + b" ")
    assert path.stat().st_size == moment.st_size
    assert assistant.page(only(assistant), 1).picture == "changed"
    assert shown(assistant, MONEY) == Highlight("changed")
    # The same bytes again, at another time: by its content it is the file that was taken in.
    path.write_bytes(before)
    os.utime(path, ns=(moment.st_atime_ns, moment.st_mtime_ns + 5_000_000_000))
    assert over(shown(assistant, MONEY), place(line_of(MONEY)))
    path.unlink()
    assert assistant.page(only(assistant), 1).picture == "gone"
    assert shown(assistant, MONEY) == Highlight("gone")


def test_a_document_that_was_taken_out_shows_nothing_though_its_file_stands(shelf: Shelf, folder: Path) -> None:
    print_pages(folder / "ke-hoach.pdf")
    assistant = shelf(folder)
    document_id = only(assistant)
    assert assistant.page_picture(document_id, 1).content
    assistant._library.remove(document_id)
    for call in (lambda: assistant.page_picture(document_id, 1), lambda: assistant.highlight(document_id, 1, 0, 9)):
        with pytest.raises(UnknownDocumentError):
            call()


@pytest.mark.parametrize("page", [0, 3, 10**6], ids=["before the first", "behind the last", "far behind"])
def test_a_page_that_is_none_is_refused(shelf: Shelf, folder: Path, page: int) -> None:
    print_pages(folder / "ke-hoach.pdf")
    assistant = shelf(folder)
    with pytest.raises(UnknownDocumentError):
        assistant.page_picture(only(assistant), page)


def test_offsets_beyond_the_page_highlight_what_there_is(shelf: Shelf, folder: Path) -> None:
    print_pages(folder / "ke-hoach.pdf")
    assistant = shelf(folder)
    length = len(assistant.page(only(assistant), 1).text)
    assert assistant.highlight(only(assistant), 1, length + 5, length + 9).boxes == ()
    assert assistant.highlight(only(assistant), 1, 9, 3).boxes == ()
