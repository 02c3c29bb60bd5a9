"""What the documents say of a thing is not always what is asked of it: questions over a small programme of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from headed import CITY, DISTRICT, TRANSPORT, headed

from assistant.models import Turn
from assistant.service import Assistant
from vectorstore.library import Library

DOCUMENTS = {
    "qd-640.txt": headed(
        CITY,
        "640/QĐ-UBND",
        "ngày 05 tháng 3 năm 2019",
        "QUYẾT ĐỊNH",
        "Về danh mục đề án chiếu sáng và thoát nước",
        """Điều 1. Ban hành danh mục đề án kèm theo Quyết định này.

Điều 2. Kinh phí thực hiện danh mục là 186,5 tỷ đồng.

PHỤ LỤC

STT | Tên đề án | Đơn vị chủ trì | Số quyết định | Thời hạn
1 | Đèn đường tiết kiệm điện | Sở Giao thông vận tải | 411/QĐ-UBND | 30/6/2020
2 | Bơm chống ngập khu trung tâm | Sở Xây dựng | 412/QĐ-UBND | 30/9/2020
3 | Bản đồ cống thoát nước | Sở Xây dựng | 413/QĐ-UBND | 30/6/2020""",
    ),
    "kh-25-tp.txt": headed(
        CITY,
        "25/KH-UBND",
        "ngày 12 tháng 3 năm 2019",
        "KẾ HOẠCH",
        "Lắp đèn đường tiết kiệm điện",
        """1. Lắp 350 bộ đèn đường, hoàn thành trước ngày 30 tháng 6 năm 2020.

2. Ngân sách Thành phố chi 2,4 tỷ đồng cho công tác giám sát đèn đường.""",
    ),
    "kh-25-q7.txt": headed(
        DISTRICT,
        "25/KH-UBND",
        "ngày 03 tháng 5 năm 2019",
        "KẾ HOẠCH",
        "Số hóa sổ hộ tịch",
        "1. Số hóa 9.800 trang sổ hộ tịch, kinh phí 1,26 tỷ đồng.\n\n"
        "2. Thời gian: từ tháng 5 đến hết tháng 10 năm 2019.",
    ),
    "tb-64.txt": headed(
        CITY,
        "64/TB-VP",
        "ngày 02 tháng 4 năm 2019",
        "THÔNG BÁO",
        "Đính chính Kế hoạch số 25/KH-UBND ngày 12 tháng 3 năm 2019",
        "Đã in là “trước ngày 30 tháng 6 năm 2020”, nay sửa lại là “trước ngày 31 tháng 3 năm 2020”.",
    ),
    "tb-70.txt": headed(
        CITY,
        "70/TB-VP",
        "ngày 09 tháng 9 năm 2019",
        "THÔNG BÁO",
        "Nội dung kết luận tại cuộc họp về trạm biến áp",
        """Sau khi nghe Sở Giao thông vận tải báo cáo, lãnh đạo Thành phố kết luận như sau:

I. VỀ MẶT BẰNG

1. Giao Sở Xây dựng bàn giao mặt bằng trạm biến áp.

2. Tạm dừng việc lựa chọn nhà thầu.

Nơi nhận:

