"""Conversations as people have them: what the last question means, standing alone. Expected by hand."""

from __future__ import annotations

import pytest
from dialogues import dialogue

from assistant.conversation import stand_alone
from assistant.models import Turn
from assistant.service import Assistant

TWO_PLANS = (
    "Có 2 văn bản mang số này; xin cho biết Anh/Chị hỏi văn bản nào:\n"
    "- Kế hoạch số 25/KH-UBND ngày 22/04/2019 — Lắp cảm biến tại bãi xe (UBND Thành phố) [1]\n"
    "- Kế hoạch số 25/KH-UBND ngày 03/05/2019 — Hạn chế rác thải nhựa (UBND Quận 3) [2]"
)
THREE_DECISIONS = (
    "Quyết định:\n- Quyết định số 1507/QĐ-UBND ngày 12/04/2018 — kho dữ liệu [1]\n"
    "- Quyết định số 1508/QĐ-UBND ngày 12/04/2018 — trung tâm điều hành [1]\n"
    "- Quyết định số 1509/QĐ-UBND ngày 12/04/2018 — an toàn thông tin [1]"
)
MIXED = (
    "Văn bản:\n- Kế hoạch số 1008/KH-UBND ngày 14/03/2018 — kho dữ liệu [1]\n"
    "- Quyết định số 2105/QĐ-UBND ngày 22/05/2019 — kiện toàn [2]\n"
    "- Kế hoạch số 1010/KH-UBND ngày 14/03/2018 — an toàn thông tin [3]"
)
PLAN_57 = "Kế hoạch 57/KH-UBND ngày 12/02/2019 của UBND Quận 1 triển khai đến đâu?"

