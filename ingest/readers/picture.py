"""A photograph or a scan saved as an image: pages without text, all of them to be recognised."""

from __future__ import annotations

from pathlib import Path

from ingest.errors import TooLargeError, UnreadableFileError
from ingest.models import RawDocument, RawPage

_DAMAGED = "Tệp ảnh bị hỏng, không mở được. Vui lòng quét hoặc chụp lại."
_TOO_LARGE = "Tệp ảnh quá lớn. Vui lòng lưu lại ở độ phân giải 300 dpi rồi nạp lại."


def read(path: Path) -> RawDocument:
    """The image's pages, empty and named in `scans`; a TIFF may have several.

    Raises:
        UnreadableFileError: damaged.
        TooLargeError: it has more pixels than a page of any size needs.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            count = getattr(image, "n_frames", 1)
    except Image.DecompressionBombError as error:
        raise TooLargeError(_TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise UnreadableFileError(_DAMAGED) from error
    numbers = tuple(range(1, count + 1))
    return RawDocument(tuple(RawPage(number, "") for number in numbers), wrapped=True, scans=numbers)
