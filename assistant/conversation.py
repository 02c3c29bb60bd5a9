"""Follow-ups: a question that leans on the conversation, filled in so that it stands alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.intents import MONEY, TYPE_PHRASES, Intent, intent_of, type_asked
from assistant.models import Turn
from assistant.topics import language_of, topic_of
from ingest.folding import fold, fold_words
from ingest.models import NumberMention, Span
from ingest.numbers import find_numbers

_FOLLOW = re.compile(
    r"\b(?:no|do|(?<!hom )(?<!hien )nay|ay|kia|van ban nay|quyet dinh do|ke hoach do|thi sao|the con|con|vay|thu hai"
    r"|thu nhat|it|its|that|this)\b"
)
_SUBSTITUTE = re.compile(r"^\W*(?:the con|the|con|vay con|con ve|what about|and)\b")
_TYPE_NAMES = "|".join(phrase for phrase, _ in TYPE_PHRASES)
_TYPE_AND_DIGITS = re.compile(
    r"(?<!\w)(?i:quyết định|quyet dinh|kế hoạch|ke hoach|công văn|cong van|báo cáo|bao cao|thông báo"
    r"|thong bao|tờ trình|to trinh"
    r"|nghị quyết|nghi quyet|nghị định|nghi dinh|thông tư|thong tu|chỉ thị|chi thi"
    r"|decision|plan|report|letter)\s+(?:(?i:số|so"
    r"|no\.?)\s+)?(\d{1,5}[a-zđ]?)(?![\w/.,-]*\d|[/-])"
)


def numbers_in(text: str) -> list[NumberMention]:
    """The numbers of a question; here a type word with bare digits is one whatever follows it."""
    found = find_numbers(text)
    for match in _TYPE_AND_DIGITS.finditer(text):
        span = Span(*match.span())
        if not any(mention.span.overlaps(span) for mention in found):
            read = find_numbers(f"{match.group().rstrip()}.")
            found += [replace(m, span=span, surface=match.group()) for m in read[:1]]
    return sorted(found, key=lambda mention: mention.span.start)


def stand_alone(question: str, history: Sequence[Turn]) -> tuple[str, tuple[NumberMention, ...]]:
    """The question with what it leaves to the conversation, and the numbers that it takes from there.

    Returns:
        The standalone question, and the mentions inherited where the question itself names none.
    """
    own = numbers_in(question)
    if not history:
        return question, ()
    folded = fold_words(question)
    bare = re.search(r"(?<![\w/.])(\d{2,5}[a-z]?)(?![\w/.])", question)
    earlier = [turn.content for turn in history if turn.role == "user"]
    if earlier and _chooses(question, own, earlier[-1]):
        return _substituted(question, own, None, earlier[-1], history), ()
    if _SUBSTITUTE.match(folded) and (own or bare) and earlier:
        return _substituted(question, own, bare, earlier[-1], history), ()
    if (
        own
        or _GREETING.match(folded)
        or (_own_topic(question) and not (_FOLLOW.search(folded) or _SUBSTITUTE.match(folded)))
    ):
        return question, ()
    if not (_FOLLOW.search(folded) or _SUBSTITUTE.match(folded) or len(folded.split()) <= 7):
        return question, ()
    last = _last_mention(history)
    if last is None:
        return (f"{earlier[-1]} — {question}" if earlier else question), ()
    text, mention = last
    name = _name_of(text, mention)
    carried = (
        ""
        if intent_of(folded) not in {Intent.OTHER, Intent.STATUS} or MONEY.search(folded) or not earlier
        else f"{earlier[-1].rstrip('?. ')}: "
    )
    if numbers_in(carried):
        return f"{carried}{question}", ()
    return f"{carried}{question.rstrip('?. ')} — {name}?", ()


def _chooses(question: str, own: Sequence[NumberMention], before: str) -> bool:
    """Whether the question is nothing but one of the documents that share the last question's number."""
    asked = numbers_in(before)
    if len(own) != 1 or len(asked) != 1 or not _alike(own[0], asked[0]) or own[0].date is None:
        return False
    characters = list(question)
    characters[own[0].span.start : own[0].span.end] = ""
    rest = fold_words("".join(characters))
    return re.fullmatch(r"(?:ngay )?[\d ]*", re.sub(rf"^(?:{_TYPE_NAMES}) (?:so )?", "", rest)) is not None


