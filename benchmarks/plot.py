"""Draws requests a second of every server at every work: `plot.py RUNS.jsonl PICTURE.svg`.

Runs in the environment of the peers, which has matplotlib.
"""

import json
import sys
from pathlib import Path
from statistics import median

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt

OURS, COLOR, OTHERS = "hiring", "#1d4ed8", "#94a3b8"


def main(source: str, picture: str) -> None:
    """One panel for each work: a bar for each server, from the least to the greatest round."""
    runs = [json.loads(line) for line in Path(source).read_text(encoding="utf-8").splitlines()]
    works = list(dict.fromkeys(run["work"] for run in runs))
    figure, panels = plt.subplots(len(works), 1, figsize=(8, 0.6 + 1.5 * len(works)), squeeze=False)
    for work, [panel] in zip(works, panels, strict=True):
        servers = list(dict.fromkeys(run["server"] for run in runs if run["work"] == work))[::-1]
        rates = [[run["rate"] for run in runs if (run["work"], run["server"]) == (work, name)] for name in servers]
        middle = [median(each) for each in rates]
        reach = [
            [at - min(each) for at, each in zip(middle, rates, strict=True)],
            [max(each) - at for at, each in zip(middle, rates, strict=True)],
        ]
        panel.barh(servers, middle, xerr=reach, color=[COLOR if name == OURS else OTHERS for name in servers])
        panel.set_title(f"{work}: requests a second", loc="left", fontsize=10)
        panel.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
