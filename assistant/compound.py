"""Several questions in one sentence (`Ai chủ trì … và kinh phí bao nhiêu?`): each is answered by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.intents import TYPE_PHRASES
from assistant.models import Language
from assistant.question_numbers import numbers_in
from ingest.folding import fold
from ingest.models import NumberMention

_MOST_PARTS = 3
_ASKS = {
    "vi": re.compile(
        r"(?<!\w)(?:ai|(?:co quan|don vi|so|phong|ban|cong ty|ngay|thang|nam|luc|noi|van ban|quyet dinh|ke hoach) nao"
        r"|bao nhieu|khi nao|bao gio|bao lau|o dau|the nao|ra sao|vi sao|tai sao|den dau|(?:viec|noi dung|nhung|ly do|dieu) gi"
        r"|la gi)(?!\w)"
    ),
    "en": re.compile(r"(?<!\w)(?:who|when|where|why|how|which|what)(?!\w)"),
}
_JOINTS = {
    "vi": re.compile(r",?\s+va\s+|\s*[,;]\s+|\?\s+"),
    "en": re.compile(r",?\s+and\s+|\s*[,;]\s+|\?\s+"),
}
_VERBS = (
    r"chu tri|phu trach|phoi hop|ky|ban hanh|thuc hien|trien khai|quan ly|phe duyet|tham muu|xay dung|chiu trach nhiem"
    r"|to chuc|soan thao|theo doi|van hanh"
)
_OBJECT = {
    "vi": re.compile(
        rf"^\W*(?:ai|(?:co quan|don vi|so|phong|ban|cong ty) nao)\s+(?:la\s+)?(?:(?:da|dang|se|duoc giao)\s+)?"
        rf"(?:{_VERBS})\s+(?:viec\s+)?(?P<object>\S.*)$"
    ),
    "en": re.compile(
        r"^\W*(?:who|which \w+|what \w+)\s+(?:has |is |was |will )?"
        r"(?:leads?|leading|led|signed|issued|runs?|carries out|carried out|is responsible for|responsible for|manages?"
        r"|coordinates?|approved|implements?|implemented)\s+(?P<object>\S.*)$"
    ),
}
_SUBJECT = {
    "vi": re.compile(
        r"^\W*(?:sau [^,]{1,40},\s*|theo [^,]{1,60},\s*)?(?P<object>\w+(?:\s+\S+){2,20}?)\s+"
        r"(?:phai|duoc|bi|da|dang|se|can|co|la|do|cham|tam (?:dung|ngung|hoan)|ket thuc|bat dau)(?!\w)"
    ),
    "en": re.compile(
        r"^\W*(?:when|where|why|how)\s+(?:was|were|is|are|did|does|will|has)\s+(?P<object>(?:the\s+)?\w+(?:\s+\S+){1,12}?)"
        r"\s+(?:issued|approved|signed|completed|paused|carried|start|begin|end|finish)"
    ),
}
_POINTS_BACK = re.compile(
    r"(?<!\w)(?:its|it|nó|văn bản này|kế hoạch này|quyết định này|đề án này|chương trình này)(?!\w)", re.IGNORECASE
)
_LEAST_WORDS = 2
"""Words that a part has beside its interrogative: `quyết định nào và kế hoạch nào …` is one question."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions of a sentence."""

    words: str
    """As the person wrote it."""
    ways: tuple[str, ...]
    """Ways to ask it standing alone, the plainest first."""


def question_parts(question: str, language: Language) -> list[Part]:
    """The questions that a sentence asks; the sentence itself where it asks one."""
    whole = [Part(question, (question,))]
    pieces = _pieces(question, language)
    if len(pieces) < _LEAST_WORDS:
        return whole
    first = pieces[0]
    named = next((piece for piece in pieces if numbers_in(piece)), None)
    name = _written(named, numbers_in(named)[0]) if named else _about(first, language)
    if not name:
        return whole
    alone = [bool(numbers_in(piece)) or (piece is first and named is None) for piece in pieces]
    return [
        Part(piece, (piece,) if known else _with(piece, name, language))
        for piece, known in zip(pieces, alone, strict=True)
    ]


def _pieces(question: str, language: Language) -> list[str]:
    folded = fold(question)
    cuts = [0]
    for joint in _JOINTS[language].finditer(folded):
        left, right = folded[cuts[-1] : joint.start()], folded[joint.end() :]
        asks = _asks(left, language, _LEAST_WORDS) and _asks(_until_joint(right, language), language, 1)
        if len(cuts) < _MOST_PARTS and asks:
            cuts.append(joint.end())
    ends = [*cuts[1:], len(question)]
    pieces = [question[start:end] for start, end in zip(cuts, ends, strict=True)]
    return [re.sub(r"(?:,?\s+(?:và|va|and))?[\s,;?]*$", "", piece, flags=re.IGNORECASE).strip() for piece in pieces]


def _until_joint(folded: str, language: Language) -> str:
    joint = _JOINTS[language].search(folded)
    return folded[: joint.start()] if joint else folded


def _asks(folded: str, language: Language, least: int) -> bool:
    """Whether the words ask something: an interrogative with at least `least` words beside it."""
    match = _ASKS[language].search(folded)
    if not match:
        return False
    rest = (folded[: match.start()] + folded[match.end() :]).split()
    return len(rest) >= least


def _about(first: str, language: Language) -> str:
    """The words of the first question that say what it is about."""
    folded = fold(first)
    for pattern in (_OBJECT[language], _SUBJECT[language]):
        match = pattern.match(folded)
        if match:
            return first[match.start("object") : match.end("object")].strip(" ,.")
    return ""


def _written(text: str, mention: NumberMention) -> str:
    """A document number as written, with the type word before it."""
    lead = re.search(r"((?:[^\W\d_]+\s+){1,2})(?:số\s+|so\s+)?$", text[: mention.span.start])
    words = fold(lead.group(1)).strip() if lead else ""
    typed = next((phrase for phrase, _ in TYPE_PHRASES if words == phrase or words.endswith(f" {phrase}")), None)
    start = mention.span.start - (len(lead.group()) if lead and typed else 0)
    return text[start : mention.span.end].strip()


def _with(piece: str, name: str, language: Language) -> tuple[str, ...]:
    bare = re.sub(r"\s+", " ", _POINTS_BACK.sub(" ", piece)).strip()
    if language == "en":
        return f"{bare} of {name}", f"{bare} — {name}"
    asks = _ASKS[language].search(fold(bare))
    at = asks.start() if asks else len(bare)
    # `kinh phí bao nhiêu` asks of the plan's funds, `xong trước ngày nào` of the plan itself.
    return f"{bare} — {name}", f"{bare[:at]}{name} {bare[at:]}".strip(), f"{name} {bare}"
