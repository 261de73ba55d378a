"""Protected cells → the rows that are printed: counts, or percentages in their place.

A row is made of shown cells alone, and a recoded percentage is coarser than the two counts behind
it. So the rows tell nothing that the audit of the cells has not seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cairn.disclosure.handling import Handling, Shows
from cairn.disclosure.published import Published
from cairn.disclosure.table import ALL, RESULT, Key


class Printed(StrEnum):
    """What stands in a row."""

    PUBLISHED = "published"
    WITHHELD = "withheld"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class Row:
    """One group as printed.

    Args:
        key: a value for each dimension, without the outcome; "All" where summed over.
        n: people with the outcome; without outcomes, the people of the group.
        denominator: the group's size, where there are outcomes.
        percentage: as printed; empty where there is none.
        status: ``range`` where a percentage stands in place of ``n``.
    """

    key: Key
    n: int | None
    denominator: int | None
    percentage: str
    status: Printed


def rows(published: Published, handling: Handling) -> list[Row]:
    """One row for each group, in the order of the cells."""
    counts = {cell.key: cell.n for cell in published.cells}
    if RESULT not in published.dims:
        return [_counted(key, n) for key, n in counts.items()]
    place = published.dims.index(RESULT)
    groups = [key for key in counts if key[place] == ALL]
    return [_rate(key, counts, place, handling) for key in groups]


def _counted(key: Key, n: int | None) -> Row:
    return Row(key, n, None, "", Printed.WITHHELD if n is None else Printed.PUBLISHED)


def _rate(key: Key, counts: Mapping[Key, int | None], place: int, handling: Handling) -> Row:
    before, after = key[:place], key[place + 1 :]
    yes, size = counts[(*before, "yes", *after)], counts[key]
    group = (*before, *after)
    said = handling.recoding.said(yes, size) if yes is not None and size else ""
    if not said or handling.shows is Shows.COUNTS:
        shown = yes is not None and (handling.shows is Shows.COUNTS or not size)
        n = yes if shown else None
        listed = size if handling.shows is not Shows.PERCENTAGES or size == 0 else None
        return Row(group, n, listed, said, Printed.PUBLISHED if shown else Printed.WITHHELD)
    return Row(group, None, size if handling.shows is Shows.SIZES else None, said, Printed.RANGE)
