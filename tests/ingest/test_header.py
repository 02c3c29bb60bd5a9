"""Headers by Nghị định 30/2020/NĐ-CP, the Party's layout, annexes, and numbers that are not a document's own."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from headed import MOTTO

from ingest.errors import IngestError
from ingest.folding import fold
from ingest.header import read_header
from ingest.letterhead import issuer_of, join_lines, proper
from ingest.models import DocumentHeader, RawDocument, RawPage
from ingest.normalize import normalize
from ingest.readers import reader_for, sniff


def header(text: str) -> DocumentHeader:
    return read_header(normalize(RawDocument((RawPage(1, text),), wrapped=True)))


DECISION = f"""ỦY BAN NHÂN DÂN
THÀNH PHỐ HỒ CHÍ MINH
Số: 6179/QĐ-UBND
{MOTTO}Thành phố Hồ Chí Minh, ngày 23 tháng 11 năm 2017

QUYẾT ĐỊNH
Về phê duyệt Đề án xây dựng Thành phố
trở thành đô thị thông minh
CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH
Căn cứ Quyết định số 5880/QĐ-UBND ngày 09 tháng 11 năm 2016;
QUYẾT ĐỊNH:
Điều 1. Phê duyệt Đề án.
Nơi nhận:
- Như Điều 1;
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
(Đã ký)
Trần Văn An
"""


def test_a_decision() -> None:
    found = header(DECISION)
    assert (found.number, found.key, found.date) == ("6179/QĐ-UBND", "6179|QD|UBND", date(2017, 11, 23))
    assert found.issuer == "Ủy ban nhân dân Thành phố Hồ Chí Minh"
    assert found.place == "Thành phố Hồ Chí Minh"
    assert found.type == "Quyết định"
    assert found.subject == "Về phê duyệt Đề án xây dựng Thành phố trở thành đô thị thông minh"
    assert found.signer == "KT. CHỦ TỊCH PHÓ CHỦ TỊCH Trần Văn An"
    assert found.confidence >= 0.8


def test_the_number_has_its_place_in_the_text() -> None:
    kept = normalize(RawDocument((RawPage(1, DECISION),), wrapped=True))
    found = read_header(kept)
    assert found.number_span is not None
    assert found.number_span.of(kept.text) == "6179/QĐ-UBND"
    assert found.span is not None
    assert found.span.covers(found.number_span)


LETTER = f"""ỦY BAN NHÂN DÂN QUẬN 8
Số: 542/UBND-VHTT
V/v cung cấp số liệu điểm Wifi
công cộng
{MOTTO}Quận 8, ngày 20 tháng 02 năm 2019
Kính gửi: Sở Thông tin và Truyền thông.
"""
PARTY = """THÀNH ỦY THÀNH PHỐ HỒ CHÍ MINH
VĂN PHÒNG
*
Số 123-CV/VPTU
ĐẢNG CỘNG SẢN VIỆT NAM
Thành phố Hồ Chí Minh, ngày 02 tháng 3 năm 2018
V/v góp ý dự thảo kế hoạch
Kính gửi: Các quận ủy.
"""
PARTY_PROGRAMME = """ĐẢNG BỘ THÀNH PHỐ HỒ CHÍ MINH
BAN CHẤP HÀNH
*
Số 16-CTr/TU
ĐẢNG CỘNG SẢN VIỆT NAM
TP. Hồ Chí Minh, ngày 27 tháng 10 năm 2016
CHƯƠNG TRÌNH HÀNH ĐỘNG
thực hiện Nghị quyết Đại hội Đảng bộ Thành phố lần thứ X
-----
Căn cứ Nghị quyết
"""
SIDE_BY_SIDE = """ỦY BAN NHÂN DÂN THÀNH PHỐ CẦN THƠ    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ KẾ HOẠCH VÀ ĐẦU TƯ                 Độc lập - Tự do - Hạnh phúc
Số: 31/BC-SKHĐT                       Cần Thơ, ngày 15 tháng 01 năm 2019

