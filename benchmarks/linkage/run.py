"""Run the whole linkage benchmark and print it as one table: Cairn, Splink, minimum and goal.

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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer", action="store_true", help="also Splink")
    parser.add_argument("--holdout", action="store_true", help="also the second population")
    parser.add_argument("--public", action="store_true", help="also febrl and pseudopeople")
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-linkage-") as folder:
        results = measure_populations(Path(folder), args)
    if args.json:
        print(json.dumps(results))
        return
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"Measured {date.today():%Y-%m-%d} on {machine}.\n")  # noqa: DTZ011 - the desk's own day
    for population, by_engine in results.items():
        if population != "public":
            print(_format_table(population, by_engine))
    if "public" in results:
        print("| public data | figure | Cairn | must |\n|---|---|---:|---|")
        for name, figures in results["public"].items():
            label, must = PUBLIC[name]
            print(f"| {name} | {label} | {figures['cluster_f1']} | {must} |")


def measure_populations(folder: Path, args: argparse.Namespace) -> dict[str, dict[str, Figures]]:
    """Link every population; return figures by population and engine, and of the public data."""
    populations = {"youth": "youth.py"}
    if args.holdout:
        populations["holdout"] = "holdout.py"
    results: dict[str, dict[str, Figures]] = {}
    for population, script in populations.items():
        dataset = folder / population
        size = ("--records", args.records, "--seed", args.seed, "--damaged-ids")
        generate_population(script, dataset, *size)
        results[population] = {"Cairn": measure_linkage(dataset, "link_with_cairn.py")}
        if args.peer:
            results[population]["Splink"] = measure_linkage(dataset, "link_with_splink.py")
        shutil.rmtree(dataset)
    if args.public:
        generate_population("febrl.py", folder)
        datasets = {f"febrl{n}": folder / f"febrl{n}" for n in (1, 2, 3, 4)}
        if shutil.which("uv"):
            _run_command(
                ["uv", "run", "--script", HERE / "pseudopeople_youth.py", folder / "pseudo"]
            )
            datasets["pseudopeople"] = folder / "pseudo"
        results["public"] = {
            name: measure_linkage(dataset, "link_with_cairn.py")
            for name, dataset in datasets.items()
        }
    return results


def generate_population(script: str, *options: object) -> None:
    """Generate a population in a process of its own."""
    _run_command([sys.executable, HERE / script, *options])


def measure_linkage(dataset: Path, script: str) -> Figures:
    """Link a population; return the resources it took and its accuracy."""
    records, truth, people = (dataset / f"{n}.parquet" for n in ("records", "truth", "people"))
    inputs = [records, truth] if script == "link_with_splink.py" else [records]
    usage = json.loads(
        _run_command([sys.executable, HERE / script, *inputs, people]).splitlines()[-1]
    )
    scores = json.loads(_run_command([sys.executable, HERE / "score.py", truth, people, "--json"]))
    return {**usage, **scores, "swapped": scores["recall_by_mistake"].get("swapped")}


def _run_command(command: list[object]) -> str:
    completed = subprocess.run(  # noqa: S603 - our own scripts
        [str(part) for part in command], check=True, stdout=subprocess.PIPE, text=True
    )
    return completed.stdout


def _format_table(population: str, by_engine: dict[str, Figures]) -> str:
    first = next(iter(by_engine.values()))
    title = f"{population}: {first['records']:,} records of {first['people']:,} children"
    lines = [
        f"| {title} | {' | '.join(by_engine)} | must | goal |",
        "|---|" + "---:|" * len(by_engine),
    ]
    lines[1] += "---|---|"
    for label, name, must, goal in ROWS:
        cells = " | ".join(
            _format_figure(figures.get(name), name) for figures in by_engine.values()
        )
        lines.append(f"| {label} | {cells} | {must} | {goal} |")
    if len(by_engine) > 1:
        cairn, splink = by_engine["Cairn"], by_engine["Splink"]
        for label, name in (("wall time", "seconds"), ("processors' time", "processor_seconds")):
            lines.append(f"| {label}, ratio | {cairn[name] / splink[name]:.2f} | 1 | 1.5 | 0.7 |")
    return "\n".join(lines) + "\n"


def _format_figure(figure: float | None, name: str) -> str:
    if figure is None:
        return "none"
    if name in _SHARES:
        return f"{100 * figure:.2f} %"
    return f"{figure:,}"


if __name__ == "__main__":
    main()
