"""Two runs side by side: what was gained and lost, question by question, and whether it is more than chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.metrics import BY_NAME, MEASURES, Measure
from evals.significance import paired_p_value

SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose measures differ."""

    id: str
    question: str
    better: tuple[str, ...]
    """Names of the measures."""
    worse: tuple[str, ...]
    before: str
    """The answer's text."""
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over the questions that both runs judge by it."""

    measure: Measure
    before: float
    after: float
    cases: int
    p_value: float | None

    @property
    def significant(self) -> bool:
        """Whether chance alone makes such a difference in fewer than one of twenty comparisons."""
        return self.p_value is not None and self.p_value < SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs of one suite."""

    differences: tuple[Difference, ...]
    gains: tuple[Change, ...]
    """Questions that are correct now and were not, or are better in some measure and worse in none."""
    losses: tuple[Change, ...]
    """Questions that are worse in some measure."""
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed: tuple[str, ...]
    """Parts of the fingerprint that differ."""

    def as_json(self) -> dict[str, Any]:
        """What `troly eval compare --json` prints."""
        return {
            "measures": {
                one.measure.name: {
                    "before": one.before,
                    "after": one.after,
                    "cases": one.cases,
                    "p_value": one.p_value,
                    "significant": one.significant,
                }
                for one in self.differences
            },
            "gains": [_as_json(change) for change in self.gains],
            "losses": [_as_json(change) for change in self.losses],
            "only_before": list(self.only_before),
            "only_after": list(self.only_after),
            "changed": list(self.changed),
        }


def _as_json(change: Change) -> dict[str, Any]:
    return {name: getattr(change, name) for name in change.__slots__}


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Hold a run against an earlier one.

    Args:
        before: as `troly eval run --json` tells it.
        after: the same.

    Raises:
        ImportError: a measure differs, and scipy is not installed.
    """
    first, second = ({row["id"]: row for row in run["rows"]} for run in (before, after))
    common = [row_id for row_id in second if row_id in first]
    changes = [change for row_id in common if (change := _change(first[row_id], second[row_id]))]
    return Comparison(
        differences=tuple(_differences([(first[row_id]["values"], second[row_id]["values"]) for row_id in common])),
        gains=tuple(change for change in changes if not change.worse),
        losses=tuple(change for change in changes if change.worse),
        only_before=tuple(row_id for row_id in first if row_id not in second),
        only_after=tuple(row_id for row_id in second if row_id not in first),
        changed=_changed(before.get("fingerprint") or {}, after.get("fingerprint") or {}),
    )


def _differences(pairs: Sequence[tuple[Mapping[str, float], Mapping[str, float]]]) -> list[Difference]:
    found = []
    for measure in MEASURES:
        judged = [
            (old[measure.name], new[measure.name]) for old, new in pairs if measure.name in old and measure.name in new
        ]
        if judged:
            old_values, new_values = ([float(pair[at]) for pair in judged] for at in (0, 1))
            mean_before, mean_after = (sum(values) / len(values) for values in (old_values, new_values))
            p_value = paired_p_value(old_values, new_values)
            found.append(Difference(measure, mean_before, mean_after, len(judged), p_value))
    return found


def _change(old: Mapping[str, Any], new: Mapping[str, Any]) -> Change | None:
    better, worse = list[str](), list[str]()
    for name in sorted(old["values"].keys() & new["values"].keys() & BY_NAME.keys()):
        gain = new["values"][name] - old["values"][name]
        if gain:
            (better if (gain > 0) == BY_NAME[name].higher_is_better else worse).append(name)
    if not better and not worse:
        return None
    texts = [(row.get("answer") or {}).get("text") or row.get("error") or "" for row in (old, new)]
    return Change(new["id"], new["question"], tuple(better), tuple(worse), *texts)


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        name
        for name in after
        if name != "digest" and before.get(name, after[name] if not before else None) != after[name]
    )


_PARTS = {
    "suite": "bộ câu hỏi",
    "corpus": "tài liệu",
    "settings": "thiết lập",
    "prompts": "câu chữ, lời dẫn",
    "model": "mô hình ngôn ngữ",
    "program": "phần mềm",
}


def as_text(comparison: Comparison) -> str:
    """The comparison as lines for a terminal."""
    lines = [f"Khác nhau về: {', '.join(_PARTS.get(name, name) for name in comparison.changed) or 'không có gì'}"]
    lines.append(f"{'Độ đo':20s} {'trước':>8s} {'nay':>8s} {'chênh':>8s} {'p':>7s}")
    for one in comparison.differences:
        p_value = "–" if one.p_value is None else f"{one.p_value:.3f}"
        mark = " *" if one.significant else ""
        by = f"{one.after - one.before:+.3f}"
        lines.append(f"{one.measure.name:20s} {one.before:8.3f} {one.after:8.3f} {by:>8s} {p_value:>7s}{mark}")
    for title, changes in (("Tốt hơn", comparison.gains), ("Kém đi", comparison.losses)):
        lines.append(f"{title}: {len(changes)} câu")
        for change in changes:
            names = [f"+{name}" for name in change.better] + [f"-{name}" for name in change.worse]
            lines.append(f"  {change.id}  {change.question}  ({', '.join(names)})")
    if comparison.only_before or comparison.only_after:
        lines.append(
            f"Chỉ có ở lần trước: {len(comparison.only_before)} câu; chỉ có ở lần này: {len(comparison.only_after)}"
        )
    return "\n".join(lines)
