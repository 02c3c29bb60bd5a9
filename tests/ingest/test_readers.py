"""Readers: the kind by the content, text and pages out of each format, the right error with a remedy."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, NumberObject
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import EncryptedFileError, IngestError, NoTextError, UnreadableFileError, UnsupportedFormatError
from ingest.models import RawDocument, SourceFile
from ingest.pipeline import read_text
from ingest.readers import READERS, SNIFFED, reader_for, sniff
from ingest.walk import find_files

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path) -> RawDocument:
    return reader_for(sniff(path))(path)


def zipped(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.doc", b"%PDF-1.4\n", "pdf"),
        ("a.pdf", b"junk before\n%PDF-1.4\n", "pdf"),
        ("a.bin", zipped("[Content_Types].xml", "word/document.xml"), "docx"),
        ("a.docx", zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        ("a.zip", zipped("a.txt"), "zip"),
        ("a.doc", "\ufeff<html xmlns:o='x'><head>".encode(), "html"),
        ("a.doc", b"\r\n<!DOCTYPE html>\n<html>", "html"),
        ("a.doc", b"{\\rtf1\\ansi", "rtf"),
        ("a.txt", OLE + "WordDocument".encode("utf-16-le"), "doc"),
        ("a.txt", OLE + "Workbook".encode("utf-16-le"), "xls"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "locked-office"),
        ("a", "Kế hoạch năm 2018".encode(), "txt"),
        ("a", "Kế hoạch năm 2018".encode("utf-16"), "txt"),
        ("a", "Kế hoạch năm 2018".encode("utf-16-le"), "txt"),
        ("a", "# Kế hoạch\n\nNội dung".encode(), "md"),
        ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(50), "image"),
        ("a.txt", bytes(range(256)) * 4, "binary"),
        ("a.txt", b"", "empty"),
    ],
)
def test_kind_is_told_by_the_content(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    assert sniff(write(tmp_path / name, content)) == kind


@pytest.mark.parametrize("harm", ["deflated", "name"])
def test_a_damaged_archive_is_a_kind_and_no_error(tmp_path: Path, harm: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 40)
        archive.writestr("ế.xml", "x")
    content = stream.getvalue()
    if harm == "deflated":
        content = content[:40] + b"\xff" * 8 + content[48:]
    else:
        content = content.replace("ế.xml".encode(), b"\xff\xff\xff.xml")
    assert sniff(write(tmp_path / "a.odt", content)) == "zip"


def test_other_open_documents_are_no_text(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    assert sniff(write(tmp_path / "a.epub", stream.getvalue())) == "odf"


@pytest.mark.parametrize("kind", sorted(set(SNIFFED) - set(READERS)))
def test_kinds_without_a_reader_name_a_remedy(kind: str) -> None:
    with pytest.raises(IngestError, match=r"Vui lòng|OCR"):
        reader_for(kind)


@pytest.mark.parametrize(
    ("kind", "error"),
    [("mht", UnsupportedFormatError), ("locked-office", EncryptedFileError), ("empty", NoTextError)],
)
def test_each_kind_has_its_error(kind: str, error: type[IngestError]) -> None:
    with pytest.raises(error):
        reader_for(kind)


# Text and Markdown


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_any_unicode_encoding(tmp_path: Path, encoding: str) -> None:
    raw = read(write(tmp_path / "a.txt", "Ủy ban nhân dân Quận 3\r\nSố: 25/KH-UBND".encode(encoding)))
    assert [page.text for page in raw.pages] == ["Ủy ban nhân dân Quận 3\nSố: 25/KH-UBND"]
    assert raw.wrapped


def test_text_in_an_old_encoding_warns(tmp_path: Path) -> None:
    text = "Quyết định về việc ban hành kế hoạch số hóa hồ sơ của Ủy ban nhân dân. " * 5
    raw = read(write(tmp_path / "a.txt", text.encode("cp1258", "ignore")))
    assert "UTF-8" in raw.warnings[0]


def test_form_feeds_are_pages(tmp_path: Path) -> None:
    raw = read(write(tmp_path / "a.txt", "Trang một\fTrang hai\f\n"))
    assert [(page.number, page.text) for page in raw.pages] == [(1, "Trang một"), (2, "Trang hai")]


def test_blank_text_has_no_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextError):
        read(write(tmp_path / "a.txt", " \n\n "))


def test_markdown_loses_its_marks_and_keeps_its_words(tmp_path: Path) -> None:
    source = (
        "# I. Mục tiêu\nSố hóa **42.000** hồ sơ, xem [cổng](https://a.vn).\n\n"
        "* mục 1\n\n| STT | Tên |\n|---|---|\n| 1 | A |"
    )
    lines = [line for line in read(write(tmp_path / "a.md", source)).pages[0].text.split("\n") if line]
    assert lines == [
        "I. Mục tiêu",
        "Số hóa 42.000 hồ sơ, xem cổng (https://a.vn).",
        "- mục 1",
        "STT | Tên",
        "1 | A",
    ]


# HTML


def test_html_becomes_blocks_without_machinery_and_menus(tmp_path: Path) -> None:
    page = """<html><head><title>t</title><style>p{}</style></head><body><nav>menu</nav><script>var x</script>
      <ul><li><a href=1>Trang chủ</a></li><li><a href=2>Tin tức</a></li><li><a href=3>Văn bản</a></li>
      <li><a>Liên hệ</a></li></ul>
      <h1>KẾ HOẠCH</h1><p>Căn cứ <a href=x>Quyết định
      số 12/QĐ-UBND</a>, <b>Sở</b> Y tế<br>thực hiện</p>
      <table><tr><th>STT</th><th>Tên</th></tr><tr><td>1</td>
      <td><p>Kho</p><p>dữ liệu</p></td></tr></table></body></html>"""
    raw = read(write(tmp_path / "a.doc", page))
    assert raw.pages[0].text.split("\n") == [
        "KẾ HOẠCH",
        "Căn cứ Quyết định số 12/QĐ-UBND, Sở Y tế",
        "thực hiện",
        "STT | Tên",
        "1 | Kho dữ liệu",
    ]
    assert not raw.wrapped


def test_html_letterhead_tables_are_read_down_the_columns(tmp_path: Path) -> None:
    page = (
        "<html><body><table><tr><td>ỦY BAN NHÂN DÂN<br>QUẬN 3</td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</td></tr>"
        "<tr><td>Số: 25/KH-UBND</td><td>Quận 3, ngày 22 tháng 01 năm 2019</td></tr></table></body></html>"
    )
    assert read(write(tmp_path / "a.html", page)).pages[0].text.split("\n") == [
        "ỦY BAN NHÂN DÂN",
        "QUẬN 3",
        "Số: 25/KH-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Quận 3, ngày 22 tháng 01 năm 2019",
    ]


def test_html_declares_its_encoding(tmp_path: Path) -> None:
    page = '<html><head><meta charset="utf-16"></head><body>Đề án</body></html>'.encode()
    # The declaration is wrong; the bytes are UTF-8.
    assert read(write(tmp_path / "a.html", page)).pages[0].text == "Đề án"


def test_html_that_declares_no_encoding_that_is_one(tmp_path: Path) -> None:
    page = '<html><head><meta charset="undefined"></head><body>Đề án</body></html>'
    assert "Đề án" in read(write(tmp_path / "a.html", page)).pages[0].text


def test_html_without_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextError):
        read(write(tmp_path / "a.html", "<html><body><img src=x></body></html>"))


# DOCX


def saved(document: Any, path: Path) -> Path:
    document.save(str(path))
    return path


def fill(table: Any, *texts: str) -> None:
    for cell, text in zip([cell for row in table.rows for cell in row.cells], texts, strict=True):
        cell.text = text


def test_docx_paragraphs_and_tables_in_reading_order(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Trước bảng")
    table = document.add_table(rows=2, cols=3)
    fill(table, "STT", "Tên", "Hạn", "1", "Kho\ndữ liệu", "2019")
    document.add_paragraph("Sau bảng")
    raw = read(saved(document, tmp_path / "a.docx"))
    assert raw.pages[0].text.split("\n") == ["Trước bảng", "STT | Tên | Hạn", "1 | Kho dữ liệu | 2019", "Sau bảng"]


def test_docx_merged_cells_come_once(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    fill(table, "A", "", "C", "D", "E", "")
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(0, 2).merge(table.cell(1, 2))
    assert read(saved(document, tmp_path / "a.docx")).pages[0].text.split("\n") == ["A | C", "D | E"]


def test_docx_pages_by_breaks_and_by_rendering(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Một").add_run().add_break(WD_BREAK.PAGE)
    second = document.add_paragraph()
    rendered = second.add_run()
    rendered._r.append(OxmlElement("w:lastRenderedPageBreak"))
    second.add_run("Hai")
    third = document.add_paragraph("Ba")
    third.paragraph_format.page_break_before = True
    pages = read(saved(document, tmp_path / "a.docx")).pages
    assert [(page.number, page.text) for page in pages] == [(1, "Một"), (2, "Hai"), (3, "Ba")]


def test_docx_automatic_numbers_are_written_out(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("Mở đầu", "Nội dung"):
        document.add_paragraph(text, style="List Number")
    document.add_paragraph("gạch đầu dòng", style="List Bullet")
    lines = read(saved(document, tmp_path / "a.docx")).pages[0].text.split("\n")
    assert lines == ["1. Mở đầu", "2. Nội dung", "- gạch đầu dòng"]


def test_docx_deleted_text_and_fields_are_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Còn ")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "đã xóa"
    run.append(text)
    deleted.append(run)
    paragraph._p.append(deleted)
    paragraph.add_run("lại")
    assert read(saved(document, tmp_path / "a.docx")).pages[0].text == "Còn lại"


def test_docx_footnotes_follow_their_paragraph(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Điều 1. Phạm vi")
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), "2")
    paragraph.add_run()._r.append(reference)
    document.add_paragraph("Điều 2. Đối tượng")
    path = saved(document, tmp_path / "a.docx")
    add_part(path, "word/footnotes.xml", FOOTNOTES, "footnotes")
    assert read(path).pages[0].text.split("\n") == [
        "Điều 1. Phạm vi",
        "[2] Sửa đổi bởi Luật số 45/2019/QH14.",
        "Điều 2. Đối tượng",
    ]


def test_docx_endnotes_are_counted_apart_from_footnotes(tmp_path: Path) -> None:
    document = docx.Document()
    for kind in ("footnote", "endnote"):
        reference = OxmlElement(f"w:{kind}Reference")
        reference.set(qn("w:id"), "2")
        document.add_paragraph(f"Đoạn có {kind}").add_run()._r.append(reference)
    path = saved(document, tmp_path / "a.docx")
    add_part(path, "word/footnotes.xml", FOOTNOTES, "footnotes")
    add_part(path, "word/endnotes.xml", ENDNOTES, "endnotes")
    assert read(path).pages[0].text.split("\n") == [
        "Đoạn có footnote",
        "[2] Sửa đổi bởi Luật số 45/2019/QH14.",
        "Đoạn có endnote",
        "[2] Xem Công văn số 88/SNV-VP.",
    ]


ENDNOTES = """<?xml version="1.0"?>
<w:endnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:endnote w:id="2"><w:p><w:r><w:t>Xem Công văn số 88/SNV-VP.</w:t></w:r></w:p></w:endnote>
</w:endnotes>"""
FOOTNOTES = """<?xml version="1.0"?><!DOCTYPE f [<!ENTITY e "bí mật">]>
<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>
<w:footnote w:id="2"><w:p><w:r><w:t>Sửa đổi bởi Luật số 45/2019/QH14.</w:t></w:r>
<w:r><w:t>&e;</w:t></w:r></w:p></w:footnote>
</w:footnotes>"""


def add_part(path: Path, name: str, content: str, kind: str) -> None:
    """Adds a part that python-docx cannot write, with its relationship and content type."""
    with zipfile.ZipFile(path) as archive:
        parts = {item: archive.read(item) for item in archive.namelist()}
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = (
        f'<Relationship Id="rId-{kind}" Type="{office}/{kind}" Target="{name.removeprefix("word/")}"/></Relationships>'
    )
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", relation.encode())
    override = (
        f'<Override PartName="/{name}" ContentType='
        f'"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/></Types>'
    )
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override.encode())
    parts[name] = content.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for item, blob in parts.items():
            archive.writestr(item, blob)


@pytest.mark.parametrize("cut", [200, 3000])
def test_damaged_docx(tmp_path: Path, cut: int) -> None:
    document = docx.Document()
    document.add_paragraph("Nội dung")
    path = saved(document, tmp_path / "a.docx")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UnreadableFileError, match="Vui lòng"):
        reader_for("docx")(path)


def test_docx_without_text(tmp_path: Path) -> None:
    with pytest.raises(NoTextError, match="OCR"):
        read(saved(docx.Document(), tmp_path / "a.docx"))


# PDF


def canvas_pdf(path: Path, *pages: list[str]) -> Path:
    canvas = Canvas(str(path))
    for lines in pages:
        for index, line in enumerate(lines):
            canvas.drawString(72, 780 - 16 * index, line)
        canvas.showPage()
    canvas.save()
    return path


def image_pdf(path: Path, texts: list[str]) -> Path:
    """Pages that show an image, with a line of text where one is given."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas = Canvas(str(path))
    for text in texts:
        canvas.drawImage(ImageReader(Image.new("L", (8, 8), 200)), 72, 200, 400, 400)
        canvas.drawString(72, 780, text)
        canvas.showPage()
    canvas.save()
    return path


