"""Compute the residual: the rest of each cell when a contributor subtracts its own part.

An organization that sent the rows of its own students knows its share of every cell exactly. So
the publication reveals a second table to it, that of all others, and this residual table must
withstand the same rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cairn.sdc.tables import CellCounts, Key, UnfitRequestError

__all__ = ["CellContributor"]


@dataclass(frozen=True, slots=True)
class CellContributor:
    """Name an organization that knows which of the people counted are its own.

    Args:
        name: its name in the audit; the publication never shows it.
        own: its own people by finest cell; an absent key is none.
    """

    name: str
    own: Mapping[Key, int]


def subtract_contributor(cells: CellCounts, contributor: CellContributor) -> CellCounts:
    """Subtract a contributor's own people from the finest cells.

    Args:
        cells: the finest counts of everyone.
        contributor: the organization that subtracts its own people.

    Returns:
        The finest counts of all others.

    Raises:
        UnfitRequestError: the contributor has more people in a cell than the cell counts.
    """
    residual = {key: n - contributor.own.get(key, 0) for key, n in cells.counts.items()}
    if contributor.own.keys() - residual.keys() or any(n < 0 for n in residual.values()):
        raise UnfitRequestError(
            "A contributor cannot have more people of its own in a cell than the cell counts."
        )
    return CellCounts(cells.dims, residual)
