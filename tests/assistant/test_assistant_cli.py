"""Every command of the contracts: its JSON, its exit status, what it says where the input is bad."""

from __future__ import annotations

import csv
import io
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from city_programme import DOCUMENTS
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from filelock import FileLock
from interruptible import TROLY

from assistant import cli


class Ran:
    """What a command printed, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """Standard output as one JSON object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], programme_data: Path) -> Run:
    """Runs the console command in this process, over the programme's data folder."""
    monkeypatch.setenv("TROLY_DATA_DIR", str(programme_data))

    def command(*arguments: str | Path, data: Path | None = None) -> Ran:
        words = ["troly", *map(str, arguments), *(["--data", str(data)] if data else [])]
        monkeypatch.setattr(sys, "argv", words)
        code = 0
        try:
            cli.main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        printed = capsys.readouterr()
        return Ran(code, printed.out, printed.err)

    return command


# --------------------------------------------------------------------- ingest


def test_ingest_tells_of_every_file(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "văn bản"
    folder.mkdir()
    (folder / "815.txt").write_text(DOCUMENTS["quyet-dinh/815.txt"], encoding="utf-8")
    (folder / "ảnh.bin").write_bytes(b"\x00\x01\x02")
    (folder / "trống.txt").write_text("", encoding="utf-8")
    first = run("ingest", folder, "--json", data=tmp_path / "kho")
    files = {file["file"]: file for file in first.json["files"]}
    told = files["815.txt"]
    assert set(told) >= {
        "file",
        "status",
        "document_id",
        "pages",
        "chunks",
        "text_source",
        "encoding",
        "header",
        "mentions",
        "signatures",
        "warnings",
        "error",
    }
    assert (told["status"], told["text_source"], told["encoding"]) == ("indexed", "digital", "unicode")
    assert {name: told["header"][name] for name in ("number", "key", "date", "issuer", "type", "subject")} == {
        "number": "815/QĐ-UBND",
        "key": "815|QD|UBND",
        "date": "2019-03-12",
        "issuer": "Ủy ban nhân dân Thành phố Hồ Chí Minh",
        "type": "Quyết định",
        "subject": "Về phê duyệt Đề án bãi xe thông minh",
    }
    assert {"key": "402|QD|UBND", "page": 1} in told["mentions"]
    assert first.json["totals"]["files"] == len(files) == 3
    failed = [file for file in files.values() if file["status"] == "failed"]
    assert first.code == (1 if failed else 0)
    assert all(file["error"] for file in failed)
    again = run("ingest", folder / "815.txt", "--json", data=tmp_path / "kho")
    assert [(file["status"], file["document_id"]) for file in again.json["files"]] == [
        ("unchanged", told["document_id"])
    ]
    assert again.code == 0


def test_ingest_says_what_it_did_to_a_person(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "815.txt"
    path.write_text(DOCUMENTS["quyet-dinh/815.txt"], encoding="utf-8")
    ran = run("ingest", path, data=tmp_path / "kho")
    assert ran.code == 0
    assert "đã nạp: 1" in ran.out


def test_ingest_of_nothing_that_is_there(run: Run, tmp_path: Path) -> None:
    ran = run("ingest", tmp_path / "không có", data=tmp_path / "kho")
    assert (ran.code, ran.out) == (2, "")
    assert "không có" in ran.err


def test_ingest_of_something_missing_beside_something_there(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "815.txt"
    path.write_text(DOCUMENTS["quyet-dinh/815.txt"], encoding="utf-8")
    ran = run("ingest", path, tmp_path / "không có", "--json", data=tmp_path / "kho")
    assert ran.code == 1
    assert "indexed" in {file["status"] for file in ran.json["files"]}


def test_a_second_writer_is_refused(run: Run, tmp_path: Path) -> None:
    path, data = tmp_path / "815.txt", tmp_path / "kho"
    path.write_text(DOCUMENTS["quyet-dinh/815.txt"], encoding="utf-8")
    data.mkdir()
    with FileLock(data / "writer.lock"):
        ran = run("ingest", path, "--json", data=data)
    assert (ran.code, ran.out) == (2, "")
    assert "đang được một tiến trình khác ghi" in ran.err
    assert run("ingest", path, data=data).code == 0


# -------------------------------------------------------------------- numbers


def test_numbers_of_a_file(run: Run, tmp_path: Path) -> None:
    text = "Theo QĐ 5 của Sở. Xem số 36a/NQ-CP ngày 14/10/2015 và số      /BC-SYT."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    ran = run("numbers", tmp_path / "a.txt", "--json")
    assert ran.code == 0
    partial, complete, blank = ran.lines
    for found in ran.lines:
        assert text[found["start"] : found["end"]] == found["surface"]
    assert (partial["partial"], partial["canonical"], partial["key"], partial["number"]) == (True, None, None, "5")
    assert {name: complete[name] for name in ("canonical", "key", "number", "type", "issuer", "date", "blank")} == {
        "canonical": "36a/NQ-CP",
        "key": "36A|NQ|CP",
        "number": "36a",
        "type": "NQ",
        "issuer": "CP",
        "date": "2015-10-14",
        "blank": False,
    }
    assert set(complete) >= {"year", "repaired", "confidence", "partial"}
    assert blank["blank"]
    plain = run("numbers", tmp_path / "a.txt")
    assert "36a/NQ-CP" in plain.out


def test_numbers_of_standard_input() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "assistant", "numbers", "--json"],
        input="Kế hoạch số 8/KH-SYT\r\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert [json.loads(line)["key"] for line in ran.stdout.splitlines()] == ["8|KH|SYT"]
    assert ran.stderr == ""


def test_numbers_in_a_batch(run: Run, tmp_path: Path) -> None:
    rows = [{"id": "một", "text": "8/KH-SYT"}, {"id": 2, "text": "không có"}]
    (tmp_path / "in.jsonl").write_text(
        "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8"
    )
    assert run("numbers", "--batch", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl").code == 0
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], len(row["numbers"])) for row in told] == [("một", 1), (2, 0)]