LONG = "Thuc hien Ke hoach so 25/KH-UBND cua Uy ban nhan dan Quan 3 ve so hoa"


def test_pdf_pages_and_lines(tmp_path: Path) -> None:
    raw = read(canvas_pdf(tmp_path / "a.pdf", ["Dong mot", "Dong hai"], ["Trang hai"]))
    assert [(page.number, page.text.split()) for page in raw.pages] == [
        (1, ["Dong", "mot", "Dong", "hai"]),
        (2, ["Trang", "hai"]),
    ]
    assert raw.wrapped
    assert raw.failed_pages == ()


def test_pages_that_show_an_image_and_little_text_are_scans(tmp_path: Path) -> None:
    assert read(image_pdf(tmp_path / "a.pdf", ["", "CONG BAO/So 271"])).scans == (1, 2)


def test_pdf_with_some_pages_without_text(tmp_path: Path) -> None:
    raw = read(image_pdf(tmp_path / "a.pdf", [LONG, ""]))
    assert raw.scans == (2,)
    assert raw.failed_pages == ()
    assert LONG in raw.pages[0].text


def test_a_damaged_page_is_no_scan(tmp_path: Path) -> None:
    writer = PdfWriter(PdfReader(canvas_pdf(tmp_path / "plain.pdf", [LONG], [LONG])))
    writer.pages[1][NameObject("/Resources")] = FloatObject(1)
    writer.write(tmp_path / "half.pdf")
    # What pypdf cannot read of a page, pdfium may.
    assert read(tmp_path / "half.pdf").pages[1].text.strip() == LONG
    writer.pages[1][NameObject("/Contents")] = FloatObject(1)
    writer.write(tmp_path / "a.pdf")
    raw = read(tmp_path / "a.pdf")
    assert raw.failed_pages == (2,)
    assert "trang 2 vì bị hỏng" in raw.warnings[0] and not any("OCR" in warning for warning in raw.warnings)


