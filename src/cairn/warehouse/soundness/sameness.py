"""Values that stand in too many rows to say who is meant: a default, a school's phone, “0000”.

Nothing is linked on a constant: such a value is taken out before records are compared.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cairn.warehouse.rosters.roster import Roster
from cairn.warehouse.soundness.concern import Concern, Severity


@dataclass(frozen=True, slots=True)
class _Limit:
    """A value is nobody's if at least so many different children have it, and it fills the column
    or more than this share of it.
    """

    children: int
    share: float


_LIMITS: Final[Mapping[str, _Limit]] = {
    "birth_date": _Limit(4, 0.1),
    "given_name": _Limit(5, 0.5),
    "family_name": _Limit(8, 0.9),
    "street": _Limit(8, 0.5),
    "phone": _Limit(8, 0.2),
    "email": _Limit(8, 0.2),
    "guardian_name": _Limit(8, 0.2),
    "state_id": _Limit(3, 0.02),
    "local_id": _Limit(3, 0.02),
}
_SHARED: Final = 20
"""Below so many filled cells, only a value that fills the whole column is taken for none."""
_LOOKED_AT: Final = 20_000
_MAY_BE_ALIKE: Final = ("gender", "city", "postal_code")
_WHO: Final = ("given_name", "family_name", "birth_date")


def without_constants(roster: Roster) -> tuple[Roster, list[Concern]]:
    """The roster without such values, and what is to be said about them."""
    table = roster.table
    concerns: list[Concern] = []
    for field, limit in _LIMITS.items():
        if field not in roster.columns or table.column(field).null_count == len(table):
            continue
        if not _perhaps_common(roster.table.column(field), limit):
            continue
        folded, common, rows = _most_common(roster.table.column(field))
        filled = len(table) - table.column(field).null_count
        whole = rows == filled
        if not whole and (filled < _SHARED or rows < limit.share * filled):
            continue
        mine = pc.fill_null(pc.equal(folded, common), fill_value=False)
        if _children(roster.table.filter(mine), field) >= limit.children:
            told = table.column(field)
            table = _set(table, field, pc.if_else(mine, pa.scalar(None, told.type), told))
            concerns.append(_concern(roster, field, rows, filled))
    concerns += _alike(roster)
    return replace(roster, table=table), concerns


def _perhaps_common(column: pa.ChunkedArray, limit: _Limit) -> bool:
    """Whether some value may fill enough of the column: a look at rows spread over a long one."""
    if len(column) <= _LOOKED_AT:
        return True
    some = column.take(pa.array(np.linspace(0, len(column) - 1, _LOOKED_AT, dtype=np.int64)))
    counts = pc.value_counts(some.drop_null()).field("counts")
    filled = len(some) - some.null_count
    return bool(filled < _SHARED or 3 * pc.max(counts).as_py() >= limit.share * filled)


def _most_common(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.Scalar, int]:
    """The column in one spelling, its most common value, and the rows that have it."""
    folded = pc.utf8_lower(column.cast(pa.string()))
    counts = pc.value_counts(pc.drop_null(folded))
    at = pc.index(counts.field("counts"), pc.max(counts.field("counts"))).as_py()
    return folded, counts.field("values")[at], counts.field("counts")[at].as_py()


def _children(rows: pa.Table, but: str) -> int:
    """How many different children these rows can be of, judged without one field."""
    who = [c for c in _WHO if c in rows.column_names and c != but]
    return len(rows.group_by(who).aggregate([])) if who else len(rows)


def _concern(roster: Roster, field: str, rows: int, filled: int) -> Concern:
    column = roster.columns[field]
    if rows == filled:
        return Concern(
            Severity.WARNING, "constant", roster.name, column,
            f"All {rows:,} filled rows have the same value, so it tells no child from another.",
            "It is not used for linking. If it stands for “unknown”, leave the cells empty.",
            rows,
        )  # fmt: skip
    return Concern(
        Severity.WARNING, "common_value", roster.name, column,
        f"One value stands in {rows:,} of {filled:,} filled rows, as a default or a placeholder "
        "does.",
        "That value is not used for linking. Leave the cells empty where it is not known.",
        rows,
    )  # fmt: skip


def _alike(roster: Roster) -> list[Concern]:
    """Fields that may well be alike in a whole file (one town, one girls' team): only noted."""
    return [
        Concern(
            Severity.NOTE, "alike", roster.name, roster.columns[field],
            "Every filled row has the same value.",
            "It tells the children of this file from others, not from each other.",
            len(column) - column.null_count,
        )
        for field in _MAY_BE_ALIKE
        if field in roster.columns
        and len(column := roster.table.column(field)) - column.null_count >= _SHARED
        and len(pc.unique(pc.drop_null(pc.utf8_lower(column)))) == 1
    ]  # fmt: skip


def _set(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, values)
