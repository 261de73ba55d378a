"""Measure the rows per second from a partner's file to conformed rows, beside DuckDB.

Both engines start from the same CSV file and end with a Parquet file on the same disk, in the same
run, one after the other. Cairn also detects encoding, separator and header, drops columns that no
agreement covers, converts dates and codes, sets bad rows aside with reasons, writes a report, and
encrypts twice (the landed and the conformed file). DuckDB detects the types and writes the rows.

    python benchmarks/conform.py --rows 1000000
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from cairn.policy.engine.decision import Permit, Reason, conclude_decision
from cairn.policy.law.rule_card import RuleCard
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.decisions import Outcome
from cairn.warehouse.pipeline.conform import conform_landed_file
from cairn.warehouse.pipeline.landing import land_sheets
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema.column_mapping import ColumnMapping
from cairn.warehouse.schema.elements import get_record_type
from cairn.warehouse.store.file_store import FileStore
from cairn.warehouse.store.keys import KeyRing

HEADER = "Student ID,First Name,Last Name,DOB,Gender,Race,City,Zip,Home Language,Lunch"
MAPPING = ColumnMapping(
    record="student",
    columns={
        "Student ID": "local_id",
        "First Name": "given_name",
        "Last Name": "family_name",
        "DOB": "birth_date",
        "Gender": "gender",
        "Race": "race_ethnicity",
        "City": "city",
        "Zip": "postal_code",
        "Home Language": "home_language",
    },
)
RACES = ("White", "Black or African American", "Hispanic/Latino", "Asian", "Two or more races")
BAD_EVERY = 1_000


def main() -> None:
    """Print the rows per second of Cairn and DuckDB, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        folder = Path(name)
        file = folder / "roster.csv"
        write_roster(file, args.rows)
        cairn_seconds, duckdb_seconds = [], []
        for number in range(args.rounds):
            cairn_seconds.append(
                measure_seconds(lambda target=folder / f"ours-{number}": conform_file(file, target))
            )
            duckdb_seconds.append(
                measure_seconds(
                    lambda target=folder / f"duckdb-{number}.parquet": copy_file(file, target)
                )
            )
        result = {
            "rows": args.rows,
            "megabytes": round(file.stat().st_size / 1e6, 1),
            "cairn_rows_per_second": round(args.rows / min(cairn_seconds)),
            "duckdb_rows_per_second": round(args.rows / min(duckdb_seconds)),
            "times_duckdb": round(min(cairn_seconds) / min(duckdb_seconds), 2),
        }
    print(json.dumps(result) if args.json else format_result(result))


def format_result(result: dict[str, float]) -> str:
    """Format the result for people."""
    return (
        f"{result['rows']:,} rows ({result['megabytes']} MB of CSV)\n"
        f"  Cairn, file to conformed:   {result['cairn_rows_per_second']:>12,} rows a second\n"
        f"  DuckDB, read and write:     {result['duckdb_rows_per_second']:>12,} rows a second\n"
        f"  Cairn takes {result['times_duckdb']} times as long."
    )


def measure_seconds(work: Callable[[], None]) -> float:
    """Measure the seconds that some work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def conform_file(file: Path, folder: Path) -> None:
    """Land and conform a file: everything Cairn does between its bytes and conformed rows."""
    store = FileStore(folder, KeyRing(os.urandom(32)))
    sheets = read_file(file.name, file.read_bytes())
    landed = land_sheets(store, sheets, MAPPING, permit=issue_permit(Action.RECEIVE))
    conformed = conform_landed_file(store, landed.ref, MAPPING, permit=issue_permit(Action.CONFORM))
    if conformed.report.rows_in != conformed.report.rows_kept or not conformed.report.cells_blanked:
        raise SystemExit("The rows did not come out as they were made.")


def copy_file(file: Path, target: Path) -> None:
    """Copy CSV to Parquet with DuckDB, which uses as many threads as there are cores."""
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM read_csv('{file}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )


def issue_permit(action: Action) -> Permit:
    """Issue a permit for one step over every element but the meal status."""
    card = RuleCard("BENCHMARK", "a benchmark", "It may.", "It may.", "Nothing.")
    fields = get_record_type("student").fields.values()
    elements = {field.element: Outcome.ALLOW for field in fields if field.name != "meal_status"}
    return conclude_decision(
        action,
        "benchmark",
        date(2026, 1, 15),
        [Reason(card, Outcome.ALLOW)],
        facts=[action],
        elements=elements,
    ).require()


def write_roster(file: Path, rows: int) -> None:
    """Write a roster of synthetic children; one birth date in a thousand does not exist."""
    first_day = date(2008, 1, 1)
    days = [(first_day + timedelta(days=day)).strftime("%m/%d/%Y") for day in range(5_000)]
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for index in range(rows):
            birth_date = "02/30/2015" if index % BAD_EVERY == 0 else days[index * 7 % len(days)]
            out.write(
                f"{100_000 + index},Given{index % 997},Family{index % 7_919},{birth_date},"
                f"{'FM'[index % 2]},{RACES[index % len(RACES)]},Town {index % 12},"
                f"{22_900 + index % 50},{'Spanish' if index % 9 == 0 else 'English'},F\n"
            )


if __name__ == "__main__":
    main()
