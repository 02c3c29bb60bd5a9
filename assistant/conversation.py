"""Follow-ups: a question that leans on the conversation, filled in so that it stands alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from assistant.context import Context, Named, context_of
from assistant.follow_words import (
    Fragment,
    chosen,
    fragment_of,
    meant,
    nth_of_list,
    points_at,
    points_at_several,
    points_vaguely,
)
from assistant.intents import MONEY, Intent, intent_of
from assistant.models import Turn
from assistant.question_numbers import numbers_in
from assistant.question_parts import with_subject
from assistant.question_slots import called, is_same_number, named_for, refilled, slots_of, with_document
from assistant.topics import language_of, language_told, topic_of
from ingest.folding import fold, fold_words
from ingest.models import Span

_GREETING = re.compile(r"(?:xin chao|chao|cam on|hello|hi|thank)\b")
_ATTRIBUTES = frozenset(
    (  # noqa: SIM905 - read as words
        "kinh phi von hieu luc ban hanh nguoi ky noi nhan tien do can cu thay the so ngay chu tri thoi "
        "han noi dung muc tieu don vi co quan trien khai thuc hien hoan thanh dieu khoan phu luc tham "
        "muu phoi hop nhiem vu ket qua hinh thuc quy nam thang cham ly pham vi doi tuong ap dung giai phap "
        "trich yeu dinh chinh sua doi bo sung huong dan bao cao phe duyet budget cost sign signed effect "
        "issued deadline status progress purpose signer legal valid done finished completed "
    ).split()
)
"""What every document has: a short question with no other word asks it of the document last spoken of."""
_JOINT = re.compile(r",?\s+(?:và|va|and)\s+|[;?]\s+|,\s+")
_SHORT = 7
_ROW = re.compile(
    r"(?<!\w)(?:dong|hang|stt|muc|de an|du an|nhiem vu|noi dung|row|task|item)(?: so| thu| no\.?)?"
    r"\s{1,3}(\d{1,3})(?![\w/])"
)
"""A row of a table by its number."""
_BARE = re.compile(r"\W*(\d{2,5}[a-zđ]?)\W*")
_CHOICE = re.compile(r"\W*(\d{1,2})\W*")


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leaves to the conversation."""
    return _filled_in(question, context_of(history, _filled_in))


def _filled_in(question: str, context: Context) -> str:
    asked = unicodedata.normalize("NFC", question)
    if not (context.question or context.salient) or _GREETING.match(fold_words(asked)):
        return question
    fragment = fragment_of(asked)
    ways = (
        _chosen_by_place,
        _chosen_by_what_it_says,
        _put_into_the_last_question,
        _pointing,
        _about_the_same,
    )
    for way in ways:
        found = way(asked, fragment, context)
        if found is not None:
            return found
    return question


def _chosen_by_place(question: str, fragment: Fragment, context: Context) -> str | None:
    """`cái thứ hai`, `the last one`, and `2` where the answer asked back."""
    tied = fragment.leads or fragment.corrects
    text = fragment.core if tied else question
    digit = _CHOICE.fullmatch(text) if context.asked_back else None
    if digit and 1 <= int(digit.group(1)) <= len(context.listed):
        return _asked_of(context.listed[int(digit.group(1)) - 1], context, again=True)
    nth = nth_of_list(text)
    if nth is None or not context.listed:
        return None
    one = chosen(nth, context.listed)
    if one is None:
        return question
    before, after = text[: nth.span.start], text[nth.span.end :]
    if fold_words(before + after) in {"", "di", "a", "nhe", "thi sao", "please"}:
        return _asked_of(one, context, again=context.asked_back or tied)
    return f"{before}{_called(one, text, context)}{after}"


def _asked_of(one: Named, context: Context, *, again: bool) -> str:
    """The last question, asked of one document; of a list that was only read, the document alone."""
    if not again or not context.question:
        return one.name
    return f"{with_document(context.question, named_for(one, context.question)).rstrip('?. ')}?"


def _chosen_by_what_it_says(question: str, fragment: Fragment, context: Context) -> str | None:
    """A number with its day or body, or what tells one of the documents from the others, after a question back."""
    if not context.question:
        return None
    text = fragment.core if fragment.corrects or fragment.leads else question
    bare = _BARE.fullmatch(text)
    if bare and not fragment.corrects and not fragment.leads:
        named = called(bare.group(1), context)
        return named.name if named in (*context.listed, *context.salient) else None
    slots = slots_of(text, context)
    asked = numbers_in(context.question)
    if slots.fills and slots.document:
        narrower = slots.place or (slots.document.mention and slots.document.mention.date)
        same = any(is_same_number(slots.document.mention, mention) for mention in asked)
        return refilled(context.question, slots) if same and narrower else None
    if slots.fills and context.asked_back:
        return refilled(context.question, slots)
    if context.asked_back and asked and not slots.document and intent_of(fold_words(text)) is Intent.OTHER:
        return _told_apart(text, context)
    return None


