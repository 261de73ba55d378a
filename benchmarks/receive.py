"""Measure the whole of `cairn receive` on one large file, beside DuckDB.

Cairn is run as the command that a data manager types: it starts, asks whether the sender may send,
detects the file's form, reads it, keeps the columns that the agreement covers, encrypts and records
the submission, converts and checks every row, and reports. DuckDB reads the same file and writes
the same columns, typed, to Parquet. Each is a process of its own, so that both pay for their start
and each tells its peak of memory; they run one after the other, in turns.

    python benchmarks/receive.py --rows 1000000
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

COLUMNS = (
    *("Student Number", "State Student ID", "Last Name", "First Name", "Birthdate", "Gender"),
    *("Race/Ethnicity", "Home Language", "City", "ZIP", "Meal Status"),
)
RACES = ("White", "Black or African American", "Hispanic/Latino", "Asian", "Two or more races")
MAPPING = """record = "student"
[columns]
"Student Number" = "local_id"
"State Student ID" = "state_id"
"Last Name" = "family_name"
"First Name" = "given_name"
"Birthdate" = "birth_date"
"Gender" = "gender"
"Race/Ethnicity" = "race_ethnicity"
"Home Language" = "home_language"
"City" = "city"
"ZIP" = "postal_code"
"""
DUCKDB = """
import sys, duckdb
file, target = sys.argv[1:]
duckdb.sql(f\"\"\"COPY (
    SELECT "Student Number" AS local_id, "State Student ID" AS state_id, "Last Name" AS family_name,
           "First Name" AS given_name, strptime("Birthdate", '%m/%d/%Y')::DATE AS birth_date,
           "Gender" AS gender, "Race/Ethnicity" AS race_ethnicity, "Home Language" AS home_language,
           "City" AS city, "ZIP" AS postal_code
    FROM read_csv('{file}', all_varchar = true)
) TO '{target}' (FORMAT parquet, COMPRESSION zstd)\"\"\")
"""
CAIRN = ("-c", "from cairn.interfaces.cli.main import app; app()")
SENDER = ("--from", "alder-creek-sd", "--under", "RC-DSA-01", "--period", "2025-26")


@dataclass(frozen=True, slots=True)
class Run:
    """One process: its time by the clock and of all processors, and its peak of memory."""

    seconds: float
    processor_seconds: float
    megabytes: float


def main() -> None:
    """Print the seconds and the memory of both, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        result = measure_receive(Path(name), args.rows, args.rounds)
    print(json.dumps(result) if args.json else format_result(result))


def measure_receive(folder: Path, rows: int, rounds: int) -> dict[str, Any]:
    """Receive the same file in a fresh part of a demonstration each round, and copy it."""
    file, mapping, data = folder / "students.csv", folder / "mapping.toml", folder / "data"
    write_roster(file, rows)
    mapping.write_text(MAPPING, "utf-8")
    run_process((*CAIRN, "demo", "--no-serve", "--people", "200", "--data", str(data)))
    ours, theirs = [], []
    for number in range(rounds):
        slot = ("--feed", "large-roster", "--part", f"round {number}")
        source = folder / f"students-{number}.csv"
        # The same bytes would be recognized as the file of the round before.
        source.write_bytes(file.read_bytes() + f"9{number},,Round,Extra,01/02/2015\n".encode())
        command = ("receive", str(source), *SENDER, *slot, "--mapping", str(mapping))
        ours.append(run_process((*CAIRN, *command, "--data", str(data))))
        theirs.append(run_process(("-c", DUCKDB, str(file), str(folder / f"{number}.parquet"))))
        source.unlink()
    best_cairn = min(ours, key=lambda run: run.seconds)
    best_duckdb = min(theirs, key=lambda run: run.seconds)
    return {
        "rows": rows,
        "megabytes": round(file.stat().st_size / 1e6, 1),
        "cairn_seconds": round(best_cairn.seconds, 1),
        "cairn_processor_seconds": round(best_cairn.processor_seconds, 1),
        "cairn_megabytes": round(max(run.megabytes for run in ours)),
        "duckdb_seconds": round(best_duckdb.seconds, 1),
        "duckdb_processor_seconds": round(best_duckdb.processor_seconds, 1),
        "duckdb_megabytes": round(max(run.megabytes for run in theirs)),
        "times_duckdb": round(best_cairn.seconds / best_duckdb.seconds, 2),
    }


def run_process(options: Sequence[str]) -> Run:
    """Run Python with options; stop the benchmark with its message if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed words
        [sys.executable, *options], stdout=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"Stopped: {options[:3]}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def write_roster(file: Path, rows: int) -> None:
    """Write a roster of invented children, in a layout that a district's system exports."""
    first_day = date(2008, 1, 1)
    days = [(first_day + timedelta(days=day)).strftime("%m/%d/%Y") for day in range(5_000)]
    with file.open("w", encoding="utf-8") as out:
        out.write(",".join(COLUMNS) + "\n")
        for index in range(rows):
            out.write(
                f"{100_000 + index},{90_000_000 + index},Family{index % 7_919},Given{index % 997},"
                f"{days[index * 7 % len(days)]},{'FM'[index % 2]},{RACES[index % len(RACES)]},"
                f"{'Spanish' if index % 9 == 0 else 'English'},Town {index % 12},"
                f"{22_900 + index % 50},F\n"
            )


def format_result(result: dict[str, Any]) -> str:
    """Format the result for people."""
    return (
        f"{result['rows']:,} rows ({result['megabytes']} MB of CSV)\n"
        f"  cairn receive, whole command: {result['cairn_seconds']:>7} s "
        f"({result['cairn_processor_seconds']} s of processors), "
        f"{result['cairn_megabytes']:,} MB of memory\n"
        f"  DuckDB, read and write typed: {result['duckdb_seconds']:>7} s "
        f"({result['duckdb_processor_seconds']} s of processors), "
        f"{result['duckdb_megabytes']:,} MB of memory\n"
        f"  Cairn takes {result['times_duckdb']} times as long."
    )


if __name__ == "__main__":
    main()