# ----------------------------------------------------------- questions, status


@pytest.mark.parametrize(
    ("number", "outcome"),
    [("815/QĐ-UBND", "found"), ("25/KH-UBND", "ambiguous"), ("851/QĐ-UBND", "not_found")],
)
def test_status(run: Run, number: str, outcome: str) -> None:
    ran = run("status", number, "--json")
    assert (ran.code, ran.json["outcome"]) == (0, outcome)
    assert bool(ran.json["record"]) is (outcome == "found")
    assert bool(ran.json["candidates"]) is (outcome == "ambiguous")
    assert bool(ran.json["suggestions"]) is (outcome == "not_found")


def test_status_of_words_without_quotes(run: Run) -> None:
    assert run("status", "25/KH-UBND", "ngày", "22/4/2019", "--json").json["record"]["date"] == "2019-04-22"


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "đã bị thay thế"), ("en", "replaced")], ids=["vietnamese", "english"]
)
def test_status_for_a_person(run: Run, language: str, words: str) -> None:
    ran = run("status", "402/QĐ-UBND", "--language", language)
    assert ran.code == 0
    assert words in ran.out
    assert "[1] quyet-dinh/815.txt, trang 1" in ran.out


def test_ask(run: Run) -> None:
    ran = run("ask", "Quyết", "định", "815/QĐ-UBND", "ban", "hành", "ngày", "nào?", "--json")
    assert (ran.code, ran.json["outcome"]) == (0, "answered")
    assert "12/03/2019" in ran.json["text"]
    assert ran.json["citations"][0]["source"]["number"] == "815/QĐ-UBND"
    plain = run("ask", "Quyết định 815/QĐ-UBND ban hành ngày nào?")
    assert "12/03/2019" in plain.out
    assert "quyet-dinh/815.txt, trang 1" in plain.out


