"""The language of a question and the words of its topic: what is left without numbers, dates and question words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from assistant.models import Language
from ingest.folding import fold, fold_words
from ingest.models import NumberMention, Span

_ENGLISH = frozenset(
    [
        "what",
        "which",
        "when",
        "how",
        "who",
        "whom",
        "where",
        "is",
        "are",
        "was",
        "were",
        "the",
        "of",
        "has",
        "have",
        "did",
        "does",
        "do",
        "list",
        "been",
        "under",
        "for",
        "an",
        "to",
        "many",
        "much",
        "by",
        "about",
        "status",
        "plan",
        "decision",
        "issued",
        "between",
        "difference",
        "and",
        "in",
        "it",
        "its",
    ]
)
_VIETNAMESE = frozenset(
    [
        "la",
        "gi",
        "nao",
        "bao",
        "nhieu",
        "khi",
        "ai",
        "so",
        "cua",
        "ve",
        "va",
        "cac",
        "nhung",
        "co",
        "chua",
        "da",
        "ke",
        "hoach",
        "quyet",
        "dinh",
        "ngay",
        "den",
        "the",
        "tinh",
        "trang",
        "van",
        "ban",
        "thuc",
        "hien",
        "trien",
        "khai",
        "con",
        "hieu",
        "luc",
        "duoc",
        "theo",
        "thi",
        "sao",
    ]
)
_STOP_PHRASES = """
xin chào|chào bạn|chào anh|chào chị|cảm ơn|cám ơn|alo|hello
là gì|cái gì|những gì|việc gì|thế nào|như thế nào|ra sao|sao rồi|thì sao|bao nhiêu|bao giờ|khi nào
lúc nào|ngày nào|ngày bao nhiêu|ngày ban hành|ban hành ngày|ai là|do ai|cho ai|của ai|cơ quan nào
đơn vị nào|tổ chức nào|ở đâu|từ đâu|đến đâu|tới đâu|tại sao|vì sao|tình trạng|tình hình|trạng thái
giai đoạn nào|hiện nay|hiện tại|hiện ở|đến nay|tới nay|tính đến|cho hỏi|cho biết|xin hỏi
xin cho biết|liệt kê|so sánh|khác nhau|khác gì|khác nhau chỗ nào|ở điểm nào|cái nào|văn bản nào
những văn bản|các văn bản|văn bản|tài liệu|quyết định|kế hoạch|công văn|báo cáo|nghị quyết|thông báo
tờ trình|có phải|phải không|đúng không|đã được|được không|chưa được|về việc|nội dung gì|nói về
nói gì|nêu là|nêu rõ|được nhắc đến|nhắc đến|nhắc tới|theo văn bản|trong báo cáo này|là số nào
là số mấy|số nào|số mấy|bằng những|những|các|nào|gì|ai|của|và|với|là|thì|mà|cho|bị|được|đã|đang|sẽ
chưa|không|có|ở|tại|trong|về|theo|từ|đến|tới|này|đó|kia|ấy|nó|vậy|thế|còn|mấy|số|ngày|hay|hoặc|rồi
hiện|tự|mỗi|một|hai|ba|bốn|hỏi|do|vào|như|để|cùng|lại|vừa|mới|bằng|phần trăm|thực hiện|việc
liên quan đến|liên quan|ký hiệu|mang ký hiệu|ra
""".replace("\n", "|").strip("|")
_SAFE_SYLLABLES = frozenset(
    [
        "la",
        "gi",
        "nao",
        "cua",
        "va",
        "cac",
        "nhung",
        "da",
        "chua",
        "duoc",
        "cho",
        "hoi",
        "thi",
        "sao",
        "ve",
        "o",
        "bi",
        "co",
        "khong",
        "no",
        "nay",
        "theo",
        "den",
        "toi",
        "ra",
        "roi",
        "so",
        "may",
    ]
)
_ENGLISH_STOP = frozenset(
    [
        "what",
        "which",
        "when",
        "how",
        "who",
        "whom",
        "where",
        "is",
        "are",
        "was",
        "were",
        "the",
        "of",
        "has",
        "have",
        "had",
        "did",
        "does",
        "do",
        "list",
        "been",
        "under",
        "for",
        "an",
        "a",
        "to",
        "many",
        "much",
        "by",
        "about",
        "and",
        "in",
        "on",
        "it",
        "its",
        "that",
        "this",
        "at",
        "be",
        "with",
        "from",
        "there",
        "any",
        "into",
        "please",
        "tell",
        "me",
        "s",
        "mentioned",
        "already",
        "during",
        "end",
    ]
)


_GENERAL_TERMS = frozenset(
    [
        "ke",
        "hoach",
        "quyet",
        "dinh",
        "thanh",
        "pho",
        "quy",
        "danh",
        "muc",
        "bao",
        "cao",
        "tinh",
        "hinh",
        "trang",
        "cong",
        "van",
    ]
)


@lru_cache(maxsize=2)
def _stop_pattern(folded: bool) -> re.Pattern[str]:
    phrases = _STOP_PHRASES.split("|")
    if folded:
        phrases = [phrase for phrase in map(fold, phrases) if " " in phrase or phrase in _SAFE_SYLLABLES]
    return re.compile(
        r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(set(phrases), key=len, reverse=True))) + r")(?!\w)"
    )


def language_of(text: str) -> Language:
    """English where its words are; Vietnamese otherwise, with diacritics or without."""
    if any(c in "ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ" for c in fold_free(text)):
        return "vi"
    words = text.lower().replace("’", "'").split()
    english = sum(word.strip("?.,'\"") in _ENGLISH for word in words)
    vietnamese = sum(word.strip("?.,'\"") in _VIETNAMESE for word in words)
    return "en" if english > vietnamese else "vi"


def fold_free(text: str) -> str:
    """The text in lower case without the document numbers in it, whose Đ says nothing of the language."""
    return re.sub(r"\S*\d\S*", " ", text).lower()


@lru_cache(maxsize=1)
def _glossary() -> tuple[tuple[re.Pattern[str], str], ...]:
    lines = (files("prompts") / "glossary.en.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [line.split("\t") for line in lines if "\t" in line]
    pairs.sort(key=lambda pair: -len(pair[0]))
    return tuple(
        (re.compile(rf"\b{re.escape(english)}s?\b", re.IGNORECASE), vietnamese) for english, vietnamese in pairs
    )


def translated(text: str) -> str:
    """An English question with the terms of the field in Vietnamese; what the glossary lacks is left."""
    text = re.sub(r"[’']s\b", " ", text)
    text = re.sub(r"\bQ([1-4])[\s/]*(20\d\d)", r"quý \1/\2", text)
    for english, vietnamese in _glossary():
        text = english.sub(f" {vietnamese} ", text)
    return " ".join(text.split())


def topic_words(
    text: str, language: Language, mentions: Sequence[NumberMention], spans: Sequence[Span]
) -> tuple[str, ...]:
    """The folded content words of a question, without its numbers, dates and question words."""
    characters = list(text)
    for span in (*(mention.span for mention in mentions), *spans):
        characters[span.start : span.end] = " " * (span.end - span.start)
    bare = "".join(characters)
    if language == "en":
        return _english_topic(bare)
    plain = bare == fold(bare) or bare.lower() == fold(bare)
    lowered = fold(bare) if plain else bare.lower()
    kept = _stop_pattern(plain).sub(" ", lowered)
    return tuple(word for word in fold_words(kept).split() if len(word) > 1 or word.isdigit())


def _english_topic(bare: str) -> tuple[str, ...]:
    """What the glossary has in Vietnamese, and names that are the same in both languages (`Wifi`, `SOC`, `1022`)."""
    words: list[str] = []
    english = set(fold_words(bare).split())
    for token in translated(bare).split():
        for word in fold_words(token).split():
            vietnamese = word not in english or token != fold(token)
            if vietnamese and word not in _ENGLISH_STOP and word not in _GENERAL_TERMS and not word.isdigit():
                words.append(word)
    return tuple(words)
