"""One page of a file as a picture for a person, with the words of its text layer and where they stand.

Runs in a reader process (`ingest.reading`): a hostile page hangs or crashes that process alone.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ingest.containers import find_member
from ingest.errors import UnreadableFileError
from ingest.limits import ContainerLimits
from ingest.models import SourceFile
from ingest.ocr_picture import Box as PixelBox
from ingest.ocr_picture import Picture, Pictures
from ingest.readers import sniff
from ingest.reencode import repair_lines
from ingest.word_alignment import PrintedWord

ROAD = "ingest.page_picture:draw"
"""For `ReaderPool.submit`."""
MEDIA_TYPE = "image/webp"
_DPI = 150
"""An A4 page is 1,240 pixels wide: sharp on a screen of twice the panel's width."""
_LONGEST_SIDE = 2_600
"""Pixels: a poster is shown smaller."""
_QUALITY = 80
_UNREADABLE = "Không vẽ được ảnh của trang này."
_GONE = "Tệp gốc không còn nội dung đã nạp."


@dataclass(frozen=True, slots=True)
class PageFile(SourceFile):
    """A file, and which of its pages is wanted.

    Where `place` is that of a container's member, `path` is the outermost container.
    """

    page: int = 1
    encoding: str = "unicode"
    """Of its text, as it was found when it was read."""
    container: str = ""
    """Place of the outermost container; empty for a file of its own."""
    containers: ContainerLimits = field(default=ContainerLimits(), compare=False)
    """How much may be unpacked."""


@dataclass(frozen=True, slots=True)
class DrawnPage:
    """A page as it is shown."""

    picture: bytes
    """WebP."""
    width: int
    """Pixels."""
    height: int
    words: tuple[PrintedWord, ...]
    """Of the text layer, in the file's order, in Unicode; none of a scan or an image."""


def draw(file: PageFile) -> DrawnPage:
    """The page's picture and words.

    Raises:
        UnreadableFileError: it cannot be drawn, or the container no longer holds it.
    """
    if not file.container:
        return _drawn(file, file.path)
    with tempfile.TemporaryDirectory() as folder:
        root, kind = file.root, sniff(file.path)
        outer = SourceFile(file.path, file.container, root, 0, "", kind, passwords=file.passwords)
        member = find_member(outer, file.place, Path(folder), file.containers)
        if member is None or member.content_hash != file.content_hash:
            raise UnreadableFileError(_GONE)
        return _drawn(file, member.path)


def _drawn(file: PageFile, path: Path) -> DrawnPage:
    from PIL import Image

    try:
        with Pictures(path, file.kind, file.passwords) as pictures:
            colour, words = pictures.draw(file.page, _DPI, laid_over=True)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise UnreadableFileError(_UNREADABLE) from error
    height, width = colour.shape[:2]
    placed = [(text, _share(box, width, height)) for text, box in words]
    if file.encoding != "unicode":
        placed = _repaired(placed)
    picture, shown = _packed(colour)
    return DrawnPage(picture, *shown, tuple(PrintedWord(*word) for word in placed))


def _share(box: PixelBox, width: int, height: int) -> tuple[int, int, int, int]:
    """Pixels as ten-thousandths of the page, cut at its edges."""
    left, top, right, bottom = (
        min(max(round(side / size * 10_000), 0), 10_000)
        for side, size in zip(box, (width, height, width, height), strict=True)
    )
    return left, top, right, bottom


def _packed(colour: Picture) -> tuple[bytes, tuple[int, int]]:
    from PIL import Image

    picture = Image.fromarray(colour)
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=3)
    return out.getvalue(), picture.size


def _repaired(
    words: Iterable[tuple[str, tuple[int, int, int, int]]],
) -> list[tuple[str, tuple[int, int, int, int]]]:
    """The words of a page in an old encoding, in Unicode; a line whose repair parts other words stays as it is."""
    lines: list[list[tuple[str, tuple[int, int, int, int]]]] = []
    for word in words:
        before = lines[-1][-1][1] if lines else None
        if before is None or word[1][0] < before[0] or word[1][1] >= before[3]:
            lines.append([])
        lines[-1].append(word)
    shown = repair_lines([" ".join(text for text, _ in line) for line in lines]).lines
    found = []
    for line, repaired in zip(lines, shown, strict=True):
        texts = repaired.split(" ")
        whole = texts if len(texts) == len(line) else [text for text, _ in line]
        found += [(text, box) for text, (_, box) in zip(whole, line, strict=True)]
    return found
