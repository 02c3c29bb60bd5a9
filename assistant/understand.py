"""What a question asks: the documents it names, its intent, its limits of time and issuer, the words of its topic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files

from assistant.models import Language, Turn
from ingest.bodies import find_bodies, full_name
from ingest.dates import find_dates
from ingest.folding import fold, fold_words
from ingest.models import NumberMention, Span
from ingest.numbers import find_numbers


class Intent(StrEnum):
    """The kinds of question."""

    STATUS = "status"
    SUBJECT = "subject"
    WHEN = "when"
    WHO = "who"
    SIGNER = "signer"
    HOW_MANY = "how_many"
    LIST = "list"
    RELATION = "relation"
    COMPARE = "compare"
    VALIDITY = "validity"
    EFFECTIVE = "effective"
    TIMELINE = "timeline"
    WHY = "why"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days that the question limits itself to."""

    start: date
    end: date
    words: str
    """As the person wrote it."""

    def holds(self, day: date | None) -> bool:
        """Whether `day` lies in it."""
        return day is not None and self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class Understanding:
    """A question taken apart."""

    question: str
    """Standing alone: a follow-up filled in from the conversation."""
    language: Language
    intent: Intent
    mentions: tuple[NumberMention, ...]
    """Document numbers that it names, whole or in part."""
    days: tuple[date, ...] = ()
    periods: tuple[Period, ...] = ()
    issuers: tuple[str, ...] = ()
    """Bodies that it names, in full."""
    type_code: str | None = None
    """The type of the documents that it asks for (`các kế hoạch nào`)."""
    series: tuple[str, str] | None = None
    """(type, issuer) codes named without a number (`ký hiệu KH-STTTT`)."""
    topic: tuple[str, ...] = ()
    """Folded content words, in order."""
    units: tuple[str, ...] = ()
    """Folded words behind `bao nhiêu`: what is counted."""
    money: bool = False
    history: str = field(default="", compare=False)


