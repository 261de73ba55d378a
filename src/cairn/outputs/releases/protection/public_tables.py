"""Find which tables a release must leave out so that it hides nothing that is public.

Uses no Django. A set of tables is tried by protecting it as the release would be, so the answer
depends on what the tables would show, and is for the author of the release only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear, TableDimensions
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind

MOST_TABLE_SETS_TRIED: Final = 12
"""How many smaller sets of tables are tried; each is protected and attacked like the release."""

TableCode = str
"""The dimensions of a table, joined by commas; empty for the county totals alone."""

ProtectTables = Callable[
    [TableDimensions, Sequence[str]], Iterable[ProtectedOutcomeYear | DifferencingConflict]
]
"""Protects some tables of one outcome in some school years."""


@dataclass(frozen=True, slots=True)
class HidingOutcome:
    """Hold the years of one outcome that would hide something public, and how to try again."""

    years: tuple[ProtectedOutcomeYear, ...]
    protect: ProtectTables

    def is_free_of_conflict(self, tables: TableDimensions) -> bool:
        """Return whether some tables hide nothing in these years, and conflict with nothing."""
        school_years = [year.school_year for year in self.years]
        return not any(
            isinstance(result, DifferencingConflict) or result.hides
            for result in self.protect(tables, school_years)
        )


def build_hiding_conflicts(
    tables: TableDimensions, hiding: Sequence[HidingOutcome]
) -> tuple[DifferencingConflict, ...]:
    """Build the conflict of each outcome and year that would hide something public.

    Args:
        tables: the dimensions of each table of the release.
        hiding: the outcomes that would hide something.
    Returns:
        The conflicts, each with the tables to leave out and the nearest set that works; none of
        either if no smaller set was found.
    """
    if not hiding:
        return ()
    smaller_set = _find_smaller_set(tables, hiding)
    kept = [encode_table(table) for table in smaller_set or ()]
    leave_out = tuple(code for code in map(encode_table, tables) if code not in kept)
    return tuple(
        DifferencingConflict(
            year.outcome,
            year.school_year,
            DifferencingConflictKind.HIDES_PUBLIC,
            year.hides,
            leave_out if kept else (),
            tuple(kept),
        )
        for outcome in hiding
        for year in outcome.years
    )


def encode_table(dims: Sequence[str]) -> TableCode:
    """Return the code of a table."""
    return ",".join(dims)


def list_smaller_sets(tables: TableDimensions) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Yield smaller sets of tables: without one table first, then parts of one, then the totals."""
    whole_tables = [tuple(table) for table in tables if table]
    for size in range(len(whole_tables) - 1, 0, -1):
        yield from combinations(whole_tables, size)
    parts = {
        part
        for table in whole_tables
        for size in range(len(table) - 1, 0, -1)
        for part in combinations(table, size)
        if part not in whole_tables and part != ("school",)
    }
    yield from ((part,) for part in sorted(parts, key=lambda part: (-len(part), part)))
    if whole_tables:
        yield ((),)


def _find_smaller_set(
    tables: TableDimensions, hiding: Sequence[HidingOutcome]
) -> tuple[tuple[str, ...], ...] | None:
    for tried, smaller_set in enumerate(list_smaller_sets(tables)):
        if tried == MOST_TABLE_SETS_TRIED:
            break
        if all(outcome.is_free_of_conflict(smaller_set) for outcome in hiding):
            return smaller_set
    return None
