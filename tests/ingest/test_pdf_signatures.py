"""Digital signatures of PDFs: files signed here with a certificate of our own, and real ones."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas
from signed_pdf import CHAIRMAN, CLERK, append_text, sign

from ingest.models import DigitalSignature
from ingest.readers import reader_for
from ingest.readers.pdf_signatures import read_signatures

LINE = "Thuc hien Ke hoach so 25/KH-UBND cua Uy ban nhan dan Quan 3 ve so hoa"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.pdf"
    canvas = Canvas(str(path), pageCompression=0)
    canvas.drawString(72, 780, LINE)
    canvas.showPage()
    canvas.save()
    return path


def facts(signature: DigitalSignature) -> tuple[str, bool, bool, str, str]:
    return signature.signer, signature.intact, signature.whole_file, signature.later, signature.verdict


def test_an_unsigned_file_has_none_and_does_not_pay_for_the_library(plan: Path) -> None:
    code = f"import pathlib, sys; from ingest.readers.pdf import read; read(pathlib.Path({str(plan)!r})); "
    code += "assert not any(name.startswith('pyhanko') for name in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
    assert read_signatures(plan) == ((), ())


def test_an_intact_signature(plan: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    sign(plan, CHAIRMAN)
    (signature,), warnings = read_signatures(plan)
    assert facts(signature) == (CHAIRMAN, True, True, "none", "intact")
    assert (signature.kind, signature.organization) == ("signature", "Tỉnh Sông Lam")
    assert signature.signed_at is not None and signature.signed_at >= before
    assert warnings == ()


def test_signed_bytes_that_were_changed_are_said_loudly(plan: Path) -> None:
    sign(plan, CHAIRMAN)
    plan.write_bytes(plan.read_bytes().replace(b"25/KH-UBND", b"52/KH-UBND"))
    raw = reader_for("pdf")(plan)
    assert "52/KH-UBND" in raw.pages[0].text
    (signature,) = raw.signatures
    assert facts(signature) == (CHAIRMAN, False, True, "none", "broken")
    assert "CHỮ KÝ SỐ KHÔNG TOÀN VẸN" in raw.warnings[0] and CHAIRMAN in raw.warnings[0]


def test_a_version_appended_after_signing_is_told(plan: Path) -> None:
    sign(plan, CHAIRMAN)
    append_text(plan, "Ke hoach so 52/KH-UBND noi dung khac han voi noi dung da ky truoc day")
    raw = reader_for("pdf")(plan)
    assert "52/KH-UBND" in raw.pages[0].text
    (signature,) = raw.signatures
    # What was signed is still there, as a version that no reader shows any more.
    assert facts(signature) == (CHAIRMAN, True, False, "other", "changed")
    assert "TỆP BỊ SỬA SAU KHI KÝ SỐ" in raw.warnings[0]


def test_a_second_signature_extends_the_first(plan: Path) -> None:
    sign(plan, CHAIRMAN)
    sign(plan, CLERK, "Signature2")
    signatures, warnings = read_signatures(plan)
    assert [facts(signature) for signature in signatures] == [
        (CHAIRMAN, True, False, "fields", "extended"),
        (CLERK, True, True, "none", "intact"),
    ]
    assert warnings == ()


def test_a_malformed_signature_costs_one_warning_and_not_the_file(plan: Path) -> None:
    sign(plan, CHAIRMAN)
    content = plan.read_bytes()
    start = content.rindex(b"/Contents <") + len(b"/Contents <")
    plan.write_bytes(content[:start] + b"00" * 40 + content[start + 80 :])
    raw = reader_for("pdf")(plan)
    assert LINE in raw.pages[0].text
    assert raw.signatures == ()
    assert len(raw.warnings) == 1 and "Không kiểm tra được 1 chữ ký số" in raw.warnings[0]


def test_a_signature_left_behind_by_a_program_that_wrote_the_file_anew(plan: Path) -> None:
    sign(plan, CHAIRMAN)
    writer = PdfWriter(PdfReader(plan))
    del writer.root_object["/AcroForm"]
    writer.pages[0].compress_content_streams()
    writer.write(plan)
    signatures, warnings = read_signatures(plan)
    assert [(one.signer, one.verdict) for one in signatures] == [(CHAIRMAN, "broken")]
    assert "ghi lại" in warnings[0]


def test_what_a_signature_prints_is_offered_and_stays_out_of_the_text(shared: Path) -> None:
    name = "15_thong-bao-565-tb-ubnd-word-xuat-pdf.pdf"
    raw = reader_for("pdf")(shared / "documents" / "real" / name)
    shown = [signature.shown for signature in raw.signatures]
    assert shown[2:4] == ["565", "15"]
    assert shown[4].startswith("TRUNG TÂM CÔNG BÁO VÀ TIN HỌC ttcbth@quangngai.gov.vn 18.11.2024")
    assert "Số: 565/TB-UBND" in raw.pages[0].text and "ngày 15 tháng" in raw.pages[0].text
    assert not any("ttcbth" in page.text for page in raw.pages)


def test_the_zone_that_the_file_names_wins_over_a_clock_written_as_utc(shared: Path) -> None:
    # One place says 20:06:24 in Vietnam, the other 20:06:24 UTC, which would be the next day in Vietnam.
    name = "08_bao-cao-23-bc-ubnd-cai-cach-tthc-thang-01-2025.pdf"
    signatures, _ = read_signatures(shared / "documents" / "real" / name)
    assert signatures[1].signed_at == datetime(2025, 1, 24, 13, 6, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "signers", "verdicts"),
    [
        (
            "01_qd-ubnd-tinh-quang-ngai-phe-duyet-ke-hoach-ung-pho.pdf",
            ["Ủy ban nhân dân tỉnh Quảng Ngãi", "TRUNG TÂM CÔNG BÁO VÀ TIN HỌC"],
            ["extended", "intact"],
        ),
        (
            "10_thong-bao-542-tb-ubnd-word-xuat-pdf.pdf",
            ["Phùng Tô Long", *["Ủy ban nhân dân tỉnh Quảng Ngãi"] * 3, "TRUNG TÂM CÔNG BÁO VÀ TIN HỌC"],
            ["extended"] * 4 + ["intact"],
        ),
        ("42_nq-115-nq-cp-cong-bao.pdf", ["CÔNG BÁO NƯỚC CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["intact"]),
        ("55_qd-08-2022-qd-ttg.pdf", ["Cổng Thông tin điện tử Chính phủ"], ["broken"]),
        ("61_an-le-an-le-so-432021al-pdf.pdf", [], []),
    ],
)
def test_signatures_of_real_files(shared: Path, name: str, signers: list[str], verdicts: list[str]) -> None:
    signatures, warnings = read_signatures(shared / "documents" / "real" / name)
    assert [signature.signer for signature in signatures] == signers
    assert [signature.verdict for signature in signatures] == verdicts
    assert len(warnings) == verdicts.count("broken")


def test_one_changed_byte_breaks_the_signature_of_a_real_file(shared: Path, tmp_path: Path) -> None:
    path = tmp_path / "changed.pdf"
    real = shared / "documents" / "real" / "12_chi-thi-08-ct-ubnd-2018-co-dau-cv-den-de-chu.pdf"
    content = bytearray(real.read_bytes())
    # Inside the picture of a page, where nothing but the signature can tell.
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    signatures, warnings = read_signatures(path)
    assert [signature.verdict for signature in signatures] == ["broken"]
    assert len(warnings) == 1