def test_ask_with_a_conversation(run: Run, tmp_path: Path) -> None:
    turns = [{"role": "user", "content": "Quyết định 815/QĐ-UBND về việc gì?"}, {"role": "assistant", "content": "…"}]
    (tmp_path / "h.json").write_text(json.dumps(turns), encoding="utf-8")
    ran = run("ask", "Nó ban hành ngày nào?", "--history", tmp_path / "h.json", "--json")
    assert "12/03/2019" in ran.json["text"]


def test_ask_in_a_batch(run: Run, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "question": "Thế còn 1508?", "history": [{"role": "user", "content": "1507/QĐ-UBND về việc gì?"}]},
        {"id": 2, "question": "9999/QĐ-UBND", "history": []},
        {"id": 3, "question": "25/KH-UBND"},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert run("ask", "--batch", tmp_path / "in.jsonl", "--out", tmp_path / "out.jsonl").code == 0
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["outcome"]) for row in told] == [(1, "answered"), (2, "not_found"), (3, "ambiguous")]
    assert "giá giữ xe" in told[0]["text"]
    assert "Kho tài liệu" in (tmp_path / "out.jsonl").read_text(encoding="utf-8")


# ----------------------------------------------------------------- the library


def test_search(run: Run) -> None:
    ran = run("search", "rác", "thải", "nhựa", "--top-k", "2", "--json")
    assert [set(hit) >= {"rank", "score", "document_id", "page", "section", "text"} for hit in ran.lines] == [True] * 2
    assert [hit["rank"] for hit in ran.lines] == [1, 2]
    assert run("search", "rác thải nhựa").out.lstrip().startswith("1 ")


def test_records(run: Run, tmp_path: Path) -> None:
    ran = run("records", "--json", "--csv", tmp_path / "r.csv", "--xlsx", tmp_path / "r.xlsx")
    assert ran.code == 0
    by_number = {(record["number"], record["date"]): record for record in ran.lines}
    assert by_number["302/QĐ-UBND", "2019-06-05"]["current_status"]["state"] == "delayed"
    rows = list(csv.reader((tmp_path / "r.csv").open(encoding="utf-8-sig", newline="")))
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert sheet is not None
    assert len(rows) == sheet.max_row == len(ran.lines) + 1
    assert [cell.value for cell in sheet[1]] == rows[0]
    told = next(row for row in rows if row[0] == "302/QĐ-UBND")
    assert "chậm tiến độ" in told
    assert run("records").out.count("302/QĐ-UBND") == 1


def test_documents(run: Run, programme_folder: Path) -> None:
    told = {document["file"]: document for document in run("documents", "--json").lines}
    assert set(told) == set(DOCUMENTS)
    assert told["ke-hoach/25-tp.txt"]["pages"] == 2
    assert told["ke-hoach/25-tp.txt"]["folder"] == str(programme_folder)
    assert told["ke-hoach/25-tp.txt"]["header"]["number"] == "25/KH-UBND"
    assert "Kế hoạch" in run("documents").out


def test_text(run: Run, programme_folder: Path, tmp_path: Path) -> None:
    ran = run("text", programme_folder / "danh-muc.txt")
    assert ran.code == 0
    assert "2 | Tân Định | Quyết định số 302/QĐ-UBND ngày 05/6/2019 | Chậm tiến độ" in ran.out
    run("text", programme_folder / "ke-hoach", "--out", tmp_path / "ra")
    assert {path.name for path in (tmp_path / "ra").iterdir()} == {"25-tp.txt", "25-q3.txt"}
    missing = run("text", tmp_path / "không có.txt")
    assert (missing.code, missing.out) == (1, "")
    assert "Không tìm thấy" in missing.err