_ENGLISH = frozenset(
    ["what", "which", "when", "how", "who", "whom", "where", "is", "are", "was", "were", "the", "of", "has", "have", "did", "does", "do", "list", "been", "under", "for", "an", "to", "many", "much", "by", "about", "status", "plan", "decision", "issued", "between", "difference", "and", "in", "it", "its"]
)
_VIETNAMESE = frozenset(
    ["la", "gi", "nao", "bao", "nhieu", "khi", "ai", "so", "cua", "ve", "va", "cac", "nhung", "co", "chua", "da", "ke", "hoach", "quyet", "dinh", "ngay", "den", "the", "tinh", "trang", "van", "ban", "thuc", "hien", "trien", "khai", "con", "hieu", "luc", "duoc", "theo", "thi", "sao"]
)
_INTENTS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    (
        Intent.COMPARE,
        re.compile(
            r"so sanh|khac (?:nhau|gi|the nao)|cai nao|difference|compare|diem khac|giong nhau|ky truoc|co truoc"
        ),
    ),
    (Intent.SIGNER, re.compile(r"\bai (?:la nguoi )?(?:da )?ky\b|nguoi ky|who signed|signatory|do ai ky")),
    (
        Intent.EFFECTIVE,
        re.compile(
            r"hieu luc (?:ke )?(?:tu|khi)|take effect|took effect|co hieu luc (?:ngay|tu|khi)|effective (?:from|date)"
        ),
    ),
    (
        Intent.VALIDITY,
        re.compile(
            r"con hieu luc|con (?:duoc )?(?:ap dung|gia tri)|het hieu luc|hieu luc khong|tinh trang hieu luc|in force|still valid|bi huy bo|cancelled"
        ),
    ),
    (
        Intent.TIMELINE,
        re.compile(
            r"dien bien|qua (?:cac|ba|hai|tung|nhung)|tung (?:ky|quy|nam|buoc)|nhung buoc nao|timeline|thay doi the nao"
        ),
    ),
    (Intent.WHY, re.compile(r"\b(?:vi sao|tai sao|ly do|nguyen nhan|why|cham vi)\b")),
    (
        Intent.LIST,
        re.compile(
            r"liet ke|nhung (?:\w+ ){0,6}nao\b|cac (?:\w+ ){0,8}nao\b|\blist\b|gom nhung|bang nhung|duoc nhac den|mentioned"
            r"|nhung kenh|co nhung|which (?:plans|decisions|documents|letters)|\bnhung to nao"
        ),
    ),
    (
        Intent.HOW_MANY,
        re.compile(
            r"bao nhieu (?!ngay ban hanh)|\bmay (?!cai gi)\w+|so luong|how many|how much|con bao nhieu|phan tram"
        ),
    ),
    (
        Intent.RELATION,
        re.compile(
            r"(?:thay the|dinh chinh|dieu chinh|sua doi|bo sung|bai bo|trien khai|thuc hien|can cu|cu the hoa|phe duyet|theo|phuc vu"
            r"|ban hanh kem theo|dan den|huong dan|dua tren)[^?]{0,60}(?:van ban|quyet dinh|ke hoach|chuong trinh|nghi quyet|to trinh"
            r"|thong bao|cai|gi|de an|bao cao|cong van)\s*(?:so\s*)?(?:nao|gi|cua)"
            r"|(?:van ban|quyet dinh|ke hoach|quy che|to trinh|thong bao)\s+nao[^?]{0,30}(?:thay|dinh chinh|dieu chinh|phe duyet|trien khai"
            r"|ban hanh|cu the|huong dan|sua doi|thuc hien)"
            r"|(?:dieu chinh|phe duyet|thay the|dinh chinh|sua doi|uy quyen)\s+(?:cho\s+)?(?:cai gi|nhung gi|gi|ai)"
            r"|which \w+ (?:implements|approved|replaced|amends|replaces|amended)|(?:replace|amend|implement)\b"
        ),
    ),
    (
        Intent.SUBJECT,
        re.compile(
            r"ve viec gi|noi dung gi|ve gi\b|noi ve|noi gi|la gi\b|what is (?!the status)[^?]*about|quy dinh gi|thanh lap to nao|cung cap noi dung"
        ),
    ),
    (
        Intent.STATUS,
        re.compile(
            r"tinh trang|tinh hinh|trang thai|(?:den|toi) dau|tien do|the nao|ra sao|sao roi|\bchua\b|giai doan nao|status|progress"
            r"|thi sao|hoan thanh|has .* been|da xong|\bsao\s*$"
        ),
    ),
    (
        Intent.WHEN,
        re.compile(
            r"ngay nao|ngay bao nhieu|khi nao|luc nao|bao gio|thoi han|when|ngay ban hanh|ngay thang nao|thang nao"
        ),
    ),
    (
        Intent.WHO,
        re.compile(r"\bai\b|co quan nao|don vi nao|do ai|to chuc nao|who|which agency|cho ai|tu dau\b|so nao chu tri"),
    ),
)
_ISSUED_WHEN = re.compile(r"ban hanh ngay|ngay ban hanh|ngay bao nhieu|ngay nao")
_MONEY = re.compile(
    r"kinh phi|ngan sach|bao nhieu tien|so tien|giai ngan|tong von|budget|how much money|von dau tu|chi phi|\bcost"
)
_TYPE_PHRASES: tuple[tuple[str, str], ...] = (
    ("nghi quyet", "NQ"),
    ("quyet dinh", "QĐ"),
    ("ke hoach", "KH"),
    ("cong van", "CV"),
    ("bao cao", "BC"),
    ("nghi dinh", "NĐ"),
    ("thong tu", "TT"),
    ("chi thi", "CT"),
    ("thong bao", "TB"),
    ("to trinh", "TTr"),
    ("decisions", "QĐ"),
    ("decision", "QĐ"),
    ("plans", "KH"),
    ("plan", "KH"),
    ("reports", "BC"),
    ("official letters", "CV"),
    ("resolutions", "NQ"),
)
_ASKS_FOR_TYPE = r"(?:cac|nhung|liet ke|list|which|bao nhieu|may|how many|the)\s+(?:\w+\s+){{0,4}}?{0}\b|{0}\s+nao\b"
_SERIES = re.compile(r"(?<![\w/-])([A-ZĐ][A-Za-zĐđr]{1,3})-([A-ZĐ][A-Za-zĐđ]{1,12})(?![\w/-])")
_UNIT = re.compile(r"(?:bao nhieu|how many|\bmay)\s+((?:[a-z]+\s*){1,3})")
_NO_UNITS = frozenset(["den", "toi", "o", "tai", "trong", "tu", "va", "cua", "theo", "thi", "la", "nam", "ngay", "tien"])
_FOLLOW = re.compile(
    r"\b(?:no|do|nay|ay|kia|van ban nay|quyet dinh do|ke hoach do|thi sao|the con|con|vay|thu hai|thu nhat|it|its|that|this)\b"
)
_SUBSTITUTE = re.compile(r"^\W*(?:the con|the|con|vay con|con ve|what about|and)\b")
_STOP_PHRASES = """
là gì|cái gì|những gì|việc gì|thế nào|như thế nào|ra sao|sao rồi|thì sao|bao nhiêu|bao giờ|khi nào|lúc nào|ngày nào|ngày bao nhiêu
ngày ban hành|ban hành ngày|ai là|do ai|cho ai|của ai|cơ quan nào|đơn vị nào|tổ chức nào|ở đâu|từ đâu|đến đâu|tới đâu|tại sao|vì sao
tình trạng|tình hình|trạng thái|giai đoạn nào|hiện nay|hiện tại|hiện ở|đến nay|tới nay|tính đến|cho hỏi|cho biết|xin hỏi|xin cho biết
liệt kê|so sánh|khác nhau|khác gì|khác nhau chỗ nào|ở điểm nào|cái nào|văn bản nào|những văn bản|các văn bản|văn bản|tài liệu
quyết định|kế hoạch|công văn|báo cáo|nghị quyết|thông báo|tờ trình|có phải|phải không|đúng không|đã được|được không|chưa được
về việc|nội dung gì|nói về|nói gì|nêu là|nêu rõ|được nhắc đến|nhắc đến|nhắc tới|theo văn bản|trong báo cáo này|là số nào|là số mấy
số nào|số mấy|bằng những|những|các|nào|gì|ai|của|và|với|là|thì|mà|cho|bị|được|đã|đang|sẽ|chưa|không|có|ở|tại|trong|về|theo|từ|đến|tới
này|đó|kia|ấy|nó|vậy|thế|còn|mấy|số|ngày|hay|hoặc|rồi|hiện|tự|mỗi|một|hai|ba|bốn|hỏi|do|vào|như|để|cùng|lại|vừa|mới|bằng|phần trăm
thực hiện|việc|liên quan đến|liên quan|ký hiệu|mang ký hiệu|ra
""".replace("\n", "|").strip("|")
_SAFE_SYLLABLES = frozenset(
    ["la", "gi", "nao", "cua", "va", "cac", "nhung", "da", "chua", "duoc", "cho", "hoi", "thi", "sao", "ve", "o", "bi", "co", "khong", "no", "nay", "theo", "den", "toi", "ra", "roi", "so", "may"]
)
_ENGLISH_STOP = frozenset(
    ["what", "which", "when", "how", "who", "whom", "where", "is", "are", "was", "were", "the", "of", "has", "have", "had", "did", "does", "do", "list", "been", "under", "for", "an", "a", "to", "many", "much", "by", "about", "and", "in", "on", "it", "its", "that", "this", "at", "be", "with", "from", "there", "any", "into", "please", "tell", "me", "s", "mentioned", "already", "during", "end"]
)


