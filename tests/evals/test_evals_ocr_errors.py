"""Word errors are counted below the letterhead, against what was transcribed."""

from __future__ import annotations

import pytest

from evals.ocr_errors import count_errors

TRANSCRIBED = "SỞ Y TẾ\nHà Nội, ngày 03 tháng 02 năm 2025\nQuyền hạn của Sở – Y tế\n[tên người ký]\n"


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        pytest.param("SỞ Y TẾ Hà Nội, ngày … tháng 02 năm 2025 Quyền hạn của Sở - Y tế", 0, id="right"),
        pytest.param("SỞ Y TẾ Hà Nội, ngày 8 tháng 2 năm 2025 Quyên hạn của Sở - tế", 2, id="a mark and a word"),
        pytest.param("Quyền hạn của Sở - Y tế ‡", 1, id="a speck"),
    ],
)
def test_errors(text: str, errors: int) -> None:
    assert count_errors(TRANSCRIBED, text) == (7, errors)
