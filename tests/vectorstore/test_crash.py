"""Killed at any moment, the library is sound at the next start: each document old or new, never half."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from store_factories import WordEmbedder

from vectorstore.library import Library

DOCUMENTS = 8
SENTENCES = 40
KILLS = 10
_SENTENCE = re.compile(r"Nội dung (\d+) của văn bản (\d+), lần (\d+)\.")
_ROOT = Path(__file__).resolve().parents[2]
_CHILD = Path(__file__).with_name("crash_child.py")


def write_version(folder: Path, number: int, version: int) -> None:
    lines = [f"Nội dung {line} của văn bản {number}, lần {version}." for line in range(SENTENCES)]
    (folder / f"{number}.txt").write_text("\n\n".join(lines), encoding="utf-8")


def run_and_kill(data_dir: Path, folder: Path, steps: int, moment: float) -> bool:
    """Let a child ingest; kill it `moment` seconds after its `steps`-th step. Whether it was still at work."""
    command = [sys.executable, str(_CHILD), str(data_dir), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        for _ in islice(child.stdout, steps):
            pass
        try:
            assert child.wait(moment) == 0
        except subprocess.TimeoutExpired:
            child.kill()
            return True
        return False


def versions_held(library: Library) -> dict[int, int]:
    """The version of each document that is in; fails where one is not whole."""
    held = {}
    for document in library.catalogue.documents():
        found = _SENTENCE.findall(library.catalogue.text_of(document.id))
        assert [int(line) for line, _, _ in found] == list(range(SENTENCES)), document.place
        ((number, version),) = {(int(number), int(version)) for _, number, version in found}
        chunks = library.catalogue.chunks_of(document.id)
        cut = {int(line) for chunk in chunks for line, _, _ in _SENTENCE.findall(chunk.text)}
        assert cut == set(range(SENTENCES)), document.place
        assert number not in held, "two versions are live"
        held[number] = version
    return held


@pytest.mark.slow
def test_ten_kills(tmp_path: Path) -> None:
    folder, data_dir = tmp_path / "documents", tmp_path / "data"
    folder.mkdir()
    chance = random.Random(5880)
    newest = dict.fromkeys(range(DOCUMENTS), 1)
    for number in newest:
        write_version(folder, number, 1)
    before: dict[int, int] = {}
    killed = 0
    for round_ in range(2, KILLS + 2):
        killed += run_and_kill(data_dir, folder, chance.randint(0, 2 * DOCUMENTS), chance.uniform(0, 0.05))
        with Library.open(data_dir, embedder=WordEmbedder()) as library:
            assert library.check() == []
            held = versions_held(library)
            for number, version in held.items():
                assert before.get(number, 0) <= version <= newest[number]
            assert before.keys() <= held.keys(), "a document that was in is gone"
            library.retriever().search("nội dung của văn bản", 5)
        before = held
        for number in chance.sample(range(DOCUMENTS), DOCUMENTS // 2):
            newest[number] = round_
            write_version(folder, number, round_)
    assert killed >= KILLS // 2, "the children were done before they were killed: the test proves nothing"
    with Library.open(data_dir, embedder=WordEmbedder()) as library:
        reports = library.ingest([folder])
        assert {report.status for report in reports} <= {"indexed", "unchanged"}
        assert versions_held(library) == newest
        assert library.check() == []
        chunks = sum(document.chunk_count for document in library.catalogue.documents())
        assert len(library.retriever().search("nội dung của văn bản", 50)) == min(50, chunks)
