"""How fast scans are read: pages a second and core, over the cores.

`python -m evals.benchmarks.ocr [FILE …]`; without files the scanned document of the sample corpus, several times over.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

from ingest.models import SourceFile
from ingest.ocr import available
from ingest.pipeline import read_text
from ingest.walk import find_files

_SAMPLE = Path(__file__).parents[1] / "suites" / "sample" / "documents"
_TIMES = 4


def main(names: list[str]) -> int:
    """Read the files and print the rates; 1 where Tesseract is missing."""
    if not available():
        print("tesseract with Vietnamese is not installed: nothing is measured")  # noqa: T201
        return 0
    paths = [Path(name) for name in names] or sorted(_SAMPLE.glob("*ban-quet*.pdf")) * _TIMES
    pages, start, before = 0, time.perf_counter(), _processor_time()
    for path in paths:
        for found in find_files([path]):
            if isinstance(found, SourceFile):
                raw, _ = read_text(found)
                pages += sum(page.source == "ocr" for page in raw.pages)
    wall, used = time.perf_counter() - start, _processor_time() - before
    cores = os.cpu_count() or 1
    print(f"{pages} pages in {wall:.1f} s on {cores} cores")  # noqa: T201
    print(f"{pages / wall:.2f} pages/s, {pages / wall / cores:.2f} pages/s/core by the clock")  # noqa: T201
    # Other programs on the machine do not change how much processor time a page takes.
    print(f"{used / max(pages, 1):.2f} s of processor time a page: {pages / used:.2f} pages/s/core")  # noqa: T201
    return 0


def _processor_time() -> float:
    """Of this process and of the programs that it has run, in seconds."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
