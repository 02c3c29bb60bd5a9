"""How fast document numbers are found: characters a second, growth with size, and texts made to be slow.

`python -m evals.benchmarks.numbers [CORPUS]`, a folder of documents or JSON Lines with `text`, gzipped or not.
Without it a synthetic gazette is measured. Times are processor time of this process: a busy machine disturbs less.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from evals.numbers_report import read_corpus
from ingest.numbers import find_numbers

_MEGABYTE = 1_000_000
_HOSTILE = (
    "1",
    "/",
    " ",
    "QĐ-",
    "1, ",
    "1 ",
    "1/",
    "QĐ/",
    "Q Đ - ",
    "số ",
    "….",
    "-",
    "1/QĐ-",
    "số /QĐ-",
    "1/QĐ-UBND ",
    "1/A-",
    "1/AB-CD-",
    "O/",
    "số 1 ",
    "QĐ 1 ",
    "1507, 1508/QĐ-UBND ",
)
_SENTENCE = (
    "theo quy định của pháp luật các cơ quan đơn vị có liên quan tổ chức thực hiện chương trình phát triển kinh tế "
    "xã hội trên địa bàn thành phố báo cáo kết quả về Ủy ban nhân dân xem xét quyết định kế hoạch năm công nghệ"
)
_CODES = ("QĐ-UBND", "KH-STTTT", "NQ-HĐND", "2016/QĐ-TTg", "2020/NĐ-CP", "2015/QH13", "VPCP-KGVX", "BC-BCĐ")


def synthetic_text(length: int, seed: int = 7) -> str:
    """A text of about `length` characters with a number every 1,400, the density of the official gazette."""
    chance = random.Random(seed)  # noqa: S311
    parts: list[str] = []
    size = 0
    while size < length:
        words = " ".join(chance.choices(_SENTENCE.split(), k=280))
        sentence = f"{words} tại Quyết định số {chance.randint(1, 9999)}/{chance.choice(_CODES)} ngày 12/4/2018.\n"
        parts.append(sentence)
        size += len(sentence)
    return "".join(parts)[:length]


def seconds_for(texts: list[str]) -> tuple[float, int]:
    """Processor seconds to find every number of the texts, and how many there are."""
    began = time.process_time()
    found = sum(len(find_numbers(text)) for text in texts)
    return time.process_time() - began, found


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    paths = sys.argv[1:] if arguments is None else arguments
    if paths:
        texts = [text for _, text in read_corpus(Path(paths[0]))]
    else:
        texts = [synthetic_text(_MEGABYTE // 10, seed) for seed in range(100)]
    find_numbers("Quyết định số 5880/QĐ-UBND")
    lines = [_speed(texts), *_growth(texts), *(_hostile(piece) for piece in _HOSTILE)]
    sys.stdout.write("\n".join(lines) + "\n")


def _speed(texts: list[str]) -> str:
    spent, found = seconds_for(texts)
    size = sum(map(len, texts))
    return f"{size / 1e6:.1f} million characters, {found} numbers: {size / 1e6 / spent:.1f} million characters a second"


def _growth(texts: list[str]) -> list[str]:
    whole = "\n".join(texts)
    lines = []
    for millions in (1, 10, 100):
        text = (whole * (1 + millions * _MEGABYTE // max(len(whole), 1)))[: millions * _MEGABYTE]
        spent, _ = seconds_for([text])
        lines.append(f"one text of {millions} million characters: {spent:.2f} s, {spent / millions:.3f} s a million")
    return lines


def _hostile(piece: str) -> str:
    spent, found = seconds_for([(piece * (_MEGABYTE // len(piece) + 1))[:_MEGABYTE]])
    return f"1 million characters of {piece!r}: {spent:.2f} s, {found} numbers"


if __name__ == "__main__":
    main()