_GREETING = re.compile(r"(?:xin chao|chao|cam on|hello|hi|thank)\b")
_ATTRIBUTES = frozenset(
    (  # noqa: SIM905 - read as words
        "kinh phi von hieu luc ban hanh nguoi ky noi nhan tien do can cu thay the so ngay chu tri thoi "
        "han noi dung muc tieu don vi co quan trien khai thuc hien hoan thanh dieu khoan phu luc tham "
        "muu phoi hop nhiem vu ket qua hinh thuc quy nam thang cham ly budget cost sign signed effect "
        "issued deadline status "
    ).split()
)
"""What every document has: a short question with no other word asks it of the document last spoken of."""


def _own_topic(question: str) -> bool:
    """Whether a question names something of its own."""
    topic = topic_of(question, language_of(question), (), ())
    return len([word for word in topic.syllables if fold(word) not in _ATTRIBUTES and not word.isdigit()]) >= 2


def _substituted(
    question: str, own: Sequence[NumberMention], bare: re.Match[str] | None, before: str, history: Sequence[Turn]
) -> str:
    """`Thế còn 1509?` after a question on 1507/QĐ-UBND asks the same of 1509/QĐ-UBND."""
    asked = numbers_in(before)
    if own:
        name = _name_of(question, own[0])
    else:
        last = _last_mention(history)
        sequence = bare.group(1) if bare else ""
        canonical = last[1].canonical if last else None
        name = re.sub(r"^\d+[a-z]?", sequence, canonical) if canonical else sequence
    if not asked:
        return f"{before.rstrip('?. ')}: {name}?"
    start, end = asked[0].span.start, asked[-1].span.end
    kind = re.match(rf"(?i:{_TYPE_NAMES})(?!\w)", fold(name))
    if kind:
        # The name brings its type along; the one that stands before the old number goes.
        lead = re.search(rf"{kind.group()}\s+(?:so\s+)?$", fold(before[:start]))
        start = lead.start() if lead else start
    return f"{before[:start]}{name}{before[end:]}"


def _last_mention(history: Sequence[Turn]) -> tuple[str, NumberMention] | None:
    """The document that the conversation last spoke of.

    Where the last question named a document and did not ask for another, it is that one; else the first that
    the answer names outside brackets and quotes.
    """
    answers = [turn.content for turn in history if turn.role == "assistant"]
    questions = [turn.content for turn in history if turn.role == "user"]
    named = numbers_in(questions[-1]) if questions else []
    if answers:
        plain = re.sub(r"\([^()]*\)|“[^”]*”", lambda match: " " * len(match.group()), answers[-1])
        said = [m for m in numbers_in(plain) if not any(_alike(m, other) for other in named)]
        asks_for_another = not named or type_asked(fold_words(questions[-1])) is not None
        if said and asks_for_another:
            return answers[-1], said[0]
    if named:
        return questions[-1], named[-1]
    for turn in reversed(history):
        found = numbers_in(turn.content)
        if found:
            return turn.content, found[0]
    return None


def _alike(one: NumberMention, other: NumberMention) -> bool:
    return one.key == other.key if one.key and other.key else one.number == other.number


def _name_of(text: str, mention: NumberMention) -> str:
    before = re.search(r"((?:[^\W\d_]+\s+){1,2})(?:số\s+)?$", text[: mention.span.start])
    word = before.group(1).strip() if before and mention.canonical else ""
    kept = word if fold(word) in {phrase for phrase, _ in TYPE_PHRASES} else ""
    dated = f" ngày {mention.date:%d/%m/%Y}" if mention.date else ""
    return f"{kept} {mention.canonical or mention.surface}{dated}".strip()
