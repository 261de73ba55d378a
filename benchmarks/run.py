"""All benchmarks, one after the other, as one Markdown table.

python benchmarks/run.py
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
_JUDGED = ("right", "merged", "split")


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--index-records", type=int, default=60_000)
    chosen = options.parse_args()
    rows = [
        conformed(run("conform.py", "--rows", chosen.rows)),
        linked(run("link.py", "--people", chosen.people)),
        indexed(run("index.py", *_sizes(chosen.index_records))),
        decided(run("decide.py")),
        protected(run("protect.py")),
        kept(run("ways.py")),
        told(run("measures.py")),
        demo(run("demo.py", "--people", chosen.people)),
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"Measured {date.today():%Y-%m-%d} on {machine}.\n")  # noqa: DTZ011 - the desk's own day
    hard = run("linkage/nasty.py")
    print("| what | Cairn | yardstick of the same run | detail |\n|---|---:|---:|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print("\n| hard cases of linkage | children | exactly right | merged | split |")
    print("|---|---:|---:|---:|---:|")
    for case, found in hard.items():
        print(f"| {case} | {' | '.join(str(found[n]) for n in ('children', *_JUDGED))} |")


def run(script: str, *options: object) -> dict[str, Any]:
    """One benchmark in a process of its own, so that none warms another."""
    command = [sys.executable, str(HERE / script), "--json", *(str(option) for option in options)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def conformed(found: dict[str, Any]) -> tuple[str, ...]:
    """File to conformed rows, beside DuckDB's own read and write."""
    return (
        "file to conformed rows",
        f"{found['cairn_rows_per_second']:,} rows/s",
        f"DuckDB {found['duckdb_rows_per_second']:,} rows/s",
        f"{found['rows']:,} rows; {found['times_duckdb']} times as long as DuckDB",
    )


def linked(found: dict[str, Any]) -> tuple[str, ...]:
    """Records to people, beside Splink as documented."""
    ours, theirs = found["cairn"], found["splink"]
    return (
        "records to people",
        f"{ours['records_per_second']:,} records/s",
        f"Splink {theirs['records_per_second']:,} records/s",
        f"{ours['seconds_ratio']} of Splink's time",
    )


def _sizes(records: int) -> tuple[object, ...]:
    """The index at one size, and for the order of arrival at a third of it."""
    return "--records", records, "--order-records", records // 3


def indexed(found: dict[str, Any]) -> tuple[str, ...]:
    """A delivery and single children into the person index; the disk's own time beside it."""
    child = (
        f"one typed-in child {found['one_child_median_ms']} ms (95th of 100: "
        f"{found['one_child_p95_ms']} ms; processor {found['one_child_processor_median_ms']} ms; "
        f"the disk confirms one write in {found['disk_confirms_in_ms']} ms, each child waits twice)"
    )
    order = f"in ten parts and another order: B-cubed {found['b_cubed_of_orders']}"
    return (
        f"{found['delta']:,} records into an index of {found['records']:,}",
        f"{found['delta_seconds']} s",
        f"the whole index at once {found['whole_seconds']} s",
        f"{found['delta_processor_seconds']} s of processor; {child}; {order}",
    )


def decided(found: dict[str, Any]) -> tuple[str, ...]:
    """One request about many children, beside a general policy engine on the same facts."""
    took = f"{found['people']:,} children in {found['cairn_seconds']} s, every reason told"
    same = f"both allow the same {found['allowed']:,}"
    return (
        "children decided in one request",
        f"{found['cairn_per_second']:,} children/s",
        f"Cedar {found['cedar_per_second']:,} children/s",
        f"{took}; {found['times_as_fast']} times as fast; {same}",
    )


def protected(found: dict[str, Any]) -> tuple[str, ...]:
    """A dashboard's tables with the attacker's audit, where empty groups are always shown."""
    shown, cover = found["shown"], found["cover"]
    withheld = f"{shown['small']} small, {shown['complementary']} complementary"
    otherwise = f"{cover['complementary']} in {cover['seconds']} s"
    return (
        "a dashboard's tables protected",
        f"{shown['seconds']} s",
        "none",
        f"{shown['cells']:,} cells, {withheld}; where empty groups may cover: {otherwise}",
    )


def told(found: dict[str, Any]) -> tuple[str, ...]:
    """Means beside the counts alone."""
    days, amounts = found["means of days absent"], found["means of amounts"]
    return (
        "means of what children have",
        f"{days['seconds']} s, {days['withheld']} withheld",
        f"counts alone {found['counts alone']['seconds']} s",
        f"amounts with a long tail {amounts['seconds']} s, {amounts['withheld']} withheld",
    )


def kept(found: dict[str, Any]) -> tuple[str, ...]:
    """What each way of protecting keeps of a dashboard's tables."""
    plain, ranged = found["withhold"], found["ranges in the blanks"]
    merged = next(row for name, row in found.items() if name.startswith("merge "))
    moved = "; ".join(
        f"{name}: error {row['error']}, {row['left open']} values left open"
        for name, row in found.items()
        if row.get("moved")
    )
    return (
        "what each way of protecting keeps",
        f"best merge: {merged['percent of people']} % of people shown",
        f"withholding {plain['percent of people']} %",
        f"ranges {ranged['wide']} wide; {moved}",
    )


def demo(found: dict[str, Any]) -> tuple[str, ...]:
    """The whole demo, by step."""
    steps = "; ".join(f"{step} {seconds} s" for step, seconds in found["steps"].items())
    return (
        f"the whole demo, {found['people']:,} children",
        f"{found['seconds']} s",
        "none",
        f"{found['rows']:,} rows: {steps}",
    )


if __name__ == "__main__":
    main()
