"""Find which tables a release must leave out so that nothing stops it beside the published ones.

Uses no Django. A set of tables is tried by protecting it as the release would be, so the answer
depends on what the tables would show, and is for the author of the release only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from cairn.outputs.releases.protection.bands import ProtectedBandYear
from cairn.outputs.releases.protection.counts import ProtectedOutcomeYear, TableDimensions
from cairn.policy.facts import DifferencingConflict, DifferencingConflictKind

MOST_TABLE_SETS_TRIED: Final = 12
"""How many smaller sets of tables are tried; each is protected and attacked like the release."""

TableCode = str
"""The dimensions of a table, joined by commas; empty for the county totals alone."""

YearResult = ProtectedOutcomeYear | ProtectedBandYear | DifferencingConflict
"""One outcome or count in one year: protected, or stopped."""

ProtectTables = Callable[[TableDimensions, Sequence[str]], Iterable[YearResult]]
"""Protects some tables of one outcome in some school years."""


@dataclass(frozen=True, slots=True)
class BlockedOutcome:
    """Hold what stops one outcome, by school year, and how to try other tables."""

    conflicts: tuple[DifferencingConflict, ...]
    protect: ProtectTables

    def is_free_of_conflict(self, tables: TableDimensions) -> bool:
        """Return whether nothing stops the same years with some other tables."""
        school_years = [conflict.school_year for conflict in self.conflicts]
        return not list_conflicts(self.protect(tables, school_years))


def list_conflicts(
    results: Iterable[YearResult],
) -> tuple[DifferencingConflict, ...]:
    """List what stops the years of an outcome.

    A year stops if earlier releases leave no safe figures, or if it would hide something public.
    """
    return tuple(
        result
        if isinstance(result, DifferencingConflict)
        else DifferencingConflict(
            result.outcome,
            result.school_year,
            DifferencingConflictKind.HIDES_PUBLIC,
            result.hides,
        )
        for result in results
        if isinstance(result, DifferencingConflict) or result.hides
    )


def advise_smaller_tables(
    tables: TableDimensions, blocked: Sequence[BlockedOutcome]
) -> tuple[DifferencingConflict, ...]:
    """Add to each conflict the tables to leave out, and the nearest set that works.

    Args:
        tables: the dimensions of each table of the release.
        blocked: the outcomes that are stopped.
    Returns:
        The conflicts; without advice if no smaller set was found.
    """
    smaller_set = _find_smaller_set(tables, blocked) if blocked else None
    kept = tuple(encode_table(table) for table in smaller_set or ())
    leave_out = tuple(code for code in map(encode_table, tables) if code not in kept)
    return tuple(
        replace(conflict, leave_out=leave_out if kept else (), works=kept)
        for outcome in blocked
        for conflict in outcome.conflicts
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
    tables: TableDimensions, blocked: Sequence[BlockedOutcome]
) -> tuple[tuple[str, ...], ...] | None:
    for tried, smaller_set in enumerate(list_smaller_sets(tables)):
        if tried == MOST_TABLE_SETS_TRIED:
            break
        if all(outcome.is_free_of_conflict(smaller_set) for outcome in blocked):
            return smaller_set
    return None
