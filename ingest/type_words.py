"""The words that name a type of document, by what is done with such a document and how it is called.

A longer word stands before the one that it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

TYPE_WORDS = (
    "chương trình hành động",
    "chương trình",
    "quyết định",
    "kế hoạch",
    "công văn",
    "báo cáo",
    "nghị quyết",
    "nghị định",
    "thông tư liên tịch",
    "thông tư",
    "chỉ thị",
    "thông báo",
    "tờ trình",
    "hướng dẫn",
    "chiến lược",
    "đề án",
    "dự án",
    "quy hoạch",
    "quy chế",
    "quy định",
    "kết luận",
    "công điện",
    "biên bản",
    "hợp đồng",
    "phương án",
    "bản ghi nhớ",
    "luật",
    "pháp lệnh",
)
"""What stands before a number or a pointing word: `Kế hoạch số 12/KH-UBND`, `Chiến lược này`."""
NAMED = (
    "thỏa thuận hợp tác",
    "thỏa thuận",
    "bản ghi nhớ hợp tác",
    "bản ghi nhớ",
    "chương trình",
    "chiến lược",
    "đề án",
    "dự án",
    "danh mục",
    "kế hoạch",
    "nghị quyết",
    "phương án",
    "quy chế",
    "quy định",
    "quy hoạch",
)
"""What goes by its name alone where an act says what it is about."""
ACTS = (
    "quyết định",
    "kế hoạch",
    "công văn",
    "thông báo",
    "tờ trình",
    "chỉ thị",
    "hướng dẫn",
    "chương trình",
    "chiến lược",
    "đề án",
    "danh mục",
    "nghị quyết",
    "phương án",
    "quy chế",
    "quy định",
    "quy hoạch",
    "thỏa thuận hợp tác",
    "bản ghi nhớ hợp tác",
)
"""What is issued, approved or drafted."""
UNDERTAKINGS = (
    "kế hoạch",
    "chương trình",
    "chiến lược",
    "đề án",
    "nghị quyết",
    "quy chế",
    "quy hoạch",
    "thỏa thuận hợp tác",
    "bản ghi nhớ hợp tác",
)
"""What is carried out: a rule is obeyed and a list drawn up, which is no step of theirs."""


def any_of(words: Sequence[str]) -> str:
    """The pattern of any of the words; compile it without regard to case."""
    return "|".join(map(re.escape, words))


def type_word_at(text: str, start: int, words: Sequence[str]) -> str | None:
    """The type word, as written, that stands at an offset; None where none of `words` does."""
    word = _pattern(tuple(words)).match(text, start)
    return word.group() if word else None


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(any_of(words), re.IGNORECASE)
