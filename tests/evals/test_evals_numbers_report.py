"""Gains and losses of the finding of numbers: against a stored run, with the words around."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.cli import app
from evals.numbers_report import (
    FoundNumber,
    NumbersRun,
    NumbersRunError,
    as_lines,
    compare,
    left_out,
    load_run,
    read_corpus,
    run_numbers,
)

TEXTS = {
    "a": "Căn cứ Quyết định số 5880/QĐ-UBND ngày 09/11/2016; Kế hoạch số 449/KH-STTTT.",
    "b": "Theo Công văn số 2779/VPCP-KGVX, gọi 0888247247.",
}


def stored(before: NumbersRun, name: str, *numbers: FoundNumber) -> NumbersRun:
    """A run that differs from `before` in one text."""
    return NumbersRun({**before.numbers, name: numbers}, before.hashes, before.characters, before.seconds)


@pytest.fixture
def run() -> NumbersRun:
    return run_numbers(TEXTS.items())[0]


def test_a_run_holds_number_date_and_place(run: NumbersRun) -> None:
    assert run.numbers["a"] == (
        FoundNumber(21, 33, "5880/QĐ-UBND", "5880/QĐ-UBND", "2016-11-09"),
        FoundNumber(63, 75, "449/KH-STTTT", "449/KH-STTTT", None),
    )
    assert run.characters == sum(map(len, TEXTS.values()))


def test_found_lost_and_changed_are_told_apart(run: NumbersRun) -> None:
    decision, plan = run.numbers["a"]
    other = FoundNumber(21, 33, "5880/QĐ-UBND", "5880/QĐ-UBND", None)
    phone = FoundNumber(38, 48, "0888247247", None, None)
    before = stored(stored(run, "a", other), "b", *run.numbers["b"], phone)
    differences = compare(before, run, TEXTS)
    assert [(one.kind, one.text, one.number, one.before) for one in differences] == [
        ("changed", "a", decision, other),
        ("found", "a", plan, None),
        ("lost", "b", phone, None),
    ]
    assert differences[1].context == "cứ Quyết định số 5880/QĐ-UBND ngày 09/11/2016; Kế hoạch số ⟦449/KH-STTTT⟧."
    lines = list(as_lines(run, differences))
    assert lines[1].startswith("~ a:21\t5880/QĐ-UBND → 5880/QĐ-UBND ngày 2016-11-09\t")
    assert lines[2].startswith("+ a:63\t449/KH-STTTT\t") and "⟦449/KH-STTTT⟧" in lines[2]
    assert lines[3].startswith("- b:38\t0888247247\t")
    assert lines[-1] == "thêm 1, mất 1, đổi 1"


def test_a_text_with_other_words_is_left_out_and_said(run: NumbersRun) -> None:
    changed = run_numbers({**TEXTS, "b": "Không có số."}.items())[0]
    assert compare(changed, run, TEXTS) == []
    assert left_out(changed, run) == 1
    assert list(as_lines(run, [], 1))[-1].startswith("1 văn bản không so sánh được")


def test_runs_without_a_common_text_are_refused(run: NumbersRun) -> None:
    with pytest.raises(NumbersRunError, match="không có văn bản nào chung"):
        compare(run_numbers([("z", "khác")])[0], run, TEXTS)


def test_a_stored_run_comes_back_whole(run: NumbersRun, tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps(run.as_json()), encoding="utf-8")
    back = load_run(path)
    assert (back.numbers, back.hashes) == (run.numbers, run.hashes)


@pytest.mark.parametrize("content", ["", "[]", '{"version": 1}', '{"version": 99}'])
def test_what_is_no_run_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(NumbersRunError, match=r"x\.json"):
        load_run(tmp_path / "x.json")


def test_a_corpus_is_json_lines_or_a_folder(tmp_path: Path, sample_documents: Path) -> None:
    rows = "".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in TEXTS.items())
    (tmp_path / "c.jsonl").write_text(rows, encoding="utf-8")
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(rows.encode()))
    assert dict(read_corpus(tmp_path / "c.jsonl")) == dict(read_corpus(tmp_path / "c.jsonl.gz")) == TEXTS
    skipped: list[str] = []
    read = dict(read_corpus(sample_documents, skipped.append))
    files = sum(path.is_file() for path in sample_documents.rglob("*"))
    assert len(read) >= 8 and all(text.strip() for text in read.values())
    assert len(read) + len(skipped) == files


def test_the_command_stores_a_run_and_holds_the_next_against_it(tmp_path: Path) -> None:
    corpus = tmp_path / "c.jsonl"
    corpus.write_text("".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in TEXTS.items()), encoding="utf-8")
    given = ["numbers", "--corpus", str(corpus)]
    first = CliRunner().invoke(app, [*given, "--out", str(tmp_path / "run.json")])
    assert first.exit_code == 0 and first.stdout.startswith("2 văn bản, 124 ký tự, 3 số, ký hiệu")
    again = CliRunner().invoke(app, [*given, "--against", str(tmp_path / "run.json"), "--json"])
    assert json.loads(again.stdout)["differences"] == []
    missing = CliRunner().invoke(app, [*given, "--against", str(tmp_path / "no.json")])
    assert missing.exit_code == 2 and "no.json" in missing.stderr