_GENERAL_TERMS = frozenset(["ke", "hoach", "quyet", "dinh", "thanh", "pho", "quy", "danh", "muc", "bao", "cao", "tinh", "hinh", "trang", "cong", "van"])


@lru_cache(maxsize=2)
def _stop_pattern(folded: bool) -> re.Pattern[str]:
    phrases = _STOP_PHRASES.split("|")
    if folded:
        phrases = [phrase for phrase in map(fold, phrases) if " " in phrase or phrase in _SAFE_SYLLABLES]
    return re.compile(
        r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(set(phrases), key=len, reverse=True))) + r")(?!\w)"
    )


def understand(question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Understanding:
    """Take a question apart; a follow-up is first filled in from the conversation."""
    standalone, inherited = stand_alone(question, history)
    folded = fold_words(standalone)
    spoken = language or language_of(question if len(question.split()) > 2 else standalone)
    mentions = tuple(_numbers(standalone)) or inherited
    dates = find_dates(standalone)
    outside = [mention for mention in dates if not any(mention.span.overlaps(n.span) for n in mentions)]
    periods = [period for mention in outside if (period := _period(standalone, mention))]
    if spoken == "en":
        vietnamese = translated(standalone)
        periods += [_period(vietnamese, m) for m in find_dates(vietnamese) if m.precision == "quarter"]
    bodies = _bodies(standalone, spoken, mentions)
    return Understanding(
        question=standalone,
        language=spoken,
        intent=intent_of(folded),
        mentions=mentions,
        days=tuple(mention.date for mention in outside if mention.date),
        periods=tuple(filter(None, periods)),
        issuers=bodies,
        type_code=_type_asked(folded),
        series=_series(standalone, mentions),
        topic=topic_words(standalone, spoken, mentions, [m.span for m in outside]),
        units=_units(folded),
        money=_MONEY.search(folded) is not None,
        history=" ".join(turn.content for turn in history),
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


def intent_of(folded: str) -> Intent:
    """The first intent whose words the folded question has."""
    for intent, words in _INTENTS:
        if words.search(folded):
            return intent
    return Intent.OTHER


def stand_alone(question: str, history: Sequence[Turn]) -> tuple[str, tuple[NumberMention, ...]]:
    """The question with what it leaves to the conversation, and the numbers that it takes from there.

    Returns:
        The standalone question, and the mentions inherited where the question itself names none.
    """
    own = _numbers(question)
    if not history:
        return question, ()
    folded = fold_words(question)
    bare = re.search(r"(?<![\w/.])(\d{2,5}[a-z]?)(?![\w/.])", question)
    earlier = [turn.content for turn in history if turn.role == "user"]
    if _SUBSTITUTE.match(folded) and (own or bare) and earlier:
        return _substituted(question, own, bare, earlier[-1], history), ()
    if own or not (_FOLLOW.search(folded) or _SUBSTITUTE.match(folded) or len(folded.split()) <= 7):
        return question, ()
    last = _last_mention(history)
    if last is None:
        return (f"{earlier[-1]} — {question}" if earlier else question), ()
    text, mention = last
    name = _name_of(text, mention)
    carried = (
        ""
        if intent_of(folded) not in {Intent.OTHER, Intent.STATUS} or not earlier
        else f"{earlier[-1].rstrip('?. ')}: "
    )
    if _numbers(carried):
        return f"{carried}{question}", ()
    return f"{carried}{question.rstrip('?. ')} — {name}?", ()


def _substituted(
    question: str, own: Sequence[NumberMention], bare: re.Match[str] | None, before: str, history: Sequence[Turn]
) -> str:
    """`Thế còn 1509?` after a question on 1507/QĐ-UBND asks the same of 1509/QĐ-UBND."""
    asked = _numbers(before)
    if own:
        name = _name_of(question, own[0])
    else:
        last = _last_mention(history)
        sequence = bare.group(1) if bare else ""
        canonical = last[1].canonical if last else None
        name = re.sub(r"^\d+[a-z]?", sequence, canonical) if canonical else sequence
    if not asked:
        return f"{before.rstrip('?. ')}: {name}?"
    first, last_asked = asked[0], asked[-1]
    start, end = first.span.start, last_asked.span.end
    if first.partial and own and not own[0].partial:
        return f"{before[:start]}{name}{before[end:]}"
    return f"{before[:start]}{name}{before[end:]}"


def _last_mention(history: Sequence[Turn]) -> tuple[str, NumberMention] | None:
    """The document that the conversation last spoke of.

    Where the last question named a document and did not ask for another, it is that one; else the first that
    the answer names outside brackets and quotes.
    """
    answers = [turn.content for turn in history if turn.role == "assistant"]
    questions = [turn.content for turn in history if turn.role == "user"]
    named = _numbers(questions[-1]) if questions else []
    if answers:
        plain = re.sub(r"\([^()]*\)|“[^”]*”", lambda match: " " * len(match.group()), answers[-1])
        said = [m for m in _numbers(plain) if not any(_alike(m, other) for other in named)]
        asks_for_another = not named or _type_asked(fold_words(questions[-1])) is not None
        if said and asks_for_another:
            return answers[-1], said[0]
    if named:
        return questions[-1], named[-1]
    for turn in reversed(history):
        found = _numbers(turn.content)
        if found:
            return turn.content, found[0]
    return None


def _alike(one: NumberMention, other: NumberMention) -> bool:
    return one.key == other.key if one.key and other.key else one.number == other.number


def _name_of(text: str, mention: NumberMention) -> str:
    before = re.search(r"((?:[^\W\d_]+\s+){1,2})(?:số\s+)?$", text[: mention.span.start])
    word = before.group(1).strip() if before and mention.canonical else ""
    kept = word if fold(word) in {phrase for phrase, _ in _TYPE_PHRASES} else ""
    dated = f" ngày {mention.date:%d/%m/%Y}" if mention.date else ""
    return f"{kept} {mention.canonical or mention.surface}{dated}".strip()


def _bodies(text: str, language: Language, mentions: Sequence[NumberMention]) -> tuple[str, ...]:
    characters = list(text)
    for mention in mentions:
        characters[mention.span.start : mention.span.end] = " " * (mention.span.end - mention.span.start)
    bare = "".join(characters)
    words = bare if language == "vi" else translated(bare)
    return tuple(dict.fromkeys(full_name(body.of(words)) for body in find_bodies(words, 0, len(words))))


_TYPE_AND_DIGITS = re.compile(
    r"(?<!\w)(?i:quyết định|quyet dinh|kế hoạch|ke hoach|công văn|cong van|báo cáo|bao cao|thông báo|thong bao|tờ trình|to trinh"
    r"|nghị quyết|nghi quyet|decision|plan|report|letter)\s+(?:(?i:số|so|no\.?)\s+)?(\d{1,5}[a-zđ]?)(?![\w/.,-]*\d|[/-])"
)


def _numbers(text: str) -> list[NumberMention]:
    """The numbers of a question; here a type word with bare digits is one whatever follows it."""
    found = find_numbers(text)
    for match in _TYPE_AND_DIGITS.finditer(text):
        span = Span(*match.span())
        if not any(mention.span.overlaps(span) for mention in found):
            read = find_numbers(f"{match.group().rstrip()}.")
            found += [replace(m, span=span, surface=match.group()) for m in read[:1]]
    return sorted(found, key=lambda mention: mention.span.start)


def _period(text: str, mention: object) -> Period | None:
    last = getattr(mention, "last_day", None)
    precision = getattr(mention, "precision", None)
    if last is None or precision in {"day", "blank"}:
        return None
    year, month = mention.year, mention.month  # type: ignore[attr-defined]
    return Period(date(year, month or 1, 1), last, mention.span.of(text))  # type: ignore[attr-defined]


def _type_asked(folded: str) -> str | None:
    for phrase, code in _TYPE_PHRASES:
        if re.search(_ASKS_FOR_TYPE.format(phrase), folded):
            return code
    return None


def _series(text: str, mentions: Sequence[NumberMention]) -> tuple[str, str] | None:
    for match in _SERIES.finditer(text):
        if not any(mention.span.overlaps(Span(*match.span())) and not mention.blank for mention in mentions):
            return match.group(1), match.group(2)
    return None


def _units(folded: str) -> tuple[str, ...]:
    found = []
    for match in _UNIT.finditer(folded):
        words = match.group(1).split()
        if words and words[0] not in _NO_UNITS and words[0] not in _ENGLISH_STOP:
            found.append(" ".join(words[:2]))
    return tuple(found)


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