def _told_apart(text: str, context: Context) -> str | None:
    """`cái về rác thải nhựa`: words of one of the documents that were offered."""
    words = re.sub(r"(?i)^\W*(?:cái|văn bản|bản|the one|one)\s+", "", text).strip(" ?.!")
    if len(words.split()) > _SHORT or not words:
        return None
    number = numbers_in(context.question)[-1]
    end = number.span.end
    return f"{context.question[:end]} {words}{context.question[end:]}"


def _put_into_the_last_question(question: str, fragment: Fragment, context: Context) -> str | None:
    """`còn 1509?`, `không, ý tôi là quý II`, `à nhầm, kế hoạch của Sở Y tế`: the last question with another filling."""
    del question
    if not (fragment.leads or fragment.corrects) or not fragment.core or not context.question:
        return None
    row = _ROW.search(fold(fragment.core))
    asked_row = _ROW.search(fold(context.question))
    if row and asked_row:
        return context.question[: asked_row.start(1)] + row[1] + context.question[asked_row.end(1) :]
    slots = slots_of(fragment.core, context)
    if slots.fills:
        return refilled(context.question, slots)
    if numbers_in(fragment.core):
        return fragment.rest
    if slots.rest and _is_subject(fragment.core):
        subject = fragment.core
        asked = numbers_in(context.question)
        replaced = with_document(context.question, Named(subject)) if asked else with_subject(context.question, subject)
        return f"{replaced.rstrip('?. ')}?"
    # What is left stands by itself, or points at what was said in another way.
    return _filled_in(fragment.rest, context)


def _is_subject(text: str) -> bool:
    """Whether a fragment names a thing and asks nothing."""
    folded = fold_words(text)
    return (
        intent_of(folded) is Intent.OTHER
        and not MONEY.search(folded)
        and points_at(text) is None
        and not set(folded.split()) <= _ATTRIBUTES
    )


def _pointing(question: str, fragment: Fragment, context: Context) -> str | None:
    """`nó`, `kế hoạch đó`, `các văn bản đó`, `it`: the words give way to the name."""
    del fragment
    several = points_at_several(question)
    names = [_called(named, question, context) for named in meant(several, context)] if several else []
    if several and len(names) > 1:
        joint = " and " if _in_english(question, context) else " và "
        written = f"{', '.join(names[:-1])}{joint}{names[-1]}"
        return f"{question[: several.span.start]}{written}{question[several.span.end :]}"
    pointer = points_at(question)
    if pointer is None or any(mention.span.start < pointer.span.start for mention in numbers_in(question)):
        return None
    if _points_inside(question, pointer.span):
        return question
    code = pointer.type_code
    one = next((named for named in context.salient if code is None or named.type == code), None)
    if one is None:
        return _appended(question, context)
    possessive = "'s" if fold(pointer.span.of(question)) == "its" else ""
    return (
        f"{question[: pointer.span.start]}{_called(one, question, context)}{possessive}{question[pointer.span.end :]}"
    )


def _points_inside(question: str, pointer: Span) -> bool:
    """`Hạn chót của đề án bệnh án điện tử là khi nào và ai phối hợp với nó?`: what the first part names."""
    before = _JOINT.split(question[: pointer.start])
    return len(before) > 1 and points_at(before[0]) is None and _names_something(before[0])


def _called(named: Named, question: str, context: Context) -> str:
    """The name in the language of the question that it becomes a part of."""
    return named.english if named.english and _in_english(question, context) else named.name


def _in_english(question: str, context: Context) -> bool:
    """Whether a question is English; a short one that does not tell is what the last one was."""
    return (language_told(question) or language_of(context.question)) == "en"


def _about_the_same(question: str, fragment: Fragment, context: Context) -> str | None:
    """`Ngày ban hành?`, `Ai ký?`: a question that names nothing is about what was spoken of."""
    del fragment
    if numbers_in(question) or not any(map(str.isalpha, question)):
        return None
    vague = points_vaguely(question)
    if not vague and (_names_something(question) or len(question.split()) > _SHORT):
        return None
    return _appended(question, context)


def _names_something(question: str) -> bool:
    """Whether a question names something of its own."""
    topic = topic_of(question, language_of(question), (), ())
    return len([word for word in topic.syllables if fold(word) not in _ATTRIBUTES and not word.isdigit()]) >= 2


def _appended(question: str, context: Context) -> str:
    """The question with the document's name behind it; one that asks nothing by itself goes behind the last one."""
    folded = fold_words(question)
    asks = intent_of(folded) is not Intent.OTHER or MONEY.search(folded) or set(folded.split()) <= _ATTRIBUTES
    # What is asked of a document is asked of one, even where the talk was last of something else.
    documents = [named for named in context.salient if named.mention] or list(context.salient)
    name = _called(documents[0], question, context) if documents else ""
    if context.question and not asks:
        carried = f"{context.question.rstrip('?. ')}: {question}"
        return carried if numbers_in(context.question) or not name else f"{carried.rstrip('?. ')} — {name}?"
    if name:
        return f"{question.rstrip('?. ')} — {name}?"
    return f"{context.question} — {question}"
