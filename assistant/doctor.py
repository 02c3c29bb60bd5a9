"""Is the installation sound, and what to do about what is not."""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from typing import Any

from assistant.config import Settings
from assistant.errors import ModelError
from assistant.service import open_library

_PROGRAMS = (
    (
        "tesseract",
        "nhận dạng chữ trong bản quét",
        "apt-get install tesseract-ocr tesseract-ocr-vie tesseract-ocr-osd",
    ),
    ("soffice", "đọc tệp .doc và .xls cũ", "apt-get install libreoffice-writer libreoffice-calc"),
)
_PACKAGES = (
    (
        "sentence_transformers",
        "dùng mô hình nhúng khác; nạp tài liệu nhanh gấp bốn lần",
        "pip install --constraint constraints.txt --editable '.[models]'",
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    sound: bool
    what: str
    remedy: str | None = None
    needed: bool = True
    """False for what only widens what the product can do."""


@dataclass(frozen=True, slots=True)
class Health:
    """What the doctor found."""

    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether all that is needed is sound."""
        return all(finding.sound for finding in self.findings if finding.needed)

    def as_json(self) -> dict[str, Any]:
        """What `troly doctor --json` prints."""
        return {
            "sound": self.sound,
            "findings": [{name: getattr(finding, name) for name in Finding.__slots__} for finding in self.findings],
        }


def examine(settings: Settings, repair: bool = False) -> Health:
    """Look at the library and at what the machine offers; with `repair`, mend the indexes first.

    Raises:
        vectorstore.errors.StoreError: the catalogue cannot be opened, or another process is writing.
    """
    with open_library(settings) as library:
        problems = library.repair() if repair else library.check()
        documents = library.catalogue.documents()
    findings = [Finding("library", True, f"Kho tài liệu {settings.data_dir}: {len(documents)} văn bản")]
    findings += [Finding(problem.kind, False, problem.message, "troly doctor --repair") for problem in problems]
    if not problems:
        findings.append(Finding("indexes", True, "Danh mục, chỉ mục vectơ và chỉ mục từ khớp nhau"))
    findings += [_program(name, use, remedy) for name, use, remedy in _PROGRAMS]
    findings += [_package(name, use, remedy) for name, use, remedy in _PACKAGES]
    findings += [_endpoint(settings)] if settings.model_url else []
    return Health(tuple(findings))


def _endpoint(settings: Settings) -> Finding:
    """Whether the language model answers; asked only where one is set."""
    from assistant.chat_model import EndpointModel

    try:
        answers = any(EndpointModel(settings).stream([("human", "Xin chào")]))
    except ModelError as error:
        return Finding("model", False, str(error), "Xin xem các thiết lập TROLY_MODEL_… trong README.md", needed=False)
    what = f"Mô hình ngôn ngữ {settings.model_name}: {'có trả lời' if answers else 'trả lời rỗng'}"
    return Finding("model", answers, what, None if answers else "TROLY_MODEL_NAME", needed=False)


def _program(name: str, use: str, remedy: str) -> Finding:
    found = shutil.which(name) is not None
    what = f"Chương trình {name} ({use}): {'có' if found else 'chưa cài đặt'}"
    return Finding(name, found, what, None if found else remedy, needed=False)


def _package(name: str, use: str, remedy: str) -> Finding:
    found = importlib.util.find_spec(name) is not None
    what = f"Gói {name} ({use}): {'có' if found else 'chưa cài đặt'}"
    return Finding(name, found, what, None if found else remedy, needed=False)
