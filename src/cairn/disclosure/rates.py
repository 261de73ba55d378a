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

Span = tuple[int, int]
"""The least and the most that a number can be."""


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
        status: ``range`` where a percentage or a range stands in place of ``n``.
        range: between which numbers ``n`` is; empty where it is shown as it is, or is not told.
        denominator_range: the same of the group's size.
    """

    key: Key
    n: int | None
    denominator: int | None
    percentage: str
    status: Printed
    range: str = ""
    denominator_range: str = ""


def rows(
    published: Published, handling: Handling, spans: Mapping[Key, Span] | None = None
) -> list[Row]:
    """One row for each group, in the order of the cells; ``spans`` are ranges of cells."""
    counts = {cell.key: cell.n for cell in published.cells}
    said = spans or {}
    if RESULT not in published.dims:
        return [_counted(key, n, said) for key, n in counts.items()]
    place = published.dims.index(RESULT)
    groups = [key for key in counts if key[place] == ALL]
    return [_rate(key, counts, place, handling, said) for key in groups]


def _counted(key: Key, n: int | None, spans: Mapping[Key, Span]) -> Row:
    return Row(key, n, None, "", _status(key, n, spans), _range(key, spans))


def _rate(
    key: Key,
    counts: Mapping[Key, int | None],
    place: int,
    handling: Handling,
    spans: Mapping[Key, Span],
) -> Row:
    before, after = key[:place], key[place + 1 :]
    outcome = (*before, "yes", *after)
    yes, size = counts[outcome], counts[key]
    group = (*before, *after)
    said = handling.recoding.said(min(yes, size), size) if yes is not None and size else ""
    if not said or handling.shows is Shows.COUNTS:
        shown = yes is not None and (handling.shows is Shows.COUNTS or not size)
        n = yes if shown else None
        listed = size if handling.shows is not Shows.PERCENTAGES or size == 0 else None
        status = _status(outcome, n, spans)
        return Row(group, n, listed, said, status, _range(outcome, spans), _range(key, spans))
    return Row(group, None, size if handling.shows is Shows.SIZES else None, said, Printed.RANGE)


def _status(key: Key, n: int | None, spans: Mapping[Key, Span]) -> Printed:
    if key in spans:
        return Printed.RANGE
    return Printed.WITHHELD if n is None else Printed.PUBLISHED


def _range(key: Key, spans: Mapping[Key, Span]) -> str:
    return "{}-{}".format(*spans[key]) if key in spans else ""
