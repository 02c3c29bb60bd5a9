"""The report's plots as inline SVG: no script, nothing from outside, legible in light and dark."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from evals.abstention import Point

_LINE = "#2563eb"
_GOOD, _BAD = "#2f9e6e", "#d9534f"
_LEFT, _RIGHT, _TOP, _BOTTOM, _WIDTH = 60, 20, 20, 50, 640


def _svg(label: str, height: int, body: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{html.escape(label)}" '
        f'font-size="13" fill="currentColor">{"".join(body)}</svg>'
    )


def _text(x: float, y: float, text: str, anchor: str = "middle", extra: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{extra}>{html.escape(text)}</text>'


def percent(value: float) -> str:
    """A share as people read it: `96,3 %`."""
    return f"{value * 100:.1f} %".replace(".", ",")


def by_kind(shares: Mapping[str, tuple[float, int]]) -> str:
    """A bar a kind: the share of correct answers, with how many questions there are.

    Args:
        shares: (share, questions) by kind.
    """
    body, left, full = list[str](), 190, _WIDTH - 190 - 130
    for row, (kind, (share, cases)) in enumerate(shares.items()):
        y = _TOP + 28 * row
        body.append(_text(left - 8, y + 14, kind, "end"))
        body.append(f'<rect x="{left}" y="{y}" width="{full}" height="18" fill="currentColor" opacity=".1"/>')
        colour = _GOOD if share >= 0.9 else _BAD
        body.append(f'<rect x="{left}" y="{y}" width="{full * share:.1f}" height="18" fill="{colour}"/>')
        body.append(_text(left + full + 8, y + 14, f"{percent(share)} ({cases} câu)", "start"))
    return _svg("Tỷ lệ đúng hoàn toàn theo loại câu hỏi", _TOP + 28 * len(shares) + 8, body)


def _axes(height: int, x_title: str, y_title: str) -> list[str]:
    base = height - _BOTTOM
    return [
        f'<path d="M{_LEFT} {_TOP}V{base}H{_WIDTH - _RIGHT}" fill="none" stroke="currentColor" opacity=".6"/>',
        _text((_LEFT + _WIDTH) / 2, height - 8, x_title),
        _text(14, (base + _TOP) / 2, y_title, extra=f' transform="rotate(-90 14 {(base + _TOP) / 2:.0f})"'),
    ]


def risk_coverage(points: Sequence[Point], chosen: float) -> str:
    """Risk over coverage, a point a threshold, the product's own one filled.

    Args:
        points: the curve.
        chosen: the threshold that the product answers with.
    """
    height = 300
    base, body = height - _BOTTOM, _axes(height, "Độ phủ (tỷ lệ câu có lời đáp được trả lời)", "Rủi ro")
    worst = max([point.risk for point in points] + [0.1])

    def x_of(share: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * share

    def y_of(risk: float) -> float:
        return base - (base - _TOP) * risk / worst

    body += [_text(x_of(tick), base + 18, f"{tick * 100:.0f} %") for tick in (0, 0.25, 0.5, 0.75, 1)]
    body += [_text(_LEFT - 6, y_of(worst * tick) + 4, f"{worst * tick * 100:.0f} %", "end") for tick in (0, 0.5, 1)]
    line = " ".join(f"{x_of(point.coverage):.1f},{y_of(point.risk):.1f}" for point in points)
    body.append(f'<polyline fill="none" stroke="{_LINE}" stroke-width="2" points="{line}"/>')
    for point in points:
        fill = _LINE if point.threshold == chosen else "none"
        body.append(
            f'<circle cx="{x_of(point.coverage):.1f}" cy="{y_of(point.risk):.1f}" r="5" fill="{fill}" stroke="{_LINE}">'
            f"<title>Ngưỡng {point.threshold}</title></circle>"
        )
    return _svg("Rủi ro theo độ phủ", height, body)


def latency(times: Sequence[float], marks: Mapping[str, float]) -> str:
    """How many answers took how long, on a scale of doublings.

    Args:
        times: milliseconds an answer.
        marks: vertical lines by name, such as `p95`.
    """
    height, step = 260, 2**0.5
    base = height - _BOTTOM
    low = max(min(times), 0.5)
    edges = [low]
    while edges[-1] <= max(times):
        edges.append(edges[-1] * step)
    counts = [0] * (len(edges) - 1)
    for one in times:
        counts[next(at for at, edge in enumerate(edges[1:]) if max(one, low) < edge)] += 1
    wide, body = (_WIDTH - _LEFT - _RIGHT) / len(counts), _axes(height, "Thời gian trả lời (ms)", "Số câu")
    for at, count in enumerate(counts):
        tall = (base - _TOP) * count / max(counts)
        x = _LEFT + wide * at
        body.append(
            f'<rect x="{x:.1f}" y="{base - tall:.1f}" width="{wide - 2:.1f}" height="{tall:.1f}" fill="{_LINE}"/>'
        )
        if at % max(len(counts) // 6, 1) == 0:
            body.append(_text(x, base + 18, f"{edges[at]:.0f}"))
    body.append(_text(_LEFT - 6, _TOP + 6, str(max(counts)), "end"))
    from math import log

    for row, (name, value) in enumerate(marks.items()):
        x = _LEFT + wide * log(max(value, low) / low) / log(step)
        body.append(f'<path d="M{x:.1f} {_TOP}V{base}" stroke="{_BAD}" stroke-dasharray="4 3"/>')
        body.append(_text(x + 4, _TOP + 10 + 16 * row, f"{name} {value:.0f} ms", "start"))
    return _svg("Phân bố thời gian trả lời", height, body)


def trend(runs: Sequence[tuple[str, float]]) -> str:
    """The share of correct answers of one run after the other.

    Args:
        runs: (day and time, share), the oldest first.
    """
    height = 240
    base, body = height - _BOTTOM, _axes(height, "Các lần chạy đã lưu, cũ trước mới sau", "Đúng hoàn toàn")
    least = min(share for _, share in runs)
    floor = min(max(least - 0.05, 0.0), 0.9)
    step = (_WIDTH - _LEFT - _RIGHT - 20) / max(len(runs) - 1, 1)
    places = [
        (_LEFT + 10 + step * at, base - (base - _TOP) * (share - floor) / (1 - floor))
        for at, (_, share) in enumerate(runs)
    ]
    body += [_text(_LEFT - 6, base + 4, percent(floor), "end"), _text(_LEFT - 6, _TOP + 4, "100 %", "end")]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    body.append(f'<polyline fill="none" stroke="{_LINE}" stroke-width="2" points="{line}"/>')
    for (x, y), (started, share) in zip(places, runs, strict=True):
        body.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{_LINE}">'
            f"<title>{html.escape(started)}: {percent(share)}</title></circle>"
        )
    body += [
        _text(places[0][0], base + 18, runs[0][0][:10], "start"),
        _text(places[-1][0], base + 18, runs[-1][0][:10], "end"),
    ]
    return _svg("Tỷ lệ đúng hoàn toàn qua các lần chạy", height, body)
