"""Merge groups of race and ethnicity, so that more numbers can be shown. Uses no Django.

The code of a merged group names every group in it (`asian+pacific_islander`), so a reader of a
released file sees what was counted together and no further record is needed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

RACE_DIMENSION: Final = "race_ethnicity"
"""The only dimension in which groups may be merged.

Schools and districts have figures of their own, and a child is never counted under another gender
to show a number.
"""

_GROUP_SEPARATOR: Final = "+"

Grouping = frozenset[frozenset[str]]
"""Sets of group codes, each set counted as one group. Every other group stays separate."""

NO_MERGED_GROUPS: Final[Grouping] = frozenset()


def has_race_breakdown(tables: Iterable[Collection[str]]) -> bool:
    """Return whether any table breaks figures down by race and ethnicity."""
    return any(RACE_DIMENSION in table for table in tables)


def encode_merged_group(values: Collection[str]) -> str:
    """Return the code of a merged group."""
    return _GROUP_SEPARATOR.join(sorted(values))


def split_merged_group(value: str) -> tuple[str, ...]:
    """Return the groups behind a code: several if the code is that of a merged group."""
    return tuple(value.split(_GROUP_SEPARATOR))


def build_grouping(value_sets: Iterable[Collection[str]]) -> Grouping:
    """Return the grouping that an author asks for."""
    return frozenset(frozenset(values) for values in value_sets)


def detect_grouping(values: Iterable[str]) -> Grouping:
    """Return the grouping that tables use, from the group codes in them."""
    return frozenset(
        frozenset(split_merged_group(value)) for value in values if _GROUP_SEPARATOR in value
    )


def get_counted_group(value: str, grouping: Grouping) -> str:
    """Return the code under which a group is counted."""
    return next(
        (
            encode_merged_group(merged_values)
            for merged_values in grouping
            if value in merged_values
        ),
        value,
    )


def merge_group_rows(
    rows: Iterable[Mapping[str, Any]], grouping: Grouping
) -> Iterator[Mapping[str, Any]]:
    """Yield counted rows with merged groups under one code. Two rows may then share a key."""
    for row in rows:
        if RACE_DIMENSION in row:
            yield {**row, RACE_DIMENSION: get_counted_group(row[RACE_DIMENSION], grouping)}
        else:
            yield row
