"""`troly eval`: runs suites and retrieval benchmarks. Calls only; heavy things are imported when a command runs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Protocol

import typer

if TYPE_CHECKING:
    from evals.abstention import Point
    from evals.cases import Suite
    from evals.run import SuiteRun

app = typer.Typer(
    help="Evaluation: suites of questions, retrieval benchmarks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

GATE_FAILED = 1
NOTHING_RUN = 2


@app.command("run")
def run(
    suite: Annotated[str, typer.Argument(help="Name of a suite that comes with the product, or the path of one.")],
    report: Annotated[Path | None, typer.Option(help="Write an HTML report to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the run as JSON.")] = False,
    curve: Annotated[
        bool, typer.Option("--curve", help="Also ask at other thresholds of evidence: risk and coverage of answers.")
    ] = False,
    # No environment variable here: a suite's documents must not end up in somebody's installation.
    data: Annotated[
        Path | None, typer.Option(help="Folder to take the documents into and to keep; a temporary one when left out.")
    ] = None,
) -> None:
    """Run a suite and print its measures; exit 1: a gate fails, 2: nothing could run."""
    from assistant.errors import AssistantError
    from evals.cases import load_suite
    from evals.problems import SuiteError
    from evals.report import as_html, as_text, curve_as_text
    from evals.report import as_json as run_as_json
    from vectorstore.errors import StoreError

    try:
        finished, points = _run(load_suite(suite), data, curve)
    except (SuiteError, StoreError, AssistantError) as error:
        _stop(str(error), error)
    if report:
        report.write_text(as_html(finished, points), encoding="utf-8")
    if as_json:
        told = {**run_as_json(finished), **({"curve": [point.as_json() for point in points]} if curve else {})}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo("\n\n".join(filter(None, (as_text(finished), curve_as_text(points)))))
    if not finished.passed:
        raise typer.Exit(GATE_FAILED)


def _run(suite: Suite, data: Path | None, curve: bool) -> tuple[SuiteRun, list[Point]]:
    from evals.abstention import risk_coverage
    from evals.run import assistant_over, run_suite

    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="troly-eval-")))
        with _progress("Nạp tài liệu") as on_progress:
            assistant, files = stack.enter_context(assistant_over(suite.documents, folder, on_progress))
        with _progress("Hỏi") as on_progress:
            finished = run_suite(suite, assistant, files=files, on_progress=on_progress)
        if not curve:
            return finished, []
        with _progress("Ngưỡng") as on_progress:
            return finished, risk_coverage(suite, assistant, on_progress=on_progress, finished=finished)


class _Mover(Protocol):
    """Moves a progress bar; what is at work may be left out."""

    def __call__(self, done: float, total: int, at_work: str = "") -> None: ...


@contextmanager
def _progress(title: str) -> Iterator[_Mover]:
    """A progress bar on standard error; yields what moves it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None)

        def move(done: float, total: int, at_work: str = "") -> None:
            progress.update(task, completed=done, total=total, description=f"{title} {at_work}")

        yield move


@app.command("retrieval")
def retrieval(
    beir: Annotated[Path, typer.Option(help="Folder with corpus.jsonl, queries.jsonl and, for figures, qrels.tsv.")],
    run_file: Annotated[Path, typer.Option("--run", help="TREC run file to write.")],
    top_k: Annotated[int, typer.Option(min=1, help="Results a query.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Accepted as everywhere; this command only uses a throw-away store.")
    ] = None,
) -> None:
    """Run retrieval alone over a collection in a throw-away store; exit 2: nothing could run."""
    del data
    from evals.retrieval import run_retrieval
    from vectorstore.errors import StoreError

    try:
        with _progress("Nạp") as on_progress:
            figures = run_retrieval(beir, run_file, top_k, on_progress=on_progress)
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}. Đề nghị kiểm tra đường dẫn.", error)
    except (ValueError, ImportError, StoreError) as error:
        _stop(str(error), error)
    lines = {**figures, **(figures["metrics"] or {})}
    del lines["metrics"]
    text = "\n".join(f"{name}: {value}" for name, value in lines.items())
    typer.echo(json.dumps(figures, ensure_ascii=False) if as_json else text)


@app.command("numbers")
def numbers(
    corpus: Annotated[
        Path | None,
        typer.Option(help="Folder of documents, or JSON Lines with id and text; else the sample documents."),
    ] = None,
    against: Annotated[Path | None, typer.Option(help="Stored run to hold this one against.")] = None,
    out: Annotated[Path | None, typer.Option(help="Store this run here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Accepted as everywhere; this command only uses a throw-away store.")
    ] = None,
) -> None:
    """Find the document numbers of a corpus and print what was found and lost since a stored run."""
    del data
    from evals.numbers_report import (
        SAMPLE_CORPUS,
        NumbersRunError,
        as_lines,
        compare,
        left_out,
        load_run,
        read_corpus,
        report_json,
        run_numbers,
    )

    try:
        before = load_run(against) if against else None
        run, texts = run_numbers(read_corpus(corpus or SAMPLE_CORPUS, lambda why: typer.echo(why, err=True)))
        differences = compare(before, run, texts) if before else None
        if out:
            out.write_text(json.dumps(run.as_json(), ensure_ascii=False), encoding="utf-8")
    except NumbersRunError as error:
        _stop(str(error), error)
    except OSError as error:
        _stop(f"{error.filename}: {error.strerror}. Đề nghị kiểm tra đường dẫn.", error)
    if as_json:
        typer.echo(json.dumps(report_json(run, differences), ensure_ascii=False))
        return
    for line in as_lines(run, differences, left_out(before, run) if before else 0):
        typer.echo(line)


@app.command("ocr")
def ocr(
    documents: Annotated[Path, typer.Option(metavar="DIR", help="The scanned documents.")],
    transcriptions: Annotated[Path, typer.Option(metavar="DIR", help="NAME.pN.txt for page N of NAME.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")] = False,
    data: Annotated[Path | None, typer.Option(help="Accepted as everywhere; nothing is kept.")] = None,
) -> None:
    """Print the word error rate of recognised pages against transcriptions, letterheads left aside."""
    from assistant.command_line import settings_of
    from evals.ocr_errors import score_pages

    scored = list(score_pages(documents, transcriptions, settings_of(data).limits.ocr))
    rate = sum(page.errors for page in scored) / max(sum(page.words for page in scored), 1)
    if as_json:
        pages = [
            {"file": page.file, "page": page.page, "words": page.words, "word_error_rate": round(page.rate, 4)}
            for page in scored
        ]
        typer.echo(json.dumps({"word_error_rate": round(rate, 4), "pages": pages}, ensure_ascii=False))
        return
    for page in scored:
        typer.echo(f"{page.rate:.3f}  {page.words:>5}  {page.file}, page {page.page}")
    typer.echo(f"{rate:.3f}  word error rate of all")


def _stop(message: str, error: Exception) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(NOTHING_RUN) from error
