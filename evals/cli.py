"""`troly eval`: runs suites and retrieval benchmarks. Calls only; heavy things are imported when a command runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from evals import suite_commands
from evals.command_line import progress, stop

app = typer.Typer(
    help="Evaluation: suites of questions, retrieval benchmarks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("run")(suite_commands.run)
app.command("new")(suite_commands.new)
app.command("compare")(suite_commands.compare)
app.command("draft")(suite_commands.draft)
app.command("grid")(suite_commands.grid)


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
        with progress("Nạp") as on_progress:
            figures = run_retrieval(beir, run_file, top_k, on_progress=on_progress)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}. Đề nghị kiểm tra đường dẫn.", error)
    except (ValueError, ImportError, StoreError) as error:
        stop(str(error), error)
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
        stop(str(error), error)
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}. Đề nghị kiểm tra đường dẫn.", error)
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
