"""Question and numbered evidence → the messages that a language model is sent.

Evidence is data: it stands between two tags, a line a piece, with nothing left in it that could close the tag, open a
turn of a chat or pass for a number of evidence. What speaks to a program instead of a reader is not sent at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.draft import Ground
from assistant.models import Language
from assistant.naming import source_name
from ingest.hostile import is_instruction
from prompts import sentences

Message = tuple[str, str]
"""(role, text): `system`, `human`."""
LONGEST_PIECE = 700
"""Characters of one piece of evidence."""
_SIGNS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "|": "/", "`": "'", "#": " "})
_TURN = re.compile(r"(?i)\b(system|assistant|user|human|model|developer)\s*:")


def messages(
    question: str, grounds: Sequence[Ground], language: Language, wording: Mapping[str, Any] | None = None
) -> list[Message]:
    """The conversation to be continued; the grounds are numbered from 1, the wording is the product's if not given."""
    wording = wording or sentences(language, "model")
    pieces = "\n".join(f"[{n}] {plain(piece_of(ground, language))}" for n, ground in enumerate(grounds, 1))
    asked = wording["question"].format(evidence=pieces, question=plain(question))
    return [("system", wording["system"]), ("human", asked)]


def piece_of(ground: Ground, language: Language) -> str:
    """A piece of evidence on one line: where it stands, then what it says."""
    quote = " ".join(ground.evidence.quote.split())
    if len(quote) > LONGEST_PIECE:
        quote = quote[:LONGEST_PIECE].rsplit(" ", 1)[0] + " …"
    return f"({source_name(ground, language)}) {quote}"


def plain(text: str) -> str:
    """Text on one line without what a chat template, a delimiter or a number of evidence is made of."""
    text = unicodedata.normalize("NFC", text).translate(_SIGNS)
    text = "".join(" " if unicodedata.category(sign) in {"Cc", "Zl", "Zp"} else sign for sign in text)
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(_TURN.sub(r"\1 -", text).split())


def sendable(ground: Ground) -> bool:
    """Whether a piece of evidence speaks to a reader and not to a program."""
    return not is_instruction(ground.evidence.quote) and not is_instruction(ground.source.title)
