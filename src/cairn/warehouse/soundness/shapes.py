"""What the cells of a column look like, and whether that is what the column should hold."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from nicknames import name_triplets

from cairn.warehouse.rosters.columns import RECORD_ID, SOURCE
from cairn.warehouse.rosters.roster import Roster
from cairn.warehouse.soundness.concern import Concern, Severity

_MOST: Final = 0.5
"""Share of the filled cells that must look like something else before a column is doubted."""
_FEWEST: Final = 3
_NAMES: Final = 0.4
"""Names are known from a list that does not have them all."""
_MANY: Final = 100
"""A column of names has many different ones; a few schools are named after people too."""
_LOOKED_AT: Final = 20_000
"""Rows of a long file, evenly spread over it."""
_EXCHANGED: Final = (0.15, 0.4)

SOCIAL_SECURITY_NUMBER: Final = r"^\d{3}-\d{2}-\d{4}$"
_SHAPES: Final[Mapping[str, str]] = {
    "dates": r"^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T].*)?|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2}))$",
    "e-mail addresses": r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
    "social security numbers": SOCIAL_SECURITY_NUMBER,
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
_NUMBER: Final = "social security numbers"
_EVERYWHERE: Final = ("dates", "e-mail addresses", "social security numbers", "phone numbers")
_NUMBERS: Final = ("ten-digit numbers", "ZIP codes", "numbers")
_WRONG: Final[Mapping[str, tuple[str, ...]]] = {
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
    "email": (*(s for s in _EVERYWHERE if s != "e-mail addresses"), _NAME, "street addresses",
              "schools", *_NUMBERS, "words"),
    "school": (*_EVERYWHERE, _NAME, "street addresses", *_NUMBERS[:1]),
    "grade": (*_EVERYWHERE, _NAME, "street addresses", *_NUMBERS[:2]),
    "state_id": (*_EVERYWHERE, _NAME, "street addresses", "schools"),
    "local_id": (*_EVERYWHERE, _NAME, "street addresses", "schools"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Cells:
    """The different values of a column, and how often each occurs."""

    values: pa.Array
    counts: pa.Array
    filled: int

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> "_Cells":
        if len(column) > _LOOKED_AT:
            column = column.take(pa.array(np.linspace(0, len(column) - 1, _LOOKED_AT, dtype=int)))
        found = pc.value_counts(pc.drop_null(pc.utf8_trim_whitespace(column.cast(pa.string()))))
        return cls(found.field("values"), found.field("counts"), len(column) - column.null_count)

    def share(self, fitting: pa.Array) -> float:
        """The part of the filled cells whose value fits."""
        return (pc.sum(self.counts.filter(fitting)).as_py() or 0) / max(1, self.filled)


def without_wrong_columns(roster: Roster) -> tuple[Roster, list[Concern]]:
    """The roster without columns that hold something else than their name says, and without
    social security numbers wherever they stand; and what is to be said about them."""
    known = _known_names()
    concerns = []
    for field, column in roster.columns.items():
        if field in _WRONG and (found := _looks(_cells(roster, field), field, known)):
            concerns.append(_doubt(roster, field, column, found))
            roster = _left_out(roster, field)
    if concern := _exchanged(roster, known):
        concerns.append(concern)
    roster, numbers = _without_numbers(roster)
    return roster, [*concerns, *numbers]


def _left_out(roster: Roster, field: str) -> Roster:
    """The roster with nothing in this field, as if it had no such column."""
    told = roster.table.column(field)
    return replace(
        roster,
        table=_set(roster.table, field, pa.nulls(len(told), told.type)),
        columns={f: c for f, c in roster.columns.items() if f != field},
        unread={f: n for f, n in roster.unread.items() if f != field},
    )


def _set(table: pa.Table, field: str, values: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(field), field, values)


def _doubt(roster: Roster, field: str, column: str, found: tuple[str, float]) -> Concern:
    what, share = found
    looks = f"{share:.0%} of its cells look like {what}, not like {_SPOKEN.get(field, field)}."
    advice = (
        "THE COLUMN IS LEFT OUT: Cairn never links on those. Take it out of the file, or say "
        f"--leave-out “{column}”."
        if what == _NUMBER
        else "THE COLUMN IS LEFT OUT. Check that the columns did not shift, and correct its name."
    )
    rows = round(share * roster.table.num_rows)
    return Concern(Severity.WARNING, "wrong_column", roster.name, column, looks, advice, rows)


def _without_numbers(roster: Roster) -> tuple[Roster, list[Concern]]:
    """The roster without cells that look like social security numbers among others. Those in
    the place of record ids stay, since the answer must name the row; it is told."""
    concerns = []
    for field, column in roster.columns.items():
        cells = roster.table.column(field)
        if field == SOURCE or not pa.types.is_string(cells.type):
            continue
        number = pc.match_substring_regex(cells, _SHAPES[_NUMBER])
        rows = pc.sum(number).as_py() or 0
        if rows < _FEWEST:
            continue
        kept = field == RECORD_ID
        if not kept:
            nothing = pa.scalar(None, pa.string())
            roster = replace(
                roster, table=_set(roster.table, field, pc.if_else(number, nothing, cells))
            )
        concerns.append(
            Concern(
                Severity.WARNING, "social_security_numbers", roster.name, column,
                f"{rows:,} of its cells look like social security numbers.",
                "They name the rows in the answer and nothing is linked on them. Give every row "
                "another number." if kept
                else "THOSE CELLS ARE LEFT OUT: Cairn never links on such numbers.", rows,
            )
        )  # fmt: skip
    return roster, concerns


_SPOKEN: Final[Mapping[str, str]] = {
    "given_name": "first names", "middle_name": "middle names", "family_name": "last names",
    "preferred_name": "first names", "guardian_name": "names of guardians",
    "suffix": "Jr or III", "birth_date": "birth dates", "gender": "a sex",
    "street": "street addresses", "city": "towns", "postal_code": "ZIP codes",
    "phone": "phone numbers", "email": "e-mail addresses", "school": "schools",
    "grade": "grades", "state_id": "ids", "local_id": "ids",
}  # fmt: skip


def _cells(roster: Roster, field: str) -> _Cells:
    return _Cells.of(roster.texts.get(field, roster.table.column(field)))


def _looks(cells: _Cells, field: str, known: pa.Array) -> tuple[str, float] | None:
    """What most cells look like, if that is something the field does not hold."""
    if cells.filled < _FEWEST:
        return None
    for what in _WRONG[field]:
        if what == _NAME:
            share = _names(cells, known)
            if share >= _NAMES:
                return what, share
            continue
        share = cells.share(pc.match_substring_regex(cells.values, _SHAPES[what]))
        if share >= _MOST:
            return what, share
    return None


def _names(cells: _Cells, known: pa.Array) -> float:
    """The share of cells that begin with a known first name; nothing for a few values."""
    if len(cells.values) < min(_MANY, 0.3 * cells.filled):
        return 0.0
    return cells.share(_begin_with(cells, known))


def _begin_with(cells: _Cells, known: pa.Array) -> pa.Array:
    first = pc.replace_substring_regex(pc.utf8_lower(cells.values), r"^([^ ,]*)[ ,].*$", r"\1")
    named = pc.is_in(first, value_set=known)
    return pc.and_not(named, pc.match_substring_regex(cells.values, _SHAPES["schools"]))


def _exchanged(roster: Roster, known: pa.Array) -> Concern | None:
    """First names in the column of last names and the other way round, in the whole file."""
    if not {"given_name", "family_name"} <= roster.columns.keys():
        return None
    given, family = (_cells(roster, f) for f in ("given_name", "family_name"))
    low, high = _EXCHANGED
    if min(given.filled, family.filled) < _FEWEST:
        return None
    if given.share(_begin_with(given, known)) > low or _names(family, known) < high:
        return None
    column = f"{roster.columns['given_name']}, {roster.columns['family_name']}"
    return Concern(
        Severity.WARNING, "names_exchanged", roster.name, column,
        "First and last names look exchanged in the whole file.",
        "They are compared both ways; if it is so, exchange the two columns' names.",
        roster.table.num_rows,
    )  # fmt: skip


@cache
def _known_names() -> pa.Array:
    """First names in use, without case: the long and the short forms of a public list."""
    found = {n.casefold() for one in name_triplets() for n in (one.name1, one.name2)}
    return pa.array(sorted(found), pa.string())
