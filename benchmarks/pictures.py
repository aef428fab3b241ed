"""Pictures of results: panels of horizontal bars, drawn by `plot.py` in the environment of the peers."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Self

import msgspec

from benchmarks.contenders import PYTHON

PLOT = Path(__file__).with_name("plot.py")
PLOT_S = 120


class Bar(msgspec.Struct, frozen=True):
    """A bar, from zero to a value, and between which values the others lie."""

    label: str
    value: float
    least: float
    most: float
    is_marked: bool

    @classmethod
    def of(cls, label: str, values: Sequence[float], *, is_marked: bool) -> Self:
        """The median of values, at least one."""
        return cls(label, median(values), min(values), max(values), is_marked)


class Panel(msgspec.Struct, frozen=True):
    """Bars of one figure under a title that names its unit."""

    title: str
    bars: Sequence[Bar]


def draw(panels: Sequence[Panel], picture: Path) -> None:
    """Draws an SVG with the environment of the peers, which has a library for it. Raises: CalledProcessError."""
    subprocess.run([PYTHON, PLOT, picture], input=msgspec.json.encode(panels), check=True, timeout=PLOT_S)