def test_empty_page_of_a_pdf_is_no_failure(tmp_path: Path) -> None:
    assert read(canvas_pdf(tmp_path / "a.pdf", [LONG], [])).failed_pages == ()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
@pytest.mark.parametrize(("password", "opens"), [("", True), ("secret", False)])
def test_encrypted_pdf(tmp_path: Path, algorithm: str, password: str, opens: bool) -> None:
    writer = PdfWriter(PdfReader(canvas_pdf(tmp_path / "plain.pdf", [LONG])))
    writer.encrypt(password, "owner", algorithm=algorithm)
    path = tmp_path / "a.pdf"
    writer.write(path)
    if opens:
        assert read(path).pages[0].text.strip() == LONG
    else:
        with pytest.raises(EncryptedFileError, match="mật khẩu"):
            read(path)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_given_password_opens_a_pdf_and_stands_in_no_log(
    tmp_path: Path, algorithm: str, caplog: pytest.LogCaptureFixture
) -> None:
    writer = PdfWriter(PdfReader(canvas_pdf(tmp_path / "plain.pdf", [LONG])))
    writer.encrypt("mat-khau-7391", "owner", algorithm=algorithm)
    writer.write(tmp_path / "a.pdf")
    caplog.set_level("DEBUG")
    (file,) = find_files([tmp_path / "a.pdf"], passwords=("wrong-one-5520", "mat-khau-7391"))
    assert isinstance(file, SourceFile)
    assert read_text(file)[1].text.strip() == LONG
    with pytest.raises(EncryptedFileError, match="đều không đúng") as raised:
        read_text(replace(file, passwords=("wrong-one-5520",)))
    told = f"{caplog.text} {file!r} {raised.value}"
    assert "7391" not in told and "5520" not in told


