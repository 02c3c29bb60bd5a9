"""What a change to the finding of document numbers gained and lost over a corpus, with the words around each.

A run is stored as JSON; a later run over the same corpus is held against it (eyecite's report on a pull request).
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from evals.cases import SUITES
from ingest.errors import IngestError
from ingest.models import FileReport
from ingest.numbers import find_numbers
from ingest.pipeline import read_text
from ingest.walk import find_files

SAMPLE_CORPUS = SUITES / "sample" / "documents"
_AROUND = 60
_VERSION = 1

Kind = Literal["found", "lost", "changed"]


class NumbersRunError(Exception):
    """A corpus or a stored run cannot be read, or the two do not belong together."""


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A document number of a text; offsets are code points of that text."""

    start: int
    end: int
    surface: str
    canonical: str | None
    date: str | None

    @property
    def meaning(self) -> tuple[str | None, str | None]:
        """What was understood: the number and its date."""
        return self.canonical, self.date


@dataclass(frozen=True, slots=True)
class NumbersRun:
    """The numbers of a corpus, by text."""

    numbers: dict[str, tuple[FoundNumber, ...]]
    hashes: dict[str, str]
    """SHA-256 of each text, hexadecimal: numbers are compared only where the text is the same."""
    characters: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """What `--out` stores."""
        return {
            "version": _VERSION,
            "characters": self.characters,
            "seconds": round(self.seconds, 3),
            "hashes": self.hashes,
            "numbers": {name: [asdict(number) for number in found] for name, found in self.numbers.items()},
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that one of two runs has and the other has not, or understands otherwise."""

    kind: Kind
    text: str
    """Name of the text."""
    number: FoundNumber
    before: FoundNumber | None
    """What the stored run had in its place, where it is `changed`."""
    context: str


def read_corpus(path: Path, on_skipped: Callable[[str], None] | None = None) -> Iterator[tuple[str, str]]:
    """(name, text) of each text of a corpus.

    Args:
        path: a folder of documents of any kind the product reads, or JSON Lines with `text` and `id`, gzipped or not.
        on_skipped: is told of each file of a folder that holds no text to read, and why.

    Raises:
        NumbersRunError: there is no such corpus, or it holds something else.
    """
    if path.is_dir():
        yield from _read_folder(path, on_skipped or (lambda _: None))
        return
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for at, line in enumerate(lines, 1):
                row = json.loads(line)
                yield str(row.get("id", at)), row["text"]
    except OSError as error:
        raise NumbersRunError(f"Không đọc được kho ngữ liệu {path}: {error.strerror or error}.") from error
    except (ValueError, KeyError, AttributeError) as error:
        raise NumbersRunError(f"{path}: mỗi dòng phải là một đối tượng JSON có trường `text`.") from error


def _read_folder(folder: Path, on_skipped: Callable[[str], None]) -> Iterator[tuple[str, str]]:
    for file in find_files([folder]):
        if isinstance(file, FileReport):
            on_skipped(f"{file.place}: {file.error or file.status}")
            continue
        try:
            yield file.place, read_text(file)[1].text
        except IngestError as error:
            on_skipped(f"{file.place}: {error}")


def run_numbers(texts: Iterable[tuple[str, str]]) -> tuple[NumbersRun, dict[str, str]]:
    """Find the numbers of every text; the run and the texts by name."""
    held: dict[str, str] = {}
    numbers: dict[str, tuple[FoundNumber, ...]] = {}
    seconds = 0.0
    for name, text in texts:
        if name in held:
            raise NumbersRunError(f"Kho ngữ liệu có hai văn bản cùng tên {name}.")
        began = time.process_time()
        mentions = find_numbers(text)
        seconds += time.process_time() - began
        held[name] = text
        numbers[name] = tuple(
            FoundNumber(
                mention.span.start,
                mention.span.end,
                mention.surface,
                mention.canonical,
                mention.date.isoformat() if mention.date else None,
            )
            for mention in mentions
        )
    if not held:
        raise NumbersRunError("Kho ngữ liệu không có văn bản nào.")
    hashes = {name: hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for name, text in held.items()}
    return NumbersRun(numbers, hashes, sum(map(len, held.values())), seconds), held


def load_run(path: Path) -> NumbersRun:
    """A stored run.

    Raises:
        NumbersRunError: it cannot be read, or is no stored run.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["version"] != _VERSION:
            raise NumbersRunError(f"{path}: lượt chạy của phiên bản khác; xin chạy lại với --out để ghi lượt mới.")
        numbers = {name: tuple(FoundNumber(**row) for row in rows) for name, rows in stored["numbers"].items()}
        return NumbersRun(numbers, stored["hashes"], stored["characters"], stored["seconds"])
    except OSError as error:
        raise NumbersRunError(f"Không đọc được {path}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise NumbersRunError(f"{path} không phải lượt chạy đã ghi bằng `troly eval numbers --out`.") from error


def compare(before: NumbersRun, after: NumbersRun, texts: dict[str, str]) -> list[Difference]:
    """What `after` found, lost and changed against `before`, in the order of the corpus.

    Raises:
        NumbersRunError: the runs share no text.
    """
    shared = [name for name, digest in after.hashes.items() if before.hashes.get(name) == digest]
    if not shared:
        raise NumbersRunError("Hai lượt chạy không có văn bản nào chung: đề nghị chạy trên cùng một kho ngữ liệu.")
    return [
        difference
        for name in shared
        for difference in _of_text(name, before.numbers[name], after.numbers[name], texts[name])
    ]


def _of_text(name: str, before: Sequence[FoundNumber], after: Sequence[FoundNumber], text: str) -> Iterator[Difference]:
    same = set(before) & set(after)
    lost = [number for number in before if number not in same]
    found: list[Difference] = []
    for number in (number for number in after if number not in same):
        old = next((other for other in lost if other.start < number.end and number.start < other.end), None)
        if old:
            lost.remove(old)
        found.append(Difference("changed" if old else "found", name, number, old, _context(text, number)))
    found += [Difference("lost", name, number, None, _context(text, number)) for number in lost]
    yield from sorted(found, key=lambda difference: difference.number.start)


def _context(text: str, number: FoundNumber) -> str:
    """The number between ⟦ ⟧ with the words around it, on one line."""
    before = text[max(0, number.start - _AROUND) : number.start]
    behind = text[number.end : number.end + _AROUND]
    marked = f"{before}⟦{text[number.start : number.end]}⟧{behind}"
    return " ".join(marked.split())


def as_lines(run: NumbersRun, differences: Sequence[Difference] | None, left_out: int = 0) -> Iterator[str]:
    """The report for a person."""
    count = sum(map(len, run.numbers.values()))
    speed = run.characters / 1e6 / run.seconds if run.seconds else 0.0
    yield (f"{len(run.numbers)} văn bản, {run.characters} ký tự, {count} số, ký hiệu; {speed:.1f} triệu ký tự một giây")
    if differences is None:
        return
    signs = {"found": "+", "lost": "-", "changed": "~"}
    for one in differences:
        meaning = _said(one.number) if one.before is None else f"{_said(one.before)} → {_said(one.number)}"
        yield f"{signs[one.kind]} {one.text}:{one.number.start}\t{meaning}\t{one.context}"
    counts = {kind: sum(one.kind == kind for one in differences) for kind in signs}
    yield f"thêm {counts['found']}, mất {counts['lost']}, đổi {counts['changed']}"
    if left_out:
        yield f"{left_out} văn bản không so sánh được vì chỉ có ở một lượt hoặc nội dung đã khác"


def left_out(before: NumbersRun, after: NumbersRun) -> int:
    """How many texts only one of the runs has, or has with other words."""
    names = before.hashes.keys() | after.hashes.keys()
    return sum(before.hashes.get(name) != after.hashes.get(name) for name in names)


def report_json(run: NumbersRun, differences: Sequence[Difference] | None) -> dict[str, Any]:
    """The report for a program; the stored run itself goes to a file."""
    return {
        "texts": len(run.numbers),
        "characters": run.characters,
        "numbers": sum(map(len, run.numbers.values())),
        "seconds": round(run.seconds, 3),
        "differences": None if differences is None else [asdict(difference) for difference in differences],
    }


def _said(number: FoundNumber) -> str:
    return " ngày ".join(filter(None, (number.canonical or number.surface, number.date)))
