"""Remove values that occur in too many rows to identify a student.

Examples: a default, a school's phone, “0000”. Nothing is linked on a constant: such a value is
removed before records are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.matching.profiling.concerns import ConcernSeverity, RosterConcern
from cairn.matching.rosters import Roster


@dataclass(frozen=True, slots=True)
class _CommonValueLimit:
    """The limit from which on a value identifies no student.

    At least so many different students have it, and it fills the column or more than this share of
    it.
    """

    children: int
    share: float


_LIMITS: Final[Mapping[str, _CommonValueLimit]] = {
    "birth_date": _CommonValueLimit(4, 0.1),
    "given_name": _CommonValueLimit(5, 0.5),
    "family_name": _CommonValueLimit(8, 0.9),
    "street": _CommonValueLimit(8, 0.5),
    "phone": _CommonValueLimit(8, 0.2),
    "email": _CommonValueLimit(8, 0.2),
    "guardian_name": _CommonValueLimit(8, 0.2),
    "state_id": _CommonValueLimit(3, 0.02),
    "local_id": _CommonValueLimit(3, 0.02),
}

_MIN_FILLED: Final = 20
"""Below so many filled cells, only a value that fills the whole column is removed."""

_SAMPLE_ROWS: Final = 20_000
_OFTEN_UNIFORM_FIELDS: Final = ("gender", "city", "postal_code")
_IDENTITY_FIELDS: Final = ("given_name", "family_name", "birth_date")


def remove_constant_values(roster: Roster) -> tuple[Roster, list[RosterConcern]]:
    """Remove values that identify no student from a roster, and report them."""
    table = roster.table
    concerns: list[RosterConcern] = []
    for field, limit in _LIMITS.items():
        if field not in roster.columns or table.column(field).null_count == len(table):
            continue
        if not _may_have_common_value(roster.table.column(field), limit):
            continue
        folded, value, rows = _find_most_common(roster.table.column(field))
        filled = len(table) - table.column(field).null_count
        fills_column = rows == filled
        if not fills_column and (filled < _MIN_FILLED or rows < limit.share * filled):
            continue
        has_value = pc.fill_null(pc.equal(folded, value), fill_value=False)
        if _count_students(roster.table.filter(has_value), field) >= limit.children:
            column = table.column(field)
            table = _set_column(
                table, field, pc.if_else(has_value, pa.scalar(None, column.type), column)
            )
            concerns.append(_describe_constant(roster, field, rows, filled))
    concerns += _note_uniform_fields(roster)
    return replace(roster, table=table), concerns


def _may_have_common_value(column: pa.ChunkedArray, limit: _CommonValueLimit) -> bool:
    """Return whether a value may fill enough of the column, by a sample of rows spread over it."""
    if len(column) <= _SAMPLE_ROWS:
        return True
    sample = column.take(pa.array(np.linspace(0, len(column) - 1, _SAMPLE_ROWS, dtype=np.int64)))
    counts = pc.value_counts(sample.drop_null()).field("counts")
    filled = len(sample) - sample.null_count
    return bool(filled < _MIN_FILLED or 3 * pc.max(counts).as_py() >= limit.share * filled)


def _find_most_common(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Scalar, int]:
    """Return the column in one spelling, its most common value, and the rows that have it."""
    folded = pc.utf8_lower(column.cast(pa.string()))
    counts = pc.value_counts(pc.drop_null(folded))
    index = pc.index(counts.field("counts"), pc.max(counts.field("counts"))).as_py()
    return folded, counts.field("values")[index], counts.field("counts")[index].as_py()


def _count_students(rows: pa.Table, excluded_field: str) -> int:
    """Count how many different students these rows can be of, judged without one field."""
    identity_fields = [
        field
        for field in _IDENTITY_FIELDS
        if field in rows.column_names and field != excluded_field
    ]
    return len(rows.group_by(identity_fields).aggregate([])) if identity_fields else len(rows)


def _describe_constant(roster: Roster, field: str, rows: int, filled: int) -> RosterConcern:
    column = roster.columns[field]
    if rows == filled:
        return RosterConcern(
            ConcernSeverity.WARNING, "constant", roster.name, column,
            f"All {rows:,} filled rows have the same value, so it tells no child from another.",
            "It is not used for linking. If it stands for “unknown”, leave the cells empty.",
            rows,
        )  # fmt: skip
    return RosterConcern(
        ConcernSeverity.WARNING, "common_value", roster.name, column,
        f"One value stands in {rows:,} of {filled:,} filled rows, as a default or a placeholder "
        "does.",
        "That value is not used for linking. Leave the cells empty where it is not known.",
        rows,
    )  # fmt: skip


def _note_uniform_fields(roster: Roster) -> list[RosterConcern]:
    """Note fields that may well be uniform in a whole file (one town, one girls' team)."""
    return [
        RosterConcern(
            ConcernSeverity.NOTE, "alike", roster.name, roster.columns[field],
            "Every filled row has the same value.",
            "It tells the children of this file from others, not from each other.",
            len(column) - column.null_count,
        )
        for field in _OFTEN_UNIFORM_FIELDS
        if field in roster.columns
        and len(column := roster.table.column(field)) - column.null_count >= _MIN_FILLED
        and len(pc.unique(pc.drop_null(pc.utf8_lower(column)))) == 1
    ]  # fmt: skip


def _set_column(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)
