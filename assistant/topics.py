"""The language of a question and the words of its topic: what is left without numbers, dates and question words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from assistant.coverage import Topic, syllables_of
from assistant.models import Language
from ingest.folding import fold
from ingest.models import NumberMention, Span

_ENGLISH = frozenset(
    """what which when how who whom where is are was were the of has have did does do list been under for
    an to many much by about status plan decision issued between difference and in it its""".split()  # noqa: SIM905 - read as words
)
_VIETNAMESE = frozenset(
    """la gi nao bao nhieu khi ai cua ve va cac nhung co chua da ke hoach quyet dinh ngay den the tinh
    trang van ban thuc hien trien khai con hieu luc duoc theo thi sao""".split()  # noqa: SIM905 - read as words
)
_STOP_PHRASES = """
tỷ lệ|tỉ lệ
đi qua|những bước|bước nào|trải qua
đã xong|xong|làm lại|nói|nêu|ghi|cho thấy|đến đâu|tối đa|tối thiểu|ít nhất|tất cả|toàn bộ|tổng cộng|tổng số
xin chào|chào bạn|chào anh|chào chị|cảm ơn|cám ơn|alo|hello
là gì|cái gì|những gì|việc gì|thế nào|như thế nào|ra sao|sao rồi|thì sao|bao nhiêu|bao giờ|khi nào
hôm nào|diễn ra|thời hạn|hạn cuối|hạn chót|hạn hoàn thành|vì|lý do|nguyên nhân
lúc nào|ngày nào|ngày bao nhiêu|ngày ban hành|ban hành ngày|ai là|do ai|cho ai|của ai|cơ quan nào
đơn vị nào|tổ chức nào|ở đâu|từ đâu|đến đâu|tới đâu|tại sao|vì sao|tình trạng|tình hình|trạng thái
giai đoạn nào|hiện nay|hiện tại|hiện ở|đến nay|tới nay|tính đến|cho hỏi|cho biết|xin hỏi
xin cho biết|liệt kê|so sánh|khác nhau|khác gì|khác nhau chỗ nào|ở điểm nào|cái nào|văn bản nào
những văn bản|các văn bản|văn bản|tài liệu|quyết định|kế hoạch|công văn|báo cáo|nghị quyết|thông báo
tờ trình|có phải|phải không|đúng không|đã được|được không|chưa được|về việc|nội dung gì|nói về
nói gì|nêu là|nêu rõ|được nhắc đến|nhắc đến|nhắc tới|theo văn bản|trong báo cáo này|là số nào
là số mấy|số nào|số mấy|số của|bằng những|những|các|nào|gì|ai|của|và|với|là|thì|mà|cho|bị|được|đã|đang|sẽ
chưa|không|có|ở|tại|trong|về|theo|từ|đến|tới|này|đó|kia|ấy|nó|vậy|thế|còn|mấy|ngày|hay|hoặc|rồi
hiện|tự|mỗi|một|hai|ba|bốn|hỏi|do|vào|như|để|cùng|lại|vừa|mới|bằng|phần trăm|thực hiện|việc thực hiện|việc triển khai
liên quan đến|liên quan|ký hiệu|mang ký hiệu|ra
""".replace("\n", "|").strip("|")
_SAFE_SYLLABLES = frozenset(
    """hello alo la gi nao cua va cac nhung da chua duoc cho hoi thi sao ve o bi co khong no nay theo den toi ra roi
    may""".split()  # noqa: SIM905 - read as words
)


_ENGLISH_STOP = frozenset(
    """hello hi thanks thank good morning afternoon a about after already also an and any are as at be been
    before being between by can could did do does during each end far for from had has have he how i in into
    is it its list made make many may me mentioned more much no not of off on one ones or our out over per
    please s shall she should so still such tell than that the their there they this through to under up us
    using was we were what when where which who whom will with within would yes yet you your""".split()  # noqa: SIM905 - read as words
)


_GENERAL_TERMS = frozenset(
    """ke hoach quyet dinh thanh pho quy danh muc bao cao tinh hinh trang cong van""".split()  # noqa: SIM905 - read as words
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
    return language_told(text) or "vi"


def language_told(text: str) -> Language | None:
    """The language that the words of a text tell; None where they tell none, as a mere number."""
    if any(c in "ăâđêôơưáàảãạéèẻẽẹíìỉĩịóòỏõọúùủũụýỳỷỹỵ" for c in fold_free(text)):
        return "vi"
    words = text.lower().replace("’", "'").split()
    english = sum(word.strip("?.,'\"") in _ENGLISH for word in words)
    vietnamese = sum(word.strip("?.,'\"") in _VIETNAMESE for word in words)
    if english == vietnamese:
        return None
    return "en" if english > vietnamese else "vi"


def fold_free(text: str) -> str:
    """The text in lower case without the document numbers in it, whose Đ says nothing of the language."""
    return re.sub(r"(?<!\S)\S*?\d\S*", " ", text).lower()


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
    text = _numbered_places(text)
    text = re.sub(r"\bQ([1-4])[\s/]*(20\d\d)", r"quý \1/\2", text)
    for english, vietnamese in _glossary():
        text = english.sub(f" {vietnamese} ", text)
    return " ".join(text.split())


def _numbered_places(text: str) -> str:
    """`District 8` in Vietnamese: its number belongs to the name."""
    return re.sub(r"\b[Dd]istrict (\d{1,2})\b", r"quận \1", text)


_REQUIRED = re.compile(r"(?<![\w/.,-])(?:\d{2,4}|[IVX]{2,5}|[A-Z]{3,6})(?![\w/,-]|\.\d)|(?<!\d)(?:19|20)\d\d(?!\d)")
_WIDELY_WRITTEN = frozenset(["UBND", "UBNDTP", "HĐND", "TTTT", "TPHCM", "TP", "HCM", "KHĐT", "USD", "VND", "BCĐ"])


_GLUED = re.compile(r"(?:qd|kh|cv|bc|tb|ttr|ct|nq)-?(?:ubnd|stttt|ttg|cp|tu|hdnd)")
_CODES = frozenset(fold(code).upper() for code in _WIDELY_WRITTEN) | frozenset(
    ("QD", "KH", "CV", "BC", "NQ", "TB", "TTR", "CT", "CP", "TTG")
)


def topic_of(text: str, language: Language, mentions: Sequence[NumberMention], spans: Sequence[Span]) -> Topic:
    """What a question is about: its content syllables, without its numbers, dates and question words."""
    characters = list(text)
    for span in (*(mention.span for mention in mentions), *spans):
        characters[span.start : span.end] = "|" * (span.end - span.start)
    bare = "".join(characters)
    if language == "en":
        return Topic(_english_runs(bare), plain=False)
    plain = bare.lower() == fold(bare)
    kept = _stop_pattern(plain).sub("|", fold(bare) if plain else unicodedata.normalize("NFC", bare).lower())
    runs = (syllables_of(run, plain) for run in re.split(r"[^\w\s]+", kept))
    required = tuple(word.lower() for word in _REQUIRED.findall(bare) if word not in _WIDELY_WRITTEN)
    spoken = ([syllable for syllable in run if not _GLUED.fullmatch(fold(syllable))] for run in runs)
    told = tuple(tuple(run) for run in spoken if run)
    # `qd 5880 ubnd`: what is left of a number typed loosely is no topic.
    if all(fold(syllable).upper() in _CODES for run in told for syllable in run):
        told = ()
    return Topic(told, plain, required)


def _english_runs(bare: str) -> tuple[tuple[str, ...], ...]:
    """The terms that the glossary has, names that both languages share (`Wifi`, `SOC`), and what is in neither."""
    runs: list[tuple[str, ...]] = []
    for part, known in _translated_parts(bare):
        words = [word.lower() for word in part.split()]
        if known:
            run = tuple(word for word in words if fold(word) not in _GENERAL_TERMS)
            runs += [run] if run else []
        else:
            runs += [(word,) for word in map(_bare_word, words) if _tells(word)]
    return tuple(runs)


def _tells(word: str) -> bool:
    """Whether a word that the glossary lacks is one of the topic; a type's name taken from the conversation is none."""
    return any(map(str.isalnum, word)) and word not in _ENGLISH_STOP and fold(word) not in _GENERAL_TERMS


def _bare_word(word: str) -> str:
    return word.strip("?.,;:!'’\"()|")


def _translated_parts(text: str) -> list[tuple[str, bool]]:
    """A text in pieces: those that the glossary turns into Vietnamese, and those that it leaves."""
    parts = [(re.sub(r"[’']s\b", " ", _numbered_places(text)), False)]
    for english, vietnamese in _glossary():
        cut: list[tuple[str, bool]] = []
        for part, known in parts:
            if known:
                cut.append((part, True))
                continue
            pieces = english.split(part)
            for at, piece in enumerate(pieces):
                cut += [(vietnamese, True)] if at else []
                cut += [(piece, False)] if piece.strip() else []
        parts = cut
    return parts
