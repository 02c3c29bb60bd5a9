"""Runs as they are kept in a folder: each answer at once, the whole at the end; an interrupted one goes on.

`FOLDER/<suite>/<day-time-fingerprint>/` holds `answers.jsonl`, and when it is finished `run.json` and `report.html`.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.cases import Case, Suite
from evals.facts import fold
from evals.fingerprint import Fingerprint
from evals.metrics import Seen, judge
from evals.problems import SuiteError
from evals.run import CaseRun

FOLDER = "evaluations"
"""Within the data folder."""
_ANSWERS, _RUN, _REPORT, _BEGUN = "answers.jsonl", "run.json", "report.html", "begun.json"


@dataclass(frozen=True, slots=True)
class KeptRun:
    """The folder of one run."""

    folder: Path
    started: str
    done: Mapping[str, CaseRun]
    """What an interruption left, by question."""

    def keep(self, run: CaseRun) -> None:
        """Add one answer, so that it need not be asked for again."""
        row = {
            "id": run.case.id,
            "answer": run.answer,
            "error": run.error,
            "seen": asdict(run.seen),
            "first_ms": run.first_ms,
        }
        with (self.folder / _ANSWERS).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")

    def finish(self, told: Mapping[str, Any], page: str) -> None:
        """Keep the whole run and its report; from now on it counts."""
        (self.folder / _REPORT).write_text(page, encoding="utf-8")
        (self.folder / _RUN).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def open_run(root: Path, suite: Suite, fingerprint: Fingerprint, now: datetime.datetime) -> KeptRun:
    """A folder for a run to come, or the one of a run that was interrupted and would ask the same of the same."""
    above = root / folder_name(suite.name)
    for begun in sorted(above.glob(f"*/{_BEGUN}"), reverse=True):
        kept = json.loads(begun.read_text(encoding="utf-8"))
        if kept["digest"] == fingerprint.digest and not (begun.parent / _RUN).exists():
            return KeptRun(begun.parent, kept["started"], _answers(begun.parent / _ANSWERS, suite))
    started = now.isoformat(timespec="seconds")
    folder = _fresh(above, f"{now:%Y%m%d-%H%M%S}-{fingerprint.digest[:6]}")
    begun_as = {"digest": fingerprint.digest, "started": started}
    (folder / _BEGUN).write_text(json.dumps(begun_as), encoding="utf-8")
    return KeptRun(folder, started, {})


def _fresh(above: Path, name: str) -> Path:
    folder, number = above / name, 1
    while folder.exists():
        number += 1
        folder = above / f"{name}-{number}"
    folder.mkdir(parents=True)
    return folder


def _answers(file: Path, suite: Suite) -> dict[str, CaseRun]:
    """The answers of a file; a last line that was cut off is asked again."""
    if not file.exists():
        return {}
    cases = {case.id: case for case in suite.cases}
    found: dict[str, CaseRun] = {}
    whole: list[str] = []
    for line in file.read_text(encoding="utf-8").split("\n"):
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            continue
        if row["id"] in cases:
            found[row["id"]] = _case_run(cases[row["id"]], row)
            whole.append(line + "\n")
    file.write_text("".join(whole), encoding="utf-8")
    return found


def _case_run(case: Case, row: Mapping[str, Any]) -> CaseRun:
    seen = row["seen"]
    looked_up = Seen(_tuple(seen["passages"]), seen["lookup"], _tuple(seen["faithful"]))
    return CaseRun(case, row["answer"], row["error"], judge(case, row["answer"], looked_up), looked_up, row["first_ms"])


def _tuple(kept: Any) -> Any:
    return None if kept is None else tuple(kept)


def folder_name(suite: str) -> str:
    """A suite's name as a folder's: letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(suite)).strip("-") or "suite"


def finished_runs(root: Path, suite: str) -> list[dict[str, Any]]:
    """The finished runs of a suite, the oldest first, as `troly eval run --json` told them."""
    files = sorted((root / folder_name(suite)).glob(f"*/{_RUN}"))
    runs = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return sorted(runs, key=lambda run: str(run.get("started", "")))


def load_run(name: str, root: Path) -> dict[str, Any]:
    """A finished run.

    Args:
        name: a `run.json` or a run's folder; in the folder of runs `SUITE/RUN`, `RUN`, or `SUITE` for its last run.
        root: the folder of runs.

    Raises:
        SuiteError: there is none, or the file is no run.
    """
    for candidate in (Path(name), root / name, *sorted(root.glob(f"*/{name}"))):
        file = candidate / _RUN if candidate.is_dir() else candidate
        if not file.exists() and candidate.is_dir():
            file = max(candidate.glob(f"*/{_RUN}"), default=file)
        if file.is_file():
            return _read(file)
    raise SuiteError(f"Không có lần chạy {name} trong {root}. Đề nghị nêu tệp run.json hoặc thư mục của lần chạy.")


def _read(file: Path) -> dict[str, Any]:
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise SuiteError(f"{file}: không đúng cú pháp JSON ({error}).") from error
    if not isinstance(run, dict) or not {"suite", "metrics", "rows"} <= run.keys():
        raise SuiteError(f"{file}: không phải kết quả của `troly eval run`.")
    return run
