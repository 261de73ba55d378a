"""Measure the whole of `cairn receive` on one large file, beside DuckDB and Spark.

Cairn is run as the command that a data manager types: it starts, asks whether the sender may send,
detects the file's form, reads it, keeps the columns that the agreement covers, encrypts and records
the submission, converts and checks every row, and reports. DuckDB reads the same file and writes
the same columns, typed, to Parquet. So does Spark, where it is installed. Each is a process of its
own, so that all pay for their start and each tells its peak of memory; they run one after the
other, in turns. With `CAIRN_ENGINE=spark` Cairn converts the cells on Spark too.

Two kinds of files: a roster, in which every row names another child and nearly every column is
imported; and enrollments, of 200 bytes a row, 25 rows a child, half of whose columns nobody agreed
to share.

    python benchmarks/receive.py --rows 1000000
    python benchmarks/receive.py --kind enrollment --rows 10000000 --rounds 1
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

RACES = ("White", "Black or African American", "Hispanic/Latino", "Asian", "Two or more races")
DUCKDB = """
import sys, duckdb
file, target, columns = sys.argv[1:]
duckdb.sql(f\"\"\"COPY (SELECT {columns} FROM read_csv('{file}', all_varchar = true))
TO '{target}' (FORMAT parquet, COMPRESSION zstd)\"\"\")
"""
SPARK = """
import sys
from cairn.warehouse.engines import open_spark_session
file, target, columns = sys.argv[1:]
spark = open_spark_session()
rows = spark.read.csv(file, header=True).selectExpr(*columns.splitlines())
rows.write.parquet(target, compression="zstd")
spark.stop()
"""
CAIRN = ("-c", "from cairn.interfaces.cli.main import app; app()")
SENDER = ("--from", "alder-creek-sd", "--under", "RC-DSA-01", "--period", "2025-26")
ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its columns, the field of each that is imported, and which are dates."""

    record: str
    columns: dict[str, str]
    dates: frozenset[str]

    def write_mapping(self, file: Path) -> None:
        """Write the column mapping."""
        lines = [f'"{name}" = "{field}"' for name, field in self.columns.items() if field]
        text = "\n".join([f'record = "{self.record}"', "[columns]", *lines])
        file.write_text(text + "\n", "utf-8")

    def list_typed_columns(self) -> str:
        """Return the imported columns with their types, as DuckDB selects them."""
        return ", ".join(
            f"strptime(\"{name}\", '%m/%d/%Y')::DATE AS {field}"
            if name in self.dates
            else f'"{name}" AS {field}'
            for name, field in self.columns.items()
            if field
        )

    def list_spark_columns(self) -> str:
        """Return the same columns as Spark selects them, one in a line."""
        return "\n".join(
            f"to_date(`{name}`, 'MM/dd/yyyy') AS {field}"
            if name in self.dates
            else f"`{name}` AS {field}"
            for name, field in self.columns.items()
            if field
        )


KINDS = {
    "roster": FileKind(
        "student",
        {
            "Student Number": "local_id",
            "State Student ID": "state_id",
            "Last Name": "family_name",
            "First Name": "given_name",
            "Birthdate": "birth_date",
            "Gender": "gender",
            "Race/Ethnicity": "race_ethnicity",
            "Home Language": "home_language",
            "City": "city",
            "ZIP": "postal_code",
            "Meal Status": "",
        },
        frozenset({"Birthdate"}),
    ),
    "enrollment": FileKind(
        "enrollment",
        {
            "Student Number": "local_id",
            "Last Name": "",
            "First Name": "",
            "School Number": "school_id",
            "School": "school_name",
            "Grade": "grade",
            "School Year": "school_year",
            "Entry Date": "entry_date",
            "Exit Date": "exit_date",
            "Exit Code": "exit_type",
            "Course": "",
            "Section": "",
            "Teacher": "",
            "Room": "",
            "Period": "",
            "Credit": "",
            "Entered By": "",
            "Entered At": "",
            "Remarks": "",
        },
        frozenset({"Entry Date", "Exit Date"}),
    ),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One process: its time by the clock and of all processors, and its peak of memory."""

    seconds: float
    processor_seconds: float
    megabytes: float


def main() -> None:
    """Print the seconds and the memory of each, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=tuple(KINDS), default="roster")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        result = measure_receive(Path(name), args.kind, args.rows, args.rounds)
    print(json.dumps(result) if args.json else format_result(result))


def measure_receive(folder: Path, kind_name: str, rows: int, rounds: int) -> dict[str, Any]:
    """Receive the same file in a fresh part of a demonstration each round, and copy it."""
    kind = KINDS[kind_name]
    file, mapping, data = folder / "rows.csv", folder / "mapping.toml", folder / "data"
    write_rows(file, kind_name, rows)
    kind.write_mapping(mapping)
    # An installed program is compiled, and the demonstration compiles what is not yet.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    demo = ("demo", "--no-serve", "--people", "200", "--data", str(data))
    run_process((*CAIRN, *demo), environment)
    has_spark = find_spec("pyspark") is not None and shutil.which("java") is not None
    ours, theirs, sparks = [], [], []
    for number in range(rounds):
        with file.open("a", encoding="utf-8") as out:
            # The same bytes would be recognized as the file of the round before.
            out.writelines(iterate_lines(kind_name, range(rows + number, rows + number + 1)))
        slot = ("--feed", f"large-{kind_name}", "--part", f"round {number}")
        command = ("receive", str(file), *SENDER, *slot, "--mapping", str(mapping), "--yes")
        ours.append(run_process((*CAIRN, *command, "--data", str(data)), environment))
        target = str(folder / f"{number}.parquet")
        copy = ("-c", DUCKDB, str(file), target, kind.list_typed_columns())
        theirs.append(run_process(copy, environment))
        if has_spark:
            target = str(folder / f"{number}.spark")
            copy = ("-c", SPARK, str(file), target, kind.list_spark_columns())
            sparks.append(run_process(copy, environment))
    best_cairn = min(ours, key=lambda run: run.seconds)
    best_duckdb = min(theirs, key=lambda run: run.seconds)
    return {
        "kind": kind_name,
        "rows": rows,
        "megabytes": round(file.stat().st_size / 1e6, 1),
        "cairn_seconds": round(best_cairn.seconds, 1),
        "cairn_processor_seconds": round(best_cairn.processor_seconds, 1),
        "cairn_megabytes": round(max(run.megabytes for run in ours)),
        "duckdb_seconds": round(best_duckdb.seconds, 1),
        "duckdb_processor_seconds": round(best_duckdb.processor_seconds, 1),
        "duckdb_megabytes": round(max(run.megabytes for run in theirs)),
        "times_duckdb": round(best_cairn.seconds / best_duckdb.seconds, 2),
        "times_duckdb_processor": round(
            best_cairn.processor_seconds / best_duckdb.processor_seconds, 2
        ),
        # What its Java process takes of processors and memory is not told to its parent.
        "spark_seconds": round(min(run.seconds for run in sparks), 1) if sparks else None,
    }


def run_process(options: Sequence[str], environment: dict[str, str]) -> Run:
    """Run Python with options; stop the benchmark with its message if it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed words
        [sys.executable, *options], stdout=subprocess.DEVNULL, env=environment
    )
    _pid, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"Stopped: {options[:3]}")
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def write_rows(file: Path, kind: str, rows: int) -> None:
    """Write a file of invented children, in a layout that a district's system exports."""
    with file.open("w", encoding="utf-8") as out:
        out.write(",".join(KINDS[kind].columns) + "\n")
        for start in range(0, rows, ROWS_AT_ONCE):
            out.writelines(iterate_lines(kind, range(start, min(start + ROWS_AT_ONCE, rows))))


def iterate_lines(kind: str, rows: range) -> Iterator[str]:
    """Yield some lines of a file."""
    return iterate_roster(rows) if kind == "roster" else iterate_enrollments(rows)


def iterate_roster(rows: range) -> Iterator[str]:
    """Yield lines of a roster: every row is another child."""
    for index in rows:
        yield (
            f"{100_000 + index},{90_000_000 + index},Family{index % 7_919},Given{index % 997},"
            f"{DAYS[index * 7 % len(DAYS)]},{'FM'[index % 2]},{RACES[index % len(RACES)]},"
            f"{'Spanish' if index % 9 == 0 else 'English'},Town {index % 12},"
            f"{22_900 + index % 50},F\n"
        )


def iterate_enrollments(rows: range) -> Iterator[str]:
    """Yield lines of enrollments in sections: 25 rows a child."""
    for index in rows:
        child, year = index // 25, 2021 + index % 5
        school = child % 60
        yield (
            f"{100_000 + child},Family{child % 7_919},Given{child % 997},{1_000 + school},"
            f"Invented School {school},{index % 12 + 1},{year}-{year - 1999},08/25/{year},"
            f"06/{10 + child % 9}/{year + 1},T,Course {index % 320},{school}-{index % 4_000},"
            f"Teacher {index % 2_500},Room {index % 90},{index % 8 + 1},0.5,office{index % 40},"
            f"{year}-08-{20 + index % 9}T08:{index % 60:02}:00,"
            "Entered at the front desk as the family said\n"
        )


DAYS = [(date(2008, 1, 1) + timedelta(days=day)).strftime("%m/%d/%Y") for day in range(5_000)]


def format_result(result: dict[str, Any]) -> str:
    """Format the result for people."""
    spark = (
        f"  Spark, read and write typed:  {result['spark_seconds']:>7} s\n"
        if result["spark_seconds"] is not None
        else "  Spark is not installed here.\n"
    )
    return (
        f"{result['kind']}, {result['rows']:,} rows ({result['megabytes']} MB of CSV)\n"
        f"  cairn receive, whole command: {result['cairn_seconds']:>7} s "
        f"({result['cairn_processor_seconds']} s of processors), "
        f"{result['cairn_megabytes']:,} MB of memory\n"
        f"  DuckDB, read and write typed: {result['duckdb_seconds']:>7} s "
        f"({result['duckdb_processor_seconds']} s of processors), "
        f"{result['duckdb_megabytes']:,} MB of memory\n"
        f"{spark}"
        f"  Cairn takes {result['times_duckdb']} times as long as DuckDB "
        f"({result['times_duckdb_processor']} times by processors)."
    )


if __name__ == "__main__":
    main()
