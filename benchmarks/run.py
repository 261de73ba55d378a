"""Run all benchmarks, one after the other, and print one Markdown table.

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
_CASE_OUTCOMES = ("right", "merged", "split")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--index-records", type=int, default=60_000)
    args = parser.parse_args()
    rows = [
        format_conform_row(run_benchmark("conform.py", "--rows", args.rows)),
        format_link_row(run_benchmark("link.py", "--people", args.people)),
        format_index_row(run_benchmark("index.py", *_list_index_options(args.index_records))),
        format_decide_row(run_benchmark("decide.py")),
        format_protect_row(run_benchmark("protect.py")),
        format_method_row(run_benchmark("protection_methods.py")),
        format_magnitude_row(run_benchmark("magnitude_tables.py")),
        format_demo_row(run_benchmark("demo.py", "--people", args.people)),
    ]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"Measured {date.today():%Y-%m-%d} on {machine}.\n")  # noqa: DTZ011 - the desk's own day
    hard_cases = run_benchmark("linkage/hard_cases.py")
    print("| what | Cairn | yardstick of the same run | detail |\n|---|---:|---:|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print("\n| hard cases of linkage | children | exactly right | merged | split |")
    print("|---|---:|---:|---:|---:|")
    for case, outcomes in hard_cases.items():
        cells = " | ".join(str(outcomes[name]) for name in ("children", *_CASE_OUTCOMES))
        print(f"| {case} | {cells} |")


def run_benchmark(script: str, *options: object) -> dict[str, Any]:
    """Run one benchmark in a process of its own, so that none warms another."""
    command = [sys.executable, str(HERE / script), "--json", *(str(option) for option in options)]
    completed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    figures: dict[str, Any] = json.loads(completed.stdout)
    return figures


def format_conform_row(figures: dict[str, Any]) -> tuple[str, ...]:
    """Format rows per second to conformed rows, beside DuckDB's own read and write."""
    return (
        "file to conformed rows",
        f"{figures['cairn_rows_per_second']:,} rows/s",
        f"DuckDB {figures['duckdb_rows_per_second']:,} rows/s",
        f"{figures['rows']:,} rows; {figures['times_duckdb']} times as long as DuckDB",
    )


def format_link_row(figures: dict[str, Any]) -> tuple[str, ...]:
    """Format records per second to people, beside Splink as documented."""
    cairn, splink = figures["cairn"], figures["splink"]
    return (
        "records to people",
        f"{cairn['records_per_second']:,} records/s",
        f"Splink {splink['records_per_second']:,} records/s",
        f"{cairn['seconds_ratio']} of Splink's time",
    )


def _list_index_options(records: int) -> tuple[object, ...]:
    """List the options for the index at one size, and for the order of arrival at a third of it."""
    return "--records", records, "--order-records", records // 3


def format_index_row(figures: dict[str, Any]) -> tuple[str, ...]:
    """Format the seconds of a delivery and of single children into the person index."""
    child_times = (
        f"one typed-in child {figures['one_child_median_ms']} ms (95th of 100: "
        f"{figures['one_child_p95_ms']} ms; processor {figures['one_child_processor_median_ms']} "
        f"ms; the disk confirms one write in {figures['disk_confirms_in_ms']} ms, each child waits "
        "twice)"
    )
    order_effect = f"in ten parts and another order: B-cubed {figures['b_cubed_of_orders']}"
    return (
        f"{figures['delta']:,} records into an index of {figures['records']:,}",
        f"{figures['delta_seconds']} s",
        f"the whole index at once {figures['whole_seconds']} s",
        f"{figures['delta_processor_seconds']} s of processor; {child_times}; {order_effect}",
    )


def format_decide_row(figures: dict[str, Any]) -> tuple[str, ...]:
    """Format the children decided in one request, beside Cedar on the same facts."""
    timing = f"{figures['people']:,} children in {figures['cairn_seconds']} s, every reason told"
    agreement = f"both allow the same {figures['allowed']:,}"
    return (
        "children decided in one request",
        f"{figures['cairn_per_second']:,} children/s",
        f"Cedar {figures['cedar_per_second']:,} children/s",
        f"{timing}; {figures['times_as_fast']} times as fast; {agreement}",
    )


def format_protect_row(figures: dict[str, Any]) -> tuple[str, ...]:
    """Format a dashboard's protected tables, where empty groups are always shown."""
    shown, cover = figures["shown"], figures["cover"]
    withheld = f"{shown['small']} small, {shown['complementary']} complementary"
    with_cover = f"{cover['complementary']} in {cover['seconds']} s"
    return (
        "a dashboard's tables protected",
        f"{shown['seconds']} s",
        "none",
        f"{shown['cells']:,} cells, {withheld}; where empty groups may cover: {with_cover}",
    )


def format_magnitude_row(figures: dict[str, Any]) -> tuple[str, ...]:
    """Format the protected means, beside the counts alone."""
    days, amounts = figures["means of days absent"], figures["means of amounts"]
    return (
        "means of what children have",
        f"{days['seconds']} s, {days['withheld']} withheld",
        f"counts alone {figures['counts alone']['seconds']} s",
        f"amounts with a long tail {amounts['seconds']} s, {amounts['withheld']} withheld",
    )


def format_method_row(rows: dict[str, Any]) -> tuple[str, ...]:
    """Format how much of a dashboard's tables each protection method keeps."""
    suppression, ranges = rows["withhold"], rows["ranges in the blanks"]
    merge = next(row for name, row in rows.items() if name.startswith("merge "))
    perturbations = "; ".join(
        f"{name}: error {row['error']}, {row['left open']} values left open"
        for name, row in rows.items()
        if row.get("moved")
    )
    return (
        "what each way of protecting keeps",
        f"best merge: {merge['percent of people']} % of people shown",
        f"withholding {suppression['percent of people']} %",
        f"ranges {ranges['wide']} wide; {perturbations}",
    )


def format_demo_row(figures: dict[str, Any]) -> tuple[str, ...]:
    """Format the seconds of the whole demo, by step."""
    steps = "; ".join(f"{step} {seconds} s" for step, seconds in figures["steps"].items())
    return (
        f"the whole demo, {figures['people']:,} children",
        f"{figures['seconds']} s",
        "none",
        f"{figures['rows']:,} rows: {steps}",
    )


if __name__ == "__main__":
    main()