PAGES = [LONG.replace("25", number) for number in ("25", "26", "27")]


def damaged(tmp_path: Path, kind: str) -> Path:
    """A PDF of three pages with one kind of damage."""
    canvas = Canvas(str(tmp_path / "whole.pdf"), pageCompression=0)
    for line in PAGES:
        canvas.drawString(72, 780, line)
        canvas.showPage()
    canvas.save()
    content = (tmp_path / "whole.pdf").read_bytes()
    tree = re.search(rb"(\d+) 0 obj\n<<\n/Count 3 /Kids \[ (\d+ 0 R) [^\]]*\]", content)
    assert tree is not None
    cyclic = tree[0].replace(tree[2], tree[1] + b" 0 R", 1)
    done = {
        "no-end": content[:-200],
        "no-list-of-objects": content[: content.rindex(b"xref", 0, content.rindex(b"startxref"))],
        "wrong-list-of-objects": content.replace(b"startxref\n", b"startxref\n9"),
        "no-page-tree": content.replace(b"/Type /Pages", b"/Type /Pagex"),
        "cyclic-page-tree": content.replace(tree[0], cyclic.ljust(len(tree[0]))),
        "junk-before": b"junk" * 100 + content,
    }
    return write(tmp_path / "a.pdf", done[kind])


