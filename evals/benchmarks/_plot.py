"""The growth of time, memory and store as one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

Series = Mapping[str, Sequence[float]]
"""Values by name, one a size."""


def draw(sizes: Sequence[int], panels: Mapping[str, Series], path: Path) -> Path:
    """Draw the panels side by side over the sizes, both axes logarithmic; returns `path`.

    Args:
        sizes: passages.
        panels: what each panel shows, by its title.
        path: SVG; its fonts are drawn as paths, so that it looks alike everywhere.
    """
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, len(panels), figsize=(4.2 * len(panels), 3.6), squeeze=False)
    for axis, (title, series) in zip(axes[0], panels.items(), strict=True):
        for name, values in series.items():
            axis.plot(sizes[: len(values)], values, marker="o", label=name)
        axis.set(title=title, xlabel="passages", xscale="log", yscale="log")
        axis.grid(visible=True, which="major", alpha=0.3)
        axis.legend(fontsize=7)
    figure.tight_layout()
    figure.savefig(path)
    pyplot.close(figure)
    return path
