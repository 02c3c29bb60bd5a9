"""How fast digital PDFs are read up to the embedding, and which engine reads their text better.

`python -m evals.benchmarks.reading [FOLDER]`: every PDF with a text layer below the folder, without one the real
documents beside the project, else the bundled samples; then a report of 1,000 pages that is made here. Rates are given
by the clock and by processor time, which a busy machine disturbs less. The engines are compared by letters read,
letters with diacritics, and the share of words beyond ASCII that are Vietnamese syllables: a torn word is none.
"""

from __future__ import annotations

import logging
import re
import resource
import sys
import tempfile
import time
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from evals.benchmarks._texts import load
from evals.sample_pdf import register_fonts
from ingest.errors import IngestError
from ingest.models import FileReport, SourceFile
from ingest.pipeline import read_document
from ingest.spacing import is_syllable
from ingest.walk import find_files

PAGES = 1_000
_ROOT = Path(__file__).resolve().parents[2]
_REAL = _ROOT.parent / "shared" / "documents" / "real"
_SAMPLE = _ROOT / "evals" / "suites" / "sample" / "documents"
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading took."""

    pages: int
    wall: float
    """Seconds by the clock."""
    processor: float
    """Seconds of the processors."""

    def __str__(self) -> str:
        by_clock, by_processor = self.pages / self.wall, self.pages / self.processor
        return f"{self.pages} pages, {by_clock:.0f} a second, {by_processor:.0f} a processor second"


@dataclass(frozen=True, slots=True)
class Quality:
    """What an engine made of some pages."""

    letters: int
    marked: int
    """Letters with diacritics."""
    whole: float
    """Share of the words beyond ASCII that are Vietnamese syllables."""

    @classmethod
    def of(cls, text: str) -> Quality:
        """Counted."""
        text = unicodedata.normalize("NFC", text)
        words = [word for word in _WORD.findall(text) if not word.isascii()]
        return cls(
            letters=sum(map(str.isalpha, text)),
            marked=sum(letter.isalpha() and not letter.isascii() for letter in text),
            whole=sum(is_syllable(word.lower()) for word in words) / max(len(words), 1),
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    given = list(sys.argv[1:] if arguments is None else arguments)
    folder = Path(given[0]) if given else _REAL if _REAL.is_dir() else _SAMPLE
    files, old = list(digital(folder)), list(digital(folder, old=True))
    compare(files)
    _say(f"one process: {read_all(files)}; {load()}")
    if old:
        _say(f"one process, files in TCVN3 and VNI: {read_all(old)}")
    with tempfile.TemporaryDirectory(prefix="troly-benchmark-") as made:
        (report,) = (file for file in find_files([long_report(Path(made))]) if isinstance(file, SourceFile))
        _say(f"a report of {PAGES} pages, one process: {read_all([report])}")
        _say(f"most memory held so far: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        _say(f"two processes, the files and two such reports: {read_apart([*files, report, report])}; {load()}")


def digital(folder: Path, old: bool = False) -> Iterator[SourceFile]:
    """The PDFs below a folder that have a text layer, in Unicode or (`old`) in encodings of before it."""
    for found in find_files([folder]):
        if isinstance(found, FileReport) or found.kind != "pdf":
            continue
        try:
            document = read_document(found)
        except IngestError:
            continue
        # Recognising the pages of a scan is another benchmark's matter.
        if document.text_source == "digital" and (document.encoding != "unicode") == old:
            yield found


def read_all(files: Sequence[SourceFile]) -> Cost:
    """Read files one after another as ingest does, up to the chunks."""
    wall, processor = time.perf_counter(), time.process_time()
    pages = sum(map(read_pages, files))
    return Cost(pages, time.perf_counter() - wall, time.process_time() - processor)


def read_pages(file: SourceFile) -> int:
    """The number of pages of a file that was read whole; the samples' letterheads part it into documents."""
    document = read_document(file)
    return sum(len(part.kept.pages) for part in (document, *document.others))


def read_apart(files: Sequence[SourceFile]) -> Cost:
    """The same by two processes, which are warm."""
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        list(pool.map(read_pages, [files[0]] * 4))
        wall, processor = time.perf_counter(), _of_children()
        pages = sum(pool.map(read_pages, sorted(files, key=lambda file: -file.size)))
        took = time.perf_counter() - wall
    return Cost(pages, took, max(_of_children() - processor, 1e-9))


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def compare(files: Sequence[SourceFile]) -> None:
    """Print what both engines make of the same pages."""
    for name, engine in (("pypdf", by_pypdf), ("pdfium", by_pdfium)):
        wall = time.perf_counter()
        texts = [text for file in files for text in engine(file.path)]
        took = time.perf_counter() - wall
        told = Quality.of("\n".join(texts))
        _say(
            f"{name}: {told.letters} letters, {told.marked} with diacritics, {told.whole:.4f} of the words are whole, "
            f"{1000 * took / max(len(texts), 1):.1f} ms a page"
        )


def by_pypdf(path: Path) -> list[str]:
    """The text of each page."""
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(path).pages]


def by_pdfium(path: Path) -> list[str]:
    """The text of each page."""
    from ingest.readers.pdf_tables import RuledTables

    with RuledTables(path) as pages:
        return [pages.text(index) or "" for index in range(len(pages))]


def long_report(folder: Path) -> Path:
    """A report of 1,000 pages in the words of the samples."""
    from reportlab.pdfgen.canvas import Canvas

    lines = _lines_of_samples()
    path = folder / "report.pdf"
    canvas = Canvas(str(path))
    register_fonts()
    for page in range(PAGES):
        canvas.setFont("Serif", 12)
        for row in range(42):
            canvas.drawString(72, 780 - 17 * row, next(lines))
        canvas.drawString(290, 40, str(page + 1))
        canvas.showPage()
    canvas.save()
    return path


def _lines_of_samples() -> Iterator[str]:
    texts = [read_document(file).kept.text for file in digital(_SAMPLE)]
    words = [line for text in texts for line in text.split("\n") if line.strip()]
    while True:
        for line in words:
            yield from (line[start : start + 85] for start in range(0, len(line), 85))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
