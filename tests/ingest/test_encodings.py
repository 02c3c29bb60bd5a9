"""Old encodings: every letter, mixtures, fonts that draw capitals, and what must stay as it is."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.encodings import ENCODINGS, western
from ingest.reencode import Run, draws_capitals, font_encoding, repair, repair_lines

LETTERS = "àáảãạằắẳẵặăầấẩẫậâèéẻẽẹềếểễệêìíỉĩịòóỏõọồốổỗộôờớởỡợơùúủũụừứửữựưỳýỷỹỵđ"

TCVN3 = "Céng hoµ x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc"
VNI = "Coäng hoaø xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc"
MOTTO = "Cộng hoà xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc"


@pytest.mark.parametrize(
    ("name", "shown", "text"),
    [
        ("tcvn3", TCVN3, MOTTO),
        ("tcvn3", "Th«ng t\u00ad h\u00adíng dÉn Thñ t\u00adíng, ­u ®·i ng\u00adêi lao ®éng", None),
        (
            "tcvn3",
            "µ ¸ ¶ · ¹ » ¾ ¼ ½ Æ Ç Ê È É Ë Ì Ð Î Ï Ñ Ò Õ Ó Ô Ö",
            "à á ả ã ạ ằ ắ ẳ ẵ ặ ầ ấ ẩ ẫ ậ è é ẻ ẽ ẹ ề ế ể ễ ệ",
        ),
        ("tcvn3", "× Ý Ø Ü Þ ß ã á â ä å è æ ç é ê í ë ì î", "ì í ỉ ĩ ị ò ó ỏ õ ọ ồ ố ổ ỗ ộ ờ ớ ở ỡ ợ"),
        ("tcvn3", "ï ó ñ ò ô õ ø ö ÷ ù ú ý û ü þ ¡ ¢ £ ¤ ¥ ¦ §", "ù ú ủ ũ ụ ừ ứ ử ữ ự ỳ ý ỷ ỹ ỵ Ă Â Ê Ô Ơ Ư Đ"),
        ("vni", VNI, MOTTO),
        ("vni", "aøaùaûaõaï aâaàaáaåaãaä aêaèaéaúaüaë", "àáảãạ âầấẩẫậ ăằắẳẵặ"),
        ("vni", "eøeùeûeõeï eâeàeáeåeãeä ìíæóò yøyùyûyõî", "èéẻẽẹ êềếểễệ ìíỉĩị ỳýỷỹỵ"),
        ("vni", "oøoùoûoõoï oâoàoáoåoãoä ôôøôùôûôõôï", "òóỏõọ ôồốổỗộ ơờớởỡợ"),
        ("vni", "uøuùuûuõuï ööøöùöûöõöï ñÑ ÔÛ ÖÙ OÄ AÛ", "ùúủũụ ưừứửữự đĐ Ở Ứ Ộ Ả"),
        ("vni", "veâø Uûy ban", "về Ủy ban"),
        ("viscii", "Cµng h\xf2a xã hµi chü nghîa Vi®t Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("vps", "Vi\x8ct Nam", "Việt Nam"),
    ],
)
def test_letters(name: str, shown: str, text: str | None) -> None:
    want = text or "Thông tư hướng dẫn Thủ tướng, ưu đãi người lao động"
    assert ENCODINGS[name].convert(shown) == want


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_every_letter_has_its_sequence(name: str) -> None:
    plain = "éèêàáâãìíòóôõùúý"  # what VISCII and VPS share with Latin-1
    table = ENCODINGS[name].table
    own = set(map(unicodedata.normalize, ["NFC"] * len(table), table.values()))
    assert set(LETTERS) - own - set(plain if name != "tcvn3" else "") == set()


@pytest.mark.parametrize(
    ("font", "encoding", "capitals"),
    [
        (".VnTime", "tcvn3", False),
        (".VnTimeH", "tcvn3", True),
        (".VnTimeh", "tcvn3", True),
        (".VnArial NarrowH", "tcvn3", True),
        ("VNTime", "tcvn3", False),
        ("VnTimeH(Ds)", "tcvn3", True),
        ("/AARIQC+.VnTimeH,Bold", "tcvn3", True),
        ("/GDNPMG+VnTimeHBold", "tcvn3", True),
        ("/GDNPNI+VnTime", "tcvn3", False),
        (".VnBlack", "tcvn3", False),
        ("VNI-Times", "vni", False),
        ("VNI-Helve-Condense", "vni", False),
        ("VPS Times", "vps", False),
        ("Times New Roman", None, False),
        ("Verdana", None, False),
        (None, None, False),
    ],
)
def test_fonts(font: str | None, encoding: str | None, capitals: bool) -> None:
    assert (font_encoding(font), draws_capitals(font)) == (encoding, capitals)


@pytest.mark.parametrize(
    ("line", "encoding", "text"),
    [
        ("B¸o c¸o t×nh h×nh thùc hiÖn kÕ ho¹ch", "tcvn3", "Báo cáo tình hình thực hiện kế hoạch"),
        ("Baùo caùo tình hình thöïc hieän keá hoaïch", "vni", "Báo cáo tình hình thực hiện kế hoạch"),
        ("UYÛ BAN NHAÂN DAÂN TÆNH", "vni", "UỶ BAN NHÂN DÂN TỈNH"),
        ("CéNG HOµ X· HéI", "tcvn3", "CỘNG HOÀ XÃ HỘI"),
        ("cña Thñ t−íng ChÝnh phñ vÒ l∙nh thæ", "tcvn3", "của Thủ tướng Chính phủ về lãnh thổ"),
        (
            "Thñ t-íng ChÝnh phñ, Nhµ n-íc ViÖt Nam, Th«ng t- sè 01/TT-BTC",
            "tcvn3",
            "Thủ tướng Chính phủ, Nhà nước Việt Nam, Thông tư số 01/TT-BTC",
        ),
        ("C- Tæ chøc thùc hiÖn Thñ t-íng", "tcvn3", "C- Tổ chức thực hiện Thủ t-ớng"),
        ("ThuÕ suÊt V\u00ad 220V\u00ad50 hµng ho¸ ®Æc biÖt", "tcvn3", "Thuế suất V- 220V-50 hàng hoá đặc biệt"),
    ],
)
def test_lines_without_fonts(line: str, encoding: str, text: str) -> None:
    found = repair_lines([line])
    assert (found.encoding, found.lines) == (encoding, [text])
    assert ENCODINGS[encoding].title in found.warnings[0]


@pytest.mark.parametrize(
    "line",
    [
        "Báo cáo tình hình thực hiện kế hoạch năm 2018 của Ủy ban nhân dân",
        unicodedata.normalize("NFD", "Báo cáo tình hình thực hiện kế hoạch năm 2018"),
        "Budget: 25 m² ± 3 °C · § 5 © 2004 — “quoted” ½",
        "La réunion a été organisée à Genève: café, naïve, résumé, français",
        "Der Beschluß über Maßnahmen für größere Städte; señor, año, niño, coração",
        "To the Ministry of Finance, No. 12/2004",
        "Phí là 5 % và giá là 3 đô la; à, é, ô, ý",
        "",
    ],
)
def test_other_text_stays(line: str) -> None:
    found = repair_lines([line, "Quyết định số 25/QĐ-UBND ngày 12/01/2018", line])
    assert found.lines == [line, "Quyết định số 25/QĐ-UBND ngày 12/01/2018", line]
    assert (found.encoding, found.warnings) == ("unicode", ())


@given(st.text())
def test_the_shape_of_blocks_is_kept(text: str) -> None:
    blocks = [[Run(text, ".VnTime"), Run("x 25", None)], [Run(text)]]
    assert [len(block) for block in repair(blocks).blocks] == [2, 1]


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_kept(text: str) -> None:
    assert repair_lines([text]).lines == [text]


def test_each_stretch_for_itself() -> None:
    block = [
        Run("uû ban nh©n d©n tØnh", ".VnTimeH"),
        Run(" – quyÕt ®Þnh cña ", ".VnTime"),
        Run("François Godement", "Times New Roman"),
        Run(" vaø Uyû ban", "VNI-Times"),
        Run(" Thủ tướng Chính phủ", ".VnTime"),
    ]
    assert repair([block]).blocks == (
        ("UỶ BAN NHÂN DÂN TỈNH", " – quyết định của ", "François Godement", " và Uỷ ban", " Thủ tướng Chính phủ"),
    )


def test_short_text_follows_its_font() -> None:
    long = [Run("B¸o c¸o t×nh h×nh thùc hiÖn nhiÖm vô", "Arial")]
    assert repair([long, [Run("ë", "Arial")], [Run("café", "Georgia")]]).lines == [
        "Báo cáo tình hình thực hiện nhiệm vụ",
        "ở",
        "café",
    ]


def test_a_name_that_lies_gives_way_to_the_words() -> None:
    shown = "Baùo caùo tình hình thöïc hieän nhieäm vuï"
    assert repair([[Run(shown, "VNSTCVN3")]]).lines == ["Báo cáo tình hình thực hiện nhiệm vụ"]


def test_a_mark_parted_from_its_letter_comes_back() -> None:
    runs = [Run("Ba", "VNI-Times"), Run("ùo caùo cu", "VNI-Times"), Run("ûa Sôû", "VNI-Times")]
    assert "".join(repair([runs]).blocks[0]) == "Báo cáo của Sở"


def test_western_bytes_marked_as_vietnamese() -> None:
    shown = TCVN3.encode("cp1252").decode("cp1258", "replace")
    assert repair([[Run(shown, ".VnTime")]]).lines == [MOTTO]


def test_whole_files_of_viscii() -> None:
    text = "Cộng hòa xã hội chủ nghĩa Việt Nam. Quyết định của Bộ trưởng Bộ Tài chính về việc ban hành chế độ kế toán"
    back = {letter: code for code, letter in ENCODINGS["viscii"].table.items() if ord(code) < 0x100}
    content = "".join(back.get(letter, letter) for letter in text).encode("latin-1")
    found = repair_lines([western(content)])
    assert (found.encoding, found.lines) == ("viscii", [text])


def test_unicode_documents_of_the_reference_stay(shared: Path) -> None:
    for line in (shared / "gold" / "seed_gold.jsonl").read_text(encoding="utf-8").splitlines()[:40]:
        assert repair_lines([line]).lines == [line]
