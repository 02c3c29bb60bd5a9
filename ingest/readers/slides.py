"""Presentations: each slide a page; shapes from top to bottom, tables by rows, speaker's notes behind."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.errors import NoTextError, UnreadableFileError
from ingest.models import RawDocument, RawPage
from ingest.readers import libreoffice
from ingest.readers.office import check_archive
from ingest.readers.old_office import check_parts, first_of
from ingest.readers.sniff import sniff
from ingest.reencode import Run, repair

_DAMAGED = "Bản trình chiếu bị hỏng, không mở được. Vui lòng mở bằng PowerPoint, sửa và lưu lại."
_EMPTY = "Bản trình chiếu không có chữ (có thể chỉ chứa ảnh). Vui lòng nhận dạng chữ (OCR) rồi nạp lại."
_ROW = " | "

_Block = list[Run]


def read(path: Path) -> RawDocument:
    """The slides' text.

    Raises:
        UnreadableFileError: damaged, or LibreOffice is needed and missing.
        EncryptedFileError: it asks for a password.
        TooLargeError: it unpacks beyond every document.
        NoTextError: no slide holds text.
    """
    kind = sniff(path)
    if kind == "pptx":
        return first_of([lambda: _read_pptx(path), lambda: _through_libreoffice(path, kind)])
    return _through_libreoffice(path, kind)


def _through_libreoffice(path: Path, kind: str) -> RawDocument:
    if kind == "pptx":
        check_parts(path)
    with libreoffice.converted(path, kind, "pptx") as converted:
        return replace(_read_pptx(converted), road="libreoffice")


def _read_pptx(path: Path) -> RawDocument:
    import pptx
    from lxml import etree
    from pptx.exc import PythonPptxError

    try:
        check_archive(path)
        slides = [list(_slide(slide)) for slide in pptx.Presentation(str(path)).slides]
    except (zipfile.BadZipFile, zlib.error, PythonPptxError, etree.XMLSyntaxError) as error:
        raise UnreadableFileError(_DAMAGED) from error
    except (LookupError, ValueError, TypeError, AttributeError, EOFError, NotImplementedError) as error:
        # What python-pptx lets through where a part is missing or senseless.
        raise UnreadableFileError(_DAMAGED) from error
    repaired = repair([block for slide in slides for block in slide])
    lines = iter(repaired.lines)
    texts = ["\n".join(filter(None, (" ".join(next(lines).split()) for _ in slide))) for slide in slides]
    if not any(texts):
        raise NoTextError(_EMPTY)
    pages = tuple(RawPage(number, text) for number, text in enumerate(texts, 1))
    return RawDocument(pages, wrapped=False, encoding=repaired.encoding, warnings=repaired.warnings, road="python-pptx")


def _slide(slide: Any) -> Iterator[_Block]:
    yield from _shapes(slide.shapes)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from _paragraphs(slide.notes_slide.notes_text_frame)


def _shapes(shapes: Iterable[Any]) -> Iterator[_Block]:
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif getattr(shape, "has_table", False) and shape.has_table:
            for row in shape.table.rows:
                yield _row(row)
        elif shape.has_text_frame:
            yield from _paragraphs(shape.text_frame)


def _row(row: Any) -> _Block:
    runs: _Block = []
    for cell in row.cells:
        block = [run for paragraph in _paragraphs(cell.text_frame) for run in (*paragraph, Run(" "))]
        if block:
            runs.extend([Run(_ROW), *block] if runs else block)
    return runs


def _paragraphs(frame: Any) -> Iterator[_Block]:
    for paragraph in frame.paragraphs:
        runs = [Run(run.text.replace("\v", " "), run.font.name) for run in paragraph.runs]
        if any(run.text.strip() for run in runs):
            yield runs
