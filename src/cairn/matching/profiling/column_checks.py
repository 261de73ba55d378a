"""Check each column: whether it holds what it should, and whether its values tell students apart.

What the cells look like is recognized first: dates in a column of names are removed. So are
constants, values in too many rows to identify a student, such as a default, a school's phone or
“0000”. Nothing is linked on a constant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from nicknames import name_triplets

from cairn.matching.profiling.roster_checks import ConcernSeverity, RosterConcern
from cairn.matching.rosters import RECORD_ID, SOURCE, Roster
from cairn.warehouse.schema import SSN_PATTERN

_DOUBT_SHARE: Final = 0.5
"""Share of the filled cells that must look like something else before a column is doubted."""

_MIN_CELLS: Final = 3

_NAME_SHARE: Final = 0.4
"""Names are recognized from a list that does not have all of them."""

_MIN_DISTINCT_NAMES: Final = 100
"""A column of names has many different ones; a few schools are named after people too."""

_SAMPLE_ROWS: Final = 20_000
"""Rows of a long file, evenly spread over it."""

_SWAPPED_SHARES: Final = (0.15, 0.4)

_SHAPE_PATTERNS: Final[Mapping[str, str]] = {
    "dates": r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))$",
    "email addresses": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "Social Security numbers": SSN_PATTERN,
    "phone numbers": r"^(\+?1[\s.-]*)?(\(\d{3}\)\s*|\d{3}[\s.-]+)\d{3}[\s.-]*\d{4}(\s*(x|ext).*)?$",
    "street addresses": r"(?i)^(\d+[a-z]?\s+\S*[a-z].*|p\.?\s*o\.?\s*box.*)$",
    "schools": r"(?i).*\b(school|elementary|middle|high|academy|primary|kindergarten|charter"
    r"|preschool|head start|k-?8|elem|esc|escuela)\b.*",
    "ten-digit numbers": r"^\d{10}$",
    "ZIP codes": r"^\d{5}(-\d{4})?$",
    "numbers": r"^\d+$",
    "words": r"^[\pL][\pL' .-]+$",
}

_NAME: Final = "names of people"
_SSN_SHAPE: Final = "Social Security numbers"
_EVERYWHERE: Final = ("dates", "email addresses", "Social Security numbers", "phone numbers")
_NUMBERS: Final = ("ten-digit numbers", "ZIP codes", "numbers")

_WRONG_SHAPES: Final[Mapping[str, tuple[str, ...]]] = {
    "given_name": (*_EVERYWHERE, "street addresses", "schools", *_NUMBERS),
    "middle_name": (*_EVERYWHERE, "street addresses", "schools", *_NUMBERS),
    "family_name": (*_EVERYWHERE, "street addresses", "schools", *_NUMBERS),
    "preferred_name": (*_EVERYWHERE, "street addresses", "schools", *_NUMBERS),
    "guardian_name": (*_EVERYWHERE, "street addresses", "schools", *_NUMBERS),
    "suffix": (*_EVERYWHERE, _NAME, "street addresses", "schools", *_NUMBERS[:2]),
    "birth_date": (*_EVERYWHERE[1:], _NAME, "street addresses", "schools", *_NUMBERS[:2], "words"),
    "gender": (*_EVERYWHERE, _NAME, "street addresses", "schools", *_NUMBERS[:2]),
    "street": (*_EVERYWHERE, _NAME, *_NUMBERS),
    "city": (*_EVERYWHERE, "street addresses", *_NUMBERS),
    "postal_code": (*_EVERYWHERE, _NAME, "street addresses", "schools", *_NUMBERS[:1], "words"),
    "phone": (*_EVERYWHERE[:3], _NAME, "street addresses", "schools", "ZIP codes", "words"),
    "email": (*(s for s in _EVERYWHERE if s != "email addresses"), _NAME, "street addresses",
              "schools", *_NUMBERS, "words"),
    "school": (*_EVERYWHERE, _NAME, "street addresses", *_NUMBERS[:1]),
    "grade": (*_EVERYWHERE, _NAME, "street addresses", *_NUMBERS[:2]),
    "state_id": (*_EVERYWHERE, _NAME, "street addresses", "schools"),
    "local_id": (*_EVERYWHERE, _NAME, "street addresses", "schools"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _CellCounts:
    """The different values of a column, and how often each occurs."""

    values: pa.Array
    counts: pa.Array
    filled: int

    @classmethod
    def from_column(cls, column: pa.Array | pa.ChunkedArray) -> "_CellCounts":
        if len(column) > _SAMPLE_ROWS:
            column = column.take(pa.array(np.linspace(0, len(column) - 1, _SAMPLE_ROWS, dtype=int)))
        value_counts = pc.value_counts(
            pc.drop_null(pc.utf8_trim_whitespace(column.cast(pa.string())))
        )
        return cls(
            value_counts.field("values"),
            value_counts.field("counts"),
            len(column) - column.null_count,
        )

    def compute_share(self, is_fitting: pa.Array) -> float:
        """Return the part of the filled cells with a value that fits."""
        return (pc.sum(self.counts.filter(is_fitting)).as_py() or 0) / max(1, self.filled)


def remove_wrong_columns(roster: Roster) -> tuple[Roster, list[RosterConcern]]:
    """Remove columns that hold something else than their name says, and report them.

    Social security numbers are removed wherever they occur.
    """
    known_names = _load_known_names()
    concerns = []
    for field, column in roster.columns.items():
        if field in _WRONG_SHAPES and (
            shape := _recognize_shape(_count_field_cells(roster, field), field, known_names)
        ):
            concerns.append(_describe_wrong_column(roster, field, column, shape))
            roster = _drop_field(roster, field)
    if concern := _detect_swapped_names(roster, known_names):
        concerns.append(concern)
    roster, numbers = _remove_social_security_numbers(roster)
    return roster, [*concerns, *numbers]


def _drop_field(roster: Roster, field: str) -> Roster:
    """Empty this field of the roster, as if it had no such column."""
    cells = roster.table.column(field)
    return replace(
        roster,
        table=_set_column(roster.table, field, pa.nulls(len(cells), cells.type)),
        columns={
            name: column_name for name, column_name in roster.columns.items() if name != field
        },
        unread={name: count for name, count in roster.unread.items() if name != field},
    )


def _set_column(table: pa.Table, field: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(field), field, values)


def _describe_wrong_column(
    roster: Roster, field: str, column: str, shape: tuple[str, float]
) -> RosterConcern:
    kind, share = shape
    looks = f"{share:.0%} of the cells look like {kind}, not like {_LABELS.get(field, field)}."
    advice = (
        "The column is not used. Cairn never matches on such numbers. Remove it from the file, or "
        f"add --leave-out “{column}”."
        if kind == _SSN_SHAPE
        else "The column is not used. Check whether columns are shifted, and correct its name."
    )
    rows = round(share * roster.table.num_rows)
    return RosterConcern(
        ConcernSeverity.WARNING, "wrong_column", roster.name, column, looks, advice, rows
    )


def _remove_social_security_numbers(roster: Roster) -> tuple[Roster, list[RosterConcern]]:
    """Remove cells that look like social security numbers among other values.

    Those used as record IDs stay, since the answer must name the row; this is reported.
    """
    concerns = []
    for field, column in roster.columns.items():
        cells = roster.table.column(field)
        if field == SOURCE or not pa.types.is_string(cells.type):
            continue
        is_ssn = pc.match_substring_regex(cells, _SHAPE_PATTERNS[_SSN_SHAPE])
        rows = pc.sum(is_ssn).as_py() or 0
        if rows < _MIN_CELLS:
            continue
        is_record_id = field == RECORD_ID
        if not is_record_id:
            null = pa.scalar(None, pa.string())
            roster = replace(
                roster, table=_set_column(roster.table, field, pc.if_else(is_ssn, null, cells))
            )
        concerns.append(
            RosterConcern(
                ConcernSeverity.WARNING, "social_security_numbers", roster.name, column,
                f"{rows:,} of the cells look like Social Security numbers.",
                "They identify the rows in the result, but Cairn does not match on them. Give each "
                "row another number." if is_record_id
                else "These cells are not used. Cairn never matches on such numbers.", rows,
            )
        )  # fmt: skip
    return roster, concerns


_LABELS: Final[Mapping[str, str]] = {
    "given_name": "first names", "middle_name": "middle names", "family_name": "last names",
    "preferred_name": "first names", "guardian_name": "names of guardians",
    "suffix": "Jr or III", "birth_date": "birth dates", "gender": "a sex",
    "street": "street addresses", "city": "towns", "postal_code": "ZIP codes",
    "phone": "phone numbers", "email": "email addresses", "school": "schools",
    "grade": "grades", "state_id": "ids", "local_id": "ids",
}  # fmt: skip


def _count_field_cells(roster: Roster, field: str) -> _CellCounts:
    return _CellCounts.from_column(roster.texts.get(field, roster.table.column(field)))


def _recognize_shape(
    cells: _CellCounts, field: str, known_names: pa.Array
) -> tuple[str, float] | None:
    """Recognize what most cells look like, if that is something that the field does not hold."""
    if cells.filled < _MIN_CELLS:
        return None
    for shape_name in _WRONG_SHAPES[field]:
        if shape_name == _NAME:
            share = _measure_name_share(cells, known_names)
            if share >= _NAME_SHARE:
                return shape_name, share
            continue
        share = cells.compute_share(
            pc.match_substring_regex(cells.values, _SHAPE_PATTERNS[shape_name])
        )
        if share >= _DOUBT_SHARE:
            return shape_name, share
    return None


def _measure_name_share(cells: _CellCounts, known_names: pa.Array) -> float:
    """Measure the share of cells that begin with a known first name; 0 for few distinct values."""
    if len(cells.values) < min(_MIN_DISTINCT_NAMES, 0.3 * cells.filled):
        return 0.0
    return cells.compute_share(_begins_with_name(cells, known_names))


def _begins_with_name(cells: _CellCounts, known_names: pa.Array) -> pa.Array:
    first_words = pc.replace_substring_regex(
        pc.utf8_lower(cells.values), r"^([^ ,]*)[ ,].*$", r"\1"
    )
    is_name = pc.is_in(first_words, value_set=known_names)
    return pc.and_not(is_name, pc.match_substring_regex(cells.values, _SHAPE_PATTERNS["schools"]))


def _detect_swapped_names(roster: Roster, known_names: pa.Array) -> RosterConcern | None:
    """Detect first names in the column of last names and the other way round, in the whole file."""
    if not {"given_name", "family_name"} <= roster.columns.keys():
        return None
    given, family = (_count_field_cells(roster, f) for f in ("given_name", "family_name"))
    low, high = _SWAPPED_SHARES
    if min(given.filled, family.filled) < _MIN_CELLS:
        return None
    if (
        given.compute_share(_begins_with_name(given, known_names)) > low
        or _measure_name_share(family, known_names) < high
    ):
        return None
    column = f"{roster.columns['given_name']}, {roster.columns['family_name']}"
    return RosterConcern(
        ConcernSeverity.WARNING, "names_exchanged", roster.name, column,
        "First and last names seem to be swapped in the whole file.",
        "Cairn compares them both ways. If they are swapped, exchange the two column names.",
        roster.table.num_rows,
    )  # fmt: skip


@cache
def _load_known_names() -> pa.Array:
    """Load first names in use, without case: the long and the short forms of a public list."""
    names = {
        name.casefold() for triplet in name_triplets() for name in (triplet.name1, triplet.name2)
    }
    return pa.array(sorted(names), pa.string())


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
            f"All {rows:,} filled rows have the same value, so it does not distinguish students.",
            "It is not used for matching. If it stands for “unknown”, leave the cells empty.",
            rows,
        )  # fmt: skip
    return RosterConcern(
        ConcernSeverity.WARNING, "common_value", roster.name, column,
        f"{rows:,} of {filled:,} filled rows have the same value, which may be a default or a "
        "placeholder.",
        "This value is not used for matching. Leave the cells empty where it is not known.",
        rows,
    )  # fmt: skip


def _note_uniform_fields(roster: Roster) -> list[RosterConcern]:
    """Note fields that may well be uniform in a whole file (one town, one girls' team)."""
    return [
        RosterConcern(
            ConcernSeverity.NOTE, "alike", roster.name, roster.columns[field],
            "Every filled row has the same value.",
            "It distinguishes the students of this file from others, but not from each other.",
            len(column) - column.null_count,
        )
        for field in _OFTEN_UNIFORM_FIELDS
        if field in roster.columns
        and len(column := roster.table.column(field)) - column.null_count >= _MIN_FILLED
        and len(pc.unique(pc.drop_null(pc.utf8_lower(column)))) == 1
    ]  # fmt: skip
