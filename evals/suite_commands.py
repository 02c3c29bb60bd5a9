"""`troly eval run`, `new` and `compare`. Calls only; heavy things are imported when a command runs."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evals.command_line import progress, stop

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evals.abstention import Point
    from evals.cases import Suite
    from evals.run import SuiteRun
    from evals.stored import KeptRun

GATE_FAILED = 1
_OUT = "Folder to keep the runs in; `evaluations` in the data folder when left out."


def run(
    suite: Annotated[
        str, typer.Argument(help="Name of a suite that comes with the product, or the path of a folder or file.")
    ],
    documents: Annotated[
        Path | None, typer.Option(help="Folder of documents to ask about, not the suite's own.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write an HTML report to this file.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
    curve: Annotated[
        bool, typer.Option("--curve", help="Also ask at other thresholds of evidence: risk and coverage of answers.")
    ] = False,
    baseline: Annotated[str | None, typer.Option(help="Kept run to hold this one against: its name or path.")] = None,
    gate: Annotated[Path | None, typer.Option(help="YAML file of rules beside the suite's own gates.")] = None,
    out: Annotated[Path | None, typer.Option(help=_OUT)] = None,
    # No environment variable here: a suite's documents must not end up in somebody's installation.
    data: Annotated[
        Path | None, typer.Option(help="Folder to take the documents into and to keep; a temporary one when left out.")
    ] = None,
) -> None:
    """Run a suite and print its measures; exit 1: a gate fails, 2: nothing could run."""
    from assistant.errors import AssistantError
    from evals.compare import as_text as comparison_as_text
    from evals.compare import compare as compare_runs
    from evals.junit import write_junit
    from evals.problems import SuiteError
    from evals.report import Around, as_html, as_text, curve_as_text
    from evals.report import as_json as run_as_json
    from evals.stored import finished_runs, load_run
    from vectorstore.errors import StoreError

    runs = _runs(out)
    try:
        chosen = _with_rules(suite, documents, gate, held_against=baseline is not None)
        before = load_run(baseline, runs) if baseline else None
        finished, points, kept = _run(chosen, data, curve, runs)
        finished = replace(finished, before=_figures_of(before) if before else {})
        told = {**run_as_json(finished), **({"curve": [point.as_json() for point in points]} if curve else {})}
        comparison = compare_runs(before, told) if before else None
        trend = [(str(one["started"]), float(one["metrics"]["correct"])) for one in finished_runs(runs, chosen.name)]
        trend.append((finished.started, told["metrics"]["correct"]))
        page = as_html(finished, Around(points, comparison, trend))
        kept.finish(told, page)
        if report:
            report.write_text(page, encoding="utf-8")
        if junit:
            write_junit(finished, junit)
    except (SuiteError, StoreError, AssistantError, ImportError) as error:
        stop(str(error), error)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}. Đề nghị kiểm tra đường dẫn.", error)
    if comparison:
        told["comparison"] = comparison.as_json()
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        compared = comparison_as_text(comparison) if comparison else ""
        typer.echo("\n\n".join(filter(None, (curve_as_text(points), compared, as_text(finished)))))
        typer.echo(f"Đã lưu: {kept.folder}", err=True)
    if not finished.passed:
        raise typer.Exit(GATE_FAILED)


def _runs(out: Path | None) -> Path:
    from assistant.command_line import settings_of
    from evals.stored import FOLDER

    return out or settings_of(None).data_dir / FOLDER


def _with_rules(name: str, documents: Path | None, rules: Path | None, held_against: bool) -> Suite:
    """The suite, with the gates of a file of rules beside or instead of its own."""
    from evals.cases import load_gates, load_suite
    from evals.problems import SuiteError

    suite = load_suite(name, documents)
    gates = {**suite.gates, **(load_gates(rules) if rules else {})}
    relative = [name for name, bounds in gates.items() if bounds.lose_at_most is not None]
    if relative and not held_against:
        raise SuiteError(f"Ngưỡng lose_at_most của {', '.join(relative)} cần một lần chạy trước: thêm --baseline.")
    return suite.model_copy(update={"gates": gates})


def _figures_of(told: Mapping[str, Any]) -> dict[str, float | None]:
    """The figures of a kept run by the names that gates have."""
    by_kind = {f"{kind}/{name}": value for kind, means in told["by_kind"].items() for name, value in means.items()}
    times = {name: told.get(name) for name in ("p50_ms", "p95_ms", "first_p50_ms", "first_p95_ms")}
    return {**told["metrics"], **by_kind, **times}


def _run(suite: Suite, data: Path | None, curve: bool, runs: Path) -> tuple[SuiteRun, list[Point], KeptRun]:
    import datetime

    from evals.abstention import risk_coverage
    from evals.fingerprint import fingerprint_of
    from evals.run import run_suite
    from evals.stored import open_run
    from evals.under_test import Sight, assistant_over, peak_memory_mb, suite_settings

    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="troly-eval-")))
        settings = suite_settings(folder)
        fingerprint = fingerprint_of(suite, settings)
        with progress("Nạp tài liệu") as on_progress:
            over = assistant_over(suite.folders, folder, on_progress, settings)
            assistant, files = stack.enter_context(over)
        kept = open_run(runs, suite, fingerprint, datetime.datetime.now().astimezone())
        if kept.done:
            typer.echo(f"Tiếp tục lần chạy dở: đã có {len(kept.done)} câu.", err=True)
        # The first question pays for loading the model and the indexes; the figures are those of a running product.
        assistant.ready()
        with progress("Hỏi") as on_progress:
            finished = run_suite(
                suite,
                assistant,
                files=files,
                on_progress=on_progress,
                look=Sight(assistant),
                done=kept.done,
                on_answer=kept.keep,
            )
        finished = replace(finished, fingerprint=fingerprint, started=kept.started, peak_mb=peak_memory_mb())
        if not curve:
            return finished, [], kept
        with progress("Ngưỡng") as on_progress:
            return finished, risk_coverage(suite, assistant, on_progress=on_progress, finished=finished), kept


def new(
    xlsx: Annotated[Path, typer.Option(help="Spreadsheet to write: how to fill it in, examples, drop-downs.")],
    data: Annotated[Path | None, typer.Option(help="Accepted as everywhere; nothing is read from it.")] = None,
) -> None:
    """Write a spreadsheet to begin a suite with; a file that is there is left alone."""
    del data
    from evals.sheet_template import write_template

    try:
        if xlsx.exists():
            raise FileExistsError(17, "đã có tệp này", str(xlsx))
        write_template(xlsx)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}. Đề nghị chọn tên khác.", error)
    typer.echo(f"Đã ghi {xlsx}. Chạy: troly eval run {xlsx}")


def compare(
    before: Annotated[str, typer.Argument(help="Kept run: its name or path, or a suite for its last run.")],
    after: Annotated[str, typer.Argument(help="Kept run to hold against it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the comparison as JSON.")] = False,
    out: Annotated[Path | None, typer.Option(help=_OUT)] = None,
    data: Annotated[Path | None, typer.Option(help="Data folder whose runs are meant.")] = None,
) -> None:
    """Print what a run gains and loses against another, with a test of significance."""
    from assistant.command_line import settings_of
    from evals.compare import as_text
    from evals.compare import compare as compare_runs
    from evals.problems import SuiteError
    from evals.stored import FOLDER, load_run

    runs = out or settings_of(data).data_dir / FOLDER
    try:
        found = compare_runs(load_run(before, runs), load_run(after, runs))
    except (SuiteError, ImportError) as error:
        stop(str(error), error)
    typer.echo(json.dumps(found.as_json(), ensure_ascii=False) if as_json else as_text(found))


def draft(
    documents: Annotated[list[Path], typer.Argument(help="Files and folders to propose questions about.")],
    out: Annotated[Path, typer.Option(help="File of questions to write (.jsonl); a file that is there is left alone.")],
    most: Annotated[int, typer.Option(min=1, help="Questions of each kind at the most.")] = 20,
    data: Annotated[
        Path | None, typer.Option(help="Folder to take the documents into and to keep; a temporary one when left out.")
    ] = None,
) -> None:
    """Propose questions with their gold about documents, for a person to confirm."""
    from evals.draft import draft_questions
    from evals.under_test import assistant_over
    from vectorstore.errors import StoreError

    try:
        with ExitStack() as stack:
            folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="troly-eval-")))
            with progress("Nạp tài liệu") as on_progress:
                assistant, _ = stack.enter_context(assistant_over(documents, folder, on_progress))
            drafts = draft_questions(assistant, most)
        with out.open("x", encoding="utf-8") as stream:
            stream.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in drafts)
    except StoreError as error:
        stop(str(error), error)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}. Đề nghị kiểm tra đường dẫn.", error)
    typer.echo(f"Đã đề xuất {len(drafts)} câu vào {out}; đề nghị người phụ trách xem lại từng câu trước khi dùng.")


def grid(
    suite: Annotated[str, typer.Argument(help="Name or path of a suite.")],
    fusion_weight: Annotated[list[float] | None, typer.Option(help="Weight of the vectors to try; repeat it.")] = None,
    chunk_size: Annotated[list[int] | None, typer.Option(min=100, help="Code points of a chunk to try.")] = None,
    threshold: Annotated[list[float] | None, typer.Option(help="Threshold of evidence to try.")] = None,
    embedder: Annotated[list[str] | None, typer.Option(help="Embedder to try.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print a JSON object for each combination.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Accepted as everywhere; this command only uses throw-away stores.")
    ] = None,
) -> None:
    """Run a suite under every combination of settings and print the table."""
    from assistant.command_line import settings_of
    from evals.cases import load_suite
    from evals.grid import Grid, as_text, run_grid
    from evals.grid import as_json as row_as_json
    from evals.problems import SuiteError
    from ingest.chunks import CHUNK_LENGTH
    from vectorstore.errors import StoreError

    usual = settings_of(data)
    tried = Grid(
        embedder or [usual.embedder],
        chunk_size or [CHUNK_LENGTH],
        fusion_weight or [usual.fusion_weight],
        threshold or [usual.evidence_threshold],
    )
    try:
        chosen = load_suite(suite)
        runs = run_grid(chosen, tried, lambda cell: typer.echo(f"… {cell}", err=True))
        rows = [row_as_json(cell, finished) for cell, finished in runs]
    except (SuiteError, StoreError) as error:
        stop(str(error), error)
    typer.echo("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) if as_json else as_text(rows))
