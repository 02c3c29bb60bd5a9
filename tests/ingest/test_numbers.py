"""Finding and parsing document numbers: tables of strings as people, programs and scanners write them."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.numbers import find_numbers, issuer_name, make_key, parse_number, type_name, type_words

COMPLETE = {
    "administrative": ("Quyết định số 318/QĐ-UBND ngày 02/3/2017", ["318/QĐ-UBND"]),
    "steering board": ("Kế hoạch số 77/KH-BCĐ", ["77/KH-BCĐ"]),
    "letter suffix": ("Nghị quyết 19b/NQ-HĐND", ["19b/NQ-HĐND"]),
    "letter suffix apart": ("Nghị quyết số 19 b/NQ-HĐND", ["19b/NQ-HĐND"]),
    "official letter": ("công văn số\n\n4821/BTTTT-CNTT", ["4821/BTTTT-CNTT"]),
    "normative": ("Nghị định số 130/2018/NĐ-CP", ["130/2018/NĐ-CP"]),
    "double slash": ("Nghị định số 64//2023/NĐ-CP", ["64/2023/NĐ-CP"]),
    "law": ("Luật An ninh mạng số 24/2018/QH14", ["24/2018/QH14"]),
    "standing committee": ("Nghị quyết 1211/2016/UBTVQH13", ["1211/2016/UBTVQH13"]),
    "term read by a scanner": ("Luật số 24/2018/QHl4", ["24/2018/QH14"]),
    "joint circular": ("Thông tư liên tịch 55/2005/TTLT-BNV-VPCP", ["55/2005/TTLT-BNV-VPCP"]),
    "party": ("Nghị quyết số 52-NQ/TW", ["52-NQ/TW"]),
    "party with slashes": ("Chỉ thị số 11/CT/TU", ["11-CT/TU"]),
    "party with hyphens": ("Kết luận số 57-KL-TW", ["57-KL/TW"]),
    "old with blank": ("Quyết định số 93 QĐ/BT", ["93-QĐ/BT"]),
    "old council": ("Nghị định 121/HĐBT", ["121/HĐBT"]),
    "old government": ("Nghị định số 64/CP ngày 27/9/1993", ["64/CP"]),
    "old with year and slash": ("Quyết định 144/2002/QĐ/BTC", ["144/2002/QĐ-BTC"]),
    "dot in the issuer": ("Quyết định số 101/QĐ.BQL-TC", ["101/QĐ.BQL-TC"]),
    "list": ("các Quyết định số 611, 612; 615 và 620/QĐ-UBND", [f"{n}/QĐ-UBND" for n in (611, 612, 615, 620)]),
    "list with years": (
        "số 12/2015, 15/2016 và 20/2016/QĐ-TTg",
        ["12/2015/QĐ-TTg", "15/2016/QĐ-TTg", "20/2016/QĐ-TTg"],
    ),
    "range": ("từ số 40 đến 45/KH-UBND", ["40/KH-UBND", "45/KH-UBND"]),
    "no list before a bare comma": ("năm 2018, 45/KH-UBND", ["45/KH-UBND"]),
    "broken after the hyphen": ("số 2210/QĐ-\nUBND ngày", ["2210/QĐ-UBND"]),
    "broken at a cell": ("số 2210/ | QĐ-UBND", ["2210/QĐ-UBND"]),
    "broken inside the issuer": ("số 2210/QĐ-UB\nND ngày", ["2210/QĐ-UBND"]),
    "spread glyphs": ("S ố : 2 2 1 0 / Q Đ - U B N D", ["2210/QĐ-UBND"]),
    "space in the digits": ("Quyết định số 22 10/QĐ-UBND", ["2210/QĐ-UBND"]),
    "digits with a thousands dot": ("Quyết định số 2.210/QĐ-UBND", ["2210/QĐ-UBND"]),
    "no marks": ("2210 QĐ UBND", ["2210/QĐ-UBND"]),
    "glued": ("2210qdubnd", ["2210/QĐ-UBND"]),
    "glued to the next word": ("2210/QĐ-UBNDngày 09/11/2016", ["2210/QĐ-UBND"]),
    "code first": ("KH-UBND số 714", ["714/KH-UBND"]),
    "file name": ("QHC_Quan11_2210_QD_UBND_4_12_2012_1.pdf", ["2210/QĐ-UBND"]),
    "file name, type first": ("23.QD-991-UBND.doc", ["991/QĐ-UBND"]),
    "slug of a decree": ("nghi-dinh-21-2021-nd-cp-docx", ["21/2021/NĐ-CP"]),
    "slug of a letter": ("cong-van-4821-bttt-x/cong-van-4821-vpcp-kgvx-ve-viec", ["4821/VPCP-KGVX"]),
    "wrong type word": ("Nghị định 52/NQ-CP", ["52/NQ-CP"]),
    "contract by its word": ("Hợp đồng số 12/HD-STTTT", ["12/HĐ-STTTT"]),
    "guidance by default": ("12/HD-STTTT", ["12/HD-STTTT"]),
    "scheme by its word": ("Đề án số 15/DA-UBND", ["15/ĐA-UBND"]),
    "below ten": ("Thông báo số 4/TB-SNV", ["04/TB-SNV"]),
    "superfluous zero": ("số 0714/KH-UBND", ["714/KH-UBND"]),
    "issuer not in the table": ("Quyết định số 15/QĐ-HVTC-TCCB", ["15/QĐ-HVTC-TCCB"]),
    "inspectorate": ("Kết luận số 184/KL-TTr", ["184/KL-TTr"]),
}


@pytest.mark.parametrize(("text", "canonical"), COMPLETE.values(), ids=COMPLETE)
def test_complete_numbers(text: str, canonical: list[str]) -> None:
    found = find_numbers(text)
    assert [mention.canonical for mention in found] == canonical
    for mention in found:
        assert mention.span.of(text) == mention.surface
        assert mention.key == make_key(mention.canonical or "")


NOTHING = {
    "phone": "điện thoại 028.3829.1234 - 0903 123 456, fax 38.291.234/38.291.235",
    "hotlines": "tổng đài 113-114-115, 1900-545454",
    "ratio": "21/24 Quận - Huyện, đạt 95/100, tỷ lệ 1/500",
    "dates": "ngày 05-06/12/2020, ngày / /2018, tháng 8/2018",
    "quarter": "Quý IV/2019 và kế hoạch Quý II/2018",
    "period": "kế hoạch 5 năm 2016-2020, giai đoạn 2017 – 2020",
    "plates": "xe 59A1-234.56 và 50LD-123.45",
    "houses": "số 12/3B đường Lê Lợi, 12A/5 Nguyễn Thị Minh Khai, ngõ 12/KH-TT",
    "articles": "điểm a khoản 2 Điều 15, Điều 5, 6 và 7 Nghị định này",
    "gazette": "CÔNG BÁO/Số 18/Ngày 01-3-2015, số 123 + 124",
    "standards": "QCVN 01:2009/BYT, TCVN 7957:2008/BXD, QCVN 08-MT:2015/BTNMT, ISO/IEC 27001:2013",
    "forms": "Mẫu số 01/ĐK-TNMT, mẫu 02-TT/BTC, Biểu số 05a/BC-UBND",
    "counts after verbs": "UBND quyết định 5 nội dung, báo cáo 15 vấn đề, thông báo 120 hộ dân, hướng dẫn 3 bước",
    "most": "tuổi thấp hơn tối đa 05 tuổi, nặng tối đa: 1.500 N",
    "year of a plan": "kế hoạch 2018, kế hoạch năm 2018, kế hoạch 8/2018",
    "row of a table": "Ngày nhận báo cáo\n106\n007.H/BCB",
    "money": "5 triệu đồng/hộ/năm, dự án 500 tỷ đồng",
    "technology": "3G/4G-LTE, Windows 10/11-Pro, covid-19/SARS-CoV-2, A/H5N1-2014",
    "agencies": "UBND/HĐND các cấp, Sở-Ban-Ngành",
    "school": "lớp 12/A1-NK, khối 12/THPT-GDTX",
    "account": "STK 1234567890/ACB-HCM, MST 0301234567-001",
}


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_only_looks_like_a_number(text: str) -> None:
    assert [mention.surface for mention in find_numbers(text)] == []


PARTIAL = {
    "short form": ("QĐ 714", "QĐ 714", "714", "QĐ", None),
    "small letters": ("qđ số 714", "qđ số 714", "714", "QĐ", None),
    "word and date": ("quyết định số 714 ngày 09/11/2016", "quyết định số 714", "714", "QĐ", 2016),
    "of whom": ("theo kế hoạch 1452 của UBND", "kế hoạch 1452", "1452", "KH", None),
    "verb form that names": ("quyết định 714 đã triển khai", "quyết định 714", "714", "QĐ", None),
    "year": ("Quyết định 45/2016", "Quyết định 45/2016", "45", "QĐ", 2016),
    "letter": ("Công văn 2779", "Công văn 2779", "2779", "CV", None),
    "broken": ("Thông tư \nliên tịch số 06/2018", "Thông tư \nliên tịch số 06/2018", "06", "TTLT", 2018),
    "English": ("Decision 5880 is in force", "Decision 5880", "5880", "QĐ", None),
    "English with No.": ("Plan No. 1009 of the city", "Plan No. 1009", "1009", "KH", None),
}


@pytest.mark.parametrize(("text", "surface", "number", "abbr", "year"), PARTIAL.values(), ids=PARTIAL)
def test_partial_numbers(text: str, surface: str, number: str, abbr: str, year: int | None) -> None:
    (mention,) = find_numbers(text)
    assert (mention.surface, mention.number, mention.type, mention.year) == (surface, number, abbr, year)
    assert mention.partial
    assert mention.canonical is None
    assert mention.key is None


BLANK = {
    "spaces": ("Số:      /BC-STTTT", "/BC-STTTT", "|BC|STTTT", None),
    "dots": ("số ……/QĐ-UBND ngày …… tháng …… năm 2018", "……/QĐ-UBND", "|QD|UBND", 2018),
    "underscores": ("Số: ____/KH-UBND", "____/KH-UBND", "|KH|UBND", None),
    "party": ("Số      -BC/VPĐU", "-BC/VPĐU", "|BC|VPDU", None),
    "normative": ("Số:     /2018/QĐ-UBND", "/2018/QĐ-UBND", "|2018|QD|UBND", 2018),
    "in brackets": ("(Kèm theo Tờ trình số /TTr-SXD ngày / /2019)", "/TTr-SXD", "|TTR|SXD", 2019),
}


@pytest.mark.parametrize(("text", "surface", "key", "year"), BLANK.values(), ids=BLANK)
def test_blank_numbers(text: str, surface: str, key: str, year: int | None) -> None:
    (mention,) = find_numbers(text)
    assert (mention.surface, mention.key, mention.year, mention.number) == (surface, key, year, "")
    assert mention.blank


DATES = {
    "slashes": ("318/QĐ-UBND ngày 02/3/2017", [date(2017, 3, 2)]),
    "hyphens and comma": ("31-QĐ/TW, ngày 01-10-1997", [date(1997, 10, 1)]),
    "words over a page": ("318/QĐ-UBND ngày 14 tháng 3\n\nnăm 2018", [date(2018, 3, 14)]),
    "brackets": ("318/QĐ-UBND (ngày 2/3/2017)", [date(2017, 3, 2)]),
    "behind the issuer": ("318/QĐ-UBND của UBND tỉnh Cà Mau ngày 02/3/2017", [date(2017, 3, 2)]),
    "another event": ("318/QĐ-UBND của UBND tỉnh có hiệu lực từ ngày 02/3/2017", [None]),
    "list": ("số 611, 612 và 613/QĐ-UBND ngày 02/3/2017", [date(2017, 3, 2)] * 3),
    "whole numbers in a list": ("611/QĐ-UBND, 612/QĐ-UBND ngày 02/3/2017", [date(2017, 3, 2)] * 2),
    "two with one date": ("611/QĐ-UBND về kinh phí; 612/QĐ-UBND ngày 02/3/2017", [None, date(2017, 3, 2)]),
    "English": ("318/QD-UBND dated 2 March 2017", [date(2017, 3, 2)]),
}


@pytest.mark.parametrize(("text", "days"), DATES.values(), ids=DATES)
def test_the_date_behind_a_number(text: str, days: list[date | None]) -> None:
    assert [mention.date for mention in find_numbers(text)] == days


@pytest.mark.parametrize(
    ("text", "repaired", "diacritics", "least", "most"),
    [
        ("5880/QĐ-UBND", False, True, 1.0, 1.0),
        ("5880 / QĐ – UBND", False, True, 0.9, 0.9),
        ("5880/QD-UBND", False, False, 0.9, 0.9),
        ("số 588O/QĐ-UBND", True, True, 0.6, 0.6),
        ("5880/Q-UBND", True, False, 0.4, 0.4),
        ("449IKH-STTTT", True, True, 0.4, 0.4),
        ("5880qdubnd", False, False, 0.4, 0.4),
        ("QĐ-UBND số 5880", False, True, 0.6, 0.6),
    ],
)
def test_how_sure_a_reading_is(text: str, repaired: bool, diacritics: bool, least: float, most: float) -> None:
    (mention,) = find_numbers(text)
    assert (mention.repaired, mention.diacritics) == (repaired, diacritics)
    assert least <= mention.confidence <= most


def test_a_number_inside_a_longer_one_is_not_found() -> None:
    assert [mention.key for mention in find_numbers("Nghị định 121/2021/NĐ-CP")] == ["121|2021|ND|CP"]


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("5880/QĐ-UBND", "5880|QD|UBND"),
        ("16-CTr/TU", "16|CTR|TU"),
        ("16/CTr/TU", "16|CTR|TU"),
        ("36a/NQ-CP", "36A|NQ|CP"),
        ("08/2022/QĐ-TTg", "8|2022|QD|TTG"),
        ("101/QĐ.BQL-TC", "101|QD.BQL|TC"),
        ("/BC-STTTT", "|BC|STTTT"),
        ("5880_QÐ–UBND", "5880|QD|UBND"),
    ],
)
def test_match_key(number: str, key: str) -> None:
    assert make_key(number) == key


@pytest.mark.parametrize(
    ("text", "system", "sequence", "year", "abbr", "issuer"),
    [
        ("5880/QĐ-UBND", "state", "5880", None, "QĐ", "UBND"),
        ("2779/VPCP-KGVX", "letter", "2779", None, None, "VPCP-KGVX"),
        ("45/2016/QĐ-TTg", "normative", "45", 2016, "QĐ", "TTg"),
        ("80/2015/QH13", "assembly", "80", 2015, None, "QH13"),
        ("08/2021/NQ-UBTVQH15", "assembly", "08", 2021, "NQ", "UBTVQH15"),
        ("16-CTr/TU", "party", "16", None, "CTr", "TU"),
        ("51-QĐ/BT", "old", "51", None, "QĐ", "BT"),
    ],
)
def test_parts_of_a_number(
    text: str, system: str, sequence: str, year: int | None, abbr: str | None, issuer: str
) -> None:
    number = parse_number(text)
    assert number is not None
    assert (number.system, number.sequence, number.year) == (system, sequence, year)
    assert (number.type, number.issuer, number.canonical) == (abbr, issuer, text)


def test_a_text_without_a_number_parses_to_nothing() -> None:
    assert parse_number("báo cáo kết quả 24/7") is None


@pytest.mark.parametrize(
    ("abbr", "system", "name"),
    [
        ("QĐ", None, "Quyết định"),
        ("CTr", "party", "Chương trình hành động"),
        ("CTr", "state", "Chương trình"),
        (None, "letter", "Công văn"),
        ("NĐ", "normative", "Nghị định"),
        ("TTLT", None, "Thông tư liên tịch"),
        ("XX", None, None),
    ],
)
def test_type_names(abbr: str | None, system: str | None, name: str | None) -> None:
    assert type_name(abbr, system) == name  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("VPCP-KGVX", "Văn phòng Chính phủ"),
        ("STTTT", "Sở Thông tin và Truyền thông"),
        ("TTg", "Thủ tướng Chính phủ"),
        ("QH13", "Quốc hội"),
        ("KGVX", None),
        ("XYZT", None),
    ],
)
def test_issuer_names(code: str, name: str | None) -> None:
    assert issuer_name(code) == name


def test_type_words_in_both_languages() -> None:
    words = type_words()
    assert words["quyet dinh"] == words["qd"] == words["decision"] == "QĐ"
    assert words["ke hoach"] == words["kh"] == words["plan"] == "KH"
    assert words["official letter"] == words["cong van"] == "CV"