# What was said, question and answer by turns; what is asked now; what it means.
DIALOGUES: dict[str, tuple[tuple[str, ...], str, str]] = {
    # ------------------------------------------------------------- the same document
    "who signed": (("Quyết định 815/QĐ-UBND về việc gì?", "…"), "ai ký?", "ai ký — Quyết định 815/QĐ-UBND?"),
    "who signed, English": (
        ("What is Decision 815/QĐ-UBND about?", "…"),
        "Who signed it?",
        "Who signed Decision 815/QĐ-UBND?",
    ),
    "day of issue": (
        ("Kế hoạch 1009/KH-UBND đến đâu?", "…"),
        "Ngày ban hành?",
        "Ngày ban hành — Kế hoạch 1009/KH-UBND?",
    ),
    "still in force": (
        ("Quyết định 815/QĐ-UBND về việc gì?", "…"),
        "Còn hiệu lực không?",
        "Còn hiệu lực không — Quyết định 815/QĐ-UBND?",
    ),
    "money": (
        ("Quyết định 815/QĐ-UBND đến đâu rồi?", "…"),
        "Còn kinh phí thì sao?",
        "kinh phí — Quyết định 815/QĐ-UBND?",
    ),
    "done yet": (("Kế hoạch 1009/KH-UBND về việc gì?", "…"), "Xong chưa?", "Xong chưa — Kế hoạch 1009/KH-UBND?"),
    "why late": (
        ("Kế hoạch 1009/KH-UBND đến đâu?", "Chậm tiến độ."),
        "Vì sao chậm?",
        "Vì sao chậm — Kế hoạch 1009/KH-UBND?",
    ),
    "pronoun": (
        ("Quyết định 712/QĐ-UBND về việc gì?", "…"),
        "Nó thay thế văn bản nào?",
        "Quyết định 712/QĐ-UBND thay thế văn bản nào?",
    ),
    "pronoun inside": (
        ("Quyết định 712/QĐ-UBND về việc gì?", "…"),
        "Vì sao nó chậm?",
        "Vì sao Quyết định 712/QĐ-UBND chậm?",
    ),
    "pronoun without diacritics": (
        ("ke hoach 1009/KH-UBND ve viec gi", "…"),
        "no xong chua",
        "ke hoach 1009/KH-UBND xong chua",
    ),
    "that decision": (
        ("Văn bản nào phê duyệt Đề án đô thị thông minh?", "Quyết định 6179/QĐ-UBND ngày 23/11/2017."),
        "Quyết định đó do ai ban hành?",
        "Quyết định 6179/QĐ-UBND ngày 23/11/2017 do ai ban hành?",
    ),
    "the plan of the answer": (
        ("Kế hoạch nào triển khai Quyết định 607/QĐ-UBND?", "- 607/QĐ-UBND triển khai bằng 509/KH-UBND"),
        "Kế hoạch đó ai chủ trì?",
        "509/KH-UBND ai chủ trì?",
    ),
    "the decision of the question": (
        ("Kế hoạch nào triển khai Quyết định 607/QĐ-UBND?", "Kế hoạch 509/KH-UBND."),
        "Quyết định đó ban hành ngày nào?",
        "Quyết định 607/QĐ-UBND ban hành ngày nào?",
    ),
    "that document, plain": (
        ("ke hoach 1009/KH-UBND den dau", "…"),
        "van ban nay ai ky",
        "ke hoach 1009/KH-UBND ai ky",
    ),
    "its budget": (("What is Plan 57/KH-UBND about?", "…"), "What is its budget?", "What is Plan 57/KH-UBND's budget?"),
    "that report in brackets": (
        ("Kế hoạch 3308/KH-UBND đạt bao nhiêu?", "Đạt 60% (Báo cáo 09/BC-STTTT)."),
        "Báo cáo đó ban hành ngày nào?",
        "Báo cáo 09/BC-STTTT ban hành ngày nào?",
    ),
    "two turns back": (
        ("Quyết định 815/QĐ-UBND về việc gì?", "…", "Ai ký?", "Không nêu."),
        "Ngày nào?",
        "Ngày nào — Quyết định 815/QĐ-UBND?",
    ),
    "all of them": (
        ("Liệt kê các quyết định lập Tổ Giúp việc", THREE_DECISIONS),
        "Ai ký các quyết định đó?",
        "Ai ký Quyết định 1507/QĐ-UBND ngày 12/04/2018, Quyết định 1508/QĐ-UBND ngày 12/04/2018 "
        "và Quyết định 1509/QĐ-UBND ngày 12/04/2018?",
    ),
    "a pronoun with its own number before it": (
        ("Quyết định 815/QĐ-UBND về việc gì?", "…"),
        "Kế hoạch 25/KH-UBND và các phụ lục của nó?",
        "Kế hoạch 25/KH-UBND và các phụ lục của nó?",
    ),
    "those asked about one by one": (
        ("Kế hoạch 1008/KH-UBND đến đâu?", "…", "còn 1009?", "…"),
        "So sánh hai kế hoạch đó",
        "So sánh Kế hoạch 1008/KH-UBND và Kế hoạch 1009/KH-UBND",
    ),
    "both, English": (
        ("What is the status of Plan 1008/KH-UBND?", "…", "What about 1009?", "…"),
        "Compare them",
        "Compare Plan 1008/KH-UBND and Plan 1009/KH-UBND",
    ),
    "a letter": (
        ("Công văn 2772/UBNDTP-KT ủy quyền cho ai?", "…"),
        "Công văn đó ký ngày nào?",
        "Công văn 2772/UBNDTP-KT ký ngày nào?",
    ),
    "what has no number": (
        (
            "Cổng dữ liệu mở hoạt động từ ngày nào?",
            "“Cổng dữ liệu mở hoạt động từ ngày 22/4/2019.” (Báo cáo 118/BC-STTTT)",
        ),
        "Nó có bao nhiêu tập dữ liệu?",
        "Cổng dữ liệu mở có bao nhiêu tập dữ liệu?",
    ),
    "with its body": (
        ("Kế hoạch 57/KH-UBND của UBND Quận 1 đến đâu?", "…"),
        "kinh phí bao nhiêu?",
        "kinh phí bao nhiêu — Kế hoạch 57/KH-UBND của UBND Quận 1?",
    ),
    "a pronoun beside a number": (
        ("What is Decision 815/QĐ-UBND about?", "…"),
        "Does it replace Decision 402/QĐ-UBND?",
        "Does Decision 815/QĐ-UBND replace Decision 402/QĐ-UBND?",
    ),
    "digits that choose nothing": (("Quyết định 607/QĐ-UBND về việc gì?", "…"), "1", "1"),
    # -------------------------------------------------------------- another document
    "another number": (
        ("Quyết định 607/QĐ-UBND về việc gì?", "…"),
        "Thế còn 608/QĐ-UBND?",
        "Quyết định 608/QĐ-UBND về việc gì?",
    ),
    "bare digits": (
        ("Quyết định 1507/QĐ-UBND về việc gì?", "…"),
        "Thế còn 1509 thì sao?",
        "Quyết định 1509/QĐ-UBND về việc gì?",
    ),
    "type and digits": (
        ("Kế hoạch 1008/KH-UBND đến đâu rồi?", "…"),
        "còn kế hoạch 1009?",
        "kế hoạch 1009 đến đâu rồi?",
    ),
    "another type": (
        ("Kế hoạch 1008/KH-UBND đến đâu rồi?", "…"),
        "Còn Quyết định 815/QĐ-UBND?",
        "Quyết định 815/QĐ-UBND đến đâu rồi?",
    ),
    "the old day goes": (
        ("Kế hoạch 25/KH-UBND ngày 22/04/2019 đến đâu?", "…"),
        "còn 26/KH-UBND?",
        "Kế hoạch 26/KH-UBND đến đâu?",
    ),
    "without diacritics": (
        ("ke hoach 1008/KH-UBND den dau roi", "…"),
        "con 1009 thi sao",
        "ke hoach 1009/KH-UBND den dau roi?",
    ),
    "English": (
        ("What is the status of Plan 1008/KH-UBND?", "…"),
        "What about 1009?",
        "What is the status of Plan 1009/KH-UBND?",
    ),
    "English, with its type": (
        ("What is the status of Plan 1008/KH-UBND?", "…"),
        "How about decision 815?",
        "What is the status of decision 815?",
    ),
    "of one that was listed": (
        ("Liệt kê các quyết định lập Tổ Giúp việc", THREE_DECISIONS, "1507/QĐ-UBND do ai ký?", "Không nêu."),
        "còn 1509?",
        "Quyết định 1509/QĐ-UBND ngày 12/04/2018 do ai ký?",
    ),
    "chain": (
        ("Kế hoạch 1008/KH-UBND đến đâu rồi?", "…", "còn 1009?", "…"),
        "thế 1010?",
        "Kế hoạch 1010/KH-UBND đến đâu rồi?",
    ),
    "of two the one of its type": (
        ("Kế hoạch 509/KH-UBND có triển khai Quyết định 607/QĐ-UBND không?", "Có."),
        "Còn Kế hoạch 510/KH-UBND?",
        "Kế hoạch 510/KH-UBND có triển khai Quyết định 607/QĐ-UBND không?",
    ),
    "a predicate of its own": (
        ("Kế hoạch 1008/KH-UBND đến đâu rồi?", "…"),
        "Thế Kế hoạch 1009/KH-UBND ai ký?",
        "Kế hoạch 1009/KH-UBND ai ký?",
    ),
    "another subject": (
        ("Bãi xe Tân Định tình trạng thế nào?", "…"),
        "Còn Bến Thành?",
        "Bến Thành tình trạng thế nào?",
    ),
    "a subject instead of a number": (
        ("Kế hoạch 1009/KH-UBND đến đâu rồi?", "…"),
        "Còn Kho dữ liệu dùng chung?",
        "Kho dữ liệu dùng chung đến đâu rồi?",
    ),
    # ------------------------------------------------------------------- corrections
    "I meant": (
        ("Quyết định 1507/QĐ-UBND về việc gì?", "…"),
        "không, ý tôi là 1509",
        "Quyết định 1509/QĐ-UBND về việc gì?",
    ),
    "I meant, English": (
        ("What is Decision 1507/QĐ-UBND about?", "…"),
        "No, I meant 1509",
        "What is Decision 1509/QĐ-UBND about?",
    ),
    "my mistake": (
        ("Quyết định 1507/QĐ-UBND về việc gì?", "…"),
        "À nhầm, 1509/QĐ-UBND",
        "Quyết định 1509/QĐ-UBND về việc gì?",
    ),
    "sorry, the right one": (
        ("Quyết định 1507/QĐ-UBND về việc gì?", "…"),
        "Xin lỗi, 1509 mới đúng.",
        "Quyết định 1509/QĐ-UBND về việc gì?",
    ),
    "not this but that": (
        ("Kế hoạch 1507/KH-UBND đến đâu?", "…"),
        "Quyết định 1507/QĐ-UBND chứ không phải kế hoạch",
        "Quyết định 1507/QĐ-UBND đến đâu?",
    ),
    "another body": (
        ("Kế hoạch của Sở Giao thông vận tải về chuyển đổi số đến đâu?", "…"),
        "à nhầm, kế hoạch của Sở Y tế",
        "Kế hoạch của Sở Y tế về chuyển đổi số đến đâu?",
    ),
    "another body's plan has another number": (
        ("Kế hoạch 136/KH-STTTT đến đâu?", "…"),
        "à nhầm, kế hoạch của Sở Y tế",
        "Kế hoạch của Sở Y tế đến đâu?",
    ),
    "another period": (
        ("Quý IV/2018 Kế hoạch 3308/KH-UBND đạt bao nhiêu?", "…"),
        "ý tôi là quý I/2019",
        "quý I/2019 Kế hoạch 3308/KH-UBND đạt bao nhiêu?",
    ),
    "plain no": (("Quyết định 1507/QĐ-UBND về việc gì?", "…"), "Không, 1508.", "Quyết định 1508/QĐ-UBND về việc gì?"),
    "without diacritics, corrected": (
        ("quyet dinh 1507/QD-UBND ve viec gi", "…"),
        "khong, y toi la 1509",
        "quyet dinh 1509/QĐ-UBND ve viec gi?",
    ),
    "a whole question": (
        ("Quyết định 1507/QĐ-UBND về việc gì?", "…"),
        "Tôi muốn hỏi Kế hoạch 1009/KH-UBND đã hoàn thành chưa?",
        "Kế hoạch 1009/KH-UBND đã hoàn thành chưa?",
    ),
    # ---------------------------------------------------------------- body and period
    "of the district, not of the city": (
        ("Kế hoạch 25/KH-UBND tiến độ thế nào?", "Có hai văn bản cùng số. Anh/chị hỏi văn bản nào?"),
        "Kế hoạch của quận ấy, không phải của Thành phố.",
        "Kế hoạch 25/KH-UBND của quận ấy tiến độ thế nào?",
    ),
    "of the city": ((PLAN_57, "…"), "còn của thành phố?", "Kế hoạch 57/KH-UBND của UBND Thành phố triển khai đến đâu?"),
    "of another district": (
        (PLAN_57, "…"),
        "Thế của Quận 3 thì sao?",
        "Kế hoạch 57/KH-UBND của UBND Quận 3 triển khai đến đâu?",
    ),
    "what another body says": (
        ("Sở TTTT báo cáo kế hoạch 1733 quý IV/2018 thế nào?", "Đã hoàn thành."),
        "Thế Sở Kế hoạch và Đầu tư nói gì?",
        "Sở Kế hoạch và Đầu tư báo cáo kế hoạch 1733 quý IV/2018 thế nào?",
    ),
    "next quarter": (
        ("Quý IV/2018 Kế hoạch 3308/KH-UBND đạt bao nhiêu?", "Đạt 60%."),
        "Còn sang quý I/2019 thì sao?",
        "quý I/2019 Kế hoạch 3308/KH-UBND đạt bao nhiêu?",
    ),
    "a quarter of the same year": (
        ("Quý II/2019 Kế hoạch 3308/KH-UBND đạt bao nhiêu?", "…"),
        "còn quý III?",
        "quý III/2019 Kế hoạch 3308/KH-UBND đạt bao nhiêu?",
    ),
    "a year": (
        ("Có bao nhiêu kế hoạch ban hành năm 2018?", "…"),
        "Thế còn năm 2019?",
        "Có bao nhiêu kế hoạch ban hành năm 2019?",
    ),
    "a period where none was": (
        ("Kế hoạch 3308/KH-UBND đạt bao nhiêu?", "…"),
        "còn năm 2019?",
        "Kế hoạch 3308/KH-UBND đạt bao nhiêu trong năm 2019?",
    ),
    "body and year": (
        ("Các kế hoạch của UBND Quận 1 năm 2018?", "…"),
        "còn của UBND Quận 3 năm 2019?",
        "Các kế hoạch của UBND Quận 3 năm 2019?",
    ),
    # ----------------------------------------------------------------------- choices
    "the second": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS),
        "cái thứ hai",
        "Kế hoạch 25/KH-UBND ngày 03/05/2019 đến đâu rồi?",
    ),
    "its number in the list": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS),
        "2",
        "Kế hoạch 25/KH-UBND ngày 03/05/2019 đến đâu rồi?",
    ),
    "of the district": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS),
        "của Quận 3",
        "Kế hoạch 25/KH-UBND của UBND Quận 3 đến đâu rồi?",
    ),
    "the one about": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS),
        "cái về rác thải nhựa",
        "Kế hoạch 25/KH-UBND về rác thải nhựa đến đâu rồi?",
    ),
    "its label": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS),
        "Kế hoạch số 25/KH-UBND ngày 03/05/2019",
        "Kế hoạch 25/KH-UBND ngày 03/05/2019 đến đâu rồi?",
    ),
    "the number with its body": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS),
        "25/KH-UBND của Quận 3",
        "Kế hoạch 25/KH-UBND của Quận 3 đến đâu rồi?",
    ),
    "the last": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS),
        "Cái cuối cùng nhé",
        "Kế hoạch 25/KH-UBND ngày 03/05/2019 đến đâu rồi?",
    ),
    "the second, English": (
        ("What is the status of Plan 25/KH-UBND?", TWO_PLANS),
        "the second one",
        "What is the status of Kế hoạch 25/KH-UBND ngày 03/05/2019?",
    ),
    "and the first": (
        ("Kế hoạch 25/KH-UBND đến đâu rồi?", TWO_PLANS, "cái thứ hai", "Đang thực hiện."),
        "còn cái thứ nhất?",
        "Kế hoạch 25/KH-UBND ngày 22/04/2019 đến đâu rồi?",
    ),
    "the third of a list": (
        ("Liệt kê các quyết định lập Tổ Giúp việc", THREE_DECISIONS),
        "văn bản thứ ba",
        "Quyết định 1509/QĐ-UBND ngày 12/04/2018",
    ),
    "the third with a question": (
        ("Liệt kê các quyết định lập Tổ Giúp việc", THREE_DECISIONS),
        "Quyết định thứ 3 do ai ký?",
        "Quyết định 1509/QĐ-UBND ngày 12/04/2018 do ai ký?",
    ),
    "the second of its type": (
        ("Liệt kê các văn bản về đô thị thông minh", MIXED),
        "kế hoạch thứ hai đến đâu rồi?",
        "Kế hoạch 1010/KH-UBND ngày 14/03/2018 đến đâu rồi?",
    ),
    "beyond the list": (("Liệt kê các quyết định lập Tổ Giúp việc", THREE_DECISIONS), "cái thứ năm", "cái thứ năm"),
    "one of a sentence": (
        ("Ngày 12/4/2018 có những quyết định nào?", "Quyết định số 1507/QĐ-UBND và Quyết định số 1508/QĐ-UBND."),
        "Cái thứ hai về việc gì?",
        "Quyết định 1508/QĐ-UBND về việc gì?",
    ),
    "a number of the list alone": (
        ("Liệt kê các quyết định lập Tổ Giúp việc", THREE_DECISIONS),
        "1508",
        "Quyết định 1508/QĐ-UBND ngày 12/04/2018",
    ),
    "a thing without number": (
        ("Liệt kê các bãi xe chậm tiến độ", "Bãi xe:\n- Tân Định [1]\n- Cầu Kho [1]"),
        "cái thứ hai lắp bao nhiêu cảm biến?",
        "Cầu Kho lắp bao nhiêu cảm biến?",
    ),
    # ---------------------------------------------------------------- topics switched
    "a whole new question": (
        ("Quyết định 607/QĐ-UBND về việc gì?", "…"),
        "Người dân gọi số đường dây nóng nào?",
        "Người dân gọi số đường dây nóng nào?",
    ),
    "a long new question": (
        ("Quyết định 607/QĐ-UBND về việc gì?", "…"),
        "Thành phố có tất cả bao nhiêu bãi xe đã lắp cảm biến trong năm qua?",
        "Thành phố có tất cả bao nhiêu bãi xe đã lắp cảm biến trong năm qua?",
    ),
    "a new number": (
        ("Quyết định 607/QĐ-UBND về việc gì?", "…"),
        "Kế hoạch 1009/KH-UBND đã hoàn thành chưa?",
        "Kế hoạch 1009/KH-UBND đã hoàn thành chưa?",
    ),
    "a number typed in the middle": (("Quyết định 607/QĐ-UBND về việc gì?", "…"), "1009/KH-UBND", "1009/KH-UBND"),
    "and after it its attributes": (
        ("Quyết định 607/QĐ-UBND về việc gì?", "…", "1009/KH-UBND", "…"),
        "ai ký?",
        "ai ký — 1009/KH-UBND?",
    ),
    "a new question in English": (
        ("What is Decision 607/QĐ-UBND about?", "…"),
        "How many districts were connected to the land one-stop system?",
        "How many districts were connected to the land one-stop system?",
    ),
    "after a new topic nothing old is left": (
        ("Quyết định 607/QĐ-UBND về việc gì?", "…", "Sở nào ban hành Kế hoạch 136/KH-STTTT?", "Sở TTTT."),
        "Nó xong chưa?",
        "Kế hoạch 136/KH-STTTT xong chưa?",
    ),
    "thanks": (("Quyết định 607/QĐ-UBND về việc gì?", "…"), "Cảm ơn", "Cảm ơn"),
    "till today": (
        ("Quyết định 607/QĐ-UBND về việc gì?", "…"),
        "Đến nay Trung tâm Điều hành đô thị thông minh đã vận hành chưa?",
        "Đến nay Trung tâm Điều hành đô thị thông minh đã vận hành chưa?",
    ),
    "nothing before": ((), "Nó ban hành ngày nào?", "Nó ban hành ngày nào?"),
}


