"""Spaces that a PDF's drawing puts inside words ("Chính ph ủ", "n ăm"), told by the shape of Vietnamese syllables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from ingest.folding import fold

_ONSETS_TEXT = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_ONSETS = _ONSETS_TEXT.split()
_RHYMES_TEXT = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo "
    "ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach "
    "oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong ooc oong op ot "
    "ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm "
    "uôn uông uôt uơ up ut uy uya uych uyên uyêt uyn uynh uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương "
    "ươp ươt ươu ưt ưu y yêm yên yêng yêt yêu yt ych ynh"
)
_RHYMES = _RHYMES_TEXT.split()
_SYLLABLE = re.compile(f"(?:{'|'.join(sorted(_ONSETS, key=len, reverse=True))})?(?:{'|'.join(_RHYMES)})")
_BARE_SYLLABLE = re.compile(
    f"(?:{'|'.join(sorted({fold(onset) for onset in _ONSETS}, key=len, reverse=True))})?"
    f"(?:{'|'.join(sorted({fold(rhyme) for rhyme in _RHYMES}))})"
)
_VOWEL_WORDS_TEXT = (
    "a á à ạ ai ải ái am ám an án anh ảnh ánh ao áo ào ảo ác ách át áp áng ăn ắt ấm ầm ẩm âm ân ấn ẩn ấp ấy "
    "ẩu âu âu em én ép e ế ếch êm ý y ỷ ỉ i ít ích im in ình ít ở ơ ơi ơn ớt ợ o ó ò oa oai oan oán oanh oi "
    "óc ong ốc ôi ối ổi ô ổ ồ ôm ốm ôn ổn ồn ông ống u ù ủ ụ uẩn uất úp út ung úng ủng ùng uy úy ủy uỷ uyên "
    "uyển uốn uống uể ư ừ ứ ưa ưu ức ứng ừng ưng ước ướt ương ướp yêu yếu yểu yên yến yêm yết"
)
_VOWEL_WORDS = frozenset(_VOWEL_WORDS_TEXT.split())
"""Words without a consonant at their head: a piece that is none of them is the tail of a word."""
_TONES = {ord(mark): None for mark in "\u0300\u0301\u0303\u0309\u0323"}
_CHECKED = re.compile(r"(?:c|ch|p|t)$")
_VOWELS = "aăâeêioôơuưyáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
_PAIR = re.compile(
    rf"(?<!\w)([^\W\d_]{{1,6}}) (?=([{_VOWELS}][^\W\d_]{{0,4}}|c|ch|m|n|ng|nh|p|t)(?!\w))", re.IGNORECASE
)
_MOST_PIECES = 4
"""Pieces that one word is drawn in."""
_FEWEST_SIGNS = 3
"""Certain splits that a document must show before doubtful ones are taken for splits too."""


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether `word` has the shape of one Vietnamese syllable, its tone included."""
    marked = unicodedata.normalize("NFD", word.lower())
    tones = sum(marked.count(chr(mark)) for mark in _TONES)
    base = unicodedata.normalize("NFC", marked.translate(_TONES))
    if tones > 1 or _SYLLABLE.fullmatch(base) is None:
        return False
    return not _CHECKED.search(base) or "\u0301" in marked or "\u0323" in marked


@lru_cache(maxsize=8192)
def is_bare_syllable(word: str) -> bool:
    """Whether `word` without its diacritics has the shape of a Vietnamese syllable without them: `hoach`, `nguoi`."""
    return _BARE_SYLLABLE.fullmatch(fold(word)) is not None


def count_split_words(lines: Iterable[str]) -> int:
    """How many words stand in pieces, counting only those that nobody could take for two words."""
    return sum(_split(pair[1], pair[2], doubtful=False) for line in lines for pair in _PAIR.finditer(line))


def has_split_words(lines: Iterable[str]) -> bool:
    """Whether words are split often enough that doubtful cases are splits."""
    signs = 0
    for line in lines:
        signs += sum(_split(pair[1], pair[2], doubtful=False) for pair in _PAIR.finditer(line))
        if signs >= _FEWEST_SIGNS:
            return True
    return False


def close_gaps(line: str, doubtful: bool) -> str:
    """`line` without the spaces inside words; only spaces are taken away.

    Args:
        line: a printed line with single spaces.
        doubtful: whether `has_split_words` holds for the document.
    """
    for _ in range(_MOST_PIECES):
        closed = _PAIR.sub(lambda pair: pair[1] if _split(pair[1], pair[2], doubtful) else pair[0], line)
        if closed == line:
            break
        line = closed
    return line


def _split(head: str, tail: str, doubtful: bool) -> bool:
    if not is_syllable(head + tail) or (head.isupper() != tail.isupper() and len(head) > 1):
        return False
    if tail[0].lower() in _VOWELS:
        if tail.lower() not in _VOWEL_WORDS:
            return True
        return doubtful and not is_syllable(head) and not head.isupper()
    # A lone consonant behind a word may be the letter of a point: "điểm c".
    return (not is_syllable(head) and len(head) > 1) or doubtful