def test_text_sets_tracked_deletions_behind_the_text(run: Run, tmp_path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("Kinh phí thực hiện là 5 tỷ đồng")
    paragraph._element.append(OxmlElement("w:del"))
    gone = paragraph.add_run()._element
    gone.append(OxmlElement("w:delText"))
    gone[-1].text = "7 tỷ đồng"
    paragraph._element.find(qn("w:del")).append(gone)
    document.save(str(tmp_path / "nháp.docx"))
    ran = run("text", tmp_path / "nháp.docx")
    kept, told, deleted = ran.out.partition("Chữ đã xóa khi theo dõi sửa đổi")
    assert "5 tỷ đồng" in kept and "7 tỷ" not in kept
    assert told and "7 tỷ đồng" in deleted


def test_doctor(run: Run, tmp_path: Path) -> None:
    ran = run("doctor", "--json")
    assert (ran.code, ran.json["sound"]) == (0, True)
    assert {"name", "sound", "what", "remedy"} <= set(ran.json["findings"][0])
    assert "7 văn bản" in run("doctor").out
    empty = run("doctor", "--repair", "--json", data=tmp_path / "mới")
    assert (empty.code, empty.json["sound"]) == (0, True)


def test_doctor_finds_and_mends_a_lost_index(run: Run, tmp_path: Path) -> None:
    path, data = tmp_path / "815.txt", tmp_path / "kho"
    path.write_text(DOCUMENTS["quyet-dinh/815.txt"], encoding="utf-8")
    run("ingest", path, data=data)
    lexical = next(folder for folder in data.iterdir() if folder.is_dir() and "lexical" in folder.name)
    lexical.rename(tmp_path / "mất")
    broken = run("doctor", "--json", data=data)
    assert (broken.code, broken.json["sound"]) == (1, False)
    assert any(finding["remedy"] for finding in broken.json["findings"] if not finding["sound"])
    assert run("doctor", "--repair", "--json", data=data).code == 0
    assert "12/03/2019" in run("ask", "815/QĐ-UBND ban hành ngày nào?", data=data).out


# -------------------------------------------------------------------- bad input

_BAD_FILES = {
    "no-json.jsonl": "nope\n",
    "no-object.jsonl": "[1]\n",
    "no-id.jsonl": '{"question": "a", "text": "a"}\n',
    "no-question.jsonl": '{"id": 1}\n',
    "no-string.jsonl": '{"id": 1, "question": 5, "text": 5}\n',
    "bad-history.jsonl": '{"id": 1, "question": "a", "history": 5}\n',
    "second-line.jsonl": '{"id": 1, "question": "a", "text": "a"}\n{"id": 2,\n',
    "latin.jsonl": b'{"id": 1, "question": "\xe9"}\n',
    "object.json": '{"role": "user"}',
    "no-content.json": '[{"role": "user"}]',
    "strange-role.json": '[{"role": "system", "content": "a"}]',
    "broken.json": "[{",
}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("ask --batch no-json.jsonl --out o", "dòng 1"),
        ("ask --batch no-object.jsonl --out o", "dòng 1"),
        ("ask --batch no-id.jsonl --out o", "`id`"),
        ("ask --batch no-question.jsonl --out o", "`question`"),
        ("ask --batch no-string.jsonl --out o", "`question`"),
        ("ask --batch bad-history.jsonl --out o", "hội thoại"),
        ("ask --batch second-line.jsonl --out o", "dòng 2"),
        ("ask --batch latin.jsonl --out o", "UTF-8"),
        ("ask --batch nowhere.jsonl --out o", "nowhere.jsonl"),
        ("ask --batch second-line.jsonl", "--out"),
        ("ask", "Thiếu câu hỏi"),
        ("ask ?? --history object.json", "hội thoại"),
        ("ask ?? --history no-content.json", "hội thoại"),
        ("ask ?? --history strange-role.json", "hội thoại"),
        ("ask ?? --history broken.json", "JSON"),
        ("ask ?? --history nowhere.json", "nowhere.json"),
        ("numbers nowhere.txt", "nowhere.txt"),
        ("numbers latin.jsonl", "UTF-8"),
        ("numbers --batch no-string.jsonl --out o", "`text`"),
        ("numbers --batch second-line.jsonl --out o", "dòng 2"),
        ("numbers --batch second-line.jsonl", "--out"),
        ("records --csv nowhere/r.csv", "nowhere/r.csv"),
        ("records --xlsx nowhere/r.xlsx", "nowhere/r.xlsx"),
        ("status", "number"),
        ("search a --top-k 0", "top-k"),
        ("ask a --no-such-option", "no-such-option"),
        ("no-such-command", "no-such-command"),
        ("documents --data broken.json", "broken.json"),
    ],
)
def test_bad_input_is_named_without_a_trace(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, told: str
) -> None:
    for name, content in _BAD_FILES.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.chdir(tmp_path)
    ran = run(*arguments.split())
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert "ngoài dự kiến" not in ran.err


