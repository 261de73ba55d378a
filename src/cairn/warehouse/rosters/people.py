"""Rosters → the file of who is who: source, record_id, person_id."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from cairn.warehouse import person
from cairn.warehouse.engines.duckdb import DuckDB
from cairn.warehouse.read import Unreadable, read_file
from cairn.warehouse.rosters.columns import FIELDS, RECORD_ID, SOURCE
from cairn.warehouse.rosters.roster import NoRoster, Roster
from cairn.warehouse.sealed_file import put, temporary

PERSON_ID: Final = "person_id"
_KEY: Final = "record_key"
_BETWEEN: Final = "\x1f"
_BYTES: Final = 10
_HEX: Final = 2 * _BYTES


def records(rosters: Sequence[Roster]) -> pa.Table:
    """Every record once, with a ``record_key``; a row that comes again is left out.

    Rows that differ under one record id are records of their own, in the order of what they say.
    """
    rows = pa.concat_tables([_whole(roster.table) for roster in rosters])
    key = pc.binary_join_element_wise(rows.column(SOURCE), rows.column(RECORD_ID), _BETWEEN)
    rows = rows.append_column(_KEY, key)
    counts = pc.value_counts(key)
    again = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if not len(again):
        return rows
    repeated = pc.is_in(key, value_set=again)
    apart = DuckDB().query(_APART, {"repeated": rows.filter(repeated)}, [_BETWEEN])
    return pa.concat_tables([rows.filter(pc.invert(repeated)), apart.cast(rows.schema)])


_APART: Final = f"""
SELECT {", ".join(FIELDS)}, CASE WHEN place = 1 THEN {_KEY} ELSE {_KEY} || ? || place END AS {_KEY}
FROM (
  SELECT *, row_number() OVER (PARTITION BY {_KEY} ORDER BY {", ".join(FIELDS)}) AS place
  FROM (SELECT DISTINCT * FROM repeated)
) ORDER BY {_KEY}, place
"""  # noqa: S608 - names of the fields


def record_key(source: str, record: str) -> str:
    """How ``records`` calls a record."""
    return f"{source}{_BETWEEN}{record}"


def _whole(table: pa.Table) -> pa.Table:
    columns = {}
    for field in FIELDS:
        kind = pa.date32() if field == "birth_date" else pa.string()
        here = field in table.column_names
        columns[field] = table.column(field).cast(kind) if here else pa.nulls(len(table), kind)
    return pa.table(columns)


def numbered(rows: pa.Table, clusters: pa.Table, previous: pa.Table | None = None) -> pa.Table:
    """``source``, ``record_id`` and ``person_id`` of every record of ``rows``, in their order.

    ``clusters``: record_key, cluster. ``previous``: an earlier such table; who is found again
    keeps the id. Ids are random: nothing can be read from one.
    """
    if previous is None:
        ids = _fresh(clusters)
    else:
        ids = person.assign(clusters, _known(previous), new_id=lambda: secrets.token_hex(_BYTES))
    at = pc.index_in(rows.column(_KEY), value_set=ids.column(_KEY).combine_chunks())
    told = rows.select([SOURCE, RECORD_ID])
    return told.append_column(PERSON_ID, ids.column(PERSON_ID).take(at))


def _known(previous: pa.Table) -> pa.Table:
    """The ids of an earlier run by record key; an id that stood for two children is nobody's."""
    key = pc.binary_join_element_wise(previous.column(SOURCE), previous.column(RECORD_ID), _BETWEEN)
    counts = pc.value_counts(key)
    once = counts.field("values").filter(pc.equal(counts.field("counts"), 1))
    told = previous.select([PERSON_ID]).append_column(_KEY, key)
    return told.filter(pc.is_in(key, value_set=once))


def in_order(table: pa.Table) -> pa.Table:
    """By source and record id: the order of files and rows, and how a source is split into files,
    make no difference to the answer. Nothing is said twice."""
    named = [SOURCE, RECORD_ID]
    if len(table.group_by(named).aggregate([])) < len(table):
        table = table.group_by([*named, PERSON_ID]).aggregate([])
    return table.sort_by([(name, "ascending") for name in (*named, PERSON_ID)])


def _fresh(clusters: pa.Table) -> pa.Table:
    encoded = clusters.column("cluster").combine_chunks().dictionary_encode()
    drawn = secrets.token_bytes(_BYTES * len(encoded.dictionary)).hex()
    ids = pa.array([drawn[i : i + _HEX] for i in range(0, len(drawn), _HEX)], pa.string())
    return pa.table({_KEY: clusters.column(_KEY), PERSON_ID: ids.take(encoded.indices)})


def record_ids_tell(rows: pa.Table) -> str:
    """The field that most record ids repeat, if any: then they are no mere row numbers."""
    for field in ("local_id", "state_id"):
        same = pc.sum(pc.equal(rows.column(RECORD_ID), rows.column(field))).as_py() or 0
        if 2 * same > rows.num_rows:
            return field
    return ""


def earlier(path: Path) -> pa.Table:
    """The table of an earlier run. Raises `NoRoster` where the file is none."""
    try:
        (sheet,) = read_file(path.name, path.read_bytes())
    except (Unreadable, ValueError) as problem:
        raise NoRoster(f"{path.name}: this is no file of an earlier run. {problem}") from problem
    wanted = [SOURCE, RECORD_ID, PERSON_ID]
    if not set(wanted) <= set(sheet.header):
        raise NoRoster(f"{path.name}: an earlier run's file has the columns {', '.join(wanted)}.")
    return sheet.table.select(wanted)


def write(table: pa.Table, path: Path) -> None:
    """A CSV file that only its owner can read: whole under its name, or not there at all."""
    quoted = any(
        pc.any(pc.match_substring_regex(column, '[",\\r\\n]')).as_py()
        for column in table.columns
        if pa.types.is_string(column.type)
    )
    style = "needed" if quoted else "none"
    with temporary(path.parent) as file:
        csv.write_csv(table, file, csv.WriteOptions(quoting_style=style, quoting_header=style))
        put(file, path)
