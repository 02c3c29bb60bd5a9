"""What is said of digital signatures: in the terminal, in the record, beside a citation, in the web."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from signed_pdf import sign

from assistant.export import write_docx
from assistant.service import Assistant
from assistant.signatures import is_alarming, short_note, signature_notes
from assistant.web.markup import source_item
from assistant.web.record_card import record_card
from assistant.web.texts import load_texts
from ingest.models import DigitalSignature, LaterChange
from vectorstore.library import Library

CHAIRMAN = "Ủy ban nhân dân tỉnh Sông Lam"
SIGNED_AT = datetime(2025, 2, 3, 20, 5, tzinfo=UTC)
"""In Vietnam the next morning."""


def signature(signer: str = CHAIRMAN, intact: bool = True, later: LaterChange = "none") -> DigitalSignature:
    return DigitalSignature("signature", signer, None, SIGNED_AT, intact, later == "none", later)


@pytest.mark.parametrize(
    ("one", "verdict", "vietnamese", "english"),
    [
        (signature(), "intact", "Tệp còn nguyên như khi ký", "as it was signed"),
        (signature(later="fields"), "extended", "chỉ có thêm chữ ký", "only further signatures"),
        (signature(later="archival"), "extended", "chỉ có thêm chữ ký", "only further signatures"),
        (signature(later="other"), "changed", "CẢNH BÁO: tệp bị sửa", "WARNING: the file was changed"),
        (signature(intact=False), "broken", "CHỮ KÝ SỐ KHÔNG TOÀN VẸN", "THE DIGITAL SIGNATURE IS BROKEN"),
        (signature(intact=False, later="other"), "broken", "CHỮ KÝ SỐ KHÔNG TOÀN VẸN", "SIGNATURE IS BROKEN"),
    ],
    ids=["intact", "further-signature", "archival", "changed", "broken", "broken-and-changed"],
)
def test_each_verdict_has_its_words(one: DigitalSignature, verdict: str, vietnamese: str, english: str) -> None:
    assert one.verdict == verdict
    assert vietnamese in signature_notes([one], "vi")[0]
    assert english in signature_notes([one], "en")[0]
    assert is_alarming([one]) == (verdict in ("changed", "broken"))


def test_the_time_is_that_of_vietnam_and_trust_is_never_claimed() -> None:
    first, last = signature_notes([signature()], "vi")
    assert "03:05 ngày 04/02/2025" in first
    assert "không xác minh chứng thư" in last
    assert "trust" not in " ".join(signature_notes([signature()], "en"))


def test_the_gravest_comes_first_and_names_its_signer_alone() -> None:
    told = [signature("A"), signature("B", intact=False), signature("C", later="other")]
    assert [note.split(".")[0] for note in signature_notes(told, "vi")[:3]] == [
        "CẢNH BÁO: CHỮ KÝ SỐ KHÔNG TOÀN VẸN",
        "CẢNH BÁO: tệp bị sửa sau khi C ký số lúc 03:05 ngày 04/02/2025",
        "Ký số: A lúc 03:05 ngày 04/02/2025",
    ]
    assert short_note(told, "vi") == "CẢNH BÁO: chữ ký số không toàn vẹn (B)"


@pytest.mark.parametrize(
    ("names", "note"),
    [
        ([], ""),
        (["A"], "Ký số: A (tệp còn nguyên như khi ký)"),
        (["A", "A", "B"], "Ký số: A; B (tệp còn nguyên như khi ký)"),
        (["A", "B", "C", "D"], "Ký số: A; B; C … (tệp còn nguyên như khi ký)"),
    ],
)
def test_a_citation_gets_a_short_note(names: list[str], note: str) -> None:
    assert short_note([signature(name) for name in names], "vi") == note


# ------------------------------------------------------------ through the product


@pytest.fixture(scope="module")
def tampered(tmp_path_factory: pytest.TempPathFactory, sample_documents: Path) -> Iterator[Assistant]:
    """A library with a plan that was signed and of which one byte was changed afterwards."""
    folder = tmp_path_factory.mktemp("signed")
    path = folder / "ke-hoach.pdf"
    path.write_bytes((sample_documents / "03-ke-hoach-1082-KH-UBND.pdf").read_bytes())
    sign(path, CHAIRMAN)
    content = path.read_bytes()
    at = content.index(b"/Producer")
    path.write_bytes(content[:at] + b"/Producex" + content[at + 9 :])
    assistant = Assistant(Library.open(folder / "kho"))
    assistant._library.ingest([path])
    yield assistant
    assistant.close()


def test_a_broken_signature_reaches_every_place_that_shows_the_document(tampered: Assistant, tmp_path: Path) -> None:
    record = tampered.status("1082/KH-UBND").record
    assert record is not None
    assert [one["verdict"] for one in record.as_json()["signatures"]] == ["broken"]
    (document,) = tampered.documents()
    assert [(one["signer"], one["intact"]) for one in document["signatures"]] == [(CHAIRMAN, False)]
    assert any("CHỮ KÝ SỐ KHÔNG TOÀN VẸN" in warning for warning in document["warnings"])
    page = tampered.page(document["document_id"], 1)
    assert [one.verdict for one in page.source.signatures] == ["broken"]
    card = record_card(record, load_texts("vi"))
    assert 'class="tl-alarm" role="alert"' in card and "CHỮ KÝ SỐ KHÔNG TOÀN VẸN" in card
    answer = tampered.ask("Kế hoạch 1082/KH-UBND nói về việc gì?")
    assert answer.citations
    assert all("tl-alarm" in source_item(citation, load_texts("vi")) for citation in answer.citations)
    write_docx(str(tmp_path / "note.docx"), record, SIGNED_AT.date())
    cells = [cell.text for table in docx.Document(str(tmp_path / "note.docx")).tables for cell in table.column_cells(1)]
    assert any("CHỮ KÝ SỐ KHÔNG TOÀN VẸN" in cell for cell in cells)
