"""The bundled sample corpus: built from its facts, formally sound, and the gold of its questions true to it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import docx
import pypdf
import pytest
import yaml
from docx.table import Table

from evals.cases import Case, load_suite
from evals.facts import Fact, find_facts, match_key
from evals.sample_corpus import CLOSING_NOTE, SAMPLE, Record, SampleDocument, build, load_documents
from evals.sample_pdf import FONT_FOLDERS, SCAN_DPI

DOCUMENTS = load_documents()
CASES = load_suite("sample").cases
HAVE_FONTS = any((folder / "LiberationSerif-Regular.ttf").is_file() for folder in FONT_FOLDERS)


def _text_of(path: Path) -> str:
    """A file's text with single spaces, page numbers left out, table cells in reading order."""
    if path.suffix == ".txt":
        text = path.read_text(encoding="utf-8")
    elif path.suffix == ".pdf":
        pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
        text = " ".join(re.sub(r"^\s*\d+\s", "", page) if number else page for number, page in enumerate(pages))
    else:
        blocks = docx.Document(str(path)).iter_inner_content()
        text = " ".join(_table_text(block) if isinstance(block, Table) else block.text for block in blocks)
    return " ".join(text.split())


def _table_text(table: Table) -> str:
    return " ".join(paragraph.text for row in table.rows for cell in row.cells for paragraph in cell.paragraphs)


@pytest.fixture(scope="module")
def texts(sample_documents: Path) -> dict[str, str]:
    return {path.name: _text_of(path) for path in sorted(sample_documents.iterdir())}


def _ids(document: SampleDocument) -> str:
    return document.file


def test_the_folder_holds_what_the_table_names(sample_documents: Path) -> None:
    assert [path.name for path in sorted(sample_documents.iterdir())] == [document.file for document in DOCUMENTS]
    suffixes = [Path(document.file).suffix for document in DOCUMENTS]
    assert {".docx", ".pdf", ".txt"} == set(suffixes)


@pytest.mark.skipif(not HAVE_FONTS, reason="the Liberation Serif fonts are not installed")
def test_a_rebuild_gives_the_same_text(tmp_path: Path, texts: dict[str, str], sample_documents: Path) -> None:
    rebuilt = build(tmp_path / "new")
    assert {path.name: _text_of(path) for path in rebuilt} == texts
    for path in rebuilt:
        if path.suffix == ".txt":
            assert path.read_bytes() == (sample_documents / path.name).read_bytes()


@pytest.mark.skipif(not HAVE_FONTS, reason="the Liberation Serif fonts are not installed")
def test_a_rebuild_gives_the_same_bytes_as_the_one_before(tmp_path: Path) -> None:
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_missing_fonts_are_named_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"fonts-liberation"):
        build(tmp_path, fonts=tmp_path)


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if not d.scanned], ids=_ids)
def test_every_block_stands_in_its_file(document: SampleDocument, texts: dict[str, str]) -> None:
    text = texts[document.file]
    cells = [cell for block in (*document.body, *document.annex) for row in block.rows for cell in row]
    blocks = [block.text for block in (*document.body, *document.annex) if block.text]
    for part in [
        *blocks,
        *cells,
        document.subject,
        *document.recipients,
        *filter(None, document.signature),
        CLOSING_NOTE,
    ]:
        assert part in text


