"""Sentences that speak to a program instead of a reader: never a statement, never a relation, always flagged."""

from __future__ import annotations

import re

_INSTRUCTION = re.compile(
    r"(?:bỏ qua|phớt lờ|không tuân theo|quên|ghi đè)[^.!?\n]{0,60}(?:hướng dẫn|chỉ dẫn|chỉ thị|lệnh|quy tắc|câu lệnh)"
    r"|(?:ignore|disregard|forget|override)[^.!?\n]{0,60}(?:instruction|prompt|rule|guideline)"
    r"|(?:trợ lý|hệ thống|mô hình|chatbot|máy|AI)\s+(?:ảo|AI|trí tuệ nhân tạo|ngôn ngữ|trả lời tự động"
    r"|phải|hãy|cần phải|không được)"
    r"|trong mọi câu trả lời|không (?:được )?(?:trích dẫn|dẫn|nêu) nguồn|(?:ghi chú|thông báo|lệnh"
    r"|chỉ thị) (?:của )?hệ thống"
    r"|system (?:prompt|notice|message|note|instruction)|you are (?:now )?an? |do not cite|in (?:every"
    r"|all) (?:answer|response|repl)"
    r"|(?:hãy|phải|please|must|you should)\s+(?:luôn )?(?:trả lời|khẳng định|answer|reply|respond|say"
    r"|state)\s+(?:rằng|là|that)"
    r"|<\s*(?:script|system|iframe)|\[(?:system|inst)\]",
    re.IGNORECASE,
)


def is_instruction(sentence: str) -> bool:
    """Whether the sentence gives orders to the program that reads it."""
    return _INSTRUCTION.search(sentence) is not None
