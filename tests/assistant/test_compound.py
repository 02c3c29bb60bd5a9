"""Several questions in one sentence: where they are cut, and how each is asked standing alone."""

from __future__ import annotations

import pytest

from assistant.compound import question_parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param(
            "Ai ký Quyết định 815/QĐ-UBND và ký ngày nào?",
            ["Ai ký Quyết định 815/QĐ-UBND", "ký ngày nào — Quyết định 815/QĐ-UBND"],
            id="the number is carried along",
        ),
        pytest.param(
            "25/KH-UBND ban hành ngày nào, ai ký?", ["25/KH-UBND ban hành ngày nào", "ai ký — 25/KH-UBND"], id="comma"
        ),
        pytest.param(
            "Ai chủ trì đề án bãi xe thông minh và kinh phí bao nhiêu?",
            ["Ai chủ trì đề án bãi xe thông minh", "kinh phí bao nhiêu — đề án bãi xe thông minh"],
            id="a name is carried along",
        ),
        pytest.param(
            "Kế hoạch bãi xe thông minh của Thành phố phải lắp bao nhiêu cảm biến và xong trước ngày nào?",
            [
                "Kế hoạch bãi xe thông minh của Thành phố phải lắp bao nhiêu cảm biến",
                "xong trước ngày nào — Kế hoạch bãi xe thông minh của Thành phố",
            ],
            id="the subject is carried along",
        ),
        pytest.param(
            "Phòng nào chủ trì, kinh phí bao nhiêu và khi nào xong Kế hoạch 25/KH-UBND?",
            [
                "Phòng nào chủ trì — Kế hoạch 25/KH-UBND",
                "kinh phí bao nhiêu — Kế hoạch 25/KH-UBND",
                "khi nào xong Kế hoạch 25/KH-UBND",
            ],
            id="three, the number last",
        ),
        pytest.param(
            "When was 815/QĐ-UBND issued and who signed it?",
            ["When was 815/QĐ-UBND issued", "who signed of 815/QĐ-UBND"],
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
            "Đã lắp bao nhiêu cảm biến và khi nào xong?",
            ["Đã lắp bao nhiêu cảm biến và khi nào xong?"],
            id="of nothing",
        ),
    ],
)
def test_parts(question: str, expected: list[str]) -> None:
    language = "en" if question.startswith("When") else "vi"
    assert [part.ways[0] for part in question_parts(question, language)] == expected


def test_what_the_person_wrote_is_kept_for_saying_what_is_missing() -> None:
    assert question_parts("Ai ký 815/QĐ-UBND và kinh phí bao nhiêu?", "vi")[1].words == "kinh phí bao nhiêu"
