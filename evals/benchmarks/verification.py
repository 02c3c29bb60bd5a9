"""How many true sentences of a model verification lets through, and how many false ones: over the sample corpus.

python -m evals.benchmarks.verification [--folder DIR] [--all]
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.generate import Writing
from assistant.model_prompt import Message
from assistant.understand import understand
from evals.cases import load_suite
from evals.verification import VerificationCase, build, evidence_of, measure, report, sample_of
from vectorstore.library import Library

_SAMPLE = 300


class Scripted:
    """A model that says what it is told to."""

    def __init__(self, reply: str) -> None:
        self._reply = reply

    def stream(self, messages: Sequence[Message]) -> Iterator[str]:
        """The reply in small pieces."""
        del messages
        yield from (self._reply[start : start + 7] for start in range(0, len(self._reply), 7))


def passes(case: VerificationCase) -> bool:
    """Whether the product shows the reply."""
    asked = understand("Tài liệu nêu gì?" if case.language == "vi" else "What do the documents say?")
    return bool(list(Writing(Scripted(case.reply), (), case.grounds, asked)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures and every case that went wrong; exit 2: nothing could be measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="another folder of documents than the sample corpus")
    parser.add_argument(
        "--all", action="store_true", help=f"all cases, not only {_SAMPLE} true and {_SAMPLE} false ones"
    )
    chosen = parser.parse_args(arguments)
    folder = chosen.folder or load_suite("sample").documents
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="troly-verification-") as data, Library.open(Path(data)) as library:
        library.ingest([folder])
        cases = build(evidence_of(library))
    if not cases:
        parser.error(f"{folder}: no sentence in it states a figure, a date or a document number")
    cases = cases if chosen.all else sample_of(cases, _SAMPLE)
    sys.stdout.write("\n".join(report(measure(cases, passes))) + "\n")


if __name__ == "__main__":
    main()
