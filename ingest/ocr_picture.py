"""A page's picture made ready for the recogniser: drawn, red ink taken out, straightened."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""(height, width) grey or (height, width, 3) red, green, blue."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_POINTS = 72
_MOST_PIXELS = 30_000_000
"""A4 at 400 dpi has 15 million."""
_A4_INCHES = 8.27
_RED = 30
"""By how much red must outdo green and blue to be a stamp's ink: less is the fringe that JPEG leaves on black."""
_DARK = 128
_SPECKS = 0.0004
"""Share of dark pixels below which a page is blank: dust, and the edge of the glass."""
_STEEPEST, _STEP = 6.0, 0.1
"""Degrees of skew looked for."""
_STRAIGHT = 0.75
"""Degrees below which turning blurs more than it helps."""
_POINTS_AT_MOST = 60_000
_PDFIUM = threading.Lock()
"""pdfium takes one call at a time."""


class Pictures:
    """The pages of a PDF or an image file as pictures.

    Args:
        path: the file.
        kind: as `ingest.readers.sniff` tells it.
        passwords: tried where it asks for one, behind the empty one.

    Raises:
        OSError: the file cannot be opened as what it is.
    """

    def __init__(self, path: Path, kind: str, passwords: Sequence[str] = ()) -> None:
        self._pdf: Any = None
        self._image: Any = None
        self._turning = threading.Lock()
        if kind == "pdf":
            self._pdf = _opened(path, passwords)
        else:
            from PIL import Image

            self._image = Image.open(path)

    def __enter__(self) -> Pictures:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pdf is not None:
            with _PDFIUM:
                self._pdf.close()
        else:
            self._image.close()

    def draw(self, number: int, dpi: int, *, laid_over: bool = False) -> tuple[Picture, list[tuple[str, Box]]]:
        """A page in colour, and the words of its text layer with their boxes in pixels.

        Args:
            number: from 1.
            dpi: pixels an inch; fewer where the page is a poster.
            laid_over: with what signatures, fields and notes print over the page, as a person sees it; a recogniser
                has that as text already.

        Raises:
            OSError: the page cannot be drawn.
        """
        if self._pdf is None:
            return self._draw_image(number, dpi), []
        import pypdfium2

        with _PDFIUM:
            try:
                page = self._pdf[number - 1]
                wide, high = page.get_size()
                scale = _scale(wide, high, dpi)
                drawn = page.render(
                    scale=scale, draw_annots=laid_over, may_draw_forms=False, rev_byteorder=True
                ).to_numpy()
                colour = np.ascontiguousarray(drawn[..., :3] if drawn.ndim == 3 else np.stack([drawn] * 3, -1))
                words = _layer_words(page, scale)
                page.close()
            except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
                raise OSError(f"pdfium: {error}") from error
        return colour, words

    def images(self, number: int, dpi: int) -> list[Box]:
        """Where a PDF's page shows images, in shares of its width and height.

        Raises:
            OSError: the page cannot be opened.
        """
        import pypdfium2
        import pypdfium2.raw as pdfium

        with _PDFIUM:
            try:
                page = self._pdf[number - 1]
                wide, high = page.get_size()
                scale = _scale(wide, high, dpi)
                width, height = round(wide * scale), round(high * scale)
                shown = [
                    _on_page(page, scale, image.get_bounds())
                    for image in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)
                ]
                page.close()
            except (pypdfium2.PdfiumError, IndexError) as error:
                raise OSError(f"pdfium: {error}") from error
        return [(left / width, top / height, right / width, bottom / height) for left, top, right, bottom in shown]

    def _draw_image(self, number: int, dpi: int) -> Picture:
        from PIL import Image

        # Several pages are asked for at a time, and the file stands at one of them.
        with self._turning:
            self._image.seek(number - 1)
            image = self._image.convert("RGB")
            given = float(self._image.info.get("dpi", (0, 0))[0])
        inches = image.width / given if 70 <= given <= 1200 else _A4_INCHES
        scale = _scale(inches * _POINTS, inches * _POINTS * image.height / image.width, dpi)
        size = (round(inches * _POINTS * scale), round(inches * _POINTS * scale * image.height / image.width))
        return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


