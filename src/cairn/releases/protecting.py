"""Counted table → protected cells with the attacker's certificate. Nothing here knows Django."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.disclosure.protect import protect
from cairn.disclosure.published import Published
from cairn.disclosure.rule import Rule
from cairn.disclosure.table import ALL, RESULT, Cells, Nest, Request
from cairn.warehouse.count import NOT_ON_RECORD
from cairn.warehouse.released import DIMS, Cell

Tables = Sequence[Sequence[str]]

LEAST: Final = Rule().width_small + 1
"""No agreement can ask for so small a minimum that a small cell has too few values to hide in."""

_APART: Final = "\x1f"
"""Between a district and its school: two districts may give a school the same code, and each has
children with no school on record."""


@dataclass(frozen=True, slots=True)
class Year:
    """One outcome in one year, protected. Each year counts other children, so each stands alone."""

    outcome: str
    school_year: str
    published: Published

    def cells(self) -> Iterator[Cell]:
        """As the released zone keeps them: a value for every dimension, "All" where it has none."""
        for cell in self.published.cells:
            key = dict(zip(self.published.dims, cell.key, strict=True))
            key["school"] = key.get("school", ALL).partition(_APART)[2] or ALL
            words = {dim: key.get(dim, ALL) for dim in (*DIMS, RESULT)}
            yield Cell(outcome=self.outcome, school_year=self.school_year, **words, n=cell.n)


def dimensions(tables: Tables) -> tuple[str, ...]:
    """Every dimension that some table names, in the order of the released zone."""
    named = {dim for table in tables for dim in table}
    return tuple(dim for dim in DIMS if dim in named)


def years(
    outcome: str,
    rows: Iterable[Mapping[str, Any]],
    tables: Tables,
    minimum: int,
    wanted: Sequence[str],
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Year]:
    """Protects each wanted year of one outcome, in order.

    Args:
        rows: the counted table: school_year, the dimensions, result, n.
        minimum: the strictest minimum cell of the lineage.
        wanted: school years such as "2025-26"; a cohort or calendar year belongs to the one that
            ends in it. None named means every year there is.
        progress: called with (cells known to be safe, cells withheld) as the work goes on.
    """
    dims = dimensions(tables)
    ends = {year[-2:] for year in wanted}
    counts: dict[str, dict[tuple[str, ...], int]] = {}
    for row in rows:
        year = str(row["school_year"])
        if not ends or year[-2:] in ends:
            key = (*(_value(row, dim) for dim in dims), row[RESULT])
            counts.setdefault(year, {})[key] = row["n"]
    nests = (Nest("school", "district"),) if {"school", "district"} <= set(dims) else ()
    asked = tuple(tuple(table) for table in tables)
    for year, cells in sorted(counts.items()):
        request = Request(Cells((*dims, RESULT), cells), asked, nests)
        rule = Rule(minimum=max(minimum, LEAST), unnamed=_unnamed(cells))
        yield Year(outcome, year, protect(request, rule, progress=progress))


def missing_groups(years: Iterable[Year], groups: Sequence[str]) -> tuple[str, ...]:
    """The groups that a table by race and ethnicity has no line for, in any year; none where there
    is no such table. ``groups`` are all there are, with "All" and "not on record"."""
    cells = [cell for year in years for cell in year.cells()]
    shown = {cell.race_ethnicity for cell in cells}
    if shown <= {ALL}:
        return ()
    return tuple(g for g in groups if g not in shown | {ALL, NOT_ON_RECORD})


def _unnamed(cells: Iterable[tuple[str, ...]]) -> frozenset[str]:
    """What stands where a record says nothing; of a district's own, where it names no school."""
    values = {value for key in cells for value in key}
    return frozenset(v for v in values if v.rpartition(_APART)[2] == NOT_ON_RECORD)


def _value(row: Mapping[str, Any], dim: str) -> str:
    """A school is named together with its district."""
    return f"{row['district']}{_APART}{row[dim]}" if dim == "school" else str(row[dim])
