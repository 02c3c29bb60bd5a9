"""Names and places of uploads."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from assistant.stored_files import StoredFiles, UploadRefusedError, UploadTooLargeError, safe_name


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        ("../../etc/cron.d/x.txt", "x.txt"),
        ("..\\..\\Windows\\x.txt", "x.txt"),
        ("/etc/passwd", "passwd"),
        (".hidden.txt", "hidden.txt"),
        ("~$khoa.txt", "tep ~$khoa.txt"),
        ("a!/b.txt", "b.txt"),
        ("Công văn 12.txt", "Công văn 12.txt"),
        ("x" * 300 + ".txt", "x" * 176 + ".txt"),
        ("....", "van-ban"),
        ("a\u202egpj.txt", "agpj.txt"),
    ],
    ids=["up", "up on Windows", "absolute", "hidden", "lock", "member", "words", "long", "dots", "right to left"],
)
def test_a_name_is_made_safe(sent: str, place: str) -> None:
    assert safe_name(sent) == place


@pytest.mark.parametrize("sent", [None, "", "/", "\0", "..", "\n"])
def test_a_file_always_has_a_name(sent: str | None) -> None:
    assert safe_name(sent) == "van-ban"


def test_a_taken_name_gets_a_number_and_the_same_content_does_not(tmp_path: Path) -> None:
    files = StoredFiles(tmp_path, 100)
    for staged, content in (("a", b"one"), ("b", b"two"), ("c", b"one")):
        files.receive(staged, io.BytesIO(content))
    files.settle("a", files.free_name("x.txt", "a"))
    assert (files.free_name("x.txt", "b"), files.free_name("x.txt", "c")) == ("x (2).txt", "x.txt")


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", UploadRefusedError), (b"x" * 101, UploadTooLargeError)],
    ids=["empty", "too large"],
)
def test_what_cannot_be_taken_leaves_no_file(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    files = StoredFiles(tmp_path, 100)
    with pytest.raises(error):
        files.receive("a", io.BytesIO(content))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_broken_upload_left_is_swept_and_what_is_awaited_stays(tmp_path: Path) -> None:
    files = StoredFiles(tmp_path, 100)
    for name in ("left", "awaited", "awaited.old", "young"):
        files.receive(name, io.BytesIO(b"x"))
        if name != "young":
            os.utime(files.staged(name), (0, 0))
    files.sweep({"awaited"})
    assert {path.name for path in (tmp_path / "incoming").iterdir()} == {"awaited", "awaited.old", "young"}
