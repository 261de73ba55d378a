"""Write the file that gives each roster record its person: source, record_id, person_id."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from cairn.matching.clustering import keep_or_assign_person_ids
from cairn.matching.rosters import roster_file
from cairn.warehouse.engines import DuckDBEngine
from cairn.warehouse.readers import read_file
from cairn.warehouse.schema import UnreadableFile
from cairn.warehouse.store import open_temporary_file, publish_file

__all__ = [
    "PERSON_ID",
    "assign_roster_person_ids",
    "combine_rosters",
    "find_field_in_record_ids",
    "read_previous_person_file",
    "sort_person_table",
    "write_person_file",
]

PERSON_ID: Final = "person_id"
_RECORD_KEY: Final = "record_key"
_KEY_SEPARATOR: Final = "\x1f"
_ID_BYTES: Final = 10
_ID_DIGITS: Final = 2 * _ID_BYTES


def combine_rosters(rosters: Sequence[roster_file.Roster]) -> pa.Table:
    """Combine rosters into one table with a `record_key`; repeated rows are left out.

    Rows that differ under one record ID are separate records, ordered by their values.

    Args:
        rosters: the rosters of a run.
    Returns:
        Table[`ROSTER_FIELDS` and record_key].
    """
    rows = pa.concat_tables([_select_roster_fields(roster.table) for roster in rosters])
    key = pc.binary_join_element_wise(
        rows.column(roster_file.SOURCE), rows.column(roster_file.RECORD_ID), _KEY_SEPARATOR
    )
    rows = rows.append_column(_RECORD_KEY, key)
    counts = pc.value_counts(key)
    repeated_keys = counts.field("values").filter(pc.greater(counts.field("counts"), 1))
    if not len(repeated_keys):
        return rows
    is_repeated = pc.is_in(key, value_set=repeated_keys)
    separated = DuckDBEngine().query(
        _SEPARATE_REPEATED_SQL, {"repeated": rows.filter(is_repeated)}, [_KEY_SEPARATOR]
    )
    return pa.concat_tables([rows.filter(pc.invert(is_repeated)), separated.cast(rows.schema)])


_SEPARATE_REPEATED_SQL: Final = f"""
SELECT {", ".join(roster_file.ROSTER_FIELDS)},
CASE WHEN place = 1 THEN {_RECORD_KEY} ELSE {_RECORD_KEY} || ? || place END AS {_RECORD_KEY}
FROM (
  SELECT *, row_number()
  OVER (PARTITION BY {_RECORD_KEY} ORDER BY {", ".join(roster_file.ROSTER_FIELDS)}) AS place
  FROM (SELECT DISTINCT * FROM repeated)
) ORDER BY {_RECORD_KEY}, place
"""  # noqa: S608 - names of the fields


def format_record_key(source: str, record: str) -> str:
    """Format the record key that `combine_rosters` gives a record.

    Args:
        source: the source of the record.
        record: its record ID.
    Returns:
        The key.
    """
    return f"{source}{_KEY_SEPARATOR}{record}"


def _select_roster_fields(table: pa.Table) -> pa.Table:
    columns = {}
    for field in roster_file.ROSTER_FIELDS:
        kind = pa.date32() if field == "birth_date" else pa.string()
        is_present = field in table.column_names
        columns[field] = (
            table.column(field).cast(kind) if is_present else pa.nulls(len(table), kind)
        )
    return pa.table(columns)


def assign_roster_person_ids(
    rows: pa.Table, clusters: pa.Table, previous: pa.Table | None = None
) -> pa.Table:
    """Assign a person ID to every record. IDs are random: no information can be read from one.

    Args:
        rows: the combined records.
        clusters: Table[record_key: str, cluster: int64].
        previous: the table of an earlier run; a person found again keeps the ID.
    Returns:
        Table[source: str, record_id: str, person_id: str], in the order of `rows`.
    """
    if previous is None:
        ids = _draw_person_ids(clusters)
    else:
        ids = keep_or_assign_person_ids(
            clusters, _index_previous_ids(previous), new_id=lambda: secrets.token_hex(_ID_BYTES)
        )
    index = pc.index_in(
        rows.column(_RECORD_KEY), value_set=ids.column(_RECORD_KEY).combine_chunks()
    )
    labeled_rows = rows.select([roster_file.SOURCE, roster_file.RECORD_ID])
    return labeled_rows.append_column(PERSON_ID, ids.column(PERSON_ID).take(index))


def _index_previous_ids(previous: pa.Table) -> pa.Table:
    """Index the IDs of an earlier run by record key; an ID of two different children is dropped."""
    key = pc.binary_join_element_wise(
        previous.column(roster_file.SOURCE), previous.column(roster_file.RECORD_ID), _KEY_SEPARATOR
    )
    counts = pc.value_counts(key)
    unique_keys = counts.field("values").filter(pc.equal(counts.field("counts"), 1))
    known_ids = previous.select([PERSON_ID]).append_column(_RECORD_KEY, key)
    return known_ids.filter(pc.is_in(key, value_set=unique_keys))


def sort_person_table(table: pa.Table) -> pa.Table:
    """Sort by source and record ID and drop repeated rows.

    The order of files and rows, and how a source is split into files, make no difference to the
    result.

    Args:
        table: Table[source: str, record_id: str, person_id: str].
    Returns:
        The sorted table.
    """
    id_columns = [roster_file.SOURCE, roster_file.RECORD_ID]
    if len(table.group_by(id_columns).aggregate([])) < len(table):
        table = table.group_by([*id_columns, PERSON_ID]).aggregate([])
    return table.sort_by([(name, "ascending") for name in (*id_columns, PERSON_ID)])


def _draw_person_ids(clusters: pa.Table) -> pa.Table:
    encoded = clusters.column("cluster").combine_chunks().dictionary_encode()
    drawn = secrets.token_bytes(_ID_BYTES * len(encoded.dictionary)).hex()
    ids = pa.array(
        [drawn[i : i + _ID_DIGITS] for i in range(0, len(drawn), _ID_DIGITS)], pa.string()
    )
    return pa.table(
        {_RECORD_KEY: clusters.column(_RECORD_KEY), PERSON_ID: ids.take(encoded.indices)}
    )


def find_field_in_record_ids(rows: pa.Table) -> str:
    """Find the field that most record IDs repeat; if there is one, they are no mere row numbers.

    Args:
        rows: the combined records.
    Returns:
        "local_id", "state_id" or an empty text.
    """
    for field in ("local_id", "state_id"):
        same = pc.sum(pc.equal(rows.column(roster_file.RECORD_ID), rows.column(field))).as_py() or 0
        if 2 * same > rows.num_rows:
            return field
    return ""


def read_previous_person_file(path: Path) -> pa.Table:
    """Read the table of an earlier run.

    Args:
        path: the file of the earlier run.
    Returns:
        Table[source: str, record_id: str, person_id: str].
    Raises:
        InvalidRosterFile: the file is no such table.
    """
    try:
        (sheet,) = read_file(path.name, path.read_bytes())
    except (UnreadableFile, ValueError) as problem:
        raise roster_file.InvalidRosterFile(
            f"{path.name}: this is not a result of an earlier run. {problem}"
        ) from problem
    required_columns = [roster_file.SOURCE, roster_file.RECORD_ID, PERSON_ID]
    if not set(required_columns) <= set(sheet.header):
        raise roster_file.InvalidRosterFile(
            f"{path.name}: an earlier run's file has the columns {', '.join(required_columns)}."
        )
    return sheet.table.select(required_columns)


def write_person_file(table: pa.Table, path: Path) -> None:
    """Write a CSV file that only its owner can read, atomically: complete or not at all.

    Args:
        table: the table to write.
        path: where to write it.
    """
    quoted = any(
        pc.any(pc.match_substring_regex(column, '[",\\r\\n]')).as_py()
        for column in table.columns
        if pa.types.is_string(column.type)
    )
    style = "needed" if quoted else "none"
    with open_temporary_file(path.parent) as file:
        csv.write_csv(table, file, csv.WriteOptions(quoting_style=style, quoting_header=style))
        publish_file(file, path)