- Sở Xây dựng.""",
    ),
    "bc-1.txt": headed(
        TRANSPORT,
        "77/BC-SGTVT",
        "ngày 05 tháng 7 năm 2019",
        "BÁO CÁO",
        "Tình hình đèn đường 6 tháng đầu năm 2019",
        "1. Đến nay đã lắp 120 bộ đèn đường.\n\n2. Mặt bằng trạm biến áp chưa được bàn giao.\n\n"
        "3. Kế hoạch số 981/KH-SGTVT ngày 28/5/2019: tạm dừng từ ngày 15/6/2019 để kiện toàn đoàn kiểm tra.",
    ),
    "bc-2.txt": headed(
        TRANSPORT,
        "140/BC-SGTVT",
        "ngày 06 tháng 01 năm 2020",
        "BÁO CÁO",
        "Tình hình đèn đường đến hết năm 2019",
        "1. Đến nay đã lắp 214 bộ đèn đường.\n\n"
        "2. Kế hoạch số 981/KH-SGTVT ngày 28/5/2019: đã thực hiện trở lại từ ngày 18/8/2019.",
    ),
}


@pytest.fixture(scope="module")
def troly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("programme")
    (folder / "files").mkdir()
    for name, text in DOCUMENTS.items():
        (folder / "files" / name).write_text(text, encoding="utf-8")
    with Library(folder / "data") as library:
        library.ingest([folder / "files"])
    opened = Assistant(Library(folder / "data"))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("question", "told", "kept_out"),
    [
        pytest.param("Đã lắp bao nhiêu bộ đèn đường?", "214 bộ", "120 bộ", id="the latest report"),
        pytest.param("6 tháng đầu năm 2019 đã lắp bao nhiêu bộ đèn đường?", "120 bộ", "214 bộ", id="a half year"),
        pytest.param("Đến hết năm 2019 đã lắp bao nhiêu bộ đèn đường?", "214 bộ", "120 bộ", id="to the end of a year"),
        pytest.param("Hạn cuối lắp đèn đường là khi nào?", "31 tháng 3 năm 2020", "Mặt bằng", id="corrected since"),
        pytest.param("Kế hoạch 981/KH-SGTVT làm lại khi nào?", "18/8/2019", "ban hành ngày", id="resumed"),
        pytest.param("Kế hoạch 981/KH-SGTVT tạm dừng khi nào?", "15/6/2019", "18/8/2019", id="paused"),
        pytest.param("Kế hoạch 981/KH-SGTVT tạm ngưng vì lý do gì?", "kiện toàn đoàn", "18/8/2019", id="a reason"),
        pytest.param("Kế hoạch 981/KH-SGTVT ban hành ngày nào?", "28/05/2019", "15/6/2019", id="issued"),
        pytest.param("Thời hạn số hóa sổ hộ tịch?", "hết tháng 10 năm 2019", "9.800", id="a deadline in other words"),
        pytest.param("Dòng 2 trong danh mục kèm Quyết định 640?", "Bơm chống ngập", "Đèn đường", id="a row by number"),
        pytest.param(
            "Thông báo 70/TB-VP kết luận những việc gì?",
            "2. Tạm dừng việc lựa chọn",
            "VỀ MẶT BẰNG",
            id="what is announced",
        ),
        pytest.param("Số hóa sổ hộ tịch kéo dài đến tháng mấy?", "hết tháng 10 năm 2019", "9.800", id="until when"),
        pytest.param("Đề án số 3 là gì?", "Bản đồ cống", "Bơm chống ngập", id="a scheme by number is no document"),
        pytest.param("Liệt kê các đề án trong phụ lục Quyết định 640", "Bản đồ cống", "STT |", id="a whole table"),
        pytest.param("Các đề án có thời hạn 30/6/2020 là những đề án nào?", "Bản đồ cống", "Bơm", id="rows of a day"),
        pytest.param("Đề án nào có thời hạn muộn nhất?", "Bơm chống ngập", "Bản đồ", id="the latest of a column"),
        pytest.param("Which scheme has the earliest deadline?", "Bản đồ cống", "Bơm", id="the earliest, in English"),
        pytest.param(
            "Trong Quyết định 640 đề án nào có thời hạn sớm nhất?",
            "Đèn đường",
            "Bơm",
            id="the earliest of one document",
        ),
        pytest.param(
            "Ai chủ trì đề án bơm chống ngập khu trung tâm và kinh phí bao nhiêu?",
            "Tài liệu trong kho không nêu kinh phí của Quyết định số 412/QĐ-UBND",
            "186,5",
            id="the part that is missing is named",
        ),
        pytest.param(
            "Kế hoạch 25 của Thành phố và Kế hoạch 25 của Quận 3 khác nhau thế nào?",
            "sổ hộ tịch",
            "981",
            id="two issuers",
        ),
    ],
)
def test_answered(troly: Assistant, question: str, told: str, kept_out: str) -> None:
    answer = troly.ask(question)
    assert answer.outcome == "answered"
    assert told in answer.text and kept_out not in answer.text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        pytest.param(
            "Kế hoạch 981/KH-SGTVT tạm dừng khi nào và thực hiện trở lại khi nào?",
            ["15/6/2019", "18/8/2019"],
            id="two events of one document",
        ),
        pytest.param(
            "Quyết định 640/QĐ-UBND kinh phí bao nhiêu, ban hành ngày nào và về việc gì?",
            ["186,5 tỷ", "05/03/2019", "danh mục đề án chiếu sáng"],
            id="three sides of one document",
        ),
        pytest.param(
            "Quyết định 640/QĐ-UBND ban hành ngày nào và 9999/QĐ-UBND về việc gì?",
            ["05/03/2019", "không có văn bản số 9999/QĐ-UBND"],
            id="one that is there and one that is not",
        ),
        pytest.param(
            "Đã lắp bao nhiêu bộ đèn đường và số hóa bao nhiêu trang sổ hộ tịch?",
            ["214 bộ", "9.800 trang"],
            id="two things",
        ),
    ],
)
def test_every_part_is_answered(troly: Assistant, question: str, told: list[str]) -> None:
    answer = troly.ask(question)
    assert answer.outcome == "answered"
    assert [part for part in told if part not in answer.text] == []


def test_the_day_behind_a_number_only_names_the_document(troly: Assistant) -> None:
    assert "05/03/2019" in troly.ask("Quyết định 640/QĐ-UBND ngày 05/03/2019 ban hành khi nào?").text


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Vì sao lắp đèn đường chậm?", id="no reason is given"),
        pytest.param("Kinh phí của đề án bản đồ cống thoát nước là bao nhiêu?", id="the whole programme's is another"),
        pytest.param("Năm 2018 đã lắp bao nhiêu bộ đèn đường?", id="another year"),
        pytest.param("Sở Y tế đã lắp bao nhiêu bộ đèn đường?", id="another department"),
        pytest.param("Mặt bằng trạm biến áp được bàn giao ngày nào?", id="not yet is no day"),
        pytest.param("Quý IV/2019 lắp thêm bao nhiêu bộ đèn đường?", id="a total is no increase"),
        pytest.param("Đề án nào có kinh phí lớn nhất?", id="no column of amounts"),
        pytest.param("Quận nào lắp nhiều bộ đèn đường nhất?", id="nobody says which has most"),
        pytest.param("Sở Nội vụ chủ trì đề án nào trong Quyết định 640?", id="no row of that department"),
    ],
)
def test_not_said(troly: Assistant, question: str) -> None:
    assert troly.ask(question).outcome == "not_found"


def test_a_number_of_two_bodies_is_asked_back(troly: Assistant) -> None:
    assert troly.ask("Kế hoạch 25/KH-UBND kinh phí bao nhiêu?").outcome == "ambiguous"
    assert "2,4 tỷ" in troly.ask("Kế hoạch 25/KH-UBND của Thành phố kinh phí bao nhiêu?").text


@pytest.mark.parametrize("question", ["Còn đề án số 3?", "Thế dòng 3 thì sao?"])
def test_another_row_is_asked_of_the_same_table(troly: Assistant, question: str) -> None:
    history = [Turn("user", "Dòng số 2 trong danh mục kèm Quyết định 640 là đề án gì?")]
    answer = troly.ask(question, history)
    assert "Bản đồ cống" in answer.text and "Bơm" not in answer.text