@pytest.mark.parametrize(("said", "question", "meant"), DIALOGUES.values(), ids=DIALOGUES)
def test_the_question_standing_alone(said: tuple[str, ...], question: str, meant: str) -> None:
    assert stand_alone(question, dialogue(*said)) == meant


# Behind a list and a question on one document of it, each of these means what it says and nothing more.
BY_ITSELF = [
    "Kế hoạch đầu tư công trung hạn do cơ quan nào trình?",
    "Báo cáo cuối năm 2018 nêu bao nhiêu tuyến cáp đã ngầm hóa?",
    "Kho dữ liệu dùng chung đã vận hành chưa?",
    "Thế nào là đô thị thông minh?",
    "Vay vốn ODA cho đề án thoát nước là bao nhiêu?",
    "Con dấu của Trung tâm Điều hành do ai quản lý?",
    "Ít nhất bao nhiêu chuyên gia nước ngoài tham gia Hội đồng tư vấn?",
    "Nợ đọng xây dựng cơ bản của Thành phố là bao nhiêu?",
    "Sở Thông tin và Truyền thông cần bổ sung thêm bao nhiêu biên chế?",
    "ke hoach dau tu cong do so nao chu tri",
    "kho du lieu dung chung hien nay the nao",
    "it nhat bao nhieu chuyen gia nuoc ngoai tham gia",
    "Which plans that were issued in 2018 mention smart parking?",
    "The land one-stop system connects how many districts?",
    "How many more experts did the council invite?",
    "Quyết định 815/QĐ-UBND và Kế hoạch 25/KH-UBND khác nhau thế nào?",
    "Kế hoạch số 2 của Ban Chỉ đạo về chuyển đổi số?",
    "Chung cư nào chưa thẩm duyệt phòng cháy chữa cháy?",
    "Trong tháng 3/2018 có những kế hoạch nào về đô thị thông minh?",
    "Nhiệm vụ số 7 của Chương trình vi mạch là gì?",
    "Hạn chót của đề án bệnh án điện tử là khi nào và ai phối hợp với nó?",
    "What is the deadline for the electronic medical records task and which office supports it?",
]


