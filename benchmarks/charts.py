"""Pictures of what was measured, as SVG files beside the document that shows them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_INCHES = (8.0, 3.6)
_GOAL = 1.2
mpl.rcParams["svg.hashsalt"] = "zenml"  # the same picture has the same bytes
mpl.rcParams["svg.fonttype"] = "none"


class Growth(NamedTuple):
    """Lines that are flat where nothing grows.

    Attributes:
        file: The name of the picture's file.
        title: What is compared.
        noun: What there is more and more of.
        numbers: How many of it.
        ratios: By the name of a line, how many times the first cost each costs.
    """

    file: str
    title: str
    noun: str
    numbers: list[int]
    ratios: dict[str, list[float]]

    def write(self, folder: Path) -> None:
        """Writes the picture into a folder."""
        figure, axes = _figure(self.title)
        for name, ratios in self.ratios.items():
            axes.plot(self.numbers, ratios, marker="o", markersize=3, linewidth=1.2, label=name)
        axes.axhline(_GOAL, color="gray", linestyle="--", linewidth=0.8, label=f"goal: {_GOAL}")
        axes.set_xscale("log")
        axes.set_ylim(bottom=0)
        axes.set_xlabel(self.noun)
        axes.set_ylabel(f"cost, with {self.numbers[0]:,} as 1")
        _saved(figure, axes, folder / self.file)


class Parts(NamedTuple):
    """Bars of which each is the sum of its parts.

    Attributes:
        file: The name of the picture's file.
        title: What the parts are of.
        unit: What is counted.
        bars: By the name of a bar, its parts by name, in one order for all.
    """

    file: str
    title: str
    unit: str
    bars: dict[str, dict[str, float]]

    def write(self, folder: Path) -> None:
        """Writes the picture into a folder."""
        figure, axes = _figure(self.title)
        names = list(self.bars)
        before = [0.0] * len(names)
        for part in self.bars[names[0]]:
            widths = [self.bars[name][part] for name in names]
            if not any(widths):
                continue
            axes.barh(names, widths, left=before, height=0.6, label=part)
            before = [start + width for start, width in zip(before, widths, strict=True)]
        axes.invert_yaxis()
        axes.set_xlabel(self.unit)
        _saved(figure, axes, folder / self.file)


Chart = Growth | Parts


def _figure(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=_INCHES, layout="constrained")
    axes = figure.subplots()
    axes.set_title(title, fontsize=10)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _saved(figure: Figure, axes: Axes, path: Path) -> None:
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
