"""The bundled sample corpus, built from its table of facts: `python -m evals.sample_corpus`.

`suites/sample/facts.yaml` holds the records and figures, `suites/sample/documents.yaml` the texts. The text of
every file is the same at each build; metadata dates come from the facts and never from the clock.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

SAMPLE = Path(__file__).parent / "suites" / "sample"
CLOSING_NOTE = "(Văn bản mẫu dùng để thử phần mềm, không có giá trị pháp lý.)"


@dataclass(frozen=True, slots=True)
class Record:
    """A document of the programme as the sample cites it; `str()` is the usual first citation."""

    type: str
    number: str
    date: datetime.date | None
    issuer: str
    title: str

    @property
    def name(self) -> str:
        """Type and number: `Kế hoạch số 449/KH-STTTT`."""
        return f"{self.type} số {self.number}"

    @property
    def day(self) -> str:
        """The date in figures, days below 10 and months below 3 with a zero: `20/3/2017`."""
        return f"{_padded(self._dated.day, 10)}/{_padded(self._dated.month, 3)}/{self._dated.year}"

    @property
    def day_in_words(self) -> str:
        """The date as a header writes it: `ngày 20 tháng 3 năm 2017`."""
        return f"ngày {_padded(self._dated.day, 10)} tháng {_padded(self._dated.month, 3)} năm {self._dated.year}"

    @property
    def long(self) -> str:
        """The citation with its date in words, as a legal basis has it."""
        return f"{self.name} {self.day_in_words}"

    def __str__(self) -> str:
        return f"{self.name} ngày {self.day}" if self.date else self.name

    @property
    def _dated(self) -> datetime.date:
        if self.date is None:
            raise ValueError(f"{self.number} has no date in facts.yaml")
        return self.date


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a document's body."""

    kind: str
    """`basis`, `para`, `point`, `heading`, `centre` or `table`."""
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[int, ...] = ()
    """Shares of the table's width, in percent."""


@dataclass(frozen=True, slots=True)
class SampleDocument:
    """A whole document, its citations filled in, ready to be written in any format."""

    file: str
    record: Record
    agency: tuple[str, ...]
    """Lines of the upper left corner; the last one is the issuer."""
    place: str
    kind: str | None
    """The type in capitals; None for an official letter."""
    subject: str
    addressee: str
    body: tuple[Block, ...]
    recipients: tuple[str, ...]
    signature: tuple[str, ...]
    annex: tuple[Block, ...]
    scanned: bool
    wrap: int
    """Width that a text file's lines are wrapped at, in characters; 0: not wrapped."""


def _padded(number: int, below: int) -> str:
    # Nghị định 30/2020/NĐ-CP, Appendix I, II.4: only days below 10 and the months 1 and 2 take a zero.
    return f"{number:02d}" if number < below else str(number)


class _Figures:
    """Figures by name, as one report states them."""

    def __init__(self, series: dict[str, dict[str, str]], report: str) -> None:
        self._series, self._report = series, report

    def __getattr__(self, name: str) -> str:
        return self._series[name][self._report]


def load_documents(folder: Path = SAMPLE) -> tuple[SampleDocument, ...]:
    """The sample's documents with every citation and figure filled in.

    Raises:
        KeyError: a text names a record or figure that `facts.yaml` lacks.
        ValueError: a text gives the date of a record without one.
    """
    facts = yaml.safe_load((folder / "facts.yaml").read_text(encoding="utf-8"))
    texts = yaml.safe_load((folder / "documents.yaml").read_text(encoding="utf-8"))
    records = {name: _record(entry) for name, entry in facts["records"].items()}
    return tuple(_document(entry, records, facts["figures"]) for entry in texts)


def _record(entry: dict[str, Any]) -> Record:
    return Record(entry["type"], entry["number"], entry["date"], entry["issuer"], entry["title"])


def _document(entry: dict[str, Any], records: dict[str, Record], figures: dict[str, dict[str, str]]) -> SampleDocument:
    values: dict[str, Any] = {**records, "fig": _Figures(figures, entry["record"])}
    return SampleDocument(
        file=entry["file"],
        record=records[entry["record"]],
        agency=tuple(entry["agency"]),
        place=entry["place"],
        kind=entry["kind"],
        subject=entry["subject"],
        addressee=entry.get("addressee", ""),
        body=tuple(_block(block, values) for block in entry["body"]),
        recipients=tuple(entry["recipients"]),
        signature=tuple(entry["signature"]),
        annex=tuple(_block(block, values) for block in entry.get("annex", ())),
        scanned=entry.get("scanned", False),
        wrap=entry.get("wrap", 0),
    )


def _block(entry: dict[str, Any], values: dict[str, Any]) -> Block:
    ((kind, content),) = entry.items()
    if kind == "table":
        rows = tuple(tuple(cell.format(**values) for cell in row) for row in content["rows"])
        return Block(kind, rows=rows, widths=tuple(content["widths"]))
    return Block(kind, text=content.format(**values))


def build(out: Path, fonts: Path | None = None) -> list[Path]:
    """Write every sample document below `out`.

    Args:
        out: folder to write to; made where it is missing.
        fonts: folder with the Liberation Serif fonts; None looks where Debian keeps them.

    Returns:
        The paths written, in the order of `documents.yaml`.

    Raises:
        FileNotFoundError: no Liberation Serif with Vietnamese letters was found.
    """
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for document in load_documents():
        path = out / document.file
        path.write_bytes(_rendered(document, fonts))
        written.append(path)
    return written


def _rendered(document: SampleDocument, fonts: Path | None) -> bytes:
    """The file's bytes, in the format that its name asks for."""
    # Here and not above: the writers need packages that only a rebuild needs.
    from evals import sample_docx, sample_layout, sample_pdf

    suffix = Path(document.file).suffix
    if suffix == ".docx":
        return sample_docx.as_docx(document)
    if suffix == ".pdf":
        pdf = sample_pdf.as_pdf(document, fonts)
        return sample_pdf.as_scan(pdf) if document.scanned else pdf
    return sample_layout.as_text(document).encode("utf-8")


def main(
    out: Annotated[Path, typer.Option(help="Thư mục ghi các tệp mẫu.")] = SAMPLE / "documents",
    fonts: Annotated[Path | None, typer.Option(help="Thư mục chứa phông chữ Liberation Serif.")] = None,
) -> None:
    """Dựng lại các tài liệu mẫu từ bảng dữ kiện."""
    for path in build(out, fonts):
        typer.echo(path)


if __name__ == "__main__":
    typer.run(main)