@pytest.mark.parametrize(
    ("kind", "pages", "warned"),
    [
        ("no-end", PAGES, True),
        ("no-list-of-objects", PAGES, True),
        ("wrong-list-of-objects", PAGES, False),
        ("no-page-tree", PAGES, True),
        ("cyclic-page-tree", PAGES[1:], True),
        ("junk-before", PAGES, False),
    ],
)
def test_what_can_be_read_of_a_damaged_pdf_is(tmp_path: Path, kind: str, pages: list[str], warned: bool) -> None:
    raw = read(damaged(tmp_path, kind))
    assert [page.text.strip() for page in raw.pages if page.text.strip()] == pages
    assert any("bị hỏng" in warning for warning in raw.warnings) == warned


def test_damaged_pdf(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="Vui lòng"):
        read(write(tmp_path / "a.pdf", b"%PDF-1.4\nnothing more"))


def test_pdf_number_and_day_of_signature_fields_fill_the_blanks(tmp_path: Path) -> None:
    lines = ["Số:           /TB-UBND", "Quang Ngai, ngày       tháng 11 năm 2024"]
    plain = canvas_pdf(tmp_path / "plain.pdf", [line.encode("latin-1", "ignore").decode("latin-1") for line in lines])
    writer = PdfWriter(PdfReader(plain))
    for text, left in (("542", 100.0), ("06", 400.0)):
        add_field(writer, text, left)
    path = tmp_path / "a.pdf"
    writer.write(path)
    from ingest.readers.pdf import _fields, _fill

    short, long = _fields(PdfReader(path).pages[0])
    assert [text for _, text in short] == ["542", "06"]
    assert long == []
    assert _fill("\n".join(lines), short).split("\n") == ["Số: 542/TB-UBND", "Quang Ngai, ngày 06 tháng 11 năm 2024"]


