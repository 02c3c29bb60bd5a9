"""Several questions in one sentence (`Ai chủ trì … và kinh phí bao nhiêu?`): where one ends and the next begins.

What a later one leaves out, it takes from the one before, as a follow-up does (`assistant.conversation`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.models import Language
from ingest.folding import fold, fold_words

_ASKS = {
    "vi": re.compile(
        r"(?<!\w)(?:ai|\w+ nao|bao (?:nhieu|gio|lau)|o dau|(?:den|toi) dau|ra sao|(?:vi|tai) sao|gi)(?!\w)|chua$"
    ),
    "en": re.compile(r"(?<!\w)(?:who|when|where|why|how|which|what)(?!\w)"),
}
_JOINTS = {
    "vi": re.compile(r",?\s{1,4}va\s{1,4}|\s{0,4}[,;]\s{1,4}|\?\s{1,4}"),
    "en": re.compile(r",?\s{1,4}and\s{1,4}|\s{0,4}[,;]\s{1,4}|\?\s{1,4}"),
}
_JOINT_BEHIND = re.compile(r"(?:,?\s+(?:và|va|and))?[\s,;?]*$", re.IGNORECASE)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
_FIRST_WORDS, _LATER_WORDS = 2, 1
"""Words that a question has beside its interrogative: `quyết định nào và kế hoạch nào …` is one question, and so is
`… and when?`."""


def questions_in(question: str, language: Language) -> list[str]:
    """The questions that a sentence asks, in its order and words; the sentence itself where it asks one."""
    found: list[str] = []
    for start, end in _segments(question, language):
        segment = question[start:end]
        if not found or _apart(found[-1], segment, language, first=len(found) == 1):
            found.append(segment)
        else:
            found[-1] += segment
    if len(found) < 2:
        return [question]
    return [_JOINT_BEHIND.sub("", piece).strip() for piece in found]


def _segments(question: str, language: Language) -> Iterator[tuple[int, int]]:
    """What stands between joints, each with the joint behind it; none is cut inside quotation marks."""
    masked = _QUOTED.sub(lambda match: "x" * len(match.group()), fold(question))
    start = 0
    for joint in _JOINTS[language].finditer(masked):
        yield start, joint.end()
        start = joint.end()
    yield start, len(question)


def _apart(before: str, segment: str, language: Language, first: bool) -> bool:
    """Whether two stretches of words ask one question each."""
    if before.rstrip().endswith("?"):
        return _asks(before, language, 1) and _asks(segment, language, 0)
    return _asks(before, language, _FIRST_WORDS if first else _LATER_WORDS) and _asks(segment, language, _LATER_WORDS)


def _asks(segment: str, language: Language, least: int) -> bool:
    """Whether words ask something: an interrogative with at least `least` words beside it."""
    folded = fold(_JOINT_BEHIND.sub("", segment))
    match = _ASKS[language].search(folded)
    return match is not None and len(fold_words(folded[: match.start()] + folded[match.end() :]).split()) >= least
