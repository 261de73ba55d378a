"""A contributor, and everyone else: what is left of each cell when it takes its own part away.

Whoever sent the rows of its own children knows its share of every cell exactly. So what is
published tells it of a second table, that of all others, and this must withstand the same rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cairn.disclosure.table import Cells, Key, UnfitRequestError


@dataclass(frozen=True, slots=True)
class Contributor:
    """An organization that knows which of the people counted are its own.

    Args:
        name: what it is called in the audit, never in what is published.
        own: its own people by finest cell; an absent key is none.
    """

    name: str
    own: Mapping[Key, int]


def others(cells: Cells, contributor: Contributor) -> Cells:
    """The finest cells without a contributor's own people.

    Raises:
        UnfitRequestError: it is said to have more people in a cell than there are.
    """
    left = {key: n - contributor.own.get(key, 0) for key, n in cells.counts.items()}
    if contributor.own.keys() - left.keys() or any(n < 0 for n in left.values()):
        raise UnfitRequestError(
            "A contributor cannot have more people of its own in a cell than the cell counts."
        )
    return Cells(cells.dims, left)