@pytest.mark.parametrize(
    ("subtype", "flags", "kept"),
    [("/FreeText", 4, True), ("/FreeText", 2, False), ("/FreeText", 32, False), ("/Widget", 4, False)],
    ids=["typed-over", "hidden", "printed-only", "stamp-of-a-signature"],
)
def test_text_typed_over_a_page_belongs_to_it(tmp_path: Path, subtype: str, flags: int, kept: bool) -> None:
    writer = PdfWriter(PdfReader(canvas_pdf(tmp_path / "plain.pdf", [LONG])))
    add_field(writer, "Da chuyen phong Tai chinh xu ly", 300.0)
    annotation = writer.pages[0]["/Annots"][0].get_object()  # type: ignore[index]
    annotation[NameObject("/Subtype")] = NameObject(subtype)
    annotation[NameObject("/F")] = NumberObject(flags)
    writer.write(tmp_path / "a.pdf")
    text = read(tmp_path / "a.pdf").pages[0].text
    assert LONG in text
    assert ("Da chuyen phong Tai chinh xu ly" in text) == kept


def add_field(writer: PdfWriter, text: str, left: float) -> None:
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 2 2 Td ({text}) Tj ET".encode())
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/F1"): named})
    stream.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/Resources"): DictionaryObject({NameObject("/Font"): fonts}),
        }
    )
    appearance = DictionaryObject({NameObject("/N"): writer._add_object(stream)})
    field = DictionaryObject(
        {
            NameObject("/Subtype"): NameObject("/Widget"),
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/Rect"): ArrayObject([FloatObject(edge) for edge in (left, 700.0, left + 60, 730.0)]),
            NameObject("/AP"): appearance,
        }
    )
    page = writer.pages[0]
    annotations = page.get("/Annots", ArrayObject())
    annotations.append(writer._add_object(field))
    page[NameObject("/Annots")] = annotations


# Real files


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("39_ke-hoach-html-doi-lot-doc.doc", "html"),
        ("41_file-thu-encoding-hong-khi-doc-bang-catdoc.doc", "rtf"),
        ("28_qd-15-2010-qd-ubnd-ha-noi-doc.doc", "doc"),
        ("57_nghi-dinh-nghi-dinh-21-2021-nd-cp-docx.docx", "docx"),
    ],
)
def test_kind_of_real_files(shared: Path, name: str, kind: str) -> None:
    assert sniff(shared / "documents" / "real" / name) == kind


def test_number_and_day_stamped_into_a_real_letterhead(shared: Path) -> None:
    raw = read(shared / "documents" / "real" / "10_thong-bao-542-tb-ubnd-word-xuat-pdf.pdf")
    assert "Số: 542/TB-UBND" in raw.pages[0].text
    assert "ngày 06 tháng 11 năm 2024" in raw.pages[0].text


def test_pdf_of_before_the_full_filter_names(shared: Path) -> None:
    raw = read(shared / "documents" / "real" / "79_legacy-tcvn3_2005-1ADDZ_Ke_hoach_2005__QH_lan_6_25-10.pdf")
    assert len(raw.pages) == 58
    assert raw.failed_pages == ()


def test_scan_with_a_running_head_has_no_text(shared: Path) -> None:
    raw = read(shared / "documents" / "real" / "47_tt-58-2021-tt-bqp-cong-bao.pdf")
    assert raw.scans == tuple(range(1, 27))


def test_a_signature_block_in_the_text_layer_does_not_cover_the_scan(shared: Path) -> None:
    raw = read(shared / "documents" / "real" / "42_nq-115-nq-cp-cong-bao.pdf")
    assert "PHÓ THỦ TƯỚNG" in raw.pages[1].text
    assert raw.scans == (1, 2)
