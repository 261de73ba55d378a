"""Rows per second from a partner's file to conformed rows, against DuckDB's own read and write.

Both sides start from the same CSV file and end with a Parquet file on the same disk, in the same
run, taking turns. Ours also finds encoding, separator and header, drops what is not covered,
converts dates and codes, sets bad rows aside with reasons, writes a report, and encrypts, twice
(landed and conformed). DuckDB's guesses the types and writes them.

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
    """Print both sides and their ratio."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true", help="for machines")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="cairn-benchmark-") as name:
        folder = Path(name)
        file = folder / "roster.csv"
        write_roster(file, chosen.rows)
        ours, theirs = [], []
        for turn in range(chosen.rounds):
            ours.append(seconds(lambda to=folder / f"ours-{turn}": conform_file(file, to)))
            theirs.append(seconds(lambda to=folder / f"duckdb-{turn}.parquet": copy_file(file, to)))
        result = {
            "rows": chosen.rows,
            "megabytes": round(file.stat().st_size / 1e6, 1),
            "cairn_rows_per_second": round(chosen.rows / min(ours)),
            "duckdb_rows_per_second": round(chosen.rows / min(theirs)),
            "times_duckdb": round(min(ours) / min(theirs), 2),
        }
    print(json.dumps(result) if chosen.json else spoken(result))


def spoken(result: dict[str, float]) -> str:
    """The result for a person."""
    return (
        f"{result['rows']:,} rows ({result['megabytes']} MB of CSV)\n"
        f"  Cairn, file to conformed:   {result['cairn_rows_per_second']:>12,} rows a second\n"
        f"  DuckDB, read and write:     {result['duckdb_rows_per_second']:>12,} rows a second\n"
        f"  Cairn takes {result['times_duckdb']} times as long."
    )


def seconds(work: Callable[[], None]) -> float:
    """How long it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def conform_file(file: Path, folder: Path) -> None:
    """Everything Cairn does between a file's bytes and conformed rows."""
    store = FileStore(folder, KeyRing(os.urandom(32)))
    sheets = read_file(file.name, file.read_bytes())
    landed = land_sheets(store, sheets, MAPPING, permit=permit(Action.RECEIVE))
    done = conform_landed_file(store, landed.ref, MAPPING, permit=permit(Action.CONFORM))
    if done.report.rows_in != done.report.rows_kept or not done.report.cells_blanked:
        raise SystemExit("The rows did not come out as they were made.")


def copy_file(file: Path, target: Path) -> None:
    """DuckDB's own way from CSV to Parquet, with as many threads as there are cores."""
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM read_csv('{file}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"
        )


def permit(action: Action) -> Permit:
    """Leave for one step over every element but the meal status."""
    card = RuleCard("BENCHMARK", "a benchmark", "It may.", "It may.", "Nothing.")
    fields = get_record_type("student").fields.values()
    elements = {f.element: Outcome.ALLOW for f in fields if f.name != "meal_status"}
    return conclude_decision(
        action,
        "benchmark",
        date(2026, 1, 15),
        [Reason(card, Outcome.ALLOW)],
        facts=[action],
        elements=elements,
    ).require()


def write_roster(file: Path, rows: int) -> None:
    """Invented children; one birth date in a thousand does not exist."""
    first_day = date(2008, 1, 1)
    days = [(first_day + timedelta(days=d)).strftime("%m/%d/%Y") for d in range(5_000)]
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for i in range(rows):
            born = "02/30/2015" if i % BAD_EVERY == 0 else days[i * 7 % len(days)]
            out.write(
                f"{100_000 + i},Given{i % 997},Family{i % 7_919},{born},{'FM'[i % 2]},"
                f"{RACES[i % len(RACES)]},Town {i % 12},{22_900 + i % 50},"
                f"{'Spanish' if i % 9 == 0 else 'English'},F\n"
            )


if __name__ == "__main__":
    main()
