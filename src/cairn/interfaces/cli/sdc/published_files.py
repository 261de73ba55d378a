"""Write a published file completely or not at all, and read one again as an earlier release."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cairn.interfaces.cli.output import CommandUsageError
from cairn.interfaces.cli.sdc.cell_files import read_matching_sheet
from cairn.interfaces.cli.sdc.protect_options import COUNT_COLUMNS, MEASURE_COLUMNS
from cairn.sdc.tables import ALL, RESULT, Key, PrintedRow
from cairn.warehouse.exporters import escape_formula, restore_formula
from cairn.warehouse.schema import ROW_COLUMN
from cairn.warehouse.store import write_bytes_atomically


@dataclass(frozen=True, slots=True)
class EarlierFile:
    """Hold a published file that was read again.

    Args:
        name: of the file.
        dims: names of the dimensions of each key.
        counts: numbers by key, None where the file withheld them.
        recoded: keys that it showed as a percentage only.
    """

    name: str
    dims: tuple[str, ...]
    counts: Mapping[Key, int | None]
    recoded: frozenset[Key]


def format_published_file(
    dims: Sequence[str], rows: Iterable[PrintedRow], *, rates: bool, ranges: bool = False
) -> str:
    """Format the published file; ``ranges``: with the columns of ranges."""
    groups = ["denominator", *(["denominator_range"] if ranges else []), "percentage"]
    shown = ["n", *(["range"] if ranges else []), *(groups if rates else []), "status"]
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([*dims, *shown])
    for row in rows:
        cells = {
            "n": _format_number(row.n),
            "denominator": _format_number(row.denominator),
            "percentage": row.percentage,
            "range": row.range,
            "denominator_range": row.denominator_range,
            "status": row.status.value,
        }
        writer.writerow([*map(escape_formula, row.key), *(cells[name] for name in shown)])
    return sink.getvalue()


def _format_number(n: int | None) -> str:
    return "" if n is None else str(n)


def write_text_file(path: Path, content: str) -> None:
    """Write the complete content under its name, or nothing: a crash leaves the previous file."""
    write_bytes_atomically(content.encode(), path)


def format_audit_file(facts: Mapping[str, Any]) -> str:
    """Format the audit for AUDIT.json."""
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def read_published_file(path: Path, dims: Sequence[str], *, rates: bool) -> EarlierFile:
    """Read an earlier release of the same people.

    Its dimensions must be among ``dims``; those it lacks are summed over. A file of rates has three
    cells a row, and any may lack a number. Of a file of means the numbers of people are read.

    Args:
        path: the file.
        dims: names of the dimensions of now.
        rates: whether the cells have outcomes.

    Returns:
        The numbers of the file by the dimensions of now.

    Raises:
        Unusable: the file is not as `cairn protect` wrote it, or counts by other dimensions.
    """
    sheet = read_matching_sheet(path, ("n", "status"))
    own_dims = [name for name in sheet.header if name not in {*COUNT_COLUMNS, *MEASURE_COLUMNS}]
    if foreign := [name for name in own_dims if name not in dims]:
        raise CommandUsageError(
            f"{path.name}: the file counts by {foreign[0]}, which is not among --dims. If it is "
            "about the same people, add that dimension and its column. If it is about other "
            "people, leave the file out."
        )
    had_rates = "denominator" in sheet.header
    counts: dict[Key, int | None] = {}
    columns = {name: sheet.table.column(name).to_pylist() for name in sheet.header}
    recoded: set[Key] = set()
    for index, row in enumerate(sheet.table.column(ROW_COLUMN).to_pylist()):
        key = tuple(
            restore_formula((columns[dim][index] or "").strip()) if dim in own_dims else ALL
            for dim in dims
        )
        if not all(key):
            raise CommandUsageError(
                f"{path.name}, row {row}: a dimension is empty. Use the file as published."
            )
        n = _read_count(path, row, "n", columns["n"][index])
        ranged = (columns.get("range") or [""] * (index + 1))[index]
        if ranged and n is not None:
            raise CommandUsageError(
                f"{path.name}, row {row}: this number was rounded or has noise, so Cairn cannot "
                "test what the two files reveal together. Leave the file out, and publish with one "
                "method only."
            )
        size = (
            _read_count(path, row, "denominator", columns["denominator"][index]) if had_rates else n
        )
        # A range adds nothing to the other numbers of its file: it counts as withheld.
        as_range = columns["status"][index] == "range" and not ranged
        if not rates:
            counts[key] = size
            recoded |= {key} if as_range and size is None else set()
            continue
        counts[*key, ALL] = size
        if had_rates:
            counts[*key, "yes"] = n
            counts[*key, "no"] = None if n is None or size is None else size - n
            if as_range:
                parts = {(*key, "yes"), (*key, "no")}
                recoded |= parts if size is not None else {*parts, (*key, ALL)}
    keyed = (*dims, RESULT) if rates else tuple(dims)
    return EarlierFile(path.name, keyed, counts, frozenset(recoded))


def _read_count(path: Path, row: int, name: str, value: str | None) -> int | None:
    digits = (value or "").strip()
    if digits and not digits.isdecimal():
        raise CommandUsageError(
            f"{path.name}, row {row}, column {name}: not a whole number. Use the file as "
            "`cairn protect` wrote it."
        )
    return int(digits) if digits else None
