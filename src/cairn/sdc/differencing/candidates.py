"""Choose which cell to withhold so that another one stays open."""

from collections import defaultdict
from collections.abc import Mapping

from cairn.sdc.audit import PublishedCounts
from cairn.sdc.tables import ALL, CellLattice, Key


class SuppressionCandidates:
    """Walk through the equations of some tables, beginning at a cell.

    Args:
        lattice: all cells and their equations.
    """

    def __init__(self, lattice: CellLattice) -> None:
        self._rows: defaultdict[Key, list[list[Key]]] = defaultdict(list)
        for equation in lattice.sums:
            cells = [lattice.keys[cell] for cell in (equation.total, *equation.parts)]
            for cell in cells:
                self._rows[cell].append(cells)

    def list_tied_cells(self, key: Key) -> set[Key]:
        """List all cells in an equation with this one."""
        return {cell for row in self._rows[key] for cell in row}

    def find_cheapest_cell(
        self, key: Key, shown: Mapping[Key, int], merged: PublishedCounts
    ) -> Key | None:
        """Find the cheapest cell that can still be withheld in the equations nearest to a cell.

        Args:
            key: the cell to be kept open.
            shown: the cells that can still be withheld, with their numbers.
            merged: everything that is published; None where it is withheld. The walk passes through
                withheld cells.

        Returns:
            The key of the cell; None where there is none.
        """
        reached, edge = {key}, [key]
        while edge:
            touched = {cell for edge_key in edge for cell in self.list_tied_cells(edge_key)}
            if open_still := touched & shown.keys():
                return min(
                    open_still, key=lambda cell: (_compute_candidate_cost(cell, shown[cell]), cell)
                )
            edge = [cell for cell in touched - reached if merged.get(cell, 0) is None]
            reached.update(edge)
        return None


def _compute_candidate_cost(key: Key, n: int) -> float:
    """Compute the cost of withholding a cell: totals are read most."""
    return n * 4.0 ** sum(value == ALL for value in key)