def _opened(path: Path, passwords: Sequence[str]) -> Any:
    import pypdfium2

    reason: Exception | None = None
    for password in (None, *passwords):
        try:
            with _PDFIUM:
                return pypdfium2.PdfDocument(path, password)
        except pypdfium2.PdfiumError as error:
            reason = error
    raise OSError(f"pdfium: {reason}") from reason


def _scale(width: float, height: float, dpi: int) -> float:
    """Pixels a point."""
    return min(dpi / _POINTS, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))


def _on_page(page: Any, scale: float, bounds: tuple[float, float, float, float]) -> Box:
    """Left, bottom, right and top in points of the file as a box in pixels of the page as it is shown."""
    import ctypes

    import pypdfium2.raw as pdfium

    width, height = (round(size * scale) for size in page.get_size())
    x, y = ctypes.c_int(), ctypes.c_int()
    corners = []
    for corner in ((bounds[0], bounds[3]), (bounds[2], bounds[1])):
        pdfium.FPDF_PageToDevice(page, 0, 0, width, height, 0, *corner, ctypes.byref(x), ctypes.byref(y))
        corners.append((float(x.value), float(y.value)))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _layer_words(page: Any, scale: float) -> list[tuple[str, Box]]:
    """Words of the text layer, with what their letters cover."""
    import pypdfium2.raw as pdfium

    layer = page.get_textpage()
    words: list[tuple[str, Box]] = []
    letters: list[str] = []
    boxes: list[Box] = []
    count = layer.count_chars()
    for index in range(count + 1):
        letter = chr(pdfium.FPDFText_GetUnicode(layer, index)) if index < count else " "
        if not letter.isspace() and letter.isprintable():
            letters.append(letter)
            boxes.append(_on_page(page, scale, layer.get_charbox(index, loose=True)))
        elif letters:
            words.append(("".join(letters), around(boxes)))
            letters, boxes = [], []
    layer.close()
    return words


