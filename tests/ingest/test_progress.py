"""What a clause tells of the progress of one document, and what it leaves open."""

from __future__ import annotations

import pytest

from ingest.progress import read_progress


@pytest.mark.parametrize(
    ("clause", "state"),
    [
        ("đã đóng điện, bàn giao cho đơn vị quản lý.", "completed"),
        ("các xã đều đã trồng xong.", "completed"),
        ("đã thi công xong, đang hoàn thiện hồ sơ quyết toán.", "completed"),
        ("kết thúc từ ngày 30/5/2019, đạt 100% chỉ tiêu.", "completed"),
        ("hoàn thành vượt tiến độ 15 ngày.", "completed"),
        ("công trình vườn ươm đã được đưa vào sử dụng.", "completed"),
        ("chương trình dạy nghề đã hoàn tất.", "completed"),
        ("đã xong 3/7 hạng mục.", "in_progress"),
        ("5/9 xã đã hoàn thành.", "in_progress"),
        ("đã trồng 120/300 ha.", "in_progress"),
        ("đã thực hiện đạt 45% khối lượng.", "in_progress"),
        ("khối lượng đào đắp ước đạt 44%.", "in_progress"),
        ("hoàn thành 1/2 khối lượng.", "in_progress"),
        ("đã hoàn thành 1.200/1.500 hộ.", "in_progress"),
        ("đã hoàn thành 1.500/1.500 hộ.", "completed"),
        ("đã hoàn thành 99,5 %.", "in_progress"),
        ("đã hoàn thành 3/2021.", "completed"),
        ("đã hoàn thành 3/2021 và đã bàn giao.", "completed"),
        ("đã hoàn thành 5/6/2019.", "completed"),
        (f"đã hoàn thành 1/{'9' * 5000} hồ sơ.", "in_progress"),
        ("cơ bản xong phần thân, đang lắp thiết bị.", "in_progress"),
        ("cơ bản hoàn thành, còn 04 xã chưa tổ chức.", "in_progress"),
        ("đã cấp giống cho 12 xã; các xã còn lại chưa nhận.", "in_progress"),
        ("công trình đang đúc dầm.", "in_progress"),
        ("mục tiêu trồng 300 ha, nay đã trồng được 120 ha.", "in_progress"),
        ("dự kiến hoàn thành tháng 5, đến nay mới đạt 60%.", "in_progress"),
        ("mới dừng ở khâu khảo sát.", "in_progress"),
        ("không bị chậm, đang đi đúng tiến độ.", "in_progress"),
        ("đã thi công trở lại từ ngày 02/5/2019.", "in_progress"),
        ("đã chọn xong nhà thầu, dự kiến ra quân trong tháng 8.", "planned"),
        ("mặt bằng đã được giao, sẽ động thổ đầu năm 2020.", "planned"),
        ("theo lộ trình sẽ xong trong năm 2020.", "planned"),
        ("phải xong chậm nhất là ngày 30/9/2019.", "planned"),
        ("chưa thể động thổ vì dân chưa giao đất.", "not_started"),
        ("vẫn chưa giải phóng xong mặt bằng nên chưa thể khởi công.", "not_started"),
        ("chưa có đơn vị nào triển khai.", "not_started"),
        ("không thực hiện trong năm nay do hết kinh phí.", "not_started"),
        ("bị chậm gần 04 tháng so với hợp đồng.", "delayed"),
        ("đang thi công cầm chừng, chậm hơn 02 tháng so với cam kết.", "delayed"),
        ("không kịp tiến độ.", "delayed"),
        ("đã lùi sang năm 2020.", "delayed"),
        ("nhà thầu dừng thi công từ ngày 12/4/2019 do thiếu vật liệu.", "paused"),
        ("vướng mắc về đất nên tạm hoãn.", "paused"),
        ("đã hoàn thành hồ sơ và trình Hội đồng nhân dân.", "submitted"),
        ("đang xây dựng dự thảo.", "draft"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else None,
)
def test_a_clause_tells_a_state(clause: str, state: str) -> None:
    said = read_progress(clause)
    assert said is not None
    assert said.state == state


@pytest.mark.parametrize(
    "clause",
    [
        "đề nghị cho phép dừng thực hiện.",
        "kiến nghị bố trí vốn để hoàn thành.",
        "tiến độ đạt yêu cầu.",
        "công trình nằm trên địa bàn hai xã.",
        "quy trình gồm ba bước.",
        "kinh phí 4,2 tỷ đồng.",
    ],
    ids=["proposal", "wish", "verdict-alone", "work", "procedure", "amount"],
)
def test_a_clause_that_tells_none(clause: str) -> None:
    assert read_progress(clause) is None


def test_a_bare_verb_in_a_name_is_no_state() -> None:
    assert read_progress("Đề án hoàn thành phổ cập", marked=True) is None
    assert read_progress("Đề án hoàn thành phổ cập") is not None


def test_the_cue_stands_where_it_is_said_to() -> None:
    clause = "đến nay 12 xã đã hoàn tất việc cấp giống."
    said = read_progress(clause)
    assert said is not None
    assert clause[said.start : said.end] == said.cue == "đã hoàn tất"
