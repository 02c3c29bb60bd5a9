"""The text as kept: letters, blocks, sentences that were cut, page furniture, spans of pages, the way back."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.models import RawDocument, RawPage, Span
from ingest.normalize import clean, normalize, normalize_with_origins
from ingest.readers import reader_for
from ingest.spacing import close_gaps, is_syllable


def kept(*pages: str, wrapped: bool = True) -> str:
    return normalize(raw(*pages, wrapped=wrapped)).text


def raw(*pages: str, wrapped: bool = True) -> RawDocument:
    return RawDocument(tuple(RawPage(number, text) for number, text in enumerate(pages, 1)), wrapped)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param("QÐ-UBND, Ɖề án, ðất", "QĐ-UBND, Đề án, đất", id="look-alikes of Đ"),
        pytest.param(unicodedata.normalize("NFD", "Ủy ban nhân dân"), "Ủy ban nhân dân", id="composed"),
        pytest.param("Số:\u00a025/KH\u2003UBND\tngày", "Số: 25/KH UBND ngày", id="odd spaces"),
        pytest.param("giao\u00adthông\u200b va\u0323\ufeff", "giaothông vạ", id="invisible characters"),
        pytest.param("\uf0b7 mục \uf0a3 Có", "• mục ☐ Có", id="symbol fonts"),
        pytest.param("Q U Y Ế T  Đ Ị N H", "QUYẾT ĐỊNH", id="letter-spaced"),
        pytest.param("  hai   khoảng  trắng ", "hai khoảng trắng", id="runs of spaces"),
    ],
)
def test_one_form_of_every_letter(read: str, text: str) -> None:
    assert clean(read) == text
    assert clean(text) == text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Chính ph ủ và Lu ật n ăm 2022 c ủa Qu ốc hội", "Chính phủ và Luật năm 2022 của Quốc hội"),
        ("quy ền địa phương, trình t ự th ủ tục", "quyền địa phương, trình tự thủ tục"),
        ("tại điểm a khoản 1, ý kiến ở địa phương", "tại điểm a khoản 1, ý kiến ở địa phương"),
        ("Sở Y tế và UBND TP ủy quyền", "Sở Y tế và UBND TP ủy quyền"),
        ("điểm c khoản 2", "điểm c khoản 2"),
    ],
)
def test_spaces_inside_words_are_closed(line: str, text: str) -> None:
    assert close_gaps(line, doubtful=True) == text


@pytest.mark.parametrize("word", ["nghiệp", "quyền", "quốc", "giêng", "ủy", "khuyến", "thuở", "yết"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["ph", "nghiệ", "gde", "tắch", "hoat", "km", "tiế"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


FILL = "Ủy ban nhân dân các quận, huyện bố trí nguồn điện và mặt bằng lắp đặt thiết"
"""A line filled to the margin."""


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        pytest.param([FILL, "bị."], f"{FILL} bị.", id="wrapped line"),
        pytest.param([FILL, "", "bị theo quy định."], f"{FILL} bị theo quy định.", id="cut by an empty line"),
        pytest.param(
            [f"{FILL} bị theo công văn số", "", "2779/VPCP-KGVX ngày 22/4/2016."],
            f"{FILL} bị theo công văn số 2779/VPCP-KGVX ngày 22/4/2016.",
            id="cut behind số",
        ),
        pytest.param(
            ["Quyết định số 3856/QÐ-", "UBND ngày 05/9/2018"],
            "Quyết định số 3856/QĐ-UBND ngày 05/9/2018",
            id="at hyphen",
        ),
        pytest.param(["Kế hoạch số 3308", "/KH-UBND ngày"], "Kế hoạch số 3308/KH-UBND ngày", id="before slash"),
        pytest.param(["Quyết định số 2963/", "QĐ-UBND"], "Quyết định số 2963/QĐ-UBND", id="behind slash"),
        pytest.param(["Kế hoạch số 25/KH", "-UBND năm"], "Kế hoạch số 25/KH-UBND năm", id="before hyphen"),
        pytest.param(
            ["Quận 3, ngày 15 tháng 01 năm", "2019"], "Quận 3, ngày 15 tháng 01 năm 2019", id="date of the head"
        ),
        pytest.param([f"{FILL} - Thương", "binh và Xã hội"], f"{FILL} - Thương binh và Xã hội", id="spaced dash"),
        pytest.param(
            ["ỦY BAN NHÂN DÂN", "QUẬN 3", "Số: 25/KH-UBND"], "ỦY BAN NHÂN DÂN\nQUẬN 3\nSố: 25/KH-UBND", id="letterhead"
        ),
        pytest.param(["Nơi nhận:", "- Như trên;", "- Lưu: VT."], "Nơi nhận:\n- Như trên;\n- Lưu: VT.", id="recipients"),
        pytest.param([f"{FILL} bị", "1. Sở Y tế"], f"{FILL} bị\n1. Sở Y tế", id="list mark"),
        pytest.param(["I. MỤC TIÊU", "Số hóa hồ sơ."], "I. MỤC TIÊU\nSố hóa hồ sơ.", id="heading"),
        pytest.param(["1 | Kho dữ liệu", "2 | Cổng dữ liệu"], "1 | Kho dữ liệu\n2 | Cổng dữ liệu", id="table rows"),
        pytest.param([f"{FILL} bị.", "", "trong năm."], f"{FILL} bị.\ntrong năm.", id="finished sentence"),
    ],
)
def test_blocks(lines: list[str], text: str) -> None:
    assert kept("\n".join(lines)) == text


def test_a_name_cut_by_an_empty_line_is_known_from_elsewhere() -> None:
    cut = "Hội đồng chuyên gia tư vấn Chương trình phát triển công nghiệp vi mạch thành phố Hồ Chí"
    text = kept(f"{cut}\n\nMinh giai đoạn 2017-2020.\n\nThành phố Hồ Chí Minh.")
    assert text.split("\n") == [f"{cut} Minh giai đoạn 2017-2020.", "Thành phố Hồ Chí Minh."]
    assert kept(f"{cut}\n\nMinh giai đoạn 2017-2020.").count("\n") == 1


def test_whole_paragraphs_are_not_joined() -> None:
    text = kept("Điều 1. Ban hành\nQuyết định có hiệu lực", wrapped=False)
    assert text == "Điều 1. Ban hành\nQuyết định có hiệu lực"


def test_a_sentence_over_a_page_end_is_one_block_and_its_pages_keep_their_spans() -> None:
    document = normalize(raw(f"{FILL}", "bị theo quy định.\nĐiều 2. Hết.", wrapped=True))
    assert document.text == f"{FILL} bị theo quy định.\nĐiều 2. Hết."
    assert document.page_text(1) == FILL
    assert document.page_text(2) == "bị theo quy định.\nĐiều 2. Hết."
    seam = document.text.index("thiết bị")
    place = document.locate(Span(seam, seam + len("thiết bị")))
    assert (place.page, document.page_text(1)[place.start : place.end]) == (1, "thiết")


def test_a_number_over_a_page_end_has_no_space() -> None:
    document = normalize(raw("Theo Quyết định số 3856/QĐ-", "UBND ngày 05/9/2018"))
    assert document.text == "Theo Quyết định số 3856/QĐ-UBND ngày 05/9/2018"
    assert document.page_text(2) == "UBND ngày 05/9/2018"


def test_pages_without_text_stay() -> None:
    document = normalize(raw("Một.", "", "Ba."))
    assert [(page.number, page.span.of(document.text)) for page in document.pages] == [(1, "Một."), (2, ""), (3, "Ba.")]


def test_running_heads_and_page_numbers_are_dropped() -> None:
    pages = [f"CÔNG BÁO/Số 333/Ngày 16-06-2026 {number}\nĐiều {number}. Nội dung {number}." for number in (25, 26, 27)]
    assert kept(*pages) == "Điều 25. Nội dung 25.\nĐiều 26. Nội dung 26.\nĐiều 27. Nội dung 27."
    assert kept("Mở đầu.", "2\nNội dung.", "- 3 -\nHết.") == "Mở đầu.\nNội dung.\nHết."
    assert kept("Mở đầu.\nTrang 1/2", "Nội dung.\nTrang 2/2") == "Mở đầu.\nNội dung."


def test_rows_that_differ_in_their_numbers_are_no_running_heads() -> None:
    pages = [f"{number} | Báo cáo quý {number} | Sở Y tế\n{FILL} bị." for number in (4, 8, 9, 15)]
    assert kept(*pages) == "\n".join(pages)


def test_the_rest_of_a_date_at_the_page_end_is_no_page_number() -> None:
    assert kept(f"{FILL} trước tháng\n4/2018", "2\nHết.") == f"{FILL} trước tháng 4/2018\nHết."
    assert kept(f"{FILL} trong năm\n2018", "2\nHết.") == f"{FILL} trong năm 2018\nHết."
    assert kept("Tháng\n3/2018", "Tháng\n4/2018", "Hết.") == "Tháng 3/2018\nTháng 4/2018\nHết."


def test_pages_that_count_on_from_elsewhere_lose_their_numbers() -> None:
    assert kept("Mở đầu.\n15", "Nội dung.\n16") == "Mở đầu.\nNội dung."
    assert kept("Mở đầu.\n5/9", "Nội dung.\n6/9") == "Mở đầu.\nNội dung."


def test_a_lone_number_on_a_single_page_is_text() -> None:
    assert kept("2\nNội dung.") == "2\nNội dung."


def test_stamps_of_signatures_are_dropped() -> None:
    stamp = (
        "Người ký: CỔNG THÔNG TIN ĐIỆN TỬ\nEmail: a@b.vn\nCơ quan: VĂN PHÒNG\nThời gian ký: 28.08.2024 14:39:08 +07:00"
    )
    assert kept(f"{FILL}\n{stamp}", "bị.") == f"{FILL} bị."
    assert kept("Người ký: Nguyễn Văn A\nNội dung.") == "Người ký: Nguyễn Văn A\nNội dung."


LETTERS = st.text(
    st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyÀẢÃÁẠĐÐ0123456789 .,;:/-()\n\t\u00a0\u200b\u0301\u0323"), max_size=300
)
PAGES = st.lists(LETTERS, min_size=1, max_size=4)


def letters(text: str) -> Counter[str]:
    plain = unicodedata.normalize("NFD", text).replace("Ð", "Đ")
    return Counter(character for character in plain if character.isalpha())


@given(st.lists(LETTERS, min_size=1, max_size=2), st.booleans())
def test_every_letter_survives(pages: list[str], wrapped: bool) -> None:
    assert letters(kept(*pages, wrapped=wrapped)) == letters("".join(pages))


@given(PAGES, st.booleans())
def test_pages_lie_in_order_and_hold_all_but_the_seams(pages: list[str], wrapped: bool) -> None:
    document = normalize(raw(*pages, wrapped=wrapped))
    end = 0
    for page in document.pages:
        assert page.span.start >= end
        assert document.text[end : page.span.start].strip() == ""
        assert document.page_text(page.number) == page.span.of(document.text)
        end = page.span.end
    assert end == len(document.text)


@given(PAGES)
def test_kept_text_is_kept_as_it_is(pages: list[str]) -> None:
    once = kept(*pages, wrapped=False)
    flat = once.replace("\n", " ")
    assert clean(flat) == flat.strip()
    assert "\n\n" not in once


@given(PAGES, st.booleans())
def test_origins_lead_back_to_the_same_letter(pages: list[str], wrapped: bool) -> None:
    document, origins = normalize_with_origins(raw(*pages, wrapped=wrapped))
    for offset, character in enumerate(document.text):
        if character.isalnum() and character.isascii():
            page, at = origins.origin(offset)
            assert unicodedata.normalize("NFD", pages[page - 1][at])[0] == unicodedata.normalize("NFD", character)[0]


def test_the_seed_report_is_whole_again(shared: Path) -> None:
    path = shared / "seed" / "phu-luc-3-bao-cao-5880.txt"
    text = normalize(reader_for("txt")(path)).text
    for sentence in (
        "theo công văn số 2779/VPCP-KGVX ngày 22/4/2016",
        "Kế hoạch 1010/KH-UBND ngày 14 tháng 3 năm 2018 về thành lập",
        "thành phố Hồ Chí Minh giai đoạn 2017-2020 ban hành kèm theo",
    ):
        assert sentence in text
    blocks = sum(bool(line.strip()) for line in path.read_text(encoding="utf-8").split("\n"))
    assert len(text.split("\n")) == blocks - 3