@pytest.mark.parametrize("document", [d for d in DOCUMENTS if not d.scanned], ids=_ids)
def test_the_head_has_what_the_decree_asks_for(document: SampleDocument, texts: dict[str, str]) -> None:
    head = texts[document.file][:700]
    day = f"{document.place}, {document.record.day_in_words}"
    for part in (*document.agency, f"Số: {document.record.number}", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", day):
        assert part in head
    assert "Độc lập - Tự do - Hạnh phúc" in head
    assert (document.kind or "Kính gửi:") in head


def test_the_scan_has_no_text_and_one_picture_a_page(sample_documents: Path) -> None:
    (scan,) = [document for document in DOCUMENTS if document.scanned]
    pages = pypdf.PdfReader(sample_documents / scan.file).pages
    assert [page.extract_text().strip() for page in pages] == [""] * len(pages)
    (picture,) = pages[0].images
    assert picture.image is not None
    assert picture.image.height == pytest.approx(297 / 25.4 * SCAN_DPI, abs=2)


def test_the_table_of_the_plan_runs_over_two_pages(sample_documents: Path) -> None:
    pages = pypdf.PdfReader(sample_documents / "03-ke-hoach-1082-KH-UBND.pdf").pages
    first, second = (" ".join(page.extract_text().split()) for page in pages[:2])
    assert "Tổ chức hội nghị trực tuyến" in first
    assert "Tuyên truyền về Đề án" in second
    assert "Stt Nhiệm vụ" in first
    assert "Stt Nhiệm vụ" in second


@pytest.mark.parametrize(
    ("day", "written", "in_words"),
    [
        (date(2016, 11, 9), "09/11/2016", "ngày 09 tháng 11 năm 2016"),
        (date(2017, 3, 20), "20/3/2017", "ngày 20 tháng 3 năm 2017"),
        (date(2019, 1, 30), "30/01/2019", "ngày 30 tháng 01 năm 2019"),
    ],
)
def test_days_are_written_as_the_decree_asks(day: date, written: str, in_words: str) -> None:
    record = Record("Kế hoạch", "1/KH-UBND", day, "", "")
    assert (record.day, record.day_in_words) == (written, in_words)


def test_a_record_without_a_date_is_cited_without_one() -> None:
    record = Record("Quyết định", "1819/QĐ-TTg", None, "", "")
    assert str(record) == "Quyết định số 1819/QĐ-TTg"
    with pytest.raises(ValueError, match="1819/QĐ-TTg"):
        _ = record.day


def test_every_record_of_the_table_is_used(texts: dict[str, str]) -> None:
    records = yaml.safe_load((SAMPLE / "facts.yaml").read_text(encoding="utf-8"))["records"].values()
    everything = " ".join(texts.values())
    scanned = {document.record.number for document in DOCUMENTS if document.scanned}
    assert [r["number"] for r in records if r["number"] not in everything and r["number"] not in scanned] == []


def test_the_programme_of_the_reference_report_is_told_with_its_numbers_and_dates(shared: Path) -> None:
    report = " ".join((shared / "seed/phu-luc-3-bao-cao-5880.txt").read_text(encoding="utf-8").split())
    records = yaml.safe_load((SAMPLE / "facts.yaml").read_text(encoding="utf-8"))["records"].values()
    theirs = find_facts(report)
    for record in records:
        if record["origin"] == "programme":
            assert Fact("key", match_key(record["number"])) in theirs
            assert record["date"] is None or Fact("date", record["date"].isoformat()) in theirs


def test_no_sentence_is_copied_from_the_reference_report(shared: Path, texts: dict[str, str]) -> None:
    report = (shared / "seed/phu-luc-3-bao-cao-5880.txt").read_text(encoding="utf-8")
    sentences = [" ".join(part.split()) for part in re.split(r"(?<=[.;:])\s+|\n\n+", report)]
    everything = " ".join(texts.values()).lower()
    assert [s for s in sentences if len(s.split()) >= 10 and s.lower().rstrip(".;:") in everything] == []


def _row_texts() -> set[str]:
    return {" ".join(row) for document in DOCUMENTS for block in document.body for row in block.rows}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_gold_evidence_stands_in_a_document(case: Case, texts: dict[str, str]) -> None:
    for sentence in case.gold_evidence:
        # A table row is given as its cells joined by a space, which is how every format's text reads.
        assert any(sentence in text for text in texts.values()) or sentence in _row_texts()


@pytest.mark.parametrize("case", [c for c in CASES if c.expected_behaviour == "answer"], ids=lambda case: case.id)
def test_gold_figures_stand_in_the_gold_evidence(case: Case) -> None:
    assert case.gold_evidence
    stated = {fact for fact in find_facts(case.gold_answer) if fact.kind != "key"}
    grounds = find_facts(" ; ".join((case.question, *case.gold_evidence)))
    counted = {Fact("num", str(len(case.gold_keys)))} if case.kind == "count" else set()
    assert stated - grounds - counted == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_gold_keys_are_records_of_the_table(case: Case) -> None:
    records = yaml.safe_load((SAMPLE / "facts.yaml").read_text(encoding="utf-8"))["records"].values()
    assert set(case.gold_keys) <= {match_key(record["number"]) for record in records}


def test_every_kind_of_question_and_language_is_there() -> None:
    assert {case.kind for case in CASES} == {
        "status_lookup",
        "factual",
        "list",
        "count",
        "relation",
        "comparison",
        "follow_up",
        "unanswerable",
        "ambiguous_number",
        "number_noise",
    }
    assert {case.lang for case in CASES} == {"vi", "en", "vi-nodiac"}
    assert {case.expected_behaviour for case in CASES} == {"answer", "abstain", "clarify"}
    assert all(case.history for case in CASES if case.kind == "follow_up")
