"""Sentences that speak to a program instead of a reader: never a statement, never a relation, always flagged.

Administrative texts order people and systems about all the time (`Việc triển khai phải …`, `Hệ thống phải …`,
`120 máy ảo`): what marks an instruction to the reader of this product is that it speaks of answering,
citing or earlier instructions.
"""

from __future__ import annotations

import re

_ANSWERER = (
    r"(?:trợ lý(?: ảo| AI| trí tuệ nhân tạo)?|chatbot|mô hình(?: ngôn ngữ(?: lớn)?| (?-i:AI))?|máy trả lời"
    r"|hệ thống(?: (?-i:AI)| trí tuệ nhân tạo| trả lời tự động| hỏi đáp)?|(?-i:AI)|bạn)"
)
_ANSWERING = r"(?:trả lời|khẳng định|nêu(?! rõ)|nói|trích dẫn|dẫn nguồn|bỏ qua|phớt lờ|tiết lộ|đóng vai|làm theo)"
_INSTRUCTION = re.compile(
    r"(?<!\w)(?<!không )(?<!không được )(?:bỏ qua|phớt lờ|quên|ghi đè)(?!\w)[^.!?]{0,60}(?<!\w)"
    r"(?:hướng dẫn|chỉ dẫn|chỉ thị|lệnh|quy tắc)(?!\w)"
    r"|(?:^|[.;:!“”\"]\s*|(?:hãy|phải)\s+)(?:không|đừng) tuân (?:theo|thủ)[^.!?]{0,40}(?<!\w)"
    r"(?:hướng dẫn|chỉ dẫn|chỉ thị|lệnh|quy tắc)(?!\w)"
    r"|\b(?:ignore|disregard|forget|override)\b[^.!?]{0,60}\b(?:instruction|prompt|rule|guideline)"
    rf"|(?<!\w){_ANSWERER}\s+(?:cần\s+)?(?:phải|hãy|không được|chỉ được|luôn)\s+(?:luôn\s+)?{_ANSWERING}(?!\w)"
    r"|trong (?:mọi|mỗi|từng|tất cả(?: các)?) câu trả lời|không (?:được |cần )?(?:trích dẫn|dẫn|nêu) nguồn(?!\w)"
    r"|(?<!\w)(?:ghi chú|thông báo|lệnh|chỉ thị) (?:của |cho )?(?:hệ thống|trợ lý(?: ảo)?|(?-i:AI))\s*:"
    r"|\bsystem (?:prompt|notice|message|note|instruction)|\byou are (?:now )?an? |\bdo not cite\b"
    r"|\bin (?:every|all) (?:answer|response|repl)"
    r"|(?<!\w)(?:hãy|phải|please|must|you should)\s+(?:luôn |always )?(?:trả lời|khẳng định|answer|reply|respond|say"
    r"|state)\s+(?:rằng|là|that)(?!\w)"
    r"|<\s*(?:script|system|iframe)|\[(?:system|inst)\]",
    re.IGNORECASE,
)


def is_instruction(sentence: str) -> bool:
    """Whether the sentence gives orders to the program that reads it."""
    return _INSTRUCTION.search(" ".join(sentence.split())) is not None
