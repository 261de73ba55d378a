"""Join tables of one archive by their keys."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.schema import ROW_COLUMN


def join_columns(
    table: pa.Table, foreign: str, other: pa.Table, names: Mapping[str, str], key: str
) -> pa.Table:
    """Add the columns of the row to which a column points.

    Args:
        table: the table that gets the columns.
        foreign: its column that points; of several keys with commas, the first.
        other: the table pointed to. If its key repeats, the first row counts.
        names: old → new names of the columns to add; empty for every column that is new.
        key: the column of ``other`` with its key.

    Returns:
        The table with the columns; unchanged if it or ``other`` has no such key.
    """
    if foreign not in table.column_names or key not in other.column_names:
        return table
    wanted = names or {
        n: n for n in other.column_names if n not in (*table.column_names, ROW_COLUMN)
    }
    pointer = table[foreign]
    pointer = pc.if_else(
        pc.match_substring(pointer, ","), pc.replace_substring_regex(pointer, r",.*$", ""), pointer
    )
    positions = pc.index_in(pointer, value_set=other[key].combine_chunks())
    for old, new in wanted.items():
        if old in other.column_names and new not in table.column_names:
            # Header and row number: a new column goes before the number, which is the last.
            place = table.column_names.index(ROW_COLUMN)
            table = table.add_column(place, new, other[old].take(positions))
    return table
