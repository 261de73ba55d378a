"""One file of children → its records, in the fields that linkage knows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.elements import element
from cairn.warehouse.read import ReadNote, Sheet, Unreadable, read_file
from cairn.warehouse.read.sheet import ROW
from cairn.warehouse.rosters.columns import FIELDS, RECORD_ID, SOURCE, recognized
from cairn.warehouse.values import convert, text

_TYPED: Final = ("birth_date", "gender")


class NoRoster(Exception):
    """A file that holds no table of children. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Roster:
    """The records of one file, or of one delivery.

    ``table`` has ``source`` and any of ``columns.FIELDS``: text, but ``birth_date`` (date32).
    ``columns`` says what the file calls each field, ``unread`` how many cells of a field could
    not be read, ``unused`` which columns are no field. ``texts`` keeps the cells of typed fields
    as they were written, to see what else they may be. ``nameless`` rows came without a record
    id and go by their place in the file, as in "row 17".
    """

    name: str
    table: pa.Table
    columns: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    notes: tuple[ReadNote, ...] = ()
    texts: Mapping[str, pa.Array] = field(default_factory=dict)
    misfits: int = 0
    nameless: int = 0


def read(path: Path, *, on: date, leave_out: Collection[str] = ()) -> Roster:
    """The roster in a CSV, Excel, Parquet or zip file. ``leave_out``: columns that are not read.

    The source of a row is its column ``source``, else the file's name without its ending.
    """
    try:
        sheets = read_file(path.name, path.read_bytes())
    except Unreadable as problem:
        said = str(problem)
        raise NoRoster(said if path.name in said else f"{path.name}: {said}") from problem
    except OSError as problem:
        raise NoRoster(
            f"{path.name}: this file cannot be opened ({problem.strerror})."
        ) from problem
    sheet = _of_children(path.name, sheets)
    wanted = [h for h in sheet.header if h not in leave_out]
    return _roster(path, sheet, recognized(wanted), on)


def _of_children(name: str, sheets: list[Sheet]) -> Sheet:
    """The one sheet that has record ids."""
    fitting = [s for s in sheets if RECORD_ID in recognized(s.header)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        tabs = ", ".join(s.name for s in fitting)
        raise NoRoster(
            f"{name}: several tables have a column record_id ({tabs}). Give each a file of its own."
        )
    here = ", ".join(dict.fromkeys(h for s in sheets for h in s.header[:12]))
    raise NoRoster(
        f"{name}: no column is called record_id. Add one with a number or code that is different "
        f"in every row: it tells you afterwards which row is meant. Columns here: {here}."
    )


def _roster(path: Path, sheet: Sheet, columns: Mapping[str, str], on: date) -> Roster:
    made: dict[str, pa.Array] = {}
    texts: dict[str, pa.Array] = {}
    unread: dict[str, int] = {}
    notes = [n for n in sheet.notes if n.code in _WORTH_TELLING]
    for name in FIELDS:
        if name not in columns:
            continue
        cells = sheet.table[columns[name]].combine_chunks()
        if name not in _TYPED:
            made[name] = text(cells)
            continue
        done = convert(cells, element(f"student.{name}"), on=on)
        made[name], texts[name] = done.values, text(cells)
        if done.failed is not None:
            unread[name] = len(done.failed) - done.failed.null_count
        notes += done.notes
    nameless = made[RECORD_ID].null_count
    places = pc.binary_join_element_wise("row", sheet.table[ROW].cast(pa.string()), " ")
    made[RECORD_ID] = pc.coalesce(made[RECORD_ID], places.combine_chunks())
    stem = pa.scalar(path.stem)
    rows = sheet.table.num_rows
    made[SOURCE] = pc.fill_null(made[SOURCE], stem) if SOURCE in made else pa.repeat(stem, rows)
    return Roster(
        name=path.name,
        table=pa.table(made),
        columns=dict(columns),
        unread=unread,
        unused=tuple(h for h in sheet.header if h not in columns.values()),
        notes=tuple(notes),
        texts=texts,
        misfits=len(sheet.misfits),
        nameless=nameless,
    )


_WORTH_TELLING: Final = frozenset({"encoding", "title_rows", "short_rows", "duplicate_headers"})
