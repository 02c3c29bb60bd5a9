"""`troly eval`: runs suites and retrieval benchmarks. Calls only; heavy things are imported when a command runs."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from evals.cases import Suite
    from evals.run import SuiteRun

app = typer.Typer(
    help="Đánh giá chất lượng trả lời và tìm kiếm. / Suites of questions and retrieval benchmarks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

GATE_FAILED = 1
NOTHING_RUN = 2


@app.command("run")
def run(
    suite: Annotated[str, typer.Argument(help="Tên bộ đánh giá kèm theo phần mềm, hoặc đường dẫn đến bộ đánh giá.")],
    report: Annotated[Path | None, typer.Option(help="Ghi báo cáo HTML vào tệp này.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")] = False,
    # No environment variable here: a suite's documents must not end up in somebody's installation.
    data: Annotated[
        Path | None, typer.Option(help="Thư mục dữ liệu để dùng và giữ lại; mặc định là thư mục tạm.")
    ] = None,
) -> None:
    """Chạy một bộ đánh giá và in các độ đo; mã thoát 1 khi không đạt ngưỡng, 2 khi không chạy được."""
    from assistant.errors import AssistantError
    from evals.cases import SuiteError, load_suite
    from evals.report import as_html
    from evals.report import as_json as run_as_json
    from vectorstore.errors import StoreError

    try:
        finished = _run(load_suite(suite), data)
    except (SuiteError, StoreError, AssistantError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NOTHING_RUN) from error
    if report:
        report.write_text(as_html(finished), encoding="utf-8")
    typer.echo(json.dumps(run_as_json(finished), ensure_ascii=False) if as_json else _summary(finished))
    if not finished.passed:
        raise typer.Exit(GATE_FAILED)


def _run(suite: Suite, data: Path | None) -> SuiteRun:
    from evals.run import assistant_over, run_suite

    with ExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="troly-eval-")))
        with _progress("Nạp tài liệu") as on_progress:
            assistant, files = stack.enter_context(assistant_over(suite.documents, folder, on_progress))
        with _progress("Hỏi") as on_progress:
            return run_suite(suite, assistant, files=files, on_progress=on_progress)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[float, int, str], None]]:
    """A progress bar on standard error; yields what moves it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(title, total=None)

        def move(done: float, total: int, at_work: str) -> None:
            progress.update(task, completed=done, total=total, description=f"{title} {at_work}")

        yield move


def _summary(finished: SuiteRun) -> str:
    """The figures as plain lines: the whole, each kind, the failures, the gates."""
    from evals.metrics import Behaviour, Correct
    from evals.report import complaints

    lines = [
        f"{kind:18s} n={m[Correct].cases:3d}  correct {m[Correct].value:.3f}  behaviour {m[Behaviour].value:.3f}"
        for kind, m in finished.by_kind.items()
    ]
    figures = [
        f"{measure} {average.value:.3f}" for measure, average in finished.means.items() if average.value is not None
    ]
    lines += [
        "",
        *(f"{case.case.id}  {case.case.question}\n      {' '.join(complaints(case))}" for case in finished.failures),
    ]
    lines += ["", f"{finished.suite.name}  n={len(finished.cases)}  " + "  ".join(figures)]
    if finished.median_ms is not None:
        lines[-1] += f"  p50 {finished.median_ms:.0f} ms"
    lines += [f"{'đạt' if gate.holds else 'KHÔNG ĐẠT'}: {gate.measure} {gate.gate}" for gate in finished.gates]
    return "\n".join(lines)


@app.command("retrieval")
def retrieval(
    beir: Annotated[Path, typer.Option(help="Thư mục có corpus.jsonl, queries.jsonl và có thể có qrels.tsv.")],
    run_file: Annotated[Path, typer.Option("--run", help="Tệp kết quả dạng TREC sẽ được ghi.")],
    top_k: Annotated[int, typer.Option(min=1, help="Số kết quả cho mỗi câu hỏi.")] = 100,
) -> None:
    """Đo riêng phần tìm kiếm trên một bộ dữ liệu có sẵn phán quyết."""
    from evals.retrieval import run_retrieval

    run_retrieval(beir, run_file, top_k)