@pytest.mark.parametrize("question", BY_ITSELF)
def test_a_question_that_stands_by_itself_inherits_nothing(question: str) -> None:
    before = ("Liệt kê các quyết định lập Tổ Giúp việc", THREE_DECISIONS, "cái thứ hai về việc gì?", "…")
    assert stand_alone(question, dialogue(*before)) == question


def test_what_a_refusal_offers_as_nearest_is_not_what_is_spoken_of(sample_troly: Assistant) -> None:
    asked = "Biên chế của Ban Quản lý Khu Công nghệ cao là bao nhiêu?"
    refused = sample_troly.ask(asked)
    assert refused.outcome == "not_found" and refused.citations
    history = [Turn("user", asked), Turn("assistant", refused.text, refused)]
    assert refused.citations[0].source.number not in stand_alone("nó ban hành ngày nào?", history)


# ------------------------------------------------------------------ over real answers


SAMPLE: dict[str, tuple[tuple[str, ...], str, str]] = {
    "the second of a list": (
        ("Trong tháng 3/2018, UBND Thành phố đã ban hành những kế hoạch nào về đô thị thông minh?",),
        "cái thứ hai đến đâu rồi?",
        "Kế hoạch số 1008/KH-UBND ngày 14/03/2018: đã hoàn thành",
    ),
    "and the third": (
        (
            "Trong tháng 3/2018, UBND Thành phố đã ban hành những kế hoạch nào về đô thị thông minh?",
            "cái thứ hai đến đâu rồi?",
        ),
        "còn cái thứ ba?",
        "Kế hoạch số 1009/KH-UBND ngày 14/03/2018: đã hoàn thành",
    ),
    "a correction after two turns": (
        ("Kế hoạch 1009/KH-UBND triển khai đến đâu?", "ai ký?"),
        "không, ý tôi là 1082",
        "Lê Thị Minh Họa",
    ),
    "of the list the third": (
        ("Liệt kê các quyết định lập Tổ Giúp việc ngày 12/4/2018.",),
        "văn bản thứ ba",
        "Quyết định số 1509/QĐ-UBND ngày 12/04/2018",
    ),
    "of the city": (
        ("Kế hoạch 57/KH-UBND của UBND Quận 1 về việc gì?",),
        "còn của thành phố?",
        "về triển khai Đề án đô thị thông minh năm 2019",
    ),
    "choice by place": (
        ("Kế hoạch 57/KH-UBND về việc gì?",),
        "cái đầu tiên",
        "về triển khai Đề án đô thị thông minh năm 2019",
    ),
    "choice by body": (("Kế hoạch 57/KH-UBND kinh phí bao nhiêu?",), "của Quận 1", "18,5 tỷ đồng"),
    "who replaced it": (
        ("Quyết định 1502/QĐ-UBND ban hành ngày nào?",),
        "nó được thay thế bởi văn bản nào?",
        "2105/QĐ-UBND",
    ),
    "English": (("What is the current status of Plan 1010/KH-UBND?",), "what about 1009?", "Plan 1009/KH-UBND"),
    "English, signed": (("What is Decision 6688/QĐ-UBND about?",), "who signed it?", "Lê Thị Minh Họa"),
    "without diacritics": (("ke hoach 1010/KH-UBND den dau roi",), "con 1009 thi sao", "1009/KH-UBND"),
    "another subject": (("Trung tâm Điều hành hoạt động từ ngày nào?",), "còn Cổng dữ liệu mở?", "22/4/2019"),
    "a switch": (
        ("Kế hoạch 1009/KH-UBND triển khai đến đâu?", "ai ký?"),
        "Người dân gọi số đường dây nóng nào?",
        "0888247247",
    ),
}


@pytest.mark.parametrize("whole", [True, False], ids=["answers at hand", "text alone"])
@pytest.mark.parametrize(("before", "question", "told"), SAMPLE.values(), ids=SAMPLE)
def test_conversations_over_the_sample(
    sample_troly: Assistant, before: tuple[str, ...], question: str, told: str, whole: bool
) -> None:
    history: list[Turn] = []
    for asked in before:
        answer = sample_troly.ask(asked, history)
        history += [Turn("user", asked), Turn("assistant", answer.text, answer if whole else None)]
    answer = sample_troly.ask(question, history)
    assert told in answer.text, answer.question
