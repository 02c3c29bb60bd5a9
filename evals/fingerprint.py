"""What a run's figures depend on, each part as a hash: two runs with one fingerprint ask the same of the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import Suite

if TYPE_CHECKING:
    from assistant.config import Settings

_PACKAGES = ("assistant", "evals", "ingest", "prompts", "vectorstore")
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Twelve hexadecimal digits a part, but for the model, which is named."""

    suite: str
    """The questions with their gold."""
    corpus: str
    """The documents, by place and content."""
    settings: str
    prompts: str
    model: str
    """Empty: no language model."""
    program: str
    """Version and code of the product."""

    @property
    def digest(self) -> str:
        """All of it in twelve digits."""
        return _hash([json.dumps(asdict(self), sort_keys=True)])

    def as_json(self) -> dict[str, str]:
        """A member of every result."""
        return {**asdict(self), "digest": self.digest}


def fingerprint_of(suite: Suite, settings: Settings, varied: Mapping[str, object] | None = None) -> Fingerprint:
    """The fingerprint of a run to come.

    Args:
        suite: its questions and documents.
        settings: that the assistant answers under.
        varied: what is set apart from them: `{"dense_weight": 0.3}`.

    Raises:
        OSError: a document cannot be read.
    """
    varied_text = json.dumps(dict(varied or {}), sort_keys=True)
    return Fingerprint(
        suite=_hash(case.model_dump_json() for case in sorted(suite.cases, key=lambda case: case.id)),
        corpus=_hash(_hash_files(folder, "*") for folder in suite.folders),
        settings=_hash([settings.fingerprint, varied_text]),
        prompts=_hash_files(Path(str(resources.files("prompts"))), "*.t[os][mv]*"),
        model=settings.model_name if settings.model_url else "",
        program=f"{metadata.version('troly')}-{_hash(_hash_files(_folder(name), '*.py') for name in _PACKAGES)}",
    )


def _folder(package: str) -> Path:
    return Path(str(resources.files(package)))


def _hash_files(folder: Path, pattern: str) -> str:
    files = sorted(path for path in folder.rglob(pattern) if path.is_file())
    return _hash(f"{path.relative_to(folder).as_posix()} {_content(path)}" for path in files)


def _content(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _hash(parts: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(f"{len(part)}:{part}".encode())
    return whole.hexdigest()[:_DIGITS]
