"""Uploads, replacements and removals over the API, with the real library behind it."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from real_library import LETTER, PLAN, Stage, real_library

from assistant.library_desk import LibraryDesk

PROBLEM = "application/problem+json"
NAME = "cong-van-845.txt"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with real_library(tmp_path, uploads=True, upload_max_mb=4, max_file_mb=3) as opened:
        yield opened


def upload(stage: Stage, *files: tuple[str, str | bytes], key: str | None = None) -> Any:
    """Send files; the answer of the server."""
    sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return stage.client.post("/api/v1/documents", files=sent, headers={"Idempotency-Key": key} if key else {})


def finished(stage: Stage, reply: Any) -> dict[str, Any]:
    """The job of an accepted request, once it is worked off."""
    assert reply.status_code == 202, reply.text
    stage.settle()
    job: dict[str, Any] = stage.client.get(reply.headers["location"]).json()
    return job


def test_an_upload_is_read_and_can_be_asked_about(stage: Stage) -> None:
    reply = upload(stage, (NAME, LETTER))
    assert reply.json()["state"] == "queued" and reply.json()["progress"] == {"done": 0, "total": 1, "file": None}
    job = finished(stage, reply)
    (report,) = job["files"]
    assert (job["state"], report["status"], report["header"]["number"]) == ("done", "indexed", "845/STC-NS")
    assert (stage.data_dir / "uploads" / NAME).read_text(encoding="utf-8") == LETTER
    assert list((stage.data_dir / "incoming").iterdir()) == []
    said = stage.client.post("/api/v1/ask", json={"question": "Sở Tài chính bố trí bao nhiêu tiền trồng rừng?"}).json()
    assert said["outcome"] == "answered" and "3,2 tỷ đồng" in said["text"]


def test_the_same_key_is_the_same_job(stage: Stage) -> None:
    first, again = upload(stage, (NAME, LETTER), key="a-1"), upload(stage, (NAME, LETTER), key="a-1")
    assert first.json()["id"] == again.json()["id"]
    assert finished(stage, again)["state"] == "done"
    assert upload(stage, (NAME, LETTER), key="a-1").json()["state"] == "done"
    assert list((stage.data_dir / "incoming").iterdir()) == []
    other = upload(stage, (NAME, LETTER + "Thêm."), key="a-1")
    assert (other.status_code, other.headers["content-type"]) == (422, PROBLEM)
    assert len(stage.client.get("/api/v1/jobs").json()["jobs"]) == 1


def test_the_same_content_adds_nothing(stage: Stage) -> None:
    (report,) = finished(stage, upload(stage, ("ban-sao.txt", PLAN)))["files"]
    assert (report["status"], report["document_id"]) == ("unchanged", stage.ids()["ke-hoach.txt"])
    assert not (stage.data_dir / "uploads" / "ban-sao.txt").exists()
    assert len(stage.ids()) == 2


def test_two_files_of_one_name_are_two_documents(stage: Stage) -> None:
    finished(stage, upload(stage, (NAME, LETTER)))
    finished(stage, upload(stage, (NAME, LETTER.replace("845", "846").replace("3,2", "4,7"))))
    assert {NAME, "cong-van-845 (2).txt"} <= set(stage.ids())


def test_a_name_cannot_leave_the_folder(stage: Stage) -> None:
    (report,) = finished(stage, upload(stage, ("../../etc/cron.d/x.txt", LETTER)))["files"]
    assert report["file"] == "x.txt"
    uploads = stage.data_dir / "uploads"
    assert [path.relative_to(uploads).as_posix() for path in uploads.rglob("*")] == ["x.txt"]


def test_an_unreadable_file_is_reported_and_not_kept(stage: Stage) -> None:
    job = finished(stage, upload(stage, ("hong.pdf", b"%PDF-1.7 broken"), (NAME, LETTER)))
    assert job["state"] == "done"
    assert {report["file"]: report["status"] for report in job["files"]} == {"hong.pdf": "failed", NAME: "indexed"}
    assert [path.name for path in (stage.data_dir / "uploads").iterdir()] == [NAME]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 422), (b"x" * (3 * 2**20 + 1), 413), (b"x" * (5 * 2**20), 413)],
    ids=["empty", "larger than a file", "larger than a body"],
)
def test_what_is_too_small_or_too_large_is_refused(stage: Stage, content: bytes, status: int) -> None:
    reply = upload(stage, (NAME, content))
    assert (reply.status_code, reply.headers["content-type"]) == (status, PROBLEM)
    assert not any((stage.data_dir / "incoming").glob("*"))
    assert stage.client.get("/api/v1/jobs").json()["total"] == 0


def test_a_body_that_is_no_form_is_refused(stage: Stage) -> None:
    assert stage.client.post("/api/v1/documents", json={}).status_code == 415
    broken = {"Content-Type": "multipart/form-data"}
    assert stage.client.post("/api/v1/documents", content=b"x", headers=broken).status_code == 400
    assert stage.client.post("/api/v1/documents", files={"other": ("a.txt", b"x")}).status_code == 422


def test_a_replacement_takes_the_place_of_the_old_content(stage: Stage) -> None:
    finished(stage, upload(stage, (NAME, LETTER)))
    old = stage.ids()[NAME]
    newer = LETTER.replace("3,2 tỷ", "5,9 tỷ")
    job = finished(stage, stage.client.put(f"/api/v1/documents/{old}", files={"file": ("moi.txt", newer)}))
    assert [report["status"] for report in job["files"]] == ["indexed"]
    assert stage.ids()[NAME] != old
    said = stage.client.post("/api/v1/ask", json={"question": "Sở Tài chính bố trí bao nhiêu tiền trồng rừng?"}).json()
    assert "5,9 tỷ" in said["text"] and "3,2 tỷ" not in said["text"]


def test_an_unreadable_replacement_leaves_the_old_content(stage: Stage) -> None:
    finished(stage, upload(stage, (NAME, LETTER)))
    old = stage.ids()[NAME]
    job = finished(stage, stage.client.put(f"/api/v1/documents/{old}", files={"file": (NAME, b"%PDF-1.7 broken")}))
    assert [report["status"] for report in job["files"]] == ["failed"]
    assert stage.ids()[NAME] == old
    assert (stage.data_dir / "uploads" / NAME).read_text(encoding="utf-8") == LETTER
    assert list((stage.data_dir / "incoming").iterdir()) == []


def test_a_file_of_somebody_elses_folder_is_not_replaced(stage: Stage, tmp_path: Path) -> None:
    plan = stage.ids()["ke-hoach.txt"]
    assert stage.client.put(f"/api/v1/documents/{plan}", files={"file": ("a.txt", b"x")}).status_code == 422
    assert stage.client.put("/api/v1/documents/none", files={"file": ("a.txt", b"x")}).status_code == 404
    assert (tmp_path / "van-ban" / "ke-hoach.txt").read_text(encoding="utf-8") == PLAN


def test_a_removal_leaves_no_trace(stage: Stage, tmp_path: Path) -> None:
    name = "mat-4711.txt"
    secret = LETTER.replace("rừng ngập mặn", "quẩyphồngxộp").replace("845", "9753")
    finished(stage, upload(stage, (name, secret)))
    removed = stage.ids()[name]
    job = finished(stage, stage.client.delete(f"/api/v1/documents/{removed}"))
    assert (job["state"], job["files"]) == ("done", [{"status": "removed", "traces_left": False}])
    assert stage.client.get(f"/api/v1/documents/{removed}").status_code == 404
    assert stage.client.delete(f"/api/v1/documents/{removed}").status_code == 404
    stage.assistant.catalogue.overwrite_deleted()
    needles = {"word": "quẩyphồngxộp".encode(), "number": b"9753", "name": b"mat-4711", "id": removed.encode()}
    left = {
        (name, path.name)
        for path in stage.data_dir.rglob("*")
        if path.is_file()
        for name, needle in needles.items()
        if needle in path.read_bytes()
    }
    assert left == set()
    assert (tmp_path / "van-ban" / "ke-hoach.txt").exists()


def test_an_original_outside_the_uploads_is_never_deleted(stage: Stage, tmp_path: Path) -> None:
    finished(stage, stage.client.delete(f"/api/v1/documents/{stage.ids()['ke-hoach.txt']}"))
    assert "ke-hoach.txt" not in stage.ids()
    assert (tmp_path / "van-ban" / "ke-hoach.txt").exists()


def test_an_archive_goes_with_the_last_document_out_of_it(stage: Stage) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mot.txt", LETTER)
        archive.writestr("hai.txt", LETTER.replace("845", "846").replace("3,2", "4,7"))
    finished(stage, upload(stage, ("goi.zip", packed.getvalue())))
    stored = stage.data_dir / "uploads" / "goi.zip"
    finished(stage, stage.client.delete(f"/api/v1/documents/{stage.ids()['goi.zip!/mot.txt']}"))
    assert stored.exists()
    finished(stage, stage.client.delete(f"/api/v1/documents/{stage.ids()['goi.zip!/hai.txt']}"))
    assert not stored.exists()


def test_a_job_that_broke_off_is_begun_anew(stage: Stage) -> None:
    reply = upload(stage, (NAME, LETTER))
    assert stage.desk.jobs.take() is not None
    stage.desk.jobs.put_back()
    assert finished(stage, reply)["state"] == "done"


def test_a_job_waits_while_another_process_writes(stage: Stage) -> None:
    from vectorstore.library import writing

    reply = upload(stage, (NAME, LETTER))
    with writing(stage.data_dir):
        assert stage.desk.work_one() is False
        assert stage.client.get(reply.headers["location"]).json()["state"] == "queued"
    assert finished(stage, reply)["state"] == "done"


def test_the_desk_works_by_itself_and_only_one_of_two_does(stage: Stage) -> None:
    from assistant.config import Settings

    other = LibraryDesk(stage.assistant.library, Settings(data_dir=stage.data_dir))
    ended = threading.Event()
    stage.desk.start()
    other.start()
    try:
        job = upload(stage, (NAME, LETTER)).json()
        for _ in range(600):
            if stage.desk.jobs.get(job["id"]).state == "done":  # type: ignore[union-attr]
                break
            ended.wait(0.1)
    finally:
        stage.desk.stop()
        other.stop()
    assert NAME in stage.ids()


def test_jobs_come_in_pages(stage: Stage) -> None:
    for number in range(3):
        upload(stage, (f"{number}.txt", LETTER.replace("845", str(900 + number))))
    first = stage.client.get("/api/v1/jobs", params={"limit": 2}).json()
    rest = stage.client.get("/api/v1/jobs", params={"limit": 2, "cursor": first["next"]}).json()
    assert first["total"] == 3 and rest["next"] is None
    assert len({job["id"] for job in first["jobs"] + rest["jobs"]}) == 3
    assert stage.client.get("/api/v1/jobs/11111111-1111-4111-8111-111111111111").status_code == 404
    assert stage.client.get("/api/v1/jobs", params={"cursor": "x"}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/documents"), ("PUT", "/api/v1/documents/x"), ("DELETE", "/api/v1/documents/x"),
        ("GET", "/api/v1/jobs"), ("GET", "/api/v1/jobs/11111111-1111-4111-8111-111111111111"),
        ("GET", "/api/v1/feedback"),
    ],
)  # fmt: skip
def test_without_leave_nobody_is_a_librarian(closed: Stage, method: str, path: str) -> None:
    files = {"files": ("a.txt", b"x"), "file": ("a.txt", b"x")} if method in ("POST", "PUT") else None
    reply = closed.client.request(method, path, files=files)
    assert (reply.status_code, reply.headers["content-type"]) == (403, PROBLEM)
    assert closed.desk.jobs.listed() == (0, [])
    assert not (closed.data_dir / "incoming").exists()


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A server that takes no uploads."""
    with real_library(tmp_path_factory.mktemp("closed"), embed_origins="https://intranet.example.vn") as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/documents"), ("DELETE", "/api/v1/documents/x"), ("GET", "/api/v1/jobs"),
        ("GET", "/api/v1/feedback"),
    ],
)  # fmt: skip
def test_a_listed_origin_has_no_part_in_a_librarians_work(closed: Stage, method: str, path: str) -> None:
    reply = closed.client.request(method, path, headers={"Origin": "https://intranet.example.vn"})
    assert reply.status_code == 403 and "access-control-allow-origin" not in reply.headers
