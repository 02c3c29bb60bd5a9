"""A run as JSON, as plain text, and as one self-contained HTML page for a person to read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.quoting import ENOUGH
from evals.abstention import Point
from evals.facts import match_key
from evals.metrics import MEASURES, Behaviour, Correct, EvidenceHit, Mean, Measure
from evals.run import CaseRun, SuiteRun

TEMPLATES = Path(__file__).parent / "templates"


def as_json(run: SuiteRun) -> dict[str, Any]:
    """What `troly eval run --json` prints."""
    return {
        "suite": run.suite.name,
        "cases": len(run.cases),
        "passed": run.passed,
        "metrics": {measure.name: average.value for measure, average in run.means.items()},
        "applicable": {measure.name: average.cases for measure, average in run.means.items()},
        "by_kind": {kind: _kind_as_json(means) for kind, means in run.by_kind.items()},
        "gates": [
            {
                "measure": result.measure.name,
                "bounds": result.gate.model_dump(exclude_none=True),
                "value": result.value,
                "holds": result.holds,
            }
            for result in run.gates
        ],
        "p50_ms": run.median_ms,
        "files": [{"file": file.place, "status": file.status, "error": file.error} for file in run.files],
        "rows": [_row_as_json(row) for row in run.cases],
    }


def _kind_as_json(means: dict[Measure, Mean]) -> dict[str, Any]:
    return {"cases": means[Correct].cases, **{measure.name: average.value for measure, average in means.items()}}


def _row_as_json(run: CaseRun) -> dict[str, Any]:
    judgement = run.judgement
    return {
        "id": run.case.id,
        "kind": run.case.kind,
        "question": run.case.question,
        "values": {measure.name: value for measure, value in judgement.values.items()},
        "missing_keys": list(judgement.missing_keys),
        "missing_facts": list(judgement.missing_facts),
        "ungrounded": list(judgement.ungrounded),
        "forbidden": list(judgement.forbidden),
        "error": run.error,
        "answer": run.answer,
    }


def as_text(run: SuiteRun) -> str:
    """The run as lines for a terminal: each kind, the failures, the whole, the gates."""
    lines = [
        f"{kind:18s} n={means[Correct].cases:3d}  {_figures({m: means[m] for m in (Correct, Behaviour)})}"
        for kind, means in run.by_kind.items()
    ]
    lines.append("")
    for failure in run.failures:
        lines += [f"{failure.case.id}  {failure.case.question}", f"      {' '.join(complaints(failure))}"]
    time = "" if run.median_ms is None else f"  p50 {run.median_ms:.0f} ms"
    lines += ["", f"{run.suite.name}  n={len(run.cases)}  {_figures(run.means)}{time}"]
    lines += [f"{'đạt' if result.holds else 'KHÔNG ĐẠT'}: {result.measure} {result.gate}" for result in run.gates]
    return "\n".join(lines)


def _figures(means: dict[Measure, Mean]) -> str:
    return "  ".join(f"{measure} {mean.value:.3f}" for measure, mean in means.items() if mean.value is not None)


def curve_as_text(points: Sequence[Point]) -> str:
    """Risk and coverage for each threshold of evidence, a line each; empty without points."""
    if not points:
        return ""
    lines = ["Ngưỡng  Độ phủ  Rủi ro  Trả lời thừa"]
    lines += [f"{p.threshold:6.2f}  {p.coverage:6.3f}  {p.risk:6.3f}  {p.answered_in_vain:12d}" for p in points]
    return "\n".join(lines)


def as_html(run: SuiteRun, points: Sequence[Point] = ()) -> str:
    """The run as an HTML page that needs nothing from outside.

    Args:
        run: the suite's run.
        points: its curve of risk and coverage; none is drawn without them.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["percent"] = _percent
    environment.filters["complaints"] = complaints
    return environment.get_template("report.html.j2").render(run=run, measures=MEASURES, points=points, default=ENOUGH)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value * 100:.1f} %".replace(".", ",")


def complaints(run: CaseRun) -> list[str]:
    """What is wrong with an answer, a sentence each, in Vietnamese."""
    values = run.judgement.values
    wrong = []
    if run.error:
        wrong.append(f"Trợ lý báo lỗi: {run.error}")
    elif not values[Behaviour]:
        wrong.append("Cách xử sự không đúng mong đợi.")
    if run.judgement.missing_keys:
        wrong.append(f"Thiếu số hiệu: {', '.join(_readable(run, key) for key in run.judgement.missing_keys)}.")
    if values.get(EvidenceHit) == 0.0:
        wrong.append("Không trích câu nào trong các câu chứng cứ.")
    if run.judgement.missing_facts:
        wrong.append(f"Thiếu số liệu, ngày tháng: {', '.join(run.judgement.missing_facts)}.")
    if run.judgement.ungrounded:
        wrong.append(f"Không thấy trong trích dẫn: {', '.join(run.judgement.ungrounded)}.")
    if run.judgement.forbidden:
        wrong.append(f"Đã khẳng định điều không được nói: {'; '.join(run.judgement.forbidden)}.")
    return wrong


def _readable(run: CaseRun, key: str) -> str:
    """A key as the gold answer or its evidence writes the number; keys are not for people."""
    gold = " ".join((run.case.gold_answer, run.case.question, *run.case.gold_evidence))
    for word in gold.split():
        written = word.strip('.,;:()“”"')
        if match_key(written) == key:
            return written
    return key.replace("|", " ")
