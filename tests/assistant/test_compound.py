"""Several questions in one sentence: where one ends and the next begins."""

from __future__ import annotations

import pytest

from assistant.compound import questions_in


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "Ai ký Quyết định 815/QĐ-UBND và ký ngày nào?",
            ["Ai ký Quyết định 815/QĐ-UBND", "ký ngày nào"],
            id="two of one document",
        ),
        pytest.param(
            "25/KH-UBND ban hành ngày nào, ai ký?", ["25/KH-UBND ban hành ngày nào", "ai ký"], id="a comma between"
        ),
        pytest.param(
            "Phòng nào chủ trì, kinh phí bao nhiêu và khi nào xong Kế hoạch 25/KH-UBND?",
            ["Phòng nào chủ trì", "kinh phí bao nhiêu", "khi nào xong Kế hoạch 25/KH-UBND"],
            id="three, the number last",
        ),
        pytest.param(
            "When was 815/QĐ-UBND issued and who signed it?",
            ["When was 815/QĐ-UBND issued", "who signed it"],
            id="English",
        ),
        pytest.param(
            "Quyết định nào và kế hoạch nào được ban hành năm 2019?",
            ["Quyết định nào và kế hoạch nào được ban hành năm 2019?"],
            id="two nouns are one question",
        ),
        pytest.param(
            "Sở Y tế và Sở Tài chính báo cáo thế nào?", ["Sở Y tế và Sở Tài chính báo cáo thế nào?"], id="two bodies"
        ),
        pytest.param(
            "Kế hoạch “Ai cũng được học, ai cũng có việc” ban hành khi nào?",
            ["Kế hoạch “Ai cũng được học, ai cũng có việc” ban hành khi nào?"],
            id="a joint inside a quoted title cuts nothing",
        ),
        pytest.param(
            "Kế hoạch 25 hoàn thành chưa? Ai ký? Khi nào?",
            ["Kế hoạch 25 hoàn thành chưa", "Ai ký", "Khi nào"],
            id="three sentences",
        ),
    ],
)
def test_questions(question: str, expected: list[str]) -> None:
    assert questions_in(question, "en" if question.startswith("When") else "vi") == expected