BÁO CÁO
Tình hình giải ngân quý IV năm 2018
Theo phân công tại Quyết định số 3856/QĐ-UBND ngày 05/9/2018, Sở báo cáo như sau:
"""
JOINT = f"""BỘ TÀI CHÍNH - BỘ NỘI VỤ
Số: 12/2018/TTLT-BTC-BNV
{MOTTO}Hà Nội, ngày 02 tháng 3 năm 2018
THÔNG TƯ LIÊN TỊCH
Hướng dẫn kinh phí cải cách hành chính
Căn cứ Luật Ngân sách nhà nước;
"""
LAW = f"""QUỐC HỘI
Luật số: 41/2024/QH15
{MOTTO}LUẬT
BẢO HIỂM XÃ HỘI
Căn cứ Hiến pháp nước Cộng hòa xã hội chủ nghĩa Việt Nam;
Điều 1. Phạm vi điều chỉnh
Luật này được Quốc hội nước Cộng hòa xã hội chủ nghĩa Việt Nam khóa XV, kỳ họp thứ 7 thông qua ngày 29 tháng 6 năm 2024.
"""
CONSOLIDATED = f"""{MOTTO}THÔNG TƯ
Quy định về chứng chỉ kỹ năng nghề quốc gia
Thông tư số 38/2015/TT-BLĐTBXH ngày 19 tháng 10 năm 2015 của Bộ trưởng Bộ Lao động -
Thương binh và Xã hội quy định về chứng chỉ, được sửa đổi, bổ sung bởi:
Thông tư số 41/2019/TT-BLĐTBXH ngày 30 tháng 12 năm 2019.
Căn cứ Bộ luật Lao động;
"""
PRECEDENT = """ÁN LỆ SỐ 43/2021/AL1
Về hiệu lực của hợp đồng thế chấp
Được Hội đồng Thẩm phán Tòa án nhân dân tối cao thông qua ngày 24 tháng 02
năm 2021 và được công bố theo Quyết định số 42/QĐ-CA.
"""
STAMPED = f"""BỘ XÂY DỰNG
{MOTTO}Số: 20/2026/TT-BXD Hà Nội, ngày 15 tháng  05 năm 2026
THÔNG TƯ
Quy định về quản lý cảng thủy nội địa
Căn cứ Luật Giao thông đường thủy nội địa số 23/2004/QH11;
"""


@pytest.mark.parametrize(
    ("text", "number", "day", "issuer", "kind", "subject"),
    [
        pytest.param(
            LETTER,
            "542/UBND-VHTT",
            date(2019, 2, 20),
            "Ủy ban nhân dân Quận 8",
            "Công văn",
            "Về việc cung cấp số liệu điểm Wifi công cộng",
            id="letter",
        ),
        pytest.param(
            PARTY,
            "123-CV/VPTU",
            date(2018, 3, 2),
            "Văn phòng Thành ủy Thành phố Hồ Chí Minh",
            "Công văn",
            "Về việc góp ý dự thảo kế hoạch",
            id="Party letter",
        ),
        pytest.param(
            PARTY_PROGRAMME,
            "16-CTr/TU",
            date(2016, 10, 27),
            "Ban Chấp hành Đảng bộ Thành phố Hồ Chí Minh",
            "Chương trình hành động",
            "thực hiện Nghị quyết Đại hội Đảng bộ Thành phố lần thứ X",
            id="Party programme",
        ),
        pytest.param(
            SIDE_BY_SIDE,
            "31/BC-SKHĐT",
            date(2019, 1, 15),
            "Sở Kế hoạch và Đầu tư Thành phố Cần Thơ",
            "Báo cáo",
            "Tình hình giải ngân quý IV năm 2018",
            id="columns on one line",
        ),
        pytest.param(
            JOINT,
            "12/2018/TTLT-BTC-BNV",
            date(2018, 3, 2),
            "Bộ Tài chính - Bộ Nội vụ",
            "Thông tư liên tịch",
            "Hướng dẫn kinh phí cải cách hành chính",
            id="joint circular",
        ),
        pytest.param(LAW, "41/2024/QH15", date(2024, 6, 29), "Quốc hội", "Luật", "BẢO HIỂM XÃ HỘI", id="law"),
        pytest.param(
            CONSOLIDATED,
            "38/2015/TT-BLĐTBXH",
            date(2015, 10, 19),
            "Bộ Lao động - Thương binh và Xã hội",
            "Thông tư",
            "Quy định về chứng chỉ kỹ năng nghề quốc gia",
            id="consolidated text",
        ),
        pytest.param(
            PRECEDENT,
            "43/2021/AL",
            date(2021, 2, 24),
            "Hội đồng Thẩm phán Tòa án nhân dân tối cao",
            "Án lệ",
            "Về hiệu lực của hợp đồng thế chấp",
            id="precedent",
        ),
        pytest.param(
            STAMPED,
            "20/2026/TT-BXD",
            date(2026, 5, 15),
            "Bộ Xây dựng",
            "Thông tư",
            "Quy định về quản lý cảng thủy nội địa",
            id="number and date on one line",
        ),
    ],
)
def test_layouts(text: str, number: str, day: date, issuer: str, kind: str, subject: str) -> None:
    found = header(text)
    assert (found.number, found.date, found.issuer) == (number, day, issuer)
    assert (found.type, found.subject) == (kind, subject)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "PHỤ LỤC 3\nTình hình triển khai Quyết định số 5880/QĐ-UBND ngày 09/11/2016\n"
            "(Đính kèm văn bản số: /BC-STTTT ngày / /2018)\nI. Về xây dựng kế hoạch",
            id="annex",
        ),
        pytest.param(
            f"UBND QUẬN 1\nSố:      /BC-UBND\n{MOTTO}Quận 1, ngày      tháng 5 năm 2019\nBÁO CÁO\nKết quả công tác\n"
            "Thực hiện Kế hoạch số 25/KH-UBND ngày 22/01/2019",
            id="number left blank",
        ),
        pytest.param(
            "Căn cứ Quyết định số 5880/QĐ-UBND ngày 09/11/2016 của Ủy ban nhân dân;\nSở báo cáo.", id="basis only"
        ),
        pytest.param(
            f"PHỤ LỤC\nMẪU QUYẾT ĐỊNH\nTÊN CƠ QUAN\nSố: 15/QĐ-HĐND\n{MOTTO}QUYẾT ĐỊNH\nVề việc", id="form in an annex"
        ),
    ],
)
def test_no_number_of_its_own(text: str) -> None:
    found = header(text)
    assert (found.number, found.key, found.number_span, found.confidence) == (None, None, None, 0.0)


def test_an_annex_takes_its_subject_from_its_title_and_its_issuer_from_what_it_is_attached_to() -> None:
    found = header("PHỤ LỤC 3\nTình hình triển khai Đề án\n(Đính kèm văn bản số: /BC-STTTT ngày / /2018)\nI. Kế hoạch")
    assert (found.subject, found.issuer, found.type) == (
        "Tình hình triển khai Đề án",
        "Sở Thông tin và Truyền thông",
        None,
    )
    rules = header(
        "QUY ĐỊNH\nVề quản lý Internet\n(Ban hành kèm theo Quyết định "
        "số 15/2010/QĐ-UBND ngày 26/4/2010 của UBND thành phố Hà Nội)"
    )
    assert (rules.number, rules.type, rules.subject) == (None, "Quy định", "Về quản lý Internet")
    assert fold(rules.issuer or "") == "ubnd thanh pho ha noi"


def test_a_blank_day_gives_no_date() -> None:
    assert header(DECISION.replace("ngày 23 tháng 11", "ngày     tháng 11")).date is None


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        (["ỦY BAN NHÂN DÂN", "TỈNH QUẢNG NGÃI"], "Ủy ban nhân dân tỉnh Quảng Ngãi"),
        (["ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH", "VĂN PHÒNG"], "Văn phòng Ủy ban nhân dân Thành phố Hồ Chí Minh"),
        (["UBND TỈNH LONG AN", "SỞ VĂN HÓA, THỂ THAO", "VÀ DU LỊCH"], "Sở Văn hóa, Thể thao và Du lịch tỉnh Long An"),
        (["BỘ XÂY DỰNG", "CỤC HÀNG HẢI VÀ ĐƯỜNG THỦY VIỆT NAM"], "Cục Hàng hải và Đường thủy việt nam"),
        (["BỘ LAO ĐỘNG - THƯƠNG BINH", "VÀ XÃ HỘI"], "Bộ Lao động - Thương binh và Xã hội"),
        (["HỘI ĐỒNG NHÂN DÂN", "HUYỆN CỦ CHI"], "Hội đồng nhân dân huyện Củ Chi"),
        (["SỞ THÔNG TIN VÀ TRUYỀN THÔNG", "TRUNG TÂM ỨNG DỤNG DỮ LIỆU"], "Trung tâm Ứng dụng dữ liệu"),
    ],
)
def test_issuers_of_letterheads(lines: list[str], issuer: str) -> None:
    assert issuer_of(join_lines(lines), "") == issuer


def test_the_text_tells_how_a_name_is_spelt() -> None:
    assert (
        proper("BAN QUẢN LÝ KHU CÔNG NGHỆ CAO", "Ban Quản lý Khu Công nghệ cao đã lập.")
        == "Ban Quản lý Khu Công nghệ cao"
    )


def shares(files: list[tuple[Path, dict[str, str]]]) -> dict[str, float]:
    """Share of files whose header says what the gold says, over those that a reader takes."""
    right = {"key": [0, 0], "date": [0, 0], "type": [0, 0], "issuer": [0, 0]}
    for path, gold in files:
        try:
            found = read_header(normalize(reader_for(sniff(path))(path)))
        except IngestError:
            continue
        for name, count in right.items():
            if not gold.get(name):
                continue
            want, got = fold(gold[name]), fold(str(getattr(found, name) or ""))
            count[0] += bool(got) and (want in got or got in want) if name == "issuer" else want == got
            count[1] += 1
    return {name: good / total for name, (good, total) in right.items()}


def test_real_headers(shared: Path) -> None:
    lines = (shared / "gold" / "real_digital.jsonl").read_text(encoding="utf-8").splitlines()
    gold = [json.loads(line) for line in lines]
    files = [
        (shared / "documents" / "real" / item["file"], item) for item in gold if item["encoding"] in ("unicode", "nfd")
    ]
    assert shares(files) == {"key": 1.0, "date": 1.0, "type": 1.0, "issuer": 1.0}


def test_timeline_headers(shared: Path) -> None:
    folder = shared / "documents" / "timeline"
    with (folder / "manifest.tsv").open(encoding="utf-8") as stream:
        files = [(folder / row["file"], row) for row in csv.DictReader(stream, delimiter="\t")]
    assert shares(files) == {"key": 1.0, "date": 1.0, "type": 1.0, "issuer": 1.0}


@pytest.mark.parametrize(
    ("text", "key", "day", "issuer", "kind", "subject"),
    [
        (
            "Chính phủ\nNghị định của Chính phủ số 114/2003/NĐ-CP\nngày 10/10/2003 về cán bộ, công chức xã.\n"
            "Chính phủ\nCăn cứ Luật Tổ chức Chính phủ;",
            "114|2003|ND|CP",
            date(2003, 10, 10),
            "Chính phủ",
            "Nghị định",
            "về cán bộ, công chức xã",
        ),
        (
            "QUYẾT ĐỊNH\nCỦA THỦ TƯỚNG CHÍNH PHỦ SỐ 115/2004/QĐ-TTG\nNGÀY 25 THÁNG 6 NĂM 2004 VỀ VIỆC SỬA ĐỔI\n"
            "QUY CHẾ TÍN DỤNG\nTHỦ TƯỚNG CHÍNH PHỦ\nCăn cứ Luật Tổ chức Chính phủ;",
            "115|2004|QD|TTG",
            date(2004, 6, 25),
            "Thủ tướng Chính phủ",
            "Quyết định",
            "VỀ VIỆC SỬA ĐỔI QUY CHẾ TÍN DỤNG",
        ),
        (
            "Quyết định của Bộ trưởng Bộ Tài chính số 12/2001/QĐ-BTC ngày 13/3/2001 về chế độ kế toán\n"
            "được nhắc đến trong bài viết này.",
            None,
            None,
            None,
            None,
            None,
        ),
    ],
    ids=["title in small letters", "title over two lines", "only cited"],
)
def test_acts_without_letterhead(
    text: str, key: str | None, day: date | None, issuer: str | None, kind: str | None, subject: str | None
) -> None:
    found = header(text)
    assert (found.key, found.date, found.issuer, found.type) == (key, day, issuer, kind)
    assert subject is None or found.subject == subject


def test_whose_act_it_is_belongs_to_no_subject() -> None:
    found = header(
        f"BỘ TÀI CHÍNH\nSố: 12/2001/QĐ-BTC\n{MOTTO}Hà Nội, ngày 13 tháng 3 năm 2001\n"
        "QUYẾT ĐỊNH CỦA BỘ TRƯỞNG BỘ TÀI CHÍNH\nVề việc ban hành Chế độ kế toán\nBỘ TRƯỞNG BỘ TÀI CHÍNH\nCăn cứ Luật;"
    )
    assert (found.type, found.subject) == ("Quyết định", "Về việc ban hành Chế độ kế toán")


def test_minutes_are_of_the_day_of_their_meeting() -> None:
    found = header(
        f"{MOTTO}BIÊN BẢN\nHọp giao ban tháng 3\n\nThời gian: 14 giờ 00 ngày 20 tháng 3 năm 2023.\n1. Nội dung."
    )
    assert (found.type, found.date) == ("Biên bản", date(2023, 3, 20))
