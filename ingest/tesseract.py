"""The Tesseract program, one page a call: a program of its own can be stopped, and runs beside others."""

from __future__ import annotations

import csv
import functools
import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from ingest.normalize import clean
from ingest.ocr_picture import Box, Picture

LANGUAGE = "vie"
INSTALL = "apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd"
_WHOLE_PAGE, _ONE_BLOCK = 3, 6
"""How Tesseract looks for lines (`--psm`)."""
_FEWEST_FOR_TURN = 50
"""Letters that Tesseract wants to see before it says how a page is turned."""
_ROTATE = re.compile(r"^Rotate: (\d+)", re.MULTILINE)
_SURE = re.compile(r"^Orientation confidence: ([\d.]+)", re.MULTILINE)
_LEAST_SURE = 1.0


class RecogniserError(Exception):
    """The program failed or took too long."""


@dataclass(frozen=True, slots=True)
class SeenWord:
    """A word where Tesseract saw it."""

    text: str
    box: Box
    """In pixels."""
    confidence: int
    """Percent."""
    line: tuple[int, int, int]
    """Block, paragraph and line that it belongs to."""
    typed: bool = False
    """Whether it was not seen but typed over the page."""


@functools.cache
def languages() -> frozenset[str]:
    """The languages that Tesseract is installed with; none where it is not."""
    if shutil.which("tesseract") is None:
        return frozenset()
    found = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False)
    return frozenset(line.strip() for line in found.stdout.splitlines()[1:])


def read_words(grey: Picture, dpi: int, limit_s: float) -> list[SeenWord]:
    """The words of a picture, in the order in which Tesseract reads them.

    Args:
        grey: (height, width).
        dpi: its pixels an inch.
        limit_s: after how many seconds the program is stopped.

    Raises:
        RecogniserError: it failed, or was stopped.
    """
    return _read(grey, dpi, limit_s, _WHOLE_PAGE)


def read_lines(grey: Picture, dpi: int, limit_s: float) -> list[SeenWord]:
    """The words of a picture that holds lines of text and nothing else.

    Args:
        grey: (height, width).
        dpi: its pixels an inch.
        limit_s: after how many seconds the program is stopped.

    Raises:
        RecogniserError: it failed, or was stopped.
    """
    return _read(grey, dpi, limit_s, _ONE_BLOCK)


def _read(grey: Picture, dpi: int, limit_s: float, segmentation: int) -> list[SeenWord]:
    options = ["-l", LANGUAGE, "--dpi", str(dpi), "--psm", str(segmentation)]
    return _words(_run(grey, [*options, "-c", "tessedit_create_tsv=1", "-c", "tessedit_create_txt=0"], limit_s))


def quarter_turns(grey: Picture, dpi: int, limit_s: float) -> int:
    """How many quarter turns clockwise set a picture upright; 0 where Tesseract cannot tell.

    Raises:
        RecogniserError: it was stopped.
    """
    if "osd" not in languages():
        return 0
    options = ["--psm", "0", "-l", "osd", "--dpi", str(dpi), "-c", f"min_characters_to_try={_FEWEST_FOR_TURN}"]
    try:
        told = _run(grey, options, limit_s)
    except RecogniserError:
        return 0
    rotate, sure = _ROTATE.search(told), _SURE.search(told)
    return int(rotate[1]) // 90 if rotate and sure and float(sure[1]) >= _LEAST_SURE else 0


def _run(grey: Picture, options: list[str], limit_s: float) -> str:
    height, width = grey.shape
    # Tesseract's own threads gain little on one page and take the cores from the other pages.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(
            ["tesseract", "stdin", "stdout", *options],
            input=b"P5 %d %d 255\n" % (width, height) + grey.tobytes(),
            capture_output=True,
            env=environment,
            timeout=max(limit_s, 0.1),
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise RecogniserError(f"stopped after {limit_s:.0f} s") from error
    except (subprocess.CalledProcessError, OSError) as error:
        raise RecogniserError(str(error)) from error
    return done.stdout.decode("utf-8", "replace")


def _words(tsv: str) -> list[SeenWord]:
    words = []
    for row in csv.DictReader(tsv.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        # The slash of a fraction is a slash that leans.
        text = clean((row["text"] or "").replace("⁄", "/"))
        if row["level"] == "5" and text:
            left, top = int(row["left"]), int(row["top"])
            box = (left, top, left + int(row["width"]), top + int(row["height"]))
            line = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
            words.append(SeenWord(text, box, max(0, round(float(row["conf"]))), line))
    return words
