"""Files that harm their reader cost one clear line each, and the next file is read."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.errors import IngestError, TooLargeError, UnreadableFileError
from ingest.limits import Limits, expect_pages
from ingest.models import FileReport, SourceFile
from ingest.reading import ReaderPool
from ingest.walk import find_files

ROADS = "rough_roads"
PLAIN = "Căn cứ Quyết định số 12/QĐ-UBND ngày 05 tháng 3 năm 2019.\n"


@pytest.fixture
def source(tmp_path: Path) -> SourceFile:
    path = tmp_path / "a.txt"
    path.write_text(PLAIN, encoding="utf-8")
    return found(path)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(Limits(seconds=20, memory_bytes=700 * 2**20), workers=1) as opened:
        yield opened


def found(path: Path) -> SourceFile:
    (file,) = find_files([path])
    assert isinstance(file, SourceFile), file
    return file


def failure(pool: ReaderPool, file: SourceFile) -> IngestError:
    error = pool.document(file).exception()
    assert isinstance(error, IngestError), error
    return error


def is_gone(process_id: int) -> bool:
    """Whether a process has ended; one that nobody has waited for counts as ended."""
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_file_is_read_as_it_is_in_this_process(pool: ReaderPool, source: SourceFile) -> None:
    from ingest.pipeline import read_document, read_text

    assert pool.document(source).result() == read_document(source)
    assert pool.text(source).result() == read_text(source)


def test_a_worker_reads_file_after_file(pool: ReaderPool, source: SourceFile) -> None:
    ids = {pool.submit(f"{ROADS}:process_id", source).result() for _ in range(3)}
    assert len(ids) == 1
    assert os.getpid() not in ids


@pytest.mark.parametrize(
    ("road", "kind", "says"),
    [
        ("crash", UnreadableFileError, "SIGSEGV"),
        ("fill_memory", TooLargeError, "TROLY_FILE_MEMORY_MB"),
        ("trip", UnreadableFileError, "KeyError"),
    ],
)
def test_a_file_that_harms_its_reader(
    pool: ReaderPool, source: SourceFile, road: str, kind: type[IngestError], says: str
) -> None:
    error = pool.submit(f"{ROADS}:{road}", source).exception()
    assert type(error) is kind
    assert says in str(error)
    assert "\n" not in str(error)
    assert pool.submit(f"{ROADS}:name", source).result() == "a.txt"


def test_a_file_that_takes_too_long(source: SourceFile) -> None:
    with ReaderPool(Limits(seconds=1), workers=1) as pool:
        hanging = pool.submit(f"{ROADS}:hang", source)
        after = pool.submit(f"{ROADS}:name", source)
        with pytest.raises(TooLargeError, match=r"quá 1 giây.*TROLY_FILE_TIMEOUT_S"):
            hanging.result()
        assert after.result() == "a.txt"


def test_pages_give_time(source: SourceFile) -> None:
    with ReaderPool(Limits(seconds=0.5, page_seconds=5, pages=10), workers=1) as pool:
        source.path.write_text("2")
        assert pool.submit(f"{ROADS}:count_slowly", source).result() == "read"
        source.path.write_text("0")
        with pytest.raises(TooLargeError, match="TROLY_FILE_TIMEOUT_S"):
            pool.submit(f"{ROADS}:count_slowly", source).result()
        source.path.write_text("11")
        with pytest.raises(TooLargeError, match=r"11 trang.*TROLY_MAX_PAGES"):
            pool.submit(f"{ROADS}:count_slowly", source).result()


def test_pages_may_be_announced_outside_a_worker() -> None:
    expect_pages(1_000_000)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="this system does not show its processes")
@pytest.mark.parametrize("road", ["start_a_child_and_hang", "start_a_child_and_crash"])
def test_what_a_killed_worker_has_started_dies_too(tmp_path: Path, road: str) -> None:
    (tmp_path / "child").write_text("-")
    file = found(tmp_path / "child")
    with ReaderPool(Limits(seconds=3), workers=1) as pool:
        assert isinstance(pool.submit(f"{ROADS}:{road}", file).exception(), IngestError)
    assert is_gone(int((tmp_path / "child").read_text()))


def test_closing_gives_up_what_is_being_read(source: SourceFile) -> None:
    pool = ReaderPool(workers=1)
    started = pool.submit(f"{ROADS}:process_id", source).result()
    hanging = [pool.submit(f"{ROADS}:hang", source) for _ in range(3)]
    pool.close()
    assert all(reading.done() for reading in hanging)
    assert is_gone(started)


def test_nothing_is_left_in_the_folder_for_temporary_files(source: SourceFile) -> None:
    before = set(Path(tempfile.gettempdir()).glob("troly-reader-*"))
    with ReaderPool(workers=1) as pool:
        pool.document(source).result()
        pool.submit(f"{ROADS}:crash", source).exception()
    assert set(Path(tempfile.gettempdir()).glob("troly-reader-*")) <= before


def test_a_program_that_is_killed_leaves_no_worker(tmp_path: Path, source: SourceFile) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from ingest.reading import ReaderPool; from ingest.walk import find_files\n"
        "(file,) = find_files([Path(sys.argv[1])]); pool = ReaderPool(workers=1)\n"
        "print(pool.submit('rough_roads:process_id', file).result(), flush=True)\n"
        "pool.submit('rough_roads:hang', file).result()"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", script, str(source.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stdout is not None
        worker = int(program.stdout.readline())
        program.kill()
    deadline = time.monotonic() + 20
    while not is_gone(worker) and time.monotonic() < deadline:
        os.sched_yield()
    assert is_gone(worker)


# ------------------------------------------------------------------ hostile files


def write_docx(path: Path, document: str) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        archive.writestr("word/document.xml", document)


def entity_bomb(levels: int, width: int) -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * width}">' for n in range(1, levels))
    return f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "{"lol" * 100}">{entities}]><d>&e{levels - 1};</d>'


def test_an_entity_bomb(pool: ReaderPool, tmp_path: Path) -> None:
    write_docx(tmp_path / "bom.docx", entity_bomb(10, 10))
    assert "Vui lòng" in str(failure(pool, found(tmp_path / "bom.docx")))


def test_a_quadratic_bomb(pool: ReaderPool, tmp_path: Path) -> None:
    write_docx(tmp_path / "bom.docx", entity_bomb(2, 500_000))
    assert "Vui lòng" in str(failure(pool, found(tmp_path / "bom.docx")))


def test_an_archive_that_unpacks_to_more_than_memory_holds(pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "bom.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            for _ in range(1_000):
                part.write(b" " * 2**20)
    assert path.stat().st_size < 2 * 2**20
    assert "Vui lòng" in str(failure(pool, found(path)))


def pdf_of(objects: dict[int, bytes]) -> bytes:
    """A PDF of the given objects, of which the first is the catalogue."""
    out, offsets = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offsets[number] for number in sorted(offsets))
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>"


def test_a_page_tree_that_runs_in_a_circle(pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "vong.pdf"
    catalogue, tree = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>"
    path.write_bytes(pdf_of({1: catalogue, 2: tree, 3: PAGE, 4: stream(b"")}))
    assert "Vui lòng" in str(failure(pool, found(path)))


def test_a_stream_that_unpacks_to_more_than_memory_holds(pool: ReaderPool, tmp_path: Path) -> None:
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 2**20) for _ in range(1_500)) + packer.flush()
    twice = zlib.compress(packed, 9)
    path = tmp_path / "bom.pdf"
    catalogue, tree = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    bomb = stream(twice, b"/Filter [/FlateDecode /FlateDecode]")
    path.write_bytes(pdf_of({1: catalogue, 2: tree, 3: PAGE, 4: bomb}))
    assert path.stat().st_size < 100_000
    assert "Vui lòng" in str(failure(pool, found(path)))


def test_more_pages_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "day.pdf"
    kids = b" ".join(b"3 0 R" for _ in range(30))
    tree = b"<< /Type /Pages /Kids [%s] /Count 30 >>" % kids
    path.write_bytes(pdf_of({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: tree, 3: PAGE, 4: stream(b"")}))
    with ReaderPool(Limits(pages=20), workers=1) as pool:
        error = failure(pool, found(path))
        assert "30 trang" in str(error) and "TROLY_MAX_PAGES" in str(error)


def test_a_line_without_end(tmp_path: Path, source: SourceFile) -> None:
    path = tmp_path / "dong.txt"
    with path.open("wb") as stream_:
        for _ in range(64):
            stream_.write(b"van ban so 12 " * 75_000)
    assert isinstance(next(iter(find_files([path], max_bytes=2**20))), FileReport)
    with ReaderPool(Limits(seconds=3, memory_bytes=400 * 2**20), workers=1) as pool:
        assert "Vui lòng" in str(failure(pool, found(path)))
        assert pool.submit(f"{ROADS}:name", source).result() == "a.txt"
