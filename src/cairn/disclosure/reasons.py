"""Why each cell is withheld, in plain words: for the analyst and the audit, never for the public.

What is published has one symbol for all of these. An outsider who could tell a small cell from
one that covers it would know more.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from cairn.disclosure.handling import Handling
from cairn.disclosure.published import Published
from cairn.disclosure.table import ALL, RESULT, Cells, Key


class Why(StrEnum):
    """The reason for one withheld cell."""

    SMALL = "small"
    GROUP = "in a small group"
    NOBODY = "nobody or everybody"
    SOURCE = "withheld by the source"
    EARLIER = "would be solved with an earlier release"
    OTHERS = "would leave few others"
    COVERS = "protects a small one"


WORDS = {
    Why.SMALL: "Fewer than {minimum} people.",
    Why.GROUP: "Part of a group of fewer than {group} people.",
    Why.NOBODY: "Nobody of the group, so that something is known about each of its members.",
    Why.SOURCE: "The data came with this number withheld.",
    Why.EARLIER: "Together with {release} it would give a small number away.",
    Why.OTHERS: "An organization that knows its own numbers could work out few others.",
    Why.COVERS: "Not small itself: a small number could be worked out from it.",
}
"""A sentence for each reason."""


def why(
    published: Published,
    cells: Cells,
    handling: Handling,
    *,
    source: Collection[Key] = frozenset(),
    earlier: Mapping[Key, str] | None = None,
    others: Collection[Key] = frozenset(),
) -> dict[Key, Why]:
    """The reason for each withheld cell.

    Args:
        published: what was protected.
        cells: the true finest counts.
        handling: the rule.
        source: cells that came withheld.
        earlier: cells withheld because of an earlier release, with its name.
        others: cells withheld because a contributor would single out few others.
    """
    truth = counted(cells, {cell.key for cell in published.cells if cell.n is None})
    place = published.dims.index(RESULT) if RESULT in published.dims else None
    said: dict[Key, Why] = {}
    for key, n in truth.items():
        outcome = place is not None and key[place] != ALL
        if key in source:
            said[key] = Why.SOURCE
        elif n == 0 and outcome:
            said[key] = Why.NOBODY
        elif n < handling.minimum:
            said[key] = Why.SMALL
        elif key in (earlier or {}):
            said[key] = Why.EARLIER
        elif key in others:
            said[key] = Why.OTHERS
        else:
            said[key] = Why.COVERS
    if handling.group > handling.minimum:
        small = small_groups(cells, truth, handling.group)
        said |= {key: Why.GROUP for key in small if said[key] is Why.COVERS}
    return said


def counted(cells: Cells, keys: Collection[Key]) -> dict[Key, int]:
    """The true number of people in each of some cells of any margins."""
    totals = dict.fromkeys(keys, 0)
    shapes = {tuple(value != ALL for value in key) for key in keys}
    for finest, n in cells.counts.items():
        for shape in shapes:
            key = tuple(v if kept else ALL for v, kept in zip(finest, shape, strict=True))
            if key in totals:
                totals[key] += n
    return totals


def small_groups(cells: Cells, keys: Collection[Key], least: int) -> set[Key]:
    """Those of the cells that count a group of fewer than ``least`` people, or part of one."""
    if RESULT not in cells.dims:
        return {key for key, n in counted(cells, keys).items() if 0 < n < least}
    place = cells.dims.index(RESULT)
    group = {key: (*key[:place], ALL, *key[place + 1 :]) for key in keys}
    sizes = counted(cells, set(group.values()))
    return {key for key in keys if 0 < sizes[group[key]] < least}
