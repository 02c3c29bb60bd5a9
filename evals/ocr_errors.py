"""How well scans are read: word error rate of pages against transcriptions.

Word error rate: substitutions, insertions and deletions over the words of the transcription (Morris, Maier and Green,
"From WER and RIL to MER and WIL", Interspeech 2004), as `jiwer` counts them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.limits import OcrSettings
from ingest.models import SourceFile
from ingest.pipeline import read_text
from ingest.walk import find_files

_NAMED = re.compile(r"(?P<file>.+)\.p(?P<page>\d+)\.txt")
_LEFT_OUT = re.compile(r"\[[^\]]*\]")
"""What the transcriber did not write down: the line cannot be compared."""
_DAY = re.compile(r"ngày .{1,4} tháng .{1,4} năm \d{4}\s*\n")
"""The letterhead's last line in a transcription: its columns, and what is written by hand in it, are scored apart."""
_MOST_BEFORE = 80
"""Words of a letterhead."""


@dataclass(frozen=True, slots=True)
class PageErrors:
    """Of one page."""

    file: str
    page: int
    words: int
    """In the transcription, below the letterhead."""
    errors: int

    @property
    def rate(self) -> float:
        """Errors a word."""
        return self.errors / max(self.words, 1)


def score_pages(documents: Path, transcriptions: Path, settings: OcrSettings) -> Iterator[PageErrors]:
    """Read the documents that have transcriptions (`NAME.pN.txt` for page N of `NAME`) and count the errors.

    Args:
        documents: the folder of the documents.
        transcriptions: the folder of the transcriptions.
        settings: how scans are read.
    """
    for path in sorted(transcriptions.glob("*.txt")):
        named = _NAMED.fullmatch(path.name)
        if named is None:
            continue
        for found in find_files([documents / named["file"]]):
            if isinstance(found, SourceFile):
                raw, _ = read_text(replace(found, ocr=settings))
                page = int(named["page"])
                text = next(one.text for one in raw.pages if one.number == page)
                yield PageErrors(named["file"], page, *count_errors(path.read_text(encoding="utf-8"), text))


def count_errors(transcription: str, text: str) -> tuple[int, int]:
    """(words of the transcription below its letterhead, errors in them).

    The text's own letterhead is passed over: of its first words as many are left away as serve best.
    """
    import jiwer

    lines = [line for line in transcription.split("\n") if not _LEFT_OUT.search(line)]
    body = "\n".join(lines)
    day = _DAY.search(body)
    wanted = _words(body[day.end() :] if day else body)
    read = _words(text)

    def errors(start: int) -> int:
        counted = jiwer.process_words(" ".join(wanted), " ".join(read[start:]))
        return counted.substitutions + counted.insertions + counted.deletions

    starts = range(min(_MOST_BEFORE, len(read)) + 1) if day else range(1)
    return len(wanted), min(errors(start) for start in starts)


def _words(text: str) -> list[str]:
    return re.sub(r"[–—]", "-", unicodedata.normalize("NFC", text)).split()
