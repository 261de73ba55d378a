"""What may leave, as a file: written whole or not at all, and read again as an earlier release."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cairn.cli.cell_files import read_sheet
from cairn.cli.protect_order import MEASURED, PRINTED
from cairn.cli.voice import Unusable
from cairn.disclosure.rates import Row
from cairn.disclosure.table import ALL, RESULT, Key
from cairn.warehouse.read import ROW
from cairn.warehouse.sealed_file import put_bytes


@dataclass(frozen=True, slots=True)
class Earlier:
    """A published file read again: numbers by key, None where it withheld them."""

    name: str
    dims: tuple[str, ...]
    counts: Mapping[Key, int | None]
    recoded: frozenset[Key]


def text(dims: Sequence[str], rows: Iterable[Row], *, rates: bool, ranges: bool = False) -> str:
    """The published file; ``ranges``: with the columns of ranges."""
    groups = ["denominator", *(["denominator_range"] if ranges else []), "percentage"]
    shown = ["n", *(["range"] if ranges else []), *(groups if rates else []), "status"]
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow([*dims, *shown])
    for row in rows:
        said = {
            "n": _number(row.n),
            "denominator": _number(row.denominator),
            "percentage": row.percentage,
            "range": row.range,
            "denominator_range": row.denominator_range,
            "status": row.status.value,
        }
        writer.writerow([*row.key, *(said[name] for name in shown)])
    return sink.getvalue()


def _number(n: int | None) -> str:
    return "" if n is None else str(n)


def write(path: Path, content: str) -> None:
    """Whole under its name, or not there at all: a crash leaves what there was."""
    put_bytes(content.encode(), path)


def document(facts: Mapping[str, Any]) -> str:
    """The audit as it is kept."""
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def read(path: Path, dims: Sequence[str], *, rates: bool) -> Earlier:
    """An earlier release of the same people.

    Its dimensions must be among ``dims``; those it lacks are summed over. ``rates``: whether
    the cells have outcomes; a file of rates has three cells a row, any of them unsaid. Of a file
    of means the numbers of people are read.
    """
    sheet = read_sheet(path, ("n", "status"))
    own = [name for name in sheet.header if name not in {*PRINTED, *MEASURED}]
    if foreign := [name for name in own if name not in dims]:
        raise Unusable(
            f"{path.name}: counts by {foreign[0]}, which is not among --dims. If it is of the "
            "same people, name that dimension too, with its column in the cells; if it is of "
            "other people, leave the file out."
        )
    had_rates = "denominator" in sheet.header
    counts: dict[Key, int | None] = {}
    columns = {name: sheet.table.column(name).to_pylist() for name in sheet.header}
    recoded: set[Key] = set()
    for at, row in enumerate(sheet.table.column(ROW).to_pylist()):
        key = tuple((columns[dim][at] or "").strip() if dim in own else ALL for dim in dims)
        if not all(key):
            raise Unusable(
                f"{path.name}, row {row}: a dimension is empty. Give the file as published."
            )
        n = _read(path, row, "n", columns["n"][at])
        ranged = (columns.get("range") or [""] * (at + 1))[at]
        if ranged and n is not None:
            raise Unusable(
                f"{path.name}, row {row}: this number was rounded or has noise, so that nobody "
                "can tell what the two files give away together. Leave it out, and publish in one "
                "way only."
            )
        size = _read(path, row, "denominator", columns["denominator"][at]) if had_rates else n
        # A range says no more than the other numbers of its file: to be withheld is the same.
        as_range = columns["status"][at] == "range" and not ranged
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
    return Earlier(path.name, keyed, counts, frozenset(recoded))


def _read(path: Path, row: int, name: str, value: str | None) -> int | None:
    said = (value or "").strip()
    if said and not said.isdecimal():
        raise Unusable(
            f"{path.name}, row {row}, column {name}: not a whole number. Give the file as "
            "`cairn protect` wrote it."
        )
    return int(said) if said else None
