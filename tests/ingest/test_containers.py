"""Files inside files: archives, e-mails, PDF portfolios, and what they must not do."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from ingest.containers import ContainerLimits, with_members
from ingest.models import FileReport, SourceFile
from ingest.pipeline import read_text
from ingest.readers import reader_for, sniff
from ingest.walk import find_files

PLAN = "Kế hoạch số 25/KH-UBND ngày 22 tháng 01 năm 2019 của Ủy ban nhân dân Quận 3.".encode()


def archive(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as written:
        for name, content in entries:
            written.writestr(name, content)
    return stream.getvalue()


Found = list[SourceFile | FileReport]


def unpacked(tmp_path: Path, content: bytes, name: str = "a.zip", limits: ContainerLimits | None = None) -> Found:
    folder, inside = tmp_path / "folder", tmp_path / "members"
    folder.mkdir()
    inside.mkdir()
    (folder / name).write_bytes(content)
    return list(with_members(find_files([folder]), inside, limits))


def places(found: Found) -> list[str]:
    return [one.place for one in found if isinstance(one, SourceFile)]


def errors(found: Found) -> dict[str, str]:
    return {one.place: one.error for one in found if isinstance(one, FileReport) and one.error}


# ---------------------------------------------------------------------- archives


def test_each_member_is_a_file_behind_its_archive(tmp_path: Path) -> None:
    found = unpacked(tmp_path, archive(("b.txt", PLAN), ("inner/c.txt", PLAN + b"2"), ("inner/", b"")))
    assert places(found) == ["a.zip!/b.txt", "a.zip!/inner/c.txt"]
    own = found[0]
    assert isinstance(own, FileReport) and (own.place, own.status) == ("a.zip", "indexed")
    member = found[1]
    assert isinstance(member, SourceFile) and (member.kind, member.size) == ("txt", len(PLAN))
    assert read_text(member)[1].text == PLAN.decode()


def test_archives_inside_archives_are_opened_down_to_a_depth(tmp_path: Path) -> None:
    content = archive(("c.txt", PLAN))
    for name in ("third.zip", "second.zip", "first.zip"):
        content = archive((name, content), (f"beside {name}.txt", PLAN))
    found = unpacked(tmp_path, content, limits=ContainerLimits(depth=3))
    assert places(found) == [
        "a.zip!/first.zip!/second.zip!/beside third.zip.txt",
        "a.zip!/first.zip!/beside second.zip.txt",
        "a.zip!/beside first.zip.txt",
    ]
    assert "TROLY_ARCHIVE_MAX_DEPTH" in errors(found)["a.zip!/first.zip!/second.zip!/third.zip"]


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("../b.txt", "a.zip!/../b.txt", "trỏ ra ngoài"),
        ("x/../../b.txt", "a.zip!/x/../../b.txt", "trỏ ra ngoài"),
        ("..\\b.txt", "a.zip!/../b.txt", "trỏ ra ngoài"),
        ("/etc/b.txt", "a.zip!/etc/b.txt", "trỏ ra ngoài"),
        ("C:\\b.txt", "a.zip!/C:/b.txt", "trỏ ra ngoài"),
        ("b\n.txt", "a.zip!/b�.txt", "ký tự điều khiển"),
    ],
    ids=["up", "up-from-within", "windows-up", "absolute", "drive", "control"],
)
def test_a_name_that_leads_elsewhere_costs_one_line(tmp_path: Path, name: str, place: str, words: str) -> None:
    found = unpacked(tmp_path, archive((name, PLAN), ("good.txt", PLAN)))
    assert places(found) == ["a.zip!/good.txt"]
    assert words in errors(found)[place]
    assert sorted(path.name for path in tmp_path.rglob("*.txt")) != ["b.txt"]


def renamed(content: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    return content.replace(old, new)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Kế hoạch.txt".encode(), "Kế hoạch.txt"),
        (b"K\xea\xec hoa\xf2ch.txt", "Kế hoạch.txt"),
        (b"r\x82sum\x82.txt", "résumé.txt"),
    ],
    ids=["utf-8", "cp1258", "cp437"],
)
def test_names_in_the_code_pages_of_old_programs(tmp_path: Path, raw: bytes, shown: str) -> None:
    content = renamed(archive(("x" * len(raw), PLAN)), b"x" * len(raw), raw)
    assert places(unpacked(tmp_path, content)) == [f"a.zip!/{shown}"]


def test_two_members_of_one_name_are_two_files(tmp_path: Path) -> None:
    content = renamed(archive(("b.txt", PLAN), ("c.txt", PLAN + b"2")), b"c.txt", b"b.txt")
    assert places(unpacked(tmp_path, content)) == ["a.zip!/b.txt", "a.zip!/b.txt (2)"]


def test_an_encrypted_entry_says_so(tmp_path: Path) -> None:
    content = bytearray(archive(("b.txt", PLAN), method=zipfile.ZIP_STORED))
    content[6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    found = unpacked(tmp_path, bytes(content))
    assert places(found) == []
    assert "mật khẩu" in errors(found)["a.zip!/b.txt"]


def test_a_damaged_archive_and_a_damaged_entry(tmp_path: Path) -> None:
    content = bytearray(archive(("b.txt", PLAN), ("c.txt", PLAN), method=zipfile.ZIP_STORED))
    content[content.index(PLAN) + 3] ^= 1
    found = unpacked(tmp_path, bytes(content))
    assert places(found) == ["a.zip!/c.txt"]
    assert "bị hỏng" in errors(found)["a.zip!/b.txt"]
    (tmp_path / "folder" / "a.zip").write_bytes(bytes(content[:60]))
    broken = list(with_members(find_files([tmp_path / "folder"]), tmp_path / "members"))
    assert [one.status for one in broken if isinstance(one, FileReport)] == ["failed", "failed"]


@pytest.mark.parametrize(
    ("limits", "taken", "setting"),
    [
        (ContainerLimits(files=2, ratio=10_000), 2, "TROLY_ARCHIVE_MAX_FILES"),
        (ContainerLimits(total_bytes=2 * 6 * 2**20, ratio=10_000), 2, "TROLY_ARCHIVE_MAX_MB"),
        (ContainerLimits(ratio=50), 0, "TROLY_ARCHIVE_MAX_RATIO"),
        (ContainerLimits(file_bytes=2**20, ratio=10_000), 0, "TROLY_MAX_FILE_MB"),
    ],
    ids=["files", "size", "ratio", "size-of-one"],
)
def test_limits(tmp_path: Path, limits: ContainerLimits, taken: int, setting: str) -> None:
    found = unpacked(tmp_path, archive(*((f"{n}.txt", b"a" * (6 * 2**20 - n)) for n in range(4))), limits=limits)
    assert len(places(found)) == taken
    assert any(setting in error for error in errors(found).values())
    # What was not taken is not left on the disk either.
    assert len(list((tmp_path / "members").iterdir())) == taken


def test_files_of_the_system_are_left_out(tmp_path: Path) -> None:
    names = ("__MACOSX/._b.txt", ".DS_Store", "~$b.docx", "b.txt")
    found = unpacked(tmp_path, archive(*((name, PLAN) for name in names)))
    assert places(found) == ["a.zip!/b.txt"]
    assert errors(found) == {}


# ------------------------------------------------------------------------ e-mail


def message(body: str = "Kính gửi Quận 3: đề nghị báo cáo trước ngày 15/6/2019.") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Sở Nội vụ <snv@example.vn>", "ubnd.q3@example.vn"
    mail["Subject"], mail["Date"] = "V/v báo cáo kết quả", "Mon, 03 Jun 2019 09:15:00 +0700"
    mail.set_content(body)
    return mail


def test_an_email_is_a_letter_and_its_attachments_are_files(tmp_path: Path) -> None:
    mail = message()
    mail.add_attachment(PLAN, maintype="text", subtype="plain", filename="Kế hoạch 25.txt")
    mail.add_attachment(archive(("b.txt", PLAN)), maintype="application", subtype="zip", filename="kèm.zip")
    found = unpacked(tmp_path, mail.as_bytes(), "thư.eml")
    assert places(found) == ["thư.eml", "thư.eml!/Kế hoạch 25.txt", "thư.eml!/kèm.zip!/b.txt"]
    letter = found[0]
    assert isinstance(letter, SourceFile) and letter.kind == "eml"
    lines = read_text(letter)[1].text.split("\n")
    assert lines[0] == "Người gửi: Sở Nội vụ <snv@example.vn>"
    assert "Chủ đề: V/v báo cáo kết quả" in lines
    assert "Gửi lúc: 09:15, 03/06/2019" in lines
    assert "Kính gửi Quận 3: đề nghị báo cáo trước ngày 15/6/2019." in lines
    assert "Tệp đính kèm: Kế hoạch 25.txt; kèm.zip" in lines


def test_an_email_of_html_alone_and_one_that_is_forwarded(tmp_path: Path) -> None:
    inner = message("Nội dung thư được chuyển tiếp.")
    outer = message("")
    outer.set_content("<html><body><p>Xin chuyển <b>thư</b> bên dưới.</p></body></html>", subtype="html")
    outer.add_attachment(inner)
    found = unpacked(tmp_path, outer.as_bytes(), "a.eml")
    assert places(found) == ["a.eml", "a.eml!/thư kèm 1.eml"]
    texts = [read_text(one)[1].text for one in found if isinstance(one, SourceFile)]
    assert "Xin chuyển thư bên dưới." in texts[0]
    assert "Nội dung thư được chuyển tiếp." in texts[1]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (message().as_bytes(), "eml"),
        (
            b"Received: from a by b;\r\n\tMon, 3 Jun 2019\r\nFrom: a@example.vn\r\nTo: b@example.vn\r\n\r\nxin",
            "eml",
        ),
        (
            b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
            "mht",
        ),
        ("Subject: tên đề mục\nmột văn bản thường\n\nTo: ai".encode(), "txt"),
    ],
    ids=["email", "folded-head", "saved-page", "text"],
)
def test_an_email_is_told_by_its_head(tmp_path: Path, content: bytes, kind: str) -> None:
    (tmp_path / "a").write_bytes(content)
    assert sniff(tmp_path / "a") == kind


# --------------------------------------------------------------------------- PDF


def test_what_a_pdf_carries_is_read_too(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "cover.pdf"))
    canvas.drawString(72, 780, "Ho so gom hai van ban kem theo, de nghi cac don vi nghien cuu thuc hien")
    canvas.save()
    writer = PdfWriter(PdfReader(tmp_path / "cover.pdf"))
    writer.add_attachment("ke-hoach.txt", PLAN)
    writer.add_attachment("kem.zip", archive(("b.txt", PLAN)))
    stream = io.BytesIO()
    writer.write(stream)
    found = unpacked(tmp_path, stream.getvalue(), "hồ sơ.pdf")
    assert places(found) == ["hồ sơ.pdf", "hồ sơ.pdf!/ke-hoach.txt", "hồ sơ.pdf!/kem.zip!/b.txt"]
    member = found[1]
    assert isinstance(member, SourceFile)
    assert reader_for(member.kind)(member.path).pages[0].text == PLAN.decode()
