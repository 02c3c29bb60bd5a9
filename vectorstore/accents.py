"""A question typed without diacritics gets them back from the documents' own words (pure).

The embedder was trained on Vietnamese with diacritics: without them it finds next to nothing. The
lexical index finds the passages all the same, and their wording says how the words are written.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from ingest.folding import fold

_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.6
"""Share of the question's words that the passages must know: a question in English shares few by chance."""
_ASKING = (
    "bao nhiêu, bao lâu, bao giờ, là gì, những gì, ở đâu, khi nào, lúc nào, thế nào, như thế nào, "
    "vì sao, tại sao, ai, hãy"
)
"""What questions hold and documents do not."""


def restore_diacritics(query: str, passages: Sequence[str]) -> str | None:
    """`query` with each word as `passages` write it: the most frequent spelling in its neighbourhood.

    Args:
        query: words without diacritics.
        passages: texts that the words were found in.

    Returns:
        The query in lower case with diacritics; None where the passages know too few of its words.
    """
    words = [fold(word) for word in _WORD.findall(query)]
    spellings, neighbours = _count([*passages, _ASKING], frozenset(words))
    known = [word for word in words if spellings.get(word)]
    if not words or len(known) < _ENOUGH * len(words):
        return None
    written = iter(_best(words, spellings, neighbours))
    return _WORD.sub(lambda _: next(written), query)


def _count(passages: Sequence[str], wanted: frozenset[str]) -> tuple[dict[str, Counter[str]], Counter[tuple[str, str]]]:
    """How often the wanted words occur by spelling, and by pair of spellings."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    neighbours: Counter[tuple[str, str]] = Counter()
    for passage in passages:
        words = _WORD.findall(unicodedata.normalize("NFC", passage).lower())
        folded = [fold(word) for word in words]
        for word, plain in zip(words, folded, strict=True):
            if plain in wanted:
                spellings[plain][word] += 1
        for (first, second), plain_pair in zip(pairwise(words), pairwise(folded), strict=True):
            if wanted.issuperset(plain_pair):
                neighbours[first, second] += 1
    return spellings, neighbours


def _best(words: Sequence[str], spellings: dict[str, Counter[str]], neighbours: Counter[tuple[str, str]]) -> list[str]:
    """The likeliest spellings of a row of words (Viterbi 1967): a pair that occurs outweighs a frequent single."""
    paths: dict[str, tuple[float, list[str]]] = {"": (0.0, [])}
    for word in words:
        choices = spellings.get(word) or Counter({word: 1})
        following: dict[str, tuple[float, list[str]]] = {}
        for spelling, count in choices.items():
            score, path = max(
                (score + 2 * math.log1p(neighbours[last, spelling]), path) for last, (score, path) in paths.items()
            )
            following[spelling] = (score + math.log1p(count), [*path, spelling])
        paths = following
    return max(paths.values())[1]
