"""Ingests a folder and says each step on standard output: `python crash_child.py DATA FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from store_factories import WordEmbedder

from vectorstore.library import Library


def main(data_dir: str, folder: str) -> None:
    with Library.open(Path(data_dir), embedder=WordEmbedder()) as library:
        library.ingest([Path(folder)], lambda done, total, place: print(done, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])
