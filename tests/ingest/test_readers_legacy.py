"""Old office formats and old fonts through the readers: the text in Unicode, the road told, the right error."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
import xlsxwriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import NoTextError, TooLargeError, UnreadableFileError
from ingest.header import read_header
from ingest.models import RawDocument
from ingest.normalize import normalize
from ingest.readers import libreoffice, reader_for, sniff

needs_libreoffice = pytest.mark.skipif(
    libreoffice.program() is None, reason="LibreOffice is not installed (apt-get install libreoffice-writer-nogui …)"
)
LETTERHEAD = [
    ("ñy ban nh©n d©n", ".VnTimeH"),
    ("tØnh An Giang", ".VnTimeH"),
    ("Sè: 522/2002/Q§-UB", ".VnTime"),
    ("céng hßa x· héi chñ nghÜa viÖt nam", ".VnTimeH"),
    ("§éc lËp - Tù do - H¹nh phóc", ".VnTime"),
    ("Long Xuyªn, ngµy 07 th¸ng 3 n¨m 2002", ".VnTime"),
    ("quyÕt ®Þnh", ".VnTimeH"),
    ("VÒ viÖc ban hµnh ChÝnh s¸ch \u00adu ®·i ®Çu t\u00ad", ".VnTime"),
    ("C¨n cø LuËt Tæ chøc Héi ®ång nh©n d©n;", ".VnTime"),
]
READ = [
    "ỦY BAN NHÂN DÂN",
    "TỈNH AN GIANG",
    "Số: 522/2002/QĐ-UB",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Long Xuyên, ngày 07 tháng 3 năm 2002",
    "QUYẾT ĐỊNH",
    "Về việc ban hành Chính sách ưu đãi đầu tư",
    "Căn cứ Luật Tổ chức Hội đồng nhân dân;",
]


def read(path: Path) -> RawDocument:
    return reader_for(sniff(path))(path)


def lines(raw: RawDocument) -> list[str]:
    return [line for page in raw.pages for line in page.text.split("\n") if line]


def set_font(run: Any, font: str) -> None:
    run.font.name = font
    run._element.rPr.rFonts.set(qn("w:hAnsi"), font)


def old_word(path: Path) -> Path:
    document = docx.Document()
    for text, font in LETTERHEAD:
        set_font(document.add_paragraph().add_run(text), font)
    document.save(str(path))
    return path


def old_rtf(charset: str = "") -> str:
    fonts = {".VnTime": 1, ".VnTimeH": 2}
    escaped = [
        (fonts[font], "".join(letter if letter.isascii() else f"\\'{ord(letter):02x}" for letter in text))
        for text, font in LETTERHEAD
    ]
    body = "\\par\n".join(f"\\f{font} {text}" for font, text in escaped)
    table = f"{{\\f0 Arial;}}{{\\f1\\fnil{charset} .VnTime;}}{{\\f2\\fnil{charset} .VnTimeH;}}"
    return f"{{\\rtf1\\ansi\\ansicpg1252{{\\fonttbl{table}}}\n{body}\\par}}"


# DOCX


def test_word_with_old_fonts(tmp_path: Path) -> None:
    raw = read(old_word(tmp_path / "a.docx"))
    assert lines(raw) == READ
    assert raw.encoding == "tcvn3"
    assert "TCVN3" in raw.warnings[0]
    found = read_header(normalize(raw))
    assert (found.key, found.issuer, str(found.date)) == (
        "522|2002|QD|UB",
        "Ủy ban nhân dân tỉnh An Giang",
        "2002-03-07",
    )


def test_fonts_come_from_styles_too(tmp_path: Path) -> None:
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = "VNI-Times"
    style.element.rPr.rFonts.set(qn("w:hAnsi"), "VNI-Times")
    document.add_paragraph("Soá löôïng")
    own = document.add_paragraph().add_run("café")
    set_font(own, "Georgia")
    document.save(str(tmp_path / "a.docx"))
    raw = read(tmp_path / "a.docx")
    assert (lines(raw), raw.encoding) == (["Số lượng", "café"], "vni")


def test_soft_hyphens_symbols_and_marks_of_lists_are_letters(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    run = paragraph.add_run("Th«ng t")
    set_font(run, ".VnTime")
    run._element.append(OxmlElement("w:softHyphen"))
    symbol = OxmlElement("w:sym")
    symbol.set(qn("w:font"), ".VnTime")
    symbol.set(qn("w:char"), "F0AE")
    other = paragraph.add_run(" cña ")
    set_font(other, ".VnTime")
    other._element.append(symbol)
    listed = document.add_paragraph("ph¹m vi", style="List Number")
    set_font(listed.runs[0], ".VnTime")
    for level in document.part.numbering_part.element.iter(qn("w:lvl")):
        level.find(qn("w:lvlText")).set(qn("w:val"), "§iÒu %1.")
    document.save(str(tmp_path / "a.docx"))
    assert lines(read(tmp_path / "a.docx")) == ["Thông tư của đ", "Điều 1. phạm vi"]


def test_a_tracked_deletion_is_told_and_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Giữ lại. ")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "Đã xóa."
    run.append(text)
    deleted.append(run)
    paragraph._element.append(deleted)
    document.save(str(tmp_path / "a.docx"))
    raw = read(tmp_path / "a.docx")
    assert lines(raw) == ["Giữ lại."]
    assert "Track Changes" in raw.warnings[0]
    assert raw.struck == ("Đã xóa.",)


def test_a_tracked_deletion_in_an_old_font_is_kept_apart_in_unicode(tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph()
    set_font(paragraph.add_run("Th«ng t­ cña Bé"), ".VnTime")
    run = paragraph.add_run()
    set_font(run, ".VnTime")
    for tag, letters in (("w:delText", "n"), ("w:softHyphen", ""), ("w:delText", "íc nµy")):
        part = OxmlElement(tag)
        part.text = letters
        run._element.append(part)
    deleted = OxmlElement("w:del")
    paragraph._element.append(deleted)
    deleted.append(run._element)
    document.save(str(tmp_path / "a.docx"))
    raw = read(tmp_path / "a.docx")
    assert (lines(raw), raw.struck) == (["Thông tư của Bộ"], ("nước này",))


# Through LibreOffice


def office(path: Path, target: str) -> Path:
    """The file in another format, by LibreOffice, beside it."""
    with libreoffice.converted(path, path.suffix[1:], target) as converted:
        return Path(shutil.copy(converted, path.with_suffix(f".{target}")))


@needs_libreoffice
@pytest.mark.parametrize("target", ["doc", "odt"])
def test_old_fonts_through_binary_formats(tmp_path: Path, target: str) -> None:
    raw = read(office(old_word(tmp_path / "a.docx"), target))
    assert (lines(raw), raw.encoding, raw.road) == (READ, "tcvn3", "libreoffice")


@needs_libreoffice
def test_rtf_under_the_name_of_word(tmp_path: Path) -> None:
    path = tmp_path / "công văn số 5.doc"
    path.write_text(old_rtf())
    raw = read(path)
    assert (lines(raw), raw.encoding, raw.road) == (READ, "tcvn3", "libreoffice")
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


@needs_libreoffice
@pytest.mark.parametrize("charset", [1, 2, 163, 204, 238])
def test_fonts_that_name_another_character_set(tmp_path: Path, charset: int) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(old_rtf(f"\\fcharset{charset}"))
    assert lines(read(path)) == READ


@needs_libreoffice
def test_a_word_file_that_python_docx_refuses_takes_the_other_road(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Ủy ban nhân dân Thành phố")
    document.save(str(tmp_path / "plain.docx"))
    with zipfile.ZipFile(tmp_path / "plain.docx") as plain, zipfile.ZipFile(tmp_path / "a.docm", "w") as macros:
        for part in plain.infolist():
            content = plain.read(part)
            if part.filename == "[Content_Types].xml":
                content = content.replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                )
            macros.writestr(part, content)
    raw = read(tmp_path / "a.docm")
    assert (lines(raw), raw.road) == (["Ủy ban nhân dân Thành phố"], "libreoffice")
    assert "đường dự phòng" in raw.warnings[0]


OFFICE_XML = '<?xml version="1.0" encoding="UTF-8"?>\n<?mso-application progid="{program}"?>\n{root}'
WORD_XML = (
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"><w:body><w:p><w:r>'
    "<w:t>Baùo caùo thöïc hieän keá hoaïch</w:t></w:r></w:p></w:body>"
    "</w:wordDocument>"
)
EXCEL_XML = (
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
    ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="s1"><Font ss:FontName=".VnTime"/>'
    '</Style></Styles><Worksheet ss:Name="S"><Table><Row><Cell ss:StyleID="s1"><Data ss:Type="String">§¬n vÞ</Data>'
    '</Cell><Cell><Data ss:Type="Number">295</Data></Cell></Row></Table></Worksheet></Workbook>'
)


@needs_libreoffice
@pytest.mark.parametrize(
    ("program", "root", "kind", "want"),
    [
        ("Word.Document", WORD_XML, "wordml", ["Báo cáo thực hiện kế hoạch"]),
        ("Excel.Sheet", EXCEL_XML, "excelml", ["Đơn vị | 295"]),
    ],
)
def test_office_xml_of_2003(tmp_path: Path, program: str, root: str, kind: str, want: list[str]) -> None:
    path = tmp_path / "a.doc"
    path.write_text(OFFICE_XML.format(program=program, root=root), encoding="utf-8")
    assert (sniff(path), lines(read(path))) == (kind, want)


@needs_libreoffice
def test_presentations_of_both_generations(tmp_path: Path) -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text_frame.paragraphs[0].add_run().text = "Chương trình số hóa"
    frame = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame
    run = frame.paragraphs[0].add_run()
    run.text, run.font.name = "Baùo caùo tieán ñoä", "VNI-Times"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(4), Inches(6), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Kho dữ liệu", "295 km"
    show.slides.add_slide(show.slide_layouts[6])
    show.save(str(tmp_path / "a.pptx"))
    want = ["Chương trình số hóa", "Báo cáo tiến độ", "Kho dữ liệu | 295 km"]
    raw = read(tmp_path / "a.pptx")
    assert (lines(raw), raw.encoding, raw.road, len(raw.pages)) == (want, "vni", "python-pptx", 2)
    old = read(office(tmp_path / "a.pptx", "ppt"))
    assert (lines(old), old.encoding, old.road) == (want, "vni", "libreoffice")


@needs_libreoffice
def test_a_conversion_that_takes_too_long_is_killed(tmp_path: Path) -> None:
    with (
        pytest.raises(UnreadableFileError, match=r"0 giây.*Vui lòng"),
        libreoffice.converted(old_word(tmp_path / "a.docx"), "docx", "odt", timeout_s=0.01),
    ):
        pass
    # The next one starts afresh.
    assert office(tmp_path / "a.docx", "odt").is_file()


@needs_libreoffice
def test_conversions_beside_each_other_do_not_clash(tmp_path: Path) -> None:
    old_word(tmp_path / "a.docx")
    program = (
        "import sys; from pathlib import Path; from ingest.readers import libreoffice\n"
        "with libreoffice.converted(Path(sys.argv[1]), 'docx', 'odt') as found: print(found.stat().st_size > 1000)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.docx")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    assert [process.communicate(timeout=120)[0].strip() for process in running] == [b"True", b"True"]


@needs_libreoffice
@pytest.mark.parametrize("name", ["a.doc", "a.xls"])
def test_damaged_files_say_so(tmp_path: Path, name: str) -> None:
    stream = "WordDocument" if name == "a.doc" else "Workbook"
    junk = bytes(range(256)) * 20
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + stream.encode("utf-16-le") + junk)
    with pytest.raises(UnreadableFileError, match="Vui lòng"):
        read(tmp_path / name)


def test_without_libreoffice_the_remedy_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "a.doc"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"))
    with pytest.raises(UnreadableFileError, match=r"LibreOffice.*apt-get install"):
        read(path)


def test_rtf_is_read_without_libreoffice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "a.rtf"
    path.write_text(old_rtf())
    raw = read(path)
    assert [line.lower() for line in lines(raw)] == [line.lower() for line in READ]
    assert (raw.encoding, raw.road) == ("tcvn3", "striprtf")
    assert any("LibreOffice" in warning for warning in raw.warnings)


# Spreadsheets


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(path) as book:
        old, capitals = book.add_format({"font_name": ".VnTime"}), book.add_format({"font_name": ".VnTimeH"})
        sheet = book.add_worksheet("NK")
        sheet.write_string("A1", "danh môc m¸y mãc", capitals)
        sheet.write_string("B1", "Số lượng")
        sheet.write_rich_string("A2", old, "ThuÕ ", book.add_format({"font_name": "Arial"}), "café")
        sheet.write_number("B2", 295)
        sheet.write_number("C2", 0.125, book.add_format({"num_format": "0.0%"}))
        sheet.write_number("D2", 12.5)
        sheet.write_datetime("E2", datetime.date(2004, 5, 25), book.add_format({"num_format": "dd/mm/yyyy"}))
        book.add_worksheet("Trống")
        book.add_worksheet("XK").write_string("C9", "§¬n vÞ", book.add_format({"font_name": ".VnArial"}))
    return path


ROWS = ["NK", "DANH MỤC MÁY MÓC | Số lượng", "Thuế café | 295 | 12.5% | 12.5 | 25/05/2004", "XK", "Đơn vị"]


def test_sheets_are_pages_and_rows_lines(tmp_path: Path) -> None:
    raw = read(workbook(tmp_path / "a.xlsx"))
    assert (lines(raw), raw.encoding, raw.road) == (ROWS, "tcvn3", "openpyxl")
    assert [page.number for page in raw.pages] == [1, 2]


@needs_libreoffice
@pytest.mark.parametrize(("target", "road"), [("xls", "xlrd"), ("ods", "libreoffice")])
def test_other_workbooks(tmp_path: Path, target: str, road: str) -> None:
    raw = read(office(workbook(tmp_path / "a.xlsx"), target))
    assert (lines(raw), raw.encoding, raw.road) == (ROWS, "tcvn3", road)


def test_heads_of_tables_on_every_sheet_are_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number in range(1, 6):
        sheet = book.create_sheet(f"Biểu {number}")
        sheet.append(["STT", "Tên chỉ tiêu", "Đơn vị"])
        sheet.append([number, "Diện tích", "ha"])
    book.save(tmp_path / "a.xlsx")
    assert normalize(read(tmp_path / "a.xlsx")).text.count("STT | Tên chỉ tiêu | Đơn vị") == 5


def test_an_empty_workbook_has_no_text(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(NoTextError, match="Vui lòng"):
        read(tmp_path / "a.xlsx")


def bomb(path: Path, part: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(part, content)
    return path


@pytest.mark.parametrize(("name", "part"), [("a.docx", "word/document.xml"), ("a.xlsx", "xl/workbook.xml")])
def test_entities_are_not_handed_on(tmp_path: Path, name: str, part: str) -> None:
    content = b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><x>&c;</x>'
    with pytest.raises(UnreadableFileError, match="Vui lòng"):
        read(bomb(tmp_path / name, part, content))


@pytest.mark.parametrize(("name", "part"), [("a.xlsx", "xl/workbook.xml"), ("a.pptx", "ppt/presentation.xml")])
def test_archives_that_unpack_beyond_reason(tmp_path: Path, name: str, part: str) -> None:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open(part, "w", force_zip64=True) as stream:
            for _ in range(520):
                stream.write(bytes(1024 * 1024))
    with pytest.raises(TooLargeError, match="Vui lòng"):
        read(path)


# Other formats


def test_a_pdf_tells_its_fonts(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path))
    # The standard font under an old name: what a reader sees of an embedded .VnTime.
    for height, (text, font) in enumerate(LETTERHEAD):
        canvas.setFont("Times-Bold" if font == ".VnTimeH" else "Times-Roman", 12)
        canvas.drawString(72, 760 - 30 * height, text)
    canvas.save()
    content = path.read_bytes()
    for name, old in (
        (b"/BaseFont /Times-Bold", b"/BaseFont /.VnTimeHH "),
        (b"/BaseFont /Times-Roman", b"/BaseFont /.VnTime     "),
    ):
        assert name in content
        content = content.replace(name, old.ljust(len(name)))
    path.write_bytes(content)
    raw = read(path)
    assert (lines(raw), raw.encoding) == (READ, "tcvn3")


def test_a_web_page_tells_its_fonts(tmp_path: Path) -> None:
    page = (
        "<html><head><style>p.Ten, .H {font-size:14pt; font-family:'.VnTimeH','serif'}</style></head><body>"
        "<p class=Ten>th«ng t\u00ad</p><p><font face='VNI-Times'>Soá</font> <font face=Arial>café</font></p>"
        "<p style='font-family:\".VnTime\"'>ban hµnh <b>kÌm</b></p></body></html>"
    )
    path = tmp_path / "a.doc"
    path.write_text(page, encoding="utf-8")
    raw = read(path)
    assert lines(raw) == ["THÔNG TƯ", "Số café", "ban hành kèm"]
    assert raw.encoding == "tcvn3"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("tcvn3", "C¨n cø LuËt Tæ chøc ChÝnh phñ ngµy 25 th¸ng 12 n¨m 2001"),
        ("vni", "Caên cöù Luaät Toå chöùc Chính phuû ngaøy 25 thaùng 12 naêm 2001"),
    ],
)
def test_plain_text(tmp_path: Path, encoding: str, name: str, shown: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(shown.encode(encoding))
    raw = read(path)
    assert (lines(raw), raw.encoding) == (["Căn cứ Luật Tổ chức Chính phủ ngày 25 tháng 12 năm 2001"], name)


# The reference


def test_recall_of_what_needs_no_libreoffice(shared: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for path in (shared / "documents" / "legacy").iterdir():
        if path.suffix == ".xls" or (path.suffix == ".pdf" and path.stat().st_size < 100_000):
            (texts / f"{path.stem}.txt").write_text(normalize(read(path)).text, encoding="utf-8")
    command = [sys.executable, shared / "tools" / "score_legacy.py", shared / "gold" / "legacy_truth", texts, "--files"]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in report.splitlines() if "words" in line]
    read_files = {row[-1]: float(row[0]) for row in rows if (texts / row[-1]).is_file()}
    assert len(read_files) == len(list(texts.iterdir())) == 16
    assert min(read_files.values()) >= 0.975
