"""Draws panels of bars: `plot.py PICTURE.svg`, with the panels of `pictures.py` as JSON on its standard input.

Runs in the environment of the peers, which has matplotlib.
"""

import json
import sys

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

MARKED, OTHERS = "#1d4ed8", "#94a3b8"
mpl.rcParams["svg.fonttype"] = "none"  # text stays text


def main(picture: str) -> None:
    """The panels one below the other, the bars of each from top to bottom, each with its reach."""
    panels = json.load(sys.stdin)
    bar_count = sum(len(each["bars"]) for each in panels)
    figure, axes = plt.subplots(
        len(panels), 1, figsize=(8, 0.6 + 0.6 * len(panels) + 0.24 * bar_count), squeeze=False,
        height_ratios=[len(each["bars"]) + 1 for each in panels],
    )  # fmt: skip
    for panel, [axis] in zip(panels, axes, strict=True):
        bars = panel["bars"][::-1]
        reach = [[each["value"] - each["least"] for each in bars], [each["most"] - each["value"] for each in bars]]
        colors = [MARKED if each["is_marked"] else OTHERS for each in bars]
        axis.barh(range(len(bars)), [each["value"] for each in bars], xerr=reach, color=colors)
        axis.set_yticks(range(len(bars)), [each["label"] for each in bars])
        axis.set_title(panel["title"], loc="left", fontsize=10)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
