"""What the benchmarks read: real passages, and how busy the machine is while they are measured."""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

from evals.cases import load_suite
from evals.numbers_report import read_corpus
from evals.retrieval import read_queries
from ingest.chunks import cut_chunks
from ingest.models import Document, KeptText, Page, SourceFile, Span
from ingest.normalize import clean
from ingest.pipeline import read_document

_ROOT = Path(__file__).resolve().parents[2]
_GAZETTE = _ROOT.parent / "shared" / "corpora" / "congbao.jsonl.gz"
SAMPLE = "sample"
"""The suite that comes with the product."""
ALQAC = _ROOT.parent / "shared" / "retrieval" / "alqac2022"


def default_corpus() -> Path:
    """The gazette corpus where it is beside the project, else the sample corpus."""
    return _GAZETTE if _GAZETTE.exists() else load_suite(SAMPLE).documents


def passages_of(corpus: Path, count: int, seed: int = 7) -> list[str]:
    """At most `count` passages of a corpus as the product cuts them, drawn from all of its texts."""
    found = []
    for _, raw in read_corpus(corpus):
        text = clean(raw)
        kept = KeptText(text, (Page(1, Span(0, len(text))),))
        found += [chunk.span.of(text) for chunk in cut_chunks(kept, "")]
    return random.Random(seed).sample(found, min(count, len(found)))  # noqa: S311


def load() -> str:
    """How busy the machine is: processes at work in the last minute, and the cores that they share."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


_SEQUENCE = re.compile(r"(?<![\d/])\d+(?=/\d{4}/|/[A-ZĐ])|(?<![\d.,/-])(?!(?:19|20)\d\d\b)\d{3,}(?![\d/-])")


def changed(text: str, copy: int) -> str:
    """The same text with other document numbers and figures of as many digits; days and years stay. Copy 0 is it."""
    if not copy:
        return text

    def other(found: re.Match[str]) -> str:
        digits = found.group()
        low = 10 ** (len(digits) - 1)
        return str(low + (int(digits) + copy * 7_919) % (9 * low))

    return _SEQUENCE.sub(other, text)


def repeated(corpus: Path, folder: Path, base: int, longest: int = 200_000) -> Iterator[Document]:
    """The documents of a corpus without end, read as ingest reads them: once as they are, then with changed numbers.

    Args:
        corpus: a folder of documents or JSON Lines with `text`.
        folder: for the texts as files.
        base: passages after which the first round ends and the numbers change.
        longest: characters of a text that is still taken.
    """
    texts = [(name, text) for name, text in read_corpus(corpus) if text.strip() and len(text) <= longest]
    random.Random(7).shuffle(texts)  # noqa: S311
    copy, count, round_one = 0, 0, len(texts)
    while True:
        for at, (name, text) in enumerate(texts[:round_one]):
            file = folder / f"{copy:03}-{name[:80]}.txt"
            file.write_text(changed(text, copy), encoding="utf-8")
            document = read_document(_source(file, folder))
            file.unlink()
            yield document
            count += len(document.chunks)
            if not copy and count >= base:
                round_one = at + 1
                break
        copy += 1


def _source(file: Path, folder: Path) -> SourceFile:
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return SourceFile(file, file.relative_to(folder).as_posix(), folder, len(content), digest, "txt")


def questions() -> list[str]:
    """Different questions in staff's words: about the law where they are beside the project, else the sample's."""
    if ALQAC.exists():
        return list(read_queries(ALQAC).values())
    return [case.question for case in load_suite(SAMPLE).cases]
