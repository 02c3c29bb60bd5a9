"""Sentences that speak to a program instead of a reader: never a statement, never a relation, always flagged."""

from __future__ import annotations

import re

_INSTRUCTION = re.compile(
    r"(?:bỏ qua|phớt lờ|không tuân theo|quên|ghi đè)[^.!?\n]{0,60}(?:hướng dẫn|chỉ dẫn|chỉ thị|lệnh|quy tắc|câu lệnh)"
    r"|(?:ignore|disregard|forget|override)[^.!?\n]{0,60}(?:instruction|prompt|rule|guideline)"
    r"|(?:trợ lý|hệ thống|mô hình|chatbot|máy)\s+(?:ảo|AI|trí tuệ nhân tạo|ngôn ngữ|trả lời tự động)"
    r"|system prompt|you are (?:now )?an? |(?:hãy|phải|please|must)\s+(?:trả lời|khẳng định|answer|reply|respond|say)\s+(?:rằng|là|that)",
    re.IGNORECASE,
)


def is_instruction(sentence: str) -> bool:
    """Whether the sentence gives orders to the program that reads it."""
    return _INSTRUCTION.search(sentence) is not None