def test_an_empty_question(run: Run) -> None:
    ran = run("ask", " ")
    assert (ran.code, ran.out) == (2, "")
    assert "Câu hỏi trống" in ran.err


@pytest.mark.parametrize(
    ("name", "value"), [("TROLY_PORT", "abc"), ("TROLY_LANGUAGE", "fr"), ("TROLY_MAX_FILE_MB", "0")]
)
def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    ran = run("documents")
    assert (ran.code, ran.out) == (2, "")
    assert name in ran.err
    assert "README" in ran.err


# --------------------------------------------------------------------- remove


def test_remove_asks_and_says_what_it_took_out(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, data = tmp_path / "815.txt", tmp_path / "kho"
    path.write_text(DOCUMENTS["quyet-dinh/815.txt"], encoding="utf-8")
    run("ingest", path, data=data)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    unconfirmed = run("remove", "815/QĐ-UBND", data=data)
    assert (unconfirmed.code, "--yes" in unconfirmed.err) == (2, True)
    assert len(run("documents", "--json", data=data).lines) == 1
    removed = run("remove", "815/QĐ-UBND", "--yes", "--json", data=data)
    assert removed.code == 0
    assert [document["file"] for document in removed.json["removed"]] == ["815.txt"]
    assert removed.json["traces_left"] is False
    assert run("documents", "--json", data=data).lines == []
    assert run("remove", "815.txt", "--yes", data=data).code == 2
    assert path.exists()


# --------------------------------------------------------------------- ctrl-c


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(run: Run, tmp_path: Path) -> None:
    folder, data = tmp_path / "văn bản", tmp_path / "kho"
    folder.mkdir()
    for number in range(300):
        text = DOCUMENTS["quyet-dinh/815.txt"].replace("815/QĐ", f"{number + 1}/QĐ")
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    command = [*TROLY, "ingest", str(folder), "--data", str(data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as program:
        while program.poll() is None and not live_documents(data):
            pass
        program.send_signal(signal.SIGINT)
        _, said = program.communicate(timeout=100)
    assert program.returncode == 130
    assert "chạy lại cùng lệnh" in said and "Traceback" not in said
    done = live_documents(data)
    assert 0 < done < 300
    again = run("ingest", folder, "--json", data=data).json
    assert {name: count for name, count in again["totals"].items() if count} == {
        "indexed": 300 - done,
        "unchanged": done,
        "files": 300,
    }
    assert run("doctor", "--json", data=data).json["sound"] is True


def test_what_ctrl_c_breaks_in_a_library_is_no_defect() -> None:
    code = (
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from assistant import cli\n"
        "@cli.app.command()\n"
        "def broken():\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        time.sleep(60)\n"
        "    except KeyboardInterrupt:\n"
        "        raise RuntimeError('half imported') from None\n"
        "sys.argv = ['troly', 'broken']\n"
        "cli.main()\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=100, check=False)
    assert (ran.returncode, ran.stdout) == (130, "")
    assert "Đã dừng theo yêu cầu" in ran.stderr and "half imported" not in ran.stderr


def live_documents(data: Path) -> int:
    """How many documents a reader sees now."""
    try:
        with closing(sqlite3.connect(f"file:{data / 'catalogue.sqlite3'}?mode=ro", uri=True)) as catalogue:
            return int(catalogue.execute("SELECT count(*) FROM documents WHERE state = 'live'").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
