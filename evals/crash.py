"""Is a library sound whatever kills its writer? `python -m evals.crash [--rounds 50] [--seed 1]`.

Each round lets a process take files in, replace them, or take documents out, and kills it at a random moment
(SIGKILL). Then the library is opened, examined and repaired: every document must be there whole, in its old or
its new version, none lost and none twice. After the rounds come a full disk, damaged files of Chroma and of
the lexical index, and a catalogue that another program has locked.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import os
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from vectorstore.errors import StoreError
from vectorstore.library import Library

if TYPE_CHECKING:
    from vectorstore.embed import Vectors

Operation = Literal["ingest", "remove", "prune"]
_DIMENSIONS = 64
_DOCUMENTS = 8
_SENTENCES = 40
_DETACH, _REMOUNT = 2, 32
"""Flags of umount2 and mount."""
_SENTENCE = re.compile(r"Nội dung (\d+) của văn bản (\d+), lần (\d+)\.")


class HashedWords:
    """A bag of words thrown into buckets: embeds at once, so that most of a round is writing."""

    name = "hashed words"
    stamp = f"hashed words {_DIMENSIONS}"
    dimensions = _DIMENSIONS

    def prepare(self) -> None:
        """There is nothing to load."""

    def embed_query(self, text: str) -> Vectors:
        """One vector, (dimensions,) float32, L2-normalised."""
        import numpy as np

        vector = np.full(_DIMENSIONS, 1e-3, np.float32)
        for word in text.lower().split():
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % _DIMENSIONS] += 1
        return np.asarray(vector / np.linalg.norm(vector), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """(n, dimensions) float32, L2-normalised."""
        import numpy as np

        return np.array([self.embed_query(text) for text in texts], np.float32).reshape(-1, _DIMENSIONS)


@dataclass
class Outcome:
    """What the rounds showed."""

    rounds: int = 0
    killed: int = 0
    """Rounds in which the writer was still at work when it was killed."""
    mended: int = 0
    """Rounds after which the doctor found something that the repair had to mend."""
    faults: list[str] = field(default_factory=list)
    """What must never be."""


def opened(data_dir: Path) -> Library:
    """The library, cleaned of what an interruption left."""
    return Library.open(data_dir, embedder=HashedWords())


def write_version(folder: Path, number: int, version: int) -> None:
    """One document in one version; whether it is whole can be seen of its sentences."""
    lines = [f"Nội dung {line} của văn bản {number}, lần {version}." for line in range(_SENTENCES)]
    (folder / f"{number}.txt").write_text("\n\n".join(lines), encoding="utf-8")


def versions_held(library: Library, faults: list[str]) -> dict[int, int]:
    """The version of each document that is in; what is not whole or there twice goes to `faults`."""
    held: dict[int, int] = {}
    for document in library.catalogue.documents():
        found = _SENTENCE.findall(library.catalogue.text_of(document.id))
        chunks = library.catalogue.chunks_of(document.id)
        cut = {int(line) for chunk in chunks for line, _, _ in _SENTENCE.findall(chunk.text)}
        told = {(int(number), int(version)) for _, number, version in found}
        whole = [int(line) for line, _, _ in found] == list(range(_SENTENCES)) and cut == set(range(_SENTENCES))
        if len(told) != 1 or not whole:
            faults.append(f"{document.place} is not whole")
            continue
        ((number, version),) = told
        if number in held:
            faults.append(f"{document.place} is there twice")
        held[number] = version
    return held


# ------------------------------------------------------------------------- kills


def run_and_kill(data_dir: Path, folder: Path, operation: Operation, steps: int, moment: float) -> bool:
    """Let a process change the library; kill it `moment` seconds after its `steps`-th step.

    Returns:
        Whether it was still at work.
    """
    with _child(data_dir, folder, operation) as child:
        assert child.stdout is not None
        for _ in islice(child.stdout, steps):
            pass
        try:
            child.wait(moment)
        except subprocess.TimeoutExpired:
            child.kill()
            return True
        return False


def _child(data_dir: Path, folder: Path, operation: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "evals.crash", "--child", operation, str(data_dir), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def change(operation: str, data_dir: Path, folder: Path) -> None:
    """What the killed process does; each step is a line on standard output."""
    with opened(data_dir) as library:

        def step(done: float) -> None:
            sys.stdout.write(f"{done}\n")
            sys.stdout.flush()

        step(0)
        if operation == "remove":
            library.remove(*(document.id for document in library.catalogue.documents()[::3]))
        else:
            library.ingest([folder], lambda done, *_: step(done), prune=operation == "prune")


def kill_at_random(data_dir: Path, folder: Path, rounds: int, seed: int) -> Outcome:
    """Change, kill, examine, repair, until `rounds` writers were killed at work.

    Args:
        data_dir: where the library is made.
        folder: where the documents are written.
        rounds: how many; a writer that was done before it was to be killed does not count.
        seed: of what is done and when it is killed.
    """
    chance = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
    outcome = Outcome()
    newest: dict[int, int] = {}
    before: dict[int, int] = {}
    for round_ in count(1):
        if outcome.killed == rounds or round_ > 4 * rounds:
            break
        operation: Operation = "ingest" if round_ < 3 else chance.choice(("ingest", "ingest", "remove", "prune"))
        _change_files(folder, newest, round_, operation, chance)
        steps = chance.randint(1, 2 * _DOCUMENTS) if operation != "remove" else 1
        outcome.rounds += 1
        outcome.killed += run_and_kill(data_dir, folder, operation, steps, chance.uniform(0, 0.3))
        before = _examine(data_dir, outcome, before, newest, round_, operation)
    with opened(data_dir) as library:
        library.ingest([folder], prune=True)
        if versions_held(library, outcome.faults) != newest or library.check():
            outcome.faults.append("the last ingest did not bring everything in")
    return outcome


def _change_files(
    folder: Path, newest: dict[int, int], round_: int, operation: Operation, chance: random.Random
) -> None:
    changed = range(_DOCUMENTS) if round_ == 1 else chance.sample(range(_DOCUMENTS), _DOCUMENTS // 2)
    for number in changed:
        if operation == "prune" and number in newest and chance.random() < 0.5 and len(newest) > 2:
            (folder / f"{number}.txt").unlink()
            del newest[number]
        else:
            newest[number] = round_
            write_version(folder, number, round_)


def _examine(
    data_dir: Path, outcome: Outcome, before: dict[int, int], newest: dict[int, int], round_: int, operation: Operation
) -> dict[int, int]:
    with opened(data_dir) as library:
        problems = library.check()
        if problems:
            outcome.mended += 1
            problems = library.repair()
        held = versions_held(library, outcome.faults)
        outcome.faults += [f"round {round_}: {problem.message}" for problem in problems]
        for number, version in held.items():
            if not before.get(number, 0) <= version <= newest.get(number, version):
                outcome.faults.append(f"round {round_}: document {number} is neither old nor new")
        if operation == "ingest" and before.keys() - held.keys():
            outcome.faults.append(f"round {round_}: a document is lost")
        library.retriever().search("nội dung của văn bản", 5)
        return held


# -------------------------------------------------------------------- a full disk


def fill_disk(data_dir: Path, folder: Path, most_bytes: int = 0) -> list[str]:
    """Take documents in until the disk holds no more; what must never be.

    Args:
        data_dir: a library on a disk that is small (`small_disk`).
        folder: documents, more than fit.
        most_bytes: how large a file may grow, where the disk is not small; 0 for no bound.
    """
    faults: list[str] = []
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "evals.crash",
            "--child",
            "full",
            str(data_dir),
            str(folder),
            f"--most-bytes={most_bytes}",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 3:
        faults.append(f"a full disk ended with {done.returncode}: {done.stderr.strip()[-300:]}")
    return faults


def ingest_until_full(data_dir: Path, folder: Path, most_bytes: int) -> int:
    """What the process does on the full disk: 3 where it ends with a message of ours, as it should."""
    if most_bytes:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))
    try:
        with opened(data_dir) as library:
            library.ingest([folder])
    except StoreError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    return 0


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[bool]:
    """A disk of so many megabytes at `place`; False where only root may have one."""
    place.mkdir(exist_ok=True)
    if os.geteuid() != 0 or not _mount(place, megabytes):
        yield False
        return
    try:
        yield True
    finally:
        ctypes.CDLL(None).umount2(str(place).encode(), _DETACH)


def _mount(place: Path, megabytes: int, flags: int = 0) -> bool:
    options = f"size={megabytes}m".encode()
    return bool(ctypes.CDLL(None).mount(b"tmpfs", str(place).encode(), b"tmpfs", flags, options) == 0)


# -------------------------------------------------------------- damage and locks


def damage_every_file(data_dir: Path, folder: Path) -> list[str]:
    """Damage each file of both indexes in each way, in turn; what the repair did not bring back.

    Args:
        data_dir: where the library is made.
        folder: where the documents are written.
    """
    faults: list[str] = []
    newest = dict.fromkeys(range(_DOCUMENTS), 1)
    for number in newest:
        write_version(folder, number, 1)
    with opened(data_dir) as library:
        library.ingest([folder])
    whole = {path.relative_to(data_dir): path.read_bytes() for path in _index_files(data_dir)}
    for name, content in whole.items():
        for kind, damaged in _damages(content):
            for path in _index_files(data_dir):
                path.unlink()
            for other, kept in whole.items():
                (data_dir / other).parent.mkdir(parents=True, exist_ok=True)
                (data_dir / other).write_bytes(kept)
            if damaged is None:
                (data_dir / name).unlink()
            else:
                (data_dir / name).write_bytes(damaged)
            done = subprocess.run(
                [sys.executable, "-m", "evals.crash", "--child", "repair", str(data_dir), str(folder)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                faults.append(f"{name} {kind}: {done.returncode} {done.stderr.strip()[-300:]}")
    return faults


def _index_files(data_dir: Path) -> list[Path]:
    found = [path for pattern in ("chroma*", "lexical") for path in data_dir.glob(f"{pattern}/**/*") if path.is_file()]
    return sorted(path for path in found if not path.name.endswith(".lock"))


def _damages(content: bytes) -> Iterator[tuple[str, bytes | None]]:
    middle = len(content) // 2
    yield "lost", None
    yield "emptied", b""
    yield "cut", content[:middle]
    yield "overwritten", content[: middle // 2] + b"\xff" * (len(content) - middle) + content[-(middle - middle // 2) :]


def repair_and_examine(data_dir: Path) -> int:
    """What the process does with a damaged library: 0 where everything is back."""
    with opened(data_dir) as library:
        found = library.check()
        problems = library.repair()
        faults = [problem.message for problem in problems]
        held = versions_held(library, faults)
        if held != dict.fromkeys(range(_DOCUMENTS), 1):
            faults.append(f"held: {held}")
    with opened(data_dir) as library:
        chunks = sum(document.chunk_count for document in library.catalogue.documents())
        for number in held:
            hits = library.retriever().search(f"Nội dung 7 của văn bản {number}, lần 1", chunks)
            if len(hits) != chunks:
                faults.append(f"{len(hits)} of {chunks} passages are found")
        faults += [problem.message for problem in library.check()]
    sys.stderr.write("\n".join([*faults, f"noticed: {[problem.kind for problem in found]}"]) + "\n")
    return 1 if faults else 0


def lock_catalogue(data_dir: Path, folder: Path) -> list[str]:
    """Write while another program holds the catalogue; what must never be.

    Args:
        data_dir: a library.
        folder: documents, one of which has changed.
    """
    faults: list[str] = []
    with opened(data_dir) as library:
        before = versions_held(library, faults)
        with closing(sqlite3.connect(data_dir / "catalogue.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            try:
                library.ingest([folder])
                faults.append("it wrote beside a lock")
            except StoreError:
                pass
            other.execute("ROLLBACK")
        if versions_held(library, faults) != before or library.check():
            faults.append("the lock cost a document")
        library.ingest([folder])
        faults += [problem.message for problem in library.check()]
    return faults


# --------------------------------------------------------------------------- calls


def main() -> int:
    """Run everything and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=3, metavar=("WHAT", "DATA", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("--most-bytes", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        return _as_child(asked)
    with tempfile.TemporaryDirectory(prefix="troly-crash-") as name:
        place = Path(name)
        outcome = kill_at_random(*_places(place / "kills"), asked.rounds, asked.seed)
        _say(f"kills: {outcome.rounds} rounds, {outcome.killed} killed at work, {outcome.mended} mended by the repair")
        faults = {"kills": outcome.faults, "damaged files": damage_every_file(*_places(place / "damage"))}
        faults["a full disk"] = run_full_disk(place / "disk")
        faults["a locked catalogue"] = run_locked(place / "lock")
    for what, found in faults.items():
        _say(f"{what}: {'sound' if not found else ''}")
        for fault in found:
            _say(f"  {fault}")
    return 1 if any(faults.values()) else 0


def run_full_disk(place: Path) -> list[str]:
    """A library on a disk that fills; afterwards, with room again, everything comes in."""
    faults: list[str] = []
    with small_disk(place, 6) as is_small:
        data_dir, folder = _places(place)
        folder = place.with_name(f"{place.name}-documents")
        folder.mkdir()
        for number in range(3):
            write_version(folder, number, 1)
        with opened(data_dir) as library:
            library.ingest([folder])
            before = versions_held(library, faults)
            size = max(path.stat().st_size for path in data_dir.rglob("*") if path.is_file())
        for number in range(3, 600):
            write_version(folder, number, 1)
        faults += fill_disk(data_dir, folder, 0 if is_small else size + 100_000)
        for number in range(12, 600):
            (folder / f"{number}.txt").unlink()
        with opened(data_dir) as library:
            held = versions_held(library, faults)
            if before.items() - held.items():
                faults.append("a full disk cost a document")
            if is_small:
                _mount(place, 200, _REMOUNT)
            library.ingest([folder])
            faults += [problem.message for problem in library.repair()]
    return faults


def run_locked(place: Path) -> list[str]:
    """A library whose catalogue another program holds."""
    data_dir, folder = _places(place)
    for number in range(3):
        write_version(folder, number, 1)
    with opened(data_dir) as library:
        library.ingest([folder])
    write_version(folder, 1, 2)
    return lock_catalogue(data_dir, folder)


def _places(place: Path) -> tuple[Path, Path]:
    folder = place / "documents"
    folder.mkdir(parents=True)
    return place / "data", folder


def _as_child(asked: argparse.Namespace) -> int:
    what, data_dir, folder = asked.child[0], Path(asked.child[1]), Path(asked.child[2])
    if what == "full":
        return ingest_until_full(data_dir, folder, asked.most_bytes)
    if what == "repair":
        return repair_and_examine(data_dir)
    change(what, data_dir, folder)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
