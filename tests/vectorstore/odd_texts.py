"""Texts on which two ways to cut or embed the same text may part."""

from __future__ import annotations

QUESTIONS = [
    "Ai ký Quyết định phê duyệt Đề án đô thị thông minh?",
    "Kế hoạch nào triển khai trung tâm dữ liệu dùng chung?",
    "Bao nhiêu quận, huyện đã hoàn thành?",
    "thời hạn báo cáo kết quả thực hiện",
]
ODD = {
    "empty": "",
    "a blank": " ",
    "a line end": "\n",
    "one letter": "a",
    "one number": "5880/QĐ-UBND",
    "no spaces": "x" * 60,
    "many spaces": "  nhiều   khoảng\t\ttrắng \u200b ẩn ",
    "compatibility forms": "ﬁ ﬂ ½ ① Ⅳ … “”‑–— １２",
    "control characters": "Điều\x01 1.\x0c Phạm\x7f vi",
    "private use": "\ue000\ue001\ue002 xin chào \ue003\ue004",
    "emoji": "😀😀😀🧿🧿 chào",
    "rare Han": "𠮷 𠮷𠮷 phụ lục",
    "symbols": "= ≥ √ ∑ ∞ 𝔸",
}
