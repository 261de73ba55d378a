"""The whole linkage benchmark as one table: Cairn, Splink beside it, what must be and the goal.

    python benchmarks/linkage/run.py [--records 1000000] [--seed 1] [--peer] [--holdout]
        [--public] [--json]

Each measurement is a process of its own. The population has damaged ids. ``--peer`` also links it
with Splink, ``--holdout`` links the second population, ``--public`` febrl and, where `uv` is at
hand, pseudopeople.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
Figures = dict[str, Any]

ROWS = (
    ("cluster F1", "cluster_f1", "≥ 0.985", "≥ 0.995"),
    ("people exactly right", "exactly_right", "≥ 97 %", "≥ 98.7 %"),
    ("over-merged people", "over_merged", "≤ 0.6 %", "≤ 0.15 %"),
    ("twins merged with their twin", "twins_merged", "≤ 10 %", "≤ 3 %"),
    ("recall gap, best to worst group, points", "recall_gap_points", "≤ 1.5", "≤ 0.5"),
    ("recall of swapped-name pairs", "swapped", "≥ 0.75", "≥ 0.95"),
    ("error of the count of people", "count_error", "≤ 1.5 %", "≤ 0.3 %"),
    ("wall time, seconds", "seconds", "", ""),
    ("processors' time, seconds", "processor_seconds", "", ""),
    ("peak memory, MiB", "peak_mb", "≤ 4,096", "≤ 3,072"),
    ("B-cubed F1", "b_cubed_f1", "", ""),
    ("pair precision", "pair_precision", "", ""),
    ("pair recall", "pair_recall", "", ""),
)
"""What is shown: words, figure, must, goal."""
_SHARES = {"exactly_right", "over_merged", "twins_merged", "count_error"}
PUBLIC = {
    "febrl1": ("pair F1", ""), "febrl2": ("pair F1", ""), "febrl3": ("pair F1", "≥ 0.995"),
    "febrl4": ("pair F1", "≥ 0.999"), "pseudopeople": ("cluster F1", "≥ 0.970, goal 0.985"),
}  # fmt: skip


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--records", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--peer", action="store_true", help="also Splink")
    options.add_argument("--holdout", action="store_true", help="also the second population")
    options.add_argument("--public", action="store_true", help="also febrl and pseudopeople")
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-linkage-") as folder:
        found = measured(Path(folder), chosen)
    if chosen.json:
        print(json.dumps(found))
        return
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"Measured {date.today():%Y-%m-%d} on {machine}.\n")  # noqa: DTZ011 - the desk's own day
    for population, by_way in found.items():
        if population != "public":
            print(_table(population, by_way))
    if "public" in found:
        print("| public data | figure | Cairn | must |\n|---|---|---:|---|")
        for name, figures in found["public"].items():
            what, must = PUBLIC[name]
            print(f"| {name} | {what} | {figures['cluster_f1']} | {must} |")


def measured(folder: Path, chosen: argparse.Namespace) -> dict[str, dict[str, Figures]]:
    """Population → way of linking → figures; and the public data."""
    populations = {"youth": "youth.py"}
    if chosen.holdout:
        populations["holdout"] = "holdout.py"
    found: dict[str, dict[str, Figures]] = {}
    for population, script in populations.items():
        place = folder / population
        size = ("--records", chosen.records, "--seed", chosen.seed, "--damaged-ids")
        made(script, place, *size)
        found[population] = {"Cairn": linked(place, "ours.py")}
        if chosen.peer:
            found[population]["Splink"] = linked(place, "peer.py")
        shutil.rmtree(place)
    if chosen.public:
        made("febrl.py", folder)
        places = {f"febrl{n}": folder / f"febrl{n}" for n in (1, 2, 3, 4)}
        if shutil.which("uv"):
            _run(["uv", "run", "--script", HERE / "pseudopeople_youth.py", folder / "pseudo"])
            places["pseudopeople"] = folder / "pseudo"
        found["public"] = {name: linked(place, "ours.py") for name, place in places.items()}
    return found


def made(script: str, *options: object) -> None:
    """A population, written by a process of its own."""
    _run([sys.executable, HERE / script, *options])


def linked(place: Path, script: str) -> Figures:
    """What linking took, and how right it is."""
    records, truth, people = (place / f"{n}.parquet" for n in ("records", "truth", "people"))
    inputs = [records, truth] if script == "peer.py" else [records]
    took = json.loads(_run([sys.executable, HERE / script, *inputs, people]).splitlines()[-1])
    scores = json.loads(_run([sys.executable, HERE / "score.py", truth, people, "--json"]))
    return {**took, **scores, "swapped": scores["recall_by_mistake"].get("swapped")}


def _run(command: list[object]) -> str:
    done = subprocess.run(  # noqa: S603 - our own scripts
        [str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _table(population: str, by_way: dict[str, Figures]) -> str:
    first = next(iter(by_way.values()))
    title = f"{population}: {first['records']:,} records of {first['people']:,} children"
    lines = [f"| {title} | {' | '.join(by_way)} | must | goal |", "|---|" + "---:|" * len(by_way)]
    lines[1] += "---|---|"
    for words, name, must, goal in ROWS:
        said = " | ".join(_said(figures.get(name), name) for figures in by_way.values())
        lines.append(f"| {words} | {said} | {must} | {goal} |")
    if len(by_way) > 1:
        ours, theirs = by_way["Cairn"], by_way["Splink"]
        for words, name in (("wall time", "seconds"), ("processors' time", "processor_seconds")):
            lines.append(f"| {words}, ratio | {ours[name] / theirs[name]:.2f} | 1 | 1.5 | 0.7 |")
    return "\n".join(lines) + "\n"


def _said(figure: float | None, name: str) -> str:
    if figure is None:
        return "none"
    if name in _SHARES:
        return f"{100 * figure:.2f} %"
    return f"{figure:,}"


if __name__ == "__main__":
    main()
