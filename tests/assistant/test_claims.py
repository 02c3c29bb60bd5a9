"""Sentences of a model over evidence written by hand: the true ones stand, each lie falls."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.claims import objections
from assistant.draft import Ground
from vectorstore.models import Evidence, Source

REPORT = Source(
    "88/BC-SXD", date(2020, 7, 14), "Báo cáo", "Sở Xây dựng", "Báo cáo số 88/BC-SXD: về tiến độ cải tạo chung cư cũ"
)
PLAN = Source(
    "204/KH-UBND",
    date(2020, 2, 3),
    "Kế hoạch",
    "Ủy ban nhân dân Thành phố",
    "Kế hoạch số 204/KH-UBND: về cấp nước sạch",
)
HEALTH = Source(
    "512/BC-SYT", date(2021, 10, 6), "Báo cáo", "Sở Y tế", "Báo cáo số 512/BC-SYT: về tiêm chủng quý III năm 2021"
)
DISTRICT = Source(
    "61/BC-UBND", date(2022, 1, 12), "Báo cáo", "Ủy ban nhân dân huyện Cần Giờ", "Báo cáo số 61/BC-UBND: về du lịch"
)
QUOTES = {
    "blocks": "Đến ngày 30/6/2020, Thành phố đã di dời 3.250 hộ dân khỏi 14 chung cư cũ, đạt 72,5% kế hoạch; "
    "dự kiến hoàn thành di dời trong quý IV/2020.",
    "two plans": "Kế hoạch số 17/KH-UBND ngày 09/01/2019 của UBND Quận 4 đã hoàn thành; Kế hoạch số 23/KH-UBND ngày "
    "15/02/2019 của UBND Quận 8 chưa hoàn thành.",
    "money": "Tổng mức đầu tư là 1,5 tỷ đồng, trong đó ngân sách Thành phố 900 triệu đồng.",
    "decision": "Sở Xây dựng đã tham mưu, Ủy ban nhân dân Thành phố ban hành Quyết định số 3012/QĐ-UBND ngày 05/8/2020 "
    "thay thế Quyết định số 1177/QĐ-UBND ngày 21/3/2016.",
    "schools": "Quận 5 có 12 trường, Quận 6 có 19 trường, Quận 10 có 7 trường đạt chuẩn.",
    "stalled": "Dự án cải tạo chung cư Tân Phước đang tạm dừng do vướng mặt bằng; 4 hộ chưa bàn giao nhà.",
    "target": "Lắp đặt 45 trụ nước chữa cháy tại 9 phường trước ngày 30/11/2020.",
    "years": "Năm 2018 cấp 1.204 giấy phép; năm 2019 cấp 1.377 giấy phép.",
    "rule": "Giấy phép xây dựng có hiệu lực 12 tháng kể từ ngày cấp; không gia hạn quá một lần.",
    "draft": "Sở Xây dựng đang dự thảo Quy chế phối hợp, chưa trình Ủy ban nhân dân Thành phố.",
    "vaccination": "Tính đến hết ngày 30 tháng 9 năm 2021, toàn Thành phố đã tiêm 9.812.430 liều, trong đó mũi"
    " 1 là 6.901.112 liều, mũi 2 là 2.911.318 liều.",
    "hospitals": "Bệnh viện dã chiến số 6 dừng tiếp nhận bệnh nhân từ ngày 15/9/2021; Bệnh viện dã chiến số "
    "8 tiếp tục hoạt động đến hết tháng 12/2021.",
    "health budget": "Sở Tài chính đã cấp 215 tỷ đồng, Sở Y tế đề nghị bổ sung 48,6 tỷ đồng nhưng chưa được phê "
    "duyệt.",
    "guidance": "Công văn số 7021/SYT-NVY ngày 21/9/2021 hướng dẫn thực hiện Kế hoạch số 2715/KH-UBND ngày "
    "15/8/2021 của Ủy ban nhân dân Thành phố.",
    "health stations": "Hiện có 312 trạm y tế lưu động, mỗi trạm có 01 bác sĩ và 02 điều dưỡng; 27 trạm chưa đủ "
    "nhân lực.",
    "emergency centre": "Việc nâng cấp Trung tâm Cấp cứu 115 được khởi công ngày 02/4/2021, dự kiến nghiệm thu ngày"
    " 20/11/2021.",
    "tourism": "Năm 2021 huyện đón 1,2 triệu lượt khách, giảm 34% so với năm 2020; doanh thu đạt 860 tỷ "
    "đồng.",
    "ferry": "Tuyến phà Cần Giờ - Vũng Tàu đã được đưa vào khai thác từ ngày 04/01/2021 với 4 phà, mỗi"
    " ngày 42 chuyến.",
    "reserve": "Đề án khu bảo tồn chưa được Hội đồng nhân dân huyện thông qua; Sở Du lịch đang lấy ý "
    "kiến đến hết ngày 28/02/2022.",
    "forests": "Xã Thạnh An trồng 52 ha rừng, xã Long Hòa trồng 17 ha rừng và xã Lý Nhơn trồng 23 ha "
    "rừng.",
    "amended": "Quyết định số 88/QĐ-UBND ngày 11/3/2021 được sửa đổi bởi Quyết định số 415/QĐ-UBND ngày "
    "09/9/2021.",
    "inspections": "Không có cơ sở lưu trú nào bị xử phạt; 15 cơ sở bị nhắc nhở trong quý IV/2021.",
    "piers": "Phòng Kinh tế tham mưu Ủy ban nhân dân huyện bố trí 3,5 tỷ đồng sửa chữa 6 cầu tàu, hoàn"
    " thành trước ngày 30/4/2022.",
    "asked for": "Sở Giáo dục và Đào tạo trình Ủy ban nhân dân Thành phố phê duyệt kinh phí 612 tỷ đồng.",
}  # fmt: skip
SOURCES = {
    **dict.fromkeys(("tourism", "ferry", "reserve", "forests", "amended", "inspections", "piers"), DISTRICT),
    "target": PLAN,
    **dict.fromkeys(
        ("vaccination", "hospitals", "health budget", "guidance", "health stations", "emergency centre"), HEALTH
    ),
}


def ground(name: str) -> Ground:
    quote = QUOTES[name]
    return Ground(Evidence(f"{name}.txt", name, 2, "II.1", quote, 0, len(quote)), SOURCES.get(name, REPORT))


TRUE = [
    ("blocks", "Thành phố đã di dời 3.250 hộ dân khỏi 14 chung cư cũ tính đến ngày 30 tháng 6 năm 2020."),
    ("blocks", "Tính đến 30/06/2020 đã di dời 3,250 hộ dân, đạt 72,5 phần trăm kế hoạch."),
    ("blocks", "Việc di dời dự kiến hoàn thành trong quý IV năm 2020."),
    ("blocks", "Theo Báo cáo số 88/BC-SXD ngày 14/7/2020, đã di dời 3.250 hộ dân."),
    ("blocks", "Đã di dời ba nghìn hai trăm năm mươi hộ dân khỏi mười bốn chung cư cũ."),
    ("blocks", "By 30 June 2020, the city had relocated 3,250 households, or 72.5% of the plan."),
    ("blocks", "The relocation is expected to be completed in the fourth quarter, Q4 2020."),
    ("blocks", "Trong 14 chung cư cũ, số hộ dân đã di dời là 3.250."),
    ("two plans", "Kế hoạch 17/KH-UBND ngày 9/1/2019 đã hoàn thành."),
    ("two plans", "Kế hoạch số 23/KH-UBND chưa hoàn thành."),
    ("two plans", "UBND Quận 8 chưa hoàn thành Kế hoạch 23/KH-UBND; UBND Quận 4 đã hoàn thành Kế hoạch 17/KH-UBND."),
    ("two plans", "Kế hoạch số 23/KH-UBND ngày 15 tháng 2 năm 2019 của Ủy ban nhân dân Quận 8 chưa hoàn thành."),
    ("two plans", "Plan 17/KH-UBND of 9 January 2019 has been completed."),
    ("two plans", "Plan 23/KH-UBND has not been completed yet."),
    ("money", "Tổng mức đầu tư 1.500.000.000 đồng."),
    ("money", "Ngân sách Thành phố chi 900.000.000 đồng trong tổng mức đầu tư 1,5 tỷ đồng."),
    ("money", "The total investment is 1.5 billion VND."),
    ("decision", "Quyết định số 3012/QĐ-UBND ngày 5/8/2020 thay thế Quyết định số 1177/QĐ-UBND ngày 21/3/2016."),
    ("decision", "Quyết định 1177/QĐ-UBND được thay thế bởi Quyết định 3012/QĐ-UBND."),
    ("decision", "UBND Thành phố ban hành Quyết định 3012/QĐ-UBND ngày 05/08/2020."),
    ("decision", "Sở Xây dựng đã tham mưu Quyết định số 3012/QĐ-UBND."),
    ("decision", "Decision 3012/QĐ-UBND of 5 August 2020 replaces Decision 1177/QĐ-UBND of 21 March 2016."),
    ("decision", "Decision 1177/QĐ-UBND was replaced by Decision 3012/QĐ-UBND."),
    ("schools", "Quận 6 có 19 trường đạt chuẩn."),
    ("schools", "Quận 10 có 7 trường, Quận 5 có 12 trường đạt chuẩn."),
    ("schools", "District 5 has 12 schools that meet the standard."),
    ("stalled", "Dự án cải tạo chung cư Tân Phước đang tạm dừng."),
    ("stalled", "Dự án tạm dừng do vướng mặt bằng, 4 hộ chưa bàn giao nhà."),
    ("stalled", "Còn bốn hộ chưa bàn giao nhà."),
    ("target", "Kế hoạch lắp đặt 45 trụ nước chữa cháy tại 9 phường trước ngày 30/11/2020."),
    ("target", "Sẽ lắp đặt 45 trụ nước chữa cháy."),
    ("target", "Theo Kế hoạch số 204/KH-UBND ngày 03/02/2020 của UBND Thành phố, lắp đặt 45 trụ nước chữa cháy."),
    ("years", "Năm 2019 cấp 1.377 giấy phép."),
    ("years", "Số giấy phép cấp năm 2018 là 1.204."),
    ("years", "In 2018, 1,204 licences were granted."),
    ("rule", "Giấy phép xây dựng có hiệu lực 12 tháng kể từ ngày cấp."),
    ("rule", "Giấy phép không gia hạn quá một lần."),
    ("draft", "Sở Xây dựng đang dự thảo Quy chế phối hợp."),
    ("draft", "Quy chế phối hợp chưa trình UBND Thành phố."),
    ("draft", "Quy chế phối hợp đang được dự thảo, chưa trình Ủy ban nhân dân Thành phố."),
    ("vaccination", "Đến hết ngày 30/9/2021, Thành phố đã tiêm 9.812.430 liều vắc xin."),
    ("vaccination", "Số liều mũi 2 đã tiêm là 2.911.318."),
    ("vaccination", "Trong đó có 6,901,112 liều mũi 1."),
    ("vaccination", "As of 30 September 2021, 9,812,430 doses had been given."),
    ("hospitals", "Từ ngày 15 tháng 9 năm 2021, Bệnh viện dã chiến số 6 dừng tiếp nhận bệnh nhân."),
    ("hospitals", "Bệnh viện dã chiến số 8 hoạt động đến hết tháng 12 năm 2021."),
    ("health budget", "Sở Tài chính đã cấp 215 tỷ đồng."),
    ("health budget", "Đề nghị bổ sung 48,6 tỷ đồng của Sở Y tế chưa được phê duyệt."),
    ("health budget", "The Department of Finance has provided VND 215 billion."),
    ("health budget", "Khoản bổ sung 48.600.000.000 đồng chưa được phê duyệt."),
    ("guidance", "Công văn 7021/SYT-NVY hướng dẫn thực hiện Kế hoạch 2715/KH-UBND."),
    ("guidance", "Kế hoạch số 2715/KH-UBND ngày 15/8/2021 do Ủy ban nhân dân Thành phố ban hành."),
    ("guidance", "Kế hoạch 2715/KH-UBND được hướng dẫn bởi Công văn 7021/SYT-NVY ngày 21/09/2021."),
    ("health stations", "Có 312 trạm y tế lưu động, trong đó 27 trạm chưa đủ nhân lực."),
    ("health stations", "Mỗi trạm y tế lưu động có một bác sĩ và hai điều dưỡng."),
    ("health stations", "There are 312 mobile health stations; 27 stations do not have enough staff."),
    ("emergency centre", "Công trình khởi công ngày 2/4/2021 và dự kiến nghiệm thu ngày 20/11/2021."),
    ("emergency centre", "Trung tâm Cấp cứu 115 dự kiến được nghiệm thu vào ngày 20 tháng 11 năm 2021."),
    (
        "emergency centre",
        "Theo Báo cáo số 512/BC-SYT, việc nâng cấp Trung tâm Cấp cứu 115 được khởi công ngày 02/4/2021.",
    ),
    ("tourism", "Huyện đón 1.200.000 lượt khách trong năm 2021."),
    ("tourism", "Doanh thu đạt 860 tỷ đồng."),
    ("tourism", "Lượng khách giảm 34 phần trăm so với năm 2020."),
    ("tourism", "Revenue reached VND 860 billion."),
    ("ferry", "Tuyến phà Cần Giờ - Vũng Tàu được đưa vào khai thác từ ngày 4/1/2021."),
    ("ferry", "Tuyến có 4 phà, mỗi ngày chạy 42 chuyến."),
    ("ferry", "The Can Gio - Vung Tau ferry has been in operation since 4 January 2021 with 4 ferries."),
    ("reserve", "Hội đồng nhân dân huyện chưa thông qua Đề án khu bảo tồn."),
    ("reserve", "Sở Du lịch đang lấy ý kiến đến hết ngày 28 tháng 2 năm 2022."),
    ("forests", "Xã Long Hòa trồng 17 ha rừng."),
    ("forests", "Xã Thạnh An trồng 52 ha rừng, xã Lý Nhơn trồng 23 ha rừng."),
    ("amended", "Quyết định 415/QĐ-UBND ngày 9/9/2021 sửa đổi Quyết định 88/QĐ-UBND ngày 11/3/2021."),
    ("amended", "Decision 88/QĐ-UBND was amended by Decision 415/QĐ-UBND."),
    ("inspections", "Trong quý IV/2021 có 15 cơ sở bị nhắc nhở."),
    ("inspections", "Không có cơ sở lưu trú nào bị xử phạt."),
    ("piers", "Ủy ban nhân dân huyện bố trí 3,5 tỷ đồng để sửa chữa 6 cầu tàu."),
    ("piers", "Việc sửa chữa 6 cầu tàu phải hoàn thành trước ngày 30/4/2022."),
    ("asked for", "Sở Giáo dục và Đào tạo trình Ủy ban nhân dân Thành phố phê duyệt kinh phí 612 tỷ đồng."),
]
FALSE = [
    ("asked for", "Ủy ban nhân dân Thành phố đã phê duyệt kinh phí 612 tỷ đồng."),
    ("blocks", "Thành phố đã di dời 3.520 hộ dân khỏi 14 chung cư cũ."),
    ("blocks", "Thành phố đã di dời 3.250 người dân khỏi 14 quận."),
    ("blocks", "Việc di dời đã hoàn thành trong quý IV/2020."),
    ("blocks", "Hoàn thành di dời trong quý IV/2020."),
    ("blocks", "Việc di dời dự kiến hoàn thành trong quý III/2020."),
    ("blocks", "Thành phố chưa di dời 3.250 hộ dân."),
    ("blocks", "Thành phố sẽ di dời 3.250 hộ dân khỏi 14 chung cư cũ."),
    ("blocks", "Đến ngày 14/7/2020 đã di dời 3.250 hộ dân."),
    ("blocks", "Sở Y tế đã di dời 3.250 hộ dân khỏi 14 chung cư cũ."),
    ("blocks", "Đã di dời 72,5 hộ dân."),
    ("blocks", "Đã di dời bốn nghìn hộ dân."),
    ("blocks", "The relocation was completed in Q4 2020."),
    ("blocks", "The city relocated 3,250 schools."),
    ("blocks", "Công ty Hòa Bình đã di dời 3.250 hộ dân khỏi 14 chung cư cũ."),
    ("two plans", "Kế hoạch 17/KH-UBND ngày 15/02/2019 đã hoàn thành."),
    ("two plans", "Kế hoạch 23/KH-UBND đã hoàn thành."),
    ("two plans", "Kế hoạch 17/KH-UBND chưa hoàn thành."),
    ("two plans", "UBND Quận 4 chưa hoàn thành."),
    ("two plans", "Kế hoạch 32/KH-UBND chưa hoàn thành."),
    ("two plans", "Plan 23/KH-UBND has been completed."),
    ("two plans", "Cả Kế hoạch 17/KH-UBND và Kế hoạch 23/KH-UBND đã hoàn thành."),
    ("money", "Tổng mức đầu tư là 1,5 triệu đồng."),
    ("money", "Tổng mức đầu tư là 15 tỷ đồng."),
    ("money", "Ngân sách Thành phố chi 1,5 tỷ USD."),
    ("decision", "Quyết định số 1177/QĐ-UBND thay thế Quyết định số 3012/QĐ-UBND."),
    ("decision", "Quyết định số 3012/QĐ-UBND ngày 21/3/2016 được ban hành."),
    ("decision", "Quyết định số 3012/QĐ-UBND bãi bỏ Quyết định số 1177/QĐ-UBND."),
    ("decision", "Sở Xây dựng ban hành Quyết định số 3012/QĐ-UBND."),
    ("decision", "Decision 3012/QĐ-UBND was replaced by Decision 1177/QĐ-UBND."),
    ("decision", "Quyết định số 3012/QĐ-UBND do ông Lê Văn Minh ký."),
    ("schools", "Quận 6 có 12 trường đạt chuẩn."),
    ("schools", "Quận 5 có 19 trường đạt chuẩn."),
    ("schools", "District 10 has 19 schools that meet the standard."),
    ("schools", "Quận 7 có 12 trường đạt chuẩn."),
    ("stalled", "Dự án cải tạo chung cư Tân Phước đang triển khai."),
    ("stalled", "Dự án cải tạo chung cư Tân Phước đã bị hủy bỏ."),
    ("stalled", "4 hộ đã bàn giao nhà."),
    ("target", "Đã lắp đặt 45 trụ nước chữa cháy tại 9 phường."),
    ("target", "Đang lắp đặt 9 trụ nước chữa cháy."),
    ("years", "Năm 2019 cấp 1.204 giấy phép."),
    ("years", "Năm 2020 cấp 1.377 giấy phép."),
    ("rule", "Giấy phép xây dựng hết hiệu lực."),
    ("rule", "Giấy phép được gia hạn quá một lần."),
    ("rule", "Giấy phép xây dựng có hiệu lực 12 năm."),
    ("draft", "Sở Xây dựng đã ban hành Quy chế phối hợp."),
    ("draft", "Quy chế phối hợp đã trình Ủy ban nhân dân Thành phố."),
    ("vaccination", "Thành phố đã tiêm 9.812.430 liều mũi 1."),
    ("vaccination", "Mũi 2 đã tiêm 6.901.112 liều."),
    ("vaccination", "Mũi 1 là 2.911.318 liều, mũi 2 là 6.901.112 liều."),
    ("vaccination", "Đến ngày 6/10/2021 đã tiêm 9.812.430 liều."),
    ("vaccination", "9,812,430 people had been vaccinated."),
    ("hospitals", "Bệnh viện dã chiến số 8 dừng tiếp nhận bệnh nhân từ ngày 15/9/2021."),
    ("hospitals", "Bệnh viện dã chiến số 6 tiếp tục hoạt động đến hết tháng 12/2021."),
    ("hospitals", "Bệnh viện dã chiến số 6 sẽ dừng tiếp nhận bệnh nhân từ ngày 15/12/2021."),
    ("health budget", "Sở Y tế đã cấp 215 tỷ đồng."),
    ("health budget", "48,6 tỷ đồng bổ sung đã được phê duyệt."),
    ("health budget", "Sở Tài chính đã cấp 48,6 tỷ đồng."),
    ("health budget", "Tổng cộng 263,6 tỷ đồng đã được cấp."),
    ("health budget", "Sở Tài chính chưa cấp 215 tỷ đồng."),
    ("guidance", "Kế hoạch 2715/KH-UBND hướng dẫn thực hiện Công văn 7021/SYT-NVY."),
    ("guidance", "Công văn 7021/SYT-NVY ngày 15/8/2021."),
    ("guidance", "Công văn 7021/SYT-NVY thay thế Kế hoạch 2715/KH-UBND."),
    ("health stations", "Có 27 trạm y tế lưu động, 312 trạm chưa đủ nhân lực."),
    ("health stations", "Mỗi trạm có 02 bác sĩ và 01 điều dưỡng."),
    ("health stations", "27 trạm đã đủ nhân lực."),
    ("health stations", "Có 312 bác sĩ."),
    ("emergency centre", "Trung tâm Cấp cứu 115 đã nghiệm thu ngày 20/11/2021."),
    ("emergency centre", "Trung tâm Cấp cứu 115 khởi công ngày 20/11/2021."),
    ("emergency centre", "Nghiệm thu ngày 20/11/2021."),
    ("emergency centre", "Việc nâng cấp dự kiến khởi công ngày 02/4/2021."),
    ("tourism", "Huyện đón 1,2 tỷ lượt khách."),
    ("tourism", "Lượng khách tăng 34% so với năm 2020."),
    ("tourism", "Năm 2020 huyện đón 1,2 triệu lượt khách."),
    ("tourism", "Doanh thu giảm 34%."),
    ("tourism", "Năm 2022 doanh thu đạt 860 tỷ đồng."),
    ("ferry", "Tuyến phà sẽ được đưa vào khai thác từ ngày 04/01/2021."),
    ("ferry", "Tuyến có 42 phà, mỗi ngày 4 chuyến."),
    ("ferry", "Tuyến phà đã dừng khai thác từ ngày 04/01/2021."),
    ("ferry", "Tuyến phà Cần Giờ - Bến Tre có 4 phà."),
    ("reserve", "Đề án khu bảo tồn đã được Hội đồng nhân dân huyện thông qua."),
    ("reserve", "Đề án được thông qua ngày 28/02/2022."),
    ("reserve", "Hội đồng nhân dân huyện đang lấy ý kiến đến hết ngày 28/02/2022."),
    ("forests", "Xã Long Hòa trồng 23 ha rừng."),
    ("forests", "Xã Lý Nhơn trồng 52 ha rừng."),
    ("forests", "Ba xã trồng 92 ha rừng."),
    ("amended", "Quyết định 88/QĐ-UBND sửa đổi Quyết định 415/QĐ-UBND."),
    ("amended", "Quyết định 88/QĐ-UBND ngày 09/9/2021 được sửa đổi."),
    ("amended", "Quyết định 88/QĐ-UBND bị bãi bỏ bởi Quyết định 415/QĐ-UBND."),
    ("inspections", "15 cơ sở lưu trú bị xử phạt."),
    ("inspections", "Có cơ sở lưu trú bị xử phạt."),
    ("inspections", "15 cơ sở bị nhắc nhở trong quý III/2021."),
    ("piers", "Đã hoàn thành sửa chữa 6 cầu tàu."),
    ("piers", "Phòng Kinh tế bố trí 3,5 tỷ đồng."),
    ("piers", "Bố trí 6 tỷ đồng sửa chữa 3,5 cầu tàu."),
    ("piers", "Hoàn thành trước ngày 30/4/2021."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "sentence"), TRUE, ids=[f"{name}: {text}" for name, text in TRUE])
def test_a_true_sentence_stands(name: str, sentence: str) -> None:
    assert objections(sentence, [ground(name)]) == []


@pytest.mark.parametrize(("name", "sentence"), FALSE, ids=[f"{name}: {text}" for name, text in FALSE])
def test_a_lie_falls(name: str, sentence: str) -> None:
    assert objections(sentence, [ground(name)]) != []