def around(boxes: Iterable[Box]) -> Box:
    """The smallest box that holds all."""
    sides = list(zip(*boxes, strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def without_red(colour: Picture) -> Picture:
    """The picture in grey, red ink as white: what a stamp covers in black stays."""
    red = colour[..., 0]
    other = np.maximum(colour[..., 1], colour[..., 2])
    grey = red.copy()
    grey[(red > other) & (np.subtract(red, other, where=red > other, out=np.zeros_like(red)) > _RED)] = 255
    return grey


def blueness(colour: Picture) -> Picture:
    """By how much blue outdoes red: the ink of a pen."""
    red, blue = colour[..., 0], colour[..., 2]
    return np.subtract(blue, red, where=blue > red, out=np.zeros_like(red))


def is_blank(grey: Picture) -> bool:
    """Whether nothing but dust is seen."""
    return float((grey < _DARK).mean()) < _SPECKS


def skew(grey: Picture) -> float:
    """By how many degrees the lines of text fall towards the right; 0 where that cannot be told.

    The angle at which the ink, summed up along the lines, changes most sharply from row to row.
    """
    step = max(1, grey.shape[1] // 800)
    ys, xs = np.nonzero(grey[::step, ::step] < _DARK)
    if len(xs) < 200:
        return 0.0
    thin = max(1, len(xs) // _POINTS_AT_MOST)
    ys, xs = ys[::thin].astype(np.float32), xs[::thin].astype(np.float32)
    rows = int(ys.max()) + 1
    reach = int(xs.max() * math.tan(math.radians(_STEEPEST))) + 1

    def sharpness(degrees: float) -> float:
        profile = np.bincount(
            (ys - xs * math.tan(math.radians(degrees)) + reach).astype(np.int64), minlength=rows + 2 * reach
        )
        return float((np.diff(profile.astype(np.float64)) ** 2).sum())

    coarse = max(np.arange(-_STEEPEST, _STEEPEST + 0.5, 0.5), key=sharpness)
    fine = max(np.arange(coarse - 0.5, coarse + 0.5 + _STEP, _STEP), key=sharpness)
    # Noise is as sharp at one angle as at another.
    return float(fine) if sharpness(fine) > 1.1 * sharpness(0.0) else 0.0


@dataclass(frozen=True, slots=True)
class Turned:
    """A picture turned for reading, and the way back to the page as it is shown."""

    grey: Picture
    quarters: int
    """Quarter turns clockwise."""
    degrees: float
    """Further turned, counter-clockwise."""

    def like(self, other: Picture) -> Picture:
        """Another picture of the page, dark where nothing is, turned in the same way."""
        return _turned_by(other, self, 0)

    def share_of_page(self, box: Box) -> tuple[int, int, int, int]:
        """A box of the turned picture in ten-thousandths of the page's width and height."""
        height, width = self.grey.shape
        sin, cos = math.sin(math.radians(self.degrees)), math.cos(math.radians(self.degrees))
        x, y = (box[0] + box[2]) / 2 - width / 2, (box[1] + box[3]) / 2 - height / 2
        x, y = x * cos - y * sin + width / 2, x * sin + y * cos + height / 2
        half_width, half_height = (box[2] - box[0]) / 2, (box[3] - box[1]) / 2
        left, top, right, bottom = (
            (x - half_width) / width,
            (y - half_height) / height,
            (x + half_width) / width,
            (y + half_height) / height,
        )
        for _ in range(self.quarters):
            left, top, right, bottom = top, 1 - right, bottom, 1 - left
        a, b, c, d = (min(max(round(side * 10_000), 0), 10_000) for side in (left, top, right, bottom))
        return a, b, c, d

    def on_picture(self, box: tuple[int, int, int, int]) -> Box:
        """The way back: a box in ten-thousandths of the page as a box of the turned picture."""
        left, top, right, bottom = (side / 10_000 for side in box)
        for _ in range(self.quarters):
            left, top, right, bottom = 1 - bottom, left, 1 - top, right
        height, width = self.grey.shape
        sin, cos = math.sin(math.radians(self.degrees)), math.cos(math.radians(self.degrees))
        x, y = ((left + right) / 2 - 0.5) * width, ((top + bottom) / 2 - 0.5) * height
        x, y = x * cos + y * sin + width / 2, y * cos - x * sin + height / 2
        half_width, half_height = (right - left) / 2 * width, (bottom - top) / 2 * height
        return x - half_width, y - half_height, x + half_width, y + half_height


def turned(grey: Picture, quarters: int = 0) -> Turned:
    """The picture by so many quarter turns clockwise, then straightened."""
    upright = np.ascontiguousarray(np.rot90(grey, -quarters))
    degrees = skew(upright)
    if abs(degrees) < _STRAIGHT:
        return Turned(upright, quarters, 0.0)
    return Turned(_rotated(upright, degrees, 255), quarters, degrees)


def turned_like(grey: Picture, first: Turned) -> Picture:
    """A picture of the same page at another size, turned in the same way."""
    return _turned_by(grey, first, 255)


def _turned_by(grey: Picture, first: Turned, background: int) -> Picture:
    upright = np.ascontiguousarray(np.rot90(grey, -first.quarters))
    return _rotated(upright, first.degrees, background) if first.degrees else upright


def _rotated(grey: Picture, degrees: float, background: int) -> Picture:
    from PIL import Image

    return np.asarray(Image.fromarray(grey).rotate(degrees, Image.Resampling.BICUBIC, fillcolor=background))
