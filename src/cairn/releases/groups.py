"""Groups of race and ethnicity that are counted as one, so that more numbers can be shown.

The code of a merged group names everyone in it (``asian+pacific_islander``): whoever reads a
released file sees what was counted together, and nothing else has to be kept. Nothing here knows
Django.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

RACE: Final = "race_ethnicity"
"""The only dimension whose groups may be merged. A school and a district have figures of their own,
and no child is counted as a boy or a girl so that a number can be shown."""

_WITH: Final = "+"

Together = frozenset[frozenset[str]]
"""Sets of groups (codes), each counted as one; every other group stands for itself."""

ALL_APART: Final[Together] = frozenset()


def told_apart(tables: Iterable[Collection[str]]) -> bool:
    """Whether some table breaks figures down by race and ethnicity."""
    return any(RACE in table for table in tables)


def code(values: Collection[str]) -> str:
    """A merged group as one value."""
    return _WITH.join(sorted(values))


def members(value: str) -> tuple[str, ...]:
    """The groups behind a value: several where they are counted as one."""
    return tuple(value.split(_WITH))


def asked_for(merged: Iterable[Collection[str]]) -> Together:
    """What an author asks to be counted as one."""
    return frozenset(frozenset(values) for values in merged)


def found_in(values: Iterable[str]) -> Together:
    """What stands in some tables as one, by the values of their groups."""
    return frozenset(frozenset(members(value)) for value in values if _WITH in value)


def counted_as(value: str, together: Together) -> str:
    """The value under which a group is counted."""
    return next((code(those) for those in together if value in those), value)


def merged_rows(
    rows: Iterable[Mapping[str, Any]], together: Together
) -> Iterator[Mapping[str, Any]]:
    """Counted rows with merged groups under one value; two rows may then have the same one."""
    for row in rows:
        if RACE in row:
            yield {**row, RACE: counted_as(row[RACE], together)}
        else:
            yield row
