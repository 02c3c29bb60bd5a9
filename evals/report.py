"""A run as JSON, as plain text, and as one self-contained HTML page for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.quoting import ENOUGH
from evals import charts
from evals.abstention import Point
from evals.compare import Comparison
from evals.facts import match_key
from evals.highlight import is_gold, marked_answer, marked_gold, quoted
from evals.metrics import (
    MEASURES,
    Behaviour,
    CitationFaithful,
    Correct,
    EvidenceHit,
    Mean,
    Measure,
    QuantityExact,
    StatusExact,
    TimelineRecall,
)
from evals.run import CaseRun, GateResult, SuiteRun
from prompts import label

TEMPLATES = Path(__file__).parent / "templates"


def as_json(run: SuiteRun) -> dict[str, Any]:
    """What `troly eval run --json` prints."""
    return {
        "suite": run.suite.name,
        "cases": len(run.cases),
        "passed": run.passed,
        "started": run.started,
        "fingerprint": run.fingerprint.as_json() if run.fingerprint else None,
        "metrics": {measure.name: average.value for measure, average in run.means.items()},
        "intervals": {measure.name: list(found) for measure, found in run.intervals.items() if found},
        "applicable": {measure.name: average.cases for measure, average in run.means.items()},
        "by_kind": {kind: _kind_as_json(means) for kind, means in run.by_kind.items()},
        "behaviours": [
            {"expected": expected, "outcome": outcome, "cases": count}
            for (expected, outcome), count in sorted(run.behaviours.items())
        ],
        "gates": [
            {
                "measure": result.name,
                "bounds": result.gate.model_dump(exclude_none=True),
                "value": result.value,
                "before": result.before,
                "holds": result.holds,
            }
            for result in run.gates
        ],
        **run.times,
        "peak_mb": run.peak_mb,
        "files": [{"file": file.place, "status": file.status, "error": file.error} for file in run.files],
        "rows": [_row_as_json(row) for row in run.cases],
    }


def _kind_as_json(means: dict[Measure, Mean]) -> dict[str, Any]:
    applicable = {measure.name: average.value for measure, average in means.items() if average.cases}
    return {"cases": means[Correct].cases, **applicable}


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
        "missing_quantities": list(judgement.missing_quantities),
        "first_ms": run.first_ms,
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
    lines += [f"{'đạt' if result.holds else 'KHÔNG ĐẠT'}: {_gate_as_text(result)}" for result in run.gates]
    return "\n".join(lines)


def _gate_as_text(result: GateResult) -> str:
    value = "không đo được" if result.value is None else f"{result.value:.3f}".rstrip("0").rstrip(".")
    before = "" if result.before is None else f", lần trước {result.before:.3f}".rstrip("0").rstrip(".")
    return f"{result.name} {result.gate} (đo được {value}{before})"


def _figures(means: dict[Measure, Mean]) -> str:
    return "  ".join(f"{measure} {mean.value:.3f}" for measure, mean in means.items() if mean.value is not None)


def curve_as_text(points: Sequence[Point]) -> str:
    """Risk and coverage for each threshold of evidence, a line each; empty without points."""
    if not points:
        return ""
    lines = ["Ngưỡng  Độ phủ  Rủi ro  Trả lời thừa"]
    lines += [f"{p.threshold:6.2f}  {p.coverage:6.3f}  {p.risk:6.3f}  {p.answered_in_vain:12d}" for p in points]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Around:
    """What a report shows beside the run itself."""

    points: Sequence[Point] = ()
    """Risk and coverage; none is drawn without them."""
    comparison: Comparison | None = None
    trend: Sequence[tuple[str, float]] = ()
    """(day and time, share of correct answers) of the stored runs, this one the last."""


def as_html(run: SuiteRun, around: Around = Around()) -> str:
    """The run as an HTML page that needs nothing from outside.

    Args:
        run: the suite's run.
        around: curve, comparison and trend, as far as there are any.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": _percent,
        "complaints": complaints,
        "marked_answer": marked_answer,
        "marked_gold": marked_gold,
    }
    return environment.get_template("report.html.j2").render(
        run=run,
        shown=[measure for measure in MEASURES if run.means[measure].cases],
        correct=Correct,
        gates=[(result, _gate_as_text(result)) for result in run.gates],
        around=around,
        default=ENOUGH,
        plots=_plots(run, around),
        quoted=quoted,
        is_gold=is_gold,
        readable=_readable,
        behaviours=BEHAVIOUR_WORDS,
        outcomes=OUTCOME_WORDS,
    )


def _plots(run: SuiteRun, around: Around) -> dict[str, str]:
    shares = {kind: (means[Correct].value or 0.0, means[Correct].cases) for kind, means in run.by_kind.items()}
    plots = {"by_kind": charts.by_kind(shares)}
    times = [one.total_ms for one in run.judgements if one.total_ms is not None]
    if times:
        marks = {name: value for name in ("p50", "p95") if (value := run.times[f"{name}_ms"]) is not None}
        plots["latency"] = charts.latency(times, marks)
    if around.points:
        plots["risk_coverage"] = charts.risk_coverage(around.points, ENOUGH)
    if len(around.trend) > 1:
        plots["trend"] = charts.trend(around.trend)
    return plots


BEHAVIOUR_WORDS = {"answer": "trả lời", "abstain": "nói tài liệu không nêu", "clarify": "hỏi lại"}
OUTCOME_WORDS = {
    "answered": "đã trả lời",
    "not_found": "nói tài liệu không nêu",
    "ambiguous": "hỏi lại",
    "error": "báo lỗi",
}


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
    if run.judgement.missing_quantities and values.get(QuantityExact) is not None:
        wrong.append(f"Chưa nêu đúng số liệu kèm đơn vị: {'; '.join(run.judgement.missing_quantities)}.")
    if values.get(CitationFaithful, 1.0) < 1.0:
        wrong.append("Có câu trích không thấy ở trang đã ghi.")
    wrong += _of_record(run)
    if run.judgement.forbidden:
        wrong.append(f"Đã khẳng định điều không được nói: {'; '.join(run.judgement.forbidden)}.")
    return wrong


def _of_record(run: CaseRun) -> Iterator[str]:
    """What is wrong about status and timeline."""
    gold, values = run.case.gold_record, run.judgement.values
    record = (run.seen.lookup or {}).get("record") or {}
    if gold and gold.state and values.get(StatusExact) == 0.0:
        given = (record.get("current_status") or {}).get("state")
        told = label("vi", "state", given) if given else "không có"
        yield f"Tình trạng của {gold.number}: {told}; đúng là {label('vi', 'state', gold.state)}."
    if gold and values.get(TimelineRecall, 1.0) < 1.0:
        yield f"Diễn biến của {gold.number} thiếu mốc."


def _readable(run: CaseRun, key: str) -> str:
    """A key as the gold answer or its evidence writes the number; keys are not for people."""
    gold = " ".join((run.case.gold_answer, run.case.question, *run.case.gold_evidence))
    for word in gold.split():
        written = word.strip('.,;:()“”"')
        if match_key(written) == key:
            return written
    return key.replace("|", " ")
